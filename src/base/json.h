// The size of JSON text before anything is built of it: a tree takes up to a hundred times its text, and a deep one
// more stack than there is.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace orrery {

/// How deep lists and tables may be nested, how many values there may be in all, and how many of them with a name.
struct JsonLimits {
  int depth = 0;
  std::size_t values = 0, names = 0;
};

/// Throws Error with the line for text beyond the limits. It reads in one pass and builds nothing; text that is no JSON
/// is counted as if it were. name stands for the file in messages.
void check_json(std::string_view text, const std::string& name, const JsonLimits& limits);

}  // namespace orrery
