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

double draw_numbers(Canvas& canvas, const std::string& unit, double from, double to, double left, double right,
                    double top, double y) {
  constexpr double size = 11;
  const auto x = [&](double at) { return left + (right - left) * (at - from) / (to - from); };
  const auto mark = [&](double at, const std::string& label) {
    canvas.line({x(at), top}, {x(at), y + 4}, "stroke=\"#e4e4e4\"");
    canvas.text(x(at), y + 16, label, Anchor::middle, size, "#444");
  };
  if (unit == hours_of_a_year) {
    // Days and months of 1990, which has 365 days.
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const Date first = make_date(1990, 1, 1);
    const bool days = to - from <= 31 * 24;
    const int step = to - from > 10 * 24 ? 7 : 1;
    const auto hour_of = [&](Date day) { return 24.0 * (day - first); };
    Date day = first + static_cast<int>(std::ceil(from / 24));
    if (!days && day.day() > 1) day = next_month(day);
    for (; hour_of(day) <= to; day = days ? day + step : next_month(day)) {
      const char* month = months[day.month() - 1];
      mark(hour_of(day), days ? fmt::format("{} {}", day.day(), month) : month);
    }
    return y + 16;
  }
  const Scale scale = scale_of(unit, std::max(std::fabs(from), std::fabs(to)));
  const NumberTicks ticks = number_ticks(from, to, 8);
  for (const double at : ticks.values) mark(at, tick_text(scale, at, ticks.step));
  if (!scale.unit.empty()) canvas.text(right, y + 29, scale.unit, Anchor::end, size, "#444");
  return y + (scale.unit.empty() ? 16 : 29);
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
    case study::Plot::course:
      bottom = draw_time(canvas, drawing, top);
      break;
    case study::Plot::powers:
      bottom = draw_powers(canvas, drawing, top);
      break;
    case study::Plot::plan:
      bottom = draw_plan(canvas, drawing, top);
      break;
    case study::Plot::schedule:
      bottom = draw_schedule(canvas, drawing, top);
      break;
    case study::Plot::ranking:
    case study::Plot::waterfall:
      bottom = draw_ranking(canvas, drawing, top);
      break;
    case study::Plot::sankey:
      bottom = draw_sankey(canvas, drawing, top);
      break;
  }
  return canvas.file(bottom + 12, document.title + ": " + figure->title);
}

}  // namespace orrery::report
