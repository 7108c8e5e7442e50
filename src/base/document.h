// A TOML file as a tree that remembers where each value was written. It is the one place that knows the TOML library;
// the readers of the catalog and of scenarios walk this tree.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/date.h"
#include "base/error.h"

namespace orrery {

/// A value of a TOML document. Numbers keep whether they were whole; dates are days; times of day are refused.
struct Node {
  enum class Kind { table, list, text, number, boolean, date };
  Kind kind = Kind::table;
  Place place;
  std::string text;                                   ///< kind text
  double number = 0;                                  ///< kind number
  bool whole = false;                                 ///< number was written as an integer
  bool boolean = false;                               ///< kind boolean
  Date date;                                          ///< kind date
  std::vector<Node> items;                            ///< kind list
  std::vector<std::pair<std::string, Node>> members;  ///< kind table, in the order written

  // Defined out of line: a pair with Node in it is complete only after Node is, which clang asks for.
  Node();
  Node(const Node&);
  Node(Node&&) noexcept;
  Node& operator=(const Node&);
  Node& operator=(Node&&) noexcept;
  ~Node();

  const Node* find(std::string_view key) const;
  Node* find(std::string_view key);
};

/// "a table", "text", "a date": for messages.
std::string kind_name(Node::Kind kind);

/// Parses TOML text. name stands for the file in messages. Throws Error with line and column for a syntax error, a
/// repeated key, a number that is not finite, nesting over 64 levels, or text that is not UTF-8.
Node parse_document(std::string_view text, const std::string& name);

/// Bytes of the largest file that is read as TOML; what ships has a fiftieth of it.
inline constexpr std::size_t largest_document = std::size_t{1} << 20;

/// Reads and parses a file. Throws Error when it is missing, a folder, unreadable or over 1 MiB.
Node read_document(const std::string& path);

/// Parses the right-hand side of "key=value" as TOML; what is not TOML is taken as text, so that
/// --set start=2024-05-01 and --set site.location=memphis both read naturally.
Node parse_value(std::string_view text, const Place& place);

}  // namespace orrery
