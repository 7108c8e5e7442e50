// The law of announced dates: how it grows, that its fit finds what was drawn, and what a prior does to few dates.
#include "site/slip.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/random.h"

namespace orrery::site {
namespace {

const SlipLaw usual{0.8, 100, 180, 0.5, 0.3, 0.7};

/// Dates of a law: sites with five each, announced at leads between a month and two years.
std::vector<AnnouncedDate> drawn(const SlipLaw& law, int sites) {
  std::vector<AnnouncedDate> dates;
  std::uint64_t n = 0;
  const auto next = [&] { return uniform(11, stream_of("slips"), n++); };
  for (int s = 0; s < sites; ++s) {
    const double own = law.site_spread * normal_quantile(next());
    for (int i = 0; i < 5; ++i) {
      const double lead = 30 + 700 * next(), late = next();
      const double logarithm =
          std::log(law.median) + law.exponent * std::log(lead / law.ahead) + own + law.spread * normal_quantile(next());
      dates.push_back({"site " + std::to_string(s), lead, late < law.late ? std::exp(logarithm) : 0});
    }
  }
  return dates;
}

RC_GTEST_PROP(Slip, GrowsWithTheLeadAndIsNeverEarly, ()) {
  SlipLaw law = usual;
  law.late = 0.01 * *rc::gen::inRange(1, 101);
  const double lead = *rc::gen::inRange(0, 2000), longer = lead + *rc::gen::inRange(1, 1000);
  for (const double p : {0.01, 0.3, 0.5, 0.9}) {
    RC_ASSERT(slip(law, lead).quantile(p) >= 0);
    RC_ASSERT(slip(law, longer).quantile(p) >= slip(law, lead).quantile(p));
  }
  RC_ASSERT((slip(law, longer).quantile(0.9 * (1 - law.late)) == 0) || law.late == 1);
}

TEST(Slip, TheMedianOfThoseThatSlipIsThatOfTheLaw) {
  SlipLaw law = usual;
  law.late = 1;
  EXPECT_NEAR(slip(law, 180).quantile(0.5), 100, 1e-9);
  EXPECT_NEAR(slip(law, 720).quantile(0.5), 200, 1e-9);
}

TEST(Slip, TheFitFindsTheLawThatWasDrawnAndItsPriorFadesAway) {
  SlipPrior prior{{0.3, 50, 180, 0.5, 1, 0.2}};
  const SlipLaw fitted = fit_slips(drawn(usual, 400), prior);
  EXPECT_NEAR(fitted.late, usual.late, 0.03);
  EXPECT_NEAR(fitted.median, usual.median, 8);
  EXPECT_NEAR(fitted.site_spread, usual.site_spread, 0.06);
  EXPECT_NEAR(fitted.spread, usual.spread, 0.03);
  EXPECT_EQ(fitted.exponent, 0.5);
}

TEST(Slip, FewDatesArePulledTowardsThePrior) {
  SlipPrior prior{{0.2, 50, 180, 0.5, 0.3, 0.7}};
  const std::vector<AnnouncedDate> few = drawn({1, 100, 180, 0.5, 0.3, 0.7}, 2);
  const SlipLaw fitted = fit_slips(few, prior);
  EXPECT_NEAR(fitted.late, (10 + 10 * 0.2) / 20, 1e-12);  // ten dates, all late, and ten cases of the prior
  prior.spread_cases = 1000;
  EXPECT_NEAR(fit_slips(few, prior).spread, 0.7, 0.02);
}

TEST(Slip, TheOrderOfDatesDoesNotMatter) {
  std::vector<AnnouncedDate> dates = drawn(usual, 6);
  const SlipLaw one = fit_slips(dates, {usual});
  std::reverse(dates.begin(), dates.end());
  const SlipLaw other = fit_slips(dates, {usual});
  EXPECT_NEAR(one.median, other.median, 1e-6);
  EXPECT_NEAR(one.spread, other.spread, 1e-6);
}

TEST(Slip, RefusesWhatItCannotLearnFrom) {
  std::vector<AnnouncedDate> dates = {{"a", 10, 5}, {"a", 20, 6}, {"b", 30, 7}, {"b", 30, 9}, {"c", 30, 0}};
  EXPECT_THROW(fit_slips(dates, {usual}), Error);  // four slip
  dates.push_back({"d", -1, 5});
  EXPECT_THROW(fit_slips(dates, {usual}), Error);
  SlipLaw none = usual;
  none.median = 0;
  EXPECT_THROW(slip(none, 100), Error);
}

}  // namespace
}  // namespace orrery::site
