#include "machine/training/pool_speed.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>

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

/// Numbers of accelerators from `least` to `all` that a job divides over: ranks that divide the stated batch, times
/// stages that divide the layers (or three), times powers of two for the other degrees. Of each of so many parts of an
/// octave the one with most factors of two, over which most layouts divide. Fewest first; they do not depend on `all`,
/// so that one pool has one speed whatever a run wants beyond it.
std::vector<double> parts_that_divide(const Question& q, double least, double all, int an_octave = 4) {
  std::vector<double> stages = divisors(static_cast<double>(q.model.layers));
  stages.push_back(3);
  std::map<int, double> bins;
  const auto twos = [](double n) { return std::countr_zero(static_cast<std::uint64_t>(n)); };
  for (const double ranks : divisors(q.batch))
    for (const double pp : stages)
      for (double part = ranks * pp; part <= all; part *= 2) {
        if (part < least) continue;
        double& best = bins[static_cast<int>(std::floor(an_octave * std::log2(part) + 1e-9))];
        if (best == 0 || std::pair(twos(part), part) > std::pair(twos(best), best)) best = part;
      }
  std::vector<double> parts;
  for (const auto& [bin, best] : bins) parts.push_back(best);
  return parts;
}

/// Blocks of 512, a power of two below.
double in_blocks(double accelerators) {
  return accelerators >= 512 ? accelerators - std::fmod(accelerators, 512)
                             : static_cast<double>(std::bit_floor(static_cast<unsigned>(std::max(1.0, accelerators))));
}

/// The fastest so far of a job on some numbers of accelerators. The batch is the same: another number is worth it where
/// its step is shorter.
struct Fastest {
  const Hardware* hardware;
  const catalog::Catalog* catalog;
  unsigned threads;
  LayoutsFound* known = nullptr;
  Question question = {};
  std::optional<RankedLayout> layout = {};

  double tokens() const { return layout ? layout->estimate.tokens_per_second : 0; }
  /// Whether the job fits these accelerators and is faster on them.
  bool offer(const Question& pool, double accelerators) {
    Question q = pool;
    q.accelerators = accelerators;
    const double limit = layout ? layout->estimate.step.value() : std::numeric_limits<double>::infinity();
    auto found = within(q, limit);
    if (!found || found->estimate.tokens_per_second <= tokens()) return false;
    question = std::move(q), layout = std::move(found);
    return true;
  }

 private:
  /// The fastest layout whose step is below the limit, of those known or by a search.
  std::optional<RankedLayout> within(const Question& q, double limit) const {
    if (!known) return fastest(q, *hardware, *catalog, threads, limit);
    auto had = std::find_if(known->found.begin(), known->found.end(), [&](const LayoutsFound::Found& f) {
      return f.question.accelerators == q.accelerators && f.question == q;
    });
    if (had == known->found.end()) had = known->found.insert(had, {q, -1, std::nullopt});
    if (!had->best && had->limit < limit) {
      had->best = fastest(q, *hardware, *catalog, threads, limit);
      had->limit = limit;
    }
    return had->best && had->best->estimate.step.value() < limit ? had->best : std::nullopt;
  }
};

/// The question as on_pool() has it, with its fastest layout.
Fastest laid_out(const Question& pool, const Hardware& hardware, const catalog::Catalog& catalog, unsigned threads,
                 LayoutsFound* known = nullptr) {
  Fastest best{&hardware, &catalog, threads, known};
  best.question = pool;
  const double all = pool.accelerators, blocks = in_blocks(all);
  best.offer(pool, all);
  if (blocks != all) best.offer(pool, blocks);
  // Odd numbers are worth a closer look, which large ones would take long for.
  constexpr double large = 8192;
  const std::vector<double> parts = parts_that_divide(pool, all / 2, all, blocks == all || all >= large ? 4 : 12);
  for (auto part = parts.rbegin(); part != parts.rend(); ++part)
    if (*part != all && *part != blocks) best.offer(pool, *part);
  return best;
}

}  // namespace

Question on_pool(const Question& pool, const Hardware& hardware, const catalog::Catalog& catalog, unsigned threads) {
  return laid_out(pool, hardware, catalog, threads).question;
}

std::optional<PoolSpeed> speed_of_all(const Question& question, const Hardware& hardware,
                                      const catalog::Catalog& catalog, unsigned threads) {
  auto best = fastest(question, hardware, catalog, threads);
  if (!best) return std::nullopt;
  const double rate = best->estimate.tokens_per_second;
  return PoolSpeed{
      question, std::move(*best), {{question.accelerators, rate / question.accelerators, question.accelerators}}};
}

std::optional<PoolSpeed> pool_speed(const Question& wanted, double least, const Hardware& hardware,
                                    const catalog::Catalog& catalog, unsigned threads, LayoutsFound* known) {
  PoolSpeed out;
  Fastest whole = laid_out(wanted, hardware, catalog, threads, known);
  if (!whole.layout) return std::nullopt;
  out.question = whole.question, out.best = *whole.layout;
  const double all = wanted.accelerators;
  // Between two numbers the layout of the smaller runs, and the rest is idle.
  const auto knot = [&](double accelerators, const Fastest& before, const Fastest& now) {
    constexpr double just_below = 1 - 1e-9;
    for (const auto& [at, layout] : {std::pair{accelerators * just_below, &before}, {accelerators, &now}})
      if (layout->layout) out.sizes.push_back({at, layout->tokens() / accelerators, layout->question.accelerators});
  };
  Fastest part{&hardware, &catalog, threads, known};
  if (least < all) {
    Question fewest = wanted;
    fewest.accelerators = least;
    part = laid_out(fewest, hardware, catalog, threads, known);
    if (part.layout) out.sizes.push_back({least, part.tokens() / least, part.question.accelerators});
    for (const double accelerators : parts_that_divide(wanted, least, all)) {
      const Fastest before = part;
      if (accelerators > least && accelerators < all && part.offer(wanted, accelerators))
        knot(accelerators, before, part);
    }
    out.ends = out.sizes.empty() || out.sizes.front().accelerators > least;
  }
  knot(all, part, whole);
  return out;
}

}  // namespace orrery::training
