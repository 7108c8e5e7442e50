// A score as a document.
#include <fmt/format.h>

#include <algorithm>

#include "validation/score.h"

namespace orrery::validation {

using namespace study;

namespace {

Column optional(Column column) {
  column.optional = true;
  return column;
}

/// Rows of a score: all of them as data under a key, or, without one, those that text lists.
Table rows_of(const Score& score, const std::vector<Row>& rows, const std::string& key) {
  const bool data = !key.empty();
  Table t{key, "Measured and predicted", {data_column("id"), data_column("group")}, {}};
  t.in_text = data ? InText::never : InText::always;
  if (!rows.empty())
    for (const auto& [key_of, text] : rows.front().labels)
      t.columns.push_back(text_column(key_of, t.columns.size() < 2 + score.listed ? key_of : ""));
  const int digits = score.unit == "share" || score.differences ? 3 : 0;
  t.columns.push_back(fixed_column("measured", "measured", score.unit, digits));
  t.columns.push_back(fixed_column("predicted", "predicted", score.unit, digits));
  if (score.banded) {
    t.columns.push_back(fixed_column("p10", "P10", score.unit, digits));
    t.columns.push_back(fixed_column("p90", "P90", score.unit, digits));
    t.columns.push_back(optional(text_column("inside_p10_p90", "band")));
  }
  if (score.independently) {
    t.columns.push_back(data_column("p10_independent", score.unit));
    t.columns.push_back(data_column("p90_independent", score.unit));
  }
  if (score.estimates) {
    t.columns.push_back(data_column("measured_p5", score.unit));
    t.columns.push_back(data_column("measured_p95", score.unit));
  }
  t.columns.push_back(optional(percent_column("error", "error", 1)));
  t.columns.push_back(optional(data_column("skipped")));
  t.columns.push_back(optional(data_column("waited", score.unit)));
  if (!score.crps_unit.empty()) t.columns.push_back(optional(data_column("crps", score.crps_unit)));
  const auto known = [](double x) { return x > 0 ? Cell(x) : Cell(); };
  for (const Row& row : rows) {
    if (row.beside && !data) continue;
    const bool scored = row.skipped.empty();
    std::vector<Cell> cells{row.id, row.group};
    for (const auto& [label, text] : row.labels) cells.emplace_back(text);
    cells.push_back(known(row.measured));
    cells.push_back(known(row.predicted));
    if (score.banded) {
      cells.push_back(row.band ? Cell(row.band->first) : Cell());
      cells.push_back(row.band ? Cell(row.band->second) : Cell());
      cells.push_back(scored && row.band ? Cell(row.inside(), row.inside() ? "" : "outside") : Cell());
    }
    if (score.independently) {
      cells.push_back(row.independent_band ? Cell(row.independent_band->first) : Cell());
      cells.push_back(row.independent_band ? Cell(row.independent_band->second) : Cell());
    }
    if (score.estimates) {
      cells.push_back(row.spread_seen ? Cell(row.spread_seen->first) : Cell());
      cells.push_back(row.spread_seen ? Cell(row.spread_seen->second) : Cell());
    }
    cells.push_back(scored ? Cell(row.error(), fmt::format("{:+.1f} %", 100 * row.error())) : Cell());
    cells.push_back(scored ? Cell() : Cell(row.skipped));
    cells.push_back(known(row.waited));
    if (!score.crps_unit.empty()) cells.push_back(row.crps ? Cell(*row.crps) : Cell());
    t.rows.push_back(std::move(cells));
  }
  return t;
}

Table groups_of(const Score& score, const std::vector<const Summary*>& summaries) {
  Table t;
  t.columns = {text_column("group", "group")};
  for (const Scalar& f : figures(score, score.all)) t.columns.push_back(f.column);
  for (const Summary* s : summaries) {
    t.rows.push_back({s->group});
    for (Scalar& f : figures(score, *s)) t.rows.back().push_back(std::move(f.cell));
  }
  return t;
}

Table bars_of(const Score& score) {
  Table t{"bars", "Bars", {}, {}};
  t.columns = {text_column("group", "group"),          text_column("figure", "figure"),
               fixed_column("value", "is", "", 0),     fixed_column("least", "at least", "", 0),
               fixed_column("most", "at most", "", 0), text_column("met", "met")};
  for (const Bar& bar : score.bars)
    for (const Scalar& f : figures(score, score.all)) {
      if (f.column.key != bar.figure) continue;
      const auto shown = [&](double x) -> Cell {
        return {x, f.column.as == As::percent ? fmt::format("{:.1f} %", 100 * x)
                                              : fmt::format("{:.{}f}", x, f.column.digits)};
      };
      t.rows.push_back({bar.group, Cell(bar.figure, f.column.heading), shown(bar.value),
                        bar.least ? shown(*bar.least) : Cell(), bar.most ? shown(*bar.most) : Cell(), bar.met});
    }
  return t;
}

}  // namespace

Document document_of(const Score& score) {
  Document out;
  out.title = score.table + ": " + score.meaning;
  out.status = std::all_of(score.bars.begin(), score.bars.end(), [](const Bar& bar) { return bar.met; }) ? 0 : 1;
  out.say(out.title + ", " + score.unit + "\n");
  out.put("table", score.table).put("unit", score.unit);
  out.add(rows_of(score, score.rows, "rows"));
  if (!score.counted.empty()) out.add(rows_of(score, score.counted, "means"));
  if (score.listed > 0) out.add(rows_of(score, score.rows, ""));
  for (const Scalar& f : figures(score, score.all)) out.put("summary/" + f.column.key, f.cell, f.column.unit);

  // Data has every group, text the wider ones where there are any, and all rows.
  std::vector<const Summary*> every, wide;
  for (const Summary& s : score.groups) every.push_back(&s);
  std::copy_if(every.begin(), every.end(), std::back_inserter(wide), [](const Summary* s) { return s->wide; });
  Table groups = groups_of(score, every);
  groups.key = "summary/groups", groups.keyed = true, groups.in_text = InText::never;
  out.add(std::move(groups));
  if (wide.empty()) wide = every;
  wide.push_back(&score.all);
  Table errors = groups_of(score, wide);
  errors.heading = "Absolute errors of the predictions, and their median sign";
  out.add(std::move(errors));

  Table skipped{
      "summary/skipped", "Not predicted", {text_column("reason", "reason"), count_column("rows", "rows", "")}, {}};
  skipped.keyed = true;
  for (const auto& [reason, count] : score.skipped) skipped.rows.push_back({reason, count});
  out.add(std::move(skipped));
  return std::move(out.add(bars_of(score)));
}

}  // namespace orrery::validation
