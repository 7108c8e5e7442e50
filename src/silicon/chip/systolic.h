// Cycles of a matrix product on a systolic array whose weights stay in place, as SCALE-Sim counts them (Samajdar et
// al., ISPASS 2020, section 2.3): the weights are cut into folds of the array's size; a fold's weights are shifted in
// row by row, then the rows of the first operand stream through, and the next fold begins when the last result is out.
#pragma once

namespace orrery::silicon {

/// Processing elements of one array.
struct SystolicArray {
  double rows = 0;     ///< along the inner dimension
  double columns = 0;  ///< along the columns of the result
};

/// Cycles of C[m,n] = A[m,k] B[k,n] on one array, from the first weight to the last result. All sizes at least 1.
double systolic_cycles(const SystolicArray& array, double m, double n, double k);

/// Share of the elements' cycles that multiply, where nothing of a fold is hidden behind another: what a product is
/// sure of. Arrays that shift the next fold's weights in behind the stream do better where m is small.
double systolic_use(const SystolicArray& array, double m, double n, double k);

}  // namespace orrery::silicon
