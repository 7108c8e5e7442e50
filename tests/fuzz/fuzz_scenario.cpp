// Feeds any bytes to the reader of scenarios of all kinds with the shipped catalog. What it takes for one is answered
// once at the medians; what it refuses is refused by one orrery::Error of one line.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "catalog/catalog.h"
#include "study/kind.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const orrery::catalog::Catalog catalog(std::string(ORRERY_SOURCE) + "/catalog");
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    namespace study = orrery::study;
    const auto scenario = orrery::scenario::parse_scenario(text, "fuzz.toml", {}, study::forms_of(study::kinds()));
    const study::Answer answer = study::answer(scenario, catalog, study::kinds(), {});
    for (const std::vector<double>& values : answer.trials.values)
      for (const double x : values)
        if (std::isnan(x)) __builtin_trap();
  } catch (const orrery::Error& error) {
    if (error.message().find('\n') != std::string::npos) __builtin_trap();
  }
  return 0;
}
