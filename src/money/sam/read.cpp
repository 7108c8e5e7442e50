// SAM's JSON inputs into the single-owner struct: percent become fractions, growth takes in inflation, lists stay
// lists.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/json.h"
#include "money/sam/sam.h"
#include "money/series.h"

namespace orrery::money {

namespace {

using Json = nlohmann::json;

/// The case's values by name. Missing ones take SAM's default; a value of another kind is refused.
class Inputs {
 public:
  Inputs(const Json& json, Place place) : json_(json), place_(std::move(place)) {}

  bool has(const std::string& key) const { return json_.contains(key); }

  double number(const std::string& key) const {
    const auto found = json_.find(key);
    if (found == json_.end()) refuse(key, "the input is missing", "SAM's calculator needs it");
    return number_of(*found, key);
  }
  double number(const std::string& key, double otherwise) const { return has(key) ? number(key) : otherwise; }
  double percent(const std::string& key, double otherwise) const { return number(key, otherwise) * 0.01; }
  bool flag(const std::string& key, bool otherwise) const { return number(key, otherwise ? 1 : 0) != 0; }
  int whole(const std::string& key, double otherwise) const { return whole_of(number(key, otherwise), key); }
  int whole(const std::string& key) const { return whole_of(number(key), key); }

  /// A list, or a number as a list of one.
  std::vector<double> list(const std::string& key) const {
    const auto found = json_.find(key);
    if (found == json_.end()) refuse(key, "the input is missing", "SAM's calculator needs it");
    if (found->is_number() || found->is_boolean()) return {number_of(*found, key)};
    if (!found->is_array()) refuse(key, "the value is not a list of numbers", "write [1, 2, 3]");
    std::vector<double> values;
    values.reserve(found->size());
    for (const Json& item : *found) values.push_back(number_of(item, key));
    return values;
  }
  std::vector<double> list(const std::string& key, std::vector<double> otherwise) const {
    return has(key) ? list(key) : otherwise;
  }
  std::vector<double> percents(const std::string& key, std::vector<double> otherwise) const {
    std::vector<double> values = list(key, std::move(otherwise));
    for (double& value : values) value *= 0.01;
    return values;
  }
  std::vector<std::vector<double>> table(const std::string& key) const {
    const auto found = json_.find(key);
    if (found == json_.end()) refuse(key, "the input is missing", "SAM's calculator needs it");
    if (!found->is_array()) refuse(key, "the value is not a table of numbers", "write [[1, 2], [3, 4]]");
    std::vector<std::vector<double>> rows;
    for (const Json& row : *found) {
      if (!row.is_array()) refuse(key, "a row is not a list of numbers", "write [[1, 2], [3, 4]]");
      rows.emplace_back();
      for (const Json& item : row) rows.back().push_back(number_of(item, key));
    }
    return rows;
  }
  [[noreturn]] void refuse(const std::string& key, const std::string& problem, const std::string& remedy) const {
    throw Error(place_, key, problem, remedy);
  }

 private:
  double number_of(const Json& value, const std::string& key) const {
    if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
    if (!value.is_number()) refuse(key, "the value is not a number", "give a number in the unit SAM uses");
    const double number = value.get<double>();
    if (!std::isfinite(number)) refuse(key, "the number is not finite", "give a number in the unit SAM uses");
    if (std::abs(number) > most && !(number >= no_limit && may_have_no_limit(key)))
      refuse(key, fmt::format("{:g} is beyond 1e13 either way", number), "give a number in the unit SAM uses");
    return number;
  }
  /// SAM writes 1e38 where a cap, or a limit of the grid or of a tariff's tier, is none.
  static bool may_have_no_limit(std::string_view key) {
    return key.ends_with("maxvalue") || key == "grid_curtailment" || key.starts_with("ur_");
  }
  int whole_of(double value, const std::string& key) const {
    if (value != std::floor(value) || std::abs(value) > 1e6) refuse(key, "the value is not a whole number", "give one");
    return static_cast<int>(value);
  }
  static constexpr double most = 1e13, no_limit = 1e38;
  const Json& json_;
  Place place_;
};

bool is_in_use(const Json& value) {
  if (value.is_number()) return value.get<double>() != 0;
  if (value.is_boolean()) return value.get<bool>();
  return !value.is_null() && !(value.is_structured() && value.empty());
}

// "0 to 100", "1 or more".
std::string range_of(const SamKey& key) {
  const std::string what = key.whole ? "a whole number" : "a number";
  if (std::isinf(key.most) && key.least > 0 && key.least < 1e-9) return what + " above zero";
  if (std::isinf(key.most)) return what + (std::isinf(key.least) ? "" : fmt::format(" of {:g} or more", key.least));
  return what + fmt::format(" from {:g} to {:g}", key.least, key.most);
}

void check_range(const Json& value, const SamKey& key, const Place& place) {
  auto check = [&](const Json& item) {
    if (!item.is_number()) return;
    const double number = item.get<double>();
    if (!(number >= key.least && number <= key.most) || (key.whole && number != std::floor(number)))
      throw Error(place, std::string(key.name), fmt::format("{:g} is not a value that SAM takes", number),
                  "give " + range_of(key));
  };
  if (value.is_array()) std::for_each(value.begin(), value.end(), check);
  else check(value);
}

std::string joined(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

// Refuses names nobody knows and inputs in use that are not modelled, all in one message; then values out of range.
void check_names(const Json& json, const Place& place) {
  std::vector<std::string> known, strangers, unmodelled;
  for (const SamKey& key : sam_keys()) known.emplace_back(key.name);
  for (const auto& [name, value] : json.items()) {
    const auto found = std::find_if(sam_keys().begin(), sam_keys().end(),
                                    [&name = name](const SamKey& key) { return key.name == name; });
    if (found == sam_keys().end()) strangers.push_back(name);
    else if (found->use == SamUse::unmodelled && is_in_use(value)) unmodelled.push_back(name);
    else if (found->use == SamUse::read) check_range(value, *found, place);
  }
  if (strangers.size() == 1)
    throw Error(place, strangers[0], "SAM's single-owner calculator has no such input",
                suggest(strangers[0], known, "the known ones are those of SAM's own documentation"));
  if (!strangers.empty())
    throw Error(place, joined(strangers), "SAM's single-owner calculator has no such inputs",
                "give a case of that calculator, or of the fixed-charge one; the others are not modelled");
  if (!unmodelled.empty())
    throw Error(place, joined(unmodelled), "the case uses inputs that are not modelled here",
                "set them to zero to leave them out");
}

Yearly yearly(const Inputs& in, const std::string& values, const std::string& growth, double inflation,
              double scale = 1) {
  Yearly result{in.list(values, {0.0}), in.percent(growth, 0) + inflation};
  for (double& value : result.values) value *= scale;
  return result;
}

TimeOfDeliveryPrices read_pricing(const Inputs& in) {
  TimeOfDeliveryPrices pricing;
  pricing.by_step = in.whole("ppa_multiplier_model", 0) == 1;
  if (pricing.by_step) {
    pricing.step_multipliers = in.list("dispatch_factors_ts");
    return pricing;
  }
  const std::vector<double> factors = in.list("dispatch_tod_factors");
  if (factors.size() != price_periods)
    in.refuse("dispatch_tod_factors", std::to_string(factors.size()) + " factors for 9 periods", "give 9 factors");
  std::copy(factors.begin(), factors.end(), pricing.factors.begin());
  pricing.period_of_hour = periods_of_hours(in.table("dispatch_sched_weekday"), in.table("dispatch_sched_weekend"),
                                            "dispatch_sched_weekday");
  return pricing;
}

void read_energy(const Inputs& in, SamCase& read) {
  SingleOwner& project = read.project;
  read.pricing = read_pricing(in);
  read.power_kw = in.list("gen");
  read.lifetime_output = in.whole("system_use_lifetime_output") == 1;
  const std::size_t years = read.lifetime_output ? static_cast<std::size_t>(project.years) : 1;
  if (read.power_kw.size() % years != 0)
    in.refuse("gen", "the time steps do not divide among the years of the analysis", "give the same number every year");
  const std::size_t steps = read.power_kw.size() / years;
  project.sold.years.clear();
  for (std::size_t year = 0; year < years; ++year) {
    read.deliveries.emplace_back();
    project.sold.years.push_back(
        deliver(std::span(read.power_kw).subspan(year * steps, steps), read.pricing, read.deliveries.back()));
  }
  // Power bought under an electricity rate is billed by that rate's calculator (utility_bill_w_sys), not at the sale
  // price; and while a price is sought SAM values it at nought unless told that there is no rate.
  const bool billed = in.flag("en_electricity_rates", false);
  const bool seeks_price = in.whole("ppa_soln_mode", 0) == 0;
  if (billed || (seeks_price && !in.has("en_electricity_rates")))
    for (UnitYear& year : project.sold.years) year.purchases_value = 0;
  auto sum_years = [&](const std::string& key, auto set) {
    const std::vector<double> power = in.list(key);
    const std::size_t each = power.size() / years;
    if (each == 0 || each % hours_a_year != 0 || each * years != power.size())
      in.refuse(key, "the time steps are no multiple of 8,760 a year", "give as many as gen has");
    const double hours = static_cast<double>(hours_a_year) / static_cast<double>(each);
    for (std::size_t year = 0; year < years; ++year) {
      double kwh = 0;
      for (std::size_t step = 0; step < each; ++step) kwh += power[year * each + step] * hours;
      set(project.sold.years[year], kwh);
    }
  };
  if (read.lifetime_output) {
    sum_years("system_pre_curtailment_kwac", [](UnitYear& year, double kwh) { year.before_curtailment = kwh; });
  } else {
    project.sold.years[0].before_curtailment = in.number("annual_energy_pre_curtailment_ac", 0);
    project.sold.degradation = in.percents("degradation", {0.0});
  }
  project.sold.battery_apart = in.has("gen_without_battery");
  if (project.sold.battery_apart && !in.list("gen_without_battery").empty())
    sum_years("gen_without_battery", [](UnitYear& year, double kwh) { year.without_battery = kwh; });
  read.monthly_energy = in.list("monthly_energy", {});
}

void read_operation(const Inputs& in, SamCase& read) {
  SingleOwner& project = read.project;
  OperatingCosts& op = project.operation;
  const double inflation = project.inflation;
  op.fixed = yearly(in, "om_fixed", "om_fixed_escal", inflation);
  op.per_unit = yearly(in, "om_production", "om_production_escal", inflation, 0.001);
  op.per_capacity = yearly(in, "om_capacity", "om_capacity_escal", inflation);
  op.fuel = yearly(in, "om_fuel_cost", "om_fuel_cost_escal", inflation, in.number("system_heat_rate", 0) * 0.001);
  op.fuel_kwh = {in.number("annual_fuel_usage", 0)};
  if (read.lifetime_output && in.has("annual_fuel_usage_lifetime")) {
    op.fuel_kwh = in.list("annual_fuel_usage_lifetime");
    if (op.fuel_kwh.size() != static_cast<std::size_t>(project.years))
      in.refuse("annual_fuel_usage_lifetime", "it is not one number for each year", "give the analysis period's");
  }
  for (std::size_t fuel = 0; fuel < 2; ++fuel) {
    const std::string name = "om_opt_fuel_" + std::to_string(fuel + 1);
    op.other_fuel[fuel] = yearly(in, name + "_cost", name + "_cost_escal", inflation);
    op.other_fuel_units[fuel] = in.number(name + "_usage", 0);
  }
  op.land_lease = yearly(in, "om_land_lease", "om_land_lease_escal", inflation, in.number("land_area", 0));
  op.other_by_year = in.list("cf_hybrid_om_sum", {});
  op.utility_bill = in.list("utility_bill_w_sys", {});
  if (!op.utility_bill.empty() && op.utility_bill.size() != static_cast<std::size_t>(project.years) + 1)
    in.refuse("utility_bill_w_sys", "it is not one number for each year from 0", "give analysis_period + 1 numbers");
  op.insurance_rate = in.percent("insurance_rate", 0);
  op.assessed_share = in.percent("prop_tax_cost_assessed_percent", 95);
  op.assessed_decline = in.percent("prop_tax_assessed_decline", 5);
  op.property_tax_rate = in.percent("property_tax_rate", 0);
  read.recapitalizes = in.whole("system_use_recapitalization", 0) != 0;
  read.recapitalize_years = in.list("system_lifetime_recapitalize", {0.0});
  if (read.recapitalizes) op.recapitalization_years = read.recapitalize_years;
  op.recapitalization_cost = in.number("system_recapitalization_cost", 0);
  op.recapitalization_growth = in.percent("system_recapitalization_escalation", 0);
}

// Batteries and fuel cells: their upkeep and the replacements that another calculator or the user dated.
void read_storage(const Inputs& in, SamCase& read) {
  if (in.flag("is_hybrid", false)) return;  // its parts' costs come summed in cf_hybrid_om_sum
  OperatingCosts& op = read.project.operation;
  const double inflation = read.project.inflation;
  const std::size_t years = static_cast<std::size_t>(read.project.years);
  read.extra_operation_types = in.whole("add_om_num_types", 0);
  const bool battery = in.flag("en_batt", false) || in.flag("en_standalone_batt", false);
  read.has_battery = battery || in.flag("en_wave_batt", false);
  read.has_fuel_cell = in.has("fuelcell_replacement_option");
  constexpr const char* stores[] = {"batt", "fuelcell"};
  for (std::size_t store = 0; store < 2 && static_cast<int>(store) < read.extra_operation_types; ++store) {
    const std::string prefix = std::string("om_") + stores[store];
    op.storage_fixed[store] = yearly(in, prefix + "_fixed_cost", "om_fixed_escal", inflation);
    op.storage_per_kwh[store] = yearly(in, prefix + "_variable_cost", "om_production_escal", inflation, 0.001);
    op.storage_per_capacity[store] = yearly(in, prefix + "_capacity_cost", "om_capacity_escal", inflation);
    op.storage_kw[store] = in.number(prefix + "_nameplate", 0);
    const char* discharged = store == 0 ? "batt_annual_discharge_energy" : "fuelcell_annual_energy_discharged";
    if (store == 1 || battery) op.storage_kwh[store] = in.list(discharged);
    if (op.storage_kwh[store].size() > 1 && op.storage_kwh[store].size() != years)
      in.refuse(discharged, "it is not one number for each year", "give one number, or the analysis period's");
  }
  auto cut = [&](std::vector<double> values) {
    if (values.size() > years) values.resize(years);
    return values;
  };
  if (read.has_battery) {
    op.replacement_cost[0] = yearly(in, "om_batt_replacement_cost", "om_replacement_cost_escal", inflation,
                                    in.number("batt_computed_bank_capacity", 0));
    const int option = in.whole("batt_replacement_option", 0);
    if (option > 0) op.replacements[0] = cut(in.list("batt_bank_replacement"));
    if (option == 2) {
      const std::vector<double> percent = in.list("batt_replacement_schedule_percent");
      if (percent.size() < op.replacements[0].size())
        in.refuse("batt_replacement_schedule_percent", "it is shorter than batt_bank_replacement", "give every year");
      for (std::size_t i = 0; i < op.replacements[0].size(); ++i) op.replacements[0][i] *= percent[i] * 0.01;
    }
  }
  const int option = in.whole("fuelcell_replacement_option", 0);
  if (option > 0) {
    op.replacement_cost[1] =
        yearly(in, "om_fuelcell_replacement_cost", "om_replacement_cost_escal", inflation, op.storage_kw[1]);
    op.replacements[1] = cut(in.list(option == 1 ? "fuelcell_replacement" : "fuelcell_replacement_schedule"));
  }
}

void read_finance(const Inputs& in, SingleOwner& project) {
  Price& price = project.price;
  price.solve = in.whole("ppa_soln_mode", 0) == 0;
  price.values = in.list("ppa_price_input");
  if (price.solve) price.values = {0.0};
  price.growth = in.percent("ppa_escalation", 0);
  price.target_return = in.percent("flip_target_percent", 11);
  price.target_year = in.whole("flip_target_year", 11);
  price.tolerance = in.number("ppa_soln_tolerance", 1e-5);
  price.low = in.number("ppa_soln_min", 0) * 0.01;
  price.high = in.number("ppa_soln_max", 100) * 0.01;
  price.max_iterations = in.whole("ppa_soln_max_iterations", 100);
  if (price.target_year < 1) in.refuse("flip_target_year", "the year is before the first", "give 1 or more");

  project.curtailment_price = in.list("grid_curtailment_price", {0.0});
  project.curtailment_growth = in.percent("grid_curtailment_price_esc", 0);
  project.capacity_payment = {in.list("cp_capacity_payment_amount"), in.percent("cp_capacity_payment_esc", 0)};
  const int basis = in.whole("cp_capacity_payment_type");
  if (basis != 0 && basis != 1)
    in.refuse("cp_capacity_payment_type", "the type is neither 0 nor 1", "0 is by capacity, 1 is a fixed amount");
  project.capacity_payment_per_mw = basis == 0;
  if (project.capacity_payment_per_mw) {
    project.capacity_credit = in.percents("cp_capacity_credit_percent", {0.0});
    project.capacity_payment_mw = in.number("cp_system_nameplate");
  }
  project.thermal_value = in.list("annual_thermal_value", {});

  project.working_capital_months = in.number("months_working_reserve", 6);
  project.receivables_months = in.number("months_receivables_reserve", 0);
  project.reserves_interest = in.percent("reserves_interest", 1.75);
  const EquipmentReserve defaults[] = {{0.25, 12}, {0, 15}, {0, 20}};
  for (std::size_t r = 0; r < 3; ++r) {
    const std::string name = "equip" + std::to_string(r + 1) + "_reserve";
    project.equipment[r] = {in.number(name + "_cost", defaults[r].cost_per_watt),
                            in.whole(name + "_freq", defaults[r].every_years)};
  }
  Debt& debt = project.debt;
  debt.sculpted = in.whole("debt_option", 1) == 1;
  debt.coverage_ratio = in.number("dscr", 1.5);
  debt.limited = in.flag("dscr_limit_debt_fraction", false);
  debt.largest_share = in.percent("dscr_maximum_debt_fraction", 100);
  debt.share = in.percent("debt_percent", 50);
  debt.equal_principal = in.whole("payment_option", 0) == 1;
  debt.tenor_years = in.whole("term_tenor", 10);
  debt.moratorium_years = in.whole("loan_moratorium", 0);
  debt.rate = in.percent("term_int_rate", 8.5);
  debt.closing_cost = in.number("cost_debt_closing", 250000);
  debt.fee = in.percent("cost_debt_fee", 1.5);
  debt.reserve_months = in.number("dscr_reserve_months", 6);
}

void read_depreciation(const Inputs& in, SingleOwner& project) {
  const double shares[] = {89, 1.5, 0, 3, 3, 0.5, 0};  // SAM's defaults, by class
  for (std::size_t c = 0; c < depreciation_classes; ++c) {
    const std::string name(depreciation_class_name(static_cast<DepreciationClass>(c)));
    project.allocation[c] = in.percent("depr_alloc_" + name + "_percent", shares[c]);
    for (const bool of_state : {false, true}) {
      TaxDepreciation& rules = of_state ? project.state : project.federal;
      const std::string where = of_state ? "sta_" : "fed_";
      rules.bonus_for[c] = in.flag("depr_bonus_" + where + name, c == 0);
      rules.credit_for[c] = in.flag("depr_itc_" + where + name, c == 0);
    }
  }
  for (const bool of_state : {false, true}) {
    TaxDepreciation& rules = of_state ? project.state : project.federal;
    const std::string where = of_state ? "sta" : "fed";
    rules.bonus = in.percent("depr_bonus_" + where, 0);
    rules.grants_cut_all_classes = in.whole("depr_" + where + "bas_method", 0) == 1;
    const std::string key = "equip_reserve_depr_" + where;
    const int kind = in.whole(key, 0);
    if (kind < 0 || kind >= static_cast<int>(depreciation_classes))
      in.refuse(key, "there is no such depreciation class", "give 0 to 6");
    rules.equipment = static_cast<DepreciationClass>(kind);
  }
  project.custom_depreciation = in.percents("depr_custom_schedule", {0.0});
}

void read_incentives(const Inputs& in, Incentives& incentives) {
  constexpr const char* names[] = {"fed", "sta", "uti", "oth"};
  for (std::size_t p = 0; p < payers; ++p) {
    const std::string payer = names[p];
    const std::string ibi = "ibi_" + payer, cbi = "cbi_" + payer, pbi = "pbi_" + payer;
    Grant& grant = incentives.investment[p];
    grant.amount = in.number(ibi + "_amount", 0);
    grant.amount_taxed_federal = in.flag(ibi + "_amount_tax_fed", true);
    grant.amount_taxed_state = in.flag(ibi + "_amount_tax_sta", true);
    grant.amount_cuts_federal_basis = in.flag(ibi + "_amount_deprbas_fed", false);
    grant.amount_cuts_state_basis = in.flag(ibi + "_amount_deprbas_sta", false);
    grant.share = in.percent(ibi + "_percent", 0);
    grant.share_limit = in.number(ibi + "_percent_maxvalue", 1e99);
    grant.share_taxed_federal = in.flag(ibi + "_percent_tax_fed", true);
    grant.share_taxed_state = in.flag(ibi + "_percent_tax_sta", true);
    grant.share_cuts_federal_basis = in.flag(ibi + "_percent_deprbas_fed", false);
    grant.share_cuts_state_basis = in.flag(ibi + "_percent_deprbas_sta", false);
    Grant& by_capacity = incentives.capacity[p];
    by_capacity.amount = in.number(cbi + "_amount", 0);
    by_capacity.share_limit = in.number(cbi + "_maxvalue", 1e99);
    by_capacity.amount_taxed_federal = in.flag(cbi + "_tax_fed", true);
    by_capacity.amount_taxed_state = in.flag(cbi + "_tax_sta", true);
    by_capacity.amount_cuts_federal_basis = in.flag(cbi + "_deprbas_fed", false);
    by_capacity.amount_cuts_state_basis = in.flag(cbi + "_deprbas_sta", false);
    ProductionPayment& payment = incentives.production[p];
    payment.amount = in.list(pbi + "_amount", {0.0});
    payment.term = in.number(pbi + "_term", 0);
    payment.growth = in.percent(pbi + "_escal", 0);
    payment.taxed_federal = in.flag(pbi + "_tax_fed", true);
    payment.taxed_state = in.flag(pbi + "_tax_sta", true);
    payment.pays_debt = in.flag(pbi + "_for_ds", false);
  }
  for (std::size_t j = 0; j < 2; ++j) {
    const std::string ptc = std::string("ptc_") + names[j], itc = std::string("itc_") + names[j];
    ProductionPayment& credit = incentives.production_credit[j];
    credit.amount = in.list(ptc + "_amount", {0.0});
    credit.term = in.number(ptc + "_term", 10);
    credit.growth = in.percent(ptc + "_escal", 0);
    InvestmentCredit& investment = incentives.investment_credit[j];
    investment.amount = in.list(itc + "_amount", {0.0});
    investment.share = in.percents(itc + "_percent", {0.0});
    investment.share_limit = in.list(itc + "_percent_maxvalue", {1e99});
    for (std::size_t basis = 0; basis < 2; ++basis) {
      const std::string suffix = std::string("_deprbas_") + names[basis];
      investment.amount_cuts_basis[basis] = in.flag(itc + "_amount" + suffix, j == 0);
      investment.share_cuts_basis[basis] = in.flag(itc + "_percent" + suffix, j == 0);
    }
  }
}

FixedChargeCase read_fixed_charge(const Json& json, const Inputs& in, const Place& place) {
  const std::vector<std::string> known = {"capital_cost",  "fixed_operating_cost", "variable_operating_cost",
                                          "annual_energy", "fixed_charge_rate",    "number_compute_modules",
                                          "number_metrics"};
  for (const auto& [name, value] : json.items())
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw Error(place, name, "SAM's fixed-charge-rate calculator has no such input",
                  suggest(name, known,
                          "it takes capital_cost, fixed_operating_cost, variable_operating_cost, "
                          "fixed_charge_rate and annual_energy"));
  FixedChargeCase cost;
  cost.capital = in.number("capital_cost");
  cost.fixed_a_year = in.number("fixed_operating_cost");
  cost.variable = in.number("variable_operating_cost");
  cost.fixed_charge_rate = in.number("fixed_charge_rate");
  cost.energy = in.number("annual_energy");
  if (!(cost.energy > 0)) in.refuse("annual_energy", "no energy to spread the cost over", "give kWh above zero");
  if (cost.fixed_charge_rate < 0) in.refuse("fixed_charge_rate", "the rate is negative", "give a rate of zero or more");
  if (!std::isfinite(levelised_cost_by_fixed_charge(cost.capital, cost.fixed_charge_rate, cost.fixed_a_year,
                                                    cost.energy, cost.variable)))
    in.refuse("capital_cost", "the cost of energy is not finite", "look for an amount far too large");
  return cost;
}

}  // namespace

SamCase read_sam(std::string_view text, const std::string& name) {
  Place place;
  place.file = name;
  // Half a dozen lists of every hour of fifty years fit.
  check_json(text, name, {.depth = 16, .values = 4'000'000, .names = 20'000});
  Json json;
  // SAM's own cases repeat an input; the same number twice is one, two numbers are a mistake.
  std::map<std::string, Json> numbers;
  std::string name_read;
  auto once = [&](int depth, Json::parse_event_t event, Json& value) {
    if (depth != 1) return true;
    if (event == Json::parse_event_t::key) name_read = value.get<std::string>();
    else if (event == Json::parse_event_t::value && numbers.try_emplace(name_read, value).first->second != value)
      throw Error(place, name_read, "the input is given twice, with two values", "give it once");
    return true;
  };
  try {
    json = Json::parse(text, once);
  } catch (const Json::parse_error& error) {
    const auto broken = text.substr(0, std::min(error.byte > 0 ? error.byte - 1 : 0, text.size()));
    place.line = 1 + static_cast<int>(std::count(broken.begin(), broken.end(), '\n'));
    throw Error(place, "", "not JSON: it breaks at byte " + std::to_string(error.byte),
                "give SAM's inputs as a JSON object");
  } catch (const Json::out_of_range&) {
    throw Error(place, "", "a number is too large for a double", "give numbers below 1e308");
  } catch (const Json::exception&) {
    throw Error(place, "", "not JSON that can be read", "give SAM's inputs as a JSON object");
  }
  if (!json.is_object()) throw Error(place, "", "the JSON is not an object", "give SAM's inputs as a JSON object");
  const Inputs in(json, place);
  SamCase read;
  if (in.has("fixed_charge_rate")) {
    read.kind = SamCase::Kind::fixed_charge;
    read.fixed_charge = read_fixed_charge(json, in, place);
    return read;
  }
  check_names(json, place);
  SingleOwner& project = read.project;
  project.years = in.whole("analysis_period", 30);
  if (project.years < 1 || project.years > 100)
    in.refuse("analysis_period", "the analysis is not of 1 to 100 years", "give the years of operation");
  project.inflation = in.number("inflation_rate") * 0.01;
  project.real_discount = in.number("real_discount_rate") * 0.01;
  in.list("federal_tax_rate");
  project.federal_tax = in.percents("federal_tax_rate", {});
  in.list("state_tax_rate");
  project.state_tax = in.percents("state_tax_rate", {});
  project.installed_cost = in.number("total_installed_cost");
  project.construction_financing = in.number("construction_financing_cost");
  project.other_financing = in.number("cost_other_financing", 150000);
  project.salvage_share = in.percent("salvage_percentage", 10);
  project.capacity_kw = in.number("system_capacity");
  // What the models refuse does not know the file it came from.
  at(place, "", [&] {
    read_energy(in, read);
    read_operation(in, read);
    read_storage(in, read);
    read_finance(in, project);
    read_depreciation(in, project);
    read_incentives(in, project.incentives);
    check(project);
  });
  return read;
}

}  // namespace orrery::money
