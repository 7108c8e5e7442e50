#include "validation/calibrate/pue.h"

#include <fmt/format.h>

#include <cmath>

#include "base/spread.h"
#include "validation/columns.h"
#include "validation/pue.h"

namespace orrery::validation {

using namespace site;

namespace {

/// How far a line is off where it was not fitted.
struct LeftOutScore {
  std::vector<double> predicted, alone, published;
  int inside = 0;  ///< bands that were made without the place

  double median(const std::vector<double>& by) const {
    std::vector<double> off;
    for (std::size_t i = 0; i < by.size(); ++i) off.push_back(std::fabs(by[i] - published[i]));
    return off.empty() ? 0 : quantile(std::move(off), 0.5);
  }
};

LeftOutScore score_of(const std::vector<PueLeftOut>& errors, bool symmetric) {
  LeftOutScore score;
  for (const PueLeftOut& e : errors) {
    std::vector<PueLeftOut> others;
    for (const PueLeftOut& o : errors)
      if (distance(o.place->at, e.place->at) > same_place) others.push_back(o);
    PueLine line = e.line;
    fit_band(line, others, symmetric);
    const PueBand band = pue_at(line, e.place->climate);
    score.inside += e.place->pue >= band.low && e.place->pue <= band.high;
    score.predicted.push_back(band.median), score.alone.push_back(e.line.alone);
    score.published.push_back(e.place->pue);
  }
  return score;
}

}  // namespace

Calibrated calibrate_pue(const Facts& facts, const CalibrateOptions& options) {
  const Climates climates(facts.catalog);
  const std::vector<PuePlace> all =
      pue_places(read_measured(options.measurements + "/pue.csv"), facts.catalog, climates);
  Calibrated out;
  study::Table left_out{"left_out", "Each place predicted by the others: medians of the absolute errors", {}, {}};
  left_out.columns = {study::text_column("line", "line"),
                      study::count_column("places", "places", "places"),
                      study::fixed_column("median_abs_error", "with climate", "PUE", 3),
                      study::fixed_column("median_abs_error_alone", "without", "PUE", 3),
                      study::fixed_column("rank_correlation", "rank corr.", "", 2),
                      study::percent_column("inside_p10_p90", "in bands made without it", 1)};
  for (const catalog::Entry& entry : facts.catalog.entries("pue")) {
    // The error of an unknown operator is that of its kind of plant, which is seldom better and often worse.
    const bool symmetric = entry.name != "unknown";
    const std::vector<PuePlace> places = places_of(all, entry.name);
    PueLine line = fit_pue(places);
    const std::vector<PueLeftOut> errors = leave_places_out(places);
    fit_band(line, errors, symmetric);
    const std::pair<const char*, double> constants[] = {
        {"base", line.base},
        {"slope", line.slope},
        {"below", line.below},
        {"above", line.above},
        {"alone", line.alone},
        {"alone_below", line.alone_below},
        {"alone_above", line.alone_above},
    };
    for (const auto& [key, value] : constants)
      out.constants.push_back({"pue", entry.name, "", key, entry.number(key), value});
    const LeftOutScore score = score_of(errors, symmetric);
    left_out.rows.push_back({entry.name, places.size(), score.median(score.predicted), score.median(score.alone),
                             correlation_of_ranks(ranks(score.predicted), ranks(score.published)),
                             score.inside / static_cast<double>(places.size())});
  }
  const auto& rule = climates.rule.coefficients();
  out.document.title = "PUE by operator and climate";
  out.document.say(
      fmt::format("annual PUE of {} operators and places; wet-bulb excess away from stations: {:.2f} {:+.2f} "
                  "cos2(latitude) {:+.2f} "
                  "per km of elevation, K\n",
                  all.size(), rule[0], rule[1], rule[2]));
  out.document.put("places", static_cast<double>(all.size()));
  out.document.add(std::move(left_out)).add(table_of(out.constants));
  return out;
}

}  // namespace orrery::validation
