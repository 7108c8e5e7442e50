#include "study/network.h"

#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "base/confinement.h"
#include "base/files.h"
#include "base/units.h"
#include "machine/network/answer.h"
#include "scenario/check.h"
#include "study/kinds.h"

namespace orrery::study {
namespace {

using namespace network;
using namespace scenario;
namespace d = dimension;
using Rails = ClosDescription::Rails;

const std::vector<std::string> levels = {"flow", "packet", "both"}, routings = {"spray", "ecmp", "detour"},
                               senders = {"nscc", "dcqcn", "credit"}, placements = {"packed", "spread", "random"};

Form make_form() {
  return {"network",
          "a network",
          "a network's parts, cost and power; collectives and traffic on it",
          {"network"},
          {{"", "The network.", {}, {"network"}},
           {"network",
            "Which network, and what runs on it.",
            {text("network", "an entry of the catalog's networks", "h100-infiniband"),
             whole("ranks", "accelerators", "the network's own number", 1, 1e8),
             text("chip", "the accelerator that stands on it, with its own scale-up domain and card",
                  "as the network was laid out"),
             whole("per_domain", "accelerators of a scale-up domain, where a partition or a half-filled rack has fewer",
                   "the domain's own number", 1, 1e6),
             text("collective", "all-reduce, all-gather, reduce-scatter, all-to-all, broadcast or send-recv", "none"),
             certain(amount("bytes", d::data, "size of the collective, or of each message", "1 GiB", 1)),
             text("traffic", "permutation, ring, all-to-all, incast, or a file of pairs of hosts", "none"),
             whole("senders", "senders of the incast", "32", 1, 1e8),
             whole("jobs", "equal parts of the ranks, each with this traffic among its own", "1", 1, 1e6),
             text("placement", "of jobs on servers: packed, spread (dealt out over as many parts) or random", "packed"),
             certain(amount("fail", d::none, "share of the links between switches that are down", "0", 0, 0.99)),
             whole("fail_switch", "a tier: one of its switches is down, with all its links", "none", 1, most_tiers),
             whole("fail_planes", "planes that are down", "0", 0, 1e6),
             text("level", "flow, packet, or both to compare them", "flow"),
             text("routing", "spray, ecmp, or on a dragonfly detour: sprayed by way of a third group", "spray"),
             text("sender", "packet level: nscc, dcqcn or credit", "nscc"),
             of(KeyType::boolean, "trimming", "packet level: queues cut what overflows to its header; else it is lost",
                "true"),
             whole("seed", "of hashes, permutations and failures", "1", 0, 9e15)}}}};
}

/// Who sends to whom and how. Traffic named in a file is looked for beside that file.
void read_traffic(Reader& reader, const View& view, NetworkQuestion& q) {
  q.traffic = reader.text(view, "traffic");
  const std::string path = path_of(*view.find("traffic"));
  if (is_readable_file(path)) q.traffic_file = path, q.traffic = read_file(path);
  needs(view, {"senders"}, q.traffic == "incast", "an incast", "add traffic = \"incast\", or leave it out");
  if (q.traffic == "incast") q.senders = static_cast<std::uint32_t>(reader.whole(view, "senders", 32, "of an incast"));
  if (view.gives("jobs")) q.jobs = static_cast<std::uint32_t>(reader.whole(view, "jobs"));
  if (view.gives("placement")) {
    const std::string placement = reader.choice(view, "placement", placements, "packed", "job after job");
    q.placement = placement == "spread"   ? Placement::spread
                  : placement == "random" ? Placement::random
                                          : Placement::packed;
  }
  const std::string level = reader.choice(view, "level", levels, "flow", "max-min fair rates");
  q.flow_level = level != "packet", q.packet_level = level != "flow";
  const std::string routing = reader.choice(view, "routing", routings, "spray", "packets take all paths");
  q.packet.routing = routing == "ecmp" ? Routing::ecmp : Routing::spray;
  q.detour = routing == "detour";
  needs(view, {"sender", "trimming"}, q.packet_level, "the packet level", "add level = \"packet\", or leave it out");
  if (!q.packet_level) return;
  const std::string sender = reader.choice(view, "sender", senders, "nscc", "at packet level");
  q.packet.sender = sender == "dcqcn" ? Sender::dcqcn : sender == "credit" ? Sender::credit : Sender::nscc;
  if (view.gives("trimming")) q.packet.trimming = reader.boolean(view, "trimming", true, "of Ultra Ethernet");
}

std::pair<std::string, NetworkQuestion> read_question(Reader& reader) {
  const View view = reader.root().below("network");
  NetworkQuestion q;
  const std::string network = reader.entry(view, "network", "networks", "h100-infiniband", "the first that ships").name;
  if (view.gives("ranks")) q.ranks = static_cast<std::uint32_t>(reader.whole(view, "ranks"));
  if (view.gives("chip")) q.chip = reader.entry(view, "chip", "chips", "", "").name;
  if (view.gives("per_domain")) q.per_domain = static_cast<std::uint32_t>(reader.whole(view, "per_domain"));
  if (view.gives("collective"))
    q.collective = at(view.place("collective"), "network.collective",
                      [&] { return parse_collective(reader.text(view, "collective")); });
  const bool traffic = view.gives("traffic"), moves = traffic || view.gives("collective");
  needs(view, {"bytes"}, moves, "a collective or traffic", "add collective = \"all-reduce\", or leave it out");
  needs(view, {"senders", "jobs", "placement", "level", "routing", "sender", "trimming"}, traffic, "traffic",
        "add traffic = \"permutation\", or leave it out");
  needs(view, {"seed"}, traffic || view.gives("fail"), "traffic or failures", "add one of them, or leave it out");
  if (moves) q.bytes = reader.constant<Data>(view, "bytes", from_rule(q.bytes, "1 GiB")).value();
  q.fail = reader.constant_number(view, "fail", from_rule(0, "all links are up"));
  if (view.gives("fail_switch")) q.fail_switch = reader.whole(view, "fail_switch");
  if (view.gives("fail_planes")) q.fail_planes = static_cast<std::uint32_t>(reader.whole(view, "fail_planes"));
  if (traffic || q.fail > 0)
    q.packet.seed = static_cast<std::uint64_t>(reader.constant_of(view, "seed", d::none, from_rule(1, "of hashes")));
  if (traffic) read_traffic(reader, view, q);
  return {network, q};
}

std::string shape_name(const Topology& t) {
  static constexpr const char* names[] = {"Clos", "torus", "HyperX", "HammingMesh", "dragonfly", "graph"};
  return names[t.shape.index()];
}

/// "tier 2: 64 switches, 32 down to 32 up", the top first and indented as a tree.
std::string tiers_text(const Clos& c, const std::optional<Campus>& campus) {
  std::string out;
  for (int l = c.tiers; l >= 1; --l) {
    const auto t = static_cast<size_t>(l);
    if (campus && l == c.tiers) {
      out += fmt::format("  tier {}   {} buildings, {} of fibre apart, {} lines of {} at each\n", l, campus->buildings,
                         format_amount(campus->distance, d::length), campus->lines, format(campus->line));
      continue;
    }
    const double down = static_cast<double>(c.m[t]) * c.p[t];
    const double up = l < c.tiers ? static_cast<double>(c.w[t + 1]) * c.p[t + 1] : 0;
    out += fmt::format("  {:>{}}tier {}   {} switches, each {} ports down{}\n", "", 2 * (c.tiers - l), l,
                       format_count(static_cast<double>(c.switches(l))), static_cast<int>(down),
                       up > 0 ? fmt::format(", {} up", static_cast<int>(up)) : "");
  }
  if (const double spare = static_cast<double>(c.positions()) - c.hosts; spare > 0 && c.rails == Rails::optimised)
    out += fmt::format("  {:>{}}the last rail unit is not full: {} leaf ports spare\n", "", 2 * (c.tiers - 1),
                       format_count(spare));
  return out +
         fmt::format("  {:>{}}{} accelerators{}{}\n", "", 2 * c.tiers, format_count(c.hosts),
                     c.planes > 1 ? fmt::format(", each NIC over {} planes", c.planes) : "",
                     c.domain > 1 ? fmt::format(", in scale-up domains of {}", c.domain) : "") +
         (c.rails != Rails::none && c.rail_count != c.domain
              ? fmt::format("  {:>{}}{} rails, of each tray of a domain\n", "", 2 * c.tiers, c.rail_count)
              : "");
}

void add_bill(Document& out, const Bill& b) {
  Table t{"",
          "bill of materials (medians of the catalog's figures)",
          {text_column("", "item"), text_column("", "where"), count_column("", "count", ""),
           amount_column("", "price", d::money), amount_column("", "cost", d::money),
           amount_column("", "power", d::power)}};
  Table lines{"bill/lines",
              "",
              {data_column("item"), data_column("place"), data_column("count"), data_column("price", "USD"),
               data_column("cost", "USD"), data_column("power", "W")}};
  lines.file = "bill";
  for (const BillLine& l : b.lines) {
    t.rows.push_back(
        {l.item, l.place, l.count, format(l.price), format(l.cost()), l.power.value() > 0 ? format(l.load()) : "-"});
    lines.rows.push_back({l.item, l.place, l.count, l.price.value(), l.cost().value(), l.load().value()});
  }
  t.rows.push_back({"total", "", "", "", format(b.cost), format(b.power)});
  out.add(std::move(t)).add(std::move(lines));
  const auto each = [&](Money sum) { return Money(sum.value() / b.accelerators); };
  std::string text = fmt::format("  an accelerator: switches {}, links {}, card {}; storage {} beside them; {}\n",
                                 format(each(b.switch_cost)), format(each(b.link_cost)), format(each(b.card_cost)),
                                 format(b.storage), format(Power(b.power.value() / b.accelerators)));
  text += fmt::format("\n  {} switches, {} cables, {} transceivers; {} ports left\n", format_count(b.switch_count),
                      format_count(b.cables), format_count(b.transceivers), format_count(b.ports_left));
  text += fmt::format("  bisection {} one way; oversubscription {:.3g}:1\n", format(b.bisection), b.oversubscription);
  text += fmt::format("  a link fails every {} on average\n  {}\n", format(b.link_failure), b.tiers_note);
  std::vector<Cell> by_tier, points;
  for (const double count : b.switches) by_tier.push_back(count);
  for (const std::string& s : b.single_points) text += "  single point of failure: " + s + "\n", points.push_back(s);
  out.say(text);
  out.put("bill/switches_by_tier", Cell(Value(by_tier)))
      .put("bill/switches", b.switch_count)
      .put("bill/cables", b.cables);
  out.put("bill/transceivers", b.transceivers).put("bill/ports_left", b.ports_left);
  out.put("bill/bisection", b.bisection.value(), "B/s").put("bill/oversubscription", b.oversubscription);
  out.put("bill/cost", b.cost.value(), "USD")
      .put("bill/power", b.power.value(), "W")
      .put("bill/link_failure", b.link_failure.value(), "s");
  out.put("bill/per_accelerator/switches", each(b.switch_cost).value(), "USD")
      .put("bill/per_accelerator/links", each(b.link_cost).value(), "USD")
      .put("bill/per_accelerator/card", each(b.card_cost).value(), "USD")
      .put("bill/per_accelerator/storage", b.storage.value(), "USD")
      .put("bill/per_accelerator/price_without_card", price_per_accelerator(b, false).value(), "USD")
      .put("bill/per_accelerator/price_with_card", price_per_accelerator(b, true).value(), "USD")
      .put("bill/per_accelerator/power", b.power.value() / b.accelerators, "W");
  out.put("bill/single_points", Cell(Value(points))).put("bill/tiers_note", b.tiers_note);
}

void add_collective(Document& out, const NetworkAnswer& s) {
  const CollectiveEstimate& e = *s.collective;
  out.say(fmt::format("\n{} of {} over {} ranks: {} (P10 {}, P90 {})\n", name(*s.question.collective),
                      format(Data(s.question.bytes)), format_count(s.network.ranks), format(e.time),
                      format(Time(s.collective_band.first)), format(Time(s.collective_band.second))));
  out.say(fmt::format("  latency {}, transfer {}; bus bandwidth {}; the least any method needs {}\n", format(e.latency),
                      format(e.transfer), format(Bandwidth(s.bus_bandwidth)), format(s.collective_bound)));
  const bool torus = e.algorithm == Algorithm::torus_rings;  // whose links know no protocols of a library
  out.say(fmt::format("  by {}{}; bound by {}\n", name(e.algorithm),
                      torus ? "" : fmt::format(", protocol {}", name(e.protocol)), s.bound_by));
  out.put("collective/name", std::string(name(*s.question.collective))).put("collective/bytes", s.question.bytes, "B");
  out.put("collective/time", e.time.value(), "s")
      .put("collective/p10", s.collective_band.first, "s")
      .put("collective/p90", s.collective_band.second, "s");
  out.put("collective/latency", e.latency.value(), "s");
  out.put("collective/transfer", e.transfer.value(), "s").put("collective/bound", s.collective_bound.value(), "s");
  out.put("collective/bus_bandwidth", s.bus_bandwidth, "B/s")
      .put("collective/algorithm", std::string(name(e.algorithm)));
  if (!torus) out.put("collective/protocol", std::string(name(e.protocol)));
  out.put("collective/bound_by", s.bound_by);
  Table parts{"collective/parts", "", {data_column("part"), data_column("seconds", "s")}};
  parts.rows = {{"latency", e.latency.value()}, {"transfer", e.transfer.value()}, {"in all", e.time.value()}};
  parts.file = "-";
  out.add(std::move(parts));
  Table times{"collective/times",
              "",
              {data_column("collective"), data_column("ranks"), data_column("bytes", "B"), data_column("time", "s"),
               data_column("p10", "s"), data_column("p90", "s")}};
  times.in_text = InText::never;
  times.in_data = false;  // JSON has them as values
  times.file = "collective";
  times.rows.push_back({std::string(name(*s.question.collective)), static_cast<double>(s.network.ranks),
                        s.question.bytes, e.time.value(), s.collective_band.first, s.collective_band.second});
  out.add(std::move(times));
}

/// Mean, median, 99th percentile and last of the times of messages at a level.
template <class Times>
void add_times(Document& out, const NetworkQuestion& q, const std::string& below, const char* level, const Times& x) {
  out.say(fmt::format("  {} level, {} each: mean {}, P50 {}, P99 {}, last {}\n", level, format(Data(q.bytes)),
                      format(Time(x.mean)), format(Time(x.p50)), format(Time(x.p99)), format(Time(x.max))));
  for (const auto& [key, value] : {std::pair{"mean", x.mean}, {"p50", x.p50}, {"p99", x.p99}, {"max", x.max}})
    out.put(below + key, value, "s");
}

double count(std::uint64_t n) {
  return static_cast<double>(n);
}

/// Whether any message is done, so that there are times.
bool any_done(const PacketResult& p) {
  return p.unfinished < p.completion.size();
}

void add_packets(Document& out, const NetworkQuestion& q, const PacketResult& p) {
  if (any_done(p)) add_times(out, q, "traffic/packets/", "packet", p);
  else
    out.say(fmt::format("  packet level, {} each: none is done after {}\n", format(Data(q.bytes)),
                        format(Time(q.packet.until))));
  out.say(fmt::format("  {} packets, {} trimmed, {} dropped, {} marked; {} flows not done\n",
                      format_count(count(p.packets)), format_count(count(p.trimmed)), format_count(count(p.dropped)),
                      format_count(count(p.marked)), p.unfinished));
  for (const auto& [key, value] : {std::pair{"unfinished", count(p.unfinished)},
                                   {"packets", count(p.packets)},
                                   {"retransmitted", count(p.retransmitted)},
                                   {"trimmed", count(p.trimmed)},
                                   {"dropped", count(p.dropped)},
                                   {"marked", count(p.marked)},
                                   {"events", count(p.events)}})
    out.put(std::string("traffic/packets/") + key, value);
}

void add_rates(Document& out, const NetworkQuestion& q, const TrafficAnswer& t) {
  // Within a scale-up domain more than a NIC's rate is to be had.
  const std::string of_nic =
      t.mean <= t.line ? fmt::format("{:.1f}% of a NIC", 100 * t.mean / t.line)
                       : fmt::format("{:.2f} times a NIC's, as some flows stay in scale-up domains", t.mean / t.line);
  out.say(fmt::format("  max-min fair rates: mean {} ({}), least {}{}\n", format(Bandwidth(t.mean)), of_nic,
                      format(Bandwidth(t.least)), t.bottleneck.empty() ? "" : " at " + t.bottleneck));
  out.say(fmt::format("  the mean as window protocols share it: P10 {}, P90 {}\n",
                      format(Bandwidth(t.mean * t.band.low)), format(Bandwidth(t.mean * t.band.high))));
  out.put("traffic/mean_rate", t.mean, "B/s")
      .put("traffic/mean_rate_p10", t.mean * t.band.low, "B/s")
      .put("traffic/mean_rate_p90", t.mean * t.band.high, "B/s")
      .put("traffic/least_rate", t.least, "B/s")
      .put("traffic/line_rate", t.line, "B/s");
  out.put("traffic/cut_off", t.cut_off);
  if (t.completion) add_times(out, q, "traffic/completion/", "flow", *t.completion);
  if (t.changes_too_often) out.say("  rates change too often to follow when each message ends\n");
  out.say(fmt::format("  certificate {}: {} flows without a bottleneck{}\n", t.certificate.holds ? "holds" : "FAILS",
                      t.certificate.unbound_flows, t.folded ? fmt::format("; {} classes by symmetry", t.classes) : ""));
  if (t.cut_off > 0) out.say(fmt::format("  {} flows have no way left\n", t.cut_off));
  out.put("traffic/folded", t.folded).put("traffic/certificate/holds", t.certificate.holds);
  out.put("traffic/certificate/worst_overload", t.certificate.worst_overload);
  out.put("traffic/certificate/unbound_flows", count(t.certificate.unbound_flows));
  out.put("traffic/certificate/saturated_links", count(t.certificate.saturated_links));
  if (!t.bottleneck.empty()) out.put("traffic/bottleneck", t.bottleneck);
}

/// What each job has alone and beside the others; people see the job that is slowed most.
void add_jobs(Document& out, const std::vector<JobRates>& jobs) {
  Table rows{"traffic/jobs",
             "",
             {data_column("job"), data_column("least_rate_alone", "B/s"), data_column("mean_rate_alone", "B/s"),
              data_column("least_rate", "B/s"), data_column("mean_rate", "B/s")}};
  const JobRates* worst = &jobs.front();
  for (const JobRates& job : jobs) {
    rows.rows.push_back({rows.rows.size() + 1, job.least_alone, job.mean_alone, job.least, job.mean});
    if (job.slowdown() > worst->slowdown()) worst = &job;
  }
  out.say(fmt::format("  of {} jobs the one slowed most has its slowest flow at {} alone, at {} beside the others\n",
                      jobs.size(), format(Bandwidth(worst->least_alone)), format(Bandwidth(worst->least))));
  out.add(std::move(rows)).put("traffic/largest_slowdown", worst->slowdown());
}

void add_traffic(Document& out, const NetworkQuestion& q, const TrafficAnswer& t) {
  const std::string pattern = q.traffic_file.empty() ? q.traffic : q.traffic_file;
  out.say(fmt::format("\n{}: {} flows, {}\n", pattern, format_count(t.flows),
                      q.packet.routing == Routing::spray ? "sprayed" : "ECMP"));
  out.put("traffic/pattern", pattern).put("traffic/flows", t.flows);
  if (t.packets) add_packets(out, q, *t.packets);
  if (q.flow_level) add_rates(out, q, t);
  if (!t.jobs.empty()) add_jobs(out, t.jobs);
  if (!t.packets || !t.completion || !any_done(*t.packets)) return;
  const double mean = t.completion->mean / t.packets->mean - 1, last = t.completion->max / t.packets->max - 1;
  out.say(fmt::format("  flow level over packet level: mean {:+.1f} %, last {:+.1f} %\n", 100 * mean, 100 * last));
  out.put("traffic/flow_over_packet/mean", mean).put("traffic/flow_over_packet/max", last);
}

std::vector<Figure> figures() {
  const auto bill = [](const char* key, const char* title, const char* unit, const char* value) {
    return Figure{key,  title,         "Bill",
                  unit, Plot::ranking, {{Mark::bar, title, "bill/lines", "item", value, "", "", "place"}}};
  };
  std::vector<Figure> out = {bill("bill_cost", "What the network costs", "USD", "cost"),
                             bill("bill_power", "What the network draws", "W", "power"),
                             bill("bill_counts", "What is bought", "", "count"),
                             {"collective",
                              "What the collective's time is made of",
                              "Collective",
                              "s",
                              Plot::waterfall,
                              {{Mark::bar, "time", "collective/parts", "part", "seconds"}}},
                             {"jobs",
                              "Slowest flow of each job",
                              "Traffic",
                              "B/s",
                              Plot::ranking,
                              {{Mark::bar, "alone", "traffic/jobs", "job", "least_rate_alone"},
                               {Mark::bar, "beside the others", "traffic/jobs", "job", "least_rate"}}}};
  out.front().in_brief = true;
  return out;
}

Document answer_of(const NetworkAnswer& s) {
  Document out;
  out.say(s.network.name + ": " + s.network.title + "\n");
  out.say(
      fmt::format("  {} of {} accelerators, {} directed links{}\n", shape_name(s.network.topology),
                  format_count(hosts(s.network.topology)), format_count(static_cast<double>(s.links)),
                  s.failed > 0 ? fmt::format(", {} of them down", format_count(static_cast<double>(s.failed))) : ""));
  out.put("name", s.network.name).put("topology", shape_name(s.network.topology));
  out.put("accelerators", static_cast<double>(hosts(s.network.topology)))
      .put("ranks", static_cast<double>(s.network.ranks));
  if (const double spare = static_cast<double>(hosts(s.network.topology)) - s.network.ranks;
      spare > 0 && std::holds_alternative<Clos>(s.network.topology.shape)) {
    out.say(fmt::format("  {} asked for, in whole scale-up domains of {}: {} spare\n", format_count(s.network.ranks),
                        s.network.fabric.domain, format_count(spare)));
    out.put("spare", spare);
  }
  out.say("\n");
  out.put("links", static_cast<double>(s.links)).put("failed_links", static_cast<double>(s.failed));
  if (const Clos* c = std::get_if<Clos>(&s.network.topology.shape)) out.say(tiers_text(*c, s.network.campus));
  if (s.bill) add_bill(out, *s.bill);
  else if (!s.bill_problem.empty()) out.say("\n  no bill of materials: " + s.bill_problem + "\n");
  if (s.all_to_all) {
    out.say(fmt::format("\n  all-to-all: {} per accelerator by shortest paths\n", format(*s.all_to_all)));
    out.put("all_to_all_rate", s.all_to_all->value(), "B/s");
  }
  if (s.collective) add_collective(out, s);
  if (s.traffic) {
    add_traffic(out, s.question, *s.traffic);
    const bool unfinished = s.traffic->packets && s.traffic->packets->unfinished > 0;
    out.status = s.traffic->cut_off > 0 || unfinished ? 1 : 0;
  }
  out.figures = figures();
  return out;
}

/// Numbers that --against holds to another network's.
std::vector<std::pair<Output, double>> outputs_of(const NetworkAnswer& s) {
  std::vector<std::pair<Output, double>> out;
  auto add = [&](const char* what, Dimension dimension, double value) { out.push_back({{what, dimension}, value}); };
  add("accelerators", d::chips, hosts(s.network.topology));
  if (s.bill) {
    const Bill& bill = *s.bill;
    add("tiers", d::none, static_cast<double>(bill.switches.size()));
    add("switches", d::none, bill.switch_count);
    add("cables", d::none, bill.cables);
    add("transceivers", d::none, bill.transceivers);
    add("cost", d::money, bill.cost.value());
    add("power", d::power, bill.power.value());
    add("bisection", d::bandwidth, bill.bisection.value());
    add("oversubscription", d::none, bill.oversubscription);
    add("time to a link failure", d::time, bill.link_failure.value());
    add("single points of failure", d::none, static_cast<double>(bill.single_points.size()));
  }
  if (s.collective) add("collective", d::time, s.collective->time.value());
  if (!s.traffic) return out;
  if (s.question.flow_level) add("traffic, mean rate", d::bandwidth, s.traffic->mean);
  if (s.traffic->packets && !any_done(*s.traffic->packets)) return out;
  if (s.traffic->packets) add("traffic, mean time", d::time, s.traffic->packets->mean);
  else if (s.traffic->completion) add("traffic, mean time", d::time, s.traffic->completion->mean);
  return out;
}

/// The answer. What it finds wrong with a key of the question is at that key.
NetworkAnswer asked(Reader& reader, const catalog::Catalog& catalog, const std::string& name,
                    const NetworkQuestion& question) {
  try {
    return network::answer(catalog, name, question);
  } catch (const Error& error) {
    const View view = reader.root().below("network");
    const std::string key = error.key() == "hosts" ? "ranks" : error.key();
    if (!error.place().file.empty() || key.empty() || key.find('.') != std::string::npos || !view.gives(key)) throw;
    throw Error(view.place(key), "network." + key, error.problem(), error.remedy());
  }
}

Study read(const Scenario& scenario, const catalog::Catalog& catalog) {
  Reader reader(scenario, catalog);
  Study study = titled_study(reader);
  const auto [name, question] = read_question(reader);
  const auto answer = std::make_shared<const NetworkAnswer>(asked(reader, catalog, name, question));
  if (!reader.root().gives("title")) study.title = answer->network.title;
  const auto outputs = outputs_of(*answer);
  for (const auto& [output, value] : outputs) study.outputs.push_back(output);
  study.trial = [outputs](Draws, std::span<double> out) {
    for (size_t i = 0; i < outputs.size(); ++i) out[i] = outputs[i].second;
  };
  study.answer = [answer](const Trials&) { return answer_of(*answer); };
  return finished_study(std::move(study), reader);
}

}  // namespace

const Form& network_form() {
  static const Form form = make_form();
  return form;
}

const Kind network_kind{network_form, read};

}  // namespace orrery::study
