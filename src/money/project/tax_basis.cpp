// Depreciation bases and investment credits, and the taxes they lead to. The cost that depreciates is shared among the
// classes; grants may reduce the federal and the state basis; half of a credit is disallowed from the basis it reduces
// (Internal Revenue Code 50(c)(3)); a bonus share is written off in year 1.
#include <algorithm>
#include <numeric>

#include "money/project/pro_forma.h"

namespace orrery::money {

namespace {

enum Jurisdiction : std::size_t { federal, state };

double sum(const ByClass& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

// What of the grants leaves the basis of a jurisdiction.
void grant_reductions(const SingleOwner& project, const GrantAmounts& grants, bool of_state, DepreciationBasis& basis) {
  for (std::size_t p = 0; p < payers; ++p) {
    const Grant& ibi = project.incentives.investment[p];
    const Grant& cbi = project.incentives.capacity[p];
    if (of_state ? ibi.amount_cuts_state_basis : ibi.amount_cuts_federal_basis) basis.ibi_total += grants.by_amount[p];
    if (of_state ? ibi.share_cuts_state_basis : ibi.share_cuts_federal_basis) basis.ibi_total += grants.by_share[p];
    if (of_state ? cbi.amount_cuts_state_basis : cbi.amount_cuts_federal_basis)
      basis.cbi_total += grants.by_capacity[p];
  }
}

// The basis of a jurisdiction before credits, and which part of it earns that jurisdiction's credit.
void before_credits(const TaxDepreciation& rules, const ByClass& share, const ByClass& allocated,
                    DepreciationBasis& basis) {
  for (std::size_t c = 0; c < depreciation_classes; ++c) {
    basis.share[c] = rules.grants_cut_all_classes ? share[c] : c == 0 ? 1.0 : 0.0;
    basis.ibi_reduction[c] = basis.share[c] * basis.ibi_total;
    basis.cbi_reduction[c] = basis.share[c] * basis.cbi_total;
    basis.before_credit[c] = allocated[c] - basis.ibi_reduction[c] - basis.cbi_reduction[c];
    basis.qualifying[c] = rules.credit_for[c] ? basis.before_credit[c] : 0;
  }
  basis.qualifying_total = sum(basis.qualifying);
}

// The credit of a jurisdiction by year, and how much of it each class stands for.
void credits(const InvestmentCredit& credit, DepreciationBasis& basis, std::span<double> amount_line,
             std::span<double> percent_line, std::span<double> total_line) {
  const std::size_t n = amount_line.size() - 1;
  for (std::size_t year = 1; year <= n; ++year) {
    const double amount = year <= credit.amount.size() ? credit.amount[year - 1] : 0;
    const double share = year <= credit.share.size() ? credit.share[year - 1] : 0;
    const double limit = credit.share_limit.size() == 1      ? credit.share_limit[0]
                         : year <= credit.share_limit.size() ? credit.share_limit[year - 1]
                                                             : 0;
    amount_line[year] = amount;
    percent_line[year] = std::min(limit, share * basis.qualifying_total);
    total_line[year] = amount_line[year] + percent_line[year];
    basis.credit_amount_total += amount_line[year];
    basis.credit_percent_total += percent_line[year];
  }
  constexpr double disallowed = 0.5;  // Internal Revenue Code 50(c)(3)(A)
  for (std::size_t c = 0; c < depreciation_classes; ++c) {
    basis.qualifying_share[c] = basis.qualifying_total > 0 ? basis.qualifying[c] / basis.qualifying_total : 0;
    basis.credit_percent[c] = basis.qualifying_share[c] * basis.credit_percent_total;
    basis.credit_amount[c] = basis.qualifying_share[c] * basis.credit_amount_total;
    basis.disallowed_percent[c] = disallowed * basis.credit_percent[c];
    basis.disallowed_amount[c] = disallowed * basis.credit_amount[c];
  }
}

// What is left to depreciate in a jurisdiction, and its depreciation lines.
void depreciate(const SingleOwner& project, Jurisdiction where, const DepreciationBasis& federal_credit,
                const DepreciationBasis& state_credit, DepreciationBasis& basis, Lines& lines) {
  const TaxDepreciation& rules = where == federal ? project.federal : project.state;
  const FlowLine first = where == federal ? FlowLine::feddepr_macrs_5 : FlowLine::stadepr_macrs_5;
  const FlowLine total_line = where == federal ? FlowLine::feddepr_total : FlowLine::stadepr_total;
  const InvestmentCredit& fed = project.incentives.investment_credit[federal];
  const InvestmentCredit& sta = project.incentives.investment_credit[state];
  const std::size_t n = static_cast<std::size_t>(project.years);
  const std::span<double> total = lines[total_line];
  for (std::size_t c = 0; c < depreciation_classes; ++c) {
    basis.federal_credit_reduction[c] = (fed.share_cuts_basis[where] ? federal_credit.disallowed_percent[c] : 0) +
                                        (fed.amount_cuts_basis[where] ? federal_credit.disallowed_amount[c] : 0);
    basis.state_credit_reduction[c] = (sta.share_cuts_basis[where] ? state_credit.disallowed_percent[c] : 0) +
                                      (sta.amount_cuts_basis[where] ? state_credit.disallowed_amount[c] : 0);
    basis.after_credit[c] =
        basis.before_credit[c] - basis.federal_credit_reduction[c] - basis.state_credit_reduction[c];
    basis.first_year_bonus[c] = rules.bonus_for[c] ? rules.bonus * basis.after_credit[c] : 0;
    basis.basis[c] = basis.after_credit[c] - basis.first_year_bonus[c];
    total[1] += basis.first_year_bonus[c];
    if (basis.basis[c] == 0) continue;
    const bool custom = c == static_cast<std::size_t>(DepreciationClass::custom);
    const std::span<const double> table = custom ? std::span<const double>(project.custom_depreciation)
                                                 : depreciation_table(static_cast<DepreciationClass>(c));
    const std::span<double> line = lines[first + static_cast<int>(c)];
    double left = 1;  // to be written off
    for (std::size_t year = 1; year <= n && year <= table.size(); ++year) {
      left -= table[year - 1];
      line[year] = table[year - 1] * basis.basis[c];
      total[year] += line[year];
    }
    if (project.writes_off_rest && table.size() > n) {
      line[n] += left * basis.basis[c];
      total[n] += left * basis.basis[c];
    }
  }
  // Replaced equipment depreciates from the year it is paid for.
  const std::span<const double> table = rules.equipment == DepreciationClass::custom
                                            ? std::span<const double>(project.custom_depreciation)
                                            : depreciation_table(rules.equipment);
  for (int r = 0; r < 3; ++r) {
    const std::span<const double> paid = lines[FlowLine::disbursement_equip1 + 3 * r];
    const std::span<double> line = lines[first + static_cast<int>(depreciation_classes) + r];
    for (std::size_t bought = 1; bought <= n; ++bought) {
      if (paid[bought] == 0) continue;
      double left = 1;
      for (std::size_t year = bought; year <= n && year - bought < table.size(); ++year) {
        left -= table[year - bought];
        line[year] -= paid[bought] * table[year - bought];
      }
      if (project.writes_off_rest && bought + table.size() > n + 1) line[n] -= paid[bought] * left;
    }
    for (std::size_t year = 1; year <= n; ++year) total[year] += line[year];
  }
}

}  // namespace

void fill_credits_and_depreciation(const SingleOwner& project, const GrantAmounts& grants, Lines& lines,
                                   SingleOwnerResult& result) {
  // Reserves and the fees of debt are no part of the basis; what builds the plant is.
  result.basis_before_allocation = project.installed_cost + project.construction_financing + project.other_financing;
  const double depreciable = sum(project.allocation);
  result.allocated_total = depreciable * result.basis_before_allocation;
  ByClass share{};
  for (std::size_t c = 0; c < depreciation_classes; ++c) {
    share[c] = depreciable > 0 ? project.allocation[c] / depreciable : 0;
    result.allocated[c] = share[c] * result.allocated_total;
  }
  result.not_depreciated_share = 1 - depreciable;
  result.not_depreciated = result.not_depreciated_share * result.allocated_total;

  grant_reductions(project, grants, false, result.federal);
  grant_reductions(project, grants, true, result.state);
  before_credits(project.federal, share, result.allocated, result.federal);
  before_credits(project.state, share, result.allocated, result.state);
  credits(project.incentives.investment_credit[federal], result.federal, lines[FlowLine::itc_fed_amount],
          lines[FlowLine::itc_fed_percent_amount], lines[FlowLine::itc_fed]);
  credits(project.incentives.investment_credit[state], result.state, lines[FlowLine::itc_sta_amount],
          lines[FlowLine::itc_sta_percent_amount], lines[FlowLine::itc_sta]);
  for (std::size_t year = 1; year <= static_cast<std::size_t>(project.years); ++year) {
    lines[FlowLine::itc_total][year] = lines[FlowLine::itc_fed][year] + lines[FlowLine::itc_sta][year];
    result.itc_total += lines[FlowLine::itc_total][year];
  }
  depreciate(project, federal, result.federal, result.state, result.federal, lines);
  depreciate(project, state, result.federal, result.state, result.state, lines);
}

namespace {

// Taxable income of a year after losses of earlier years, and what there is left of those. Without the rule, income as
// it is: a loss is used at once.
double after_losses(const Losses& rule, double income, std::size_t year, std::span<double> used,
                    std::span<double> carried) {
  if (!rule.carried) return income;
  used[year] = std::min(carried[year - 1], rule.limit * std::max(income, 0.0));
  carried[year] = carried[year - 1] + std::max(-income, 0.0) - used[year];
  return std::max(income, 0.0) - used[year];
}

}  // namespace

void fill_taxes(const SingleOwner& project, Lines& lines) {
  for (std::size_t year = 1; year <= static_cast<std::size_t>(project.years); ++year) {
    const double income = lines[FlowLine::ebitda][year] + lines[FlowLine::reserve_interest][year] -
                          lines[FlowLine::debt_payment_interest][year];
    const double state_income = income - lines[FlowLine::stadepr_total][year];
    const double state_taxed = state_income + lines[FlowLine::statax_taxable_incentives][year];
    const double state_tax = -lines[FlowLine::state_tax_frac][year] *
                             after_losses(project.losses, state_taxed, year, lines[FlowLine::statax_loss_used],
                                          lines[FlowLine::statax_loss_carried]);
    lines[FlowLine::statax_income_prior_incentives][year] = state_income;
    lines[FlowLine::statax_income_with_incentives][year] = state_taxed;
    lines[FlowLine::statax][year] = state_tax;
    // State tax is deductible, state credits are income.
    const double federal_income = income - lines[FlowLine::feddepr_total][year] + state_tax +
                                  lines[FlowLine::ptc_sta][year] + lines[FlowLine::itc_sta][year];
    const double federal_taxed = federal_income + lines[FlowLine::fedtax_taxable_incentives][year];
    lines[FlowLine::fedtax_income_prior_incentives][year] = federal_income;
    lines[FlowLine::fedtax_income_with_incentives][year] = federal_taxed;
    lines[FlowLine::fedtax][year] = -lines[FlowLine::federal_tax_frac][year] *
                                    after_losses(project.losses, federal_taxed, year, lines[FlowLine::fedtax_loss_used],
                                                 lines[FlowLine::fedtax_loss_carried]);
  }
}

}  // namespace orrery::money
