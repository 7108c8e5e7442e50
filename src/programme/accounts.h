// The money of a forecast summed up: by what it is spent on, and by whom it comes from or goes to.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "money/ledger.h"
#include "programme/plan.h"

namespace orrery::programme {

/// For each cause in the order of its first entry: $ by line (money::line_count long), nothing where it has no entry.
std::vector<std::pair<std::string, std::vector<std::optional<double>>>> money_by_cause(const Plan& plan,
                                                                                       const money::Ledger& ledger);

/// For each counterparty in the order of its first entry: $ in all.
std::vector<std::pair<std::string, double>> money_by_counterparty(const Plan& plan, const money::Ledger& ledger);

}  // namespace orrery::programme
