#include "machine/model/config.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/units.h"

namespace orrery::model {
namespace {

/// The line a byte of the text stands in.
int line_of(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte, text.size()));
  return 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
}

}  // namespace

Place place_of(const std::string& key, std::string_view text, const std::string& name) {
  const std::string quoted = '"' + key + '"';
  const std::size_t at = text.find(quoted);
  if (at == std::string_view::npos || text.find(quoted, at + 1) != std::string_view::npos) return {name, 0, 0};
  return {name, line_of(text, at), 0};
}

std::string shown(const Json& value) {
  if (value.is_array()) return "a list";
  if (value.is_object()) return "a table";
  return in_quotes(value.dump());
}

Json parse_once(std::string_view text, const std::string& name) {
  std::vector<std::set<std::string>> tables;
  const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) tables.emplace_back();
    if (event == Json::parse_event_t::object_end) tables.pop_back();
    if (event == Json::parse_event_t::key && !tables.back().insert(parsed.get<std::string>()).second)
      throw Error({name, 0, 0}, parsed.get<std::string>(), "stands twice in one table", "keep one of them");
    return true;
  };
  // The JSON reader takes a zero byte for the end of the text.
  if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos)
    throw Error({name, line_of(text, zero), 0}, "", "not JSON: it breaks at byte " + std::to_string(zero + 1),
                "give the model's whole config.json");
  try {
    return Json::parse(text, watch);
  } catch (const Json::parse_error& e) {
    throw Error({name, line_of(text, e.byte > 0 ? e.byte - 1 : 0), 0}, "",
                "not JSON: it breaks at byte " + std::to_string(e.byte), "give the model's whole config.json");
  } catch (const Json::exception&) {
    throw Error({name, 0, 0}, "", "not JSON that can be read", "give the model's own config.json");
  }
}

void Config::refuse(const std::string& key, const std::string& problem, const std::string& remedy) const {
  throw Error(place_of(key, text, name), key, problem, remedy);
}

const Json* Config::find(const std::string& key) const {
  const auto it = json.find(key);
  return it == json.end() || it->is_null() ? nullptr : &*it;
}

std::int64_t Config::whole(const std::string& key, std::int64_t low, std::int64_t high) const {
  const Json* value = find(key);
  if (!value) refuse(key, "the key is missing", "add it, or check that this is the model's own config.json");
  if (!value->is_number()) refuse(key, "expected a number, found " + shown(*value), "write a whole number");
  const double x = value->get<double>();
  if (!(std::floor(x) == x)) refuse(key, in_quotes(value->dump()) + " is not whole", "write a whole number");
  if (!(x >= static_cast<double>(low) && x <= static_cast<double>(high)))
    refuse(key, in_quotes(value->dump()) + " is out of range",
           "give " + format_count(static_cast<double>(low)) + " to " + format_count(static_cast<double>(high)));
  return static_cast<std::int64_t>(x);
}

std::int64_t Config::whole_or(const std::string& key, std::int64_t fallback, std::int64_t low) const {
  return find(key) ? whole(key, low, 1'000'000'000) : fallback;
}

bool Config::flag(const std::string& key, bool fallback) const {
  const Json* value = find(key);
  if (!value) return fallback;
  if (!value->is_boolean()) refuse(key, "expected true or false, found " + shown(*value), "write true or false");
  return value->get<bool>();
}

std::int64_t Config::first_whole(const std::vector<std::string>& keys, std::int64_t high) const {
  for (const std::string& key : keys)
    if (find(key)) return whole(key, 1, high);
  return whole(keys.front());
}

}  // namespace orrery::model
