#include "scenario/stack.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "base/text.h"
#include "scenario/change.h"
#include "scenario/check.h"

namespace orrery::scenario {
namespace {

namespace fs = std::filesystem;
constexpr size_t deepest_stack = 16;

/// Whether a path is a section ("order.first") or a group of sections ("order"); all else is a value.
bool is_section(const Form& form, std::vector<std::string> path) {
  if (find_section(form, path)) return true;
  path.emplace_back("*");
  return find_section(form, path) != nullptr;
}

/// Puts what over says onto base: sections join key by key, values are replaced. A distribution, a figure with its
/// source and a list of rows are one value, never joined.
void stack(const Form& form, Node& base, const Node& over, std::vector<std::string>& path) {
  std::map<std::string, size_t> places;
  for (const auto& [key, node] : base.members) places.emplace(key, places.size());
  for (const auto& [key, node] : over.members) {
    const auto found = places.find(key);
    Node* had = found == places.end() ? nullptr : &base.members[found->second].second;
    path.push_back(key);
    if (had && had->kind == Node::Kind::table && node.kind == Node::Kind::table && is_section(form, path))
      stack(form, *had, node, path);
    else if (had) *had = node;
    else base.members.emplace_back(key, node);
    path.pop_back();
  }
}

/// Removes the entries that a scenario set to false in a group of its base.
void remove_false(const Form& form, Node& table, std::vector<std::string>& path) {
  // A cause of the catalog's stands in no file: false has it none of its strength, which tie_causes sees to.
  if (path == std::vector<std::string>{"cause"}) return;
  const Section* section = find_section(form, path);
  const std::vector<std::string_view> tables = section ? tables_of(*section) : std::vector<std::string_view>{};
  std::erase_if(table.members, [&](const auto& m) {
    if (m.second.kind != Node::Kind::boolean || m.second.boolean) return false;
    if (!section) return true;
    if (std::find(tables.begin(), tables.end(), m.first) != tables.end()) return true;
    const Key* key = find_key(*section, m.first);
    return key && key->name == "*";
  });
  for (auto& [key, node] : table.members) {
    if (node.kind != Node::Kind::table) continue;
    path.push_back(key);
    if (is_section(form, path)) remove_false(form, node, path);
    path.pop_back();
  }
}

/// Takes `catalog` out of a tree: the paths of facts of one's own, relative to the folder of the file.
std::vector<Node> take_catalogs(Node& root, const fs::path& folder) {
  std::vector<Node> out;
  const Node* given = root.find("catalog");
  if (!given) return out;
  const Node& value = bare(*given);
  for (const Node& item : value.kind == Node::Kind::list ? value.items : std::vector<Node>{value}) {
    if (item.kind != Node::Kind::text || item.text.empty())
      throw Error(item.place, "catalog", "is " + kind_name(item.kind) + ", not the path of a file or folder",
                  "write catalog = [\"my-chips.toml\"]");
    out.push_back(item);
    out.back().text = (folder / item.text).lexically_normal().string();
  }
  std::erase_if(root.members, [](const auto& m) { return m.first == "catalog"; });
  return out;
}

/// A file, or the text that would stand in it, with the files it is based on, the deepest first.
std::vector<Node> read_chain(const std::string& path, std::vector<std::string>& chain, const Place& named_at,
                             std::vector<Node>& catalogs, std::optional<std::string_view> text = std::nullopt) {
  std::error_code ignored;
  const std::string identity = fs::weakly_canonical(path, ignored).string();
  if (std::find(chain.begin(), chain.end(), identity) != chain.end())
    throw Error(named_at, "base", in_quotes(path) + " is based on itself", "break the circle of bases");
  if (chain.size() >= deepest_stack)
    throw Error(named_at, "base", "more than 16 scenarios are stacked", "base the scenario on fewer files");
  chain.push_back(identity);

  Node own;
  try {
    own = text ? parse_document(*text, path) : read_document(path);
  } catch (const Error& error) {
    if (named_at.file.empty() || error.place().line > 0) throw;
    throw Error(named_at, "base", in_quotes(path) + " " + error.problem(), error.remedy());
  }
  std::vector<Node> out;
  if (const Node* base = own.find("base")) {
    if (base->kind != Node::Kind::text)
      throw Error(base->place, "base", "is " + kind_name(base->kind) + ", not the path of a scenario",
                  "write base = \"other.toml\"");
    out = read_chain((fs::path(path).parent_path() / base->text).string(), chain, base->place, catalogs);
    std::erase_if(own.members, [](const auto& m) { return m.first == "base"; });
  }
  for (Node& file : take_catalogs(own, fs::path(path).parent_path())) catalogs.push_back(std::move(file));
  out.push_back(std::move(own));
  return out;
}

/// The value that a dotted path names, made where it is missing. Throws Error for a path through a value.
Node& node_at(Node& root, const std::string& path, const Place& place) {
  Node* at = &root;
  for (const std::string& part : parts_of(path)) {
    if (part.empty() || part == "[")
      throw Error(place, path, "is not a path of keys", "write names between dots, as in site.memphis.burn_in");
    if (part.front() == '[') {
      size_t row = 0;
      const char* end = part.data() + part.size() - 1;
      const bool number = part.back() == ']' && std::from_chars(part.data() + 1, end, row).ptr == end;
      if (!number || at->kind != Node::Kind::list || row >= at->items.size())
        throw Error(place, path, fmt::format("has no row {}", part),
                    at->kind != Node::Kind::list || at->items.empty()
                        ? "name a key of a table"
                        : fmt::format("its rows are [0] to [{}]", at->items.size() - 1));
      at = &at->items[row];
      continue;
    }
    if (at->kind != Node::Kind::table)
      throw Error(place, path, "goes through " + kind_name(at->kind),
                  at->kind == Node::Kind::list ? "name a row by its place, such as commitment[0].amount"
                                               : "name a key of a table");
    Node* next = at->find(part);
    if (!next) {
      at->members.emplace_back(part, Node{});
      next = &at->members.back().second;
      next->place = place;
    }
    at = next;
  }
  return *at;
}

/// The entries of the group in which a path names one that is not there: "turbines" where site.memphis.power.turbine is
/// named. Empty where the group has none, whose default the path may change.
std::vector<std::string> entries_beside(const Node& root, const Form& form, const std::string& path) {
  const Node* at = &root;
  std::vector<std::string> walked;
  for (const std::string& part : parts_of(path)) {
    if (!at || at->kind != Node::Kind::table) return {};
    std::vector<std::string> chosen = walked;
    chosen.emplace_back("*");
    if (!walked.empty() && !find_section(form, walked) && find_section(form, chosen) && !at->find(part)) {
      std::vector<std::string> names;
      for (const auto& [name, node] : at->members) names.push_back(name);
      return names;
    }
    at = at->find(part);
    walked.push_back(part);
  }
  return {};
}

/// Applies KEY=VALUE; had holds the keys that were set before.
void override_one(Node& root, const Form& form, const std::string& text, std::vector<std::string>& had) {
  const size_t equals = text.find('=');
  const Place place{override_place, 0, 0};
  if (equals == std::string::npos || equals == 0)
    throw Error(place, "", in_quotes(text) + " is not KEY=VALUE", "write --set site.memphis.burn_in=\"3 days\"");
  std::string path = text.substr(0, equals), value = text.substr(equals + 1);
  auto trim = [](std::string& s) {
    s.erase(0, s.find_first_not_of(" \t\n"));
    s.erase(s.find_last_not_of(" \t\n") + 1);
  };
  trim(path), trim(value);
  if (path == "base")
    throw Error(place, path, "is read before the overrides", "write base in a file, or name that scenario itself");
  if (path == "catalog") throw Error(place, path, "is read before the overrides", "write --catalog PATH");
  if (value.empty()) throw Error(place, path, "has no value", "write --set " + path + "=VALUE");
  const std::vector<std::string> beside = entries_beside(root, form, path);
  Node& node = node_at(root, path, place);
  const bool given = node.kind != Node::Kind::table || !node.members.empty();
  Node own = parse_value(value, place);
  std::optional<Node> change;
  const Key* key = find_key(form, path);
  if (own.kind == Node::Kind::text && !(key && key->type == KeyType::text)) {
    const bool date = key && (key->type == KeyType::date || key->type == KeyType::date_or_event);
    change = changed(given ? &node : nullptr, own.text, place, path, date);
  }
  if (change && !given && !key)
    throw Error(place, path, "is no key of " + std::string(form.called) + ", so that " + own.text + " changes nothing",
                "`orrery show SCENARIO --resolved` prints the keys with their values");
  if (change && !given && !beside.empty())
    throw Error(place, path, "is of an entry that the scenario does not have, so that " + own.text + " changes nothing",
                fmt::format("name one of {}", fmt::join(beside, ", ")));
  // What was set before may be changed; a second value of its own is a mistake.
  if (!change && std::find(had.begin(), had.end(), path) != had.end())
    throw Error(place, path, "is set twice", "give one --set for each key");
  had.push_back(path);
  node = change ? std::move(*change) : std::move(own);
}

void unfold(const Form& form, Node& root) {
  if (form.unfold) form.unfold(root);
}

/// A description, a note and a source may run over several lines of the file, but are one paragraph.
void join_lines(Node& node) {
  for (auto& [key, member] : node.members) {
    if (member.kind == Node::Kind::text && (key == "description" || key == "note" || key == "source"))
      member.text = on_one_line(member.text);
    join_lines(member);
  }
  for (Node& item : node.items) join_lines(item);
}

/// takes_away: entries may be set to false.
Scenario finish(Node root, const std::string& file, const std::vector<std::string>& overrides, const Form& form,
                std::vector<Node> catalogs, bool takes_away = true) {
  std::vector<std::string> had, path;
  for (const std::string& text : overrides) {
    override_one(root, form, text, had);
    unfold(form, root);
  }
  if (takes_away) remove_false(form, root, path);
  join_lines(root);
  check(root, form);
  return {file, &form, std::move(root), std::move(catalogs), 0};
}

}  // namespace

const Form& form_of(const Node& root, std::span<const Form* const> forms) {
  // What one kind is told by may be a section of another, as a chip factory is of a programme that draws on some.
  const auto has_table = [](const Form& form, std::string_view name) {
    const std::vector<std::string_view>& tables = form.sections.front().tables;
    return std::find(tables.begin(), tables.end(), name) != tables.end();
  };
  const Form* found = nullptr;
  std::string_view mark_found;
  for (const Form* form : forms)
    for (const std::string_view mark : form->marks) {
      const Node* node = root.find(mark);
      if (!node || form == found || (found && has_table(*found, mark))) continue;
      if (found)
        throw Error(node->place, std::string(mark),
                    fmt::format("makes this {}, and {} makes it {}", form->called, mark_found, found->called),
                    "keep one kind to a file: leave one of the two out");
      found = form, mark_found = mark;
    }
  if (found) return *found;
  auto known = [&](const Form& form) {
    const std::vector<std::string_view>& tables = form.sections.front().tables;
    return std::count_if(root.members.begin(), root.members.end(), [&](const auto& m) {
      return find_key(form.sections.front(), m.first) ||
             std::find(tables.begin(), tables.end(), m.first) != tables.end();
    });
  };
  return **std::max_element(forms.begin(), forms.end(),
                            [&](const Form* a, const Form* b) { return known(*a) < known(*b); });
}

namespace {

Scenario stacked(const std::string& path, std::optional<std::string_view> text,
                 const std::vector<std::string>& overrides, std::span<const Form* const> forms) {
  std::vector<std::string> chain;
  std::vector<Node> catalogs;
  std::vector<Node> files = read_chain(path, chain, {}, catalogs, text);
  Node together;  // all top-level keys of the stack, which tell its kind
  together.place = {path};
  std::set<std::string> seen;
  for (const Node& file : files)
    for (const auto& member : file.members)
      if (seen.insert(member.first).second) together.members.push_back(member);
  const Form& form = form_of(together, forms);
  Node root = std::move(files.front());
  unfold(form, root);
  for (size_t i = 1; i < files.size(); ++i) {
    if (form.replace) form.replace(root, files[i]);
    unfold(form, files[i]);
    std::vector<std::string> at;
    stack(form, root, files[i], at);
  }
  return finish(std::move(root), path, overrides, form, std::move(catalogs));
}

}  // namespace

Scenario read_scenario(const std::string& path, const std::vector<std::string>& overrides,
                       std::span<const Form* const> forms) {
  return stacked(path, std::nullopt, overrides, forms);
}

Scenario read_scenario_text(std::string_view text, const std::string& path, std::span<const Form* const> forms) {
  return stacked(path, text, {}, forms);
}

Scenario changed_scenario(const Scenario& scenario, const std::vector<std::string>& overrides) {
  // What was taken away when it was read is gone.
  const bool takes_away = std::any_of(overrides.begin(), overrides.end(),
                                      [](const std::string& text) { return text.find("false") != std::string::npos; });
  Scenario out = finish(scenario.root, scenario.file, overrides, *scenario.form, scenario.catalogs, takes_away);
  out.threads = scenario.threads;
  return out;
}

Scenario parse_scenario(std::string_view text, const std::string& name, const std::vector<std::string>& overrides,
                        std::span<const Form* const> forms) {
  return finish_scenario(parse_document(text, name), name, overrides, forms);
}

Scenario finish_scenario(Node root, const std::string& name, const std::vector<std::string>& overrides,
                         std::span<const Form* const> forms) {
  if (const Node* base = root.find("base"))
    throw Error(base->place, "base", "cannot be followed from text", "read the scenario from a file");
  std::vector<Node> catalogs = take_catalogs(root, "");
  const Form& form = form_of(root, forms);
  unfold(form, root);
  return finish(std::move(root), name, overrides, form, std::move(catalogs));
}

}  // namespace orrery::scenario
