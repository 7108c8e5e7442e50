// A network, its bill of materials, collectives and traffic on it, as text and as JSON. The functions print
// nothing.
#pragma once
#include <string>

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

}  // namespace orrery::report
