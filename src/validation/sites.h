// Dated rows of sites beside the durations of site/duration: how well the dates of a site could have been foretold from
// the others. Leave one site out, learn from the rest, predict from what was known when its work began.
#pragma once
#include <string>
#include <vector>

#include "base/csv.h"
#include "base/date.h"
#include "validation/score.h"

namespace orrery::validation {

struct TimelineRow {
  Date date;
  double it_power = 0;  ///< W in operation
};

/// A site as its dated rows show it.
struct Timeline {
  std::string name, owner, country;  ///< owner and country "" when not known
  bool retrofit = false;             ///< an existing building or hall is converted
  std::vector<TimelineRow> rows;     ///< by date; rows without a power are left out
};

/// Reads timelines (columns Data center, Date, Construction status, IT power (MW)) and, from sites, owners and
/// countries (Name, Owner, Country; marks of confidence such as "#likely" dropped). A site is a retrofit when the
/// first sentence of its first status speaks of converting or renovating, or of an existing or former building. Throws
/// Error for a missing column, a date or a number that cannot be read.
std::vector<Timeline> read_timelines(const CsvTable& timelines, const CsvTable& sites);

/// Scores first capacity and half of the latest observed IT power of every site, each predicted by the other sites;
/// days from the site's first row. Rows after edition are projections and are not used. What is known at the start:
/// retrofit or not, the day work begins, the country, the owner; for the half also how much power that is. Rows come
/// first capacity first, then the halves, both in the order of timelines. Throws Error where too few sites can be
/// learned from.
Score validate_sites(const std::vector<Timeline>& timelines, Date edition);
/// The same from the two tables; an Error names the file of the timelines.
Score validate_sites(const CsvTable& timelines, const CsvTable& sites, Date edition);

}  // namespace orrery::validation
