// A scenario as a file again: what is changed of a base, or the whole. What is written is read back and held against
// what was asked for before anybody sees it.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/stack.h"

namespace orrery::scenario {

/// Text between quotes as TOML has it.
std::string toml_text(std::string_view text);

/// A tree as TOML, sections of the form under headers of their own and all else in one line: parse_document reads the
/// same tree back.
std::string toml_of(const Node& root, const Form& form);

/// What tells two scenarios apart: 16 hexadecimal digits of the checked tree and the paths of its own facts (the FNV-1a
/// hash of Fowler, Noll and Vo, 64 bits). The places of values, and in which order keys stand, do not count.
std::string hash_of(const Scenario& scenario);

/// The text of a file at a path that stands for the scenario in `base` with overrides: that file as its base, as seen
/// from the new one, and what the overrides change; the whole tree where a base and changes do not say it. Throws Error
/// for what the overrides get wrong, and where no file can say it.
std::string based_text(const std::string& base, const std::vector<std::string>& overrides, const std::string& path,
                       std::span<const Form* const> forms);

/// The same as a file that needs no other scenario: the whole tree.
std::string whole_text(const std::string& base, const std::vector<std::string>& overrides,
                       std::span<const Form* const> forms);

}  // namespace orrery::scenario
