// What a site can run at each date: the least of what deliveries, installation, building, power, cooling and network
// allow, on piecewise linear curves over days since the programme's start.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/curve.h"

namespace orrery::site {

/// Accelerators of one order on their way to a site.
struct Supply {
  Curve delivered;      ///< accelerators at the site, cumulative; rises
  Curve networked;      ///< accelerators that the fabric bought with them connects, cumulative; rises
  double it_power = 0;  ///< W of IT power per accelerator
};

/// The limits of a site. Powers in W.
struct Limits {
  Curve halls;         ///< IT power of the halls that racks can be brought into
  Curve building;      ///< IT power of the halls that are ready for use
  Curve power;         ///< firm facility power
  Curve cooling;       ///< IT heat that can be removed
  Curve pue{1};        ///< facility power per IT power at peak; piecewise constant, at least 1
  Curve installation;  ///< accelerators the crews could have installed by each date, were they never idle
  double burn_in = 0;  ///< days between installation and use
};

/// What holds the number of usable accelerators down.
/// deliveries: more come day by day; chips: all there are, until the next delivery, are usable.
enum class Limit { chips, deliveries, installation, burn_in, building, power, cooling, network };
std::string limit_name(Limit limit);
/// What one unit more of the limit is: "1 MW", "1 chip/day".
std::string limit_unit(Limit limit);

/// Capacity over time. Curves in accelerators or W; index k is the supply's place in the input.
struct Capacity {
  std::vector<Curve> usable_by_supply;
  std::vector<Curve> ready_by_supply;
  Curve networked;   ///< accelerators that the fabric can connect
  Curve usable;      ///< accelerators installed, burned in, connected, powered and cooled
  Curve it_power;    ///< W of IT power of the usable accelerators
  Curve delivered;   ///< accelerators at the site
  Curve installed;   ///< accelerators in racks
  Curve ready;       ///< installed and burned in
  Curve housed;      ///< delivered and with a place in a hall that is ready
  Curve allowed_it;  ///< W of IT power that building, power and cooling allow together
};

/// The supplies by IT power per accelerator, the least first; those that need the same by their first delivery.
std::vector<std::size_t> by_power(const std::vector<Supply>& supplies);

/// Installation works on what is delivered and has a place; where place, crews, fabric or power are short the
/// accelerators that need the least power come first, and the fabric of a site serves whichever is ready. With that,
/// the number of usable ones is the largest possible for each of these in turn, and one accelerator more never lowers
/// it.
Capacity usable_capacity(const Limits& limits, const std::vector<Supply>& supplies);

/// How many accelerators each limit would allow were it the only one, over time; nothing where none of the supplies
/// takes power.
struct Allowances {
  std::optional<Curve> building;  ///< halls that are ready, and those that were open a burn-in before
  std::optional<Curve> power;     ///< at the facility's terminals, over the PUE
  std::optional<Curve> cooling;
};

/// IT power goes to what is ready first, as in usable_capacity (what had arrived a burn-in before, for the halls), then
/// to what is still to come of the supplies, each time to those that need the least first, then to more of the kind
/// that needs the most. So none of these, nor what is ready or networked, is ever below the usable ones, and where
/// power, or cooling, or building binds it is equal to them.
Allowances allowances(const Limits& limits, const std::vector<Supply>& supplies, const Capacity& capacity);

/// One interval in which the same limit binds.
struct Interval {
  double from = 0, to = 0;  ///< days
  Limit limit = Limit::chips;
  double gain = 0;  ///< the most usable accelerators that one unit more of the limit (limit_unit) would add in it
};

/// The intervals from day 0 to horizon, adjoining ones with the same limit joined.
std::vector<Interval> binding_limits(const Limits& limits, const std::vector<Supply>& supplies,
                                     const Capacity& capacity, double horizon);

}  // namespace orrery::site
