#include "site/load/job_load.h"

#include <cmath>
#include <numbers>

namespace orrery::site {

JobSwing job_swing(const AcceleratorLoad& load, Chips accelerators) {
  const double n = accelerators.value();
  return {(load.computing - load.waiting) * (n / load.psu_efficiency), (load.training - load.standing) * n};
}

std::array<Power, 24> serving_day(Power trough, Power peak, double peak_hour) {
  std::array<Power, 24> day{};
  for (std::size_t hour = 0; hour < day.size(); ++hour) {
    const double up = (1 + std::cos(2 * std::numbers::pi * (static_cast<double>(hour) - peak_hour) / 24)) / 2;
    day[hour] = trough + (peak - trough) * up;
  }
  return day;
}

}  // namespace orrery::site
