// Constants of operators are found again from times that they made; groups without a difference have no constants.
#include <gtest/gtest.h>

#include <cmath>

#include "silicon/chip/grouped_products.h"
#include "support/folders.h"
#include "validation/calibrate/kernels.h"
#include "validation/shipped_facts.h"

namespace orrery::validation {
namespace {

using namespace silicon;

/// Times of two kernels on two chips, the second chip slower to launch one of them.
std::vector<OperatorSample> made() {
  OperatorChip chip;
  chip.peak = chip.peak_16 = 1e15, chip.memory = 3e12, chip.cores = 132;
  std::vector<OperatorSample> samples;
  for (const std::string on : {"h100-sxm", "b200-sxm"})
    for (const std::string kernel : {"fast", "slow"})
      for (double tokens = 1; tokens <= 65536; tokens *= 2)
        for (const double experts : {8.0, 64.0, 256.0}) {
          OperatorConstants truth;
          truth.launch = kernel == "slow" && on == "b200-sxm" ? 90e-6 : 20e-6;
          truth.parts[0] = {kernel == "slow" ? 3.0 : 1.4, 1.2, 1e-8};
          MixtureShape shape;
          shape.tokens = tokens, shape.hidden = 4096, shape.inter = 2048, shape.experts = experts, shape.top_k = 4;
          const OperatorWork work = grouped_products(shape, chip);
          samples.push_back(
              {"grouped-products", {"vllm", kernel, "bfloat16", "1"}, on, work, operator_time(truth, work)});
        }
  return samples;
}

std::vector<const OperatorSample*> all_of(const std::vector<OperatorSample>& samples) {
  std::vector<const OperatorSample*> all;
  for (const OperatorSample& sample : samples) all.push_back(&sample);
  return all;
}

TEST(OperatorFit, FindsConstantsThatMadeTheTimesOnAnyNumberOfThreads) {
  const OperatorKernels before(facts().catalog);
  const std::vector<OperatorSample> samples = made();
  const OperatorKernels one = fit_operators(before, all_of(samples), 1),
                        two = fit_operators(before, all_of(samples), 2);
  const OperatorKernels::Node &root = one.operation("grouped-products").root, &engine = root.within.at("vllm");
  // Both kernels alone are told apart to a few per cent; the fit of all of them is not asked to be.
  EXPECT_LT(engine.within.at("fast").spread, 0.03);
  const OperatorKernels::Node& slow = engine.within.at("slow").within.at("bfloat16");
  EXPECT_LT(slow.within.at("b200-sxm").spread, 0.1);
  EXPECT_GT(root.spread, engine.within.at("fast").spread);
  // The fast kernel is the same on both chips: neither has constants of its own.
  EXPECT_EQ(engine.within.at("fast").within.at("bfloat16").within.size(), 2u);
  for (const auto& [name, chip] : engine.within.at("fast").within.at("bfloat16").within)
    EXPECT_FALSE(chip.constants) << name;
  OperatorConstants a = *engine.within.at("slow").constants,
                    b = *two.operation("grouped-products").root.within.at("vllm").within.at("slow").constants;
  const auto keys = keys_of(a), same = keys_of(b);
  for (std::size_t i = 0; i < keys.size(); ++i) EXPECT_EQ(*keys[i].second, *same[i].second) << keys[i].first;
}

TEST(CalibrateKernels, RefusesWhatCannotBeLeftOut) {
  CalibrateOptions options;
  options.measurements = source_folder() + "/measurements", options.leave_out = "table";
  EXPECT_THROW(calibrate_kernels(facts(), options), Error);
}

TEST(CalibrateKernels, ShippedRowsCanBeFitted) {
  const OperatorKernels kernels(facts().catalog);
  const OperatorRows rows = read_operator_rows(facts(), kernels, source_folder() + "/measurements");
  EXPECT_GT(rows.samples.size(), 5000u);
  // A few of one operator, fitted on two thirds and predicted on the rest.
  OperatorRows few;
  for (std::size_t i = 0; i < rows.samples.size(); ++i)
    if (rows.samples[i].operation == "compressed-decode") {
      few.samples.push_back(rows.samples[i]);
      few.chips.push_back(rows.chips[i]), few.sparse.push_back(rows.sparse[i]);
    }
  double sum = 0;
  const std::vector<OperatorError> errors = operator_errors(few, kernels, LeftOutBy::rows);
  for (const OperatorError& e : errors) sum += std::abs(e.error);
  ASSERT_GT(errors.size(), 30u);
  EXPECT_LT(sum / static_cast<double>(errors.size()), 0.25);
}

}  // namespace
}  // namespace orrery::validation
