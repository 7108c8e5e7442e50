// The bodies of requests: one JSON object of known fields, each checked before anything is done with it.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "view/http.h"

namespace orrery::view {

class Body {
 public:
  /// Reads an object of these fields. Throws Refusal: 400 for what is no such object, 422 for a field of another name.
  Body(std::string_view text, std::initializer_list<std::string_view> fields);

  bool has(const char* field) const { return object_.contains(field); }
  /// Throw Refusal where it is missing or of another type.
  std::string text(const char* field) const;
  std::optional<std::string> optional_text(const char* field) const;
  bool boolean(const char* field) const;  ///< false where it is missing
  /// A whole number up to most; the fallback where it is missing.
  std::uint64_t whole(const char* field, std::uint64_t fallback, std::uint64_t most) const;
  /// A list of texts, empty where it is missing.
  std::vector<std::string> texts(const char* field) const;
  /// An object of these fields inside.
  std::optional<Body> object(const char* field, std::initializer_list<std::string_view> fields) const;

 private:
  std::string name_;  ///< of an object inside: "against."
  nlohmann::json object_;

  Body(std::string name, nlohmann::json object, std::initializer_list<std::string_view> fields);
  const nlohmann::json* find(const char* field) const;
  void check(std::initializer_list<std::string_view> fields) const;
};

}  // namespace orrery::view
