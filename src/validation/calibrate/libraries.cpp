#include "validation/calibrate/libraries.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "silicon/chip/accelerator.h"
#include "validation/calibrate/collectives.h"

namespace orrery::validation {

using namespace network;
using catalog::Entry;
using catalog::Figure;

namespace {

/// The entry that an entry's likeness goes back to.
const Entry& root_of(const catalog::Catalog& catalog, const Entry& entry) {
  const Entry* e = &entry;
  for (int steps = 0; steps < 16; ++steps) {
    const Figure* like = e->find("like");
    if (like == nullptr) break;
    e = &catalog.entry("fabrics", like->text);
  }
  return *e;
}

/// What sort of kernel it is, whoever wrote it: libraries of one sort can stand for each other.
std::string sort_of(const CommunicationKernel& k) {
  if (!k.exchange) return k.library.find("eager") != std::string::npos ? "all-reduce, eager" : "all-reduce, graph";
  return k.op.find("combine") != std::string::npos   ? "combine"
         : k.op.find("prepare") != std::string::npos ? "prepare"
                                                     : "dispatch";
}

}  // namespace

double time_of(const LibraryRun& run, const Entry& whole) {
  const Library library = read_library(whole);
  return communication_time(run.kernel, run.machine, &library);
}

double spread_on(const std::vector<const LibraryRun*>& runs, const Entry& whole) {
  double sum = 0;
  for (const LibraryRun* run : runs) sum += std::abs(std::log(time_of(*run, whole) / run->kernel.row.measured));
  return runs.empty() ? 0 : sum / static_cast<double>(runs.size());
}

std::vector<LibraryRun> library_runs(const CsvTable& communication, const CsvTable& collectives,
                                     const catalog::Catalog& catalog) {
  std::vector<CommunicationKernel> kernels;
  for (std::size_t i = 0; i < communication.size(); ++i) kernels.push_back(read_communication(communication, i));
  for (const MeasuredCollective& m : read_measured(collectives)) {
    if (m.library.find("custom") == std::string::npos) continue;
    CommunicationKernel k;
    k.table = "custom_allreduce_perf", k.library = m.library, k.release = m.version, k.gpu = m.gpu;
    k.op = "all_reduce", k.bytes = m.bytes, k.ranks = m.ranks, k.row = m.row;
    kernels.push_back(std::move(k));
  }
  CommunicationModel model(catalog);
  std::vector<LibraryRun> runs;
  for (CommunicationKernel& k : kernels) {
    if (!k.row.skipped.empty()) continue;
    const CommunicationModel::Machine& machine = model.machine_of(k);
    const Entry* library = machine.problem.empty() ? model.library_of(k) : nullptr;
    if (library == nullptr) continue;
    const Entry* chip = silicon::recognise_chip(catalog, k.gpu);
    const std::string entry = library->name, name = chip != nullptr ? chip->name : k.gpu;
    runs.push_back({std::move(k), machine, name, entry});
  }
  return runs;
}

std::vector<const LibraryRun*> runs_of(const catalog::Catalog& catalog, const Entry& entry,
                                       const std::vector<LibraryRun>& runs) {
  std::vector<const LibraryRun*> own, like;
  for (const LibraryRun& run : runs) {
    if (run.entry == entry.name) own.push_back(&run);
    else if (root_of(catalog, catalog.entry("fabrics", run.entry)).name == entry.name) like.push_back(&run);
  }
  return own.empty() ? like : own;
}

std::vector<std::string> derived_keys(const Entry& entry) {
  std::vector<std::string> keys;
  for (const Figure& f : entry.figures)
    if (f.kind == Figure::Kind::amount && f.provenance.basis == catalog::Basis::derived && f.key != "overlap" &&
        f.key != "spread" && !f.key.starts_with("normal_") && !f.key.starts_with("low_latency"))
      keys.push_back(f.key);
  return keys;
}

Entry fit_library(const catalog::Catalog& catalog, const Entry& entry, const std::vector<const LibraryRun*>& runs,
                  int evaluations) {
  Entry whole = whole_fabric(catalog, entry);
  const std::vector<std::string> keys = derived_keys(entry);
  if (runs.empty() || keys.empty()) return whole;
  std::vector<double> x;
  for (const std::string& key : keys) x.push_back(std::max(1e-9, figure_of(whole, key).amount.median()));
  const auto set = [&](const std::vector<double>& values) {
    for (std::size_t i = 0; i < keys.size(); ++i) figure_of(whole, keys[i]).amount = Distribution::constant(values[i]);
  };
  const Objective misfit = [&](const std::vector<double>& values) {
    set(values);
    const Library library = read_library(whole);
    double sum = 0;
    for (const LibraryRun* run : runs)
      sum += std::abs(std::log(communication_time(run->kernel, run->machine, &library) / run->kernel.row.measured));
    for (std::size_t i = 0; i < keys.size(); ++i)
      sum += static_cast<double>(runs.size()) * beyond_bounds("fabrics", keys[i], values[i]);
    return sum / static_cast<double>(runs.size());
  };
  // The simplex, begun anew where it ended, leaves what held it.
  for (int round = 0; round < 2; ++round) x = minimise(misfit, x, evaluations / 2);
  set(x);
  return whole;
}

std::vector<Constant> fit_libraries(const catalog::Catalog& catalog, const std::vector<LibraryRun>& runs) {
  std::vector<Constant> constants;
  for (const Entry& entry : catalog.entries("fabrics")) {
    if (entry.text("role") != "library" || entry.find("matches") == nullptr) continue;
    const std::vector<const LibraryRun*> of = runs_of(catalog, entry, runs);
    if (of.empty()) continue;
    const Entry fitted = fit_library(catalog, entry, of);
    for (const std::string& key : derived_keys(entry))
      constants.push_back({"fabrics", entry.name, "", key, entry.number(key), fitted.number(key)});
    constants.push_back({"fabrics", entry.name, "", "spread", entry.number("spread"), spread_on(of, fitted)});
  }
  return constants;
}

std::vector<LibraryLeftOut> leave_out_libraries(const catalog::Catalog& catalog, const std::vector<LibraryRun>& runs,
                                                const std::string& what) {
  std::vector<LibraryLeftOut> out;
  constexpr int evaluations = 1500;
  const auto predict = [&](const Entry& entry, const std::vector<const LibraryRun*>& seen,
                           const std::vector<const LibraryRun*>& held) {
    if (seen.empty() || held.empty()) return;
    const Entry fitted = fit_library(catalog, entry, seen, evaluations);
    const double spread = spread_on(seen, fitted);
    const Library library = read_library(fitted);
    for (const LibraryRun* run : held)
      out.push_back({run, time_of(*run, fitted), latency_of(run->kernel, run->machine, &library), spread});
  };
  std::map<std::string, std::vector<const LibraryRun*>> groups;
  if (what == "half") {
    for (const LibraryRun& run : runs) groups[run.entry].push_back(&run);
    for (const auto& [name, group] : groups)
      for (const bool half : {false, true}) {
        std::vector<const LibraryRun*> seen, held;
        for (const LibraryRun* run : group)
          ((mixed_hash(run->kernel.row.id) % 2 == 1) == half ? seen : held).push_back(run);
        predict(catalog.entry("fabrics", name), seen, held);
      }
    return out;
  }
  const bool chips = what == "chip";
  for (const LibraryRun& run : runs) {
    const std::string kernel = root_of(catalog, catalog.entry("fabrics", run.entry)).name;
    groups[chips ? kernel : sort_of(run.kernel) + '\n' + run.chip].push_back(&run);
  }
  for (const auto& [name, group] : groups) {
    std::set<std::string> parts;
    const auto part_of = [&](const LibraryRun* run) {
      return chips ? run->chip : root_of(catalog, catalog.entry("fabrics", run->entry)).name;
    };
    for (const LibraryRun* run : group) parts.insert(part_of(run));
    for (const std::string& part : parts) {
      std::vector<const LibraryRun*> seen, held;
      for (const LibraryRun* run : group) (part_of(run) == part ? held : seen).push_back(run);
      if (!seen.empty()) predict(root_of(catalog, catalog.entry("fabrics", seen.front()->entry)), seen, held);
    }
  }
  return out;
}

}  // namespace orrery::validation
