// Documents for people.
#include <fmt/format.h>

#include <cmath>

#include "base/table.h"
#include "base/units.h"
#include "report/document.h"
#include "report/figure_lines.h"

namespace orrery::report {
namespace {

using namespace study;

/// What has no number: more than any is never reached.
std::string no_number(double value) {
  return value > 0 ? "never" : "-";
}

std::string number_text(const Column& column, double value) {
  if (!std::isfinite(value)) return no_number(value);
  const double x = value / column.scale;
  switch (column.as) {
    case As::text:
    case As::fixed: {
      if (std::fabs(x) >= 1e15) return fmt::format("{:.3g}", x);  // its last digits say nothing
      std::string s = fmt::format("{:.{}f}", x, column.digits);
      return s.find_first_not_of("-0.") == std::string::npos && s.front() == '-' ? s.substr(1) : s;
    }
    case As::count: {
      const double unit = std::pow(10.0, -column.digits);
      return format_count(column.digits < 0 ? std::round(x / unit) * unit : x);
    }
    case As::percent:
      return std::fabs(x) >= 1e13 ? fmt::format("{:.3g} %", 100 * x) : fmt::format("{:.{}f} %", 100 * x, column.digits);
    case As::amount:
      return format_amount(x, column.dimension);
  }
  return "";
}

std::string cell_text(const Column& column, const Cell& cell, bool trials) {
  if (cell.text) return *cell.text;
  auto number = [&](double x) { return number_text(column, x); };
  struct Write {
    const Column& column;
    bool trials;
    decltype(number)& write;
    std::string operator()(std::monostate) const { return ""; }
    std::string operator()(bool x) const { return x ? "yes" : "no"; }
    std::string operator()(double x) const { return write(x); }
    std::string operator()(const std::string& x) const { return x; }
    std::string operator()(Date x) const { return x.text(); }
    std::string operator()(const Amount& x) const {
      return std::isfinite(x.value) ? format_amount(x.value, x.dimension) : no_number(x.value);
    }
    std::string operator()(const Spread& x) const {
      return trials ? fmt::format("{} ({} to {})", write(x.p50), write(x.p10), write(x.p90)) : write(x.p50);
    }
    std::string operator()(const std::vector<Cell>& list) const {
      std::string out;
      for (const Cell& item : list) out += (out.empty() ? "" : ", ") + cell_text(column, item, trials);
      return out;
    }
    std::string operator()(const std::shared_ptr<const Table>&) const { return ""; }
  };
  return std::visit(Write{column, trials, number}, cell.value);
}

bool shown(InText when, Detail detail) {
  switch (when) {
    case InText::always:
      return true;
    case InText::longer:
      return detail != Detail::brief;
    case InText::usual:
      return detail == Detail::usual;
    case InText::explained:
      return detail == Detail::explained;
    case InText::never:
      return false;
  }
  return false;
}

/// Columns of a terminal that a report keeps to unless it explains.
constexpr std::size_t line_width = 120;

std::string table_text(const Table& table, bool trials, std::size_t most) {
  if (table.rows.empty()) return table.when_empty;
  TextTable out;
  std::vector<size_t> columns;
  bool headed = false;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    const Column& column = table.columns[c];
    if (column.heading.empty() && !column.key.empty()) continue;  // of data alone
    columns.push_back(c);
    headed = headed || !column.heading.empty();
    out.header.push_back(column.heading);
    out.right_aligned.push_back(column.as != As::text);
  }
  if (columns.empty()) return "";
  if (!headed) out.header.clear();
  for (const std::vector<Cell>& row : table.rows) {
    std::vector<std::string> cells;
    for (const size_t c : columns) cells.push_back(cell_text(table.columns[c], row[c], trials));
    out.rows.push_back(std::move(cells));
  }
  return out.text(table.indent, most);
}

}  // namespace

std::string text_of(const Document& document, Detail detail, std::size_t columns) {
  const std::size_t most = detail == Detail::explained ? 0 : line_width;
  const bool trials = document.trials > 0;
  std::string out, prose;  // paragraphs in a row are one text
  TextTable lines;         // scalars in a row become one table
  auto flush = [&] {
    out += most > 0 ? wrapped(prose, most) : prose;
    prose.clear();
    if (!lines.rows.empty()) out += lines.text(2, most);
    lines.rows.clear();
  };
  std::string figures = columns > 0 && detail != Detail::explained ? figure_lines(document, columns) : "";
  if (!figures.empty()) figures.insert(0, 1, '\n');
  for (const Block& block : document.blocks) {
    if (const auto* scalar = std::get_if<Scalar>(&block)) {
      if (scalar->column.heading.empty()) continue;
      if (!prose.empty()) flush();
      lines.rows.push_back({scalar->column.heading, cell_text(scalar->column, scalar->cell, trials)});
      continue;
    }
    if (const auto* table = std::get_if<Table>(&block)) {
      if (!shown(table->in_text, detail)) continue;
      const std::string body = table_text(*table, trials, most);
      if (body.empty()) continue;
      flush();
      out += figures, figures.clear();
      if (!table->heading.empty()) out += "\n" + table->heading + "\n";
      out += body;
      continue;
    }
    const auto& paragraph = std::get<Paragraph>(block);
    if (!shown(paragraph.in_text, detail)) continue;
    if (!lines.rows.empty()) flush();
    prose += paragraph.text;
  }
  flush();
  return out + figures;
}

}  // namespace orrery::report
