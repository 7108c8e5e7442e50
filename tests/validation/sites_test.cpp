// Dates of sites: what is not used, that a site is never predicted from its own outcome, and what stands beside.
#include "validation/sites.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

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

const Row& row_called(const Score& score, const std::string& id) {
  const auto it = std::find_if(score.rows.begin(), score.rows.end(), [&](const Row& r) { return r.id == id; });
  if (it == score.rows.end()) throw Error({}, id, "is no row", "");
  return *it;
}

Score score_of(const std::string& text, Date edition = make_date(2026, 8, 1)) {
  Score score = validate_sites(read_timelines(parse_csv(text, "t.csv"), no_sites), edition);
  summarise(score);
  return score;
}

TEST(Sites, SaysWhyASiteIsNotScored) {
  const Score score =
      score_of(timelines_of(8, 600) + "Y,2024-01-01,seen,30\nZ,2026-01-01,Land clearing,0\nZ,2027-01-01,planned,30\n");
  EXPECT_TRUE(row_called(score, "Y: first capacity").skipped.starts_with("in operation when first seen"));
  const Row& open = row_called(score, "Z: first capacity");
  EXPECT_EQ(open.skipped, "no capacity yet");
  EXPECT_GT(open.predicted, 0);
  EXPECT_EQ(open.waited, make_date(2026, 8, 1) - make_date(2026, 1, 1));
  ASSERT_TRUE(open.crps.has_value());
  EXPECT_EQ(row_called(score, "A: half").labels[1].second, "half of 100 MW");
  EXPECT_EQ(row_called(score, "A: half").measured, 600);
  EXPECT_EQ(row_called(score, "A: 100 MW").measured, make_date(2026, 1, 1) - make_date(2023, 1, 1));
  EXPECT_EQ(row_called(score, "Z: 100 MW").skipped, "its plans end below 100 MW");
}

TEST(Sites, AProjectionCountsAsOpenWhenItWasLastLookedAt) {
  const std::string more = "Z,2024-02-01,Land clearing,0\nZ,2026-03-01,\"Looks complete, we give it 3 months\",0\n";
  const Score projected =
      score_of(timelines_of(8, 600) + more + "Z,2026-06-01,Building 1 is operational (estimate).,50\n");
  const Score seen = score_of(timelines_of(8, 600) + more + "Z,2026-06-01,Building 1 looks operational.,50\n");
  const Row& open = row_called(projected, "Z: first capacity");
  EXPECT_EQ(open.measured, 0);
  EXPECT_EQ(open.waited, make_date(2026, 3, 1) - make_date(2024, 2, 1));
  EXPECT_EQ(row_called(seen, "Z: first capacity").measured, make_date(2026, 6, 1) - make_date(2024, 2, 1));
  // Neither teaches its own prediction, and one that is known later teaches the others no shorter time.
  EXPECT_EQ(open.predicted, row_called(seen, "Z: first capacity").predicted);
}

TEST(Sites, ConversionsHaveASpreadOfTheirOwn) {
  std::string text = timelines_of(20, 600);
  const int days[] = {60, 450, 110, 300, 80, 700};
  for (int i = 0; i < 6; ++i) {
    const std::string name = "conversion " + std::to_string(i);
    const Date start = make_date(2024, 1, 1) + 15 * i;
    text += name + "," + start.text() + ",Converting a mill,0\n" + name + "," + (start + days[i]).text() + ",on,120\n";
  }
  const Score score = score_of(text);
  const auto width = [&](const std::string& id) {
    const Row& row = row_called(score, id);
    return row.band->second / row.band->first;
  };
  EXPECT_GT(width("conversion 0: first capacity"), 2 * width("B: first capacity"));
}

TEST(Sites, WhatStandsBesideIsNotCountedInAll) {
  const Score score = score_of(timelines_of(12, 600) + "Z,2026-01-01,Land clearing,0\n");
  int usual = 0, beside = 0;
  for (const Row& row : score.rows) (row.beside ? beside : usual) += 1;
  EXPECT_EQ(score.all.rows, usual);
  EXPECT_EQ(usual, 3 * 13);
  EXPECT_GT(beside, 0);
  // The wait alone: sites whose wait is 1500 days when others needed half of theirs are guessed at 750.
  const Row& guess = row_called(score, "C: first capacity, wait only");
  std::vector<double> shares;
  for (int i = 0; i < 12; ++i)
    if (i != 2)
      shares.push_back(
          std::log((i == 0 ? 600.0 : 600.0 + 10 * i) / (make_date(2026, 8, 1) - make_date(2023, 1, 1) - 20 * i)));
  double mean = 0;
  for (const double x : shares) mean += x / static_cast<double>(shares.size());
  EXPECT_NEAR(guess.predicted, std::exp(mean) * (make_date(2026, 8, 1) - make_date(2023, 1, 1) - 40), 1e-6);
  // An open site is guessed to be done by now: that costs its wait.
  EXPECT_GT(*row_called(score, "Z: first capacity, wait only").crps, *row_called(score, "Z: first capacity").crps);
}

TEST(Sites, AForecastUsesNothingOfLaterDaysAndIsGivenTheWait) {
  // Six are done by the end of 2024; one is under construction then, its end comes later.
  const auto forward = [&](const char* end_of_one, const char* end_of_other) {
    std::string text = timelines_of(6, 600);
    text += std::string("Y,2023-06-01,Land clearing,0\nY,") + end_of_one + ",on,50\n";
    text += std::string("Z,2024-01-01,Land clearing,0\nZ,") + end_of_other + ",on,50\n";
    return score_of(text);
  };
  const Score early = forward("2025-02-01", "2025-03-01"), late = forward("2026-01-01", "2025-12-01");
  const std::string id = "Y: forward from 2024-12-31";
  EXPECT_EQ(row_called(early, id).predicted, row_called(late, id).predicted);
  EXPECT_GE(row_called(early, id).band->first, make_date(2024, 12, 31) - make_date(2023, 6, 1));
  EXPECT_EQ(row_called(early, id).measured, make_date(2025, 2, 1) - make_date(2023, 6, 1));
}

}  // namespace
}  // namespace orrery::validation
