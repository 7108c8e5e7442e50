// Dates, months and quarters.
#include "base/date.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace orrery {
namespace {

TEST(Date, ReadsAndCounts) {
  EXPECT_EQ(parse_date("2024-09-02") - parse_date("2024-04-24"), 131);
  EXPECT_EQ(parse_date("2024-12-31") + 1, parse_date("2025-01-01"));
  EXPECT_EQ(next_month(parse_date("2024-01-31")).text(), "2024-02-01");
  EXPECT_EQ(quarter_name(parse_date("2024-04-24")), "2024-Q2");
  for (const char* bad :
       {"2024-13-01", "2024-02-30", "24-01-01", "2024-1-1", "2024-01-01x", "", "1850-01-01", "2024/01/01"})
    EXPECT_THROW(parse_date(bad), Error) << bad;
}

TEST(Date, CountsMonthsYearsAndQuarters) {
  const Date leap = parse_date("2024-02-29");
  EXPECT_EQ(add_months(leap, 11).text(), "2025-01-01");
  EXPECT_EQ(add_months(leap, -2).text(), "2023-12-01");
  EXPECT_EQ(months_between(leap, parse_date("2025-01-31")), 11);
  EXPECT_EQ(months_between(parse_date("2025-01-31"), leap), -11);
  EXPECT_EQ(add_years(leap, 4).text(), "2028-02-29");
  EXPECT_EQ(add_years(leap, 1).text(), "2025-03-01");
  EXPECT_EQ(add_years(leap, 76).text(), "2100-03-01");
  EXPECT_EQ(add_years(parse_date("2024-05-31"), 3).text(), "2027-05-31");
  EXPECT_EQ(parse_quarter("2024-Q4").text(), "2024-10-01");
  EXPECT_EQ(quarter_name(parse_quarter("2023-Q1")), "2023-Q1");
  for (const char* bad : {"2024-Q5", "2024-Q0", "2024Q1", "2024-Q1x", "24-Q1", "2024-Q", "", "1850-Q1"})
    EXPECT_THROW(parse_quarter(bad), Error) << bad;
}

TEST(Date, WhatHappensWithinADayHasHappenedAtItsEnd) {
  EXPECT_EQ(whole_day(3), 3);
  EXPECT_EQ(whole_day(3 + 1e-9), 3);
  EXPECT_EQ(whole_day(3.2), 4);
  EXPECT_EQ(whole_day(-0.5), 0);
}

}  // namespace
}  // namespace orrery
