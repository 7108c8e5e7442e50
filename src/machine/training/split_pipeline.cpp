// Pipelines whose backward passes come in two parts: the gradient of the input, which the stage before waits for, and
// the gradients of the weights, which nobody waits for and which fill the bubbles. Zero bubble (ZB-H1 of Qi et al.
// 2023, "Zero Bubble Pipeline Parallelism", section 2.1) by static orders; DualPipe (DeepSeek-V3, arXiv 2412.19437,
// section 3.2.1) as two pipelines in opposite directions on the same accelerators, each running what is ready first.
#include <algorithm>

#include "base/amount.h"
#include "machine/training/pipeline.h"

namespace orrery::training {
namespace {

/// Every stage in its own order: forward passes that fill the pipeline, then one forward and one backward pass in turn;
/// the weights' gradients follow `lag` microbatches behind the backward passes.
double play_zero_bubble(const PipelineWork& w, int m, bool lagging, std::vector<PipelineEvent>* events) {
  const auto p = static_cast<std::size_t>(w.stages), n = static_cast<std::size_t>(m);
  std::vector<double> forward(p * n, -1), backward(p * n, -1), clock(p, 0);
  std::vector<std::size_t> forwards(p, 0), backwards(p, 0), weights(p, 0);
  bool moved = true;
  while (moved) {
    moved = false;
    for (std::size_t s = 0; s < p; ++s) {
      const std::size_t warmup = std::min(n, p - s - 1), lag = lagging ? s : 0;
      while (weights[s] < n) {
        const auto run = [&](std::size_t microbatch, bool back, bool weight, double ready, double takes) {
          const double start = std::max(clock[s], ready);
          clock[s] = start + takes;
          if (events)
            events->push_back({static_cast<int>(s), 0, static_cast<int>(microbatch), back, weight, start, clock[s]});
          moved = true;
        };
        if (backwards[s] > weights[s] + lag || backwards[s] == n) {
          run(weights[s], true, true, 0, w.weight[s]);
          ++weights[s];
        } else if (forwards[s] < n && (forwards[s] < warmup || forwards[s] - warmup <= backwards[s])) {
          const std::size_t f = forwards[s];
          const double ready = s == 0 ? 0 : forward[(s - 1) * n + f];
          if (ready < 0) break;
          run(f, false, false, s == 0 ? 0 : ready + w.transfer, w.forward[s]);
          forward[s * n + f] = clock[s];
          ++forwards[s];
        } else {
          const std::size_t b = backwards[s];
          const double ready = s + 1 == p ? forward[s * n + b] : backward[(s + 1) * n + b];
          if (ready < 0) break;
          run(b, true, false, s + 1 == p ? ready : ready + w.transfer, w.backward[s] - w.weight[s]);
          backward[s * n + b] = clock[s];
          ++backwards[s];
        }
      }
    }
  }
  return *std::max_element(clock.begin(), clock.end());
}

/// Two directions of m / 2 microbatches; whichever pass can start first runs, backward before forward passes, and the
/// weights' gradients where nothing else is ready. A stage holds as many microbatches as under 1F1B.
double play_both_ways(const PipelineWork& w, int m, std::vector<PipelineEvent>* events) {
  const auto p = static_cast<std::size_t>(w.stages), n = static_cast<std::size_t>(m / 2);
  struct Stage {
    std::size_t forwards = 0, backwards = 0, weights = 0;
  };
  std::vector<double> forward(2 * p * n, -1), backward(2 * p * n, -1), clock(p, 0);
  std::vector<Stage> stages(2 * p);
  struct Choice {
    double start = infinity;
    int kind = 3;  ///< 0 backward, 1 forward, 2 weights
    std::size_t way = 0, stage = 0;
    bool before(const Choice& o) const { return start != o.start ? start < o.start : kind < o.kind; }
  };
  const auto on = [&](std::size_t way, std::size_t accelerator) {
    return way == 0 ? accelerator : p - 1 - accelerator;
  };
  // What each accelerator would run next; a pass changes that of its own accelerator and of its neighbours only. A
  // tournament finds the first of all: node k holds the accelerator that wins of those below 2k and 2k + 1.
  std::vector<Choice> choices(p);
  std::size_t leaves = 1;
  while (leaves < p) leaves *= 2;
  std::vector<std::size_t> winners(2 * leaves, p);
  const auto winner = [&](std::size_t left, std::size_t right) {
    return right == p || (left != p && !choices[right].before(choices[left])) ? left : right;
  };
  std::size_t first = 0, behind = p;
  for (std::size_t left = 2 * p * n * 3; left > 0; --left) {
    for (std::size_t d = first; d < behind; ++d) {
      Choice best;
      for (std::size_t way = 0; way < 2; ++way) {
        const std::size_t s = on(way, d), row = (way * p + s) * n;
        const Stage& state = stages[way * p + s];
        if (state.backwards < state.forwards) {
          const std::size_t b = state.backwards;
          const double ready = s + 1 == p ? forward[row + b] : backward[row + n + b];
          const Choice c{std::max(clock[d], s + 1 == p ? ready : ready + w.transfer), 0, way, s};
          if (ready >= 0 && c.before(best)) best = c;
        }
        if (state.forwards < n && state.forwards - state.backwards < p - s) {
          const double ready = s == 0 ? 0 : forward[row - n + state.forwards];
          const Choice c{std::max(clock[d], s == 0 ? 0 : ready + w.transfer), 1, way, s};
          if (ready >= 0 && c.before(best)) best = c;
        }
        if (state.weights < state.backwards) {
          const Choice c{clock[d], 2, way, s};
          if (c.before(best)) best = c;
        }
      }
      choices[d] = best;
      winners[leaves + d] = d;
    }
    for (std::size_t low = (leaves + first) / 2, high = (leaves + behind - 1) / 2; low > 0; low /= 2, high /= 2)
      for (std::size_t k = low; k <= high; ++k) winners[k] = winner(winners[2 * k], winners[2 * k + 1]);
    const std::size_t where = leaves == 1 ? 0 : winners[1];
    const Choice next = choices[where];
    first = where > 0 ? where - 1 : 0, behind = std::min(where + 2, p);
    Stage& state = stages[next.way * p + next.stage];
    const std::size_t row = (next.way * p + next.stage) * n, s = next.stage;
    std::size_t& count = next.kind == 0 ? state.backwards : next.kind == 1 ? state.forwards : state.weights;
    const double takes = next.kind == 0 ? w.backward[s] - w.weight[s] : next.kind == 1 ? w.forward[s] : w.weight[s];
    clock[where] = next.start + takes;
    if (next.kind == 0) backward[row + count] = clock[where];
    if (next.kind == 1) forward[row + count] = clock[where];
    if (events)
      events->push_back({static_cast<int>(where), static_cast<int>(next.way), static_cast<int>(2 * count + next.way),
                         next.kind != 1, next.kind == 2, next.start, clock[where]});
    ++count;
  }
  return *std::max_element(clock.begin(), clock.end());
}

}  // namespace

double detail::play_split(const PipelineWork& w, int m, std::vector<PipelineEvent>* events) {
  if (w.both_ways) return play_both_ways(w, m, events);
  // Uneven stages may do better without the lag, which is then 1F1B with the input's gradient sent on early.
  const double lagging = play_zero_bubble(w, m, true, nullptr), prompt = play_zero_bubble(w, m, false, nullptr);
  if (events) play_zero_bubble(w, m, lagging <= prompt, events);
  return std::min(lagging, prompt);
}

}  // namespace orrery::training
