// The inputs of SAM's single-owner calculator by name, with the ranges it accepts, as its documentation lists them.
#include <algorithm>
#include <sstream>
#include <string>

#include "money/sam/sam.h"

namespace orrery::money {
namespace {

/// Inputs of one kind and range, their names apart by blanks.
struct Group {
  SamKind kind;
  SamUse use;
  double least, most;
  bool whole;
  const char* names;
};

/// Adds what a name stands for: "cbi_{fed,sta}_amount" is two.
void add(const Group& group, const std::string& name, std::vector<SamKey>& keys) {
  const std::size_t open = name.find('{'), close = name.find('}');
  if (open == std::string::npos) {
    keys.push_back({name, group.kind, group.use, group.least, group.most, group.whole});
    return;
  }
  std::istringstream parts(name.substr(open + 1, close - open - 1));
  for (std::string part; std::getline(parts, part, ',');)
    add(group, name.substr(0, open) + part + name.substr(close + 1), keys);
}

std::vector<SamKey> make_keys() {
  using enum SamKind;
  using enum SamUse;
  constexpr double any = std::numeric_limits<double>::infinity(), above_zero = std::numeric_limits<double>::min();
  // clang-format off
  const Group groups[] = {
      {number, read, 0, 2, true,
       "add_om_num_types batt_replacement_option fuelcell_replacement_option"},
      {number, read, 1, 100, true,
       "analysis_period"},
      {number, read, -any, any, false,
       "annual_energy_pre_curtailment_ac batt_computed_bank_capacity cbi_{fed,oth,sta,uti}_{amount,maxvalue} "
       "construction_financing_cost cp_capacity_payment_esc en_batt en_standalone_batt en_wave_batt "
       "grid_curtailment_price_esc ibi_{fed,oth,sta,uti}_{amount,percent} ibi_{fed,oth,sta,uti}_percent_maxvalue "
       "is_hybrid land_area om_batt_nameplate om_capacity_escal om_fixed_escal om_fuel_cost_escal "
       "om_fuelcell_nameplate om_land_lease_escal om_opt_fuel_{1,2}_cost_escal om_opt_fuel_{1,2}_usage "
       "om_production_escal om_replacement_cost_escal pbi_{fed,oth,sta,uti}_{escal,term} ppa_escalation "
       "ppa_soln_max ppa_soln_min ppa_soln_tolerance ptc_{fed,sta}_{escal,term} system_recapitalization_cost "
       "total_installed_cost"},
      {number, read, 0, any, false,
       "annual_fuel_usage cost_debt_closing cost_debt_fee cost_other_financing cp_system_nameplate dscr "
       "dscr_reserve_months equip1_reserve_cost equip2_reserve_cost equip3_reserve_cost "
       "months_receivables_reserve months_working_reserve system_heat_rate"},
      {list, read, -any, any, false,
       "annual_fuel_usage_lifetime annual_thermal_value batt_annual_discharge_energy batt_bank_replacement "
       "batt_replacement_schedule_percent cf_hybrid_om_sum cp_capacity_credit_percent cp_capacity_payment_amount "
       "degradation depr_custom_schedule dispatch_factors_ts dispatch_tod_factors "
       "fuelcell_annual_energy_discharged fuelcell_replacement fuelcell_replacement_schedule gen "
       "gen_without_battery grid_curtailment_price itc_{fed,sta}_{amount,percent} itc_{fed,sta}_percent_maxvalue "
       "monthly_energy om_batt_capacity_cost om_batt_fixed_cost om_batt_replacement_cost om_batt_variable_cost "
       "om_capacity om_fixed om_fuel_cost om_fuelcell_capacity_cost om_fuelcell_fixed_cost "
       "om_fuelcell_replacement_cost om_fuelcell_variable_cost om_land_lease om_opt_fuel_{1,2}_cost "
       "om_production pbi_{fed,oth,sta,uti}_amount ppa_price_input ptc_{fed,sta}_amount "
       "system_lifetime_recapitalize system_pre_curtailment_kwac utility_bill_w_sys"},
      {list, idle, -any, any, false,
       "batt_annual_charge_energy batt_annual_charge_from_system batt_capacity_percent gen_purchases "
       "grid_to_batt monthly_batt_to_grid monthly_grid_to_batt monthly_grid_to_load monthly_system_to_grid "
       "om_production1_values om_production2_values rate_escalation ur_ts_buy_rate ur_ts_sell_rate "
       "ur_yearzero_usage_peaks year1_monthly_ec_charge_gross_with_system year1_monthly_ec_charge_with_system "
       "year1_monthly_electricity_to_grid"},
      {number, idle, -any, any, false,
       "batt_meter_position batt_salvage_percentage battery_per_kWh cp_battery_nameplate en_fuelcell "
       "fuelcell_computed_bank_capacity fuelcell_per_kWh number_compute_modules number_metrics total_direct_cost "
       "ur_annual_min_charge ur_billing_demand_lookback_period ur_billing_demand_minimum ur_dc_enable "
       "ur_en_ts_buy_rate ur_en_ts_sell_rate ur_enable_billing_demand ur_metering_option ur_monthly_fixed_charge "
       "ur_monthly_min_charge ur_nb_apply_credit_current_month ur_nb_credit_expire ur_nm_credit_month "
       "ur_nm_credit_rollover ur_nm_yearend_sell_rate ur_sell_eq_buy"},
      // Refused where it is used.
      {number, unmodelled, -any, any, false,
       "battery_total_cost_lcos"},
      // Yes or no.
      {number, read, 0, 1, true,
       "cbi_{fed,oth,sta,uti}_{deprbas,tax}_{fed,sta} cp_capacity_payment_type debt_option "
       "depr_bonus_{fed,sta}_{custom,macrs_15,macrs_5,sl_15,sl_20,sl_39,sl_5} depr_fedbas_method "
       "depr_itc_{fed,sta}_{custom,macrs_15,macrs_5,sl_15,sl_20,sl_39,sl_5} depr_stabas_method "
       "dscr_limit_debt_fraction en_electricity_rates "
       "ibi_{fed,oth,sta,uti}_{amount,percent}_{deprbas,tax}_{fed,sta} "
       "itc_{fed,sta}_{amount,percent}_deprbas_{fed,sta} payment_option pbi_{fed,oth,sta,uti}_for_ds "
       "pbi_{fed,oth,sta,uti}_tax_{fed,sta} ppa_soln_mode"},
      {table, idle, -any, any, false,
       "charge_w_sys_ec_ym net_billing_credits_ym nm_dollars_applied_ym true_up_credits_ym "
       "ur_billing_demand_lookback_percentages ur_dc_billing_demand_periods ur_dc_flat_mat "
       "ur_dc_sched_{weekday,weekend} ur_dc_tou_mat ur_ec_sched_{weekday,weekend} ur_ec_tou_mat"},
      // Per cent.
      {number, read, 0, 100, false,
       "debt_percent depr_alloc_{custom,macrs_15,macrs_5,sl_15,sl_20,sl_39,sl_5}_percent depr_bonus_{fed,sta} "
       "flip_target_percent insurance_rate prop_tax_assessed_decline prop_tax_cost_assessed_percent "
       "property_tax_rate reserves_interest salvage_percentage system_recapitalization_escalation term_int_rate"},
      {table, read, -any, any, false,
       "dispatch_sched_{weekday,weekend}"},
      {number, read, above_zero, any, false,
       "dscr_maximum_debt_fraction system_capacity"},
      {number, read, 0, any, true,
       "equip1_reserve_freq equip2_reserve_freq equip3_reserve_freq loan_moratorium ppa_multiplier_model "
       "system_use_lifetime_output system_use_recapitalization term_tenor"},
      {number, read, 0, 6, true,
       "equip_reserve_depr_{fed,sta}"},
      {list, read, 0, 100, false,
       "federal_tax_rate state_tax_rate"},
      {number, read, 1, any, false,
       "flip_target_year"},
      {number, read, -99, any, false,
       "inflation_rate real_discount_rate"},
      {number, read, 1, any, true,
       "ppa_soln_max_iterations"},
  };
  // clang-format on
  std::vector<SamKey> keys;
  for (const Group& group : groups) {
    std::istringstream names(group.names);
    for (std::string name; names >> name;) add(group, name, keys);
  }
  std::sort(keys.begin(), keys.end(), [](const SamKey& a, const SamKey& b) { return a.name < b.name; });
  return keys;
}

}  // namespace

const std::vector<SamKey>& sam_keys() {
  static const std::vector<SamKey> keys = make_keys();
  return keys;
}

}  // namespace orrery::money
