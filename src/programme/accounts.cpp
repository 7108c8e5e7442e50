#include "programme/accounts.h"

#include <algorithm>

namespace orrery::programme {
namespace {

/// The value of a name, made at the end where it is new.
template <class Value>
Value& at(std::vector<std::pair<std::string, Value>>& sums, const std::string& name, const Value& otherwise) {
  const auto it = std::find_if(sums.begin(), sums.end(), [&](const auto& x) { return x.first == name; });
  if (it != sums.end()) return it->second;
  return sums.emplace_back(name, otherwise).second;
}

}  // namespace

std::vector<std::pair<std::string, std::vector<std::optional<double>>>> money_by_cause(const Plan& plan,
                                                                                       const money::Ledger& ledger) {
  std::vector<std::pair<std::string, std::vector<std::optional<double>>>> sums;
  const std::vector<std::optional<double>> none(money::line_count);
  for (const money::Entry& e : ledger.entries) {
    std::optional<double>& sum = at(sums, plan.causes[e.cause].name, none)[static_cast<size_t>(e.line)];
    sum = sum.value_or(0) + e.amount.value();
  }
  return sums;
}

std::vector<std::pair<std::string, double>> money_by_counterparty(const Plan& plan, const money::Ledger& ledger) {
  std::vector<std::pair<std::string, double>> sums;
  for (const money::Entry& e : ledger.entries) at(sums, plan.causes[e.cause].counterparty, 0.0) += e.amount.value();
  return sums;
}

PeakFunding peak_funding(const std::vector<Money>& cash) {
  PeakFunding peak;
  Money since_start(0);
  for (std::size_t m = 0; m < cash.size(); ++m) {
    since_start += cash[m];
    if (-since_start > peak.amount) peak = {-since_start, m};
  }
  return peak;
}

}  // namespace orrery::programme
