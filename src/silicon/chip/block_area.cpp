#include "silicon/chip/block_area.h"

#include <algorithm>
#include <numeric>

namespace orrery::silicon {
namespace {

constexpr std::size_t at(Block block) {
  return static_cast<std::size_t>(block);
}

/// Blocks that stand in cores, and those that come with an interface of memory.
constexpr std::array in_cores = {Block::tensor_product, Block::systolic_product, Block::lane,
                                 Block::double_product, Block::gpu_core,         Block::scratchpad};
constexpr std::array in_partitions = {Block::memory_controller, Block::memory_interface, Block::gpu_cache,
                                      Block::memory_cache};

/// The share of a die's content that some of its blocks have, with their part of the network.
template <std::size_t N>
double share_of(const std::array<double, blocks>& areas, const std::array<Block, N>& some) {
  double all = 0, part = 0;
  for (std::size_t b = 0; b < blocks; ++b)
    if (b != at(Block::network)) all += areas[b];
  for (const Block block : some) part += areas[at(block)];
  return all > 0 ? part / all : 0;
}

}  // namespace

const char* block_name(Block block) {
  static constexpr std::array<const char*, blocks> names = {
      "tensor-product", "systolic-product", "lane",         "double-product",    "gpu-core",
      "scratchpad",     "gpu-cache",        "memory-cache", "memory-controller", "memory-interface",
      "ddr-controller", "ddr-interface",    "serdes",       "die-to-die",        "uncore",
      "network"};
  return names[at(block)];
}

double block_unit(Block block) {
  switch (block) {
    case Block::tensor_product:
    case Block::systolic_product:
    case Block::lane:
    case Block::double_product:
      return 1e3;
    case Block::scratchpad:
    case Block::gpu_cache:
    case Block::memory_cache:
      return 1e6;
    case Block::serdes:
    case Block::die_to_die:
      return 1e12 / 8;
    default:
      return 1;
  }
}

std::array<double, blocks> block_counts(const Die& d) {
  std::array<double, blocks> n{};
  if (d.role == DieRole::dummy) return n;
  n[at(d.systolic ? Block::systolic_product : Block::tensor_product)] = d.cores * d.products;
  n[at(Block::lane)] = d.cores * d.lanes;
  n[at(Block::double_product)] = d.cores * d.double_products;
  n[at(Block::gpu_core)] = d.systolic ? 0 : d.cores;
  n[at(Block::scratchpad)] = d.scratchpad;
  n[at(Block::gpu_cache)] = d.cache;
  n[at(Block::memory_cache)] = d.memory_cache;
  n[at(Block::memory_controller)] = n[at(Block::memory_interface)] = d.memory_interfaces;
  n[at(Block::ddr_controller)] = n[at(Block::ddr_interface)] = d.ddr_channels;
  n[at(Block::serdes)] = d.serdes;
  n[at(Block::die_to_die)] = d.die_to_die;
  n[at(Block::uncore)] = d.host ? 1 : 0;
  return n;
}

std::array<double, blocks> block_areas(const Die& d, const BlockAreas& areas) {
  std::array<double, blocks> out = block_counts(d);
  for (std::size_t b = 0; b < blocks; ++b) {
    const double scale = areas.scaling[b] == Scaling::logic  ? d.process.logic
                         : areas.scaling[b] == Scaling::sram ? d.process.sram
                                                             : d.process.analog;
    out[b] *= areas.area[b] * scale;
  }
  // The host's blocks have links of their own.
  const double joined = std::accumulate(out.begin(), out.end(), 0.0) - out[at(Block::uncore)];
  out[at(Block::network)] = joined * (d.systolic ? areas.network_systolic : areas.network_gpu);
  return out;
}

double content_area(const Die& d, const BlockAreas& areas) {
  const std::array<double, blocks> all = block_areas(d, areas);
  return std::accumulate(all.begin(), all.end(), 0.0) * areas.error;
}

double made_area(const Die& d, const BlockAreas& areas, double least) {
  return d.published > 0 ? d.published : std::max(content_area(d, areas), least);
}

std::vector<double> die_areas(const Design& design) {
  // Dies that others stand on come after those in the sum of what stands on them, so the upper ones are sized first.
  std::vector<double> out(design.dies.size(), 0), carried(design.dies.size(), 0);
  for (int pass = 0; pass < 2; ++pass)
    for (std::size_t i = 0; i < design.dies.size(); ++i) {
      const Die& d = design.dies[i];
      const bool upper = d.on >= 0;
      if (upper != (pass == 0)) continue;
      out[i] = made_area(d, design.areas, carried[i] / d.count);
      if (upper) carried[static_cast<std::size_t>(d.on)] += out[i] * d.count;
    }
  return out;
}

double core_area(const Die& d, const BlockAreas& areas, double made) {
  return d.cores > 0 ? share_of(block_areas(d, areas), in_cores) * made / d.cores : 0;
}

double partition_area(const Die& d, const BlockAreas& areas, double made) {
  return d.memory_interfaces > 0 ? share_of(block_areas(d, areas), in_partitions) * made / d.memory_interfaces : 0;
}

double unique_area(const Die& d, const BlockAreas& areas, double made) {
  const double core = core_area(d, areas, made), partition = partition_area(d, areas, made);
  return made - core * std::max(d.cores - 1, 0.0) - partition * std::max(d.memory_interfaces - 1, 0.0);
}

}  // namespace orrery::silicon
