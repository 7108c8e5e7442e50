// Supply that orders and rentals draw on: markets (silicon/market_file) and chip factories (silicon/factory_file). They
// stand in its line beside its other buyers, and get what its supply of a trial is allotted to them.
#pragma once
#include "base/curve.h"
#include "programme/days.h"
#include "programme/read.h"

namespace orrery::programme {

/// The markets and factories that a scenario names, each read from its file; their uncertain values become inputs of
/// the programme. Throws Error for a file of another kind, for a product or an option that it does not have, and for
/// two sections of one product or option.
void read_supply_lines(Reader& reader, Plan& plan, const View& root);

/// Puts an order or a rental that names its supply into the line: in the place of orders of its buyer there, or on top
/// of them. asked: its day; scheduled: whether it has lead_time, rate or deliveries, as which it then asks. Throws
/// Error for a supply that is not there, for terms without a supply, and for a date before the first period on which
/// everything is asked for.
SupplyDraw read_draw(Reader& reader, Plan& plan, const View& view, std::string_view key, const Day& asked,
                     bool scheduled);

/// Whether the day of something that draws on a supply hangs on an event.
bool draws_hang(const Plan& plan);

/// The first day of a period of a line.
Date period_start(const SupplyLine& line, std::size_t period);

/// What a line has made and shared in a trial, by period.
struct SharedLine {
  std::vector<double> made;
  std::vector<silicon::MarketQuarter> periods;
  std::vector<std::vector<double>> asked, served;  ///< by SupplyDraw::index, then period; empty for other lines' draws
};

/// Shares a line. What a draw asks for before the first period it has got by itself. It takes the place of its buyer's
/// orders of the period, then of later and of earlier ones, the nearest first. After the periods that the file speaks
/// of supply and orders are as in the last.
SharedLine share_line(const Plan& plan, std::size_t line, Draws draws, const DependentDays& days);

/// By SupplyDraw::index, accelerators that have come by each day since the plan's start. What is asked as scheduled
/// comes so while nothing of it waits in the line, and evenly over a period in or before which something does, no
/// sooner than scheduled; what is asked for in one day comes evenly over each period, from that day on.
std::vector<Curve> drawn_deliveries(const Plan& plan, Draws draws, const DependentDays& days);

/// Days in which half an accelerator or more of what an order or a rental asks its line for has not come.
struct SupplyWait {
  double from = 0, to = 0;  ///< infinite: to the last
  std::string line;         ///< its name
};
std::vector<SupplyWait> supply_waits(const Plan& plan, const Order& order, const DependentDays& days);
std::vector<SupplyWait> supply_waits(const Plan& plan, const Rental& rental, const DependentDays& days);

}  // namespace orrery::programme
