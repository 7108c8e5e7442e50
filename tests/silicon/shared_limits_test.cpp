// Products on shared limits: the tightest holds, nothing is passed, and nobody below its plan had something left.
#include "silicon/shared_limits.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "base/error.h"

namespace orrery::silicon {
namespace {

TEST(SharedLimits, TheTightestHolds) {
  // 100 wafers give 1,600 accelerators, 9,000 stacks at six each 1,500.
  const LimitedOutput out = share_limits({100, 9000}, {{"a", 1, {1.0 / 16, 6}}});
  EXPECT_DOUBLE_EQ(out.made[0], 1500);
  EXPECT_EQ(out.held_by[0], 1u);
}

TEST(SharedLimits, ProductsShareByWeightAndWhatOneCannotUseIsTheOthers) {
  // At 20 and 40 the second is at its plan; the first goes on to what is left of 100 wafers.
  const LimitedOutput out = share_limits({100}, {{"a", 1, {1}}, {"b", 2, {1}, 40}});
  EXPECT_DOUBLE_EQ(out.made[0], 60);
  EXPECT_DOUBLE_EQ(out.made[1], 40);
  EXPECT_EQ(out.held_by[0], 0u);
  EXPECT_FALSE(out.held_by[1]);
  // Memory holds the first at 10: the second goes on to what is left of the wafers.
  const LimitedOutput memory = share_limits({100, 60}, {{"a", 1, {1, 6}}, {"b", 1, {1, 0}}});
  EXPECT_DOUBLE_EQ(memory.made[0], 10);
  EXPECT_DOUBLE_EQ(memory.made[1], 90);
}

TEST(SharedLimits, RefusesWhatNothingHolds) {
  EXPECT_THROW(share_limits({}, {{"a", 1, {}}}), Error);
  EXPECT_THROW(share_limits({1}, {{"a", 1, {}}}), Error);
  EXPECT_THROW(share_limits({-1}, {{"a", 1, {1}}}), Error);
  EXPECT_THROW(share_limits({1}, {{"a", 0, {1}}}), Error);
}

struct AnyLimits {
  std::vector<double> limits;
  std::vector<LimitedProduct> products;
};
AnyLimits any_limits() {
  AnyLimits any;
  const auto limits = *rc::gen::inRange<size_t>(1, 4), products = *rc::gen::inRange<size_t>(1, 5);
  for (size_t l = 0; l < limits; ++l) any.limits.push_back(*rc::gen::inRange(0, 1000));
  for (size_t p = 0; p < products; ++p) {
    LimitedProduct product{"p", *rc::gen::inRange(1, 50) / 10.0, {}, 1.0 * *rc::gen::inRange(0, 500)};
    for (size_t l = 0; l < limits; ++l) product.uses.push_back(*rc::gen::inRange(0, 20) / 10.0);
    any.products.push_back(product);
  }
  return any;
}

double used(const AnyLimits& any, const LimitedOutput& out, size_t limit) {
  double sum = 0;
  for (size_t p = 0; p < any.products.size(); ++p) sum += out.made[p] * any.products[p].uses[limit];
  return sum;
}

RC_GTEST_PROP(SharedLimits, NoLimitIsPassedAndWhoeverIsShortUsesOneThatIsUsedUp, ()) {
  const AnyLimits any = any_limits();
  const LimitedOutput out = share_limits(any.limits, any.products);
  for (size_t l = 0; l < any.limits.size(); ++l) RC_ASSERT(used(any, out, l) <= any.limits[l] + 1e-6);
  for (size_t p = 0; p < any.products.size(); ++p) {
    RC_ASSERT(out.made[p] >= 0);
    RC_ASSERT(out.made[p] <= any.products[p].planned + 1e-9);
    if (!out.held_by[p]) {
      RC_ASSERT(out.made[p] == any.products[p].planned);
      continue;
    }
    RC_ASSERT(any.products[p].uses[*out.held_by[p]] > 0);
    RC_ASSERT(used(any, out, *out.held_by[p]) >= any.limits[*out.held_by[p]] - 1e-6);
    // Max-min fair: nobody on that limit has more for its weight.
    for (size_t q = 0; q < any.products.size(); ++q)
      if (any.products[q].uses[*out.held_by[p]] > 0)
        RC_ASSERT(out.made[q] / any.products[q].weight <= out.made[p] / any.products[p].weight + 1e-6);
  }
}

RC_GTEST_PROP(SharedLimits, MoreOfAllLimitsTakesNothingFromWhoHasLeast, ()) {
  const AnyLimits any = any_limits();
  std::vector<double> more = any.limits;
  const double factor = 1 + *rc::gen::inRange(1, 100) / 100.0;
  for (double& limit : more) limit *= factor;
  const LimitedOutput out = share_limits(any.limits, any.products), richer = share_limits(more, any.products);
  double least_before = infinity, least_after = infinity;
  for (size_t p = 0; p < any.products.size(); ++p) {
    if (out.made[p] >= any.products[p].planned) continue;
    least_before = std::min(least_before, out.made[p] / any.products[p].weight);
    least_after = std::min(least_after, richer.made[p] / any.products[p].weight);
  }
  RC_ASSERT(least_after >= least_before - 1e-6);
}

}  // namespace
}  // namespace orrery::silicon
