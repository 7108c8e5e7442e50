// Feeds any bytes to the reader of request bodies. What it takes is a question of known fields; what it refuses is
// refused with a status, a problem and a remedy.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "view/body.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace view = orrery::view;
  try {
    const view::Body body(std::string_view(reinterpret_cast<const char*>(data), size),
                          {"scenario", "set", "trials", "seed", "independent", "against"});
    if (const auto against = body.object("against", {"scenario", "set"})) {
      against->text("scenario");
      against->texts("set");
    }
    body.text("scenario");
    body.texts("set");
    if (body.whole("trials", 0, 100) > 100) __builtin_trap();
    body.whole("seed", 1, 1000);
    body.boolean("independent");
  } catch (const view::Refusal& refusal) {
    if (refusal.status < 400 || refusal.problem.empty() || refusal.remedy.empty()) __builtin_trap();
  }
  return 0;
}
