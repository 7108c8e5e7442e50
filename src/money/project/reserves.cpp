// Reserve accounts: equipment replacement, working capital, receivables, debt service. Each line of three is the
// balance at the end of a year, what was paid in, and (negative) what was paid out; balances earn interest in the next
// year.
#include <cmath>

#include "money/project/pro_forma.h"

namespace orrery::money {

void fill_equipment_reserves(const SingleOwner& project, Lines& lines) {
  for (int r = 0; r < 3; ++r) {
    const EquipmentReserve& reserve = project.equipment[static_cast<std::size_t>(r)];
    if (!reserve.bought.empty()) {
      for (std::size_t year = 1; year <= reserve.bought.size() && year < lines[FlowLine::funding_equip1].size();
           ++year) {
        lines[FlowLine::funding_equip1 + 3 * r][year] = reserve.bought[year - 1];
        lines[FlowLine::disbursement_equip1 + 3 * r][year] = -reserve.bought[year - 1];
      }
      continue;
    }
    if (reserve.every_years <= 0) continue;
    const std::size_t every = static_cast<std::size_t>(reserve.every_years);
    const std::size_t n = static_cast<std::size_t>(project.years);
    const double today = reserve.cost_per_watt * project.capacity_kw * 1000;
    const std::span<double> balance = lines[FlowLine::reserve_equip1 + 3 * r];
    const std::span<double> funding = lines[FlowLine::funding_equip1 + 3 * r];
    const std::span<double> disbursement = lines[FlowLine::disbursement_equip1 + 3 * r];
    for (std::size_t due = every; due <= n; due += every) {
      const double cost = today * std::pow(1 + project.inflation, static_cast<double>(due - 1));
      for (std::size_t year = due - every + 1; year <= due; ++year) funding[year] = cost / static_cast<double>(every);
      disbursement[due] = -cost;
    }
    for (std::size_t year = 1; year <= n; ++year)
      balance[year] = balance[year - 1] + funding[year] + disbursement[year];
  }
}

namespace {

// An account that at the end of each year holds what the next year asks for, and is emptied in the last year.
void fill_rolling(std::span<const double> wanted_for_year, double share, std::size_t last, std::span<double> balance,
                  std::span<double> funding, std::span<double> disbursement) {
  double held = 0;
  for (std::size_t year = 0; year < last; ++year) {
    balance[year] = share * wanted_for_year[year + 1];
    funding[year] = balance[year] - held;
    held = balance[year];
  }
  disbursement[last] = -held;
}

}  // namespace

void fill_working_capital_reserve(const SingleOwner& project, Lines& lines) {
  fill_rolling(lines[FlowLine::operating_expenses], project.working_capital_months / 12,
               static_cast<std::size_t>(project.years), lines[FlowLine::reserve_om], lines[FlowLine::funding_om],
               lines[FlowLine::disbursement_om]);
}

void fill_receivables_reserve(const SingleOwner& project, Lines& lines) {
  const std::size_t n = static_cast<std::size_t>(project.years);
  const double share = project.receivables_months / 12;
  double held = 0;
  for (std::size_t year = 0; year < n; ++year) {
    const double due = lines[FlowLine::energy_value][year + 1] + lines[FlowLine::thermal_value][year + 1] +
                       lines[FlowLine::curtailment_value][year + 1] + lines[FlowLine::capacity_payment][year + 1];
    lines[FlowLine::reserve_receivables][year] = share * due;
    lines[FlowLine::funding_receivables][year] = share * due - held;
    held = share * due;
  }
  lines[FlowLine::disbursement_receivables][n] = -held;
  for (std::size_t year = 0; year <= n; ++year)
    lines[FlowLine::project_receivablesra][year] =
        -lines[FlowLine::funding_receivables][year] - lines[FlowLine::disbursement_receivables][year];
}

void fill_debt_service_reserve(const SingleOwner& project, Lines& lines) {
  const std::size_t n = static_cast<std::size_t>(project.years);
  const std::size_t tenor = static_cast<std::size_t>(project.debt.tenor_years);
  const double share = project.debt.reserve_months / 12;
  double held = 0;
  for (std::size_t year = 1; year <= n && year <= tenor; ++year) {
    const double balance =
        share * (lines[FlowLine::debt_payment_principal][year] + lines[FlowLine::debt_payment_interest][year]);
    lines[FlowLine::reserve_debtservice][year - 1] = balance;
    lines[FlowLine::funding_debtservice][year - 1] = balance - held;
    held = balance;
    if (year == tenor) lines[FlowLine::disbursement_debtservice][year] = -balance;
  }
}

void fill_reserve_totals(const SingleOwner& project, Lines& lines) {
  const std::size_t n = static_cast<std::size_t>(project.years);
  for (std::size_t year = 0; year <= n; ++year) {
    double total = 0, spent = 0;
    for (int account = 0; account < 6; ++account) total += lines[FlowLine::reserve_debtservice + 3 * account][year];
    lines[FlowLine::reserve_total][year] = total;
    lines[FlowLine::project_dsra][year] =
        -lines[FlowLine::funding_debtservice][year] - lines[FlowLine::disbursement_debtservice][year];
    lines[FlowLine::project_wcra][year] = -lines[FlowLine::funding_om][year] - lines[FlowLine::disbursement_om][year];
    for (int r = 0; r < 3; ++r) {
      lines[FlowLine::project_me1ra + r][year] =
          -lines[FlowLine::funding_equip1 + 3 * r][year] - lines[FlowLine::disbursement_equip1 + 3 * r][year];
      lines[FlowLine::project_me1cs + r][year] = lines[FlowLine::disbursement_equip1 + 3 * r][year];
      spent += lines[FlowLine::project_me1cs + r][year];
    }
    lines[FlowLine::project_mecs][year] = spent;
    lines[FlowLine::project_ra][year] = lines[FlowLine::project_dsra][year] + lines[FlowLine::project_wcra][year] +
                                        lines[FlowLine::project_receivablesra][year] +
                                        lines[FlowLine::project_me1ra][year] + lines[FlowLine::project_me2ra][year] +
                                        lines[FlowLine::project_me3ra][year];
    if (year > 0)
      lines[FlowLine::reserve_interest][year] = project.reserves_interest * lines[FlowLine::reserve_total][year - 1];
  }
}

}  // namespace orrery::money
