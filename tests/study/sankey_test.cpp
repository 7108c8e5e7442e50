// Where parties and bands of a Sankey diagram stand.
#include "study/sankey.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

namespace orrery::study {
namespace {

std::vector<SankeyFlow> draw_flows(std::size_t parties) {
  std::vector<SankeyFlow> flows;
  for (int n = *rc::gen::inRange(1, 25); n > 0; --n) {
    const auto party = [&] { return static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(parties))); };
    flows.push_back({party(), party(), *rc::gen::inRange(-1, 10) * std::pow(10.0, *rc::gen::inRange(-3, 12))});
  }
  return flows;
}

bool is_drawn(const SankeyFlow& f) {
  return f.from != f.to && f.amount > 0;
}

}  // namespace

TEST(Sankey, PartiesStandOneColumnRightOfWhoPaysThem) {
  const Sankey s = sankey_of(5, {{0, 1, 10}, {1, 2, 4}, {0, 3, 1}, {2, 3, 3}});
  EXPECT_EQ(s.columns, 4);
  const int columns[] = {0, 1, 2, 3, -1};
  for (std::size_t p = 0; p < 5; ++p) EXPECT_EQ(s.parties[p].column, columns[p]) << p;
  EXPECT_NEAR(s.bands[1].width / s.bands[0].width, 0.4, 1e-12);
  for (const SankeyBand& band : s.bands) EXPECT_FALSE(band.back);
  EXPECT_EQ(sankey_of(3, {{0, 1, 1}, {1, 2, 1}, {0, 2, 1}}, {false, true, false}).parties[1].column, 2);
}

TEST(Sankey, TheLesserFlowOfACircleGoesBackBelow) {
  const Sankey s = sankey_of(2, {{0, 1, 3}, {1, 0, 10}});
  EXPECT_TRUE(s.bands[0].back);
  EXPECT_FALSE(s.bands[1].back);
  EXPECT_EQ(s.parties[0].column, 1);
  EXPECT_GT(s.bands[0].lane, s.parties[0].top + s.parties[0].height);
  EXPECT_LE(s.bands[0].lane + s.bands[0].width / 2, s.height + 1e-9);
}

RC_GTEST_PROP(Sankey, EachBandHasItsRoomAndEachPartyItsName, ()) {
  const auto parties = static_cast<std::size_t>(*rc::gen::inRange(2, 9));
  const std::vector<SankeyFlow> flows = draw_flows(parties);
  const Sankey s = sankey_of(parties, flows);
  for (std::size_t p = 0; p < parties; ++p) {
    const SankeyParty& party = s.parties[p];
    if (party.column < 0) {
      for (const SankeyFlow& f : flows) RC_ASSERT(!is_drawn(f) || (f.from != p && f.to != p));
      continue;
    }
    RC_ASSERT(party.top >= 2 - 1e-9 && party.top + party.height <= s.height + 1e-9);
    for (std::size_t q = 0; q < p; ++q)
      if (s.parties[q].column == party.column) {
        const double apart =
            std::max(party.top - s.parties[q].top - s.parties[q].height, s.parties[q].top - party.top - party.height);
        RC_ASSERT(apart >= 2 - 1e-9);
      }
    for (const bool out : {false, true}) {
      std::vector<std::pair<double, double>> rooms;
      for (std::size_t k = 0; k < flows.size(); ++k) {
        if (!is_drawn(flows[k]) || (out ? flows[k].from : flows[k].to) != p) continue;
        const double middle = out ? s.bands[k].from : s.bands[k].to, room = std::max(1.0, s.bands[k].width);
        rooms.emplace_back(middle - room / 2, middle + room / 2);
      }
      std::sort(rooms.begin(), rooms.end());
      for (std::size_t i = 0; i < rooms.size(); ++i) {
        RC_ASSERT(rooms[i].first >= (i == 0 ? party.top : rooms[i - 1].second) - 1e-9);
        RC_ASSERT(rooms[i].second <= party.top + party.height + 1e-9);
      }
    }
  }
  for (std::size_t k = 0; k < flows.size(); ++k) {
    if (!is_drawn(flows[k])) continue;
    const int step = s.parties[flows[k].to].column - s.parties[flows[k].from].column;
    RC_ASSERT(s.bands[k].back == (step <= 0));
  }
}

}  // namespace orrery::study
