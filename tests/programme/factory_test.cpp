// Chip-factory files: the shipped one runs, draws keep to their options, and bad ones give one message.
#include "programme/factory.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "report/factory.h"
#include "support/folders.h"

namespace orrery::programme {
namespace {

const std::string path = source_folder() + "/scenarios/chip-factories.toml";

std::string message_of(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  if (at == std::string::npos) return "the text to replace is not in the scenario";
  text.replace(at, from.size(), to);
  try {
    read_factory(parse_document(text, "f.toml"), "f.toml");
  } catch (const Error& e) {
    return e.message();
  }
  return "";
}

TEST(Factory, TheShippedFileRunsTheSameForASeed) {
  const FactoryQuestion f = read_factory(read_document(path), path);
  const auto a = forecast_factory(f, 30, 7), b = forecast_factory(f, 30, 7), c = forecast_factory(f, 30, 8);
  EXPECT_EQ(report::factory_json(f, a, 30), report::factory_json(f, b, 30));
  EXPECT_NE(report::factory_json(f, a, 30), report::factory_json(f, c, 30));
  ASSERT_EQ(a.size(), 4u);
  for (const FactoryResult& r : a) {
    EXPECT_LE(r.low.p90, 10e9 * (1 + 1e-9));  // never more out of pocket than the largest raise
    EXPECT_LE(r.capacity.p50, r.affordable.p50);
    EXPECT_LE(r.made.p10, r.made.p90);
  }
}

TEST(Factory, AtTheMediansTheYearsAddUpAndPackagingIsNotExceeded) {
  const FactoryQuestion f = read_factory(read_document(path), path);
  const FactoryDraw draw = draw_factory(f, -1, 1);
  const double most = draw.packaging.back() * draw.share * draw.per_wafer * 365.25 * 86400;
  for (const FactoryResult& r : forecast_factory(f, 0, 1)) {
    double sum = 0;
    for (const Spread& y : r.by_year) {
      sum += y.p50;
      EXPECT_LE(y.p50, most * (1 + 1e-9));
    }
    EXPECT_NEAR(sum, r.made.p50, 1e-6 * sum);
    EXPECT_LE(r.surplus.p50, r.made.p50);
    EXPECT_NEAR(r.cost.p50 - r.die_cost.p50, draw.product.part_cost, 1e-6);
  }
}

TEST(Factory, ARaiseTooSmallBuildsNothing) {
  std::string text = read_file(path);
  const std::string from = "{ low = \"$8B\", high = \"$10B\"";
  text.replace(text.find(from), from.size(), "{ value = \"$0.7B\"");
  const FactoryQuestion f = read_factory(parse_document(text, "f.toml"), "f.toml");
  const FactoryResult r = forecast_factory(f, 0, 1).front();
  EXPECT_EQ(r.built, 0);
  EXPECT_EQ(r.made.p50, 0);
  EXPECT_TRUE(std::isinf(r.first.p50));
  EXPECT_EQ(r.binding, "raise: too small for a line");
}

TEST(Factory, BadFilesGiveOneMessageWithFileAndLine) {
  const std::string text = read_file(path);
  const auto says = [&](const std::string& from, const std::string& to, const std::string& part) {
    const std::string message = message_of(text, from, to);
    EXPECT_EQ(message.rfind("f.toml:", 0), 0u) << message;
    EXPECT_NE(message.find(part), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  };
  says("years       = 10", "years = 10.5", "factory.years: is not a whole number from 1 to 40");
  says("[die]", "[dye]", "dye: is not a key of a chip factory");
  says("clustering     = { value = 3, basis = \"assumed\",", "clustering = { value = 3,",
       "die.clustering: has no basis");
  says("clustering     = { value = 3,", "clustering = { value = 0,", "below 0.1");
  says("\"814 mm2\"", "\"814 mm\"", "die.area");
  says("\"2024-Q4\" =", "\"2023-Q3\" =", "is not after the quarter before it");
  says("\"2024-Q4\" =", "\"2024-Q5\" =", "is not a quarter");
  says("\ncapex_for ", "\n# ", "capex and capex_for");
  says("start       = 2024-01-15", "start = \"soon\"", "factory.start: is text, not a date");
}

}  // namespace
}  // namespace orrery::programme
