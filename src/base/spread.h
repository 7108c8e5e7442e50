// What many draws of one number come to: quantiles, the spread from P10 to P90, rank correlation, and errors in short.
#pragma once
#include <vector>

namespace orrery {

/// P10, P50 and P90 of a number, in the unit of the number (base units, or days since a start for a date); infinite
/// where it never comes to pass. All three are the same where there was one draw only.
struct Spread {
  double p10 = 0, p50 = 0, p90 = 0;
};

/// The p-quantile of values, 0 <= p <= 1 (Hyndman and Fan, "Sample quantiles in statistical packages", 1996, type 7).
/// Infinite where it falls among infinities or between a number and one; NaN of no values. Values are not NaN.
double quantile(std::vector<double> values, double p);
/// The same of values in rising order.
double sorted_quantile(const std::vector<double>& sorted, double p);

/// The quantiles at 0.1, 0.5 and 0.9, as quantile gives them.
Spread spread_of(std::vector<double> values);

/// The rank of each value, from 0; ties share their mean rank.
std::vector<double> ranks(const std::vector<double>& values);

/// The correlation of two lists of ranks, each as ranks gives them and as long (Spearman's rank correlation); 0 when
/// either does not vary.
double correlation_of_ranks(const std::vector<double>& a, const std::vector<double>& b);

/// Relative errors in short: median, mean and 90th percentile of their absolute values, and the median of the signed
/// ones. All 0 where there are none.
struct ErrorSummary {
  double median = 0, mean = 0, p90 = 0, bias = 0;
};
/// errors: predicted over measured, less 1.
ErrorSummary summary_of_errors(std::vector<double> errors);

}  // namespace orrery
