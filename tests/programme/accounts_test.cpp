// What must be funded: the deepest point of cumulative cash, whatever the months.
#include "programme/accounts.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace orrery::programme {
namespace {

std::vector<Money> months(const std::vector<int>& dollars) {
  std::vector<Money> cash;
  for (const int x : dollars) cash.emplace_back(x);
  return cash;
}

TEST(PeakFunding, IsTheDeepestPointOfCumulativeCash) {
  // Cumulative: -5, -8, 2, -18, -17.
  const PeakFunding peak = peak_funding(months({-5, -3, 10, -20, 1}));
  EXPECT_EQ(peak.amount, Money(18));
  EXPECT_EQ(peak.month, 3u);
}

TEST(PeakFunding, IsNothingWhereWhatComesInCoversWhatGoesOut) {
  EXPECT_EQ(peak_funding(months({5, -3, -2, 4})).amount, Money(0));
  EXPECT_EQ(peak_funding({}).amount, Money(0));
}

TEST(PeakFunding, OfEqualDepthsIsTheFirst) {
  EXPECT_EQ(peak_funding(months({-5, 2, -2, 0})).month, 0u);
}

RC_GTEST_PROP(PeakFunding, RisesWithWhatGoesOutAndByNoMore, (std::vector<int> dollars)) {
  for (int& x : dollars) x %= 1000;
  RC_PRE(!dollars.empty());
  const double before = peak_funding(months(dollars)).amount.value();
  const int more = *rc::gen::inRange(1, 500);
  dollars[*rc::gen::inRange<std::size_t>(0, dollars.size())] -= more;
  const double after = peak_funding(months(dollars)).amount.value();
  RC_ASSERT(after >= before);
  RC_ASSERT(after <= before + more);
}

}  // namespace
}  // namespace orrery::programme
