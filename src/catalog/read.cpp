// Reads one catalog file: a default basis, source and date, then one table per entry, each figure checked against the
// schema of its kind. Nothing is skipped: what the schema does not know is an error with the nearest valid key.
#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.h"
#include "base/value.h"
#include "catalog/catalog.h"

namespace orrery::catalog {
std::string fact_date(const Node& node, const std::string& key) {
  if (node.kind == Node::Kind::date) return node.date.text();
  const char* remedy = "write 2024-09-22, \"2024-09\" or \"2024\"";
  if (node.kind != Node::Kind::text)
    throw Error(node.place, key, "is " + kind_name(node.kind) + ", not a date", remedy);
  const std::string& text = node.text;
  if (text.size() == 4 || text.size() == 7 || text.size() == 10) {
    const std::string day = text.size() == 4 ? text + "-01-01" : text.size() == 7 ? text + "-01" : text;
    try {
      parse_date(day);
      return text;
    } catch (const Error&) {
      // Falls through to the one message for every bad date.
    }
  }
  throw Error(node.place, key, in_quotes(text) + " is not a date", remedy);
}

namespace {

const std::vector<std::string> provenance_keys = {"basis", "source", "date", "dollars_of"};
constexpr std::string_view name_letters = "abcdefghijklmnopqrstuvwxyz0123456789-.";

bool is_provenance(const std::string& key) {
  return std::find(provenance_keys.begin(), provenance_keys.end(), key) != provenance_keys.end();
}

/// What a file or an entry says for all its figures; empty texts where it says nothing.
struct Defaults {
  std::optional<Basis> basis;
  std::string source, date;
  int dollars_of = 0;  ///< 0: not said
};

/// The year whose dollars an amount is in.
int year_of(const Node& node, const std::string& key) {
  if (node.kind != Node::Kind::number || node.number != std::floor(node.number) || node.number < 1900 ||
      node.number > 2200)
    throw Error(node.place, key, "is not a year", "write the year whose dollars it is in: 2022");
  return static_cast<int>(node.number);
}

std::string text_of(const Node& node, const std::string& key) {
  if (node.kind != Node::Kind::text)
    throw Error(node.place, key, "is " + kind_name(node.kind) + ", not text", "write it between quotes");
  if (node.text.find_first_not_of(" \t") == std::string::npos)
    throw Error(node.place, key, "is empty", "write what it is, or leave the key out");
  std::string text = on_one_line(node.text);  // a note may run over several lines of the file
  if (!is_printable(text))
    throw Error(node.place, key, "holds a control character, or one that does not show", "write it without");
  return text;
}

std::vector<std::string> texts_of(const Node& node, const std::string& key) {
  if (node.kind != Node::Kind::list)
    throw Error(node.place, key, "is " + kind_name(node.kind) + ", not a list of texts", "write [\"a\", \"b\"]");
  std::vector<std::string> out;
  for (const Node& item : node.items) out.push_back(text_of(item, key));
  return out;
}

/// Overrides the defaults by what a table says. Returns whether name was one of the four keys.
bool read_provenance(const std::string& name, const Node& node, const std::string& key, Defaults& defaults) {
  if (name == "basis") {
    defaults.basis = at(node.place, key, [&] { return parse_basis(text_of(node, key)); });
  } else if (name == "source") {
    defaults.source = text_of(node, key);
  } else if (name == "date") {
    defaults.date = fact_date(node, key);
  } else if (name == "dollars_of") {
    defaults.dollars_of = year_of(node, key);
  } else {
    return false;
  }
  return true;
}

Provenance complete(const Defaults& defaults, const Place& place, const std::string& key) {
  const char* missing = !defaults.basis ? "basis" : defaults.source.empty() ? "source" : "date";
  if (!defaults.basis || defaults.source.empty() || defaults.date.empty())
    throw Error(place, key, std::string("has no ") + missing,
                std::string("give ") + missing + " in the figure, in its entry or at the head of the file");
  return {*defaults.basis, defaults.source, defaults.date, defaults.dollars_of};
}

std::vector<std::string> keys_of(const std::vector<KeySchema>& keys, std::vector<std::string> more) {
  for (const KeySchema& key : keys) more.emplace_back(key.key);
  return more;
}

/// A count must be one whole number.
void check_count(const Distribution& value, const Place& place, const std::string& key) {
  if (!value.is_constant())
    throw Error(place, key, "is a distribution, but a count must be certain", "give one whole number");
  if (value.a != std::floor(value.a))
    throw Error(place, key, format_amount(value.a, dimension::none, 6) + " is not a whole number",
                "write " + format_amount(std::ceil(value.a), dimension::none, 6) + " or another whole number");
}

Figure read_figure(const Node& node, const KeySchema& schema, Defaults defaults, const std::string& key) {
  Figure figure;
  figure.key = schema.key;
  figure.kind = schema.kind;
  figure.dimension = schema.dimension;
  figure.unit = schema.unit;
  figure.place = node.place;
  const Node* value = &node;
  if (node.kind == Node::Kind::table) {
    for (const auto& [name, member] : node.members) {
      if (read_provenance(name, member, key + '.' + name, defaults)) continue;
      if (name == "note") figure.note = text_of(member, key + ".note");
    }
    if (schema.kind != Figure::Kind::amount) {
      for (const auto& [name, member] : node.members)
        if (name != "value" && name != "note" && !is_provenance(name))
          throw Error(member.place, key + '.' + name, "is not a key of a figure",
                      suggest(name, {"value", "basis", "source", "date", "note"},
                              "a figure has value, basis, source, date and note"));
      value = node.find("value");
      if (!value) throw Error(node.place, key, "has no value", "write { value = ..., basis = ... }");
    }
  }
  switch (schema.kind) {
    case Figure::Kind::amount:
      figure.amount = read_amount(node, schema.dimension, key, {"basis", "source", "date", "dollars_of", "note"});
      check_range(figure.amount, schema.dimension, schema.low, schema.high, node.place, key, schema.unit);
      if (schema.whole) check_count(figure.amount, node.place, key);
      break;
    case Figure::Kind::text:
      figure.text = text_of(*value, key);
      break;
    case Figure::Kind::texts:
      figure.texts = texts_of(*value, key);
      break;
    case Figure::Kind::boolean:
      if (value->kind != Node::Kind::boolean)
        throw Error(value->place, key, "is " + kind_name(value->kind) + ", not true or false", "write true or false");
      figure.boolean = value->boolean;
      break;
  }
  figure.provenance = complete(defaults, node.place, key);
  // What a file or an entry says of its dollars is about its amounts of money alone.
  if (figure.kind != Figure::Kind::amount || figure.dimension.money == 0) {
    if (const Node* year = node.kind == Node::Kind::table ? node.find("dollars_of") : nullptr)
      throw Error(year->place, key + ".dollars_of", "stands on what is no money", "leave it out");
    figure.provenance.dollars_of = 0;
  }
  return figure;
}

void check_name(const std::string& name, const Place& place, const std::string& key) {
  if (name.empty() || name.size() > 64 || name.find_first_not_of(name_letters) != std::string::npos)
    throw Error(place, printable(key), in_quotes(printable(name)) + " is not a name",
                "names are of lower-case letters, digits, dashes and dots");
}

/// What to do about a table that is no key of an entry. TOML takes [llama-3.1-8b] for a table 1-8b inside llama-3: what
/// looks like an entry of its own, with a title or a figure of the kind, wants quotes around its name. Empty for
/// others.
std::string quoted_name(const Node& table, std::string name, const std::vector<KeySchema>& keys) {
  const Node* node = &table;
  const auto is_known = [&](const auto& member) {
    const auto same = [&](const KeySchema& key) { return key.key == member.first; };
    return member.first == "title" || std::any_of(keys.begin(), keys.end(), same);
  };
  while (node->kind == Node::Kind::table && !node->members.empty()) {
    if (std::any_of(node->members.begin(), node->members.end(), is_known))
      return "put a name with a dot between quotes: [\"" + name + "\"]";
    name += '.' + node->members.front().first;
    node = &node->members.front().second;
  }
  return "";
}

/// An entry or a part. path is how messages call it.
Entry read_entry(const Node& node, const std::string& name, std::string_view kind, const std::vector<KeySchema>& keys,
                 const std::vector<GroupSchema>& groups, Defaults defaults, const std::string& path) {
  if (node.kind != Node::Kind::table)
    throw Error(node.place, path, "is " + kind_name(node.kind) + ", not a table",
                "write it as a section [" + path + "] with one key a line");
  Entry entry;
  entry.kind = kind;
  entry.name = name;
  entry.place = node.place;
  // The entry's own defaults hold for all its figures, also those written before them.
  for (const auto& [key, member] : node.members) read_provenance(key, member, path + '.' + key, defaults);
  for (const auto& [key, member] : node.members) {
    const std::string here = path + '.' + key;
    const auto named = [&, &k = key](const auto& known) {
      if constexpr (requires { known.group; }) return known.group == k;
      else return known.key == k;
    };
    if (is_provenance(key)) continue;
    if (key == "title") {
      entry.title = text_of(member, here);
    } else if (key == "note") {
      entry.note = text_of(member, here);
    } else if (key == "aliases") {
      entry.aliases = texts_of(member, here);
      for (const std::string& alias : entry.aliases) check_name(alias, member.place, here);
    } else if (const auto group = std::find_if(groups.begin(), groups.end(), named); group != groups.end()) {
      if (member.kind != Node::Kind::table)
        throw Error(member.place, here, "is " + kind_name(member.kind) + ", not a table of parts",
                    "write [" + here + ".NAME] sections");
      for (const auto& [part, table] : member.members) {
        if (!group->printed) check_name(part, table.place, here + '.' + part);
        else if (!is_printable(part) || part.empty() || part.size() > 120)
          throw Error(table.place, here + '.' + printable(part), "is not a name that software prints",
                      "write it as it is printed, in at most 120 characters");
        entry.parts.push_back(read_entry(table, part, key, group->keys, group->groups, defaults, here + '.' + part));
      }
    } else {
      const auto found = std::find_if(keys.begin(), keys.end(), named);
      if (found == keys.end()) {
        std::vector<std::string> known =
            keys_of(keys, {"title", "aliases", "note", "basis", "source", "date", "dollars_of"});
        for (const GroupSchema& other : groups) known.emplace_back(other.group);
        const std::string quoted = path == name ? quoted_name(member, here, keys) : "";
        throw Error(member.place, here, "is not a key of " + std::string(kind),
                    !quoted.empty() ? quoted : suggest(key, known, "`orrery show --schema` lists the keys"));
      }
      entry.figures.push_back(read_figure(member, *found, defaults, here));
    }
  }
  return entry;
}

/// Parts may name one another (the texts of a part): each name must be there, and no part may wait for itself.
void check_parts(const Entry& entry, const std::string& path) {
  std::vector<std::string> names;
  for (const Entry& part : entry.parts) names.push_back(part.name);
  for (const Entry& part : entry.parts)
    for (const Figure& figure : part.figures)
      for (const std::string& other : figure.texts)
        if (std::find(names.begin(), names.end(), other) == names.end())
          throw Error(figure.place, path + '.' + part.kind + '.' + part.name + '.' + figure.key,
                      in_quotes(other) + " is not a " + part.kind + " of this entry",
                      suggest(other, names, "name another part of the entry"));
  // Repeatedly settle the parts that wait for settled ones only; what is left waits in a circle.
  std::set<std::string> settled;
  for (size_t before = names.size() + 1; before != settled.size();) {
    before = settled.size();
    for (const Entry& part : entry.parts) {
      bool ready = true;
      for (const Figure& figure : part.figures)
        for (const std::string& other : figure.texts) ready = ready && settled.count(other) > 0;
      if (ready) settled.insert(part.name);
    }
  }
  for (const Entry& part : entry.parts)
    if (!settled.count(part.name))
      throw Error(part.place, path + '.' + part.kind + '.' + part.name, "waits for itself in a circle",
                  "take one of the names out of its after");
}

void check_required(const Entry& entry, const std::vector<KeySchema>& keys, const std::vector<GroupSchema>& groups,
                    const std::string& path) {
  for (const KeySchema& key : keys)
    if (key.required && !entry.find(key.key))
      throw Error(entry.place, path, "has no " + std::string(key.key),
                  "add " + std::string(key.key) + ": " + std::string(key.meaning));
  for (const Entry& part : entry.parts)
    for (const GroupSchema& group : groups)
      if (group.group == part.kind)
        check_required(part, group.keys, group.groups, path + '.' + part.kind + '.' + part.name);
}

}  // namespace

void check_whole(const Entry& entry, const KindSchema& schema) {
  check_required(entry, schema.keys, schema.groups, entry.name);
  if (schema.titled && entry.title.empty())
    throw Error(entry.place, entry.name, "has no title", "add title = \"the name as people write it\"");
  check_parts(entry, entry.name);
}

std::vector<Entry> read_entries(std::string_view toml, std::string_view kind, const std::string& name, bool whole) {
  const KindSchema& schema = schema_of(kind);
  const Node file = parse_document(toml, name);
  Defaults defaults;
  for (const auto& [key, node] : file.members) read_provenance(key, node, key, defaults);
  std::vector<Entry> entries;
  std::set<std::string> taken;
  for (const auto& [key, node] : file.members) {
    if (is_provenance(key)) continue;
    if (key == "kind" && node.kind == Node::Kind::text) {
      if (node.text != kind)
        throw Error(node.place, key, "is " + in_quotes(node.text) + ", in a file of " + std::string(kind),
                    "leave it out, or put the file elsewhere");
      continue;
    }
    if (node.kind != Node::Kind::table)
      throw Error(node.place, key, "is neither a default nor an entry",
                  suggest(key, provenance_keys, "a file has basis, source, date and [NAME] sections"));
    check_name(key, node.place, key);
    Entry entry = read_entry(node, key, kind, schema.keys, schema.groups, defaults, key);
    if (whole) check_whole(entry, schema);
    if (!taken.insert(entry.name).second)
      throw Error(entry.place, key, in_quotes(entry.name) + " is already an alias in this file",
                  "give each entry its own name");
    for (const std::string& alias : entry.aliases)
      if (!taken.insert(alias).second)
        throw Error(node.find("aliases")->place, key + ".aliases", in_quotes(alias) + " is already a name in this file",
                    "give each entry its own names");
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace orrery::catalog
