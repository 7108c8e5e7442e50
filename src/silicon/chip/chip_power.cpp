#include "silicon/chip/chip_power.h"

#include "base/error.h"

namespace orrery::silicon {

bool has_power(const Design& design) {
  const PowerFacts& f = design.power;
  return f.tdp > 0 && f.clock > 0 && f.peak > 0 && f.energy > 0;
}

ChipPower power_at(const Design& design, const std::vector<double>& areas, double share) {
  const PowerFacts& f = design.power;
  ChipPower p;
  const double voltage = f.least_voltage + (1 - f.least_voltage) * share;
  p.clock = share * f.clock, p.sustained = share * f.peak * f.matrix_busy;
  for (std::size_t i = 0; i < design.dies.size(); ++i)
    if (design.dies[i].role != DieRole::dummy) p.leakage += design.dies[i].count * areas[i] * f.leakage;
  p.memory = design.memory.bandwidth * f.memory_busy * design.memory.energy;
  p.matrix = p.sustained * f.energy * voltage * voltage;
  return p;
}

ChipPower power_at_limit(const Design& design, const std::vector<double>& areas) {
  const PowerFacts& f = design.power;
  if (!has_power(design)) throw Error({}, "energy", "or clock, bf16_dense or tdp is not known", "give all four");
  ChipPower p = power_at(design, areas, 1);
  if (p.total() <= f.tdp) return p;
  if (power_at(design, areas, 0).total() >= f.tdp) return power_at(design, areas, 0);
  double low = 0, high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (power_at(design, areas, middle).total() > f.tdp ? high : low) = middle;
  }
  return power_at(design, areas, low);
}

}  // namespace orrery::silicon
