#include "machine/training/pool_speed.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace orrery::training {
namespace {

/// The fastest layout alone, which is found sooner than the ten best and the front.
std::optional<RankedLayout> fastest(const Question& question, const Hardware& hardware, const catalog::Catalog& catalog,
                                    unsigned threads) {
  const Posed posed = pose(question, hardware, catalog);
  SearchSpace space = default_space(posed.machine, threads);
  space.keep = 1;
  space.front = false;
  const SearchResult found = fastest_layouts(posed.job, posed.machine, space);
  if (found.best.empty()) return std::nullopt;
  return found.best.front();
}

}  // namespace

double step_batch(double stated, double accelerators) {
  return stated > 0 ? stated : std::max(256.0, std::floor(accelerators / 8));
}

Question on_pool(Question pool, const Hardware& hardware, const catalog::Catalog& catalog, unsigned threads) {
  const double all = pool.accelerators;
  const double blocks = all >= 512 ? all - std::fmod(all, 512)
                                   : static_cast<double>(std::bit_floor(static_cast<unsigned>(std::max(1.0, all))));
  Question part = pool;
  part.accelerators = blocks;
  part.batch = step_batch(pool.batch, blocks);
  pool.batch = step_batch(pool.batch, all);
  if (blocks == all) return pool;
  const auto speed = [&](const Question& q) {
    const auto best = fastest(q, hardware, catalog, threads);
    return best ? best->estimate.tokens_per_second : 0;
  };
  return speed(pool) >= speed(part) ? pool : part;
}

std::optional<PoolSpeed> pool_speed(const Question& wanted, double least, const Hardware& hardware,
                                    const catalog::Catalog& catalog, unsigned threads) {
  PoolSpeed out;
  out.question = on_pool(wanted, hardware, catalog, threads);
  const auto best = fastest(out.question, hardware, catalog, threads);
  if (!best) return std::nullopt;
  out.best = *best;
  // What the layout leaves idle is left idle in proportion as the pool shrinks.
  const double used = out.question.accelerators / wanted.accelerators;
  out.sizes = {{wanted.accelerators, best->estimate.tokens_per_second / wanted.accelerators}};
  Question part = out.question;
  while (out.sizes.back().first > least && std::fmod(part.accelerators, 2) == 0) {
    part.accelerators /= 2;
    const auto smaller = fastest(part, hardware, catalog, threads);
    out.ends = !smaller;
    if (out.ends) break;
    const double size = part.accelerators / used;
    out.sizes.emplace_back(size, smaller->estimate.tokens_per_second / size);
  }
  std::reverse(out.sizes.begin(), out.sizes.end());
  return out;
}

}  // namespace orrery::training
