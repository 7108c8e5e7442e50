#include "machine/network/bill.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/units.h"

namespace orrery::network {
namespace {

using catalog::Entry;

double figure(const Entry& e, std::string_view key) {
  const catalog::Figure* f = e.find(key);
  return f == nullptr ? 0 : f->amount.median();
}

/// The cheapest way over a distance at a rate, per cable, with its transceivers.
struct Way {
  const Entry* entry = nullptr;
  double scale = 1;  ///< rate over the entry's
  bool cable = true;
  double price = 0, power = 0, mtbf = 0;  ///< $ and W per cable with both ends; s of the whole link
};

Way cheapest_way(const Parts& parts, const catalog::Catalog& catalog, double length, double rate) {
  Way best;
  double reach = 0;
  for (const std::string& name : parts.cables) {
    const Entry& e = catalog.entry("optics", name);
    reach = std::max(reach, figure(e, "reach"));
    if (figure(e, "reach") < length) continue;
    Way w;
    w.entry = &e;
    w.scale = rate / figure(e, "rate");
    w.cable = e.at("cable").boolean;
    const double ends = w.cable ? 1 : 2;
    w.price = figure(e, "price") * ends * w.scale + figure(e, "fibre_price") * length;
    w.power = figure(e, "power") * 2 * w.scale;
    w.mtbf = figure(e, "mtbf") / 2;
    if (best.entry == nullptr || w.price < best.price) best = w;
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
  const std::uint64_t reach = c.rails == ClosDescription::Rails::only ? c.hosts / c.domain : c.hosts;
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

double cable_length(const Hall& hall, double hosts) {
  const double racks = std::max(1.0, std::ceil(hosts / hall.hosts_per_rack));
  if (racks <= 1) return hall.riser;  // inside the rack: straight up
  // As square as the pitches allow: rows x per_row racks of equal sides.
  const double per_row = std::max(1.0, std::ceil(std::sqrt(racks * hall.row_pitch / hall.rack_pitch)));
  const double rows = std::ceil(racks / per_row);
  return (std::min(per_row, racks) * hall.rack_pitch + (rows - 1) * hall.row_pitch) / 2 + 2 * hall.riser;
}

double ports_at(const Entry& e, Bandwidth rate) {
  const double ratio = figure(e, "port_rate") / rate.value();
  return ratio < 1 - 1e-9 ? 0 : figure(e, "ports") * std::floor(ratio + 1e-9);
}

Bill bill_of_materials(const Clos& c, const Parts& parts, const catalog::Catalog& catalog, const Hall& hall) {
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
  if (std::abs(figure(nic, "rate") / line - 1) > 1e-6)
    throw Error({}, "nic",
                nic.name + " has " + format_amount(figure(nic, "rate"), dimension::bandwidth) + ", the fabric " +
                    format_amount(line, dimension::bandwidth) + " per accelerator",
                "name a NIC of that rate");

  Bill b;
  double failures = 0;  // per second
  auto add = [&](std::string item, std::string place, double count, double price, double power) {
    if (count > 0) b.lines.push_back({std::move(item), std::move(place), count, Money(price), Power(power)});
  };
  add(nic.name, "hosts", c.hosts, figure(nic, "price"), figure(nic, "power"));
  double ports = 0, used = 0, narrowest = INFINITY;
  for (int l = 1; l <= c.tiers; ++l) {
    const auto t = static_cast<size_t>(l);
    const double switches = static_cast<double>(c.switches(l));
    // Tier 1 has a cable per host and plane; subtrees that are not full leave their ports free.
    const double cables = l == 1 ? static_cast<double>(c.hosts) * c.w[1] * c.p[1] : static_cast<double>(c.count[t]);
    b.switches.push_back(switches);
    b.switch_count += switches;
    ports += switches * c.radix;
    used += cables * (l == 1 ? 1 : 2);
    narrowest = std::min(narrowest, cables * c.bandwidth[t]);
    add(box.name, tier_name(l), switches, figure(box, "price"), figure(box, "power"));
    // A rail's switch serves one accelerator of each server, so its servers stand over as many times the floor.
    const bool spread =
        c.rails == ClosDescription::Rails::only || (c.rails == ClosDescription::Rails::optimised && l == 1);
    const double span = static_cast<double>(c.below[t]) * (spread ? c.domain : 1);
    const double length = cable_length(hall, std::min(span, static_cast<double>(c.hosts)));
    const Way way = cheapest_way(parts, catalog, length, c.bandwidth[t]);
    const double fibre = figure(*way.entry, "fibre_price") * length;
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
  for (const BillLine& l : b.lines) {
    b.cost += l.cost();
    b.power += l.load();
  }
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

CircuitBill circuit_bill(std::uint32_t accelerators, std::uint32_t block) {
  const std::uint64_t cube = static_cast<std::uint64_t>(block) * block * block;
  if (block < 1 || accelerators == 0 || accelerators % cube != 0)
    throw Error({}, "accelerators", std::to_string(accelerators) + " are not whole cubes of " + std::to_string(cube),
                std::to_string((accelerators / std::max<std::uint64_t>(1, cube) + 1) * cube) + " would fit");
  CircuitBill b;
  b.cubes = static_cast<double>(accelerators / cube);
  const double face = static_cast<double>(block) * block;
  b.links_per_cube = 6 * face;
  b.switches = 3 * face;
  b.ports_used = 2 * b.cubes;
  b.strands = b.switches * b.ports_used;
  return b;
}

}  // namespace orrery::network
