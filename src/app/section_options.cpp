#include "app/section_options.h"

#include <algorithm>

#include "app/command.h"
#include "app/scenario_options.h"

namespace orrery::app {
namespace {

using scenario::KeyType;

const char* type_name(KeyType type) {
  switch (type) {
    case KeyType::whole:
      return "N";
    case KeyType::amount:
      return "AMOUNT";
    case KeyType::boolean:
      return "true|false";
    case KeyType::texts:
      return "LIST";
    case KeyType::chips_of:
      return "N x CHIP";
    default:
      return "NAME";
  }
}

/// A value as the file would hold it. Text stands for itself; a list is divided by commas.
Node node_of(const scenario::Key& key, const std::string& given) {
  const Place place{option_of(key.name), 0, 0};
  if (key.type != KeyType::text && key.type != KeyType::chips_of && key.type != KeyType::texts)
    return parse_value(given, place);
  Node text;
  text.kind = Node::Kind::text, text.text = given, text.place = place;
  if (key.type != KeyType::texts) return text;
  Node list;
  list.kind = Node::Kind::list, list.place = place;
  for (std::size_t from = 0; from <= given.size();) {
    const std::size_t comma = std::min(given.find(',', from), given.size());
    text.text = given.substr(from, comma - from);
    list.items.push_back(text);
    from = comma + 1;
  }
  return list;
}

}  // namespace

std::string option_of(std::string_view key) {
  std::string out = "--" + std::string(key);
  std::replace(out.begin() + 2, out.end(), '_', '-');
  return out;
}

void add_section_options(CLI::App& command, const scenario::Form& form,
                         const std::map<std::string_view, std::string>& second_names, SectionOptions& o) {
  for (const scenario::Key& key : form.sections.back().keys) {
    const auto second = second_names.find(key.name);
    if (second != second_names.end() && second->second.empty()) continue;
    const std::string name(key.name), meaning = std::string(key.meaning) + " (" + std::string(key.default_value) + ")";
    command
        .add_option_function<std::string>(
            option_of(name) + (second != second_names.end() ? "," + second->second : ""),
            [&o, name](const std::string& value) { o.keys.emplace_back(name, value); }, meaning)
        ->type_name(type_name(key.type))
        ->check(not_empty());
  }
  add_shown_options(command, o);
  add_catalog_option(command, o.catalog);
}

void add_networks_option(CLI::App& command, SectionOptions& o) {
  command.add_option("--networks", o.networks, "a file of networks of your own, in the form of catalog/networks")
      ->type_name("FILE")
      ->check(not_empty());
}

scenario::Scenario scenario_of(const SectionOptions& o, const scenario::Form& form) {
  const scenario::Section& section = form.sections.back();
  Node root, table;
  for (const auto& [key, value] : o.keys)
    table.members.emplace_back(key, node_of(*scenario::find_key(section, key), value));
  root.members.emplace_back(std::string(section.path), std::move(table));
  const scenario::Form* const forms[] = {&form};
  return scenario::finish_scenario(std::move(root), std::string(section.path), {}, forms);
}

void check_networks(const SectionOptions& o, const std::vector<std::string>& names, const std::string& how) {
  const auto names_one = [&](const auto& key) {
    return std::find(names.begin(), names.end(), key.first) != names.end();
  };
  if (!o.networks.empty() && std::none_of(o.keys.begin(), o.keys.end(), names_one))
    throw Error({}, "--networks", "holds networks, and none of them is asked for", "add " + how + ", or leave it out");
}

catalog::Catalog catalog_of(const SectionOptions& o) {
  catalog::Catalog catalog = catalog_of(o.catalog);
  if (!o.networks.empty()) catalog.add("networks", o.networks);
  return catalog;
}

}  // namespace orrery::app
