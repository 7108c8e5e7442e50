#include "base/date.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cmath>

#include "base/error.h"

namespace orrery {
namespace {

std::chrono::year_month_day civil(Date d) {
  return std::chrono::sys_days{std::chrono::days{d.days}};
}

std::chrono::year_month month_of(Date d) {
  const std::chrono::year_month_day day = civil(d);
  return day.year() / day.month();
}

constexpr const char* remedy = "write a day as 2024-04-24";

}  // namespace

int Date::year() const {
  return static_cast<int>(civil(*this).year());
}
int Date::month() const {
  return static_cast<int>(static_cast<unsigned>(civil(*this).month()));
}
int Date::day() const {
  return static_cast<int>(static_cast<unsigned>(civil(*this).day()));
}
std::string Date::text() const {
  return fmt::format("{:04}-{:02}-{:02}", year(), month(), day());
}

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
    if (end - at < widths[i] || *at == '-') throw Error({}, "", in_quotes(text) + " is not a date", remedy);
    const auto [next, status] = std::from_chars(at, at + widths[i], part[i]);
    if (status != std::errc() || next != at + widths[i])
      throw Error({}, "", in_quotes(text) + " is not a date", remedy);
    at = next;
    if (i < 2 && (at == end || *at++ != '-')) throw Error({}, "", in_quotes(text) + " is not a date", remedy);
  }
  if (at != end) throw Error({}, "", in_quotes(text) + " is not a date", remedy);
  return make_date(part[0], part[1], part[2]);
}

Date month_start(Date date) {
  return date - (date.day() - 1);
}
Date next_month(Date date) {
  return add_months(date, 1);
}

int months_between(Date a, Date b) {
  return static_cast<int>((month_of(b) - month_of(a)).count());
}

Date add_months(Date date, int n) {
  const std::chrono::year_month month = month_of(date) + std::chrono::months{n};
  return make_date(static_cast<int>(month.year()), static_cast<int>(static_cast<unsigned>(month.month())), 1);
}

Date add_years(Date date, int n) {
  const std::chrono::year_month_day there = civil(date) + std::chrono::years{n};
  return there.ok() ? make_date(date.year() + n, date.month(), date.day()) : make_date(date.year() + n, 3, 1);
}

Date parse_quarter(std::string_view text) {
  int year = 0, quarter = 0;
  if (text.size() == 7 && text.substr(4, 2) == "-Q" && text.find_first_not_of("0123456789") == 4) {
    const auto [end, status] = std::from_chars(text.data(), text.data() + 4, year);
    if (status == std::errc() && end == text.data() + 4) quarter = text[6] - '0';
  }
  if (quarter < 1 || quarter > 4) throw Error({}, "", in_quotes(text) + " is not a quarter", "write it as 2024-Q4");
  if (year < 1990 || year > 2199)
    throw Error({}, "", fmt::format("the year {} lies outside 1990 to 2199", year), "write a quarter as 2024-Q4");
  return make_date(year, 3 * quarter - 2, 1);
}

int whole_day(double time) {
  return static_cast<int>(std::ceil(time - 1e-6));
}

std::string quarter_name(Date date) {
  return fmt::format("{}-Q{}", date.year(), (date.month() + 2) / 3);
}

}  // namespace orrery
