// Speed of the network models at the sizes they exist for, one core; every answer is checked.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>

#include "machine/network/collective.h"
#include "machine/network/folding.h"
#include "machine/network/packet.h"

namespace {

using namespace orrery;
using namespace orrery::network;

ClosDescription fat_tree_of(std::uint32_t hosts, std::uint32_t radix) {
  ClosDescription d;
  d.hosts = hosts;
  d.radix = radix;
  d.nic = Bandwidth(50e9);
  return d;
}

double peak_megabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmHWM:", 0) == 0) return std::stod(line.substr(6)) / 1024;
  return 0;
}

void build(benchmark::State& state) {
  const auto hosts_wanted = static_cast<std::uint32_t>(state.range(0)),
             radix = static_cast<std::uint32_t>(state.range(1));
  for (auto _ : state) {
    const Topology t{"ft", design(fat_tree_of(hosts_wanted, radix))};
    const std::vector<double> all = capacities(t);
    benchmark::DoNotOptimize(all.data());
    if (all.size() != 6ull * hosts_wanted) state.SkipWithError("a three-tier fat-tree has 6 directed links per host");
  }
}
BENCHMARK(build)->Args({65536, 64})->Args({1024000, 160})->Unit(benchmark::kMillisecond);

/// Routes, solves and checks; what is timed includes all three.
void solve(benchmark::State& state, const Topology& t, const std::vector<Pair>& pairs, const Failures* failures) {
  double mean = 0, least = 0;
  for (auto _ : state) {
    const RoutedTraffic routed = route_ecmp(t, pairs, 1, 1, failures);
    const std::vector<double> rates = max_min_rates(routed.problem);
    const Certificate c = check_max_min(routed.problem, rates);
    if (!c.holds) state.SkipWithError("the certificate does not hold");
    mean = 0;
    least = INFINITY;
    for (double r : rates) {
      mean += r;
      if (r > 0) least = std::min(least, r);
    }
    mean /= static_cast<double>(rates.size()) * 50e9;
  }
  state.counters["mean_share"] = mean;
  state.counters["least_share"] = least / 50e9;
  state.counters["peak_MB"] = peak_megabytes();
}

void ring(benchmark::State& state) {
  const Topology t{"ft", design(fat_tree_of(65536, 64))};
  solve(state, t, ring_traffic(65536), nullptr);
  if (std::abs(state.counters["mean_share"] - 1) > 1e-9)
    state.SkipWithError("a ring over neighbours runs at line rate");
}
BENCHMARK(ring)->Unit(benchmark::kMillisecond);

void permutation(benchmark::State& state) {
  const auto n = static_cast<std::uint32_t>(state.range(0));
  const Topology t{"ft", design(fat_tree_of(n, static_cast<std::uint32_t>(state.range(1))))};
  solve(state, t, permutation_traffic(n, 1), nullptr);
}
BENCHMARK(permutation)->Args({65536, 64})->Args({1024000, 160})->Unit(benchmark::kMillisecond);

void permutation_with_failures(benchmark::State& state) {
  const Topology t{"ft", design(fat_tree_of(1024000, 160))};
  const Failures failures = random_failures(t, 0.01, 1);
  solve(state, t, permutation_traffic(1024000, 1), &failures);
}
BENCHMARK(permutation_with_failures)->Unit(benchmark::kMillisecond);

void folded_all_to_all(benchmark::State& state) {
  const Clos c = design(fat_tree_of(1024000, 160));
  for (auto _ : state) {
    const FoldedRates folded = all_to_all_rates(c);
    if (!check_max_min(folded.problem, folded.rates).holds) state.SkipWithError("the certificate does not hold");
    for (double r : folded.rates)
      if (std::abs(r * (c.hosts - 1) / 50e9 - 1) > 1e-9) state.SkipWithError("all-to-all fills every NIC");
  }
}
BENCHMARK(folded_all_to_all)->Unit(benchmark::kMillisecond);

void folded_all_to_all_with_failures(benchmark::State& state) {
  const Topology t{"ft", design(fat_tree_of(1024000, 160))};
  const Failures failures = random_failures(t, 0.01, 1);
  for (auto _ : state) {
    const FoldedRates folded = all_to_all_rates(std::get<Clos>(t.shape), failures);
    double flows = 0;
    for (const FlowClass& f : folded.classes) flows += f.flows;
    if (!check_max_min(folded.problem, folded.rates).holds || std::abs(flows / 1024000. / 1023999. - 1) > 1e-12)
      state.SkipWithError("the folded answer is wrong");
    state.counters["classes"] = static_cast<double>(folded.classes.size());
  }
}
BENCHMARK(folded_all_to_all_with_failures)->Unit(benchmark::kMillisecond);

/// Levels up to the nearest common ancestor of two hosts of a plain tree.
int meeting_level(const Clos& c, Host a, Host b) {
  int level = 0;
  for (; a != b; ++level) a /= c.m[level + 1], b /= c.m[level + 1];
  return level;
}

/// The folded answer of a tapered tree of 9,216 accelerators against its 85 million flows one by one, filled without
/// being stored: rounds of water-filling over the pairs as they are enumerated.
void unfolded_equals_folded(benchmark::State& state) {
  ClosDescription d = fat_tree_of(8192, 32);
  d.taper = {3, 3, 1, 1};
  d.hosts = 24 * 24 * 16;  // 9,216: the nearest full tree of this taper
  const Clos c = design(d);
  for (auto _ : state) {
    const FoldedRates folded = all_to_all_rates(c);
    const FatTree tree = fat_tree(c);
    std::vector<double> rate_of_level(static_cast<size_t>(c.tiers) + 1, -1);
    std::vector<double> left(tree.capacity);
    Path path;
    std::vector<std::uint32_t> waiting(tree.capacity.size());
    while (true) {
      std::fill(waiting.begin(), waiting.end(), 0);
      bool any = false;
      for (Host a = 0; a < c.hosts; ++a)
        for (Host b = 0; b < c.hosts; ++b) {
          if (a == b || rate_of_level[static_cast<size_t>(meeting_level(c, a, b))] >= 0) continue;
          path.clear();
          fat_route(c, tree, a, b, path);
          for (LinkId l : path) ++waiting[l];
          any = true;
        }
      if (!any) break;
      double share = INFINITY;
      for (size_t l = 0; l < left.size(); ++l)
        if (waiting[l] > 0) share = std::min(share, left[l] / waiting[l]);
      // Freeze the levels whose flows cross a link at that share, all at once; take what they use.
      std::vector<char> freezes(rate_of_level.size(), 0);
      for (Host b = 1; b < c.hosts; ++b) {
        const auto level = static_cast<size_t>(meeting_level(c, 0, b));
        if (rate_of_level[level] >= 0 || freezes[level]) continue;
        path.clear();
        fat_route(c, tree, 0, b, path);
        for (LinkId l : path) freezes[level] |= left[l] / waiting[l] <= share * (1 + 1e-12);
      }
      for (Host a = 0; a < c.hosts; ++a)
        for (Host b = 0; b < c.hosts; ++b) {
          const auto level = static_cast<size_t>(a == b ? 0 : meeting_level(c, a, b));
          if (a == b || rate_of_level[level] >= 0 || !freezes[level]) continue;
          path.clear();
          fat_route(c, tree, a, b, path);
          for (LinkId l : path) left[l] -= share;
        }
      for (size_t level = 0; level < freezes.size(); ++level)
        if (freezes[level]) rate_of_level[level] = share;
    }
    for (const FlowClass& f : folded.classes)
      if (std::abs(rate_of_level[static_cast<size_t>(f.level)] / f.rate - 1) > 1e-9)
        state.SkipWithError("all-to-all: folded and unfolded differ");
  }
}
BENCHMARK(unfolded_equals_folded)->Unit(benchmark::kMillisecond)->Iterations(1);

void collective(benchmark::State& state) {
  const Fabric f = plain_fabric("plain", 8, Bandwidth(450e9), Bandwidth(50e9));
  double bytes = 1e6;
  for (auto _ : state) {
    const Time time = collective_time(f, Collective::all_reduce, Data(bytes), {1024, 8});
    benchmark::DoNotOptimize(time);
    if (time.value() <= 0) state.SkipWithError("no time");
    bytes += 1;
  }
}
BENCHMARK(collective);

/// A permutation packet by packet, against the mean FCT that uet-htsim gives for the same (htsim_runs.csv).
void packets(benchmark::State& state) {
  const auto n = static_cast<std::uint32_t>(state.range(0));
  ClosDescription d = fat_tree_of(n, static_cast<std::uint32_t>(state.range(1)));
  d.nic = Bandwidth(static_cast<double>(state.range(2)) * 1e9 / 8);
  const Topology t{"ft", design(d)};
  std::vector<Message> messages;
  for (const Pair& p : permutation_traffic(n, 7))
    messages.push_back({p.from, p.to, static_cast<double>(state.range(3)), 0});
  const double published = static_cast<double>(state.range(4)) * 1e-9;
  PacketResult r;
  for (auto _ : state) r = simulate_packets(t, messages, {});
  if (r.unfinished > 0 || std::abs(r.mean / published - 1) > 0.08)
    state.SkipWithError("mean FCT is off by more than 8 %");
  state.counters["mean_FCT_us"] = r.mean * 1e6;
  state.counters["events_per_packet"] = static_cast<double>(r.events) / static_cast<double>(r.packets);
  state.counters["peak_MB"] = peak_megabytes();
}
BENCHMARK(packets)
    ->Args({1024, 16, 200, 2000000, 104224})
    ->Args({8192, 32, 100, 1000000, 109135})
    ->Unit(benchmark::kMillisecond);

}  // namespace
