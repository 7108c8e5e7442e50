#include "silicon/fab/fab.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "base/error.h"

namespace orrery::fab {
namespace {

void not_negative(const char* key, double value) {
  if (!(value >= 0)) throw Error({}, key, "is below 0 or no number", "give 0 or more");
}

/// Share of a step, from begin on, that lies before end.
double share_before(double begin, double end) {
  return std::clamp((end - begin) / step_time, 0.0, 1.0);
}

double first_start(const Product& p, const Source& s) {
  return std::max(p.design_time, s.lead_time);
}

/// Good dies per wafer, indexed by the step in which a wafer is done; the step after the last is never asked for.
std::vector<double> good_by_step(const Product& p, const Source& s, std::size_t steps) {
  std::vector<double> out(steps);
  for (std::size_t i = 0; i < steps; ++i) out[i] = good_per_wafer(p, s, (static_cast<double>(i) + 0.5) * step_time);
  return out;
}

void check(const Product& p, const Source& s, double capacity, const std::vector<double>& packaging) {
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

std::vector<Step> run_checked(const Product& p, const Source& s, double capacity, const std::vector<double>& packaging,
                              const std::vector<double>& good) {
  const std::size_t n = packaging.size();
  const std::size_t lag = static_cast<std::size_t>(std::lround(s.cycle_time / step_time));
  const double first = first_start(p, s);
  std::vector<Step> out(n);
  auto pay = [&](Step& step, double dollars) { step.cash -= dollars, step.spent += dollars; };
  // What is to be spent by a given time falls wholly on the first step when that time is 0.
  auto spread = [&](double dollars, double until) {
    if (n == 0) return;
    if (until < step_time) return pay(out[0], dollars);
    for (std::size_t i = 0; i < n; ++i)
      pay(out[i], dollars * share_before(static_cast<double>(i) * step_time, until) * step_time / until);
  };
  spread(s.upfront, 0);
  spread(s.capex * capacity, s.lead_time);
  spread(p.design_cost, p.design_time);
  for (std::size_t i = 0; i < n; ++i) {
    const double begin = static_cast<double>(i) * step_time, middle = begin + step_time / 2;
    pay(out[i], s.fixed_cost * (step_time - share_before(begin, s.lead_time) * step_time));
    const double ramp = middle < first ? 0 : s.ramp_time > 0 ? std::min(1.0, (middle - first) / s.ramp_time) : 1;
    const double most = capacity * ramp * step_time;
    if (i + lag < n) {
      const double room = good[i + lag] > 0 ? packaging[i + lag] / good[i + lag] : 0;
      out[i].starts = std::min(most, room);
      out[i].held = most > room;
      Step& done = out[i + lag];
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

double gross_dies(double die_area, double wafer_diameter) {
  if (!(die_area > 0)) throw Error({}, "die_area", "is not above 0", "give an area such as 814 mm2");
  if (!(wafer_diameter > 0)) throw Error({}, "wafer_diameter", "is not above 0", "give a length such as 300 mm");
  const double d = wafer_diameter, pi = std::numbers::pi;
  return std::max(0.0, std::floor(pi * d * d / 4 / die_area - pi * d / std::sqrt(2 * die_area)));
}

double die_yield(double area, double density, double clustering) {
  not_negative("area", area);
  not_negative("density", density);
  if (!(clustering > 0)) throw Error({}, "clustering", "is not above 0", "give 3, or infinity for Poisson's yield");
  if (std::isinf(clustering)) return std::exp(-area * density);
  return std::exp(-clustering * std::log1p(area * density / clustering));
}

double defect_density(double first, double mature, double halving, double age) {
  if (!(halving > 0)) throw Error({}, "halving", "is not above 0", "give a time such as 10 months");
  return mature + (first - mature) * std::exp2(-std::max(0.0, age) / halving);
}

double good_per_wafer(const Product& p, const Source& s, double time) {
  const double age = time - s.cycle_time - first_start(p, s);
  const double yield =
      die_yield(p.die_area, defect_density(s.defects_first, s.defects_mature, s.halving, age), p.clustering);
  return gross_dies(p.die_area, p.wafer_diameter) * (yield + p.salvage * (1 - yield));
}

std::vector<Step> run_source(const Product& p, const Source& s, double capacity, const std::vector<double>& packaging) {
  check(p, s, capacity, packaging);
  return run_checked(p, s, capacity, packaging, good_by_step(p, s, packaging.size()));
}

double low_point(const std::vector<Step>& steps) {
  double sum = 0, low = 0;
  for (const Step& step : steps) sum += step.cash, low = std::min(low, sum);
  return low;
}

double affordable(const Product& p, const Source& s, double money, double limit, const std::vector<double>& packaging) {
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

double present_value(const std::vector<Step>& steps, double rate) {
  double value = 0;
  for (std::size_t i = 0; i < steps.size(); ++i)
    value += steps[i].cash * std::pow(1 + rate, -(static_cast<double>(i) + 0.5) / steps_in_year);
  return value;
}

}  // namespace orrery::fab
