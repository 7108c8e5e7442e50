#include "money/project/break_even.h"

#include <cmath>

namespace orrery::money {

std::optional<double> price_for_no_value(const SingleOwner& project, SingleOwnerWorkspace& workspace) {
  const double given = project.price.values[0];
  if (project.price.solve || !(given > 0)) return std::nullopt;
  SingleOwner scaled = project;
  const auto value_at = [&](double factor) {
    for (std::size_t i = 0; i < scaled.price.values.size(); ++i)
      scaled.price.values[i] = factor * project.price.values[i];
    return run(scaled, workspace).npv;
  };
  // low is worth less than nothing, high more.
  double low = 0, high = 1, low_value = value_at(low), high_value = value_at(high);
  if (low_value >= 0) return std::nullopt;
  for (; high_value < 0; high *= 2, high_value = value_at(high)) {
    if (high > 1e6) return std::nullopt;
    low = high, low_value = high_value;
  }
  const double close_enough = 1e-10 * project.installed_cost;
  int side = 0;  // which end the last step moved
  for (int i = 0; i < 200; ++i) {
    const double factor = (low * high_value - high * low_value) / (high_value - low_value), value = value_at(factor);
    if (std::abs(value) <= close_enough) return factor * given;
    if (value < 0) {
      low = factor, low_value = value;
      if (side < 0) high_value /= 2;
      side = -1;
    } else {
      high = factor, high_value = value;
      if (side > 0) low_value /= 2;
      side = 1;
    }
  }
  return high * given;
}

}  // namespace orrery::money
