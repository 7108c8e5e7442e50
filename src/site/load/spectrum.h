// What of a periodic load lies in a band of frequencies, and what it does to the voltage that others see.
#pragma once
#include <vector>

#include "site/load/grid_path.h"

namespace orrery::site {

struct Harmonic {
  Frequency frequency;
  Power amplitude;  ///< half of its own swing from top to bottom
};

/// The harmonics of a wave within a band, ends included: 2 dP / (pi n) |sin(pi n D)| at n / T. At most `most` of them,
/// the lowest first.
std::vector<Harmonic> harmonics(const SquareWave& wave, Frequency low, Frequency high, std::size_t most = 10000);

/// The same of any path of straight pieces that repeats after its length: Fourier's integral of each piece in closed
/// form.
std::vector<Harmonic> harmonics(const PowerPath& period, Frequency low, Frequency high, std::size_t most = 10000);

/// The largest; zero amplitude where the band has none.
Harmonic largest(const std::vector<Harmonic>& of);

/// The time constant of a filter of first order that leaves none of these above `limit` (above 0): the greatest of
/// sqrt((A / limit)^2 - 1) / (2 pi f).
Time filter_for(const std::vector<Harmonic>& of, Power limit);

/// What a filter of first order leaves of a wave in its steady course.
struct Filtered {
  Power swing;  ///< from top to bottom
  Ramp steepest;
};
Filtered filtered(const SquareWave& wave, Time tau);
/// Its amplitudes: A / sqrt(1 + (2 pi f tau)^2).
std::vector<Harmonic> filtered(std::vector<Harmonic> of, Time tau);

/// Relative change of the voltage at a connection of this short-circuit power and ratio of reactance to resistance when
/// active power changes: dV / V = dP / (S sqrt(1 + (X/R)^2)).
double voltage_change(Power change, Power short_circuit, double reactance_ratio);

/// A point of the curve of rectangular changes of voltage that people just bear (Pst = 1).
struct FlickerPoint {
  Frequency frequency;  ///< of the wave: two changes a period
  double change = 0;    ///< relative, from top to bottom
};

/// The change that is just borne at a frequency: straight between the points (rising in frequency) in logarithms; below
/// the first as there, which is on the safe side, since slower changes are borne better; above the last as there, where
/// the curve is at its lowest.
double borne(const std::vector<FlickerPoint>& curve, Frequency frequency);

}  // namespace orrery::site
