// Networks of one's own, graphs and traffic from any bytes.
#include <cmath>

#include "fuzz/check.h"
#include "fuzz/target.h"
#include "machine/network/answer.h"
#include "machine/network/graph.h"
#include "machine/network/traffic.h"

namespace orrery::fuzz {

/// Links of finite capacity and routes that hang together, or one refusal.
void feed_graph(std::string_view bytes) {
  refused([&] {
    network::Graph graph = network::read_graph(bytes, "fuzz.txt");
    for (const network::Graph::Arc& arc : graph.arcs)
      if (!(arc.bandwidth > 0 && std::isfinite(arc.bandwidth) && arc.latency >= 0 && std::isfinite(arc.latency)))
        fail("a link without capacity");
    network::Path path;
    for (network::Host a = 0; a < std::min(graph.hosts(), 8u); ++a)
      for (network::Host b = 0; b < std::min(graph.hosts(), 8u); ++b)
        refused([&] {
          path.clear();
          graph.route(a, b, a * 8 + b, path);
          std::uint32_t at = a;
          for (const network::LinkId link : path) {
            if (graph.arcs.at(link).from != at) fail("a path that does not hang together");
            at = graph.arcs[link].to;
          }
          if (at != b) fail("a path that leads elsewhere");
        });
  });
}

/// Pairs of hosts that are there, or one refusal.
void feed_traffic(std::string_view bytes) {
  refused([&] {
    for (const network::Pair& pair : network::read_traffic(bytes, "fuzz.txt", 64))
      if (pair.from >= 64 || pair.to >= 64) fail("a host that is not there");
  });
}

/// Facts of one network as one's own, then what it is made of, and a collective and traffic on it.
void feed_own_network(std::string_view bytes) {
  std::string name;
  if (refused([&] {
        const std::vector<catalog::Entry> entries = catalog::read_entries(bytes, "networks", "fuzz.toml");
        if (!entries.empty()) name = entries.front().name;
      }) ||
      name.empty())
    return;
  static const catalog::Catalog& shipped = facts();
  refused([&] {
    const OwnFile file("own.toml", bytes);
    catalog::Catalog catalog = shipped;
    catalog.add("networks", file.path());
    network::NetworkQuestion question;
    // A collective or several kinds of traffic, with and without failures, by the length of the text.
    static constexpr const char* patterns[] = {"", "ring", "permutation", "incast"};
    question.traffic = patterns[bytes.size() % 4];
    if (question.traffic.empty()) question.collective = network::parse_collective("all-reduce");
    question.fail = bytes.size() % 5 == 0 ? 0.1 : 0;
    const network::NetworkAnswer a = network::answer(catalog, name, question);
    const auto finite = [](double x, const char* what) {
      if (!(x >= 0 && std::isfinite(x))) fail(std::string(what) + " is no finite amount: " + std::to_string(x));
    };
    if (network::hosts(a.network.topology) == 0 || a.network.ranks == 0) fail("a network of no accelerators");
    finite(a.bus_bandwidth, "bus bandwidth");
    finite(a.collective ? a.collective->time.value() : 0, "time of the collective");
    if (a.bill) finite(a.bill->cost.value(), "cost"), finite(a.bill->power.value(), "power");
    if (a.traffic) finite(a.traffic->mean, "mean rate"), finite(a.traffic->least, "least rate");
  });
}

const Vocabulary& words_of_networks() {
  static const Vocabulary words = [] {
    Vocabulary all = words_of(catalog::schema_of("networks"));
    all.words = {"clos",   "torus",    "hyperx", "hammingmesh", "dragonfly",   "graph",     "nvlink4",
                 "ib-ndr", "16x16x16", "4x4",    "1x1x1",       "65536x65536", "optimised", "none"};
    return all;
  }();
  return words;
}

}  // namespace orrery::fuzz
