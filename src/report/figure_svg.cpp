#include "report/figure_svg.h"

#include <fmt/format.h>

#include <cmath>

#include "base/units.h"
#include "report/figure_axis.h"
#include "report/figure_plots.h"

namespace orrery::report {

double draw_days(Canvas& canvas, double from, double to, double left, double right, double top, double y) {
  constexpr double size = 11;
  bool years = false;
  for (const DateTick& tick : date_ticks(from, to, right - left, size)) {
    const double x = left + (right - left) * (tick.day - from) / (to - from);
    canvas.line({x, top}, {x, y + 4}, "stroke=\"#e4e4e4\"");
    canvas.text(x, y + 16, tick.label, Anchor::middle, size, "#444");
    if (!tick.year.empty()) canvas.text(x, y + 29, tick.year, Anchor::middle, size, "#444"), years = true;
  }
  return y + (years ? 29 : 16);
}

std::string svg_of(const study::Document& document, const std::string& named) {
  const auto [figure, data] = figure_of(document, named);
  const Drawing drawing{*figure, data};
  Canvas canvas;
  constexpr double title_size = 16;
  canvas.text(sheet_margin, 27, document.title, Anchor::start, title_size);
  std::string below = figure->title;
  if (!data.chosen.empty()) below += fmt::format("; {}: {}", figure->choose, data.chosen);
  if (document.trials > 0) below += fmt::format("; {} trials", format_count(document.trials));
  if (figure->plot == study::Plot::time)
    if (const double day = last_change(drawing); std::isfinite(day))
      below += fmt::format("; nothing changes after {}", Date{static_cast<int>(day)}.text());
  canvas.text(sheet_margin, 46, below, Anchor::start, text_size, "#444");

  constexpr double top = 70;
  double bottom = top;
  switch (figure->plot) {
    case study::Plot::time:
      bottom = draw_time(canvas, drawing, top);
      break;
    case study::Plot::schedule:
      bottom = draw_schedule(canvas, drawing, top);
      break;
    case study::Plot::ranking:
    case study::Plot::waterfall:
      bottom = draw_ranking(canvas, drawing, top);
      break;
  }
  return canvas.file(bottom + 12, document.title + ": " + figure->title);
}

}  // namespace orrery::report
