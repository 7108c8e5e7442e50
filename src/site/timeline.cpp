#include "site/timeline.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/units.h"

namespace orrery::site {
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
bool speaks_of_conversion(std::string status) {
  status.resize(std::min(status.size(), status.find(". ")));
  std::transform(status.begin(), status.end(), status.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const char* sign : {"retrofit", "convert", "conversion", "renovat", "existing building", "former "})
    if (status.find(sign) != std::string::npos) return true;
  return false;
}

constexpr double megawatt = 1e6, year = 365.25;

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

std::vector<double> features_of(const Timeline& t, Date edition, std::optional<double> power) {
  std::vector<double> x = {t.retrofit ? 1.0 : 0.0, (t.rows.front().date - edition) / year,
                           t.country.empty() || t.country == "United States" ? 0.0 : 1.0};
  if (power) x.push_back(std::log(*power / (100 * megawatt)));
  return x;
}

enum class Target { first, half };

void score_target(const std::vector<Timeline>& timelines, Date edition, Target target, std::vector<SiteScore>& out) {
  std::vector<DurationCase> cases;
  std::vector<int> case_of(timelines.size(), -1);
  for (size_t i = 0; i < timelines.size(); ++i) {
    const Timeline& t = timelines[i];
    if (!unusable(t, edition).empty()) continue;
    const double latest = latest_power(t, edition);
    // The half is a question only about sites that have some capacity: how much it is, is given, when it came is asked.
    if (target == Target::half && latest <= 0) continue;
    const auto power = target == Target::half ? std::optional(latest) : std::nullopt;
    const auto days = days_to(t, target == Target::half ? latest / 2 : 1, edition);
    case_of[i] = static_cast<int>(cases.size());
    cases.push_back(
        {features_of(t, edition, power), t.owner, days.value_or(edition - t.rows.front().date), days.has_value()});
  }
  for (size_t i = 0; i < timelines.size(); ++i) {
    const Timeline& t = timelines[i];
    const double latest = latest_power(t, edition);
    SiteScore s;
    s.site = t.name;
    s.milestone = target == Target::first ? "first capacity"
                  : latest <= 0           ? "half of what it has"
                                          : "half of " + format_count(std::round(latest / megawatt)) + " MW";
    s.kind = t.retrofit ? "retrofit" : "greenfield";
    s.owner = t.owner;
    s.skipped = unusable(t, edition);
    if (s.skipped.empty()) s.waited = edition - t.rows.front().date;
    if (s.skipped.empty() && case_of[i] < 0) s.skipped = "no capacity yet";
    if (s.skipped.empty()) {
      std::vector<DurationCase> others = cases;
      others.erase(others.begin() + case_of[i]);
      const DurationCase& own = cases[static_cast<size_t>(case_of[i])];
      s.predicted = predict_duration(fit_durations(others), own.features, own.group);
      if (own.done)
        s.measured = own.days;
      else
        s.skipped = "no capacity yet";
    }
    out.push_back(std::move(s));
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
    Date date;
    try {
      date = parse_date(timelines.cell(r, "Date"));
    } catch (const Error& error) {
      throw Error({timelines.name, timelines.lines[r], 0}, "Date", error.problem(), error.remedy());
    }
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

std::vector<SiteScore> score_timelines(const std::vector<Timeline>& timelines, Date edition) {
  std::vector<SiteScore> out;
  score_target(timelines, edition, Target::first, out);
  score_target(timelines, edition, Target::half, out);
  return out;
}

}  // namespace orrery::site
