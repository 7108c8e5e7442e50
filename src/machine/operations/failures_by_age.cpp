#include "machine/operations/failures_by_age.h"

#include <algorithm>
#include <cmath>

namespace orrery::operations {

std::vector<double> failures_by_age(const Curve& usable, double early, double life, int horizon) {
  std::vector<double> out(static_cast<std::size_t>(horizon), early);
  const double a_day = life > 0 ? std::exp(-1 / life) : 0;
  double most = 0, excess = 0;  // accelerators there together so far; of new ones as many as fail so much more
  for (int day = 0; day < horizon; ++day) {
    const double more = std::max(usable.at(day) - most, 0.0);
    most += more;
    excess = excess * a_day + more;
    if (most > 0) out[static_cast<std::size_t>(day)] = 1 + (early - 1) * (excess / most);
  }
  return out;
}

}  // namespace orrery::operations
