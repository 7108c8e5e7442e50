// Tax depreciation: the half-year-convention tables of MACRS and of straight line, and the bases they run on.
// IRS Publication 946, tables A-1 (MACRS) and A-8 (straight line); the 39-year row runs half a year at each end.
#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace orrery::money {

enum class DepreciationClass { macrs_5, macrs_15, straight_5, straight_15, straight_20, straight_39, custom };
inline constexpr std::size_t depreciation_classes = 7;

/// "macrs_5", "sl_39", "custom": SAM's names.
std::string_view depreciation_class_name(DepreciationClass kind);

/// The share of the basis written off in each year of service, year 1 first; empty for custom. Sums to 1.
std::span<const double> depreciation_table(DepreciationClass kind);

/// A number for every depreciation class.
using ByClass = std::array<double, depreciation_classes>;

/// How the bases of one jurisdiction (federal or state) came about, in dollars; SAM's depreciation and ITC table.
struct DepreciationBasis {
  ByClass share{};  ///< share of the grant reductions the class bears, 0..1
  ByClass ibi_reduction{}, cbi_reduction{}, before_credit{};
  ByClass qualifying{};                                          ///< ITC basis of this jurisdiction's credit
  ByClass qualifying_share{};                                    ///< of the total, 0..1
  ByClass credit_percent{}, credit_amount{};                     ///< its credit, split by qualifying share
  ByClass disallowed_percent{}, disallowed_amount{};             ///< half of it, which may leave the basis
  ByClass state_credit_reduction{}, federal_credit_reduction{};  ///< what the credits took off this basis
  ByClass after_credit{}, first_year_bonus{}, basis{};
  double ibi_total = 0, cbi_total = 0, qualifying_total = 0, credit_percent_total = 0, credit_amount_total = 0;
};

}  // namespace orrery::money
