#include "site/capacity.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace orrery::site {
namespace {

/// Supplies by IT power per accelerator, the least first.
std::vector<size_t> by_power(const std::vector<Supply>& supplies) {
  std::vector<size_t> order(supplies.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return supplies[a].it_power < supplies[b].it_power; });
  return order;
}

/// How many accelerators of each supply fit under a power, filled in the given order.
std::vector<Curve> fitted(const std::vector<Curve>& counts, const std::vector<Supply>& supplies,
                          const std::vector<size_t>& order, Curve power) {
  std::vector<Curve> out(counts.size());
  for (const size_t k : order) {
    if (supplies[k].it_power <= 0) {
      out[k] = counts[k];
      continue;
    }
    out[k] = minimum(counts[k], positive_part(power).scaled(1 / supplies[k].it_power));
    power = power - out[k].scaled(supplies[k].it_power);
  }
  return out;
}

Curve total(const std::vector<Curve>& curves) {
  Curve sum;
  for (const Curve& c : curves) sum = sum + c;
  return sum;
}

}  // namespace

std::string limit_name(Limit limit) {
  switch (limit) {
    case Limit::chips: return "chips";
    case Limit::installation: return "installation";
    case Limit::burn_in: return "burn-in";
    case Limit::building: return "building";
    case Limit::power: return "power";
    case Limit::cooling: return "cooling";
    case Limit::network: return "network";
  }
  return "";
}

std::string limit_unit(Limit limit) {
  switch (limit) {
    case Limit::chips:
    case Limit::network: return "1 chip";
    case Limit::installation: return "1 chip/day";
    case Limit::burn_in: return "1 day less";
    case Limit::building:
    case Limit::power:
    case Limit::cooling: return "1 MW";
  }
  return "";
}

Capacity usable_capacity(const Limits& limits, const std::vector<Supply>& supplies) {
  const std::vector<size_t> order = by_power(supplies);
  Capacity c;
  std::vector<Curve> delivered, housed, ready(supplies.size());
  for (const Supply& s : supplies) delivered.push_back(s.delivered);
  housed = fitted(delivered, supplies, order, limits.halls);

  // Crews serve the supplies in one priority order, so the sum over the first k is the queue of their joint arrivals.
  Curve joint, done_before;
  for (const size_t k : order) {
    joint = joint + housed[k];
    const Curve done = served(joint, limits.installation);
    ready[k] = (done - done_before).shifted(limits.burn_in);
    c.installed = done;
    done_before = done;
  }
  c.delivered = total(delivered);
  c.housed = joint;
  c.ready = c.installed.shifted(limits.burn_in);

  for (size_t k = 0; k < supplies.size(); ++k) ready[k] = minimum(ready[k], supplies[k].networked);
  c.allowed_it = minimum(minimum(limits.building, limits.cooling), divided_by_steps(limits.power, limits.pue));
  c.usable_by_supply = fitted(ready, supplies, order, c.allowed_it);
  c.usable = total(c.usable_by_supply);
  for (size_t k = 0; k < supplies.size(); ++k) c.it_power = c.it_power + c.usable_by_supply[k].scaled(supplies[k].it_power);
  return c;
}

namespace {

/// The limit at one moment, and how many accelerators one unit more of it would add there (installation: per day).
std::pair<Limit, double> limit_at(double t, const Limits& limits, const std::vector<Supply>& supplies, const Capacity& c) {
  const double usable = c.usable.at(t), ready = c.ready.at(t);
  const double tolerance = 1e-6 * std::max(1.0, ready) + 1e-6;

  if (usable < ready - tolerance) {
    const double pue = limits.pue.at(t);
    const double building = limits.building.at(t), cooling = limits.cooling.at(t), power = limits.power.at(t) / pue;
    const double allowed = c.allowed_it.at(t);
    // Short of power of some kind when the usable ones fill what is allowed; otherwise the fabric is what is missing.
    double next = std::numeric_limits<double>::infinity();  // power of the accelerator that would be switched on next
    for (size_t k = 0; k < supplies.size(); ++k)
      if (c.usable_by_supply[k].at(t) < supplies[k].delivered.at(t) - tolerance && supplies[k].it_power > 0)
        next = std::min(next, supplies[k].it_power);
    if (c.it_power.at(t) >= allowed - 1e-6 * std::max(1.0, allowed)) {
      const double waiting = ready - usable;
      const Limit which = power <= cooling && power <= building ? Limit::power
                          : cooling <= building                 ? Limit::cooling
                                                                : Limit::building;
      const double per_megawatt = 1e6 / (which == Limit::power ? pue : 1) / next;
      return {which, std::min(per_megawatt, waiting)};
    }
    return {Limit::network, 1};
  }
  // Everything that is ready runs: look upstream, at the moment when what is ready now was installed.
  const double s = t - limits.burn_in;
  const double installed = c.installed.at(s), housed = c.housed.at(s), delivered = c.delivered.at(s);
  if (installed < housed - tolerance) return {Limit::installation, 1};
  if (housed < delivered - tolerance) {
    double next = std::numeric_limits<double>::infinity();
    for (const Supply& supply : supplies)
      if (supply.it_power > 0) next = std::min(next, supply.it_power);
    return {Limit::building, std::min(1e6 / next, delivered - housed)};
  }
  if (c.installed.at(t) > ready + tolerance && c.delivered.at(t) <= c.installed.at(t) + tolerance)
    return {Limit::burn_in, std::min(c.installed.at(t) - ready, c.installed.at(s + 1) - installed)};
  return {Limit::chips, 1};
}

}  // namespace

std::vector<Interval> binding_limits(const Limits& limits, const std::vector<Supply>& supplies, const Capacity& c,
                                     double horizon) {
  const Curve installed_late = c.installed.shifted(limits.burn_in), housed_late = c.housed.shifted(limits.burn_in),
              delivered_late = c.delivered.shifted(limits.burn_in);
  std::vector<const Curve*> curves = {&limits.building, &limits.power, &limits.cooling, &limits.pue,
                                      &c.usable,        &c.allowed_it, &installed_late, &housed_late,
                                      &delivered_late,  &c.installed,  &c.delivered};
  std::vector<double> cuts = {0};
  for (const double t : knot_times(curves))
    if (t > 0 && t < horizon && t - cuts.back() > 1e-9) cuts.push_back(t);
  cuts.push_back(horizon);

  std::vector<Interval> out;
  for (size_t i = 0; i + 1 < cuts.size(); ++i) {
    const double from = cuts[i], to = cuts[i + 1];
    const auto [limit, gain] = limit_at(0.5 * (from + to), limits, supplies, c);
    if (!out.empty() && out.back().limit == limit) {
      out.back().to = to;
      out.back().gain = std::max(out.back().gain, gain);
    } else {
      out.push_back({from, to, limit, gain});
    }
  }
  // One more accelerator a day adds up over the interval, until nothing is left waiting.
  constexpr int samples = 16;
  for (Interval& interval : out)
    if (interval.limit == Limit::installation) {
      interval.gain = 0;
      for (int i = 1; i <= samples; ++i) {
        const double t = interval.from + (interval.to - interval.from) * i / samples;
        const double waiting = c.housed.at(t - limits.burn_in) - c.installed.at(t - limits.burn_in);
        interval.gain = std::max(interval.gain, std::min(t - interval.from, waiting));
      }
    }
  return out;
}

}  // namespace orrery::site
