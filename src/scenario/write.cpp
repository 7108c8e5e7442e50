#include "scenario/write.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <optional>

namespace orrery::scenario {
namespace {

namespace fs = std::filesystem;

std::string key_text(std::string_view key) {
  const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  });
  return bare ? std::string(key) : toml_text(key);
}

std::string number_text(const Node& node) {
  if (node.whole) return fmt::format("{:.0f}", node.number);
  std::string text = fmt::format("{}", node.number);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

/// A value in one line.
std::string value_text(const Node& node) {
  std::string out;
  const auto join = [&](const std::string& item) { out += (out.empty() ? "" : ", ") + item; };
  switch (node.kind) {
    case Node::Kind::text:
      return toml_text(node.text);
    case Node::Kind::number:
      return number_text(node);
    case Node::Kind::boolean:
      return node.boolean ? "true" : "false";
    case Node::Kind::date:
      return node.date.text();
    case Node::Kind::list:
      for (const Node& item : node.items) join(value_text(item));
      return '[' + out + ']';
    case Node::Kind::table:
      for (const auto& [key, member] : node.members) join(key_text(key) + " = " + value_text(member));
      return out.empty() ? "{}" : "{ " + out + " }";
  }
  return out;
}

/// Whether a table is a section ("order.first") or a group of sections ("order").
bool is_section(const Form& form, std::vector<std::string> path) {
  if (find_section(form, path)) return true;
  path.emplace_back("*");
  return find_section(form, path) != nullptr;
}

class Writer {
 public:
  explicit Writer(const Form& form) : form_(form) {}

  std::string out;

  /// The values of a table, then its sections.
  void table(const Node& node) {
    std::vector<const std::pair<std::string, Node>*> below;
    for (const auto& member : node.members) {
      path_.push_back(member.first);
      const bool section =
          (member.second.kind == Node::Kind::table && is_section(form_, path_)) || is_rows(member.second);
      path_.pop_back();
      if (section) below.push_back(&member);
      else out += key_text(member.first) + " = " + value_text(member.second) + '\n';
    }
    for (const auto* member : below) {
      path_.push_back(member->first);
      if (member->second.kind == Node::Kind::list) {
        for (const Node& row : member->second.items) {
          header("[[", "]]");
          for (const auto& [key, value] : row.members) out += key_text(key) + " = " + value_text(value) + '\n';
        }
      } else {
        // A group of sections needs no header of its own.
        const bool group =
            !member->second.members.empty() &&
            std::all_of(member->second.members.begin(), member->second.members.end(), [&](const auto& m) {
              std::vector<std::string> path = path_;
              path.push_back(m.first);
              return m.second.kind == Node::Kind::table && is_section(form_, path);
            });
        if (!group) header("[", "]");
        table(member->second);
      }
      path_.pop_back();
    }
  }

 private:
  const Form& form_;
  std::vector<std::string> path_;

  static bool is_rows(const Node& node) {
    return node.kind == Node::Kind::list && !node.items.empty() &&
           std::all_of(node.items.begin(), node.items.end(), [](const Node& n) { return n.kind == Node::Kind::table; });
  }
  void header(const char* opens, const char* closes) {
    std::string name;
    for (const std::string& part : path_) name += (name.empty() ? "" : ".") + key_text(part);
    out += (out.empty() ? "" : "\n") + (opens + name) + closes + '\n';
  }
};

/// A tree in a form in which equal trees are equal texts.
void put_canonical(std::string& out, const Node& node) {
  if (node.kind == Node::Kind::table) {
    std::vector<const std::pair<std::string, Node>*> members;
    for (const auto& member : node.members) members.push_back(&member);
    std::sort(members.begin(), members.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
    out += '{';
    for (const auto* member : members) {
      out += toml_text(member->first) + '=';
      put_canonical(out, member->second);
      out += ',';
    }
    out += '}';
  } else if (node.kind == Node::Kind::list) {
    out += '[';
    for (const Node& item : node.items) put_canonical(out, item), out += ',';
    out += ']';
  } else {
    out += value_text(node);
  }
}

std::string canonical(const Scenario& scenario) {
  std::string out(scenario.form->name);
  put_canonical(out, scenario.root);
  for (const Node& catalog : scenario.catalogs) out += '\n' + fs::absolute(catalog.text).lexically_normal().string();
  return out;
}

/// The value at a path of keys, up to the first row of a list; null where there is none.
const Node* find(const Node& root, const std::vector<std::string>& path) {
  const Node* at = &root;
  for (const std::string& part : path) at = at && at->kind == Node::Kind::table ? at->find(part) : nullptr;
  return at;
}

/// Puts a value at a path, through tables that are made where they are missing.
void put(Node& root, const std::vector<std::string>& path, Node value) {
  Node* at = &root;
  for (const std::string& part : path) {
    if (at->kind != Node::Kind::table) *at = Node{};
    Node* next = at->find(part);
    if (!next) next = &at->members.emplace_back(part, Node{}).second;
    at = next;
  }
  *at = std::move(value);
}

Node text_node(std::string text) {
  Node out;
  out.kind = Node::Kind::text, out.text = std::move(text);
  return out;
}

/// What overrides change, as a file stacked on the base says it. An override that changes what is given, and one of a
/// row, is written as what came of it.
Node changes(const Scenario& changed, const std::vector<std::string>& overrides) {
  Node out;
  for (const std::string& text : overrides) {
    const size_t equals = text.find('=');
    std::string key = text.substr(0, equals);
    key.erase(0, key.find_first_not_of(" \t\n"));
    key.erase(key.find_last_not_of(" \t\n") + 1);
    std::vector<std::string> path = parts_of(key);
    const auto row = std::find_if(path.begin(), path.end(), [](const std::string& p) { return p.starts_with('['); });
    const bool of_row = row != path.end();
    path.erase(row, path.end());
    Node own = parse_value(text.substr(equals + 1), {override_place});
    const Node* came = find(changed.root, path);
    put(out, path, came && (of_row || own.kind == Node::Kind::text) ? *came : std::move(own));
  }
  return out;
}

}  // namespace

std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\', out += c;
    else if (c == '\n') out += "\\n";
    else if (c == '\t') out += "\\t";
    else if (static_cast<unsigned char>(c) < 32 || c == 127)
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    else out += c;
  }
  return out + '"';
}

std::string toml_of(const Node& root, const Form& form) {
  Writer writer(form);
  writer.table(root);
  return std::move(writer.out);
}

std::string hash_of(const Scenario& scenario) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : canonical(scenario)) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return fmt::format("{:016x}", hash);
}

namespace {

/// The whole tree as the text of a file, its own facts named from anywhere. Throws Error where it does not read back.
std::string whole(const Scenario& scenario, const std::string& file, std::span<const Form* const> forms) {
  Node root = scenario.root;
  if (!scenario.catalogs.empty()) {
    Node list;
    list.kind = Node::Kind::list;
    for (const Node& catalog : scenario.catalogs)
      list.items.push_back(text_node(fs::absolute(catalog.text).lexically_normal().string()));
    root.members.emplace(root.members.begin(), "catalog", std::move(list));
  }
  std::string text = toml_of(root, *scenario.form);
  if (canonical(read_scenario_text(text, file, forms)) != canonical(scenario))
    throw Error({scenario.file}, "", "cannot be written as one file that says the same",
                "write base and the changed keys into a file by hand");
  return text;
}

}  // namespace

std::string based_text(const std::string& base, const std::vector<std::string>& overrides, const std::string& path,
                       std::span<const Form* const> forms) {
  const Scenario changed = read_scenario(base, overrides, forms);
  Node root;
  const fs::path from = fs::absolute(base).lexically_normal(), place = fs::absolute(path).lexically_normal();
  const fs::path beside = from.lexically_relative(place.parent_path());
  const bool near = !beside.empty() && *beside.begin() != "..";
  root.members.emplace_back("base", text_node((near ? beside : from).string()));
  for (auto& member : changes(changed, overrides).members) root.members.push_back(std::move(member));
  std::string text = toml_of(root, *changed.form);
  try {
    if (canonical(read_scenario_text(text, path, forms)) == canonical(changed)) return text;
  } catch (const Error&) {  // what a base and changes cannot say, such as one row of a list that stays
  }
  return whole(changed, path, forms);
}

std::string whole_text(const std::string& base, const std::vector<std::string>& overrides,
                       std::span<const Form* const> forms) {
  return whole(read_scenario(base, overrides, forms), base, forms);
}

}  // namespace orrery::scenario
