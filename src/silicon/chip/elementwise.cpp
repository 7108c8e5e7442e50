#include "silicon/chip/elementwise.h"

#include <algorithm>
#include <cmath>

namespace orrery::silicon {

double elementwise_time(const ElementwiseConstants& c, double memory_bandwidth, double rows, double elements) {
  constexpr double bytes = 4;  // 2 read, 2 written
  double traffic = rows * elements * bytes;
  if (elements > c.medium_row) traffic *= c.medium;
  if (elements > c.wide_row) traffic *= 1 + (c.wide - 1) * std::min(1.0, elements / c.wide_row - 1);
  const double stream = traffic / (memory_bandwidth * c.share);
  const double high = std::max(c.least, stream), ratio = std::min(c.least, stream) / high;
  return c.dispatch + high * std::sqrt(std::sqrt(1 + ratio * ratio * ratio * ratio)) + rows * c.row;
}

}  // namespace orrery::silicon
