// Accelerators by quarter: owners by the shares of the year before, families by what packaging leaves, by hand.
#include "validation/supply.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "shipped_facts.h"

namespace orrery::validation {
namespace {

const std::string head = "id,what,maker,chip,owner,quarter,units,units_p5,units_p95,incomplete,source\n";

Score scored(const std::string& rows) {
  Score score = validate_supply(parse_csv(head + rows, "supply.csv"), facts());
  summarise(score);
  return score;
}

const Row& row_called(const Score& score, const std::string& id) {
  for (const Row& row : score.rows)
    if (row.id == id) return row;
  throw Error({}, id, "is no row", "");
}

TEST(Supply, AnOwnerGetsItsShareOfTheYearBefore) {
  const Score score = scored(
      "m1,made,X,c,,2024-Q1,100,90,110,,\nm2,made,X,c,,2024-Q2,300,290,310,,\n"
      "a1,got,X,c,a,2024-Q1,40,30,50,,\nb1,got,X,c,b,2024-Q1,60,50,70,,\n"
      "a2,got,X,c,a,2024-Q2,130,125,135,,\nb2,got,X,c,b,2024-Q2,170,100,200,,\n"
      "fa,fleet,X,,a,2024-Q2,170,150,190,,\n");
  EXPECT_FALSE(row_called(score, "a1").skipped.empty());
  EXPECT_NEAR(row_called(score, "a2").predicted, 120, 1e-9);
  EXPECT_NEAR(row_called(score, "b2").predicted, 180, 1e-9);
  // The first quarter is given: 40 and 120.
  EXPECT_NEAR(row_called(score, "fa").predicted, 160, 1e-9);
  EXPECT_FALSE(row_called(score, "a2, shares to 2023").skipped.empty());
  for (const Summary& s : score.groups)
    if (s.group == "owners of X's") {
      EXPECT_EQ(s.spread_rows, 2);
      EXPECT_DOUBLE_EQ(s.within_seen, 0.5);
    }
}

// The middle of 2024-Q1 is an eighth of a year after the end of 2023: 15,000 + 22,500 / 8 wafers a month, 63 % of them,
// 17 to a wafer.
TEST(Supply, AFamilyIsWhatPackagingLeaves) {
  const Score score = scored(
      "h,made,NVIDIA,H100,,2024-Q1,500000,400000,600000,,\ng,made,NVIDIA,H20,,2024-Q1,100000,90000,110000,,\n"
      "o,made,NVIDIA,H100,,2025-Q4,17000,16000,18000,,\nb,made,NVIDIA,B200,,2025-Q4,900000,800000,1000000,,\n");
  const Row& hopper = row_called(score, "nvidia-hopper-2024-Q1");
  EXPECT_DOUBLE_EQ(hopper.measured, 600000);
  EXPECT_NEAR(hopper.predicted, (15000 + 22500.0 / 8) * 3 * 0.63 * 17, 600000 * 1e-3);
  const Row& blackwell = row_called(score, "nvidia-blackwell-2025-Q4");
  EXPECT_NEAR(blackwell.predicted, ((37500 + 40000 * 7.0 / 8) * 3 * 0.63 - 1000) * 9.4, 1e6 * 1e-3);
}

TEST(Supply, RefusesRowsThatCannotBe) {
  for (const char* row : {"x,sold,X,c,,2024-Q1,1,1,1,,", "x,made,X,c,,2024-Q5,1,1,1,,", "x,made,X,c,,2024-Q1,3,1,2,,",
                          "x,got,X,c,,2024-Q1,1,1,1,,", "x,made,X,c,a,2024-Q1,1,1,1,,", "x,made,X,,,2024-Q1,1,1,1,,"})
    EXPECT_THROW(scored(std::string(row) + "\n"), Error) << row;
}

}  // namespace
}  // namespace orrery::validation
