#include "validation/chips.h"

#include <algorithm>
#include <map>

#include "base/error.h"
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

/// P10 and P90 of a die's area over that of its content.
std::pair<double, double> content_band(const catalog::Catalog& catalog) {
  const Distribution& error = catalog.entry("die-making", "default").at("content_error").amount;
  return {error.quantile(0.1), error.quantile(0.9)};
}

struct Published {
  Row row;
  const catalog::Entry* chip = nullptr;
  std::string what;
};

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
    p.chip = &facts.catalog.entry("chips", table.cell(i, "chip"), place, "chip");
    const std::vector<std::string> known = {"die area mm2", "cost USD", "die price USD", "sustained bf16 TFLOP/s",
                                            "clock MHz"};
    if (std::find(known.begin(), known.end(), p.what) == known.end())
      throw Error(place, "what", in_quotes(p.what) + " is not published of chips",
                  suggest(p.what, known, "write one of those in docs/chip.md"));
    if (!(p.row.measured > 0)) throw Error(place, "value", "is not above 0", "give what is published");
    all.push_back(std::move(p));
  }
  std::map<const catalog::Entry*, silicon::Design> designs;
  for (const Published& p : all)
    if (!designs.contains(p.chip)) designs.emplace(p.chip, silicon::design_of(facts.catalog, *p.chip, priced));

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
  for (Published& p : all) {
    const silicon::Design& design = designs.at(p.chip);
    if (p.what == "cost USD" || p.what == "die price USD") {
      const silicon::ChipCost cost = silicon::chip_cost(design, silicon::YieldLaw::negative_binomial);
      p.row.predicted = p.what == "cost USD" ? cost.total : cost.dies[main_die(design)].price;
    } else if (p.what != "die area mm2") {
      const silicon::ChipPower power = silicon::power_at_limit(design, silicon::die_areas(design));
      p.row.predicted = p.what == "clock MHz" ? power.clock / 1e6 : power.sustained / 1e12;
    }
    p.row.labels = {{"chip", p.chip->name}, {"what", p.what}};
    score.rows.push_back(std::move(p.row));
  }
  return score;
}

}  // namespace orrery::validation
