#include "silicon/chip/chip_cost.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/error.h"
#include "silicon/chip/assembly.h"
#include "silicon/chip/block_area.h"

namespace orrery::silicon {
namespace {

DieCost die_cost(const Die& d, const Design& design, double made, YieldLaw law) {
  const DieMaking& m = design.making;
  DieCost c;
  c.area = made, c.content = content_area(d, design.areas);
  if (d.role == DieRole::dummy) return c;  // blank silicon is as good as free
  const DieSides sides = sides_of(made, d.width, m.reticle_short);
  c.on_wafer = std::max(whole_dies(sides.width, sides.height, m.wafer, m.edge, m.scribe),
                        whole_dies(sides.height, sides.width, m.wafer, m.edge, m.scribe));
  if (!(c.on_wafer >= 1))
    throw Error({}, "die." + d.name + ".area", fmt::format("of {:.4g} mm2 leaves no whole die on a wafer", made * 1e6),
                "make it smaller");
  c.unharvested = die_yield(law, made, d.process.defect_density, m.clustering);
  c.yield = harvested_yield(spared(d, design.areas, made, m.repaired), law, d.process.defect_density, m.clustering);
  c.per_wafer = c.on_wafer * c.yield * m.binning;
  c.price = d.process.wafer_price / c.per_wafer;
  c.unharvested_price = d.process.wafer_price / (c.on_wafer * c.unharvested * m.binning);
  return c;
}

}  // namespace

SparedDie spared(const Die& d, const BlockAreas& areas, double made, double repaired) {
  SparedDie out;
  out.rest = made, out.repaired = repaired;
  const auto add = [&](double number, double needed, double area) {
    if (number <= needed) return;  // without spares they are as the rest
    out.parts.push_back({number, needed, area});
    out.rest -= number * area;
  };
  add(d.cores, d.cores_used, core_area(d, areas, made));
  add(d.memory_interfaces, d.memory_used, partition_area(d, areas, made));
  out.rest = std::max(out.rest, 0.0);
  return out;
}

ChipCost chip_cost(const Design& design, YieldLaw law) {
  const std::vector<double> areas = die_areas(design);
  ChipCost c;
  const Memory& memory = design.memory;
  const Assembly& a = design.assembly;
  std::vector<CostLine> dies;
  for (std::size_t i = 0; i < design.dies.size(); ++i) {
    const Die& d = design.dies[i];
    c.dies.push_back(die_cost(d, design, areas[i], law));
    const double escapes = (1 - c.dies[i].yield) * (1 - design.making.coverage);
    c.escaped *= std::pow(c.dies[i].yield / (c.dies[i].yield + escapes), d.count);
    if (d.role == DieRole::dummy) continue;
    const double dollars = c.dies[i].price * d.count;
    dies.push_back(
        {fmt::format("{} dies {:g} x {:.0f} mm2, {}", d.name, d.count, areas[i] * 1e6, d.process.title), 2, dollars});
    c.logic += dollars;
  }
  if (const double bonded = bonded_dies(design); bonded > 0) {
    const double bonds = bonded * a.bond, lost = (c.logic + bonds) * (1 / bonding_yield(design) - 1);
    dies.push_back({fmt::format("bonds {:g}", bonded), 2, bonds});
    dies.push_back({"dies lost in bonding", 2, lost});
    c.logic += bonds + lost;
  }
  c.memory = memory.bytes * memory.price;
  c.interposers = interposers_on_wafer(design, areas);
  if (a.wafer_price > 0 && !(c.interposers >= 1))
    throw Error({}, "assembly", "leaves no whole interposer on a wafer", "place less on the package");
  const double interposer = c.interposers > 0 ? a.wafer_price / c.interposers : 0;
  c.package = interposer + a.substrate;
  c.assembly = assembly_yield(design) * c.escaped;
  c.loss = (c.logic + c.memory + c.package) * (1 / c.assembly - 1);
  c.test = design.making.test;
  c.total = c.logic + c.memory + c.package + c.loss + c.test;
  c.tree = {{"total", 0, c.total}, {"logic", 1, c.logic}};
  c.tree.insert(c.tree.end(), dies.begin(), dies.end());
  c.tree.push_back({"memory", 1, c.memory});
  c.tree.push_back({"package", 1, c.package});
  if (interposer > 0) c.tree.push_back({"interposer", 2, interposer});
  c.tree.push_back({"substrate", 2, a.substrate});
  c.tree.push_back({"lost in assembly", 1, c.loss});
  c.tree.push_back({"test and other parts", 1, c.test});
  return c;
}

OnceCost once_cost(const Design& design, const std::vector<double>& areas) {
  OnceCost out;
  for (std::size_t i = 0; i < design.dies.size(); ++i) {
    const Die& d = design.dies[i];
    if (d.role == DieRole::dummy) continue;
    out.design += d.process.design_cost * design.making.design_factor * unique_area(d, design.areas, areas[i]) /
                  unique_area_of_design;
    out.masks += d.process.mask_set;
  }
  out.package = design.assembly.design_cost, out.ip = design.making.ip, out.software = design.making.software;
  return out;
}

VolumeNeed need_of(const Design& design, const ChipCost& cost, double chips) {
  VolumeNeed need;
  const double packages = chips / cost.assembly;
  for (std::size_t i = 0; i < design.dies.size(); ++i)
    need.wafers.push_back(cost.dies[i].per_wafer > 0
                              ? packages / bonding_yield(design) * design.dies[i].count / cost.dies[i].per_wafer
                              : 0);
  need.packaging_wafers = cost.interposers > 0 ? packages / cost.interposers : 0;
  need.memory = packages * design.memory.bytes;
  return need;
}

double break_even(double once, double merchant, double own, double speed) {
  const double saved = merchant * speed - own;
  return saved > 0 ? once / saved : std::numeric_limits<double>::infinity();
}

}  // namespace orrery::silicon
