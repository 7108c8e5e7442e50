#include "study/chip.h"

#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "base/error.h"
#include "base/units.h"
#include "silicon/chip/assembly.h"
#include "silicon/chip/block_area.h"
#include "study/chip_read.h"
#include "study/chip_tables.h"
#include "study/kinds.h"

namespace orrery::study {
namespace {

using namespace scenario;
namespace d = dimension;

Form make_form() {
  return {"chip",
          "a chip",
          "a chip as it is built: floorplan, area, yield, cost, power, roofline, the operators of a model on it",
          {"chip"},
          {{"", "The chip.", {}, {"chip"}},
           {"chip", "Which chip, at whose prices, how many, and what runs on it.", chip_keys()}}};
}

/// The die whose area and yield stand for the chip: the first that computes.
std::size_t main_die(const silicon::Design& design) {
  for (std::size_t i = 0; i < design.dies.size(); ++i)
    if (design.dies[i].role == silicon::DieRole::compute) return i;
  return 0;
}

struct Computed {
  silicon::Design design;
  std::vector<double> areas;
  silicon::ChipCost cost;
  silicon::OnceCost once;
};

Computed compute(const ChipQuestion& q, Draws draws) {
  Computed c;
  c.design = q.design.in(draws);
  c.areas = silicon::die_areas(c.design);
  c.cost = silicon::chip_cost(c.design, q.law);
  c.once = silicon::once_cost(c.design, c.areas);
  return c;
}

ChipOutputs outputs_of(const ChipQuestion& q, const Computed& c) {
  return {c.design.dies.size(), c.cost.tree.size(), q.operators.size()};
}

void run(const ChipQuestion& q, const ChipOutputs& at, Draws draws, std::span<double> out) {
  const Computed c = compute(q, draws);
  const std::size_t main = main_die(c.design);
  const auto set = [&](ChipOutput output, double value) { out[ChipOutputs::of(output)] = value; };
  const double once = q.states_once ? q.once.in(draws) : c.once.total();
  const double own = q.states_own_price ? q.own_price.in(draws) : c.cost.total;
  set(ChipOutput::total, c.cost.total), set(ChipOutput::once, once);
  set(ChipOutput::content, c.cost.dies[main].content), set(ChipOutput::yield, c.cost.dies[main].yield);
  set(ChipOutput::own_price, own);
  set(ChipOutput::break_even,
      q.against.empty() ? 0 : silicon::break_even(once, q.merchant_price.in(draws), own, q.speed.in(draws)));
  if (silicon::has_power(c.design)) {
    const silicon::ChipPower power = silicon::power_at_limit(c.design, c.areas);
    set(ChipOutput::power, power.total()), set(ChipOutput::clock, power.clock);
    set(ChipOutput::sustained, power.sustained);
  }
  for (std::size_t i = 0; i < c.cost.dies.size(); ++i) {
    out[at.die(i, 0)] = c.cost.dies[i].price, out[at.die(i, 1)] = c.cost.dies[i].yield;
    out[at.die(i, 2)] = c.cost.dies[i].content;
  }
  for (std::size_t i = 0; i < c.cost.tree.size(); ++i) out[at.line(i)] = c.cost.tree[i].dollars;
  const double parts[] = {c.once.design, c.once.masks, c.once.package, c.once.ip, c.once.software};
  for (std::size_t i = 0; i < ChipOutputs::once_parts; ++i) out[at.once(i)] = parts[i];
  if (q.operators.empty()) return;
  const silicon::Accelerator chip = q.accelerator_in(draws, c.design);
  for (std::size_t i = 0; i < q.operators.size(); ++i) out[at.op(i)] = time_of(q.operators[i], chip, q.precision);
}

std::string range_of(const Spread& s, double unit, int digits) {
  return fmt::format("{:.{}f} ({:.{}f} to {:.{}f})", s.p50 / unit, digits, s.p10 / unit, digits, s.p90 / unit, digits);
}

/// The lines before the tables.
void say_summary(const ChipResult& r, const silicon::ChipPower* power, Document& out) {
  const std::size_t main = main_die(r.design);
  const silicon::DieCost& die = r.cost.dies[main];
  const Spread content = r.spread(ChipOutputs::of(ChipOutput::content));
  const bool published = r.design.dies[main].published > 0;
  out.say(fmt::format("{}\n\n", r.design.title));
  out.say(fmt::format("  die          {:.0f} mm2{}; its content by blocks {} mm2\n", r.areas[main] * 1e6,
                      published ? " as published" : ", that of its content", range_of(content, 1e-6, 0)));
  out.say(fmt::format("  yield        {:.1f} % of dies can be sold, {:.1f} % have no defect ({:.2g} defects/cm2, {})\n",
                      100 * die.yield, 100 * die.unharvested, r.design.dies[main].process.defect_density * 1e-4,
                      silicon::yield_law_name(r.q.law)));
  out.say(fmt::format("  a die costs  ${:.0f}, of {:.0f} on a wafer; ${:.0f} if only those without a defect sold{}\n",
                      die.price, die.on_wafer, die.unharvested_price,
                      die.price > 0 ? fmt::format(", {:.1f} times as much", die.unharvested_price / die.price) : ""));
  // At the medians, as the tables are.
  const auto around = [&](double at_medians, ChipOutput which) {
    const Spread spread = r.spread(ChipOutputs::of(which));
    return Spread{spread.p10, at_medians, spread.p90};
  };
  out.say(fmt::format("  a chip costs ${} to make at the prices of {}; {:.1f} % of packages work\n",
                      range_of(around(r.cost.total, ChipOutput::total), 1, 0), r.q.day.text(), 100 * r.cost.assembly));
  if (power)
    out.say(
        fmt::format("  power        {:.0f} W in a large product at {:.2f} GHz of {:.2f}: {} bf16 TFLOP/s of {:.0f}\n",
                    power->total(), power->clock / 1e9, r.design.power.clock / 1e9,
                    range_of(around(power->sustained, ChipOutput::sustained), 1e12, 0), r.design.power.peak / 1e12));
  else out.say("  power        not known: it takes a clock, a bf16 peak, a TDP and the energy of an operation\n");
  const catalog::Figure* published_cost = r.q.chip->find("material_cost");
  if (published_cost)
    out.say(fmt::format("  published    {} of parts ({}); this is {:+.1f} % of that\n", published_cost->value_text(),
                        published_cost->provenance.source, 100 * (r.cost.total / published_cost->amount.median() - 1)));
  if (r.design.memory.stacks == 0) out.say("  memory       outside the package, and not counted\n");
  if (!r.q.against.empty()) {
    const Spread chips = r.spread(ChipOutputs::of(ChipOutput::break_even));
    const auto count = [](double n) { return std::isfinite(n) ? format_count(n) : std::string("never"); };
    out.say(fmt::format("  break-even   {} chips against {} ({} to {})\n", count(chips.p50), r.q.against,
                        count(chips.p10), count(chips.p90)));
  }
}

std::vector<Figure> figures() {
  std::vector<Figure> out;
  out.push_back({"cost",
                 "What a chip costs to make",
                 "Cost",
                 "USD",
                 Plot::ranking,
                 {{Mark::bar, "cost", "cost/tree", "part", "dollars"}}});
  out.back().in_brief = true;
  out.push_back({"floorplan",
                 "The package",
                 "Area",
                 "mm2",
                 Plot::plan,
                 {{Mark::bar, "", "floorplan", "x", "area_mm2", "", "name", "kind"}}});
  out.back().axis = "mm";
  out.push_back({"roofline",
                 "Operators of a layer below the roofline",
                 "Speed",
                 "FLOP/s",
                 Plot::powers,
                 {{Mark::line, "", "roofline", "intensity", "rate", "", "", "limit"},
                  {Mark::points, "", "operators", "intensity", "rate", "", "", "operator"}}});
  out.back().axis = "FLOP/B";
  out.push_back({"blocks",
                 "What stands on the dies",
                 "Area",
                 "mm2",
                 Plot::ranking,
                 {{Mark::bar, "area", "blocks", "block", "area_mm2"}}});
  out.push_back({"operators",
                 "Operators of a layer",
                 "Speed",
                 "s",
                 Plot::ranking,
                 {{Mark::bar, "time", "operators", "operator", "time"}}});
  out.push_back({"power",
                 "Power in a large product",
                 "Power",
                 "W",
                 Plot::ranking,
                 {{Mark::bar, "power", "power", "part", "power"}}});
  return out;
}

Document answer_of(const ChipQuestion& q, const Trials& given) {
  constexpr int usual_trials = 1000;
  const Computed c = compute(q, {});
  const ChipOutputs at = outputs_of(q, c);
  const Trials own = given.count > 0 ? Trials{}
                                     : run_trials(given.inputs, at.size(),
                                                  [&](Draws draws, std::span<double> out) { run(q, at, draws, out); },
                                                  {usual_trials, given.seed, given.threads});
  const ChipResult r{q, c.design, c.cost, c.areas, c.once, at, given.count > 0 ? given : own};
  const std::size_t main = main_die(c.design);
  Document out;
  std::optional<silicon::ChipPower> power;
  if (silicon::has_power(c.design)) power = silicon::power_at_limit(c.design, c.areas);
  say_summary(r, power ? &*power : nullptr, out);
  const Spread total = r.spread(ChipOutputs::of(ChipOutput::total));
  out.put("chip", q.chip->name).put("die_area_mm2", c.areas[main] * 1e6, "mm2");
  out.put("content_area_mm2", c.cost.dies[main].content * 1e6, "mm2").put("yield", c.cost.dies[main].yield);
  out.put("unharvested_yield", c.cost.dies[main].unharvested);
  out.put("power_w", power ? Cell(power->total()) : Cell(), "W")
      .put("clock", power ? Cell(power->clock) : Cell(), "Hz");
  out.put("sustained", power ? Cell(power->sustained) : Cell(), "FLOP/s");
  out.put("cost/total", c.cost.total, "USD").put("cost/p10", total.p10, "USD").put("cost/p90", total.p90, "USD");
  out.put("cost/logic", c.cost.logic, "USD").put("cost/memory", c.cost.memory, "USD");
  out.put("cost/package", c.cost.package, "USD")
      .put("cost/loss", c.cost.loss, "USD")
      .put("cost/test", c.cost.test, "USD");
  out.put("assembly_yield", c.cost.assembly).put("packages_per_wafer", c.cost.interposers);
  out.put("once/total", q.states_once ? q.once.median : c.once.total(), "USD").put("volume", q.volume, "accelerators");
  if (!q.against.empty()) {
    const Spread chips = r.spread(ChipOutputs::of(ChipOutput::break_even));
    const auto number = [](double x) { return std::isfinite(x) ? Cell(x) : Cell(); };
    const double once = q.states_once ? q.once.median : c.once.total(),
                 price = q.states_own_price ? q.own_price.median : c.cost.total;
    out.put("break_even/chips", number(silicon::break_even(once, q.merchant_price.median, price, q.speed.median)),
            "accelerators");
    out.put("break_even/p10", number(chips.p10), "accelerators")
        .put("break_even/p90", number(chips.p90), "accelerators");
    out.put("break_even/against", q.against).put("break_even/speed", q.speed.median);
  }
  out.add(dies_table(r)).add(blocks_table(r)).add(cost_table(r)).add(once_table(r)).add(volume_table(r));
  if (power) out.add(power_table(*power));
  if (!q.operators.empty()) {
    const silicon::Accelerator chip = q.accelerator_in({}, c.design);
    out.add(operators_table(r, chip)).add(roofline_table(r, chip, power ? &*power : nullptr));
  }
  out.add(floorplan_table(r));
  out.figures = figures();
  return out;
}

Study read(const Scenario& scenario, const catalog::Catalog& catalog) {
  Reader reader(scenario, catalog);
  Study study = titled_study(reader);
  const auto q = std::make_shared<const ChipQuestion>(read_chip(reader));
  // What cannot be built is said before any trial.
  const Computed c = [&] {
    try {
      const silicon::Design design = q->design.in({});
      silicon::check_design(design, silicon::die_areas(design));
      return compute(*q, {});
    } catch (const Error& e) {
      const catalog::Entry* entry = q->chip;
      throw Error(entry->place, entry->name + (e.key().empty() ? "" : "." + e.key()), e.problem(), e.remedy());
    }
  }();
  if (!reader.root().gives("title")) study.title = q->chip->title;
  const ChipOutputs at = outputs_of(*q, c);
  study.outputs.resize(at.size());
  const auto name = [&](std::size_t i, std::string called, Dimension dimension = {}, bool compared = true) {
    study.outputs[i].name = std::move(called), study.outputs[i].dimension = dimension;
    study.outputs[i].compared = compared;
  };
  const auto fixed = [&](ChipOutput i, const char* called, Dimension dimension = {}, bool compared = true) {
    name(ChipOutputs::of(i), called, dimension, compared);
  };
  fixed(ChipOutput::total, "cost of a chip", d::money), fixed(ChipOutput::once, "paid once", d::money);
  fixed(ChipOutput::content, "content of the die", d::area), fixed(ChipOutput::yield, "yield");
  fixed(ChipOutput::power, "power", d::power), fixed(ChipOutput::clock, "clock", d::frequency, false);
  fixed(ChipOutput::sustained, "sustained bf16", d::compute_rate);
  fixed(ChipOutput::own_price, "price of a chip", d::money, q->states_own_price);
  fixed(ChipOutput::break_even, "break-even", d::chips, !q->against.empty());
  study.outputs[ChipOutputs::of(ChipOutput::total)].explained = true;
  study.outputs[ChipOutputs::of(ChipOutput::total)].aim = Output::Aim::less;
  for (std::size_t i = 0; i < c.design.dies.size(); ++i) {
    name(at.die(i, 0), c.design.dies[i].name + " die, price", d::money, false);
    name(at.die(i, 1), c.design.dies[i].name + " die, yield", {}, false);
    name(at.die(i, 2), c.design.dies[i].name + " die, content", d::area, false);
  }
  for (std::size_t i = 0; i < c.cost.tree.size(); ++i) name(at.line(i), c.cost.tree[i].name, d::money, false);
  for (std::size_t i = 0; i < ChipOutputs::once_parts; ++i)
    name(at.once(i), fmt::format("paid once, part {}", i + 1), d::money, false);
  for (std::size_t i = 0; i < q->operators.size(); ++i) name(at.op(i), q->operators[i].name, d::time, false);
  study.trial = [q, at](Draws draws, std::span<double> out) { run(*q, at, draws, out); };
  study.answer = [q](const Trials& trials) { return answer_of(*q, trials); };
  return finished_study(std::move(study), reader);
}

}  // namespace

const Form& chip_form() {
  static const Form form = make_form();
  return form;
}

const Kind chip_kind{chip_form, read};

}  // namespace orrery::study
