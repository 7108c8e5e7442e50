#include "report/network.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/csv.h"
#include "base/table.h"
#include "base/units.h"

namespace orrery::report {
namespace {

using namespace network;
using Json = nlohmann::ordered_json;

std::string percent(double x) {
  return fmt::format("{:.1f}%", 100 * x);
}
Json number(double x) {
  return std::isfinite(x) ? Json(x) : Json(nullptr);
}

/// "tier 2: 64 switches, 32 down to 32 up, 1 cable to each of 32".
std::vector<std::string> tier_lines(const Clos& c, const std::optional<Campus>& campus) {
  std::vector<std::string> lines;
  for (int l = c.tiers; l >= 1; --l) {
    const auto t = static_cast<size_t>(l);
    if (campus && l == c.tiers) {
      lines.push_back(fmt::format("tier {}   {} buildings, {} of fibre apart, {} lines of {} at each", l,
                                  campus->buildings, format_amount(campus->distance, dimension::length), campus->lines,
                                  format(campus->line)));
      continue;
    }
    const double down = static_cast<double>(c.m[t]) * c.p[t];
    const double up = l < c.tiers ? static_cast<double>(c.w[t + 1]) * c.p[t + 1] : 0;
    lines.push_back(fmt::format("{:>{}}tier {}   {} switches, each {} ports down{}", "", 2 * (c.tiers - l), l,
                                format_count(static_cast<double>(c.switches(l))), static_cast<int>(down),
                                up > 0 ? fmt::format(", {} up", static_cast<int>(up)) : ""));
  }
  lines.push_back(fmt::format("{:>{}}{} accelerators{}{}", "", 2 * c.tiers, format_count(c.hosts),
                              c.planes > 1 ? fmt::format(", each NIC over {} planes", c.planes) : "",
                              c.domain > 1 ? fmt::format(", in scale-up domains of {}", c.domain) : ""));
  return lines;
}

std::string shape_name(const Topology& t) {
  static constexpr const char* names[] = {"Clos", "torus", "HyperX", "HammingMesh", "dragonfly", "graph"};
  return names[t.shape.index()];
}

void add_bill(std::string& out, const Bill& b) {
  TextTable table{{"item", "where", "count", "price", "cost", "power"}, {false, false, true, true, true, true}, {}};
  for (const BillLine& l : b.lines)
    table.rows.push_back({l.item, l.place, format_count(l.count), format(l.price), format(l.cost()),
                          l.power.value() > 0 ? format(l.load()) : "-"});
  table.rows.push_back({"total", "", "", "", format(b.cost), format(b.power)});
  out += "\nbill of materials (medians of the catalog's figures)\n" + table.text();
  out += fmt::format("\n  {} switches, {} cables, {} transceivers; {} ports left\n", format_count(b.switch_count),
                     format_count(b.cables), format_count(b.transceivers), format_count(b.ports_left));
  out += fmt::format("  bisection {} one way; oversubscription {:.3g}:1\n", format(b.bisection), b.oversubscription);
  out += fmt::format("  a link fails every {} on average\n", format(b.link_failure));
  out += "  " + b.tiers_note + "\n";
  for (const std::string& s : b.single_points) out += "  single point of failure: " + s + "\n";
}

Json bill_json(const Bill& b) {
  Json lines = Json::array();
  for (const BillLine& l : b.lines)
    lines.push_back({{"item", l.item},
                     {"place", l.place},
                     {"count", l.count},
                     {"price", l.price.value()},
                     {"cost", l.cost().value()},
                     {"power", l.load().value()}});
  return {{"lines", lines},
          {"switches_by_tier", b.switches},
          {"switches", b.switch_count},
          {"cables", b.cables},
          {"transceivers", b.transceivers},
          {"ports_left", b.ports_left},
          {"bisection", b.bisection.value()},
          {"oversubscription", b.oversubscription},
          {"cost", b.cost.value()},
          {"power", b.power.value()},
          {"link_failure", number(b.link_failure.value())},
          {"single_points", b.single_points},
          {"tiers_note", b.tiers_note}};
}

Json study_json(const Study& s) {
  Json out = {{"name", s.network.name},
              {"title", s.network.title},
              {"topology", shape_name(s.network.topology)},
              {"accelerators", hosts(s.network.topology)},
              {"ranks", s.network.ranks},
              {"links", s.links},
              {"failed_links", s.failed}};
  if (s.bill) out["bill"] = bill_json(*s.bill);
  if (s.all_to_all) out["all_to_all_rate"] = s.all_to_all->value();
  if (s.collective) {
    const CollectiveEstimate& e = *s.collective;
    out["collective"] = {{"name", name(*s.question.collective)},
                         {"bytes", s.question.bytes},
                         {"time", e.time.value()},
                         {"latency", e.latency.value()},
                         {"transfer", e.transfer.value()},
                         {"bound", s.collective_bound.value()},
                         {"bus_bandwidth", s.bus_bandwidth},
                         {"algorithm", name(e.algorithm)},
                         {"protocol", name(e.protocol)},
                         {"bound_by", s.bound_by}};
  }
  if (s.traffic) {
    const TrafficAnswer& t = *s.traffic;
    Json traffic = {{"pattern", s.question.traffic_file.empty() ? s.question.traffic : s.question.traffic_file},
                    {"flows", t.flows}};
    if (t.packets) {
      const PacketResult& p = *t.packets;
      traffic["packets"] = {{"mean", p.mean},
                            {"p50", p.p50},
                            {"p99", p.p99},
                            {"max", p.max},
                            {"unfinished", p.unfinished},
                            {"packets", p.packets},
                            {"retransmitted", p.retransmitted},
                            {"trimmed", p.trimmed},
                            {"dropped", p.dropped},
                            {"marked", p.marked},
                            {"events", p.events}};
    } else {
      traffic["mean_rate"] = t.mean;
      traffic["least_rate"] = number(t.least);
      traffic["line_rate"] = t.line;
      traffic["cut_off"] = t.cut_off;
      if (const auto& c = t.completion)
        traffic["completion"] = {{"mean", c->mean}, {"p50", c->p50}, {"p99", c->p99}, {"max", number(c->max)}};
      traffic["folded"] = t.folded;
      traffic["certificate"] = {{"holds", t.certificate.holds},
                                {"worst_overload", t.certificate.worst_overload},
                                {"unbound_flows", t.certificate.unbound_flows},
                                {"saturated_links", t.certificate.saturated_links}};
      if (!t.bottleneck.empty()) traffic["bottleneck"] = t.bottleneck;
    }
    out["traffic"] = traffic;
  }
  return out;
}

}  // namespace

std::string network_text(const Study& s) {
  std::string out = s.network.name + ": " + s.network.title + "\n";
  out += fmt::format("  {} of {} accelerators, {} directed links{}\n\n", shape_name(s.network.topology),
                     format_count(hosts(s.network.topology)), format_count(static_cast<double>(s.links)),
                     s.failed > 0 ? fmt::format(", {} of them down", format_count(static_cast<double>(s.failed))) : "");
  if (const Clos* c = std::get_if<Clos>(&s.network.topology.shape))
    for (const std::string& line : tier_lines(*c, s.network.campus)) out += "  " + line + "\n";
  if (s.bill)
    add_bill(out, *s.bill);
  else if (!s.bill_problem.empty())
    out += "\n  no bill of materials: " + s.bill_problem + "\n";
  if (s.all_to_all) out += fmt::format("\n  all-to-all: {} per accelerator by shortest paths\n", format(*s.all_to_all));
  if (s.collective) {
    const CollectiveEstimate& e = *s.collective;
    out += fmt::format("\n{} of {} over {} ranks: {}\n", name(*s.question.collective), format(Data(s.question.bytes)),
                       format_count(s.network.ranks), format(e.time));
    out +=
        fmt::format("  latency {}, transfer {}; bus bandwidth {}; the least any method needs {}\n", format(e.latency),
                    format(e.transfer), format(Bandwidth(s.bus_bandwidth)), format(s.collective_bound));
    out += fmt::format("  by {}, protocol {}; bound by {}\n", name(e.algorithm), name(e.protocol), s.bound_by);
  }
  if (s.traffic) {
    const TrafficAnswer& t = *s.traffic;
    out += fmt::format("\n{}: {} flows, {}\n",
                       s.question.traffic_file.empty() ? s.question.traffic : s.question.traffic_file,
                       format_count(t.flows), s.question.packet.routing == Routing::spray ? "sprayed" : "ECMP");
    if (t.packets) {
      const PacketResult& p = *t.packets;
      out += fmt::format("  packet level, {} each: mean {}, P50 {}, P99 {}, last {}\n", format(Data(s.question.bytes)),
                         format(Time(p.mean)), format(Time(p.p50)), format(Time(p.p99)), format(Time(p.max)));
      out += fmt::format("  {} packets, {} trimmed, {} dropped, {} marked; {} flows not done\n",
                         format_count(static_cast<double>(p.packets)), format_count(static_cast<double>(p.trimmed)),
                         format_count(static_cast<double>(p.dropped)), format_count(static_cast<double>(p.marked)),
                         p.unfinished);
    } else {
      out += fmt::format("  max-min fair rates: mean {} ({} of a NIC), least {}{}\n", format(Bandwidth(t.mean)),
                         percent(t.mean / t.line), format(Bandwidth(t.least)),
                         t.bottleneck.empty() ? "" : " at " + t.bottleneck);
      if (const auto& c = t.completion)
        out += fmt::format("  flow level, {} each: mean {}, P50 {}, P99 {}, last {}\n", format(Data(s.question.bytes)),
                           format(Time(c->mean)), format(Time(c->p50)), format(Time(c->p99)), format(Time(c->max)));
      out +=
          fmt::format("  certificate {}: {} flows without a bottleneck{}\n", t.certificate.holds ? "holds" : "FAILS",
                      t.certificate.unbound_flows, t.folded ? fmt::format("; {} classes by symmetry", t.classes) : "");
      if (t.cut_off > 0) out += fmt::format("  {} flows have no way left\n", t.cut_off);
    }
  }
  return out;
}

std::string network_comparison_text(const Study& a, const Study& b) {
  TextTable table{{"", a.network.name, b.network.name}, {false, true, true}, {}};
  auto row = [&](const char* what, auto of) {
    const std::string x = of(a), y = of(b);
    if (x != "-" || y != "-") table.rows.push_back({what, x, y});
  };
  auto of_bill = [](auto f) { return [f](const Study& s) { return s.bill ? f(*s.bill) : std::string("-"); }; };
  row("accelerators", [](const Study& s) { return format_count(hosts(s.network.topology)); });
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
  row("collective", [](const Study& s) { return s.collective ? format(s.collective->time) : std::string("-"); });
  row("bound by", [](const Study& s) { return s.collective ? s.bound_by : std::string("-"); });
  row("traffic, mean rate", [](const Study& s) {
    return s.traffic && !s.traffic->packets ? format(Bandwidth(s.traffic->mean)) : std::string("-");
  });
  row("traffic, mean time", [](const Study& s) {
    if (!s.traffic || (!s.traffic->packets && !s.traffic->completion)) return std::string("-");
    return format(Time(s.traffic->packets ? s.traffic->packets->mean : s.traffic->completion->mean));
  });
  return table.text(0);
}

std::string network_json(const Study& s) {
  return study_json(s).dump(1) + "\n";
}
std::string network_comparison_json(const Study& a, const Study& b) {
  return Json{study_json(a), study_json(b)}.dump(1) + "\n";
}

std::string bill_csv(const Bill& b) {
  std::string out = "item,place,count,price_usd,cost_usd,power_w\n";
  for (const BillLine& l : b.lines)
    out += fmt::format("{},{},{:.0f},{:.2f},{:.2f},{:.1f}\n", csv_field(l.item), csv_field(l.place), l.count,
                       l.price.value(), l.cost().value(), l.load().value());
  return out;
}

}  // namespace orrery::report
