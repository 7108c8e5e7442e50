// Names compared as people write them: case and punctuation aside.
#pragma once
#include <string>
#include <string_view>

namespace orrery {

/// ASCII letters in lower case; all else as it is.
std::string lower_case(std::string_view text);

/// Lower case letters and digits (ASCII) only: "H100-SXM", "h100 sxm" and "H100_SXM" are "h100sxm".
std::string folded(std::string_view name);

}  // namespace orrery
