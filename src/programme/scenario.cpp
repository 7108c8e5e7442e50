#include "programme/scenario.h"

#include <algorithm>
#include <filesystem>

#include "programme/keys.h"

namespace orrery::programme {
namespace {

namespace fs = std::filesystem;
constexpr size_t deepest_stack = 16;

/// A site or chips shorthand as the table it stands for.
void normalise(Node& root) {
  if (Node* site = root.find("site"); site && site->kind == Node::Kind::text) {
    Node inner;
    inner.place = site->place;
    Node location = *site;
    inner.members.emplace_back("location", std::move(location));
    Node table;
    table.place = site->place;
    table.members.emplace_back(site->text, std::move(inner));
    *site = std::move(table);
  }
  if (Node* chips = root.find("chips"); chips && chips->kind == Node::Kind::text) {
    Node* order = root.find("order");
    if (order && order->kind == Node::Kind::table && !order->members.empty() && !order->find("first"))
      throw Error(chips->place, "chips", "stands beside orders", "write it as an order too: [order.NAME] chips = \"...\"");
    Node value = *chips;
    if (!order) {
      root.members.emplace_back("order", Node{});
      order = &root.members.back().second;
      order->place = value.place;
    }
    if (order->kind == Node::Kind::table) {
      Node* first = order->find("first");
      if (!first) {
        order->members.emplace_back("first", Node{});
        first = &order->members.back().second;
        first->place = value.place;
      }
      if (first->kind == Node::Kind::table) {
        if (Node* had = first->find("chips")) {
          if (had->place.file == value.place.file && value.place.file != command_line)
            throw Error(value.place, "chips", "stands beside order.first.chips", "write one of the two");
          *had = std::move(value);
        } else
          first->members.emplace_back("chips", std::move(value));
      }
    }
    std::erase_if(root.members, [](const auto& m) { return m.first == "chips"; });
  }
}

/// Whether a path is a section ("order.first") or a group of sections ("order"); all else is a value.
bool is_section(std::vector<std::string> path) {
  if (find_section(path)) return true;
  path.emplace_back("*");
  return find_section(path) != nullptr;
}

/// Puts what over says onto base: sections join key by key, values are replaced. A distribution or a figure with its
/// source is one value, never joined.
void stack(Node& base, const Node& over, std::vector<std::string>& path) {
  for (const auto& [key, node] : over.members) {
    Node* had = base.find(key);
    path.push_back(key);
    if (had && had->kind == Node::Kind::table && node.kind == Node::Kind::table && is_section(path))
      stack(*had, node, path);
    else if (had)
      *had = node;
    else
      base.members.emplace_back(key, node);
    path.pop_back();
  }
}

/// Removes the entries that a scenario set to false in a group of its base.
void remove_false(Node& table, std::vector<std::string>& path) {
  const bool group = find_section(path) == nullptr;
  std::erase_if(table.members, [&](const auto& m) {
    if (m.second.kind != Node::Kind::boolean || m.second.boolean) return false;
    if (group) return true;
    const Section* section = find_section(path);
    return std::find(section->tables.begin(), section->tables.end(), m.first) != section->tables.end();
  });
  for (auto& [key, node] : table.members) {
    if (node.kind != Node::Kind::table) continue;
    path.push_back(key);
    if (is_section(path)) remove_false(node, path);
    path.pop_back();
  }
}

Node read_stack(const std::string& path, std::vector<std::string>& chain, const Place& named_at) {
  std::error_code ignored;
  const std::string identity = fs::weakly_canonical(path, ignored).string();
  if (std::find(chain.begin(), chain.end(), identity) != chain.end())
    throw Error(named_at, "base", in_quotes(path) + " is based on itself", "break the circle of bases");
  if (chain.size() >= deepest_stack)
    throw Error(named_at, "base", "more than 16 scenarios are stacked", "base the scenario on fewer files");
  chain.push_back(identity);

  Node own;
  try {
    own = read_document(path);
  } catch (const Error& error) {
    if (named_at.file.empty() || error.place().line > 0) throw;
    throw Error(named_at, "base", in_quotes(path) + " " + error.problem(), error.remedy());
  }
  const Node* base = own.find("base");
  if (!base) {
    normalise(own);
    return own;
  }
  if (base->kind != Node::Kind::text)
    throw Error(base->place, "base", "is " + kind_name(base->kind) + ", not the path of a scenario", "write base = \"other.toml\"");
  const fs::path below = fs::path(path).parent_path() / base->text;
  Node root = read_stack(below.string(), chain, base->place);
  std::erase_if(own.members, [](const auto& m) { return m.first == "base"; });
  // site = "..." names another place: what the base built elsewhere does not move there.
  if (const Node* site = own.find("site"); site && site->kind == Node::Kind::text)
    std::erase_if(root.members, [](const auto& m) { return m.first == "site"; });
  normalise(own);
  std::vector<std::string> at;
  stack(root, own, at);
  return root;
}

/// Applies KEY=VALUE; had holds the keys that were set before.
void override_one(Node& root, const std::string& text, std::vector<std::string>& had) {
  const size_t equals = text.find('=');
  const Place place{command_line, 0, 0};
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
  if (std::find(had.begin(), had.end(), path) != had.end())
    throw Error(place, path, "is set twice", "give one --set for each key");
  had.push_back(path);
  if (value.empty()) throw Error(place, path, "has no value", "write --set " + path + "=VALUE");
  Node* at = &root;
  size_t from = 0;
  while (true) {
    const size_t dot = path.find('.', from);
    const std::string key = path.substr(from, dot == std::string::npos ? dot : dot - from);
    if (key.empty()) throw Error(place, path, "is not a path of keys", "write names between dots, as in site.memphis.burn_in");
    if (at->kind != Node::Kind::table)
      throw Error(place, path, "goes through " + kind_name(at->kind), "name a key of a table");
    Node* next = at->find(key);
    if (!next) {
      at->members.emplace_back(key, Node{});
      next = &at->members.back().second;
      next->place = place;
    }
    at = next;
    if (dot == std::string::npos) break;
    from = dot + 1;
  }
  *at = parse_value(value, place);
}

Scenario finish(Node root, const std::string& file, const std::vector<std::string>& overrides) {
  std::vector<std::string> had;
  for (const std::string& text : overrides) {
    override_one(root, text, had);
    normalise(root);
  }
  std::vector<std::string> path;
  remove_false(root, path);
  check_scenario(root);
  return {file, std::move(root)};
}

}  // namespace

Scenario read_scenario(const std::string& path, const std::vector<std::string>& overrides) {
  std::vector<std::string> chain;
  return finish(read_stack(path, chain, {}), path, overrides);
}

Scenario parse_scenario(std::string_view text, const std::string& name, const std::vector<std::string>& overrides) {
  Node root = parse_document(text, name);
  if (const Node* base = root.find("base"))
    throw Error(base->place, "base", "cannot be followed from text", "read the scenario from a file");
  normalise(root);
  return finish(std::move(root), name, overrides);
}

}  // namespace orrery::programme
