// The dated simulation: one plan and one set of draws become capacity, runs, energy and money. It is a pure function of
// its arguments; a trial is one call.
#pragma once
#include <array>
#include <optional>
#include <vector>

#include "base/curve.h"
#include "machine/operations/schedule.h"
#include "money/ledger.h"
#include "programme/company_book.h"
#include "programme/days.h"
#include "programme/funding_forecast.h"
#include "programme/plan.h"
#include "site/building/construction.h"
#include "site/capacity.h"
#include "site/power/merit_order.h"

namespace orrery::programme {

using operations::RunForecast;

/// Days are counted from the plan's start; an infinite day is never.
struct SiteForecast {
  site::Limits limits;
  std::vector<int> orders;  ///< indices into Plan::orders, as the supplies
  std::vector<site::Supply> supplies;
  site::Capacity capacity;
  Curve facility_power;  ///< W at peak of the usable accelerators
  Curve pue_annual;
  std::vector<site::BuildingDates> buildings;
  std::vector<double> power_day, cooling_day;  ///< in service, by block
  std::vector<double> power_until;             ///< the day on which a block leaves
  Curve firm_power;                            ///< W that can be relied on once what bridges has left
  Curve power_events;                          ///< W that events add to it; negative takes away
  std::vector<Curve> power_rated;              ///< W energised, by block
  std::vector<site::EnergySource> sources;     ///< by power block; storage has no capacity
  Curve water_per_it;                          ///< m3 per J of IT energy
  std::vector<site::EnergyMonth> energy;       ///< by month; by_source follows the power blocks
  /// Accelerators that would be usable were there energy in every hour, where there is not.
  struct Usable {
    Curve usable;
    std::vector<Curve> by_supply;
  };
  std::optional<Usable> with_all_energy = {};
};

/// What accelerators did in a month, in accelerator-hours.
struct UseMonth {
  double usable = 0, training = 0;
  double spare = 0;  ///< of the usable ones, those of accelerators that stand ready
};

/// What a rental's use comes to and what is paid, which is more where the contract says take or pay, $.
struct RentalAccount {
  double used = 0, paid = 0;
};

struct Forecast {
  DependentDays days;                               ///< on which the plan's dependencies fall
  std::vector<silicon::ChipSchedule> designs = {};  ///< by Plan::designs
  std::vector<SiteForecast> sites;
  std::vector<Curve> rentals;              ///< accelerators handed over and not yet returned
  Curve usable, it_power, facility_power;  ///< of all sites; usable counts rented accelerators too
  std::vector<RunForecast> runs;
  std::vector<site::EnergyMonth> energy;  ///< all sites by month, without by_source
  std::vector<UseMonth> use;
  std::vector<RentalAccount> rental_accounts;  ///< over the forecast
  money::Ledger ledger;
  std::vector<std::vector<double>> price_indices = {};  ///< by process and month (price_process.h)
  double net_present_value = 0;  ///< $ at the start: of cash, of what compute is worth, of what is left at the end
  double worth = 0;              ///< $ of usable accelerator-hours that nothing else says the earnings of
  /// $ by month, order and then rental; empty without companies
  std::vector<std::vector<double>> worth_by_part = {};
  double residual = 0;  ///< $ of capital, in straight lines over its life, that the horizon leaves
  /// $ per usable accelerator-hour by line of the ledger: capital charges and running cost; 0 where none is usable.
  std::array<double, money::line_count> hour_costs{};
  double cost_per_hour = 0;  ///< their sum; infinite where none is usable
  std::vector<double> charges =
      {};                         ///< $ by month, not discounted: what cost_per_hour is made of; 0 where none is usable
  std::vector<double> work = {};  ///< FLOP by month, of usable accelerators within their life; 0 where not asked
  double cost_per_work = 0;       ///< $ per FLOP, levelised as cost_per_hour; infinite where none is done
  /// What a dollar of each month is worth at the start, and usable accelerator-hours at that, past their life too.
  std::vector<double> month_worth = {};
  double hours_worth = 0;
  double idle_days = 0;  ///< accelerator-days that bought accelerators were there and not usable
  double idle_cost = 0;  ///< $ of capital charges in them
  double capital = 0;    ///< $ spent on capital lines, positive
  std::vector<CompanyForecast> companies = {};
  std::optional<FundingForecast> funding = {};
};

/// Simulates a plan with one value per input, or with the medians when draws is empty.
Forecast simulate(const Plan& plan, Draws draws = {});
/// The same where the parts of what is funded wait as long as said (days, by Funding::items; empty: not at all) and
/// money is asked no further.
Forecast simulate_with(const Plan& plan, Draws draws, std::vector<double> waits);

/// What a price that follows a process is multiplied by in a month; 1 where it follows none.
double index_of(const Forecast& forecast, int follows, int month);

/// The day on which a moment lies: a level reached during a day counts from its end.
Date day_of(const Plan& plan, double day);

// The steps of simulate, in its order.
/// Sites and the days that hang on events, each after what it needs; days that hang on runs stay infinite.
void forecast_sites(const Plan& plan, Draws draws, Forecast& forecast);
SiteForecast forecast_site(const Plan& plan, int site, Draws draws, const DependentDays& days);
Curve rented_curve(const Plan& plan, const Rental& rental, Draws draws, const DependentDays& days);
/// Runs, and the days that hang on them.
void forecast_runs(const Plan& plan, Draws draws, Forecast& forecast);
/// When each run of a forecast at the medians would finish, days, if it wanted, and started with, so many accelerators
/// and those before it were as they are: [run][number], of numbers in the same order.
std::vector<std::vector<double>> finishes_with(const Plan& plan, const Forecast& forecast,
                                               const std::vector<std::vector<double>>& numbers);
/// By day, failures of an accelerator over those of an old one, mean over so many that are usable; empty where new ones
/// fail as old ones.
std::vector<double> failures_by_day(const Plan& plan, Draws draws, const Curve& usable);
void forecast_energy(const Plan& plan, Draws draws, Forecast& forecast);
void forecast_money(const Plan& plan, Draws draws, Forecast& forecast);

}  // namespace orrery::programme
