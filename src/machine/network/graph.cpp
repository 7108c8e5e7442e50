#include "machine/network/graph.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/error.h"
#include "base/units.h"

namespace orrery::network {
namespace {

constexpr std::uint16_t unreachable = 0xffff;

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  size_t i = 0;
  while (i < line.size() && line[i] != '#') {
    if (line[i] == ' ' || line[i] == '\t' || line[i] == '\r') {
      ++i;
      continue;
    }
    const size_t start = i;
    while (i < line.size() && line[i] != ' ' && line[i] != '\t' && line[i] != '\r' && line[i] != '#') ++i;
    words.emplace_back(line.substr(start, i - start));
  }
  return words;
}

double amount(const std::string& word, Dimension dimension, double low, double high, const Place& place) {
  const double value = at(place, "link", [&] { return parse_amount_of(word, dimension); });
  if (!(value >= low && value <= high))
    throw Error(
        place, "link",
        in_quotes(word) + " is not from " + format_amount(low, dimension) + " to " + format_amount(high, dimension),
        "write for example 400Gb/s, or 1us for the latency");
  return value;
}

}  // namespace

void connect(Graph& g) {
  const size_t nodes = g.names.size();
  if (g.host_count > 4096 || nodes >= unreachable)
    throw Error({}, "graph", "is too large for a network given link by link", "4,096 hosts and 65,534 nodes fit");
  // A distance of 16 bits from each node to each host, found by a walk over all links for each host.
  constexpr double most_distances = 2e8, most_walked = 5e8;
  const double per_host = static_cast<double>(g.host_count);
  if (per_host * static_cast<double>(nodes) > most_distances ||
      per_host * static_cast<double>(g.arcs.size()) > most_walked)
    throw Error({}, "graph",
                "of " + format_count(per_host) + " hosts, " + format_count(static_cast<double>(nodes)) + " nodes and " +
                    format_count(static_cast<double>(g.arcs.size()) / 2) +
                    " links is too large to know all shortest ways",
                "with so many hosts " + format_count(std::floor(most_distances / per_host)) + " nodes and " +
                    format_count(std::floor(most_walked / per_host / 2)) + " links fit");
  g.first.assign(nodes + 1, 0);
  for (const Graph::Arc& arc : g.arcs) ++g.first[arc.from + 1];
  for (size_t n = 0; n < nodes; ++n) g.first[n + 1] += g.first[n];
  g.outgoing.resize(g.arcs.size());
  std::vector<std::uint32_t> incoming_first(nodes + 1, 0), incoming(g.arcs.size());
  for (const Graph::Arc& arc : g.arcs) ++incoming_first[arc.to + 1];
  for (size_t n = 0; n < nodes; ++n) incoming_first[n + 1] += incoming_first[n];
  std::vector<std::uint32_t> out = g.first, in = incoming_first;
  for (std::uint32_t l = 0; l < g.arcs.size(); ++l) {
    g.outgoing[out[g.arcs[l].from]++] = l;
    incoming[in[g.arcs[l].to]++] = l;
  }
  g.distance.assign(static_cast<size_t>(g.host_count) * nodes, unreachable);
  std::vector<std::uint32_t> queue;
  for (std::uint32_t host = 0; host < g.host_count; ++host) {
    std::uint16_t* d = &g.distance[static_cast<size_t>(host) * nodes];
    d[host] = 0;
    queue.assign(1, host);
    for (size_t i = 0; i < queue.size(); ++i)
      for (std::uint32_t k = incoming_first[queue[i]]; k < incoming_first[queue[i] + 1]; ++k) {
        const std::uint32_t from = g.arcs[incoming[k]].from;
        if (d[from] != unreachable) continue;
        d[from] = static_cast<std::uint16_t>(d[queue[i]] + 1);
        if (from >= g.host_count) queue.push_back(from);  // hosts do not forward
      }
  }
}

Graph read_graph(std::string_view text, const std::string& file) {
  struct Cable {
    std::string a, b;
    double bandwidth, latency;
    int line;
  };
  std::vector<std::string> hosts, switches;
  std::vector<Cable> cables;
  std::map<std::string, bool> known;
  int line_number = 0;
  for (size_t start = 0; start < text.size();) {
    size_t end = text.find('\n', start);
    if (end == std::string_view::npos) end = text.size();
    const std::vector<std::string> words = words_of(text.substr(start, end - start));
    start = end + 1;
    const Place place{file, ++line_number, 1};
    if (words.empty()) continue;
    if ((words[0] == "host" || words[0] == "switch") && words.size() == 2) {
      if (!known.emplace(words[1], true).second)
        throw Error(place, words[0], in_quotes(words[1]) + " is already there", "give each node one name");
      (words[0] == "host" ? hosts : switches).push_back(words[1]);
    } else if (words[0] == "link" && (words.size() == 4 || words.size() == 5)) {
      cables.push_back({words[1], words[2], amount(words[3], dimension::bandwidth, 1, 1e18, place),
                        words.size() == 5 ? amount(words[4], dimension::time, 0, 3600, place) : 0, line_number});
    } else {
      throw Error(place, "", "is not a line of a network: " + in_quotes(words[0]),
                  "write 'host NAME', 'switch NAME' or 'link NAME NAME 400Gb/s [1us]'");
    }
  }
  Graph g;
  g.host_count = static_cast<std::uint32_t>(hosts.size());
  g.names = hosts;
  g.names.insert(g.names.end(), switches.begin(), switches.end());
  std::map<std::string, std::uint32_t> number;
  for (std::uint32_t i = 0; i < g.names.size(); ++i) number[g.names[i]] = i;
  for (const Cable& cable : cables) {
    std::array<std::uint32_t, 2> ends{};
    for (size_t e = 0; e < 2; ++e) {
      const std::string& node = e == 0 ? cable.a : cable.b;
      const auto found = number.find(node);
      if (found == number.end())
        throw Error({file, cable.line, 1}, "link", "knows no node " + in_quotes(node),
                    suggest(node, g.names, "declare it with 'host' or 'switch'"));
      ends[e] = found->second;
    }
    if (ends[0] == ends[1]) throw Error({file, cable.line, 1}, "link", "joins a node to itself", "name two nodes");
    g.arcs.push_back({ends[0], ends[1], cable.bandwidth, cable.latency});
    g.arcs.push_back({ends[1], ends[0], cable.bandwidth, cable.latency});
  }
  if (g.host_count < 1) throw Error({file}, "", "has no host", "add a line 'host NAME'");
  at({file}, "", [&] { connect(g); });
  return g;
}

void Graph::route(Host a, Host b, std::uint64_t choice, Path& path) const {
  if (a == b) return;
  const std::uint16_t* d = &distance[static_cast<size_t>(b) * names.size()];
  if (d[a] == unreachable)
    throw Error({}, "graph", "has no way from " + names[a] + " to " + names[b], "join them by links");
  Choice pick(mix(choice ^ (static_cast<std::uint64_t>(a) << 32 | b)));
  for (std::uint32_t at = a; at != b;) {
    std::uint32_t ways = 0;
    auto nearer = [&](std::uint32_t l) {
      return d[arcs[l].to] + 1 == d[at] && (arcs[l].to == b || arcs[l].to >= host_count);
    };
    for (std::uint32_t k = first[at]; k < first[at + 1]; ++k) ways += nearer(outgoing[k]);
    std::uint32_t skip = pick.of(ways);
    for (std::uint32_t k = first[at]; k < first[at + 1]; ++k) {
      if (!nearer(outgoing[k]) || skip-- > 0) continue;
      path.push_back(outgoing[k]);
      at = arcs[outgoing[k]].to;
      break;
    }
  }
}

std::string Graph::link_name(LinkId link) const {
  return names[arcs[link].from] + " to " + names[arcs[link].to];
}

}  // namespace orrery::network
