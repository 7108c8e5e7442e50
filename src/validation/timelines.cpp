#include "validation/timelines.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>

#include "base/error.h"
#include "base/text.h"

namespace orrery::validation {
namespace {

constexpr double megawatt = 1e6;
constexpr int half_year = 183;
constexpr const char* timelines_name = "data_center_timelines.csv";
constexpr const char* sites_name = "data_centers.csv";

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

bool speaks_of(std::string_view text, std::initializer_list<const char*> signs) {
  return std::any_of(signs.begin(), signs.end(),
                     [&](const char* sign) { return text.find(sign) != std::string_view::npos; });
}

/// The first sentence says what the work is; later ones speak of neighbouring halls.
std::string_view first_sentence(std::string_view text) {
  return text.substr(0, text.find(". "));
}

/// In lower case and without the addresses behind links, whose words are not the writer's.
std::string plain_status(const std::string& text) {
  std::string out = lower_case(text);
  for (std::size_t from = out.find("(http"); from != std::string::npos; from = out.find("(http", from))
    out.erase(from, std::min(out.find(')', from), out.size() - 1) - from + 1);
  return out;
}

/// "12/8/2025", as spreadsheets write it, or "2025-12-08".
Date parse_day(const std::string& text) {
  int parts[3] = {0, 0, 0};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int i = 0; i < 3; ++i) {
    const auto [stop, error] = std::from_chars(at, end, parts[i]);
    if (error != std::errc() || (i < 2 ? stop == end || *stop != '/' : stop != end)) return parse_date(text);
    at = stop + 1;
  }
  return make_date(parts[2], parts[0], parts[1]);
}

double read_power(const CsvTable& table, std::size_t row, const char* column) {
  const double power = table.number(row, column, -1);
  if (power < 0 && !table.cell(row, column).empty())
    throw Error({table.name, table.line(row), 0}, column, "the power is below 0",
                "write MW of 0 or more, or leave the cell empty");
  return power < 0 ? -1 : power * megawatt;
}

/// Speaks of what was seen in pictures, shown or reported.
bool names_a_look(const std::string& status) {
  return speaks_of(status, {"look", "visib", "visual", "appear", "see ", "seen", "shows", "image", "artifact", "parked",
                            "carpark", "confirm", "report", "announc", "post]", "handed over", "delivered"});
}

/// The day that a file's or a folder's name says: "2025-12-08", or a month, "dec2025".
std::optional<Date> date_of_name(const std::string& text) {
  static constexpr const char* months[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                           "jul", "aug", "sep", "oct", "nov", "dec"};
  const std::string name = lower_case(text);
  for (int m = 0; m < 12; ++m)
    if (int year = 0; name.starts_with(months[m]) && name.size() == 7 &&
                      std::from_chars(name.data() + 3, name.data() + 7, year).ptr == name.data() + 7)
      return next_month(make_date(year, m + 1, 1)) - 1;
  if (name.size() != 10 || name[4] != '-' || name[7] != '-') return std::nullopt;
  return parse_date(name);
}

}  // namespace

std::vector<Timeline> read_timelines(const CsvTable& timelines, const CsvTable& sites) {
  const bool facility_only = timelines.column("IT power (MW)") < 0 && timelines.column("Power (MW)") >= 0;
  need_columns(timelines,
               {"Data center", "Date", "Construction status", facility_only ? "Power (MW)" : "IT power (MW)"});
  const bool handles = sites.column("Handle") >= 0;
  const char* name_column = sites.column("Name") < 0 && sites.column("Title") >= 0 ? "Title" : "Name";
  if (!sites.header.empty()) need_columns(sites, {name_column, "Owner"});
  if (!sites.header.empty() && !handles) need_columns(sites, {"Country"});
  std::vector<Timeline> out;
  std::vector<std::vector<std::pair<Date, std::string>>> statuses;
  for (std::size_t r = 0; r < timelines.size(); ++r) {
    const std::string& name = timelines.cell(r, "Data center");
    auto it = std::find_if(out.begin(), out.end(), [&](const Timeline& t) { return t.name == name; });
    TimelineRow row;
    row.date = at({timelines.name, timelines.line(r), 0}, "Date", [&] { return parse_day(timelines.cell(r, "Date")); });
    row.it_power = read_power(timelines, r, "IT power (MW)");
    row.facility_power = read_power(timelines, r, "Power (MW)");
    row.buildings = timelines.number(r, "Buildings operational", -1);
    row.status = plain_status(timelines.cell(r, "Construction status"));
    if (it == out.end()) {
      out.push_back({name, "", "", false, {}});
      statuses.emplace_back();
      it = out.end() - 1;
    }
    statuses[static_cast<std::size_t>(it - out.begin())].emplace_back(row.date, row.status);
    if (row.it_power >= 0 || row.facility_power >= 0) it->rows.push_back(std::move(row));
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    Timeline& t = out[i];
    auto& texts = statuses[i];
    std::stable_sort(texts.begin(), texts.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    t.retrofit = speaks_of(first_sentence(texts[0].second),
                           {"retrofit", "convert", "conversion", "renovat", "existing building", "former "}) ||
                 (texts.size() > 1 && speaks_of(first_sentence(texts[1].second), {"retrofitting"}));
    std::stable_sort(t.rows.begin(), t.rows.end(),
                     [](const TimelineRow& a, const TimelineRow& b) { return a.date < b.date; });
    const std::string called = t.name;
    for (std::size_t r = 0; r < sites.size(); ++r)
      if (sites.cell(r, handles ? "Handle" : name_column) == called) {
        t.name = sites.cell(r, name_column);
        t.owner = without_mark(sites.cell(r, "Owner"));
        t.country = without_mark(sites.cell(r, "Country"));
      }
  }
  return out;
}

void mark_projections(Timeline& t, Date edition) {
  auto row = std::find_if(t.rows.rbegin(), t.rows.rend(), [&](const TimelineRow& r) { return r.date <= edition; });
  for (; row != t.rows.rend() && row + 1 != t.rows.rend(); ++row) {
    const bool adds = row->it_power > (row + 1)->it_power || row->facility_power > (row + 1)->facility_power;
    if (!adds || edition - row->date > half_year || row->status.empty()) return;
    if (!speaks_of(row->status, {"estimat"}) && names_a_look(row->status)) return;
    row->projected = true;
  }
}

std::vector<Vintage> read_vintages(const std::string& folder, Date edition) {
  namespace fs = std::filesystem;
  std::vector<std::pair<Date, std::string>> found;  // what stands before the files' names
  const auto exists = [](const std::string& path) {
    std::error_code none;
    return fs::exists(path, none);
  };
  std::error_code none;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, none)) {
    const std::string name = entry.path().filename().string(), ending = std::string("_") + timelines_name;
    const bool file = name.ends_with(ending);
    if (!file && !exists(entry.path().string() + "/" + timelines_name)) continue;
    const auto date = at({entry.path().string(), 0, 0}, "",
                         [&] { return date_of_name(file ? name.substr(0, name.size() - ending.size()) : name); });
    if (!date)
      throw Error({entry.path().string(), 0, 0}, "", "holds an edition of no day",
                  "let its name begin with one, as 2025-12-08_" + std::string(timelines_name));
    found.emplace_back(
        *date, file ? folder + "/" + name.substr(0, name.size() - ending.size()) + "_" : entry.path().string() + "/");
  }
  // What is missing altogether is missed as the edition without a date.
  if (found.empty() || exists(folder + "/" + timelines_name)) found.emplace_back(edition, folder + "/");
  std::sort(found.begin(), found.end());
  std::vector<Vintage> out;
  for (const auto& [date, place] : found) {
    const std::string file = place + timelines_name;
    if (!out.empty() && out.back().edition == date)
      throw Error({file, 0, 0}, "", "is of the same day as " + out.back().file, "name each edition by its own day");
    const CsvTable timelines = read_csv(file);
    const CsvTable sites = exists(place + sites_name) ? read_csv(place + sites_name) : CsvTable{};
    out.push_back({date, file, place + sites_name, read_timelines(timelines, sites)});
    // The statuses of an edition are read as of its own day.
    for (Timeline& t : out.back().timelines) mark_projections(t, date);
  }
  return out;
}

}  // namespace orrery::validation
