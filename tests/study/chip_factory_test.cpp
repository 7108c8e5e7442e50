// Chip-factory files: the shipped one runs, draws keep to their options, and bad ones give one message.
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/files.h"
#include "study/kind.h"
#include "support/answers.h"
#include "support/folders.h"

namespace orrery::study {
namespace {

const std::string path = source_folder() + "/scenarios/chip-factories.toml";

std::string message_of(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  if (at == std::string::npos) return "the text to replace is not in the scenario";
  text.replace(at, from.size(), to);
  try {
    answer_of_text(text, "f.toml");
  } catch (const Error& e) {
    return e.message();
  }
  return "";
}

TEST(Factory, TheShippedFileKeepsToItsRaise) {
  const Answer a = answer_of_text(read_file(path), "f.toml", {30, 7});
  const Table& options = table_of(a.document, "options");
  ASSERT_EQ(options.rows.size(), 4u);
  for (size_t k = 0; k < 4; ++k) {
    EXPECT_LE(spread_at(options, k, "out_of_pocket").p90, 10e9 * (1 + 1e-9));  // never more than the largest raise
    EXPECT_LE(spread_at(options, k, "capacity_wafers_per_month").p50,
              spread_at(options, k, "affordable_wafers_per_month").p50);
    EXPECT_LE(spread_at(options, k, "accelerators").p10, spread_at(options, k, "accelerators").p90);
  }
}

TEST(Factory, AtTheMediansTheYearsAddUpAndPackagingIsNotExceeded) {
  const Answer a = answer_of_text(read_file(path), "f.toml");
  const Table& options = table_of(a.document, "options");
  const Table& inputs = table_of(a.document, "inputs");
  double last = 0, share = 0, per_wafer = 0, parts = 0;
  for (size_t i = 0; i < inputs.rows.size(); ++i) {
    const std::string name = text_at(inputs, i, "input");
    const double median = number_at(inputs, i, "median");
    if (name.starts_with("packaging.capacity")) last = median;
    if (name == "packaging.share") share = median;
    if (name == "packaging.per_wafer") per_wafer = median;
    if (name == "factory.part_cost") parts = median;
  }
  const double most = last * share * per_wafer * 365.25 * 86400;
  ASSERT_GT(most, 0);
  for (size_t k = 0; k < options.rows.size(); ++k) {
    double sum = 0;
    for (const Cell& year : std::get<std::vector<Cell>>(cell_at(options, k, "by_year").value)) {
      const double made = std::get<Spread>(year.value).p50;
      sum += made;
      EXPECT_LE(made, most * (1 + 1e-9));
    }
    EXPECT_NEAR(sum, spread_at(options, k, "accelerators").p50, 1e-6 * sum);
    EXPECT_LE(spread_at(options, k, "surplus").p50, spread_at(options, k, "accelerators").p50);
    EXPECT_NEAR(spread_at(options, k, "cost_per_accelerator").p50 - spread_at(options, k, "cost_per_good_die").p50,
                parts, 1e-6);
  }
}

TEST(Factory, ARaiseTooSmallBuildsNothing) {
  std::string text = read_file(path);
  const std::string from = "{ low = \"$8B\", high = \"$10B\"";
  text.replace(text.find(from), from.size(), "{ value = \"$0.7B\"");
  const Answer a = answer_of_text(text, "f.toml");
  const Table& options = table_of(a.document, "options");
  EXPECT_EQ(number_at(options, 0, "raise_suffices"), 0);
  EXPECT_EQ(spread_at(options, 0, "accelerators").p50, 0);
  EXPECT_TRUE(std::isinf(spread_at(options, 0, "days_to_first_good_die").p50));
  EXPECT_EQ(text_at(options, 0, "binding"), "raise: too small for a line");
}

TEST(Factory, BadFilesGiveOneMessageWithFileAndLine) {
  const std::string text = read_file(path);
  const auto says = [&](const std::string& from, const std::string& to, const std::string& part) {
    const std::string message = message_of(text, from, to);
    EXPECT_EQ(message.rfind("f.toml:", 0), 0u) << message;
    EXPECT_NE(message.find(part), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  };
  says("years       = 10", "years = 10.5", "factory.years: 10.5 is not a whole number from 1 to 40");
  says("[die]", "[dye]", "dye: is not a key of a chip factory");
  says("clustering     = { value = 3, basis = \"assumed\",", "clustering = { value = 3,",
       "die.clustering: has no basis");
  says("clustering     = { value = 3,", "clustering = { value = 0,", "below 0.1");
  says("\"814 mm2\"", "\"814 mm\"", "die.area");
  says("\"2024-Q4\" =", "\"2023-Q3\" =", "is not after the quarter before it");
  says("\"2024-Q4\" =", "\"2024-Q5\" =", "is not a quarter");
  says("\ncapex_for ", "\n# ", "capex and capex_for");
  says("start       = 2024-01-15", "start = \"soon\"", "factory.start: 'soon' is not a date");
}

}  // namespace
}  // namespace orrery::study
