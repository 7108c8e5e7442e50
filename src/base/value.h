// Amounts and distributions as they are written in TOML, the same in the catalog and in scenarios:
//   "35 MW"   100000   { p10 = "30 days", p50 = "45 days", p90 = "80 days" }   { low = 1, high = 2 }
//   { low = "1 MW", mode = "2 MW", high = "5 MW" }  (PERT; with distribution = "triangular" a triangle)
//   { mean = "1 MW", sd = "0.2 MW" }   { median = "1 MW", sigma = 0.3, zero = 0.2 }   { values = ["1 MW", "2 MW"] }
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/amount.h"
#include "base/distribution.h"
#include "base/document.h"

namespace orrery {

/// The keys that make a distribution; a table with any other key (save those in also_allowed) is refused by name.
const std::vector<std::string>& distribution_keys();

/// Reads an amount of the wanted dimension or a distribution of such amounts. key is the dotted path for messages.
/// A plain number is an amount only where wanted is a plain number or a pure count of accelerators or tokens.
/// Throws Error with the place of the value.
Distribution read_amount(const Node& node, Dimension wanted, const std::string& key,
                         const std::vector<std::string>& also_allowed = {});

/// Reads a value that must not be uncertain, such as a count or a horizon.
double read_constant(const Node& node, Dimension wanted, const std::string& key);

/// Refuses a value whose possible range reaches below low or above high (both in base units; infinities for none).
/// The range is that of Distribution::lowest and highest, which no draw leaves. unit as of describe. The limit that the
/// message names is one that is accepted when it is written as it is printed.
void check_range(const Distribution& value, Dimension dimension, double low, double high, const Place& place,
                 const std::string& key, std::string_view unit = {});

/// A distribution as a person writes it: "35 MW", "P10 30 days, P50 45 days, P90 80 days". unit, if given, is written
/// in place of the dimension's usual one.
std::string describe(const Distribution& value, Dimension dimension, std::string_view unit = {});

}  // namespace orrery
