// Lays out what the catalog says: text tables for people, JSON for programs.
#include "report/show.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/table.h"
#include "base/units.h"

namespace orrery::report {
namespace {

using catalog::Catalog;
using catalog::Entry;
using catalog::Figure;
using catalog::KeySchema;
using catalog::KindSchema;
using Json = nlohmann::ordered_json;

std::string joined(const std::vector<std::string>& items) {
  return fmt::format("{}", fmt::join(items, ", "));
}

std::string written(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string kind_of_value(const KeySchema& key) {
  switch (key.kind) {
    case Figure::Kind::amount:
      return dimension_name(key.dimension);
    case Figure::Kind::text:
      return "text";
    case Figure::Kind::texts:
      return "list of texts";
    case Figure::Kind::boolean:
      return "true or false";
  }
  return "";
}

/// Figures as a table; sources are numbered and listed once below it, since many figures share one.
void add_figures(std::string& out, const Entry& entry, int indent, std::vector<std::string>& sources) {
  TextTable table{{"figure", "value", "basis", "source"}, {}, {}};
  std::vector<std::string> notes;
  for (const Figure& figure : entry.figures) {
    const std::string source = fmt::format("{} ({})", figure.provenance.source, figure.provenance.date);
    auto it = std::find(sources.begin(), sources.end(), source);
    if (it == sources.end()) it = sources.insert(sources.end(), source);
    table.rows.push_back({figure.key, figure.value_text(), basis_name(figure.provenance.basis),
                          fmt::format("[{}]", it - sources.begin() + 1)});
    if (!figure.note.empty()) notes.push_back(fmt::format("{}: {}", figure.key, figure.note));
  }
  out += table.text(indent);
  for (const std::string& note : notes) out += std::string(static_cast<size_t>(indent), ' ') + note + '\n';
}

Json figure_json(const Figure& figure) {
  Json out;
  switch (figure.kind) {
    case Figure::Kind::amount:
      out["value"] = figure.amount.median();
      if (!figure.amount.is_constant()) {
        out["p10"] = figure.amount.quantile(0.1);
        out["p90"] = figure.amount.quantile(0.9);
        out["distribution"] = distribution_name(figure.amount.kind);
      }
      out["text"] = figure.value_text();
      out["unit"] = dimension_name(figure.dimension);
      break;
    case Figure::Kind::text:
      out["value"] = figure.text;
      break;
    case Figure::Kind::texts:
      out["value"] = figure.texts;
      break;
    case Figure::Kind::boolean:
      out["value"] = figure.boolean;
      break;
  }
  out["basis"] = basis_name(figure.provenance.basis);
  out["source"] = figure.provenance.source;
  out["date"] = figure.provenance.date;
  if (!figure.note.empty()) out["note"] = figure.note;
  return out;
}

Json entry_object(const Entry& entry) {
  Json out;
  out["kind"] = entry.kind;
  out["name"] = entry.name;
  if (!entry.title.empty()) out["title"] = entry.title;
  if (!entry.aliases.empty()) out["aliases"] = entry.aliases;
  if (!entry.note.empty()) out["note"] = entry.note;
  out["place"] = entry.place.text();
  Json& figures = out["figures"] = Json::object();
  for (const Figure& figure : entry.figures) figures[figure.key] = figure_json(figure);
  if (!entry.parts.empty()) {
    Json& parts = out["parts"] = Json::array();
    for (const Entry& part : entry.parts) parts.push_back(entry_object(part));
  }
  return out;
}

Json keys_object(const std::vector<KeySchema>& keys) {
  Json out = Json::array();
  for (const KeySchema& key : keys)
    out.push_back(
        {{"key", key.key}, {"value", kind_of_value(key)}, {"required", key.required}, {"meaning", key.meaning}});
  return out;
}

void add_keys(std::string& out, const std::vector<KeySchema>& keys) {
  TextTable table{{"key", "value", "needed", "meaning"}, {}, {}};
  for (const KeySchema& key : keys)
    table.rows.push_back(
        {std::string(key.key), kind_of_value(key), key.required ? "yes" : "", std::string(key.meaning)});
  out += table.text();
}

}  // namespace

std::string kinds_text(const Catalog& catalog) {
  TextTable table{{"kind", "entries", "what"}, {false, true}, {}};
  for (const KindSchema& kind : catalog::schema())
    table.rows.push_back(
        {std::string(kind.kind), std::to_string(catalog.entries(kind.kind).size()), std::string(kind.meaning)});
  return table.text();
}

std::string kinds_json(const Catalog& catalog) {
  Json kinds = Json::array();
  for (const KindSchema& kind : catalog::schema())
    kinds.push_back({{"kind", kind.kind}, {"entries", catalog.entries(kind.kind).size()}, {"meaning", kind.meaning}});
  return written({{"kinds", kinds}});
}

std::string names_text(const Catalog& catalog, std::string_view kind) {
  TextTable table{{"name", "title", "also"}, {}, {}};
  for (const Entry& entry : catalog.entries(kind))
    table.rows.push_back({entry.name, entry.title, joined(entry.aliases)});
  return table.text();
}

std::string names_json(const Catalog& catalog, std::string_view kind) {
  Json names = Json::array();
  for (const Entry& entry : catalog.entries(kind))
    names.push_back({{"name", entry.name}, {"title", entry.title}, {"aliases", entry.aliases}});
  return written({{"kind", kind}, {"entries", names}});
}

std::string entry_text(const Entry& entry) {
  std::string out = fmt::format("{}: {} ({})\n", entry.name, entry.title, entry.kind);
  if (!entry.aliases.empty()) out += fmt::format("  also {}\n", joined(entry.aliases));
  if (!entry.note.empty()) out += fmt::format("  {}\n", entry.note);
  out += '\n';
  std::vector<std::string> sources;
  add_figures(out, entry, 2, sources);
  for (const Entry& part : entry.parts) {
    out += fmt::format("\n  {} {}{}\n", part.kind, part.name, part.title.empty() ? "" : ": " + part.title);
    add_figures(out, part, 4, sources);
  }
  out += '\n';
  for (size_t i = 0; i < sources.size(); ++i) out += fmt::format("  [{}] {}\n", i + 1, sources[i]);
  return out;
}

std::string entry_json(const Entry& entry) {
  return written(entry_object(entry));
}

std::string schema_text(std::string_view kind) {
  const KindSchema& schema = catalog::schema_of(kind);
  std::string out = fmt::format("{}: {}\n\n", schema.kind, schema.meaning);
  add_keys(out, schema.keys);
  if (!schema.group.empty()) {
    out += fmt::format("\n  parts in the group {}:\n\n", schema.group);
    add_keys(out, schema.part_keys);
  }
  return out;
}

std::string schema_json(std::string_view kind) {
  const KindSchema& schema = catalog::schema_of(kind);
  Json out = {{"kind", schema.kind}, {"meaning", schema.meaning}, {"keys", keys_object(schema.keys)}};
  if (!schema.group.empty()) {
    out["group"] = schema.group;
    out["part_keys"] = keys_object(schema.part_keys);
  }
  return written(out);
}

std::vector<const Entry*> find_entries(const Catalog& catalog, std::string_view name) {
  std::vector<const Entry*> found;
  std::vector<std::string> known;
  for (const KindSchema& kind : catalog::schema()) {
    known.emplace_back(kind.kind);
    for (const Entry& entry : catalog.entries(kind.kind)) {
      known.push_back(entry.name);
      known.insert(known.end(), entry.aliases.begin(), entry.aliases.end());
      if (entry.name == name || std::find(entry.aliases.begin(), entry.aliases.end(), name) != entry.aliases.end())
        found.push_back(&entry);
    }
  }
  if (found.empty())
    throw Error({}, "", in_quotes(name) + " is neither a kind nor a name in the catalog",
                suggest(name, known, "`orrery show` lists the kinds"));
  return found;
}

std::string show_catalog(const Catalog& catalog, const std::vector<std::string>& words, bool schema, bool json) {
  const auto& kinds = catalog::schema();
  const size_t most = schema ? 1 : 2;
  if (words.size() > most)
    throw Error({}, "", in_quotes(words[most]) + " is one word too many",
                schema ? "name one kind" : "name a kind, a name, or a kind and a name");
  if (schema && words.empty()) {
    if (json) {
      Json all = Json::array();
      for (const KindSchema& kind : kinds) all.push_back(Json::parse(schema_json(kind.kind)));
      return written(all);
    }
    std::string out;
    for (const KindSchema& kind : kinds) out += (out.empty() ? "" : "\n") + schema_text(kind.kind);
    return out;
  }
  if (schema) return json ? schema_json(words[0]) : schema_text(words[0]);
  if (words.empty()) return json ? kinds_json(catalog) : kinds_text(catalog);
  if (words.size() == 2) {
    const Entry& entry = catalog.entry(words[0], words[1]);
    return json ? entry_json(entry) : entry_text(entry);
  }
  if (std::any_of(kinds.begin(), kinds.end(), [&](const KindSchema& kind) { return kind.kind == words[0]; }))
    return json ? names_json(catalog, words[0]) : names_text(catalog, words[0]);
  const std::vector<const Entry*> found = find_entries(catalog, words[0]);
  if (json) {
    if (found.size() == 1) return entry_json(*found[0]);
    Json all = Json::array();
    for (const Entry* entry : found) all.push_back(entry_object(*entry));
    return written(all);
  }
  std::string out;
  for (const Entry* entry : found) out += (out.empty() ? "" : "\n") + entry_text(*entry);
  return out;
}

}  // namespace orrery::report
