// The money of a programme by month: what is paid when it is delivered, built, used or due. Rents (of leases, halls and
// plant), fixed cost of plant and demand charges are due by the month: a twelfth of a year's in each whole month of the
// calendar, in a part of one by its days. What is written by the hour or day, what goes by use, and what is owed under
// take-or-pay, goes by the day.
#include <algorithm>
#include <array>
#include <cmath>

#include "programme/books.h"
#include "programme/hourly_energy.h"
#include "programme/price_process.h"
#include "programme/simulate.h"
#include "programme/straight_lines.h"

namespace orrery::programme {
namespace {

struct Months {
  const Plan& plan;
  int count() const { return static_cast<int>(plan.months.size()) - 1; }
  double from(int m) const { return plan.months[m] - plan.start; }
  double to(int m) const { return plan.months[m + 1] - plan.start; }
  double rent_days(int m, bool by_day) const { return programme::rent_days(plan, static_cast<std::size_t>(m), by_day); }
};

/// Pays total in even daily amounts from one day to another; all at once where they are the same.
void spread(money::Ledger& ledger, const Months& months, money::Line line, int cause, double total, double from,
            double to) {
  if (!std::isfinite(to) || total == 0) return;
  for (int m = 0; m < months.count(); ++m) {
    // What fell due before the start is paid in the first month.
    const double a = m == 0 ? -infinity : months.from(m), b = months.to(m);
    double share = 0;
    if (to > from) share = std::max(0.0, std::min(b, to) - std::max(a, from)) / (to - from);
    else share = to >= a && to < b ? 1 : 0;
    ledger.add(m, line, cause, Money(total * share));
  }
}

void pay_orders(const Plan& plan, Draws draws, const Months& months, Forecast& f) {
  for (const SiteForecast& s : f.sites)
    for (size_t k = 0; k < s.orders.size(); ++k) {
      const Order& order = plan.orders[s.orders[k]];
      const double price = order.price.in(draws).value(), server = order.server_price.in(draws).value(),
                   network = order.network_price.in(draws).value();
      double had = 0;
      for (int m = 0; m < months.count(); ++m) {
        const double has = s.supplies[k].delivered.at(months.to(m) - 1e-9);
        const double came = has - had;
        had = has;
        if (came <= 0) continue;
        f.ledger.add(m, money::Line::chips, order.cause, Money(-came * price));
        f.ledger.add(m, money::Line::servers, order.server_cause, Money(-came * server));
        f.ledger.add(m, money::Line::network, order.network_cause, Money(-came * network));
      }
    }
}

/// What a design costs until its tape-out, and each respin. What was taped out before the programme is not paid.
void pay_designs(const Plan& plan, Draws draws, const Months& months, Forecast& f) {
  for (std::size_t d = 0; d < plan.designs.size(); ++d) {
    const ChipDesign& design = plan.designs[d];
    const std::vector<double>& tape_outs = f.designs[d].tape_outs;
    for (std::size_t k = 0; k < tape_outs.size(); ++k) {
      if (tape_outs[k] <= 0) continue;
      const double begins = k > 0 ? tape_outs[k] : std::min<double>(design.begins - plan.start, tape_outs[k]);
      spread(f.ledger, months, money::Line::chips, design.cause,
             -(k > 0 ? design.each_respin : design.once).in(draws).value(), begins, tape_outs[k]);
    }
  }
}

/// The day of a part of a site as it was planned: one that hangs on an event of a late site is late by that with it.
double day_as_planned(const Plan& plan, const Day& day, double late, const Forecast& f) {
  return day_in(plan, day, f.days) - (late - delay_left(plan, day, late));
}

/// Capital of a block is paid evenly from its order over the time that such equipment usually takes, whether it comes
/// sooner or later; where that is not known until the last of it serves, or was to serve where its site is late. What
/// stood before the programme is not paid.
template <class Block>
void pay_block(const Plan& plan, Draws draws, const Months& months, const Block& block, double service_day,
               double complete_day, double late, money::Line line, Forecast& f) {
  if (service_day <= 0) return;
  const double total = block.capex.in(draws).value() * block.capacity.in(draws).value();
  const double ordered = day_as_planned(plan, block.ordered, late, f);
  if (block.usual > Time(0)) {
    const double usual = in_days(block.usual);
    return spread(f.ledger, months, line, block.cause, -total, std::max(0.0, ordered),
                  std::max(0.0, ordered) + usual + complete_day - service_day);
  }
  service_day -= late, complete_day -= late;
  spread(f.ledger, months, line, block.cause, -total, std::min(std::max(0.0, ordered), service_day), complete_day);
}

void pay_sites(const Plan& plan, Draws draws, const Months& months, Forecast& f) {
  for (size_t i = 0; i < plan.sites.size(); ++i) {
    const Site& site = plan.sites[i];
    const SiteForecast& s = f.sites[i];
    const double late = in_days(site.delay.in(draws));
    for (size_t b = 0; b < site.buildings.size(); ++b)
      if (s.buildings[b].ready > 0)
        spread(f.ledger, months, money::Line::buildings, site.buildings[b].cause,
               -site.buildings[b].cost.in(draws).value() * site.buildings[b].it_capacity.value(),
               day_as_planned(plan, site.buildings[b].start, late, f), s.buildings[b].ready - late);
    for (size_t b = 0; b < site.buildings.size(); ++b) {
      const Building& hall = site.buildings[b];
      const double a_day = hall.rent.in(draws).value() * 86400 * hall.it_capacity.value();
      const double from = std::max(s.buildings[b].halls_open, 0.0);
      for (int m = 0; a_day > 0 && m < months.count(); ++m)
        if (const double days = months.to(m) - std::max(months.from(m), from); days > 0)
          f.ledger.add(m, money::Line::leases_paid, hall.cause,
                       Money(-a_day * days * months.rent_days(m, hall.rent_by_day)));
    }
    for (size_t b = 0; b < site.cooling.size(); ++b)
      pay_block(plan, draws, months, site.cooling[b], s.cooling_day[b], s.cooling_day[b], late, money::Line::cooling,
                f);
    for (size_t b = 0; b < site.power.size(); ++b) {
      const PowerBlock& block = site.power[b];
      const double rate = block.rate.in(draws).value() * 86400;
      const double ramp = std::isfinite(rate) ? block.capacity.in(draws).value() / rate : 0;
      pay_block(plan, draws, months, block, s.power_day[b], s.power_day[b] + ramp, late, money::Line::power_plant, f);
      // Rent and fixed operation are due for what is energised.
      const double fixed = block.fixed.in(draws).value() * 86400;  // $ per W and day
      const double demand = block.demand_charge.in(draws).value() * 86400;
      for (int m = 0; m < months.count(); ++m)
        f.ledger.add(
            m, money::Line::energy, block.cause,
            Money(-fixed * s.power_rated[b].integral(months.from(m), months.to(m)) *
                      months.rent_days(m, block.fixed_by_day) -
                  demand * s.energy[m].peaks[b] * (months.to(m) - months.from(m)) * months.rent_days(m, false)));
    }
    const double opex = plan.money.opex.in(draws).value() * 86400, water = plan.money.water_price.in(draws).value();
    for (int m = 0; m < months.count(); ++m)
      f.ledger.add(m, money::Line::operations, site.cause,
                   Money(-opex * s.capacity.it_power.integral(months.from(m), months.to(m))));
    for (int m = 0; m < months.count(); ++m) {
      f.ledger.add(m, money::Line::water, site.cause, Money(-water * s.energy[m].water));
      for (size_t b = 0; b < site.power.size(); ++b)
        f.ledger.add(m, money::Line::energy, site.power[b].cause,
                     Money(-energy_cost(s, static_cast<std::size_t>(m), b)));
    }
  }
}

/// What interruptions cost to repair: of all usable accelerators of the sites, at work or spare, by their age. Those
/// that are rented are repaired by their owner.
void pay_repairs(const Plan& plan, Draws draws, const Months& months, Forecast& f) {
  const double repair = plan.operation.repair.in(draws).value();
  if (repair <= 0) return;
  const double a_day = per_day(plan.operation.failure_rate.in(draws)) * repair;  // $ per accelerator and day
  for (size_t i = 0; i < plan.sites.size(); ++i) {
    if (f.sites[i].orders.empty()) continue;  // a load in MW has no accelerators
    const Curve& usable = f.sites[i].capacity.usable;
    const std::vector<double> failures = failures_by_day(plan, draws, usable);
    for (int m = 0; m < months.count(); ++m) {
      double days = 0;
      if (failures.empty()) days = usable.integral(months.from(m), months.to(m));
      else
        for (double day = months.from(m); day < months.to(m); ++day)
          days += failures[static_cast<size_t>(day)] * usable.integral(day, day + 1);
      f.ledger.add(m, money::Line::operations, plan.sites[i].repair_cause, Money(-a_day * days));
    }
  }
}

void pay_contracts(const Plan& plan, Draws draws, const Months& months, Forecast& f) {
  for (size_t r = 0; r < plan.rentals.size(); ++r) {
    const Rental& rental = plan.rentals[r];
    const double per_day = rental.price.in(draws).value() * 86400, owed = rental.take_or_pay * rental.total.value();
    const double first = hand_over(plan, rental, draws, f.days), term = term_days(plan, rental, f.days);
    RentalAccount& account = f.rental_accounts.emplace_back();
    for (int m = 0; m < months.count(); ++m) {
      account.used += per_day * index_of(f, rental.follows, m) * f.rentals[r].integral(months.from(m), months.to(m));
      const double due = std::max(account.used, owed * std::clamp((months.to(m) - first) / term, 0.0, 1.0));
      f.ledger.add(m, money::Line::rentals, rental.cause, Money(account.paid - due));
      account.paid = due;
    }
  }
  for (const Lease& lease : plan.leases) {
    const double sign = lease.received ? 1 : -1;
    const money::Line line = lease.received ? money::Line::leases_received : money::Line::leases_paid;
    const double fixed = lease.price.in(draws).value() * 86400,
                 per_chip = lease.price_per_chip.in(draws).value() * 86400;
    // The last day is paid too. The rent rises on each anniversary, within a month where it falls there.
    const double last = plan.end - plan.start, end = std::min(day_in(plan, lease.until, f.days), last) + 1;
    const double from = day_in(plan, lease.from, f.days);
    double rise = 1, year_start = from;
    for (int year = 1; year_start < end; ++year, rise *= 1 + lease.escalator) {
      const double year_end = std::min(end, anniversary(plan, from, year));
      for (int m = 0; m < months.count(); ++m) {
        const double a = std::max(months.from(m), year_start), b = std::min(months.to(m), year_end);
        if (b <= a) continue;
        double due = fixed * (b - a) * months.rent_days(m, lease.price_by_day);
        if (per_chip > 0)
          due += per_chip * months.rent_days(m, lease.chip_by_day) *
                 f.sites[static_cast<std::size_t>(lease.site)].capacity.usable.integral(a, b);
        f.ledger.add(m, line, lease.cause, Money(sign * rise * index_of(f, lease.follows, m) * due));
      }
      year_start = year_end;
    }
  }
  if (plan.serves)
    for (int m = 0; m < months.count(); ++m) {
      const double idle = std::max(0.0, f.use[m].usable - f.use[m].spare - f.use[m].training);
      const double earned = idle * 3600 * plan.serving.utilisation.in(draws)*plan.serving.price.in(draws).value();
      f.ledger.add(m, money::Line::serving, plan.serving.cause, Money(earned * index_of(f, plan.serving.follows, m)));
    }
}

/// The first day on which a hall of the programme opens; never where none does.
double first_hall(const Forecast& f) {
  double day = infinity;
  for (const SiteForecast& site : f.sites)
    for (const site::BuildingDates& building : site.buildings) day = std::min(day, building.halls_open);
  return day;
}

/// Of a month: bought accelerators at the sites that are not usable, in accelerator-days, and as a share of all bought.
std::pair<double, double> idle_in(const Forecast& f, double from, double to) {
  double idle = 0, there = 0;
  for (const SiteForecast& site : f.sites) {
    if (site.orders.empty()) continue;
    const double delivered = site.capacity.delivered.integral(from, to);
    there += delivered;
    idle += std::max(delivered - site.capacity.usable.integral(from, to), 0.0);
  }
  return {idle, there > 0 ? idle / there : 0};
}

/// Of amounts spent by month, what is within its life in each month: the spending since, in months, with the part of a
/// month that is left of it.
std::vector<double> within_life(const std::vector<double>& spent, double life) {
  std::vector<double> all(spent.size() + 1), alive(spent.size());
  for (std::size_t m = 0; m < spent.size(); ++m) all[m + 1] = all[m] + spent[m];
  for (std::size_t m = 0; m < spent.size(); ++m) {
    const double since = static_cast<double>(m + 1) - life;
    const auto whole = static_cast<std::size_t>(std::max(since, 0.0));
    const double gone = since > 0 ? all[whole] + (since - std::floor(since)) * spent[whole] : 0;
    alive[m] = all[m + 1] - gone;
  }
  return alive;
}

/// Spending of a forecast by month, $.
struct Spending {
  std::array<std::vector<double>, money::line_count> by_line;  ///< empty where nothing is spent
  std::vector<double> it;        ///< on accelerators, servers and network together, without the design of chips
  std::vector<double> it_alive;  ///< of it, what is within its life

  Spending(const Plan& plan, const Forecast& f, int months, double it_life) : it(months) {
    const auto of_design = [&](int cause) {
      return std::any_of(plan.designs.begin(), plan.designs.end(),
                         [&](const ChipDesign& design) { return design.cause == cause; });
    };
    for (const money::Entry& e : f.ledger.entries) {
      if (e.line == money::Line::leases_received || e.line == money::Line::serving) continue;
      std::vector<double>& line = by_line[static_cast<std::size_t>(e.line)];
      line.resize(it.size());
      line[static_cast<std::size_t>(e.month)] -= e.amount.value();
      if (money::is_it(e.line) && !of_design(e.cause)) it[static_cast<std::size_t>(e.month)] -= e.amount.value();
    }
    it_alive = within_life(it, it_life / mean_month.value());
  }
  /// The share of bought accelerators, by what they cost, that is within its life.
  std::vector<double> alive() const {
    std::vector<double> share(it.size(), 1.0);
    double all = 0;
    for (std::size_t m = 0; m < it.size(); ++m)
      if (all += it[m]; all > 0) share[m] = std::clamp(it_alive[m] / all, 0.0, 1.0);
    return share;
  }
};

/// Writes down what accelerators do in each month, FLOP, and returns it discounted.
double work_done(const Plan& plan, Draws draws, const Months& months, const std::vector<double>& alive,
                 const std::vector<double>& factors, Forecast& f) {
  f.work.assign(alive.size(), 0.0);
  if (!plan.work) return 0;
  std::vector<double> a_day;  // FLOP of an accelerator, by order and then by rental
  for (const std::size_t kind : plan.work->speed_of)
    a_day.push_back(86400 * plan.work->speeds[kind].achieved.in(draws).value());
  double worth = 0;
  for (int m = 0; m < months.count(); ++m) {
    const double from = months.from(m), to = months.to(m);
    double& done = f.work[static_cast<std::size_t>(m)];
    for (const SiteForecast& site : f.sites)
      for (std::size_t k = 0; k < site.orders.size(); ++k)
        done += a_day[static_cast<std::size_t>(site.orders[k])] * site.capacity.usable_by_supply[k].integral(from, to);
    for (std::size_t r = 0; r < plan.rentals.size(); ++r)
      done += a_day[plan.orders.size() + r] * f.rentals[r].integral(from, to);
    done *= alive[static_cast<std::size_t>(m)];
    worth += factors[static_cast<std::size_t>(m)] * done;
  }
  return worth;
}

/// Discounted capital charges and running cost over discounted usable accelerator-hours (levelised cost), line by line.
/// Charges fall in the middle of each month, as all money here does. What accelerators, servers and network cost is
/// repaid over its life from its payment on, whether it is used or waits, and gives hours no longer than that; land and
/// plant bear interest until the first hall opens, then are repaid over their life. Infinite where nothing becomes
/// usable. Writes down what idle accelerators come to.
void levelise(const Plan& plan, Draws draws, const Months& months, double rate, const Spending& spending, Forecast& f) {
  const double month = mean_month.value(), it_life = plan.money.it_life.in(draws).value() / month;
  const double interest = std::pow(1 + rate, 1.0 / 12) - 1, to_middle = std::pow(1 + rate, -1.0 / 24);
  const double it = money::capital_recovery_factor(interest, it_life) * to_middle;
  const double facility =
      money::capital_recovery_factor(interest, plan.money.facility_life.in(draws).value() / month) * to_middle;
  const double opens = first_hall(f), monthly = std::pow(1 + rate, -1.0 / 12);
  const std::vector<double> alive = spending.alive();
  std::vector<double> factors, whole;  // by month: what a dollar of it is worth at the start; its share of a mean month
  double hours = 0, factor = to_middle;
  for (int m = 0; m < months.count(); ++m, factor *= monthly) {
    factors.push_back(factor), whole.push_back((months.to(m) - months.from(m)) / in_days(mean_month));
    hours += factor * f.use[m].usable * alive[m], f.hours_worth += factor * f.use[m].usable;
    const auto [days, share] = idle_in(f, months.from(m), months.to(m));
    f.idle_days += days, f.idle_cost += share * whole[m] * it * spending.it_alive[m];
  }
  f.month_worth = factors;
  const double work = work_done(plan, draws, months, alive, factors, f);
  f.charges.assign(static_cast<std::size_t>(months.count()), 0.0);
  f.cost_per_hour = hours > 0 ? 0 : infinity;
  for (std::size_t l = 0; hours > 0 && l < money::line_count; ++l) {
    const auto line = static_cast<money::Line>(l);
    const std::vector<double>& spent = spending.by_line[l];
    const std::vector<double> within = money::is_it(line) ? within_life(spent, it_life) : std::vector<double>();
    double cost = 0, so_far = 0;
    for (std::size_t m = 0; m < spent.size(); ++m) {
      so_far += spent[m];
      const double of_facility = months.to(static_cast<int>(m)) > opens ? facility : interest;
      const double charge = is_it(line)               ? whole[m] * it * within[m]
                            : money::is_capital(line) ? whole[m] * of_facility * so_far
                                                      : spent[m];
      cost += factors[m] * charge;
      f.charges[m] += charge;
    }
    f.cost_per_hour += f.hour_costs[l] = cost / hours;
  }
  f.cost_per_work = work > 0 ? f.cost_per_hour * hours / work : infinity;
}

/// Days of a span on which no rent is received for a site's accelerators.
double days_not_let(const Plan& plan, const Forecast& f, int site, double from, double to) {
  std::vector<std::pair<double, double>> let;
  for (const Lease& lease : plan.leases)
    if (lease.received && (lease.site < 0 || lease.site == site))
      let.emplace_back(std::max(day_in(plan, lease.from, f.days), from),
                       std::min(day_in(plan, lease.until, f.days) + 1, to));
  std::sort(let.begin(), let.end());
  double days = to - from, done = from;
  for (const auto& [a, b] : let) {
    if (b <= a) continue;
    days -= std::max(0.0, b - std::max(a, done));
    done = std::max(done, b);
  }
  return std::max(days, 0.0);
}

/// What the usable accelerators of a month are worth, $, by order and then by rental: all of them within their life
/// (alive, a share), or those that train where the others serve.
std::vector<double> worths_in(const Plan& plan, Draws draws, const Forecast& f, int month, double from, double to,
                              double alive) {
  const auto price = [&](const std::string& chip) {
    for (const Worth& w : plan.worths)
      if (w.chip.empty() || w.chip == chip) return w.price.in(draws).value() * 86400 * index_of(f, w.follows, month);
    return 0.0;
  };
  const UseMonth& use = f.use[static_cast<std::size_t>(month)];
  const double trains = plan.serves && use.usable > 0 ? use.training / use.usable : 1;
  std::vector<double> out(plan.orders.size() + plan.rentals.size());
  for (std::size_t i = 0; i < f.sites.size(); ++i) {
    const SiteForecast& site = f.sites[i];
    const double own = days_not_let(plan, f, static_cast<int>(i), from, to) / (to - from);
    for (std::size_t k = 0; own > 0 && k < site.orders.size(); ++k) {
      const auto order = static_cast<std::size_t>(site.orders[k]);
      const double a_day = price(plan.orders[order].chip);
      if (a_day > 0) out[order] = own * alive * trains * a_day * site.capacity.usable_by_supply[k].integral(from, to);
    }
  }
  for (std::size_t r = 0; r < plan.rentals.size(); ++r)
    out[plan.orders.size() + r] = trains * price(plan.rentals[r].chip) * f.rentals[r].integral(from, to);
  for (double& x : out) x = std::max(0.0, x);  // but for rounding
  return out;
}

/// What compute is worth and capital leaves, beside the ledger's cash, at the start.
double beside_cash(const Plan& plan, Draws draws, const Months& months, double rate, const Spending& spending,
                   Forecast& f) {
  const double year = in_days(year_length), end = months.to(months.count() - 1);
  const StraightLines lines(plan, draws, index_of(f, plan.money.follows, months.count() - 1));
  double present = 0;
  const std::vector<double> alive = spending.alive();
  if (!plan.worths.empty())
    for (int m = 0; m < months.count(); ++m) {
      const std::vector<double> by_part = worths_in(plan, draws, f, m, months.from(m), months.to(m), alive[m]);
      double worth = 0;
      for (const double part : by_part) worth += part;
      if (!plan.companies.empty()) f.worth_by_part.push_back(by_part);
      f.worth += worth;
      present += worth * std::pow(1 + rate, -(months.from(m) + months.to(m)) / (2 * year));
    }
  for (const money::Entry& e : f.ledger.entries) {
    if (!money::is_capital(e.line)) continue;
    const double age = end - (months.from(e.month) + months.to(e.month)) / 2;
    f.residual -= e.amount.value() * lines.left(e.line, age);
  }
  return present + f.residual * std::pow(1 + rate, -end / year);
}

}  // namespace

void forecast_money(const Plan& plan, Draws draws, Forecast& f) {
  const Months months{plan};
  f.ledger.start = plan.start;
  f.ledger.months = months.count();
  f.ledger.entries.reserve(static_cast<size_t>(months.count()) * 16);
  f.price_indices = price_indices(plan, draws);
  pay_designs(plan, draws, months, f);
  pay_orders(plan, draws, months, f);
  pay_sites(plan, draws, months, f);
  pay_repairs(plan, draws, months, f);
  pay_contracts(plan, draws, months, f);
  const double year = year_length.value();
  const double rate = plan.money.discount_rate.in(draws).value() * year;
  const Spending spending(plan, f, months.count(), plan.money.it_life.in(draws).value());
  f.net_present_value = money::present_value(f.ledger.flow(), rate, plan.start).value() +
                        beside_cash(plan, draws, months, rate, spending, f);
  levelise(plan, draws, months, rate, spending, f);
  for (const money::Entry& e : f.ledger.entries)
    if (money::is_capital(e.line)) f.capital -= e.amount.value();
  if (plan.companies.empty()) return;
  std::vector<CompanyBook> books = books_of(plan, draws, f);
  for (std::size_t c = 0; c < books.size(); ++c) {
    std::optional<CompanyReturns> returns = returns_of(plan, c, draws, books[c]);
    f.companies.push_back({std::move(books[c]), std::move(returns)});
  }
}

}  // namespace orrery::programme
