#include "study/energy_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>

#include "base/error.h"
#include "base/units.h"
#include "site/power/supply_path.h"
#include "study/energy_tables.h"
#include "study/supply_figures.h"

namespace orrery::study {
namespace {

namespace d = dimension;
using site::SupplyDecision;
using site::SupplyPath;
using site::SupplyQuarter;

/// What comes of a service that is late.
struct Slipped {
  SupplyPath recourse, known;  ///< what is left to choose once it is known; had it been known from the start
};

/// The question with its answers, found when they are first asked for.
class Solved {
 public:
  explicit Solved(EnergyQuestion question) : q(std::move(question)) {}
  const SupplyPath& path() const {
    std::call_once(path_once_, [&] { path_ = site::supply_path(q.supply); });
    return path_;
  }
  const std::vector<Slipped>& slipped() const {
    std::call_once(slips_once_, [&] {
      for (const SupplySlip& slip : q.slips) {
        Slipped& out = slipped_.emplace_back();
        out.recourse = site::supply_path(site::after_slip(q.supply, path(), slip.source, slip.quarters));
        site::SupplyQuestion known = q.supply;
        known.times->sources[slip.source].first += slip.quarters;
        out.known = site::supply_path(known);
      }
    });
    return slipped_;
  }
  const EnergyQuestion q;

 private:
  mutable std::once_flag path_once_, slips_once_;
  mutable SupplyPath path_;
  mutable std::vector<Slipped> slipped_;
};

std::string quarter_text(const EnergyQuestion& q, int quarter) {
  return quarter_name(add_months(*q.path_start, 3 * quarter));
}

double price_of(const SupplyPath& path) {
  return path.served_worth > 0 ? path.cost / path.served_worth : 0;
}

enum { cost, price, co2, lost, output_count };

void run(const SupplyPath& path, std::span<double> out) {
  out[cost] = path.cost, out[price] = price_of(path), out[co2] = path.emissions, out[lost] = path.lost;
}

/// Name of a source, or of a store, in the order of SupplyQuarter::power.
const std::string& name_of(const EnergyQuestion& q, std::size_t i) {
  const std::size_t sources = q.supply.sources.size();
  return i < sources ? q.supply.sources[i].name : q.supply.stores[i - sources].name;
}

/// Whether a source, or a store, ever stands to a ten-thousandth of the load: what does not is left out of text.
bool stands(const EnergyQuestion& q, const SupplyPath& path, std::size_t i) {
  return std::any_of(path.quarters.begin(), path.quarters.end(),
                     [&](const SupplyQuarter& of) { return of.power[i] > 1e-4 * q.power; });
}

/// What stands by quarter.
Table path_table(const EnergyQuestion& q, const SupplyPath& path) {
  Table t{"path",
          "By quarter: what stands, and what is lost",
          {text_column("quarter", "quarter"), fixed_column("load", "load, MW", "W", 1, mw)}};
  const std::size_t names = q.supply.sources.size() + q.supply.stores.size();
  for (std::size_t i = 0; i < names; ++i) {
    const std::string& name = name_of(q, i);
    t.columns.push_back(stands(q, path, i) ? mw_column(name.c_str(), name.c_str()) : data_column(name, "W"));
  }
  for (std::size_t i = 0; i < q.supply.stores.size(); ++i) {
    const std::string key = q.supply.stores[i].name + "_storage";
    const bool there = stands(q, path, i + q.supply.sources.size());
    t.columns.push_back(there ? fixed_column(key.c_str(), "MWh", "J", 0, mwh) : data_column(key, "J"));
  }
  for (Column column :
       {gwh_column("unserved", "lost, GWh"), fixed_column("hours_lacking", "h", "h", 0),
        money_column("cost", "cost, M$", "USD"), fixed_column("cost_of_energy", "$/MWh", "USD/J", 1, 1 / mwh),
        data_column("gave_way", "J"), data_column("highest_lack", "W"), data_column("emissions", "kg"),
        data_column("price", "USD/J")})
    t.columns.push_back(std::move(column));
  for (std::size_t k = 0; k < path.quarters.size(); ++k) {
    const SupplyQuarter& of = path.quarters[k];
    const double hours = q.supply.times->quarter_hours[k], served = of.span.load - of.span.unserved - of.span.shed;
    std::vector<Cell> row = {quarter_text(q, static_cast<int>(k)), of.span.load / (hours * 3600)};
    for (const double power : of.power) row.push_back(power);
    for (const double storage : of.storage) row.push_back(storage);
    row.push_back(of.span.unserved), row.push_back(of.hours_lacking), row.push_back(of.cost.total());
    row.push_back(served > 1e-6 * of.span.load ? Cell(of.cost.total() / served) : Cell());
    for (const double x : {of.span.shed, of.highest_lack, of.span.emissions(), of.span.price()}) row.push_back(x);
    t.rows.push_back(std::move(row));
  }
  return t;
}

/// What is ordered when: parts of a thousandth of the highest load in text, all in data.
Table decisions_table(const EnergyQuestion& q, const SupplyPath& path) {
  Table t{"decisions",
          "What is ordered when",
          {text_column("name", "source"), text_column("ordered", "ordered"), text_column("serves", "serves from"),
           text_column("until", "until"), mw_column("power", "MW"), fixed_column("storage", "MWh", "J", 1, mwh),
           data_column("title")}};
  const int last = static_cast<int>(path.quarters.size());
  std::vector<SupplyDecision> all = path.decisions;
  const site::SupplyPathTimes& times = *q.supply.times;
  const auto lead = [&](const SupplyDecision& one) {
    return (one.store ? times.stores[one.index] : times.sources[one.index]).lead;
  };
  std::stable_sort(all.begin(), all.end(), [&](const SupplyDecision& a, const SupplyDecision& b) {
    return a.quarter - lead(a) < b.quarter - lead(b);
  });
  for (const SupplyDecision& one : all) {
    const std::size_t i = one.index + (one.store ? q.supply.sources.size() : 0);
    t.rows.push_back({name_of(q, i), quarter_text(q, one.quarter - lead(one)), quarter_text(q, one.quarter),
                      one.until < last ? Cell(quarter_text(q, one.until)) : Cell(), one.power,
                      one.store ? Cell(one.storage) : Cell(), q.titles[i]});
  }
  return t;
}

/// What each source does over the path.
Table sources_table(const EnergyQuestion& q, const SupplyPath& path) {
  Table t{"sources",
          "What each gives over the path",
          {text_column("name", "source"), data_column("title"), mw_column("power", "most MW"),
           gwh_column("energy", "GWh"), percent_column("share", "of the load"), text_column("from", "serves from"),
           text_column("until", "until"), data_column("emissions", "kg")}};
  for (std::size_t i = 0; i < q.titles.size(); ++i) {
    const bool store = i >= q.supply.sources.size();
    double most = 0, energy = 0, emissions = 0;
    int from = -1, until = 0;
    for (std::size_t k = 0; k < path.quarters.size(); ++k) {
      const SupplyQuarter& of = path.quarters[k];
      most = std::max(most, of.power[i]);
      energy += store ? of.span.discharged[i - q.supply.sources.size()] : of.span.by_source[i];
      emissions += store ? 0 : of.span.emissions_by_source[i];
      if (of.power[i] < 1e-4 * q.power) continue;
      if (from < 0) from = static_cast<int>(k);
      until = static_cast<int>(k) + 1;
    }
    const bool ends = from >= 0 && until < static_cast<int>(path.quarters.size());
    t.rows.push_back({name_of(q, i), q.titles[i], most, energy, path.load > 0 ? energy / path.load : 0,
                      from < 0 ? Cell("never") : Cell(quarter_text(q, from)),
                      ends ? Cell(quarter_text(q, until)) : Cell(), emissions});
  }
  return t;
}

/// Energy by source and quarter.
Table energy_table(const EnergyQuestion& q, const SupplyPath& path) {
  Table t{"quarters", "Energy by quarter, GWh", {text_column("quarter", "quarter"), gwh_column("load", "load")}};
  for (std::size_t i = 0; i < q.titles.size(); ++i)
    t.columns.push_back(gwh_column(name_of(q, i).c_str(), name_of(q, i).c_str()));
  for (const char* what : {"gave_way", "unserved", "curtailed"})
    t.columns.push_back(gwh_column(what, what == std::string("gave_way") ? "gave way" : what));
  t.in_text = InText::explained;
  for (std::size_t k = 0; k < path.quarters.size(); ++k) {
    const site::SupplySpan& s = path.quarters[k].span;
    std::vector<Cell> row = {quarter_text(q, static_cast<int>(k)), s.load};
    for (const double x : s.by_source) row.push_back(x);
    for (const double x : s.discharged) row.push_back(x);
    for (const double x : {s.shed, s.unserved, s.curtailed}) row.push_back(x);
    t.rows.push_back(std::move(row));
  }
  return t;
}

/// Where the recourse builds more: "reciprocating 40 MW from 2029-Q1".
std::string instead(const EnergyQuestion& q, const SupplyPath& planned, const SupplyPath& path) {
  std::vector<std::pair<double, std::string>> more;
  for (std::size_t i = 0; i < q.titles.size(); ++i) {
    double most = 0;
    std::size_t when = 0;
    for (std::size_t k = 0; k < path.quarters.size(); ++k)
      if (const double by = path.quarters[k].power[i] - planned.quarters[k].power[i]; by > most) most = by, when = k;
    if (most > 1e-3 * q.power)
      more.emplace_back(
          most, fmt::format("{} {:.0f} MW by {}", name_of(q, i), most / mw, quarter_text(q, static_cast<int>(when))));
  }
  std::stable_sort(more.begin(), more.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string out;
  for (std::size_t i = 0; i < more.size() && i < 3; ++i) out += (i ? ", " : "") + more[i].second;
  return out.empty() ? "nothing" : out;
}

Table slips_table(const EnergyQuestion& q, const SupplyPath& path, const std::vector<Slipped>& slipped) {
  Table t{"slips",
          "If a service is late: what is ordered before it should have come stands, the rest is chosen again",
          {text_column("name", "source"), fixed_column("late", "months late", "s", 0, year_length.value() / 12),
           fixed_column("cost", "worth less, M$", "USD", 1, 1e6), gwh_column("lost", "more lost, GWh"),
           fixed_column("known", "had it been known, M$", "USD", 1, 1e6), text_column("instead", "more is built")}};
  for (std::size_t i = 0; i < slipped.size(); ++i) {
    const Slipped& s = slipped[i];
    t.rows.push_back({q.supply.sources[q.slips[i].source].name, q.slips[i].quarters * year_length.value() / 4,
                      s.recourse.objective - path.objective, s.recourse.lost - path.lost,
                      s.known.objective - path.objective, instead(q, path, s.recourse)});
  }
  return t;
}

std::string headline(const EnergyQuestion& q, const SupplyPath& path) {
  const int last = static_cast<int>(path.quarters.size());
  std::string out = fmt::format(
      "{}{}, {} to {}\n\n", format_amount(q.power, d::power),
      (q.cooling.empty() ? " of a facility" : " of IT") + (q.place.empty() ? std::string() : ", " + q.place),
      quarter_text(q, 0), quarter_text(q, last - 1));
  const auto line = [&](const char* what, const std::string& text) { out += fmt::format("  {:<16} {}\n", what, text); };
  const double served = path.load - path.lost - path.gave_way;
  line("energy", fmt::format("{:.1f} GWh served of {:.1f}", served / gwh, path.load / gwh));
  line("cost", fmt::format("${:.1f}M at the start", path.cost / 1e6) +
                   (served > 0 ? fmt::format("; ${:.2f}/MWh served", price_of(path) * mwh) : ""));
  line("CO2", fmt::format("{:.1f} kt", path.emissions / 1e6) +
                  (served > 0 ? fmt::format(", {:.0f} kg/MWh served", path.emissions / served * mwh) : ""));
  if (path.lost > 1e-6 * path.load) {
    int until = last;
    while (until > 0 && path.quarters[static_cast<std::size_t>(until - 1)].hours_lacking == 0) --until;
    line("lost", fmt::format("{:.1f} GWh, {:.2f} % of the load, the last in {}", path.lost / gwh,
                             100 * path.lost / path.load, quarter_text(q, std::max(0, until - 1))));
    line("cost and loss", fmt::format("${:.1f}M at the start, what is lost at its price", path.objective / 1e6));
  } else {
    line("lost", "none");
  }
  if (path.gave_way > 0)
    line("gave way",
         fmt::format("{:.2f} GWh, {:.2f} % of the load", path.gave_way / gwh, 100 * path.gave_way / path.load));
  std::string never;
  for (std::size_t i = 0; i < q.titles.size(); ++i) {
    double energy = 0, most = 0;
    for (const SupplyQuarter& of : path.quarters) {
      const std::size_t sources = q.supply.sources.size();
      energy += i < sources ? of.span.by_source[i] : of.span.discharged[i - sources];
      most = std::max(most, of.power[i]);
    }
    if (energy <= 1e-6 * path.load)
      never += (never.empty() ? "" : ", ") + name_of(q, i) + (most > 1e-4 * q.power ? " (stands by)" : "");
  }
  if (!never.empty()) line("never runs", never);
  line("proven", fmt::format("no choice costs less by more than {:.0e} of it", std::max(path.gap, 1e-8)));
  if (!q.weather && q.usual_sources) out += "\n  Without weather there is no sun and no wind among the sources.\n";
  return out + "\n";
}

Document answer_of(const Solved& solved) {
  const EnergyQuestion& q = solved.q;
  const SupplyPath& path = solved.path();
  Document out;
  out.say(headline(q, path));
  out.put("load", q.power, "W").put("facility_energy", path.load, "J");
  out.put("served", path.load - path.lost - path.gave_way, "J").put("unserved", path.lost, "J");
  out.put("gave_way", path.gave_way, "J").put("cost", path.cost, "USD");
  out.put("cost_of_energy", path.served_worth > 0 ? Cell(price_of(path)) : Cell(), "USD/J");
  out.put("emissions", path.emissions, "kg").put("objective", path.objective, "USD").put("gap", path.gap);
  out.put("iterations", path.iterations);
  out.add(path_table(q, path));
  out.add(sources_table(q, path));
  out.add(decisions_table(q, path));
  if (!q.slips.empty()) out.add(slips_table(q, path, solved.slipped()));
  out.add(energy_table(q, path));
  Table hours = hours_table(q, path.hours, path.price, "hours", 0, q.supply.load.size());
  hours.in_data = false;
  out.add(std::move(hours));
  std::vector<SupplyPart> power, energy;
  for (std::size_t i = 0; i < q.titles.size(); ++i)
    if (stands(q, path, i)) power.push_back({name_of(q, i), name_of(q, i)}), energy.push_back(power.back());
  energy.push_back({"unserved", "lost"});
  out.figures.push_back(supply_figure({"path", "What stands by the quarter, and the load", "Supply", "W", Plot::time},
                                      "path", "quarter", power, "load"));
  out.figures.push_back(supply_figure({"quarters", "Energy by the quarter", "Supply", "J", Plot::time}, "quarters",
                                      "quarter", energy, "load"));
  out.figures.front().in_brief = true;
  return out;
}

}  // namespace

Study path_study(Study study, EnergyQuestion question, scenario::Reader& reader) {
  const auto solved = std::make_shared<const Solved>(std::move(question));
  if (!reader.root().gives("title"))
    study.title = fmt::format("Supply of {} by the quarter", format_amount(solved->q.power, d::power));
  study.outputs = {{"cost at the start", d::money},
                   {"cost of energy", d::money - d::energy},
                   {"CO2", d::mass},
                   {"unserved", d::energy}};
  study.trial = [solved](Draws, std::span<double> out) { run(solved->path(), out); };
  study.answer = [solved](const Trials&) { return answer_of(*solved); };
  study.pypsa = []() -> std::map<std::string, std::string> {
    throw Error({}, "PyPSA", "is not given a path of quarters: no form for it is written here", "ask for one year");
  };
  return finished_study(std::move(study), reader);
}

}  // namespace orrery::study
