#include "silicon/chip/grouped_products.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace orrery::silicon {
namespace {

/// A fixed shuffling of the experts, so that which of them share a rank has nothing to do with their loads.
std::uint64_t scrambled(std::uint64_t x) {  // SplitMix64 (Steele et al. 2014)
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

/// The load of every expert by quantiles of the power law, together tokens x top_k; largest first.
std::vector<double> power_law(const MixtureShape& s) {
  const double pairs = s.tokens * s.top_k;
  const double low = pairs > s.experts ? 1 : 0.01, high = pairs > s.experts ? std::max(1.5, 0.8 * s.tokens) : 2;
  const auto count = static_cast<std::size_t>(s.experts);
  const bool harmonic = std::abs(s.skew - 1) < 1e-6;
  const double power = 1 - s.skew, a = std::pow(low, power), b = std::pow(high, power);
  std::vector<double> loads(count);
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double u = 1 - (static_cast<double>(i) + 0.5) / static_cast<double>(count);
    loads[i] = harmonic ? low * std::pow(high / low, u) : std::pow((b - a) * u + a, 1 / power);
    sum += loads[i];
  }
  for (double& load : loads) load *= pairs / sum;
  return loads;
}

}  // namespace

std::vector<double> expert_loads(const MixtureShape& s) {
  const double pairs = s.tokens * s.top_k;
  const double slots = s.slots > 0 ? s.slots : s.experts;
  const double local = std::max(1.0, std::floor(slots / s.ranks));
  if (s.skew <= 0) {
    const double mine = std::max(1.0, pairs / s.ranks);
    const double touched = std::min(local, std::ceil(mine));
    return std::vector<double>(static_cast<std::size_t>(touched), mine / touched);
  }
  std::vector<double> loads = power_law(s);
  const auto group = static_cast<std::size_t>(local);
  std::vector<double> busiest;
  if (s.ranks <= 1 || loads.size() <= group) {
    busiest = std::move(loads);
  } else {
    std::vector<std::pair<std::uint64_t, double>> order;
    for (std::size_t i = 0; i < loads.size(); ++i) order.emplace_back(scrambled(i), loads[i]);
    std::sort(order.begin(), order.end());
    double most = -1;
    std::size_t first = 0;
    for (std::size_t g = 0; g + group <= order.size(); g += group) {
      double sum = 0;
      for (std::size_t i = 0; i < group; ++i) sum += order[g + i].second;
      if (sum > most) most = sum, first = g;
    }
    for (std::size_t i = 0; i < group; ++i) busiest.push_back(order[first + i].second);
    if (s.slots > 0) {  // redundant experts level the ranks
      double sum = 0;
      for (const double load : busiest) sum += load;
      for (double& load : busiest) load *= pairs / s.ranks / sum;
    }
  }
  // Loads are whole tokens: what rounds to none is not read.
  std::vector<double> whole;
  for (const double load : busiest)
    if (load >= 0.5) whole.push_back(std::max(1.0, load));
  if (whole.empty()) whole.push_back(1);
  return whole;
}

OperatorWork grouped_products(const MixtureShape& s, const OperatorChip& chip) {
  OperatorWork work;
  const std::vector<double> loads = expert_loads(s);
  double pairs = 0;
  for (const double load : loads) pairs += load;
  const double touched = static_cast<double>(loads.size()), mean = pairs / touched;
  const double inter = std::max(1.0, s.inter / s.tensor), wide = (s.gated ? 2 : 1) * inter;
  const double rows = tile_rows(mean), columns = 128;
  double row_tiles = 0;
  for (const double load : loads) row_tiles += std::ceil(load / rows);
  PartWork& products = work[OperatorPart::products];
  double blocks = 0;
  const auto product = [&](double n, double k) {
    const double tiles = row_tiles * std::ceil(n / columns), waves = waves_of(tiles, chip.cores);
    products.compute += waves * 2 * rows * columns * k / (chip.peak / chip.cores);
    products.steps += waves * k / 64;
    blocks += tiles;
  };
  product(wide, s.hidden);
  product(s.hidden, inter);
  products.memory = touched * s.hidden * (wide + inter) * chip.weight_bytes / chip.memory;
  PartWork& traffic = work[OperatorPart::traffic];
  const double tokens = std::min(s.tokens, pairs);
  traffic.memory = (tokens * s.hidden * (2 + chip.in_bytes + 2) + pairs * s.hidden * (2 * chip.in_bytes + 4) +
                    pairs * (wide * 4 + inter * 2 * chip.in_bytes)) /
                   chip.memory;
  // Some kernels walk over the rows of all ranks' experts and skip what is not theirs only in the products.
  work[OperatorPart::selection].memory =
      s.tokens * s.top_k * (wide * 2 + inter * 2 * chip.in_bytes + s.hidden * 2) / chip.memory;
  return work;
}

}  // namespace orrery::silicon
