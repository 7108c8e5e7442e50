#include "validation/scenarios.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "base/error.h"
#include "base/units.h"
#include "programme/form.h"
#include "programme/hindsight.h"
#include "programme/read.h"
#include "programme/simulate.h"
#include "scenario/stack.h"
#include "study/kind.h"
#include "study/kinds.h"

namespace orrery::validation {
namespace {

namespace fs = std::filesystem;
using programme::Observation;

/// The level of an observation as a person reads it.
std::string level_text(const Observation& o, double level) {
  switch (o.kind) {
    case Observation::Kind::usable:
      return format_count(std::round(level)) + " usable";
    case Observation::Kind::capex:
      return format_amount(level, dimension::money);
    default:
      return format_amount(level, dimension::power);
  }
}

/// Adds the observations of one programme.
void score_programme(const programme::Plan& plan, const std::string& name, Score& score) {
  const std::vector<programme::Output> outputs = programme::outputs_of(plan);
  const study::Trial trial = [&](scenario::Draws draws, std::span<double> values) {
    const std::vector<double> out = programme::output_values(plan, programme::simulate(plan, draws));
    std::copy(out.begin(), out.end(), values.begin());
  };
  // With the causes that inputs share, and with every input by itself: what the causes do to the bands.
  const auto scores_of = [&](bool independent) {
    const study::Trials trials =
        study::run_trials(plan.inputs, outputs.size(), trial, {1000, 1, 0, nullptr, independent});
    std::vector<Spread> spreads;
    for (std::size_t i = 0; i < outputs.size(); ++i) spreads.push_back(trials.spread(i));
    return programme::score(plan, outputs, spreads, true);
  };
  const double after = plan.end - plan.start + 1;
  const std::vector<programme::Score> scores = scores_of(false), apart = scores_of(true);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const programme::Score& s = scores[i];
    const Observation& o = plan.observations[static_cast<std::size_t>(s.observation)];
    Row row;
    row.id = name + ": " + o.name + (s.on_date ? "" : ", level");
    row.group = name;
    row.wider = {s.on_date ? "dates" : "levels"};
    row.days = s.on_date;
    row.measured = s.observed;
    const auto reached = [&](double x) { return s.on_date ? std::min(x, after) : x; };
    row.predicted = reached(s.forecast.p50);
    // A bound that is kept is met.
    if (o.bound != Observation::Bound::none && s.error) row.predicted = row.measured + *s.error;
    const auto band_of = [&](const Spread& forecast) {
      std::pair<double, double> band = {reached(forecast.p10), reached(forecast.p90)};
      if (o.bound == Observation::Bound::upper) band.second = std::max(band.second, row.measured);
      if (o.bound == Observation::Bound::lower) band.first = std::min(band.first, row.measured);
      return band;
    };
    row.band = band_of(s.forecast), row.independent_band = band_of(apart[i].forecast);
    const auto day = [&](double x) {
      return std::isfinite(x) ? (plan.start + static_cast<int>(std::lround(x))).text() : "after " + plan.end.text();
    };
    row.labels = {{"scenario", name},
                  {"observation", o.name},
                  {"seen", s.on_date ? (o.bound == Observation::Bound::upper   ? "by "
                                        : o.bound == Observation::Bound::lower ? "from "
                                                                               : "") +
                                           o.date.text()
                                     : level_text(o, s.observed)},
                  {"forecast", s.on_date ? day(s.forecast.p50) : level_text(o, s.forecast.p50)}};
    if (!(row.measured > 0)) row.skipped = "seen on the first day, or nothing seen";
    score.rows.push_back(std::move(row));
  }
}

}  // namespace

Score validate_scenarios(const std::string& folder, const Facts& facts) {
  std::error_code failed;
  std::vector<std::string> files;
  for (const fs::directory_entry& file : fs::directory_iterator(folder, failed))
    if (file.path().extension() == ".toml") files.push_back(file.path().string());
  if (failed) throw Error(Place{folder, 0, 0}, "", "cannot be read: " + failed.message(), "give a folder of scenarios");
  std::sort(files.begin(), files.end());
  Score score;
  score.in_days = true;
  const std::vector<const scenario::Form*> forms = study::forms_of(study::kinds());
  for (const std::string& file : files) {
    const scenario::Scenario scenario = scenario::read_scenario(file, {}, forms);
    if (scenario.form != &programme::form() || !scenario.root.find("observation")) continue;
    const programme::Plan plan = programme::make_plan(scenario, study::with_own_facts(facts.catalog, scenario));
    score_programme(plan, fs::path(file).stem().string(), score);
  }
  return score;
}

}  // namespace orrery::validation
