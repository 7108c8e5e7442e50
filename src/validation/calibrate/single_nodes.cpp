#include "validation/calibrate/single_nodes.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "validation/calibrate/collectives.h"
#include "validation/single_nodes.h"

namespace orrery::validation {
namespace {

using training::Framework;

constexpr std::pair<const char*, double Framework::*> keys[] = {
    {"slowdown", &Framework::slowdown},     {"elementwise", &Framework::elementwise},
    {"attention", &Framework::attention},   {"layer_fixed", &Framework::layer_fixed},
    {"layer_host", &Framework::layer_host}, {"step_fixed", &Framework::step_fixed},
    {"tp_exposed", &Framework::tp_exposed}, {"dp_exposed", &Framework::dp_exposed},
    {"ep_exposed", &Framework::ep_exposed}, {"expert_slowdown", &Framework::expert_slowdown},
    {"moe_fixed", &Framework::moe_fixed},
};

void fit(Facts& facts, const std::string& name, const CsvTable& table, Score (*predict)(const CsvTable&, const Facts&),
         std::vector<Constant>& out) {
  const catalog::Entry& entry = facts.catalog.entry("frameworks", name);
  auto& all = facts.hardware.frameworks;
  Framework& framework = *std::find_if(all.begin(), all.end(), [&](const Framework& f) { return f.name == name; });
  std::vector<std::pair<const char*, double*>> moved;
  std::vector<double> start;
  for (const auto& [key, member] : keys)
    if (entry.number(key) > 0) {
      framework.*member = entry.number(key);
      moved.emplace_back(key, &(framework.*member)), start.push_back(framework.*member);
    }
  const auto misfit = [&](const std::vector<double>& x) {
    for (std::size_t i = 0; i < x.size(); ++i) *moved[i].second = x[i];
    double sum = 0;
    for (const Row& row : predict(table, facts).rows)
      if (row.skipped.empty()) sum += std::abs(std::log(row.predicted / row.measured));
    return sum;
  };
  const std::vector<double> best = minimise(misfit, start, 1500);
  for (std::size_t i = 0; i < best.size(); ++i)
    out.push_back({"frameworks", name, "", moved[i].first, entry.number(moved[i].first), best[i]});
}

}  // namespace

std::vector<Constant> single_node_constants(Facts facts, const CalibrateOptions& options) {
  std::vector<Constant> out;
  const auto has = [&](const std::string& file) { return std::filesystem::exists(options.measurements + file); };
  for (const char* name : {"/simumax.csv", "/simumax_b200.csv"})  // as shipped, as gathered
    if (has(name)) fit(facts, "simumax", read_csv(options.measurements + name), validate_simumax, out);
  if (has("/vtrain_single_node.csv"))
    fit(facts, "vtrain", read_csv(options.measurements + "/vtrain_single_node.csv"), validate_vtrain, out);
  return out;
}

}  // namespace orrery::validation
