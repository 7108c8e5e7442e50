// Sharing a market: nothing is lost, contracts come first, priority counts, a short supply makes everybody wait.
#include "silicon/market.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/error.h"

namespace orrery::silicon {
namespace {

TEST(Market, ContractsComeFirstThenPriorityThenShares) {
  const std::vector<MarketBuyer> buyers = {
      {"contract", 0.5, 3, {80}}, {"first", 0, 1, {30}}, {"a", 0, 2, {40}}, {"b", 0, 2, {20}}};
  const MarketQuarter q = share_supply({100}, buyers).front();
  EXPECT_DOUBLE_EQ(q.delivered_to[0], 50);
  EXPECT_DOUBLE_EQ(q.delivered_to[1], 30);
  EXPECT_NEAR(q.delivered_to[2], 20.0 * 40 / 60, 1e-12);
  EXPECT_NEAR(q.delivered_to[3], 20.0 * 20 / 60, 1e-12);
  EXPECT_NEAR(q.waiting(), 70, 1e-12);
}

TEST(Market, WhatNobodyWantsIsKept) {
  const auto quarters = share_supply({100, 0}, {{"late", 0, 1, {10, 90}}});
  EXPECT_DOUBLE_EQ(quarters[1].supply, 90);
  EXPECT_DOUBLE_EQ(quarters[1].delivered, 90);
  EXPECT_DOUBLE_EQ(quarters[1].waiting(), 0);
}

TEST(Market, RentRisesWithTheShortageAndMoreWhereDemandIsStiff) {
  EXPECT_DOUBLE_EQ(rent_response(2, 100, 100, -1), 2);
  EXPECT_DOUBLE_EQ(rent_response(2, 200, 100, -1), 4);
  EXPECT_GT(rent_response(2, 200, 100, -0.5), rent_response(2, 200, 100, -2));
  EXPECT_THROW(rent_response(2, 1, 1, 0), Error);
}

RC_GTEST_PROP(Market, NothingIsLostAndMoreSupplyNeverMakesAnyoneWaitLongerInAll, ()) {
  const size_t n = *rc::gen::inRange<size_t>(1, 6);
  auto amounts = [&] {
    std::vector<double> out;
    for (size_t i = 0; i < n; ++i) out.push_back(*rc::gen::inRange(0, 1000));
    return out;
  };
  std::vector<MarketBuyer> buyers;
  for (int b = 0; b < *rc::gen::inRange(1, 5); ++b)
    buyers.push_back({"b", *rc::gen::inRange(0, 60) / 100.0, *rc::gen::inRange(1, 4), amounts()});
  const std::vector<double> made = amounts();
  std::vector<double> more = made;
  for (double& x : more) x += 50;
  const auto quarters = share_supply(made, buyers), richer = share_supply(more, buyers);
  double ordered = 0, delivered = 0, produced = 0;
  for (size_t q = 0; q < n; ++q) {
    produced += made[q], delivered += quarters[q].delivered;
    for (size_t b = 0; b < buyers.size(); ++b) {
      ordered += buyers[b].orders[q];
      RC_ASSERT(quarters[q].delivered_to[b] >= 0);
      RC_ASSERT(quarters[q].waiting_of[b] >= -1e-9);
    }
    RC_ASSERT(delivered <= produced + 1e-6);
    RC_ASSERT(std::abs(ordered - delivered - quarters[q].waiting()) < 1e-6);
    RC_ASSERT(richer[q].waiting() <= quarters[q].waiting() + 1e-6);
    // Nobody waits while something is left.
    RC_ASSERT(quarters[q].waiting() < 1e-6 || std::abs(quarters[q].delivered - quarters[q].supply) < 1e-6);
  }
}

TEST(Market, RefusesNegativeAmountsAndMissingQuarters) {
  EXPECT_THROW(share_supply({-1}, {}), Error);
  EXPECT_THROW(share_supply({1}, {{"b", 0, 1, {1, 2}}}), Error);
  EXPECT_THROW(share_supply({1}, {{"b", 0, 1, {-2}}}), Error);
}

}  // namespace
}  // namespace orrery::silicon
