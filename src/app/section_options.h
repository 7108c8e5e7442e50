// Commands whose options are the keys of one section of a kind's files: `orrery train --batch 512` asks what a file
// with [train] and batch = 512 asks.
#pragma once
#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "app/shown.h"
#include "catalog/catalog.h"
#include "scenario/stack.h"

namespace orrery::app {

struct SectionOptions : Shown {
  std::vector<std::pair<std::string, std::string>> keys;  ///< of the section, as given
  std::vector<std::string> catalog;
  std::string networks;
};

/// "--grid-limit" of grid_limit.
std::string option_of(std::string_view key);

/// Adds an option for each key of the kind's one section below the top, `_` written as `-`; second names of keys, and
/// keys that the command has no option for (""). Adds --json and --catalog.
void add_section_options(CLI::App& command, const scenario::Form& form,
                         const std::map<std::string_view, std::string>& second_names, SectionOptions& options);

/// Adds --networks, where keys of the section name networks.
void add_networks_option(CLI::App& command, SectionOptions& options);

/// The value of function(); what it says of a key that an option gave it says of the option.
template <class Function>
auto of_option(Function function) {
  try {
    return function();
  } catch (const Error& e) {
    if (!e.place().file.starts_with("--") || e.key().find('.') == std::string::npos) throw;
    throw Error({}, e.place().file, e.problem(), e.remedy());
  }
}

/// The scenario that the options amount to. Throws Error.
scenario::Scenario scenario_of(const SectionOptions& options, const scenario::Form& form);

/// Refuses --networks where none of these keys is given, one of which names a network.
void check_networks(const SectionOptions& options, const std::vector<std::string>& names, const std::string& how);

/// The catalog with --networks and --catalog. Throws Error.
catalog::Catalog catalog_of(const SectionOptions& options);

}  // namespace orrery::app
