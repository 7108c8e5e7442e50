// The money of a forecast summed up: by what it is spent on, by whom it comes from or goes to, and what must be funded.
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

/// The most that has gone out on balance since the start by the end of a month, which is what must be funded from
/// elsewhere, and that month (the first, where several are alike). 0 where what comes in always covers what goes out.
struct PeakFunding {
  Money amount;
  std::size_t month = 0;  ///< since the start
};
/// cash: of each month.
PeakFunding peak_funding(const std::vector<Money>& cash);

}  // namespace orrery::programme
