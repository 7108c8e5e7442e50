#include "site/pue.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/spread.h"

namespace orrery::site {
namespace {

/// The band of a side: what the operator's own scatter and the climate's error come to together.
double side(double own, double slope, double climate) {
  return std::hypot(own, slope * climate);
}

struct Line {
  double base = 0, slope = 0;
};

/// Weighted least squares of PUE over excess.
Line weighted_line(std::span<const PuePlace> places, const std::vector<double>& weights) {
  double w = 0, x = 0, y = 0;
  for (std::size_t i = 0; i < places.size(); ++i)
    w += weights[i], x += weights[i] * places[i].climate.excess, y += weights[i] * places[i].pue;
  x /= w, y /= w;
  double xx = 0, xy = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const double dx = places[i].climate.excess - x;
    xx += weights[i] * dx * dx, xy += weights[i] * dx * (places[i].pue - y);
  }
  // The colder, the better, at worst: compressors do not run more in the cold.
  const double slope = xx > 1e-12 ? std::max(0.0, xy / xx) : 0;
  return {y - slope * x, slope};
}

Line huber_line(std::span<const PuePlace> places) {
  constexpr double tuning = 1.345, to_sigma = 1.4826;
  std::vector<double> weights(places.size(), 1.0), off(places.size());
  Line line;
  for (int pass = 0; pass < 50; ++pass) {
    line = weighted_line(places, weights);
    for (std::size_t i = 0; i < places.size(); ++i)
      off[i] = std::fabs(places[i].pue - line.base - line.slope * places[i].climate.excess);
    const double most = tuning * to_sigma * quantile(off, 0.5);
    for (std::size_t i = 0; i < places.size(); ++i) weights[i] = off[i] > most ? most / off[i] : 1;
    if (most <= 0) break;
  }
  return line;
}

}  // namespace

PueBand pue_at(const PueLine& line, const Climate& climate) {
  const double median = line.base + line.slope * climate.excess;
  const double below = side(line.below, line.slope, climate.excess - climate.low);
  const double above = side(line.above, line.slope, climate.high - climate.excess);
  return {std::max(1.0, median), std::max(1.0, median - below), std::max(1.0, median + above)};
}

PueBand pue_anywhere(const PueLine& line) {
  return {std::max(1.0, line.alone), std::max(1.0, line.alone - line.alone_below),
          std::max(1.0, line.alone + line.alone_above)};
}

PueLine fit_pue(std::span<const PuePlace> places) {
  if (places.size() < 3)
    throw Error({}, "pue", "has fewer than three places of an operator", "take the line of unknown operators");
  const Line line = huber_line(places);
  std::vector<double> published;
  for (const PuePlace& p : places) published.push_back(p.pue);
  PueLine out;
  out.base = line.base, out.slope = line.slope, out.alone = quantile(std::move(published), 0.5);
  return out;
}

std::vector<PuePlace> left_out(std::span<const PuePlace> places, const Point& from) {
  std::vector<PuePlace> rest;
  for (const PuePlace& p : places)
    if (distance(p.at, from) > same_place) rest.push_back(p);
  return rest;
}

std::vector<PueLeftOut> leave_places_out(std::span<const PuePlace> places) {
  std::vector<PueLeftOut> out;
  for (const PuePlace& p : places) out.push_back({&p, fit_pue(left_out(places, p.at))});
  return out;
}

void fit_band(PueLine& line, std::span<const PueLeftOut> errors, bool symmetric) {
  std::vector<double> below, above, alone_below, alone_above;
  for (const PueLeftOut& e : errors) {
    const Climate& climate = e.place->climate;
    const double off = e.place->pue - e.line.base - e.line.slope * climate.excess;
    const double alone = e.place->pue - e.line.alone;
    const double known = e.line.slope * (off < 0 ? climate.excess - climate.low : climate.high - climate.excess);
    // The own width that the band would need to reach as far as the place.
    const double needed = std::sqrt(std::max(0.0, off * off - known * known));
    below.push_back(symmetric || off < 0 ? needed : 0), above.push_back(symmetric || off > 0 ? needed : 0);
    alone_below.push_back(symmetric ? std::fabs(alone) : std::max(0.0, -alone));
    alone_above.push_back(symmetric ? std::fabs(alone) : std::max(0.0, alone));
  }
  const double share = symmetric ? 0.8 : 0.9;
  line.below = quantile(below, share), line.above = quantile(above, share);
  line.alone_below = quantile(alone_below, share), line.alone_above = quantile(alone_above, share);
}

}  // namespace orrery::site
