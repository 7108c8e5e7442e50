// Civil dates at day resolution: days since 1970-01-01 in the proleptic Gregorian calendar.
#pragma once
#include <compare>
#include <string>
#include <string_view>

#include "base/amount.h"

namespace orrery {

/// A day. Arithmetic is in whole days.
struct Date {
  int days = 0;  ///< since 1970-01-01

  friend constexpr auto operator<=>(Date, Date) = default;
  friend constexpr Date operator+(Date d, int n) { return {d.days + n}; }
  friend constexpr Date operator-(Date d, int n) { return {d.days - n}; }
  friend constexpr int operator-(Date a, Date b) { return a.days - b.days; }

  int year() const;
  int month() const;  ///< 1 to 12
  int day() const;    ///< 1 to 31
  /// "2024-04-24"
  std::string text() const;
};

/// The date of a civil year, month and day. Throws Error when there is no such day or the year is not 1990 to 2199.
Date make_date(int year, int month, int day);

/// Reads "2024-04-24". Throws Error (without a place) otherwise.
Date parse_date(std::string_view text);

/// The first day of the month a date lies in, and of the month after it.
Date month_start(Date date);
Date next_month(Date date);

/// Whole months from the month of a to the month of b; negative when b is earlier.
int months_between(Date a, Date b);
/// The first day of the month that comes n months after the one a date lies in.
Date add_months(Date date, int n);
/// The same day some years later; of 29 February the first of March where there is none.
Date add_years(Date date, int n);

/// "2024-Q2".
std::string quarter_name(Date date);
/// The first day of a quarter written as "2024-Q4". Throws Error (without a place) otherwise.
Date parse_quarter(std::string_view text);

/// The day by whose end something has happened that happens at a time in days: the time rounded up, where rounding
/// errors below 1e-6 days count for nothing.
int whole_day(double time);

}  // namespace orrery
