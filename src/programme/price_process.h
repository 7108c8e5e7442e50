// Prices that move at random through a forecast: what rents and accelerators fetch, as an index that is 1 at the start
// and whose logarithm goes back to that of a falling level (money/rent_process). What is said to follow it is
// multiplied by it, month by month.
#pragma once
#include "programme/plan.h"
#include "programme/read.h"

namespace orrery::programme {

/// Reads [process.*]: an input for each, and a shock for each quarter of the forecast. Before what follows them is
/// read.
void read_processes(Reader& reader, Plan& plan, const View& root);

/// The process that a section's key names, and its `follows`; -1 where it names none. Throws Error for one that is not
/// there.
int process_named(Reader& reader, const Plan& plan, const View& view, const char* key);
int read_follows(Reader& reader, const Plan& plan, const View& view);

/// The index of each quarter of the forecast, of its first day. A quarter is a fourth of a year from the start on.
std::vector<double> price_path(const Plan& plan, const PriceProcess& process, Draws draws);

/// The quarters of a forecast, the day since the start on which one begins, and that in which a day lies.
std::size_t price_quarters(const Plan& plan);
double price_quarter_start(std::size_t quarter);
std::size_t price_quarter(const Plan& plan, double day);

/// The index of each month of the forecast, of its first day, by process.
std::vector<std::vector<double>> price_indices(const Plan& plan, Draws draws);

}  // namespace orrery::programme
