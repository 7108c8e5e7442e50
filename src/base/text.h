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

/// Whether text is UTF-8 that may be printed to a terminal as part of a line: it holds no control character (C0, C1,
/// DEL) and none of Unicode's that do not show or turn the direction of writing (bidirectional controls, zero-width
/// characters, separators of lines, tags).
bool is_printable(std::string_view text);

/// The text with what may not be printed, and bytes that are no UTF-8, as escapes ("\x1b", "\u202e").
std::string printable(std::string_view text);

/// The text with each stretch of line ends, tabs and the blanks around them as one blank.
std::string on_one_line(std::string_view text);

/// The first so many bytes of a text, or a few less where they would end within a character of UTF-8.
std::string_view cut(std::string_view text, std::size_t bytes);

}  // namespace orrery
