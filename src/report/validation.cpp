#include "report/validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/table.h"

namespace orrery::report {
namespace {

using Json = nlohmann::ordered_json;
using validation::Bar;
using validation::Figure;
using validation::Row;
using validation::Score;
using validation::Summary;

/// null for what is not known.
Json known(double value, bool is_known) {
  return is_known ? Json(value) : Json(nullptr);
}

Json summary_json(const Score& score, const Summary& summary) {
  Json out = Json::object();
  for (const Figure& f : figures(score, summary))
    out[f.key] = f.form == Figure::Form::count ? Json(static_cast<int>(f.value)) : known(f.value, f.known);
  return out;
}

Json row_json(const Row& row, bool banded) {
  Json out = {{"id", row.id}, {"group", row.group}};
  for (const auto& [key, text] : row.labels) out[key] = text;
  out["measured"] = known(row.measured, row.measured > 0);
  out["predicted"] = known(row.predicted, row.predicted > 0);
  if (banded) {
    const auto [p10, p90] = row.band.value_or(std::pair(0.0, 0.0));
    out["p10"] = known(p10, row.band.has_value());
    out["p90"] = known(p90, row.band.has_value());
  }
  if (row.skipped.empty()) {
    out["error"] = row.error();
    if (row.band) out["inside_p10_p90"] = row.inside();
  } else {
    out["skipped"] = row.skipped;
    if (row.waited > 0) out["waited"] = row.waited;
  }
  return out;
}

Json bar_json(const Bar& bar) {
  return {{"group", bar.group},
          {"figure", bar.figure},
          {"least", known(bar.least.value_or(0), bar.least.has_value())},
          {"most", known(bar.most.value_or(0), bar.most.has_value())},
          {"value", bar.value},
          {"met", bar.met}};
}

std::string cell(const Figure& f, double value) {
  switch (f.form) {
    case Figure::Form::count:
      return fmt::format("{:.0f}", value);
    case Figure::Form::share:
      return fmt::format("{:.1f}%", 100 * value);
    case Figure::Form::sign:
      return fmt::format("{:+.1f}%", 100 * value);
  }
  return "";
}

std::string rows_text(const Score& score) {
  TextTable table;
  for (const Row& row : score.rows) {
    if (!row.skipped.empty()) continue;
    std::vector<std::string> head, cells;
    for (std::size_t l = 0; l < score.listed; ++l) {
      head.push_back(row.labels[l].first);
      cells.push_back(row.labels[l].second);
    }
    for (const auto& [name, value] : {std::pair("measured", row.measured),
                                      {"predicted", row.predicted},
                                      {"P10", row.band->first},
                                      {"P90", row.band->second}}) {
      head.emplace_back(name);
      cells.push_back(fmt::format("{:.0f}", value));
    }
    cells.push_back(fmt::format("{:+.1f}%", 100 * row.error()));
    cells.emplace_back(row.inside() ? "" : "outside");
    if (table.header.empty()) {
      head.insert(head.end(), {"error", ""});
      table.header = head;
      table.right_aligned.assign(score.listed, false);
      table.right_aligned.resize(score.listed + 5, true);
    }
    table.rows.push_back(std::move(cells));
  }
  return table.text();
}

std::string groups_text(const Score& score) {
  const bool wide = std::any_of(score.groups.begin(), score.groups.end(), [](const Summary& s) { return s.wide; });
  TextTable table{{"group"}, {false}, {}};
  auto add = [&](const Summary& s) {
    std::vector<std::string> cells{s.group};
    for (const Figure& f : figures(score, s)) {
      if (f.heading.empty()) continue;
      if (table.rows.empty()) table.header.push_back(f.heading), table.right_aligned.push_back(true);
      cells.push_back(f.known ? cell(f, f.value) : "-");
    }
    table.rows.push_back(std::move(cells));
  };
  for (const Summary& s : score.groups)
    if (s.wide == wide) add(s);
  add(score.all);
  return table.text();
}

std::string bars_text(const Score& score) {
  TextTable table{{"group", "figure", "is", "at least", "at most", ""}, {false, false, true, true, true}, {}};
  for (const Bar& bar : score.bars) {
    Figure f;
    for (const Figure& one : figures(score, score.all))
      if (one.key == bar.figure) f = one;
    table.rows.push_back({bar.group, f.heading, cell(f, bar.value), bar.least ? cell(f, *bar.least) : "",
                          bar.most ? cell(f, *bar.most) : "", bar.met ? "" : "missed"});
  }
  return table.text();
}

}  // namespace

std::string score_text(const Score& score) {
  std::string out = score.table + ": " + score.meaning + ", " + score.unit + "\n\n";
  if (score.listed > 0) out += rows_text(score) + "\n";
  out += "absolute errors of the predictions, and their median sign\n\n" + groups_text(score);
  if (!score.skipped.empty()) out += "\nnot predicted:\n";
  for (const auto& [reason, count] : score.skipped) out += fmt::format("  {} {}\n", count, reason);
  if (!score.bars.empty()) out += "\nbars\n\n" + bars_text(score);
  return out;
}

std::string score_json(const Score& score) {
  Json rows = Json::array(), groups = Json::object(), skipped = Json::object(), bars = Json::array();
  for (const Row& row : score.rows) rows.push_back(row_json(row, score.banded));
  for (const Summary& s : score.groups) groups[s.group] = summary_json(score, s);
  for (const auto& [reason, count] : score.skipped) skipped[reason] = count;
  for (const Bar& bar : score.bars) bars.push_back(bar_json(bar));
  Json summary = summary_json(score, score.all);
  summary["groups"] = std::move(groups);
  summary["skipped"] = std::move(skipped);
  return Json{{"schema", "orrery-validation"},
              {"kind", score.table},
              {"version", 1},
              {"unit", score.unit},
              {"rows", std::move(rows)},
              {"summary", std::move(summary)},
              {"bars", std::move(bars)}}
             .dump(1) +
         "\n";
}

}  // namespace orrery::report
