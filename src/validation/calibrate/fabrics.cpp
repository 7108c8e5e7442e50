#include "validation/calibrate/fabrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/error.h"
#include "base/spread.h"

namespace orrery::validation {

using namespace network;
using catalog::Entry;
using catalog::Figure;

namespace {

/// A derived figure of an entry or of one of its spans.
struct Place {
  std::string part, key;
};

bool calibrated(const Figure& f) {
  static const std::set<std::string, std::less<>> left = {"issue", "spread", "bandwidth", "domain"};
  return f.kind == Figure::Kind::amount && f.provenance.basis == catalog::Basis::derived && !left.contains(f.key) &&
         f.amount.median() > 0;
}

std::vector<Place> places_of(const Entry& entry) {
  std::vector<Place> all;
  for (const Figure& f : entry.figures)
    if (calibrated(f)) all.push_back({"", f.key});
  for (const Entry& span : entry.parts)
    for (const Figure& f : span.figures)
      if (calibrated(f) && f.key != "ranks" && !(f.key == "bandwidth_share" && f.amount.median() == 1))
        all.push_back({span.name, f.key});
  return all;
}

Figure& figure_at(Entry& e, const Place& place) {
  Entry* of = &e;
  if (!place.part.empty())
    of = &*std::find_if(e.parts.begin(), e.parts.end(), [&](const Entry& s) { return s.name == place.part; });
  return figure_of(*of, place.key);
}

/// Runs and the machine each is on; machines are few.
struct Trial {
  std::vector<Fabric> machines;
  std::vector<std::pair<std::size_t, Observation>> runs;
};

/// Runs of one collective on one group size of one machine weigh together as much as those of another.
Trial trial_of(const std::vector<const FabricRun*>& runs) {
  Trial t;
  std::map<std::string, std::size_t> at;
  std::map<std::tuple<std::size_t, Collective, int>, double> counts;
  for (const FabricRun* run : runs) {
    const auto [it, unknown] = at.emplace(run->fabric.name, t.machines.size());
    if (unknown) t.machines.push_back(run->fabric);
    t.runs.emplace_back(it->second, run->seen);
    ++counts[{it->second, run->seen.collective, run->seen.group.ranks}];
  }
  for (auto& [machine, o] : t.runs) o.weight = 1 / counts[{machine, o.collective, o.group.ranks}];
  return t;
}

double time_on(const Fabric& f, const Observation& o) {
  return collective_time(f, o.collective, Data(o.bytes), o.group).value();
}

double misfit_of(const Trial& t) {
  double sum = 0, weight = 0;
  for (const auto& [machine, o] : t.runs)
    sum += o.weight * std::abs(std::log(time_on(t.machines[machine], o) / o.measured)), weight += o.weight;
  return weight > 0 ? sum / weight : 0;
}

/// The constants of a level on another machine: its own links, reach and switches stay.
void put(Level& to, const Level& constants, bool own_machine) {
  const Level old = to;
  to = constants;
  to.bandwidth = old.bandwidth;
  if (own_machine) return;
  to.spans = old.spans, to.dimensions = old.dimensions;
  to.in_network_efficiency = old.in_network_efficiency, to.in_network_latency = old.in_network_latency;
}

/// The entry, whole, with its own derived figures fitted to the runs; other machines' runs, and machines that are like
/// it, take its constants at their own rates.
Entry fit_level(const catalog::Catalog& catalog, const Entry& entry, const std::vector<const FabricRun*>& runs,
                int evaluations) {
  Entry whole = whole_fabric(catalog, entry);
  const std::vector<Place> places = places_of(entry);
  if (runs.empty() || places.empty()) return whole;
  const bool up = entry.text("role") == "scale-up";
  Trial trial = trial_of(runs);
  const std::vector<Fabric> before = trial.machines;
  std::vector<double> x;
  for (const Place& p : places) x.push_back(figure_at(whole, p).amount.median());
  const auto set = [&](const std::vector<double>& values) {
    for (std::size_t i = 0; i < places.size(); ++i)
      figure_at(whole, places[i]).amount = Distribution::constant(values[i]);
    for (std::size_t m = 0; m < trial.machines.size(); ++m) {
      Fabric& f = trial.machines[m];
      const bool own = f.name.starts_with(entry.name + " + ") || f.name.ends_with(" + " + entry.name);
      f = before[m];
      if (up) {
        const ScaleUp constants = read_scale_up(whole);
        put(f.scale_up, constants.level, own);
        f.launch = constants.launch;
      } else {
        put(f.scale_out, read_scale_out(whole), own);
      }
    }
  };
  const Objective objective = [&](const std::vector<double>& values) {
    set(values);
    double over = 0;
    for (std::size_t i = 0; i < places.size(); ++i) over += beyond_bounds("fabrics", places[i].key, values[i]);
    return misfit_of(trial) + over;
  };
  for (int round = 0; round < 2; ++round) x = minimise(objective, x, evaluations / 2);
  set(x);
  return whole;
}

/// A run's time with the constants of a fitted entry in place of its own level's.
CollectiveEstimate estimate_with(const FabricRun& run, const Entry& fitted, Fabric& f) {
  f = run.fabric;
  if (fitted.text("role") == "scale-up") {
    const ScaleUp constants = read_scale_up(fitted);
    put(f.scale_up, constants.level, run.up == fitted.name);
    f.launch = constants.launch;
  } else {
    put(f.scale_out, read_scale_out(fitted), run.out == fitted.name);
  }
  return estimate_collective(f, run.seen.collective, Data(run.seen.bytes), run.seen.group);
}

bool several_domains(const FabricRun& run) {
  return run.seen.group.ranks > run.seen.group.per_domain;
}

/// The entry whose constants a run tells of: scale-out's over several domains, else scale-up's.
const std::string& told_by(const FabricRun& run) {
  return several_domains(run) ? run.out : run.up;
}

/// The runs that tell an entry's constants: its own, and where it is the kin that others are like, theirs.
std::vector<const FabricRun*> runs_telling(const catalog::Catalog& catalog, const Entry& entry,
                                           const std::vector<FabricRun>& runs) {
  std::vector<const FabricRun*> of;
  for (const FabricRun& run : runs) {
    const std::string& told = told_by(run);
    const Figure* like = catalog.entry("fabrics", told).find("like");
    if (told == entry.name || (like != nullptr && like->text == entry.name)) of.push_back(&run);
  }
  return of;
}

double spread_of(const std::vector<const FabricRun*>& runs, const Entry& fitted) {
  double sum = 0;
  Fabric f;
  for (const FabricRun* run : runs)
    sum += std::abs(std::log(estimate_with(*run, fitted, f).time.value() / run->seen.measured));
  return runs.empty() ? 0 : sum / static_cast<double>(runs.size());
}

/// Levels that can stand for each other: NVLink's among themselves, PCIe's, networks between servers.
std::string sort_of(const catalog::Catalog& catalog, const std::string& entry) {
  const Entry& e = catalog.entry("fabrics", entry);
  if (e.text("role") != "scale-up") return "scale-out";
  const Figure* host = whole_fabric(catalog, e).find("over_host");
  return host != nullptr && host->boolean ? "PCIe" : "NVLink";
}

/// The kin that an entry's runs are fitted with: itself, or the one it is like where it states no launch of its own.
std::string kin_of(const catalog::Catalog& catalog, const std::string& entry) {
  const Entry& e = catalog.entry("fabrics", entry);
  const Figure* like = e.find("like");
  return like != nullptr && e.find("launch") == nullptr && e.find("start") == nullptr ? like->text : entry;
}

/// One run predicted by constants that never saw it.
struct FabricLeftOut {
  const FabricRun* run = nullptr;
  double predicted = 0;
  BandTerms terms;
};

/// Predicts runs by fits to others: "half", "group" (a collective on a number of ranks) or "chip" (a level by the
/// others of its sort).
std::vector<FabricLeftOut> leave_out_fabrics(const catalog::Catalog& catalog, const std::vector<FabricRun>& runs,
                                             const std::string& what) {
  constexpr int evaluations = 1200;
  std::vector<FabricLeftOut> out;
  std::map<std::string, std::vector<const FabricRun*>> by_level;
  for (const FabricRun& run : runs)
    by_level[what == "chip" ? sort_of(catalog, told_by(run)) : kin_of(catalog, told_by(run))].push_back(&run);
  for (const auto& [level, all] : by_level) {
    std::map<std::string, std::vector<const FabricRun*>> held_by;
    std::size_t i = 0;
    for (const FabricRun* run : all) {
      std::string part = std::to_string(++i % 2);
      if (what == "chip") part = kin_of(catalog, told_by(*run));
      if (what == "group") part = std::string(name(run->seen.collective)) + std::to_string(run->seen.group.ranks);
      held_by[part].push_back(run);
    }
    if (held_by.size() < 2) continue;
    for (const auto& [part, held] : held_by) {
      std::vector<const FabricRun*> seen;
      for (const auto& [other, others] : held_by)
        if (other != part) seen.insert(seen.end(), others.begin(), others.end());
      const Entry& entry = catalog.entry("fabrics", what == "chip" ? kin_of(catalog, told_by(*seen.front())) : level);
      const Entry fitted = fit_level(catalog, entry, seen, evaluations);
      const double spread = spread_of(seen, fitted);
      for (const FabricRun* run : held) {
        Fabric f;
        const CollectiveEstimate e = estimate_with(*run, fitted, f);
        (several_domains(*run) ? f.scale_out_spread : f.scale_up_spread) = what == "chip" ? 0 : spread;
        out.push_back({run, e.time.value(), terms_of(f, e, run->seen.group)});
      }
    }
  }
  return out;
}

void add_errors(study::Table& t, const std::string& what, const std::string& of, const std::vector<double>& errors) {
  std::vector<study::Cell> row{what, of, errors.size()};
  for (study::Cell& cell : error_cells(errors)) row.push_back(std::move(cell));
  t.rows.push_back(std::move(row));
}

std::vector<double> all_of(const BandTerms& terms) {
  const auto all = terms.all();
  return {all.begin(), all.end()};
}

}  // namespace

std::vector<FabricRun> fabric_runs(const CsvTable& collectives, const CsvTable& communication,
                                   const catalog::Catalog& catalog) {
  std::vector<FabricRun> runs;
  std::map<std::string, std::pair<bool, Fabric>> machines;
  const auto machine = [&](const std::string& gpu, const std::string& fabric, int per_server) -> const Fabric* {
    const auto [it, unknown] = machines.try_emplace(gpu + '\n' + fabric + '\n' + std::to_string(per_server));
    if (unknown) try {
        it->second = {true, recognise_fabric(catalog, gpu, fabric, per_server)};
      } catch (const Error&) {
        it->second.first = false;
      }
    return it->second.first ? &it->second.second : nullptr;
  };
  const auto add = [&](const Fabric* f, const Observation& o) {
    const std::size_t joint = f == nullptr ? std::string::npos : f->name.find(" + ");
    if (joint == std::string::npos || !(o.measured > 0)) return;
    runs.push_back({f->name.substr(0, joint), f->name.substr(joint + 3), *f, o});
  };
  for (const MeasuredCollective& m : read_measured(collectives)) {
    // Another host's launches are not what the constants stand for; SHARP is not on the others' switches.
    if (!m.row.skipped.empty() || !m.library.starts_with("NCCL") || m.ranks < 2 || m.row.rate) continue;
    if (m.library.find("NVLS") != std::string::npos || m.fabric.find("SHARP") != std::string::npos) continue;
    if (m.gpu.find("node count inferred") != std::string::npos) continue;
    const Fabric* f = machine(m.gpu, m.fabric, m.nodes > 1 ? std::max(1, m.ranks / m.nodes) : 8);
    if (f == nullptr) continue;
    add(f, {parse_collective(m.collective), m.bytes, group_of(m, *f), m.row.measured, 1});
  }
  for (std::size_t i = 0; i < communication.size(); ++i) {
    const CommunicationKernel k = read_communication(communication, i);
    if (k.table != "oneccl_perf" || !k.row.skipped.empty()) continue;
    add(machine(k.gpu, "", 8), {parse_collective(k.op), k.bytes, {k.ranks, k.ranks}, k.row.measured, 1});
  }
  return runs;
}

std::vector<LeftOutError> collective_errors(const catalog::Catalog& catalog, const std::vector<FabricRun>& runs,
                                            const std::vector<LibraryRun>& libraries) {
  struct Weighed {
    LeftOutError error;
    std::string cluster;
  };
  std::vector<Weighed> all;
  // What is foretold is most often what was measured in kind: halves weigh as much as all the rest together.
  for (const auto& [what, share] : {std::pair{"half", 0.5}, {"group", 0.2}, {"chip", 0.3}})
    for (const FabricLeftOut& l : leave_out_fabrics(catalog, runs, what)) {
      const Observation& o = l.run->seen;
      all.push_back(
          {{std::log(l.predicted / o.measured), share, all_of(l.terms)},
           std::string(what) + told_by(*l.run) + std::string(name(o.collective)) + std::to_string(o.group.ranks)});
    }
  for (const auto& [what, share] : {std::pair{"half", 0.5}, {"library", 0.2}, {"chip", 0.3}})
    for (const LibraryLeftOut& l : leave_out_libraries(catalog, libraries, what)) {
      const CommunicationKernel& k = l.run->kernel;
      Entry stands = catalog.entry("fabrics", l.run->entry);
      stands.figures = {};
      BandTerms terms = terms_of(stands, l.latency, l.predicted, k.exchange && k.shape.nodes > 1);
      const bool half = std::string_view(what) == "half";
      terms.unseen = half ? 0 : 1;
      terms.spread = half ? spread_term(l.spread) : 0;
      all.push_back({{std::log(l.predicted / k.row.measured), share, all_of(terms)},
                     what + l.run->entry + (k.exchange ? "" : std::to_string(k.ranks))});
    }
  // Rows of one cluster weigh as the root of their number: many of a kind tell the same.
  std::map<std::string, double> counts;
  for (const Weighed& w : all) ++counts[w.cluster];
  std::vector<LeftOutError> errors;
  for (Weighed& w : all) {
    w.error.weight /= std::sqrt(counts[w.cluster]);
    errors.push_back(std::move(w.error));
  }
  return errors;
}

Calibrated calibrate_collectives(const Facts& facts, const CalibrateOptions& options) {
  const catalog::Catalog& catalog = facts.catalog;
  const CsvTable collectives = read_csv(options.measurements + "/collectives.csv");
  const CsvTable communication = read_csv(options.measurements + "/communication.csv");
  const std::vector<FabricRun> runs = fabric_runs(collectives, communication, catalog);
  const std::vector<LibraryRun> libraries = library_runs(communication, collectives, catalog);
  Calibrated out;
  out.document.title = "collectives: constants of fabrics and libraries";
  study::Table errors{
      "errors",
      "Absolute errors of predictions, and their median sign",
      {study::text_column("what", "what"), study::text_column("of", "of"), study::count_column("rows", "rows", "rows")},
      {}};
  for (study::Column& column : error_columns()) errors.columns.push_back(std::move(column));
  if (!options.leave_out.empty()) {
    std::map<std::string, std::vector<double>> by;
    for (const FabricLeftOut& l : leave_out_fabrics(catalog, runs, options.leave_out))
      by[told_by(*l.run)].push_back(l.predicted / l.run->seen.measured - 1);
    for (const LibraryLeftOut& l : leave_out_libraries(catalog, libraries, options.leave_out))
      by[l.run->entry].push_back(l.predicted / l.run->kernel.row.measured - 1);
    for (const auto& [name, list] : by) add_errors(errors, options.leave_out + " left out", name, list);
    out.document.add(std::move(errors));
    return out;
  }
  for (const Entry& entry : catalog.entries("fabrics")) {
    if (entry.text("role") == "library") continue;
    const std::vector<const FabricRun*> of = runs_telling(catalog, entry, runs);
    if (of.empty()) continue;
    const Entry fitted = fit_level(catalog, entry, of, 6000);
    for (const Place& p : places_of(entry)) {
      Entry old = whole_fabric(catalog, entry), now = fitted;
      out.constants.push_back({"fabrics", entry.name, p.part.empty() ? "" : "span." + p.part, p.key,
                               figure_at(old, p).amount.median(), figure_at(now, p).amount.median()});
    }
    out.constants.push_back({"fabrics", entry.name, "", "spread", entry.number("spread"), spread_of(of, fitted)});
    std::vector<double> list;
    Fabric f;
    for (const FabricRun* run : of)
      list.push_back(estimate_with(*run, fitted, f).time.value() / run->seen.measured - 1);
    add_errors(errors, "fitted", entry.name, list);
  }
  for (Constant& c : fit_libraries(catalog, libraries)) out.constants.push_back(std::move(c));
  const std::vector<LeftOutError> left_out = collective_errors(catalog, runs, libraries);
  const catalog::BandRule band = fit_band(left_out);
  for (Constant& c : band_constants(catalog, "collectives", collective_band_keys, band))
    out.constants.push_back(std::move(c));
  std::vector<double> list;
  for (const LeftOutError& e : left_out) list.push_back(std::exp(e.error) - 1);
  add_errors(errors, "left out of the band's fit", "all", list);
  out.document.add(table_of(out.constants)).add(std::move(errors));
  out.document.add(coverage_table("band", "The band on what was left out, by its width", band, left_out));
  return out;
}

}  // namespace orrery::validation
