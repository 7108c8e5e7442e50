// Every internal rate of return is found, whatever the signs of the flows.
#include "money/irr.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numeric>

#include "base/error.h"
#include "money/cash_flow.h"

namespace {
using namespace orrery;
using namespace orrery::money;

/// Flows whose only rates are the given ones: the product of (v - 1/(1+r)) with v = 1/(1+r).
std::vector<double> flows_with(const std::vector<double>& rates) {
  std::vector<double> flows = {1};
  for (const double rate : rates) {
    std::vector<double> next(flows.size() + 1);
    for (std::size_t i = 0; i < flows.size(); ++i) {
      next[i] -= flows[i] / (1 + rate);
      next[i + 1] += flows[i];
    }
    flows = next;
  }
  return flows;
}
}  // namespace

TEST(Irr, textbook_cases) {
  EXPECT_NEAR(internal_rates(std::vector<double>{-100, 110}).rates.at(0), 0.1, 1e-14);
  EXPECT_NEAR(internal_rates(std::vector<double>{-1000, 0, 0, 1331}).rates.at(0), 0.1, 1e-14);
  // The oil pump of Lorie and Savage (1955): 25 % and 400 %.
  const InternalRates pump = internal_rates(std::vector<double>{-1600, 10000, -10000});
  ASSERT_EQ(pump.kind, InternalRates::Kind::several);
  EXPECT_NEAR(pump.rates.at(0), 0.25, 1e-12);
  EXPECT_NEAR(pump.rates.at(1), 4.0, 1e-12);
  // 1000 - 3000/(1+r) + 2500/(1+r)^2 has no real zero (Brealey, Myers and Allen, chapter 5).
  EXPECT_EQ(internal_rates(std::vector<double>{1000, -3000, 2500}).kind, InternalRates::Kind::none);
}

TEST(Irr, none_and_odd_patterns) {
  EXPECT_EQ(internal_rates(std::vector<double>{}).kind, InternalRates::Kind::none);
  EXPECT_EQ(internal_rates(std::vector<double>{0, 0, 0}).kind, InternalRates::Kind::none);
  EXPECT_EQ(internal_rates(std::vector<double>{5, 5}).kind, InternalRates::Kind::none);
  EXPECT_EQ(internal_rates(std::vector<double>{-5, -5}).kind, InternalRates::Kind::none);
  EXPECT_EQ(internal_rates(std::vector<double>{-5}).kind, InternalRates::Kind::none);
  EXPECT_NEAR(internal_rates(std::vector<double>{0, 0, -100, 0, 110, 0}).rates.at(0), std::sqrt(1.1) - 1, 1e-14);
  EXPECT_NEAR(internal_rates(std::vector<double>{100, -110}).rates.at(0), 0.1, 1e-14);
  EXPECT_NEAR(internal_rates(std::vector<double>{-100, 1}).rates.at(0), -0.99, 1e-14);
  EXPECT_NEAR(internal_rates(std::vector<double>{-1, 1e6}).rates.at(0), 1e6 - 1, 1e-5);
  EXPECT_THROW(internal_rates(std::vector<double>{-1, NAN}), Error);
}

TEST(Irr, a_present_value_that_only_touches_nought) {
  const InternalRates touching = internal_rates(flows_with({0.2, 0.2}));
  ASSERT_EQ(touching.rates.size(), 1u);
  EXPECT_NEAR(touching.rates[0], 0.2, 1e-6);
}

TEST(Irr, months_of_a_long_lease) {
  std::vector<double> flows(361, 1000.0);
  flows[0] = -150000;
  IrrWorkspace workspace;
  const double rate = internal_rate(flows, workspace);
  EXPECT_NEAR(present_value(flows, rate, Timing::start), 0, 1e-6);
  EXPECT_NEAR(internal_rates(flows).rates.at(0), rate, 1e-12);
}

// Rates at least 2 points apart are all found, and no others.
RC_GTEST_PROP(Irr, finds_every_rate_of_a_product, ()) {
  const int count = *rc::gen::inRange(1, 6);
  std::vector<double> rates;
  double rate = *rc::gen::inRange(-60, 0) / 100.0;
  for (int i = 0; i < count; ++i) {
    rate += *rc::gen::inRange(5, 60) / 100.0;
    rates.push_back(rate);
  }
  const InternalRates found = internal_rates(flows_with(rates));
  RC_ASSERT(found.rates.size() == rates.size());
  for (std::size_t i = 0; i < rates.size(); ++i) RC_ASSERT(std::abs(found.rates[i] - rates[i]) < 1e-6);
}

// Descartes: no more rates than sign changes, of the same parity; and each balances the flows.
RC_GTEST_PROP(Irr, as_many_as_the_signs_allow, ()) {
  const std::vector<int> raw = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-100, 101));
  std::vector<double> flows(raw.begin(), raw.end());
  std::size_t changes = 0;
  int last = 0;
  for (const int flow : raw) {
    const int sign = (flow > 0) - (flow < 0);
    if (sign == 0) continue;
    changes += last != 0 && sign != last;
    last = sign;
  }
  const InternalRates found = internal_rates(flows);
  RC_ASSERT(found.rates.size() <= changes);
  if (changes == 1) {
    RC_ASSERT(found.rates.size() == 1u);
  }
  for (const double rate : found.rates) {
    // Against the size of the discounted terms: far below nought the terms are huge and cancel.
    std::vector<double> sizes;
    for (const double flow : flows) sizes.push_back(std::abs(flow));
    RC_ASSERT(std::abs(present_value(flows, rate, Timing::start)) <= 1e-9 * present_value(sizes, rate, Timing::start));
  }
}

RC_GTEST_PROP(Irr, scale_does_not_matter, ()) {
  std::vector<double> flows = {-1000};
  const int years = *rc::gen::inRange(1, 40);
  for (int i = 0; i < years; ++i) flows.push_back(*rc::gen::inRange(1, 400));
  std::vector<double> scaled = flows;
  for (double& flow : scaled) flow *= 1e9;
  IrrWorkspace workspace;
  const double rate = internal_rate(flows, workspace);
  RC_ASSERT(std::isfinite(rate));
  RC_ASSERT(std::abs(internal_rate(scaled, workspace) - rate) <= 1e-12 * (1 + std::abs(rate)));
  RC_ASSERT(std::abs(internal_rates(flows).rates.at(0) - rate) <= 1e-10 * (1 + std::abs(rate)));
}

TEST(Series, annuities_and_payback) {
  EXPECT_NEAR(capital_recovery_factor(0, 5), 0.2, 1e-15);
  EXPECT_NEAR(capital_recovery_factor(0.1, 1), 1.1, 1e-15);
  EXPECT_NEAR(payback(std::vector<double>{-100, 40, 40, 40}), 2.5, 1e-15);
  EXPECT_TRUE(std::isnan(payback(std::vector<double>{-100, 40})));
  EXPECT_EQ(payback(std::vector<double>{0, 40}), 0);
}

// The level payment at the ends of periods is worth what it repays, and half a period moves a value by half a period.
RC_GTEST_PROP(Series, amounts_are_worth_what_their_timing_says, ()) {
  const double rate = *rc::gen::inRange(-20, 40) / 100.0;
  const int periods = *rc::gen::inRange(1, 40);
  const std::vector<double> level(static_cast<std::size_t>(periods), capital_recovery_factor(rate, periods));
  const double at_end = present_value(level, rate, Timing::end);
  RC_ASSERT(std::abs(at_end - 1) < 1e-9);
  RC_ASSERT(std::abs(present_value(level, rate, Timing::start) / at_end - (1 + rate)) < 1e-9);
  RC_ASSERT(std::abs(present_value(level, rate, Timing::middle) / at_end - std::sqrt(1 + rate)) < 1e-9);
  CashFlow flow{make_date(2026, 1, 1), {Money(0), Money(100)}, Timing::middle};
  RC_ASSERT(std::abs(present_value(flow, rate, flow.start).value() - 100 * std::pow(1 + rate, -1.5 / 12)) < 1e-9);
  RC_ASSERT(std::abs(present_value(flow, rate, make_date(2025, 1, 1)).value() - 100 * std::pow(1 + rate, -13.5 / 12)) <
            1e-9);
}
