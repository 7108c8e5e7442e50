// Scores of rows, and bars: those that ship are kept on the tables that ship, and what is wrong with a bar is said.
#include "validation/score.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "support/folders.h"
#include "validation/tables.h"

namespace orrery::validation {
namespace {

Row row(const std::string& group, double measured, double predicted) {
  Row r;
  r.group = group, r.measured = measured, r.predicted = predicted;
  return r;
}

Score scored(std::vector<Row> rows) {
  Score score;
  score.table = "drawn";
  score.rows = std::move(rows);
  summarise(score);
  return score;
}

TEST(Score, MediansAreOfAbsoluteErrorsAndBiasOfSignedOnes) {
  Score score = scored({row("a", 1, 1.1), row("a", 1, 0.8), row("b", 1, 1.3), row("b", 1, 1)});
  EXPECT_NEAR(score.all.median, 0.15, 1e-12);
  EXPECT_NEAR(score.all.mean, 0.15, 1e-12);
  EXPECT_NEAR(score.all.bias, 0.05, 1e-12);
  EXPECT_NEAR(score.all.p90, 0.27, 1e-12);
  ASSERT_EQ(score.groups.size(), 2u);
  EXPECT_NEAR(score.groups[0].median, 0.15, 1e-12);
}

TEST(Score, BandsOfInputsDrawnByThemselvesStandBesideTheOthers) {
  Row wide = row("a", 10, 12), narrow = row("a", 10, 11);
  wide.band = {8, 16}, wide.independent_band = {11, 13};
  narrow.band = {9, 12}, narrow.independent_band = {10, 11};
  const Score score = scored({wide, narrow});
  EXPECT_DOUBLE_EQ(score.all.inside, 1);
  EXPECT_DOUBLE_EQ(score.all.inside_independent, 0.5);
  const auto shown = [](const Score& of) {
    int columns = 0;
    for (const study::Scalar& figure : figures(of, of.all))
      columns += figure.column.key == "inside_p10_p90_independent";
    return columns;
  };
  EXPECT_EQ(shown(score), 1);
  EXPECT_EQ(shown(scored({row("a", 1, 1)})), 0);
}

TEST(Score, ARateThatIsHalvedIsATimeThatIsDoubled) {
  Row rate = row("a", 10, 5);
  rate.rate = true;
  EXPECT_DOUBLE_EQ(rate.error(), row("a", 5, 10).error());
}

TEST(Score, SkippedRowsAreCountedWithTheirReasonAndNothingElse) {
  Row skipped = row("a", 1, 9);
  skipped.skipped = "no such chip";
  const Score score = scored({row("a", 1, 1.1), skipped, skipped});
  EXPECT_EQ(score.all.rows, 3);
  EXPECT_EQ(score.all.predicted, 1);
  EXPECT_NEAR(score.all.p90, 0.1, 1e-12);
  EXPECT_EQ(score.skipped.at("no such chip"), 2);
}

TEST(Score, ABarThatNothingIsPredictedForIsMissed) {
  Row skipped = row("a", 1, 0);
  skipped.skipped = "no such chip";
  Score score = scored({skipped});
  judge(score, parse_csv("table,group,figure,least,most\ndrawn,all,median_abs_error,,0.5\n", "bars.csv"));
  EXPECT_EQ(document_of(score).status, 1);
}

TEST(Score, ABarIsMetUpToItsLimitAndMissedBeyond) {
  const auto is_met = [](const char* least, const char* most) {
    Score score = scored({row("a", 2, 2.5)});
    judge(score, parse_csv("table,group,figure,least,most\nother,x,y,,\ndrawn,a,median_abs_error," +
                               std::string(least) + "," + most + "\n",
                           "bars.csv"));
    EXPECT_EQ(score.bars.size(), 1u);
    return document_of(score).status == 0;
  };
  EXPECT_TRUE(is_met("", "0.25"));
  EXPECT_FALSE(is_met("", "0.2499"));
  EXPECT_TRUE(is_met("0.25", "0.3"));
  EXPECT_FALSE(is_met("0.26", "0.3"));
}

TEST(Score, WhatIsWrongWithABarIsSaidWithItsLine) {
  const auto says = [](const char* line) -> std::string {
    Score score = scored({row("h100", 1, 1)});
    try {
      judge(score, parse_csv("table,group,figure,least,most\n" + std::string(line) + "\n", "bars.csv"));
    } catch (const Error& error) {
      return error.message();
    }
    return "";
  };
  EXPECT_EQ(says("drawn,h10,predicted,1,"), "bars.csv:2: group: 'h10' is no group of drawn; did you mean 'h100'?");
  EXPECT_EQ(says("drawn,h100,median,,1"),
            "bars.csv:2: figure: 'median' is no figure of a score; did you mean 'median_abs_error'?");
  EXPECT_EQ(says("drawn,h100,predicted,,"), "bars.csv:2: most: the bar has no limit; write least, most or both");
}

TEST(Tables, WhatShipsKeepsItsBars) {
  const std::string measurements = source_folder() + "/measurements/";
  const CsvTable bars = read_csv(measurements + "bars.csv");
  const Facts facts = load_facts(catalog::Catalog(source_folder() + "/catalog"), make_date(2026, 8, 3));
  for (std::size_t i = 0; i < bars.size(); ++i)
    EXPECT_TRUE(std::any_of(tables().begin(), tables().end(), [&](const Table& table) {
      return table.name == bars.cell(i, "table") && !table.place.empty();
    })) << bars.cell(i, "table");
  for (const Table& table : tables()) {
    if (table.place.empty()) continue;
    Score score = validate(table, measurements + std::string(table.place), facts);
    judge(score, bars);
    EXPECT_FALSE(score.bars.empty()) << table.name << " ships and has no bar";
    for (const Bar& bar : score.bars)
      EXPECT_TRUE(bar.met) << table.name << ", " << bar.group << ": " << bar.figure << " is " << bar.value;
  }
}

}  // namespace
}  // namespace orrery::validation
