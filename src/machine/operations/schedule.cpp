#include "machine/operations/schedule.h"

#include <algorithm>
#include <cmath>

namespace orrery::operations {
namespace {

/// What a speed says, mean over the accelerators of a pool on a day, with n of them held.
double mean_of(const Pool& pool, const Request& run, int day, double usable, double n,
               double (Speed::*says)(double) const) {
  if (pool.by_supply.size() < 2) return (run.achieved.front().*says)(n);
  double mean = 0;
  for (size_t k = 0; k < pool.by_supply.size(); ++k)
    mean += pool.by_supply[k].at(day) / usable * (run.achieved[k].*says)(n);
  return mean;
}

double earliest(const Request& run, const std::vector<RunForecast>& before) {
  if (run.after.run < 0) return run.earliest;
  const RunForecast& other = before[static_cast<size_t>(run.after.run)];
  return std::max(run.earliest, (run.after.finish ? other.finish : other.start) + run.after.days);
}

}  // namespace

double Speed::at(double n) const {
  const size_t above =
      static_cast<size_t>(std::lower_bound(accelerators.begin(), accelerators.end(), n) - accelerators.begin());
  if (above == 0) return each.front();
  if (above == each.size()) return each.back();
  const double share = (n - accelerators[above - 1]) / (accelerators[above] - accelerators[above - 1]);
  const double before = each[above - 1] * accelerators[above - 1], after = each[above] * accelerators[above];
  return (before + share * (after - before)) / n;
}

double Speed::working(double n) const {
  if (at_work.empty()) return n;
  const size_t above =
      static_cast<size_t>(std::lower_bound(accelerators.begin(), accelerators.end(), n) - accelerators.begin());
  if (above == each.size()) return std::min(n, at_work.back());
  return std::min(n, at_work[above == 0 || accelerators[above] == n ? above : above - 1]);
}

Schedule schedule(const std::vector<Pool>& pools, const std::vector<Request>& runs, const Reliability& reliability,
                  std::span<const double> months, int horizon) {
  Schedule out;
  out.held.resize(pools.size());
  out.training.resize(months.size() - 1);
  std::vector<std::vector<double>> usable_on(pools.size());  // by day
  for (const Request& run : runs) {
    RunForecast result;
    const Pool& pool = pools[run.pool];
    std::vector<double>& held = out.held[run.pool];
    held.resize(static_cast<size_t>(horizon));
    if (usable_on[run.pool].empty())
      for (int day = 0; day < horizon; ++day) usable_on[run.pool].push_back(pool.usable->at(day));
    // A run that is stopped each day loses a restart each day.
    const double restart = run.duty < 1 ? in_days(reliability.restart) : 0;
    const double running = std::max(0.0, run.duty - restart);

    double left = run.compute, chip_days = 0, progress_days = 0, achieved_days = 0;
    double known_n = -1, known_goodput = 1;
    const bool one_kind = pool.by_supply.size() < 2;  // a speed then depends on the number held alone
    double known_held = -1, working = 0, achieved = 0;
    const double first = std::max(earliest(run, out.runs), pool.usable->first_at_least(run.minimum));
    size_t month = 0;
    for (int day = first < horizon ? static_cast<int>(std::ceil(first - 1e-6)) : horizon; day < horizon && left > 0;
         ++day) {
      const double usable = usable_on[run.pool][static_cast<size_t>(day)];
      const double n = std::min(run.wanted, usable - held[day]);
      if (n < run.minimum * (1 - 1e-9)) continue;
      if (!std::isfinite(result.start)) result.start = day;
      result.most_chips = std::max(result.most_chips, n);
      if (!one_kind || n != known_held) {
        known_held = n;
        working = mean_of(pool, run, day, usable, n, &Speed::working);
        achieved = mean_of(pool, run, day, usable, n, &Speed::at);
      }
      if (working != known_n) known_n = working, known_goodput = goodput(Chips(working), reliability);
      const double per_day = n * achieved * known_goodput * 86400 * running;
      const double share = std::min(1.0, left / per_day);
      left -= per_day * share;
      held[day] += n * share;
      chip_days += n * share, progress_days += known_goodput * share, achieved_days += achieved * share;
      result.days_running += share;
      while (month + 2 < months.size() && day >= months[month + 1]) ++month;
      out.training[month] += n * share * 24 * run.duty;
      if (left <= per_day * 1e-12) left = 0, result.finish = day + share;
    }
    result.done = run.compute - std::max(left, 0.0);
    if (result.days_running > 0) {
      result.mean_chips = chip_days / result.days_running;
      result.goodput = progress_days / result.days_running;
      result.achieved = achieved_days / result.days_running;
    }
    out.runs.push_back(result);
  }
  return out;
}

}  // namespace orrery::operations
