// A chip as it is built: dies by role and process with the counts of what stands on them, memory in stacks, and how
// they are put together. Plain numbers in SI units; what is uncertain has been drawn already.
#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace orrery::silicon {

/// Blocks of a die, in the order reports list them (catalog kind blocks).
enum class Block {
  tensor_product,
  systolic_product,
  lane,
  double_product,
  gpu_core,
  scratchpad,
  gpu_cache,
  memory_cache,
  memory_controller,
  memory_interface,
  ddr_controller,
  ddr_interface,
  serdes,
  die_to_die,
  uncore,
  network
};
inline constexpr std::size_t blocks = 16;

/// What a block's area follows from process to process.
enum class Scaling { logic, sram, analog };

/// What a unit of each block takes in N7, m2; the network is a share of all others.
struct BlockAreas {
  std::array<double, blocks> area{};  ///< per unit: byte, product, lane, core, stack, channel, B/s, die
  std::array<Scaling, blocks> scaling{};
  double network_gpu = 0, network_systolic = 0;  ///< shares
  double error = 1;                              ///< of a die that is made, over what its blocks say
};

/// A logic process. Areas are over those of the same content in N7.
struct Process {
  std::string name, title;
  double logic = 1, sram = 1, analog = 1;
  double wafer_price = 0;     ///< $
  double defect_density = 0;  ///< per m2
  double design_cost = 0;     ///< $ for unique_area_of_design of nothing but different content
  double mask_set = 0;        ///< $
  double energy = 0;          ///< J per bf16 operation at the highest clock, with what feeds it
};
/// What the published costs of designs are stated for, m2 (Chiplet Actuary, DAC 2022).
inline constexpr double unique_area_of_design = 300e-6;

enum class DieRole { compute, io, cache, dummy };

/// One die of the package, with what is built on it.
struct Die {
  std::string name;
  DieRole role = DieRole::compute;
  Process process;       ///< of a dummy: none
  double count = 1;      ///< in the package
  double published = 0;  ///< m2; 0: not known
  double width = 0;      ///< m; 0: not known
  int on = -1;           ///< the die below it; -1: it stands on the package
  double cores = 0, cores_used = 0;
  bool systolic = false;                               ///< else its matrix units stand in the cores of a GPU
  double products = 0;                                 ///< 16-bit, of a core in a clock
  double array_side = 0;                               ///< elements along a side of a systolic array; 0: not known
  double lanes = 0, double_products = 0;               ///< of a core
  double scratchpad = 0, cache = 0, memory_cache = 0;  ///< B
  double memory_interfaces = 0, memory_used = 0, ddr_channels = 0;
  double serdes = 0, die_to_die = 0;  ///< B/s and direction
  bool host = false;
};

/// Memory in stacks.
struct Memory {
  std::string title;
  double stacks = 0, sites = 0;    ///< sites: places on the interposer, blank ones too
  double bytes = 0;                ///< as bought
  double bandwidth = 0;            ///< B/s of all stacks
  double price = 0;                ///< $/B
  double footprint = 0, edge = 0;  ///< m2 on the interposer; m of a die's edge
  double energy = 0;               ///< J/B
};

/// How the parts are put together.
struct Assembly {
  std::string title;
  double wafer_price = 0;          ///< $ of a wafer of interposers; 0: there are none
  double area_factor = 1;          ///< interposer over dies and stacks
  double largest = 0;              ///< m2
  double substrate = 0, bond = 0;  ///< $
  double yield = 1, part_yield = 1;
  double design_cost = 0;  ///< $
};

/// How wafers are cut and tested, and what a chip costs beside its dies (catalog kind die-making).
struct DieMaking {
  double wafer = 0.3, edge = 3e-3, scribe = 1e-4;      ///< m
  double reticle_short = 26e-3, reticle_long = 33e-3;  ///< m
  double clustering = 10, repaired = 0, binning = 1, coverage = 1;
  double test = 0, design_factor = 1, ip = 0, software = 0;  ///< $, but the factor
};

/// What decides the power of a chip (see chip_power.h).
struct PowerFacts {
  double tdp = 0;              ///< W
  double clock = 0;            ///< Hz, the highest
  double peak = 0;             ///< bf16 FLOP/s at it
  double energy = 0;           ///< J per bf16 operation at it
  double leakage = 0;          ///< W/m2
  double least_voltage = 0.4;  ///< over the highest, at a clock of none
  double memory_busy = 0, matrix_busy = 1, narrow_energy = 0.5;
};

/// A whole chip.
struct Design {
  std::string name, title;
  std::vector<Die> dies;
  Memory memory;
  Assembly assembly;
  DieMaking making;
  BlockAreas areas;
  PowerFacts power;
};

}  // namespace orrery::silicon
