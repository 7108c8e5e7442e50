#include "machine/network/campus.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace orrery::network {

Clos join_buildings(const Campus& campus) {
  const Clos& b = campus.building;
  if (campus.buildings < 2) throw Error({}, "buildings", "are fewer than two", "leave the key out for one building");
  if (campus.lines < 1 || !(campus.line.value() > 0))
    throw Error({}, "dci_lines", "join nothing", "give the lines at a building and their rate, dci_rate");
  if (b.rails != ClosDescription::Rails::none)
    throw Error({}, "rails", "are not joined between buildings", "leave rails out");
  if (b.hosts != b.below[static_cast<std::size_t>(b.tiers)])
    throw Error({}, "hosts", "of " + std::to_string(b.hosts) + " in a building leave its tree half full",
                std::to_string(b.below[static_cast<std::size_t>(b.tiers)]) + " in a building would fill it");
  if (b.tiers >= most_tiers)
    throw Error({}, "tiers", "of a building leave none for the DCI", "three tiers or fewer, of a higher radix, would");
  if (1.0 * b.hosts * campus.buildings > 4294967295.0)
    throw Error({}, "hosts", "of all buildings are more than can be numbered", "at most 4.29 billion fit");
  Clos c = b;
  const auto top = static_cast<std::size_t>(++c.tiers);
  c.hosts = b.hosts * campus.buildings;
  c.m[top] = campus.buildings;
  c.w[top] = c.p[top] = 1;
  c.bandwidth[top] = campus.lines * campus.line.value() / static_cast<double>(b.above[top - 1]);
  number(c);
  return c;
}

double propagation(double distance) {
  return distance * 1.468 / 299792458.0;
}

Bill campus_bill(const Campus& campus, const Parts& parts, const catalog::Catalog& catalog) {
  const Clos& b = campus.building;
  ClosDescription d;
  d.hosts = b.hosts + campus.lines;
  d.radix = b.radix;
  d.planes = b.planes;
  d.nic = Bandwidth(b.bandwidth[1] * b.w[1]);
  for (std::size_t t = 1; t < static_cast<std::size_t>(b.tiers); ++t)
    d.taper[t - 1] = static_cast<double>(b.m[t]) / (b.radix - b.m[t]);
  Bill bill = bill_of_materials(design(d), parts, catalog);
  // The extra leaf ports hold DCI optics in place of a card and its cable.
  const double kept = static_cast<double>(b.hosts) / d.hosts, n = campus.buildings;
  bill.accelerators = static_cast<double>(b.hosts) * n;
  for (BillLine& line : bill.lines) {
    const bool is_switch = line.item == parts.switch_name;
    if (line.place == "hosts" || (line.place == "tier 1" && !is_switch)) line.count *= kept;
    line.count *= n;
  }
  for (double& count : bill.switches) count *= n;
  const double lines = n * campus.lines;
  const catalog::Entry* best = nullptr;
  for (const std::string& name : parts.cables) {
    const catalog::Entry& e = catalog.entry("optics", name);
    const catalog::Figure* cable = e.find("cable");
    if ((cable != nullptr && cable->boolean) || e.number("reach") < campus.distance ||
        std::abs(e.number("rate") / campus.line.value() - 1) > 1e-6)
      continue;
    if (best == nullptr || e.number("price") < best->number("price")) best = &e;
  }
  if (best == nullptr)
    throw Error(
        {}, "distance",
        "of " + format_amount(campus.distance, dimension::length) + " is over the reach of the network's optics",
        "name optics of the lines' rate that reach it, or amplify on the way");
  bill.lines.push_back({best->name, "DCI", lines, Money(price_of(*best, parts)), Power(best->number("power"))});
  bill.lines.push_back({"fibre, " + format_amount(campus.distance, dimension::length, 2), "DCI", lines / 2,
                        Money(price_of(*best, parts, "fibre_price") * campus.distance), Power(0)});
  add_up(bill, parts);
  const double hosts_cables = campus.lines * static_cast<double>(b.w[1]);
  bill.switch_count *= n;
  bill.cables = (bill.cables - hosts_cables) * n + lines / 2;
  bill.transceivers = 0;
  for (const BillLine& line : bill.lines)
    for (const catalog::Entry& e : catalog.entries("optics"))
      if (e.name == line.item && (e.find("cable") == nullptr || !e.find("cable")->boolean))
        bill.transceivers += line.count;
  bill.ports_left *= n;
  const double out = campus.lines * campus.line.value();
  bill.bisection = Bandwidth(std::min(bill.bisection.value() * n, out * n / 2));
  bill.oversubscription = std::max(bill.oversubscription, b.hosts * b.bandwidth[1] * b.w[1] / out);
  const double mtbf = best->number("mtbf");
  const double rate = n / bill.link_failure.value() * kept + (mtbf > 0 ? lines / mtbf : 0);
  bill.link_failure = Time(rate > 0 ? 1 / rate : INFINITY);
  return bill;
}

}  // namespace orrery::network
