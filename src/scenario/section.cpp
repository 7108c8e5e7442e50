#include "scenario/section.h"

#include <algorithm>

#include "base/units.h"
#include "catalog/bounds.h"

namespace orrery::scenario {

Key amount(std::string_view name, Dimension dimension, std::string_view meaning, std::string_view default_value,
           double low) {
  return amount(name, dimension, meaning, default_value, low, bounds::most_of(dimension));
}
Key amount(std::string_view name, Dimension dimension, std::string_view meaning, std::string_view default_value,
           double low, double high) {
  return {name, KeyType::amount, dimension, low, high, meaning, default_value};
}
Key whole(std::string_view name, std::string_view meaning, std::string_view default_value, double low, double high) {
  return {name, KeyType::whole, {}, low, high, meaning, default_value};
}
Key text(std::string_view name, std::string_view meaning, std::string_view default_value) {
  return of(KeyType::text, name, meaning, default_value);
}
Key date(std::string_view name, std::string_view meaning, std::string_view default_value) {
  return of(KeyType::date, name, meaning, default_value);
}
Key of(KeyType type, std::string_view name, std::string_view meaning, std::string_view default_value) {
  return {name, type, {}, 0, 0, meaning, default_value};
}
Key certain(Key key) {
  key.certain = true;
  return key;
}
Key based(Key key) {
  key.based = true;
  return key;
}
Key sourced(Key key) {
  key.based = key.sourced = true;
  return key;
}
Key written_in(std::string_view unit, Key key) {
  key.unit = unit;
  return key;
}
Key less(Key key) {
  key.lever = Lever::less;
  return key;
}
Key block(Key key) {
  key.lever = Lever::block;
  return key;
}
Key asked(Key key) {
  key.lever = Lever::none;
  return key;
}
Key each(NameForm names, Key key) {
  key.name = "*";
  key.names = names;
  return key;
}

std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  std::string part;
  for (const char c : path) {
    if (c == '.' || c == '[') {
      parts.push_back(std::move(part));
      part.clear();
      if (c == '.') continue;
    }
    part += c;
  }
  parts.push_back(std::move(part));
  return parts;
}

std::string joined(const std::vector<std::string>& parts, std::string_view key) {
  std::string out;
  auto add = [&](std::string_view part) {
    if (!out.empty() && !part.starts_with('[')) out += '.';
    out += part;
  };
  for (const std::string& part : parts) add(part);
  if (!key.empty()) add(key);
  return out;
}

namespace {

const Section* find_among(const std::vector<Section>& sections, const std::vector<std::string>& path) {
  for (const Section& section : sections) {
    std::string_view pattern = section.path;
    size_t i = 0;
    bool match = true;
    while (!pattern.empty() && match) {
      const size_t dot = pattern.find('.');
      const std::string_view part = pattern.substr(0, dot);
      match = i < path.size() && (part == "*" || part == path[i]);
      ++i;
      pattern = dot == std::string_view::npos ? std::string_view{} : pattern.substr(dot + 1);
    }
    if (match && i == path.size()) return &section;
  }
  return nullptr;
}

}  // namespace

const Section* find_section(const Form& form, const std::vector<std::string>& path) {
  const Section* own = find_among(form.sections, path);
  return own ? own : find_among(common_sections(), path);
}

const Key* find_key(const Section& section, std::string_view name) {
  const Key* any = nullptr;
  for (const Key& key : section.keys) {
    if (key.name == name) return &key;
    if (key.name == "*") any = &key;
  }
  if (!section.path.empty()) return any;
  for (const Key& key : common_keys())
    if (key.name == name) return &key;
  return any;
}

const Key* find_key(const Form& form, std::string_view path) {
  std::vector<std::string> parts = parts_of(path);
  const std::string name = parts.back();
  parts.pop_back();
  const Section* section = find_section(form, parts);
  return section ? find_key(*section, name) : nullptr;
}

const std::vector<Key>& common_keys() {
  static const std::vector<Key> keys = {
      text("title", "heading of the report", "the file's name"),
      text("description", "one paragraph on what the scenario is", "none"),
      text("base", "another scenario file that this one changes; removed entries are set to false", "none"),
      of(KeyType::texts, "catalog", "files or folders of facts of one's own, beside the shipped ones", "none")};
  return keys;
}

const std::vector<Section>& common_sections() {
  static const std::vector<Section> sections = {
      {"cause.*",
       "A cause that uncertain inputs share, so that they are late or dear together; one of the catalog's causes by "
       "its "
       "name has another strength here.",
       {certain(amount("strength", dimension::none, "the rank correlation that it alone gives two of its inputs",
                       "the catalog's; of a cause of one's own it must be given", 0, 1)),
        of(KeyType::texts, "inputs",
           "keys of uncertain inputs, * for any name, a leading - for one that it moves the other way; rates of "
           "delivery and work fall where times grow",
           "of the catalog's causes the usual ones; of one's own it must be given")}}};
  return sections;
}

std::vector<std::string_view> tables_of(const Section& section) {
  std::vector<std::string_view> tables = section.tables;
  if (section.path.empty())
    for (const Section& common : common_sections()) tables.push_back(common.path.substr(0, common.path.find('.')));
  return tables;
}

std::string example_of(const Key& key) {
  switch (key.type) {
    case KeyType::amount:
      if (!key.unit.empty())
        return key.unit.front() == '/'   ? "\"0.2" + std::string(key.unit) + '"'
               : key.unit.front() == '$' ? "\"$20" + std::string(key.unit.substr(1)) + '"'
                                         : "\"20 " + std::string(key.unit) + '"';
      return key.dimension == dimension::none ? "number" : '"' + dimension_example(key.dimension) + '"';
    case KeyType::money_or_number:
      return "\"$1B\"";
    case KeyType::text:
      return "text";
    case KeyType::texts:
      return "list of texts";
    case KeyType::date:
      return "2024-04-24";
    case KeyType::date_or_event:
      return "2024-04-24, \"when ...\"";
    case KeyType::boolean:
      return "true or false";
    case KeyType::whole:
      return "whole number";
    case KeyType::chips_of:
      return "\"N x CHIP\"";
    case KeyType::deliveries:
      return "list of deliveries";
  }
  return "";
}

std::string name_of(const Key& key) {
  if (key.name != "*") return std::string(key.name);
  return key.names == NameForm::quarter ? "\"2024-Q4\"" : key.names == NameForm::year ? "2027" : "NAME";
}

std::string header_of(const Section& section) {
  if (section.path.empty()) return "top of the file";
  return section.rows ? "[[" + std::string(section.path.substr(0, section.path.size() - 2)) + "]]"
                      : "[" + std::string(section.path) + "]";
}

}  // namespace orrery::scenario
