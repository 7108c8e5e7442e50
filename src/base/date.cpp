#include "base/date.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

#include "base/error.h"

namespace orrery {
namespace {

std::chrono::year_month_day civil(Date d) { return std::chrono::sys_days{std::chrono::days{d.days}}; }

constexpr const char* remedy = "write a day as 2024-04-24";

}  // namespace

int Date::year() const { return static_cast<int>(civil(*this).year()); }
int Date::month() const { return static_cast<int>(static_cast<unsigned>(civil(*this).month())); }
int Date::day() const { return static_cast<int>(static_cast<unsigned>(civil(*this).day())); }
std::string Date::text() const { return fmt::format("{:04}-{:02}-{:02}", year(), month(), day()); }

Date make_date(int year, int month, int day) {
  const std::chrono::year_month_day ymd{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                        std::chrono::day{static_cast<unsigned>(day)}};
  if (month < 1 || day < 1 || !ymd.ok())
    throw Error({}, "", fmt::format("there is no day {:04}-{:02}-{:02}", year, month, day), remedy);
  if (year < 1990 || year > 2199)
    throw Error({}, "", fmt::format("the year {} lies outside 1990 to 2199", year), remedy);
  return {static_cast<int>(std::chrono::sys_days{ymd}.time_since_epoch().count())};
}

Date parse_date(std::string_view text) {
  int part[3] = {};
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  const int widths[3] = {4, 2, 2};
  for (int i = 0; i < 3; ++i) {
    if (end - at < widths[i]) throw Error({}, "", in_quotes(text) + " is not a date", remedy);
    const auto [next, status] = std::from_chars(at, at + widths[i], part[i]);
    if (status != std::errc() || next != at + widths[i]) throw Error({}, "", in_quotes(text) + " is not a date", remedy);
    at = next;
    if (i < 2 && (at == end || *at++ != '-')) throw Error({}, "", in_quotes(text) + " is not a date", remedy);
  }
  if (at != end) throw Error({}, "", in_quotes(text) + " is not a date", remedy);
  return make_date(part[0], part[1], part[2]);
}

Date month_start(Date date) { return date - (date.day() - 1); }
Date next_month(Date date) { return month_start(month_start(date) + 31); }

std::string quarter_name(Date date) { return fmt::format("{}-Q{}", date.year(), (date.month() + 2) / 3); }

}  // namespace orrery
