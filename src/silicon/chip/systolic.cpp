#include "silicon/chip/systolic.h"

#include <cmath>

namespace orrery::silicon {

double systolic_cycles(const SystolicArray& array, double m, double n, double k) {
  const double folds = std::ceil(k / array.rows) * std::ceil(n / array.columns);
  // Weights in, the first row's way down and along, the rows after it; counted from 0.
  return folds * (array.rows + (array.rows + array.columns + m - 2)) - 1;
}

double systolic_use(const SystolicArray& array, double m, double n, double k) {
  return m * n * k / (array.rows * array.columns * systolic_cycles(array, m, n, k));
}

}  // namespace orrery::silicon
