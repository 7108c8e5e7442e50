// The score of site predictions as text and JSON: rows and a summary by group, as every `orrery validate` prints them.
#pragma once
#include <string>
#include <vector>

#include "site/timeline.h"

namespace orrery::report {

/// Bars of the design: the median error and the share of outcomes inside P10 to P90.
inline constexpr double site_error_bar = 0.20, site_inside_low = 0.70, site_inside_high = 0.90;

/// Errors of a group of scored rows.
struct SiteGroup {
  std::string name;
  int rows = 0, predicted = 0;
  double median_abs_error = 0, p90_abs_error = 0, inside = 0;
};
/// All rows first, then by milestone, kind and owners with five scored rows or more.
std::vector<SiteGroup> site_groups(const std::vector<site::SiteScore>& scores);

std::string site_validation_text(const std::vector<site::SiteScore>& scores);
/// { rows: [{id, milestone, measured, predicted, p10, p90, error, inside | skipped}], summary: {...} }; days.
std::string site_validation_json(const std::vector<site::SiteScore>& scores);

}  // namespace orrery::report
