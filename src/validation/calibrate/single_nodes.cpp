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

/// Fits one framework and adds its constants and errors.
void fit(Facts& facts, const std::string& name, const CsvTable& table, Score (*predict)(const CsvTable&, const Facts&),
         Calibrated& out, study::Table& errors) {
  const catalog::Entry& entry = facts.catalog.entry("frameworks", name);
  auto& all = facts.hardware.frameworks;
  const auto called = [&](const std::string& wanted) -> Framework& {
    return *std::find_if(all.begin(), all.end(), [&](const Framework& f) { return f.name == wanted; });
  };
  Framework& framework = called(name);
  const Framework& parent = called(entry.at("like").text);
  std::vector<std::pair<const char*, double*>> moved;
  std::vector<double> start, pull;
  for (const auto& [key, member] : keys)
    if (entry.number(key) > 0) {
      moved.emplace_back(key, &(framework.*member));
      pull.push_back(parent.*member);
      start.push_back(parent.*member > 0 ? parent.*member : entry.number(key));
    }
  constexpr double stiffness = 0.001;
  std::vector<double> off;
  const auto misfit = [&](const std::vector<double>& x) {
    double sum = 0, pulled = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      *moved[i].second = x[i];
      if (pull[i] > 0) pulled += std::pow(std::log(x[i] / pull[i]), 2);
    }
    off.clear();
    for (const Row& row : predict(table, facts).rows)
      if (row.skipped.empty()) sum += std::abs(std::log(row.predicted / row.measured)), off.push_back(row.error());
    return sum / static_cast<double>(std::max<std::size_t>(off.size(), 1)) + stiffness * pulled;
  };
  const std::vector<double> best = minimise(misfit, start, 1500);
  misfit(best);
  for (std::size_t i = 0; i < best.size(); ++i)
    out.constants.push_back({"frameworks", name, "", moved[i].first, entry.number(moved[i].first), best[i]});
  std::vector<study::Cell> row{name, off.size()};
  for (study::Cell& cell : error_cells(off)) row.push_back(std::move(cell));
  errors.rows.push_back(std::move(row));
}

}  // namespace

Calibrated calibrate_single_nodes(const Facts& facts, const CalibrateOptions& options) {
  Facts own = facts;
  Calibrated out;
  study::Table errors{"errors", "In the fit", {}, {}};
  errors.columns = {study::text_column("framework", "framework"), study::count_column("rows", "rows", "rows")};
  for (study::Column& column : error_columns()) errors.columns.push_back(std::move(column));
  const auto has = [&](const std::string& file) { return std::filesystem::exists(options.measurements + file); };
  for (const char* name : {"/simumax.csv", "/simumax_b200.csv"})  // as shipped, as gathered
    if (has(name)) fit(own, "simumax", read_csv(options.measurements + name), validate_simumax, out, errors);
  if (const std::string name = "/vtrain_single_node.csv"; has(name))
    fit(own, "vtrain", read_csv(options.measurements + name), validate_vtrain, out, errors);
  out.document.title = "single servers";
  out.document.say("single servers: frameworks that stand behind one table each\n").add(std::move(errors));
  out.document.add(table_of(out.constants));
  return out;
}

}  // namespace orrery::validation
