#include "validation/sites.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "base/error.h"
#include "base/units.h"
#include "site/duration.h"

namespace orrery::validation {

using namespace site;

namespace {

constexpr double megawatt = 1e6, year = in_days(year_length), large_site = 100 * megawatt;
constexpr size_t fewest = 5;  // sites that are done, to learn from

/// What was seen of a site by a day: rows with an IT power, and how long the site is known to have waited for more.
struct Seen {
  std::vector<TimelineRow> rows;
  Date until;  ///< the last look: the day itself, or the last row before a projection
  double latest() const { return rows.empty() ? 0 : rows.back().it_power; }
};

Seen seen_by(const Timeline& t, Date day) {
  Seen seen{{}, day};
  for (const TimelineRow& row : t.rows) {
    if (row.date > day || row.it_power < 0) continue;
    if (!row.projected) seen.rows.push_back(row);
    else if (!seen.rows.empty()) seen.until = std::min(seen.until, seen.rows.back().date);
  }
  return seen;
}

/// Days from the first row to the first with at least this power.
std::optional<double> days_to(const Seen& seen, double power) {
  for (const TimelineRow& row : seen.rows)
    if (row.it_power >= power) return row.date - seen.rows.front().date;
  return std::nullopt;
}

/// Why a site's start is not known; "" when it is.
std::string unusable(const Seen& seen, Date day) {
  if (seen.rows.empty() || seen.rows.front().date >= day) return "no dated row with a power";
  const Date first = seen.rows.front().date;
  const bool at_once = std::any_of(seen.rows.begin(), seen.rows.end(),
                                   [&](const TimelineRow& row) { return row.date == first && row.it_power > 0; });
  return at_once ? "in operation when first seen: its start is not known" : "";
}

/// A site whose plans end below 100 MW is not asked for them.
bool grows_large(const Timeline& t) {
  double most = -1;
  for (const TimelineRow& row : t.rows) most = std::max(most, row.it_power);
  return most <= 0 || most >= large_site;
}

std::string kind_of(const Timeline& t) {
  return t.retrofit ? "retrofit" : "greenfield";
}

/// What is known when work begins; power is 0 where it is not part of the question.
std::vector<double> features_of(const Timeline& t, const Seen& seen, Date edition, double power) {
  std::vector<double> x = {t.retrofit ? 1.0 : 0.0, (seen.rows.front().date - edition) / year,
                           t.country.empty() || t.country == "United States" ? 0.0 : 1.0};
  if (power > 0) x.push_back(std::log(power / large_site));
  return x;
}

enum class Target { first, half, large };

/// A site's own case of a question; none where the question is not asked of it.
struct Asked {
  std::optional<DurationCase> duration;
  std::string milestone, why_not;
};

Asked ask(const Timeline& t, Target target, Date day, Date edition) {
  const Seen seen = seen_by(t, day);
  const double latest = seen.latest();
  Asked asked;
  double power = 1;
  if (target == Target::first) {
    asked.milestone = "first capacity";
  } else if (target == Target::large) {
    asked.milestone = "100 MW", power = large_site;
    if (!grows_large(t)) asked.why_not = "its plans end below 100 MW";
  } else {
    // The half is a question only about sites that have some capacity: how much it is, is given, when it came is asked.
    asked.milestone =
        latest <= 0 ? "half of what it has" : "half of " + format_count(std::round(latest / megawatt)) + " MW";
    power = latest / 2;
    if (latest <= 0) asked.why_not = "no capacity yet";
  }
  if (const std::string start = unusable(seen, day); !start.empty()) asked.why_not = start;
  if (!asked.why_not.empty()) return asked;
  const double waited = seen.until - seen.rows.front().date;
  // Seen once and projected since: how long it has waited is not known.
  if (waited <= 0) {
    asked.why_not = "not looked at since its start";
    return asked;
  }
  const auto days = days_to(seen, power);
  asked.duration = DurationCase{features_of(t, seen, edition, target == Target::half ? latest : 0), kind_of(t),
                                days.value_or(waited), days.has_value()};
  return asked;
}

Row row_of(const Timeline& t, const std::string& milestone, const std::string& group) {
  Row row;
  row.id = t.name + ": " + group;
  row.group = group;
  row.wider = {group};
  row.days = true;
  row.labels = {{"site", t.name}, {"milestone", milestone}, {"kind", kind_of(t)}, {"owner", t.owner}};
  return row;
}

/// Puts a forecast beside what is known of a case.
void score(Row& row, const DurationForecast& forecast, const DurationCase& own) {
  const Spread spread = forecast.spread();
  row.predicted = spread.p50;
  row.band = {spread.p10, spread.p90};
  row.crps = own.done ? forecast.score(own.days) : forecast.score_open(own.days);
  if (own.done) row.measured = own.days;
  else row.skipped = row.group.starts_with("100 MW") ? "not reached yet" : "no capacity yet", row.waited = own.days;
}

/// What the wait alone would guess: a share of it, of which the other sites that are done say the logarithm.
std::optional<DurationForecast> guess_by_wait(const std::vector<double>& others, double wait) {
  if (others.size() < fewest) return std::nullopt;
  double mean = 0, squares = 0;
  for (const double x : others) mean += x / static_cast<double>(others.size());
  for (const double x : others) squares += (x - mean) * (x - mean) / static_cast<double>(others.size() - 1);
  DurationForecast forecast;
  forecast.log_days = {mean + std::log(wait), std::max(1e-6, std::sqrt(squares))};
  return forecast;
}

void score_target(const std::vector<Timeline>& timelines, Date edition, Target target, const std::string& name,
                  std::vector<Row>& out, std::vector<Row>& beside) {
  std::vector<DurationCase> cases;
  std::vector<double> shares,
      waits;  // by case: ln of days over the wait where done; days from the start to the edition
  std::vector<Asked> asked;
  std::vector<size_t> case_of;
  for (const Timeline& t : timelines) {
    asked.push_back(ask(t, target, edition, edition));
    case_of.push_back(cases.size());
    if (!asked.back().duration) continue;
    cases.push_back(*asked.back().duration);
    waits.push_back(edition - seen_by(t, edition).rows.front().date);
    shares.push_back(std::log(cases.back().days / waits.back()));
  }
  for (size_t i = 0; i < timelines.size(); ++i) {
    const Timeline& t = timelines[i];
    Row row = row_of(t, asked[i].milestone, name);
    row.wider.push_back(kind_of(t));
    row.skipped = asked[i].why_not;
    if (asked[i].duration) {
      const DurationCase own = *asked[i].duration;
      std::vector<DurationCase> others = cases;
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(case_of[i]));
      score(row, predict_duration(fit_durations(others), own.features, own.spread_class), own);
      std::vector<double> done;
      for (size_t c = 0; c < cases.size(); ++c)
        if (c != case_of[i] && cases[c].done) done.push_back(shares[c]);
      Row guess = row_of(t, asked[i].milestone, name + ", wait only");
      guess.beside = true;
      if (const auto forecast = guess_by_wait(done, waits[case_of[i]])) {
        score(guess, *forecast, own);
        beside.push_back(std::move(guess));
      }
    }
    out.push_back(std::move(row));
  }
}

/// First capacity of what was under construction at a day, foretold by what was seen by then and the wait.
void score_forward(const std::vector<Timeline>& timelines, Date day, Date edition, std::vector<Row>& beside) {
  std::vector<DurationCase> cases;
  for (const Timeline& t : timelines)
    if (const Asked asked = ask(t, Target::first, day, edition); asked.duration) cases.push_back(*asked.duration);
  const auto done = std::count_if(cases.begin(), cases.end(), [](const DurationCase& c) { return c.done; });
  if (static_cast<size_t>(done) < fewest) return;
  const DurationModel model = fit_durations(cases);
  for (const Timeline& t : timelines) {
    const Asked then = ask(t, Target::first, day, edition), now = ask(t, Target::first, edition, edition);
    if (!then.duration || then.duration->done || !now.duration) continue;
    Row row = row_of(t, "first capacity", "forward from " + day.text());
    row.wider.emplace_back("forward");
    row.beside = true;
    score(row, predict_duration(model, then.duration->features, then.duration->spread_class, then.duration->days),
          *now.duration);
    beside.push_back(std::move(row));
  }
}

/// The ends of the last three half years that lie half a year or more before a day.
std::vector<Date> half_years_before(Date edition) {
  std::vector<Date> days;
  const Date latest = add_months(edition, -6);
  for (Date end = make_date(latest.year(), latest.month() > 6 ? 7 : 1, 1); days.size() < 3; end = add_months(end, -6))
    days.push_back(end - 1);
  return days;
}

}  // namespace

Score validate_sites(std::vector<Timeline> timelines, Date edition) {
  for (Timeline& t : timelines) mark_projections(t, edition);
  Score score;
  score.in_days = true, score.ratios = true, score.crps_unit = "ln days";
  std::vector<Row> beside;
  score_target(timelines, edition, Target::first, "first capacity", score.rows, beside);
  score_target(timelines, edition, Target::half, "half", score.rows, beside);
  score_target(timelines, edition, Target::large, "100 MW", score.rows, beside);
  // Owners with five scored dates or more are groups of their own.
  const auto owner = [](const Row& row) { return row.labels.back().second; };
  std::map<std::string, int> dates;
  for (const Row& row : score.rows) dates[owner(row)] += row.skipped.empty();
  for (Row& row : score.rows)
    if (!owner(row).empty() && dates[owner(row)] >= 5) row.wider.push_back(owner(row));
  for (const Date day : half_years_before(edition)) score_forward(timelines, day, edition, beside);
  std::move(beside.begin(), beside.end(), std::back_inserter(score.rows));
  return score;
}

Score validate_sites(const CsvTable& timelines, const CsvTable& sites, Date edition) {
  // The fit does not know the file.
  return at({timelines.name}, "", [&] { return validate_sites(read_timelines(timelines, sites), edition); });
}

}  // namespace orrery::validation
