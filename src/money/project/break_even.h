// The price at which a project is worth nothing: where its net present value after tax is nought.
#pragma once
#include <optional>

#include "money/project/single_owner.h"

namespace orrery::money {

/// The project's price of year 1, $ per unit sold, at which its NPV after tax is nought when all its prices, by year or
/// growing, are scaled alike; debt sized by coverage and taxes follow. Regula falsi with the Illinois rule (Dowell and
/// Jarratt, BIT 11, 1971) between two prices that enclose it, to a ten-billionth of the installed cost. Nothing where
/// no price up to a million times the given one does, where none need be above nought, or where the price is not given.
/// The project must have passed check().
std::optional<double> price_for_no_value(const SingleOwner& project, SingleOwnerWorkspace& workspace);

}  // namespace orrery::money
