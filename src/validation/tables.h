// The measured tables that predictions are scored on: the one list that `orrery validate`, the tests of the accuracy
// bars and measurements/README.md go by.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "validation/facts.h"
#include "validation/score.h"

namespace orrery::validation {

/// One table: what it measures and how its rows are predicted.
struct Table {
  std::string_view name;     ///< as `orrery validate NAME` calls it
  std::string_view meaning;  ///< what was measured, one line
  std::string_view unit;     ///< of measured and predicted values
  std::string_view place;    ///< file or folder below measurements/; empty where the table does not ship
  std::string_view origin;   ///< where a table that does not ship is found, and why it does not
  std::size_t listed = 0;    ///< labels of a row that text lists with its values; 0: text lists no rows
  Score (*predict)(const std::string& path, const Facts& facts);
};

/// All tables, in the order of the commands they belong to.
std::span<const Table> tables();

/// Predicts and scores a table from the file or folder at path. Throws Error for a missing file or column and for a
/// cell that cannot be read, with the line.
Score validate(const Table& table, const std::string& path, const Facts& facts);

}  // namespace orrery::validation
