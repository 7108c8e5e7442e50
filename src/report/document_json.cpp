// Documents for programs.
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/units.h"
#include "report/document.h"

namespace orrery::report {
namespace {

using namespace study;
using nlohmann::ordered_json;

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
  return {{"schema", "orrery"}, {"version", json_version}, {"kind", kind}, {"title", title}};
}

std::string_view plot_name(Plot plot) {
  switch (plot) {
    case Plot::time:
      return "time";
    case Plot::schedule:
      return "schedule";
    case Plot::ranking:
      return "ranking";
    case Plot::waterfall:
      return "waterfall";
    case Plot::course:
      return "course";
    case Plot::sankey:
      return "sankey";
    case Plot::powers:
      return "powers";
    case Plot::plan:
      return "plan";
  }
  return "";
}

std::string_view mark_name(Mark mark) {
  switch (mark) {
    case Mark::line:
      return "line";
    case Mark::step:
      return "step";
    case Mark::band:
      return "band";
    case Mark::stack:
      return "stack";
    case Mark::points:
      return "points";
    case Mark::strip:
      return "strip";
    case Mark::bar:
      return "bar";
    case Mark::flow:
      return "flow";
    case Mark::party:
      return "party";
  }
  return "";
}

bool has_rows(const Document& document, const std::string& key) {
  for (const Block& block : document.blocks)
    if (const auto* table = std::get_if<Table>(&block); table && table->key == key) return !table->rows.empty();
  return false;
}

/// The figures of which a layer has rows; what is not said is left out.
ordered_json figures_json(const Document& document) {
  ordered_json out = ordered_json::array();
  const auto say = [](ordered_json& in, const char* key, const std::string& text) {
    if (!text.empty()) in[key] = text;
  };
  for (const Figure& figure : document.figures) {
    ordered_json layers = ordered_json::array();
    for (const Layer& layer : figure.layers) {
      if (!has_rows(document, layer.table)) continue;
      ordered_json of = {{"mark", mark_name(layer.mark)}};
      for (const auto& [key, text] : {std::pair{"name", &layer.name},
                                      {"table", &layer.table},
                                      {"along", &layer.along},
                                      {"value", &layer.value},
                                      {"to", &layer.to},
                                      {"lane", &layer.lane},
                                      {"series", &layer.series},
                                      {"where", &layer.where},
                                      {"is", &layer.is},
                                      {"strong", &layer.strong}})
        say(of, key, *text);
      if (layer.below) of["below"] = true;
      if (layer.limit) of["limit"] = true;
      layers.push_back(std::move(of));
    }
    if (layers.empty()) continue;
    ordered_json of = {{"key", figure.key}, {"title", figure.title}};
    say(of, "chapter", figure.chapter);
    say(of, "unit", figure.unit);
    of["plot"] = plot_name(figure.plot);
    say(of, "axis", figure.axis);
    say(of, "choose", figure.choose);
    if (figure.known_until) of["known_until"] = figure.known_until->text();
    if (figure.ends) of["ends"] = figure.ends->text();
    if (figure.in_brief) of["in_brief"] = true;
    of["layers"] = std::move(layers);
    of["facts"] = figure.facts;
    out.push_back(std::move(of));
  }
  return out;
}

std::string_view as_name(As as) {
  switch (as) {
    case As::text:
      return "text";
    case As::fixed:
      return "fixed";
    case As::count:
      return "count";
    case As::percent:
      return "percent";
    case As::amount:
      return "amount";
  }
  return "";
}

/// What a column holds and how a person reads it.
ordered_json column_json(const Column& column) {
  ordered_json out = {{"key", column.key}};
  if (!column.heading.empty()) out["heading"] = column.heading;
  if (!column.unit.empty()) out["unit"] = column.unit;
  if (column.as == As::text) return out;
  out["as"] = as_name(column.as);
  if (column.digits != 0) out["digits"] = column.digits;
  if (column.scale != 1) out["scale"] = column.scale;
  if (column.as == As::amount && column.dimension != dimension::none)
    out["dimension"] = dimension_name(column.dimension);
  return out;
}

/// Scalars and tables of a document with what they are called, in its order: enough to read an answer without knowing
/// its kind.
ordered_json shape_json(const Document& document) {
  ordered_json scalars = ordered_json::array(), tables = ordered_json::array();
  for (const Block& block : document.blocks) {
    if (const auto* scalar = std::get_if<Scalar>(&block); scalar && !scalar->column.key.empty()) {
      scalars.push_back(column_json(scalar->column));
    } else if (const auto* table = std::get_if<Table>(&block); table && !table->key.empty() && table->in_data) {
      ordered_json columns = ordered_json::array();
      for (const Column& column : table->columns)
        if (!column.key.empty()) columns.push_back(column_json(column));
      ordered_json of = {{"key", table->key}};
      if (!table->heading.empty()) of["heading"] = table->heading;
      if (table->keyed) of["keyed"] = true;
      of["columns"] = std::move(columns);
      tables.push_back(std::move(of));
    }
  }
  return {{"scalars", std::move(scalars)}, {"tables", std::move(tables)}};
}

/// What the text says in words, a paragraph each.
ordered_json sentences_json(const Document& document) {
  ordered_json out = ordered_json::array();
  for (const Block& block : document.blocks)
    if (const auto* paragraph = std::get_if<Paragraph>(&block))
      if (paragraph->in_text == InText::always || paragraph->in_text == InText::longer) out.push_back(paragraph->text);
  return out;
}

ordered_json answer_json(const Answer& answer) {
  ordered_json out = envelope(answer.kind->form().name, answer.document.title);
  out["trials"] = answer.trials.count;
  out["seed"] = answer.trials.seed;
  if (answer.trials.independent) out["independent"] = true;
  put(out, answer.document);
  out["sentences"] = sentences_json(answer.document);
  out["figures"] = figures_json(answer.document);
  out["shape"] = shape_json(answer.document);
  return out;
}

std::string dump(const ordered_json& json) {
  return json.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string json_of(const Answer& answer, const Answer* other) {
  ordered_json out = answer_json(answer);
  if (other) {
    put(out, compare(answer, *other));
    out["against"] = answer_json(*other);
  }
  return dump(out);
}

std::string json_of(const Document& document, std::string_view kind) {
  ordered_json out = envelope(kind, document.title);
  put(out, document);
  return dump(out);
}

}  // namespace orrery::report
