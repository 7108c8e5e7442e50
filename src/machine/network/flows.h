// Max-min fair rates of flows over links (Bertsekas and Gallager, Data Networks, 6.5.2) by water-filling in the order
// of the bottlenecks, exact, with a certificate that a separate function checks.
#pragma once
#include <cstdint>
#include <vector>

#include "machine/network/link.h"

namespace orrery::network {

/// Flows and the links they cross. Flow f crosses links[first[f]] .. links[first[f + 1]]; no link twice. Where weight
/// is given (one per crossing), a flow at rate r loads the link by weight x r: the share of a sprayed flow on one of
/// its links, or, in a folded problem, how many flows of the class cross one link of the link's class.
struct FlowProblem {
  std::vector<double> capacity;      ///< per link, B/s
  std::vector<std::uint32_t> first;  ///< flows + 1 entries
  std::vector<LinkId> links;
  std::vector<double> weight;  ///< per crossing; empty: all 1
  std::vector<double> limit;   ///< per flow, the most it asks for, B/s; empty: no limit

  std::size_t flows() const { return first.empty() ? 0 : first.size() - 1; }
};

/// Rates in B/s, one per flow, such that none can grow without taking from a flow that is not faster. A flow that
/// crosses no link gets its limit, or infinity; one that crosses a link without capacity gets 0. Bottleneck-ordered
/// water-filling: the link with the smallest fair share freezes its flows, what they use is taken from their other
/// links, whose shares can only grow; so a queue ordered by stale shares, refreshed when popped, visits the bottlenecks
/// in order. A link with one flow only is that flow's limit. Time O(crossings + links log links). Throws Error for a
/// crossing outside the links or a capacity or weight below zero.
std::vector<double> max_min_rates(const FlowProblem& problem);

/// The same for each of so many equal parts of the flows, in their order, as if it had the links to itself. Throws
/// Error where the parts are not equal.
std::vector<double> rates_apart(const FlowProblem& problem, std::size_t parts);

/// What check_max_min found. Rates are max-min fair, and uniquely so, when no link is over capacity, no flow over its
/// limit, and every flow is at its limit or crosses a saturated link on which no flow is faster.
struct Certificate {
  bool holds = false;
  double worst_overload = 0;      ///< largest load over capacity, less 1
  std::size_t unbound_flows = 0;  ///< flows without a bottleneck, or over their own limit
  std::size_t saturated_links = 0;
};

/// Checks the definition itself, in one pass over the crossings for the loads and one for the bottlenecks.
Certificate check_max_min(const FlowProblem& problem, const std::vector<double>& rates, double tolerance = 1e-9);

/// The bottleneck of each flow: the saturated link on which it is among the fastest, the first of its path; 0xffffffff
/// where its own limit binds.
std::vector<LinkId> bottlenecks(const FlowProblem& problem, const std::vector<double>& rates, double tolerance = 1e-9);

/// Bytes and starts of flows; when each is done if all share the network max-min fairly at every moment. Rates are
/// solved anew only when a flow starts or ends, and only for the flows that share links, directly or through others,
/// with it. Returns seconds from zero, infinity for a flow whose rate is 0 for good; nothing at all where more than
/// most_work flows, crossings and links would be solved, all starts and ends together.
std::vector<double> completion_times(const FlowProblem& problem, const std::vector<double>& bytes,
                                     const std::vector<double>& start = {}, double most_work = 1e300);

}  // namespace orrery::network
