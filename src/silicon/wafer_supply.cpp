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

// The first wafer whose dies are sold; those before bring the accelerator up.
double first_start(const ChipProduct& p, const WaferSource& s) {
  return std::max(p.design_time, s.lead_time) + p.bring_up;
}

/// Good dies per wafer, indexed by the step in which a wafer is done; the step after the last is never asked for.
std::vector<double> good_by_step(const ChipProduct& p, const WaferSource& s, std::size_t steps) {
  std::vector<double> out(steps);
  for (std::size_t i = 0; i < steps; ++i)
    out[i] = good_per_wafer(p, s, (static_cast<double>(i) + 0.5) * supply_step_time);
  return out;
}

void check(const ChipProduct& p, const WaferSource& s, double capacity, const std::vector<double>& packaging) {
  const std::pair<const char*, double> amounts[] = {
      {"capacity", capacity},       {"salvage", p.salvage},         {"part_cost", p.part_cost},
      {"price", p.price},           {"design_cost", p.design_cost}, {"design_time", p.design_time},
      {"bring_up", p.bring_up},     {"upfront", s.upfront},         {"capex", s.capex},
      {"lead_time", s.lead_time},   {"ramp_time", s.ramp_time},     {"cycle_time", s.cycle_time},
      {"fixed_cost", s.fixed_cost}, {"wafer_cost", s.wafer_cost},   {"minimum", s.minimum}};
  for (const auto& [key, value] : amounts) not_negative(key, value);
  for (const double limit : packaging) not_negative("packaging", limit);
  if (s.minimum > 1) throw Error({}, "minimum", "is above 1", "give the share of the capacity that must be paid for");
  if (p.salvage > 1) throw Error({}, "salvage", "is above 1", "give the share of dies with a defect that still sell");
}

/// What of a source's plan is the same at any capacity, by step; worked out once for all capacities that are tried.
class Course {
 public:
  Course(const ChipProduct& p, const WaferSource& s, const std::vector<double>& packaging)
      : product_(p),
        source_(s),
        lag_(static_cast<std::size_t>(std::lround(s.cycle_time / supply_step_time))),
        good_(good_by_step(p, s, packaging.size())) {
    const double first = first_start(p, s);
    for (std::size_t i = 0; i < packaging.size(); ++i) {
      const double begin = static_cast<double>(i) * supply_step_time, middle = begin + supply_step_time / 2;
      const std::size_t done = i + lag_;
      steps_.push_back({share_before(begin, s.lead_time),
                        falls_on(i, p.design_cost, p.design_time, share_before(begin, p.design_time)),
                        s.fixed_cost * (supply_step_time - share_before(begin, s.lead_time) * supply_step_time),
                        middle < first    ? 0
                        : s.ramp_time > 0 ? std::min(1.0, (middle - first) / s.ramp_time)
                                          : 1,
                        done < good_.size() && good_[done] > 0 ? packaging[done] / good_[done] : 0});
    }
  }

  /// The steps at a capacity, into a list that may be used again.
  void run(double capacity, std::vector<SupplyStep>& out) const {
    const std::size_t n = steps_.size();
    out.assign(n, {});
    const auto pay = [](SupplyStep& step, double dollars) { step.cash -= dollars, step.spent += dollars; };
    const double capex = source_.capex * capacity;
    for (std::size_t i = 0; i < n; ++i) {
      if (i == 0) pay(out[i], source_.upfront);
      pay(out[i], falls_on(i, capex, source_.lead_time, steps_[i].before_lead));
      pay(out[i], steps_[i].design);
    }
    for (std::size_t i = 0; i < n; ++i) {
      const Step& step = steps_[i];
      pay(out[i], step.fixed);
      const double most = capacity * step.ramp * supply_step_time;
      if (i + lag_ < n) {
        out[i].starts = std::min(most, step.room);
        out[i].held = most > step.room;
        SupplyStep& done = out[i + lag_];
        done.dies = out[i].starts * good_[i + lag_];
        done.cash += done.dies * product_.price;
        pay(done, done.dies * product_.part_cost);
      } else if (i > 0) {
        // Done after the last step: as before, so that the end is no holiday.
        out[i].starts = std::min(most, out[i - 1].starts);
      }
      pay(out[i], source_.wafer_cost * std::max(out[i].starts, source_.minimum * most));
    }
  }

 private:
  struct Step {
    double before_lead = 0;  ///< share of it that lies before the lead time's end
    double design = 0;       ///< $
    double fixed = 0;        ///< $
    double ramp = 0;         ///< share of the capacity that may be started
    double room = 0;         ///< starts whose dies can be packaged when they are done
  };

  /// What of dollars to be spent by a time falls on a step, of which a share lies before it; all of it on the first
  /// where that time is 0.
  static double falls_on(std::size_t step, double dollars, double until, double before) {
    if (until < supply_step_time) return step == 0 ? dollars : 0;
    return before > 0 ? dollars * before * supply_step_time / until : 0;
  }

  const ChipProduct& product_;
  const WaferSource& source_;
  std::size_t lag_;  ///< steps from a start to its dies
  std::vector<double> good_;
  std::vector<Step> steps_;
};

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
  std::vector<SupplyStep> out;
  Course(p, s, packaging).run(capacity, out);
  return out;
}

double low_point(const std::vector<SupplyStep>& steps) {
  double sum = 0, low = 0;
  for (const SupplyStep& step : steps) sum += step.cash, low = std::min(low, sum);
  return low;
}

double affordable(const ChipProduct& p, const WaferSource& s, double money, double limit,
                  const std::vector<double>& packaging) {
  check(p, s, limit, packaging);
  const Course course(p, s, packaging);
  std::vector<SupplyStep> steps;
  const auto covered = [&](double capacity) {
    course.run(capacity, steps);
    return low_point(steps) >= -money;
  };
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
