// Values over time: stacks, bars, bands, lines and points on one axis, and below it strips of what a text says.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "report/figure_axis.h"
#include "report/figure_plots.h"

namespace orrery::report {
namespace {

using study::Mark;

constexpr std::size_t most_stacked = 12, most_drawn = 12, most_strips = 12;
constexpr double plot_height = 300, tick_size = 11;
/// Limits that rise this often over all else of a figure are cut a little above it: a limit far away would flatten
/// what it limits.
constexpr double far_above = 3, cut_above = 1.5;

/// A series with its colour and name in the legend.
struct Drawn {
  Series series;
  std::string colour = {}, name = {};
  bool above = false;  ///< all of it is above the picture
};

/// A number from a day to a day, both ends where a series holds it.
struct Segment {
  double from = 0, to = 0, value = 0, end_value = 0;  ///< end_value: of rows of days that of the next, which it runs to
  Spread spread = {};
};

/// The steps of a series: each of a period, or from a row to the next.
std::vector<Segment> segments_of(const Series& s, double end) {
  std::vector<Segment> out;
  for (std::size_t i = 0; i < s.points.size(); ++i) {
    const Point& p = s.points[i];
    const Point* next = i + 1 < s.points.size() ? &s.points[i + 1] : nullptr;
    const double until = p.from < p.to ? p.to : next ? next->from : std::max(end, p.from);
    if (!p.value || !(until > p.from)) continue;
    const bool runs = p.from >= p.to && next && next->value;
    out.push_back({p.from, until, p.value->p50, runs ? next->value->p50 : p.value->p50, *p.value});
  }
  return out;
}

/// The height of an area from a day to a day, straight between them.
struct Slope {
  double from = 0, to = 0;
};

/// That of a series between two breaks of a stack that none of its rows lies between.
Slope slope_of(const std::vector<Segment>& segments, double from, double to) {
  const auto after =
      std::upper_bound(segments.begin(), segments.end(), from, [](double d, const Segment& s) { return d < s.from; });
  if (after == segments.begin()) return {};
  const Segment& s = *(after - 1);
  if (!(from < s.to)) return {};
  const auto at = [&](double day) { return s.value + (s.end_value - s.value) * (day - s.from) / (s.to - s.from); };
  return {at(from), at(to)};
}

/// Stacked areas: their breaks, and the height of each series between them.
struct Stack {
  std::vector<double> days;                 ///< breaks, one more than heights of a series
  std::vector<std::vector<Slope>> heights;  ///< by series
};

Stack stack_of(const std::vector<Drawn>& series, double end) {
  std::vector<std::vector<Segment>> segments;
  std::set<double> days;
  for (const Drawn& d : series) {
    segments.push_back(segments_of(d.series, end));
    for (const Segment& s : segments.back()) days.insert(s.from), days.insert(s.to);
  }
  Stack out{{days.begin(), days.end()}, {}};
  for (const std::vector<Segment>& of : segments) {
    std::vector<Slope>& heights = out.heights.emplace_back();
    for (std::size_t i = 0; i + 1 < out.days.size(); ++i) heights.push_back(slope_of(of, out.days[i], out.days[i + 1]));
  }
  return out;
}

/// Small series of a stack as one, so that at most so many are drawn.
void merge_small(std::vector<Drawn>& series, Stack& stack) {
  if (series.size() <= most_stacked) return;
  std::vector<std::pair<double, std::size_t>> by_area;
  for (std::size_t s = 0; s < series.size(); ++s) {
    double area = 0;
    for (std::size_t i = 0; i < stack.heights[s].size(); ++i)
      area += std::fabs(stack.heights[s][i].from + stack.heights[s][i].to) * (stack.days[i + 1] - stack.days[i]);
    by_area.emplace_back(-area, s);
  }
  std::sort(by_area.begin(), by_area.end());
  std::vector<bool> small(series.size(), true);
  for (std::size_t i = 0; i + 1 < most_stacked; ++i) small[by_area[i].second] = false;
  std::vector<Drawn> kept;
  std::vector<std::vector<Slope>> heights;
  std::vector<Slope> rest(stack.heights.front().size());
  for (std::size_t s = 0; s < series.size(); ++s) {
    if (!small[s]) {
      kept.push_back(std::move(series[s])), heights.push_back(std::move(stack.heights[s]));
      continue;
    }
    for (std::size_t i = 0; i < rest.size(); ++i)
      rest[i].from += stack.heights[s][i].from, rest[i].to += stack.heights[s][i].to;
  }
  kept.push_back({{}, "#9aa3ab", fmt::format("{} others", series.size() - kept.size()), false});
  heights.push_back(std::move(rest));
  series = std::move(kept), stack.heights = std::move(heights);
}

/// The series of a mark that have numbers, the first so many of them.
std::vector<Drawn> drawn_of(const std::vector<Series>& all, Mark mark, std::size_t& left_out) {
  std::vector<Drawn> out;
  for (const Series& s : all) {
    const bool any = std::any_of(s.points.begin(), s.points.end(),
                                 [&](const Point& p) { return p.value && (mark != Mark::stack || p.value->p50 != 0); });
    if (s.mark != mark || !any) continue;
    if (mark != Mark::stack && out.size() == most_drawn) ++left_out;
    else out.push_back({s, "", s.name, false});
  }
  return out;
}

/// Where things stand on the sheet.
struct Axes {
  double from = 0, to = 1, low = 0, high = 1;  ///< days, numbers
  double left = 0, right = 0, top = 0, bottom = 0;
  double x(double day) const { return left + (right - left) * (std::min(day, to) - from) / (to - from); }
  double y(double value) const {
    const double v = std::clamp(value, low - 2 * (high - low), high + 2 * (high - low));
    return bottom - (bottom - top) * (v - low) / (high - low);
  }
};

/// A line through places, solid to a day (infinite: all along) and dashed after it.
void draw_line(Canvas& canvas, const Axes& axes, const std::vector<std::pair<double, double>>& days_and_values,
               double known, const std::string& style) {
  std::vector<Place> solid, dashed;
  for (std::size_t i = 0; i < days_and_values.size(); ++i) {
    const auto& [day, value] = days_and_values[i];
    const Place at{axes.x(day), axes.y(value)};
    if (day <= known) {
      solid.push_back(at);
      continue;
    }
    if (dashed.empty() && i > 0) {
      const auto& [day_before, value_before] = days_and_values[i - 1];
      const double share = day > day_before ? (known - day_before) / (day - day_before) : 0;
      const Place between{axes.x(known), axes.y(value_before + share * (value - value_before))};
      solid.push_back(between), dashed.push_back(between);
    }
    dashed.push_back(at);
  }
  canvas.path(solid, false, style);
  canvas.path(dashed, false, style + " stroke-dasharray=\"6 3\"");
}

/// Runs of rows that have a number, as days and P50; a step holds to the next row.
std::vector<std::vector<std::pair<double, double>>> runs_of(const Series& s, double end) {
  std::vector<std::vector<std::pair<double, double>>> out;
  bool open = false;
  for (std::size_t i = 0; i < s.points.size(); ++i) {
    const Point& p = s.points[i];
    if (!p.value) {
      open = false;
      continue;
    }
    if (!open) out.emplace_back(), open = true;
    if (s.mark != Mark::step) {
      out.back().emplace_back(p.at(), p.value->p50);
      continue;
    }
    const double until = p.from < p.to ? p.to : i + 1 < s.points.size() ? s.points[i + 1].from : end;
    out.back().emplace_back(p.from, p.value->p50), out.back().emplace_back(until, p.value->p50);
  }
  return out;
}

void draw_band(Canvas& canvas, const Axes& axes, const Drawn& d, double opacity) {
  std::vector<Place> around;
  const auto flush = [&] {
    canvas.path(around, true, fmt::format("fill=\"{}\" fill-opacity=\"{}\"", d.colour, opacity));
    around.clear();
  };
  std::vector<Place> upper;
  for (std::size_t i = 0; i <= d.series.points.size(); ++i) {
    const Point* p = i < d.series.points.size() ? &d.series.points[i] : nullptr;
    if (p && p->value) {
      around.push_back({axes.x(p->at()), axes.y(p->value->p10)});
      upper.push_back({axes.x(p->at()), axes.y(p->value->p90)});
      continue;
    }
    around.insert(around.end(), upper.rbegin(), upper.rend());
    upper.clear();
    flush();
  }
}

void draw_points(Canvas& canvas, const Axes& axes, const Drawn& d) {
  const bool many = d.series.points.size() > most_drawn;  // thin, or they hide all else
  for (const Point& p : d.series.points) {
    if (!p.value) continue;
    const Place at{axes.x(p.at()), axes.y(p.value->p50)};
    if (p.late > p.early) {
      canvas.line({axes.x(p.early), at.y}, {axes.x(p.late), at.y},
                  fmt::format("stroke=\"{}\" stroke-width=\"{}\" stroke-opacity=\"0.45\"", d.colour, many ? 1 : 7));
      const double half = many ? 4 : 8;
      canvas.line({at.x, at.y - half}, {at.x, at.y + half},
                  fmt::format("stroke=\"{}\" stroke-width=\"{}\"", d.colour, many ? 1.5 : 3));
      continue;
    }
    if (p.value->p10 < p.value->p90)
      canvas.line({at.x, axes.y(p.value->p10)}, {at.x, axes.y(p.value->p90)},
                  fmt::format("stroke=\"{}\" stroke-width=\"1.6\"", d.colour));
    canvas.circle(at, 4.5, fmt::format("fill=\"{}\" stroke=\"white\"", d.colour));
  }
}

/// Strips below the axis, each with what it is of before it. Gives the px below the last.
double draw_strips(Canvas& canvas, const Axes& axes, const std::vector<Strip>& all, double y) {
  constexpr double height = 13, gap = 5;
  std::vector<const Strip*> shown;
  for (const Strip& s : all) shown.push_back(&s);
  std::string rest;
  std::size_t others = 0;
  if (shown.size() > most_strips) {
    std::vector<const Strip*> by_size = shown;
    std::stable_sort(by_size.begin(), by_size.end(), [](const Strip* a, const Strip* b) { return a->size > b->size; });
    by_size.resize(most_strips);
    const auto is_small = [&](const Strip* s) { return std::find(by_size.begin(), by_size.end(), s) == by_size.end(); };
    for (const Strip* s : shown)
      if (is_small(s)) rest += (rest.empty() ? "" : ", ") + s->of, ++others;
    shown.erase(std::remove_if(shown.begin(), shown.end(), is_small), shown.end());
  }
  std::vector<LegendEntry> legend;
  for (const Strip* s : shown) {
    if (!s->of.empty())
      canvas.text(axes.left - 8, y + 11, shortened(s->of, tick_size, axes.left - 12), Anchor::end, tick_size, "#444");
    for (const Span& span : s->spans) {
      const double from = std::max(span.from, axes.from), to = std::min(span.to, axes.to);
      if (to <= from || span.text.empty()) continue;
      auto known =
          std::find_if(legend.begin(), legend.end(), [&](const LegendEntry& e) { return e.name == span.text; });
      if (known == legend.end())
        known = legend.insert(legend.end(), {Swatch::box, colour_of(span.text, legend.size()), span.text});
      canvas.rect(axes.x(from), y, axes.x(to) - axes.x(from), height, fmt::format("fill=\"{}\"", known->colour));
    }
    y += height + gap;
  }
  if (others > 0) {
    y += 11;
    canvas.text(sheet_margin, y, fmt::format("{} smaller, not drawn: {}", others, rest), Anchor::start, tick_size,
                "#555");
    y += 8;
  }
  return draw_legend(canvas, sheet_margin, y + 14, shown.front()->name + ":", legend) - 18;
}

/// First and last day of a figure.
std::pair<double, double> days_of(const FigureData& data) {
  double from = infinity, to = -infinity;
  for (const Series& s : data.series)
    for (const Point& p : s.points) {
      const bool fills = s.mark == Mark::bar || s.mark == Mark::stack || s.mark == Mark::step;
      from = std::min({from, fills ? p.from : p.at(), std::isfinite(p.early) ? p.early : p.at()});
      to = std::max(to, p.to);
      if (std::isfinite(p.late)) to = std::max(to, p.late);
    }
  for (const Strip& s : data.strips)
    for (const Span& span : s.spans) {
      from = std::min(from, span.from), to = std::max(to, span.from);
      if (std::isfinite(span.to)) to = std::max(to, span.to);
    }
  return {from, to > from ? to : from + 30};
}

/// Days after the last change that are still drawn, at least.
constexpr double after_last_change = 60;

/// What stands on the sheet over time, in the order in which it is drawn.
struct Layers {
  std::vector<Drawn> stacks, bars, bands, lines, points;
  Stack stack;
  std::size_t left_out = 0;

  std::vector<std::vector<Drawn>*> each() { return {&stacks, &bars, &bands, &lines, &points}; }
};

/// A band without a spread that is called as a line is says the same and is left out.
void leave_out_twins(Layers& l) {
  std::erase_if(l.bands, [&](const Drawn& band) {
    return !band.series.spread &&
           std::any_of(l.lines.begin(), l.lines.end(), [&](const Drawn& line) { return line.name == band.name; });
  });
}

/// The last day on which what holds from a row on still holds.
double end_of(const Drawing& d, double axis_end) {
  return d.figure.ends ? std::min(axis_end, static_cast<double>(d.figure.ends->days)) : axis_end;
}

Layers layers_of(const Drawing& d, double end) {
  Layers l;
  const std::vector<Series>& all = d.data.series;
  l.stacks = drawn_of(all, Mark::stack, l.left_out);
  l.bars = drawn_of(all, Mark::bar, l.left_out);
  l.bands = drawn_of(all, Mark::band, l.left_out);
  l.lines = drawn_of(all, Mark::line, l.left_out);
  for (Drawn& step : drawn_of(all, Mark::step, l.left_out)) l.lines.push_back(std::move(step));
  l.points = drawn_of(all, Mark::points, l.left_out);
  leave_out_twins(l);
  l.stack = stack_of(l.stacks, end);
  if (!l.stacks.empty()) merge_small(l.stacks, l.stack);
  std::size_t number = 0;
  for (std::vector<Drawn>* of : l.each())
    for (Drawn& x : *of)
      if (x.colour.empty()) x.colour = colour_of(x.name, number++);
  return l;
}

/// What is below nought stands on what is below it already, and all else on what is above.
bool is_below(const Slope& s) {
  return s.from + s.to < 0;
}

/// Lowest and highest number drawn; of the limits what lies within reach of the rest.
std::pair<double, double> numbers_of(Layers& l) {
  double low = infinity, high = -infinity;
  const auto take = [&](double x) {
    if (std::isfinite(x)) low = std::min(low, x), high = std::max(high, x);
  };
  for (std::size_t i = 0; i + 1 < l.stack.days.size(); ++i) {
    Slope sum, below;
    for (const std::vector<Slope>& heights : l.stack.heights) {
      Slope& onto = is_below(heights[i]) ? below : sum;
      take(onto.from += heights[i].from), take(onto.to += heights[i].to);
    }
  }
  for (const auto* of : {&l.bars, &l.bands, &l.points})
    for (const Drawn& d : *of)
      for (const Point& p : d.series.points)
        if (p.value) take(p.value->p10), take(p.value->p50), take(p.value->p90);
  const double base_low = low;
  double highest = -infinity;
  for (const Drawn& d : l.lines)
    for (const Point& p : d.series.points)
      if (p.value && d.series.limit) highest = std::max(highest, p.value->p50);
      else if (p.value) take(p.value->p50);
  const double most = high > 0 && highest > far_above * high ? cut_above * high : infinity;
  for (Drawn& d : l.lines) {
    if (!d.series.limit) continue;
    double top = -infinity, bottom = infinity;
    for (const Point& p : d.series.points)
      if (p.value)
        top = std::max(top, p.value->p50), bottom = std::min(bottom, p.value->p50), take(std::min(p.value->p50, most));
    d.above = bottom > most;
    if (top > most) d.name += d.above ? " (far above)" : " (cut at the top)";
  }
  if (!(high >= low)) return {0, 1};
  const bool lines_alone = l.stacks.empty() && l.bars.empty() && !std::isfinite(base_low);
  // Lines that keep far from nought need not show it.
  // A course that is flat but for rounding stands above nought.
  const double nought = lines_alone && low > 0.7 * high && high - low > 1e-6 * high ? low : 0;
  low = std::min(low, nought), high = std::max(high, nought > 0 ? high : 0);
  if (!(high > low)) high = low + 1;
  const double room = 0.06 * (high - low);
  return {low < 0 || nought > 0 ? low - room : low, high + room};
}

std::vector<LegendEntry> legend_of(const Layers& l, const Drawing& d, const Axes& axes, const Scale& scale) {
  std::vector<LegendEntry> out;
  if (!scale.unit.empty()) out.push_back({Swatch::none, "", scale.unit + ":"});
  for (const Drawn& x : l.stacks) out.push_back({Swatch::box, x.colour, x.name});
  for (const Drawn& x : l.bars) out.push_back({Swatch::box, x.colour, x.name});
  for (const Drawn& x : l.bands) out.push_back({x.series.spread ? Swatch::area : Swatch::line, x.colour, x.name});
  for (const Drawn& x : l.lines) out.push_back({x.above ? Swatch::none : Swatch::line, x.colour, x.name});
  for (const Drawn& x : l.points) {
    const bool whisker =
        std::any_of(x.series.points.begin(), x.series.points.end(), [](const Point& p) { return p.late > p.early; });
    out.push_back({whisker ? Swatch::whisker : Swatch::circle, x.colour, x.name});
  }
  if (l.left_out > 0) out.push_back({Swatch::none, "", fmt::format("and {} more, not drawn", l.left_out)});
  const bool lines = !l.lines.empty() || !l.bands.empty();
  if (lines && d.figure.known_until && d.figure.known_until->days < axes.to)
    out.push_back({Swatch::dashed, "#777", "after " + d.figure.known_until->text() + ", the last day observed"});
  return out;
}

void draw_layers(Canvas& canvas, const Layers& l, const Drawing& d, const Axes& axes) {
  std::vector<Slope> above(l.stack.days.empty() ? 0 : l.stack.days.size() - 1), below = above;
  for (std::size_t s = 0; s < l.stacks.size(); ++s) {
    std::vector<Place> around, upper;
    for (std::size_t i = 0; i < above.size(); ++i) {
      Slope& base = is_below(l.stack.heights[s][i]) ? below[i] : above[i];
      const double from = axes.x(l.stack.days[i]), to = axes.x(l.stack.days[i + 1]);
      around.push_back({from, axes.y(base.from)}), around.push_back({to, axes.y(base.to)});
      base.from += l.stack.heights[s][i].from, base.to += l.stack.heights[s][i].to;
      upper.push_back({from, axes.y(base.from)}), upper.push_back({to, axes.y(base.to)});
    }
    around.insert(around.end(), upper.rbegin(), upper.rend());
    canvas.path(around, true, fmt::format("fill=\"{}\" fill-opacity=\"0.8\"", l.stacks[s].colour));
  }
  for (std::size_t k = 0; k < l.bars.size(); ++k)
    for (const Segment& s : segments_of(l.bars[k].series, end_of(d, axes.to))) {
      const double width = (axes.x(s.to) - axes.x(s.from)) * 0.84 / static_cast<double>(l.bars.size());
      const double x = axes.x(s.from) + (axes.x(s.to) - axes.x(s.from)) * 0.08 + width * static_cast<double>(k);
      const double y = std::min(axes.y(0), axes.y(s.value));
      canvas.rect(x, y, std::max(width, 0.8), std::fabs(axes.y(s.value) - axes.y(0)),
                  fmt::format("fill=\"{}\"", l.bars[k].colour));
      if (s.spread.p10 < s.spread.p90)
        canvas.line({x + width / 2, axes.y(s.spread.p10)}, {x + width / 2, axes.y(s.spread.p90)},
                    "stroke=\"#111\" stroke-width=\"1.6\"");
    }
  const double known = d.figure.known_until ? static_cast<double>(d.figure.known_until->days) : infinity;
  for (const Drawn& band : l.bands)
    if (band.series.spread) draw_band(canvas, axes, band, l.bands.size() > 2 ? 0.1 : 0.22);
  for (const auto* of : {&l.bands, &l.lines})
    for (const Drawn& x : *of)
      for (const auto& run :
           x.above ? std::vector<std::vector<std::pair<double, double>>>{} : runs_of(x.series, end_of(d, axes.to)))
        draw_line(canvas, axes, run, known, fmt::format("fill=\"none\" stroke=\"{}\" stroke-width=\"2\"", x.colour));
  for (const Drawn& x : l.points) draw_points(canvas, axes, x);
}

}  // namespace

double last_change(const Drawing& d) {
  const auto [from, to] = days_of(d.data);
  double last = from;
  for (const Series& s : d.data.series) {
    if (s.points.empty()) continue;
    if (s.mark == Mark::bar || s.mark == Mark::stack) return infinity;  // flows go on
    if (s.mark == Mark::points) {
      for (const Point& p : s.points) last = std::max(last, std::isfinite(p.late) ? p.late : p.at());
      continue;
    }
    double size = 0;
    for (const Point& p : s.points)
      if (p.value && std::isfinite(p.value->p90)) size = std::max(size, std::fabs(p.value->p90));
    const auto same = [&](const Point& a, const Point& b) {
      if (!a.value || !b.value) return !a.value && !b.value;
      const auto near = [&](double x, double y) { return x == y || std::fabs(x - y) <= 1e-6 * size; };
      return near(a.value->p10, b.value->p10) && near(a.value->p50, b.value->p50) && near(a.value->p90, b.value->p90);
    };
    for (std::size_t i = s.points.size() - 1; i > 0; --i)
      if (!same(s.points[i - 1], s.points[i])) {
        last = std::max(last, s.points[i].at());
        break;
      }
  }
  for (const Strip& s : d.data.strips)
    if (!s.spans.empty()) last = std::max(last, s.spans.back().from);
  return last + std::max(after_last_change, 0.1 * (last - from)) < to ? last : infinity;
}

double draw_time(Canvas& canvas, const Drawing& d, double top) {
  Axes axes;
  const bool course = d.figure.plot == study::Plot::course;
  std::tie(axes.from, axes.to) = days_of(d.data);
  if (const double last = last_change(d); !course && std::isfinite(last))
    axes.to = last + std::max(after_last_change, 0.1 * (last - axes.from));
  Layers layers = layers_of(d, end_of(d, axes.to));
  std::tie(axes.low, axes.high) = numbers_of(layers);
  const Scale scale = scale_of(d.figure.unit, std::max(std::fabs(axes.low), std::fabs(axes.high)));
  const NumberTicks ticks = number_ticks(axes.low, axes.high, 6);
  double wide = 0;
  for (const double value : ticks.values)
    wide = std::max(wide, text_width(tick_text(scale, value, ticks.step), tick_size));
  for (const Strip& s : d.data.strips) wide = std::max(wide, std::min(130.0, text_width(s.of, tick_size)));
  axes.left = sheet_margin + std::max(30.0, wide) + 8, axes.right = sheet_width - sheet_margin - 8;
  axes.top = draw_legend(canvas, sheet_margin, top, "", legend_of(layers, d, axes, scale)) - 6;
  axes.bottom = axes.top + plot_height;
  const bool numbers = !d.data.series.empty();
  if (!numbers) axes.bottom = axes.top + 4;
  double y = course
                 ? draw_numbers(canvas, d.figure.axis, axes.from, axes.to, axes.left, axes.right, axes.top, axes.bottom)
                 : draw_days(canvas, axes.from, axes.to, axes.left, axes.right, axes.top, axes.bottom);
  if (numbers) {
    for (const double value : ticks.values) {
      canvas.line({axes.left, axes.y(value)}, {axes.right, axes.y(value)},
                  value == 0 ? "stroke=\"#999\"" : "stroke=\"#e4e4e4\"");
      canvas.text(axes.left - 7, axes.y(value) + 4, tick_text(scale, value, ticks.step), Anchor::end, tick_size,
                  "#444");
    }
    canvas.begin_clip(axes.left, axes.top, axes.right - axes.left + 6, plot_height + 1);
    draw_layers(canvas, layers, d, axes);
    canvas.end_clip();
  }
  if (!d.data.strips.empty()) y = draw_strips(canvas, axes, d.data.strips, y + 10);
  return y;
}

}  // namespace orrery::report
