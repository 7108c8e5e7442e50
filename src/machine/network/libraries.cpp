#include "machine/network/libraries.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/error.h"
#include "base/text.h"
#include "silicon/chip/accelerator.h"

namespace orrery::network {

using catalog::Entry;
using catalog::Figure;

const Entry* library_called(const catalog::Catalog& catalog, std::string_view name, std::string_view release,
                            std::string_view gpu) {
  const std::vector<std::string> device = device_words(catalog, gpu);
  using Score = std::tuple<std::size_t, std::size_t, std::size_t>;
  const Entry* best = nullptr;
  Score most{};
  for (const Entry& e : catalog.entries("fabrics")) {
    if (e.text("role") != "library") continue;
    std::size_t library = longest_match(e, name), of_chip = 0, of_release = 0;
    const Figure *chips = e.find("chips"), *releases = e.find("releases");
    if (chips != nullptr)
      for (const std::string& text : chips->texts)
        of_chip = std::max(of_chip, silicon::match_name(text, device).second);
    if (releases != nullptr)
      for (const std::string& text : releases->texts)
        if (release.starts_with(text)) of_release = std::max(of_release, text.size());
    if (library == 0 || (chips != nullptr && of_chip == 0) || (releases != nullptr && of_release == 0)) continue;
    if (const Score score{library, of_chip, of_release}; best == nullptr || score > most) best = &e, most = score;
  }
  return best;
}

CustomAllReduce read_custom(const Entry& e) {
  const Figure* host = e.find("issued_by_host");
  CustomAllReduce c;
  c.launch = e.number("launch_share", c.launch);
  c.peer = e.number("peer", c.peer);
  c.barrier = e.number("barrier", c.barrier);
  c.one_shot = e.number("one_shot", c.one_shot);
  c.two_shot = e.number("two_shot", c.two_shot);
  c.handover = e.number("handover", c.handover);
  c.slowdown = e.number("slowdown", c.slowdown);
  c.issued_by_host = host != nullptr && host->boolean;
  c.issue = e.number("issue", c.issue);
  return c;
}

Time custom_all_reduce_time(const Fabric& fabric, const CustomAllReduce& custom, double issue, Data bytes, int ranks) {
  const int local = std::min(ranks, fabric.domain);
  const double n = local, s = bytes.value();
  const double start = fabric.launch * custom.launch + custom.peer * (n - 1);
  double bandwidth = fabric.scale_up.bandwidth;
  for (const Span& span : fabric.scale_up.spans)
    if (n <= span.ranks) {
      bandwidth *= span.bandwidth_share;
      break;
    }
  const double one = start + (n - 1) * s / (bandwidth * custom.one_shot);
  const double two = start + custom.barrier + 2 * (n - 1) / n * s / (bandwidth * custom.two_shot);
  const double nccl = collective_time(fabric, Collective::all_reduce, bytes, {ranks, local}).value() * custom.slowdown +
                      custom.handover;
  const double best = std::min({one, two, nccl});
  return Time(custom.issued_by_host ? std::max(best, custom.issue > 0 ? custom.issue : issue) : best);
}

Exchange read_exchange(const Entry& e) {
  const Figure* every = e.find("every_copy");
  Exchange x;
  x.launch = e.number("launch", x.launch);
  x.rank = e.number("rank", x.rank);
  x.expert = e.number("expert", x.expert);
  x.token = e.number("token", x.token);
  x.core_rate = e.number("core_rate", x.core_rate);
  x.cores = e.number("cores", x.cores);
  x.share = e.number("share", x.share);
  x.far_launch = e.number("far_launch", x.far_launch);
  x.far_node = e.number("far_node", x.far_node);
  x.far_share = e.number("far_share", x.far_share);
  x.overlap = e.number("overlap", x.overlap);
  x.every_copy = every != nullptr && every->boolean;
  x.ranks_per_node = e.number("ranks_per_node", x.ranks_per_node);
  return x;
}

Time exchange_time(const Fabric& fabric, const Exchange& x, const ExchangeShape& s) {
  if (!(s.tokens >= 0 && s.hidden > 0 && s.top_k > 0 && s.experts > 0 && s.bytes > 0 && s.ranks >= 1 && s.nodes >= 1))
    throw Error({}, "experts", "traffic is not positive", "give tokens, hidden, top_k, experts and ranks above zero");
  const double token_bytes = s.tokens * s.hidden * s.bytes;
  const double near_bytes = token_bytes * (x.every_copy ? s.top_k / s.nodes : distinct(s.ranks, s.top_k));
  const double far_bytes =
      token_bytes * (s.nodes - 1) / s.nodes * (x.every_copy ? s.top_k : distinct(s.nodes, s.top_k));
  const double cores = s.cores > 0 ? s.cores : x.cores > 0 ? std::min(x.cores, s.experts) : 1;
  const double near = near_bytes / (fabric.scale_up.bandwidth * x.share);
  const double work = (s.tokens * x.token + (x.core_rate > 0 ? (near_bytes + far_bytes) / x.core_rate : 0)) / cores;
  const double far = far_bytes / (fabric.scale_out.bandwidth * x.far_share);
  double t = x.launch + x.rank * std::log2(s.ranks) + x.expert * s.experts;
  if (s.nodes > 1) t += x.far_launch + x.far_node * std::log2(s.nodes);
  const double slowest = std::max({near, work, far});
  if (slowest > 0) {
    const auto part = [&](double y) { return std::pow(y / slowest, x.overlap); };
    t += slowest * std::pow(part(near) + part(work) + part(far), 1 / x.overlap);
  }
  return Time(t);
}

}  // namespace orrery::network
