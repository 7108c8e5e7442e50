// What the catalog says as documents: kinds, the entries of a kind, an entry with its figures, the keys of a kind.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/units.h"
#include "study/describe.h"

namespace orrery::study {
namespace {

using catalog::Catalog;
using catalog::Entry;
using catalog::Figure;
using catalog::GroupSchema;
using catalog::KeySchema;
using catalog::KindSchema;

std::string kind_of_value(const KeySchema& key) {
  switch (key.kind) {
    case Figure::Kind::amount:
      // Money per power and time has the dimension of money per energy; its unit says which it is.
      return key.unit.empty() ? dimension_name(key.dimension) : "money per power and time";
    case Figure::Kind::text:
      return "text";
    case Figure::Kind::texts:
      return "list of texts";
    case Figure::Kind::boolean:
      return "true or false";
  }
  return "";
}

Cell list_of(const std::vector<std::string>& texts) {
  return Cell(Value(std::vector<Cell>(texts.begin(), texts.end())));
}
template <class T>
Cell unless_empty(const T& value, Cell cell) {
  return value.empty() ? Cell() : std::move(cell);
}
Cell table_cell(Table table) {
  return Cell(std::make_shared<const Table>(std::move(table)));
}

Cell value_of(const Figure& figure) {
  switch (figure.kind) {
    case Figure::Kind::amount:
      return {Value(figure.amount.median()), figure.value_text()};
    case Figure::Kind::text:
      return {Value(figure.text), figure.value_text()};
    case Figure::Kind::texts:
      return {list_of(figure.texts).value, figure.value_text()};
    case Figure::Kind::boolean:
      return {Value(figure.boolean), figure.value_text()};
  }
  return {};
}

/// Figures by name. Sources are numbered in text and listed once below, since many figures share one.
Table figures_of(const Entry& entry, int indent, std::vector<std::string>& sources) {
  Table t{"figures",
          "",
          {text_column("figure", "figure"), text_column("value", "value"), data_column("p10"), data_column("p90"),
           data_column("distribution"), data_column("text"), data_column("unit"), text_column("basis", "basis"),
           text_column("source", "source"), data_column("date"), data_column("dollars_of"), data_column("note")}};
  for (Column& column : t.columns) column.optional = true;
  t.indent = indent, t.keyed = true;
  for (const Figure& figure : entry.figures) {
    const std::string source = fmt::format("{} ({})", figure.provenance.source, figure.provenance.date);
    auto it = std::find(sources.begin(), sources.end(), source);
    if (it == sources.end()) it = sources.insert(sources.end(), source);
    const bool amount = figure.kind == Figure::Kind::amount, band = amount && !figure.amount.is_constant();
    t.rows.push_back(
        {figure.key, value_of(figure), band ? Cell(figure.amount.quantile(0.1)) : Cell(),
         band ? Cell(figure.amount.quantile(0.9)) : Cell(), band ? Cell(distribution_name(figure.amount.kind)) : Cell(),
         amount ? Cell(figure.value_text()) : Cell(),
         !amount               ? Cell()
         : figure.unit.empty() ? Cell(dimension_name(figure.dimension))
                               : Cell("money per power and time"),
         basis_name(figure.provenance.basis),
         Cell(Value(figure.provenance.source), fmt::format("[{}]", it - sources.begin() + 1)), figure.provenance.date,
         figure.provenance.dollars_of > 0 ? Cell(figure.provenance.dollars_of) : Cell(),
         unless_empty(figure.note, figure.note)});
  }
  return t;
}

std::string notes_of(const Entry& entry, int indent) {
  std::string out;
  for (const Figure& figure : entry.figures) {
    std::string note = figure.note;
    if (figure.provenance.dollars_of > 0)
      note += fmt::format("{}in dollars of {}, not brought to another year", note.empty() ? "" : "; ",
                          figure.provenance.dollars_of);
    if (!note.empty()) out += fmt::format("{:>{}}{}: {}\n", "", indent, figure.key, note);
  }
  return out;
}

/// Entries as rows of data, parts within them.
Table entries_as_data(std::string key, const std::vector<const Entry*>& entries) {
  Table t{std::move(key),
          "",
          {data_column("kind"), data_column("name"), data_column("title"), data_column("aliases"), data_column("note"),
           data_column("place"), data_column("figures"), data_column("parts")}};
  for (Column& column : t.columns) column.optional = true;
  t.in_text = InText::never;
  for (const Entry* e : entries) {
    std::vector<std::string> sources;
    std::vector<const Entry*> parts;
    for (const Entry& part : e->parts) parts.push_back(&part);
    t.rows.push_back({e->kind, e->name, unless_empty(e->title, e->title), unless_empty(e->aliases, list_of(e->aliases)),
                      unless_empty(e->note, e->note), e->place.text(), table_cell(figures_of(*e, 0, sources)),
                      unless_empty(parts, table_cell(entries_as_data("", parts)))});
  }
  return t;
}

/// The figures of an entry and of its parts.
void say_figures(Document& out, const Entry& entry, int indent, std::vector<std::string>& sources) {
  Table figures = figures_of(entry, indent, sources);
  figures.key.clear();
  out.add(std::move(figures)).say(notes_of(entry, indent));
  for (const Entry& part : entry.parts) {
    out.say(
        fmt::format("\n{:{}}{} {}{}\n", "", indent, part.kind, part.name, part.title.empty() ? "" : ": " + part.title));
    say_figures(out, part, indent + 2, sources);
  }
}

/// An entry for people.
void say_entry(Document& out, const Entry& entry) {
  std::string head = fmt::format("{}{}{} ({})\n", entry.name, entry.title.empty() ? "" : ": ", entry.title, entry.kind);
  if (!entry.aliases.empty()) head += fmt::format("  also {}\n", fmt::join(entry.aliases, ", "));
  if (!entry.note.empty()) head += fmt::format("  {}\n", entry.note);
  out.say(head + '\n');
  std::vector<std::string> sources;
  say_figures(out, entry, 2, sources);
  std::string list = "\n";
  for (size_t i = 0; i < sources.size(); ++i) list += fmt::format("  [{}] {}\n", i + 1, sources[i]);
  out.say(list);
}

Table keys_of(std::string key, const std::vector<KeySchema>& keys) {
  Table t{std::move(key),
          "",
          {text_column("key", "key"), text_column("value", "value"), text_column("required", "needed"),
           text_column("meaning", "meaning")}};
  for (const KeySchema& k : keys)
    t.rows.push_back({std::string(k.key), kind_of_value(k), Cell(Value(k.required), k.required ? "yes" : ""),
                      std::string(k.meaning)});
  return t;
}

/// The groups of parts as data, with the groups of their own within.
Table groups_of(std::string key, const std::vector<GroupSchema>& groups) {
  Table t{
      std::move(key), "", {data_column("group"), data_column("meaning"), data_column("keys"), data_column("groups")}};
  t.columns.back().optional = true;
  t.in_text = InText::never;
  for (const GroupSchema& g : groups)
    t.rows.push_back({std::string(g.group), std::string(g.meaning), table_cell(keys_of("", g.keys)),
                      unless_empty(g.groups, table_cell(groups_of("", g.groups)))});
  return t;
}

void say_groups(Document& out, const std::vector<GroupSchema>& groups, const std::string& path) {
  for (const GroupSchema& g : groups) {
    const std::string here = fmt::format("{}.{}.*", path, g.group);
    out.say(fmt::format("\n  [{}]  {}\n\n", here, g.meaning)).add(keys_of("", g.keys));
    say_groups(out, g.groups, here);
  }
}

/// The keys of kinds of facts; of one alone at the top of the data.
Document schema_of(const std::vector<const KindSchema*>& kinds) {
  Document out;
  Table all{"kinds", "", {data_column("kind"), data_column("meaning"), data_column("keys"), data_column("groups")}};
  all.columns.back().optional = true;
  for (const KindSchema* kind : kinds) {
    out.say(fmt::format("{}{}: {}\n\n", out.blocks.empty() ? "" : "\n", kind->kind, kind->meaning));
    out.add(keys_of(kinds.size() == 1 ? "keys" : "", kind->keys));
    say_groups(out, kind->groups, std::string(kind->kind) + ".*");
    all.rows.push_back({std::string(kind->kind), std::string(kind->meaning), table_cell(keys_of("", kind->keys)),
                        unless_empty(kind->groups, table_cell(groups_of("", kind->groups)))});
  }
  if (kinds.size() > 1) return std::move(out.add(std::move(all)));
  out.put("meaning", std::string(kinds.front()->meaning));
  if (!kinds.front()->groups.empty()) out.add(groups_of("groups", kinds.front()->groups));
  return out;
}

std::vector<const Entry*> entries_called(const Catalog& catalog, const std::string& name) {
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

Document describe_entries(const std::vector<const Entry*>& entries) {
  Document out;
  for (const Entry* entry : entries) {
    if (!out.blocks.empty()) out.say("\n");
    say_entry(out, *entry);
  }
  const Table data = entries_as_data("entries", entries);
  if (entries.size() > 1) return std::move(out.add(data));
  out.title = entries.front()->title;
  for (size_t c = 1; c < data.columns.size(); ++c)
    if (const Cell& cell = data.rows.front()[c]; !std::holds_alternative<std::monostate>(cell.value))
      out.put(data.columns[c].key, cell);
  return out;
}

}  // namespace

std::pair<std::string, Document> describe_catalog(const Catalog& catalog, const std::vector<std::string>& words,
                                                  bool schema) {
  const std::vector<KindSchema>& kinds = catalog::schema();
  const size_t most = schema ? 1 : 2;
  if (words.size() > most)
    throw Error({}, "", in_quotes(words[most]) + " is one word too many",
                schema ? "name one kind" : "name a kind, a name, or a kind and a name");
  const std::string kind = words.empty() ? "" : words[0];
  if (schema) {
    if (!words.empty()) return {kind, schema_of({&catalog::schema_of(kind)})};
    std::vector<const KindSchema*> all;
    for (const KindSchema& k : kinds) all.push_back(&k);
    return {"schema", schema_of(all)};
  }
  if (words.size() == 2) return {kind, describe_entries({&catalog.entry(kind, words[1])})};
  Document out;
  if (words.empty()) {
    Table t{"kinds",
            "",
            {text_column("kind", "kind"), count_column("entries", "entries", ""), text_column("meaning", "what")}};
    for (const KindSchema& k : kinds)
      t.rows.push_back({std::string(k.kind), catalog.entries(k.kind).size(), std::string(k.meaning)});
    return {"catalog", std::move(out.add(std::move(t)))};
  }
  if (std::none_of(kinds.begin(), kinds.end(), [&](const KindSchema& k) { return k.kind == kind; })) {
    const std::vector<const Entry*> found = entries_called(catalog, kind);
    return {found.size() == 1 ? found.front()->kind : "catalog", describe_entries(found)};
  }
  Table t{"entries", "", {text_column("name", "name"), text_column("title", "title"), text_column("aliases", "also")}};
  for (const Entry& entry : catalog.entries(kind)) t.rows.push_back({entry.name, entry.title, list_of(entry.aliases)});
  return {kind, std::move(out.add(std::move(t)))};
}

}  // namespace orrery::study
