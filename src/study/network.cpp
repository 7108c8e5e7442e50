#include "study/network.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <memory>

#include "base/files.h"
#include "base/units.h"
#include "scenario/check.h"
#include "study/kinds.h"

namespace orrery::study {
namespace {

using namespace network;
using namespace scenario;
namespace d = dimension;

const std::vector<std::string> levels = {"flow", "packet"}, routings = {"spray", "ecmp"},
                               senders = {"nscc", "dcqcn", "credit"};

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
             text("collective", "all-reduce, all-gather, reduce-scatter, all-to-all, broadcast or send-recv", "none"),
             certain(amount("bytes", d::data, "size of the collective, or of each message", "1 GiB", 1, 1e18)),
             text("traffic", "permutation, ring, all-to-all, incast, or a file of pairs of hosts", "none"),
             whole("senders", "senders of the incast", "32", 1, 1e8),
             certain(amount("fail", d::none, "share of the links between switches that are down", "0", 0, 0.99)),
             text("level", "flow or packet", "flow"), text("routing", "spray or ecmp", "spray"),
             text("sender", "packet level: nscc, dcqcn or credit", "nscc"),
             whole("seed", "of hashes, permutations and failures", "1", 0, 9e15)}}}};
}

/// Traffic named in a file is looked for beside that file.
void read_traffic(Reader& reader, const View& view, Question& q) {
  q.traffic = reader.text(view, "traffic");
  const std::string path = path_of(*view.find("traffic"));
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return;
  q.traffic_file = path;
  q.traffic = read_file(path);
}

std::pair<std::string, Question> read_question(Reader& reader) {
  const View view = reader.root().below("network");
  Question q;
  const std::string network = reader.entry(view, "network", "networks", "h100-infiniband", "the first that ships").name;
  if (view.gives("ranks")) q.ranks = static_cast<std::uint32_t>(reader.whole(view, "ranks"));
  if (view.gives("collective"))
    q.collective = at(view.place("collective"), "network.collective",
                      [&] { return parse_collective(reader.text(view, "collective")); });
  q.bytes = reader.constant<Data>(view, "bytes", from_rule(q.bytes, "1 GiB")).value();
  if (view.gives("traffic")) read_traffic(reader, view, q);
  q.senders = static_cast<std::uint32_t>(reader.whole(view, "senders", 32, "of an incast"));
  q.fail = reader.constant_number(view, "fail", from_rule(0, "all links are up"));
  q.packets = reader.choice(view, "level", levels, "flow", "max-min fair rates") == "packet";
  q.packet.routing = reader.choice(view, "routing", routings, "spray", "packets take all paths") == "ecmp"
                         ? Routing::ecmp
                         : Routing::spray;
  const std::string sender = reader.choice(view, "sender", senders, "nscc", "at packet level");
  q.packet.sender = sender == "dcqcn" ? Sender::dcqcn : sender == "credit" ? Sender::credit : Sender::nscc;
  q.packet.seed = static_cast<std::uint64_t>(reader.constant_of(view, "seed", d::none, from_rule(1, "of hashes")));
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
  return out + fmt::format("  {:>{}}{} accelerators{}{}\n", "", 2 * c.tiers, format_count(c.hosts),
                           c.planes > 1 ? fmt::format(", each NIC over {} planes", c.planes) : "",
                           c.domain > 1 ? fmt::format(", in scale-up domains of {}", c.domain) : "");
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
  std::string text =
      fmt::format("\n  {} switches, {} cables, {} transceivers; {} ports left\n", format_count(b.switch_count),
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
  out.put("bill/single_points", Cell(Value(points))).put("bill/tiers_note", b.tiers_note);
}

void add_collective(Document& out, const network::Study& s) {
  const CollectiveEstimate& e = *s.collective;
  out.say(fmt::format("\n{} of {} over {} ranks: {}\n", name(*s.question.collective), format(Data(s.question.bytes)),
                      format_count(s.network.ranks), format(e.time)));
  out.say(fmt::format("  latency {}, transfer {}; bus bandwidth {}; the least any method needs {}\n", format(e.latency),
                      format(e.transfer), format(Bandwidth(s.bus_bandwidth)), format(s.collective_bound)));
  out.say(fmt::format("  by {}, protocol {}; bound by {}\n", name(e.algorithm), name(e.protocol), s.bound_by));
  out.put("collective/name", std::string(name(*s.question.collective))).put("collective/bytes", s.question.bytes, "B");
  out.put("collective/time", e.time.value(), "s").put("collective/latency", e.latency.value(), "s");
  out.put("collective/transfer", e.transfer.value(), "s").put("collective/bound", s.collective_bound.value(), "s");
  out.put("collective/bus_bandwidth", s.bus_bandwidth, "B/s")
      .put("collective/algorithm", std::string(name(e.algorithm)));
  out.put("collective/protocol", std::string(name(e.protocol))).put("collective/bound_by", s.bound_by);
}

void add_traffic(Document& out, const network::Study& s) {
  const TrafficAnswer& t = *s.traffic;
  const std::string pattern = s.question.traffic_file.empty() ? s.question.traffic : s.question.traffic_file;
  out.say(fmt::format("\n{}: {} flows, {}\n", pattern, format_count(t.flows),
                      s.question.packet.routing == Routing::spray ? "sprayed" : "ECMP"));
  out.put("traffic/pattern", pattern).put("traffic/flows", t.flows);
  auto times = [&](const std::string& below, const auto& x, const char* level) {
    out.say(fmt::format("  {} level, {} each: mean {}, P50 {}, P99 {}, last {}\n", level,
                        format(Data(s.question.bytes)), format(Time(x.mean)), format(Time(x.p50)), format(Time(x.p99)),
                        format(Time(x.max))));
    for (const auto& [key, value] : {std::pair{"mean", x.mean}, {"p50", x.p50}, {"p99", x.p99}, {"max", x.max}})
      out.put(below + key, value, "s");
  };
  auto count = [](auto n) { return static_cast<double>(n); };
  if (t.packets) {
    const PacketResult& p = *t.packets;
    times("traffic/packets/", p, "packet");
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
    return;
  }
  out.say(fmt::format("  max-min fair rates: mean {} ({:.1f}% of a NIC), least {}{}\n", format(Bandwidth(t.mean)),
                      100 * t.mean / t.line, format(Bandwidth(t.least)),
                      t.bottleneck.empty() ? "" : " at " + t.bottleneck));
  out.put("traffic/mean_rate", t.mean, "B/s")
      .put("traffic/least_rate", t.least, "B/s")
      .put("traffic/line_rate", t.line, "B/s");
  out.put("traffic/cut_off", t.cut_off);
  if (t.completion) times("traffic/completion/", *t.completion, "flow");
  out.say(fmt::format("  certificate {}: {} flows without a bottleneck{}\n", t.certificate.holds ? "holds" : "FAILS",
                      t.certificate.unbound_flows, t.folded ? fmt::format("; {} classes by symmetry", t.classes) : ""));
  if (t.cut_off > 0) out.say(fmt::format("  {} flows have no way left\n", t.cut_off));
  out.put("traffic/folded", t.folded).put("traffic/certificate/holds", t.certificate.holds);
  out.put("traffic/certificate/worst_overload", t.certificate.worst_overload);
  out.put("traffic/certificate/unbound_flows", count(t.certificate.unbound_flows));
  out.put("traffic/certificate/saturated_links", count(t.certificate.saturated_links));
  if (!t.bottleneck.empty()) out.put("traffic/bottleneck", t.bottleneck);
}

Document answer_of(const network::Study& s) {
  Document out;
  out.say(s.network.name + ": " + s.network.title + "\n");
  out.say(
      fmt::format("  {} of {} accelerators, {} directed links{}\n\n", shape_name(s.network.topology),
                  format_count(hosts(s.network.topology)), format_count(static_cast<double>(s.links)),
                  s.failed > 0 ? fmt::format(", {} of them down", format_count(static_cast<double>(s.failed))) : ""));
  out.put("name", s.network.name).put("topology", shape_name(s.network.topology));
  out.put("accelerators", static_cast<double>(hosts(s.network.topology)))
      .put("ranks", static_cast<double>(s.network.ranks));
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
    add_traffic(out, s);
    const bool unfinished = s.traffic->packets && s.traffic->packets->unfinished > 0;
    out.status = s.traffic->cut_off > 0 || unfinished ? 1 : 0;
  }
  return out;
}

/// Numbers that --against holds to another network's.
std::vector<std::pair<Output, double>> outputs_of(const network::Study& s) {
  std::vector<std::pair<Output, double>> out;
  auto add = [&](const char* what, Dimension dimension, double value) { out.push_back({{what, dimension}, value}); };
  add("accelerators", d::chips, hosts(s.network.topology));
  if (s.bill) {
    add("cost", d::money, s.bill->cost.value()), add("power", d::power, s.bill->power.value());
    add("bisection", d::data - d::time, s.bill->bisection.value()),
        add("oversubscription", d::none, s.bill->oversubscription);
    add("time to a link failure", d::time, s.bill->link_failure.value());
  }
  if (s.collective) add("collective", d::time, s.collective->time.value());
  if (s.traffic && s.traffic->packets) add("traffic, mean time", d::time, s.traffic->packets->mean);
  if (s.traffic && !s.traffic->packets) add("traffic, mean rate", d::data - d::time, s.traffic->mean);
  return out;
}

orrery::study::Study read(const Scenario& scenario, const catalog::Catalog& catalog) {
  Reader reader(scenario, catalog);
  orrery::study::Study study = titled_study(reader);
  const auto [name, question] = read_question(reader);
  const auto answer = std::make_shared<const network::Study>(network::study(catalog, name, question));
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

network::Study network_answer(const Scenario& scenario, const catalog::Catalog& catalog) {
  Reader reader(scenario, catalog);
  const auto [name, question] = read_question(reader);
  return network::study(catalog, name, question);
}

Document compare_networks(const network::Study& a, const network::Study& b) {
  Table t{"", "", {text_column("", ""), amount_column("", a.network.name, {}), amount_column("", b.network.name, {})}};
  t.indent = 0;
  auto row = [&](const char* what, auto of) {
    const std::string x = of(a), y = of(b);
    if (x != "-" || y != "-") t.rows.push_back({what, x, y});
  };
  auto of_bill = [](auto f) { return [f](const network::Study& s) { return s.bill ? f(*s.bill) : std::string("-"); }; };
  row("accelerators", [](const network::Study& s) { return format_count(hosts(s.network.topology)); });
  row("tiers", of_bill([](const Bill& x) { return std::to_string(x.switches.size()); }));
  row("switches", of_bill([](const Bill& x) { return format_count(x.switch_count); }));
  row("cables", of_bill([](const Bill& x) { return format_count(x.cables); }));
  row("transceivers", of_bill([](const Bill& x) { return format_count(x.transceivers); }));
  row("cost", of_bill([](const Bill& x) { return format(x.cost); }));
  row("power", of_bill([](const Bill& x) { return format(x.power); }));
  row("bisection", of_bill([](const Bill& x) { return format(x.bisection); }));
  row("oversubscription", of_bill([](const Bill& x) { return fmt::format("{:.3g}:1", x.oversubscription); }));
  row("time to a link failure", of_bill([](const Bill& x) { return format(x.link_failure); }));
  row("single points of failure", of_bill([](const Bill& x) { return std::to_string(x.single_points.size()); }));
  row("collective",
      [](const network::Study& s) { return s.collective ? format(s.collective->time) : std::string("-"); });
  row("bound by", [](const network::Study& s) { return s.collective ? s.bound_by : std::string("-"); });
  row("traffic, mean rate", [](const network::Study& s) {
    return s.traffic && !s.traffic->packets ? format(Bandwidth(s.traffic->mean)) : std::string("-");
  });
  row("traffic, mean time", [](const network::Study& s) {
    if (!s.traffic || (!s.traffic->packets && !s.traffic->completion)) return std::string("-");
    return format(Time(s.traffic->packets ? s.traffic->packets->mean : s.traffic->completion->mean));
  });
  Document out;
  return std::move(out.add(std::move(t)));
}

const Kind network_kind{network_form, read};

}  // namespace orrery::study
