#include "silicon/market_file.h"

#include "base/units.h"
#include "scenario/check.h"

namespace orrery::silicon {
namespace {

using namespace scenario;
namespace d = dimension;
constexpr double week = 7 * 86400, hour = 3600;
constexpr Dimension rent_dimension = d::money - d::chips - d::time;

std::string said(const View& view, const char* key) {
  const Node* node = view.find(key);
  return node ? node->text : "";
}

/// Where a value is from: its own word, else its section's.
MarketOrigin origin_of(const std::string& name, const View& view, const View& section = {}) {
  if (view.place().file.starts_with("--")) return {name, said(view, "basis"), "--set"};
  const auto first = [&](const char* key) { return view.gives(key) ? said(view, key) : said(section, key); };
  const bool source = view.gives("source") || (!view.gives("note") && section.gives("source"));
  return {name, first("basis"), first(source ? "source" : "note")};
}

}  // namespace

const Form& market_form() {
  static const Form form{
      "market",
      "a market",
      "a shortage by the quarter: supply shared among buyers, who waits, and the rent",
      {"supply", "buyer"},
      {{"", "The market.", {}, {"market", "supply", "buyer", "observation"}},
       {"market",
        "What is sold.",
        {text("product", "what the accelerators are", "none"),
         amount("rent", rent_dimension, "rent of an accelerator and time in a market in balance", "must be given"),
         amount("elasticity", d::none, "of demand: per cent of demand for a per cent of rent", "must be given", -100,
                -0.1)}},
       {"supply",
        "What is made in each quarter, none left out.",
        {each(NameForm::quarter, based(amount("", d::chips, "accelerators made", "must be given", 1)))}},
       {"buyer.*",
        "Who orders.",
        {certain(amount("contract", d::none, "share of each quarter's supply by contract", "0", 0, 1)),
         certain(amount("take", d::chips, "accelerators a quarter by take or pay, served with the contracts", "0")),
         whole("priority", "1 is served first among those without a contract", "1", 1, 9)},
        {"orders"}},
       {"buyer.*.orders",
        "New orders by quarter.",
        {each(NameForm::quarter, certain(amount("", d::chips, "accelerators", "none")))}},
       {"observation.*",
        "What was seen; never an input.",
        {text("quarter", "when", "must be given"),
         amount("wait", d::time, "of a new order, from low to high, or P10 to P90", "none", 0),
         amount("rent", rent_dimension, "in the quarter, from low to high, or P10 to P90", "none")}}}};
  return form;
}

std::vector<double> Market::made_in(Draws draws) const {
  std::vector<double> out;
  for (const Uncertain<Chips>& x : made) out.push_back(x.in(draws).value());
  return out;
}

Market read_market(Reader& reader) {
  Market m;
  const View root = reader.root(), market = root.below("market");
  m.product = reader.text(market, "product", "", "not named");
  m.rent = reader.value(market, "rent"), m.elasticity = reader.value(market, "elasticity");

  const View supply = root.below("supply");
  reader.must_give(root, "supply", "[supply] with a row for each quarter");
  for (const auto& [name, view] : root.group("supply")) {
    if (says_origin(name)) continue;
    const Date quarter = parse_quarter(name);
    if (m.quarters.empty()) m.first = quarter;
    if (quarter != add_months(m.first, 3 * static_cast<int>(m.quarters.size())))
      throw Error(view.place(), view.path, "does not follow the quarter before it", "give every quarter, in order");
    m.origins.push_back(origin_of(name, view, supply));
    m.quarters.push_back(name),
        m.sources.push_back(said(view.gives("source") || view.gives("note") ? view : supply, "source"));
    m.made.push_back(reader.amount<Chips>(supply, name));
  }
  if (m.quarters.empty())
    throw Error(root.place("supply"), "supply", "has no quarter", "add \"2024-Q1\" = \"100000 chips\"");
  auto index = [&](const std::string& quarter, const Place& place, const std::string& path, const char* remedy) {
    const int number = months_between(m.first, at(place, path, [&] { return parse_quarter(quarter); })) / 3;
    if (number < 0 || number >= static_cast<int>(m.quarters.size()))
      throw Error(place, path, "lies outside the quarters of the supply", remedy);
    return static_cast<size_t>(number);
  };
  reader.must_give(root, "buyer", "[buyer.NAME]");
  for (const auto& [name, view] : root.group("buyer")) {
    MarketBuyer b;
    b.name = name;
    b.contract = reader.constant_number(view, "contract", from_rule(0, "none"));
    b.take = reader.constant<Chips>(view, "take", from_rule(0, "none")).value();
    b.priority = reader.whole(view, "priority", 1, "served first");
    b.orders.assign(m.quarters.size(), 0);
    reader.must_give(view, "orders", "{ \"2023-Q2\" = \"50000 chips\" }");
    const View orders = view.below("orders");
    for (const auto& [quarter, node] : orders.table->members)
      if (!says_origin(quarter))
        b.orders[index(quarter, node.place, orders.key_path(quarter), "order within them")] =
            reader.constant<Chips>(orders, quarter).value();
    m.origins.push_back(origin_of(name, view));
    m.buyers.push_back(std::move(b));
  }
  for (const auto& [name, view] : root.group("observation")) {
    reader.must_give(view, "quarter", "\"2023-Q3\"");
    const size_t quarter =
        index(bare(*view.find("quarter")).text, view.place("quarter"), view.key_path("quarter"), "leave it out");
    if (!view.gives("wait") && !view.gives("rent"))
      reader.must_give(view, "wait", "{ low = \"36 weeks\", high = \"52 weeks\" }, or rent = \"$2/chip/h\"");
    for (const char* what : {"wait", "rent"}) {
      if (!view.gives(what)) continue;
      const bool rent = what == std::string_view("rent");
      const Distribution was =
          read_amount(*view.find(what), rent ? rent_dimension : d::time, view.key_path(what), provenance_keys());
      // From low to high where there are such; P10 to P90 of what has no ends.
      using Kind = Distribution::Kind;
      const bool endless = was.kind == Kind::normal || was.kind == Kind::lognormal || was.kind == Kind::percentiles;
      const double unit = rent ? 1 / hour : week;
      m.seen.push_back({name, said(view, "source"), quarter, rent, (endless ? was.quantile(0.1) : was.lowest()) / unit,
                        (endless ? was.quantile(0.9) : was.highest()) / unit});
    }
  }
  return m;
}

}  // namespace orrery::silicon
