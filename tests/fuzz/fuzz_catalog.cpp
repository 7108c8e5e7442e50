// Feeds any bytes to the reader of catalog files as every kind: it either returns entries that can be shown or throws
// one orrery::Error.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "catalog/catalog.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const orrery::catalog::KindSchema& kind : orrery::catalog::schema()) {
    try {
      for (const orrery::catalog::Entry& entry : orrery::catalog::read_entries(text, kind.kind, "fuzz.toml"))
        for (const orrery::catalog::Figure& figure : entry.figures) {
          figure.value_text();
          if (figure.kind == orrery::catalog::Figure::Kind::amount) figure.amount.median();
        }
    } catch (const orrery::Error&) {
      // The one way to refuse.
    }
  }
  return 0;
}
