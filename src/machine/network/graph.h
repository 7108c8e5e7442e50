// Any network, read from a file: hosts, switches and cables by name. Routes are shortest paths in hops; where several
// next hops tie, the flow's hash picks one, as ECMP does.
#pragma once
#include <string>
#include <string_view>

#include "base/amount.h"
#include "machine/network/link.h"

namespace orrery::network {

/// The network. Nodes 0 to hosts() - 1 are hosts. A cable is two directed links.
struct Graph {
  struct Arc {
    std::uint32_t from = 0, to = 0;
    double bandwidth = 0;  ///< B/s
    double latency = 0;    ///< s
  };
  std::uint32_t host_count = 0;
  std::vector<std::string> names;              ///< of nodes, hosts first
  std::vector<Arc> arcs;                       ///< one per directed link
  std::vector<std::uint32_t> first, outgoing;  ///< links out of node n: outgoing[first[n] .. first[n + 1])
  /// Distance in hops from a node to a host, at [host * nodes + node]; 0xffff where there is no way.
  std::vector<std::uint16_t> distance;

  std::uint32_t hosts() const { return host_count; }
  std::uint64_t links() const { return arcs.size(); }
  double capacity(LinkId link) const { return arcs[link].bandwidth; }
  /// Throws Error when there is no way.
  void route(Host a, Host b, std::uint64_t choice, Path& path) const;
  std::string link_name(LinkId link) const;
};

/// Reads lines "host NAME", "switch NAME" and "link NAME NAME BANDWIDTH [LATENCY]", for example
/// "link a s1 400Gb/s 1us"; '#' starts a comment. file stands for the file in messages. Throws Error with line and
/// remedy.
Graph read_graph(std::string_view text, const std::string& file);

/// Fills first, outgoing and distance from arcs. Throws Error over 4,096 hosts or 65,534 nodes.
void connect(Graph& graph);

}  // namespace orrery::network
