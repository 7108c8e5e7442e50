// Dispatch of plant that stands, hour by hour, and what lies between its corners: energy balances, more never costs
// more, and what is known in closed form.
#include "site/power/hourly_curves.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

#include "base/parallel.h"
#include "site/power/merit_order.h"
#include "support/energy_worlds.h"

namespace orrery::site {
namespace {

constexpr double mwh_price = 1 / 3.6e9;

/// Sun, wind, a grid whose price moves where asked, gas, and a battery where asked: W around 100 MW.
HourlySupply drawn_supply(std::uint64_t seed, bool prices, bool storage) {
  std::mt19937_64 random(seed);
  const auto from = [&](double low, double high) { return std::uniform_real_distribution<>(low, high)(random); };
  HourlySupply s;
  s.lost_load_price = 1200 * mwh_price;
  const auto hours = [](std::vector<double> of) { return std::make_shared<const std::vector<double>>(std::move(of)); };
  s.blocks.push_back({.weather = true, .power = from(0, 4e8), .share = hours(drawn_sun(8760, random))});
  s.blocks.push_back({.weather = true, .power = from(0, 2e8), .share = hours(drawn_wind(8760, random))});
  s.blocks.push_back({.power = from(0, 8e7), .price = from(20, 80) * mwh_price});
  s.blocks.push_back({.power = from(0, 8e7), .price = from(20, 80) * mwh_price});
  if (prices) {
    std::vector<double> shape(8760);
    for (std::size_t t = 0; t < shape.size(); ++t) shape[t] = 1 + 0.8 * std::sin(static_cast<double>(t % 24) / 4);
    const double mean = std::accumulate(shape.begin(), shape.end(), 0.0) / 8760;
    for (double& x : shape) x /= mean;
    s.blocks[2].price_shape = hours(std::move(shape));
  }
  if (storage)
    s.blocks.push_back(
        {.storage = true, .power = from(1e7, 1e8), .energy = from(1, 8) * 3600 * 5e7, .efficiency = 0.9});
  return s;
}

std::uint64_t all_of(const HourlySupply& s) {
  return (std::uint64_t{1} << s.blocks.size()) - 1;
}

double balance(const HourlyMonth& m) {
  return std::accumulate(m.taken.begin(), m.taken.end(), m.unserved) - m.stored;
}

double worth(const HourlySupply& s, const HourlyMonth& m) {
  double sum = s.lost_load_price * m.unserved;
  for (std::size_t b = 0; b < s.blocks.size(); ++b) sum += s.blocks[b].price * m.bought[b];
  return sum;
}

/// Of the year, months by their hours.
double of_year(const HourlyYear& year, const std::function<double(const HourlyMonth&)>& of) {
  constexpr double days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  double sum = 0;
  for (std::size_t i = 0; i < 12; ++i) sum += days[i] / 365 * of(year[i]);
  return sum;
}

HourlyCurves curves_of(const HourlySupply& supply) {
  return HourlyCurves(supply, 1e8, std::make_shared<DispatchedYears>(""));
}

RC_GTEST_PROP(Dispatch, BalancesAndMoreOfASourceNeverCostsMore, ()) {
  const auto seed = *rc::gen::inRange<std::uint64_t>(0, 1'000'000);
  HourlySupply s = drawn_supply(seed, *rc::gen::arbitrary<bool>(), false);
  const double level = *rc::gen::inRange(1, 200) * 1e6;
  const HourlyYear before = dispatch(s, all_of(s), level);
  for (const HourlyMonth& m : before) RC_ASSERT(std::fabs(balance(m) - level) <= 1e-9 * level);
  const auto more = *rc::gen::inRange<std::size_t>(0, s.blocks.size());
  s.blocks[more].power += *rc::gen::inRange(1, 100) * 1e6;
  const HourlyYear after = dispatch(s, all_of(s), level);
  for (std::size_t i = 0; i < 12; ++i) RC_ASSERT(worth(s, after[i]) <= worth(s, before[i]) * (1 + 1e-9));
}

RC_GTEST_PROP(Dispatch, IsTheMonthsMeritOrderWhereHoursAreAlike, ()) {
  HourlySupply s;
  s.lost_load_price = 1200 * mwh_price;
  std::vector<EnergySource> sources;
  double all = 0;
  for (int b = *rc::gen::inRange(1, 6); b > 0; --b) {
    const double power = *rc::gen::inRange(0, 100) * 1e6, price = *rc::gen::inRange(0, 9) * 10 * mwh_price;
    s.blocks.push_back({.power = power, .price = price});
    sources.push_back({Curve(power), price, 0, false});
    all += power;
  }
  const double level = *rc::gen::inRange(1, 101) * 0.01 * all;
  const HourlyYear year = dispatch(s, all_of(s), level);
  const EnergyMonth month = energy_of_month(Curve(level), Curve(1), sources, Curve(), level, 0, 30);
  for (const HourlyMonth& m : year)
    for (std::size_t b = 0; b < sources.size(); ++b)
      RC_ASSERT(std::fabs(m.taken[b] * 30 * 86400 - month.by_source[b]) <= 1e-9 * month.facility);
}

TEST(Dispatch, StorageLosesWhatItsEfficiencySays) {
  for (const std::uint64_t seed : {1, 2, 3, 4}) {
    const HourlySupply s = drawn_supply(seed, seed % 2 == 0, true);
    const HourlyYear year = dispatch_with_storage(s, all_of(s), 9e7), without = dispatch(s, all_of(s) >> 1, 9e7);
    for (const HourlyMonth& m : year) EXPECT_NEAR(balance(m), 9e7, 1e-9 * 9e7);
    const double given = of_year(year, [](const HourlyMonth& m) { return m.given[4]; });
    const double lost = of_year(year, [](const HourlyMonth& m) { return m.stored; });
    EXPECT_GT(given, 0);
    EXPECT_NEAR(lost, given * (1 / 0.9 - 1), 1e-4 * given);
    const auto cost = [&](const HourlyMonth& m) { return worth(s, m); };
    EXPECT_LT(of_year(year, cost), of_year(without, cost));
  }
}

TEST(Dispatch, GoesWithoutTheProgrammeWhereStorageBringsNothingAlone) {
  // Firm plant of two prices under a flat load: nothing to gain. A lack at night that the sun could fill by day: much.
  HourlySupply s = drawn_supply(7, false, true);
  s.blocks[0].power = s.blocks[1].power = 0, s.blocks[2].power = 6e7, s.blocks[3].power = 5e7;
  const std::optional<HourlyYear> merit = dispatch_by_merit(s, all_of(s), 8e7);
  ASSERT_TRUE(merit);
  const HourlyYear solved = dispatch_with_storage(s, all_of(s), 8e7);
  const auto cost = [&](const HourlyMonth& m) { return worth(s, m); };
  EXPECT_NEAR(of_year(*merit, cost), of_year(solved, cost), 1e-6 * of_year(solved, cost));
  s.blocks[0].power = 4e8;
  EXPECT_FALSE(dispatch_by_merit(s, all_of(s), 8e7));
}

RC_GTEST_PROP(Curves, AreTheDispatchAtCornersAndNeverTooGoodBetween, ()) {
  const auto seed = *rc::gen::inRange<std::uint64_t>(0, 1'000'000);
  HourlySupply s = drawn_supply(seed, *rc::gen::arbitrary<bool>(), false);
  const HourlyCurves curves = curves_of(s);
  const std::size_t month = *rc::gen::inRange<std::size_t>(0, 12);
  std::vector<double> parts(s.blocks.size(), 1);
  const double corner = curves.step() * *rc::gen::inRange(1, 20);
  const HourlyYear there = dispatch(s, all_of(s), corner);
  RC_ASSERT(std::fabs(worth(s, curves.month(month, parts, corner)) - worth(s, there[month])) <=
            1e-12 * worth(s, there[month]));
  for (double& part : parts) part = *rc::gen::inRange(0, 13) * 0.1;
  const double load = *rc::gen::inRange(1, 150) * 1e6;
  const HourlyMonth between = curves.month(month, parts, load);
  RC_ASSERT(std::fabs(balance(between) - load) <= 1e-9 * load);
  for (std::size_t b = 0; b < parts.size(); ++b) s.blocks[b].power *= parts[b];
  const HourlyMonth direct = dispatch(s, all_of(s), load)[month];
  RC_ASSERT(worth(s, between) >= worth(s, direct) - 1e-9 * worth(s, direct));
  RC_ASSERT(between.unserved >= direct.unserved - 1e-9 * load);
}

TEST(Curves, AreExactForPlantThatGrowsAlone) {
  // Plant of which a part stands, under a load of the same part.
  const HourlySupply s = drawn_supply(11, true, false);
  const HourlyCurves curves = curves_of(s);
  const double level = 8 * curves.step();
  const HourlyMonth whole = dispatch(s, all_of(s), level)[6];
  for (const double part : {0.1, 0.37, 1.4}) {
    const HourlyMonth m = curves.month(6, std::vector(4, part), level * part);
    EXPECT_NEAR(m.unserved, part * whole.unserved, 1e-9 * level);
    for (std::size_t b = 0; b < 4; ++b) EXPECT_NEAR(m.taken[b], part * whole.taken[b], 1e-9 * level);
  }
}

TEST(Curves, ErrBetweenCornersByLittle) {
  // The mean and the worst of what they add to unserved energy, over the load, in 400 states and levels.
  double sum = 0, worst = 0;
  std::mt19937_64 random(5);
  const auto from = [&](double low, double high) { return std::uniform_real_distribution<>(low, high)(random); };
  for (int i = 0; i < 400; ++i) {
    HourlySupply s = drawn_supply(static_cast<std::uint64_t>(i), false, false);
    const HourlyCurves curves = curves_of(s);
    std::vector<double> parts = {1, 1, 1, 1};
    if (i % 2) parts[static_cast<std::size_t>(i / 2 % 4)] = from(0, 1);  // one block grows
    const double load = from(4e7, 1.2e8);
    const HourlyMonth between = curves.month(0, parts, load);
    for (std::size_t b = 0; b < 4; ++b) s.blocks[b].power *= parts[b];
    const double error = (between.unserved - dispatch(s, all_of(s), load)[0].unserved) / load;
    sum += error, worst = std::max(worst, error);
  }
  RecordProperty("mean", std::to_string(sum / 400));
  RecordProperty("worst", std::to_string(worst));
  EXPECT_LT(sum / 400, 0.002);
  EXPECT_LT(worst, 0.03);
}

TEST(Curves, AreTheSameBitsOnAnyNumberOfThreads) {
  const HourlySupply s = drawn_supply(3, true, true);
  const auto asked = [&](int threads) {
    const HourlyCurves curves = curves_of(s);
    std::vector<double> out(200);
    parallel_for(out.size(), threads, 1, [&](std::size_t first, std::size_t, int) {
      const double x = static_cast<double>(first);
      const std::vector<double> parts = {1, 1, first % 3 ? 1 : x / 200, 1, first % 5 ? 1.0 : 0.0};
      const HourlyMonth m = curves.month(first % 12, parts, 5e7 + 1e6 * static_cast<double>(first % 20));
      out[first] = worth(s, m) + m.stored + m.peaks[2];
    });
    return out;
  };
  EXPECT_EQ(asked(1), asked(4));
}

TEST(Curves, KeepYearsInFilesAsTheyAre) {
  const HourlySupply s = drawn_supply(4, false, true);
  const HourlyYear year = dispatch(s, all_of(s), 8e7);
  HourlyYear read;
  ASSERT_TRUE(parse_year(year_text(year), read));
  EXPECT_EQ(year_text(read), year_text(year));
  EXPECT_EQ(read[3].unserved, year[3].unserved);
  for (const char* text : {"", "x", "99", "2\n1 2", "5\nnan"}) EXPECT_FALSE(parse_year(text, read)) << text;
}

}  // namespace
}  // namespace orrery::site
