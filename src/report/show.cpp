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
using catalog::GroupSchema;
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

void add_parts(std::string& out, const Entry& entry, int indent, std::vector<std::string>& sources) {
  for (const Entry& part : entry.parts) {
    out +=
        fmt::format("\n{:{}}{} {}{}\n", "", indent, part.kind, part.name, part.title.empty() ? "" : ": " + part.title);
    add_figures(out, part, indent + 2, sources);
    add_parts(out, part, indent + 2, sources);
  }
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

Json groups_object(const std::vector<GroupSchema>& groups) {
  Json out = Json::array();
  for (const GroupSchema& group : groups) {
    out.push_back({{"group", group.group}, {"meaning", group.meaning}, {"keys", keys_object(group.keys)}});
    if (!group.groups.empty()) out.back()["groups"] = groups_object(group.groups);
  }
  return out;
}

void add_keys(std::string& out, const std::vector<KeySchema>& keys) {
  TextTable table{{"key", "value", "needed", "meaning"}, {}, {}};
  for (const KeySchema& key : keys)
    table.rows.push_back(
        {std::string(key.key), kind_of_value(key), key.required ? "yes" : "", std::string(key.meaning)});
  out += table.text();
}

void add_groups(std::string& out, const std::vector<GroupSchema>& groups, const std::string& path) {
  for (const GroupSchema& group : groups) {
    const std::string here = fmt::format("{}.{}.*", path, group.group);
    out += fmt::format("\n  [{}]  {}\n\n", here, group.meaning);
    add_keys(out, group.keys);
    add_groups(out, group.groups, here);
  }
}

std::string kinds_listed(const Catalog& catalog, bool json) {
  TextTable table{{"kind", "entries", "what"}, {false, true}, {}};
  Json kinds = Json::array();
  for (const KindSchema& kind : catalog::schema()) {
    const size_t entries = catalog.entries(kind.kind).size();
    table.rows.push_back({std::string(kind.kind), std::to_string(entries), std::string(kind.meaning)});
    kinds.push_back({{"kind", kind.kind}, {"entries", entries}, {"meaning", kind.meaning}});
  }
  return json ? written({{"kinds", kinds}}) : table.text();
}

std::string names_listed(const Catalog& catalog, std::string_view kind, bool json) {
  TextTable table{{"name", "title", "also"}, {}, {}};
  Json names = Json::array();
  for (const Entry& entry : catalog.entries(kind)) {
    table.rows.push_back({entry.name, entry.title, joined(entry.aliases)});
    names.push_back({{"name", entry.name}, {"title", entry.title}, {"aliases", entry.aliases}});
  }
  return json ? written({{"kind", kind}, {"entries", names}}) : table.text();
}

std::string entry_text(const Entry& entry) {
  std::string out = fmt::format("{}{}{} ({})\n", entry.name, entry.title.empty() ? "" : ": ", entry.title, entry.kind);
  if (!entry.aliases.empty()) out += fmt::format("  also {}\n", joined(entry.aliases));
  if (!entry.note.empty()) out += fmt::format("  {}\n", entry.note);
  out += '\n';
  std::vector<std::string> sources;
  add_figures(out, entry, 2, sources);
  add_parts(out, entry, 2, sources);
  out += '\n';
  for (size_t i = 0; i < sources.size(); ++i) out += fmt::format("  [{}] {}\n", i + 1, sources[i]);
  return out;
}

std::string schema_text(const KindSchema& schema) {
  std::string out = fmt::format("{}: {}\n\n", schema.kind, schema.meaning);
  add_keys(out, schema.keys);
  add_groups(out, schema.groups, std::string(schema.kind) + ".*");
  return out;
}

Json schema_object(const KindSchema& schema) {
  Json out = {{"kind", schema.kind}, {"meaning", schema.meaning}, {"keys", keys_object(schema.keys)}};
  if (!schema.groups.empty()) out["groups"] = groups_object(schema.groups);
  return out;
}

}  // namespace

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
  if (schema && !words.empty()) {
    const KindSchema& one = catalog::schema_of(words[0]);
    return json ? written(schema_object(one)) : schema_text(one);
  }
  Json all = Json::array();
  std::string out;
  if (schema) {
    for (const KindSchema& kind : kinds) {
      all.push_back(schema_object(kind));
      out += (out.empty() ? "" : "\n") + schema_text(kind);
    }
    return json ? written(all) : out;
  }
  if (words.empty()) return kinds_listed(catalog, json);
  if (words.size() == 1 && std::any_of(kinds.begin(), kinds.end(), [&](const auto& k) { return k.kind == words[0]; }))
    return names_listed(catalog, words[0], json);
  const std::vector<const Entry*> found =
      words.size() == 2 ? std::vector{&catalog.entry(words[0], words[1])} : find_entries(catalog, words[0]);
  for (const Entry* entry : found) {
    all.push_back(entry_object(*entry));
    out += (out.empty() ? "" : "\n") + entry_text(*entry);
  }
  return json ? written(all.size() == 1 ? all[0] : all) : out;
}

}  // namespace orrery::report
