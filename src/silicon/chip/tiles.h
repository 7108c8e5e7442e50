// What matrix products of operators ask of a chip: tiles over the cores in waves, weights and activations through
// memory.
#pragma once
#include "silicon/chip/operator_time.h"

namespace orrery::silicon {

/// What shapes of operators need to know of a chip and a number format. Plain SI units.
struct OperatorChip {
  double peak = 0;     ///< FLOP/s of the matrix units in the format the operands are multiplied in
  double peak_16 = 0;  ///< the same in 16 bits
  double peak_8 = 0;   ///< the same in 8 bits; the 16-bit peak where the chip has none
  double memory = 0;   ///< B/s
  double cores = 1;
  double weight_bytes = 2;  ///< of an element of the weights in memory
  double in_bytes = 2;      ///< of an element of the activations that are multiplied
};

/// The height of the tiles for a product of so many rows: a power of two from 16 to 128.
double tile_rows(double rows);
/// Waves of blocks over cores as persistent kernels share them: 1 up to one wave, then half way to whole waves.
double waves_of(double blocks, double cores);

/// Adds a product C[m,n] = A[m,k] B[k,n] to a part, its weights read once and A and C moved once.
void add_product(PartWork& part, const OperatorChip& chip, double peak, double m, double n, double k, double batch = 1,
                 double weight_bytes = 2, double in_bytes = 2);

}  // namespace orrery::silicon
