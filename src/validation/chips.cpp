#include "validation/chips.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/error.h"
#include "silicon/chip/accelerator.h"
#include "silicon/chip/block_area.h"
#include "silicon/chip/chip_cost.h"
#include "silicon/chip/chip_power.h"
#include "silicon/chip/design_file.h"
#include "validation/calibrate/block_areas.h"

namespace orrery::validation {
namespace {

constexpr double mm2 = 1e-6;
/// The published costs are of this month's prices.
const Date priced = make_date(2026, 6, 27);

/// Days from the start of a quarter to the prices that its spending is taken at.
constexpr int middle_of_quarter = 45;

/// What the accelerators of a quarter cost to make, $: what is lost in assembly counts as what is lost of it.
struct Spending {
  double memory = 0, package = 0, logic = 0, other = 0;
  double stacks = 0, stack_bytes = 0;  ///< $ and B of the memory that is HBM3E
  double all() const { return memory + package + logic + other; }
};

/// Of the accelerators in the table of supply that were made in the quarter (its first day) and have a design.
Spending spending_of(const CsvTable& supply, Date quarter, const catalog::Catalog& catalog) {
  Spending out;
  for (std::size_t i = 0; i < supply.size(); ++i) {
    if (supply.cell(i, "what") != "made" || parse_quarter(supply.cell(i, "quarter")) != quarter) continue;
    const catalog::Entry* chip = silicon::recognise_chip(catalog, supply.cell(i, "chip"));
    if (!chip || !silicon::has_design(*chip)) continue;
    const silicon::Design design = silicon::design_of(catalog, *chip, quarter + middle_of_quarter);
    const silicon::ChipCost cost = silicon::chip_cost(design, silicon::YieldLaw::negative_binomial);
    const double units = supply.number(i, "units", 0);
    const double lost = 1 + cost.loss / (cost.logic + cost.memory + cost.package);
    out.memory += units * cost.memory * lost, out.package += units * cost.package * lost;
    out.logic += units * cost.logic * lost, out.other += units * cost.test;
    if (chip->text("memory") != "hbm3e") continue;
    out.stacks += units * cost.memory * lost, out.stack_bytes += units * design.memory.bytes * lost;
  }
  return out;
}

/// What a gigabyte of HBM3E would cost, $, were memory a share of all spending.
double price_at_share(const Spending& s, double share) {
  const double rest = s.all() - s.memory, memory = share / (1 - share) * rest;
  return (memory - (s.memory - s.stacks)) / (s.stack_bytes / 1e9);
}

/// P10 and P90 of a die's area over that of its content.
std::pair<double, double> content_band(const catalog::Catalog& catalog) {
  const Distribution& error = catalog.entry("die-making", "default").at("content_error").amount;
  return {error.quantile(0.1), error.quantile(0.9)};
}

struct Published {
  Row row;
  const catalog::Entry* chip = nullptr;  ///< null: it is of all that was made in the quarter
  Date quarter;
  std::string quarter_text;
  std::string what;
};

bool of_spending(const std::string& what) {
  return what.starts_with("share of ") || what.starts_with("HBM3E");
}

/// What a row of a quarter's spending says; published: of all rows, which have the share of memory somewhere.
double of_quarter(const Published& row, const Spending& s, const std::vector<Published>& published,
                  const Place& place) {
  const std::string& what = row.what;
  if (what == "HBM3E $/GB") {
    const auto share = std::find_if(published.begin(), published.end(), [&](const Published& p) {
      return p.what == "share of memory %" && p.quarter == row.quarter;
    });
    if (share == published.end())
      throw Error(place, "what", "asks at which price memory has its share of a quarter, which no row gives",
                  "add a row with the share of memory % of " + row.quarter_text);
    return price_at_share(s, share->row.measured / 100);
  }
  const double part = what == "share of memory %" ? s.memory : what == "share of logic %" ? s.logic : s.package;
  return 100 * part / s.all();
}

std::size_t main_die(const silicon::Design& design) {
  for (std::size_t i = 0; i < design.dies.size(); ++i)
    if (design.dies[i].role == silicon::DieRole::compute) return i;
  return 0;
}

}  // namespace

Score validate_chips(const CsvTable& table, const Facts& facts) {
  std::vector<Published> all;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const Place place{table.name, table.line(i), 0};
    Published p;
    p.row.id = table.cell(i, "id"), p.what = p.row.group = table.cell(i, "what");
    p.row.measured = table.number(i, "value", 0);
    const std::vector<std::string> known = {"die area mm2",           "cost USD",         "die price USD",
                                            "sustained bf16 TFLOP/s", "clock MHz",        "share of memory %",
                                            "share of packaging %",   "share of logic %", "HBM3E $/GB"};
    if (std::find(known.begin(), known.end(), p.what) == known.end())
      throw Error(place, "what", in_quotes(p.what) + " is not published of chips",
                  suggest(p.what, known, "write one of those in docs/chip.md"));
    if (!(p.row.measured > 0)) throw Error(place, "value", "is not above 0", "give what is published");
    const std::string& cell = table.cell(i, "chip");
    if (of_spending(p.what)) p.quarter_text = cell, p.quarter = at(place, "chip", [&] { return parse_quarter(cell); });
    else p.chip = &facts.catalog.entry("chips", cell, place, "chip");
    all.push_back(std::move(p));
  }
  std::map<const catalog::Entry*, silicon::Design> designs;
  for (const Published& p : all)
    if (p.chip && !designs.contains(p.chip))
      designs.emplace(p.chip, silicon::design_of(facts.catalog, *p.chip, priced));

  std::vector<KnownDie> dies;
  std::vector<std::size_t> of_row;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].what == "die area mm2") {
      const silicon::Design& design = designs.at(all[i].chip);
      dies.push_back({design.dies[main_die(design)], all[i].row.measured * mm2}), of_row.push_back(i);
    }
  const BlockAnchors anchors = read_anchors(facts.catalog);
  const auto [low, high] = content_band(facts.catalog);
  for (std::size_t k = 0; k < dies.size(); ++k) {
    std::vector<KnownDie> others = dies;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(k));
    Row& row = all[of_row[k]].row;
    row.predicted = silicon::content_area(dies[k].die, fit_blocks(anchors, others)) / mm2;
    row.band = {row.predicted * low, row.predicted * high};
  }
  Score score;
  std::map<Date, Spending> spent;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (Published& p = all[i]; !p.chip) {
      const Place place{table.name, table.line(i), 0};
      if (!spent.contains(p.quarter)) {
        const std::string supply = (std::filesystem::path(table.name).parent_path() / "supply.csv").string();
        spent.emplace(p.quarter, spending_of(read_csv(supply), p.quarter, facts.catalog));
      }
      if (!(spent.at(p.quarter).stack_bytes > 0))
        throw Error(place, "chip", "no accelerator with HBM3E whose design is known was made in " + p.quarter_text,
                    "name a quarter of supply.csv, as 2025-Q4");
      p.row.predicted = of_quarter(p, spent.at(p.quarter), all, place);
    }
  for (Published& p : all) {
    p.row.labels = {{"chip", p.chip ? p.chip->name : p.quarter_text}, {"what", p.what}};
    if (!p.chip) {
      score.rows.push_back(std::move(p.row));
      continue;
    }
    const silicon::Design& design = designs.at(p.chip);
    if (p.what == "cost USD" || p.what == "die price USD") {
      const silicon::ChipCost cost = silicon::chip_cost(design, silicon::YieldLaw::negative_binomial);
      p.row.predicted = p.what == "cost USD" ? cost.total : cost.dies[main_die(design)].price;
    } else if (p.what != "die area mm2") {
      const silicon::ChipPower power = silicon::power_at_limit(design, silicon::die_areas(design));
      p.row.predicted = p.what == "clock MHz" ? power.clock / 1e6 : power.sustained / 1e12;
    }
    score.rows.push_back(std::move(p.row));
  }
  return score;
}

}  // namespace orrery::validation
