// The project's term debt: sculpted to a coverage ratio, or a share of cost repaid in equal payments or equal
// principal.
#include <cmath>

#include "money/project/pro_forma.h"
#include "money/series.h"

namespace orrery::money {

namespace {

// Fees and reserves are part of what is financed, and both grow with the debt, so the size is a fixed point: the cost
// is iterated until the first debt service reserve moves by less than a tenth of a cent.
double gearing_size(const SingleOwner& project, double cost_before_debt, double first_payment_share) {
  const Debt& debt = project.debt;
  double reserve = 0, size = 0;
  size = debt.share * (cost_before_debt * (1 + debt.share * debt.fee));
  for (int i = 0; i < 10; ++i) {
    const double before = reserve;
    reserve = debt.reserve_months / 12 * size * first_payment_share;
    const double cost = cost_before_debt + reserve;
    size = debt.share * (cost * (1 + debt.share * debt.fee));
    if (std::abs(reserve - before) <= 1e-3) break;
  }
  return debt.tenor_years == 0 ? 0 : size;
}

}  // namespace

double fill_gearing_debt(const SingleOwner& project, double grants, Lines& lines) {
  const Debt& debt = project.debt;
  const std::size_t n = static_cast<std::size_t>(project.years);
  const int repaying = debt.tenor_years - debt.moratorium_years;
  const double payment_share = repaying > 0 ? capital_recovery_factor(debt.rate, repaying) : 0;
  const double principal_share = debt.moratorium_years > 0 || repaying <= 0 ? 0
                                 : debt.equal_principal                     ? 1.0 / repaying
                                                                            : payment_share - debt.rate;
  const double cost = project.installed_cost + project.construction_financing + debt.closing_cost +
                      project.other_financing + lines[FlowLine::reserve_om][0] - grants;
  const double size = gearing_size(project, cost, principal_share + debt.rate);

  double balance = size, repaid = 0;
  lines[FlowLine::debt_balance][0] = size;
  for (std::size_t year = 1; year <= n; ++year) {
    const int age = static_cast<int>(year);
    if (age <= debt.tenor_years) {
      const double interest = debt.rate * balance;
      double principal = 0;
      if (age > debt.moratorium_years)
        principal = debt.equal_principal ? size / repaying : payment_share * size - interest;
      if (debt.repaid_at_end && year == n) principal = balance;
      lines[FlowLine::debt_payment_interest][year] = interest;
      lines[FlowLine::debt_payment_principal][year] = principal;
      lines[FlowLine::debt_payment_total][year] = interest + principal;
      lines[FlowLine::debt_size][year] = principal;
      balance -= principal;
      repaid += principal;
    }
    lines[FlowLine::debt_balance][year] = balance;
  }
  fill_debt_service_reserve(project, lines);
  return repaid;
}

CashForDebt fill_cash_for_debt(const SingleOwner& project, Lines& lines) {
  const std::size_t n = static_cast<std::size_t>(project.years);
  const std::size_t tenor = static_cast<std::size_t>(project.debt.tenor_years);
  CashForDebt sums;
  const double discount = 1 / (1 + project.debt.rate);
  double factor = discount;
  for (std::size_t year = 0; year <= n && year <= tenor; ++year) {
    const double cash = lines[FlowLine::ebitda][year] - lines[FlowLine::funding_equip1][year] -
                        lines[FlowLine::funding_equip2][year] - lines[FlowLine::funding_equip3][year] -
                        lines[FlowLine::funding_receivables][year];
    // Year 0 carries the factor of year 1, as SAM has it: what is put into receivables then weighs like year 1.
    if (year > 1) factor *= discount;
    lines[FlowLine::cash_for_ds][year] = cash;
    lines[FlowLine::pv_interest_factor][year] = factor;
    lines[FlowLine::pv_cash_for_ds][year] = factor * cash;
    sums.total += cash;
    sums.present += factor * cash;
  }
  return sums;
}

double fill_sculpted_debt(const SingleOwner& project, double cost, Lines& lines) {
  const Debt& debt = project.debt;
  const std::size_t n = static_cast<std::size_t>(project.years);
  const std::size_t tenor = static_cast<std::size_t>(debt.tenor_years);
  const std::span<const double> present = lines[FlowLine::pv_cash_for_ds];
  const std::span<double> sized = lines[FlowLine::debt_size];
  auto size_at = [&](double coverage) {
    double size = 0;
    for (std::size_t year = 0; year <= n; ++year) {
      sized[year] = year <= tenor && coverage > 0 ? present[year] / coverage : 0;
      size += sized[year];
    }
    return size;
  };
  double coverage = debt.coverage_ratio;
  double size = size_at(coverage);
  const double most = cost * debt.largest_share;
  if (debt.limited && (std::abs(size) > most || size < 0) && cost > 0 && debt.largest_share > 0) {
    // A larger ratio on the same cash makes the debt as large as allowed.
    coverage = size / most * debt.coverage_ratio;
    size = size_at(coverage);
  }
  double balance = size;
  lines[FlowLine::debt_balance][0] = size;
  for (std::size_t year = 1; year <= n && year <= tenor; ++year) {
    const double interest = balance * debt.rate;
    const double total = coverage != 0 ? lines[FlowLine::cash_for_ds][year] / coverage : interest;
    lines[FlowLine::debt_payment_interest][year] = interest;
    lines[FlowLine::debt_payment_total][year] = total;
    lines[FlowLine::debt_payment_principal][year] = total - interest;
    balance -= total - interest;
    lines[FlowLine::debt_balance][year] = balance;
  }
  fill_debt_service_reserve(project, lines);
  return size;
}

}  // namespace orrery::money
