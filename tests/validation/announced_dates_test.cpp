// Announced dates: milestones found again from one edition to the next, a third edition, and predictions that never saw
// their own site.
#include "validation/announced_dates.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "validation/calibrate/slips.h"
#include "validation/shipped_facts.h"
#include "validation/tables.h"

namespace orrery::validation {
namespace {

Vintage vintage(const char* edition, const std::string& rows) {
  const CsvTable table =
      parse_csv("Data center,Date,Construction status,Buildings operational,Power (MW)\n" + rows, "t.csv");
  Vintage v{parse_date(edition), "t.csv", "", read_timelines(table, CsvTable{})};
  for (Timeline& t : v.timelines) mark_projections(t, v.edition);
  return v;
}

/// The slip of each milestone in days; -999 where it was not found again.
std::vector<double> slips(const Vintage& before, const Vintage& after) {
  std::vector<double> out;
  for (const Announcement& a : match_announcements(before, after)) out.push_back(a.matched ? a.slip() : -999);
  return out;
}

TEST(AnnouncedDates, AMilestoneIsFoundAgainByThePowerItAdds) {
  const Vintage before = vintage("2025-12-01",
                                 "A,2025-01-01,on,1,100\n"
                                 "A,2026-03-01,due,2,200\nA,2026-06-01,due,3,300\nA,2027-01-01,due,5,700\n");
  // Counted anew, so that totals differ; the same phases, each later; the last in a form of its own.
  const Vintage after = vintage("2026-08-01",
                                "the A,2025-01-01,on,1,60\n"
                                "the A,2026-03-11,on,2,160\nthe A,2026-07-01,on,3,262\nthe A,2027-02-01,due,4,680\n");
  EXPECT_EQ(slips(before, after), (std::vector<double>{10, 30, 31}));
  EXPECT_EQ(match_announcements(before, after)[0].site, "the A");
}

TEST(AnnouncedDates, ElseByBuildingsAndTotalOrNotAtAll) {
  const Vintage before =
      vintage("2025-12-01", "A,2026-03-01,due,1,500\nB,2026-03-01,due,1,500\nC,2026-03-01,due,1,50\n");
  const Vintage after = vintage("2026-08-01",
                                "A,2026-04-01,on,1,440\n"                            // less power in as many buildings
                                "B,2026-04-01,on,1,100\nB,2026-05-01,due,2,200\n");  // something else is built
  EXPECT_EQ(slips(before, after), (std::vector<double>{31, -999, -999}));
}

TEST(AnnouncedDates, WhatWasPastAlreadyIsNoAnnouncement) {
  const Vintage before = vintage("2025-12-01", "A,2025-11-01,on,1,100\n");
  EXPECT_TRUE(match_announcements(before, vintage("2026-08-01", "A,2026-01-01,on,1,100\n")).empty());
}

/// Sites of which each announced two buildings that then were this many days late, in an edition and the next.
std::string rows_of(const std::vector<int>& late, Date first, bool now) {
  std::string rows;
  for (std::size_t i = 0; i < late.size(); ++i) {
    const std::string name = "site " + std::to_string(i);
    const int by = now ? late[i] : 0;
    rows += name + ",2024-01-01,Land clearing,0,0\n" + name + "," + (first + by).text() + ",due,1,100\n" + name + "," +
            (first + 60 + by).text() + ",due,2,250\n";
  }
  return rows;
}

TEST(AnnouncedDates, AThirdEditionAddsItsOwnPair) {
  const Date spring = make_date(2026, 3, 1), next = make_date(2027, 1, 1);
  const std::vector<int> late = {20, 40, 80, 90, 30, 60};
  std::vector<Vintage> v = {vintage("2025-12-01", rows_of(late, spring, false)),
                            vintage("2026-08-01", rows_of(late, spring, true))};
  EXPECT_EQ(match_announcements(v).size(), 12u);
  // The third dates a further building of every site that the second had announced.
  const auto further = [&](int by) {
    std::string rows;
    for (int i = 0; i < 6; ++i) rows += "site " + std::to_string(i) + "," + (next + by).text() + ",due,3,290\n";
    return rows;
  };
  v[1] = vintage("2026-08-01", rows_of(late, spring, true) + further(0));
  v.push_back(vintage("2027-06-01", rows_of(late, spring, true) + further(45)));
  const std::vector<Announcement> all = match_announcements(v);
  EXPECT_EQ(all.size(), 18u);
  EXPECT_EQ(std::count_if(all.begin(), all.end(), [](const Announcement& a) { return a.slip() == 45; }), 6);
  Score score = validate_announced_dates(v, facts().catalog);
  summarise(score);
  EXPECT_EQ(score.all.predicted, 18);
  EXPECT_THROW(match_announcements({v[0]}), Error);
}

TEST(AnnouncedDates, ASiteIsNotPredictedFromItsOwnSlips) {
  const Date spring = make_date(2026, 3, 1);
  const auto predicted = [&](int of_first) {
    const std::vector<int> late = {of_first, 40, 80, 160, 30, 60};
    const Score score = validate_announced_dates(
        {vintage("2025-12-01", rows_of(late, spring, false)), vintage("2026-08-01", rows_of(late, spring, true))},
        facts().catalog);
    return std::pair(score.rows[0].predicted, score.rows[2].predicted);
  };
  EXPECT_EQ(predicted(10).first, predicted(150).first);
  EXPECT_LT(predicted(10).second, predicted(150).second);
}

TEST(AnnouncedDates, TheCatalogHoldsWhatTheShippedEditionsSay) {
  CalibrateOptions how;
  how.measurements = source_folder() + "/measurements";
  for (const Constant& c : calibrate_slips(facts(), how).constants)
    EXPECT_NEAR(c.before, c.after, 0.002 * std::abs(c.after)) << c.key;
}

TEST(AnnouncedDates, TheGatheredEditionsSayTheSame) {
  const auto path = data_file("sites");
  if (!path) GTEST_SKIP() << no_data;
  const Date edition = make_date(2026, 8, 3);
  const auto gathered = match_announcements(read_vintages(*path, edition));
  const auto shipped = match_announcements(read_vintages(source_folder() + "/measurements/sites", edition));
  ASSERT_EQ(gathered.size(), shipped.size());
  for (std::size_t i = 0; i < gathered.size(); ++i) {
    EXPECT_EQ(gathered[i].site, shipped[i].site);
    EXPECT_EQ(gathered[i].announced, shipped[i].announced);
    EXPECT_EQ(gathered[i].matched, shipped[i].matched);
    EXPECT_EQ(gathered[i].now, shipped[i].now);
  }
}

}  // namespace
}  // namespace orrery::validation
