#include "silicon/chip/design_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "silicon/chip/block_area.h"

namespace orrery::silicon {
namespace {

using catalog::Entry;
using scenario::Draws;
using scenario::Reader;
using scenario::UncertainNumber;
using scenario::View;
namespace d = dimension;

template <Dimension D>
UncertainNumber read(Reader& reader, const std::string& path, const char* key, const Entry& entry) {
  const auto value = reader.amount<Quantity<D>>(View{nullptr, path}, key, scenario::maybe(entry, key));
  return {value.median.value(), value.input};
}

/// Reads one design, figure by figure.
struct DesignReader {
  Reader& reader;
  const Entry& chip;
  const catalog::Catalog& catalog;
  UncertainDesign& out;

  /// Takes a figure of an entry, if it has it, into a place of the design.
  template <Dimension D>
  void take(const std::string& path, const char* key, const Entry& entry, double& (*of)(Design&, std::size_t),
            std::size_t die = 0) {
    if (!entry.find(key)) return;
    put(read<D>(reader, path, key, entry), of, die);
  }
  void put(UncertainNumber value, double& (*of)(Design&, std::size_t), std::size_t die = 0) {
    of(out.median, die) = value.median;
    if (value.input >= 0) out.places.push_back({of, die, value});
  }

  Process process_of(const Entry& part, std::size_t i, const DesignOverrides& overrides, Date day) {
    Process p;
    const catalog::Figure* named = part.find("process");
    const std::string path = part.name;
    if (!named) throw Error(part.place, path, "has no process", "give one of `orrery show processes`");
    const Entry& e =
        catalog.entry("processes", named->text, named->place, chip.name + ".die." + part.name + ".process");
    p.name = e.name, p.title = e.title;
    out.median.dies[i].process = p;
    for (const char* needed :
         {"wafer_price", "defect_density", "logic_area", "sram_area", "analog_area", "design_cost", "mask_set"})
      if (!e.find(needed))
        throw Error(e.place, "processes." + e.name, std::string("has no ") + needed,
                    std::string("give ") + needed + ", or make the die in another process");
    const bool compute = out.median.dies[i].role == DieRole::compute;
    take<d::none>(
        path, "logic_area", e, [](Design& x, std::size_t k) -> double& { return x.dies[k].process.logic; }, i);
    take<d::none>(
        path, "sram_area", e, [](Design& x, std::size_t k) -> double& { return x.dies[k].process.sram; }, i);
    take<d::none>(
        path, "analog_area", e, [](Design& x, std::size_t k) -> double& { return x.dies[k].process.analog; }, i);
    const auto density = [](Design& x, std::size_t k) -> double& { return x.dies[k].process.defect_density; };
    if (compute && overrides.defect_density) put(*overrides.defect_density, density, i);
    else take<d::none - d::area>(path, "defect_density", e, density, i);
    const auto price = [](Design& x, std::size_t k) -> double& { return x.dies[k].process.wafer_price; };
    if (compute && overrides.wafer_price) put(*overrides.wafer_price, price, i);
    else take<d::money - d::wafers>(path, "wafer_price", e, price, i);
    const bool rises = day >= make_date(2026, 1, 1) && e.find("price_rise") && !(compute && overrides.wafer_price);
    out.rises.push_back(rises ? read<d::none>(reader, path, "price_rise", e) : UncertainNumber{});
    take<d::money>(
        path, "design_cost", e, [](Design& x, std::size_t k) -> double& { return x.dies[k].process.design_cost; }, i);
    take<d::money>(
        path, "mask_set", e, [](Design& x, std::size_t k) -> double& { return x.dies[k].process.mask_set; }, i);
    return out.median.dies[i].process;
  }

  void read_die(const Entry& part, std::size_t i, const DesignOverrides& overrides, Date day) {
    const std::string key = chip.name + ".die." + part.name;
    Die& die = out.median.dies[i];
    die.name = part.name;
    const std::vector<std::string> roles = {"compute", "io", "cache", "dummy"};
    const catalog::Figure& role = part.at("role");
    const auto found = std::find(roles.begin(), roles.end(), role.text);
    if (found == roles.end())
      throw Error(role.place, key + ".role", in_quotes(role.text) + " is no role of a die",
                  suggest(role.text, roles, "write compute, io, cache or dummy"));
    die.role = static_cast<DieRole>(found - roles.begin());
    die.count = part.number("count");
    take<d::area>(
        part.name, "area", part, [](Design& x, std::size_t k) -> double& { return x.dies[k].published; }, i);
    take<d::length>(
        part.name, "width", part, [](Design& x, std::size_t k) -> double& { return x.dies[k].width; }, i);
    if (die.role == DieRole::dummy) {
      out.rises.emplace_back();
      if (!part.find("area")) throw Error(part.place, key, "has no area", "give the area of the blank silicon");
      return;
    }
    process_of(part, i, overrides, day);
    die.cores = part.number("cores"), die.cores_used = part.number("cores_used", die.cores);
    die.memory_interfaces = part.number("memory_interfaces");
    die.memory_used = part.number("memory_used", die.memory_interfaces);
    die.ddr_channels = part.number("ddr_channels");
    if (const catalog::Figure* host = part.find("host")) die.host = host->boolean;
    if (const catalog::Figure* matrix = part.find("matrix")) {
      if (matrix->text != "tensor-core" && matrix->text != "systolic")
        throw Error(matrix->place, key + ".matrix", in_quotes(matrix->text) + " is no sort of matrix unit",
                    suggest(matrix->text, {"tensor-core", "systolic"}, "write tensor-core or systolic"));
      die.systolic = matrix->text == "systolic";
    } else if (die.cores > 0) {
      throw Error(part.place, key, "has cores and no matrix", "write matrix = \"tensor-core\" or \"systolic\"");
    }
    take<d::none>(
        part.name, "products", part, [](Design& x, std::size_t k) -> double& { return x.dies[k].products; }, i);
    if (const catalog::Figure* side = part.find("array_side")) {
      if (!die.systolic)
        throw Error(side->place, key + ".array_side", "is of an array that the die does not have",
                    "write matrix = \"systolic\", or leave it out");
      die.array_side = side->amount.median();
    }
    take<d::none>(
        part.name, "lanes", part, [](Design& x, std::size_t k) -> double& { return x.dies[k].lanes; }, i);
    take<d::none>(
        part.name, "double_products", part,
        [](Design& x, std::size_t k) -> double& { return x.dies[k].double_products; }, i);
    take<d::data>(
        part.name, "scratchpad", part, [](Design& x, std::size_t k) -> double& { return x.dies[k].scratchpad; }, i);
    take<d::data>(
        part.name, "cache", part, [](Design& x, std::size_t k) -> double& { return x.dies[k].cache; }, i);
    take<d::data>(
        part.name, "memory_cache", part, [](Design& x, std::size_t k) -> double& { return x.dies[k].memory_cache; }, i);
    take<d::bandwidth>(
        part.name, "serdes", part, [](Design& x, std::size_t k) -> double& { return x.dies[k].serdes; }, i);
    take<d::bandwidth>(
        part.name, "die_to_die", part, [](Design& x, std::size_t k) -> double& { return x.dies[k].die_to_die; }, i);
  }

  void read_dies(const DesignOverrides& overrides, Date day) {
    std::vector<const Entry*> parts;
    for (const Entry& part : chip.parts)
      if (part.kind == "die") parts.push_back(&part);
    out.median.dies.resize(parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i) read_die(*parts[i], i, overrides, day);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const catalog::Figure* on = parts[i]->find("on");
      if (!on) continue;
      std::vector<std::string> names;
      for (const Entry* part : parts) names.push_back(part->name);
      const std::size_t below =
          static_cast<std::size_t>(std::find(names.begin(), names.end(), on->text) - names.begin());
      const std::string key = chip.name + ".die." + parts[i]->name + ".on";
      if (below == names.size() || below == i)
        throw Error(on->place, key, in_quotes(on->text) + " is no other die of the chip",
                    suggest(on->text, names, "name another die"));
      if (parts[below]->find("on"))
        throw Error(on->place, key, in_quotes(on->text) + " stands on a die itself", "bond two dies at most");
      out.median.dies[i].on = static_cast<int>(below);
    }
  }

  void read_memory(Date day, const DesignOverrides& overrides) {
    Memory& m = out.median.memory;
    m.stacks = chip.number("hbm_stacks"), m.sites = chip.number("memory_sites", m.stacks);
    m.sites = std::max(m.sites, m.stacks);
    const catalog::Figure* named = chip.find("memory");
    if (!named) {
      m.stacks = m.sites = 0;
      return;
    }
    const Entry& e = catalog.entry("memories", named->text, named->place, chip.name + ".memory");
    m.title = e.title;
    const char* bytes = chip.find("hbm_made") ? "hbm_made" : "hbm";
    if (!chip.find(bytes) || !(m.stacks > 0))
      throw Error(chip.place, chip.name, "names a memory and has no hbm or hbm_stacks", "give both");
    take<d::data>(chip.name, bytes, chip, [](Design& x, std::size_t) -> double& { return x.memory.bytes; });
    take<d::bandwidth>(chip.name, "hbm_bandwidth", chip,
                       [](Design& x, std::size_t) -> double& { return x.memory.bandwidth; });
    take<d::area>(e.name, "footprint", e, [](Design& x, std::size_t) -> double& { return x.memory.footprint; });
    take<d::length>(e.name, "edge", e, [](Design& x, std::size_t) -> double& { return x.memory.edge; });
    take<d::energy - d::data>(e.name, "energy", e, [](Design& x, std::size_t) -> double& { return x.memory.energy; });
    if (overrides.memory_price) {
      out.memory_prices.emplace_back(1, *overrides.memory_price);
    } else {
      read_price(e, day);
    }
    m.price = 0;
    for (const auto& [share, price] : out.memory_prices) m.price += share * price.median;
  }

  /// The price of a day: on a line between those of the months before and after it.
  void read_price(const Entry& memory, Date day) {
    std::vector<std::pair<Date, const Entry*>> points;
    for (const Entry& part : memory.parts)
      points.emplace_back(at(part.place, memory.name + ".price." + part.name,
                             [&] { return parse_date(part.name.size() == 7 ? part.name + "-01" : part.name); }),
                          &part);
    std::sort(points.begin(), points.end());
    if (points.empty())
      throw Error(memory.place, "memories." + memory.name, "has no price", "add [" + memory.name + ".price.2026-06]");
    const auto add = [&](double share, const Entry& part) {
      if (share > 0)
        out.memory_prices.emplace_back(
            share, read<d::money - d::data>(reader, memory.name + ".price." + part.name, "price", part));
    };
    std::size_t after = 0;
    while (after < points.size() && points[after].first <= day) ++after;
    if (after == 0) return add(1, *points.front().second);
    if (after == points.size()) return add(1, *points.back().second);
    const double share = static_cast<double>(day - points[after - 1].first) /
                         static_cast<double>(points[after].first - points[after - 1].first);
    add(1 - share, *points[after - 1].second), add(share, *points[after].second);
  }

  void read_assembly() {
    const catalog::Figure* named = chip.find("assembly");
    if (!named) throw Error(chip.place, chip.name, "has dies and no assembly", "give one of `orrery show assemblies`");
    const Entry& e = catalog.entry("assemblies", named->text, named->place, chip.name + ".assembly");
    out.median.assembly.title = e.title;
    take<d::money - d::wafers>(e.name, "wafer_price", e,
                               [](Design& x, std::size_t) -> double& { return x.assembly.wafer_price; });
    take<d::none>(e.name, "area_factor", e, [](Design& x, std::size_t) -> double& { return x.assembly.area_factor; });
    take<d::area>(e.name, "largest", e, [](Design& x, std::size_t) -> double& { return x.assembly.largest; });
    take<d::money>(e.name, "substrate", e, [](Design& x, std::size_t) -> double& { return x.assembly.substrate; });
    take<d::money>(e.name, "bond", e, [](Design& x, std::size_t) -> double& { return x.assembly.bond; });
    take<d::none>(e.name, "yield", e, [](Design& x, std::size_t) -> double& { return x.assembly.yield; });
    take<d::none>(e.name, "part_yield", e, [](Design& x, std::size_t) -> double& { return x.assembly.part_yield; });
    take<d::money>(e.name, "design_cost", e, [](Design& x, std::size_t) -> double& { return x.assembly.design_cost; });
  }

  void read_making() {
    const Entry& e = catalog.entry("die-making", "default");
    const std::string path = "die-making";
    take<d::length>(path, "wafer", e, [](Design& x, std::size_t) -> double& { return x.making.wafer; });
    take<d::length>(path, "edge", e, [](Design& x, std::size_t) -> double& { return x.making.edge; });
    take<d::length>(path, "scribe", e, [](Design& x, std::size_t) -> double& { return x.making.scribe; });
    take<d::length>(path, "reticle_short", e, [](Design& x, std::size_t) -> double& { return x.making.reticle_short; });
    take<d::length>(path, "reticle_long", e, [](Design& x, std::size_t) -> double& { return x.making.reticle_long; });
    take<d::none>(path, "content_error", e, [](Design& x, std::size_t) -> double& { return x.areas.error; });
    take<d::none>(path, "clustering", e, [](Design& x, std::size_t) -> double& { return x.making.clustering; });
    take<d::none>(path, "repaired", e, [](Design& x, std::size_t) -> double& { return x.making.repaired; });
    take<d::none>(path, "binning", e, [](Design& x, std::size_t) -> double& { return x.making.binning; });
    take<d::none>(path, "coverage", e, [](Design& x, std::size_t) -> double& { return x.making.coverage; });
    take<d::money>(path, "test", e, [](Design& x, std::size_t) -> double& { return x.making.test; });
    take<d::none>(path, "design_factor", e, [](Design& x, std::size_t) -> double& { return x.making.design_factor; });
    take<d::money>(path, "ip", e, [](Design& x, std::size_t) -> double& { return x.making.ip; });
    take<d::money>(path, "software", e, [](Design& x, std::size_t) -> double& { return x.making.software; });
    take<d::power - d::area>(path, "leakage", e, [](Design& x, std::size_t) -> double& { return x.power.leakage; });
    take<d::none>(path, "least_voltage", e, [](Design& x, std::size_t) -> double& { return x.power.least_voltage; });
    take<d::none>(path, "memory_busy", e, [](Design& x, std::size_t) -> double& { return x.power.memory_busy; });
    take<d::none>(path, "matrix_busy", e, [](Design& x, std::size_t) -> double& { return x.power.matrix_busy; });
    take<d::none>(path, "narrow_energy", e, [](Design& x, std::size_t) -> double& { return x.power.narrow_energy; });
  }

  void read_power() {
    take<d::power - d::area>(chip.name, "leakage", chip,
                             [](Design& x, std::size_t) -> double& { return x.power.leakage; });
    take<d::power>(chip.name, "tdp", chip, [](Design& x, std::size_t) -> double& { return x.power.tdp; });
    take<d::none>(chip.name, "matrix_busy", chip,
                  [](Design& x, std::size_t) -> double& { return x.power.matrix_busy; });
    take<d::frequency>(chip.name, "clock", chip, [](Design& x, std::size_t) -> double& { return x.power.clock; });
    take<d::compute_rate>(chip.name, "bf16_dense", chip,
                          [](Design& x, std::size_t) -> double& { return x.power.peak; });
    const auto energy = [](Design& x, std::size_t) -> double& { return x.power.energy; };
    if (chip.find("energy")) return take<d::energy - d::operations>(chip.name, "energy", chip, energy);
    for (const Die& die : out.median.dies)
      if (die.role == DieRole::compute)
        if (const Entry& e = catalog.entry("processes", die.process.name); e.find("energy"))
          return take<d::energy - d::operations>(die.process.name, "energy", e, energy);
  }

  void read_blocks() {
    for (std::size_t b = 0; b < blocks; ++b) {
      const Block block = static_cast<Block>(b);
      if (block == Block::network) continue;
      const Entry& e = catalog.entry("blocks", block_name(block));
      const catalog::Figure& scaling = e.at("scaling");
      const std::vector<std::string> names = {"logic", "sram", "analog"};
      const auto found = std::find(names.begin(), names.end(), scaling.text);
      if (found == names.end())
        throw Error(scaling.place, "blocks." + e.name + ".scaling", in_quotes(scaling.text) + " is no way to scale",
                    suggest(scaling.text, names, "write logic, sram or analog"));
      out.median.areas.scaling[b] = static_cast<Scaling>(found - names.begin());
      // Areas are stated for the units that people count in.
      out.areas[b] = read<d::area>(reader, "blocks." + e.name, "area", e);
      out.median.areas.area[b] = out.areas[b].median / block_unit(block);
    }
    out.network_gpu = read<d::none>(reader, "blocks.network-gpu", "share", catalog.entry("blocks", "network-gpu"));
    out.network_systolic =
        read<d::none>(reader, "blocks.network-systolic", "share", catalog.entry("blocks", "network-systolic"));
    out.median.areas.network_gpu = out.network_gpu.median;
    out.median.areas.network_systolic = out.network_systolic.median;
  }
};

}  // namespace

bool has_design(const Entry& chip) {
  return std::any_of(chip.parts.begin(), chip.parts.end(), [](const Entry& part) { return part.kind == "die"; });
}

Design UncertainDesign::in(Draws draws) const {
  Design out = median;
  if (!draws.empty()) {
    for (const Place& place : places) place.of(out, place.die) = place.value.in(draws);
    for (std::size_t b = 0; b < blocks; ++b)
      if (static_cast<Block>(b) != Block::network)
        out.areas.area[b] = areas[b].in(draws) / block_unit(static_cast<Block>(b));
    out.areas.network_gpu = network_gpu.in(draws), out.areas.network_systolic = network_systolic.in(draws);
    out.memory.price = 0;
    for (const auto& [share, price] : memory_prices) out.memory.price += share * price.in(draws);
  }
  for (std::size_t i = 0; i < out.dies.size(); ++i) out.dies[i].process.wafer_price *= 1 + rises[i].in(draws);
  return out;
}

UncertainDesign read_design(Reader& reader, const Entry& chip, Date day, const DesignOverrides& overrides) {
  if (!has_design(chip))
    throw Error({}, "", chip.name + " does not say how it is built",
                "add [" + chip.name + ".die.compute] with what stands on it (docs/chip.md)");
  UncertainDesign out;
  out.median.name = chip.name, out.median.title = chip.title;
  DesignReader read{reader, chip, reader.catalog(), out};
  read.read_dies(overrides, day);
  read.read_memory(day, overrides);
  read.read_assembly();
  read.read_making();
  read.read_power();
  read.read_blocks();
  return out;
}

Design design_of(const catalog::Catalog& catalog, const Entry& chip, Date day) {
  static const scenario::Form form{"chip", "a chip", "a chip of the catalog", {}, {{"", "The chip.", {}}}};
  scenario::Scenario scenario;
  scenario.form = &form;
  Reader reader(scenario, catalog);
  return read_design(reader, chip, day).in({});
}

}  // namespace orrery::silicon
