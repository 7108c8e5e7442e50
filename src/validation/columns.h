// What the cells of measured tables may hold: every column that a prediction stands on, with the range in which its
// numbers make sense. A table is checked as it is read, so that no prediction is held against a number that is none.
#pragma once
#include <cstddef>
#include <string>

#include "base/csv.h"

namespace orrery::validation {

/// Reads a measured table. Throws Error as read_csv does; for a column that stands twice; and, with line and column,
/// for a number out of its column's range or a broken count, a blank row, and more than 100,000 rows. Empty cells, and
/// cells that are no numbers, are left to whoever asks for them.
CsvTable read_measured(const std::string& path);

/// The number that stands in free text from a place on, as sizes are printed; 0 where there is none, or one that is no
/// size: below 0, beyond 1e12, not finite.
double size_at(const std::string& text, std::size_t at);

}  // namespace orrery::validation
