// A model's config.json as the readers of model types ask it: a key is there and in range, or one message says where it
// is not.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
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

/// Parses, and refuses a key that stands twice in one table: readers differ in which of them they take. name stands for
/// the file. Throws Error with the byte where the text is not JSON.
Json parse_once(std::string_view text, const std::string& name);

/// One config with its name, so that every complaint says where it comes from. Numbers are whole and within bounds;
/// what is null is not there.
struct Config {
  const Json& json;
  const std::string& name;
  std::string_view text;

  [[noreturn]] void refuse(const std::string& key, const std::string& problem, const std::string& remedy) const;
  const Json* find(const std::string& key) const;
  std::int64_t whole(const std::string& key, std::int64_t low = 1, std::int64_t high = 10'000'000) const;
  std::int64_t whole_or(const std::string& key, std::int64_t fallback, std::int64_t low = 1) const;
  bool flag(const std::string& key, bool fallback) const;
  /// The first of the keys that is there; the message names the first of all where none is.
  std::int64_t first_whole(const std::vector<std::string>& keys, std::int64_t high = 10'000'000) const;
};

}  // namespace orrery::model
