// Comma-separated values as RFC 4180 writes them, in with a header, and out: measured data comes in this form.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

/// A table of texts. Lines that start with '#' are comments before the header, unless the next line is as wide; a byte
/// order mark is skipped.
struct CsvTable {
  std::string name;
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;  ///< every row as wide as the header
  std::vector<int> lines;                      ///< line each row starts on, from 1

  /// Column of a name; -1 when there is none.
  int column(std::string_view name) const;
  /// The cell under a name; empty when there is no such column.
  const std::string& cell(std::size_t row, std::string_view column) const;
  /// The cell as a number, fallback when it is empty or there is no such column. Throws Error with the line otherwise,
  /// or when it is not finite or beyond 1e15 either way.
  double number(std::size_t row, std::string_view column, double fallback) const;
  /// Throws Error for a column that is missing or stands twice, and for a table without rows; remedy says what to give.
  void require(const std::vector<std::string>& columns, const std::string& remedy) const;
};

/// Parses CSV text; name stands for the file in messages. Throws Error for a quote that does not end, and for a row
/// that is wider than the header; shorter rows are filled with empty cells.
CsvTable parse_csv(std::string_view text, const std::string& name);
/// Reads and parses a file of up to 1 GiB.
CsvTable read_csv(const std::string& path);

/// A field of a CSV file, quoted where RFC 4180 asks for it.
std::string csv_field(const std::string& field);

}  // namespace orrery
