// An answer that was kept as JSON and is to be shown again: whether it is one.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace orrery::view {

/// Bytes of an answer that is shown.
inline constexpr std::size_t largest_result = std::size_t{64} << 20;

/// Throws Error for an answer that is none: not JSON, cut in half, nested deeper than any, of another schema or
/// version. It is read in one pass that keeps nothing, however large or deep. name stands for the file in messages.
void check_result(std::string_view text, const std::string& name);

}  // namespace orrery::view
