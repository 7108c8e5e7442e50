// Own, lease or cloud on the same work, compared by month: what each would have cost in all if the work ended in that
// month, so that short work shows what leaving costs and long work what owning saves. Names the month from which each
// is cheapest and the cost that decides it.
#pragma once
#include <string>
#include <vector>

#include "money/contracts/cloud.h"
#include "money/contracts/compute_cost.h"
#include "money/contracts/lease.h"

namespace orrery::money {

/// What a way to have computing costs up to and with the last month of the work, all as present values, positive.
enum class CostPart { capital, residual, rent, running, leaving, bridge };
inline constexpr std::size_t cost_parts = 6;
/// "capital", "residual value", "rent", "running cost", "leaving early", "bridging the wait".
std::string_view cost_part_name(CostPart part);
using CostParts = std::array<double, cost_parts>;  ///< $

/// The work: accelerators at work in each month from the start.
struct Work {
  Date start;
  std::vector<Chips> chips;
};

/// Buying: enough for the largest month, paid at the start, at work after a wait that the cloud bridges.
struct OwnTerms {
  Quantity<dimension::money - dimension::chips> price;     ///< accelerator with its server and network
  Quantity<dimension::money - dimension::chips> building;  ///< hall and plant per accelerator
  MoneyPerChipTime running;                                ///< energy, staff, repair, per accelerator owned
  int wait_months = 0;
  double value_left_a_year = 0.65;  ///< of the accelerator's price, kept from year to year after it is paid, when sold
  double building_value_left_a_year = 0.95;  ///< from the end of the wait on
  double selling_cost = 0;                   ///< share of the price got on sale
};
/// Leasing: the lease's terms, for all accelerators it holds; work beyond them, and the wait, go to the cloud.
struct LeaseOption {
  LeaseTerms terms;
  Chips chips;
  MoneyPerChipTime running;  ///< what the lessee pays beside rent, such as energy
};

struct Option {
  std::string name;
  std::vector<CostParts> parts;  ///< by month in which the work ends
  std::vector<Money> total;      ///< their sums
};
Option owning(const Work& work, const OwnTerms& terms, const CloudTerms& bridge, double rate);
Option leasing(const Work& work, const LeaseOption& lease, const CloudTerms& bridge, double rate);
Option renting(const Work& work, const CloudTerms& cloud, double rate);

/// A run of months over which one option is cheapest, or several that do not differ.
struct CheapestSpan {
  int from_month = 0, to_month = 0;         ///< the work ends in these months, counted from 0
  std::size_t option = 0;                   ///< the cheapest at the start of the span
  std::size_t runner_up = 0;                ///< the next there
  std::vector<std::size_t> level;           ///< that cost too little more to tell apart, with the cheapest, in order
  CostPart decided_by = CostPart::capital;  ///< where it saves most against the runner-up at the start of the span
  Money saving;                             ///< in all, there
};
/// The spans in order; ties go to the option named first. least_difference: share of the cheapest's cost up to which
/// another is not told apart from it. All options must have the same months. Throws Error otherwise, and for work
/// without months.
std::vector<CheapestSpan> cheapest_by_month(const std::vector<Option>& options, double least_difference = 0);

}  // namespace orrery::money
