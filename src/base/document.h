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

/// The whole file as text. Throws Error as read_document does.
std::string read_file(const std::string& path, std::size_t limit_bytes = 16u << 20);

/// Several files that appear together or not at all: each is written under a temporary name beside its place and put in
/// place by commit(). What was not committed, with the folders made for it, is removed again.
class StagedFiles {
 public:
  StagedFiles() = default;
  StagedFiles(const StagedFiles&) = delete;
  StagedFiles& operator=(const StagedFiles&) = delete;
  ~StagedFiles();

  /// Makes a folder and those above it where they are missing. Throws Error.
  void folder(const std::string& path);
  /// Throws Error when the folder is missing or cannot be written, or when path is something else than a plain file.
  void add(const std::string& path, std::string_view text);
  /// Files of a folder by name; the folder is made where it is missing. Throws Error as folder and add do.
  void add_folder(const std::string& path, const std::map<std::string, std::string>& files);
  /// Throws Error when a file cannot be put in place.
  void commit();

 private:
  std::vector<std::pair<std::string, std::string>> files_;  ///< temporary name, place
  std::vector<std::string> folders_;                        ///< those made, outermost first
};

/// One staged file: whole or not there. Throws Error as StagedFiles does.
void write_file(const std::string& path, std::string_view text);

}  // namespace orrery
