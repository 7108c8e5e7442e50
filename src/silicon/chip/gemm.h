// The time of a matrix product on an accelerator by tile and wave quantisation: the output is cut into tiles, tiles run
// in waves over the chip's cores, and the library takes the best tile and split of the inner dimension it has.
// After the analysis in NVIDIA's "Matrix Multiplication Background" guide (tile and wave quantisation) and the roofline
// of Williams et al. 2009; the constants are fitted per accelerator and precision (docs/calibration.md).
#pragma once
#include <string>

namespace orrery::silicon {

/// What decides the speed of matrix products of one precision on one accelerator. Plain SI units.
struct GemmConstants {
  double peak = 0;             ///< FLOP/s of the datasheet, dense
  double cores = 0;            ///< streaming multiprocessors or their like
  double memory = 0;           ///< B/s of the datasheet
  double rate = 0.8;           ///< share of peak a full core sustains in the main loop
  double launch = 3e-6;        ///< s, launch and drain of a kernel
  double tile_fixed = 1e-6;    ///< s, prologue and epilogue of a wave
  double memory_share = 0.8;   ///< share of the datasheet's bandwidth reached in streaming
  double core_memory = 60e9;   ///< B/s one core can load into its tiles
  double step = 0;             ///< s at least for a core to go one element along the inner dimension
  double balance = 0.5;        ///< 0: the last wave costs a whole one; 1: persistent kernels spread it perfectly
  double split_fixed = 2e-6;   ///< s, cost of adding up a split inner dimension
  double most_splits = 32;     ///< parts of the inner dimension at most; 1 where the kernels never split it
  double overlap = 4;          ///< exponent of the p-norm that joins arithmetic and memory; large: perfect overlap
  double in_bytes = 2;         ///< of an element of either operand
  double weight_bytes = 0;     ///< of an element of B where it is stored narrower than it is multiplied; 0: in_bytes
  double out_bytes = 2;        ///< of an element of the result
  double quantise_fixed = 0;   ///< s, the passes that scale and quantise the first operand, fixed part
  double quantise_passes = 0;  ///< times the unquantised (2-byte) first operand moves through memory for them
};

/// How a software release's products differ from the constants.
struct GemmRelease {
  std::string name;   ///< part of the printed framework
  double factor = 1;  ///< time over the constants'
  double row = 0;     ///< s more for each row of the first operand, where its quantise pass is slow
};

/// Seconds of batch independent products C[m,n] = A[m,k] B[k,n]. All sizes at least 1. quantise adds the passes over A.
double gemm_time(const GemmConstants& c, double m, double n, double k, double batch = 1, bool quantise = true);

}  // namespace orrery::silicon
