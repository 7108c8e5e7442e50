// Dated rows of sites beside the durations of site/duration: how well the dates of a site could have been foretold from
// the others. Leave one site out, learn from the rest, predict from what was known when its work began.
#pragma once
#include <vector>

#include "base/csv.h"
#include "base/date.h"
#include "validation/score.h"
#include "validation/timelines.h"

namespace orrery::validation {

/// Scores, of every site, the days from its first row to its first capacity, to half of the latest observed IT power
/// and to 100 MW, each predicted by the other sites. Rows after edition are projections and are not used; nor are those
/// before it that nobody has seen (mark_projections), whose sites count as open when they were last looked at. What is
/// known at the start: retrofit or not, the day work begins, the country; for the half also how much power that is.
/// Errors have a spread of their own for retrofits. Groups beside, not counted in all: what the wait alone would guess
/// (", wait only": a share of the days from the start to the edition, with the mean and the spread of its logarithm
/// among the other sites that are done), and first capacity as it could have been foretold at the ends of three earlier
/// half years by the data of that day, given the wait ("forward from DATE"). CRPS is on ln days; of a site that is
/// open, up to its wait. Rows come first capacity first, then the halves, then 100 MW, in the order of timelines.
/// Throws Error where too few sites can be learned from.
Score validate_sites(std::vector<Timeline> timelines, Date edition);
/// The same from the two tables; an Error names the file of the timelines.
Score validate_sites(const CsvTable& timelines, const CsvTable& sites, Date edition);

}  // namespace orrery::validation
