// How the answer of a command is shown: as JSON, or as text that is brief, usual or explained.
#pragma once
#include <CLI/CLI.hpp>

#include "study/document.h"

namespace orrery::app {

struct Shown {
  bool json = false, explain = false, brief = false;

  study::Detail detail() const {
    return explain ? study::Detail::explained : brief ? study::Detail::brief : study::Detail::usual;
  }
};

/// Adds --json, --explain and --brief, of which one is given.
inline void add_shown_options(CLI::App& command, Shown& shown) {
  CLI::Option* json = command.add_flag("--json", shown.json, "print JSON (docs/json.md)");
  CLI::Option* explain =
      command.add_flag("--explain", shown.explain, "list every value behind the answer with its source");
  command.add_flag("--brief", shown.brief, "print what fits a screen")->excludes(json)->excludes(explain);
}

}  // namespace orrery::app
