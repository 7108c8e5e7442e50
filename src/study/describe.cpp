#include "study/describe.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/table.h"
#include "base/text.h"

namespace orrery::study {

using scenario::Form;
using scenario::Key;
using scenario::Section;

Document describe_kinds(std::span<const Kind> kinds) {
  Document out;
  Table t{"kinds", "", {text_column("kind", "kind"), text_column("marks", "told by"), text_column("meaning", "what")}};
  for (const Kind& kind : kinds)
    t.rows.push_back({std::string(kind.form().name), fmt::format("{}", fmt::join(kind.form().marks, ", ")),
                      std::string(kind.form().meaning)});
  return std::move(out.add(std::move(t)));
}

namespace {

/// What a value of a key is, for programs that ask for one.
std::string_view type_name(scenario::KeyType type) {
  using scenario::KeyType;
  switch (type) {
    case KeyType::amount:
      return "amount";
    case KeyType::money_or_number:
      return "money_or_number";
    case KeyType::text:
      return "text";
    case KeyType::texts:
      return "texts";
    case KeyType::date:
      return "date";
    case KeyType::date_or_event:
      return "date_or_event";
    case KeyType::boolean:
      return "boolean";
    case KeyType::whole:
      return "whole";
    case KeyType::chips_of:
      return "chips_of";
    case KeyType::deliveries:
      return "deliveries";
  }
  return "";
}

}  // namespace

Document describe_keys(const std::vector<const Form*>& forms) {
  Document out;
  Table kinds{"kinds", "", {data_column("kind"), data_column("meaning"), data_column("sections")}};
  for (const Form* form : forms) {
    if (forms.size() > 1) out.say(fmt::format("{}: {}\n\n", form->name, form->meaning));
    Table sections{"", "", {data_column("section"), data_column("meaning"), data_column("keys")}};
    std::vector<Section> all = form->sections;
    all.insert(all.end(), scenario::common_sections().begin(), scenario::common_sections().end());
    for (const Section& section : all) {
      TextTable text;
      Table keys{"",
                 "",
                 {data_column("key"), data_column("value"), data_column("meaning"), data_column("default"),
                  data_column("type"), data_column("unit"), data_column("least"), data_column("most"),
                  data_column("certain"), data_column("based"), data_column("sourced")}};
      for (std::size_t c = 5; c < keys.columns.size(); ++c) keys.columns[c].optional = true;
      auto add = [&](const Key& key) {
        text.rows.push_back(
            {name_of(key), example_of(key), std::string(key.meaning), "default: " + std::string(key.default_value)});
        const auto said = [](bool yes) { return yes ? Cell(true) : Cell(); };
        const bool amount = key.type == scenario::KeyType::amount;
        const bool bounded = amount || key.type == scenario::KeyType::whole;
        const bool dimensionless = key.dimension == dimension::none;
        const std::string unit(key.unit.empty() && !dimensionless ? dimension_name(key.dimension) : key.unit);
        keys.rows.push_back({name_of(key), example_of(key), std::string(key.meaning), std::string(key.default_value),
                             std::string(type_name(key.type)), amount && !unit.empty() ? Cell(unit) : Cell(),
                             bounded ? Cell(key.low) : Cell(), bounded ? Cell(key.high) : Cell(), said(key.certain),
                             said(key.based), said(key.sourced)});
      };
      if (section.path.empty()) std::for_each(scenario::common_keys().begin(), scenario::common_keys().end(), add);
      std::for_each(section.keys.begin(), section.keys.end(), add);
      out.say(header_of(section) + "  " + std::string(section.meaning) + "\n" + text.text(4) + "\n");
      sections.rows.push_back(
          {header_of(section), std::string(section.meaning), Cell(std::make_shared<const Table>(std::move(keys)))});
    }
    kinds.rows.push_back({std::string(form->name), std::string(form->meaning),
                          Cell(std::make_shared<const Table>(std::move(sections)))});
  }
  return std::move(out.add(std::move(kinds)));
}

namespace {

struct Fields {
  Table& out;

  void add(const std::string& path, std::string type, const std::string& unit) {
    out.rows.push_back({path, std::move(type), unit});
  }
  void cell(std::string path, const std::string& unit, const Cell& of) {
    std::replace(path.begin(), path.end(), '/', '.');
    struct Type {
      Fields& fields;
      const std::string &path, &unit;
      void operator()(std::monostate) const { fields.add(path, "null here", unit); }
      void operator()(bool) const { fields.add(path, "true or false", unit); }
      void operator()(double) const { fields.add(path, "number", unit); }
      void operator()(const std::string&) const { fields.add(path, "text", unit); }
      void operator()(Date) const { fields.add(path, "date", unit); }
      void operator()(const Amount& x) const { fields.add(path, "number", dimension_name(x.dimension)); }
      void operator()(const Spread&) const { fields.add(path + ".p10, .p50, .p90", "numbers", unit); }
      void operator()(const std::vector<Cell>& list) const {
        if (list.empty()) fields.add(path + "[]", "empty here", unit);
        else fields.cell(path + "[]", unit, list.front());
      }
      void operator()(const std::shared_ptr<const Table>& table) const { fields.table(path, *table); }
    };
    std::visit(Type{*this, path, unit}, of.value);
  }
  void table(const std::string& path, const Table& t) {
    if (t.keyed && t.columns.size() == 2) {
      for (const std::vector<Cell>& row : t.rows)
        cell(path + '.' + std::get<std::string>(row.front().value), t.columns[1].unit, row[1]);
      return;
    }
    for (std::size_t c = t.keyed ? 1 : 0; c < t.columns.size(); ++c) {
      const Column& column = t.columns[c];
      if (column.key.empty()) continue;
      const auto said = std::find_if(t.rows.begin(), t.rows.end(), [&](const std::vector<Cell>& row) {
        return !std::holds_alternative<std::monostate>(row[c].value);
      });
      cell(path + (t.keyed ? ".NAME." : "[].") + column.key, column.unit, said == t.rows.end() ? Cell() : (*said)[c]);
    }
  }
};

}  // namespace

Document describe_fields(const Document& document) {
  Table t{"fields", "", {text_column("field", "field"), text_column("type", "type"), text_column("unit", "unit")}};
  t.indent = 0;
  Fields fields{t};
  for (const Block& block : document.blocks) {
    if (const auto* scalar = std::get_if<Scalar>(&block); scalar && !scalar->column.key.empty())
      fields.cell(scalar->column.key, scalar->column.unit, scalar->cell);
    if (const auto* table = std::get_if<Table>(&block); table && !table->key.empty() && table->in_data)
      fields.table(table->key, *table);
  }
  Document out;
  return std::move(out.add(std::move(t)));
}

Document describe_scenarios(const std::vector<std::string>& folders, std::span<const Kind> kinds) {
  namespace fs = std::filesystem;
  std::vector<fs::path> files;
  std::error_code ignored;
  for (const std::string& folder : folders)
    for (const fs::directory_entry& file : fs::directory_iterator(folder, ignored))
      if (file.path().extension() == ".toml") files.push_back(file.path());
  std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) { return a.stem() < b.stem(); });
  Document out;
  Table t{"scenarios", "", {text_column("name", "name"), text_column("kind", "kind"), text_column("title", "what")}};
  const std::vector<const Form*> forms = forms_of(kinds);
  for (const fs::path& file : files) {
    try {
      const scenario::Scenario read = scenario::read_scenario(file.string(), {}, forms);
      const Node* title = read.root.find("title");
      t.rows.push_back({printable(file.stem().string()), std::string(read.form->name),
                        title ? title->text : printable(file.stem().string())});
    } catch (const Error& error) {
      t.rows.push_back({printable(file.stem().string()), Cell(), printable(error.message())});
    }
  }
  return std::move(out.add(std::move(t)));
}

}  // namespace orrery::study
