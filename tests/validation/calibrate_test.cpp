// Constants of fabrics and libraries are found again from times that they made, and so is the width of bands.
#include <gtest/gtest.h>

#include <cmath>

#include "support/facts.h"
#include "validation/calibrate/collectives.h"
#include "validation/calibrate/fabrics.h"

namespace orrery::validation {
namespace {

using namespace network;

TEST(Calibration, FindsConstantsThatMadeTheData) {
  // Times made by known constants: the fit predicts them again, and groups it never saw.
  Fabric truth = plain_fabric("truth", 8, Bandwidth(450e9), Bandwidth(50e9));
  truth.launch = 7e-6;
  truth.scale_up.hop = {1.1e-6, 1.3e-6, 2.4e-6};
  truth.scale_up.efficiency = {0.08, 0.33, 0.81};
  std::vector<Observation> rows;
  for (Collective c : {Collective::all_reduce, Collective::all_gather, Collective::all_to_all})
    for (int n : {2, 4, 8})
      for (double bytes = 1024; bytes < 1e9; bytes *= 4)
        rows.push_back({c, bytes, {n, n}, collective_time(truth, c, Data(bytes), {n, n}).value(), 1});
  const Fabric start = plain_fabric("start", 8, Bandwidth(450e9), Bandwidth(50e9));
  EXPECT_LT(misfit(calibrate(start, rows, scale_up_knobs, 6000), rows), 0.02);
  EXPECT_LT(misfit(calibrate(start, rows, scale_up_knobs, 6000), rows), misfit(start, rows) / 3);
  const std::vector<LeftOut> left_out = leave_one_group_out(start, rows, scale_up_knobs, 1500);
  EXPECT_EQ(left_out.size(), 9u);
  for (const LeftOut& l : left_out) {
    EXPECT_LT(l.median_large, 0.15) << name(l.collective) << " " << l.ranks;
  }
}

TEST(Calibration, LibrariesAreFoundAgainAndPredictWhatTheyNeverSaw) {
  const catalog::Entry& entry = facts().entry("fabrics", "deepep-low-latency-combine-h100");
  catalog::Entry truth = whole_fabric(facts(), entry);
  std::vector<LibraryRun> runs;
  for (int i = 0; i < 40; ++i) {
    LibraryRun run;
    run.machine.fabric = chip_fabric(facts(), "h100-sxm");
    run.chip = "h100-sxm", run.entry = entry.name;
    CommunicationKernel& k = run.kernel;
    k.exchange = true, k.library = "deepep deepep_ll_combine", k.gpu = "h100_sxm";
    k.row.id = std::to_string(i);
    k.shape.tokens = std::exp2(i % 11), k.shape.hidden = i % 2 ? 7168 : 2048, k.shape.experts = i % 3 ? 256 : 64;
    k.shape.nodes = i % 4 == 0 ? 4 : 1, k.shape.ranks = 8 * k.shape.nodes;
    k.row.measured = time_of(run, truth);
    runs.push_back(run);
  }
  const std::vector<const LibraryRun*> of = runs_of(facts(), entry, runs);
  ASSERT_EQ(of.size(), runs.size());
  catalog::Entry off = entry;
  for (catalog::Figure& f : off.figures)
    if (f.key == "launch" || f.key == "share" || f.key == "core_rate")
      f.amount = Distribution::constant(f.amount.median() * 0.6);
  EXPECT_GT(spread_on(of, whole_fabric(facts(), off)), 0.1);
  EXPECT_LT(spread_on(of, fit_library(facts(), off, of)), 0.03);
  const std::vector<LibraryLeftOut> halves = leave_out_libraries(facts(), runs, "half");
  EXPECT_EQ(halves.size(), runs.size());
  for (const LibraryLeftOut& l : halves) EXPECT_NEAR(l.predicted / l.run->kernel.row.measured, 1, 0.1);
}

TEST(CollectiveBands, AreWiderWhereLessIsKnown) {
  const catalog::BandRule rule = read_collective_band(facts());
  const auto width = [&](const Fabric& f, const Group& g) {
    const Data bytes(1e8);
    const CollectiveEstimate e = estimate_collective(f, Collective::all_reduce, bytes, g);
    const auto [low, high] = within_band(rule, terms_of(f, e, g), e.time.value());
    EXPECT_LT(low, e.time.value());
    EXPECT_GT(high, e.time.value());
    return std::log(high / low);
  };
  const double measured = width(chip_fabric(facts(), "h100-sxm"), {8, 8});
  EXPECT_GT(width(chip_fabric(facts(), "mi300x"), {8, 8}), 2 * measured);
  EXPECT_GT(width(chip_fabric(facts(), "h100-sxm"), {64, 8}), measured);
  EXPECT_GT(width(chip_fabric(facts(), "l40s"), {8, 8}), measured);
  const TrafficBand sprayed = read_traffic_band(facts(), true), hashed = read_traffic_band(facts(), false);
  EXPECT_LT(sprayed.low, 1);
  EXPECT_GT(hashed.high - hashed.low, sprayed.high - sprayed.low);
}

}  // namespace
}  // namespace orrery::validation
