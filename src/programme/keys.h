// Every key a scenario may use, declared once: the strict reader, `orrery show --schema scenario` and the docs use it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/amount.h"
#include "base/document.h"

namespace orrery::programme {

enum class KeyType { amount, text, texts, date, boolean, chips_of, deliveries };

/// One key of a section. For amounts low and high bound what is allowed, in base units.
struct Key {
  std::string_view name;
  KeyType type = KeyType::text;
  Dimension dimension;
  double low = 0, high = 0;
  std::string_view meaning;        ///< one sentence
  std::string_view default_value;  ///< where it comes from when it is not given
  std::string_view unit = {};      ///< how it is written where the dimension's usual unit misleads: "$/kW/year"
};

/// A table of a scenario. path uses '*' for a chosen name: "site.*.building.*".
struct Section {
  std::string_view path;
  std::string_view meaning;
  std::vector<Key> keys;
  std::vector<std::string_view> tables;  ///< names of the tables directly below: "building", "power", ...
};
const std::vector<Section>& sections();

/// The section for a concrete path such as {"site", "memphis", "building", "hall"}; null when there is none.
const Section* find_section(const std::vector<std::string>& path);

/// The key at a dotted path such as "site.memphis.power.turbines.fixed"; null when there is none.
const Key* find_key(std::string_view path);

/// Refuses unknown keys and tables, wrong types, wrong dimensions and values out of range anywhere in a scenario.
void check_scenario(const Node& root);

/// Every section with its keys, as text for `orrery show --schema scenario`.
std::string describe_keys();

}  // namespace orrery::programme
