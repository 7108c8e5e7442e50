// The least cost of energy by the hour, against Clp, by its own bound, and where there is little to choose.
#include "site/power/least_cost.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/error.h"
#include "support/energy_oracle.h"
#include "support/energy_worlds.h"

namespace orrery::site {
namespace {

/// That flows meet the rows of their hours, and capacities bound them, over the highest load.
double violation(const EnergyProblem& p, const LeastCost& answer) {
  const double most = *std::max_element(p.load.values().begin(), p.load.values().end());
  std::vector<double> built(p.capacities.size());
  for (std::size_t j = 0; j < p.columns.size(); ++j)
    built[static_cast<std::size_t>(p.columns[j].capacity)] += answer.built[j];
  double worst = 0;
  for (int h = 0; h < p.hours(); ++h) {
    double left = p.load.at(h);
    for (std::size_t f = 0; f < p.flows.size(); ++f) {
      const double x = answer.flows[f][static_cast<std::size_t>(h)];
      const int capacity = p.flows[f].capacity;
      const double bound = p.flows[f].bound.at(h) * (capacity < 0 ? 1 : built[static_cast<std::size_t>(capacity)]);
      left -= p.flows[f].balance * x;
      worst = std::max({worst, -x / most, (x - bound) / most});
    }
    worst = std::max(worst, std::abs(left) / most);
  }
  return worst;
}

TEST(LeastCost, IsThatOfClp) {
  for (int seed = 1; seed <= 20; ++seed) {
    EnergyWorld world;
    world.seed = seed, world.hours = 168, world.by_day = seed % 2 == 0;
    world.co2 = seed % 3 == 0 ? -1 : seed % 3 == 1 ? 0.5 : 0.1;
    world.ramps = seed % 4 == 1, world.reserve = seed % 5 == 2;
    const EnergyProblem p = problem_of(world);
    const LeastCost ours = least_cost(p);
    const OracleAnswer theirs = solved_by_clp(p);
    ASSERT_TRUE(theirs.optimal);
    EXPECT_TRUE(ours.proven) << seed;
    EXPECT_NEAR(ours.cost, theirs.cost, 1e-7 * theirs.cost) << seed;
    EXPECT_LE(ours.bound, theirs.cost * (1 + 1e-9)) << seed;
    EXPECT_LT(violation(p, ours), 1e-7) << seed;
  }
}

TEST(LeastCost, OfAPathIsThatOfClp) {
  EnergyProblem p = path_of(3, 1);
  p.periods.assign(20, {24, 24});
  const auto cut = [](Series& s) {
    if (s.size() > 1) {
      std::vector<double> of;
      for (int q = 0; q < 20; ++q)
        for (int h = 0; h < 24; ++h) of.push_back(s.at(q * 168 + h));
      s = of;
    }
  };
  cut(p.load);
  for (Flow& f : p.flows) cut(f.bound), cut(f.cost);
  const auto compare = [](const EnergyProblem& problem, const char* what) {
    const LeastCost ours = least_cost(problem);
    const OracleAnswer theirs = solved_by_clp(problem);
    ASSERT_TRUE(theirs.optimal) << what;
    EXPECT_TRUE(ours.proven) << what;
    EXPECT_NEAR(ours.cost, theirs.cost, 1e-7 * theirs.cost) << what;
    EXPECT_LE(ours.bound, theirs.cost * (1 + 1e-9)) << what;
  };
  compare(p, "as it is");
  // Limits of what is built over all quarters: of the grid, of turbines and engines together, of sun none at all.
  for (int k = 0; k < 3; ++k) {
    Limit limit{"limit", k == 0 ? 300.0 : k == 1 ? 200.0 : 0.0, {}};
    for (std::size_t j = 0; j < p.columns.size(); ++j) {
      const int c = p.columns[j].capacity;
      if (k == 0 ? c == 0 : k == 1 ? c == 1 || c == 2 : c == 3)
        limit.columns.push_back({static_cast<int>(j), c == 2 ? 2.0 : 1.0});
    }
    p.limits.push_back(std::move(limit));
  }
  compare(p, "with limits");
  // Budgets of each year, in slots that they share, and one of all years.
  for (int y = 0; y < 5; ++y) p.budgets.push_back({"of a year", 30000.0 + 3000 * y, 4 * y, 4 * y + 4});
  p.budgets.push_back({"of all", 100000.0});
  for (const std::size_t f : {1, 2, 3, 10})
    for (int y = 0; y <= 5; ++y) p.flows[f].budgets.push_back({y, f == 1 ? 0.4 : 0.5});
  compare(p, "with limits and budgets");
}

TEST(LeastCost, OfOnePlantByHand) {
  EnergyProblem p;
  p.periods = {{4, 0}};
  p.load = 10.0;
  p.capacities = {{"plant"}};
  p.columns = {{0, 100}};
  p.flows = {{"unserved", Flow::fixed, 10.0, 1000.0, 1}, {"plant", 0, 1.0, 5.0, 1}};
  LeastCost answer = least_cost(p);
  EXPECT_TRUE(answer.proven);
  EXPECT_NEAR(answer.cost, 1200, 1e-5);
  EXPECT_NEAR(answer.built[0], 10, 1e-6);
  p.load = std::vector<double>{10, 10, 5, 5};
  answer = least_cost(p);
  EXPECT_NEAR(answer.cost, 1150, 1e-5);
  // One MWh more in an hour below the highest load costs what it takes to make it.
  EXPECT_NEAR(answer.price[2], 5, 1e-3);
  // The highest hours pay for the plant together.
  EXPECT_NEAR(answer.price[0] + answer.price[1], 110, 1e-3);
}

// A battery of 90 % each way carries a night from a day: for 9 MWh at night it takes 10 in by day, 11.11 from the
// plant.
TEST(LeastCost, StorageLosesWhatItMoves) {
  EnergyProblem p;
  p.periods = {{2, 0}};
  p.load = std::vector<double>{0, 8.1};
  p.capacities = {{"sun", {100}}, {"power", {100}}, {"energy", {100}}};
  p.states = {{"battery"}};
  p.flows = {{"unserved", Flow::fixed, 10.0, 1000.0, 1},
             {"sun", 0, std::vector<double>{1, 0}, 2.0, 1},
             {"charge", 1, 1.0, 0.0, -1, {{0, -0.9}}},
             {"discharge", 1, 1.0, 0.0, 1, {{0, 1 / 0.9}}},
             {"held", 2, 1.0, 0.0, 0, {{0, 1}}, {{0, -1}}}};
  const LeastCost answer = least_cost(p);
  EXPECT_TRUE(answer.proven);
  EXPECT_NEAR(answer.cost, 20, 1e-5);
  EXPECT_NEAR(answer.flows[1][0], 10, 1e-6);
}

// Many stores that are alike cost what one does, and states as many as there may be are solved.
TEST(LeastCost, OfManyStoresIsThatOfOne) {
  EnergyWorld world;
  world.hours = 48, world.by_day = true;
  const EnergyProblem one = problem_of(world);
  EnergyProblem many = one;
  while (many.states.size() < most_states) {
    const int state = static_cast<int>(many.states.size()), power = static_cast<int>(many.capacities.size());
    many.states.push_back(one.states[0]);
    for (const std::size_t c : {6, 7}) {
      many.capacities.push_back(one.capacities[c]), many.columns.push_back(one.columns[c]);
      many.columns.back().capacity = power + static_cast<int>(c) - 6;
    }
    for (const std::size_t f : {7, 8, 9}) {
      many.flows.push_back(one.flows[f]);
      many.flows.back().capacity = power + (f == 9);
      for (std::vector<Term>* terms : {&many.flows.back().now, &many.flows.back().next})
        for (Term& t : *terms) t.row = state;
    }
  }
  const LeastCost alone = least_cost(one), together = least_cost(many);
  EXPECT_TRUE(together.proven) << together.gap();
  EXPECT_NEAR(together.cost, alone.cost, 1e-7 * alone.cost);
}

TEST(LeastCost, ConvergesWhereLittleIsLeftToChoose) {
  EnergyWorld world;
  world.hours = 336;
  const EnergyProblem base = problem_of(world);
  const auto proven = [](const EnergyProblem& p, const char* what) {
    const LeastCost answer = least_cost(p);
    EXPECT_TRUE(answer.proven) << what << ": gap " << answer.gap() << ", residual " << answer.residual;
    return answer.cost;
  };
  const double cost = proven(base, "as drawn");
  EnergyProblem p = base;
  for (Column& c : p.columns) c.most = 0;
  double lost = 0;
  for (const double l : p.load.values()) lost += 5000 * l;
  EXPECT_NEAR(proven(p, "nothing can be built"), lost, 1e-6 * lost);
  p = base;
  p.capacities.push_back(p.capacities[1]), p.columns.push_back(p.columns[1]), p.columns.back().capacity = 8;
  p.flows.push_back(p.flows[2]), p.flows.back().capacity = 8;
  EXPECT_NEAR(proven(p, "twins"), cost, 1e-7 * cost);
  p = base;
  for (int f = 0; f < 3; ++f) p.flows.pop_back();
  p.states.clear();
  EXPECT_GE(proven(p, "no battery"), cost * (1 - 1e-7));
  p = base;
  std::vector<double> price = p.flows[1].cost.values();
  for (std::size_t h = 0; h < price.size(); h += 5) price[h] = -40;
  p.flows[1].cost = price;
  EXPECT_LE(proven(p, "prices below 0"), cost * (1 + 1e-7));
  p = base;
  for (Column& c : p.columns) c.cost = 0;
  proven(p, "capacities for nothing");
  for (const double times : {1e-3, 1e3}) {
    p = base;
    std::vector<double> load = p.load.values();
    for (double& l : load) l *= times;
    p.load = load, p.flows[0].bound = load;
    for (Column& c : p.columns) c.most *= times;
    EXPECT_NEAR(proven(p, "another size") / times, cost, 1e-6 * cost);
  }
  world.co2 = 0;
  p = problem_of(world);
  const LeastCost clean = least_cost(p);
  EXPECT_TRUE(clean.proven) << clean.gap();
  for (const std::size_t f : {1, 2, 3})
    for (const double x : clean.flows[f]) EXPECT_EQ(x, 0);
  EXPECT_NEAR(clean.cost, solved_by_clp(p).cost, 1e-6 * clean.cost);
  // Given capacities alone: dispatch.
  p = base;
  const LeastCost sized = least_cost(p);
  double fixed = 0;
  for (std::size_t j = 0; j < p.columns.size(); ++j) {
    p.capacities[j].given = {sized.built[j]};
    fixed += sized.built[j] * p.columns[j].cost;
  }
  p.columns.clear();
  EXPECT_NEAR(proven(p, "dispatch") + fixed, cost, 1e-6 * cost);
}

RC_GTEST_PROP(LeastCostProperties, MoreNeverCostsMore, ()) {
  EnergyWorld world;
  world.seed = *rc::gen::inRange(1, 1000000), world.hours = *rc::gen::inRange(24, 200);
  world.by_day = *rc::gen::arbitrary<bool>(), world.co2 = *rc::gen::element(-1.0, 0.05, 0.3, 0.8);
  world.ramps = *rc::gen::arbitrary<bool>(), world.reserve = *rc::gen::arbitrary<bool>();
  const EnergyProblem p = problem_of(world);
  const LeastCost before = least_cost(p);
  RC_ASSERT(before.proven);
  RC_ASSERT(violation(p, before) < 1e-7);
  EnergyProblem more = p;
  more.columns[*rc::gen::inRange<std::size_t>(0, 8)].most *= *rc::gen::element(1.5, 3.0);
  RC_ASSERT(least_cost(more).bound <= before.cost * (1 + 1e-7));
  if (!p.budgets.empty()) {
    EnergyProblem looser = p;
    looser.budgets[0].limit *= 1.3;
    RC_ASSERT(least_cost(looser).bound <= before.cost * (1 + 1e-7));
  }
}

TEST(EnergyProblem, RefusesWhatCannotBe) {
  const EnergyProblem good = problem_of({1, 24});
  const auto refused = [&](auto change) {
    EnergyProblem p = good;
    change(p);
    EXPECT_THROW(least_cost(p), Error);
  };
  refused([](EnergyProblem& p) { p.load = std::vector<double>(23, 1.0); });
  refused([](EnergyProblem& p) { p.load = 0.0; });
  refused([](EnergyProblem& p) { p.flows[1].cost = std::nan(""); });
  refused([](EnergyProblem& p) { p.flows[1].capacity = 99; });
  refused([](EnergyProblem& p) { p.flows[1].bound = -1.0; });
  refused([](EnergyProblem& p) { p.columns[0].cost = -1; });
  refused([](EnergyProblem& p) { p.columns[0].cost = 0, p.columns[0].most = infinity; });
  refused([](EnergyProblem& p) { p.columns[0].until = 7; });
  refused([](EnergyProblem& p) { p.flows[7].now[0].row = 3; });
  refused([](EnergyProblem& p) { p.weight = 0.0; });
  refused([](EnergyProblem& p) { p.periods.clear(); });
  refused([](EnergyProblem& p) { p.states.resize(most_states + 1); });
  refused([](EnergyProblem& p) { p.reserves.resize(most_reserves + 1); });
}

}  // namespace
}  // namespace orrery::site
