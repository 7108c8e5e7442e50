// What a chip is made of and what that costs: its dies, the areas of blocks, memories, packages, the making of dies.
#include "catalog/schema_keys.h"

namespace orrery::catalog {
namespace {

constexpr Dimension money_per_data = d::money - d::data;
constexpr Dimension energy_per_operation = d::energy - d::operations;
constexpr Dimension energy_per_data = d::energy - d::data;
constexpr Dimension power_per_area = d::power - d::area;
constexpr double most_die = 0.07;         ///< m2: a wafer of 300 mm
constexpr double most_nre = 1e11;         ///< $: of one design
constexpr double most_wafer_price = 1e6;  ///< $

KeySchema nre(std::string_view key, std::string_view meaning) {
  return between(amount(key, d::money, meaning), 0, most_nre);
}
KeySchema gigahertz(KeySchema key) {
  key.unit = "GHz";
  return key;
}
KeySchema area(std::string_view key, std::string_view meaning) {
  return between(amount(key, d::area, meaning), 0, most_die);
}
KeySchema length(std::string_view key, std::string_view meaning) {
  return between(amount(key, d::length, meaning), 0, 1);
}

}  // namespace

GroupSchema dies_schema() {
  return {
      "die",
      "A die of the package with what stands on it, as it is built: what is switched off counts.",
      {
          required(text("role", "compute, io (memory and links, without cores), cache, or dummy (blank silicon)")),
          text("process", "a name in processes; a dummy has none"),
          required(whole("count", "of them in the package", 1, 1e3)),
          between(amount("area", d::area, "of one, where it is known; left out: that of its blocks"), 1e-7, 0.05),
          between(amount("width", d::length, "of one side; left out: square, or the reticle's short side"), 1e-4, 0.25),
          text("on", "another die of the entry that it is bonded on top of"),
          whole("cores", "cores built", 0, 1e7),
          whole("cores_used", "of them, that a good die needs; left out: all", 0, 1e7),
          text("matrix", "of its matrix units: tensor-core (in the cores of a GPU) or systolic"),
          between(amount("products", d::none, "products of 16 bits that a core adds up in a clock"), 0, 1e9),
          whole("array_side", "elements along a side of one of its systolic arrays", 2, 1e4),
          between(amount("lanes", d::none, "fp32 lanes of a core outside the matrix units"), 0, 1e7),
          between(amount("double_products", d::none, "fp64 products that a core adds up in a clock"), 0, 1e7),
          between(amount("scratchpad", d::data, "registers and scratchpads of all cores"), 0, 1e12),
          between(amount("cache", d::data, "last-level cache of a GPU"), 0, 1e12),
          between(amount("memory_cache", d::data, "cache on the side of the memory"), 0, 1e12),
          whole("memory_interfaces", "stacks of memory that it has controllers and pins for", 0, 1e3),
          whole("memory_used", "of them, that a good die needs; left out: all", 0, 1e3),
          whole("ddr_channels", "channels of 32 bits to memory outside the package", 0, 1e3),
          between(amount("serdes", d::bandwidth, "links out of the package, one direction"), 0, 1e15),
          between(amount("die_to_die", d::bandwidth, "links to other dies, one direction"), 0, 1e15),
          boolean("host", "has what a chip has once: host interface, control, clocks, media"),
      }};
}

std::vector<KeySchema> design_keys() {
  return {
      text("memory", "generation of its memory, a name in memories"),
      between(amount("hbm_made", d::data, "memory of the stacks as they are bought; left out: hbm"), 1, 1e15),
      whole("memory_sites", "places for stacks, blank ones too; left out: hbm_stacks", 1, 1e3),
      text("assembly", "how its dies are put together, a name in assemblies"),
      between(amount("energy", energy_per_operation, "of a bf16 operation at its highest clock, with what feeds it"), 0,
              1e-9),
      part("matrix_busy", "of the matrix units at work in a large product; left out: that of die-making"),
      between(amount("leakage", power_per_area, "of its dies, hot; left out: that of die-making"), 0, 1e7),
      gigahertz(between(amount("clock", d::frequency, "the highest, that its peaks are stated at"), 1e6, 1e11)),
  };
}

void design_schema(std::vector<KindSchema>& kinds) {
  kinds.push_back({"processes",
                   "Logic processes of the foundries.",
                   {
                       text("foundry", "who runs it"),
                       amount("wafer_price", d::money - d::wafers, "price of a 300 mm wafer"),
                       between(amount("price_rise", d::none, "of that price at the start of 2026, a share"), 0, 1),
                       between(amount("defect_density", d::none - d::area, "defects per area, mature"), 0, 1e6),
                       between(amount("transistor_density", d::none - d::area, "transistors per area"), 0, 1e17),
                       text("volume_production", "start of volume production"),
                       factor("logic_area", "area of the same logic over that in N7"),
                       factor("sram_area", "area of the same SRAM over that in N7"),
                       factor("analog_area", "area of the same interface over that in N7"),
                       nre("design_cost", "to design 300 mm2 of which nothing is copied, tape-out included"),
                       nre("mask_set", "price of a set of masks"),
                       between(amount("energy", energy_per_operation,
                                      "of a bf16 operation at the highest clock, with what feeds it"),
                               0, 1e-9),
                   }});
  kinds.push_back({"blocks",
                   "Blocks of a die: the area of each in N7, and what its area follows from process to process.",
                   {
                       required(text("unit", "what the area is of: \"MB\", \"1,000 products a clock\"")),
                       required(text("scaling", "logic, sram or analog: which area of the processes it follows")),
                       between(amount("area", d::area, "of a unit in N7"), 0, 1e-2),
                       between(amount("share", d::none,
                                      "of the area of the other blocks, where it is no area of its "
                                      "own"),
                               0, 10),
                       between(amount("anchor", d::area, "of a unit in N7 as other sources have it"), 0, 1e-2),
                       between(amount("anchor_share", d::none, "the same of a share"), 0, 10),
                       between(amount("anchor_spread", d::none, "standard deviation of the logarithm of that"), 0, 3),
                   }});
  kinds.push_back({"memories",
                   "Memory in stacks beside the dies, by generation.",
                   {
                       area("footprint", "of a stack on the interposer"),
                       length("edge", "of a die that the interface of a stack needs"),
                       between(amount("energy", energy_per_data, "of a byte that is moved, both ends"), 0, 1e-6),
                   },
                   {{"price",
                     "What the memory costs at a day, called by the month; between two of them on a line.",
                     {required(between(amount("price", money_per_data, "of the memory"), 0, 1e-3))}}}});
  kinds.push_back({"assemblies",
                   "Ways to put dies and memory together.",
                   {
                       between(amount("wafer_price", d::money - d::wafers, "of a wafer of interposers, processed"), 0,
                               most_wafer_price),
                       factor("area_factor", "area of the interposer over that of the dies and stacks on it"),
                       area("largest", "interposer that can be made"),
                       amount("substrate", d::money, "price of substrate, lid and their assembly, a package"),
                       amount("bond", d::money, "price of bonding a die on another one"),
                       share("yield", "of packages whose parts were all placed well"),
                       share("part_yield", "of placing one die or stack"),
                       nre("design_cost", "of a package"),
                   }});
  kinds.push_back(
      {"unmeasured-kernels",
       "Constants of matrix products on chips that nobody has measured, by sort of matrix unit.",
       {
           required(part("rate", "share of peak that a full core sustains in the main loop")),
           required(part("rate_8", "the same of 8-bit products, of operands that are cast")),
           required(part("rate_4", "the same of 4-bit products")),
           required(part("memory_share", "share of the datasheet's bandwidth reached in streaming")),
           required(brief("launch", "launch and drain of a kernel")),
           required(brief("cast", "the passes that cast an operand to 8 bits with one scale, at least")),
           required(brief("cast_block", "the same where each block of elements has a scale")),
           required(part("cast_share", "share of the datasheet's bandwidth that they reach")),
           required(
               between(amount("feed", d::none, "bandwidth at which all cores load tiles, over the memory's"), 0.5, 50)),
           required(brief("split_fixed", "adding up a split inner dimension")),
           required(part("balance", "0: the last wave costs a whole one; 1: it is spread perfectly")),
           required(
               between(amount("overlap", d::none, "exponent of the p-norm that joins arithmetic and memory"), 1, 10)),
           required(brief("tile_fixed", "prologue and epilogue of a wave")),
           required(between(amount("exponentials", d::none,
                                   "a second of the whole chip, over its bf16 "
                                   "peak"),
                            1e-6, 1)),
       }});
  kinds.push_back(
      {"die-making",
       "How wafers are cut, tested and priced, whatever the process: one entry, default.",
       {
           length("wafer", "its diameter"),
           length("edge", "of the wafer on which there are no dies"),
           length("scribe", "between two dies"),
           length("reticle_short", "side of the largest field that is exposed at once"),
           length("reticle_long", "its other side"),
           factor("content_error", "area of a die over what its blocks say"),
           between(amount("clustering", d::none,
                          "of defects: shape of the gamma distribution of their "
                          "density"),
                   0.1, 1e6),
           share("repaired", "of the defects outside of cores and spare interfaces that do no harm"),
           part("binning", "share of working dies that are fast enough at the power"),
           share("coverage", "of the bad dies that the test on the wafer finds"),
           amount("test", d::money, "test of a package, and what is put on it beside dies and memory"),
           factor("design_factor", "cost of a design over the published cost of its process"),
           nre("ip", "licences of interfaces, a chip"),
           nre("software", "of a chip: compiler, kernels, drivers"),
           part("matrix_busy", "of the matrix units at work in a large product; left out: that of die-making"),
           between(amount("leakage", power_per_area, "of a die that stands hot at its voltage"), 0, 1e7),
           share("least_voltage", "of the highest, at a clock of none"),
           share("memory_busy", "of the memory's bandwidth in use in a large product"),
           part("matrix_busy", "of the matrix units at work in a large product"),
           between(amount("narrow_energy", d::none, "of an operation of 8 bits over one of 16"), 0, 1),
           amount("design_time", d::time, "begin of a design to tape-out"),
           amount("first_silicon", d::time, "tape-out to packaged parts"),
           amount("bring_up", d::time, "first parts to knowing whether they can be sold"),
           between(amount("respins", d::none, "masks made anew before parts can be sold; rounded"), 0, 20),
           amount("respin_time", d::time, "from knowing that parts cannot be sold to the next tape-out"),
           amount("qualification", d::time, "parts that can be sold to volume"),
           amount("production_ramp", d::time, "volume to the full rate of production"),
       }});
}

}  // namespace orrery::catalog
