#include "silicon/chip/operator_time.h"

#include <algorithm>
#include <cmath>

namespace orrery::silicon {

double OperatorWork::bound() const {
  double most = 0;
  for (const PartWork& part : parts) most = std::max({most, part.compute, part.memory});
  return most;
}

double operator_time(const OperatorConstants& c, const OperatorWork& work) {
  double time = c.launch;
  for (std::size_t i = 0; i < operator_parts; ++i) {
    const double compute = work.parts[i].compute * c.parts[i].compute,
                 memory = work.parts[i].memory * c.parts[i].memory, steps = work.parts[i].steps * c.parts[i].step;
    const double most = std::max({compute, memory, steps});
    if (!(most > 0)) continue;
    double sum = 0;
    for (const double limit : {compute, memory, steps})
      if (limit > 1e-3 * most) sum += limit == most ? 1 : std::pow(limit / most, c.overlap);
    time += most * std::pow(sum, 1 / c.overlap);
  }
  return time;
}

}  // namespace orrery::silicon
