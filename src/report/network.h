// A network, its bill of materials, collectives and traffic on it, as text and as JSON; measured collectives beside the
// model's. The functions print nothing.
#pragma once
#include <string>

#include "machine/network/measured.h"
#include "machine/network/study.h"

namespace orrery::report {

/// What was asked, in tables; a tree's tiers as a picture of one line each.
std::string network_text(const network::Study& study);
/// Two networks point by point.
std::string network_comparison_text(const network::Study& a, const network::Study& b);

/// {"name", "hosts", "links", "failed_links", "tiers": [...], "bill": {...}, "collective": {...}, "traffic": {...}};
/// base units (B/s, $, W, s). against: a list of both.
std::string network_json(const network::Study& study);
std::string network_comparison_json(const network::Study& a, const network::Study& b);

/// The lines of the bill as CSV: item, place, count, price, cost, power.
std::string bill_csv(const network::Bill& bill);

/// The errors by group, below and above 1 MiB.
std::string collectives_text(const network::CollectiveValidation& validation);
/// {"rows": [{"id", "group", "measured", "predicted", "error"} or {"id", "group", "skipped"}], "summary": {"rows",
/// "predicted", "median_abs_error", "mean_abs_error", "p90_abs_error", "groups": {name: the same}, "skipped": {reason:
/// n}}}, the shape of every `orrery validate`; times in seconds.
std::string collectives_json(const network::CollectiveValidation& validation);

}  // namespace orrery::report
