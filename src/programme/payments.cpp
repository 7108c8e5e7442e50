// The money of a programme by month: what is paid when it is delivered, built, used or due.
#include <algorithm>
#include <cmath>

#include "programme/simulate.h"

namespace orrery::programme {
namespace {

struct Months {
  const Plan& plan;
  int count() const { return static_cast<int>(plan.months.size()) - 1; }
  double from(int m) const { return plan.months[m] - plan.start; }
  double to(int m) const { return plan.months[m + 1] - plan.start; }
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
        f.ledger.add(m, money::Line::servers, order.cause, Money(-came * server));
        f.ledger.add(m, money::Line::network, order.cause, Money(-came * network));
      }
    }
}

/// Capital of a block is paid between its order and the day on which the last of it serves; what stood before the
/// programme is not paid.
template <class Block>
void pay_block(const Plan& plan, Draws draws, const Months& months, const Block& block, double service_day,
               double complete_day, money::Line line, money::Ledger& ledger) {
  if (service_day <= 0) return;
  const double total = block.capex.in(draws).value() * block.capacity.in(draws).value();
  const double ordered = std::max(0.0, static_cast<double>(block.ordered - plan.start));
  spread(ledger, months, line, block.cause, -total, std::min(ordered, service_day), complete_day);
}

void pay_sites(const Plan& plan, Draws draws, const Months& months, Forecast& f) {
  for (size_t i = 0; i < plan.sites.size(); ++i) {
    const Site& site = plan.sites[i];
    const SiteForecast& s = f.sites[i];
    for (size_t b = 0; b < site.buildings.size(); ++b)
      spread(f.ledger, months, money::Line::buildings, site.buildings[b].cause,
             -site.buildings[b].cost.in(draws).value() * site.buildings[b].it_capacity.value(), s.buildings[b].start,
             s.buildings[b].ready);
    for (size_t b = 0; b < site.cooling.size(); ++b)
      pay_block(plan, draws, months, site.cooling[b], s.cooling_day[b], s.cooling_day[b], money::Line::cooling,
                f.ledger);
    for (size_t b = 0; b < site.power.size(); ++b) {
      const PowerBlock& block = site.power[b];
      const double rate = block.rate.in(draws).value() * 86400;
      const double ramp = std::isfinite(rate) ? block.capacity.in(draws).value() / rate : 0;
      pay_block(plan, draws, months, block, s.power_day[b], s.power_day[b] + ramp, money::Line::power_plant, f.ledger);
      // Rent and fixed operation are due for what is energised.
      const double fixed = block.fixed.in(draws).value() * 86400;  // $ per W and day
      for (int m = 0; m < months.count(); ++m)
        f.ledger.add(m, money::Line::energy, block.cause,
                     Money(-fixed * s.power_rated[b].integral(months.from(m), months.to(m))));
    }
    const double opex = plan.money.opex.in(draws).value() * 86400, water = plan.money.water_price.in(draws).value();
    for (int m = 0; m < months.count(); ++m)
      f.ledger.add(m, money::Line::operations, site.cause,
                   Money(-opex * s.capacity.it_power.integral(months.from(m), months.to(m))));
    for (int m = 0; m < months.count(); ++m) {
      f.ledger.add(m, money::Line::water, site.cause, Money(-water * s.energy[m].water));
      for (size_t b = 0; b < site.power.size(); ++b)
        f.ledger.add(m, money::Line::energy, site.power[b].cause,
                     Money(-s.energy[m].by_source[b] * s.sources[b].price));
    }
  }
}

void pay_contracts(const Plan& plan, Draws draws, const Months& months, Forecast& f) {
  for (size_t r = 0; r < plan.rentals.size(); ++r) {
    const double per_day = plan.rentals[r].price.in(draws).value() * 86400;
    for (int m = 0; m < months.count(); ++m)
      f.ledger.add(m, money::Line::rentals, plan.rentals[r].cause,
                   Money(-per_day * f.rentals[r].integral(months.from(m), months.to(m))));
  }
  for (const Lease& lease : plan.leases) {
    const double sign = lease.received ? 1 : -1;
    const money::Line line = lease.received ? money::Line::leases_received : money::Line::leases_paid;
    const double fixed = lease.price.in(draws).value() * 86400,
                 per_chip = lease.price_per_chip.in(draws).value() * 86400;
    // The last day is paid too. The rent rises on each anniversary, within a month where it falls there.
    const double end = std::min(lease.until, plan.end) - plan.start + 1;
    double rise = 1, year_start = lease.from - plan.start;
    for (int year = 1; year_start < end; ++year, rise *= 1 + lease.escalator) {
      const double year_end = std::min(end, static_cast<double>(add_years(lease.from, year) - plan.start));
      for (int m = 0; m < months.count(); ++m) {
        const double a = std::max(months.from(m), year_start), b = std::min(months.to(m), year_end);
        if (b <= a) continue;
        double due = fixed * (b - a);
        if (per_chip > 0) due += per_chip * f.sites[lease.site].capacity.usable.integral(a, b);
        f.ledger.add(m, line, lease.cause, Money(sign * rise * due));
      }
      year_start = year_end;
    }
  }
  if (plan.serves)
    for (int m = 0; m < months.count(); ++m) {
      const double idle = std::max(0.0, f.use[m].usable - f.use[m].training);
      const double earned = idle * 3600 * plan.serving.utilisation.in(draws)*plan.serving.price.in(draws).value();
      f.ledger.add(m, money::Line::serving, plan.sites.empty() ? plan.rentals.front().cause : plan.sites.front().cause,
                   Money(earned));
    }
}

/// Discounted capital charges and running cost over discounted usable accelerator-hours (levelised cost). Charges fall
/// in the middle of each month, as all money does here; over its life they repay what was spent, with interest.
double levelised_cost(const Plan& plan, Draws draws, const Months& months, const Forecast& f, double rate) {
  const double month = mean_month.value();
  const double interest = std::pow(1 + rate, 1.0 / 12) - 1, to_middle = std::pow(1 + rate, -1.0 / 24);
  const double it = money::capital_recovery_factor(interest, plan.money.it_life.in(draws).value() / month) * to_middle;
  const double facility =
      money::capital_recovery_factor(interest, plan.money.facility_life.in(draws).value() / month) * to_middle;
  std::vector<double> it_spent(months.count()), facility_spent(months.count()), running(months.count());
  for (const money::Entry& e : f.ledger.entries) {
    if (e.line == money::Line::leases_received || e.line == money::Line::serving) continue;
    const bool is_it = e.line == money::Line::chips || e.line == money::Line::servers || e.line == money::Line::network;
    (is_it ? it_spent : money::is_capital(e.line) ? facility_spent : running)[e.month] -= e.amount.value();
  }
  double cost = 0, hours = 0, it_capital = 0, facility_capital = 0, factor = std::pow(1 + rate, -1.0 / 24);
  const double monthly = std::pow(1 + rate, -1.0 / 12);
  for (int m = 0; m < months.count(); ++m, factor *= monthly) {
    it_capital += it_spent[m], facility_capital += facility_spent[m];
    cost += factor * running[m];
    // Capital is charged from the first use on.
    if (f.use[m].usable <= 0 && hours == 0) continue;
    const double whole = (months.to(m) - months.from(m)) / in_days(mean_month);
    cost += factor * whole * (it * it_capital + facility * facility_capital);
    hours += factor * f.use[m].usable;
  }
  return hours > 0 ? cost / hours : 0;
}

}  // namespace

void forecast_money(const Plan& plan, Draws draws, Forecast& f) {
  const Months months{plan};
  f.ledger.start = plan.start;
  f.ledger.months = months.count();
  f.ledger.entries.reserve(static_cast<size_t>(months.count()) * 16);
  pay_orders(plan, draws, months, f);
  pay_sites(plan, draws, months, f);
  pay_contracts(plan, draws, months, f);
  const double year = year_length.value();
  const double rate = plan.money.discount_rate.in(draws).value() * year;
  f.net_present_value = money::present_value(f.ledger.flow(), rate, plan.start).value();
  f.cost_per_hour = levelised_cost(plan, draws, months, f, rate);
  for (const money::Entry& e : f.ledger.entries)
    if (money::is_capital(e.line)) f.capital -= e.amount.value();
}

}  // namespace orrery::programme
