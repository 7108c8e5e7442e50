#include "report/validation.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/table.h"

namespace orrery::report {
namespace {

using Json = nlohmann::ordered_json;

Json summary_json(const training::GroupScore& g) {
  return {{"rows", g.rows},
          {"predicted", g.predicted},
          {"median_abs_error", g.median_abs_error},
          {"mean_abs_error", g.mean_abs_error},
          {"p90_abs_error", g.p90_abs_error},
          {"bias", g.bias}};
}

std::vector<std::string> summary_cells(const training::GroupScore& g) {
  const auto percent = [&](double x) { return g.predicted > 0 ? fmt::format("{:.1f}%", 100 * x) : std::string("-"); };
  return {g.group,
          std::to_string(g.rows),
          std::to_string(g.predicted),
          percent(g.median_abs_error),
          percent(g.mean_abs_error),
          percent(g.p90_abs_error),
          g.predicted > 0 ? fmt::format("{:+.1f}%", 100 * g.bias) : std::string("-")};
}

}  // namespace

std::string score_text(const training::Score& score, const std::string& title) {
  TextTable table;
  table.header = {"group", "rows", "predicted", "median", "mean", "P90", "bias"};
  table.right_aligned = {false, true, true, true, true, true, true};
  for (const training::GroupScore& g : score.groups) table.rows.push_back(summary_cells(g));
  table.rows.push_back(summary_cells(score.all));
  std::string out = title + ": absolute errors of the predictions, and their median sign\n\n" + table.text();
  if (!score.skipped.empty()) {
    out += "\nnot predicted:\n";
    for (const auto& [reason, count] : score.skipped) out += fmt::format("  {} {}\n", count, reason);
  }
  return out;
}

std::string score_json(const training::Score& score) {
  Json rows = Json::array();
  for (const training::ScoredRow& row : score.rows) {
    Json one = {{"id", row.id}, {"group", row.group}};
    if (row.skipped.empty()) {
      one["measured"] = row.measured;
      one["predicted"] = row.predicted;
      one["error"] = row.error();
    } else {
      one["skipped"] = row.skipped;
    }
    rows.push_back(std::move(one));
  }
  Json summary = summary_json(score.all), groups = Json::object(), skipped = Json::object();
  for (const training::GroupScore& g : score.groups) groups[g.group] = summary_json(g);
  for (const auto& [reason, count] : score.skipped) skipped[reason] = count;
  summary["groups"] = std::move(groups);
  summary["skipped"] = std::move(skipped);
  return Json{{"rows", std::move(rows)}, {"summary", std::move(summary)}}.dump(1) + "\n";
}

}  // namespace orrery::report
