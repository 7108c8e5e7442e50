// How the answer of a command is shown: as JSON, or as text that is brief, usual or explained.
#pragma once
#include <CLI/CLI.hpp>

#include "base/error.h"
#include "study/document.h"

namespace orrery::app {

struct Shown {
  bool json = false, explain = false, brief = false;

  study::Detail detail() const {
    return explain ? study::Detail::explained : brief ? study::Detail::brief : study::Detail::usual;
  }
};

/// Refuses two of --json, --explain and --brief: JSON holds every value with its source.
inline void check_shown(const Shown& shown) {
  const std::pair<bool, const char*> ways[] = {
      {shown.json, "--json"}, {shown.explain, "--explain"}, {shown.brief, "--brief"}};
  const char* first = nullptr;
  for (const auto& [given, name] : ways) {
    if (!given) continue;
    if (first != nullptr)
      throw Error({}, name, std::string("stands beside ") + first + ", which shows the answer another way",
                  "leave one of the two out");
    first = name;
  }
}

/// Adds --json, --explain and --brief, of which one is given: see check_shown().
inline void add_shown_options(CLI::App& command, Shown& shown) {
  command.add_flag("--json", shown.json, "print JSON (docs/json.md)");
  command.add_flag("--explain", shown.explain, "list every value behind the answer with its source");
  command.add_flag("--brief", shown.brief, "print what fits a screen");
}

}  // namespace orrery::app
