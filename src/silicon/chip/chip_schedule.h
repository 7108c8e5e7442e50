// From the design of a chip to its volume: tape-out, first silicon, bring-up, respins, qualification, ramp. Days are of
// the caller's count.
#pragma once
#include <vector>

#include "base/curve.h"

namespace orrery::silicon {

/// What each step takes, days.
struct SpinTimes {
  double first_silicon = 0;  ///< tape-out to packaged parts
  double bring_up = 0;       ///< to knowing whether they can be sold
  double respin = 0;         ///< from there to the next tape-out, where they cannot
  double qualification = 0;  ///< of those that can, to volume
};

struct ChipSchedule {
  std::vector<double> tape_outs;  ///< the first, then one for each respin
  double volume = 0;              ///< the first chips that are sold
};

/// respins: how often masks are made anew before parts can be sold, 0 or more.
ChipSchedule chip_schedule(double tape_out, int respins, const SpinTimes& times);

/// Chips made by each day: none before volume, then at a rate (chips a day; infinite: as many as are asked for) that
/// is reached evenly over the ramp, days. The ramp is a chain of chords that is exact at each twelfth of it.
Curve made_from(double volume, double rate, double ramp);

}  // namespace orrery::silicon
