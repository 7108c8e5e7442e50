#include "validation/sites.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "site/duration.h"

namespace orrery::validation {

using namespace site;

namespace {

void need_columns(const CsvTable& table, const std::vector<std::string>& wanted) {
  for (const std::string& name : wanted)
    if (table.column(name) < 0)
      throw Error({table.name, 1, 0}, name, "is not a column of this file",
                  suggest(name, table.header, "name a folder with the site timelines of Epoch AI"));
}

/// "Amazon #confident" without its mark.
std::string without_mark(const std::string& text) {
  std::string out = text.substr(0, text.find('#'));
  out.erase(out.find_last_not_of(' ') + 1);
  return out == "None" ? "" : out;
}

/// The first sentence says what the work is; later ones speak of neighbouring halls.
bool speaks_of_conversion(std::string_view text) {
  const std::string status = lower_case(text.substr(0, text.find(". ")));
  for (const char* sign : {"retrofit", "convert", "conversion", "renovat", "existing building", "former "})
    if (status.find(sign) != std::string::npos) return true;
  return false;
}

constexpr double megawatt = 1e6, year = in_days(year_length);

/// Days from the first row to the first with at least this power, by the edition's day.
std::optional<double> days_to(const Timeline& t, double power, Date edition) {
  for (const TimelineRow& row : t.rows)
    if (row.date <= edition && row.it_power >= power) return row.date - t.rows.front().date;
  return std::nullopt;
}

double latest_power(const Timeline& t, Date edition) {
  double latest = 0;
  for (const TimelineRow& row : t.rows)
    if (row.date <= edition) latest = row.it_power;
  return latest;
}

/// Why a site's start is not known; "" when it is.
std::string unusable(const Timeline& t, Date edition) {
  if (t.rows.empty() || t.rows.front().date >= edition) return "no dated row with a power";
  const Date first = t.rows.front().date;
  const bool at_once = std::any_of(t.rows.begin(), t.rows.end(),
                                   [&](const TimelineRow& row) { return row.date == first && row.it_power > 0; });
  if (at_once) return "in operation when first seen: its start is not known";
  return "";
}

/// What is known when work begins; power is 0 where it is not part of the question.
std::vector<double> features_of(const Timeline& t, Date edition, double power) {
  std::vector<double> x = {t.retrofit ? 1.0 : 0.0, (t.rows.front().date - edition) / year,
                           t.country.empty() || t.country == "United States" ? 0.0 : 1.0};
  if (power > 0) x.push_back(std::log(power / (100 * megawatt)));
  return x;
}

enum class Target { first, half };

void score_target(const std::vector<Timeline>& timelines, Date edition, Target target, std::vector<Row>& out) {
  std::vector<DurationCase> cases;
  std::vector<int> case_of(timelines.size(), -1);
  for (size_t i = 0; i < timelines.size(); ++i) {
    const Timeline& t = timelines[i];
    if (!unusable(t, edition).empty()) continue;
    const double latest = latest_power(t, edition);
    // The half is a question only about sites that have some capacity: how much it is, is given, when it came is asked.
    if (target == Target::half && latest <= 0) continue;
    const auto days = days_to(t, target == Target::half ? latest / 2 : 1, edition);
    case_of[i] = static_cast<int>(cases.size());
    cases.push_back({features_of(t, edition, target == Target::half ? latest : 0), t.owner,
                     days.value_or(edition - t.rows.front().date), days.has_value()});
  }
  for (size_t i = 0; i < timelines.size(); ++i) {
    const Timeline& t = timelines[i];
    const double latest = latest_power(t, edition);
    const std::string what = target == Target::first ? "first capacity" : "half";
    const std::string kind = t.retrofit ? "retrofit" : "greenfield";
    Row row;
    row.id = t.name + ": " + what;
    row.group = what;
    row.wider = {what, kind};
    row.labels = {{"site", t.name},
                  {"milestone", target == Target::first ? what
                                : latest <= 0           ? "half of what it has"
                                              : "half of " + format_count(std::round(latest / megawatt)) + " MW"},
                  {"kind", kind},
                  {"owner", t.owner}};
    row.skipped = unusable(t, edition);
    if (row.skipped.empty() && case_of[i] < 0) row.skipped = "no capacity yet";
    if (row.skipped.empty()) {
      std::vector<DurationCase> others = cases;
      others.erase(others.begin() + case_of[i]);
      const DurationCase& own = cases[static_cast<size_t>(case_of[i])];
      const Spread spread = predict_duration(fit_durations(others), own.features, own.group);
      row.predicted = spread.p50;
      row.band = {spread.p10, spread.p90};
      if (own.done) row.measured = own.days;
      else row.skipped = "no capacity yet", row.waited = own.days;
    }
    out.push_back(std::move(row));
  }
}

}  // namespace

std::vector<Timeline> read_timelines(const CsvTable& timelines, const CsvTable& sites) {
  need_columns(timelines, {"Data center", "Date", "Construction status", "IT power (MW)"});
  need_columns(sites, {"Name", "Owner", "Country"});
  std::vector<Timeline> out;
  std::vector<std::pair<Date, std::string>> first_status;
  for (size_t r = 0; r < timelines.rows.size(); ++r) {
    const std::string& name = timelines.cell(r, "Data center");
    auto it = std::find_if(out.begin(), out.end(), [&](const Timeline& t) { return t.name == name; });
    const Date date =
        at({timelines.name, timelines.lines[r], 0}, "Date", [&] { return parse_date(timelines.cell(r, "Date")); });
    const double power = timelines.number(r, "IT power (MW)", -1) * megawatt;
    if (power < 0 && !timelines.cell(r, "IT power (MW)").empty())
      throw Error({timelines.name, timelines.lines[r], 0}, "IT power (MW)", "the power is below 0",
                  "write MW of 0 or more, or leave the cell empty");
    const std::string& status = timelines.cell(r, "Construction status");
    if (it == out.end()) {
      out.push_back({name, "", "", false, {}});
      first_status.emplace_back(date, status);
      it = out.end() - 1;
    }
    auto& [day, text] = first_status[static_cast<size_t>(it - out.begin())];
    if (date < day) day = date, text = status;
    if (power >= 0) it->rows.push_back({date, power});
  }
  for (size_t i = 0; i < out.size(); ++i) {
    Timeline& t = out[i];
    t.retrofit = speaks_of_conversion(first_status[i].second);
    std::stable_sort(t.rows.begin(), t.rows.end(),
                     [](const TimelineRow& a, const TimelineRow& b) { return a.date < b.date; });
    for (size_t r = 0; r < sites.rows.size(); ++r)
      if (sites.cell(r, "Name") == t.name) {
        t.owner = without_mark(sites.cell(r, "Owner"));
        t.country = without_mark(sites.cell(r, "Country"));
      }
  }
  return out;
}

Score validate_sites(const std::vector<Timeline>& timelines, Date edition) {
  Score score;
  score_target(timelines, edition, Target::first, score.rows);
  score_target(timelines, edition, Target::half, score.rows);
  // Owners with five scored dates or more are groups of their own.
  const auto owner = [](const Row& row) { return row.labels.back().second; };
  std::map<std::string, int> dates;
  for (const Row& row : score.rows) dates[owner(row)] += row.skipped.empty();
  for (Row& row : score.rows)
    if (!owner(row).empty() && dates[owner(row)] >= 5) row.wider.push_back(owner(row));
  return score;
}

Score validate_sites(const CsvTable& timelines, const CsvTable& sites, Date edition) {
  // The fit does not know the file.
  return at({timelines.name}, "", [&] { return validate_sites(read_timelines(timelines, sites), edition); });
}

}  // namespace orrery::validation
