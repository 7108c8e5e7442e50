#include "base/document.h"

#include <algorithm>
#include <cmath>

#include "base/files.h"

// The library's parser asserts what some malformed texts may break, and with NDEBUG assumes it. Here a broken assertion
// is an exception in every build, so that such text is refused like any other.
#undef NDEBUG
struct orrery_toml_assertion {};
[[noreturn]] static void refuse_toml() {
  throw orrery_toml_assertion();
}
#define TOML_ASSERT(expr) ((expr) ? static_cast<void>(0) : refuse_toml())
#define TOML_EXCEPTIONS 1
#define TOML_MAX_NESTED_VALUES 64
#define TOML_ENABLE_FORMATTERS 0
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <toml++/toml.h>
#pragma GCC diagnostic pop

namespace orrery {
namespace {

constexpr int deepest = TOML_MAX_NESTED_VALUES;
constexpr size_t most_values = 100'000;

Place place_of(const toml::source_region& region, const std::string& name) {
  return {name, static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
}

/// key is the dotted path of the node, for messages.
Node convert(const toml::node& from, const std::string& name, const std::string& key, int depth) {
  Node to;
  to.place = place_of(from.source(), name);
  if (depth > deepest)
    throw Error(to.place, key.substr(0, 100), "tables are nested too deeply", "nest at most 64 levels");
  if (const auto* table = from.as_table()) {
    to.kind = Node::Kind::table;
    for (const auto& [inner, value] : *table) {
      const std::string own(inner.str());
      to.members.emplace_back(own, convert(value, name, key.empty() ? own : key + '.' + own, depth + 1));
      Place& at = to.members.back().second.place;
      // A key's own place is the better one for messages: a table of [[x]] starts at its first key otherwise.
      if (inner.source().begin.line > 0) at = place_of(inner.source(), name);
    }
    std::stable_sort(to.members.begin(), to.members.end(), [](const auto& a, const auto& b) {
      return std::pair(a.second.place.line, a.second.place.column) <
             std::pair(b.second.place.line, b.second.place.column);
    });
  } else if (const auto* array = from.as_array()) {
    to.kind = Node::Kind::list;
    for (const auto& item : *array) to.items.push_back(convert(item, name, key, depth + 1));
  } else if (const auto* text = from.as_string()) {
    to.kind = Node::Kind::text;
    to.text = text->get();
  } else if (const auto* whole = from.as_integer()) {
    to.kind = Node::Kind::number;
    to.number = static_cast<double>(whole->get());
    to.whole = true;
  } else if (const auto* real = from.as_floating_point()) {
    to.kind = Node::Kind::number;
    to.number = real->get();
    if (!std::isfinite(to.number)) throw Error(to.place, key, "the number is not finite", "write a finite number");
  } else if (const auto* boolean = from.as_boolean()) {
    to.kind = Node::Kind::boolean;
    to.boolean = boolean->get();
  } else if (const auto* date = from.as_date()) {
    to.kind = Node::Kind::date;
    to.date = at(to.place, key, [&] { return make_date(date->get().year, date->get().month, date->get().day); });
  } else {
    throw Error(to.place, key, "a time of day is not used here", "write a day as 2024-04-24");
  }
  return to;
}

/// Refuses characters that TOML has no place for: control characters anywhere, and outside strings and comments what is
/// not ASCII. The library's parser meets the latter with undefined behaviour (U+02A0 in a key), so it must not see
/// them. Nor dotted keys of very many parts: each makes a table, and tables are freed by recursion; nor more values and
/// tables than any file holds, of which each takes some 300 bytes.
void check_characters(std::string_view text, const std::string& name) {
  enum class Within { nothing, comment, string } within = Within::nothing;
  std::string_view closing;  // of the string within which we are
  Place place{name, 1, 0};
  char before = '\n';  // the last character outside strings that is no blank
  int dots = 0;        // of the dotted key within which we may be
  size_t values = 0;   // and tables, each of which one of these characters begins or ends
  size_t skip = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    const std::string_view rest = text.substr(i);
    if ((c & 0xC0) != 0x80) ++place.column;
    if ((c < 32 && c != '\t' && c != '\n' && c != '\r') || c == 127)
      throw Error(place, "", "not TOML: a control character", "take it out, or write it as an escape in a string");
    if (c == '\n') {
      ++place.line, place.column = 0;
      if (within == Within::comment || (within == Within::string && closing.size() == 1)) within = Within::nothing;
    }
    if (skip > 0) {
      --skip;
    } else if (within == Within::nothing) {
      if (c == '#') within = Within::comment;
      if (std::string_view("=,[.").find(text[i]) != std::string_view::npos && ++values > most_values)
        throw Error(place, "", "there are more values than in any file of this kind",
                    "give at most " + std::to_string(most_values) + " values, or several files");
      if (c == '.') {
        if (++dots >= deepest) throw Error(place, "", "tables are nested too deeply", "nest at most 64 levels");
      } else if (std::string_view("\n=,[]{}").find(text[i]) != std::string_view::npos) {
        dots = 0;
      }
      if (c >= 128)
        throw Error(place, "", "not TOML: a character that is not ASCII outside quotes",
                    "put the text between quotes; keys are of letters, digits, dashes and underscores");
      if (c == '"' || c == '\'') {
        // In the middle of a value it opens no string, and what follows would be met outside of one.
        if (before != '\n' && std::string_view("=[,{.").find(before) == std::string_view::npos)
          throw Error(place, "", "not TOML: a quote in the middle of a value or key",
                      "put the whole text between quotes");
        within = Within::string;
        closing = c == '"' ? "\"\"\"" : "'''";
        if (!rest.starts_with(closing)) closing.remove_suffix(2);
        skip = closing.size() - 1;
      }
      if (c != ' ' && c != '\t' && c != '\r') before = static_cast<char>(c);
    } else if (within == Within::string) {
      if (c == '\\' && closing[0] == '"') {
        skip = rest.size() > 1 && rest[1] != '\n' ? 1 : 0;
      } else if (rest.starts_with(closing)) {
        // Up to two quotes may stand before the three that close.
        size_t quotes = closing.size();
        while (quotes >= 3 && quotes < 5 && quotes < rest.size() && rest[quotes] == closing[0]) ++quotes;
        within = Within::nothing;
        skip = quotes - 1;
      }
    }
  }
}

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

}  // namespace

Node::Node() = default;
Node::Node(const Node&) = default;
Node::Node(Node&&) noexcept = default;
Node& Node::operator=(const Node&) = default;
Node& Node::operator=(Node&&) noexcept = default;
Node::~Node() = default;

const Node* Node::find(std::string_view key) const {
  for (const auto& [name, value] : members)
    if (name == key) return &value;
  return nullptr;
}

Node* Node::find(std::string_view key) {
  return const_cast<Node*>(std::as_const(*this).find(key));
}

std::string kind_name(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::table:
      return "a table";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::text:
      return "text";
    case Node::Kind::number:
      return "a number";
    case Node::Kind::boolean:
      return "true or false";
    case Node::Kind::date:
      return "a date";
  }
  return "";
}

Node parse_document(std::string_view text, const std::string& name) {
  check_characters(text, name);
  try {
    const toml::table parsed = toml::parse(text, std::string_view(name));
    return convert(parsed, name, "", 0);
  } catch (const toml::parse_error& error) {
    std::string problem = first_line(error.description());
    std::string remedy = "mend the TOML there (toml.io/en/v1.0.0)";
    // "cannot redefine existing string 'site.memphis' as table": a text and a table of one name.
    if (const size_t at = problem.find("existing string '"), as = problem.find("' as table");
        at != std::string::npos && as != std::string::npos) {
      const std::string table = problem.substr(at + 17, as - at - 17), key = table.substr(0, table.find('.'));
      throw Error(place_of(error.source(), name), key, "is written as a text and as a table, [" + table + "]",
                  "remove " + key + " = \"...\" and keep the table, whose name says the same");
    }
    if (problem.find("redefine") != std::string::npos) remedy = "a key may be written once; remove one of the two";
    throw Error(place_of(error.source(), name), "", "not TOML: " + problem, remedy);
  } catch (const orrery_toml_assertion&) {
    throw Error({name}, "", "not TOML: the parser could not make sense of it", "mend the TOML (toml.io/en/v1.0.0)");
  }
}

Node read_document(const std::string& path) {
  return parse_document(read_file(path, largest_document), path);
}

Node parse_value(std::string_view text, const Place& place) {
  Node node;
  try {
    Node document = parse_document("value = " + std::string(text), place.file);
    if (document.members.size() == 1) node = std::move(document.members.front().second);
    else throw Error(place, "", "holds more than one value", "write one value");
  } catch (const Error&) {
    node = Node{};
    node.kind = Node::Kind::text;
    node.text = std::string(text);
  }
  struct Set {
    const Place& place;
    void operator()(Node& n) const {
      n.place = place;
      for (Node& item : n.items) (*this)(item);
      for (auto& [key, member] : n.members) (*this)(member);
    }
  };
  Set{place}(node);
  return node;
}

}  // namespace orrery
