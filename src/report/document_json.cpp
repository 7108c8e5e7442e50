// Documents for programs.
#include <cmath>
#include <nlohmann/json.hpp>

#include "report/document.h"

namespace orrery::report {
namespace {

using namespace study;
using nlohmann::ordered_json;

constexpr int version = 3;

/// The one rule for numbers: what is not finite is null.
ordered_json number(double x) {
  return std::isfinite(x) ? ordered_json(x) : ordered_json(nullptr);
}

ordered_json table_json(const Table& table);

struct Write {
  ordered_json operator()(std::monostate) const { return nullptr; }
  ordered_json operator()(bool x) const { return x; }
  ordered_json operator()(double x) const { return number(x); }
  ordered_json operator()(const std::string& x) const { return x; }
  ordered_json operator()(Date x) const { return x.text(); }
  ordered_json operator()(const Amount& x) const { return number(x.value); }
  ordered_json operator()(const Spread& x) const {
    return {{"p10", number(x.p10)}, {"p50", number(x.p50)}, {"p90", number(x.p90)}};
  }
  ordered_json operator()(const std::vector<Cell>& list) const {
    ordered_json out = ordered_json::array();
    for (const Cell& item : list) out.push_back(std::visit(*this, item.value));
    return out;
  }
  ordered_json operator()(const std::shared_ptr<const Table>& table) const { return table_json(*table); }
};

/// The place of a key such as "money/months" below an object.
ordered_json& at(ordered_json& object, const std::string& key) {
  const size_t slash = key.find('/');
  if (slash == std::string::npos) return object[key];
  return at(object[key.substr(0, slash)], key.substr(slash + 1));
}

ordered_json row_json(const Table& table, const std::vector<Cell>& row, size_t from) {
  ordered_json out = ordered_json::object();
  for (size_t c = from; c < table.columns.size(); ++c) {
    const Column& column = table.columns[c];
    if (column.key.empty() || (column.optional && std::holds_alternative<std::monostate>(row[c].value))) continue;
    at(out, column.key) = std::visit(Write{}, row[c].value);
  }
  return out;
}

ordered_json table_json(const Table& table) {
  if (!table.keyed) {
    ordered_json out = ordered_json::array();
    for (const std::vector<Cell>& row : table.rows) out.push_back(row_json(table, row, 0));
    return out;
  }
  ordered_json out = ordered_json::object();
  for (const std::vector<Cell>& row : table.rows)
    // A table of two columns is an object of plain values.
    out[std::get<std::string>(row.front().value)] =
        table.columns.size() == 2 ? std::visit(Write{}, row[1].value) : row_json(table, row, 1);
  return out;
}

void put(ordered_json& out, const Document& document) {
  for (const Block& block : document.blocks) {
    if (const auto* scalar = std::get_if<Scalar>(&block); scalar && !scalar->column.key.empty()) {
      at(out, scalar->column.key) = std::visit(Write{}, scalar->cell.value);
    } else if (const auto* table = std::get_if<Table>(&block); table && !table->key.empty() && table->in_data) {
      at(out, table->key) = table_json(*table);
    }
  }
}

ordered_json envelope(std::string_view kind, const std::string& title) {
  return {{"schema", "orrery"}, {"version", version}, {"kind", kind}, {"title", title}};
}

ordered_json answer_json(const Answer& answer) {
  ordered_json out = envelope(answer.kind->form().name, answer.document.title);
  out["trials"] = answer.trials.count;
  out["seed"] = answer.trials.seed;
  if (answer.trials.independent) out["independent"] = true;
  put(out, answer.document);
  return out;
}

std::string dump(const ordered_json& json) {
  return json.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string json_of(const Answer& answer, const Answer* other) {
  ordered_json out = answer_json(answer);
  if (other) out["against"] = answer_json(*other);
  return dump(out);
}

std::string json_of(const Document& document, std::string_view kind) {
  ordered_json out = envelope(kind, document.title);
  put(out, document);
  return dump(out);
}

}  // namespace orrery::report
