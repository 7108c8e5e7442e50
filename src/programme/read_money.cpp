// The accounts of a plan: prices of money, leases, serving.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/units.h"
#include "programme/chip_prices.h"
#include "programme/price_process.h"
#include "programme/read.h"
#include "scenario/check.h"

namespace orrery::programme {

namespace {

/// What compute is worth: as stated for every accelerator, else by kind, the catalog's rent. While rent is received for
/// a site's accelerators that is all they earn; with serving, only what trains is worth more.
void read_worths(Reader& reader, Plan& plan, const View& root) {
  const View view{root.find("value"), "value"};
  std::vector<std::string> seen;
  const int follows = view.table ? read_follows(reader, plan, view) : -1;
  const auto add = [&](const std::string& chip) {
    if (std::find(seen.begin(), seen.end(), chip) != seen.end()) return;
    seen.push_back(chip);
    for (const Worth& known : plan.worths)
      if (known.chip == chip || known.chip.empty()) return;
    if (view.gives("accelerator_hour")) {
      plan.worths.push_back({"", reader.amount<MoneyPerChipTime>(view, "accelerator_hour", std::nullopt), follows});
      return;
    }
    const auto worth = worth_of(reader.catalog(), reader.catalog().entry("chips", chip));
    if (!worth) {
      plan.not_counted.push_back("what compute of " + chip +
                                 " is worth: no price of it is known (value.accelerator_hour)");
      return;
    }
    Setting s;
    s.path = "value.accelerator_hour." + chip;
    s.value = describe(worth->value, dimension::money - dimension::chips - dimension::time);
    s.origin = worth->origin, s.place = worth->place, s.note = worth->note;
    s.has_provenance = worth->provenance.has_value();
    s.provenance = worth->provenance.value_or(catalog::Provenance{});
    reader.settings.push_back(s);
    Worth out{chip, {MoneyPerChipTime(worth->value.median()), -1}, follows};
    if (!worth->value.is_constant()) {
      out.price.input = static_cast<int>(reader.inputs.size());
      reader.inputs.push_back(
          {s.path, worth->value, dimension::money - dimension::chips - dimension::time, "worth of an accelerator"});
    }
    plan.worths.push_back(std::move(out));
  };
  for (const Order& order : plan.orders) add(order.chip);
  for (const Rental& rental : plan.rentals) add(rental.chip);
}

}  // namespace

bool goes_by_day(const View& view, std::string_view key) {
  const std::function<bool(const Node&)> by_day = [&](const Node& node) {
    for (const auto& [name, member] : node.members)
      if (!scenario::says_origin(name) && by_day(member)) return true;
    const std::string_view text = node.text;
    return text.ends_with("/h") || text.ends_with("/hour") || text.ends_with("/day") || text.ends_with("/d");
  };
  const Node* given = view.find(key);
  return given && by_day(*given);
}

void read_money(Reader& reader, Plan& plan, const View& root) {
  const catalog::Entry& prices = reader.catalog().entry("prices", "default");
  const View view{root.find("money"), "money"};
  plan.money.discount_rate = reader.amount<Frequency>(view, "discount_rate", maybe(prices, "discount_rate"));
  plan.money.it_life = reader.amount<Time>(view, "it_life", maybe(prices, "it_life"));
  plan.money.facility_life = reader.amount<Time>(view, "facility_life", maybe(prices, "facility_life"));
  plan.money.opex = reader.amount<MoneyPerPowerTime>(view, "opex", maybe(prices, "opex"));
  std::optional<Fallback> water = maybe(prices, "water_price");
  plan.money.water_price = reader.amount<Quantity<dimension::money - dimension::volume>>(
      view, "water_price", water ? water : from_rule(0, "no price of water is known"));

  if (view.table) plan.money.follows = read_follows(reader, plan, view);
  for (const auto& [name, lease_view] : root.group("lease")) {
    Lease lease;
    lease.name = name;
    lease.follows = read_follows(reader, plan, lease_view);
    if (lease_view.gives("counterparty")) lease.counterparty = reader.text(lease_view, "counterparty", "", "");
    reader.must_give(lease_view, "direction", "\"paid\"");
    lease.received = reader.choice(lease_view, "direction", {"paid", "received"}, "", "") == "received";
    lease.from = day_from_start(reader, plan, lease_view, "from", plan.start, "the programme's start");
    lease.until = read_day(reader, plan, lease_view, "until", plan.end, "the end of the forecast");
    const bool dated = !lease.from.hangs() && !lease.until.hangs();
    if (const Node* until = lease_view.find("until"); until && dated && lease.until.date < lease.from.date)
      throw Error(until->place, lease_view.key_path("until"),
                  fmt::format("{} lies before the lease begins on {}", lease.until.date.text(), lease.from.date.text()),
                  "let the lease end later");
    if (!lease.from.hangs() && lease.from.date > plan.end)
      throw Error(lease_view.find("from")->place, lease_view.key_path("from"),
                  fmt::format("{} lies after the forecast's end on {}", lease.from.date.text(), plan.end.text()),
                  fmt::format("lengthen the horizon, or take the lease out: {} = false", lease_view.path));
    if (!lease_view.gives("price") && !lease_view.gives("price_per_chip"))
      throw Error(lease_view.place(), lease_view.key_path("price"), "is missing",
                  "add price = \"$5M/month\" or price_per_chip");
    lease.price = reader.amount<MoneyPerTime>(lease_view, "price", from_rule(0, "none"));
    lease.price_per_chip = reader.amount<MoneyPerChipTime>(lease_view, "price_per_chip", from_rule(0, "none"));
    lease.price_by_day = goes_by_day(lease_view, "price"),
    lease.chip_by_day = goes_by_day(lease_view, "price_per_chip");
    if (lease_view.gives("price_per_chip") || lease_view.gives("site")) {
      lease.site = site_of(reader, plan, lease_view);
      if (lease_view.gives("price_per_chip") && plan.sites[static_cast<std::size_t>(lease.site)].it_load > Power(0))
        throw Error(lease_view.place("price_per_chip"), lease_view.key_path("price_per_chip"),
                    "is rent of accelerators, and the site has none", "give price, by the month");
    }
    const View v = lease_view;
    const UncertainNumber escalator = reader.number(v, "escalator", from_rule(0, "none"));
    if (escalator.input >= 0)
      throw Error(v.find("escalator")->place, v.key_path("escalator"), "is a distribution, but must be certain",
                  "give one value");
    lease.escalator = escalator.median;
    plan.leases.push_back(std::move(lease));
  }
  if (const Node* node = root.find("serving")) {
    const View serving{node, "serving"};
    plan.serves = true;
    plan.serving.follows = read_follows(reader, plan, serving);
    plan.serving.price = reader.amount<MoneyPerChipTime>(serving, "price", std::nullopt);
    plan.serving.utilisation = reader.number(serving, "utilisation",
                                             maybe(reader.catalog().entry("prices", "default"), "serving_utilisation"));
  }
  read_worths(reader, plan, root);
}

}  // namespace orrery::programme
