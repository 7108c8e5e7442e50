// A model's config.json as the readers of model types ask it: a key is there and in range, or one message says where it
// is not.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace orrery::model {

using Json = nlohmann::json;

/// Where a key stands, if it stands there once: the JSON reader keeps no places.
Place place_of(const std::string& key, std::string_view text, const std::string& name);

/// A value in a message: what is deep is named, not written out.
std::string shown(const Json& value);

/// Parses, and refuses a key that stands twice in one table: readers differ in which of them they take. Infinity,
/// -Infinity and NaN, which Python writes, become text of that name, so that a number that is one is refused. name
/// stands for the file. Throws Error with the byte where the text is not JSON.
Json parse_once(std::string_view text, const std::string& name);

/// One config with its name, so that every complaint says where it comes from. Numbers are whole and within bounds;
/// what is null is not there. What is not written has the default of the model's class, where there is one.
struct Config {
  const Json& json;
  const std::string& name;
  std::string_view text;
  const Json* defaults = nullptr;  ///< of the model's class

  [[noreturn]] void refuse(const std::string& key, const std::string& problem, const std::string& remedy) const;
  const Json* find(const std::string& key) const;
  std::int64_t whole(const std::string& key, std::int64_t low = 1, std::int64_t high = 10'000'000) const;
  std::int64_t whole_or(const std::string& key, std::int64_t fallback, std::int64_t low = 1) const;
  /// A number from 0 to 1e6, whole or not.
  double number(const std::string& key, double fallback) const;
  bool flag(const std::string& key, bool fallback) const;
  std::string word(const std::string& key, const std::string& fallback) const;
  /// The first of the keys that is there, else the first of all.
  std::string first(const std::vector<std::string>& keys) const;
  /// The first of the keys that is there; the message names the first of all where none is.
  std::int64_t first_whole(const std::vector<std::string>& keys, std::int64_t high = 10'000'000) const;
  std::int64_t first_or(const std::vector<std::string>& keys, std::int64_t fallback, std::int64_t low = 1) const;
  /// The list below a key, with at least so many values; null where the key is missing.
  const Json* list(const std::string& key, std::int64_t least) const;
  /// A whole number, or one for each of so many layers.
  std::vector<std::int64_t> per_layer(const std::string& key, std::int64_t layers, std::int64_t low = 0) const;
  /// The whole numbers of a list; an empty one where the key is missing.
  std::vector<std::int64_t> wholes(const std::string& key, std::int64_t low, std::int64_t high) const;
  /// The words of a list, at least so many; an empty one where the key is missing.
  std::vector<std::string> words(const std::string& key, std::int64_t least) const;
  /// The table below a key; nothing where it is missing.
  std::optional<Config> table(const std::string& key) const;
};

}  // namespace orrery::model
