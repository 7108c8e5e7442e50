// Constants of fabrics are found again from times that they made.
#include <gtest/gtest.h>

#include "validation/calibrate/collectives.h"

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
  for (const LeftOut& l : leave_one_group_out(start, rows, scale_up_knobs, 1500)) {
    EXPECT_LT(l.median_large, 0.15) << name(l.collective) << " " << l.ranks;
  }
}

}  // namespace
}  // namespace orrery::validation
