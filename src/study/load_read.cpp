#include "study/load_read.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/units.h"
#include "catalog/bounds.h"
#include "money/series.h"
#include "silicon/chip/accelerator.h"

namespace orrery::study {
namespace {

using namespace scenario;
namespace d = dimension;
constexpr Dimension ramp_dimension = d::power - d::time, energy_per_chip = d::energy - d::chips;

/// A server's power as that of one of its accelerators; else a share of the rating.
Fallback per_accelerator(const catalog::Entry* server, const char* key, double chips, const catalog::Entry& loads,
                         const char* share, double rated) {
  if (server)
    if (std::optional<Fallback> own = maybe(*server, key)) {
      own->value = own->value.scaled(1 / chips);
      return *own;
    }
  Fallback by_share = from_catalog(loads, loads.at(share));
  by_share.value = by_share.value.scaled(rated);
  return by_share;
}

site::StorageFacts read_battery(const catalog::Catalog& catalog, double rate, Time least) {
  const catalog::Entry& battery = catalog.entry("power", "battery");
  site::StorageFacts out;
  out.power_price = battery.number("capex"), out.energy_price = battery.number("storage_capex");
  out.yearly = money::capital_recovery_factor(rate, Time(battery.number("life")) / year_length);
  out.upkeep = battery.number("fixed_opex") * year_length.value();
  out.efficiency = battery.number("efficiency"), out.least = least;
  return out;
}

std::vector<ChainStage> read_chain(Reader& reader, const View& view) {
  const catalog::Catalog& catalog = reader.catalog();
  const std::string asked = reader.text(view, "redundancy", "n+1", "a spare for each kind of block");
  try {
    site::redundancy_of(asked);
  } catch (const Error& e) {
    throw Error(view.place("redundancy"), view.key_path("redundancy"), e.problem(), e.remedy());
  }
  std::vector<const catalog::Entry*> entries;
  for (const catalog::Entry& entry : catalog.entries("electrical")) entries.push_back(&entry);
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto* a, const auto* b) { return a->number("order") < b->number("order"); });
  std::vector<ChainStage> chain;
  for (const catalog::Entry* entry : entries) {
    ChainStage out;
    const catalog::Figure* own = entry->find("redundancy");
    out.title = entry->title, out.redundancy = own ? own->text : asked;
    const catalog::Figure* bus = entry->find("common_bus");
    site::Stage& s = out.stage;
    s.name = entry->name, s.rating = Power(entry->number("rating"));
    s.redundancy = own ? at(entry->place, entry->name + ".redundancy", [&] { return site::redundancy_of(own->text); })
                       : site::redundancy_of(asked);
    s.common_bus = bus && bus->boolean;
    s.no_load = entry->number("no_load"), s.proportional = entry->number("proportional");
    s.resistive = entry->number("resistive");
    s.availability = 1 / (1 + entry->number("failures") * entry->number("repair"));
    if (const catalog::Figure* name = entry->find("equipment")) {
      const Distribution& lead =
          catalog.entry("equipment", name->text, entry->place, entry->name).at("lead_time").amount;
      out.lead_time =
          fmt::format("{:.0f} to {:.0f} weeks", lead.quantile(0.1) / (7 * 86400), lead.quantile(0.9) / (7 * 86400));
    }
    chain.push_back(std::move(out));
  }
  return chain;
}

}  // namespace

std::vector<Key> load_keys() {
  return {
      of(KeyType::chips_of, "on", "accelerators of one synchronous job", "24576 x h100-sxm"),
      written_in("W", amount("waiting", d::power, "drawn by an accelerator while it waits for others within a step",
                             "the chip's, else a quarter of the way from idle to its TDP")),
      written_in("W",
                 amount("training", d::power, "mean draw of an accelerator with its share of its server, in training",
                        "the server's, else loads/default of its rating")),
      written_in("W", amount("standing", d::power, "and while its job stands",
                             "the server's, else loads/default of its rating")),
      amount("psu_efficiency", d::none, "out over in of the servers' power supplies", "loads/default", 0.5, 1),
      certain(amount("duty", d::none, "share of a step in which accelerators compute", "loads/default", 0.001, 0.999)),
      written_in("s", certain(amount("period", d::time, "of a training step", "loads/default", 1e-3, 3600))),
      amount("pue", d::none, "facility power per IT power at peak", "the usual cooling of the server", 1, 10),
      written_in("MW/s", asked(certain(
                             amount("ramp", ramp_dimension, "of power that the utility allows", "loads/default", 1)))),
      asked(certain(amount("amplitude", d::none,
                           "of a harmonic in the band that the utility allows, per the step's swing", "loads/default",
                           1e-6, 1))),
      written_in("Hz", asked(certain(amount("band_low", d::frequency, "the band that the utility watches, from",
                                            "loads/default", 1e-3, 1e3)))),
      written_in("Hz", asked(certain(amount("band_high", d::frequency, "and to", "loads/default", 1e-3, 1e3)))),
      written_in("MVA",
                 certain(amount("short_circuit", d::power, "of the connection", "loads/default of the IT power", 1))),
      certain(
          amount("reactance_ratio", d::none, "reactance over resistance of the connection", "loads/default", 0, 1e3)),
      written_in("J/chip",
                 certain(amount("rack_energy", energy_per_chip,
                                "storage in the servers' power supplies, per accelerator", "loads/default", 0, 1e9))),
      certain(amount("power_price", d::money - d::energy, "of the energy that is lost", "prices/default")),
      text("redundancy", "of the electrical plant: n, n+1, 2n, catcher (a reserve block takes over), 4-to-3", "n+1")};
}

LoadQuestion read_load(Reader& reader) {
  const View view = reader.root().below("load");
  const catalog::Catalog& catalog = reader.catalog();
  const catalog::Entry& loads = catalog.entry("loads", "default");
  LoadQuestion q;
  const std::string on = reader.text(view, "on", "24576 x h100-sxm", "as Llama 3 on one building");
  const auto [count, name] = parse_chips_of(on, view.place("on"), view.key_path("on"));
  const catalog::Entry& chip = catalog.entry("chips", name, view.place("on"), view.key_path("on"));
  q.accelerators = count, q.chip_title = chip.title, q.computing = Power(chip.number("tdp"));
  const catalog::Figure* ships = chip.find("server");
  const catalog::Entry* server = ships ? &catalog.entry("servers", ships->text, chip.place, chip.name) : nullptr;
  q.it_power = Power(chip.number("it_power"));
  if (q.computing <= Power(0) || q.it_power <= Power(0))
    throw Error(view.place("on"), view.key_path("on"), "no power of " + chip.title + " is known",
                "give its tdp and it_power in a catalog of your own, with --catalog");
  q.per_server = q.per_rack = 1, q.rated = q.it_power;
  if (server) {
    q.server = server->title, q.per_server = server->number("chips_per_server");
    q.per_rack = server->number("chips_per_rack", q.per_server);
    if (const double rated = server->number("max_power"); rated > 0)
      q.server_rated = Power(rated), q.rated = Power(rated / q.per_server);
    // A rack's rating holds its switches too.
    if (const double rack = server->number("rack_power"); rack > 0) q.rated = Power(rack / q.per_rack);
    if (const double most = server->number("highest_power"); most > 0) q.server_highest = Power(most);
  }
  const double rated = q.rated.value();
  const double by_rule = silicon::waiting_power(q.computing.value(), silicon::Accelerator{}.idle_share);
  q.waiting = reader.amount<Power>(
      view, "waiting",
      maybe(chip, "waiting_power").value_or(from_rule(by_rule, "a quarter of the way from idle to the TDP")));
  q.training = reader.amount<Power>(view, "training",
                                    per_accelerator(server, "training_power", q.per_server, loads, "training", rated));
  q.standing = reader.amount<Power>(view, "standing",
                                    per_accelerator(server, "idle_power", q.per_server, loads, "standing", rated));
  if (q.waiting.median >= q.computing)
    throw Error(view.place("waiting"), view.key_path("waiting"),
                fmt::format("is no less than the {} of a computing accelerator", format(q.computing)),
                "give what it draws while it waits");
  if (q.standing.median >= q.training.median)
    throw Error(view.place("standing"), view.key_path("standing"),
                fmt::format("is no less than the {} in training", format(q.training.median)),
                "give what it draws while its job stands");
  q.psu_efficiency = reader.number(view, "psu_efficiency", maybe(loads, "psu_efficiency"));
  q.duty = reader.constant_number(view, "duty", maybe(loads, "duty"));
  q.period = reader.constant<Time>(view, "period", maybe(loads, "period"));
  const bool liquid = server && server->at("cooling").text == "liquid";
  q.pue = reader.number(view, "pue",
                        maybe(catalog.entry("cooling", liquid ? "liquid-dry-coolers" : "air-chillers"), "pue"));
  q.limits.ramp = reader.constant<site::Ramp>(view, "ramp", maybe(loads, "ramp"));
  q.amplitude = reader.constant_number(view, "amplitude", maybe(loads, "amplitude"));
  q.limits.low = reader.constant<Frequency>(view, "band_low", maybe(loads, "band_low"));
  q.limits.high = reader.constant<Frequency>(view, "band_high", maybe(loads, "band_high"));
  if (q.limits.high < q.limits.low)
    throw view.gives("band_high")
        ? Error(view.place("band_high"), view.key_path("band_high"),
                fmt::format("is below the band's lower end of {} Hz", q.limits.low.value()), "give a higher one")
        : Error(view.place("band_low"), view.key_path("band_low"),
                fmt::format("is above the band's upper end of {} Hz", q.limits.high.value()), "give band_high too");
  Fallback usual = from_catalog(loads, loads.at("short_circuit"));
  usual.value = usual.value.scaled((q.it_power * count).value());
  q.limits.short_circuit = reader.constant<Power>(view, "short_circuit", usual);
  q.limits.reactance_ratio = reader.constant_number(view, "reactance_ratio", maybe(loads, "reactance_ratio"));
  q.rack_energy = reader.constant_of(view, "rack_energy", energy_per_chip, maybe(loads, "rack_energy"));
  const catalog::Entry& prices = catalog.entry("prices", "default");
  const double price = prices.number("power_price");
  q.power_price =
      reader.constant_of(view, "power_price", d::money - d::energy,
                         Fallback{Distribution::constant(price), Origin::catalog, "prices/default.power_price, median",
                                  prices.at("power_price").provenance, ""});
  for (const catalog::Entry& point : loads.parts)
    q.limits.curve.push_back({Frequency(point.number("frequency")), point.number("change")});
  std::sort(q.limits.curve.begin(), q.limits.curve.end(),
            [](const auto& a, const auto& b) { return a.frequency < b.frequency; });
  q.burn_in = loads.number("burn_in");
  q.serving_peak = loads.number("serving_peak"), q.serving_trough = loads.number("serving_trough");
  q.serving_hour = loads.number("serving_hour");
  const double rate = prices.number("discount_rate") * year_length.value();
  q.battery = read_battery(catalog, rate, Time(loads.number("battery_least")));
  q.rack.energy_price = loads.number("rack_price"), q.rack.efficiency = loads.number("rack_efficiency");
  q.rack.yearly = money::capital_recovery_factor(rate, Time(loads.number("rack_life")) / year_length);
  q.chain = read_chain(reader, view);
  return q;
}

site::AcceleratorLoad LoadQuestion::load(Draws draws) const {
  // What is drawn may reach past what it stands below; the swing is then none, or as good as.
  const Power wait = std::min(waiting.in(draws), 0.999 * computing), train = training.in(draws);
  return {computing, wait, psu_efficiency.in(draws), rated, train, std::min(standing.in(draws), 0.999 * train)};
}

site::SwingingLoad LoadQuestion::swings(Draws draws) const {
  const site::JobSwing swing = site::job_swing(load(draws), Chips(accelerators));
  return {{swing.step, duty, period}, swing.job};
}

site::LoadLimits LoadQuestion::limits_of(const site::SwingingLoad& load) const {
  site::LoadLimits out = limits;
  out.amplitude = amplitude * load.steps.swing;
  return out;
}

}  // namespace orrery::study
