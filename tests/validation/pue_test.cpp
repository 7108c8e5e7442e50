// Published PUE: which rows make a place, predictions that never saw their place, and what is wrong with a table.
#include "validation/pue.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "validation/calibrate/pue.h"
#include "validation/shipped_facts.h"
#include "validation/tables.h"

namespace orrery::validation {
namespace {

const std::string header = "id,year,operator,site,lat,lon,pue,pue_kind\n";

Score score(const std::string& rows) {
  return validate_pue(parse_csv(header + rows, "t.csv"), facts());
}

TEST(Pue, YearsOfAPlaceAreOneAndQuartersNone) {
  const Climates climates(facts().catalog);
  const auto places =
      pue_places(parse_csv(header + "a,2022,AWS,X,10,10,1.2,annual\nb,2023,AWS,X,10.1,10,1.4,annual\n"
                                    "c,2024,Amazon,Y,20,10,1.3,trailing 12 months\n"
                                    "d,2024,AWS,X,10,10,1.9,quarterly\ne,2024,AWS,global,,,1.15,annual\n"
                                    "f,2022,Microsoft Azure,Z,10,10,1.12,annual\n"
                                    "g,2022,Nobody,Z,10,10,1.5,annual\nh,2022,Other,Z,10,10,1.6,annual\n",
                           "t.csv"),
                 facts().catalog, climates);
  ASSERT_EQ(places.size(), 4u);
  EXPECT_NEAR(places[0].pue, 1.3, 1e-12);
  EXPECT_EQ(places[1].operator_, "aws");
  EXPECT_EQ(places[2].operator_, "unknown");
  EXPECT_EQ(places_of(places, "aws").size(), 2u);
  EXPECT_EQ(places_of(places, "unknown").size(), 4u);
}

TEST(Pue, WhatIsNotKnownWidensTheBandOrIsNotPredicted) {
  const Score s = score(
      "a,2024,AWS,New,39.0,-77.3,1.2,annual\nb,2024,AWS,Far,39.0,-60,1.2,annual\nc,2024,AWS,,,,1.2,annual\n"
      "d,2024,Somebody,Far,39.0,-60,1.2,annual\ne,2024,Somebody,,,,1.2,annual\nf,2024,AWS,Far,39.0,-60,,annual\n");
  const auto width = [&](std::size_t i) { return s.rows[i].band->second - s.rows[i].band->first; };
  EXPECT_LT(width(0), width(1));  // a station at Dulles
  EXPECT_GT(width(2), width(1));
  EXPECT_GT(width(3), 0.18);
  EXPECT_EQ(s.rows[4].skipped, "neither the operator nor the place is known");
  EXPECT_EQ(s.rows[5].skipped, "no PUE");
  EXPECT_GT(s.rows[5].predicted, 1);
}

TEST(Pue, ARowOfTheShippedTableNeverSawItsPlace) {
  // Whatever its own row says, a place is predicted by the others: the catalog's line has seen Frankfurt.
  const Score s = score("a,2024,AWS,Europe (Frankfurt),50.1106,8.6822,1.35,annual\n");
  const site::PueLine line = pue_line(facts().catalog.entry("pue", "aws"));
  const Climates climates(facts().catalog);
  const site::Climate climate = site::climate_at({50.1106, 8.6822}, {}, climates.stations, climates.rule);
  EXPECT_LT(s.rows[0].predicted, site::pue_at(line, climate).median - 0.002);
}

TEST(Pue, CoordinatesOfAnotherPlaceOfTheNameAreSaidAndPutRight) {
  const Score s = score("a,2022,Google,Dallas,44.92,-123.32,1.14,annual\n");  // Dallas in Oregon
  const auto& labels = s.rows[0].labels;
  EXPECT_NE(labels.back().second.find("km from this site in measurements/pue.csv"), std::string::npos);
  const Score right = score("a,2022,Google,Dallas,32.44,-97.06,1.14,annual\n");
  EXPECT_EQ(s.rows[0].predicted, right.rows[0].predicted);
}

TEST(Pue, WhatIsWrongWithATableIsSaidWithItsLine) {
  const auto says = [](const std::string& rows) -> std::string {
    try {
      score(rows);
    } catch (const Error& error) {
      return error.message();
    }
    return "";
  };
  EXPECT_EQ(says("a,2024,AWS,X,95,10,1.2,annual\n"),
            "t.csv:2: lat: 95 is not from -90 to 90; write one that is, or leave the cell empty");
  EXPECT_EQ(says("a,2024,AWS,X,,10,1.2,annual\n"),
            "t.csv:2: lat: is missing beside the other coordinate; give both or none");
  EXPECT_EQ(says("a,2024,AWS,X,9,10,0.2,annual\n"),
            "t.csv:2: pue: 0.2 is not from 1 to 10; write one that is, or leave the cell empty");
}

TEST(Pue, TheCatalogHoldsWhatTheFitGives) {
  CalibrateOptions how;
  how.measurements = source_folder() + "/measurements";
  for (const Constant& c : calibrate_pue(facts(), how).constants)
    EXPECT_NEAR(c.after, c.before, 5e-4 * c.before) << c.entry << "." << c.key;
}

}  // namespace
}  // namespace orrery::validation
