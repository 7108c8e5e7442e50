// Draws joined by common causes: as strongly as they say, not at all at 0, as one at 1, and nobody else is moved.
#include "study/copula.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "base/spread.h"
#include "scenario/cause.h"
#include "study/trials.h"

namespace orrery::study {
namespace {

using scenario::Tie;

Tie tie(const std::string& cause, double strength, bool turned = false) {
  const double loading = std::sqrt(scenario::score_correlation(strength));
  return {cause, "", turned, turned ? -loading : loading};
}

Input normal(const std::string& name, std::vector<Tie> ties = {}, const std::string& drawn_as = "") {
  return {name, {Distribution::Kind::normal, 0, 1, 0, {}}, {}, drawn_as, std::move(ties)};
}

Trials draws_of(const std::vector<Input>& inputs, int count, std::uint64_t seed = 1, bool independent = false) {
  return run_trials(inputs, 0, [](Draws, auto) {}, {count, seed, 1, nullptr, independent});
}

RC_GTEST_PROP(Copula, OfStrengthNoughtChangesNoBit, ()) {
  const auto seed = static_cast<std::uint64_t>(*rc::gen::inRange(0, 1000));
  const std::vector<Input> tied = {normal("a", {tie("x", 0)}), normal("b", {tie("x", 0), tie("y", 0)})},
                           apart = {normal("a"), normal("b")};
  RC_ASSERT(draws_of(tied, 50, seed).draws == draws_of(apart, 50, seed).draws);
}

RC_GTEST_PROP(Copula, OfStrengthOneMovesItsInputsAsOne, ()) {
  const auto seed = static_cast<std::uint64_t>(*rc::gen::inRange(0, 1000));
  const auto spread = [](const std::string& name, double high, Tie by) {
    return Input{name, {Distribution::Kind::pert, 1, 2, high, {}}, {}, "", {std::move(by)}};
  };
  const Trials t = draws_of(
      {spread("a", 4, tie("x", 1)), spread("b", 9, tie("x", 1)), spread("c", 3, tie("x", 1, true))}, 200, seed);
  RC_ASSERT(ranks(t.draws[0]) == ranks(t.draws[1]));
  RC_ASSERT(correlation_of_ranks(ranks(t.draws[0]), ranks(t.draws[2])) < -0.9999);
}

RC_GTEST_PROP(Copula, LeavesInputsOfNoCauseAsTheyWere, ()) {
  const auto seed = static_cast<std::uint64_t>(*rc::gen::inRange(0, 1000));
  const double strength = *rc::gen::inRange(0, 101) / 100.0;
  const Trials with = draws_of({normal("a", {tie("x", strength)}), normal("b"), normal("c", {tie("x", strength)})}, 50,
                               seed),
               without = draws_of({normal("b"), normal("z")}, 50, seed);
  RC_ASSERT(with.draws[1] == without.draws[0]);
}

RC_GTEST_PROP(Copula, AnotherInputOfTheCauseMovesNone, ()) {
  const auto seed = static_cast<std::uint64_t>(*rc::gen::inRange(0, 1000));
  const Trials two = draws_of({normal("a", {tie("x", 0.4)}), normal("b", {tie("x", 0.4)})}, 50, seed),
               one = draws_of({normal("a", {tie("x", 0.4)})}, 50, seed);
  RC_ASSERT(two.draws[0] == one.draws[0]);
}

TEST(Copula, ItsStrengthIsTheRankCorrelationOfTwoInputs) {
  constexpr int trials = 20000;
  for (const double strength : {0.1, 0.3, 0.7, 0.95}) {
    const Trials t = draws_of({normal("a", {tie("x", strength)}),
                               {"b", {Distribution::Kind::lognormal, 1, 0.8, 0, {}}, {}, "", {tie("x", strength)}},
                               normal("c", {tie("x", strength, true)}),
                               normal("d")},
                              trials);
    std::vector<std::vector<double>> of;
    for (const std::vector<double>& draws : t.draws) of.push_back(ranks(draws));
    const double error = 4 / std::sqrt(trials);
    EXPECT_NEAR(correlation_of_ranks(of[0], of[1]), strength, error);
    EXPECT_NEAR(correlation_of_ranks(of[0], of[2]), -strength, error);
    EXPECT_NEAR(correlation_of_ranks(of[0], of[3]), 0, error);
  }
}

TEST(Copula, EachInputKeepsItsDistribution) {
  constexpr int trials = 20000;
  const Trials t = draws_of({normal("a", {tie("x", 0.3), tie("y", 0.5)})}, trials);
  const Spread spread = spread_of(t.draws[0]);
  EXPECT_NEAR(spread.p10, normal_quantile(0.1), 0.04);
  EXPECT_NEAR(spread.p50, 0, 0.04);
  EXPECT_NEAR(spread.p90, normal_quantile(0.9), 0.04);
}

TEST(Copula, DrawnApartIsAsIfThereWereNoCauses) {
  const std::vector<Input> tied = {normal("a", {tie("x", 0.8)}), normal("b", {tie("x", 0.8)})};
  EXPECT_EQ(draws_of(tied, 100, 1, true).draws, draws_of({normal("a"), normal("b")}, 100).draws);
  EXPECT_NE(draws_of(tied, 100).draws, draws_of(tied, 100, 1, true).draws);
}

TEST(Copula, TheNarrowestCauseIsTheHome) {
  const Copula copula({normal("a", {tie("wide", 0.2), tie("narrow", 0.3)}), normal("b", {tie("wide", 0.2)}),
                       normal("c", {tie("wide", 0.2), tie("narrow", 0.3)}), normal("d", {tie("off", 0)}),
                       normal("e", {tie("wide", 0.2)}, "one"), normal("f", {tie("wide", 0.2)}, "one")},
                      1);
  EXPECT_EQ(copula.home(), (std::vector<std::string>{"narrow", "wide", "narrow", "", "wide", "wide"}));
  EXPECT_EQ(copula.first(), (std::vector<std::size_t>{0, 1, 2, 3, 4, 4}));
  EXPECT_DOUBLE_EQ(copula.correlation(4, 5), 1);
  EXPECT_DOUBLE_EQ(copula.correlation(0, 1), scenario::score_correlation(0.2));
  EXPECT_DOUBLE_EQ(copula.correlation(0, 2), scenario::score_correlation(0.2) + scenario::score_correlation(0.3));
}

}  // namespace
}  // namespace orrery::study
