#include "validation/score.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/spread.h"

namespace orrery::validation {

using namespace study;

namespace {

Summary summary_of(const std::string& group, const std::vector<const Row*>& rows, std::size_t parts) {
  Summary s;
  s.group = group;
  s.rows = static_cast<int>(rows.size());
  std::vector<double> errors, days, widths, differences, predicted, measured;
  std::vector<std::vector<double>> by_part(parts);
  for (const Row* row : rows) {
    if (row->crps) s.crps += *row->crps, ++s.scored;
    if (!row->skipped.empty()) continue;
    errors.push_back(row->error());
    differences.push_back(std::fabs(row->predicted - row->measured));
    predicted.push_back(row->predicted), measured.push_back(row->measured);
    if (row->days) days.push_back(std::fabs(row->predicted - row->measured));
    if (parts > 0) by_part[static_cast<std::size_t>(row->part)].push_back(errors.back());
    if (row->band) ++s.banded, s.inside += row->inside(), widths.push_back(row->band->second / row->band->first);
    if (row->spread_seen)
      ++s.spread_rows,
          s.within_seen += row->predicted >= row->spread_seen->first && row->predicted <= row->spread_seen->second;
    if (row->independent_band) s.inside_independent += row->inside_independent();
  }
  if (s.scored > 0) s.crps /= s.scored;
  if (s.banded > 0) s.inside /= s.banded, s.inside_independent /= s.banded, s.width = quantile(std::move(widths), 0.5);
  if (s.spread_rows > 0) s.within_seen /= s.spread_rows;
  s.predicted = static_cast<int>(errors.size());
  s.day_rows = static_cast<int>(days.size());
  s.median_difference = summary_of_errors(std::move(differences)).median;
  if (predicted.size() > 2) s.rank_correlation = correlation_of_ranks(ranks(predicted), ranks(measured));
  s.median_days = summary_of_errors(std::move(days)).median;
  for (const std::vector<double>& part : by_part) {
    s.part_rows.push_back(static_cast<int>(part.size()));
    s.part_median.push_back(summary_of_errors(part).median);
  }
  if (errors.empty()) return s;
  const ErrorSummary of_all = summary_of_errors(std::move(errors));
  s.median = of_all.median, s.mean = of_all.mean, s.p90 = of_all.p90, s.bias = of_all.bias;
  return s;
}

/// The summary a bar speaks of.
const Summary& summary_called(const Score& score, const std::string& group, const Place& place) {
  if (group == score.all.group) return score.all;
  std::vector<std::string> names{score.all.group};
  for (const Summary& s : score.groups) {
    if (s.group == group) return s;
    names.push_back(s.group);
  }
  throw Error(place, "group", in_quotes(group) + " is no group of " + score.table,
              suggest(group, names, "name a group that `orrery validate " + score.table + "` prints"));
}

}  // namespace

double Row::error() const {
  return rate ? measured / predicted - 1 : predicted / measured - 1;
}

void summarise(Score& score) {
  std::map<std::string, std::pair<bool, std::vector<const Row*>>> groups;
  std::vector<const Row*> all;
  for (const Row& row : score.counted.empty() ? score.rows : score.counted) {
    if (std::find(row.wider.begin(), row.wider.end(), row.group) == row.wider.end())
      groups[row.group].second.push_back(&row);
    for (const std::string& wider : row.wider) {
      groups[wider].first = true;
      groups[wider].second.push_back(&row);
    }
    if (!row.beside) all.push_back(&row);
  }
  for (const Row& row : score.rows) {
    score.banded |= row.band.has_value();
    if (!row.skipped.empty() && !row.beside) ++score.skipped[row.skipped];
    score.estimates |= row.spread_seen.has_value();
    score.independently |= row.independent_band.has_value();
  }
  score.all = summary_of("all", all, score.parts.size());
  for (const auto& [name, group] : groups) {
    score.groups.push_back(summary_of(name, group.second, score.parts.size()));
    score.groups.back().wide = group.first;
  }
}

std::vector<Scalar> figures(const Score& score, const Summary& s) {
  std::vector<Scalar> all;
  const auto count = [&](const std::string& key, const std::string& heading, int n) {
    all.push_back({count_column(key, heading, "rows"), n});
  };
  const auto share = [&](const std::string& key, const std::string& heading, double x, bool known, bool sign = false) {
    Cell cell = known ? Cell(x) : Cell(Value(), "-");
    if (known && sign) cell.text = fmt::format("{:+.1f} %", 100 * x);
    all.push_back({percent_column(key, heading, 1), std::move(cell)});
  };
  const bool any = s.predicted > 0;
  count("rows", "rows", s.rows);
  count("predicted", "predicted", s.predicted);
  share("median_abs_error", "median", s.median, any);
  for (std::size_t p = 0; p < score.parts.size(); ++p) {
    count("rows_" + score.parts[p].key, "", s.part_rows[p]);
    share("median_abs_error_" + score.parts[p].key, score.parts[p].heading, s.part_median[p], s.part_rows[p] > 0);
  }
  if (score.in_days)
    all.push_back({fixed_column("median_abs_days", "median, days", "days", 0),
                   s.day_rows > 0 ? Cell(s.median_days) : Cell(Value(), "-")});
  if (score.differences)
    all.push_back({fixed_column("median_abs_difference", "median " + score.unit, score.unit, 3),
                   any ? Cell(s.median_difference) : Cell(Value(), "-")});
  share("mean_abs_error", "mean", s.mean, any);
  share("p90_abs_error", "P90", s.p90, any);
  share("bias", "bias", s.bias, any, true);
  if (score.banded) share("inside_p10_p90", "inside P10 to P90", s.inside, s.banded > 0);
  if (score.independently) share("inside_p10_p90_independent", "drawn apart", s.inside_independent, s.banded > 0);
  if (score.estimates) share("within_p5_p95", "within measured 5 to 95 %", s.within_seen, s.spread_rows > 0);
  const auto number = [&](const std::string& key, const std::string& heading, const std::string& unit, int digits,
                          double x, bool known) {
    all.push_back({fixed_column(key, heading, unit, digits), known ? Cell(x) : Cell(Value(), "-")});
  };
  if (score.differences) number("rank_correlation", "rank corr.", "", 2, s.rank_correlation, s.predicted > 2);
  if (score.ratios) number("median_p90_over_p10", "P90/P10", "", 2, s.width, s.banded > 0);
  if (!score.crps_unit.empty()) {
    const int digits = score.crps_unit == "days" ? 0 : 3;
    count("rows_crps", "", s.scored);
    number("crps", "CRPS, " + score.crps_unit, score.crps_unit, digits, s.crps, s.scored > 0);
  }
  return all;
}

void judge(Score& score, const CsvTable& bars) {
  bars.require({"table", "group", "figure", "least", "most"}, "give bars with the columns of measurements/bars.csv");
  for (std::size_t i = 0; i < bars.size(); ++i) {
    if (bars.cell(i, "table") != score.table) continue;
    const Place place{bars.name, bars.line(i), 0};
    Bar bar{bars.cell(i, "group"), bars.cell(i, "figure"), {}, {}};
    if (!bars.cell(i, "least").empty()) bar.least = bars.number(i, "least", 0);
    if (!bars.cell(i, "most").empty()) bar.most = bars.number(i, "most", 0);
    if (!bar.least && !bar.most) throw Error(place, "most", "the bar has no limit", "write least, most or both");
    std::vector<std::string> names;
    bool found = false;
    for (const Scalar& f : figures(score, summary_called(score, bar.group, place))) {
      names.push_back(f.column.key);
      if (f.column.key != bar.figure) continue;
      found = true;
      const double* value = std::get_if<double>(&f.cell.value);
      if (value) bar.value = *value;
      bar.met = value && !(bar.least && *value < *bar.least) && !(bar.most && *value > *bar.most);
    }
    if (!found)
      throw Error(place, "figure", in_quotes(bar.figure) + " is no figure of a score",
                  suggest(bar.figure, names, "name a figure that the JSON prints"));
    score.bars.push_back(std::move(bar));
  }
}

}  // namespace orrery::validation
