// Each key of each kind at the ends of its range and a hair beside its value: nothing that is not a number is printed,
// no line is a row of digits, what is refused says which key, and no answer jumps.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <regex>

#include "base/files.h"
#include "base/units.h"
#include "base/value.h"
#include "report/document.h"
#include "support/answers.h"
#include "support/folders.h"

namespace orrery::study {
namespace {

/// A programme with every section, so that every key can be set.
constexpr const char* programme = R"(
start = 2024-04-24
[order.first]
chips = "1000 x h100-sxm"
site = "here"
network = "h100-infiniband"
[rental.cloud]
chips = "512 x h100-sxm"
total = "$50M"
[site.here]
location = "memphis"
[site.here.building.hall]
cost = "$9M/MW"
[site.here.building.hall.task.electrical]
duration = "90 days"
[site.here.power.grid]
kind = "grid"
[site.here.power.turbines]
kind = "gas-turbine-mobile"
[site.here.cooling.chillers]
kind = "air-chillers"
[event.outage]
limit = "power"
change = "-100 kW"
from = 2025-08-01
[run.a]
compute = "1e22 FLOP"
achieved = "300 TFLOP/s"
[lease.a]
direction = "paid"
price = "$1M/month"
site = "here"
[serving]
price = "$2/chip/h"
[milestone.some]
usable = 500
)";

struct Case {
  std::string name, text;
};

std::vector<Case> cases() {
  std::vector<Case> out = {{"programme", programme}};
  for (const char* name : {"gpu-market", "chip-factories", "finance/gpu-cloud", "finance/gigawatt-year",
                           "finance/others-money", "finance/own-lease-cloud", "openai-commitments"})
    out.push_back({name, read_file(source_folder() + "/scenarios/" + name + ".toml")});
  return out;
}

/// Every section that a tree has, with its path.
void sections_of(const scenario::Form& form, const Node& table, const std::string& path,
                 std::map<std::string, const scenario::Section*>& out) {
  const std::vector<std::string> parts = path.empty() ? std::vector<std::string>{} : scenario::parts_of(path);
  if (const scenario::Section* section = scenario::find_section(form, parts)) out[path] = section;
  for (const auto& [name, node] : table.members) {
    const std::string below = path.empty() ? name : path + '.' + name;
    if (node.kind == Node::Kind::table) sections_of(form, node, below, out);
    for (std::size_t i = 0; i < node.items.size() && i < 2; ++i)
      if (node.items[i].kind == Node::Kind::table)
        sections_of(form, node.items[i], below + '[' + std::to_string(i) + ']', out);
  }
}

struct Figured {
  std::string path;
  const scenario::Key* key;
};

std::vector<Figured> figures_of(const Case& one) {
  const scenario::Scenario read = scenario::parse_scenario(one.text, "test.toml", {}, forms_of(kinds()));
  std::map<std::string, const scenario::Section*> sections;
  sections_of(*read.form, read.root, "", sections);
  std::vector<Figured> out;
  for (const auto& [path, section] : sections)
    for (const scenario::Key& key : section->keys)
      if (key.name != "*" && (key.type == scenario::KeyType::amount || key.type == scenario::KeyType::whole))
        out.push_back({path.empty() ? std::string(key.name) : path + '.' + std::string(key.name), &key});
  return out;
}

/// A value of a key as its file would say it, to the last digit.
std::string written(const scenario::Key& key, double value) {
  if (key.type == scenario::KeyType::whole) return fmt::format("{:.0f}", value);
  const bool count = key.dimension == dimension::tokens || key.dimension == dimension::chips;
  if (key.dimension == dimension::none || count) return fmt::format("{}", value);
  // In the key's own unit, else in that of an example without its number.
  std::string unit = key.unit.empty() ? dimension_example(key.dimension) : std::string(key.unit);
  const bool money = unit.front() == '$';
  unit.erase(0, std::min(unit.size(), unit.find_first_not_of("$0123456789.e ")));
  if (money && key.unit.empty()) unit.erase(0, std::min(unit.size(), unit.find_first_not_of("kMB")));
  const double one = parse_amount((money ? "$1" : "1 ") + unit).value;
  return fmt::format("\"{}{}{}{}\"", money ? "$" : "", value / one, money || unit.front() == '/' ? "" : " ", unit);
}

std::string basis_of(const scenario::Key& key, const std::string& value) {
  return key.based || key.sourced ? "{ value = " + value + ", basis = \"assumed\", source = \"a test\" }" : value;
}

}  // namespace

TEST(Extremes, NothingThatIsNoNumberIsPrinted) {
  const std::regex no_number(R"((^|[^a-zA-Z])-?(nan|inf)([^a-zA-Z]|$))"), digits(R"([0-9,]{26})");
  for (const Case& one : cases()) {
    std::size_t answered = 0, refused = 0;
    for (const Figured& figure : figures_of(one))
      for (const double value : {figure.key->low, figure.key->high}) {
        const std::string set = figure.path + '=' + basis_of(*figure.key, written(*figure.key, value));
        SCOPED_TRACE(one.name + ": " + set);
        try {
          const Answer answer = answer_of_text(one.text, "test.toml", {0, 1}, {set});
          const std::string text = report::text_of(answer.document, Detail::explained);
          std::smatch found;
          EXPECT_FALSE(std::regex_search(text, found, no_number)) << found.str();
          EXPECT_FALSE(std::regex_search(text, found, digits)) << found.str();
          for (std::size_t i = 0; i < answer.trials.values.size(); ++i)
            EXPECT_FALSE(std::isnan(answer.trials.values[i].front())) << answer.study.outputs[i].name;
          ++answered;
        } catch (const Error& error) {
          EXPECT_FALSE(error.key().empty()) << error.message();
          EXPECT_LT(error.message().size(), 400U);
          // What nothing else of the file gives a meaning says nothing of the range.
          refused += error.message().find("says nothing without") == std::string::npos;
        } catch (const std::exception& other) {
          ADD_FAILURE() << other.what();
        }
      }
    EXPECT_GT(answered, 2 * refused) << one.name;
  }
}

// A default that is made of another value is a rule that moves with it, never one that takes hold at a point.
TEST(Extremes, AHairMoreChangesNoAnswerByMuch) {
  const auto outputs_with = [](const Case& one, const std::string& set) {
    const Study study =
        read_study(scenario::parse_scenario(one.text, "test.toml", {set}, forms_of(kinds())), facts(), kinds());
    std::vector<double> outputs(study.outputs.size());
    study.trial({}, outputs);
    return outputs;
  };
  for (const Case& one : cases()) {
    const Study as_is =
        read_study(scenario::parse_scenario(one.text, "test.toml", {}, forms_of(kinds())), facts(), kinds());
    for (const Figured& figure : figures_of(one)) {
      const auto setting = std::find_if(as_is.settings.begin(), as_is.settings.end(),
                                        [&](const scenario::Setting& s) { return s.path == figure.path; });
      if (figure.key->type != scenario::KeyType::amount || figure.key->dimension == dimension::chips ||
          figure.key->dimension == dimension::tokens || setting == as_is.settings.end() || !setting->amount)
        continue;
      // At its value, and where a price would pass another.
      for (const double at : {1.0, 0.5, 1.3}) {
        const double value = *setting->amount * at, more = value * (1 + 1e-9);
        if (!(value != 0 && value >= figure.key->low && more <= figure.key->high)) continue;
        const auto set = [&](double x) { return figure.path + '=' + basis_of(*figure.key, written(*figure.key, x)); };
        SCOPED_TRACE(one.name + ": " + set(value));
        std::vector<double> here, there;
        try {
          here = outputs_with(one, set(value)), there = outputs_with(one, set(more));
        } catch (const Error&) {
          continue;  // of keys that do not stand together
        }
        for (std::size_t i = 0; i < here.size(); ++i)
          if (std::isfinite(here[i]) || std::isfinite(there[i]))
            EXPECT_NEAR(here[i], there[i],
                        1.5 + 1e-8 * value + 2e-3 * std::max(std::fabs(here[i]), std::fabs(there[i])))
                << as_is.outputs[i].name;
      }
    }
  }
}

}  // namespace orrery::study
