// Capacity of a forecast as rows: dated states, what each limit alone would allow, power by source, quarters, and the
// spans in which one limit binds.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "programme/simulate.h"

namespace orrery::programme {

/// A span in which one thing binds at a site.
struct BoundSpan {
  double from = 0, to = 0;  ///< days
  std::string binds, unit;  ///< one unit of what binds
  double gain = 0;          ///< accelerators (W of a load) that one unit more would add, at most
  bool all_usable = false;  ///< nothing is there that is not usable
};
/// From day 0 to the horizon, adjoining ones with the same joined. Energy binds in the months of a site with weather in
/// which the lack of it takes half an accelerator or more.
std::vector<BoundSpan> bound_spans(const Plan& plan, const Forecast& forecast, std::size_t site, double horizon);

/// The state on a day and what binds from that day on.
struct CapacityRow {
  Date date;
  std::string site;
  double usable = 0, it_power = 0, facility_power = 0;  ///< accelerators, W, W
  std::string binding;
  std::string unit;  ///< one unit of the binding limit
  double gain = 0;   ///< accelerators that one unit more would add
};
/// One row for every site (and rental) at the start, at each change of the binding limit, at each start of a month, and
/// at each bend or jump of its usable accelerators with the day before: between rows the number runs straight, to a
/// day. Where the months of all would be more than 100,000 rows, they are left out.
std::vector<CapacityRow> capacity_rows(const Plan& plan, const Forecast& forecast);

/// What each limit alone would allow on a day: accelerators, or W of IT power where a site holds a load without
/// accelerators; nothing where there is no such limit.
struct LimitRow {
  Date date;
  std::string place;
  bool in_watts = false;
  /// At the place; installed and burned in; then as site::allowances has them; connected by the fabric.
  std::optional<double> delivered, ready, building, power, cooling, network;
};
/// For every site and rental, and for "all" where several of them count accelerators, or watts: a row at the start, the
/// end and each bend or jump, with the day before: between rows each runs straight, to a day. Power that bridges counts
/// as long as it stays. "all" is the sum, a rental in it with what it has handed over under each limit.
std::vector<LimitRow> limit_rows(const Plan& plan, const Forecast& forecast);

/// The rating of a source of power on a day.
struct PowerRow {
  Date date;
  std::string place, source;
  std::string kind;  ///< of plant, of the catalog
  double rated = 0;  ///< W energised; 0 before service and after leaving
};
/// For every site a row of each of its blocks at the start, the end and each bend or jump of any of them, with the day
/// before; where there are several sites, "all" with the sum of each kind of plant as its sources. Where a place would
/// have more than 100,000 rows, each block has the days of its own bends.
std::vector<PowerRow> power_rows(const Plan& plan, const Forecast& forecast);

/// A limit, where it bound, and for how many days.
struct BoundBy {
  std::string place, limit;
  double days = 0;
};

/// The state on the last day of a quarter, and for how many days of it what bound.
struct QuarterRow {
  Date last;
  double usable = 0, it_power = 0, facility_power = 0;  ///< accelerators, W, W
  std::vector<BoundBy> bound_by;                        ///< the longest first
};
/// One row for each quarter of the calendar, and one for the end of the forecast.
std::vector<QuarterRow> capacity_by_quarter(const Plan& plan, const Forecast& forecast);

/// What binds a site or a rental from one day to another.
struct BindingSpan {
  std::string place;
  double from = 0, to = 0;  ///< days since the plan's start
  std::string binds, unit;
  double gain = 0;          ///< accelerators that one unit more would add, at most
  bool in_watts = false;    ///< of a load in MW: the gain is in W
  bool all_usable = false;  ///< every accelerator that was delivered is usable
};
/// Spans of half a day and more, site by site, then the rentals.
std::vector<BindingSpan> binding_spans(const Plan& plan, const Forecast& forecast);

}  // namespace orrery::programme
