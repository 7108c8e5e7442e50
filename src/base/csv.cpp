#include "base/csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/error.h"
#include "base/files.h"

namespace orrery {

int CsvTable::column(std::string_view wanted) const {
  for (std::size_t i = 0; i < header.size(); ++i)
    if (header[i] == wanted) return static_cast<int>(i);
  return -1;
}

const std::string& CsvTable::cell(std::size_t row, std::string_view name_of_column) const {
  static const std::string empty;
  const int i = column(name_of_column);
  return i < 0 ? empty : rows[row][static_cast<std::size_t>(i)];
}

double CsvTable::number(std::size_t row, std::string_view name_of_column, double fallback) const {
  const std::string& text = cell(row, name_of_column);
  if (text.empty()) return fallback;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size())
    throw Error({name, lines[row], 0}, std::string(name_of_column), "expected a number, found " + in_quotes(text),
                "write a plain number or leave the cell empty");
  if (!(std::abs(value) <= 1e15))
    throw Error({name, lines[row], 0}, std::string(name_of_column), in_quotes(text) + " is beyond what can be measured",
                "write a number of at most 1e15 or leave the cell empty");
  return value;
}

void CsvTable::require(const std::vector<std::string>& columns, const std::string& remedy) const {
  for (const std::string& wanted : columns) {
    const auto there = std::count(header.begin(), header.end(), wanted);
    if (there == 0) throw Error({name, 1, 0}, wanted, "is not a column of this file", remedy);
    if (there > 1) throw Error({name, 1, 0}, wanted, "is a column twice", "keep one of them");
  }
  if (rows.empty()) throw Error({name, 1, 0}, "", "has no rows", remedy);
}

CsvTable parse_csv(std::string_view text, const std::string& name) {
  CsvTable table;
  table.name = name;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::size_t at = 0;
  int line = 1;
  bool comment_or_header = false;
  while (at < text.size()) {
    const int first_line = line;
    std::vector<std::string> cells(1);
    bool in_quotes = false, ended = false;
    while (at < text.size() && !ended) {
      const char c = text[at++];
      if (in_quotes) {
        if (c == '"' && at < text.size() && text[at] == '"') {
          cells.back() += '"', ++at;
        } else if (c == '"') {
          in_quotes = false;
        } else {
          cells.back() += c;
          line += c == '\n';
        }
      } else if (c == '"') {
        in_quotes = true;
      } else if (c == ',') {
        cells.emplace_back();
      } else if (c == '\n') {
        ++line, ended = true;
      } else if (c != '\r') {
        cells.back() += c;
      }
    }
    if (in_quotes)
      throw Error({name, first_line, 0}, "", "a quote is opened and never closed",
                  "close it, or double it inside a cell");
    if (cells.size() == 1 && cells[0].empty()) continue;
    if (comment_or_header) {
      // A line that starts with '#' is the header only where the next line is as wide.
      comment_or_header = false;
      if (cells.size() == table.header.size()) {
        table.rows.push_back(std::move(cells));
        table.lines.push_back(first_line);
        continue;
      }
      table.header.clear();
    }
    if (table.header.empty()) {
      comment_or_header = cells[0].starts_with('#');
      table.header = std::move(cells);
      continue;
    }
    if (cells.size() > table.header.size())
      throw Error({name, first_line, 0}, "", "the row has more cells than the header", "quote cells that hold commas");
    cells.resize(table.header.size());
    table.rows.push_back(std::move(cells));
    table.lines.push_back(first_line);
  }
  return table;
}

CsvTable read_csv(const std::string& path) {
  return parse_csv(read_file(path, std::size_t{1} << 30), path);
}

std::string csv_field(const std::string& field) {
  if (field.find_first_of(",\"\n\r") == std::string::npos) return field;
  std::string out = "\"";
  for (char c : field) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace orrery
