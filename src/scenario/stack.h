// Reading a scenario: the file, the files it is based on, and --set overrides become one checked tree in which every
// value still knows where it was written.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "base/document.h"
#include "scenario/section.h"

namespace orrery::scenario {

/// Where --set values are said to stand in messages and in `show --resolved`.
inline constexpr const char* override_place = "--set";

struct Scenario {
  std::string file;            ///< as named by the user
  const Form* form = nullptr;  ///< of its kind
  Node root;                   ///< shorthands are written out, removed entries are gone, `base` and `catalog` too
  std::vector<Node> catalogs;  ///< texts: paths of facts of one's own, of the bases first, as seen from here
  int threads = 0;             ///< that its reading may use (0: all cores); the result does not depend on it
};

/// The form whose mark a file has. A file without any is of the form that knows most of its keys, the first among
/// equals. Throws Error when there are marks of two.
const Form& form_of(const Node& root, std::span<const Form* const> forms);

/// Reads a scenario file of one of these forms, stacks it on its bases (paths relative to the file that names them; at
/// most 16 deep), applies overrides of the form "site.memphis.burn_in=3 days" in order, and checks the whole. A row of
/// a list is named by its place: "commitment[0].amount=$1B". Throws Error.
Scenario read_scenario(const std::string& path, const std::vector<std::string>& overrides,
                       std::span<const Form* const> forms);

/// As read_scenario for the text that would stand in the file at path. Throws Error.
Scenario read_scenario_text(std::string_view text, const std::string& path, std::span<const Form* const> forms);

/// The same scenario with further overrides, as if they stood behind those that it was read with. Throws Error.
Scenario changed_scenario(const Scenario& scenario, const std::vector<std::string>& overrides);

/// As read_scenario for text without bases, for tests and for programs that keep scenarios elsewhere. name stands for
/// the file in messages.
Scenario parse_scenario(std::string_view text, const std::string& name, const std::vector<std::string>& overrides,
                        std::span<const Form* const> forms);

/// As parse_scenario for a tree that is at hand.
Scenario finish_scenario(Node root, const std::string& name, const std::vector<std::string>& overrides,
                         std::span<const Form* const> forms);

}  // namespace orrery::scenario
