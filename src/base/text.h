// Names compared as people write them, case and punctuation aside; text as a terminal may show it.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace orrery {

/// ASCII letters in lower case; all else as it is.
std::string lower_case(std::string_view text);

/// Lower case letters and digits (ASCII) only: "H100-SXM", "h100 sxm" and "H100_SXM" are "h100sxm".
std::string folded(std::string_view name);

/// The text as it may stand in one line of a terminal: control characters, characters of Unicode that turn the
/// direction or show nothing, and bytes that are no UTF-8 are written as escapes ("\x1b", "\u202e").
std::string printable(std::string_view text);

/// The first so many bytes of a text, or a few less where they would end within a character of UTF-8.
std::string_view cut(std::string_view text, std::size_t bytes);

}  // namespace orrery
