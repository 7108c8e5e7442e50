#include "report/figure_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/table.h"
#include "report/figure_axis.h"
#include "report/figure_data.h"

namespace orrery::report {
namespace {

using namespace study;

constexpr std::size_t least_columns = 40, most_blocks = 60, least_blocks = 12;
/// Share of the largest number of a course below which another is nought.
constexpr double dust = 1e-6;

/// The band of a figure, else its first line.
const Series* series_of(const FigureData& data) {
  for (const Mark mark : {Mark::band, Mark::line, Mark::step})
    for (const Series& s : data.series)
      if (s.mark == mark) return &s;
  return nullptr;
}

/// The rows of a series with numbers.
std::vector<const Point*> numbers_of(const Series& series) {
  std::vector<const Point*> out;
  for (const Point& p : series.points)
    if (p.value) out.push_back(&p);
  return out;
}

/// The lowest and the highest number, or nought.
std::pair<double, double> reach_of(const std::vector<const Point*>& points) {
  double low = 0, high = 0;
  for (const Point* p : points) low = std::min(low, p->value->p50), high = std::max(high, p->value->p50);
  return {low, high};
}

/// So many blocks over the time of the points, each as high as the last number by its middle, from low to high.
std::string blocks_of(const std::vector<const Point*>& points, std::size_t count, double low, double high) {
  static constexpr const char* blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const double from = points.front()->from, to = points.back()->at();
  std::string out;
  std::size_t at = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double day = from + (to - from) * (static_cast<double>(i) + 0.5) / static_cast<double>(count);
    while (at + 1 < points.size() && points[at + 1]->from <= day) ++at;
    const double number = points[at]->value->p50;
    const double size = low == 0 ? std::fabs(number) : number;  // what stands below nought of a course
    out += blocks[static_cast<std::size_t>(std::lround(7 * (size - low) / (high - low)))];
  }
  return out;
}

/// "450 MW 2025-08": a number with its month or day.
std::string number_and_day(const Figure& figure, const Point& p) {
  const std::string day = Date{static_cast<int>(p.from)}.text();
  return number_text(figure.unit, p.value->p50) + ' ' + (p.from < p.to ? day.substr(0, 7) : day);
}

}  // namespace

std::string figure_lines(const Document& document, std::size_t columns) {
  columns = std::max(columns, least_columns);
  struct Line {
    std::string name, words;
    std::vector<const Point*> points;
    double low = 0, high = 0;
  };
  std::vector<FigureData> all;  // whose points the lines point at
  all.reserve(document.figures.size());
  std::vector<Line> lines;
  std::size_t names = 0, words = 0;
  for (const Figure& figure : document.figures) {
    if (figure.in_line.empty()) continue;
    const FigureData& data = all.emplace_back(figure_data(document, figure));
    if (figure.plot == Plot::course) {
      // All series by their size on one scale, each beside the words of its range.
      const std::size_t first = lines.size();
      double most = 0;
      for (const Series& s : data.series)
        for (const Point* p : numbers_of(s)) most = std::max(most, std::fabs(p->value->p50));
      for (const Series& s : data.series) {
        Line line{s.name, "", numbers_of(s), 0, most};
        double low = infinity, high = 0;
        for (const Point* p : line.points) {
          const double size = std::fabs(p->value->p50) < dust * most ? 0 : std::fabs(p->value->p50);
          low = std::min(low, size), high = std::max(high, size);
        }
        if (line.points.size() < 2 || high == 0) continue;
        line.words = number_text(figure.unit, high);
        if (const std::string from = number_text(figure.unit, low); from != line.words)
          line.words = from + " to " + line.words;
        names = std::max(names, line.name.size()), words = std::max(words, line.words.size());
        lines.push_back(std::move(line));
      }
      if (first == lines.size()) continue;
      lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(first), {figure.in_line, "", {}});
      continue;
    }
    const Series* series = series_of(data);
    std::vector<const Point*> points = series ? numbers_of(*series) : std::vector<const Point*>{};
    const auto size = [](const Point* a, const Point* b) {
      return std::fabs(a->value->p50) < std::fabs(b->value->p50);
    };
    const auto peak = std::max_element(points.begin(), points.end(), size);
    if (points.size() < 2 || (*peak)->value->p50 == 0) continue;
    std::string told = number_and_day(figure, *points.front()) + " to " + number_and_day(figure, *points.back());
    if (*peak != points.front() && (*peak)->value->p50 != points.back()->value->p50)
      told += ((*peak)->value->p50 < 0 ? ", least " : ", most ") + number_and_day(figure, **peak);
    names = std::max(names, figure.in_line.size()), words = std::max(words, told.size());
    const auto [low, high] = reach_of(points);
    lines.push_back({figure.in_line, std::move(told), std::move(points), low, high});
  }
  const std::size_t before = 2 + names + 2;
  const bool beside = before + least_blocks + 2 + words <= columns;
  const std::size_t blocks = std::min(most_blocks, columns - before - (beside ? 2 + words : 0));
  std::string out;
  for (const Line& line : lines) {
    if (line.points.empty()) {
      out += fmt::format("  {}\n", line.name);
      continue;
    }
    out += fmt::format("  {:<{}}  {}", line.name, names, blocks_of(line.points, blocks, line.low, line.high));
    out += beside ? fmt::format("  {}\n", line.words)
                  : '\n' + wrapped(fmt::format("{:<{}}{}\n", "", before, line.words), columns);
  }
  return out;
}

}  // namespace orrery::report
