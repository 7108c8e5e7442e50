// Published shares of time that large training jobs made progress, predicted from their own rates of interruption: the
// rows of measurements/goodput.csv.
#pragma once
#include "base/csv.h"
#include "validation/facts.h"
#include "validation/score.h"

namespace orrery::validation {

/// Predicts the goodput of every row, with the band of the catalog's uncertain figures. Throws Error for a missing
/// column, a cell that is no number, and a mechanism that the catalog has not, with the line.
Score validate_goodput(const CsvTable& table, const Facts& facts);

}  // namespace orrery::validation
