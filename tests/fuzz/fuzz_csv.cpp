// Feeds any bytes to the reader of CSV. What it takes is a table whose rows are as wide as its header and whose cells
// are numbers or refused as such; what it refuses is refused by one orrery::Error of one line.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/csv.h"
#include "base/error.h"

namespace {

void one_line(const orrery::Error& error) {
  if (error.message().find('\n') != std::string::npos) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const orrery::CsvTable table = orrery::parse_csv(text, "fuzz.csv");
    if (table.lines.size() != table.rows.size()) __builtin_trap();
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
      if (table.rows[row].size() != table.header.size()) __builtin_trap();
      for (const std::string& column : table.header) try {
          if (!std::isfinite(table.number(row, column, 0))) __builtin_trap();
        } catch (const orrery::Error& error) {
          one_line(error);
        }
    }
    table.require(table.header, "give a table");
  } catch (const orrery::Error& error) {
    one_line(error);
  }
  return 0;
}
