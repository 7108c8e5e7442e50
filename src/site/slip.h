// How far announced dates slip: not at all with some probability, else by a lognormal time that grows with how far
// ahead the date was announced (reference class forecasting; Flyvbjerg, "From Nobel Prize to project management",
// 2006), with a share of the spread that all dates of a site have in common.
#pragma once
#include <string>
#include <vector>

#include "base/distribution.h"

namespace orrery::site {

/// ln slip = ln median + exponent ln(lead / ahead) + a site's own part + the date's own part, where the date slips.
struct SlipLaw {
  double late = 1;         ///< share of dates that slip, above 0 to 1
  double median = 0;       ///< of those that do, announced `ahead` before; days, over 0
  double ahead = 180;      ///< days
  double exponent = 0.5;   ///< 0.5: revisions add up as the steps of a random walk do
  double site_spread = 0;  ///< standard deviation of the logarithm between sites
  double spread = 0;       ///< and between the dates of a site
};

/// The slip, in days, of a date announced `lead` days ahead, at least one. Throws Error for a law that is none.
Distribution slip(const SlipLaw& law, double lead);

/// A date that was announced once and again later.
struct AnnouncedDate {
  std::string site;
  double lead = 0;  ///< days from the first announcement to the date announced
  double slip = 0;  ///< days by which it moved; 0 or less: not late
};

/// A law and how many cases it is worth: the shares are pooled as counts (a beta prior), the variances as scaled
/// inverse chi-squared ones (Gelman et al., "Bayesian Data Analysis", 3rd ed., sections 2.4 and 3.2). Exponent and
/// `ahead` are taken as they are.
struct SlipPrior {
  SlipLaw law;
  double cases = 10;        ///< behind the share that is late
  double spread_cases = 4;  ///< behind each variance
};

/// Fits a law to dates of many sites: the share by counts, median and spreads by restricted maximum likelihood of the
/// one-way random-effects model (Searle, Casella and McCulloch, "Variance Components", 1992, section 3.8) under the
/// prior. Dates must be of those whose announcement was looked at again: one that nobody looked at says nothing of
/// slipping. Throws Error where fewer than five dates slip or a lead is below 0.
SlipLaw fit_slips(const std::vector<AnnouncedDate>& dates, const SlipPrior& prior);

}  // namespace orrery::site
