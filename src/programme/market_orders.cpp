#include "programme/market_orders.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "scenario/check.h"
#include "silicon/market_file.h"

namespace orrery::programme {
namespace {

/// The market of a file. Its inputs and settings are the reader's under the section's path.
silicon::Market market_of(Reader& reader, const View& view, const std::string& path) {
  const scenario::Scenario file = scenario::read_scenario(path, {}, std::array{&silicon::market_form()});
  Reader own(file, reader.catalog());
  silicon::Market market = silicon::read_market(own);
  const auto before = static_cast<int>(reader.inputs.size());
  const auto moved = [&](int& input) { input += input >= 0 ? before : 0; };
  moved(market.rent.input), moved(market.elasticity.input);
  for (Uncertain<Chips>& made : market.made) moved(made.input);
  for (silicon::MarketLimit& limit : market.limits)
    for (UncertainNumber& there : limit.there) moved(there.input);
  for (Input& input : own.inputs) {
    input.name = view.key_path(input.name);
    reader.inputs.push_back(std::move(input));
  }
  for (Setting& setting : own.settings) {
    setting.path = view.key_path(setting.path);
    reader.settings.push_back(std::move(setting));
  }
  return market;
}

/// Quarters from the market's first to the one in which a day lies.
int quarter_of(const silicon::Market& market, Date day) {
  return months_between(market.first, parse_quarter(quarter_name(day))) / 3;
}

/// Takes an amount out of orders: those of a quarter, of later ones, then of earlier ones, the nearest first.
void take_out(std::vector<double>& orders, std::size_t quarter, double amount) {
  const auto take = [&](std::size_t q) {
    const double taken = std::min(amount, orders[q]);
    orders[q] -= taken, amount -= taken;
  };
  for (std::size_t q = quarter; q < orders.size(); ++q) take(q);
  for (std::size_t q = quarter; q-- > 0;) take(q);
}

}  // namespace

void read_markets(Reader& reader, Plan& plan, const View& root) {
  std::map<std::string, std::string> known;  // by file, the section that names it
  for (const auto& [name, view] : root.group("market")) {
    MarketSupply m;
    m.name = name;
    reader.must_give(view, "file", "\"gpu-market.toml\"");
    reader.text(view, "file");
    const std::string path = shipped_or_own(reader, view, "file");
    if (const auto [it, anew] = known.emplace(path, view.path); !anew)
      throw Error(view.place("file"), view.key_path("file"), "is the file of " + it->second + " too",
                  "let all orders draw on that one: what it makes is there once");
    m.market = market_of(reader, view, path);
    const std::string product = reader.text(view, "product", name, "the section's name");
    if (folded(product) != folded(m.market.product))
      throw Error(view.place("product"), view.key_path("product"), in_quotes(product) + " is not sold there",
                  m.market.product.empty() ? "name a product in that file's [market]"
                                           : "add product = " + in_quotes(m.market.product));
    m.factor = reader.number(view, "supply_factor", from_rule(1, "as the file says"));
    m.quarters =
        std::max(m.market.quarters.size(), static_cast<std::size_t>(std::max(0, quarter_of(m.market, plan.end)) + 1));
    m.buyers = m.market.buyers;
    for (silicon::MarketBuyer& buyer : m.buyers) buyer.orders.resize(m.quarters);
    plan.markets.push_back(std::move(m));
  }
}

void read_market_order(Reader& reader, Plan& plan, const View& view, Order& order) {
  scenario::needs(view, {"buyer", "contract", "priority"}, view.gives("supply"), "a market",
                  "add supply = \"market.NAME\"");
  if (!view.gives("supply")) return;
  const std::string supply = reader.text(view, "supply");
  const auto found = std::find_if(plan.markets.begin(), plan.markets.end(),
                                  [&](const MarketSupply& m) { return "market." + m.name == supply; });
  std::vector<std::string> names;
  for (const MarketSupply& m : plan.markets) names.push_back("market." + m.name);
  if (found == plan.markets.end())
    throw Error(view.place("supply"), view.key_path("supply"), in_quotes(supply) + " is not a market of this scenario",
                suggest(supply, names, "add [market.h100] with file = \"gpu-market.toml\""));
  for (const char* other : {"lead_time", "rate", "deliveries"})
    if (view.gives(other))
      throw Error(view.place(other), view.key_path(other), "stands beside supply", "give one of the two");
  MarketSupply& m = *found;
  if (order.ordered.hangs())
    throw Error(view.place("ordered"), view.key_path("ordered"), "hangs on an event, and a market needs the day",
                "give a date");
  const int quarter = quarter_of(m.market, order.ordered.date);
  if (quarter < 0)
    throw Error(view.gives("ordered") ? view.place("ordered") : view.place("supply"), view.key_path("ordered"),
                fmt::format("{} lies before the market's first quarter, {}", order.ordered.date.text(),
                            m.market.quarters.front()),
                "order later, or add quarters to the market");
  if (static_cast<std::size_t>(quarter) >= m.quarters) m.quarters = static_cast<std::size_t>(quarter) + 1;
  for (silicon::MarketBuyer& buyer : m.buyers) buyer.orders.resize(m.quarters);
  order.market = static_cast<int>(found - plan.markets.begin());
  order.placed.assign(static_cast<std::size_t>(quarter) + 1, 0);
  order.placed.back() = order.chips.value();

  const std::string name = reader.text(view, "buyer", "", "one more, on top of the market's");
  auto buyer = std::find_if(m.buyers.begin(), m.buyers.begin() + static_cast<std::ptrdiff_t>(m.market.buyers.size()),
                            [&](const silicon::MarketBuyer& b) { return b.name == name; });
  const bool there = buyer != m.buyers.begin() + static_cast<std::ptrdiff_t>(m.market.buyers.size());
  if (there) {
    // What is left of the buyer's own orders, without those of this programme that have taken their place.
    std::vector<double>& own = m.market.buyers[static_cast<std::size_t>(buyer - m.buyers.begin())].orders;
    const std::vector<double> before = own;
    take_out(own, std::min(static_cast<std::size_t>(quarter), own.size()), order.chips.value());
    for (std::size_t q = 0; q < own.size(); ++q) buyer->orders[q] -= before[q] - own[q];
  }
  // Terms of its own make it a buyer beside the one that it belongs to.
  const bool own_terms = !there || view.gives("contract") || view.gives("priority");
  const double contract = reader.constant_number(
      view, "contract", from_rule(own_terms ? 0 : buyer->contract, own_terms ? "none" : "the buyer's"));
  const int priority =
      reader.whole(view, "priority", there ? buyer->priority : 1, there ? "the buyer's" : "served first");
  if (own_terms) {
    m.buyers.push_back({view.path, contract, 0, priority, std::vector<double>(m.quarters)});
    buyer = m.buyers.end() - 1;
  }
  buyer->orders[static_cast<std::size_t>(quarter)] += order.chips.value();
  order.buyer = static_cast<std::size_t>(buyer - m.buyers.begin());
}

Curve market_deliveries(const Plan& plan, const Order& order, Draws draws) {
  const MarketSupply& m = plan.markets[static_cast<std::size_t>(order.market)];
  std::vector<double> made = m.market.made_in(draws);
  for (double& chips : made) chips *= m.factor.in(draws);
  made.resize(m.quarters, made.back());
  const std::vector<silicon::MarketQuarter> quarters = silicon::share_supply(made, m.buyers);
  std::vector<double> placed = order.placed;
  placed.resize(m.quarters);
  const std::vector<double> served = silicon::deliveries_of_part(placed, quarters, order.buyer);

  const double all = order.chips.value(), ordered = order.ordered.date - plan.start;
  std::vector<Curve::Knot> knots;
  double sum = 0;
  for (std::size_t q = 0; q < served.size(); ++q) {
    if (served[q] <= 0) continue;
    const Date first = add_months(m.market.first, 3 * static_cast<int>(q));
    const double from = std::max<double>(first - plan.start, ordered), to = add_months(first, 3) - plan.start;
    if (!knots.empty() && knots.back().time == from) knots.pop_back();
    knots.push_back({from, sum, served[q] / (to - from)});
    sum += served[q];
    if (all - sum <= 1e-9 * all) sum = all;
    knots.push_back({to, sum, 0});
  }
  return Curve::from(0, std::move(knots));
}

}  // namespace orrery::programme
