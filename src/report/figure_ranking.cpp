// Rankings and waterfalls: a horizontal bar for each row in their order, its name before it, its number behind it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/figure_axis.h"
#include "report/figure_plots.h"

namespace orrery::report {
namespace {

constexpr std::size_t most_rows = 40;
constexpr double most_name = 340, bar_height = 13, row_gap = 8;

/// From where to where a bar stands: from nought, or of a waterfall from where the one before ended.
struct Extent {
  double from = 0, to = 0;
};

double finite_or(double x, double otherwise) {
  return std::isfinite(x) ? x : otherwise;
}

}  // namespace

double draw_ranking(Canvas& canvas, const Drawing& d, double top) {
  const bool falls = d.figure.plot == study::Plot::waterfall;
  // Parts of nought are left out; of a waterfall the last row, what they add up to, stays.
  std::vector<RankedRow> rows;
  for (std::size_t i = 0; i < d.data.rows.size(); ++i) {
    const std::vector<RankedBar>& bars = d.data.rows[i].bars;
    const bool nought = std::all_of(
        bars.begin(), bars.end(), [](const RankedBar& b) { return b.value.p50 == 0 && !(b.value.p10 < b.value.p90); });
    if (!nought || (falls && i + 1 == d.data.rows.size())) rows.push_back(d.data.rows[i]);
  }
  const std::size_t shown = std::min(most_rows, rows.size());
  std::vector<std::vector<Extent>> extents(shown);
  double low = 0, high = 0, sum = 0, names = 0;
  bool spread = false, strong = false;
  for (std::size_t i = 0; i < shown; ++i) {
    const RankedRow& row = rows[i];
    names = std::max(names, text_width(row.name, text_size));
    for (const RankedBar& bar : row.bars) {
      const double from = falls && i + 1 < rows.size() ? sum : 0, to = from + bar.value.p50;
      if (falls) sum = to;
      extents[i].push_back({from, to});
      const double less = finite_or(bar.value.p10, bar.value.p50) - bar.value.p50,
                   more = finite_or(bar.value.p90, bar.value.p50) - bar.value.p50;
      spread = spread || less < 0 || more > 0, strong = strong || bar.strong;
      low = std::min({low, from, to, to + less}), high = std::max({high, from, to, to + more});
    }
  }
  if (!(high > low)) high = low + 1;
  double numbers = 0;
  for (std::size_t i = 0; i < shown; ++i)
    for (const RankedBar& bar : rows[i].bars)
      numbers = std::max(numbers, text_width(number_text(d.figure.unit, bar.value.p50), text_size));

  std::vector<LegendEntry> legend;
  for (std::size_t s = 0; d.data.series_names.size() > 1 && s < d.data.series_names.size(); ++s)
    legend.push_back({Swatch::box, colour_of(d.data.series_names[s], s), d.data.series_names[s]});
  if (spread) legend.push_back({Swatch::line, "#111", "P10 to P90"});
  if (strong) legend.push_back({Swatch::outline, "", "critical"});
  if (const std::string unit = scale_of(d.figure.unit, std::max(-low, high)).unit; !unit.empty())
    legend.push_back({Swatch::none, "", unit});
  double y = legend.empty() ? top - 12 : draw_legend(canvas, sheet_margin, top, "", legend) - 8;

  const double left = sheet_margin + std::min(most_name, names) + 10 + (low < 0 ? numbers + 6 : 0),
               right = sheet_width - sheet_margin - (high > 0 ? numbers + 6 : 0);
  const auto x = [&](double value) { return left + (right - left) * (value - low) / (high - low); };
  double total_height = 0;
  for (std::size_t i = 0; i < shown; ++i)
    total_height += static_cast<double>(rows[i].bars.size()) * bar_height + row_gap;
  for (const double value : number_ticks(low, high, 6).values)
    canvas.line({x(value), y}, {x(value), y + total_height}, value == 0 ? "stroke=\"#888\"" : "stroke=\"#eee\"");

  for (std::size_t i = 0; i < shown; ++i) {
    const RankedRow& row = rows[i];
    const double height = static_cast<double>(row.bars.size()) * bar_height;
    canvas.text(sheet_margin + std::min(most_name, names), y + row_gap / 2 + height / 2 + 4,
                shortened_within(row.name, text_size, most_name), Anchor::end);
    for (std::size_t k = 0; k < row.bars.size(); ++k) {
      const RankedBar& bar = row.bars[k];
      const Extent& e = extents[i][k];
      const double above = y + row_gap / 2 + static_cast<double>(k) * bar_height, middle = above + bar_height / 2;
      const bool total = falls && i + 1 == rows.size();
      canvas.rect(
          std::min(x(e.from), x(e.to)), above, std::fabs(x(e.to) - x(e.from)), bar_height - 1,
          fmt::format("fill=\"{}\"{}", total ? "#333333" : colour_of(d.data.series_names[bar.series], bar.series),
                      bar.strong ? " stroke=\"#111\" stroke-width=\"1.8\"" : ""));
      const double p10 = e.to + finite_or(bar.value.p10, bar.value.p50) - bar.value.p50,
                   p90 = e.to + finite_or(bar.value.p90, bar.value.p50) - bar.value.p50;
      if (p90 > p10) canvas.line({x(p10), middle}, {x(p90), middle}, "stroke=\"#111\" stroke-width=\"1.6\"");
      const std::string number = number_text(d.figure.unit, bar.value.p50);
      const double before = std::min({x(e.from), x(e.to), x(p10)}) - 5,
                   after = std::max({x(e.from), x(e.to), x(p90)}) + 5;
      // A part of a waterfall that takes away may end where the names do.
      const bool room = before - text_width(number, text_size) > sheet_margin + std::min(most_name, names) + 4;
      if (bar.value.p50 < 0 && room) canvas.text(before, middle + 4, number, Anchor::end);
      else canvas.text(after, middle + 4, number);
    }
    y += height + row_gap;
  }
  if (shown < rows.size()) {
    y += 16;
    canvas.text(sheet_margin, y, fmt::format("and {} more rows", rows.size() - shown), Anchor::start, text_size,
                "#555");
  }
  return y;
}

}  // namespace orrery::report
