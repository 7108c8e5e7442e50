// Accelerators from a source of wafers, fab or foundry, by quarter: lead time, ramp of wafer starts, cycle time, dies
// and yield on a wafer, what packaging lets through, and the money each step takes. Aggregate wafers; no lots and no
// tools.
#pragma once
#include <cstddef>
#include <vector>

#include "base/amount.h"

namespace orrery::silicon {

/// The accelerator, common to all sources. SI units: m, s, $.
struct ChipProduct {
  double die_area = 0, wafer_diameter = 0.3, clustering = 3;
  double salvage = 0;      ///< share of the dies with a defect that still sell, with parts switched off
  double part_cost = 0;    ///< $ per accelerator for all but its logic die: memory, package, test
  double price = 0;        ///< $ per accelerator, sold or used instead of a bought one
  double own_use = 0;      ///< accelerators per s that the owner takes; the rest is for sale
  double design_cost = 0;  ///< $, spent evenly over design_time
  double design_time = 0;  ///< s from the start; no wafer starts before
  double bring_up = 0;     ///< s from the first wafer to the first that is sold: its cycle, test and corrections
};

/// A way to wafers: a fab built or bought, or a foundry's contract.
struct WaferSource {
  double upfront = 0;     ///< $ at the start: the price of a fab that exists, the licence of a process
  double capex = 0;       ///< $ per wafer/s of capacity, spent evenly over the lead time
  double lead_time = 0;   ///< s from the start to the first wafer that can be started
  double ramp_time = 0;   ///< s over which starts rise linearly to the capacity
  double cycle_time = 0;  ///< s from a wafer's start to its dies
  double fixed_cost = 0;  ///< $/s from the end of the lead time on, whatever is made
  double wafer_cost = 0;  ///< $ per wafer started: to run the fab, or the foundry's price
  double minimum = 0;     ///< share of the ramped capacity that is paid for even when not started (take or pay)
  double defects_first = 0, defects_mature = 0;  ///< per m2
  double halving = 1;                            ///< s in which the distance to the mature density halves
};

/// One step of the plan, of supply_step_time each.
struct SupplyStep {
  double starts = 0;  ///< wafers
  double dies = 0;    ///< good ones
  double cash = 0;    ///< $, negative when spent
  double spent = 0;   ///< $ paid, a part of cash
  bool held = false;  ///< by packaging: the fab could have started more
};

/// The years are cut into this many steps; cycle times are rounded to whole steps.
inline constexpr int supply_steps_in_year = 48;
inline constexpr double supply_step_time = year_length.value() / supply_steps_in_year;

/// The plan of a source at a capacity (wafers/s). packaging gives the accelerators that can be packaged in each step,
/// and with its size the number of steps. Wafers start only where their dies can be packaged when they are done, so
/// dies = starts of a cycle time before x good_per_wafer. Sales are paid as they are made. Throws Error for negative
/// amounts and for a minimum above 1.
std::vector<SupplyStep> run_source(const ChipProduct& product, const WaferSource& source, double capacity,
                                   const std::vector<double>& packaging);

/// Good dies from a wafer that is done at a time after the start: gross dies x (yield + salvage x (1 - yield)).
/// Learning starts with the first wafer that is sold.
double good_per_wafer(const ChipProduct& product, const WaferSource& source, double time);

/// The lowest cumulative cash of a plan, $; at most 0.
double low_point(const std::vector<SupplyStep>& steps);

/// The largest capacity up to limit whose low point the money covers: limit itself if it does, else by bisection to
/// 1e-9 of limit; 0 when not even the fixed spending is covered.
double affordable(const ChipProduct& product, const WaferSource& source, double money, double limit,
                  const std::vector<double>& packaging);

/// Present value at the start of cash in the middle of each step; rate per year.
double present_value(const std::vector<SupplyStep>& steps, double rate);

}  // namespace orrery::silicon
