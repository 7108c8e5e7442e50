#include "base/csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <deque>

#include "base/error.h"
#include "base/files.h"

namespace orrery {

int CsvTable::column(std::string_view wanted) const {
  for (std::size_t i = 0; i < header.size(); ++i)
    if (header[i] == wanted) return static_cast<int>(i);
  return -1;
}

std::string_view CsvTable::at(std::size_t row, std::size_t column) const {
  const std::size_t i = row * header.size() + column, from = i > 0 ? ends_[i - 1] : 0;
  return std::string_view(text_).substr(from, ends_[i] - from);
}

std::string CsvTable::cell(std::size_t row, std::string_view name_of_column) const {
  const int i = column(name_of_column);
  return i < 0 ? std::string() : std::string(at(row, static_cast<std::size_t>(i)));
}

void CsvTable::reserve(std::size_t rows, std::size_t bytes) {
  text_.reserve(bytes), ends_.reserve(rows * header.size()), lines_.reserve(rows);
}

void CsvTable::add(const std::vector<std::string_view>& cells, int line) {
  for (const std::string_view cell : cells) {
    text_ += cell;
    ends_.push_back(static_cast<std::uint32_t>(text_.size()));
  }
  lines_.push_back(line);
}

double CsvTable::number(std::size_t row, std::string_view name_of_column, double fallback) const {
  const std::string text = cell(row, name_of_column);
  if (text.empty()) return fallback;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size())
    throw Error({name, line(row), 0}, std::string(name_of_column), "expected a number, found " + in_quotes(text),
                "write a plain number or leave the cell empty");
  if (!(std::abs(value) <= 1e15))
    throw Error({name, line(row), 0}, std::string(name_of_column), in_quotes(text) + " is beyond what can be measured",
                "write a number of at most 1e15 or leave the cell empty");
  return value;
}

void CsvTable::require(const std::vector<std::string>& columns, const std::string& remedy) const {
  for (const std::string& wanted : columns) {
    const auto there = std::count(header.begin(), header.end(), wanted);
    if (there == 0) throw Error({name, 1, 0}, wanted, "is not a column of this file", remedy);
    if (there > 1) throw Error({name, 1, 0}, wanted, "is a column twice", "keep one of them");
  }
  if (empty()) throw Error({name, 1, 0}, "", "has no rows", remedy);
}

namespace {

/// One row after the other of a text.
class Rows {
 public:
  Rows(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  int line() const { return first_line_; }  ///< that the row starts on
  const std::vector<std::string_view>& cells() const { return cells_; }

  /// Reads the next row that is not blank; false when there is none. A line that starts with '#' may be a comment where
  /// those are expected, with quotes that are none.
  bool next(bool comments) {
    comments_ = comments;
    do {
      if (at_ == text_.size()) return false;
      read();
    } while (cells_.size() == 1 && cells_[0].empty() && !quoted_);
    return true;
  }

 private:
  [[noreturn]] void refuse(const std::string& problem, const std::string& remedy) const {
    throw Error({name_, first_line_, 0}, "", problem, remedy);
  }

  /// Whether a carriage return stands there that belongs to a line's end.
  bool ends_line(std::size_t at) const {
    return at < text_.size() && text_[at] == '\r' && (at + 1 == text_.size() || text_[at + 1] == '\n');
  }

  void read() {
    first_line_ = line_;
    cells_.clear(), unquoted_.clear();
    quoted_ = false, comment_ = comments_ && text_[at_] == '#';
    for (bool ended = false; !ended;) {
      if (cells_.size() == most_columns)
        refuse("the row has more than " + std::to_string(most_columns) + " cells", "give a table with fewer columns");
      cells_.push_back(!comment_ && at_ < text_.size() && text_[at_] == '"' ? quoted_cell() : plain_cell());
      if (ends_line(at_)) ++at_;
      ended = at_ == text_.size() || text_[at_] == '\n';
      if (at_ < text_.size()) line_ += text_[at_++] == '\n';
    }
  }

  std::string_view plain_cell() {
    const std::size_t from = at_;
    at_ = std::min(text_.find_first_of(comment_ ? ",\n" : ",\n\"", at_), text_.size());
    if (at_ < text_.size() && text_[at_] == '"')
      refuse("a quote stands within a cell", "put the whole cell between quotes and double those inside");
    if (at_ > from && ends_line(at_ - 1)) --at_;
    return text_.substr(from, at_ - from);
  }

  std::string_view quoted_cell() {
    quoted_ = true;
    const std::size_t from = ++at_;
    std::string* doubled = nullptr;  // where the cell holds quotes
    for (std::size_t done = from;; at_ += 2) {
      const std::size_t quote = text_.find('"', at_);
      if (quote == std::string_view::npos)
        refuse("a quote is opened and never closed", "close it, or double it inside a cell");
      line_ += static_cast<int>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                                           text_.begin() + static_cast<std::ptrdiff_t>(quote), '\n'));
      at_ = quote;
      const bool twice = quote + 1 < text_.size() && text_[quote + 1] == '"';
      if (twice && !doubled) doubled = &unquoted_.emplace_back();
      if (doubled) *doubled += text_.substr(done, quote + twice - done);
      done = quote + 2;
      if (twice) continue;
      ++at_;
      if (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n' && !ends_line(at_))
        refuse("text stands behind a closed quote", "put the whole cell between quotes and double those inside");
      return doubled ? std::string_view(*doubled) : text_.substr(from, quote - from);
    }
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t at_ = 0;
  int line_ = 1, first_line_ = 1;
  bool comments_ = false, comment_ = false;
  bool quoted_ = false;  ///< whether a cell of the row was
  std::vector<std::string_view> cells_;
  std::deque<std::string> unquoted_;  ///< cells that held quotes
};

}  // namespace

CsvTable parse_csv(std::string_view text, const std::string& name) {
  CsvTable table;
  table.name = name;
  if (text.size() > largest_csv)
    throw Error({name}, "", "is larger than " + std::to_string(largest_csv >> 20) + " MiB", "split the table");
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  bool comment_or_header = false;
  Rows rows(text, name);
  while (rows.next(table.header.empty())) {
    const std::vector<std::string_view>& cells = rows.cells();
    if (comment_or_header) {
      // A line that starts with '#' is the header only where the next line is as wide.
      comment_or_header = false;
      if (cells.size() != table.header.size()) table.header.clear();
    }
    if (table.header.empty()) {
      comment_or_header = cells[0].starts_with('#');
      table.header.assign(cells.begin(), cells.end());
      continue;
    }
    if (cells.size() > table.header.size())
      throw Error({name, rows.line(), 0}, "", "the row has more cells than the header", "quote cells that hold commas");
    if (cells.size() < table.header.size())
      throw Error(
          {name, rows.line(), 0}, "",
          "the row has " + std::to_string(cells.size()) + " cells, the header " + std::to_string(table.header.size()),
          "complete the row; a cell may be empty");
    if (table.empty()) {
      // A cell takes a byte or more, and so does the end of a line.
      const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
      table.reserve(std::min(lines, text.size() / cells.size() + 1), text.size());
    }
    table.add(cells, rows.line());
  }
  return table;
}

CsvTable read_csv(const std::string& path) {
  return parse_csv(read_file(path, largest_csv), path);
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
