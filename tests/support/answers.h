// Studies asked as text inside a test, and what their documents hold.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "study/kind.h"
#include "support/facts.h"

namespace orrery::study {

inline Answer answer_of_text(const std::string& text, const std::string& name, const Sampling& sampling = {},
                             const std::vector<std::string>& overrides = {}, std::span<const Kind> of = kinds()) {
  return answer(scenario::parse_scenario(text, name, overrides, forms_of(of)), facts(), of, sampling);
}

/// The numbers of a document that stand alone, by key.
inline std::map<std::string, double> scalars_of(const Document& document) {
  std::map<std::string, double> scalars;
  for (const Block& block : document.blocks)
    if (const auto* scalar = std::get_if<Scalar>(&block))
      if (const auto* value = std::get_if<double>(&scalar->cell.value)) scalars[scalar->column.key] = *value;
  return scalars;
}

/// The table of a key in data.
inline const Table& table_of(const Document& document, const std::string& key) {
  for (const Block& block : document.blocks)
    if (const auto* table = std::get_if<Table>(&block); table && table->key == key) return *table;
  ADD_FAILURE() << "no table " << key;
  static const Table none{};
  return none;
}

inline const Cell& cell_at(const Table& table, std::size_t row, const std::string& key) {
  const auto column =
      std::find_if(table.columns.begin(), table.columns.end(), [&](const Column& c) { return c.key == key; });
  return table.rows.at(row).at(static_cast<std::size_t>(column - table.columns.begin()));
}
inline double number_at(const Table& table, std::size_t row, const std::string& key) {
  return std::get<double>(cell_at(table, row, key).value);
}
inline std::string text_at(const Table& table, std::size_t row, const std::string& key) {
  return std::get<std::string>(cell_at(table, row, key).value);
}
inline Spread spread_at(const Table& table, std::size_t row, const std::string& key) {
  return std::get<Spread>(cell_at(table, row, key).value);
}

}  // namespace orrery::study
