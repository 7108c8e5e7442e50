#include "study/chip_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/units.h"
#include "silicon/chip/assembly.h"
#include "silicon/chip/block_area.h"
#include "silicon/chip/floorplan.h"
#include "silicon/chip/systolic.h"

namespace orrery::study {
namespace {

constexpr double mm2 = 1e-6, microsecond = 1e-6;

using silicon::DieRole;

const char* role_name(DieRole role) {
  static constexpr const char* names[] = {"compute", "io", "cache", "dummy"};
  return names[static_cast<std::size_t>(role)];
}

/// A spread with its ends alone as text, where the column before it has the middle.
Cell ends_of(const Spread& s, double unit, int digits) {
  return Cell(Value(s), fmt::format("{:.{}f} to {:.{}f}", s.p10 / unit, digits, s.p90 / unit, digits));
}

std::string words_of_block(silicon::Block block) {
  std::string words = silicon::block_name(block);
  std::replace(words.begin(), words.end(), '-', ' ');
  return words;
}

}  // namespace

Table dies_table(const ChipResult& r) {
  Table t{"dies",
          "Dies",
          {text_column("die", "die"), text_column("role", "role"), text_column("process", "process"),
           count_column("count", "count", "dies"), fixed_column("area_mm2", "mm2", "mm2", 0),
           fixed_column("content_mm2", "content, mm2", "mm2", 0), text_column("", "cores"),
           count_column("on_wafer", "on a wafer", "dies"), percent_column("yield", "yield", 1),
           percent_column("unharvested_yield", "no defect", 1), fixed_column("price", "$ each", "USD", 0),
           data_column("cores"), data_column("cores_used"), data_column("area_is_published")}};
  for (std::size_t i = 0; i < r.design.dies.size(); ++i) {
    const silicon::Die& d = r.design.dies[i];
    const silicon::DieCost& c = r.cost.dies[i];
    const bool made = d.role != DieRole::dummy;
    const auto if_made = [&](double value) { return made ? Cell(value) : Cell(); };
    const auto band = [&](std::size_t which, double unit) {
      const Spread s = r.spread(r.outputs.die(i, which));
      return made ? Cell(Spread{s.p10 / unit, s.p50 / unit, s.p90 / unit}) : Cell();
    };
    t.rows.push_back({d.name, role_name(d.role), made ? Cell(d.process.title) : Cell(), d.count, c.area / mm2,
                      band(2, mm2), d.cores > 0 ? fmt::format("{:g} of {:g}", d.cores_used, d.cores) : "",
                      if_made(c.on_wafer), if_made(c.yield), if_made(c.unharvested), band(0, 1),
                      d.cores > 0 ? Cell(d.cores) : Cell(), d.cores > 0 ? Cell(d.cores_used) : Cell(),
                      d.published > 0});
  }
  return t;
}

Table blocks_table(const ChipResult& r) {
  Table t{"blocks",
          "What stands on the dies, by the areas of blocks",
          {text_column("block", "block"), text_column("die", "die"), fixed_column("area_mm2", "mm2", "mm2", 0),
           percent_column("share", "of its content", 1)}};
  t.in_text = InText::longer;
  for (const silicon::Die& d : r.design.dies) {
    const auto areas = silicon::block_areas(d, r.design.areas);
    const double all = silicon::content_area(d, r.design.areas);
    for (std::size_t b = 0; b < silicon::blocks; ++b)
      if (areas[b] > 0)
        t.rows.push_back({words_of_block(static_cast<silicon::Block>(b)), d.name, areas[b] / mm2, areas[b] / all});
  }
  return t;
}

Table cost_table(const ChipResult& r) {
  Table t{"cost/tree",
          "What a chip costs to make (at the medians; P10 to P90 of trials)",
          {text_column("part", "part"), fixed_column("dollars", "$", "USD", 0),
           fixed_column("spread", "range", "USD", 0), percent_column("share", "share", 1), data_column("depth")}};
  for (std::size_t i = 0; i < r.cost.tree.size(); ++i) {
    const silicon::CostLine& line = r.cost.tree[i];
    t.rows.push_back({Cell(line.name, std::string(2 * static_cast<std::size_t>(line.depth), ' ') + line.name),
                      line.dollars, ends_of(r.spread(r.outputs.line(i)), 1, 0), line.dollars / r.cost.total,
                      line.depth});
  }
  return t;
}

Table once_table(const ChipResult& r) {
  Table t{
      "once/parts",
      fmt::format("What is paid once (${:.0f} a chip of {})", r.once.total() / r.q.volume, format_count(r.q.volume)),
      {text_column("part", "part"), fixed_column("dollars", "M$", "USD", 0, 1e6),
       fixed_column("spread", "range", "USD", 0, 1e6)}};
  const std::pair<const char*, double> parts[] = {{"design, by the area drawn once", r.once.design},
                                                  {"masks", r.once.masks},
                                                  {"package", r.once.package},
                                                  {"licences", r.once.ip},
                                                  {"software", r.once.software}};
  for (std::size_t i = 0; i < ChipOutputs::once_parts; ++i)
    t.rows.push_back({parts[i].first, parts[i].second, ends_of(r.spread(r.outputs.once(i)), 1e6, 0)});
  t.rows.push_back({"in all", r.once.total(),
                    r.q.states_once ? Cell() : ends_of(r.spread(ChipOutputs::of(ChipOutput::once)), 1e6, 0)});
  return t;
}

Table volume_table(const ChipResult& r) {
  const silicon::VolumeNeed need = silicon::need_of(r.design, r.cost, r.q.volume);
  Table t{"needs",
          fmt::format("What {} chips take", format_count(r.q.volume)),
          {text_column("what", "what"), count_column("amount", "amount", ""), text_column("unit", "unit")}};
  for (std::size_t i = 0; i < need.wafers.size(); ++i)
    if (need.wafers[i] > 0)
      t.rows.push_back(
          {r.design.dies[i].name + " dies", need.wafers[i], "wafers of " + r.design.dies[i].process.title});
  if (need.packaging_wafers > 0)
    t.rows.push_back({"interposers", need.packaging_wafers, fmt::format("wafers, {:.0f} to each", r.cost.interposers)});
  if (need.memory > 0) t.rows.push_back({"memory", need.memory / 1e12, "TB of " + r.design.memory.title});
  return t;
}

Table power_table(const silicon::ChipPower& power) {
  Table t{"power",
          "Power in a large bf16 product",
          {text_column("part", "part"), fixed_column("power", "W", "W", 0), percent_column("share", "share", 0)}};
  for (const auto& [part, watts] : {std::pair{"matrix units, with what feeds them", power.matrix},
                                    {"memory", power.memory},
                                    {"leakage", power.leakage}})
    t.rows.push_back({part, watts, watts / power.total()});
  return t;
}

Table operators_table(const ChipResult& r, const silicon::Accelerator& chip) {
  Table t{"operators",
          fmt::format("A layer of {}, in {}; {}", r.q.model, r.q.precision_name, r.q.kernels),
          {text_column("operator", "operator"), fixed_column("time", "us", "s", 1, microsecond),
           fixed_column("spread", "range", "s", 1, microsecond), fixed_column("intensity", "FLOP/B", "FLOP/B", 1),
           fixed_column("rate", "TFLOP/s", "FLOP/s", 1, 1e12), percent_column("of_roofline", "of the roofline"),
           text_column("binds", "binds")}};
  const double peak = chip.peak[static_cast<std::size_t>(r.q.precision)], memory = chip.memory_bandwidth;
  // What a systolic array is sure to be busy with, where its size is known.
  const double side =
      std::accumulate(r.design.dies.begin(), r.design.dies.end(), 0.0,
                      [](double most, const silicon::Die& die) { return std::max(most, die.array_side); });
  if (side > 0) t.columns.push_back(percent_column("array_use", "arrays, at least"));
  double sum = 0;
  for (std::size_t i = 0; i < r.q.operators.size(); ++i) {
    const ChipOperator& op = r.q.operators[i];
    const double time = time_of(op, chip, r.q.precision);
    const double compute = op.flops / peak, stream = op.bytes / memory, bound = std::max(compute, stream);
    const char* binds = bound < 0.25 * time ? "launch or waves" : compute >= stream ? "arithmetic" : "memory";
    sum += time;
    t.rows.push_back({op.name, time, r.q.measured ? Cell() : ends_of(r.spread(r.outputs.op(i)), microsecond, 1),
                      op.flops / op.bytes, op.flops / time, bound / time, binds});
    if (side > 0)
      t.rows.back().push_back(op.m > 0 ? Cell(silicon::systolic_use({side, side}, op.m, op.n, op.k)) : Cell());
  }
  t.rows.push_back({"all of them", sum, Cell(), Cell(), Cell(), Cell(), ""});
  if (side > 0) t.rows.back().push_back(Cell());
  return t;
}

Table roofline_table(const ChipResult& r, const silicon::Accelerator& chip, const silicon::ChipPower* power) {
  Table t{"roofline", "", {data_column("limit"), data_column("intensity", "FLOP/B"), data_column("rate", "FLOP/s")}};
  t.in_text = InText::never;
  const double peak = chip.peak[static_cast<std::size_t>(r.q.precision)], memory = chip.memory_bandwidth;
  constexpr double least = 0.1, most = 1e5;
  const auto add = [&](const std::string& name, double highest) {
    for (const double intensity : {least, highest / memory, most})
      t.rows.push_back({name, intensity, std::min(intensity * memory, highest)});
  };
  add("datasheet, " + r.q.precision_name, peak);
  if (power && power->sustained > 0) add("sustained at the power limit, bf16", power->sustained);
  return t;
}

Table floorplan_table(const ChipResult& r) {
  Table t{"floorplan",
          "",
          {data_column("name"), data_column("kind"), data_column("x", "mm"), data_column("y", "mm"),
           data_column("width", "mm"), data_column("height", "mm"), data_column("area_mm2", "mm2")}};
  t.in_text = InText::never;
  constexpr double mm = 1e-3;
  for (const silicon::PlacedPart& p : silicon::floorplan(r.design, r.areas))
    t.rows.push_back({p.name, p.kind, p.x / mm, p.y / mm, p.width / mm, p.height / mm, p.width * p.height / (mm * mm)});
  return t;
}

}  // namespace orrery::study
