#include "view/body.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/json.h"

namespace orrery::view {
namespace {

using nlohmann::json;

constexpr int deepest = 8;
constexpr std::size_t most_values = 10'000;  // more than all texts of a question
constexpr std::size_t most_texts = 500, longest_text = 20'000;

json parse(std::string_view text) {
  try {
    check_json(text, "", {.depth = deepest, .values = most_values, .names = most_values});
  } catch (const Error& error) {
    throw Refusal{400, "", "the body is too large: " + error.problem(), error.remedy()};
  }
  json out;
  try {
    out = json::parse(text);
  } catch (const json::exception& error) {
    throw Refusal{400, "", "the body is not JSON", "send one JSON object in UTF-8"};
  }
  if (!out.is_object()) throw Refusal{400, "", "the body is not a JSON object", "send an object such as {\"set\": []}"};
  return out;
}

}  // namespace

Body::Body(std::string_view text, std::initializer_list<std::string_view> fields) : object_(parse(text)) {
  check(fields);
}

Body::Body(std::string name, json object, std::initializer_list<std::string_view> fields)
    : name_(std::move(name)), object_(std::move(object)) {
  check(fields);
}

void Body::check(std::initializer_list<std::string_view> fields) const {
  for (const auto& [key, value] : object_.items())
    if (std::find(fields.begin(), fields.end(), key) == fields.end()) {
      const std::vector<std::string> names(fields.begin(), fields.end());
      throw Refusal{422, name_ + key, "is no field of this request",
                    suggest(key, names, fmt::format("the fields are {}", fmt::join(names, ", ")))};
    }
}

const json* Body::find(const char* field) const {
  const auto it = object_.find(field);
  return it == object_.end() ? nullptr : &*it;
}

std::optional<std::string> Body::optional_text(const char* field) const {
  const json* value = find(field);
  if (!value) return std::nullopt;
  if (!value->is_string()) throw Refusal{422, name_ + field, "is not a text", "write it between quotes"};
  if (value->get_ref<const std::string&>().size() > longest_text)
    throw Refusal{422, name_ + field, fmt::format("is longer than {} bytes", longest_text), "shorten it"};
  return value->get<std::string>();
}

std::string Body::text(const char* field) const {
  if (std::optional<std::string> value = optional_text(field)) return std::move(*value);
  throw Refusal{422, name_ + field, "is missing", "give it"};
}

bool Body::boolean(const char* field) const {
  const json* value = find(field);
  if (value && !value->is_boolean())
    throw Refusal{422, name_ + field, "is neither true nor false", "write one of them"};
  return value && value->get<bool>();
}

std::uint64_t Body::whole(const char* field, std::uint64_t fallback, std::uint64_t most) const {
  const json* value = find(field);
  if (!value) return fallback;
  if (!value->is_number_unsigned() || value->get<std::uint64_t>() > most)
    throw Refusal{422, name_ + field, fmt::format("is not a whole number from 0 to {}", most), "write such a number"};
  return value->get<std::uint64_t>();
}

std::vector<std::string> Body::texts(const char* field) const {
  const json* value = find(field);
  if (!value) return {};
  if (!value->is_array() || value->size() > most_texts)
    throw Refusal{422, name_ + field, fmt::format("is not a list of at most {} texts", most_texts),
                  "write it like [\"site.memphis.burn_in=3 days\"]"};
  std::vector<std::string> out;
  for (const json& item : *value) {
    if (!item.is_string() || item.get_ref<const std::string&>().size() > longest_text)
      throw Refusal{422, fmt::format("{}{}[{}]", name_, field, out.size()),
                    fmt::format("is not a text of at most {} bytes", longest_text),
                    "write it like \"site.memphis.burn_in=3 days\""};
    out.push_back(item.get<std::string>());
  }
  return out;
}

std::optional<Body> Body::object(const char* field, std::initializer_list<std::string_view> fields) const {
  const json* value = find(field);
  if (!value) return std::nullopt;
  if (!value->is_object())
    throw Refusal{422, name_ + field, "is not an object", "write it like {\"scenario\": \"...\"}"};
  return Body(name_ + field + '.', *value, fields);
}

}  // namespace orrery::view
