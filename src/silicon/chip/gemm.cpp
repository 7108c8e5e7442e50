#include "silicon/chip/gemm.h"

#include <algorithm>
#include <cmath>

namespace orrery::silicon {
namespace {

struct Tile {
  double m, n;
};
// What the libraries ship, in both orientations.
constexpr Tile menu[] = {{256, 128}, {128, 256}, {128, 128}, {64, 256}, {256, 64}, {128, 64}, {64, 128},
                         {64, 64},   {16, 128},  {128, 16},  {32, 64},  {16, 64},  {64, 16}};

/// (x^p + y^p)^(1/p) without the powers where one of the two hardly matters.
double join(double x, double y, double p) {
  const double high = std::max(x, y), low = std::min(x, y);
  if (low < 0.3 * high) return high;
  return high * std::pow(1 + std::pow(low / high, p), 1 / p);
}

}  // namespace

double gemm_time(const GemmConstants& c, double m, double n, double k, double batch, bool quantise) {
  const double core_rate = c.peak * c.rate / c.cores;
  const double weight = c.weight_bytes > 0 ? c.weight_bytes : c.in_bytes;
  const double bytes = batch * (m * k * c.in_bytes + k * n * weight + m * n * c.out_bytes);
  const double stream = bytes / (c.memory * c.memory_share);
  const bool tiny = m < 32 && n < 32;  // smaller than any tile
  double best = 1e30;
  for (const Tile& tile : menu) {
    // A tile twice as large as the matrix only wastes; the smallest in each direction is always a candidate.
    if (!tiny && ((tile.m > 2 * m && tile.m > 16) || (tile.n > 2 * n && tile.n > 16))) continue;
    const double tiles = std::ceil(m / tile.m) * std::ceil(n / tile.n) * batch;
    const double loop =
        std::max({2 * tile.m * tile.n / core_rate, (tile.m * c.in_bytes + tile.n * weight) / c.core_memory, c.step});
    for (double split = 1; split <= c.most_splits; split *= 2) {
      if (split > 1 && (tiles * split > 2 * c.cores || k < 128 * split)) break;
      const double waves = tiles * split / c.cores;
      const double spread = waves <= 1 ? 1 : std::ceil(waves) * (1 - c.balance) + waves * c.balance;
      const double compute = spread * (loop * std::ceil(k / split / 64) * 64 + c.tile_fixed);
      double extra = 0;
      if (split > 1) extra = c.split_fixed + 2 * split * 4 * m * n * batch / (c.memory * 2);
      best = std::min(best, compute + extra);
    }
  }
  double time = c.launch + join(best, stream, c.overlap);
  if (quantise && c.quantise_passes > 0)
    time += c.quantise_fixed + c.quantise_passes * batch * m * k * 2 / (c.memory * c.memory_share);
  return time;
}

}  // namespace orrery::silicon
