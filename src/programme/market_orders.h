// Orders that draw on a market (silicon/market): they stand in its line beside its own buyers, and come as its supply
// of a trial is allotted.
#pragma once
#include "base/curve.h"
#include "programme/read.h"

namespace orrery::programme {

/// The markets that a scenario names, each read from its file; its uncertain values become inputs of the programme.
/// Throws Error for a file that is no market or is named twice, and for a product that it does not sell.
void read_markets(Reader& reader, Plan& plan, const View& root);

/// Puts an order that names a market into its line: in the place of orders of its buyer there, from the quarter of the
/// order on, then of earlier ones, the nearest first; what is left of it is on top of them. Throws Error for a market
/// that is not there, for lead_time, rate or deliveries beside it, and for a day that hangs on an event or lies before
/// the market's first quarter.
void read_market_order(Reader& reader, Plan& plan, const View& view, Order& order);

/// Accelerators of an order that its market has delivered by each day since the plan's start: what is allotted in a
/// quarter comes evenly over it, and none before the day of the order. After the market's last quarter its supply goes
/// on as in that one, and its other buyers order no more.
Curve market_deliveries(const Plan& plan, const Order& order, Draws draws);

}  // namespace orrery::programme
