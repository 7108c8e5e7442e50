// A project with one owner that sells what it makes: SAM's single-owner pro forma. One project, year 0 the end of
// construction, then years 1..n of sales, costs, debt, reserves, taxes and credits; results are returns, debt and
// levelised cost. Method: NREL, "System Advisor Model" help, "Single Owner", and NREL/TP-6A20-68023 (Blair et al.,
// 2018). Inside, plain dollars, units sold and fractions: the pro forma is run a hundred thousand times a second.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "money/depreciation.h"
#include "money/irr.h"
#include "money/project/lines.h"

namespace orrery::money {

/// One number that grows by the growth given (a fraction a year, from year 2 on), or a list with one number a year;
/// years beyond a list are zero.
struct Yearly {
  std::vector<double> values{0.0};
  double growth = 0;
};

/// What a project makes and sells in a year, in units (kWh of a plant, accelerator-hours of a data centre). Value is
/// weighted by the multiplier of the time of delivery.
struct UnitYear {
  double net = 0, sales = 0, purchases = 0;  ///< purchases are zero or negative
  double sales_value = 0, purchases_value = 0;
  double before_curtailment = 0, without_battery = 0;
};

struct UnitsSold {
  std::vector<UnitYear> years{1};        ///< one year that degrades, or every year as it is
  std::vector<double> degradation{0.0};  ///< fraction: one a year compounding from year 2, or by year
  bool battery_apart = false;            ///< production cost is paid on without_battery rather than on sales
};

enum class Payer { federal, state, utility, other };
inline constexpr std::size_t payers = 4;

/// A grant at the start of service, by amount and by share of cost (IBI) or by capacity (CBI).
struct Grant {
  double amount = 0;                     ///< $, or $/W of capacity for a CBI
  double share = 0, share_limit = 1e99;  ///< fraction of installed cost, at most $; for a CBI the limit in $
  bool amount_taxed_federal = true, amount_taxed_state = true;
  bool amount_cuts_federal_basis = false, amount_cuts_state_basis = false;
  bool share_taxed_federal = true, share_taxed_state = true;
  bool share_cuts_federal_basis = false, share_cuts_state_basis = false;
};

/// A payment for each unit sold (PBI), or a credit (PTC): $ per unit, for a term of years when it is one number that
/// grows.
struct ProductionPayment {
  std::vector<double> amount{0.0};
  double term = 0, growth = 0;
  bool taxed_federal = true, taxed_state = true, pays_debt = false;
};

/// A credit on investment (ITC) of one jurisdiction: by year of service 1, 2, ...
struct InvestmentCredit {
  std::vector<double> amount{0.0};
  std::vector<double> share{0.0}, share_limit{1e99};  ///< fraction of the qualifying basis, at most $ (one or by year)
  std::array<bool, 2> amount_cuts_basis{}, share_cuts_basis{};  ///< [federal, state] depreciation basis
};

struct Incentives {
  std::array<Grant, payers> investment, capacity;
  std::array<ProductionPayment, payers> production;
  std::array<ProductionPayment, 2> production_credit;  ///< federal, state
  std::array<InvestmentCredit, 2> investment_credit;   ///< federal, state
};

/// Tax depreciation of one jurisdiction on the shared allocation.
struct TaxDepreciation {
  double bonus = 0;  ///< share written off in year 1
  std::array<bool, depreciation_classes> bonus_for{}, credit_for{};
  DepreciationClass equipment = DepreciationClass::macrs_5;
  bool grants_cut_all_classes = false;  ///< else the 5-year class bears them
};

struct OperatingCosts {
  Yearly fixed;                       ///< $ a year
  Yearly per_unit;                    ///< $ per unit sold
  Yearly per_capacity;                ///< $/kW a year
  Yearly fuel;                        ///< $/kWh of fuel
  std::vector<double> fuel_kwh{0.0};  ///< one or by year
  std::array<Yearly, 2> other_fuel;   ///< $ a unit
  std::array<double, 2> other_fuel_units{};
  Yearly land_lease;                                                           ///< $ a year
  std::array<Yearly, 2> storage_fixed, storage_per_kwh, storage_per_capacity;  ///< battery, fuel cell
  std::array<double, 2> storage_kw{};
  std::array<std::vector<double>, 2> storage_kwh;   ///< discharged, one or by year
  std::array<Yearly, 2> replacement_cost;           ///< $ for one whole replacement
  std::array<std::vector<double>, 2> replacements;  ///< by year
  std::vector<double> other_by_year, utility_bill;  ///< $ of year 0..n, or empty
  double insurance_rate = 0;                        ///< of installed cost, growing with inflation
  double assessed_share = 0, assessed_decline = 0, property_tax_rate = 0;
  double recapitalization_cost = 0, recapitalization_growth = 0;
  std::vector<double> recapitalization_years;  ///< 1 in the years it falls due
};

struct Price {
  bool solve = false;               ///< find the price that earns the target return in the target year
  std::vector<double> values{0.0};  ///< $ per unit, one that grows or by year
  double growth = 0;
  double target_return = 0.11;
  int target_year = 11;
  double low = 0, high = 1;  ///< the interval that the search begins with, $ per unit
  double tolerance = 1e-5;   ///< of the search, as SAM's: % of the return, $ of value, cents of price
  int max_iterations = 100;
};

struct EquipmentReserve {
  double cost_per_watt = 0;  ///< of capacity, today's money
  int every_years = 0;       ///< 0: never
  /// $ of year 1..n, paid when due out of that year's cash instead of saved up before; empty: as above.
  std::vector<double> bought = {};
};

/// Taxable losses: used at once against the owner's other income, as SAM has it, or carried forward to later years of
/// the project, against at most this share of a year's income (Internal Revenue Code 172(a)(2)).
struct Losses {
  bool carried = false;
  double limit = 1;
};

struct Debt {
  bool sculpted = true;  ///< sized to cash for debt service over the coverage ratio; else a share of cost
  double coverage_ratio = 1.3;
  bool limited = false;  ///< a sculpted debt may not pass the largest share of cost
  double largest_share = 1;
  double share = 0.5;            ///< of cost, when not sculpted
  bool equal_principal = false;  ///< else equal payments
  int tenor_years = 18, moratorium_years = 0;
  bool repaid_at_end = false;  ///< not sculpted: what the term leaves after the last year is repaid in that year
  double rate = 0.07;
  double closing_cost = 0, fee = 0;  ///< $, share of the debt
  double reserve_months = 6;         ///< of principal and interest
};

struct SingleOwner {
  int years = 25;
  double inflation = 0.025, real_discount = 0.064;
  std::vector<double> federal_tax{0.21}, state_tax{0.07};                      ///< one or by year
  double installed_cost = 0, construction_financing = 0, other_financing = 0;  ///< $
  double salvage_share = 0;                                                    ///< of installed cost, in the last year
  std::vector<double> sold_by_year;                                            ///< $ of year 0..n beside it, or empty
  double capacity_kw = 0;
  UnitsSold sold;
  Price price;
  double curtailment_growth = 0;
  std::vector<double> curtailment_price{0.0};  ///< $ per unit
  Yearly capacity_payment;                     ///< $ a year, or $/MW
  bool capacity_payment_per_mw = false;
  std::vector<double> capacity_credit{0.0};  ///< share of the MW that counts
  double capacity_payment_mw = 0;
  std::vector<double> thermal_value;  ///< $ of year 0..n, or empty
  OperatingCosts operation;
  double working_capital_months = 0, receivables_months = 0, reserves_interest = 0;
  std::array<EquipmentReserve, 3> equipment;
  Debt debt;
  ByClass allocation{};                          ///< share of cost in each depreciation class; the rest is land
  std::vector<double> custom_depreciation{0.0};  ///< shares by year of the custom class
  TaxDepreciation federal, state;
  /// What is left to depreciate at the end is written off in the last year, when all is sold; SAM leaves it.
  bool writes_off_rest = false;
  Losses losses;
  Incentives incentives;
};

/// What the pro forma says: dollars, fractions, prices in $ per unit sold.
struct SingleOwnerResult {
  double npv = 0;  ///< after tax, to the owner, at the nominal discount rate
  double irr = 0;  ///< after tax, over the analysis; NaN when there is none
  double target_year_irr = 0;
  int target_year = 0;
  int flip_year = -1;  ///< first year the target was met, -1 never
  double price = 0;    ///< $ per unit in year 1
  double debt = 0, equity = 0, installed_cost = 0, financing_cost = 0, debt_fee = 0, property = 0;
  double debt_share = 0, cash_for_debt_service = 0, present_cash_for_debt_service = 0, minimum_coverage = 0;
  double weighted_cost_of_capital = 0, nominal_discount = 0, effective_tax = 0;
  /// $ per unit; the price levelised is that of what is sold.
  double levelised_cost_nominal = 0, levelised_cost_real = 0, levelised_price_nominal = 0, levelised_price_real = 0;
  double present_revenue = 0, present_costs = 0, present_units_nominal = 0, present_units_real = 0;
  double ibi_total = 0, cbi_total = 0, itc_total = 0;
  double ibi_taxed_federal = 0, ibi_taxed_state = 0, cbi_taxed_federal = 0, cbi_taxed_state = 0;
  std::array<double, payers> ibi_by_payer{}, cbi_by_payer{};
  double basis_before_allocation = 0;
  ByClass allocated{};
  double allocated_total = 0, not_depreciated = 0, not_depreciated_share = 0;
  DepreciationBasis federal, state;
};

/// Everything a run needs room for, reusable: with the same number of years a second run allocates nothing.
struct SingleOwnerWorkspace {
  Lines lines;
  IrrWorkspace irr;
};

/// Throws Error when the input makes no project: no years, a rate at or below -1, debt without a term or with a
/// moratorium as long, allocations over 100 %, a schedule that is neither one number nor by year.
void check(const SingleOwner& project);

/// Runs the pro forma. With yearly_returns also the running IRR and NPV of every year are filled in. The input must
/// have passed check(). Throws Error where amounts or rates are so large that the present value is not finite.
SingleOwnerResult run(const SingleOwner& project, SingleOwnerWorkspace& workspace, bool yearly_returns = false);

}  // namespace orrery::money
