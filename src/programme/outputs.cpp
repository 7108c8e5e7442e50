#include "programme/outputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/spread.h"
#include "programme/accounts.h"
#include "programme/funding.h"
#include "programme/schedule.h"

namespace orrery::programme {
namespace {

const Curve& usable_of(const Forecast& f, int site) {
  static const Curve none;
  return site < 0 ? f.usable : f.sites[site].orders.empty() ? none : f.sites[site].capacity.usable;
}
/// Those of one order alone.
const Curve& usable_of_order(const Forecast& f, int order) {
  for (const SiteForecast& site : f.sites)
    for (std::size_t k = 0; k < site.orders.size(); ++k)
      if (static_cast<int>(site.orders[k]) == order) return site.capacity.usable_by_supply[k];
  return f.usable;
}
const Curve& it_power_of(const Forecast& f, int site) {
  return site < 0 ? f.it_power : f.sites[site].capacity.it_power;
}
const Curve& facility_power_of(const Forecast& f, int site) {
  return site < 0 ? f.facility_power : f.sites[site].facility_power;
}

double observed_level(const Plan& plan, const Forecast& f, const Observation& o) {
  const double day = o.date - plan.start;
  switch (o.kind) {
    case Observation::Kind::usable:
      return usable_of(f, o.site).at(day);
    case Observation::Kind::it_power:
      return it_power_of(f, o.site).at(day);
    case Observation::Kind::facility_power:
      return facility_power_of(f, o.site).at(day);
    case Observation::Kind::capex: {
      double spent = 0;
      for (const money::Entry& e : f.ledger.entries) {
        if (!money::is_capital(e.line)) continue;
        const double from = plan.months[e.month] - plan.start, to = plan.months[e.month + 1] - plan.start;
        spent -= e.amount.value() * std::clamp((day - from) / (to - from), 0.0, 1.0);
      }
      return spent;
    }
    default:
      return 0;
  }
}

double observed_day(const Forecast& f, const Observation& o) {
  switch (o.kind) {
    case Observation::Kind::usable:
      return usable_of(f, o.site).first_at_least(o.level);
    case Observation::Kind::it_power:
      return it_power_of(f, o.site).first_at_least(o.level);
    case Observation::Kind::facility_power:
      return facility_power_of(f, o.site).first_at_least(o.level);
    case Observation::Kind::run_start:
      return f.runs[o.run].start;
    case Observation::Kind::run_finish:
      return f.runs[o.run].finish;
    case Observation::Kind::capex:
      return infinity;
  }
  return infinity;
}

Dimension dimension_of(Observation::Kind kind) {
  if (kind == Observation::Kind::usable) return dimension::chips;
  if (kind == Observation::Kind::capex) return dimension::money;
  return dimension::power;
}

/// Whether each site has its months: where there are several, and their months not too many.
bool months_of_sites(const Plan& plan) {
  constexpr std::size_t most = 100'000;
  return plan.sites.size() > 1 && plan.sites.size() * plan.months.size() <= most;
}

}  // namespace

double size_of(const Plan& plan) {
  double chips = 0, watts = 0;
  for (const Order& order : plan.orders) chips += order.chips.value();
  for (const Rental& rental : plan.rentals) chips += rental.chips.value();
  for (const Site& site : plan.sites) watts += site.it_load.value();
  return chips > 0 ? chips : watts;
}

namespace {

/// The gap by quarter and in all, power by year, and when each item starts.
void append_funding_outputs(const Plan& plan, std::vector<Output>& out) {
  using Group = Output::Group;
  const int quarters = static_cast<int>(funding_quarters(plan, nothing_asked(plan)).size());
  for (int q = 0; q <= quarters; ++q)
    out.push_back({q < quarters ? "" : "funding gap", Group::gap, q, false, dimension::money});
  for (int year = plan.start.year(); year <= plan.end.year(); ++year)
    for (int which = 0; which < powers_of_year; ++which)
      out.push_back({"", Group::powered, year - plan.start.year(), false, dimension::power, which});
  for (std::size_t i = 0; i < plan.funding->items.size(); ++i)
    out.push_back({"", Group::item_start, static_cast<int>(i), true, {}});
}

/// Their values.
void append_funding(const Plan& plan, const Forecast& f, std::vector<double>& out) {
  double gap = 0;
  for (const QuarterOfFunding& q : funding_quarters(plan, *f.funding)) out.push_back(q.gap), gap += q.gap;
  out.push_back(gap);
  for (const YearOfPower& year : power_by_year(plan, f))
    for (const double x : {year.capacity.financed, year.built, year.running, year.chips.financed}) out.push_back(x);
  out.insert(out.end(), f.funding->starts.begin(), f.funding->starts.end());
}

}  // namespace

std::vector<Output> outputs_of(const Plan& plan) {
  using Group = Output::Group;
  std::vector<Output> out;
  out.push_back({"first usable", Group::readiness, 0, true, {}});
  out.push_back({"nine tenths usable", Group::readiness, 1, true, {}});
  if (!plan.sites.empty()) out.push_back({"time to power", Group::readiness, 2, true, {}});
  for (size_t i = 0; i < plan.milestones.size(); ++i)
    out.push_back({plan.milestones[i].name, Group::milestone, static_cast<int>(i), true, {}});
  for (size_t i = 0; i < plan.runs.size(); ++i) {
    out.push_back({plan.runs[i].name + " starts", Group::run_start, static_cast<int>(i), true, {}});
    out.push_back({plan.runs[i].name + " finishes", Group::run_finish, static_cast<int>(i), true, {}});
  }
  auto total = [&](const char* name, Dimension d) { out.push_back({name, Group::total, 0, false, d}); };
  total("capital cost", dimension::money);
  total("running cost", dimension::money);
  total("receipts", dimension::money);
  total("peak funding", dimension::money);
  total("worth of compute", dimension::money);
  total("residual value", dimension::money);
  total("net present value", dimension::money);
  total("cost per usable accelerator-hour", dimension::money);
  total("idle accelerator-days", dimension::none);
  total("cost of idle accelerators", dimension::money);
  total("energy", dimension::energy);
  total("water", dimension::volume);
  total("CO2", dimension::mass);
  total("largest facility power", dimension::power);
  if (plan.work) total("work", dimension::operations), total("cost per PFLOP-day", dimension::money);
  const bool apart = months_of_sites(plan);
  for (std::size_t m = 0; m + 1 < plan.months.size(); ++m) {
    const auto add = [&](Dimension d, int site) {
      out.push_back({"", Group::by_month, static_cast<int>(m), false, d, site});
    };
    for (const Dimension d :
         {dimension::chips, dimension::power, dimension::power, dimension::energy, dimension::money})
      add(d, -1);
    for (std::size_t s = 0; apart && s < plan.sites.size(); ++s)
      add(dimension::chips, static_cast<int>(s)), add(dimension::power, static_cast<int>(s));
  }
  const std::vector<ScheduleItem> items = schedule_items(plan);
  for (size_t k = 0; k < items.size(); ++k)
    if (has_end(plan, items[k])) out.push_back({"", Group::schedule, static_cast<int>(k), true, {}});
  for (size_t i = 0; i < plan.observations.size(); ++i) {
    const Observation& o = plan.observations[i];
    if (o.scores_level)
      out.push_back({o.name, Group::observed_level, static_cast<int>(i), false, dimension_of(o.kind)});
    if (o.scores_date) out.push_back({o.name, Group::observed_date, static_cast<int>(i), true, {}});
  }
  for (size_t k = 0; k < plan.dependencies.size(); ++k)
    out.push_back({plan.dependencies[k].key, Group::hanging_day, static_cast<int>(k), true, {}});
  for (std::size_t c = 0; c < plan.companies.size(); ++c) {
    const auto add = [&](const char* what, Dimension d) {
      out.push_back({plan.companies[c].name + ": " + what, Group::company, static_cast<int>(c), false, d});
    };
    add("net present value", dimension::money), add("value to its owners", dimension::money);
    add("return", dimension::none), add("debt", dimension::money), add("least coverage", dimension::none);
    add("peak funding", dimension::money);
  }
  if (plan.funding) append_funding_outputs(plan, out);
  for (int year = plan.start.year(); plan.work && year <= plan.end.year(); ++year) {
    out.push_back({"", Group::work_of_year, year - plan.start.year(), false, dimension::operations});
    out.push_back({fmt::format("cost per PFLOP-day in {}", year), Group::work_of_year, year - plan.start.year(), false,
                   dimension::money});
  }
  return out;
}

namespace {

/// The by_month outputs.
void append_months(const Plan& plan, const Forecast& f, const std::vector<Money>& cash, std::vector<double>& out) {
  double cumulative = 0;
  const bool apart = months_of_sites(plan);
  for (std::size_t m = 0; m + 1 < plan.months.size(); ++m) {
    const double end = plan.months[m + 1] - plan.start - 1e-6;
    cumulative += cash[m].value();
    for (const double x :
         {f.usable.at(end), f.it_power.at(end), f.facility_power.at(end), f.energy[m].facility, cumulative})
      out.push_back(x);
    for (std::size_t s = 0; apart && s < plan.sites.size(); ++s)
      out.push_back(usable_of(f, static_cast<int>(s)).at(end)), out.push_back(f.sites[s].capacity.it_power.at(end));
  }
}

void append_company(const CompanyForecast& of, std::vector<double>& out) {
  std::vector<Money> cash;
  for (std::size_t m = 0; m < of.book.sales.size(); ++m) cash.push_back(Money(of.book.cash(m)));
  const double value = of.book.net_present_value;
  const CompanyReturns none{value, -1, 0, 0, infinity, 0};
  const CompanyReturns& returns = of.returns ? *of.returns : none;
  for (const double x : {value, returns.net_present_value, returns.irr, returns.debt, returns.coverage,
                         peak_funding(cash).amount.value()})
    out.push_back(x);
}

/// What is done in each year and what it costs: infinite where nothing is.
void append_work(const Plan& plan, const Forecast& f, std::vector<double>& out) {
  std::size_t m = 0;
  for (int year = plan.start.year(); year <= plan.end.year(); ++year) {
    double work = 0, cost = 0;
    for (; m < f.work.size() && plan.months[m].year() == year; ++m) work += f.work[m], cost += f.charges[m];
    out.push_back(work), out.push_back(work > 0 ? cost / work * pflop_day : infinity);
  }
}

/// The first day on which a site has firm power for its IT; infinite: none does.
double first_power(const Forecast& f) {
  double day = infinity;
  for (const SiteForecast& site : f.sites) day = std::min(day, std::max(0.0, site.limits.power.first_at_least(1)));
  return day;
}

}  // namespace

std::vector<double> output_values(const Plan& plan, const Forecast& f) {
  std::vector<double> out;
  const bool in_watts = plan.orders.empty() && plan.rentals.empty();
  const Curve& all = in_watts ? f.it_power : f.usable;
  out.push_back(std::max(0.0, all.first_at_least(1))), out.push_back(all.first_at_least(0.9 * size_of(plan)));
  if (!plan.sites.empty()) out.push_back(first_power(f));
  for (const Milestone& m : plan.milestones) {
    const Curve& curve = m.rental >= 0                         ? f.rentals[static_cast<std::size_t>(m.rental)]
                         : m.order >= 0                        ? usable_of_order(f, m.order)
                         : m.kind == Milestone::Kind::it_power ? it_power_of(f, m.site)
                                                               : usable_of(f, m.site);
    out.push_back(curve.first_at_least(m.level));
  }
  for (const RunForecast& r : f.runs) out.push_back(r.start), out.push_back(r.finish);
  double running = 0, receipts = 0, energy = 0, water = 0, emissions = 0;
  for (const money::Entry& e : f.ledger.entries) {
    if (money::is_capital(e.line)) continue;
    (e.amount > Money(0) ? receipts : running) += std::fabs(e.amount.value());
  }
  for (const site::EnergyMonth& m : f.energy) energy += m.facility, water += m.water, emissions += m.emissions;
  const std::vector<Money> cash = f.ledger.by_month();
  for (const double x :
       {f.capital, running, receipts, peak_funding(cash).amount.value(), f.worth, f.residual, f.net_present_value,
        f.cost_per_hour, f.idle_days, f.idle_cost, energy, water, emissions, f.facility_power.maximum()})
    out.push_back(x);
  if (plan.work)
    out.push_back(std::accumulate(f.work.begin(), f.work.end(), 0.0)), out.push_back(f.cost_per_work * pflop_day);
  append_months(plan, f, cash, out);
  for (const ScheduleItem& item : schedule_items(plan))
    if (has_end(plan, item)) out.push_back(span_of(plan, f, item).to);
  for (const Observation& o : plan.observations) {
    if (o.scores_level) out.push_back(observed_level(plan, f, o));
    if (o.scores_date) out.push_back(observed_day(f, o));
  }
  out.insert(out.end(), f.days.falls.begin(), f.days.falls.end());
  for (const CompanyForecast& company : f.companies) append_company(company, out);
  if (plan.funding) append_funding(plan, f, out);
  if (plan.work) append_work(plan, f, out);
  // What is reached after the last day of the forecast is not known to be reached.
  const std::vector<Output> outputs = outputs_of(plan);
  const double last = plan.end - plan.start;
  for (size_t i = 0; i < out.size(); ++i)
    if (outputs[i].is_date && out[i] > last) out[i] = infinity;
  return out;
}

}  // namespace orrery::programme
