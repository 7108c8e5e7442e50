// Storage for swings: closed forms beside the path of the grid followed exactly, and the figures worked by hand.
#include "site/load/storage.h"

#include "site/load/grid_path.h"
#include "site/load/spectrum.h"

namespace orrery::site {
namespace {

constexpr double mw = 1e6, kwh = 3.6e6;

TEST(LoadStorage, IsWhatWasWorkedByHand) {
  const SquareWave h100{Power(10.3 * mw), 0.75, Time(10)}, gb200{Power(79 * mw), 0.75, Time(10)};
  EXPECT_NEAR(hold_flat(h100).power.value() / mw, 7.725, 1e-9);
  EXPECT_NEAR(hold_flat(h100).energy.value() / kwh, 5.36, 0.01);
  EXPECT_NEAR(hold_flat(gb200).energy.value() / kwh, 41.1, 0.1);
  EXPECT_NEAR(at_edge(Power(17.7 * mw), Ramp(mw), false).energy.value() / kwh, 43.5, 0.05);
  EXPECT_NEAR(at_edge(Power(120 * mw), Ramp(mw), false).energy.value() / kwh, 2000, 1e-6);
  EXPECT_NEAR(at_edge(Power(17.7 * mw), Ramp(20 * mw), false).energy.value() / kwh, 2.2, 0.05);
  EXPECT_NEAR(low_pass(Power(10.3 * mw), Frequency(0.25), 0.1).energy.value() / kwh, 18.1, 0.1);
  EXPECT_NEAR(low_pass(Power(79 * mw), Frequency(1), 0.1).energy.value() / kwh, 34.75, 0.05);
  EXPECT_NEAR(voltage_change(Power(79 * mw), Power(5e9), 5) * 100, 0.31, 0.005);
}

RC_GTEST_PROP(LoadStorage, OfOneEdgeIsThatOfThePathOfTheGrid, ()) {
  const double swing = *rc::gen::inRange(1, 500) * mw, r = *rc::gen::inRange(1, 400) * 0.1 * mw, ramp = swing / r;
  const Time rise(2 * ramp), fall(5 * ramp), end(8 * ramp);
  const PowerPath load = job_path(Power(swing), rise, fall, end);
  const StorageRun causal = storage_between(load, follow(load, Ramp(r)));
  const StorageNeed of_causal = at_edge(Power(swing), Ramp(r), false), ahead = at_edge(Power(swing), Ramp(r), true);
  EXPECT_NEAR(causal.range / of_causal.energy, 1, 1e-9);
  EXPECT_NEAR(causal.highest / of_causal.power, 1, 1e-9);
  const StorageRun known = storage_between(load, schedule(Power(swing), rise, fall, end, Ramp(r)));
  EXPECT_NEAR(known.range / ahead.energy, 1, 1e-9);
  EXPECT_NEAR(known.highest / ahead.power, 1, 1e-9);
  for (const StorageRun* run : {&causal, &known}) {
    EXPECT_LE(run->steepest.value(), r * (1 + 1e-9));
    EXPECT_NEAR(run->net / of_causal.energy, 0, 1e-9);
  }
}

RC_GTEST_PROP(LoadStorage, OfStepsIsThatOfThePathOfTheGrid, ()) {
  const SquareWave wave{Power(*rc::gen::inRange(1, 500) * mw), *rc::gen::inRange(2, 99) / 100.0,
                        Time(*rc::gen::inRange(1, 600) * 0.1)};
  // From a grid that hardly moves to one that follows every edge.
  const Ramp r(wave.swing.value() / wave.period.value() * std::pow(10, *rc::gen::inRange(-20, 30) / 10.0));
  const PowerPath load = wave_path(wave, 3);
  const StorageRun run = storage_between(load, schedule(wave, r, 3)),
                   flat = storage_between(load, schedule(wave, Ramp(0), 3));
  const StorageNeed need = through_steps(wave, r), still = hold_flat(wave);
  EXPECT_NEAR(flat.range / still.energy, 1, 1e-9);
  EXPECT_NEAR(flat.highest / still.power, 1, 1e-9);
  EXPECT_NEAR(run.range / need.energy, 1, 1e-6);
  EXPECT_NEAR(run.highest / need.power, 1, 1e-6);
  EXPECT_NEAR(run.net / still.energy, 0, 1e-9);
  EXPECT_LE(run.steepest.value(), r.value() * (1 + 1e-6));
  // The lesser of the two simple forms is always enough.
  EXPECT_LE(need.energy.value(), std::min(still.energy, at_edge(wave.swing, r, true).energy).value() * (1 + 1e-9));
}

RC_GTEST_PROP(LoadStorage, LessIsNeededOfAGridThatFollowsFaster, ()) {
  const SquareWave wave{Power(mw), *rc::gen::inRange(2, 99) / 100.0, Time(4)};
  const Ramp r(*rc::gen::inRange(1, 2000) * 1e3);
  EXPECT_LE(through_steps(wave, r * 1.1).energy, through_steps(wave, r).energy);
}

TEST(LoadSpectrum, OfASquareWaveIsKnown) {
  const SquareWave wave{Power(2), 0.5, Time(4)};
  const std::vector<Harmonic> all = harmonics(wave, Frequency(0.1), Frequency(2));
  ASSERT_EQ(all.size(), 8U);  // 0.25 to 2 Hz
  EXPECT_NEAR(all[0].amplitude.value(), 4 / M_PI, 1e-12);
  EXPECT_NEAR(all[1].amplitude.value(), 0, 1e-12);
  EXPECT_NEAR(all[2].amplitude.value(), 4 / M_PI / 3, 1e-12);
}

RC_GTEST_PROP(LoadSpectrum, OfAPathIsThatOfItsWaveAndOfItsRamps, ()) {
  const double d = *rc::gen::inRange(20, 80) / 100.0, period = *rc::gen::inRange(1, 30);
  const SquareWave wave{Power(3 * mw), d, Time(period)};
  const Frequency low(0.01), high(20 / period);
  const std::vector<Harmonic> square = harmonics(wave, low, high), path = harmonics(wave_path(wave, 1), low, high);
  const double ramp = 0.19 * period;  // trapezoid: each amplitude times sin(pi f tr) / (pi f tr)
  const std::vector<Harmonic> slow = harmonics(schedule(wave, Ramp(3 * mw / ramp), 1), low, high);
  ASSERT_EQ(square.size(), path.size());
  for (std::size_t i = 0; i < square.size(); ++i) {
    EXPECT_NEAR(path[i].amplitude.value(), square[i].amplitude.value(), 1e-6 * mw);
    const double x = M_PI * square[i].frequency.value() * ramp;
    EXPECT_NEAR(slow[i].amplitude.value(), square[i].amplitude.value() * std::abs(std::sin(x) / x), 1e-6 * mw);
  }
}

RC_GTEST_PROP(LoadSpectrum, AFilterLeavesWhatItWasMadeFor, ()) {
  const SquareWave wave{Power(10 * mw), *rc::gen::inRange(5, 95) / 100.0, Time(*rc::gen::inRange(1, 100) * 0.2)};
  const std::vector<Harmonic> of = harmonics(wave, Frequency(0.1), Frequency(2));
  RC_PRE(!of.empty());
  const Power limit = 0.1 * largest(of).amplitude;
  RC_PRE(limit.value() > 1);
  const Time tau = filter_for(of, limit);
  EXPECT_NEAR(largest(filtered(of, tau)).amplitude / limit, 1, 1e-9);
  const Filtered left = filtered(wave, tau);
  EXPECT_LE(left.swing, wave.swing);
  EXPECT_LE(left.steepest.value(), (wave.swing / tau).value() * (1 + 1e-12));
}

TEST(LoadSpectrum, FlickerIsReadBetweenThePoints) {
  const std::vector<FlickerPoint> curve{{Frequency(0.325), 0.00894}, {Frequency(8.8), 0.0029}};
  EXPECT_DOUBLE_EQ(borne(curve, Frequency(0.1)), 0.00894);
  EXPECT_DOUBLE_EQ(borne(curve, Frequency(12)), 0.0029);
  EXPECT_NEAR(borne(curve, Frequency(std::sqrt(0.325 * 8.8))), std::sqrt(0.00894 * 0.0029), 1e-12);
}

}  // namespace
}  // namespace orrery::site
