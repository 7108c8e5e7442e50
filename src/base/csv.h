// Comma-separated values as RFC 4180 writes them, in with a header, and out: measured data comes in this form.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

/// A table of texts, kept as one text with the end of each cell. Lines that start with '#' are comments before the
/// header, unless the next line is as wide; a byte order mark is skipped.
class CsvTable {
 public:
  std::string name;  ///< stands for the file in messages
  std::vector<std::string> header;

  std::size_t size() const { return lines_.size(); }  ///< rows, each as wide as the header
  bool empty() const { return lines_.empty(); }
  int line(std::size_t row) const { return lines_[row]; }  ///< that a row starts on, from 1

  /// Column of a name; -1 when there is none.
  int column(std::string_view name) const;
  /// The cell of a column; and that under a name, empty when there is no such column.
  std::string_view at(std::size_t row, std::size_t column) const;
  std::string cell(std::size_t row, std::string_view column) const;
  /// The cell as a number, fallback when it is empty or there is no such column. Throws Error with the line otherwise,
  /// or when it is not finite or beyond 1e15 either way.
  double number(std::size_t row, std::string_view column, double fallback) const;
  /// Throws Error for a column that is missing or stands twice, and for a table without rows; remedy says what to give.
  void require(const std::vector<std::string>& columns, const std::string& remedy) const;

  /// Room for so many rows, in one step, with cells of so many bytes.
  void reserve(std::size_t rows, std::size_t bytes);
  /// Adds a row of as many cells as the header has.
  void add(const std::vector<std::string_view>& cells, int line);

 private:
  std::string text_;                 ///< all cells without what divides them
  std::vector<std::uint32_t> ends_;  ///< [row x columns + column] in text_
  std::vector<int> lines_;
};

/// Bytes of the largest CSV file that is read, and the columns it may have.
inline constexpr std::size_t largest_csv = std::size_t{32} << 20, most_columns = 1000;

/// Parses CSV text; name stands for the file in messages. Throws Error with the line for a quote that does not end or
/// stands within a cell, for text behind one that ended, for a row that is wider or narrower than the header, and for a
/// table that is too large.
CsvTable parse_csv(std::string_view text, const std::string& name);
/// Reads and parses a file of up to 32 MiB.
CsvTable read_csv(const std::string& path);

/// A field of a CSV file, quoted where RFC 4180 asks for it.
std::string csv_field(const std::string& field);

}  // namespace orrery
