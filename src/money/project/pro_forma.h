// The stages of the single-owner pro forma, in the order they run; each fills its lines of the flow matrix.
#pragma once
#include "money/project/single_owner.h"

namespace orrery::money {

/// Grants at the start of service, $ by payer: by amount and by share of cost (IBI), by capacity (CBI).
struct GrantAmounts {
  std::array<double, payers> by_amount{}, by_share{}, by_capacity{};
  double total() const;
};

/// Values by year into out[1..n], times scale: one number grows from year 2 on, a list stands as it is.
void fill_yearly(const Yearly& yearly, double scale, std::span<double> out);
/// One number for every year, or a list, into out[1..n].
void fill_constant(std::span<const double> values, std::span<double> out);

// revenue.cpp
void fill_units_sold(const SingleOwner& project, Lines& lines);
void fill_revenue_apart_from_sales(const SingleOwner& project, Lines& lines);
/// Price and value of what is sold at a first-year price in $ per unit (ignored when the prices are a list).
void fill_sales(const SingleOwner& project, double price, Lines& lines);

// operating_cost.cpp
/// price, $ per unit, values what the plant itself buys back; see fill_sales.
void fill_operating_costs(const SingleOwner& project, double price, Lines& lines);

// incentives.cpp
GrantAmounts grant_amounts(const SingleOwner& project);
void fill_production_payments(const SingleOwner& project, Lines& lines);
void fill_taxable_incentives(const SingleOwner& project, const GrantAmounts& grants, Lines& lines,
                             SingleOwnerResult& result);
/// Cash from production payments that lenders count on, and from those they do not, in a year.
double payments_for_debt(const SingleOwner& project, const Lines& lines, std::size_t year);
double payments_apart_from_debt(const SingleOwner& project, const Lines& lines, std::size_t year);

// reserves.cpp
void fill_equipment_reserves(const SingleOwner& project, Lines& lines);
void fill_working_capital_reserve(const SingleOwner& project, Lines& lines);
void fill_receivables_reserve(const SingleOwner& project, Lines& lines);
/// The account that holds some months of the next year's principal and interest, from the payments filled in.
void fill_debt_service_reserve(const SingleOwner& project, Lines& lines);
void fill_reserve_totals(const SingleOwner& project, Lines& lines);

// debt.cpp
/// Debt as a share of cost: sizes it and fills its payments. Returns the size, $.
double fill_gearing_debt(const SingleOwner& project, double grants, Lines& lines);
/// Debt sculpted to the coverage ratio: size from cash for debt service, payments a constant part of it. cost is the
/// installed cost that limits it; coverage returns the ratio used.
double fill_sculpted_debt(const SingleOwner& project, double cost, Lines& lines);
/// Cash for debt service and its present value. Returns the two totals over the term.
struct CashForDebt {
  double total = 0, present = 0;
};
CashForDebt fill_cash_for_debt(const SingleOwner& project, Lines& lines);

// tax_basis.cpp
/// Allocation of cost to depreciation classes, credits and both bases; fills the credit and depreciation lines.
void fill_credits_and_depreciation(const SingleOwner& project, const GrantAmounts& grants, Lines& lines,
                                   SingleOwnerResult& result);
void fill_taxes(const SingleOwner& project, Lines& lines);

// metrics.cpp
void fill_metrics(const SingleOwner& project, SingleOwnerWorkspace& workspace, SingleOwnerResult& result);
/// The running return and present value by year, and the year the target return is first met.
void fill_yearly_returns(const SingleOwner& project, SingleOwnerWorkspace& workspace, SingleOwnerResult& result);

}  // namespace orrery::money
