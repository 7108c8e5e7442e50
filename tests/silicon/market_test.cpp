// Sharing a market: nothing is lost, contracts come first, priority counts, a short supply makes everybody wait.
#include "silicon/market.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/amount.h"
#include "base/error.h"

namespace orrery::silicon {
namespace {

TEST(Market, ContractsComeFirstThenPriorityThenShares) {
  const std::vector<MarketBuyer> buyers = {
      {"contract", 0.5, 0, 3, {80}}, {"first", 0, 0, 1, {30}}, {"a", 0, 0, 2, {40}}, {"b", 0, 0, 2, {20}}};
  const MarketQuarter q = share_supply({100}, buyers).front();
  EXPECT_DOUBLE_EQ(q.delivered_to[0], 50);
  EXPECT_DOUBLE_EQ(q.delivered_to[1], 30);
  EXPECT_NEAR(q.delivered_to[2], 20.0 * 40 / 60, 1e-12);
  EXPECT_NEAR(q.delivered_to[3], 20.0 * 20 / 60, 1e-12);
  EXPECT_NEAR(q.waiting(), 70, 1e-12);
}

TEST(Market, WhatNobodyWantsIsKept) {
  const auto quarters = share_supply({100, 0}, {{"late", 0, 0, 1, {10, 90}}});
  EXPECT_DOUBLE_EQ(quarters[1].supply, 90);
  EXPECT_DOUBLE_EQ(quarters[1].delivered, 90);
  EXPECT_DOUBLE_EQ(quarters[1].waiting(), 0);
}

// 100 wait at the end of the first quarter; the second brings 60, so that 40 of the 80 of the third are needed.
TEST(Market, AnOrderWaitsUntilLaterSupplyHasServedWhatWaitedBeforeIt) {
  const std::vector<double> made = {20, 60, 80};
  const auto quarters = share_supply(made, {{"a", 0, 0, 1, {120, 30, 50}}});
  EXPECT_DOUBLE_EQ(wait_of_order(made, quarters[0].waiting(), 0), 1.5);
  // 70 wait then, 80 come; after the last quarter 40 still wait, and 80 a quarter go on.
  EXPECT_DOUBLE_EQ(wait_of_order(made, quarters[1].waiting(), 1), 70.0 / 80);
  EXPECT_DOUBLE_EQ(wait_of_order(made, quarters[2].waiting(), 2), 40.0 / 80);
  // A supply that is ample serves it sooner, whatever else is ordered later.
  EXPECT_DOUBLE_EQ(wait_of_order({10, 40}, 10, 0), 0.25);
  EXPECT_DOUBLE_EQ(wait_of_order({10, 0}, 5, 1), 0.5);
  EXPECT_DOUBLE_EQ(wait_of_order({0, 0}, 0, 0), 0);
  EXPECT_EQ(wait_of_order({0, 0}, 1, 0), infinity);
}

TEST(Market, TakeOrPayIsServedWithTheContractsAndOrderedWhereNothingElseIs) {
  const std::vector<MarketBuyer> buyers = {
      {"share", 0.5, 0, 2, {100, 0}}, {"take", 0, 30, 2, {0, 0}}, {"rest", 0, 0, 1, {100, 0}}};
  const auto quarters = share_supply({100, 40}, buyers);
  EXPECT_DOUBLE_EQ(quarters[0].delivered_to[0], 50);
  EXPECT_DOUBLE_EQ(quarters[0].delivered_to[1], 30);
  EXPECT_DOUBLE_EQ(quarters[0].ordered_by[1], 30);
  EXPECT_DOUBLE_EQ(quarters[0].delivered_to[2], 20);
  // Shares leave 20 of the second quarter's 40, less than the 30 to be taken.
  EXPECT_DOUBLE_EQ(quarters[1].delivered_to[1], 20);
  EXPECT_DOUBLE_EQ(quarters[1].delivered_to[2], 0);
}

TEST(Market, RentRisesWithTheShortageAndMoreWhereDemandIsStiff) {
  EXPECT_DOUBLE_EQ(rent_response(2, 100, 100, -1), 2);
  EXPECT_DOUBLE_EQ(rent_response(2, 200, 100, -1), 4);
  EXPECT_GT(rent_response(2, 200, 100, -0.5), rent_response(2, 200, 100, -2));
  EXPECT_THROW(rent_response(2, 1, 1, 0), Error);
}

struct AnyMarket {
  std::vector<double> made;
  std::vector<MarketBuyer> buyers;
};
AnyMarket any_market() {
  const auto n = *rc::gen::inRange<size_t>(1, 6);
  const auto amounts = [&] {
    std::vector<double> out;
    for (size_t i = 0; i < n; ++i) out.push_back(*rc::gen::inRange(0, 1000));
    return out;
  };
  AnyMarket m{amounts(), {}};
  const int count = *rc::gen::inRange(1, 5);
  for (int b = 0; b < count; ++b)
    m.buyers.push_back(
        {"b", *rc::gen::inRange(0, 60) / 100.0, *rc::gen::inRange(0, 3) * 100.0, *rc::gen::inRange(1, 4), amounts()});
  return m;
}

RC_GTEST_PROP(Market, NothingIsLostAndNobodyWaitsWhileSomethingIsLeft, ()) {
  const AnyMarket m = any_market();
  const auto quarters = share_supply(m.made, m.buyers);
  double ordered = 0, delivered = 0, produced = 0;
  for (size_t q = 0; q < m.made.size(); ++q) {
    produced += m.made[q], delivered += quarters[q].delivered;
    for (size_t b = 0; b < m.buyers.size(); ++b) {
      RC_ASSERT(quarters[q].ordered_by[b] >= m.buyers[b].orders[q] - 1e-9);
      ordered += quarters[q].ordered_by[b];
      RC_ASSERT(quarters[q].delivered_to[b] >= 0);
      RC_ASSERT(quarters[q].waiting_of[b] >= -1e-9);
    }
    RC_ASSERT(delivered <= produced + 1e-6);
    RC_ASSERT(std::abs(ordered - delivered - quarters[q].waiting()) < 1e-6);
    RC_ASSERT(quarters[q].waiting() < 1e-6 || std::abs(quarters[q].delivered - quarters[q].supply) < 1e-6);
  }
}

RC_GTEST_PROP(Market, MoreSupplyInAQuarterDelaysNobody, ()) {
  const AnyMarket m = any_market();
  std::vector<double> more = m.made;
  const auto in = *rc::gen::inRange<size_t>(0, more.size());
  // Where none was made at all, supply after the last quarter would go on at the little that is added.
  RC_PRE(m.made[in] > 0);
  more[in] += *rc::gen::inRange(1, 500);
  const auto quarters = share_supply(m.made, m.buyers), richer = share_supply(more, m.buyers);
  for (size_t q = 0; q < m.made.size(); ++q) {
    for (size_t b = 0; b < m.buyers.size(); ++b) RC_ASSERT(richer[q].waiting_of[b] <= quarters[q].waiting_of[b] + 1e-6);
    RC_ASSERT(wait_of_order(more, richer[q].waiting(), q) <= wait_of_order(m.made, quarters[q].waiting(), q) + 1e-6);
  }
}

RC_GTEST_PROP(Market, ABuyerOfHigherPriorityOrWithAContractNeverHasGotLess, ()) {
  const AnyMarket m = any_market();
  std::vector<MarketBuyer> first = m.buyers, contracted = m.buyers;
  first.front().priority = 0;
  double others = 0;
  for (size_t b = 1; b < contracted.size(); ++b) others += contracted[b].contract;
  contracted.front().contract = std::max(contracted.front().contract, 1 - others);
  const auto quarters = share_supply(m.made, m.buyers), ahead = share_supply(m.made, first),
             bound = share_supply(m.made, contracted);
  // Not what waits: take or pay is ordered anew once it was served.
  double got = 0, got_ahead = 0, got_bound = 0;
  for (size_t q = 0; q < m.made.size(); ++q) {
    got += quarters[q].delivered_to[0], got_ahead += ahead[q].delivered_to[0], got_bound += bound[q].delivered_to[0];
    RC_ASSERT(got_ahead >= got - 1e-6);
    if (others <= 1) RC_ASSERT(got_bound >= got - 1e-6);
  }
}

RC_GTEST_PROP(Market, PartsOfABuyersOrdersComeToWhatItGetsTheOlderFirst, ()) {
  const AnyMarket m = any_market();
  const auto quarters = share_supply(m.made, m.buyers);
  std::vector<double> one, other, first(m.made.size());
  for (const MarketQuarter& q : quarters) {
    one.push_back(q.ordered_by[0] * *rc::gen::inRange(0, 5) / 4);
    other.push_back(q.ordered_by[0] - one.back());
  }
  first[0] = quarters[0].ordered_by[0];
  const auto to_one = deliveries_of_part(one, quarters, 0), to_other = deliveries_of_part(other, quarters, 0),
             to_first = deliveries_of_part(first, quarters, 0);
  double all = 0, oldest = 0;
  for (size_t q = 0; q < quarters.size(); ++q) {
    RC_ASSERT(to_one[q] >= 0 && to_other[q] >= 0);
    RC_ASSERT(std::abs(to_one[q] + to_other[q] - quarters[q].delivered_to[0]) < 1e-6);
    all += quarters[q].delivered_to[0], oldest += to_first[q];
    RC_ASSERT(std::abs(oldest - std::min(all, first[0])) < 1e-6);
  }
}

TEST(Market, RefusesNegativeAmountsAndMissingQuarters) {
  EXPECT_THROW(share_supply({-1}, {}), Error);
  EXPECT_THROW(share_supply({1}, {{"b", 0, 0, 1, {1, 2}}}), Error);
  EXPECT_THROW(share_supply({1}, {{"b", 0, 0, 1, {-2}}}), Error);
}

}  // namespace
}  // namespace orrery::silicon
