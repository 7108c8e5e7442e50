// Answers to a finance file and to SAM's cases as text, JSON and CSV. The functions print nothing.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "money/sam/sam.h"
#include "programme/finance.h"

namespace orrery::report {

/// Everything a finance report is made of: the questions and their answers.
struct FinanceResult {
  programme::FinanceQuestions questions;
  // [project]
  money::SingleOwnerResult project;
  money::Lines lines;
  money::InternalRates returns;  ///< every rate of the owner's cash after tax
  // [owner]
  money::OwnerCost owner;                 ///< at the medians, per W and s
  std::vector<money::OwnerCost> by_life;  ///< at the lives of the published rows
  money::OwnerCostBand band;
  std::optional<Time> break_even_life;
  // [work]
  std::vector<money::Option> options;
  std::vector<money::CheapestSpan> spans;
  // [[commitment]]
  money::CommitmentTotals totals;
  std::vector<money::YearOfCommitments> years;  ///< as announced
  std::vector<money::YearOfCommitments> binding_years;
  std::vector<money::YearLimit> limits;
  std::vector<money::ClaimCheck> claims;  ///< of the question's claims, in order
  std::vector<money::GapSpread> gaps;     ///< empty without trials
  std::optional<money::RevenuePath> path;
  int trials = 0;
  std::uint64_t seed = 0;
};

/// Answers the questions. trials of 0 leave the spreads out; the owner's band always has at least 2,000.
FinanceResult finance(programme::FinanceQuestions questions, int trials, std::uint64_t seed);

std::string finance_text(const FinanceResult& result);
/// docs/money.md describes the JSON. Amounts are in dollars, rates fractions a year.
std::string finance_json(const FinanceResult& result);
/// File name to contents: cash_flow.csv, owner.csv, choice.csv, ledger.csv, years.csv, as far as asked.
std::map<std::string, std::string> finance_csv(const FinanceResult& result);

/// A SAM case as a short table: returns, debt, cost of energy, and the cash flow by year.
std::string sam_text(const money::SamCase& read);
/// The yearly lines of a pro forma as CSV, and of a single-owner case.
std::string flows_csv(const money::Lines& lines);
std::string sam_csv(const money::SamCase& read);

}  // namespace orrery::report
