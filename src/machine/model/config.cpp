#include "machine/model/config.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/json.h"
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

namespace {

/// JSON text of a text that Python wrote: its Infinity, -Infinity and NaN in quotes. added: where quotes were put.
std::string quoted_numbers(std::string_view text, std::vector<std::size_t>& added) {
  constexpr std::string_view names[] = {"-Infinity", "Infinity", "NaN"};
  std::string out;
  out.reserve(text.size());
  bool inside = false;  // a string
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const std::string_view* found = nullptr;
    if (!inside && (c == '-' || c == 'I' || c == 'N'))
      for (const std::string_view& name : names)
        if (text.substr(i, name.size()) == name) found = &name;
    if (found) {
      added.push_back(out.size());
      out += '"';
      out += *found;
      added.push_back(out.size());
      out += '"';
      i += found->size() - 1;
      continue;
    }
    out += c;
    if (inside && c == '\\' && i + 1 < text.size()) out += text[++i];
    else if (c == '"') inside = !inside;
  }
  return out;
}

}  // namespace

Json parse_once(std::string_view text, const std::string& name) {
  std::vector<std::set<std::string>> tables;
  const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) tables.emplace_back();
    if (event == Json::parse_event_t::object_end) tables.pop_back();
    if (event == Json::parse_event_t::key && !tables.back().insert(parsed.get<std::string>()).second)
      throw Error({name, 0, 0}, parsed.get<std::string>(), "stands twice in one table", "keep one of them");
    return true;
  };
  check_json(text, name, {.depth = 64, .values = 200'000, .names = 50'000});
  // The JSON reader takes a zero byte for the end of the text.
  if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos)
    throw Error({name, line_of(text, zero), 0}, "", "not JSON: it breaks at byte " + std::to_string(zero + 1),
                "give the model's whole config.json");
  std::vector<std::size_t> added;
  const std::string json = quoted_numbers(text, added);
  try {
    return Json::parse(json, watch);
  } catch (const Json::parse_error& e) {
    const auto quotes = std::lower_bound(added.begin(), added.end(), e.byte) - added.begin();
    const std::size_t byte = e.byte - std::min(e.byte, static_cast<std::size_t>(quotes));
    throw Error({name, line_of(text, byte > 0 ? byte - 1 : 0), 0}, "",
                "not JSON: it breaks at byte " + std::to_string(byte), "give the model's whole config.json");
  } catch (const Json::exception&) {
    throw Error({name, 0, 0}, "", "not JSON that can be read", "give the model's own config.json");
  }
}

void Config::refuse(const std::string& key, const std::string& problem, const std::string& remedy) const {
  throw Error(place_of(key, text, name), key, problem, remedy);
}

const Json* Config::find(const std::string& key) const {
  auto it = json.find(key);
  if (it == json.end() && defaults) {
    it = defaults->find(key);
    if (it == defaults->end()) return nullptr;
  } else if (it == json.end()) {
    return nullptr;
  }
  return it->is_null() ? nullptr : &*it;
}

namespace {

std::int64_t whole_of(const Config& c, const std::string& key, const Json& value, std::int64_t low, std::int64_t high) {
  if (!value.is_number()) c.refuse(key, "expected a number, found " + shown(value), "write a whole number");
  const double x = value.get<double>();
  if (!(std::floor(x) == x)) c.refuse(key, in_quotes(value.dump()) + " is not whole", "write a whole number");
  if (!(x >= static_cast<double>(low) && x <= static_cast<double>(high)))
    c.refuse(key, in_quotes(value.dump()) + " is out of range",
             "give " + format_count(static_cast<double>(low)) + " to " + format_count(static_cast<double>(high)));
  return static_cast<std::int64_t>(x);
}

}  // namespace

std::int64_t Config::whole(const std::string& key, std::int64_t low, std::int64_t high) const {
  const Json* value = find(key);
  if (!value) refuse(key, "the key is missing", "add it, or check that this is the model's own config.json");
  return whole_of(*this, key, *value, low, high);
}

std::int64_t Config::whole_or(const std::string& key, std::int64_t fallback, std::int64_t low) const {
  return find(key) ? whole(key, low, 1'000'000'000) : fallback;
}

double Config::number(const std::string& key, double fallback) const {
  const Json* value = find(key);
  if (!value) return fallback;
  if (!value->is_number()) refuse(key, "expected a number, found " + shown(*value), "write a number");
  const double x = value->get<double>();
  if (!(x >= 0 && x <= 1e6)) refuse(key, in_quotes(value->dump()) + " is out of range", "give 0 to 1,000,000");
  return x;
}

bool Config::flag(const std::string& key, bool fallback) const {
  const Json* value = find(key);
  if (!value) return fallback;
  if (!value->is_boolean()) refuse(key, "expected true or false, found " + shown(*value), "write true or false");
  return value->get<bool>();
}

std::string Config::word(const std::string& key, const std::string& fallback) const {
  const Json* value = find(key);
  if (!value) return fallback;
  if (!value->is_string()) refuse(key, "expected text, found " + shown(*value), "write it in quotes");
  return value->get<std::string>();
}

std::string Config::first(const std::vector<std::string>& keys) const {
  for (const std::string& key : keys)
    if (find(key)) return key;
  return keys.front();
}

std::int64_t Config::first_whole(const std::vector<std::string>& keys, std::int64_t high) const {
  return whole(first(keys), 1, high);
}

std::int64_t Config::first_or(const std::vector<std::string>& keys, std::int64_t fallback, std::int64_t low) const {
  return whole_or(first(keys), fallback, low);
}

const Json* Config::list(const std::string& key, std::int64_t least) const {
  const Json* value = find(key);
  if (!value) return nullptr;
  if (!value->is_array()) refuse(key, "expected a list, found " + shown(*value), "list a value for each layer");
  const auto count = static_cast<std::int64_t>(value->size());
  if (count < least)
    refuse(key,
           format_count(static_cast<double>(count)) + " values for " + format_count(static_cast<double>(least)) +
               " layers",
           "list a value for each layer");
  return value;
}

std::vector<std::int64_t> Config::per_layer(const std::string& key, std::int64_t layers, std::int64_t low) const {
  const Json* value = find(key);
  if (!value || !value->is_array()) return std::vector<std::int64_t>(static_cast<std::size_t>(layers), whole(key, low));
  list(key, layers);
  std::vector<std::int64_t> out;
  for (const Json& one : *value) out.push_back(whole_of(*this, key, one, low, 10'000'000));
  return out;
}

std::vector<std::int64_t> Config::wholes(const std::string& key, std::int64_t low, std::int64_t high) const {
  std::vector<std::int64_t> out;
  if (const Json* values = list(key, 0))
    for (const Json& one : *values) out.push_back(whole_of(*this, key, one, low, high));
  return out;
}

std::vector<std::string> Config::words(const std::string& key, std::int64_t least) const {
  std::vector<std::string> out;
  const Json* values = list(key, least);
  if (!values) return out;
  for (const Json& one : *values) {
    if (!one.is_string()) refuse(key, "expected text, found " + shown(one), "write it in quotes");
    out.push_back(one.get<std::string>());
  }
  return out;
}

std::optional<Config> Config::table(const std::string& key) const {
  const Json* value = find(key);
  if (!value) return std::nullopt;
  if (!value->is_object()) refuse(key, "expected a table, found " + shown(*value), "write its keys between braces");
  return Config{*value, name, text};
}

}  // namespace orrery::model
