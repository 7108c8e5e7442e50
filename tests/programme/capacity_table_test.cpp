// The dated rows of capacity tell the whole course: on every day between two rows the number runs straight.
#include <gtest/gtest.h>

#include "catalog/catalog.h"
#include "programme/capacity_table.h"
#include "programme/read.h"
#include "support/facts.h"
#include "support/folders.h"

namespace orrery::programme {
namespace {

TEST(CapacityRows, RunStraightBetweenRows) {
  const Plan plan = make_plan(read_scenario(source_folder() + "/scenarios/colossus-1.toml"), facts());
  const Forecast forecast = simulate(plan);
  const std::vector<CapacityRow> rows = capacity_rows(plan, forecast);
  ASSERT_GT(rows.size(), 12u);
  const Curve& usable = forecast.sites.front().capacity.usable;
  int falls = 0;
  for (size_t i = 0; i + 1 < rows.size(); ++i) {
    const int from = rows[i].date - plan.start, to = rows[i + 1].date - plan.start;
    ASSERT_LT(from, to);
    falls += rows[i + 1].usable < rows[i].usable;
    for (int day = from; day <= to; ++day) {
      const double share = static_cast<double>(day - from) / (to - from);
      EXPECT_NEAR(usable.at(day), rows[i].usable + share * (rows[i + 1].usable - rows[i].usable), 1e-6)
          << (plan.start + day).text();
    }
  }
  EXPECT_GT(falls, 0);  // the cooling swap: without its rows the fall would look like a slope over a month
}

}  // namespace
}  // namespace orrery::programme
