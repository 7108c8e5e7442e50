#include "machine/training/pool_speed.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <tuple>

namespace orrery::training {
namespace {

/// The fastest layout alone, which is found sooner than the ten best and the front.
std::optional<RankedLayout> fastest(const Question& question, const Hardware& hardware, const catalog::Catalog& catalog,
                                    unsigned threads, double limit = std::numeric_limits<double>::infinity()) {
  const Posed posed = pose(question, hardware, catalog);
  SearchSpace space = default_space(posed.machine, threads);
  space.keep = 1;
  space.front = false;
  space.limit = limit;
  const SearchResult found = search(posed.job, posed.machine, space);
  if (found.best.empty()) return std::nullopt;
  return found.best.front();
}

/// Numbers of accelerators up to `all` that a job divides over: ranks that divide the stated batch, times stages that
/// divide the layers (or three) and a power of two for the other degrees. The largest six, most first.
std::vector<double> parts_that_divide(const Question& q, double all) {
  std::vector<double> parts;
  const double layers = static_cast<double>(q.model.layers);
  std::vector<double> stages = divisors(layers);
  stages.push_back(3);
  for (const double ranks : divisors(q.batch))
    for (const double pp : stages)
      if (const double rest = all / (ranks * pp); rest >= 1 && rest <= 64)
        parts.push_back(ranks * pp * std::exp2(std::floor(std::log2(rest))));
  std::sort(parts.begin(), parts.end(), std::greater<>());
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
  if (parts.size() > 6) parts.resize(6);
  return parts;
}

/// The question as on_pool() has it, with its fastest layout.
std::pair<Question, std::optional<RankedLayout>> laid_out(const Question& pool, const Hardware& hardware,
                                                          const catalog::Catalog& catalog, unsigned threads) {
  std::pair<Question, std::optional<RankedLayout>> best;
  double fastest_speed = -1;
  const auto offer = [&](double accelerators) {
    Question q = pool;
    q.accelerators = accelerators;
    // The batch is the same: a part is worth it where its step is shorter.
    const double limit = best.second ? best.second->estimate.step.value() : std::numeric_limits<double>::infinity();
    auto layout = fastest(q, hardware, catalog, threads, limit);
    const bool fits = layout.has_value();
    const double speed = fits ? layout->estimate.tokens_per_second : 0;
    if (speed > fastest_speed) best = {q, std::move(layout)}, fastest_speed = speed;
    return fits;
  };
  const double all = pool.accelerators;
  const double blocks = all >= 512 ? all - std::fmod(all, 512)
                                   : static_cast<double>(std::bit_floor(static_cast<unsigned>(std::max(1.0, all))));
  const bool fits = offer(all);
  if (blocks == all && fits) return best;
  if (blocks != all) offer(blocks);
  for (const double part : parts_that_divide(pool, all))
    if (part != all && part != blocks) offer(part);
  return best;
}

}  // namespace

Question on_pool(const Question& pool, const Hardware& hardware, const catalog::Catalog& catalog, unsigned threads) {
  return laid_out(pool, hardware, catalog, threads).first;
}

std::optional<PoolSpeed> speed_of_all(const Question& question, const Hardware& hardware,
                                      const catalog::Catalog& catalog, unsigned threads) {
  auto best = fastest(question, hardware, catalog, threads);
  if (!best) return std::nullopt;
  const double rate = best->estimate.tokens_per_second;
  return PoolSpeed{question, std::move(*best), {{question.accelerators, rate / question.accelerators}}};
}

std::optional<PoolSpeed> pool_speed(const Question& wanted, double least, const Hardware& hardware,
                                    const catalog::Catalog& catalog, unsigned threads) {
  PoolSpeed out;
  std::optional<RankedLayout> best;
  std::tie(out.question, best) = laid_out(wanted, hardware, catalog, threads);
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
