// Accelerators of a plan: bought and rented.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/units.h"
#include "machine/network/fit.h"
#include "programme/chip_prices.h"
#include "programme/order_network.h"
#include "programme/price_process.h"
#include "programme/read.h"
#include "programme/supply_lines.h"
#include "scenario/check.h"

namespace orrery::programme {
namespace {

/// A price per server or rack as a price per accelerator.
std::optional<double> server_price_per_chip(const catalog::Entry& server) {
  for (const auto& [price, count] : {std::pair{"price", "chips_per_server"}, std::pair{"rack_price", "chips_per_rack"}})
    if (const auto* p = server.find(price), *n = server.find(count); p && n)
      return p->amount.median() / n->amount.median();
  return std::nullopt;
}

/// What an accelerator's server costs beside it, by the catalog's own price of the accelerator: another price of one's
/// own does not change what the rest of the server costs. A server without a price costs as much more as that of the
/// kin whose price the accelerator has. And whether a price of a server is known: it holds its network cards.
std::pair<Uncertain<MoneyPerChip>, bool> read_server_price(Reader& reader, const View& view,
                                                           const catalog::Entry* server, const catalog::Entry& prices,
                                                           const std::optional<KnownPrice>& known, double stated) {
  const double chip_price = known ? known->price.value.median() : stated;
  const auto rest = [](const catalog::Entry& of, double price) -> std::optional<double> {
    const auto whole = server_price_per_chip(of);
    return whole ? std::optional(std::max(*whole - price, 0.0)) : std::nullopt;
  };
  const std::string unknown = "no price of a server is known";
  Fallback fallback = from_rule(0, unknown);
  const catalog::Figure* name = known ? known->of->find("server") : nullptr;
  const catalog::Entry* kin = name ? reader.catalog().find("servers", name->text) : nullptr;
  const double kin_price = known ? known->of->number("price") : 0;
  if (const auto own = server ? rest(*server, chip_price) : std::nullopt) {
    fallback =
        from_rule(*own, "servers/" + server->name + ": its price per accelerator less the catalog's of the chip");
  } else if (const auto its = kin && kin_price > 0 ? rest(*kin, kin_price) : std::nullopt) {
    fallback =
        from_rule(*its / kin_price * chip_price, "servers/" + kin->name + ": its share beside " + known->of->name);
  } else if (const catalog::Figure* share = prices.find("server_share")) {
    fallback = from_rule(share->amount.median() * chip_price,
                         "prices/default.server_share x the catalog's price of the accelerator");
  }
  const bool known_price = view.states("server_price") || fallback.place != unknown;
  return {reader.amount<MoneyPerChip>(view, "server_price", fallback), known_price};
}

Uncertain<MoneyPerChip> read_network_price(Reader& reader, const View& view, const catalog::Entry& prices,
                                           const OrderNetwork& named, bool cards_in_server) {
  if (const auto bill = network_price(named, cards_in_server))
    return reader.amount<MoneyPerChip>(view, "network_price", bill);
  if (auto network = maybe(prices, "network")) {
    if (!named.name.empty()) network->note = "no bill of " + named.name + ": " + named.bill_problem;
    return reader.amount<MoneyPerChip>(view, "network_price", network);
  }
  return reader.amount<MoneyPerChip>(view, "network_price", from_rule(0, "no price of a network is known"));
}

/// Where no price of a chip or its kin is known, the catalog's cost of computing per IT power stands for accelerator,
/// server and network together.
void read_prices(Reader& reader, const View& view, const catalog::Entry& chip, const catalog::Entry* server,
                 const catalog::Entry& prices, const OrderNetwork& network, Order& order) {
  const std::optional<KnownPrice> known = chip_price(reader.catalog(), chip);
  const catalog::Figure* compute = prices.find("compute");
  if (known || view.states("price") || !compute) {
    order.price = reader.amount<MoneyPerChip>(
        view, "price", known ? known->price : from_rule(0, "no price of this accelerator is known"));
    bool cards_in_server = false;
    std::tie(order.server_price, cards_in_server) =
        read_server_price(reader, view, server, prices, known, order.price.median.value());
    order.network_price = read_network_price(reader, view, prices, network, cards_in_server);
    return;
  }
  order.price = reader.amount<MoneyPerChip>(
      view, "price",
      from_rule(compute->amount.median() * order.it_power.median.value(),
                "prices/default.compute x it_power, for accelerator, server and network: no price of " + chip.name +
                    " is known"));
  order.server_price = reader.amount<MoneyPerChip>(view, "server_price", from_rule(0, "in the price"));
  order.network_price = reader.amount<MoneyPerChip>(view, "network_price", from_rule(0, "in the price"));
}

/// The IT power of an accelerator: as given, else the server's, with the watts of the network that is named in place of
/// those of the network it stood on, else the chip's.
Uncertain<PowerPerChip> read_it_power(Reader& reader, const View& view, const catalog::Entry& chip,
                                      const catalog::Entry* server, const OrderNetwork& network) {
  std::optional<Fallback> fallback = server ? maybe(*server, "it_power") : std::nullopt;
  if (fallback && server) fallback = on_network(*fallback, network, *server, reader.catalog());
  if (!fallback) fallback = maybe(chip, "it_power");
  if (!fallback && !view.gives("it_power"))
    throw Error(view.place(), view.key_path("it_power"), "is not known for " + chip.name,
                "add it_power = \"1.4 kW/chip\"");
  return reader.amount<PowerPerChip>(view, "it_power", fallback);
}

/// The planned deliveries of an order or a rental placed on a day, by date; none when it gives no schedule.
std::vector<Delivery> read_schedule(Reader& reader, const View& view, Chips chips_in_all, Day placed) {
  std::vector<Delivery> deliveries;
  const Node* list = view.find("deliveries");
  if (!list) return deliveries;
  list = &scenario::bare(*list);
  for (const char* other : {"lead_time", "rate"})
    if (view.gives(other))
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
  if ((view.find("ordered") || view.find("from")) && !placed.hangs() && deliveries.front().date < placed.date)
    throw Error(list->place, view.key_path("deliveries"),
                fmt::format("the first, on {}, lies before the order on {}", deliveries.front().date.text(),
                            placed.date.text()),
                "deliver after the order");
  reader.record(view.key_path("deliveries"), text, Origin::scenario, list->place.text());
  return deliveries;
}

/// Whose dates they are, as the slips of the catalog tell them apart: one date is as good as a building's; a list of
/// one a year says "due in that year"; of others nobody has measured the slip.
std::string_view dates_of(const std::vector<Delivery>& deliveries) {
  if (deliveries.size() == 1) return "building";
  for (size_t i = 1; i < deliveries.size(); ++i)
    if (deliveries[i].date < add_months(deliveries[i - 1].date, 9)) return "";
  return "list";
}

/// The slip of a schedule: as given, else the usual one of its last delivery if it was announced; what was there on
/// that day does not slip.
Uncertain<Time> read_delay(Reader& reader, Plan& plan, const View& view, std::vector<Delivery>& deliveries) {
  std::optional<Fallback> slip;
  if (deliveries.empty() && view.gives("announced"))
    throw Error(view.find("announced")->place, view.key_path("announced"), "stands without a planned day",
                "give deliveries = [{ date = ..., chips = ... }]");
  if (!deliveries.empty()) slip = announced_slip(reader, plan, view, deliveries.back().date, dates_of(deliveries));
  if (const Node* announced = view.find("announced"); announced && !view.states("delay"))
    for (Delivery& delivery : deliveries) delivery.slips = delivery.date > scenario::bare(*announced).date;
  return reader.amount<Time>(view, "delay", slip ? slip : from_rule(0, "on schedule"));
}

/// The network that an order or a rental names, and the share of it that is down. The scale-up domain is the chip's.
std::pair<std::string, double> read_network(Reader& reader, const View& view, const catalog::Entry& chip) {
  needs(view, {"network_failed"}, view.gives("network"), "a network",
        "add network (orrery show networks), or leave it out");
  if (!view.gives("network")) return {};
  const Place& place = view.find("network")->place;
  const catalog::Entry& network =
      reader.catalog().entry("networks", reader.text(view, "network", "", ""), place, view.key_path("network"));
  at(place, view.key_path("network"), [&] { network::require_fit(reader.catalog(), network, chip); });
  return {network.name, reader.constant_number(view, "network_failed", from_rule(0, "all links are up"))};
}

/// The index of the design that an order is of; -1 where it names none.
int read_design(Reader& reader, const Plan& plan, const View& view) {
  if (!view.gives("design")) return -1;
  std::vector<std::string> names;
  for (const ChipDesign& d : plan.designs) names.push_back(d.name);
  const std::string name = reader.text(view, "design");
  const auto it = std::find(names.begin(), names.end(), name);
  if (it == names.end())
    throw Error(view.place("design"), view.key_path("design"), in_quotes(name) + " is not a design of this scenario",
                names.empty() ? "add [design." + name + "]"
                              : suggest(name, names, fmt::format("name one of {}", fmt::join(names, ", "))));
  return static_cast<int>(it - names.begin());
}

/// Whether an order or a rental says how it would come by itself.
bool gives_schedule(const View& view) {
  return view.gives("lead_time") || view.gives("rate") || view.gives("deliveries");
}

}  // namespace

void read_orders(Reader& reader, Plan& plan, const View& root) {
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
    order.counterparty = view.gives("counterparty") ? reader.text(view, "counterparty", "", "")
                         : vendor                   ? vendor->text
                                                    : "";
    for (const auto& [key, who] : {std::pair{"server_counterparty", &order.server_counterparty},
                                   {"network_counterparty", &order.network_counterparty}})
      if (view.gives(key)) *who = reader.text(view, key, "", "");
    order.site = site_of(reader, plan, view);
    const catalog::Figure* default_server = chip->find("server");
    order.server =
        reader.text(view, "server", default_server ? default_server->text : "", "the chip's server in the catalog");
    const catalog::Entry* server = nullptr;
    if (!order.server.empty()) {
      server = view.gives("server")
                   ? &catalog.entry("servers", order.server, view.find("server")->place, view.key_path("server"))
                   : &catalog.entry("servers", order.server, default_server->place, chip->name + ".server");
      order.server = server->name;
      if (const catalog::Figure* of = server->find("chip"); of && view.gives("server"))
        if (const catalog::Entry& its = catalog.entry("chips", of->text); its.name != chip->name)
          throw Error(view.find("server")->place, view.key_path("server"),
                      fmt::format("{} ships {}, not {}", in_quotes(server->name), its.name, chip->name),
                      "name a server of that accelerator, or leave it out");
    }
    order.ordered = read_day(reader, plan, view, "ordered", plan.start, "the programme's start");
    order.deliveries = read_schedule(reader, view, order.chips, order.ordered);
    order.draw = read_draw(reader, plan, view, "ordered", order.ordered, gives_schedule(view));
    order.design = read_design(reader, plan, view);
    if (order.design >= 0 && !order.draw.as_scheduled)
      throw Error(view.place("design"), view.key_path("design"),
                  "stands beside a supply from which all is asked for at once",
                  "add deliveries, or lead_time and rate");
    if (order.deliveries.empty() && order.draw.as_scheduled) {
      order.lead_time =
          reader.amount<Time>(view, "lead_time", maybe(catalog.entry("equipment", "gpu-server"), "lead_time"));
      order.rate = reader.amount<ChipRate>(view, "rate", from_rule(infinity, "all in one day"));
    }
    order.paced =
        view.gives("pace") && reader.choice(view, "pace", {"with power", "as made"}, std::nullopt, "") == "with power";
    order.delay = read_delay(reader, plan, view, order.deliveries);
    std::tie(order.network, order.network_failed) = read_network(reader, view, *chip);
    const OrderNetwork network = order_network(catalog, order.network, count, *chip);
    order.network_lead_time = reader.amount<Time>(view, "network_lead_time", network_lead_time(network, catalog));
    order.it_power = read_it_power(reader, view, *chip, server, network);
    if (network.bill) {
      order.network_bill = network.bill->lines;
      reader.record(view.key_path("network_power"), format(PowerPerChip(network_power(*network.bill))), Origin::rule,
                    "bill of " + order.network + ", in it_power");
    }
    read_prices(reader, view, *chip, server, prices, network, order);
    plan.orders.push_back(std::move(order));
  }
}

void read_rentals(Reader& reader, Plan& plan, const View& root) {
  for (const auto& [name, view] : root.group("rental")) {
    Rental rental;
    rental.name = name;
    const auto [count, chip] = reader.chips_of(view);
    rental.chips = count;
    rental.chip = chip->name;
    if (view.gives("provider")) rental.provider = reader.text(view, "provider", "", "");
    std::tie(rental.network, rental.network_failed) = read_network(reader, view, *chip);
    rental.from = read_day(reader, plan, view, "from", plan.start, "the programme's start");
    if (!rental.from.hangs() && rental.from.date < plan.start)
      throw Error(view.find("from")->place, view.key_path("from"),
                  fmt::format("{} lies before the programme's start on {}", rental.from.date.text(), plan.start.text()),
                  "let it begin on or after the start");
    rental.deliveries = read_schedule(reader, view, rental.chips, rental.from);
    rental.draw = read_draw(reader, plan, view, "from", rental.from, gives_schedule(view));
    if (rental.deliveries.empty() && rental.draw.as_scheduled) {
      rental.lead_time = reader.amount<Time>(view, "lead_time", from_rule(0, "at once"));
      rental.rate = reader.amount<ChipRate>(view, "rate", from_rule(infinity, "all in one day"));
    }
    rental.delay = read_delay(reader, plan, view, rental.deliveries);
    rental.has_term = view.gives("term");
    const std::string to_the_end = "to the end of the forecast";
    if (!rental.from.hangs())
      rental.term = reader.constant<Time>(
          view, "term", from_rule(std::max(86400.0, days(plan.end - rental.from.date).value()), to_the_end));
    else if (rental.has_term) rental.term = reader.constant<Time>(view, "term");
    else reader.record(view.key_path("term"), "what is left of the forecast", Origin::rule, to_the_end);
    const std::optional<Fallback> price = rental_of(reader.catalog(), *chip);
    if (!price && !view.gives("price"))
      throw Error(view.place(), view.key_path("price"), "is not known for a rented " + chip->name,
                  "add price = \"$2.50/chip/h\"");
    rental.price = reader.amount<MoneyPerChipTime>(view, "price", price);
    rental.follows = read_follows(reader, plan, view);
    if (view.gives("total")) {
      rental.total = reader.constant<Money>(view, "total");
      rental.take_or_pay = reader.constant_number(view, "take_or_pay", from_rule(1, "all of it is owed"));
    } else if (view.gives("take_or_pay")) {
      throw Error(view.place("take_or_pay"), view.key_path("take_or_pay"), "says nothing without the contract's total",
                  "add total = \"$300B\"");
    }
    plan.rentals.push_back(std::move(rental));
  }
}

}  // namespace orrery::programme
