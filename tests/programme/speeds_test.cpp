// One question, one answer: what a run of a plan, `train --scenario` and `train` with its flags typed ask of the
// training model; and how the speed of a run follows the size of its pool.
#include <gtest/gtest.h>

#include <fstream>

#include "machine/model/read.h"
#include "programme/read.h"
#include "programme/speeds.h"
#include "support/facts.h"
#include "support/hardware.h"
#include "support/world.h"

namespace orrery::programme {
namespace {

/// The fastest step of a question as `orrery train` searches it.
double step_of(const training::Question& question) {
  const training::Posed posed = training::pose(question, hardware(), facts());
  const training::SearchResult found =
      training::search(posed.job, posed.machine, training::default_space(posed.machine, 2));
  return found.best.empty() ? 0 : found.best.front().estimate.step.value();
}

std::string config_json() {
  const std::string path = ::testing::TempDir() + "/speeds-config.json";
  std::ofstream(path) << R"({"model_type": "llama", "num_hidden_layers": 32, "hidden_size": 4096,
    "num_attention_heads": 32, "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 128256,
    "max_position_embeddings": 8192})";
  return path;
}

struct Asked {
  std::string model;   ///< of the run
  std::string orders;  ///< of its pool
  std::string chip, network;
  double accelerators;  ///< in all
};

class OneQuestion : public ::testing::TestWithParam<int> {
 public:
  static std::vector<Asked> all() {
    const auto orders = [](std::vector<std::string> chips, const std::string& network) {
      std::string text = "[site.s]\nlocation = \"memphis\"\n";
      for (size_t i = 0; i < chips.size(); ++i)
        text += fmt::format("[order.o{}]\nchips = \"{}\"\nordered = 2024-04-24\n{}", i, chips[i],
                            network.empty() ? "" : "network = \"" + network + "\"\n");
      return text;
    };
    return {
        {"llama-3-8b", orders({"512 x h100-sxm"}, ""), "h100-sxm", "", 512},
        {"llama-3-8b", orders({"512 x h100-sxm", "512 x h100-sxm"}, ""), "h100-sxm", "", 1024},
        {"llama-3-8b", orders({"1024 x h100-sxm"}, "h100-tapered"), "h100-sxm", "h100-tapered", 1024},
        {"llama-3-8b", orders({"256 x h100-sxm", "768 x a100-sxm-80gb"}, ""), "a100-sxm-80gb", "", 1024},
        {"llama-3-8b", orders({"1000 x h100-sxm"}, ""), "h100-sxm", "", 1000},
        {config_json(), orders({"512 x h100-sxm"}, ""), "h100-sxm", "", 512},
        {config_json(), orders({"512 x h100-sxm", "512 x h100-sxm"}, "h100-infiniband"), "h100-sxm", "h100-infiniband",
         1024},
    };
  }
};

TEST_P(OneQuestion, HasOneStepTime) {
  const Asked asked = all()[static_cast<size_t>(GetParam())];
  const std::string text = "start = 2024-04-24\n" + asked.orders + "[run.r]\nmodel = \"" + asked.model +
                           "\"\ntokens = \"1T tokens\"\nsequence = 4096\n";
  const Plan plan = plan_of(text);
  const TrainingSpeed& speed = main_speed(plan.runs.front());
  ASSERT_TRUE(speed.laid_out);

  const training::Question of_scenario = training::on_pool(question_of(plan.runs.front(), speed), hardware(), facts());
  EXPECT_EQ(step_of(of_scenario), speed.laid_out->step.value());

  training::Question typed;
  typed.model = model::shape_of(model::read(asked.model, facts()));
  typed.accelerator = asked.chip;
  typed.accelerators = speed.laid_out->accelerators;
  typed.batch = speed.laid_out->batch;
  typed.sequence = 4096;
  typed.network = asked.network;
  EXPECT_EQ(step_of(typed), speed.laid_out->step.value());
  EXPECT_LE(typed.accelerators, asked.accelerators);
}

INSTANTIATE_TEST_SUITE_P(Runs, OneQuestion, ::testing::Range(0, 7));

Plan shrinking(const std::string& more) {
  return plan_of(
      "start = 2024-04-24\n[rental.r]\nchips = \"4096 x h100-sxm\"\nprice = \"$2/chip/h\"\n"
      "[run.a]\nmodel = \"llama-3.1-70b\"\ntokens = \"1T tokens\"\n" +
      more);
}

TEST(Speeds, FollowTheSizeOfThePool) {
  const Plan plan = shrinking("minimum = 512\nbatch = 2048\n");
  const operations::Speed speed = plan.runs.front().speeds.front().in({});
  ASSERT_EQ(speed.accelerators.front(), 512);
  ASSERT_EQ(speed.accelerators.back(), 4096);
  training::Question question = question_of(plan.runs.front(), plan.runs.front().speeds.front());
  double last = 0;
  for (const double n : {512, 1024, 2048, 4096}) {
    question.accelerators = n;
    const double flops = 6 * plan.runs.front().active_parameters * 2048 * 8192 / step_of(question);
    // No slower than all of so many; the next smaller number that does better stands in its place.
    EXPECT_GE(speed.at(n) * n, flops * (1 - 1e-9)) << n;
    EXPECT_LE(speed.at(n) * n, flops * 1.05) << n;
    EXPECT_GE(speed.at(n) * n, last);
    last = speed.at(n) * n;
  }
  EXPECT_EQ(speed.each.back(), plan.runs.front().speeds.front().achieved.median.value());
}

TEST(Speeds, AreAskedOnceWhereThePoolCannotShrink) {
  EXPECT_EQ(shrinking("").runs.front().speeds.front().by_size.accelerators.size(), 1u);
}

TEST(Speeds, OfAPoolDoNotDependOnWhatTheRunWantsBeyondIt) {
  const auto on_pool_of = [](double n, int wanted) {
    const Plan plan = plan_of(
        "start = 2024-04-24\n[rental.r]\nchips = \"200000 x h100-sxm\"\nprice = \"$2/chip/h\"\n"
        "[run.a]\ncompute = \"4e26 FLOP\"\nminimum = 60000\nchips = " +
        std::to_string(wanted) + "\n");
    return plan.runs.front().speeds.front().in({}).at(n);
  };
  for (const double n : {65000.0, 80000.0, 97498.0}) {
    const double once = on_pool_of(n, 100000);
    for (const int wanted : {131072, 160000, 200000})
      EXPECT_NEAR(on_pool_of(n, wanted) / once, 1, 1e-9) << n << ' ' << wanted;
  }
}

TEST(Speeds, AreNoneBelowTheFewestAcceleratorsThatFit) {
  const Plan plan = plan_of(
      "start = 2024-04-24\n[rental.r]\nchips = \"1024 x h100-sxm\"\nprice = \"$2/chip/h\"\n"
      "[run.a]\nmodel = \"llama-3.1-405b\"\ntokens = \"1T tokens\"\nminimum = 8\n");
  const operations::Speed speed = plan.runs.front().speeds.front().in({});
  EXPECT_EQ(speed.at(8), 0);
  EXPECT_GT(speed.at(speed.accelerators[1]), 0);
}

TEST(Speeds, DrawOneFactorForTheWholeTable) {
  const Plan plan = shrinking("minimum = 512\n");
  const TrainingSpeed& speed = plan.runs.front().speeds.front();
  ASSERT_GE(speed.achieved.input, 0);
  std::vector<double> draws(plan.inputs.size());
  draws[static_cast<size_t>(speed.achieved.input)] = 1.25 * speed.achieved.median.value();
  const operations::Speed drawn = speed.in(draws), median = speed.in({});
  for (size_t i = 0; i < drawn.each.size(); ++i) EXPECT_NEAR(drawn.each[i] / median.each[i], 1.25, 1e-12);
}

}  // namespace
}  // namespace orrery::programme
