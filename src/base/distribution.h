// Uncertain inputs: a distribution is a function from a probability to a value, so that one uniform number makes one
// draw, draws are monotone in it, and two runs with the same seed can be compared draw by draw.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace orrery {

/// The distributions an input may have. Parameters are in the base units of the amount they describe.
///   constant    a
///   uniform     a = low, b = high
///   triangular  a = low, b = mode, c = high
///   pert        a = low, b = mode, c = high: a beta on [a, c] with mean (a + 4b + c) / 6 (Malcolm et al. 1959)
///   normal      a = mean, b = standard deviation
///   lognormal   a = median, b = standard deviation of the logarithm; c = share of draws that are 0 instead of it
///   percentiles a = P10, b = P50, c = P90: two half normals that meet at the median, in the logarithm where all
///               three are positive (so that draws stay positive), else on the plain scale
///   empirical   values, sorted: the linear interpolation of their empirical quantiles (Hyndman and Fan 1996, type 7)
struct Distribution {
  enum class Kind { constant, uniform, triangular, pert, normal, lognormal, percentiles, empirical };
  Kind kind = Kind::constant;
  double a = 0, b = 0, c = 0;
  std::vector<double> values;

  static Distribution constant(double value) { return {Kind::constant, value, 0, 0, {}}; }
  bool is_constant() const { return kind == Kind::constant; }

  /// All draws times a factor above 0.
  Distribution scaled(double factor) const;
  /// All draws and what is given more; of a lognormal, scaled so that its median is. Positive percentiles stay so.
  /// Throws Error (without a place) for one with a share of zeros: what is on time is not late by so much.
  Distribution shifted(double by) const;
  /// All draws and what is given less, but not below 0: a duration that is cut. Of a lognormal as shifted; constant 0
  /// where nothing is left of its median.
  Distribution shortened(double by) const;

  /// The smallest and the largest value that is drawn: the bounds where there are some; the quantiles at 0.001 and
  /// 0.999 of a normal, a lognormal or one given by percentiles.
  double lowest() const;
  double highest() const;
  /// The draw for a uniform number: its quantile, within lowest and highest, so that no trial leaves the range that was
  /// checked when the input was read.
  double draw(double uniform) const;

  /// The value below which the share p of draws lies; 0 < p < 1.
  double quantile(double p) const;
  /// quantile(0.5): what stands for the input where there are no trials.
  double median() const { return kind == Kind::constant ? a : quantile(0.5); }

  /// Throws Error (without a place) when parameters do not make a distribution: low over high, a mode outside, a
  /// standard deviation below zero, P10 over P90, no values, a number that is not finite.
  void check() const;
};

/// Draws of one distribution, many of them: as Distribution::draw to within 1e-11 of its width, several times as fast
/// for a PERT, whose quantile is one step of Halley's method from a cubic through tabulated ones.
class Sampler {
 public:
  /// Of a PERT's beta at even probabilities.
  struct Table {
    double alpha = 0, beta = 0, log_norm = 0;
    std::vector<double> quantiles, slopes;
  };
  /// By the two shapes: samplers that are given the same tables make each but once.
  using Tables = std::map<std::pair<double, double>, std::shared_ptr<const Table>>;

  Sampler(const Distribution& distribution, Tables& tables);
  double draw(double uniform) const;

 private:
  const Distribution of_;
  std::shared_ptr<const Table> table_;  ///< null for what is no PERT
};

/// "pert", "p10/p50/p90", ...: the name a scenario uses for a kind.
std::string distribution_name(Distribution::Kind kind);

/// Quantile of the standard normal distribution (Wichura, Algorithm AS 241, 1988; relative accuracy 1e-15).
double normal_quantile(double p);
/// The standard normal distribution function, within (0, 1).
double normal_probability(double z);

/// Quantile of the beta distribution with shapes alpha, beta > 0: Newton steps, kept inside a shrinking bracket, on
/// the regularised incomplete beta function by its continued fraction (DLMF 8.17.22). Accurate to about 1e-12.
double beta_quantile(double p, double alpha, double beta);

}  // namespace orrery
