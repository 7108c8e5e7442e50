#include "study/energy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <mutex>

#include "base/error.h"
#include "base/units.h"
#include "site/power/headroom.h"
#include "site/power/pypsa_write.h"
#include "study/energy_path.h"
#include "study/energy_read.h"
#include "study/energy_tables.h"
#include "study/kinds.h"
#include "study/supply_figures.h"

namespace orrery::study {
namespace {

using namespace scenario;
namespace d = dimension;
using site::SourceYear;
using site::SupplySpan;
using site::SupplyYear;

constexpr std::array<const char*, 12> month_names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

Form make_form() {
  return {"energy",
          "a site's supply by the hour",
          "what powers a site through a year of hours at least cost: what is built, how it runs, what is lost",
          {"energy"},
          {{"", "The supply.", {}, {"energy"}},
           {"energy.source.*", "Something that may power it, in the catalog's words but for what is said here.",
            energy_source_keys()},
           {"energy.load", "The load of a path by quarter, from each on: 2027-Q1 = \"100 MW\".", energy_load_keys()},
           {"energy", "A load, what may power it, and what is asked of that.", energy_keys(), {"source", "load"}}}};
}

/// The question with its answer, found when it is first asked for.
class Solved {
 public:
  explicit Solved(EnergyQuestion question) : q(std::move(question)) {}
  const SupplyYear& year() const {
    std::call_once(once_, [&] { year_ = site::supply_year(q.supply); });
    return year_;
  }
  const EnergyQuestion q;

 private:
  mutable std::once_flag once_;
  mutable SupplyYear year_;
};

double price_of(const SupplyYear& y) {
  return y.served > 0 ? y.cost.total() / y.served : 0;
}

enum { cost, price, co2, lost, output_count };

void run(const SupplyYear& y, std::span<double> out) {
  out[cost] = y.cost.total(), out[price] = price_of(y), out[co2] = y.emissions, out[lost] = y.lost;
}

Table sources_table(const EnergyQuestion& q, const SupplyYear& y) {
  Table t{"sources",
          "What is built, and what it does in a year",
          {text_column("name", "source"), data_column("title"), mw_column("power", "MW"),
           fixed_column("storage", "MWh", "J", 1, mwh), gwh_column("energy", "GWh"), gwh_column("charged", "taken in"),
           percent_column("capacity_factor", "in use"), fixed_column("hours_at_limit", "h at limit", "h", 0),
           money_column("capital", "capital, M$"), money_column("fixed", "fixed"), money_column("fuel", "fuel"),
           money_column("variable", "energy"), money_column("co2_cost", "CO2"),
           fixed_column("cost_of_energy", "$/MWh", "USD/J", 1, 1 / mwh), data_column("emissions", "kg")}};
  const auto add = [&](const std::string& name, const std::string& title, const SourceYear& s, bool store) {
    const bool there = s.power > 1e-6 * q.power;
    t.rows.push_back({name, title, s.power, store ? Cell(s.storage) : Cell(), s.energy,
                      store ? Cell(s.charged) : Cell(), there ? Cell(s.capacity_factor()) : Cell(),
                      there ? Cell(s.hours_at_limit) : Cell(), s.cost.capital, s.cost.fixed, s.cost.fuel,
                      s.cost.variable, s.cost.co2, s.energy > 1e-6 * y.load ? Cell(s.cost.total() / s.energy) : Cell(),
                      s.emissions});
  };
  for (std::size_t i = 0; i < y.sources.size(); ++i) add(q.supply.sources[i].name, q.titles[i], y.sources[i], false);
  for (std::size_t i = 0; i < y.stores.size(); ++i)
    add(q.supply.stores[i].name, q.titles[y.sources.size() + i], y.stores[i], true);
  return t;
}

Table months_table(const EnergyQuestion& q, const SupplyYear& y) {
  Table t{"months", "By month, GWh", {text_column("month", "month"), gwh_column("load", "load")}};
  for (const site::SupplySource& s : q.supply.sources) t.columns.push_back(gwh_column(s.name.c_str(), s.name.c_str()));
  for (const site::SupplyStore& s : q.supply.stores) t.columns.push_back(gwh_column(s.name.c_str(), s.name.c_str()));
  for (Column column : {gwh_column("curtailed", "curtailed"), gwh_column("gave_way", "gave way"),
                        gwh_column("unserved", "unserved"), data_column("running_cost", "USD"),
                        fixed_column("price", "$/MWh", "USD/J", 1, 1 / mwh), data_column("emissions", "kg")})
    t.columns.push_back(std::move(column));
  if (q.climate) {
    t.columns.push_back(fixed_column("pue", "PUE", "", 3));
    t.columns.push_back(fixed_column("wue", "L/kWh", "m3/J", 2, 1 / 3.6e9));
  }
  t.in_text = InText::longer;
  for (std::size_t i = 0; i < 12; ++i) {
    const SupplySpan& m = y.months[i];
    std::vector<Cell> row = {month_names[i], m.load};
    for (const double energy : m.by_source) row.push_back(energy);
    for (const double energy : m.discharged) row.push_back(energy);
    for (const double x : {m.curtailed, m.shed, m.unserved, m.cost().total(), m.price(), m.emissions()})
      row.push_back(x);
    if (q.climate) row.push_back(q.climate->month_pue[i]), row.push_back(q.climate->month_water[i]);
    t.rows.push_back(std::move(row));
  }
  return t;
}

/// "14 Jul, 17:00 to 18:00"; of weather of several years with the year.
std::string hour_text(std::size_t hour, bool several) {
  const std::size_t of_year = hour % site::hours_of_year, month = site::month_of_hour(of_year);
  std::size_t first = of_year;
  while (first > 0 && site::month_of_hour(first - 1) == month) --first;
  const std::size_t of_day = of_year % 24;
  const std::string year = several ? fmt::format(" of year {}", hour / site::hours_of_year + 1) : "";
  return fmt::format("{} {}{}, {:02}:00 to {:02}:00", (of_year - first) / 24 + 1, month_names[month], year, of_day,
                     of_day + 1);
}

/// What the same connection carries by how much of its energy a load gives up, and what that is worth until it would be
/// firm: in months of the whole load served earlier, and in dollars at the value of lost load less the price.
Table flexible_table(const EnergyQuestion& q) {
  Table t{
      "flexible",
      fmt::format("The same connection by what the load gives up, over the {:.0f} months until it would be firm",
                  q.wait / (year_length.value() / 12)),
      {percent_column("share", "given up", 2), mw_column("load", "MW"), fixed_column("hours", "hours a year", "h", 0),
       fixed_column("longest", "longest, h", "h", 0), percent_column("largest_cut", "deepest cut"),
       fixed_column("sooner", "months sooner", "s", 1, year_length.value() / 12),
       fixed_column("worth", "worth, M$", "USD", 0, 1e6)}};
  std::vector<double> shares = {0, 0.0025, 0.005, 0.01};
  if (const double asked = q.supply.shed_share;
      asked > 0 && asked < 1 && std::find(shares.begin(), shares.end(), asked) == shares.end())
    shares.push_back(asked);
  const double highest = *std::max_element(q.supply.load.begin(), q.supply.load.end());
  const double years = static_cast<double>(q.room.size()) / site::hours_of_year;
  const auto served = [&](double load) {
    double sum = 0;
    for (const double room : q.room) sum += std::min(load, room) * 3600 / years;
    return sum;
  };
  const double firm = std::min(highest, site::flexible_load(q.room, 0).load);
  for (const double share : shares) {
    const site::FlexibleLoad of = site::flexible_load(q.room, share);
    const double used = std::min(of.load, highest);
    const double more = (served(used) - served(firm)) * q.wait / year_length.value();
    t.rows.push_back({share, of.load, of.hours / years, of.longest, of.largest_cut, more / highest,
                      more * (q.supply.unserved_price - q.room_price)});
  }
  return t;
}

std::vector<Figure> figures() {
  std::vector<Figure> out{{"energy",
                           "Energy of a year by source",
                           "Supply",
                           "J",
                           Plot::ranking,
                           {{Mark::bar, "energy", "sources", "name", "energy"}}}};
  out.front().in_brief = true;
  return out;
}

std::string headline(const EnergyQuestion& q, const SupplyYear& y) {
  std::string out =
      fmt::format("{}{}\n\n", format_amount(q.power, d::power),
                  (q.cooling.empty() ? " of a facility" : " of IT") + (q.place.empty() ? "" : ", " + q.place));
  const auto line = [&](const char* what, const std::string& text) { out += fmt::format("  {:<16} {}\n", what, text); };
  if (q.climate)
    line("cooling", fmt::format("PUE {:.3f} in the mean, {:.3f} in the hottest hours", q.climate->mean_pue,
                                q.climate->design_pue));
  line("energy", fmt::format("{:.1f} GWh a year served", y.served / gwh));
  line("cost of energy", y.served > 0 ? fmt::format("${:.2f}/MWh", price_of(y) * mwh) : "nothing is served");
  std::string parts =
      fmt::format("capital {:.2f}, fixed {:.2f}, fuel {:.2f}, energy {:.2f}, CO2 {:.2f}", y.cost.capital / 1e6,
                  y.cost.fixed / 1e6, y.cost.fuel / 1e6, y.cost.variable / 1e6, y.cost.co2 / 1e6);
  for (const auto& [what, money] :
       {std::pair{"peaks", y.cost.demand}, {"starts", y.cost.starts}, {"sales", -y.cost.sales}})
    if (std::abs(money) > 1e-6 * y.cost.total()) parts += fmt::format(", {} {:.2f}", what, money / 1e6);
  line("cost", fmt::format("${:.2f}M a year: {}", y.cost.total() / 1e6, parts));
  line("CO2", fmt::format("{:.1f} kt a year", y.emissions / 1e6) +
                  (y.served > 0 ? fmt::format(", {:.0f} kg/MWh served", y.emissions / y.served * mwh) : ""));
  if (q.weather) line("curtailed", fmt::format("{:.1f} GWh of sun and wind", y.curtailed / gwh));
  if (q.supply.shed_share > 0)
    line("gave way", fmt::format("{:.2f} GWh, {:.2f} % of the load", y.gave_way / gwh, 100 * y.gave_way / y.load));
  if (y.hours_lacking > 0)
    line("unserved", fmt::format("{:.3f} GWh, {:.3f} % of the load, in {:.0f} hours a year; at most {:.1f} MW, on {}",
                                 y.lost / gwh, 100 * y.lost / y.load, y.hours_lacking, y.hours.unserved[y.worst] / mw,
                                 hour_text(y.worst, y.hours.unserved.size() > site::hours_of_year)));
  else line("unserved", "none");
  if (y.reserve_short > 1e-6 * y.load)
    line("reserve", fmt::format("{:.2f} GWh of it are not there", y.reserve_short / gwh));
  line("proven", fmt::format("no choice costs less by more than {:.0e} of it", std::max(y.gap, 1e-8)));
  if (!q.weather && q.usual_sources) out += "\n  Without weather there is no sun and no wind among the sources.\n";
  if (!y.feasible)
    out += fmt::format("\n  What may be built does not serve {} % of the energy: this is what comes nearest.\n",
                       100 * (1 - q.supply.unserved_share));
  return out + "\n";
}

/// What more would hold the reliability at least cost.
void add_remedy(Document& out, const EnergyQuestion& q, const SupplyYear& y) {
  const auto remedy = site::least_remedy(y, q.candidates, q.candidate_stores, q.supply);
  if (!remedy) {
    out.say("No firm plant and storage would hold the reliability within the limits of CO2.\n\n");
    return;
  }
  out.put("remedy_cost", remedy->cost, "USD/year");
  Table t{"remedy",
          fmt::format("The cheapest mix that would hold the reliability: ${:.2f}M a year more", remedy->cost / 1e6),
          {text_column("name", "source"), mw_column("power", "MW more"),
           fixed_column("storage", "MWh more", "J", 1, 3.6e9)}};
  for (const site::Addition& a : remedy->additions)
    t.rows.push_back({a.name, a.power, a.storage > 0 ? Cell(a.storage) : Cell(0.0, "")});
  out.add(std::move(t));
}

Document answer_of(const EnergyQuestion& q, const SupplyYear& y) {
  Document out;
  out.say(headline(q, y));
  out.put("load", q.power, "W").put("facility_energy", y.load, "J").put("served", y.served, "J");
  out.put("cost_of_energy", y.served > 0 ? Cell(price_of(y)) : Cell(), "USD/J").put("cost", y.cost.total(), "USD/year");
  out.put("cost_parts/capital", y.cost.capital, "USD/year").put("cost_parts/fixed", y.cost.fixed, "USD/year");
  out.put("cost_parts/fuel", y.cost.fuel, "USD/year").put("cost_parts/energy", y.cost.variable, "USD/year");
  out.put("cost_parts/co2", y.cost.co2, "USD/year").put("cost_parts/demand_charges", y.cost.demand, "USD/year");
  out.put("cost_parts/starts", y.cost.starts, "USD/year").put("cost_parts/sales", y.cost.sales, "USD/year");
  out.put("reserve_short", y.reserve_short, "J").put("emissions", y.emissions, "kg/year");
  out.put("curtailed", y.curtailed, "J").put("gave_way", y.gave_way, "J").put("unserved", y.lost, "J");
  const bool lacks = y.hours_lacking > 0;
  out.put("hours_lacking", y.hours_lacking, "h").put("worst_hour", lacks ? Cell(y.worst) : Cell());
  out.put("worst_lack", lacks ? Cell(y.hours.unserved[y.worst]) : Cell(), "W").put("feasible", y.feasible);
  out.put("objective", y.objective, "USD/year").put("gap", y.gap).put("iterations", y.iterations);
  out.add(sources_table(q, y));
  if (lacks) {
    Table ways{"ways_out",
               "What firm plant would end the lack by itself, the cheapest first",
               {text_column("name", "source"), mw_column("power", "MW more"), money_column("cost", "M$/year")}};
    for (const site::WayOut& way : site::ways_out(y, q.candidates, q.supply))
      ways.rows.push_back({way.name, way.power, way.cost});
    if (!y.feasible) add_remedy(out, q, y);
    if (ways.rows.empty()) out.say("No firm plant by itself would end the lack.\n\n");
    out.add(std::move(ways));
    if (y.feasible) out.say("With reliability = 1 what may be built is sized to serve all, if it can.\n\n");
  }
  if (!q.room.empty()) out.add(flexible_table(q));
  out.add(months_table(q, y));
  constexpr std::size_t july = 181 * 24, week = 168;
  out.add(hours_table(q, y.hours, y.price, "week", july, july + week));
  Table hours = hours_table(q, y.hours, y.price, "hours", 0, q.supply.load.size());
  hours.in_data = false;
  out.add(std::move(hours));
  out.figures = figures();
  add_supply_pictures(out, q, y);
  out.status = y.feasible ? 0 : 1;
  return out;
}

Study read(const Scenario& scenario, const catalog::Catalog& catalog) {
  Reader reader(scenario, catalog);
  Study study = titled_study(reader);
  EnergyQuestion question = read_energy(reader);
  if (question.path_start) return path_study(std::move(study), std::move(question), reader);
  const auto solved = std::make_shared<const Solved>(std::move(question));
  if (!reader.root().gives("title"))
    study.title = fmt::format("Supply of {} by the hour", format_amount(solved->q.power, d::power));
  study.outputs = {{"cost a year", d::money},
                   {"cost of energy", d::money - d::energy},
                   {"CO2 a year", d::mass},
                   {"unserved a year", d::energy}};
  study.trial = [solved](Draws, std::span<double> out) { run(solved->year(), out); };
  study.answer = [solved](const Trials&) { return answer_of(solved->q, solved->year()); };
  study.pypsa = [solved, title = study.title] { return site::pypsa_files(solved->q.supply, solved->year(), title); };
  return finished_study(std::move(study), reader);
}

}  // namespace

const Form& energy_form() {
  static const Form form = make_form();
  return form;
}

const Kind energy_kind{energy_form, read};

}  // namespace orrery::study
