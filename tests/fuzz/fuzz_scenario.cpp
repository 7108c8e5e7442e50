// Feeds any bytes to the reader of scenarios with the shipped catalog. What it takes for a scenario is planned and
// simulated once; what it refuses is refused by one orrery::Error of one line.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "catalog/catalog.h"
#include "programme/resolve.h"
#include "programme/scenario.h"
#include "programme/trials.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const orrery::catalog::Catalog catalog(std::string(ORRERY_SOURCE) + "/catalog");
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const orrery::programme::Scenario scenario = orrery::programme::parse_scenario(text, "fuzz.toml");
    const orrery::programme::Plan plan = orrery::programme::make_plan(scenario, catalog);
    const orrery::programme::Forecast forecast = orrery::programme::simulate(plan);
    for (const double x : orrery::programme::output_values(plan, forecast))
      if (std::isnan(x)) __builtin_trap();
  } catch (const orrery::Error& error) {
    if (error.message().find('\n') != std::string::npos) __builtin_trap();
  }
  return 0;
}
