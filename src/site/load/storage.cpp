#include "site/load/storage.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "site/load/grid_path.h"

namespace orrery::site {

StorageNeed hold_flat(const SquareWave& wave) {
  return {std::max(wave.duty, 1 - wave.duty) * wave.swing, wave.duty * (1 - wave.duty) * (wave.period * wave.swing)};
}

StorageNeed at_edge(Power swing, Ramp limit, bool known_ahead) {
  const Energy causal = swing * (swing / limit) / 2;
  return known_ahead ? StorageNeed{swing / 2, causal / 2} : StorageNeed{swing, causal};
}

StorageNeed through_steps(const SquareWave& wave, Ramp limit) {
  const double d = wave.duty, m = std::min(d, 1 - d), swing = wave.swing.value(), period = wave.period.value(),
               r = limit.value();
  if (m <= 0 || swing <= 0 || period <= 0) return {};
  if (r * m * period >= swing) return at_edge(wave.swing, limit, true);
  // At an edge the grid stands between the load's levels: the larger of the two distances is the storage's power.
  const Turn turn = turn_within_steps(wave, limit);
  const double at_the_edge = turn.top - r * (turn.half - m * period / 2);
  const double energy = turn.half < period / 2
                            ? m * period * swing * std::pow(1 - std::sqrt(r * m * period / swing) / 2, 2)
                            : d * (1 - d) * period * (swing - r * period / 4);
  return {Power(std::max(at_the_edge, swing - at_the_edge)), Energy(energy)};
}

StorageNeed low_pass(Power swing, Frequency frequency, double amplitude) {
  const double tau = std::sqrt(1 / (amplitude * amplitude) - 1) / (2 * std::numbers::pi * frequency.value());
  return {swing, Time(tau) * swing};
}

}  // namespace orrery::site
