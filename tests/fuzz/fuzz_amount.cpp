// Feeds any bytes to the reader of amounts: it either returns a finite number that can be printed and compared, or
// throws one orrery::Error whose message is one line.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/units.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const orrery::AnyAmount amount = orrery::parse_amount(text);
    if (!std::isfinite(amount.value)) __builtin_trap();
    orrery::format_amount(amount.value, amount.dimension);
    orrery::dimension_name(amount.dimension);
  } catch (const orrery::Error& error) {
    if (error.message().find('\n') != std::string::npos) __builtin_trap();
  }
  try {
    orrery::parse_amount_of(text, orrery::dimension::power);
  } catch (const orrery::Error&) {
    // The one way to refuse.
  }
  return 0;
}
