#include "silicon/chip/assembly.h"

#include <fmt/format.h>

#include <cmath>

#include "base/error.h"
#include "silicon/chip/chip_power.h"
#include "silicon/chip/die.h"

namespace orrery::silicon {

double placed_area(const Design& design, const std::vector<double>& areas) {
  double sum = design.memory.sites * design.memory.footprint;
  for (std::size_t i = 0; i < design.dies.size(); ++i)
    if (design.dies[i].on < 0) sum += design.dies[i].count * areas[i];
  return sum;
}

double interposer_area(const Design& design, const std::vector<double>& areas) {
  return placed_area(design, areas) * design.assembly.area_factor;
}

double interposers_on_wafer(const Design& design, const std::vector<double>& areas) {
  if (design.assembly.wafer_price <= 0) return 0;
  const double side = std::sqrt(interposer_area(design, areas));
  return whole_dies(side, side, design.making.wafer, design.making.edge, design.making.scribe);
}

double placed_parts(const Design& design) {
  double parts = design.memory.stacks;
  for (const Die& d : design.dies)
    if (d.on < 0 && d.role != DieRole::dummy) parts += d.count;
  return parts;
}

double bonded_dies(const Design& design) {
  double bonded = 0;
  for (const Die& d : design.dies)
    if (d.on >= 0) bonded += d.count;
  return bonded;
}

double bonding_yield(const Design& design) {
  return std::pow(design.assembly.part_yield, bonded_dies(design));
}

double assembly_yield(const Design& design) {
  return design.assembly.yield * std::pow(design.assembly.part_yield, placed_parts(design));
}

void check_design(const Design& design, const std::vector<double>& areas) {
  const DieMaking& m = design.making;
  const auto mm2 = [](double area) { return fmt::format("{:.4g} mm2", area * 1e6); };
  for (std::size_t i = 0; i < design.dies.size(); ++i) {
    const Die& d = design.dies[i];
    const std::string key = "die." + d.name;
    if (!(areas[i] > 0))
      throw Error({}, key + ".area", "is none: nothing stands on the die", "give its area, or what stands on it");
    const DieSides sides = sides_of(areas[i], d.width, m.reticle_short);
    const double shorter = std::min(sides.width, sides.height), longer = std::max(sides.width, sides.height);
    if (shorter > m.reticle_short * (1 + 1e-9) || longer > m.reticle_long * (1 + 1e-9))
      throw Error({}, key + ".area",
                  fmt::format("is {} ({:.3g} x {:.3g} mm), beyond the reticle of {:.3g} x {:.3g} mm", mm2(areas[i]),
                              shorter * 1e3, longer * 1e3, m.reticle_short * 1e3, m.reticle_long * 1e3),
                  fmt::format("{} would fit; make it several dies", mm2(m.reticle_short * m.reticle_long)));
    if (d.cores_used > d.cores)
      throw Error({}, key + ".cores_used", fmt::format("is {:g}, of {:g} that are built", d.cores_used, d.cores),
                  "build as many, or need fewer");
    if (d.memory_used > d.memory_interfaces)
      throw Error({}, key + ".memory_used",
                  fmt::format("is {:g}, of {:g} that are built", d.memory_used, d.memory_interfaces),
                  "build as many, or need fewer");
    const double edges = 2 * longer, needed = d.memory_interfaces * design.memory.edge;
    if (needed > edges)
      throw Error({}, key + ".memory_interfaces",
                  fmt::format("needs {:.3g} mm of edge for {:g} stacks, and its two long edges have {:.3g} mm",
                              needed * 1e3, d.memory_interfaces, edges * 1e3),
                  fmt::format("{:g} would fit", std::floor(edges / design.memory.edge)));
  }
  // How much wider the interposer is than what stands on it is an estimate: what is refused does not fit by itself.
  if (const double area = placed_area(design, areas); design.assembly.largest > 0 && area > design.assembly.largest)
    throw Error({}, "assembly",
                fmt::format("has {} of dies and memory side by side, beyond the {} of {}", mm2(area),
                            mm2(design.assembly.largest), design.assembly.title),
                fmt::format("{} would fit", mm2(design.assembly.largest)));
  const double tdp = design.power.tdp;
  const ChipPower still = power_at(design, areas, 0);
  if (tdp > 0 && still.leakage >= tdp)
    throw Error({}, "tdp",
                fmt::format("is {:.4g} W, and its dies leak {:.4g} W before anything runs", tdp, still.leakage),
                fmt::format("give more than {:.4g} W, or less silicon", still.leakage));
  if (tdp > 0 && still.total() >= tdp)
    throw Error({}, "tdp",
                fmt::format("is {:.4g} W, and its dies leak {:.4g} W and its memory takes {:.4g} W in a large product: "
                            "nothing is left to multiply",
                            tdp, still.leakage, still.memory),
                fmt::format("give more than {:.4g} W, less silicon, or less bandwidth", still.total()));
}

}  // namespace orrery::silicon
