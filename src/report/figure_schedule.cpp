// Schedules: bars from a day to a day in lanes, each lane in as many rows as keep its bars and their names apart, and
// days of note with their P10 to P90 above them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/figure_axis.h"
#include "report/figure_plots.h"

namespace orrery::report {
namespace {

constexpr double row_height = 19, bar_height = 15, most_lane = 200, size = 11;
constexpr std::size_t most_rows = 150;

/// A bar or a day, and where its name stands.
struct Item {
  double from = 0, to = 0, mark = 0;  ///< px; mark: of a day of note
  bool is_day = false, strong = false;
  std::string name = {}, kind = {};
  double name_x = 0;
  Anchor anchor = Anchor::start;
  std::size_t row = 0;  ///< of its lane
};

struct Lane {
  std::string name = {};
  std::vector<Item> items = {};
  std::size_t rows = 0;
};

Lane& lane_of(std::vector<Lane>& lanes, const std::string& name) {
  for (Lane& lane : lanes)
    if (lane.name == name) return lane;
  return lanes.emplace_back(Lane{name, {}, 0});
}

/// Names within their bars, else behind them, else before them; rows so that nothing meets.
void set_rows(Lane& lane, double left, double right) {
  std::stable_sort(lane.items.begin(), lane.items.end(), [](const Item& a, const Item& b) { return a.from < b.from; });
  std::vector<std::vector<std::pair<double, double>>> taken;
  for (Item& item : lane.items) {
    const double room = std::max(right - item.to, item.from - left) - 8;
    const double width_in = item.to - item.from - 8;
    double width = text_width(item.name, size);
    double begins = item.from, ends = item.to;
    if (!item.is_day && width <= width_in) {
      item.name_x = item.from + 4;
    } else if (width + 8 <= right - item.to || right - item.to >= item.from - left) {
      if (width > room)
        item.name = shortened(item.name, size, std::max(room, width_in)), width = text_width(item.name, size);
      if (width <= right - item.to - 8) item.name_x = item.to + 5, ends = item.name_x + width;
      else item.name_x = item.from + 4;
    } else {
      if (width > room) item.name = shortened(item.name, size, room), width = text_width(item.name, size);
      item.name_x = item.from - 5, item.anchor = Anchor::end, begins = item.name_x - width;
    }
    const auto free = [&](const auto& row) {
      return std::all_of(row.begin(), row.end(),
                         [&](const auto& other) { return other.second + 4 <= begins || ends + 4 <= other.first; });
    };
    item.row = static_cast<std::size_t>(std::find_if(taken.begin(), taken.end(), free) - taken.begin());
    if (item.row == taken.size()) taken.emplace_back();
    taken[item.row].emplace_back(begins, ends);
  }
  lane.rows = taken.size();
}

}  // namespace

double draw_schedule(Canvas& canvas, const Drawing& d, double top) {
  double from = infinity, to = -infinity;
  for (const ScheduleBar& bar : d.data.bars) {
    from = std::min(from, bar.from), to = std::max(to, bar.from);
    if (std::isfinite(bar.to)) to = std::max(to, bar.to);
  }
  for (const Series& series : d.data.series)
    for (const Point& p : series.points) {
      from = std::min({from, p.early, p.at()}), to = std::max(to, p.at());
      if (std::isfinite(p.late)) to = std::max(to, p.late);
    }
  if (!(to > from)) to = from + 30;
  const double pad = 0.01 * (to - from);
  from -= pad, to += pad;

  double names = 0;
  for (const ScheduleBar& bar : d.data.bars) names = std::max(names, text_width(bar.lane, text_size));
  for (const Series& series : d.data.series) names = std::max(names, text_width(series.name, text_size));
  const double left = sheet_margin + std::min(most_lane, names) + 10, right = sheet_width - sheet_margin;
  const auto x = [&](double day) {
    return std::isfinite(day) ? left + (right - left) * (day - from) / (to - from) : right;
  };

  std::vector<Lane> lanes;
  std::vector<std::string> kinds;
  for (const Series& series : d.data.series)
    for (const Point& p : series.points)
      lane_of(lanes, series.name)
          .items.push_back({x(std::min(p.early, p.at())), std::max(x(p.late), x(p.at()) + 5), x(p.at()), true, false,
                            p.name, "", 0, Anchor::start, 0});
  bool strong = false;
  for (const ScheduleBar& bar : d.data.bars) {
    lane_of(lanes, bar.lane)
        .items.push_back({x(bar.from), std::max(x(bar.to), x(bar.from) + 1.5), 0, false, bar.strong, bar.name, bar.kind,
                          0, Anchor::start, 0});
    strong = strong || bar.strong;
    if (!bar.kind.empty() && std::find(kinds.begin(), kinds.end(), bar.kind) == kinds.end()) kinds.push_back(bar.kind);
  }
  std::size_t rows = 0, left_out = 0;
  for (Lane& lane : lanes) {
    set_rows(lane, left, right);
    if (rows + lane.rows > most_rows) left_out += lane.items.size(), lane.rows = 0;
    rows += lane.rows;
  }
  lanes.erase(std::remove_if(lanes.begin(), lanes.end(), [](const Lane& lane) { return lane.rows == 0; }), lanes.end());

  std::vector<LegendEntry> legend;
  for (std::size_t k = 0; k < kinds.size(); ++k) legend.push_back({Swatch::box, colour_of(kinds[k], k), kinds[k]});
  for (const study::Layer& layer : d.figure.layers)
    if (strong && !layer.strong.empty()) legend.push_back({Swatch::outline, "", layer.strong});
  double y = legend.empty() ? top - 10 : draw_legend(canvas, sheet_margin, top, "", legend) - 8;
  double bottom = y + 6;
  for (const Lane& lane : lanes) bottom += static_cast<double>(lane.rows) * row_height + 6;
  const double lowest = draw_days(canvas, from, to, left, right, y, bottom);

  y += 6;
  for (std::size_t l = 0; l < lanes.size(); ++l) {
    const Lane& lane = lanes[l];
    const double height = static_cast<double>(lane.rows) * row_height;
    if (l % 2 == 0)
      canvas.rect(sheet_margin, y - 3, right - sheet_margin, height + 6, "fill=\"#1f4e9c\" fill-opacity=\"0.05\"");
    canvas.text(left - 8, y + 13, shortened_within(lane.name, text_size, most_lane), Anchor::end);
    for (const Item& item : lane.items) {
      const double above = y + static_cast<double>(item.row) * row_height + 2, middle = above + bar_height / 2;
      if (item.is_day) {
        if (item.to > item.from)
          canvas.line({item.from, middle}, {item.to, middle},
                      "stroke=\"#1f4e9c\" stroke-width=\"7\" stroke-opacity=\"0.35\"");
        canvas.line({item.mark, middle - 7}, {item.mark, middle + 7}, "stroke=\"#1f4e9c\" stroke-width=\"3\"");
      } else {
        const std::size_t kind =
            static_cast<std::size_t>(std::find(kinds.begin(), kinds.end(), item.kind) - kinds.begin());
        const std::string colour = colour_of(item.kind, kind);
        canvas.rect(item.from, above, item.to - item.from, bar_height,
                    fmt::format("fill=\"{0}\" fill-opacity=\"0.55\" stroke=\"{1}\" stroke-width=\"{2}\"", colour,
                                item.strong ? "#111" : colour, item.strong ? "1.8" : "0.8"));
      }
      if (!item.name.empty()) canvas.text(item.name_x, middle + 4, item.name, item.anchor, size, "#111");
    }
    y += height + 6;
  }
  if (left_out == 0) return lowest;
  std::string words = fmt::format("and {} more bars", left_out);
  if (!d.data.choices.empty())
    words += fmt::format("; --figure {}=NAME shows those of one {}", d.figure.key, d.figure.choose);
  canvas.text(sheet_margin, lowest + 18, words, Anchor::start, text_size, "#555");
  return lowest + 18;
}

}  // namespace orrery::report
