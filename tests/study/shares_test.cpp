// Shares of spread against closed forms: linear and exponential cases of independent and of correlated inputs.
#include "study/shares.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <functional>

namespace orrery::study {
namespace {

using scenario::Tie;

/// A standard normal input with so much of its variance from each cause.
Input normal(const std::string& name, const std::vector<std::pair<std::string, double>>& causes = {}) {
  Input input{name, {Distribution::Kind::normal, 0, 1, 0, {}}, {}, "", {}};
  for (const auto& [cause, part] : causes) input.ties.push_back({cause, "", false, std::sqrt(part)});
  return input;
}

Shares shares_of(const std::vector<Input>& inputs, const std::function<double(Draws)>& of, int count = 10000,
                 bool independent = false) {
  const Trials t = run_trials(inputs, 1, [&](Draws draws, std::span<double> out) { out[0] = of(draws); },
                              {count, 1, 1, nullptr, independent});
  return shares_of_spread(t, inputs, {true}, {infinity}).front();
}

double share_of(const Shares& shares, const std::string& cause) {
  for (const CauseShare& each : shares.causes)
    if (each.cause == cause) return each.share;
  return 0;
}
double input_share(const Shares& shares, int input) {
  for (const CauseShare& each : shares.causes)
    for (const InputShare& of : each.inputs)
      if (of.input == input) return of.share;
  return 0;
}

void expect_to_add_up(const Shares& shares) {
  double all = 0;
  for (const CauseShare& cause : shares.causes) {
    double within = 0;
    for (const InputShare& input : cause.inputs) within += input.share;
    EXPECT_NEAR(within, cause.share, 1e-9);
    all += cause.share;
  }
  EXPECT_NEAR(all, shares.explained, 1e-9);
}

constexpr double close = 0.015;  // some four standard errors of the correlations that 10,000 trials show

TEST(Shares, OfIndependentInputsAreTheirVariances) {
  const Shares s =
      shares_of({normal("a"), normal("b"), normal("c")}, [](Draws x) { return 3 * x[0] - 2 * x[1] + x[2] + 100; });
  EXPECT_TRUE(s.varies);
  EXPECT_NEAR(s.explained, 1, 1e-3) << "normal inputs are cut at their 0.001 and 0.999";
  EXPECT_NEAR(share_of(s, "a"), 9.0 / 14, close);
  EXPECT_NEAR(share_of(s, "b"), 4.0 / 14, close);
  EXPECT_NEAR(share_of(s, "c"), 1.0 / 14, close);
  expect_to_add_up(s);
}

TEST(Shares, OfTwoCorrelatedInputsAreTheKnownShapleyEffects) {
  // Iooss and Prieur 2019, the linear Gaussian case of two inputs.
  for (const double rho : {0.2, 0.6, 0.9}) {
    const double b1 = 2, b2 = 1, variance = b1 * b1 + b2 * b2 + 2 * rho * b1 * b2;
    const Shares s = shares_of({normal("a", {{"x", rho}}), normal("b", {{"x", rho}})},
                               [&](Draws x) { return b1 * x[0] + b2 * x[1]; });
    const double first = b1 * b1 * (1 - rho * rho / 2) + rho * b1 * b2 + b2 * b2 * rho * rho / 2;
    EXPECT_NEAR(share_of(s, "x"), 1, 1e-3);
    EXPECT_NEAR(input_share(s, 0), first / variance, close);
    EXPECT_NEAR(input_share(s, 1), 1 - first / variance, close);
    expect_to_add_up(s);
  }
}

TEST(Shares, OfACauseHoldWhatItsInputsDoTogether) {
  const double rho = 0.5, b1 = 1, b2 = 2, b3 = 1.5, both = b1 * b1 + b2 * b2 + 2 * rho * b1 * b2;
  const std::vector<Input> inputs = {normal("a", {{"x", rho}}), normal("b", {{"x", rho}}), normal("c")};
  const auto of = [&](Draws x) { return b1 * x[0] + b2 * x[1] + b3 * x[2]; };
  const Shares s = shares_of(inputs, of);
  EXPECT_NEAR(share_of(s, "x"), both / (both + b3 * b3), close);
  EXPECT_NEAR(share_of(s, "c"), b3 * b3 / (both + b3 * b3), close);
  const Shares apart = shares_of(inputs, of, 10000, true);
  EXPECT_NEAR(share_of(apart, "b"), b2 * b2 / (b1 * b1 + b2 * b2 + b3 * b3), close);
  EXPECT_EQ(share_of(apart, "x"), 0);
}

TEST(Shares, OfCausesThatShareAWiderOneAreTheKnownShapleyEffects) {
  // a and b of one site, c of another of the same operator. E[Y | a, b] from the normal equations of two unknowns.
  const double wide = 0.3, narrow = 0.4, within = wide + narrow, b1 = 1, b2 = 2, b3 = 3;
  const Shares s =
      shares_of({normal("a", {{"near", narrow}, {"all", wide}}), normal("b", {{"near", narrow}, {"all", wide}}),
                 normal("c", {{"far", narrow}, {"all", wide}})},
                [&](Draws x) { return b1 * x[0] + b2 * x[1] + b3 * x[2]; });
  const double with_a = b1 + within * b2 + wide * b3, with_b = within * b1 + b2 + wide * b3,
               with_c = wide * (b1 + b2) + b3;
  const double near = (with_a * with_a + with_b * with_b - 2 * within * with_a * with_b) / (1 - within * within);
  const double far = with_c * with_c, variance = b1 * with_a + b2 * with_b + b3 * with_c;
  EXPECT_NEAR(share_of(s, "near"), (near + variance - far) / 2 / variance, close);
  EXPECT_NEAR(share_of(s, "far"), (far + variance - near) / 2 / variance, close);
  expect_to_add_up(s);
}

TEST(Shares, OfAnExponentialAndACorrelatedInputAreTheKnownOnes) {
  // Y = exp(s a) + c b. E[exp(s a) | b] = exp(s rho b + s^2 (1 - rho^2) / 2), and Cov(exp(s a), a) = s exp(s^2 / 2).
  const double sigma = 0.5, rho = 0.5, c = 0.4, s2 = sigma * sigma;
  const double joint = 2 * c * rho * sigma * std::exp(s2 / 2), own = std::exp(s2) * (std::exp(s2) - 1);
  const double variance = own + joint + c * c;
  const double of_a = own + joint + c * c * rho * rho;
  const double of_b = std::exp(s2) * (std::exp(rho * rho * s2) - 1) + joint + c * c;
  const Shares s = shares_of({normal("a", {{"x", rho}}), normal("b", {{"x", rho}})},
                             [&](Draws x) { return std::exp(sigma * x[0]) + c * x[1]; });
  EXPECT_GT(s.explained, 0.99);
  EXPECT_NEAR(input_share(s, 0), (of_a + variance - of_b) / 2 / variance, close);
  EXPECT_NEAR(input_share(s, 1), (of_b + variance - of_a) / 2 / variance, close);
}

TEST(Shares, AnInputThatTheOutputDoesNotHangOnHasNone) {
  const Shares s = shares_of({normal("a", {{"x", 0.5}}), normal("b", {{"x", 0.5}})}, [](Draws x) { return x[0]; });
  EXPECT_NEAR(input_share(s, 0), 1, 1e-3);
  EXPECT_EQ(input_share(s, 1), 0);
}

TEST(Shares, OfInputsThatMoveAsOneAreAlike) {
  const Shares s = shares_of({normal("a", {{"x", 1}}), normal("b", {{"x", 1}}), normal("c")},
                             [](Draws x) { return 2 * x[0] + x[1] + x[2]; });
  EXPECT_NEAR(share_of(s, "x"), 0.9, close);
  EXPECT_NEAR(input_share(s, 0), input_share(s, 1), 1e-6);
}

TEST(Shares, AConstantHasNone) {
  std::vector<Input> inputs = {normal("a", {{"x", 1}}), normal("b", {{"x", 1}})};
  inputs[1].distribution = Distribution::constant(3);
  const Shares s = shares_of(inputs, [](Draws x) { return x[0] + x[1]; });
  EXPECT_EQ(input_share(s, 1), 0);
  EXPECT_NEAR(input_share(s, 0), 1, 1e-3);
}

TEST(Shares, OfManyInputsOfOneCauseAddUpToIt) {
  std::vector<Input> inputs;
  for (int i = 0; i < 24; ++i) inputs.push_back(normal(fmt::format("a{}", i), {{"x", 0.3}}));
  inputs.push_back(normal("b"));
  const Shares s = shares_of(inputs, [](Draws x) {
    double sum = 0;
    for (std::size_t i = 0; i < 24; ++i) sum += x[i];
    return sum + 10 * x[24];
  });
  const double cause = 24 + 0.3 * 24 * 23;
  EXPECT_NEAR(share_of(s, "x"), cause / (cause + 100), close);
  for (int i = 0; i < 24; ++i) EXPECT_NEAR(input_share(s, i), cause / (cause + 100) / 24, 0.02) << i;
  expect_to_add_up(s);
}

TEST(Shares, WhatInputsDoOnlyTogetherIsNotExplained) {
  const std::vector<Input> inputs = {normal("a"), normal("b")};
  EXPECT_LT(shares_of(inputs, [](Draws x) { return x[0] * x[1]; }).explained, 0.02);
  const Shares half = shares_of(inputs, [](Draws x) { return x[0] * x[1] + x[0]; });
  EXPECT_NEAR(half.explained, 0.5, 0.03);
  EXPECT_NEAR(share_of(half, "a"), 0.5, 0.03);
}

TEST(Shares, AnOutputThatBendsIsSeen) {
  // The rank correlation of a and its square is 0.
  const Shares s = shares_of({normal("a"), normal("b")}, [](Draws x) { return x[0] * x[0] + x[1]; });
  EXPECT_NEAR(share_of(s, "a"), 2.0 / 3, 0.03);
}

TEST(Shares, WhatNeverComesCountsAsTheEnd) {
  const std::vector<Input> inputs = {normal("a"), normal("b")};
  const auto shares = [&](double beyond) {
    const Trials t =
        run_trials(inputs, 1, [&](Draws x, std::span<double> out) { out[0] = x[0] > 1 ? beyond : x[0]; }, {1000, 1, 1});
    return shares_of_spread(t, inputs, {true}, {1}).front();
  };
  EXPECT_EQ(shares(infinity).explained, shares(1).explained);
  const Shares none = shares_of(inputs, [](Draws) { return 7; });
  EXPECT_FALSE(none.varies);
  EXPECT_TRUE(none.causes.empty());
}

RC_GTEST_PROP(Shares, AddUpAndAreNeverBelowNought, ()) {
  std::vector<Input> inputs;
  std::vector<double> weights;
  const int count = *rc::gen::inRange(1, 12);
  for (int i = 0; i < count; ++i) {
    const int cause = *rc::gen::inRange(0, 4);
    std::vector<std::pair<std::string, double>> causes;
    if (cause > 0) causes = {{fmt::format("c{}", cause), 0.4}, {"all", 0.2}};
    inputs.push_back(normal(fmt::format("i{}", i), causes));
    weights.push_back(*rc::gen::inRange(-3, 4));
  }
  const Shares s = shares_of(
      inputs,
      [&](Draws x) {
        double sum = 0;
        for (std::size_t i = 0; i < x.size(); ++i) sum += weights[i] * x[i];
        return sum;
      },
      400);
  double all = 0;
  for (const CauseShare& cause : s.causes) {
    RC_ASSERT(cause.share >= 0);
    double within = 0;
    for (const InputShare& input : cause.inputs) {
      RC_ASSERT(input.share >= 0);
      within += input.share;
    }
    RC_ASSERT(std::fabs(within - cause.share) < 1e-9);
    all += cause.share;
  }
  RC_ASSERT(std::fabs(all - s.explained) < 1e-9);
  RC_ASSERT(s.explained <= 1 + 1e-9);
}

}  // namespace
}  // namespace orrery::study
