#include "machine/training/pipeline.h"

#include <algorithm>

namespace orrery::training {
namespace {

/// Plays m microbatches and returns the end; the order of every stage is static, so a stage waits only for input.
double play(const PipelineWork& w, int m, std::vector<PipelineEvent>* events) {
  const int p = w.stages, v = w.chunks, total = m * v, last = p * v - 1;
  // The n-th forward pass of every stage: rounds of `stages` microbatches through each chunk in turn under
  // interleaving, all microbatches through a chunk under GPipe. Backward passes take the chunks in reverse.
  thread_local std::vector<int> chunks, microbatches;
  chunks.resize(static_cast<std::size_t>(total)), microbatches.resize(static_cast<std::size_t>(total));
  const int round = w.gpipe || v == 1 ? m : p;  // microbatches that pass a chunk before the next chunk's turn
  for (int n = 0, first = 0; first < m; first += round)
    for (int chunk = 0; chunk < v; ++chunk)
      for (int i = first; i < first + round; ++i, ++n)
        chunks[static_cast<std::size_t>(n)] = chunk, microbatches[static_cast<std::size_t>(n)] = i;
  thread_local std::vector<double> done;  // [direction][chunk * stages + stage][microbatch]
  done.assign(static_cast<std::size_t>(2 * p * total), -1.0);
  thread_local std::vector<int> forwards, backwards, warmup;
  thread_local std::vector<double> clock;
  forwards.assign(static_cast<std::size_t>(p), 0);
  backwards.assign(static_cast<std::size_t>(p), 0);
  warmup.assign(static_cast<std::size_t>(p), 0);
  clock.assign(static_cast<std::size_t>(p), 0.0);
  for (int s = 0; s < p; ++s)
    warmup[static_cast<std::size_t>(s)] =
        w.gpipe ? total : std::min(total, v > 1 ? (p - s - 1) * 2 + (v - 1) * p : p - s - 1);
  const double transfer = p > 1 ? w.transfer : 0;
  int left = 2 * p * total;
  while (left > 0) {
    bool moved = false;
    for (int s = 0; s < p; ++s) {
      const auto i = static_cast<std::size_t>(s);
      while (forwards[i] + backwards[i] < 2 * total) {
        // In the steady state a stage alternates one forward and one backward pass.
        const bool backward =
            forwards[i] == total || (forwards[i] > warmup[i] && forwards[i] - warmup[i] > backwards[i]);
        const auto n = static_cast<std::size_t>(backward ? backwards[i] : forwards[i]);
        const int chunk = backward ? v - 1 - chunks[n] : chunks[n], microbatch = microbatches[n];
        const int global = chunk * p + s;
        double* own = &done[static_cast<std::size_t>((backward ? p * v : 0) + global) * static_cast<std::size_t>(m) +
                            static_cast<std::size_t>(microbatch)];
        // What it waits for: the chunk before, the chunk behind, or, at the end, its own forward pass.
        double ready = 0;
        if (!backward) {
          if (global > 0) ready = own[-m];
        } else {
          ready = global < last ? own[m] : own[-p * total];
        }
        if (ready < 0) break;
        if (backward ? global < last : global > 0) ready += transfer;
        const double start = std::max(clock[i], ready);
        const auto g = static_cast<std::size_t>(global);
        const double end = start + (backward ? w.backward[g] : w.forward[g]);
        clock[i] = *own = end;
        if (events) events->push_back({s, chunk, microbatch, backward, false, start, end});
        ++(backward ? backwards[i] : forwards[i]);
        --left;
        moved = true;
      }
    }
    if (!moved) break;  // cannot happen: the orders above are free of cycles
  }
  return *std::max_element(clock.begin(), clock.end());
}

/// Behind so many microbatches, the filling, the pipeline repeats itself every microbatch (every round of `stages` when
/// interleaved).
int settled(const PipelineWork& w) {
  return (w.chunks > 1 ? 3 : 2) * w.stages + (w.chunks > 1 ? 0 : 4);
}

}  // namespace

double busiest_stage(const PipelineWork& w, int microbatches) {
  double most = 0;
  if (w.both_ways) {
    // An accelerator runs two stages, each for half of the microbatches.
    for (int s = 0; s < w.stages; ++s) {
      const auto i = static_cast<std::size_t>(s), j = static_cast<std::size_t>(w.stages - 1 - s);
      most = std::max(most, (w.forward[i] + w.backward[i] + w.forward[j] + w.backward[j]) / 2);
    }
    return most * microbatches;
  }
  for (int s = 0; s < w.stages; ++s) {
    double one = 0;
    for (int c = 0; c < w.chunks; ++c) {
      const auto g = static_cast<std::size_t>(c * w.stages + s);
      one += w.forward[g] + w.backward[g];
    }
    most = std::max(most, one);
  }
  return most * microbatches;
}

double least_pipeline_time(const PipelineWork& w, int microbatches) {
  int m = std::max(microbatches, 1);
  if (w.chunks > 1) m = (m + w.stages - 1) / w.stages * w.stages;
  if (!w.weight.empty()) return busiest_stage(w, m);
  const int played = m <= settled(w) + w.stages ? m : settled(w);
  double before = 0, least = 0;
  for (int s = 0; s < w.stages; ++s) {
    double one = 0;
    for (int c = 0; c < w.chunks; ++c) {
      const auto g = static_cast<std::size_t>(c * w.stages + s);
      one += w.forward[g] + w.backward[g];
    }
    least = std::max(least, before + played * one);
    const auto first = static_cast<std::size_t>(s);
    before += w.forward[first] + w.backward[first] + 2 * w.transfer;
  }
  return least + busiest_stage(w, m - played);
}

double pipeline_time(const PipelineWork& w, int microbatches, std::vector<PipelineEvent>* events) {
  int m = std::max(microbatches, 1);
  if (w.chunks > 1) m = (m + w.stages - 1) / w.stages * w.stages;
  if (w.stages == 1 && !events) return busiest_stage(w, m);
  if (!w.weight.empty() && w.stages > 1) {
    if (w.both_ways) m += m % 2;
    const int settled = 4 * w.stages + 4;
    if (events || m <= settled + w.stages) return detail::play_split(w, m, events);
    return detail::play_split(w, settled, nullptr) + busiest_stage(w, m - settled);
  }
  if (events || m <= settled(w) + w.stages) return play(w, m, events);
  return play(w, settled(w), nullptr) + busiest_stage(w, m - settled(w));
}

}  // namespace orrery::training
