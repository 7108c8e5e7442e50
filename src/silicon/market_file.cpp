#include "silicon/market_file.h"

#include <algorithm>

#include "base/text.h"
#include "base/units.h"
#include "scenario/check.h"

namespace orrery::silicon {
namespace {

using namespace scenario;
namespace d = dimension;
constexpr double week = 7 * 86400, hour = 3600, year = year_length.value();
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

/// Whether products have buyers of their own, so that each is a market.
bool sells_products(const View& root) {
  const auto products = root.group("product");
  return std::any_of(products.begin(), products.end(), [](const auto& p) { return p.second.gives("buyer"); });
}

/// The rows of a section by quarter. The first such section says which quarters the market has.
std::vector<std::pair<std::string, View>> rows_of(const View& above, const std::string& section, Market& m,
                                                  bool first) {
  std::vector<std::pair<std::string, View>> rows;
  for (const auto& [name, view] : above.group(section)) {
    if (says_origin(name)) continue;
    const Date quarter = parse_quarter(name);
    if (first && rows.empty()) m.first = quarter;
    if (quarter != add_months(m.first, 3 * static_cast<int>(rows.size())))
      throw Error(view.place(), view.path,
                  first || !rows.empty() ? "does not follow the quarter before it" : "is not the first quarter",
                  "give every quarter, in order");
    if (first) m.quarters.push_back(name);
    rows.emplace_back(name, view);
  }
  return rows;
}

/// The number of a quarter; throws Error with the remedy for one outside of the market's and so many later ones.
size_t quarter_number(const Market& m, const std::string& quarter, const Place& place, const std::string& path,
                      const char* remedy, size_t later = 0) {
  const int number = months_between(m.first, at(place, path, [&] { return parse_quarter(quarter); })) / 3;
  if (number < 0 || number >= static_cast<int>(m.quarters.size() + later))
    throw Error(place, path, "lies outside the quarters of the supply", remedy);
  return static_cast<size_t>(number);
}

/// The products that share the limits, in the file's order.
void read_products(Reader& reader, const View& root, Market& m) {
  std::vector<std::string> limits;
  for (const MarketLimit& limit : m.limits) limits.push_back(limit.name);
  for (const auto& [name, view] : root.group("product")) {
    MarketProduct p;
    p.terms.name = name;
    p.terms.weight = reader.constant_number(view, "weight", from_rule(1, "as every other"));
    p.terms.uses.assign(limits.size(), 0), p.planned.assign(m.quarters.size(), infinity);
    if (const View uses = view.below("uses"); uses.table)
      for (const auto& [limit, node] : uses.table->members) {
        if (says_origin(limit)) continue;
        const auto found = std::find(limits.begin(), limits.end(), limit);
        if (found == limits.end())
          throw Error(node.place, uses.key_path(limit), "is no limit of this market",
                      suggest(limit, limits, "add [limit." + limit + "]"));
        p.terms.uses[static_cast<size_t>(found - limits.begin())] = reader.constant_number(uses, limit);
      }
    if (const View planned = view.below("planned"); planned.table)
      for (const auto& [quarter, node] : planned.table->members)
        if (!says_origin(quarter))
          p.planned[quarter_number(m, quarter, node.place, planned.key_path(quarter), "plan within them")] =
              reader.constant<Chips>(planned, quarter).value();
    if (std::none_of(p.terms.uses.begin(), p.terms.uses.end(), [](double x) { return x > 0; }))
      throw Error(view.place(), view.path, "uses none of the limits", "add uses = { " + limits.front() + " = 0.06 }");
    m.products.push_back(std::move(p));
  }
}

/// What all markets of a file share: its limits, their quarters, and the products that they hold.
Market read_limits(Reader& reader, const View& root, std::vector<MarketOrigin>& origins) {
  Market m;
  needs(root, {"product"}, root.gives("limit") || sells_products(root), "limits",
        "add [limit.NAME] with what there is by quarter, or supply and buyers of its own");
  const View limits = root.below("limit");
  for (const auto& [name, limit] : root.group("limit")) {
    MarketLimit& l = m.limits.emplace_back();
    l.name = name;
    for (const auto& [quarter, view] : rows_of(limits, name, m, m.limits.size() == 1)) {
      origins.push_back(origin_of(name + " " + quarter, view, limit));
      l.there.push_back(reader.number(limit, quarter));
    }
    if (l.there.size() != m.quarters.size())
      throw Error(limit.place(), limit.path, "has other quarters than " + limits.key_path(m.limits.front().name),
                  "give every limit in the same quarters");
  }
  if (!m.limits.empty()) read_products(reader, root, m);
  return m;
}

/// What is made by quarter: of [supply], or what the limits let through.
void read_made(Reader& reader, const View& root, const View& at, const std::vector<MarketOrigin>& of_limits,
               Market& m) {
  const bool limited = root.gives("limit");
  if (limited && at.gives("supply"))
    throw Error(at.place("supply"), at.key_path("supply"), "stands beside limits, which say what is made",
                "give one of the two");
  if (!limited) {
    reader.must_give(at, "supply", "[supply] with a row for each quarter");
    const View supply = at.below("supply");
    for (const auto& [name, view] : rows_of(at, "supply", m, true)) {
      m.origins.push_back(origin_of(name, view, supply));
      m.sources.push_back(said(view.gives("source") || view.gives("note") ? view : supply, "source"));
      m.made.push_back(reader.amount<Chips>(supply, name));
    }
  }
  if (m.quarters.empty())
    throw Error(at.place(limited ? "limit" : "supply"), limited ? "limit" : at.key_path("supply"), "has no quarter",
                "add \"2024-Q1\" = \"100000 chips\"");
  if (!limited) return;
  const std::string own = folded(m.product);
  const auto ours = std::find_if(m.products.begin(), m.products.end(),
                                 [&](const MarketProduct& p) { return folded(p.terms.name) == own; });
  if (ours == m.products.end())
    throw Error(root.place("limit"), "limit", "says nothing of " + in_quotes(m.product) + ", which is sold here",
                "add [product." + own + "] with what it uses");
  std::rotate(m.products.begin(), ours, ours + 1);
  for (const std::string& quarter : m.quarters)
    m.origins.push_back({quarter, "derived", "what the limits let through"}), m.sources.emplace_back();
  m.origins.insert(m.origins.end(), of_limits.begin(), of_limits.end());
}

void read_buyers(Reader& reader, const View& at, Market& m) {
  reader.must_give(at, "buyer", "[buyer.NAME]");
  for (const auto& [name, view] : at.group("buyer")) {
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
        b.orders[quarter_number(m, quarter, node.place, orders.key_path(quarter), "order within them")] =
            reader.constant<Chips>(orders, quarter).value();
    m.origins.push_back(origin_of(name, view));
    m.buyers.push_back(std::move(b));
  }
}

/// The quarters after the last of supply of which the rent is asked for.
void read_later(Reader& reader, const View& at, Market& m) {
  const View process = at.below("process");
  if (!process.table) return;
  if (!m.rented)
    throw Error(process.place(), process.path, "stands in a market without a rent", "add rent = \"$2/chip/h\"");
  reader.must_give(process, "until", "\"2026-Q4\"");
  const std::string until = reader.text(process, "until");
  constexpr size_t most = 80;  // twenty years
  const size_t last = quarter_number(m, until, process.place("until"), process.key_path("until"),
                                     "name one from them on, within twenty years", most);
  if (last < m.quarters.size())
    throw Error(process.place("until"), process.key_path("until"), "is not after the supply's last quarter",
                "name a later one");
  for (size_t q = m.quarters.size(); q <= last; ++q)
    m.later.push_back(quarter_name(add_months(m.first, 3 * static_cast<int>(q))));
}

void read_seen(const Reader& reader, const View& at, Market& m) {
  for (const auto& [name, view] : at.group("observation")) {
    reader.must_give(view, "quarter", "\"2023-Q3\"");
    const size_t quarter =
        quarter_number(m, bare(*view.find("quarter")).text, view.place("quarter"), view.key_path("quarter"),
                       "leave it out", view.gives("wait") ? 0 : m.later.size());
    if (!view.gives("wait") && !view.gives("rent"))
      reader.must_give(view, "wait", "{ low = \"36 weeks\", high = \"52 weeks\" }, or rent = \"$2/chip/h\"");
    if (view.gives("rent") && !m.rented)
      throw Error(view.place("rent"), view.key_path("rent"), "was seen in a market without a rent",
                  "add rent = \"$2/chip/h\" to the market");
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
}

}  // namespace

const Form& market_form() {
  const auto terms = [](const char* otherwise) -> std::vector<Key> {
    return {
        amount("rent", rent_dimension, "rent of an accelerator and time in a market in balance", otherwise),
        amount("elasticity", d::none, "of demand: per cent of demand for a per cent of rent", otherwise, -100, -0.1)};
  };
  static const std::vector<Key> supply = {
      each(NameForm::quarter, based(amount("", d::chips, "accelerators made", "must be given, or limits", 1)))};
  static const std::vector<Key> process = {
      based(amount("level", rent_dimension, "rent that it goes back to, at that quarter", "must be given", 1e-9)),
      amount("falls", d::none - d::time, "by which the logarithm of the level falls in time", "0", 0, 10 / year),
      amount("reversion", d::none - d::time, "share of the distance from the level that is gone in time",
             "must be given", 0.01 / year, 100 / year),
      amount("volatility", d::none, "standard deviation that a year brings the logarithm without reversion",
             "must be given", 0, 5),
      text("until", "the last quarter of it", "must be given")};
  static const std::vector<Key> buyer = {
      certain(amount("contract", d::none, "share of each quarter's supply by contract", "0", 0, 1)),
      certain(amount("take", d::chips, "accelerators a quarter by take or pay, served with the contracts", "0")),
      whole("priority", "1 is served first among those without a contract", "1", 1, 9)};
  static const std::vector<Key> orders = {
      each(NameForm::quarter, certain(amount("", d::chips, "accelerators", "none")))};
  static const std::vector<Key> observation = {
      text("quarter", "when", "must be given"),
      amount("wait", d::time, "of a new order, from low to high, or P10 to P90", "none", 0),
      amount("rent", rent_dimension, "in the quarter, from low to high, or P10 to P90", "none")};
  const auto with = [](std::vector<Key> keys, Key key) {
    keys.insert(keys.begin(), std::move(key));
    return keys;
  };
  static const Form form{
      "market",
      "a market",
      "a shortage by the quarter: supply shared among buyers, who waits, and the rent",
      {"supply", "buyer", "product"},
      {{"", "The market.", {}, {"market", "supply", "limit", "product", "process", "buyer", "observation"}},
       {"market", "What is sold, where it is one product.",
        with(terms("must be given"), text("product", "what the accelerators are", "none"))},
       {"supply", "What is made in each quarter, none left out.", supply},
       {"limit.*",
        "What products share in each quarter, none left out, in a unit of its own: wafers, stacks. In place of "
        "[supply].",
        {each(NameForm::quarter, based(amount("", d::none, "how much there is", "must be given", 0, 1e12)))}},
       {"product.*",
        "A product of several. Where limits are shared, all rise together by their weights until a limit or a plan "
        "holds them; with buyers it is a market of its own, and has a rent where that is given.",
        with(terms("none: it has no rent"),
             certain(amount("weight", d::none, "accelerators for each one of a product of weight 1", "1", 1e-6, 1e6))),
        {"uses", "planned", "supply", "process", "buyer", "observation"}},
       {"product.*.uses",
        "How much of each limit an accelerator takes.",
        {each(NameForm::name, certain(amount("", d::none, "of the limit of this name", "0", 0, 1e6)))}},
       {"product.*.planned",
        "At most so many in a quarter.",
        {each(NameForm::quarter, certain(amount("", d::chips, "accelerators", "as many as the limits let through")))}},
       {"product.*.supply", "As [supply].", supply},
       {"product.*.process", "As [process].", process},
       {"product.*.buyer.*", "As [buyer.*].", buyer, {"orders"}},
       {"product.*.buyer.*.orders", "As [buyer.*.orders].", orders},
       {"product.*.observation.*", "As [observation.*].", observation},
       {"process", "The rent after the last quarter of supply: its logarithm goes back to that of a falling level.",
        process},
       {"buyer.*", "Who orders.", buyer, {"orders"}},
       {"buyer.*.orders", "New orders by quarter.", orders},
       {"observation.*", "What was seen; never an input.", observation}}};
  return form;
}

std::vector<double> Market::made_in(Draws draws) const {
  std::vector<double> out;
  for (const Uncertain<Chips>& x : made) out.push_back(x.in(draws).value());
  if (!limits.empty())
    for (size_t q = 0; q < quarters.size(); ++q) out.push_back(within_limits(draws, q).made.front());
  return out;
}

LimitedOutput Market::within_limits(Draws draws, size_t quarter) const {
  std::vector<double> there;
  for (const MarketLimit& limit : limits) there.push_back(limit.there[quarter].in(draws));
  std::vector<LimitedProduct> terms;
  for (const MarketProduct& sharing : products) {
    terms.push_back(sharing.terms);
    terms.back().planned = sharing.planned[quarter];
  }
  return share_limits(there, terms);
}

std::string Market::held_by(size_t quarter) const {
  if (limits.empty()) return "";
  const std::optional<size_t> limit = within_limits({}, quarter).held_by.front();
  return limit ? limits[*limit].name : "";
}

std::vector<std::string> products_sold(const View& root) {
  if (!sells_products(root)) return {said(root.below("market"), "product")};
  std::vector<std::string> out;
  for (const auto& [name, view] : root.group("product"))
    if (view.gives("buyer")) out.push_back(name);
  return out;
}

View section_of(const View& root, const std::string& product) {
  return sells_products(root) ? root.below("product").below(product) : root;
}

std::vector<Market> read_markets(Reader& reader, const std::vector<std::string>& products) {
  const View root = reader.root();
  const bool several = sells_products(root);
  if (several)
    for (const char* part : {"market", "supply", "buyer", "process", "observation"})
      if (root.gives(part))
        throw Error(root.place(part), part, "stands beside products with buyers of their own",
                    "give it below the product that it is of");
  for (const auto& [name, view] : root.group("product"))
    needs(view, {"supply", "rent", "elasticity", "process", "observation"}, view.gives("buyer"), "buyers",
          ("add [product." + name + ".buyer.NAME]").c_str());
  std::vector<MarketOrigin> of_limits;
  const Market shared = read_limits(reader, root, of_limits);
  std::vector<Market> out;
  for (const std::string& product : products_sold(root)) {
    if (!products.empty() && std::find(products.begin(), products.end(), product) == products.end()) continue;
    Market& m = out.emplace_back(shared);
    const View at = section_of(root, product), terms = several ? at : root.below("market");
    m.product = several ? product : reader.text(terms, "product", "", "not named");
    m.rented = !several || terms.gives("rent") || terms.gives("elasticity");
    if (m.rented) m.rent = reader.value(terms, "rent"), m.elasticity = reader.value(terms, "elasticity");
    read_made(reader, root, at, of_limits, m);
    read_buyers(reader, at, m);
    read_later(reader, at, m);
    read_seen(reader, at, m);
  }
  return out;
}

}  // namespace orrery::silicon
