// The answer of a site programme: money, energy, totals.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "programme/accounts.h"
#include "study/programme.h"

namespace orrery::study {
namespace {

using namespace programme;

std::string at_medians(const ProgrammeResult& r) {
  return r.has_trials ? " (inputs at their medians)" : "";
}

/// A table of amounts by calendar year: add() makes a row of the amounts of the months.
class ByYear {
 public:
  ByYear(std::string heading, const Plan& plan, bool with_total) : plan_(plan), with_total_(with_total) {
    table_.heading = std::move(heading);
    table_.in_text = InText::longer;
    table_.columns.push_back(text_column("", ""));
    for (size_t m = 0; m + 1 < plan.months.size(); ++m)
      if (years_.empty() || years_.back() != plan.months[m].year()) years_.push_back(plan.months[m].year());
    for (const int year : years_) table_.columns.push_back(amount_column("", std::to_string(year), {}));
    if (with_total) table_.columns.push_back(amount_column("", "total", {}));
  }

  template <class OfMonth>
  void add(const std::string& name, Dimension dimension, OfMonth of_month) {
    std::vector<double> sums(years_.size());
    double total = 0;
    for (size_t m = 0; m + 1 < plan_.months.size(); ++m) {
      const double x = of_month(m);
      sums[static_cast<size_t>(plan_.months[m].year() - years_.front())] += x, total += x;
    }
    if (with_total_ ? total == 0 : std::all_of(sums.begin(), sums.end(), [](double x) { return x == 0; })) return;
    std::vector<Cell> row = {name};
    for (const double s : sums) row.push_back(s == 0 ? Cell() : Cell(Amount{s, dimension}));
    if (with_total_) row.push_back(Amount{total, dimension});
    table_.rows.push_back(std::move(row));
  }

  Table table() && { return std::move(table_); }

 private:
  const Plan& plan_;
  bool with_total_;
  std::vector<int> years_;
  Table table_;
};

Spread total(const ProgrammeResult& r, std::string_view name, double unit = 1) {
  for (size_t i = 0; i < r.outputs.size(); ++i)
    if (r.outputs[i].group == programme::Output::Group::total && r.outputs[i].name == name)
      return {r.spreads[i].p10 / unit, r.spreads[i].p50 / unit, r.spreads[i].p90 / unit};
  return {NAN, NAN, NAN};
}

Cell day_or_never(const Plan& plan, double day) {
  return std::isfinite(day) ? Cell(day_of(plan, day)) : Cell(Value{}, "never");
}

/// What contracts come to: rentals with their totals and what is paid unused, leases.
Table contracts(const ProgrammeResult& r) {
  const Plan& plan = r.plan;
  Table t{"contracts",
          "Contracts" + at_medians(r),
          {text_column("contract", "contract"), text_column("with", "with"), text_column("until", "until"),
           amount_column("total_usd", "in all", dimension::money),
           amount_column("paid_usd", "in the forecast", dimension::money),
           amount_column("used_usd", "used", dimension::money),
           amount_column("unused_usd", "paid unused", dimension::money),
           amount_column("later_usd", "owed later", dimension::money)}};
  t.in_text = InText::longer;
  const auto maybe_money = [](double x) { return x > 0 ? Cell(Amount{x, dimension::money}) : Cell(Value{}, "-"); };
  for (std::size_t i = 0; i < plan.rentals.size(); ++i) {
    const Rental& rental = plan.rentals[i];
    const RentalAccount& account = r.forecast.rental_accounts[i];
    const DependentDays& days = r.forecast.days;
    const double end = hand_over(plan, rental, {}, days) + term_days(plan, rental, days),
                 owed = rental.take_or_pay * rental.total.value();
    t.rows.push_back({"rental." + rental.name, plan.causes[rental.cause].counterparty,
                      rental.has_term ? day_or_never(plan, end) : Cell(plan.end), maybe_money(rental.total.value()),
                      Amount{account.paid, dimension::money}, Amount{account.used, dimension::money},
                      maybe_money(account.paid - account.used), maybe_money(owed - account.paid)});
  }
  for (const Lease& lease : plan.leases) {
    double paid = 0;
    for (const money::Entry& e : r.forecast.ledger.entries)
      if (e.cause == lease.cause) paid += std::fabs(e.amount.value());
    t.rows.push_back(
        {"lease." + lease.name + (lease.received ? " (received)" : ""), plan.causes[lease.cause].counterparty,
         lease.until.hangs() ? day_or_never(plan, day_in(plan, lease.until, r.forecast.days)) : Cell(lease.until.date),
         maybe_money(0), Amount{paid, dimension::money}, Amount{paid, dimension::money}, maybe_money(0),
         maybe_money(0)});
  }
  return t;
}

/// Blocks of electricity supply: when they serve, what they give, what they cost whether they run or not, and for the
/// energy they give. Rent and fixed cost with energy are the energy line of the ledger, and the cost by month.
Table power_supply(const ProgrammeResult& r) {
  constexpr double mwh = 3.6e9;
  const Plan& plan = r.plan;
  const double last = plan.end - plan.start + 1;
  Table t{"energy/supply",
          "Power supply" + at_medians(r),
          {text_column("site", "site"), text_column("block", "block"), fixed_column("rated_mw", "MW", "MW", 0),
           text_column("from", "from"), text_column("to", "to"), count_column("energy_mwh", "MWh", "MWh"),
           percent_column("load_factor", "load", 0), amount_column("capital_usd", "capital", dimension::money),
           amount_column("fixed_usd", "rent and fixed", dimension::money), data_column("energy_usd", "USD")}};
  t.file = "supply", t.in_text = InText::longer;
  const auto money = [](double x) { return x > 0 ? Cell(Amount{x, dimension::money}) : Cell(Value{}, "-"); };
  for (std::size_t i = 0; i < plan.sites.size(); ++i)
    for (std::size_t b = 0; b < plan.sites[i].power.size(); ++b) {
      const PowerBlock& block = plan.sites[i].power[b];
      const SiteForecast& s = r.forecast.sites[i];
      const bool by_hour = plan.sites[i].hours != nullptr, storage = block.role == site::SupplyRole::storage;
      double energy = 0, capital = 0, other = 0, paid = 0;
      for (const site::EnergyMonth& m : s.energy) energy += by_hour && storage ? m.given[b] : m.by_source[b];
      if (!by_hour) paid = energy * s.sources[b].price;
      for (std::size_t m = 0; by_hour && m < s.energy.size(); ++m) paid += s.energy[m].paid[b];
      for (const money::Entry& e : r.forecast.ledger.entries)
        if (e.cause == block.cause) (e.line == money::Line::power_plant ? capital : other) -= e.amount.value();
      const double rated = 86400 * s.power_rated[b].integral(0, last), fixed = other - paid;
      const bool unknown = storage && !by_hour;
      const bool serves = s.power_day[b] < last;
      const double rating = block.capacity.median.value(), at_end = s.power_rated[b].at(last - 1e-6);
      // What the site could not carry at peak without it is there for the peaks.
      const bool carries_peaks =
          (s.facility_power - (s.firm_power - s.sources[b].capacity)).maximum(0, last) > 1e-6 * rating;
      const bool in_part = at_end > 0.005 * rating && at_end < 0.995 * rating && s.power_day[b] < last - 366;
      t.rows.push_back({plan.sites[i].name, block.name,
                        in_part ? Cell(rating / 1e6, fmt::format("{:.0f}, then {:.0f}", rating / 1e6, at_end / 1e6))
                                : Cell(rating / 1e6),
                        Cell(date_text(plan, s.power_day[b])),
                        s.power_until[b] < last ? Cell(date_text(plan, s.power_until[b])) : Cell(Value{}, ""),
                        unknown ? Cell(Value{}, "-") : Cell(energy / mwh),
                        unknown || !serves || rated <= 0 ? Cell(Value{}, "-")
                        : energy > 0                     ? Cell(energy / rated)
                                                         : Cell(0.0, carries_peaks ? "peaks alone" : "never ran"),
                        money(capital), money(std::fabs(fixed) < 1e-6 * std::fabs(other) ? 0 : fixed), paid});
    }
  return t;
}

/// Blocks of sites with weather that give nothing from a month on to the end, for three months and more, while they
/// stand: what was never run, and what stays although others cover the load.
Table unused_supply(const ProgrammeResult& r) {
  constexpr std::size_t few = 3;
  Table t{"energy/unused", "", {data_column("site"), data_column("block"), data_column("from"), data_column("never")}};
  for (std::size_t i = 0; i < r.plan.sites.size(); ++i)
    for (std::size_t b = 0; r.plan.sites[i].hours && b < r.plan.sites[i].power.size(); ++b) {
      const SiteForecast& s = r.forecast.sites[i];
      const bool storage = r.plan.sites[i].power[b].role == site::SupplyRole::storage;
      std::size_t idle = s.energy.size(), stands = 0;  // the first month since when it gives nothing; months of those
      for (std::size_t m = s.energy.size(); m-- > 0;) {
        const bool there = s.power_rated[b].at(r.plan.months[m + 1] - r.plan.start - 1e-6) > 0;
        if ((storage ? s.energy[m].given[b] : s.energy[m].by_source[b]) > 0 || (!there && stands == 0)) break;
        if (there && s.energy[m].facility > 0) idle = m, ++stands;
      }
      if (stands < few) continue;
      bool never = true;
      for (const site::EnergyMonth& m : s.energy) never = never && m.by_source[b] <= 0 && m.given[b] <= 0;
      t.rows.push_back(
          {r.plan.sites[i].name, r.plan.sites[i].power[b].name, r.plan.months[idle].text().substr(0, 7), never});
    }
  return t;
}

/// What a usable accelerator-hour costs by what is spent, inputs at their medians; the last row is their sum. No rows
/// where none is usable.
Table hour_costs(const ProgrammeResult& r) {
  Table t{
      "money/hour_costs", "", {data_column("part"), data_column("usd_per_accelerator_hour", "USD/accelerator-hour")}};
  t.file = "hour_costs";
  if (!std::isfinite(r.forecast.cost_per_hour)) return t;
  for (std::size_t l = 0; l < r.forecast.hour_costs.size(); ++l)
    if (const double cost = r.forecast.hour_costs[l]; cost != 0)
      t.rows.push_back({line_name(static_cast<money::Line>(l)), cost});
  t.rows.push_back({"total", r.forecast.cost_per_hour});
  return t;
}

/// What the networks that orders name are built of, by tier.
Table network_bill(const Plan& plan) {
  Table t{"network_bill",
          "",
          {data_column("order"), data_column("part"), data_column("count"), data_column("usd", "USD"),
           data_column("watts", "W")}};
  for (const Order& order : plan.orders)
    for (const network::BillLine& line : order.network_bill)
      t.rows.push_back(
          {order.name, line.item + ", " + line.place, line.count, line.cost().value(), line.load().value()});
  return t;
}

/// Of what is paid for operations in each month, $, the repairs of interruptions.
std::vector<double> repairs_by_month(const ProgrammeResult& r) {
  std::vector<double> out(r.plan.months.size() - 1);
  for (const money::Entry& e : r.forecast.ledger.entries)
    for (const Site& site : r.plan.sites)
      if (e.cause == site.repair_cause) out[static_cast<size_t>(e.month)] += e.amount.value();
  return out;
}

}  // namespace

void add_money(Document& document, const ProgrammeResult& r) {
  const money::Ledger& ledger = r.forecast.ledger;
  ByYear by_year("Money by year" + at_medians(r), r.plan, true);
  Table months{"money/months", "", {data_column("month")}};
  months.file = "money";
  std::vector<std::vector<Money>> lines;
  const std::vector<double> repairs = repairs_by_month(r);
  for (int l = 0; l < money::line_count; ++l) {
    const auto line = static_cast<money::Line>(l);
    lines.push_back(ledger.by_month(line));
    months.columns.push_back(data_column(line_name(line), "USD"));
    by_year.add(line_name(line), dimension::money, [&](size_t m) { return lines.back()[m].value(); });
    if (line == money::Line::operations)
      by_year.add("  of it repairs", dimension::money, [&](size_t m) { return repairs[m]; });
  }
  const std::vector<Money> cash = ledger.by_month();
  by_year.add("cash", dimension::money, [&](size_t m) { return cash[m].value(); });
  document.add(std::move(by_year).table());
  document.add(contracts(r));

  months.columns.push_back(data_column("cash", "USD")), months.columns.push_back(data_column("cumulative_cash", "USD"));
  double cumulative = 0;
  for (size_t m = 0; m + 1 < r.plan.months.size(); ++m) {
    std::vector<Cell> row = {r.plan.months[m].text().substr(0, 7)};
    for (const std::vector<Money>& line : lines) row.push_back(line[m].value());
    cumulative += cash[m].value();
    row.push_back(cash[m].value()), row.push_back(cumulative);
    months.rows.push_back(std::move(row));
  }
  document.put("money/currency", "USD");
  document.add(std::move(months));

  Table causes{"money/by_cause", "", {data_column("cause")}};
  causes.keyed = true, causes.file = "-";
  for (int l = 0; l < money::line_count; ++l) {
    causes.columns.push_back(data_column(line_name(static_cast<money::Line>(l)), "USD"));
    causes.columns.back().optional = true;
  }
  for (const auto& [cause, sums] : money_by_cause(r.plan, ledger)) {
    std::vector<Cell> row = {cause};
    for (const std::optional<double>& x : sums) row.push_back(x);
    causes.rows.push_back(std::move(row));
  }
  document.add(std::move(causes));
  Table parties{"money/by_counterparty", "", {data_column("counterparty"), data_column("amount", "USD")}};
  parties.keyed = true, parties.file = "-";
  for (const auto& [name, sum] : money_by_counterparty(r.plan, ledger)) parties.rows.push_back({name, sum});
  document.add(std::move(parties));
  for (const char* name : {"capital cost", "running cost", "receipts", "peak funding", "worth of compute",
                           "residual value", "net present value"}) {
    std::string key = name;
    std::replace(key.begin(), key.end(), ' ', '_');
    document.put("money/" + key, total(r, name), "USD");
  }
  document.put("money/cost_per_usable_accelerator_hour", total(r, "cost per usable accelerator-hour"),
               "USD/accelerator-hour");
  document.add(hour_costs(r));
  const PeakFunding peak = peak_funding(cash);
  document.put("money/peak_funding_month",
               peak.amount > Money(0) ? Cell(r.plan.months[peak.month].text().substr(0, 7)) : Cell());
  document.put("money/idle_accelerator_days", total(r, "idle accelerator-days"), "accelerator-days");
  document.put("money/cost_of_idle_accelerators", total(r, "cost of idle accelerators"), "USD");
  document.add(network_bill(r.plan));
}

namespace {

bool any_by_hour(const Plan& plan) {
  return std::any_of(plan.sites.begin(), plan.sites.end(), [](const Site& s) { return s.hours != nullptr; });
}

/// What is known of sites with weather alone: what is not served and what that takes, what is not taken, what storage
/// loses, what stands unused.
void add_hours(Document& document, const ProgrammeResult& r) {
  constexpr double mwh = 3.6e9;
  Table sites{"energy/by_hour",
              "Energy by the hour" + at_medians(r),
              {text_column("site", "site"), count_column("served_mwh", "served, MWh", "MWh"),
               count_column("unserved_mwh", "not supplied", "MWh"), percent_column("unserved_share", "of all", 2),
               count_column("curtailed_mwh", "not taken", "MWh"), count_column("stored_mwh", "from storage", "MWh"),
               count_column("lost_in_storage_mwh", "lost in it", "MWh"),
               count_column("accelerator_hours_lost", "accelerator-hours lost", "accelerator-hours")}};
  sites.file = "by_hour";
  for (std::size_t i = 0; i < r.plan.sites.size(); ++i) {
    if (!r.plan.sites[i].hours) continue;
    const SiteForecast& s = r.forecast.sites[i];
    double facility = 0, unserved = 0, curtailed = 0, given = 0, lost = 0, hours = 0;
    for (const site::EnergyMonth& m : s.energy) {
      facility += m.facility, unserved += m.unserved, curtailed += m.curtailed, lost += m.stored;
      for (const double x : m.given) given += x;
    }
    if (const double end = r.plan.end - r.plan.start + 1; s.with_all_energy && !s.orders.empty())
      hours = 24 * (s.with_all_energy->usable.integral(0, end) - s.capacity.usable.integral(0, end));
    sites.rows.push_back({r.plan.sites[i].name, (facility - unserved) / mwh, unserved / mwh,
                          facility > 0 ? Cell(unserved / facility) : Cell(), curtailed / mwh, given / mwh, lost / mwh,
                          hours});
  }
  document.add(std::move(sites));
  Table unused = unused_supply(r);
  for (const std::vector<Cell>& row : unused.rows) {
    const std::string block =
        "site." + std::get<std::string>(row[0].value) + ".power." + std::get<std::string>(row[1].value);
    document.say(std::get<bool>(row[3].value) ? fmt::format("Never run: {} stands and gives no energy.\n", block)
                                              : fmt::format("Not run: {} stands and gives no energy from {} on.\n",
                                                            block, std::get<std::string>(row[2].value)));
  }
  document.add(std::move(unused));
}

}  // namespace

void add_energy(Document& document, const ProgrammeResult& r) {
  constexpr double mwh = 3.6e9;
  const Plan& plan = r.plan;
  const std::vector<site::EnergyMonth>& all = r.forecast.energy;
  if (!plan.sites.empty()) {
    ByYear by_year("Energy by year" + at_medians(r), plan, false);
    by_year.add("facility energy", dimension::energy, [&](size_t m) { return all[m].facility; });
    const std::string of_site = plan.sites.size() > 1 ? "." : "";
    for (size_t i = 0; i < plan.sites.size(); ++i)
      for (size_t b = 0; b < plan.sites[i].power.size(); ++b)
        by_year.add("  from " + (of_site.empty() ? "" : plan.sites[i].name + of_site) + plan.sites[i].power[b].name,
                    dimension::energy, [&](size_t m) { return r.forecast.sites[i].energy[m].by_source[b]; });
    const bool by_hour = any_by_hour(plan);
    const std::string stored = "  lost in storage", curtailed = "sun and wind not taken";
    if (by_hour) by_year.add(stored, dimension::energy, [&](size_t m) { return -all[m].stored; });
    by_year.add("  not supplied", dimension::energy,
                [&](size_t m) { return all[m].unserved > 1e-6 * all[m].facility ? all[m].unserved : 0.0; });
    if (by_hour) by_year.add(curtailed, dimension::energy, [&](size_t m) { return all[m].curtailed; });
    by_year.add("water", dimension::volume, [&](size_t m) { return all[m].water; });
    by_year.add("CO2", dimension::mass, [&](size_t m) { return all[m].emissions; });
    document.add(std::move(by_year).table());
    document.add(power_supply(r));
    if (by_hour) add_hours(document, r);
  }
  Table months{"energy/months",
               "",
               {data_column("month"), data_column("it_mwh", "MWh"), data_column("facility_mwh", "MWh"),
                data_column("pue"), data_column("cost_usd", "USD"), data_column("water_m3", "m3"),
                data_column("co2_tonnes", "t"), data_column("by_source_mwh", "MWh")}};
  const bool by_hour = any_by_hour(plan);
  if (by_hour)
    for (const char* key : {"unserved_mwh", "curtailed_mwh", "lost_in_storage_mwh"})
      months.columns.push_back(data_column(key, "MWh"));
  months.file = "energy";
  const std::vector<Money> paid = r.forecast.ledger.by_month(money::Line::energy);
  for (size_t m = 0; m < all.size(); ++m) {
    const site::EnergyMonth& e = all[m];
    Table sources{"", "", {data_column("source"), data_column("energy", "MWh")}};
    sources.keyed = true;
    for (size_t i = 0; i < plan.sites.size(); ++i)
      for (size_t b = 0; b < plan.sites[i].power.size(); ++b)
        sources.rows.push_back(
            {plan.sites[i].name + '.' + plan.sites[i].power[b].name, r.forecast.sites[i].energy[m].by_source[b] / mwh});
    months.rows.push_back({plan.months[m].text().substr(0, 7), e.it / mwh, e.facility / mwh,
                           e.it > 0 ? Cell(e.facility / e.it) : Cell(), -paid[m].value(), e.water, e.emissions / 1000,
                           Cell(std::make_shared<const Table>(std::move(sources)))});
    if (by_hour)
      for (const double x : {e.unserved, e.curtailed, e.stored}) months.rows.back().push_back(x / mwh);
  }
  document.add(std::move(months));
  document.put("energy/facility_mwh", total(r, "energy", mwh), "MWh");
  document.put("energy/water_m3", total(r, "water"), "m3");
  document.put("energy/co2_tonnes", total(r, "CO2", 1000), "t");
  document.put("energy/largest_facility_mw", total(r, "largest facility power", 1e6), "MW");
}

void add_totals(Document& document, const ProgrammeResult& r) {
  Table t{"", "Totals", {text_column("", "over the forecast")}};
  for (const char* heading : {"P10", "P50", "P90"})
    if (r.has_trials) t.columns.push_back(amount_column("", heading, {}));
  if (!r.has_trials) t.columns.push_back(amount_column("", "", {}));
  for (size_t i = 0; i < r.outputs.size(); ++i) {
    const programme::Output& o = r.outputs[i];
    const Spread& s = r.spreads[i];
    if (o.group != programme::Output::Group::total || (s.p10 == 0 && s.p90 == 0)) continue;
    // Where nothing comes in, capital and running cost say it.
    if (o.name == "peak funding" && total(r, "receipts").p90 == 0) continue;
    if (o.name == "cost per usable accelerator-hour" && r.plan.orders.empty() && r.plan.rentals.empty()) continue;
    std::vector<Cell> row = {o.name};
    for (const double x : r.has_trials ? std::vector{s.p10, s.p50, s.p90} : std::vector{s.p50})
      row.push_back(o.dimension == dimension::none ? Cell(x, format_count(x)) : Cell(Amount{x, o.dimension}));
    t.rows.push_back(std::move(row));
  }
  document.add(std::move(t));
  Table missing{"not_counted", "", {data_column("what")}};
  for (const std::string& what : r.plan.not_counted) {
    document.say("Not counted: " + what + ".\n");
    missing.rows.push_back({what});
  }
  document.add(std::move(missing));
}

}  // namespace orrery::study
