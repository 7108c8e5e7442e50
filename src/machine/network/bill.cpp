#include "machine/network/bill.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/units.h"

namespace orrery::network {
namespace {

using catalog::Entry;

/// The hall: racks in rows. A subtree's racks make a block as square as they can; its switches stand in the middle, so
/// the longest cable runs half the block's width and depth, plus the risers at both ends.
struct Hall {
  double hosts_per_rack = 32;  ///< accelerators
  double rack_pitch = 0.6;     ///< m along a row
  double row_pitch = 3.0;      ///< m from row to row
  double riser = 2.5;          ///< m from a port to the tray, each end
};

/// Longest cable, m, from a port to a switch in the middle of this many hosts.
double cable_length(double hosts) {
  constexpr Hall hall;
  const double racks = std::max(1.0, std::ceil(hosts / hall.hosts_per_rack));
  if (racks <= 1) return hall.riser;  // inside the rack: straight up
  // As square as the pitches allow: rows x per_row racks of equal sides.
  const double per_row = std::max(1.0, std::ceil(std::sqrt(racks * hall.row_pitch / hall.rack_pitch)));
  const double rows = std::ceil(racks / per_row);
  return (std::min(per_row, racks) * hall.rack_pitch + (rows - 1) * hall.row_pitch) / 2 + 2 * hall.riser;
}

/// The cheapest way over a distance at a rate, per cable, with its transceivers.
struct Way {
  const Entry* entry = nullptr;
  double scale = 1;  ///< rate over the entry's
  bool cable = true;
  double price = 0, power = 0, mtbf = 0;  ///< $ and W per cable with both ends; s of the whole link
  double usual = 0;                       ///< $ at median prices, which decide
};

Way cheapest_way(const Parts& parts, const catalog::Catalog& catalog, double length, double rate) {
  Way best;
  double reach = 0;
  for (const std::string& name : parts.cables) {
    const Entry& e = catalog.entry("optics", name);
    reach = std::max(reach, e.number("reach"));
    if (e.number("reach") < length) continue;
    Way w;
    w.entry = &e;
    w.scale = rate / e.number("rate");
    w.cable = e.at("cable").boolean;
    const double ends = w.cable ? 1 : 2;
    w.price = price_of(e, parts) * ends * w.scale + price_of(e, parts, "fibre_price") * length;
    w.usual = e.number("price") * ends * w.scale + e.number("fibre_price") * length;
    w.power = e.number("power") * 2 * w.scale;
    w.mtbf = e.number("mtbf") / 2;
    if (best.entry == nullptr || w.usual < best.usual) best = w;
  }
  if (best.entry == nullptr)
    throw Error({}, "cables",
                "none reaches " + format_amount(length, dimension::length) + "; the longest " +
                    format_amount(reach, dimension::length),
                "add a cable of longer reach, or a denser hall");
  return best;
}

std::string tier_name(int tier) {
  return "tier " + std::to_string(tier);
}

std::string note_on_tiers(const Clos& c) {
  std::array<double, most_tiers> taper{1, 1, 1, 1};
  for (int l = 1; l < c.tiers; ++l) {
    const auto t = static_cast<size_t>(l);
    taper[t - 1] = static_cast<double>(c.m[t]) / std::max(1u, c.radix - c.m[t]);
  }
  const std::uint64_t reach = c.rails == ClosDescription::Rails::only ? c.hosts / c.rail_count : c.hosts;
  const std::string rails = c.rails == ClosDescription::Rails::only ? " on each rail" : "";
  if (c.tiers == 1)
    return "one switch of " + std::to_string(c.radix) + " ports holds all " + std::to_string(reach) + " hosts" + rails;
  const std::uint64_t fewer = most_hosts(c.radix, c.tiers - 1, taper);
  const std::string tiers = std::to_string(c.tiers) + " tiers of radix " + std::to_string(c.radix) + " reach " +
                            std::to_string(most_hosts(c.radix, c.tiers, taper)) + " hosts" + rails + "; ";
  return tiers + (fewer < reach ? std::to_string(c.tiers - 1) + " would reach " + std::to_string(fewer) + " of " +
                                      std::to_string(reach)
                                : std::to_string(c.tiers - 1) + " would do");
}

}  // namespace

double price_of(const Entry& part, const Parts& parts, std::string_view key) {
  const catalog::Figure* figure = part.find(key);
  if (figure == nullptr) return 0;
  return figure->amount.is_constant() ? figure->amount.median() : figure->amount.quantile(parts.prices_at);
}

double ports_at(const Entry& e, Bandwidth rate) {
  const double ratio = e.number("port_rate") / rate.value();
  return ratio < 1 - 1e-9 ? 0 : e.number("ports") * std::floor(ratio + 1e-9);
}

void add_up(Bill& b, const Parts& parts) {
  b.cost = b.card_cost = b.switch_cost = b.link_cost = Money(0);
  b.power = Power(0);
  for (const BillLine& l : b.lines) {
    b.cost += l.cost();
    b.power += l.load();
    (l.place == "hosts" ? b.card_cost : l.item == parts.switch_name ? b.switch_cost : b.link_cost) += l.cost();
  }
}

Money price_per_accelerator(const Bill& b, bool with_card) {
  return (b.switch_cost + b.link_cost + (with_card ? b.card_cost : Money(0))) / b.accelerators + b.storage;
}

Bill bill_of_materials(const Clos& c, const Parts& parts, const catalog::Catalog& catalog, std::uint32_t ranks) {
  const Entry& box = catalog.entry("switches", parts.switch_name);
  const Entry& nic = catalog.entry("nics", parts.nic);
  const double link = c.bandwidth[1];
  if (ports_at(box, Bandwidth(link)) < c.radix)
    throw Error({}, "radix",
                "of " + std::to_string(c.radix) + " is more than the " +
                    std::to_string(static_cast<int>(ports_at(box, Bandwidth(link)))) + " ports of " + box.name +
                    " at " + format_amount(link, dimension::bandwidth),
                "use a switch with more ports, or split the NIC over more planes");
  const double line = link * c.w[1];
  if (std::abs(nic.number("rate") / line - 1) > 1e-6)
    throw Error({}, "nic",
                nic.name + " has " + format_amount(nic.number("rate"), dimension::bandwidth) + ", the fabric " +
                    format_amount(line, dimension::bandwidth) + " per accelerator",
                "name a NIC of that rate");

  Bill b;
  double failures = 0;  // per second
  auto add = [&](std::string item, std::string place, double count, double price, double power) {
    if (count > 0) b.lines.push_back({std::move(item), std::move(place), count, Money(price), Power(power)});
  };
  b.accelerators = ranks > 0 ? std::min(ranks, c.hosts) : c.hosts;
  if (const Entry* prices = catalog.find("prices", "default")) b.storage = Money(price_of(*prices, parts, "storage"));
  add(nic.name, "hosts", b.accelerators, price_of(nic, parts), nic.number("power"));
  double ports = 0, used = 0, narrowest = INFINITY;
  for (int l = 1; l <= c.tiers; ++l) {
    const auto t = static_cast<size_t>(l);
    const double switches = static_cast<double>(c.switches(l));
    // Subtrees that are not full leave their ports free.
    const auto all = static_cast<double>(c.cables(l)), cables = l == 1 ? all * b.accelerators / c.hosts : all;
    b.switches.push_back(switches);
    b.switch_count += switches;
    ports += switches * c.radix;
    used += cables * (l == 1 ? 1 : 2);
    narrowest = std::min(narrowest, all * c.bandwidth[t]);
    add(box.name, tier_name(l), switches, price_of(box, parts), box.number("power"));
    // A rail's switch serves one accelerator of each server, so its servers stand over as many times the floor.
    const bool spread =
        c.rails == ClosDescription::Rails::only || (c.rails == ClosDescription::Rails::optimised && l == 1);
    const double span = static_cast<double>(c.below[t]) * (spread ? c.rail_count : 1);
    const double length = cable_length(std::min(span, static_cast<double>(c.hosts)));
    const Way way = cheapest_way(parts, catalog, length, c.bandwidth[t]);
    const double fibre = price_of(*way.entry, parts, "fibre_price") * length;
    if (way.cable) {
      add(way.entry->name, tier_name(l), cables, way.price, way.power);
    } else {
      const double modules = std::ceil(2 * cables / parts.ports_per_transceiver);
      b.transceivers += modules;
      add(way.entry->name, tier_name(l), modules, (way.price - fibre) / 2 * parts.ports_per_transceiver,
          way.power / 2 * parts.ports_per_transceiver);
      add("fibre, " + format_amount(length, dimension::length, 2), tier_name(l), cables, fibre, 0);
    }
    b.cables += cables;
    // A module that serves several ports fails once for all of them.
    if (way.mtbf > 0) failures += cables / way.mtbf / (way.cable ? 1 : parts.ports_per_transceiver);
  }
  add_up(b, parts);
  b.ports_left = ports - used;
  b.oversubscription = line * c.hosts / narrowest;
  b.bisection = Bandwidth(narrowest / 2);
  b.link_failure = Time(failures > 0 ? 1 / failures : INFINITY);
  if (c.w[1] == 1) {
    b.single_points.push_back("a host's only cable: 1 host");
    b.single_points.push_back("a leaf: " + std::to_string(c.m[1]) + " hosts");
  }
  if (c.tiers > 1 && c.w[2] == 1 && c.w[1] == 1) b.single_points.push_back("the one switch of tier 2");
  b.tiers_note = note_on_tiers(c);
  return b;
}

}  // namespace orrery::network
