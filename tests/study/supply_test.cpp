// The scenarios that draw on the market of accelerators: together they take no more of a product in any quarter than
// was made of it, nor one buyer's scenarios more than it can have had.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "base/files.h"
#include "programme/supply_lines.h"
#include "support/folders.h"
#include "support/world.h"

namespace orrery::programme {
namespace {

/// What a scenario takes of a product by the quarter's first day, and what was made of it.
struct Taken {
  std::map<Date, double> taken, made;
};

TEST(Supply, ShippedScenariosTakeNoMoreThanWasMade) {
  std::map<std::string, Taken> products;
  int drawing = 0;
  for (const auto& file : std::filesystem::directory_iterator(source_folder() + "/scenarios")) {
    const std::string name = file.path().stem().string();
    if (file.path().extension() != ".toml") continue;
    const std::string text = read_file(file.path().string());
    // A variant of another takes what that does.
    if (text.find("\nbase ") != std::string::npos) continue;
    if (text.find("accelerator-market.toml") == std::string::npos || text.find("[market.") == std::string::npos)
      continue;
    const Plan plan = make_plan(read_scenario(file.path().string()), facts());
    const Forecast forecast = simulate(plan);
    ++drawing;
    for (std::size_t l = 0; l < plan.supply_lines.size(); ++l) {
      const SupplyLine& line = plan.supply_lines[l];
      ASSERT_TRUE(line.market) << name;
      const SharedLine shared = share_line(plan, l, {}, forecast.days);
      Taken& product = products[line.market->product];
      for (std::size_t q = 0; q < line.known; ++q) {
        const Date first = add_months(line.first, 3 * static_cast<int>(q));
        product.made[first] = shared.made[q];
        for (const std::vector<double>& served : shared.served)
          if (!served.empty()) product.taken[first] += served[q];
      }
    }
  }
  EXPECT_EQ(drawing, 8);
  ASSERT_EQ(products.size(), 4u);
  for (const auto& [name, product] : products) {
    double made = 0, taken = 0;
    for (const auto& [quarter, of_quarter] : product.made) {
      made += of_quarter, taken += product.taken.at(quarter);
      EXPECT_LE(taken, made + 1) << name << " to " << quarter_name(quarter);
    }
    EXPECT_GT(taken, 0) << name;
  }
}

}  // namespace
}  // namespace orrery::programme
