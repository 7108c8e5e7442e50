// The tables of IRS Publication 946 and the declining-balance rule behind them.
#include "money/depreciation.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.h"

namespace orrery::money {

namespace {
// Table A-1, columns 5 and 15 years; table A-8, half-year rows of 5, 15 and 20 years.
constexpr double macrs_5[] = {0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576};
constexpr double macrs_15[] = {0.05,   0.095, 0.0855, 0.077, 0.0693, 0.0623, 0.059,  0.059,
                               0.0591, 0.059, 0.0591, 0.059, 0.0591, 0.059,  0.0591, 0.0295};
constexpr double straight_5[] = {0.1, 0.2, 0.2, 0.2, 0.2, 0.1};
constexpr double straight_15[] = {0.0333, 0.0667, 0.0667, 0.0667, 0.0667, 0.0667, 0.0667, 0.0666,
                                  0.0667, 0.0666, 0.0667, 0.0666, 0.0667, 0.0666, 0.0667, 0.0333};

template <std::size_t N>
constexpr std::array<double, N> half_year_straight_line() {
  std::array<double, N> shares{};
  for (double& share : shares) share = 1.0 / static_cast<double>(N - 1);
  shares.front() /= 2;
  shares.back() /= 2;
  return shares;
}
constexpr std::array<double, 21> straight_20 = half_year_straight_line<21>();
constexpr std::array<double, 40> straight_39 = half_year_straight_line<40>();
}  // namespace

std::string_view depreciation_class_name(DepreciationClass kind) {
  constexpr std::string_view names[] = {"macrs_5", "macrs_15", "sl_5", "sl_15", "sl_20", "sl_39", "custom"};
  return names[static_cast<std::size_t>(kind)];
}

std::span<const double> depreciation_table(DepreciationClass kind) {
  switch (kind) {
    case DepreciationClass::macrs_5:
      return macrs_5;
    case DepreciationClass::macrs_15:
      return macrs_15;
    case DepreciationClass::straight_5:
      return straight_5;
    case DepreciationClass::straight_15:
      return straight_15;
    case DepreciationClass::straight_20:
      return straight_20;
    case DepreciationClass::straight_39:
      return straight_39;
    case DepreciationClass::custom:
      break;
  }
  return {};
}

}  // namespace orrery::money
