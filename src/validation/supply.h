// Accelerators made and bought by quarter, as Epoch AI counts them, predicted by what packaging lets through and by the
// market's sharing of it: the rows of measurements/supply.csv.
#pragma once
#include "base/csv.h"
#include "validation/facts.h"
#include "validation/score.h"

namespace orrery::validation {

/// Predicts three sorts of rows, each from nothing of its own quarter but what it says is given:
/// - families of NVIDIA's packages in a quarter (Hopper in 2024, Blackwell in 2025): TSMC's capacity between the ends
/// of
///   years in the catalog's packaging, NVIDIA's share of it, less the wafers of the other family, which are given
///   (silicon/shared_limits);
/// - what an owner got of a chip: the quarter's units, which are given, shared by contracts (silicon/market) that are
///   the owners' shares of the maker's accelerators in the four quarters before; beside it, by those of all quarters up
///   to the end of 2023;
/// - an owner's fleet of a maker: its first quarter, which is given, and the sum of the former.
/// Other rows of units made, incomplete quarters and chips with one owner are left out, and say why. Throws Error with
/// the line for a missing column and a cell that cannot be read.
Score validate_supply(const CsvTable& table, const Facts& facts);

}  // namespace orrery::validation
