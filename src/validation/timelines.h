// Dated rows of sites as their editions print them: reading, what was seen and what is a projection, and the editions
// (vintages) that lie in one folder.
#pragma once
#include <string>
#include <vector>

#include "base/csv.h"
#include "base/date.h"

namespace orrery::validation {

struct TimelineRow {
  Date date;
  double it_power = -1;        ///< W in operation; below 0: not printed
  double facility_power = -1;  ///< W
  double buildings = -1;       ///< in operation
  std::string status = {};     ///< in lower case, without addresses
  bool projected = false;      ///< dated before the edition, but not seen: see mark_projections
};

/// A site as its dated rows show it.
struct Timeline {
  std::string name, owner, country;  ///< owner and country "" when not known
  bool retrofit = false;             ///< an existing building or hall is converted
  std::vector<TimelineRow> rows;     ///< by date; rows without a power are left out
};

/// Reads timelines (columns Data center, Date, Construction status, one of IT power (MW) and Power (MW), Buildings
/// operational where there is one; dates as 2025-12-08 or 12/8/2025) and, from sites, owners and countries (Name or
/// Title, Owner, Country; marks of confidence such as "#likely" dropped; where there is a Handle, timelines go by it).
/// A site is a retrofit when the first sentence of its first status speaks of converting or renovating, or of an
/// existing or former building, or that of its second of retrofitting. Throws Error for a missing column, a date or a
/// number that cannot be read.
std::vector<Timeline> read_timelines(const CsvTable& timelines, const CsvTable& sites);

/// Marks the rows of an edition that nobody has seen come true: the last by its day, as long as each adds power, lies
/// in the half year before (an edition looks at every site twice a year or so), and has a status that calls it an
/// estimate or names nothing that was seen, shown or reported.
void mark_projections(Timeline& timeline, Date edition);

/// One edition of the timelines.
struct Vintage {
  Date edition;
  std::string file;   ///< of the timelines
  std::string sites;  ///< of the sites' owners and countries; it may be missing
  std::vector<Timeline> timelines;
};

/// The editions in a folder, by date: files DATE_data_center_timelines.csv, DATE_data_centers.csv, or the two without
/// DATE_ in a folder DATE. DATE is a day, "2025-12-08", or a month, "dec2025", whose last day counts. Without a date
/// the two are those of `edition`; a folder may lack them. The sites' table may be missing. Throws Error for a file
/// that cannot be read, a name that says no day, two editions of one day, or where there is none.
std::vector<Vintage> read_vintages(const std::string& folder, Date edition);

}  // namespace orrery::validation
