#include "machine/network/stepwise.h"

#include <algorithm>
#include <bit>

#include "base/error.h"

namespace orrery::network {
namespace {

/// Passes over the vector: a scatter or a gather is one, an all-reduce both.
double passes(Collective collective, Data bytes) {
  if (!(bytes.value() >= 0)) throw Error({}, "bytes", "are below zero", "give the size of the vector");
  if (collective == Collective::all_reduce) return 2;
  if (collective == Collective::all_gather || collective == Collective::reduce_scatter) return 1;
  throw Error({}, "collective", std::string(name(collective)) + " has no such algorithm",
              "all-reduce, all-gather or reduce-scatter has");
}

}  // namespace

Time recursive_time(const Level& level, Collective collective, Data bytes, int ranks, double stride) {
  const double both = passes(collective, bytes);
  if (ranks < 1) throw Error({}, "ranks", "are none", "give one or more");
  const int simple = static_cast<int>(Protocol::simple);
  const auto step = [&](double sent, double reach) {
    double share = 1, latency = 0;
    for (const Span& span : level.spans) {
      share = span.bandwidth_share, latency = span.latency;
      if (reach <= span.ranks) break;
    }
    return level.hop[simple] + latency + sent / (level.bandwidth * share * level.efficiency[simple]);
  };
  const auto power = static_cast<int>(std::bit_floor(static_cast<unsigned>(ranks)));
  double time = 0;
  for (int distance = power / 2; distance >= 1; distance /= 2)
    time += both * step(bytes.value() * distance / power, 2 * distance * stride);
  if (ranks > power) time += both * step(bytes.value(), 2 * stride);
  return Time(time);
}

Time torus_time(const Torus& torus, Collective collective, Data bytes) {
  const double both = passes(collective, bytes);
  if (torus.twisted) throw Error({}, "twisted", "tori have no straight rings", "use the plain torus of the same size");
  std::vector<double> sizes;
  for (int size : torus.size)
    if (size > 1) sizes.push_back(size);
  const std::size_t dimensions = sizes.size();
  std::vector<double> part(dimensions, dimensions > 0 ? bytes.value() / (2 * static_cast<double>(dimensions)) : 0);
  double time = 0;
  for (std::size_t phase = 0; phase < dimensions; ++phase) {
    double slowest = 0;
    for (std::size_t c = 0; c < dimensions; ++c) {
      const double size = sizes[(c + phase) % dimensions];
      slowest = std::max(slowest, (size - 1) * (torus.hop + part[c] / size / torus.bandwidth));
      part[c] /= size;
    }
    time += slowest;
  }
  return Time(both * time);
}

}  // namespace orrery::network
