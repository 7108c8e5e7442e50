#include "silicon/chip/tiles.h"

#include <algorithm>
#include <cmath>

namespace orrery::silicon {

double tile_rows(double rows) {
  double tile = 16;
  while (tile < rows && tile < 128) tile *= 2;
  return tile;
}

double waves_of(double blocks, double cores) {
  const double waves = blocks / cores;
  return waves <= 1 ? 1 : (std::ceil(waves) + waves) / 2;
}

void add_product(PartWork& part, const OperatorChip& chip, double peak, double m, double n, double k, double batch,
                 double weight_bytes, double in_bytes) {
  const double rows = tile_rows(m), columns = 128;
  const double tiles = std::ceil(m / rows) * std::ceil(n / columns) * batch;
  // A product of few tiles splits its depth over the idle cores.
  const double split = std::clamp(chip.cores / tiles, 1.0, std::max(1.0, k / 256));
  const double waves = waves_of(tiles * split, chip.cores);
  part.compute += waves * 2 * rows * columns * k / split / (peak / chip.cores);
  part.memory += batch * (k * n * weight_bytes + m * k * in_bytes + m * n * 2) / chip.memory;
  part.steps += waves * k / split / 64;
}

}  // namespace orrery::silicon
