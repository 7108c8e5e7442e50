// A Sankey diagram: parties in columns, bands as wide as what flows from one to the other, what flows back round below.
// Where all of it stands is in the tables (study/sankey.h); here lines of text become px.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/figure_axis.h"
#include "report/figure_plots.h"

namespace orrery::report {
namespace {

constexpr double line = 17, party_width = 12;  // px
constexpr int steps = 24;                      // of a curve

/// From one place to another, level at both ends: a cubic Bezier curve.
std::vector<Place> curve_between(Place from, Place to) {
  std::vector<Place> out;
  for (int i = 0; i <= steps; ++i) {
    const double t = static_cast<double>(i) / steps, s = 1 - t;
    const double middle = (from.x + to.x) / 2;
    out.push_back({s * s * s * from.x + 3 * s * s * t * middle + 3 * s * t * t * middle + t * t * t * to.x,
                   s * s * s * from.y + 3 * s * s * t * from.y + 3 * s * t * t * to.y + t * t * t * to.y});
  }
  return out;
}

}  // namespace

double draw_sankey(Canvas& canvas, const Drawing& d, double top) {
  int columns = 1;
  double bottom = 0, beside = 0;  // what flows back needs room at both sides
  for (const SankeyParty& p : d.data.parties)
    columns = std::max(columns, p.column + 1), bottom = std::max(bottom, p.top + p.height);
  for (const SankeyFlow& f : d.data.flows)
    if (f.lane)
      beside = std::max(beside, line * f.width / 2 + 14),
      bottom = std::max(bottom, *f.lane + std::max(1.0, f.width) / 2);
  const double left = sheet_margin + beside, right = sheet_width - sheet_margin - beside - party_width;
  const double apart = columns > 1 ? (right - left) / (columns - 1) : 0;
  const double from_top = top - line * 1.5;
  const auto x = [&](const SankeyParty& p) { return left + apart * p.column; };
  const auto y = [&](double lines) { return from_top + line * lines; };
  const auto colour = [&](std::size_t party) { return colour_of(d.data.parties[party].name, party); };

  for (const SankeyFlow& f : d.data.flows) {
    const SankeyParty &from = d.data.parties[f.from], &to = d.data.parties[f.to];
    const double begin = x(from) + party_width, end = x(to), half = line * f.width / 2;
    if (!f.lane) {
      std::vector<Place> band = curve_between({begin, y(f.from_at) - half}, {end, y(f.to_at) - half});
      const std::vector<Place> below = curve_between({end, y(f.to_at) + half}, {begin, y(f.from_at) + half});
      band.insert(band.end(), below.begin(), below.end());
      canvas.path(band, true, fmt::format("fill=\"{}\" fill-opacity=\"0.35\"", colour(f.from)));
      continue;
    }
    const double out = begin + half + 6, in = end - half - 6;
    canvas.path({{begin, y(f.from_at)},
                 {out, y(f.from_at)},
                 {out, y(*f.lane)},
                 {in, y(*f.lane)},
                 {in, y(f.to_at)},
                 {end, y(f.to_at)}},
                false,
                fmt::format("fill=\"none\" stroke=\"{}\" stroke-opacity=\"0.35\" stroke-width=\"{:.1f}\" "
                            "stroke-linejoin=\"round\"",
                            colour(f.from), std::max(0.5, 2 * half)));
  }
  for (std::size_t p = 0; p < d.data.parties.size(); ++p) {
    const SankeyParty& party = d.data.parties[p];
    canvas.rect(x(party), y(party.top), party_width, line * party.height, fmt::format("fill=\"{}\"", colour(p)));
    double received = 0, paid = 0;
    for (const SankeyFlow& f : d.data.flows) (f.from == p ? paid : received) += f.from == p || f.to == p ? f.amount : 0;
    std::string words = party.name;
    if (received > 0) words += ", in " + number_text(d.figure.unit, received);
    if (paid > 0) words += ", out " + number_text(d.figure.unit, paid);
    const bool at_end = party.column > 0 && party.column + 1 == columns;
    // Two columns' names never meet: each has the room to the next, the last what is left of it.
    const std::string shown = shortened(words, text_size, std::max(60.0, apart - 12));
    if (at_end) canvas.text(x(party) + party_width, y(party.top) - 9, shown, Anchor::end);
    else canvas.text(x(party), y(party.top) - 9, shown);
  }
  for (const SankeyFlow& f : d.data.flows) {
    const SankeyParty& from = d.data.parties[f.from];
    const std::string words = f.what + ' ' + number_text(d.figure.unit, f.amount);
    // Beside the beginning of its band, on it or, of a thin one, above it.
    canvas.text(x(from) + party_width + 6, y(f.from_at) + (f.width > 0.6 ? 4 : -3),
                shortened_within(words, 11, std::max(60.0, apart - party_width - 12)), Anchor::start, 11, "#333");
  }
  return y(bottom);
}

}  // namespace orrery::report
