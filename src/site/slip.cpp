#include "site/slip.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "base/error.h"

namespace orrery::site {
namespace {

constexpr size_t fewest_late = 5;

/// The dates of one site that slipped: how many, their mean logarithm at the reference lead, and the squares around it.
struct SiteSlips {
  double count = 0, mean = 0, squares = 0;
};

/// What a prior of a variance adds to twice the negative logarithm of the likelihood.
double penalty(double variance, double scale, double cases) {
  return (cases + 2) * std::log(variance) + cases * scale / variance;
}

}  // namespace

Distribution slip(const SlipLaw& law, double lead) {
  Distribution d{Distribution::Kind::lognormal, 0, std::hypot(law.site_spread, law.spread), 1 - law.late, {}};
  d.a = law.median * std::pow(std::max(lead, 1.0) / law.ahead, law.exponent);
  d.check();
  return d;
}

SlipLaw fit_slips(const std::vector<AnnouncedDate>& dates, const SlipPrior& prior) {
  SlipLaw law = prior.law;
  std::map<std::string, std::vector<double>> by_site;
  double late = 0;
  for (const AnnouncedDate& d : dates) {
    if (d.lead < 0) throw Error({}, "", "a date lies before its announcement", "leave it out");
    if (d.slip <= 0) continue;
    ++late;
    by_site[d.site].push_back(std::log(d.slip) - law.exponent * std::log(std::max(d.lead, 1.0) / law.ahead));
  }
  if (late < static_cast<double>(fewest_late))
    throw Error({}, "", "fewer than five announced dates slipped", "give more of them, or vintages further apart");
  law.late = (late + prior.cases * prior.law.late) / (static_cast<double>(dates.size()) + prior.cases);

  std::vector<SiteSlips> sites;
  for (const auto& [name, logarithms] : by_site) {
    SiteSlips s;
    s.count = static_cast<double>(logarithms.size());
    for (const double x : logarithms) s.mean += x / s.count;
    for (const double x : logarithms) s.squares += (x - s.mean) * (x - s.mean);
    sites.push_back(s);
  }
  double centre = 0;
  // Twice the negative logarithm of the restricted likelihood under the prior; leaves the mean in centre.
  const auto misfit = [&](double between, double within) {
    double weights = 0, sum = 0;
    for (const SiteSlips& s : sites) {
      const double weight = s.count / (within + s.count * between);
      weights += weight, sum += weight * s.mean;
    }
    centre = sum / weights;
    double total = std::log(weights);
    for (const SiteSlips& s : sites) {
      const double own = within + s.count * between, off = s.mean - centre;
      total += (s.count - 1) * std::log(within) + s.squares / within + std::log(own) + s.count * off * off / own;
    }
    const auto squared = [](double x) { return x * x; };
    return total + penalty(between, squared(prior.law.site_spread), prior.spread_cases) +
           penalty(within, squared(prior.law.spread), prior.spread_cases);
  };
  // Two smooth unknowns: a grid in the logarithms, made finer around the best.
  double between = 0, within = 0, width = 3;  // ln of the variances
  for (int round = 0; round < 40; ++round, width *= 0.7) {
    double best = std::numeric_limits<double>::infinity(), b = between, w = within;
    for (int i = -4; i <= 4; ++i)
      for (int j = -4; j <= 4; ++j) {
        const double x = between + width * i / 4, y = within + width * j / 4;
        if (const double m = misfit(std::exp(x), std::exp(y)); m < best) best = m, b = x, w = y;
      }
    between = b, within = w;
  }
  misfit(std::exp(between), std::exp(within));
  law.median = std::exp(centre);
  law.site_spread = std::exp(0.5 * between), law.spread = std::exp(0.5 * within);
  return law;
}

}  // namespace orrery::site
