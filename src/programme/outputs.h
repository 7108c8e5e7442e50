// What a forecast gives, as a list of numbers: milestones, runs, totals, and what observations are held to.
#pragma once
#include <string>
#include <vector>

#include "programme/plan.h"
#include "programme/simulate.h"

namespace orrery::programme {

/// One number that a forecast gives: a date (days since start, infinite for never) or an amount in base units.
struct Output {
  enum class Group {
    readiness,
    milestone,
    run_start,
    run_finish,
    total,
    observed_level,
    observed_date,
    by_month,
    hanging_day,
    schedule,
    company,
    gap,          ///< index: of funding_quarters, then the sum of all
    powered,      ///< index: of power_by_year; site: 0 financed capacity, 1 built, 2 running, 3 financed chips
    item_start,   ///< index: into Funding::items
    work_of_year  ///< index: years since that of the start; FLOP, then what a PFLOP-day of it costs, $
  };
  std::string name;
  Group group = Group::total;
  int index = 0;  ///< of the milestone, run, observation, month, dependency, schedule_items or as its group says
  bool is_date = false;
  Dimension dimension;  ///< of an amount
  int site = -1;        ///< by_month: the site; -1 for all together; powered: which power
};

/// What by_month outputs give of all sites and rentals together, in this order for each month: usable accelerators, IT
/// power, facility power (W) at its end, energy of the month (J), cash from the start to its end ($); and of each site
/// of several, after them: usable accelerators and IT power.
inline constexpr int monthly_of_all = 5, monthly_of_site = 2;

/// What company outputs give of each company, in this order: its net present value before tax and debt ($), what its
/// owners get after both ($, and a year), the debt ($), its least coverage where it has debt, the most that must be
/// funded ($). A company that never earns has its net present value twice and a return of -1.
inline constexpr int outputs_of_company = 6;

/// A petaflop/s for a day.
inline constexpr double pflop_day = 86400e15;

/// Powers of a year of commitments, as Output::site names them.
inline constexpr int powers_of_year = 4;

/// All accelerators that a plan orders and rents; W of IT power where it is a plan in MW.
double size_of(const Plan& plan);

/// The outputs of a plan, in a fixed order: when the first and nine tenths of all are usable and, where it has sites,
/// when the first of them has firm power; milestones, runs, totals, months, the ends of what the schedule has; then
/// what observations and days that hang on events add, so that neither moves the others.
std::vector<Output> outputs_of(const Plan& plan);
/// Their values in one forecast.
std::vector<double> output_values(const Plan& plan, const Forecast& forecast);

}  // namespace orrery::programme
