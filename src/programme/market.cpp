#include "programme/market.h"

#include <algorithm>
#include <cstdio>

#include "base/random.h"
#include "base/value.h"

namespace orrery::programme {
namespace {

constexpr double weeks_in_quarter = 365.25 / 4 / 7;

void only(const Node& table, const std::string& path, const std::vector<std::string>& known) {
  if (table.kind != Node::Kind::table)
    throw Error(table.place, path, "is " + kind_name(table.kind) + ", not a table", "write [" + path + "]");
  for (const auto& [key, node] : table.members)
    if (std::find(known.begin(), known.end(), key) == known.end())
      throw Error(node.place, path.empty() ? key : path + '.' + key, "is not a key of a market", suggest(key, known, "see docs/scenarios/gpu-market.md"));
}

const Node& need(const Node& table, const std::string& path, const char* key, const char* example) {
  const Node* node = table.find(key);
  if (!node) throw Error(table.place, path.empty() ? key : path + '.' + key, "is missing", std::string("add ") + key + " = " + example);
  return *node;
}

std::string text_of(const Node& table, const std::string& path, const char* key) {
  const Node* node = table.find(key);
  if (!node) return "";
  if (node->kind == Node::Kind::date) return node->date.text();
  if (node->kind != Node::Kind::text) throw Error(node->place, path + '.' + key, "is " + kind_name(node->kind) + ", not text", "write it in quotes");
  return node->text;
}

const std::vector<std::string> origin = {"basis", "source", "date", "note"};

/// Quarters since year 0; throws Error for text that is not "2023-Q2".
int quarter_number(const std::string& text, const Place& place, const std::string& path) {
  int year = 0, quarter = 0, used = 0;
  if (std::sscanf(text.c_str(), "%4d-Q%1d%n", &year, &quarter, &used) != 2 || used != static_cast<int>(text.size()) || quarter < 1 || quarter > 4)
    throw Error(place, path, in_quotes(text) + " is not a quarter", "write it as 2023-Q2");
  return 4 * year + quarter - 1;
}

double amount_of(const Node& node, Dimension dimension, const std::string& path, double low, double high) {
  const double value = read_constant(node, dimension, path);
  check_range(Distribution::constant(value), dimension, low, high, node.place, path);
  return value;
}

}  // namespace

MarketQuestion read_market(const Node& root, const std::string& file) {
  only(root, "", {"title", "description", "market", "supply", "buyer", "observation"});
  MarketQuestion m;
  m.file = file;
  m.title = text_of(root, "", "title");
  m.description = text_of(root, "", "description");
  const Node& market = need(root, "", "market", "[market] with product, rent and elasticity");
  only(market, "market", {"product", "rent", "elasticity"});
  m.product = text_of(market, "market", "product");
  m.rent = amount_of(need(market, "market", "rent", "\"$2/chip/h\""), dimension::money - dimension::chips - dimension::time, "market.rent", 0, 1) * 3600;
  m.elasticity = amount_of(need(market, "market", "elasticity", "-0.5"), dimension::none, "market.elasticity", -100, -0.01);

  int first = 0;
  for (const auto& [name, node] : need(root, "", "supply", "[supply] with a row for each quarter").members) {
    const std::string path = "supply." + name;
    const int number = quarter_number(name, node.place, path);
    if (m.supply.empty()) first = number;
    if (number != first + static_cast<int>(m.supply.size()))
      throw Error(node.place, path, "does not follow the quarter before it", "give every quarter, in order");
    MarketSupply s{name, read_amount(node, dimension::chips, path, origin), "", "", ""};
    check_range(s.made, dimension::chips, 0, 1e9, node.place, path);
    if (node.kind != Node::Kind::table || !node.find("basis"))
      throw Error(node.place, path, "has no basis", "add basis = \"reported\" and its source");
    s.basis = text_of(node, path, "basis"), s.source = text_of(node, path, "source"), s.note = text_of(node, path, "note");
    m.supply.push_back(std::move(s));
  }
  if (m.supply.empty()) throw Error(root.place, "supply", "has no quarter", "add \"2023-Q2\" = { value = ..., basis = ... }");

  for (const auto& [name, node] : need(root, "", "buyer", "[buyer.NAME]").members) {
    const std::string path = "buyer." + name;
    only(node, path, {"contract", "priority", "orders", "basis", "source", "note"});
    silicon::MarketBuyer b;
    b.name = name;
    if (const Node* share = node.find("contract")) b.contract = amount_of(*share, dimension::none, path + ".contract", 0, 1);
    if (const Node* rank = node.find("priority")) b.priority = static_cast<int>(amount_of(*rank, dimension::none, path + ".priority", 1, 9));
    b.orders.assign(m.supply.size(), 0);
    const Node& orders = need(node, path, "orders", "{ \"2023-Q2\" = \"50000 chips\" }");
    if (orders.kind != Node::Kind::table)
      throw Error(orders.place, path + ".orders", "is " + kind_name(orders.kind) + ", not a table", "write { \"2023-Q2\" = \"50000 chips\" }");
    for (const auto& [quarter, chips] : orders.members) {
      const std::string where = path + ".orders." + quarter;
      const int at = quarter_number(quarter, chips.place, where) - first;
      if (at < 0 || at >= static_cast<int>(m.supply.size()))
        throw Error(chips.place, where, "lies outside the quarters of the supply", "order within them");
      b.orders[static_cast<size_t>(at)] = amount_of(chips, dimension::chips, where, 0, 1e9);
    }
    m.notes.push_back(text_of(node, path, "basis") + ": " + text_of(node, path, node.find("source") ? "source" : "note"));
    m.buyers.push_back(std::move(b));
  }
  if (const Node* seen = root.find("observation"))
    for (const auto& [name, node] : seen->members) {
      const std::string path = "observation." + name;
      only(node, path, {"quarter", "wait", "basis", "source", "note"});
      MarketObservation o;
      o.name = name;
      o.source = text_of(node, path, "source");
      const int at = quarter_number(text_of(node, path, "quarter"), node.place, path + ".quarter") - first;
      if (at < 0 || at >= static_cast<int>(m.supply.size()))
        throw Error(node.place, path + ".quarter", "lies outside the quarters of the supply", "leave it out");
      o.quarter = static_cast<size_t>(at);
      const Distribution wait = read_amount(need(node, path, "wait", "{ low = \"36 weeks\", high = \"52 weeks\" }"), dimension::time, path + ".wait", origin);
      o.weeks_low = wait.a / (7 * 86400), o.weeks_high = (wait.is_constant() ? wait.a : wait.b) / (7 * 86400);
      m.observations.push_back(std::move(o));
    }
  return m;
}

double weeks_of_wait(const silicon::MarketQuarter& quarter, double made) {
  return made > 0 ? weeks_in_quarter * quarter.waiting() / made : 0;
}

MarketForecast forecast_market(const MarketQuestion& m, int trials, std::uint64_t seed) {
  const size_t n = m.supply.size();
  MarketForecast f;
  std::vector<std::vector<double>> waiting(n), weeks(n), rent(n);
  std::vector<double> made(n);
  auto gather = [&](const std::vector<silicon::MarketQuarter>& quarters) {
    for (size_t q = 0; q < n; ++q) {
      waiting[q].push_back(quarters[q].waiting());
      weeks[q].push_back(weeks_of_wait(quarters[q], made[q]));
      rent[q].push_back(silicon::rent_response(m.rent, quarters[q].wanted, quarters[q].supply, m.elasticity));
    }
  };
  for (size_t q = 0; q < n; ++q) made[q] = m.supply[q].made.median();
  f.quarters = silicon::share_supply(made, m.buyers);
  if (trials == 0) gather(f.quarters);
  for (int t = 0; t < trials; ++t) {
    for (size_t q = 0; q < n; ++q)
      made[q] = m.supply[q].made.quantile(uniform(seed, stream_of("supply." + m.supply[q].quarter), static_cast<std::uint64_t>(t)));
    gather(silicon::share_supply(made, m.buyers));
  }
  for (size_t q = 0; q < n; ++q)
    f.waiting.push_back(spread_of(waiting[q])), f.weeks.push_back(spread_of(weeks[q])), f.rent.push_back(spread_of(rent[q]));
  return f;
}

}  // namespace orrery::programme
