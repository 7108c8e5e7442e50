// Chips beside what is published of them: the areas of blocks as the fit makes them, and the table's defects.
#include "validation/chips.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "silicon/chip/block_area.h"
#include "silicon/chip/design_file.h"
#include "validation/calibrate/block_areas.h"
#include "validation/shipped_facts.h"

namespace orrery::validation {
namespace {

const std::string header = "id,chip,what,value\n";

TEST(Chips, TheCatalogsBlocksAreThoseOfTheFit) {
  const catalog::Catalog& catalog = facts().catalog;
  const CsvTable table = read_csv(source_folder() + "/measurements/chips.csv");
  std::vector<KnownDie> dies;
  for (std::size_t i = 0; i < table.size(); ++i)
    if (table.cell(i, "what") == "die area mm2") {
      const silicon::Design d =
          silicon::design_of(catalog, catalog.entry("chips", table.cell(i, "chip")), make_date(2026, 6, 27));
      dies.push_back({d.dies[0], table.number(i, "value", 0) * 1e-6});
    }
  ASSERT_EQ(dies.size(), 10u);
  const silicon::BlockAreas fit = fit_blocks(read_anchors(catalog), dies);
  for (std::size_t b = 0; b + 1 < silicon::blocks; ++b) {
    const auto block = static_cast<silicon::Block>(b);
    const double shipped = catalog.entry("blocks", silicon::block_name(block)).number("area") * 1e6,
                 made = fit.area[b] * silicon::block_unit(block) * 1e6;
    EXPECT_NEAR(shipped, made, 0.005 * made) << silicon::block_name(block);
  }
  EXPECT_NEAR(catalog.entry("blocks", "network-gpu").number("share"), fit.network_gpu, 0.005 * fit.network_gpu);
  EXPECT_NEAR(catalog.entry("blocks", "network-systolic").number("share"), fit.network_systolic,
              0.005 * fit.network_systolic);
}

TEST(Chips, WithoutDiesTheFitIsTheAnchors) {
  const BlockAnchors anchors = read_anchors(facts().catalog);
  const silicon::BlockAreas fit = fit_blocks(anchors, {});
  for (std::size_t b = 0; b + 1 < silicon::blocks; ++b) EXPECT_NEAR(fit.area[b] / anchors.areas.area[b], 1, 1e-9);
}

TEST(Chips, ADieIsPredictedWithoutItsOwnArea) {
  // With one die there is nothing else to learn from: whatever its row says, the prediction is the anchors'.
  const auto predicted = [](const char* area) {
    return validate_chips(parse_csv(header + "a,h100-sxm,die area mm2," + area + "\n", "t.csv"), facts())
        .rows[0]
        .predicted;
  };
  EXPECT_DOUBLE_EQ(predicted("814"), predicted("400"));
}

TEST(Chips, DefectsOfTheTableAreSaid) {
  for (const char* row :
       {"a,h100-sxm,colour,1\n", "a,no-such-chip,cost USD,1\n", "a,h100-sxm,cost USD,0\n", "a,gb200,cost USD,1\n"})
    EXPECT_THROW(validate_chips(parse_csv(header + row, "t.csv"), facts()), Error) << row;
}

// Rows of what a quarter's accelerators cost, beside the table of what was made in it.
TEST(Chips, SharesOfAQuartersSpending) {
  const std::string beside = source_folder() + "/measurements/t.csv";
  const auto predicted = [&](const std::string& rows) {
    std::vector<double> out;
    for (const Row& row : validate_chips(parse_csv(header + rows, beside), facts()).rows) out.push_back(row.predicted);
    return out;
  };
  const std::string memory = "m,2025-Q4,share of memory %,63\n", price = "h,2025-Q4,HBM3E $/GB,15.1\n";
  const std::vector<double> all =
      predicted(memory + price + "p,2025-Q4,share of packaging %,15\nl,2025-Q4,share of logic %,13\n");
  ASSERT_EQ(all.size(), 4u);
  EXPECT_LT(all[0] + all[2] + all[3], 100);
  EXPECT_GT(all[0] + all[2] + all[3], 80);
  // Where no price but HBM3E's moves, more of it is a larger share; the order of the rows does not matter.
  EXPECT_GT(all[1], predicted("m,2025-Q4,share of memory %,50\n" + price)[1]);
  EXPECT_EQ(all[1], predicted(price + memory)[0]);
  // At the share that the model has itself it is the price that the model has.
  const catalog::Catalog& catalog = facts().catalog;
  const double now =
      silicon::design_of(catalog, catalog.entry("chips", "b300-sxm"), make_date(2025, 11, 15)).memory.price * 1e9;
  EXPECT_NEAR(predicted(fmt::format("m,2025-Q4,share of memory %,{:.12f}\n", all[0]) + price)[1], now, 1e-6);
  for (const std::string& row :
       {price, std::string("m,2031-Q1,share of memory %,63\n"), std::string("m,first,share of memory %,63\n"),
        std::string("m,h100-sxm,share of memory %,63\n")})
    EXPECT_THROW(predicted(row), Error) << row;
}

}  // namespace
}  // namespace orrery::validation
