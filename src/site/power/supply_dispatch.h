// What the flows of a solved programme of supply are in W and J, with the balance of every hour closed, and what they
// come to.
#pragma once
#include <vector>

#include "site/power/least_cost.h"
#include "site/power/supply.h"
#include "site/power/supply_programme.h"

namespace orrery::site {

/// W of sources and stores, J of stores, by quarter (one without times), with what stands.
struct SupplySizes {
  std::vector<std::vector<double>> source, power, energy;
};

/// Sizes that the interior point leaves below `dust` of the highest load are none.
SupplySizes supply_sizes(const SupplyQuestion& question, const SupplyProgramme& programme, const LeastCost& solved,
                         double dust);

/// Flows of the answer. What is lost below a millionth of the load is taken for none; what then lacks in an hour, or is
/// too much, is put on the source with the most room, else on unserved load: energy balances.
SupplyHours supply_hours(const SupplyQuestion& question, const SupplyProgramme& programme, const LeastCost& solved,
                         const SupplySizes& sizes);

/// Adds an hour to a span; step: s that it stands for; price: $/J.
void add_hour(const SupplyQuestion& question, const SupplyHours& hours, const SupplySizes& sizes, std::size_t quarter,
              std::size_t t, double step, double price, SupplySpan& span);

/// A span that is empty.
SupplySpan empty_span(const SupplyQuestion& question);

/// $ of the highest power of a source in each period of a programme, by source and period, at the demand charge.
std::vector<std::vector<double>> demand_charges(const SupplyQuestion& question, const SupplyProgramme& programme,
                                                const SupplyHours& hours);

/// $ of what is given, which the programme does not count: fixed cost of what stands and is fixed, capital of the
/// latter. At what it is worth.
double owed(const SupplyQuestion& question, const SupplyProgramme& programme);

}  // namespace orrery::site
