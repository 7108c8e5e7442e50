#include "silicon/wafer_supply.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "silicon/chip/die.h"

namespace orrery::silicon {
namespace {

void not_negative(const char* key, double value) {
  if (!(value >= 0)) throw Error({}, key, "is below 0 or no number", "give 0 or more");
}

/// Share of a step, from begin on, that lies before end.
double share_before(double begin, double end) {
  return std::clamp((end - begin) / supply_step_time, 0.0, 1.0);
}

double first_start(const ChipProduct& p, const WaferSource& s) {
  return std::max(p.design_time, s.lead_time);
}

/// Good dies per wafer, indexed by the step in which a wafer is done; the step after the last is never asked for.
std::vector<double> good_by_step(const ChipProduct& p, const WaferSource& s, std::size_t steps) {
  std::vector<double> out(steps);
  for (std::size_t i = 0; i < steps; ++i)
    out[i] = good_per_wafer(p, s, (static_cast<double>(i) + 0.5) * supply_step_time);
  return out;
}

void check(const ChipProduct& p, const WaferSource& s, double capacity, const std::vector<double>& packaging) {
  const std::pair<const char*, double> amounts[] = {{"capacity", capacity},         {"salvage", p.salvage},
                                                    {"part_cost", p.part_cost},     {"price", p.price},
                                                    {"design_cost", p.design_cost}, {"design_time", p.design_time},
                                                    {"upfront", s.upfront},         {"capex", s.capex},
                                                    {"lead_time", s.lead_time},     {"ramp_time", s.ramp_time},
                                                    {"cycle_time", s.cycle_time},   {"fixed_cost", s.fixed_cost},
                                                    {"wafer_cost", s.wafer_cost},   {"minimum", s.minimum}};
  for (const auto& [key, value] : amounts) not_negative(key, value);
  for (const double limit : packaging) not_negative("packaging", limit);
  if (s.minimum > 1) throw Error({}, "minimum", "is above 1", "give the share of the capacity that must be paid for");
  if (p.salvage > 1) throw Error({}, "salvage", "is above 1", "give the share of dies with a defect that still sell");
}

std::vector<SupplyStep> run_checked(const ChipProduct& p, const WaferSource& s, double capacity,
                                    const std::vector<double>& packaging, const std::vector<double>& good) {
  const std::size_t n = packaging.size();
  const std::size_t lag = static_cast<std::size_t>(std::lround(s.cycle_time / supply_step_time));
  const double first = first_start(p, s);
  std::vector<SupplyStep> out(n);
  auto pay = [&](SupplyStep& step, double dollars) { step.cash -= dollars, step.spent += dollars; };
  // What is to be spent by a given time falls wholly on the first step when that time is 0.
  auto spread = [&](double dollars, double until) {
    if (n == 0) return;
    if (until < supply_step_time) return pay(out[0], dollars);
    for (std::size_t i = 0; i < n; ++i)
      pay(out[i], dollars * share_before(static_cast<double>(i) * supply_step_time, until) * supply_step_time / until);
  };
  spread(s.upfront, 0);
  spread(s.capex * capacity, s.lead_time);
  spread(p.design_cost, p.design_time);
  for (std::size_t i = 0; i < n; ++i) {
    const double begin = static_cast<double>(i) * supply_step_time, middle = begin + supply_step_time / 2;
    pay(out[i], s.fixed_cost * (supply_step_time - share_before(begin, s.lead_time) * supply_step_time));
    const double ramp = middle < first ? 0 : s.ramp_time > 0 ? std::min(1.0, (middle - first) / s.ramp_time) : 1;
    const double most = capacity * ramp * supply_step_time;
    if (i + lag < n) {
      const double room = good[i + lag] > 0 ? packaging[i + lag] / good[i + lag] : 0;
      out[i].starts = std::min(most, room);
      out[i].held = most > room;
      SupplyStep& done = out[i + lag];
      done.dies = out[i].starts * good[i + lag];
      done.cash += done.dies * p.price;
      pay(done, done.dies * p.part_cost);
    } else if (i > 0) {
      out[i].starts =
          std::min(most, out[i - 1].starts);  // done after the last step: as before, so that the end is no holiday
    }
    pay(out[i], s.wafer_cost * std::max(out[i].starts, s.minimum * most));
  }
  return out;
}

}  // namespace

double good_per_wafer(const ChipProduct& p, const WaferSource& s, double time) {
  const double age = time - s.cycle_time - first_start(p, s);
  const double yield =
      die_yield(p.die_area, defect_density(s.defects_first, s.defects_mature, s.halving, age), p.clustering);
  return gross_dies(p.die_area, p.wafer_diameter) * (yield + p.salvage * (1 - yield));
}

std::vector<SupplyStep> run_source(const ChipProduct& p, const WaferSource& s, double capacity,
                                   const std::vector<double>& packaging) {
  check(p, s, capacity, packaging);
  return run_checked(p, s, capacity, packaging, good_by_step(p, s, packaging.size()));
}

double low_point(const std::vector<SupplyStep>& steps) {
  double sum = 0, low = 0;
  for (const SupplyStep& step : steps) sum += step.cash, low = std::min(low, sum);
  return low;
}

double affordable(const ChipProduct& p, const WaferSource& s, double money, double limit,
                  const std::vector<double>& packaging) {
  check(p, s, limit, packaging);
  const std::vector<double> good = good_by_step(p, s, packaging.size());
  auto covered = [&](double capacity) { return low_point(run_checked(p, s, capacity, packaging, good)) >= -money; };
  if (covered(limit)) return limit;
  double low = 0, high = limit;
  while (high - low > 1e-9 * limit) {
    const double middle = (low + high) / 2;
    (covered(middle) ? low : high) = middle;
  }
  return low > 1e-9 * limit ? low : 0;
}

double present_value(const std::vector<SupplyStep>& steps, double rate) {
  double value = 0;
  for (std::size_t i = 0; i < steps.size(); ++i)
    value += steps[i].cash * std::pow(1 + rate, -(static_cast<double>(i) + 0.5) / supply_steps_in_year);
  return value;
}

}  // namespace orrery::silicon
