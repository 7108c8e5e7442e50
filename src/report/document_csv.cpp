// Tables of documents as CSV files.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/csv.h"
#include "report/document.h"

namespace orrery::report {
namespace {

using namespace study;

/// A finite number as JSON writes it: the shortest text that reads back as the same number; else nothing.
std::string number(double x) {
  return std::isfinite(x) ? fmt::format("{}", x) : "";
}

/// The fields of a cell: one, or three of a spread.
void put(std::string& out, const Cell& cell, bool spread) {
  if (spread) {
    const Spread* s = std::get_if<Spread>(&cell.value);
    out += s ? number(s->p10) + ',' + number(s->p50) + ',' + number(s->p90) : ",,";
    return;
  }
  if (const auto* x = std::get_if<double>(&cell.value)) out += number(*x);
  if (const auto* x = std::get_if<Amount>(&cell.value)) out += number(x->value);
  if (const auto* x = std::get_if<bool>(&cell.value)) out += *x ? "true" : "false";
  if (const auto* x = std::get_if<Date>(&cell.value)) out += x->text();
  if (const auto* x = std::get_if<std::string>(&cell.value)) out += csv_field(*x);
}

bool is_flat(const Cell& cell) {
  return !std::holds_alternative<std::vector<Cell>>(cell.value) &&
         !std::holds_alternative<std::shared_ptr<const Table>>(cell.value);
}

std::string table_csv(const Table& table) {
  struct Field {
    size_t column;
    bool spread;
  };
  std::vector<Field> fields;
  std::string out;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    std::string key = table.columns[c].key;
    if (key.empty() ||
        !std::all_of(table.rows.begin(), table.rows.end(), [&](const auto& row) { return is_flat(row[c]); }))
      continue;
    std::replace(key.begin(), key.end(), '/', '_');
    const bool spread = std::any_of(table.rows.begin(), table.rows.end(),
                                    [&](const auto& row) { return std::holds_alternative<Spread>(row[c].value); });
    if (!fields.empty()) out += ',';
    out += spread ? csv_field(key + "_p10") + ',' + csv_field(key + "_p50") + ',' + csv_field(key + "_p90")
                  : csv_field(key);
    fields.push_back({c, spread});
  }
  out += '\n';
  for (const std::vector<Cell>& row : table.rows) {
    for (size_t i = 0; i < fields.size(); ++i) {
      if (i) out += ',';
      put(out, row[fields[i].column], fields[i].spread);
    }
    out += '\n';
  }
  return out;
}

}  // namespace

std::map<std::string, std::string> csv_of(const Document& document) {
  std::map<std::string, std::string> files;
  for (const Block& block : document.blocks) {
    const auto* table = std::get_if<Table>(&block);
    if (!table || table->key.empty() || table->file == "-") continue;
    std::string name = table->file.empty() ? table->key : table->file;
    std::replace(name.begin(), name.end(), '/', '-');
    files[name + ".csv"] = table_csv(*table);
  }
  return files;
}

}  // namespace orrery::report
