#include "site/capacity.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/amount.h"

namespace orrery::site {
namespace {

/// The smaller of a rising count and what there is of a limit, in units of which each takes so much. Only as much of
/// the limit is looked at as the count reaches into: from its first knot to where it is level, unless the limit then
/// falls below it.
Curve within(const Curve& count, const Curve& limit, double each) {
  const std::vector<Curve::Knot>& knots = count.knots();
  double from = -infinity, to = infinity;
  if (count.before() == 0 && !knots.empty()) {
    from = knots.front().time;
    const Curve::Knot& last = knots.back();
    if (last.slope == 0 && last.value >= 0 && limit.stays_at_least(last.value * each * (1 + 1e-9), last.time)) {
      const std::vector<Curve::Knot>& all = limit.knots();
      auto next = std::upper_bound(all.begin(), all.end(), last.time,
                                   [](double t, const Curve::Knot& k) { return t < k.time; });
      // What falls there must not be taken to fall on.
      while (next != all.begin() && next != all.end() && std::prev(next)->slope < 0) ++next;
      if (next != all.end()) to = next->time;
    }
  }
  const Curve room = positive_part(limit.pieces(from, to));
  return minimum(count, each == 1 ? room : room.scaled(1 / each));
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
    out[k] = within(counts[k], power, supplies[k].it_power);
    const Curve taken = out[k].scaled(supplies[k].it_power);
    // The first is taken from all of the curve, which drops what knots of it change nothing.
    if (k == order.front()) power = power - taken;
    else power -= taken;
  }
  return out;
}

Curve total(const std::vector<Curve>& curves) {
  Curve sum;
  for (const Curve& c : curves) sum += c;
  return sum;
}

}  // namespace

std::vector<size_t> by_power(const std::vector<Supply>& supplies) {
  std::vector<size_t> order(supplies.size());
  std::iota(order.begin(), order.end(), 0);
  std::vector<double> first;
  for (const Supply& supply : supplies) first.push_back(supply.delivered.first_at_least(1));
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::pair(supplies[a].it_power, first[a]) < std::pair(supplies[b].it_power, first[b]);
  });
  return order;
}

std::string limit_name(Limit limit) {
  switch (limit) {
    case Limit::chips:
      return "chips";
    case Limit::deliveries:
      return "deliveries";
    case Limit::installation:
      return "installation";
    case Limit::burn_in:
      return "burn-in";
    case Limit::building:
      return "building";
    case Limit::power:
      return "power";
    case Limit::cooling:
      return "cooling";
    case Limit::network:
      return "network";
  }
  return "";
}

std::string limit_unit(Limit limit) {
  switch (limit) {
    case Limit::chips:
    case Limit::network:
      return "1 chip";
    case Limit::deliveries:
    case Limit::installation:
      return "1 chip/day";
    case Limit::burn_in:
      return "1 day less";
    case Limit::building:
    case Limit::power:
    case Limit::cooling:
      return "1 MW";
  }
  return "";
}

Capacity usable_capacity(const Limits& limits, const std::vector<Supply>& supplies) {
  const std::vector<size_t> order = by_power(supplies);
  Capacity c;
  std::vector<Curve> delivered;
  for (const Supply& s : supplies) {
    delivered.push_back(s.delivered);
    c.networked += s.networked;
  }
  const std::vector<Curve> housed = fitted(delivered, supplies, order, limits.halls);

  // Crews serve the supplies in one priority order, so the sum over the first k is the queue of their joint arrivals.
  FluidQueue queue(limits.installation);
  c.ready_by_supply.resize(supplies.size());
  for (const size_t k : order) c.ready_by_supply[k] = queue.add(housed[k]).shifted(limits.burn_in);
  c.installed = queue.finished();
  c.delivered = total(delivered);
  c.housed = queue.arrivals();
  c.ready = c.installed.shifted(limits.burn_in);

  c.allowed_it = minimum(minimum(limits.building, limits.cooling), divided_by_steps(limits.power, limits.pue));
  c.usable_by_supply = fitted(c.ready_by_supply, supplies, order, c.allowed_it);
  Curve unconnected = c.networked;
  for (const size_t k : order) {
    c.usable_by_supply[k] = within(c.usable_by_supply[k], unconnected, 1);
    unconnected -= c.usable_by_supply[k];
  }
  c.usable = total(c.usable_by_supply);
  for (size_t k = 0; k < supplies.size(); ++k) c.it_power += c.usable_by_supply[k].scaled(supplies[k].it_power);
  return c;
}

namespace {

/// How many accelerators an IT power serves: those at hand first, then the rest of what the supplies ever bring, then
/// more of the one that needs the most.
Curve served_by(const Curve& power, const std::vector<Curve>& at_hand, const std::vector<Supply>& supplies,
                const std::vector<size_t>& order) {
  std::vector<Curve> to_come;
  for (size_t k = 0; k < supplies.size(); ++k)
    to_come.push_back(positive_part(Curve(supplies[k].delivered.maximum()) - at_hand[k]));
  Curve left = power, count;
  for (const std::vector<Curve>* counts : {&at_hand, &std::as_const(to_come)}) {
    const std::vector<Curve> fit = fitted(*counts, supplies, order, left);
    count = count + total(fit);
    for (const size_t k : order) left -= fit[k].scaled(supplies[k].it_power);
  }
  return count + positive_part(left).scaled(1 / supplies[order.back()].it_power);
}

}  // namespace

Allowances allowances(const Limits& limits, const std::vector<Supply>& supplies, const Capacity& c) {
  const std::vector<size_t> order = by_power(supplies);
  if (order.empty() || supplies[order.back()].it_power <= 0) return {};
  std::vector<Curve> arrived;
  for (const Supply& supply : supplies) arrived.push_back(supply.delivered.shifted(limits.burn_in));
  const auto allowed = [&](const Curve& power, const std::vector<Curve>& at_hand) {
    return served_by(power, at_hand, supplies, order);
  };
  return {minimum(allowed(limits.building, c.ready_by_supply), allowed(limits.halls.shifted(limits.burn_in), arrived)),
          allowed(divided_by_steps(limits.power, limits.pue), c.ready_by_supply),
          allowed(limits.cooling, c.ready_by_supply)};
}

namespace {

double tolerance(double count) {
  return 1e-6 * std::max(1.0, count) + 1e-6;
}

/// Whether accelerators arrived day by day when those that are ready at t came, and still do at t.
bool deliveries_go_on(double t, double burn_in, const Capacity& c) {
  const auto stream = [&](double at) {
    const double slack = tolerance(c.delivered.at(at));
    const double before = c.delivered.at(at) - c.delivered.at(at - 0.25),
                 after = c.delivered.at(at + 0.25) - c.delivered.at(at);
    return before > slack && after > slack;  // a delivery in one day is no stream
  };
  return stream(t) && stream(t - burn_in);
}

/// The limit at one moment.
Limit limit_at(double t, const Limits& limits, const Capacity& c) {
  const double usable = c.usable.at(t), ready = c.ready.at(t), slack = tolerance(ready);
  if (usable < ready - slack) {
    // Short of power of some kind when the usable ones fill what is allowed; otherwise the fabric is what is missing.
    const double allowed = c.allowed_it.at(t);
    if (c.it_power.at(t) < allowed - 1e-6 * std::max(1.0, allowed)) return Limit::network;
    const double building = limits.building.at(t), cooling = limits.cooling.at(t),
                 power = limits.power.at(t) / limits.pue.at(t);
    return power <= cooling && power <= building ? Limit::power
           : cooling <= building                 ? Limit::cooling
                                                 : Limit::building;
  }
  // Everything that is ready runs: look upstream, at the moment when what is ready now was installed.
  const double s = t - limits.burn_in;
  const double installed = c.installed.at(s), housed = c.housed.at(s), delivered = c.delivered.at(s);
  if (installed < housed - slack) return Limit::installation;
  if (housed < delivered - slack) return Limit::building;
  // While more come day by day, the last of them are always burning in: more a day would bring more.
  if (deliveries_go_on(t, limits.burn_in, c)) return Limit::deliveries;
  if (c.installed.at(t) > ready + slack && c.delivered.at(t) <= c.installed.at(t) + slack) return Limit::burn_in;
  return Limit::chips;
}

/// A curve at moments that follow a cut at which it was placed.
struct Placed {
  const std::vector<Curve::Knot>* knots = nullptr;
  double before = 0;
  std::size_t next = 0;  ///< knot after the piece of that cut

  explicit Placed(const Curve& curve) : knots(&curve.knots()), before(curve.before()) {}
  void place(double cut) {
    while (next < knots->size() && (*knots)[next].time <= cut) ++next;
  }
  double at(double t) const {
    std::size_t k = next;
    while (k < knots->size() && (*knots)[k].time <= t) ++k;
    if (k == 0) return before;
    const Curve::Knot& knot = (*knots)[k - 1];
    return knot.value + knot.slope * (t - knot.time);
  }
};

/// Accelerators that wait for power, those that need the least first, between one cut of the curves and the next.
class Waiting {
 public:
  Waiting(const std::vector<Supply>& supplies, const Capacity& c) {
    for (const size_t k : by_power(supplies))
      all_.push_back({supplies[k].it_power, Placed(c.ready_by_supply[k]), Placed(c.usable_by_supply[k])});
  }
  /// Cuts come in rising order.
  void place(double from) {
    for (One& one : all_) one.ready.place(from), one.usable.place(from);
  }
  /// How many of them a power (W) would run at a moment from the cut on.
  double would_run(double t, double power) const {
    double gain = 0;
    for (const One& one : all_) {
      if (one.it_power > 0 && power <= 0) break;
      const double waiting = std::max(0.0, one.ready.at(t) - one.usable.at(t));
      const double more = one.it_power > 0 ? std::clamp(power / one.it_power, 0.0, waiting) : waiting;
      gain += more, power -= more * one.it_power;
    }
    return gain;
  }

 private:
  struct One {
    double it_power;
    Placed ready, usable;
  };
  std::vector<One> all_;
};

/// Accelerators that wait for power and would run at a moment if there were 1 MW more of a limit: those that need the
/// least first, as far as the other limits and the fabric go.
double megawatt_gain(double t, Limit limit, const Limits& limits, const Waiting& waiting, const Capacity& c) {
  const double building = limits.building.at(t) + (limit == Limit::building ? 1e6 : 0),
               cooling = limits.cooling.at(t) + (limit == Limit::cooling ? 1e6 : 0),
               power = (limits.power.at(t) + (limit == Limit::power ? 1e6 : 0)) / limits.pue.at(t);
  const double left = std::min({building, cooling, power}) - c.it_power.at(t);
  return std::clamp(c.networked.at(t) - c.usable.at(t), 0.0, waiting.would_run(t, left));
}

/// How many accelerators one unit more of the limit that binds would add at a moment. least_power: of an accelerator,
/// W.
double gain_at(double t, Limit limit, const Limits& limits, const Waiting& waiting, double least_power,
               const Capacity& c) {
  switch (limit) {
    case Limit::chips:
    case Limit::network:
    case Limit::deliveries:
    case Limit::installation:
      return 1;
    case Limit::burn_in:
      return std::max(0.0, std::min(c.installed.at(t), c.installed.at(t - limits.burn_in + 1)) - c.ready.at(t));
    case Limit::power:
    case Limit::cooling:
      return megawatt_gain(t, limit, limits, waiting, c);
    case Limit::building:
      break;
  }
  if (c.usable.at(t) < c.ready.at(t) - tolerance(c.ready.at(t))) return megawatt_gain(t, limit, limits, waiting, c);
  const double s = t - limits.burn_in;
  return std::max(0.0, std::min(1e6 / least_power, c.delivered.at(s) - c.housed.at(s)));
}

}  // namespace

std::vector<Interval> binding_limits(const Limits& limits, const std::vector<Supply>& supplies, const Capacity& c,
                                     double horizon) {
  const Curve installed_late = c.installed.shifted(limits.burn_in), housed_late = c.housed.shifted(limits.burn_in),
              delivered_late = c.delivered.shifted(limits.burn_in);
  std::vector<const Curve*> curves = {&limits.building, &limits.power, &limits.cooling, &limits.pue,
                                      &c.networked,     &c.allowed_it, &installed_late, &housed_late,
                                      &delivered_late,  &c.installed,  &c.delivered};
  for (const std::vector<Curve>* by_supply : {&c.usable_by_supply, &c.ready_by_supply})
    for (const Curve& curve : *by_supply) curves.push_back(&curve);
  std::vector<double> cuts = {0};
  for (const double t : knot_times(curves))
    if (t > 0 && t < horizon && t - cuts.back() > 1e-9) cuts.push_back(t);
  cuts.push_back(horizon);

  double least_power = infinity;
  for (const Supply& supply : supplies)
    if (supply.it_power > 0) least_power = std::min(least_power, supply.it_power);
  Waiting waiting(supplies, c);
  constexpr int samples = 16, thirds = 24;
  std::vector<Interval> out;
  for (size_t i = 0; i + 1 < cuts.size(); ++i) {
    const double from = cuts[i], to = cuts[i + 1];
    const Limit limit = limit_at(0.5 * (from + to), limits, c);
    waiting.place(from);
    // Between two cuts the gain is the least of a few linear functions, so it has one top: the best of some points,
    // then the interval beside it cut by a third until it is narrow (ternary search).
    auto gain_near = [&](double t) {
      return gain_at(std::min(t, std::nextafter(to, from)), limit, limits, waiting, least_power, c);
    };
    const double step = (to - from) / samples;
    double gain = gain_near(to), top = to;
    const bool level = limit == Limit::chips || limit == Limit::network || limit == Limit::deliveries ||
                       limit == Limit::installation;  // the same at all moments
    for (int k = 0; !level && k < samples; ++k)
      if (const double here = gain_near(from + k * step); here > gain) gain = here, top = from + k * step;
    double low = std::max(from, top - step), high = std::min(to, top + step);
    for (int k = 0; !level && k < thirds; ++k) {
      const double a = low + (high - low) / 3, b = high - (high - low) / 3;
      const double at_a = gain_near(a), at_b = gain_near(b);
      gain = std::max({gain, at_a, at_b});
      (at_a < at_b ? low : high) = at_a < at_b ? a : b;
    }
    if (!out.empty() && out.back().limit == limit) {
      out.back().to = to;
      out.back().gain = std::max(out.back().gain, gain);
    } else {
      out.push_back({from, to, limit, gain});
    }
  }
  // One more accelerator a day adds up over the interval, until nothing is left waiting.
  for (Interval& interval : out) {
    if (interval.limit == Limit::deliveries) interval.gain = interval.to - interval.from;
    if (interval.limit == Limit::installation) {
      interval.gain = 0;
      for (int i = 1; i <= samples; ++i) {
        const double t = interval.from + (interval.to - interval.from) * i / samples;
        const double uninstalled = c.housed.at(t - limits.burn_in) - c.installed.at(t - limits.burn_in);
        interval.gain = std::max(interval.gain, std::min(t - interval.from, uninstalled));
      }
    }
  }
  return out;
}

}  // namespace orrery::site
