#include "report/forecast.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace orrery::report {

using namespace programme;

Result forecast(Plan plan, int trials, std::uint64_t seed, int threads, void (*progress)(double)) {
  Result r;
  r.plan = std::move(plan);
  r.seed = seed;
  r.forecast = simulate(r.plan);
  r.outputs = outputs_of(r.plan);
  if (trials > 0) r.trials = run_trials(r.plan, trials, seed, threads, progress);
  r.spreads = spreads(r.plan, r.forecast, r.has_trials() ? &r.trials : nullptr);
  return r;
}

std::string date_text(const Plan& plan, double day) {
  if (!std::isfinite(day)) return "after " + plan.end.text();
  return day_of(plan, std::max(0.0, day)).text();
}

std::vector<CapacityRow> capacity_rows(const Result& result) {
  const Plan& plan = result.plan;
  const double horizon = plan.end - plan.start;
  std::vector<CapacityRow> rows;
  for (size_t i = 0; i < plan.sites.size(); ++i) {
    const SiteForecast& s = result.forecast.sites[i];
    const std::vector<site::Interval> intervals = site::binding_limits(s.limits, s.supplies, s.capacity, horizon);
    std::set<int> cuts;
    for (const site::Interval& interval : intervals) cuts.insert(static_cast<int>(std::ceil(interval.from - 1e-6)));
    for (const Date d : plan.months) cuts.insert(std::min(d - plan.start, plan.end - plan.start));
    // Where the number starts to rise or falls, with the day before, so that straight lines between rows are true.
    for (const Curve::Knot& k : s.capacity.usable.knots())
      if (k.time > 0 && k.time <= horizon) {
        const int day = static_cast<int>(std::ceil(k.time - 1e-6));
        cuts.insert(std::max(0, day - 1));
        cuts.insert(day);
      }
    for (const int day : cuts) {
      const auto it = std::find_if(intervals.begin(), intervals.end(), [&](const site::Interval& x) { return day < x.to; });
      const site::Interval& interval = it == intervals.end() ? intervals.back() : *it;
      rows.push_back({plan.start + day, plan.sites[i].name, s.capacity.usable.at(day), s.capacity.it_power.at(day),
                      s.facility_power.at(day), limit_name(interval.limit), limit_unit(interval.limit), interval.gain});
    }
  }
  for (size_t i = 0; i < plan.rentals.size(); ++i) {
    std::set<int> cuts;
    for (const Date d : plan.months) cuts.insert(std::min(d - plan.start, plan.end - plan.start));
    for (const Curve::Knot& k : result.forecast.rentals[i].knots())
      if (k.time >= 0 && k.time <= horizon) cuts.insert(static_cast<int>(std::ceil(k.time - 1e-6)));
    for (const int day : cuts)
      rows.push_back({plan.start + day, plan.rentals[i].name, result.forecast.rentals[i].at(day), 0, 0, "chips", "1 chip", 1});
  }
  std::stable_sort(rows.begin(), rows.end(), [](const CapacityRow& a, const CapacityRow& b) { return a.date < b.date; });
  return rows;
}

}  // namespace orrery::report
