// Reading a scenario: the file, the files it is based on, and --set overrides become one checked tree in which every
// value still knows where it was written.
#pragma once
#include <string>
#include <vector>

#include "base/document.h"

namespace orrery::programme {

/// Where --set values are said to stand in messages and in `show --resolved`.
inline constexpr const char* command_line = "--set";

struct Scenario {
  std::string file;  ///< as named by the user
  Node root;         ///< normalised: `site` and `chips` shorthands are tables, removed entries are gone, `base` too
};

/// Reads a scenario file, stacks it on its bases (paths relative to the file that names them; at most 16 deep), applies
/// overrides of the form "site.memphis.burn_in=3 days" in order, and checks the whole. Throws Error.
Scenario read_scenario(const std::string& path, const std::vector<std::string>& overrides = {});

/// As read_scenario for text without bases, for tests and for programs that keep scenarios elsewhere. name stands for
/// the file in messages.
Scenario parse_scenario(std::string_view text, const std::string& name, const std::vector<std::string>& overrides = {});

}  // namespace orrery::programme
