// Orders, rentals and sites of a plan.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/units.h"
#include "programme/parts.h"
#include "site/building/construction.h"

namespace orrery::programme {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// A price per server or rack as a price per accelerator.
std::optional<double> server_price_per_chip(const catalog::Entry& server) {
  for (const auto& [price, count] : {std::pair{"price", "chips_per_server"}, std::pair{"rack_price", "chips_per_rack"}})
    if (const auto *p = server.find(price), *n = server.find(count); p && n) return p->amount.median() / n->amount.median();
  return std::nullopt;
}

Uncertain<MoneyPerChip> read_server_price(Reader& reader, const View& view, const catalog::Entry* server,
                                          const catalog::Entry& prices, double chip_price) {
  Fallback fallback = from_rule(0, "no price of a server is known");
  if (const auto whole = server ? server_price_per_chip(*server) : std::nullopt; whole && *whole > chip_price)
    fallback = from_rule(*whole - chip_price, "servers/" + server->name + ": its price per accelerator less the accelerator's");
  else if (const catalog::Figure* share = prices.find("server_share"))
    fallback = from_rule(share->amount.median() * chip_price, "prices/default.server_share x the accelerator's price");
  return reader.amount<MoneyPerChip>(view, "server_price", fallback);
}

Uncertain<MoneyPerChip> read_network_price(Reader& reader, const View& view, const catalog::Entry& prices) {
  if (const auto network = maybe(prices, "network")) return reader.amount<MoneyPerChip>(view, "network_price", network);
  return reader.amount<MoneyPerChip>(view, "network_price", from_rule(0, "no price of a network is known"));
}

/// Where no price of a chip is known, the catalog's cost of computing per IT power stands for accelerator, server and
/// network together.
void read_prices(Reader& reader, const View& view, const catalog::Entry& chip, const catalog::Entry* server,
                 const catalog::Entry& prices, Order& order) {
  const bool known = chip.find("price") || reader.gives(view, "price");
  const catalog::Figure* compute = prices.find("compute");
  if (known || !compute) {
    order.price = reader.amount<MoneyPerChip>(
        view, "price", chip.find("price") ? maybe(chip, "price") : from_rule(0, "no price of this accelerator is known"));
    order.server_price = read_server_price(reader, view, server, prices, order.price.median.value());
    order.network_price = read_network_price(reader, view, prices);
    return;
  }
  order.price = reader.amount<MoneyPerChip>(view, "price", from_rule(compute->amount.median() * order.it_power.median.value(),
      "prices/default.compute x it_power, for accelerator, server and network: no price of " + chip.name + " is known"));
  order.server_price = reader.amount<MoneyPerChip>(view, "server_price", from_rule(0, "in the price"));
  order.network_price = reader.amount<MoneyPerChip>(view, "network_price", from_rule(0, "in the price"));
}

/// The IT power of an accelerator: as given, else the server's, else the chip's.
Uncertain<PowerPerChip> read_it_power(Reader& reader, const View& view, const catalog::Entry& chip,
                                      const catalog::Entry* server) {
  std::optional<Fallback> fallback = server ? maybe(*server, "it_power") : std::nullopt;
  if (!fallback) fallback = maybe(chip, "it_power");
  if (!fallback && !reader.gives(view, "it_power"))
    throw Error(view.place(), view.key_path("it_power"), "is not known for " + chip.name, "add it_power = \"1.4 kW/chip\"");
  return reader.amount<PowerPerChip>(view, "it_power", fallback);
}

/// The planned deliveries of an order or a rental placed on a day, by date; none when it gives no schedule.
std::vector<Delivery> read_schedule(Reader& reader, const View& view, Chips chips_in_all, Date placed) {
  std::vector<Delivery> deliveries;
  const Node* list = view.find("deliveries");
  if (!list) return deliveries;
  if (list->kind == Node::Kind::table) list = list->find("value");
  for (const char* other : {"lead_time", "rate"})
    if (reader.gives(view, other))
      throw Error(view.find(other)->place, view.key_path(other), "stands beside deliveries", "give one of the two");
  double total = 0;
  std::string text;
  for (const Node& item : list->items) {
    const double chips = read_constant(*item.find("chips"), dimension::chips, view.key_path("deliveries"));
    deliveries.push_back({item.find("date")->date, Chips(chips)});
    total += chips;
    text += (text.empty() ? "" : ", ") + item.find("date")->date.text() + " " + format_count(chips);
  }
  std::stable_sort(deliveries.begin(), deliveries.end(),
                   [](const Delivery& a, const Delivery& b) { return a.date < b.date; });
  if (std::fabs(total - chips_in_all.value()) > 0.5)
    throw Error(list->place, view.key_path("deliveries"),
                fmt::format("deliver {} accelerators of {}", format_count(total), format_count(chips_in_all.value())),
                "let the deliveries add up to the order");
  if ((view.find("ordered") || view.find("from")) && deliveries.front().date < placed)
    throw Error(list->place, view.key_path("deliveries"),
                fmt::format("the first, on {}, lies before the order on {}", deliveries.front().date.text(), placed.text()),
                "deliver after the order");
  reader.record(view.key_path("deliveries"), text, Origin::scenario, list->place.text());
  return deliveries;
}

/// The slip of a schedule: as given, else the usual one of its last delivery if it was announced.
Uncertain<Time> read_delay(Reader& reader, const View& view, const std::vector<Delivery>& deliveries) {
  std::optional<Fallback> slip;
  if (deliveries.empty() && reader.gives(view, "announced"))
    throw Error(view.find("announced")->place, view.key_path("announced"), "stands without a planned day",
                "give deliveries = [{ date = ..., chips = ... }]");
  if (!deliveries.empty()) slip = announced_slip(reader, view, deliveries.back().date);
  return reader.amount<Time>(view, "delay", slip ? slip : from_rule(0, "on schedule"));
}

/// The fabric that an order or a rental names; training is modelled on switched trees.
std::string read_network(Reader& reader, const View& view) {
  if (!reader.gives(view, "network")) return "";
  const Place& place = view.find("network")->place;
  const catalog::Entry& network =
      reader.catalog().entry("networks", reader.text(view, "network", "", ""), place, view.key_path("network"));
  std::string trees;
  for (const catalog::Entry& e : reader.catalog().entries("networks"))
    if (e.at("topology").text == "clos") trees += (trees.empty() ? "" : ", ") + e.name;
  if (network.at("topology").text != "clos")
    throw Error(place, view.key_path("network"), network.name + " is no switched tree, and training is modelled on those",
                "take one of " + trees);
  return network.name;
}

}  // namespace

void read_orders(Reader& reader, const View& root) {
  Plan& plan = reader.plan();
  const std::vector<std::pair<std::string, View>> orders = root.group("order");
  if (orders.empty()) return;
  const catalog::Catalog& catalog = reader.catalog();
  const catalog::Entry& prices = catalog.entry("prices", "default");
  if (plan.sites.empty())
    throw Error(orders.front().second.place(), "site", "is missing: bought accelerators need one",
                "add site = \"memphis\" (see `orrery show sites`), or rent them with [rental.NAME]");
  for (const auto& [name, view] : orders) {
    Order order;
    order.name = name;
    const auto [count, chip] = reader.chips_of(view);
    order.chips = count;
    order.chip = chip->name;
    const catalog::Figure* vendor = chip->find("vendor");
    order.counterparty = reader.gives(view, "counterparty") ? reader.text(view, "counterparty", "", "")
                         : vendor                           ? vendor->text
                                                            : "";
    order.site = site_of(reader, view);
    const catalog::Figure* default_server = chip->find("server");
    order.server = reader.text(view, "server", default_server ? default_server->text : "", "the chip's server in the catalog");
    const catalog::Entry* server = nullptr;
    if (!order.server.empty()) {
      server = reader.gives(view, "server")
                   ? &catalog.entry("servers", order.server, view.find("server")->place, view.key_path("server"))
                   : &catalog.entry("servers", order.server);
      order.server = server->name;
      if (const catalog::Figure* of = server->find("chip"); of && reader.gives(view, "server"))
        if (const catalog::Entry& its = catalog.entry("chips", of->text); its.name != chip->name)
          throw Error(view.find("server")->place, view.key_path("server"),
                      fmt::format("{} ships {}, not {}", in_quotes(server->name), its.name, chip->name),
                      "name a server of that accelerator, or leave it out");
    }
    order.ordered = reader.date(view, "ordered", plan.start, "the programme's start");
    order.deliveries = read_schedule(reader, view, order.chips, order.ordered);
    if (order.deliveries.empty()) {
      order.lead_time = reader.amount<Time>(view, "lead_time", maybe(catalog.entry("equipment", "gpu-server"), "lead_time"));
      order.rate = reader.amount<ChipRate>(view, "rate", from_rule(infinity, "all in one day"));
    }
    order.delay = read_delay(reader, view, order.deliveries);
    order.network_lead_time =
        reader.amount<Time>(view, "network_lead_time", maybe(catalog.entry("equipment", "network-fabric"), "lead_time"));
    order.network = read_network(reader, view);
    order.it_power = read_it_power(reader, view, *chip, server);
    read_prices(reader, view, *chip, server, prices, order);
    plan.orders.push_back(std::move(order));
  }
}

void read_rentals(Reader& reader, const View& root) {
  Plan& plan = reader.plan();
  for (const auto& [name, view] : root.group("rental")) {
    Rental rental;
    rental.name = name;
    const auto [count, chip] = reader.chips_of(view);
    rental.chips = count;
    rental.chip = chip->name;
    if (reader.gives(view, "provider")) rental.provider = reader.text(view, "provider", "", "");
    rental.network = read_network(reader, view);
    rental.from = reader.date(view, "from", plan.start, "the programme's start");
    if (rental.from < plan.start)
      throw Error(view.find("from")->place, view.key_path("from"),
                  fmt::format("{} lies before the programme's start on {}", rental.from.text(), plan.start.text()),
                  "let it begin on or after the start");
    rental.deliveries = read_schedule(reader, view, rental.chips, rental.from);
    if (rental.deliveries.empty()) {
      rental.lead_time = reader.amount<Time>(view, "lead_time", from_rule(0, "at once"));
      rental.rate = reader.amount<ChipRate>(view, "rate", from_rule(infinity, "all in one day"));
    }
    rental.delay = read_delay(reader, view, rental.deliveries);
    const double to_the_end = days(plan.end - rental.from).value();
    rental.term = reader.constant<Time>(view, "term", from_rule(std::max(86400.0, to_the_end), "to the end of the forecast"));
    std::optional<Fallback> price;
    for (const catalog::Entry& entry : reader.catalog().entries("prices"))
      if (const auto *of = entry.find("chip"), *rent = entry.find("rental"); of && rent && of->text == chip->name)
        price = from_catalog(entry, *rent);
    if (!price && !reader.gives(view, "price"))
      throw Error(view.place(), view.key_path("price"), "is not known for a rented " + chip->name, "add price = \"$2.50/chip/h\"");
    rental.price = reader.amount<MoneyPerChipTime>(view, "price", price);
    plan.rentals.push_back(std::move(rental));
  }
}

namespace {

/// The smallest and the largest value that a trial may draw: a plant of default size suffices in all of them.
double least(const Plan& plan, const UncertainNumber& value) {
  return value.input < 0 ? value.median : plan.inputs[value.input].distribution.lowest();
}
double greatest(const Plan& plan, const UncertainNumber& value) {
  return value.input < 0 ? value.median : plan.inputs[value.input].distribution.highest();
}

/// The most IT power that the orders of a site may need.
double needed_it_power(const Plan& plan, int site) {
  double watts = 0;
  for (const Order& o : plan.orders)
    if (o.site == site) watts += o.chips.value() * greatest(plan, {o.it_power.median.value(), o.it_power.input});
  return watts;
}

void read_tasks(Reader& reader, const View& view, const catalog::Entry& construction, Building& building) {
  std::vector<site::Precedence> precedence;
  std::vector<const catalog::Entry*> parts;
  for (const catalog::Entry& part : construction.parts) {
    const catalog::Figure *after = part.find("after"), *with_racks = part.find("with_racks");
    // A planned day stands for the tasks; what goes on while racks are brought in says when they can be.
    if (building.planned && !(with_racks && with_racks->boolean)) continue;
    precedence.push_back({part.name, after && !building.planned ? after->texts : std::vector<std::string>{},
                          with_racks && with_racks->boolean});
    parts.push_back(&part);
  }
  const std::vector<std::pair<std::string, View>> given = view.group("task");
  for (const auto& task : given)
    if (std::none_of(precedence.begin(), precedence.end(), [&](const auto& p) { return p.task == task.first; })) {
      precedence.push_back({task.first, {}, false});
      parts.push_back(nullptr);
    }
  for (size_t i = 0; i < precedence.size(); ++i) {
    View task{nullptr, view.key_path("task") + '.' + precedence[i].task};
    for (const auto& [name, t] : given)
      if (name == precedence[i].task) task = t;
    std::optional<Fallback> duration;
    if (parts[i]) {
      duration = maybe(*parts[i], "duration");
      if (duration) duration->place = "construction/" + construction.name + ".task." + parts[i]->name + ".duration";
    }
    if (const Node* own = task.find("with_racks"))
      precedence[i].with_racks = own->kind == Node::Kind::table ? own->find("value")->boolean : own->boolean;
    building.tasks.push_back({precedence[i].task, reader.amount<Time>(task, "duration", duration)});
    if (const Node* after = task.find("after")) {
      if (after->kind == Node::Kind::table) after = after->find("value");
      precedence[i].after.clear();
      for (const Node& item : after->items) precedence[i].after.push_back(item.text);
    }
  }
  try {
    building.task_network = site::task_network(precedence);
  } catch (const Error& error) {
    throw Error(view.place(), view.key_path("task"), error.problem(), error.remedy());
  }
}

void read_building(Reader& reader, const View& view, const std::string& name, const std::string& default_class,
                   double needed, int site_index) {
  Plan& plan = reader.plan();
  Building b;
  b.name = name;
  if (reader.gives(view, "counterparty")) b.counterparty = reader.text(view, "counterparty", "", "");
  b.construction = reader.text(view, "class", default_class, "the location's class in the catalog");
  const Node* given = view.find("class");
  const catalog::Entry& construction =
      given ? reader.catalog().entry("construction", b.construction, given->place, view.key_path("class"))
            : reader.catalog().entry("construction", b.construction);
  b.start = reader.date(view, "start", plan.start, "the programme's start");
  if (b.start < plan.start)
    throw Error(view.find("start")->place, view.key_path("start"),
                fmt::format("{} lies before the programme's start on {}", b.start.text(), plan.start.text()),
                "let work begin on or after the start");
  std::optional<Fallback> slip;
  if (reader.gives(view, "date")) {
    if (const Node* task = view.find("task"))
      throw Error(task->place, view.key_path("task"), "stands beside date", "give one of the two");
    b.planned = true;
    b.date = reader.date(view, "date", {}, "");
    if (b.date < b.start)
      throw Error(view.find("date")->place, view.key_path("date"), fmt::format("{} lies before the start of work on {}", b.date.text(), b.start.text()),
                  "let work start earlier");
    slip = announced_slip(reader, view, b.date);
  } else {
    for (const char* key : {"announced", "delay"})
      if (reader.gives(view, key))
        throw Error(view.find(key)->place, view.key_path(key), "stands without a planned day", "give date, or change the tasks");
  }
  if (b.planned) b.delay = reader.amount<Time>(view, "delay", slip ? slip : from_rule(0, "on schedule"));
  b.it_capacity = reader.constant<Power>(view, "it_capacity", from_rule(needed, "what the orders of its site need"));
  read_tasks(reader, view, construction, b);
  b.duration_factor = reader.number(view, "duration_factor", from_rule(1, "as the class's"));
  std::optional<Fallback> rate = maybe(construction, "fit_out_rate");
  b.fit_out_rate = reader.amount<PowerRate>(view, "fit_out_rate", rate ? rate : from_rule(infinity, "all at once"));
  std::optional<Fallback> cost = maybe(construction, "cost");
  b.cost = reader.amount<MoneyPerPower>(view, "cost", cost ? cost : from_rule(0, "no cost of this class is known"));
  plan.sites[site_index].buildings.push_back(std::move(b));
}

/// lead_time, install_time and delay of a block, or the planned date that stands in their place.
template <class Block>
void read_dates(Reader& reader, const View& view, const catalog::Entry& kind, Block& block) {
  const Plan& plan = reader.plan();
  std::optional<Fallback> slip;
  if (reader.gives(view, "announced")) {
    if (!reader.gives(view, "date"))
      throw Error(view.find("announced")->place, view.key_path("announced"), "stands without a planned day", "give date");
    const Node& day = *view.find("date");
    slip = announced_slip(reader, view, (day.kind == Node::Kind::table ? *day.find("value") : day).date, kind.name);
  }
  block.delay = reader.amount<Time>(view, "delay", slip ? slip : from_rule(0, "on schedule"));
  if (reader.gives(view, "date")) {
    for (const char* other : {"ordered", "equipment", "lead_time", "install_time"})
      if (reader.gives(view, other))
        throw Error(view.find(other)->place, view.key_path(other), "stands beside date", "give one of the two");
    block.ordered = reader.date(view, "date", {}, "");
  } else {
    block.ordered = reader.date(view, "ordered", plan.start, "the programme's start");
    std::optional<Fallback> lead, install;
    const catalog::Figure* usual = kind.find("equipment");
    if (usual || reader.gives(view, "equipment")) {
      const std::string name = reader.text(view, "equipment", usual ? usual->text : "", "the kind's in the catalog");
      const Node* given = view.find("equipment");
      const catalog::Entry& equipment =
          reader.catalog().entry("equipment", name, given ? given->place : view.place(), view.key_path("equipment"));
      lead = maybe(equipment, "lead_time");
      install = maybe(equipment, "install_time");
    }
    // A lead time of the scenario's own reaches to the day of service unless it says otherwise.
    if (!install || reader.gives(view, "lead_time")) install = from_rule(0, "part of the lead time");
    block.lead_time = reader.amount<Time>(view, "lead_time", lead);
    block.install_time = reader.amount<Time>(view, "install_time", install);
  }
  if (reader.gives(view, "until")) {
    block.ends = true;
    block.until = reader.date(view, "until", {}, "");
    if (block.until <= block.ordered)
      throw Error(view.find("until")->place, view.key_path("until"),
                  fmt::format("{} does not lie after {}", block.until.text(), block.ordered.text()), "let it leave later");
  }
}

/// A generator's energy price: fuel over efficiency, and what else each MWh costs.
std::optional<Fallback> generation_price(const catalog::Entry& kind) {
  double price = 0;
  std::string rule;
  if (const auto *fuel = kind.find("fuel_price"), *efficiency = kind.find("efficiency"); fuel && efficiency) {
    price += fuel->amount.median() / efficiency->amount.median();
    rule = "power/" + kind.name + ": fuel_price / efficiency";
  }
  if (const auto* energy = kind.find("energy_price")) {
    price += energy->amount.median();
    rule += rule.empty() ? "power/" + kind.name + ".energy_price" : " + energy_price";
  }
  return rule.empty() ? std::nullopt : std::optional(from_rule(price, rule));
}

void read_power(Reader& reader, const View& view, const std::string& name, const catalog::Entry& location,
                const View& site_view, double needed, double reserve, int site_index) {
  PowerBlock b;
  b.name = name;
  b.kind = reader.text(view, "kind", "grid", "grid power");
  const Node* given = view.find("kind");
  const catalog::Entry& kind = given ? reader.catalog().entry("power", b.kind, given->place, view.key_path("kind"))
                                     : reader.catalog().entry("power", b.kind);
  const std::string role = kind.at("role").text;
  b.role = role == "grid" ? site::SupplyRole::grid : role == "storage" ? site::SupplyRole::storage : site::SupplyRole::generation;
  const catalog::Figure* utility = b.role == site::SupplyRole::grid ? location.find("utility") : nullptr;
  b.counterparty = reader.gives(view, "counterparty") ? reader.text(view, "counterparty", "", "")
                   : utility                          ? utility->text
                                                      : "";
  b.availability = reader.number(view, "availability", kind.find("availability") ? maybe(kind, "availability")
                                                                                 : from_rule(1, "all of it counts"));
  const double counts = least(reader.plan(), b.availability);
  const double rated = counts > 0 ? needed / counts : needed;
  b.capacity = reader.amount<Power>(view, "capacity", from_rule(b.role == site::SupplyRole::generation ? rated / (1 - reserve) : rated,
                                                                b.role == site::SupplyRole::generation
                                                                    ? "what the orders of its site need, and the swing reserve"
                                                                    : "what the orders of its site need"));
  read_dates(reader, view, kind, b);
  b.rate = reader.amount<PowerRate>(view, "rate", from_rule(infinity, "all in one day"));

  std::optional<Fallback> capex = maybe(kind, "capex");
  if (const auto *energy = kind.find("storage_capex"), *hours = kind.find("duration"); energy && hours && capex)
    capex = from_rule(capex->value.median() + energy->amount.median() * hours->amount.median(),
                      "power/" + kind.name + ": capex + storage_capex x duration");
  b.capex = reader.amount<MoneyPerPower>(view, "capex", capex ? capex : from_rule(0, "nothing is bought"));
  std::optional<Fallback> fixed = maybe(kind, "lease");
  if (!fixed) fixed = maybe(kind, "fixed_opex");
  b.fixed = reader.amount<MoneyPerPowerTime>(view, "fixed", fixed ? fixed : from_rule(0, "none"));

  std::optional<Fallback> price = generation_price(kind), emissions = maybe(kind, "emissions");
  if (b.role == site::SupplyRole::grid) {
    price = maybe(location, "power_price");
    if (reader.gives(site_view, "power_price")) {
      const Node& node = *site_view.find("power_price");
      price = Fallback{read_amount(node, MoneyPerEnergy::dimension(), site_view.key_path("power_price"),
                                   {"basis", "source", "date", "note"}),
                       Origin::scenario, site_view.key_path("power_price"), std::nullopt, ""};
    }
    if (const auto local = maybe(location, "grid_emissions")) emissions = local;
  }
  b.energy_price = reader.amount<MoneyPerEnergy>(view, "energy_price", price ? price : from_rule(0, "none is known"));
  b.emissions = reader.amount<MassPerEnergy>(view, "emissions", emissions ? emissions : from_rule(0, "none is known"));
  reader.plan().sites[site_index].power.push_back(std::move(b));
}

void read_cooling(Reader& reader, const View& view, const std::string& name, const std::string& default_kind,
                  double needed, int site_index) {
  CoolingBlock b;
  b.name = name;
  if (reader.gives(view, "counterparty")) b.counterparty = reader.text(view, "counterparty", "", "");
  b.kind = reader.text(view, "kind", default_kind, "the location's cooling in the catalog");
  const Node* given = view.find("kind");
  const catalog::Entry& kind = given ? reader.catalog().entry("cooling", b.kind, given->place, view.key_path("kind"))
                                     : reader.catalog().entry("cooling", b.kind);
  b.capacity = reader.amount<Power>(view, "capacity", from_rule(needed, "what the orders of its site need"));
  read_dates(reader, view, kind, b);
  b.pue = reader.number(view, "pue", maybe(kind, "pue"));
  std::optional<Fallback> annual = maybe(kind, "pue_annual");
  b.pue_annual = reader.number(view, "pue_annual", annual ? annual : from_rule(b.pue.median, "as at peak"));
  std::optional<Fallback> water = maybe(kind, "wue");
  b.wue = reader.amount<VolumePerEnergy>(view, "wue", water ? water : from_rule(0, "none is known"));
  b.capex = reader.amount<MoneyPerPower>(view, "capex", from_rule(0, "in the cost of the building"));
  reader.plan().sites[site_index].cooling.push_back(std::move(b));
}

}  // namespace

void read_sites(Reader& reader, const View& root) {
  Plan& plan = reader.plan();
  const catalog::Catalog& catalog = reader.catalog();
  const std::vector<std::pair<std::string, View>> sites = root.group("site");
  for (size_t i = 0; i < sites.size(); ++i) {
    const auto& [name, view] = sites[i];
    const int index = static_cast<int>(i);
    Site& site = plan.sites[i];
    site.location = reader.text(view, "location", name, "the site's name");
    const Node* given = view.find("location");
    const catalog::Entry& location =
        catalog.entry("sites", site.location, given ? given->place : view.place(), view.key_path("location"));
    site.location = location.name;
    const catalog::Entry& practice = catalog.entry("operations", "default");
    site.installation_rate = reader.amount<ChipRate>(view, "installation_rate", maybe(practice, "installation_rate"));
    site.burn_in = reader.amount<Time>(view, "burn_in", maybe(practice, "burn_in"));
    site.swing_reserve = reader.number(view, "swing_reserve", maybe(practice, "swing_reserve"));

    const double it_power = needed_it_power(plan, index);
    const catalog::Figure* cooling = location.find("cooling");
    const std::string default_cooling = cooling ? cooling->text : "air-chillers";
    auto blocks = view.group("cooling");
    if (blocks.empty()) blocks.emplace_back("cooling", View{nullptr, view.key_path("cooling") + ".cooling"});
    for (const auto& [block, v] : blocks) read_cooling(reader, v, block, default_cooling, it_power, index);

    double pue = 1;
    for (const CoolingBlock& b : plan.sites[i].cooling) pue = std::max(pue, greatest(plan, b.pue));
    // The largest reserve a trial may ask for, so that a plant of default size always suffices.
    const double reserve = std::min(0.9, greatest(plan, site.swing_reserve));
    blocks = view.group("power");
    if (blocks.empty()) blocks.emplace_back("grid", View{nullptr, view.key_path("power") + ".grid"});
    const auto buys_grid_energy = [&](const PowerBlock& b) { return b.role == site::SupplyRole::grid; };
    for (const auto& [block, v] : blocks) read_power(reader, v, block, location, view, it_power * pue, reserve, index);

    if (const Node* price = view.find("power_price"); price && std::none_of(site.power.begin(), site.power.end(), buys_grid_energy))
      throw Error(price->place, view.key_path("power_price"), "is the price of grid energy, but no power block is of the grid",
                  "give the blocks their energy_price");

    const catalog::Figure* construction = location.find("construction");
    const std::string default_class = construction ? construction->text : "greenfield";
    blocks = view.group("building");
    if (blocks.empty()) blocks.emplace_back("hall", View{nullptr, view.key_path("building") + ".hall"});
    for (const auto& [block, v] : blocks) read_building(reader, v, block, default_class, it_power, index);
  }
}

}  // namespace orrery::programme
