#include "machine/operations/goodput.h"

#include <cmath>

namespace orrery::operations {

Time mean_time_between_failures(Chips accelerators, const Reliability& reliability) {
  const double rate = (accelerators * reliability.failure_rate).value();
  return rate > 0 ? Time(1 / rate) : Time(infinity);
}

Time checkpoint_interval(Time mtbf, Time write) {
  if (!std::isfinite(mtbf.value()) || write <= Time(0)) return mtbf;
  if (write >= 2 * mtbf) return mtbf;
  const double ratio = write / (2 * mtbf);
  return Time(std::sqrt(2 * write.value() * mtbf.value()) * (1 + std::sqrt(ratio) / 3 + ratio / 9) - write.value());
}

double goodput(Chips accelerators, const Reliability& reliability) {
  const Time mtbf = mean_time_between_failures(accelerators, reliability);
  if (!std::isfinite(mtbf.value())) return 1;
  // Without a cost of writing, one checkpoints all the time and loses only the restarts.
  if (reliability.write <= Time(0)) return std::exp(-(reliability.restart / mtbf));
  const double interval = checkpoint_interval(mtbf, reliability.write) / mtbf;
  return interval / (std::exp(reliability.restart / mtbf) * std::expm1(interval + reliability.write / mtbf));
}

}  // namespace orrery::operations
