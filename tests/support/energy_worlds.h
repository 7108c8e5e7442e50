// Sites that need power, drawn at random: a grid whose price moves, two kinds of gas plant, sun, wind, a reactor, a
// battery, what is not served; with a budget of CO2, plants that are slow to move and reserves where they are asked
// for.
#pragma once
#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include "site/power/energy_problem.h"

namespace orrery::site {

struct EnergyWorld {
  int seed = 1, hours = 8760;
  bool by_day = false;  ///< the load follows the day
  double co2 = 0;       ///< budget, as a share of what a plant of 0.45 t/MWh would emit; below 0: none
  double size = 0;      ///< MW of the load; 0: drawn
  bool ramps = false, reserve = false;
  std::vector<double> sun = {}, wind = {};  ///< shares of the rating, of at least as many hours; empty: drawn
};

/// Bright hours of clear and dull days.
inline std::vector<double> drawn_sun(int hours, std::mt19937_64& random) {
  std::uniform_real_distribution<> clear(0.2, 1);
  std::vector<double> out;
  double day = 1;
  for (int h = 0; h < hours; ++h) {
    if (h % 24 == 0) day = clear(random);
    out.push_back(std::max(0.0, day * std::sin((h % 24 - 6) * std::numbers::pi / 12)));
  }
  return out;
}

/// Wind that goes on for hours.
inline std::vector<double> drawn_wind(int hours, std::mt19937_64& random) {
  std::normal_distribution<> gust;
  std::vector<double> out;
  for (double v = 0, h = 0; h < hours; ++h) {
    v = 0.95 * v + 0.3 * gust(random);
    out.push_back(std::clamp(0.35 + 0.35 * v, 0.0, 1.0));
  }
  return out;
}

/// Columns in the order grid, turbine, engine, sun, wind, reactor, battery's power, battery's energy; flow 0 is what is
/// not served. Loads of 100 MW to 2 GW.
inline EnergyProblem problem_of(const EnergyWorld& world) {
  std::mt19937_64 random(static_cast<std::uint64_t>(world.seed));
  std::normal_distribution<> normal;
  const auto from = [&](double low, double high) { return std::uniform_real_distribution<>(low, high)(random); };
  const int hours = world.hours;
  const double drawn = std::pow(10, from(2, 3.3)), size = world.size > 0 ? world.size : drawn;
  const double level = from(25, 70), year = hours / 8760.0;
  EnergyProblem p;
  p.periods = {{hours, 0}};
  std::vector<double> load, price, sun = world.sun, wind = world.wind;
  double drift = 0;
  for (int h = 0; h < hours; ++h) {
    drift = 0.9 * drift + 0.3 * normal(random);
    price.push_back(level * std::exp(0.5 * drift));
    load.push_back(size * (world.by_day ? 0.8 + 0.2 * std::sin((h % 24 - 8) * std::numbers::pi / 12) : 1));
  }
  if (sun.empty()) sun = drawn_sun(hours, random);
  if (wind.empty()) wind = drawn_wind(hours, random);
  sun.resize(static_cast<std::size_t>(hours)), wind.resize(static_cast<std::size_t>(hours));
  p.load = load;
  p.capacities = {{"grid"}, {"turbine"}, {"engine"},        {"sun"},
                  {"wind"}, {"reactor"}, {"battery power"}, {"battery energy", {}, 3 * size}};
  const double cost[] = {from(60e3, 150e3), from(90e3, 160e3), from(110e3, 180e3), from(60e3, 110e3),
                         from(90e3, 160e3), from(600e3, 1e6),  from(20e3, 40e3),   from(18e3, 35e3)};
  const double grid_limit = from(0.2, 1.2);
  for (int c = 0; c < 8; ++c) p.columns.push_back({c, cost[c] * year, size * (c == 0 ? grid_limit : c == 7 ? 40 : 5)});
  p.states = {{"battery"}};
  constexpr double efficiency = 0.93;
  const auto source = [&](const char* name, int capacity, Series share, Series variable, double tonnes) {
    Flow f{name, capacity, std::move(share), std::move(variable), 1};
    if (world.co2 >= 0 && tonnes > 0) f.budgets = {{0, tonnes}};
    p.flows.push_back(std::move(f));
  };
  p.flows.push_back({"unserved", Flow::fixed, load, 5000.0, 1});
  source("grid", 0, 1.0, price, 0.39);
  source("turbine", 1, 0.95, from(30, 60), 0.50);
  source("engine", 2, 0.96, from(28, 55), 0.46);
  source("sun", 3, sun, 0.0, 0);
  source("wind", 4, wind, 0.0, 0);
  source("reactor", 5, 0.92, 12.0, 0);
  p.flows.push_back({"charge", 6, 1.0, 0.0, -1, {{0, -efficiency}}});
  p.flows.push_back({"discharge", 6, 1.0, 0.0, 1, {{0, 1 / efficiency}}});
  p.flows.push_back({"held", 7, 1.0, 0.0, 0, {{0, 1}}, {{0, -1}}});
  if (world.co2 >= 0) {
    double all = 0;
    for (const double l : load) all += l;
    p.budgets = {{"CO2", world.co2 * 0.45 * all}};
  }
  if (world.ramps) {
    const double an_hour[] = {0.3, 0.6, 0.05};
    const std::size_t flow[] = {2, 3, 6};
    const int capacity[] = {1, 2, 5};
    for (int k = 0; k < 3; ++k) {
      const int state = static_cast<int>(p.states.size());
      p.states.push_back({"change", capacity[k], -an_hour[k]});
      p.flows[flow[k]].now.push_back({state, 1}), p.flows[flow[k]].next.push_back({state, -1});
      p.flows.push_back({"change", capacity[k], 2 * an_hour[k], 0.0, 0, {{state, -1}}});
    }
  }
  if (world.reserve) {
    std::vector<double> needed;
    for (const double l : load) needed.push_back(0.1 * l);
    p.reserves = {{"reserve", {{1, 0.95}, {2, 0.96}, {6, 1}}, needed}};
    for (const std::size_t f : {2, 3, 8}) p.flows[f].reserves = {{0, 1}};
    p.flows.push_back({"short of reserve", Flow::fixed, needed, 1000.0, 0, {}, {}, {{0, -1}}});
  }
  return p;
}

/// Five years by the quarter, with lead times, engines that can be rented for a year, and a load that grows over three;
/// `weeks` of each quarter stand for it.
inline EnergyProblem path_of(int seed, int weeks) {
  std::mt19937_64 random(static_cast<std::uint64_t>(seed));
  std::normal_distribution<> normal;
  const auto from = [&](double low, double high) { return std::uniform_real_distribution<>(low, high)(random); };
  constexpr int quarters = 20;
  const int each = 168 * weeks, hours = quarters * each;
  const double size = 1000, level = from(25, 70), stand_for = 13.0 / weeks;
  EnergyProblem p;
  p.periods.assign(quarters, {each, 168});
  p.weight = stand_for;
  const std::vector<double> sun = drawn_sun(hours, random), wind = drawn_wind(hours, random);
  std::vector<double> load, price, lost, turbine, engine, reactor, rented;
  double drift = 0;
  for (int h = 0; h < hours; ++h) {
    const int q = h / each;
    const double worth = std::pow(1.02, -q);
    drift = 0.9 * drift + 0.3 * normal(random);
    price.push_back(worth * level * std::exp(0.5 * drift)), lost.push_back(worth * 1200);
    turbine.push_back(worth * 45), engine.push_back(worth * 42), reactor.push_back(worth * 12);
    rented.push_back(worth * 55);
    load.push_back(size * std::min(1.0, 0.1 + 0.1 * q) * (0.9 + 0.1 * std::sin((h % 24 - 8) * std::numbers::pi / 12)));
  }
  p.load = load;
  struct Kind {
    const char* name;
    int lead, rented_for;
    double cost;
  };
  const Kind kinds[] = {{"grid", 10, 0, 80e3},   {"turbine", 6, 0, 120e3},       {"engine", 4, 0, 140e3},
                        {"sun", 3, 0, 80e3},     {"wind", 5, 0, 120e3},          {"reactor", 18, 0, 800e3},
                        {"battery", 2, 0, 28e3}, {"battery energy", 2, 0, 25e3}, {"rented", 1, 4, 350e3}};
  int capacity = 0;
  for (const Kind& kind : kinds) {
    p.capacities.push_back({kind.name, {}, capacity == 7 ? 3 * size : 0});
    for (int q = kind.lead; q < quarters; ++q) {
      const int until = kind.rented_for > 0 ? std::min(quarters, q + kind.rented_for) : quarters;
      double cost = 0;
      for (int b = q; b < until; ++b) cost += kind.cost / 4 * std::pow(1.02, -b);
      p.columns.push_back({capacity, cost * from(0.9, 1.1), (capacity == 7 ? 40 : 5) * size, q, until});
    }
    ++capacity;
  }
  p.states = {{"battery"}};
  constexpr double efficiency = 0.93;
  p.flows = {{"unserved", Flow::fixed, load, lost, 1},
             {"grid", 0, 1.0, price, 1},
             {"turbine", 1, 0.95, turbine, 1},
             {"engine", 2, 0.96, engine, 1},
             {"sun", 3, sun, 0.0, 1},
             {"wind", 4, wind, 0.0, 1},
             {"reactor", 5, 0.92, reactor, 1},
             {"charge", 6, 1.0, 0.0, -1, {{0, -efficiency * stand_for}}},
             {"discharge", 6, 1.0, 0.0, 1, {{0, stand_for / efficiency}}},
             {"held", 7, 1.0, 0.0, 0, {{0, 1}}, {{0, -1}}},
             {"rented", 8, 0.95, rented, 1}};
  return p;
}

}  // namespace orrery::site
