// The one error of Orrery: what a reader or a model says when it cannot use what it was given.
#pragma once
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

/// Where in the user's input something stands. Line and column count from 1; 0 means unknown. An empty file is an
/// input that came from the command line or from a calling program.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;

  /// "scenario.toml:12:5", "scenario.toml", or "" when nothing is known.
  std::string text() const;
};

/// Thrown for input that cannot be used. The library never prints or exits: the caller shows message().
class Error : public std::exception {
 public:
  /// key is the dotted path of the offending entry ("site.power[2].capacity"), problem what is wrong with it, remedy
  /// what would be right. place and key may be empty.
  Error(Place place, std::string key, std::string problem, std::string remedy);

  /// One line: "file:line:column: key: problem; remedy".
  const char* what() const noexcept override { return message_.c_str(); }
  const std::string& message() const { return message_; }

  const Place& place() const { return place_; }
  const std::string& key() const { return key_; }
  const std::string& problem() const { return problem_; }
  const std::string& remedy() const { return remedy_; }

 private:
  Place place_;
  std::string key_, problem_, remedy_, message_;
};

/// The value of function(). An Error that it throws without a file is thrown on with this place, and with this key
/// where one is given: what parses a text or checks a number does not know where it stood.
template <typename Function>
decltype(auto) at(const Place& place, const std::string& key, Function&& function) {
  try {
    return function();
  } catch (const Error& error) {
    if (!error.place().file.empty()) throw;
    throw Error(place, key.empty() ? error.key() : key, error.problem(), error.remedy());
  }
}

/// The candidates closest to a mistyped name, best first, at most three: by edit distance with transpositions
/// (Damerau 1964), a prefix or a part of a candidate counting as close. Empty when nothing is near.
std::vector<std::string> nearest(std::string_view name, const std::vector<std::string>& candidates);

/// The remedy for a mistyped name: "did you mean 'a' or 'b'?", or fallback when nothing is near but what was typed.
std::string suggest(std::string_view name, const std::vector<std::string>& candidates, std::string fallback);

/// text between quotes, cut to 60 bytes and printable (base/text.h), so that hostile input stays one line.
std::string in_quotes(std::string_view text);

}  // namespace orrery
