#include "machine/network/effort.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/units.h"

namespace orrery::network {
namespace {

double packets_of(const std::vector<Message>& messages, const PacketSettings& s) {
  double packets = 0;
  for (const Message& m : messages) packets += std::max(1.0, std::ceil(m.bytes / s.payload));
  return packets;
}

}  // namespace

double rounded_down(double n) {
  const double unit = n < 100 ? 1 : std::pow(10, std::floor(std::log10(n)) - 1);
  return std::floor(n / unit) * unit;
}

double share_of_packets(const Topology& t, const std::vector<Message>& messages, const PacketSettings& s,
                        double message_bytes) {
  constexpr double each_link = 3 * sizeof(double), each_host = 3 * sizeof(std::uint64_t);
  const auto network_links = static_cast<double>(links(t));
  const double of_network = each_link * network_links + each_host * hosts(t);
  if (of_network > most_bytes / 2) {
    const auto present = static_cast<double>(present_links(t));
    throw Error({}, "level", "follows no packets on a network of " + format_count(present) + " links",
                "at most " + format_count(rounded_down(most_bytes / 2 / of_network * present)) +
                    " fit in memory: take a smaller network, or --level flow");
  }
  const double each = sizeof(Message) + sizeof(Pair) + message_bytes + s.entropies / 8.0;
  const double fit = (most_bytes - of_network) / each;
  if (static_cast<double>(messages.size()) > fit)
    throw Error({}, "level",
                "follows no packets of " + format_count(static_cast<double>(messages.size())) + " messages",
                "at most " + format_count(rounded_down(fit)) + " fit in memory: ask for fewer, or for --level flow");
  double hops = 0, paths = 0;
  const std::size_t apart = messages.size() / 1000 + 1;
  Path path;
  for (std::size_t i = 0; i < messages.size(); i += apart) {
    path.clear();
    route(t, messages[i].from, messages[i].to, 0, path);
    hops += static_cast<double>(path.size());
    paths += 1;
  }
  const double least = packets_of(messages, s) * (1 + hops / std::max(1.0, paths));
  // Acknowledgements, marks and waits come on top, and what is sent again: how much that has been at most.
  const double on_top = s.sender == Sender::dcqcn ? 14 : s.sender == Sender::credit ? 9 : 1.5;
  const auto most = static_cast<double>(most_steps);
  return least > most ? most / least / on_top : 1;
}

void refuse_packets(const std::vector<Message>& messages, const PacketSettings& s, double share) {
  double largest = 0;
  for (const Message& m : messages) largest = std::max(largest, m.bytes);
  const double bytes = rounded_down(share * largest);
  const double fewer = std::max(1.0, rounded_down(share * static_cast<double>(messages.size())));
  throw Error(
      {}, "bytes",
      format_count(packets_of(messages, s)) + " packets and what follows from them are more than the " +
          format_count(static_cast<double>(most_steps)) + " events that are followed one by one",
      "ask for " +
          (bytes >= s.payload ? "messages of at most " + format_amount(bytes, dimension::data) + ", for " : "") +
          "at most " + format_count(fewer) + " of them, or for --level flow");
}

void check_failures(const Topology& t) {
  constexpr double most_links = 1e9;  // a bit each, and a draw
  const auto all = static_cast<double>(links(t));
  if (all > most_links)
    throw Error({}, "fail", "of " + format_count(all) + " links are more than are drawn one by one",
                "at most " + format_count(most_links) + " are: take a smaller network, or leave out failures");
}

double flows_that_fit(const std::vector<Pair>& some,
                      const std::function<RoutedTraffic(const std::vector<Pair>&)>& route) {
  constexpr double most_work = 2e8;  // links drawn, or their like: a few seconds
  // Of a flow: its pair, its ends in a problem, its limit, rate and place in queues; of a crossing its link and weight
  // in the problem and in its solution, beside the link's own capacity, load and flows.
  constexpr double flow_bytes = 64, crossing_bytes = 28, weight_bytes = 20;
  double crossings = 0, work = 0, n = 0;
  bool weighted = false;
  for (std::size_t first = 0, count = 1; first < some.size(); first += count, count *= 4) {
    const std::size_t end = std::min(some.size(), first + count);
    const RoutedTraffic routed =
        route({some.begin() + static_cast<std::ptrdiff_t>(first), some.begin() + static_cast<std::ptrdiff_t>(end)});
    crossings += static_cast<double>(routed.problem.links.size());
    weighted = !routed.problem.weight.empty();
    work += routed.drawn;
    n = static_cast<double>(end);
    if (work > most_work / 100) break;  // told well enough
  }
  if (n == 0) return infinity;
  const double bytes = flow_bytes + crossings / n * (crossing_bytes + (weighted ? weight_bytes : 0));
  return std::min(most_bytes / bytes, most_work / (work / n + 10));
}

void refuse_flows(double flows, double fit, const std::string& unit) {
  throw Error({}, "traffic",
              "of " + format_count(flows) + " flows is more than is followed flow by flow on this network",
              "ask for at most " + format_count(fit) + " " + unit);
}

}  // namespace orrery::network
