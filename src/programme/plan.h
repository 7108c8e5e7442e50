// A programme as the simulation needs it: every default filled in, every name looked up, every value with its origin.
// Uncertain values stand as indices into one list of inputs, so that a trial is one vector of draws.
#pragma once
#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/amount.h"
#include "base/date.h"
#include "base/error.h"
#include "catalog/catalog.h"
#include "machine/model/architecture.h"
#include "machine/network/bill.h"
#include "machine/operations/schedule.h"
#include "machine/training/step.h"
#include "money/contracts/commitments.h"
#include "money/ledger.h"
#include "money/project/single_owner.h"
#include "scenario/setting.h"
#include "silicon/factory_file.h"
#include "silicon/market_file.h"
#include "site/building/construction.h"
#include "site/power/firm.h"
#include "site/power/hourly_dispatch.h"

namespace orrery::programme {

using scenario::Draws;
using scenario::Input;
using scenario::Setting;
using scenario::Uncertain;
using scenario::UncertainNumber;

using ChipRate = Quantity<dimension::chips - dimension::time>;
using PowerPerChip = Quantity<dimension::power - dimension::chips>;
using PowerRate = Quantity<dimension::power - dimension::time>;
using MoneyPerChip = Quantity<dimension::money - dimension::chips>;
using MoneyPerPower = Quantity<dimension::money - dimension::power>;
using MoneyPerEnergy = Quantity<dimension::money - dimension::energy>;
using MoneyPerTime = Quantity<dimension::money - dimension::time>;
using MoneyPerPowerTime = Quantity<dimension::money - dimension::power - dimension::time>;
using MoneyPerChipTime = Quantity<dimension::money - dimension::chips - dimension::time>;
using MassPerEnergy = Quantity<dimension::mass - dimension::energy>;
using VolumePerEnergy = Quantity<dimension::volume - dimension::energy>;
using FailureRate = Quantity<dimension::none - dimension::chips - dimension::time>;

/// What can be waited for, by what it happens to. A block is in service, and an order delivered, with the last of it;
/// an order arrives and a rental is handed over with the first.
enum class Happens {
  power_in_service,
  power_leaves,
  cooling_in_service,
  cooling_leaves,
  building_opens,
  building_ready,
  order_arrives,
  order_delivered,
  rental_handed_over,
  rental_ends,
  run_starts,
  run_finishes
};

/// What happens to one part of a plan.
struct AwaitedEvent {
  Happens happens = Happens::power_in_service;
  int site = -1;  ///< of power, cooling and buildings
  int index = 0;  ///< into what the site has of them, else into the plan's orders, rentals or runs

  bool of_run() const { return happens == Happens::run_starts || happens == Happens::run_finishes; }
};

/// A day that hangs on an event: later by a lag, earlier by a lead.
struct Dependency {
  std::string key;   ///< of the day: "order.first.ordered"
  Place place;       ///< where it is written
  std::string text;  ///< what follows "when": "building.first is ready - 6 months"
  AwaitedEvent event;
  Time shift;               ///< what the text adds; below 0 where it takes away
  Uncertain<Time> lag;      ///< of the event's table
  Uncertain<Time> lead;     ///< likewise
  bool from_start = false;  ///< falls on the programme's start where it would come before
  std::vector<int> delays;  ///< the sites whose delay is in it
  bool delayed = false;     ///< that of its own site is, so that its part is not late by it once more
  bool on_rental = false;   ///< it hangs, however far behind, on a rental
};

/// A day: a date, or one that hangs on an event and falls anew in each trial.
struct Day {
  Date date;            ///< where it hangs on none
  int dependency = -1;  ///< index into Plan::dependencies; -1: it is the date
  int item = -1;        ///< index into Funding::items: it waits for the money of that; -1: for none

  bool hangs() const { return dependency >= 0; }
};

/// A step of a trial, each after those that it needs: a day that hangs on an event falls, or a site is forecast.
struct Step {
  int dependency = -1, site = -1;  ///< one of the two; the other is -1
};

struct Delivery {
  Date date;
  Chips chips;
  bool slips = true;  ///< not those that were there on the day on which the schedule was announced
};

/// A market or a chip factory that orders and rentals draw on: what it makes in a trial is shared by the period among
/// its buyers and them.
struct SupplyLine {
  std::string name;                       ///< of its section: "market.h100", "factory.own"
  std::optional<silicon::Market> market;  ///< one of the two; uncertain values are inputs of the plan
  std::shared_ptr<const silicon::Factory> fab;
  std::size_t option = 0;   ///< of the factory
  UncertainNumber factor;   ///< multiplies what is made in every period
  Date first;               ///< day of the first period
  int months = 3;           ///< in a period
  std::size_t known = 0;    ///< periods that its file speaks of; later ones are as the last
  std::size_t periods = 0;  ///< looked at: on to some years after the end of the forecast
  /// The market's with what they order of it, and those that draws have made beside them.
  std::vector<silicon::MarketBuyer> buyers;
};

/// The place of an order or a rental in such a line. Never, where the line makes none for it.
struct SupplyDraw {
  int line = -1;             ///< index into Plan::supply_lines; -1: it draws on none
  std::size_t buyer = 0;     ///< into its buyers
  int in_place_of = -1;      ///< the buyer whose own orders it takes the place of; -1: it comes on top of them
  bool as_scheduled = true;  ///< asked for as it would come by itself; else all on the day of the order
  std::size_t index = 0;     ///< into DependentDays::drawn

  bool draws() const { return line >= 0; }
};

/// A chip of one's own, from its design to volume (silicon/chip/chip_schedule).
struct ChipDesign {
  std::string name, counterparty;
  int cause = 0;                ///< index into Plan::causes
  Date begins;                  ///< of its design
  std::optional<Date> planned;  ///< its tape-out, where that has a date
  Uncertain<Time> design;       ///< to tape-out, where it has none
  Uncertain<Time> delay;        ///< of the tape-out
  UncertainNumber respins;      ///< rounded to a whole number
  Uncertain<Time> first_silicon, bring_up, respin, qualification, ramp;
  Uncertain<ChipRate> rate;            ///< at the end of the ramp
  Uncertain<Money> once, each_respin;  ///< paid for its design, and for masks made anew
};

/// Accelerators bought for a site.
struct Order {
  std::string name, chip, server;
  std::string network;                          ///< of the catalog; empty: one that binds by its cards alone
  double network_failed = 0;                    ///< share of its links between switches that are down
  std::vector<network::BillLine> network_bill;  ///< empty where its parts are not known
  std::string counterparty, server_counterparty, network_counterparty;  ///< who is paid for each; may be empty
  int cause = 0;                                                        ///< index into Plan::causes
  int server_cause = 0, network_cause = 0;                              ///< who makes its servers and its network
  int site = 0;
  Chips chips;
  Day ordered;
  Uncertain<Time> lead_time;          ///< order to first delivery; unused with deliveries
  Uncertain<ChipRate> rate;           ///< delivery rate; infinite is all at once
  bool paced = false;                 ///< called off as building, power and cooling will be there
  std::vector<Delivery> deliveries;   ///< a planned schedule instead of lead time and rate
  SupplyDraw draw;                    ///< no more comes than it is allotted
  int design = -1;                    ///< index into Plan::designs: no more comes than is made; -1: it is made already
  Uncertain<Time> delay;              ///< shifts the whole schedule
  Uncertain<Time> network_lead_time;  ///< order to arrival of the fabric
  Uncertain<PowerPerChip> it_power;
  Uncertain<MoneyPerChip> price, server_price, network_price;
};

/// Accelerators rented from a cloud: usable when delivered, without a site of one's own.
struct Rental {
  std::string name, chip, provider;
  std::string network;        ///< as of an order
  double network_failed = 0;  ///< likewise
  int cause = 0;
  Chips chips;
  Day from;
  Uncertain<Time> lead_time;
  Uncertain<ChipRate> rate;
  std::vector<Delivery> deliveries;  ///< a planned schedule instead of lead time and rate
  SupplyDraw draw;                   ///< no more comes than it is allotted
  Uncertain<Time> delay;             ///< shifts the whole schedule
  Time term;                         ///< unused where it is not given and from hangs on an event
  bool has_term = true;              ///< else it runs to the end of the forecast
  Uncertain<MoneyPerChipTime> price;
  Money total;             ///< of the contract, where it has one
  double take_or_pay = 0;  ///< share of it that is owed, used or not
  int follows = -1;        ///< as Serving's
};

struct Task {
  std::string name;
  Uncertain<Time> duration;
};

struct Building {
  std::string name, construction;
  std::string counterparty;
  int cause = 0;
  Day start;
  bool planned = false;  ///< has a planned day in operation; its tasks say only when racks can go in
  Day date;
  Uncertain<Time> delay;  ///< slip of the planned day
  Power it_capacity;
  std::vector<Task> tasks;
  site::TaskNetwork task_network;
  UncertainNumber duration_factor;    ///< multiplies the tasks' durations: shifts and crews
  Uncertain<PowerRate> fit_out_rate;  ///< IT power that becomes ready per time after the last task; infinite at once
  Uncertain<MoneyPerPower> cost;
  bool rent_by_day = false;           ///< rent is written by the hour or day, and not due by the month
  Uncertain<MoneyPerPowerTime> rent;  ///< of a hall that others own, from the day that racks can go in
};

/// A block of electricity supply.
struct PowerBlock {
  std::string name, kind;
  std::string counterparty;
  int cause = 0;
  site::SupplyRole role = site::SupplyRole::grid;
  Uncertain<Power> capacity;  ///< rated, at the facility's terminals
  Day ordered;
  Uncertain<Time> lead_time, install_time;  ///< order to delivery to energised
  Time usual;                               ///< of the two for such equipment: when it is paid; 0: as it comes
  Uncertain<Time> delay;
  Uncertain<PowerRate> rate;  ///< rated power energised per time; infinite is all at once
  bool ends = false;
  Day until;                     ///< when it leaves, if it ends
  bool bridges = false;          ///< it leaves on the day from which the rest covers what the site draws
  UncertainNumber availability;  ///< share of the rated power that counts
  /// Share of the rated power that it gives over a year where that is not its availability: sun and wind; else 0.
  UncertainNumber capacity_factor;
  Uncertain<MoneyPerPower> capex;
  bool fixed_by_day = false;                   ///< fixed is written by the hour or day, and not due by the month
  Uncertain<MoneyPerPowerTime> fixed;          ///< rent and fixed operation per rated power and time
  Uncertain<MoneyPerPowerTime> demand_charge;  ///< per highest power of a month and time
  Uncertain<MoneyPerEnergy> energy_price;
  Uncertain<MassPerEnergy> emissions;
  Time duration;            ///< of storage: at its rating; unused without weather
  double efficiency = 1;    ///< likewise: out over in
  bool by_weather = false;  ///< sun or wind of a site with weather
  site::Hours share;        ///< of its rating that it gives then
  site::Hours price_shape;  ///< of the grid, where its prices are given by the hour: over their mean
};

struct Funding;      // programme/funding.h
struct SiteWeather;  // programme/site_weather.h
struct SiteHours;    // programme/hourly_energy.h

struct CoolingBlock {
  std::string name, kind;
  std::string counterparty;
  int cause = 0;
  int building = -1;          ///< the dated building that brings it on its day; -1 where it is ordered by itself
  Uncertain<Power> capacity;  ///< IT heat
  Day ordered;
  Uncertain<Time> lead_time, install_time, delay;
  Time usual;  ///< of lead and installation for such equipment: when it is paid; 0: as it comes
  bool ends = false;
  Day until;
  UncertainNumber pue, pue_annual;
  Uncertain<VolumePerEnergy> wue;
  Uncertain<MoneyPerPower> capex;
};

struct Site {
  std::string name, location;
  std::string operated_by;  ///< empty: as the programme's other sites
  int cause = 0;
  int repair_cause = 0;
  std::vector<Building> buildings;
  std::vector<PowerBlock> power;
  std::vector<CoolingBlock> cooling;
  Uncertain<Time> delay;  ///< of all that is not there at the start
  Power it_load;          ///< of a plan in MW: what draws power without being accelerators of the programme
  Uncertain<ChipRate> installation_rate;
  Uncertain<Time> burn_in;
  UncertainNumber swing_reserve;  ///< share of on-site generation kept back for load swings unless storage covers it
  std::shared_ptr<const SiteWeather> weather;  ///< null: its energy is found by the month
  std::shared_ptr<const SiteHours> hours;      ///< what the plan makes of it
};

enum class EventLimit { building, power, cooling };

/// A change of a limit for a while: a cooling swap, a lost substation.
struct Event {
  std::string name;
  int site = 0;
  EventLimit limit = EventLimit::power;
  Power change;  ///< negative takes away
  Day from;
  Uncertain<Time> delay, duration;
};

/// What the training model says of a run on all accelerators that it wants.
struct LaidOut {
  std::string layout;
  double accelerators = 0, batch = 0;  ///< that the layout uses; sequences of a step
  Time step;
  double tokens_per_second = 0;
  training::Breakdown breakdown;  ///< of the step within a site
  Time between_sites;             ///< that the step takes more where several sites train together
};

/// How fast accelerators of one kind, on one network, train a run.
struct TrainingSpeed {
  std::string chip, network;  ///< of the catalog
  double network_failed = 0;  ///< share of its links between switches that are down
  Chips chips;                ///< of them in the pool, all on the one network
  bool open = false;          ///< the reader left it to speeds(), its setting at this place
  double faster = 1;          ///< than speeds() finds, where the scenario changes what that is
  size_t setting = 0;
  Uncertain<ComputeRate> achieved;      ///< per accelerator when all that the run wants are at work
  operations::Speed by_size{{1}, {1}};  ///< speed at so many accelerators over that of all
  std::optional<LaidOut> laid_out;      ///< nothing where the scenario or published runs give the speed

  /// FLOP/s per accelerator by how many are at work.
  operations::Speed in(Draws draws) const {
    operations::Speed out = by_size;
    for (double& each : out.each) each *= achieved.in(draws).value();
    return out;
  }
};

/// Whose accelerators a run uses: those bought for a site, or a rental's.
struct RunPool {
  bool rented = false;
  std::size_t index = 0;               ///< into the plan's rentals, else into its sites
  std::vector<std::size_t> more = {};  ///< further sites that train the run together with that one
  Bandwidth line_rate;                 ///< of each site's lines to the others, each way
  Length line_distance;                ///< of fibre between two of them

  bool holds(std::size_t site) const {
    return !rented && (site == index || std::find(more.begin(), more.end(), site) != more.end());
  }
};

struct Run {
  std::string name, model;
  Place place;                               ///< of its section
  std::optional<model::Architecture> shape;  ///< of the model, where its layers are known
  std::string stand_in;                      ///< the catalog's model whose shape it is, where none is named
  double active_parameters = 0;              ///< of the model
  bool mixture = false;                      ///< of experts
  RunPool pool;
  Operations compute;  ///< model FLOPs of the whole run
  Tokens tokens;       ///< 0 when only compute is given
  Chips chips, minimum;
  Day earliest;
  double duty = 1;                ///< share of each day it runs
  std::string mechanism;          ///< by which it goes on after a failure; empty: it is restarted as [operation] says
  operations::Recovery recovery;  ///< of the mechanism
  std::string precision = "bf16";
  std::string framework;              ///< as people print it; empty: what such chips run
  Time software_age;                  ///< later than the framework's generation
  double sequence = 0, batch = 0;     ///< tokens; sequences of a step
  std::vector<TrainingSpeed> speeds;  ///< of each kind of accelerator, on each network, in the pool
  std::vector<size_t> speed_of;       ///< index into speeds by order (or the one rental) of the pool
};

struct Lease {
  std::string name, counterparty;
  int cause = 0;
  bool received = false;
  Day from, until;
  Uncertain<MoneyPerTime> price;                   ///< fixed part
  Uncertain<MoneyPerChipTime> price_per_chip;      ///< for each usable accelerator of the site
  bool price_by_day = false, chip_by_day = false;  ///< each is written by the hour or day, and not due by the month
  int site = -1;                                   ///< whose accelerators or halls it is of; -1: not said
  double escalator = 0;                            ///< yearly rise
  int follows = -1;                                ///< as Serving's
};

/// What a company does in the programme.
enum class Role { lab, cloud, land, energy, building, servers, chip_maker, lender, sponsor };

/// A company that owns parts of the programme, with how it is taxed and financed. All that nobody owns is the first's.
struct Company {
  std::string name;
  Role role = Role::lab;
  std::vector<std::string> owns;  ///< parts: "site.abilene", "site.abilene.power.gas", "order.gb200", "serving"
  double discount_rate = 0;       ///< a year, of its owners
  double tax = 0;                 ///< on income
  money::DepreciationClass compute = money::DepreciationClass::macrs_5,
                           building = money::DepreciationClass::straight_39;
  bool losses_carried = false;   ///< to later years; else used at once against its owners' other income
  double loss_limit = 1;         ///< of a year's income, what earlier losses may take away
  money::Debt debt;              ///< tenor 0: none
  double construction_rate = 0;  ///< a year, at which what is spent before service bears interest
  std::optional<Date> fails;     ///< from that day on it pays nothing more and gives nothing more
};

/// One part of the programme that a contract is about; all -1: none.
struct Part {
  int site = -1, building = -1, power = -1, order = -1;
};

/// Money between two companies of the programme. What one pays is what the other gets.
struct Contract {
  enum class Kind {
    ground_lease,
    power_purchase,
    hall_lease,
    server_lease,
    capacity,
    sale,
    loan,
    residual_guarantee,
    warrant
  };
  std::string name;
  Kind kind = Kind::capacity;
  money::State state = money::State::signed_;  ///< from signed on it is paid, unless cancelled
  int payer = 0, payee = 0;                    ///< companies; of a loan the lender is the payer
  std::string of;                              ///< as written
  Part part;
  Date said;                ///< signed: nothing is paid before
  Day from, until;          ///< the last day counts
  bool exits = false;       ///< notice is given on a day
  Day exit;                 ///< that day
  Time notice;              ///< from it to the last day of rent
  Uncertain<Money> fee;     ///< for leaving
  int follows = -1;         ///< as Serving's; of a guarantee what the part fetches
  Time option;              ///< for which its payer may go on after until; 0: it has none
  double option_price = 1;  ///< rent then, over what it has risen to
  int option_market = -1;   ///< index into Plan::processes: what the market asks, over what it asked on the first day
  Uncertain<MoneyPerTime> price;
  Uncertain<MoneyPerChipTime> price_per_chip;  ///< and usable accelerator
  Uncertain<MoneyPerPowerTime>
      price_per_power;  ///< and W of a hall that is fitted out, or of a block that is energised
  Uncertain<MoneyPerEnergy> price_per_energy;
  bool price_by_day = false, chip_by_day = false, power_by_day = false;  ///< as a lease's
  Uncertain<Money> amount;  ///< once: a sale, a loan, what a warrant is worth
  double escalator = 0;     ///< yearly rise
  Time ramp;                ///< over which what is owed of total rises evenly to its full rate
  Money total;
  double take_or_pay = 0;             ///< share of total that is owed, used or not
  UncertainNumber guaranteed, value;  ///< of what the part cost: as promised, and what it fetches
  double rate = 0;                    ///< of a loan, a year
};

/// A price that moves at random (price_process.h).
struct PriceProcess {
  std::string name;
  Uncertain<double> level, falls, reversion, volatility;  ///< per s; level over the price at the start
  std::vector<UncertainNumber> shocks;                    ///< by quarter but the first, standard normal
};

/// What accelerators earn that are not training.
struct Serving {
  int cause = 0;
  int follows = -1;             ///< index into Plan::processes; -1: its price stays
  UncertainNumber utilisation;  ///< share of idle accelerator time that is sold
  Uncertain<MoneyPerChipTime> price;
};

/// What an hour of a kind of accelerator is worth, where nothing else says what it earns.
struct Worth {
  std::string chip;
  Uncertain<MoneyPerChipTime> price;
  int follows = -1;  ///< as Serving's
};

struct MoneyPlan {
  int follows = -1;  ///< as Serving's: what accelerators, servers and network fetch at the end
  Uncertain<Frequency> discount_rate;
  Uncertain<Time> it_life, facility_life;
  Uncertain<MoneyPerPowerTime> opex;  ///< staff, repair and the rest, per IT power in racks
  Uncertain<Quantity<dimension::money - dimension::volume>> water_price;
};

struct Operation {
  Uncertain<FailureRate> failure_rate;
  Uncertain<Time> checkpoint_write;
  std::string mechanism;                   ///< of runs that say none; empty: the one of their size
  UncertainNumber stall;                   ///< phases of a recovery over those of its mechanism
  std::optional<Uncertain<Time>> restart;  ///< in place of a mechanism: from a failure to the first new step of the run
  UncertainNumber other;                   ///< share of time lost that does not grow with size
  UncertainNumber spares;                  ///< accelerators that stand ready, per one that runs may hold
  UncertainNumber load;                    ///< drawn IT power per rated IT power of usable accelerators
  Uncertain<Money> repair;                 ///< of an interruption, beyond opex
  UncertainNumber early_failures;          ///< failure rate of accelerators new in service over that of old ones
  Uncertain<Time> early_life;              ///< after which what is more of it has fallen to 1/e

  /// Of a run that recovers by a mechanism.
  operations::Reliability reliability(Draws draws, const operations::Recovery& recovery) const {
    operations::Recovery by = operations::scaled(recovery, stall.in(draws));
    if (restart) by = {.replace = restart->in(draws)};
    return {failure_rate.in(draws), by, checkpoint_write.in(draws), Time(0), other.in(draws)};
  }
};

/// A date that the report gives: when the usable accelerators, or their IT power, first reach a level.
struct Milestone {
  std::string name;
  enum class Kind { usable, it_power } kind = Kind::usable;
  double level = 0;             ///< accelerators or W
  int site = -1;                ///< the site it is about; -1 for all together
  int order = -1, rental = -1;  ///< the order or the rental it is about; -1 for all together
};

/// What the world answered. Never an input.
struct Observation {
  std::string name;
  enum class Kind { usable, it_power, facility_power, capex, run_start, run_finish } kind = Kind::usable;
  bool scores_date = false, scores_level = true;
  /// upper: it had happened by its date, the day itself is not known; lower: it had not happened before.
  enum class Bound { none, upper, lower } bound = Bound::none;
  double level = 0;  ///< accelerators, W or $
  int run = -1;
  int site = -1;  ///< where it was seen; -1 for all together
  Date date;
  catalog::Provenance provenance;
  std::string note;
};

struct Plan {
  std::string title, description, file;
  Date start, end;
  bool slips = true;  ///< announced dates slip as others did
  std::vector<SupplyLine> supply_lines;
  std::vector<ChipDesign> designs;
  std::vector<Order> orders;
  std::vector<Rental> rentals;
  std::vector<Site> sites;
  std::vector<Event> events;
  std::vector<Run> runs;
  /// A job of no compute of its own whose speeds are what accelerators do, by order and then by rental; nothing: that
  /// is not asked.
  std::optional<Run> work;
  std::vector<Lease> leases;
  std::vector<Company> companies;
  std::vector<Contract> contracts;
  std::shared_ptr<const Funding> funding;  ///< null: money is no limit
  bool serves = false;
  std::vector<PriceProcess> processes;
  Serving serving;
  std::vector<Worth> worths;             ///< by kind of accelerator; none where leases or serving alone earn
  std::vector<std::string> not_counted;  ///< what no price is known of, each with the key that would say it
  MoneyPlan money;
  Operation operation;
  std::vector<Milestone> milestones;
  std::vector<Observation> observations;
  std::vector<Input> inputs;
  std::vector<Setting> settings;
  std::vector<Dependency> dependencies;  ///< days that hang on events, as they are read
  std::vector<Step> steps;               ///< of a trial: every site, and every dependency but those on runs

  std::vector<Date> months;          ///< first days of the calendar months, the first being start, then end + 1
  std::vector<money::Cause> causes;  ///< of ledger entries, filled by name_causes: what for, and with whom
  std::vector<int> owners;           ///< by cause: the company whose money it is; empty without companies
  std::vector<int> parties;          ///< by cause: the company that it is paid to or comes from; -1: one outside
};

/// Writes down the months from the plan's start to its end.
void name_months(Plan& plan);

}  // namespace orrery::programme
