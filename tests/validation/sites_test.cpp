// Site timelines: reading, what is not used, and that a site is never predicted from its own outcome.
#include "validation/sites.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace orrery::validation {
namespace {

const CsvTable no_sites = parse_csv("Name,Owner,Country\nA,Owner #likely,None\n", "sites.csv");

std::string timelines_of(int sites, int days_of_first) {
  std::string text = "Data center,Date,Construction status,IT power (MW)\n";
  for (int i = 0; i < sites; ++i) {
    const std::string name(1, static_cast<char>('A' + i));
    const Date start = make_date(2023, 1, 1) + 20 * i;
    text += name + "," + start.text() + ",Land clearing begins,0\n";
    text += name + "," + (start + (i == 0 ? days_of_first : 600 + 10 * i)).text() + ",done,50\n";
    text += name + ",2026-01-01,more,100\n";
    text += name + ",2028-01-01,planned,900\n";
  }
  return text;
}

TEST(Sites, ReadsOwnersAndKnowsConversions) {
  const auto t = read_timelines(parse_csv("Data center,Date,Construction status,IT power (MW)\n"
                                          "A,2024-05-01,running,10\n"
                                          "A,2024-01-01,\"Converting a mill,\nwith care\",0\n"
                                          "B,2024-01-01,Land clearing. A former mill stands beside it.,\n",
                                          "t.csv"),
                                no_sites);
  ASSERT_EQ(t.size(), 2u);
  EXPECT_EQ(t[0].owner, "Owner");
  EXPECT_EQ(t[0].country, "");
  EXPECT_TRUE(t[0].retrofit);
  EXPECT_EQ(t[0].rows.front().date, make_date(2024, 1, 1));
  EXPECT_FALSE(t[1].retrofit);  // what a later sentence speaks of is not what is built
  EXPECT_TRUE(t[1].rows.empty());
}

TEST(Sites, ASiteIsNotPredictedFromItsOwnOutcomeNorFromProjections) {
  const Date edition = make_date(2026, 8, 1);
  auto predicted = [&](int days_of_first, const char* more) {
    const auto rows =
        validate_sites(read_timelines(parse_csv(timelines_of(9, days_of_first) + more, "t.csv"), no_sites), edition)
            .rows;
    EXPECT_EQ(rows[0].id, "A: first capacity");
    EXPECT_EQ(rows[0].measured, days_of_first);
    return rows[0].predicted;
  };
  const double usual = predicted(600, "");
  EXPECT_NEAR(usual, 600, 15);  // the others take 10 days longer each
  EXPECT_EQ(predicted(150, ""), usual);
  EXPECT_EQ(predicted(600, "B,2027-01-01,planned,5000\n"), usual);
}

TEST(Sites, NegativePowerIsRefusedAndASiteThatRunsOnItsFirstDayIsNotScored) {
  EXPECT_THROW(
      read_timelines(parse_csv("Data center,Date,Construction status,IT power (MW)\nA,2024-05-01,on,-5\n", "t.csv"),
                     no_sites),
      Error);
  const std::string text = timelines_of(8, 600) + "Y,2024-01-01,seen,0\nY,2024-01-01,seen,30\n";
  const auto rows = validate_sites(read_timelines(parse_csv(text, "t.csv"), no_sites), make_date(2026, 8, 1)).rows;
  EXPECT_EQ(rows[8].id, "Y: first capacity");
  EXPECT_NE(rows[8].skipped, "");
}

TEST(Sites, SaysWhyASiteIsNotScored) {
  const std::string text =
      timelines_of(8, 600) + "Y,2024-01-01,seen,30\nZ,2026-01-01,Land clearing,0\nZ,2027-01-01,planned,30\n";
  const auto rows = validate_sites(read_timelines(parse_csv(text, "t.csv"), no_sites), make_date(2026, 8, 1)).rows;
  ASSERT_EQ(rows.size(), 20u);
  EXPECT_TRUE(rows[8].skipped.starts_with("in operation when first seen"));
  EXPECT_EQ(rows[9].skipped, "no capacity yet");
  EXPECT_GT(rows[9].predicted, 0);
  EXPECT_EQ(rows[10].labels[1].second, "half of 100 MW");
  EXPECT_EQ(rows[10].measured, 600);
}

TEST(Sites, RefusesAFileWithoutItsColumnsAndABadDate) {
  EXPECT_THROW(read_timelines(parse_csv("Data centre,Date\nA,2024-01-01\n", "t.csv"), no_sites), Error);
  try {
    read_timelines(parse_csv("Data center,Date,Construction status,IT power (MW)\nA,2024-13-01,x,0\n", "t.csv"),
                   no_sites);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.place().line, 2);
    EXPECT_EQ(error.key(), "Date");
  }
}

}  // namespace
}  // namespace orrery::validation
