// Dated rows of sites, and how well the dates of a site could have been foretold from the others: leave one site out,
// learn from the rest, predict from what was known when its work began.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/csv.h"
#include "base/date.h"
#include "site/duration.h"

namespace orrery::site {

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
/// first sentence of its first status speaks of converting or renovating, or of an existing or former building. Throws Error for a missing column,
/// a date or a number that cannot be read.
std::vector<Timeline> read_timelines(const CsvTable& timelines, const CsvTable& sites);

/// One date of one site: predicted by the others, or the reason why not. Days from the site's first row.
struct SiteScore {
  std::string site, milestone;  ///< "first capacity" or "half of 340 MW"
  std::string kind, owner;
  std::optional<double> measured;  ///< none when the site was not there by the day of the edition
  std::optional<DurationSpread> predicted;
  std::string skipped;  ///< why there is no score; "" where there is one
  double waited = 0;    ///< days from the first row to the edition

  double error() const { return predicted->p50 / *measured - 1; }
  bool inside() const { return *measured >= predicted->p10 && *measured <= predicted->p90; }
};

/// Scores first capacity and half of the latest observed IT power of every site. Rows after edition are projections and
/// are not used. What is known at the start: retrofit or not, the day work begins, the country, the owner; for the half
/// also how much power that is.
std::vector<SiteScore> score_timelines(const std::vector<Timeline>& timelines, Date edition);

}  // namespace orrery::site
