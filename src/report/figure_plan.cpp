// Rectangles where they lie, to scale, and values along a number with both axes by powers of ten.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/figure_axis.h"
#include "report/figure_plots.h"

namespace orrery::report {
namespace {

constexpr double plan_height = 420, powers_height = 340, tick_size = 11;

/// Powers of ten from low to high.
std::vector<double> powers(double low, double high) {
  std::vector<double> out;
  for (double p = std::floor(std::log10(low)); p <= std::ceil(std::log10(high)); ++p) out.push_back(std::pow(10, p));
  return out;
}

}  // namespace

double draw_plan(Canvas& canvas, const Drawing& d, double top) {
  double width = 0, height = 0;
  for (const PlanBox& box : d.data.boxes)
    width = std::max(width, box.x + box.width), height = std::max(height, box.y + box.height);
  std::vector<LegendEntry> legend;
  for (std::size_t s = 0; s < d.data.series_names.size(); ++s)
    legend.push_back({Swatch::box, colour_of(d.data.series_names[s], s), d.data.series_names[s]});
  if (!d.figure.axis.empty())
    legend.push_back({Swatch::none, "", fmt::format("{:.3g} x {:.3g} {}", width, height, d.figure.axis)});
  const double above = draw_legend(canvas, sheet_margin, top, "", legend) - 8;
  const double scale = std::min((sheet_width - 2 * sheet_margin) / width, plan_height / height);
  for (const PlanBox& box : d.data.boxes) {
    const double x = sheet_margin + box.x * scale, y = above + (height - box.y - box.height) * scale,
                 w = box.width * scale, h = box.height * scale;
    canvas.rect(x, y, w, h,
                fmt::format("fill=\"{}\" fill-opacity=\"{}\" stroke=\"#333\" stroke-width=\"0.8\"",
                            colour_of(d.data.series_names[box.series], box.series), box.series == 0 ? "0.25" : "0.55"));
    constexpr double least = 9;
    const std::string words = shortened(box.name, least, w - 4);
    if (h >= least + 3 && words.size() > 3) canvas.text(x + 2, y + least + 1, words, Anchor::start, least);
  }
  return above + height * scale;
}

double draw_powers(Canvas& canvas, const Drawing& d, double top) {
  double left_most = infinity, right_most = 0, low = infinity, high = 0;
  const auto shown = [](const Point& p) { return p.value && p.from > 0 && p.value->p50 > 0; };
  for (const Series& s : d.data.series)
    for (const Point& p : s.points)
      if (shown(p)) {
        left_most = std::min(left_most, p.from), right_most = std::max(right_most, p.from);
        low = std::min(low, p.value->p50), high = std::max(high, p.value->p50);
      }
  if (!(right_most > 0)) return top;
  std::vector<LegendEntry> legend;
  for (std::size_t s = 0; s < d.data.series.size(); ++s)
    legend.push_back({d.data.series[s].mark == study::Mark::points ? Swatch::circle : Swatch::line,
                      colour_of(d.data.series[s].name, s), d.data.series[s].name});
  const double above = draw_legend(canvas, sheet_margin, top, "", legend) - 6, below = above + powers_height;
  const std::vector<double> along = powers(left_most, right_most), up = powers(low, high);
  const double left = sheet_margin + 70, right = sheet_width - sheet_margin - 8;
  const auto share = [](double value, const std::vector<double>& of) {
    return (std::log10(value) - std::log10(of.front())) /
           std::max(std::log10(of.back()) - std::log10(of.front()), 1e-9);
  };
  const auto x = [&](double value) { return left + (right - left) * share(value, along); };
  const auto y = [&](double value) { return below - (below - above) * share(value, up); };
  for (const double at : along) {
    canvas.line({x(at), above}, {x(at), below + 4}, "stroke=\"#e4e4e4\"");
    canvas.text(x(at), below + 16, number_text("", at), Anchor::middle, tick_size, "#444");
  }
  for (const double at : up) {
    canvas.line({left, y(at)}, {right, y(at)}, "stroke=\"#e4e4e4\"");
    canvas.text(left - 7, y(at) + 4, number_text(d.figure.unit, at), Anchor::end, tick_size, "#444");
  }
  canvas.text(right, below + 30, d.figure.axis, Anchor::end, tick_size, "#444");
  for (std::size_t s = 0; s < d.data.series.size(); ++s) {
    const Series& of = d.data.series[s];
    const std::string colour = colour_of(of.name, s);
    std::vector<Place> places;
    for (const Point& p : of.points)
      if (shown(p)) places.push_back({x(p.from), y(p.value->p50)});
    if (of.mark == study::Mark::points)
      for (const Place& at : places) canvas.circle(at, 4.5, fmt::format("fill=\"{}\" stroke=\"white\"", colour));
    else canvas.path(places, false, fmt::format("fill=\"none\" stroke=\"{}\" stroke-width=\"2\"", colour));
  }
  return below + 32;
}

}  // namespace orrery::report
