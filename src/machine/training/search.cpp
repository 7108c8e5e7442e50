#include "machine/training/search.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "base/parallel.h"
#include "machine/training/layer_time.h"

namespace orrery::training {
namespace {

std::vector<int> divisors(std::int64_t n, std::int64_t most) {
  std::vector<int> out;
  for (const double d : training::divisors(static_cast<double>(n)))
    if (d <= static_cast<double>(most)) out.push_back(static_cast<int>(d));
  return out;
}

/// Chunks of a pipeline, pp x vp, that a search tries at most: several times those of any published run.
constexpr int most_searched_chunks = 512;
/// Choices of tp, cp, ep and micro-batch beyond which micro-batches are powers of two: of batches with very many
/// divisors on very many accelerators.
constexpr std::size_t most_searched_groups = 2000;

/// The part of a layout that layer times depend on.
struct Shared {
  int tp, cp, ep;
  double micro_batch;
  Recompute recompute;
  bool sequence_parallel, offload_activations;
  ContextExchange context;
};

struct Candidate {
  double time, memory;
  std::size_t order;  ///< place in the enumeration: breaks ties the same way on any number of threads
  Layout layout;
  bool relieved = false;  ///< not enumerated itself
};

bool before(const Candidate& x, const Candidate& y) {
  return x.time != y.time ? x.time < y.time : x.order < y.order;
}

/// What one worker has found.
struct Found {
  std::vector<Candidate> best;   ///< sorted, at most keep
  std::vector<Candidate> front;  ///< by time
  double layouts = 0, legal = 0, fit = 0, evaluated = 0;
  std::vector<std::pair<std::string, double>> undivided;  ///< by the key that does not divide
  double too_large = 0;

  void count_undivided(const std::string& key, double layouts_so, const SearchSpace& space) {
    if (!space.front) return;
    for (auto& [known, count] : undivided)
      if (known == key) {
        count += layouts_so;
        return;
      }
    undivided.emplace_back(key, layouts_so);
  }

  void offer(const Candidate& c, const SearchSpace& space) {
    if (c.time > space.limit || !std::isfinite(c.time)) return;
    if (best.size() < space.keep || before(c, best.back())) {
      best.insert(std::upper_bound(best.begin(), best.end(), c, before), c);
      if (best.size() > space.keep) best.pop_back();
    }
    // Which relieved ones are tried beyond the best depends on what a worker has found before.
    if (space.front && !c.relieved) offer_front(c);
  }
  void offer_front(const Candidate& c) {
    for (const Candidate& f : front)
      if (f.time <= c.time && f.memory <= c.memory && !(f.time == c.time && f.memory == c.memory && c.order < f.order))
        return;
    std::erase_if(front, [&](const Candidate& f) { return f.time >= c.time && f.memory >= c.memory; });
    front.insert(std::upper_bound(front.begin(), front.end(), c, before), c);
  }
  /// Steps beyond it are of no use.
  double limit(const SearchSpace& space) const {
    if (space.front || !space.prune) return std::numeric_limits<double>::infinity();
    return best.size() < space.keep ? space.limit : std::min(space.limit, best.back().time);
  }
  /// Not among the best, whatever it takes beyond the bound.
  bool slow(double bound, const SearchSpace& space) const {
    return bound > space.limit || (space.prune && best.size() >= space.keep && bound > best.back().time);
  }
  /// Nor on the front.
  bool hopeless(double bound, double memory, const SearchSpace& space) const {
    if (!slow(bound, space)) return false;
    if (!space.front) return true;
    for (const Candidate& f : front)
      if (f.time < bound && f.memory < memory) return true;
    return false;
  }
};

/// The least that a pipeline takes: a stage begins when the first microbatch has come through the stages before it,
/// does all of its work, and its last backward pass still goes back through them.
double pipeline_bound(const Job& job, const Layout& l, const LayerTimes& times, double micro) {
  const std::vector<int> sizes = layers_of_chunks(job.model, l.pp * l.vp);
  const auto stages = static_cast<std::size_t>(l.pp);
  std::vector<double> work(stages), first(stages);
  std::int64_t layer = 0;
  for (std::size_t g = 0; g < sizes.size(); ++g) {
    double chunk = 0;
    for (int i = 0; i < sizes[g]; ++i, ++layer) {
      const LayerTime& t = times.kinds[job.model.kind_of(layer)];
      chunk += t.forward.total() + t.backward.total();
    }
    work[g % stages] += chunk;
    if (g < stages) first[g] = chunk;
  }
  work.back() += times.head.forward.total() + times.head.backward.total();
  double before = 0, bound = 0;
  for (std::size_t s = 0; s < stages; ++s) {
    bound = std::max(bound, before + micro * work[s]);
    before += first[s];
  }
  return bound;
}

/// The bound of a layout that computes no layer again.
double bound_without_recomputation(const Job& job, const Machine& machine, const Layout& l, const LayerTimes& times) {
  if (l.recompute != Recompute::full) return step_bound(job, machine, l, times);
  LayerTimes kept = times;
  for (LayerTime& t : kept.kinds) t.backward.again = 0;
  return step_bound(job, machine, l, kept);
}

/// What layouts with one shared part have in common.
struct Timed {
  LayerTimes times;
  LayerMemories memories;
  std::optional<LayerTimes> offloaded = {};  ///< with activations on the host, once they were asked for
};

/// Layouts that the search does not enumerate, for each that it does: the optimizer, the activations or both in the
/// host's memory where it does not fit without; and the fewest layers that full recomputation must cover, with each of
/// these.
struct Relief {
  const Job& job;
  const Machine& machine;
  const SearchSpace& space;
  Found& found;
  Timed& timed;

  bool fits(const MemoryUse& memory) const {
    return memory.total() <= machine.accelerator->memory && memory.host <= machine.accelerator->host_capacity;
  }
  void evaluate_one(const Layout& l, const MemoryUse& memory, std::size_t order) {
    ++found.evaluated;
    if (l.offload_activations && !timed.offloaded) timed.offloaded = layer_times(job, machine, l);
    const LayerTimes& times = l.offload_activations ? *timed.offloaded : timed.times;
    const double step = evaluate(job, machine, l, times, memory, found.limit(space)).step.value();
    found.offer({step, memory.total(), order, l, true}, space);
  }
  /// The fewest layers of a chunk that full recomputation must cover, of a layout that fits when it covers all: more
  /// layers take more time and less memory. Whether that is fewer than all.
  bool cover_fewest(Layout& l, MemoryUse& memory) const {
    const std::vector<int> sizes = layers_of_chunks(job.model, l.pp * l.vp);
    const int all = *std::max_element(sizes.begin(), sizes.end());
    int low = 0, high = all;
    while (high - low > 1) {
      l.recompute_layers = (low + high) / 2;
      const MemoryUse tried = memory_use(job, machine, l, timed.memories);
      if (fits(tried)) high = l.recompute_layers, memory = tried;
      else low = l.recompute_layers;
    }
    l.recompute_layers = high;
    return high < all;
  }
  /// Whether the accelerator's own memory holds a layout that keeps all it can in the host's: nothing else takes less.
  bool fits_with_all(Layout l) const {
    l.offload_activations = true, l.offload_optimizer = job.task != Task::lora;
    return memory_use(job, machine, l, timed.memories).total() <= machine.accelerator->memory;
  }
  /// least: a bound of whatever is tried.
  void offer(const Layout& enumerated, double least, bool fitted, std::size_t order) {
    if (found.slow(least, space)) return;
    const bool covers = enumerated.recompute == Recompute::full && enumerated.recompute_layers == 0;
    if (fitted && !covers) return;
    if (!fitted && !fits_with_all(enumerated)) return;
    for (const auto& [activations, optimizer] : {std::pair{false, false}, {false, true}, {true, false}, {true, true}}) {
      const bool offloads = activations || optimizer;
      if ((!offloads && !fitted) || (optimizer && job.task == Task::lora)) continue;
      Layout l = enumerated;
      if (offloads) l.offload_activations = activations, l.offload_optimizer = optimizer;
      MemoryUse memory = memory_use(job, machine, l, timed.memories);
      if (!fits(memory)) continue;
      if (!fitted) evaluate_one(l, memory, order);
      if (!covers) continue;
      if (cover_fewest(l, memory)) evaluate_one(l, memory, order);
      if (!offloads && l.recompute_layers == 1) return;  // fewer is another layout
    }
  }
};

}  // namespace

double step_bound(const Job& job, const Machine& machine, const Layout& layout, const LayerTimes& times) {
  const model::Architecture& a = job.model;
  // DualPipe may hide all of the expert traffic.
  const double shown = layout.schedule == Schedule::dualpipe ? 0 : 1;
  const auto whole = [shown](const LayerTime& t) {
    return t.forward.total() + t.backward.total() - (1 - shown) * (t.forward.expert + t.backward.expert);
  };
  const std::vector<double> counts = a.counts();
  double all = (1 + static_cast<double>(a.mtp_layers)) * whole(times.head);
  for (std::size_t k = 0; k < counts.size(); ++k)
    if (counts[k] > 0) all += counts[k] * whole(times.kinds[k]);
  const double micro = std::max(microbatches(job, machine, layout), 1.0);
  double busy = micro * all / layout.pp;
  if (layout.pp > 1 && (layout.schedule == Schedule::one_f_one_b || layout.schedule == Schedule::gpipe))
    busy = std::max(busy, pipeline_bound(job, layout, times, micro));
  return machine.framework->release * (busy + machine.framework->step_fixed);
}

namespace {

/// A legal layout that may be worth evaluating.
struct Open {
  double least = 0;  ///< nothing that is tried of it takes less
  double bound = 0;  ///< it takes no less itself
  std::size_t order = 0, shared = 0;
  Layout layout;
};

/// A space with its empty lists filled in for a job on a machine.
struct Enumeration {
  const Job& job;
  const Machine& machine;
  const SearchSpace& space;
  std::vector<Shared> shared;
  std::vector<int> pps, vps;
  /// Stages and virtual stages that are looked at, with their place among all. Uneven virtual stages run where they are
  /// asked for.
  struct Stages {
    int pp, vp;
    std::size_t place;
  };
  std::vector<Stages> stages;
  std::vector<std::pair<Sharding, int>> shardings;

  Enumeration(const Job& j, const Machine& m, const SearchSpace& sp) : job(j), machine(m), space(sp) {
    const model::Architecture& a = job.model;
    const double domain = machine.domain > 0 ? machine.domain : machine.accelerator->domain;
    const auto n = static_cast<std::int64_t>(machine.accelerators);
    const auto or_all = [](const std::vector<int>& given, std::vector<int> all) { return given.empty() ? all : given; };
    std::int64_t heads = 1;
    for (const model::Layer& kind : a.kinds) heads = std::max(heads, kind.mixer.heads);
    const std::vector<int> tps = or_all(space.tp, divisors(heads, static_cast<std::int64_t>(std::min(domain, 64.0))));
    const std::int64_t most_chunks = std::min<std::int64_t>(a.layers + 2, most_searched_chunks);
    pps = or_all(space.pp, divisors(n, most_chunks));
    std::vector<int> all_vps;
    for (int v = 1; v <= most_chunks; ++v) all_vps.push_back(v);
    vps = or_all(space.vp, all_vps);
    std::vector<int> all_cps = {1};
    for (int c = 2; job.sequence / c >= 4096; c *= 2) all_cps.push_back(c);
    const std::vector<int> cps = or_all(space.cp, all_cps);
    const model::Layer* mixture = a.mixture();
    const std::vector<int> eps = or_all(space.ep, mixture ? divisors(mixture->mlp.experts, n) : std::vector<int>{1});
    std::vector<double> micros = space.micro_batch;
    if (micros.empty())
      for (const int b : divisors(static_cast<std::int64_t>(job.global_batch), 64)) micros.push_back(b);
    if (space.micro_batch.empty() && tps.size() * cps.size() * eps.size() * micros.size() > most_searched_groups)
      std::erase_if(micros, [](double b) { return !std::has_single_bit(static_cast<unsigned>(b)); });
    for (const int tp : tps)
      for (const int cp : cps)
        for (const int ep : eps)
          for (const double b : micros)
            for (const Recompute r : space.recompute)
              for (const bool split : space.sequence_parallel)
                for (const bool offload : space.offload_activations)
                  for (const ContextExchange context : space.context)
                    if ((cp > 1 || context == space.context.front()) &&
                        (tp > 1 || split == space.sequence_parallel.front()))
                      shared.push_back({tp, cp, ep, b, r, split, offload, context});
    Layout l;
    for (std::size_t p = 0; p < pps.size(); ++p)
      for (std::size_t v = 0; v < vps.size(); ++v) {
        l.pp = pps[p], l.vp = vps[v];
        const bool few = std::int64_t{l.pp} * l.vp <= most_searched_chunks;
        if (l.vp == 1 || !space.vp.empty() || (few && even_chunks(a, l)))
          stages.push_back({l.pp, l.vp, p * vps.size() + v});
      }
    for (const Sharding sharding : space.sharding)
      for (const int group : sharding == Sharding::full ? space.shard_group : std::vector<int>{0})
        shardings.emplace_back(sharding, group);
  }

  /// Layouts with one pp and vp, and with one of each shared part.
  std::size_t variants() const { return shardings.size() * space.schedule.size() * space.offload_optimizer.size(); }
  std::size_t inner() const { return pps.size() * vps.size() * variants(); }

  /// Calls visit(open) for every legal layout of a shared part, in order; counts the others.
  template <class Visit>
  void each(std::size_t s, Found& found, Timed& timed, Visit visit) const {
    const Shared& x = shared[s];
    Open open;
    open.shared = s;
    Layout& l = open.layout;
    l.tp = x.tp, l.cp = x.cp, l.ep = x.ep, l.micro_batch = x.micro_batch, l.recompute = x.recompute;
    l.sequence_parallel = x.sequence_parallel, l.offload_activations = x.offload_activations, l.context = x.context;
    const auto count = static_cast<double>(variants());
    found.layouts += count * static_cast<double>(pps.size() * vps.size());
    if (const std::size_t uneven = pps.size() * vps.size() - stages.size(); uneven > 0)
      found.count_undivided("vp", count * static_cast<double>(uneven), space);
    const bool alone = space.schedule.size() == 1;
    for (const auto& [pp, vp, place] : stages) {
      open.order = s * inner() + place * variants();
      l.pp = pp, l.vp = vp, l.schedule = alone ? space.schedule.front() : Schedule::one_f_one_b, l.shard_group = 0;
      if (const auto bad = illegality(job, machine, l, false)) {
        found.count_undivided(bad->key, count, space);
        continue;
      }
      if (timed.times.kinds.empty())
        timed.times = layer_times(job, machine, l), timed.memories = layer_memories(job, machine, l);
      for (const Schedule schedule : space.schedule) {
        l.schedule = schedule, l.shard_group = 0;
        if (const auto bad = alone ? std::nullopt : illegality(job, machine, l, false)) {
          found.count_undivided(bad->key, count / static_cast<double>(space.schedule.size()), space);
          open.order += shardings.size() * space.offload_optimizer.size();
          continue;
        }
        open.bound = step_bound(job, machine, l, timed.times);
        open.least = space.relieve ? bound_without_recomputation(job, machine, l, timed.times) : open.bound;
        for (const auto& [sharding, group] : shardings)
          for (const bool offload : space.offload_optimizer) {
            l.sharding = sharding, l.shard_group = group, l.offload_optimizer = offload;
            ++open.order;
            if (group > 0 && (group >= data_parallel(machine, l) * l.cp || illegality(job, machine, l, false))) {
              found.count_undivided("shard_group", 1, space);
              continue;
            }
            ++found.legal;
            visit(open);
          }
      }
    }
  }
};

/// Tries a layout, and what relieves it.
void consider(const Open& open, const SearchSpace& space, Relief& relief, Found& found) {
  const Timed& timed = relief.timed;
  const Job& job = relief.job;
  const Machine& machine = relief.machine;
  const MemoryUse memory = memory_use(job, machine, open.layout, timed.memories);
  const bool fits = relief.fits(memory);
  if (space.relieve) relief.offer(open.layout, open.least, fits, open.order);
  if (!fits) {
    ++found.too_large;
    return;
  }
  ++found.fit;
  if (found.hopeless(open.bound, memory.total(), space)) return;
  ++found.evaluated;
  const StepEstimate e = evaluate(job, machine, open.layout, timed.times, memory, found.limit(space));
  found.offer({e.step.value(), memory.total(), open.order, open.layout}, space);
}

/// The best alone: layouts in the order of their bounds, until none can be faster.
void best_first(const Enumeration& all, int threads, std::vector<Found>& parts) {
  const std::size_t count = all.shared.size();
  std::vector<Timed> timed(count);
  std::vector<std::vector<Open>> found(count);
  parallel_for(count, threads, 1, [&](std::size_t s, std::size_t, int worker) {
    all.each(s, parts[static_cast<std::size_t>(worker)], timed[s], [&](const Open& open) { found[s].push_back(open); });
  });
  std::vector<const Open*> order;
  for (const std::vector<Open>& some : found)
    for (const Open& open : some) order.push_back(&open);
  std::sort(order.begin(), order.end(), [](const Open* x, const Open* y) {
    return x->least != y->least ? x->least < y->least : x->order < y->order;
  });
  Found& best = parts.front();
  for (const Open* open : order) {
    if (best.slow(open->least, all.space)) break;
    Relief relief{all.job, all.machine, all.space, best, timed[open->shared]};
    consider(*open, all.space, relief, best);
  }
}

}  // namespace

SearchResult search(const Job& job, const Machine& machine, const SearchSpace& space) {
  model::check(job.model);
  silicon::require_precision(*machine.accelerator, job.precision);
  const Enumeration enumeration(job, machine, space);
  const std::size_t count = enumeration.shared.size();
  const int threads = static_cast<int>(std::max(1u, space.threads));
  std::vector<Found> parts(static_cast<std::size_t>(std::max(1, worker_count(count, threads, 1))));
  if (space.front) {
    parallel_for(count, threads, 1, [&](std::size_t s, std::size_t, int worker) {
      Found& found = parts[static_cast<std::size_t>(worker)];
      Timed timed;
      Relief relief{job, machine, space, found, timed};
      enumeration.each(s, found, timed, [&](const Open& open) { consider(open, space, relief, found); });
    });
  } else {
    best_first(enumeration, threads, parts);
  }
  Found all;
  SearchResult result;
  for (const Found& part : parts) {
    for (const Candidate& c : part.best) all.offer(c, space);
    for (const Candidate& c : part.front) all.offer_front(c);
    all.layouts += part.layouts, all.legal += part.legal, all.fit += part.fit, all.evaluated += part.evaluated;
    all.too_large += part.too_large;
    for (const auto& [key, layouts] : part.undivided) result.out["does not divide: " + key] += layouts;
  }
  double enumerated = 0;
  for (const Candidate& c : all.best) {
    if (c.relieved && space.front) all.offer_front(c);
    enumerated += c.relieved ? 0 : 1;
  }
  for (const Candidate& c : all.best) result.best.push_back({c.layout, evaluate(job, machine, c.layout)});
  for (const Candidate& c : all.front) result.front.push_back({c.layout, evaluate(job, machine, c.layout)});
  result.layouts = all.layouts, result.legal = all.legal, result.fit = all.fit, result.evaluated = all.evaluated;
  if (all.too_large > 0) result.out["does not fit memory"] = all.too_large;
  if (all.fit > enumerated) result.out["slower"] = all.fit - enumerated;
  return result;
}

std::vector<CountedLayout> fewer_accelerators(const Job& job, const Machine& machine, SearchSpace space) {
  std::vector<CountedLayout> all;
  space.keep = 1;
  Machine less = machine;
  less.fabric = nullptr;
  while (std::fmod(less.accelerators, 2) == 0) {
    less.accelerators /= 2;
    const SearchResult found = search(job, less, space);
    if (found.best.empty()) break;
    all.push_back({less.accelerators, found.best.front(), found.front});
  }
  return all;
}

std::vector<CountedLayout> front_with_accelerators(const SearchResult& result, double accelerators) {
  std::vector<std::vector<CountedLayout>> fronts(1);
  for (const RankedLayout& p : result.front) fronts.back().push_back({accelerators, p});
  for (const CountedLayout& fewer : result.fewer) {
    fronts.emplace_back();
    for (const RankedLayout& p : fewer.front) fronts.back().push_back({fewer.accelerators, p});
  }
  std::vector<CountedLayout> kept;  // from the fewest accelerators up: only fewer ones can match a layout in all three
  for (auto front = fronts.rbegin(); front != fronts.rend(); ++front) {
    std::vector<CountedLayout> own;
    for (const CountedLayout& p : *front)
      if (std::none_of(kept.begin(), kept.end(), [&](const CountedLayout& k) {
            return k.ranked.estimate.step <= p.ranked.estimate.step &&
                   k.ranked.estimate.memory.total() <= p.ranked.estimate.memory.total();
          }))
        own.push_back(p);
    kept.insert(kept.begin(), own.begin(), own.end());
  }
  return kept;
}

}  // namespace orrery::training
