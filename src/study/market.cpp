// A market for accelerators by the quarter as a kind of study: supply that is shared among buyers, who waits and for
// how long, and what that does to the rent (silicon/market).
#include "silicon/market.h"

#include <fmt/format.h>

#include <memory>

#include "base/units.h"
#include "scenario/check.h"
#include "study/kinds.h"

namespace orrery::study {
namespace {

using namespace scenario;
namespace d = dimension;
constexpr double week = 7 * 86400, hour = 3600, quarter_length = year_length.value() / 4;
constexpr Dimension rent_dimension = d::money - d::chips - d::time;

const Form& form() {
  static const Form form{
      "market",
      "a market",
      "a shortage by the quarter: supply shared among buyers, who waits, and the rent",
      {"market"},
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

/// What was seen in a quarter: a wait, weeks, or a rent, $/h.
struct Seen {
  std::string name, source;
  size_t quarter = 0;
  bool rent = false;
  double low = 0, high = 0;
};

struct Market {
  std::string product;
  UncertainNumber rent, elasticity;            ///< $ per accelerator and s
  std::vector<std::string> quarters, sources;  ///< of the supply
  std::vector<Uncertain<Chips>> made;
  std::vector<silicon::MarketBuyer> buyers;
  std::vector<Seen> seen;
  std::vector<std::vector<Cell>> origins;  ///< of the supply and the buyers: name, basis, source or note

  std::vector<double> made_in(Draws draws) const {
    std::vector<double> out;
    for (const Uncertain<Chips>& x : made) out.push_back(x.in(draws).value());
    return out;
  }
  enum { waiting, wait, rents, outputs_each };
  size_t output(size_t quarter, size_t which) const { return outputs_each * quarter + which; }

  void run(Draws draws, std::span<double> outputs) const {
    const std::vector<double> supply = made_in(draws);
    const std::vector<silicon::MarketQuarter> quarter = silicon::share_supply(supply, buyers);
    for (size_t q = 0; q < quarter.size(); ++q) {
      outputs[output(q, waiting)] = quarter[q].waiting();
      outputs[output(q, wait)] = quarter_length * silicon::wait_of_order(supply, quarter[q].waiting(), q);
      outputs[output(q, rents)] =
          silicon::rent_response(rent.in(draws), quarter[q].wanted, quarter[q].supply, elasticity.in(draws));
    }
  }
};

std::string said(const View& view, const char* key) {
  const Node* node = view.find(key);
  return node ? node->text : "";
}

/// Where a value is from: its own word, else its section's.
std::vector<Cell> origin_of(const std::string& name, const View& view, const View& section = {}) {
  if (view.place().file.starts_with("--")) return {name, said(view, "basis"), "--set"};
  const auto first = [&](const char* key) { return view.gives(key) ? said(view, key) : said(section, key); };
  const bool source = view.gives("source") || (!view.gives("note") && section.gives("source"));
  return {name, first("basis"), first(source ? "source" : "note")};
}

Market read_market(Reader& reader) {
  Market m;
  const View root = reader.root(), market = root.below("market");
  m.product = reader.text(market, "product", "", "not named");
  m.rent = reader.value(market, "rent"), m.elasticity = reader.value(market, "elasticity");

  const View supply = root.below("supply");
  reader.must_give(root, "supply", "[supply] with a row for each quarter");
  Date first;
  for (const auto& [name, view] : root.group("supply")) {
    if (says_origin(name)) continue;
    const Date quarter = parse_quarter(name);
    if (m.quarters.empty()) first = quarter;
    if (quarter != add_months(first, 3 * static_cast<int>(m.quarters.size())))
      throw Error(view.place(), view.path, "does not follow the quarter before it", "give every quarter, in order");
    m.origins.push_back(origin_of(name, view, supply));
    m.quarters.push_back(name),
        m.sources.push_back(said(view.gives("source") || view.gives("note") ? view : supply, "source"));
    m.made.push_back(reader.amount<Chips>(supply, name));
  }
  if (m.quarters.empty())
    throw Error(root.place("supply"), "supply", "has no quarter", "add \"2024-Q1\" = \"100000 chips\"");
  auto index = [&](const std::string& quarter, const Place& place, const std::string& path, const char* remedy) {
    const int number = months_between(first, at(place, path, [&] { return parse_quarter(quarter); })) / 3;
    if (number < 0 || number >= static_cast<int>(m.quarters.size()))
      throw Error(place, path, "lies outside the quarters of the supply", remedy);
    return static_cast<size_t>(number);
  };
  reader.must_give(root, "buyer", "[buyer.NAME]");
  for (const auto& [name, view] : root.group("buyer")) {
    silicon::MarketBuyer b;
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

std::vector<Figure> figures(bool has_trials) {
  const auto quarters = [](Mark mark, const std::string& name, const char* value) {
    return Layer{mark, name, "quarters", "quarter", value};
  };
  const auto seen = [](const char* name, const char* value) {
    return Layer{Mark::points, name, "observations", "quarter", value};
  };
  const std::vector<std::string> facts = {"supply.", "buyer."}, rent_facts = {"market.", "supply.", "buyer."};
  std::vector<Figure> out = {{"supply",
                              "What is delivered to whom, beside what is made and wanted, by quarter",
                              "Market",
                              "accelerators",
                              Plot::time,
                              {quarters(Mark::stack, "", "delivered_to"), quarters(Mark::step, "made", "made"),
                               quarters(Mark::step, "wanted", "wanted")},
                              "",
                              facts},
                             {"waiting",
                              "Accelerators waited for at the end of the quarter",
                              "Market",
                              "accelerators",
                              Plot::time,
                              {quarters(Mark::band, band_name(has_trials), "waiting")},
                              "",
                              facts},
                             {"wait",
                              "Wait of an order placed at the end of the quarter",
                              "Market",
                              "weeks",
                              Plot::time,
                              {quarters(Mark::band, band_name(has_trials), "wait_weeks"),
                               seen("seen, at least", "weeks_low"), seen("seen, at most", "weeks_high")},
                              "",
                              facts},
                             {"rent",
                              "Rent of an accelerator-hour",
                              "Market",
                              "USD/accelerator-hour",
                              Plot::time,
                              {quarters(Mark::band, band_name(has_trials), "rent_per_hour"),
                               seen("seen, at least", "rent_low"), seen("seen, at most", "rent_high")},
                              "",
                              rent_facts}};
  out[0].in_brief = true;
  out[2].in_line = "wait, weeks", out[3].in_line = "rent an hour";
  return out;
}

Document answer_of(const Market& m, const std::string& description, const std::string& title, const Trials& trials) {
  auto spread = [&](size_t q, size_t which, double unit) {
    const Spread s = trials.spread(m.output(q, which));
    return Spread{s.p10 / unit, s.p50 / unit, s.p90 / unit};
  };
  const std::vector<double> made = m.made_in({});
  const std::vector<silicon::MarketQuarter> at_medians = silicon::share_supply(made, m.buyers);
  Document out;
  out.say(title + "\n" + (description.empty() ? "" : description + "\n"));
  out.say((m.product.empty() ? "" : m.product + "; ") +
          (trials.count > 0 ? format_count(trials.count) + " trials\n" : "supply at its medians\n"));
  out.put("product", m.product);

  Table t{"quarters",
          "Supply and demand (counts at the medians)",
          {text_column("quarter", "quarter"), count_column("made", "made", "accelerators"),
           count_column("wanted", "wanted", "accelerators"), count_column("delivered", "delivered", "accelerators"),
           count_column("", "waiting", "accelerators"), data_column("waiting", "accelerators"),
           fixed_column("wait_weeks", "wait, weeks", "weeks", 0),
           fixed_column("rent_per_hour", "rent, $/h", "USD/accelerator-hour", 2), text_column("binding", "binds"),
           data_column("basis"), data_column("source"), data_column("delivered_to", "accelerators")}};
  for (size_t q = 0; q < at_medians.size(); ++q) {
    const silicon::MarketQuarter& x = at_medians[q];
    Table delivered{"", "", {data_column("buyer"), data_column("accelerators", "accelerators")}};
    delivered.keyed = true;
    for (size_t k = 0; k < m.buyers.size(); ++k) delivered.rows.push_back({m.buyers[k].name, x.delivered_to[k]});
    t.rows.push_back({m.quarters[q], made[q], x.wanted, x.delivered, x.waiting(), spread(q, Market::waiting, 1),
                      spread(q, Market::wait, week), spread(q, Market::rents, 1 / hour),
                      x.waiting() > 0.5 ? "supply" : "orders", m.origins[q][1], m.sources[q],
                      Cell(std::make_shared<const Table>(std::move(delivered)))});
  }
  out.add(std::move(t));

  Table buyers{"buyers",
               "Who goes short (at the medians)",
               {text_column("buyer", "buyer"), count_column("", "ordered", "accelerators"),
                count_column("", "delivered", "accelerators"), count_column("", "short at most", "accelerators"),
                text_column("", "in"), text_column("", "served by"), data_column("ordered"), data_column("delivered"),
                data_column("waiting")}};
  for (size_t k = 0; k < m.buyers.size(); ++k) {
    double ordered = 0, delivered = 0, worst = 0;
    std::string when = "-", served;
    std::vector<Cell> orders, deliveries, waits;
    for (size_t q = 0; q < at_medians.size(); ++q) {
      const double to = at_medians[q].delivered_to[k], waiting = at_medians[q].waiting_of[k];
      ordered += at_medians[q].ordered_by[k], delivered += to;
      orders.push_back(at_medians[q].ordered_by[k]), deliveries.push_back(to), waits.push_back(waiting);
      if (waiting > worst + 0.5) worst = waiting, when = m.quarters[q];
      // From the quarter on in which nothing that was ordered waits; before its first order a buyer is not served.
      if (waiting > 0.5 || ordered <= 0) served.clear();
      else if (served.empty()) served = m.quarters[q];
    }
    buyers.rows.push_back({m.buyers[k].name, ordered, delivered, worst, when,
                           served.empty() ? "not in these quarters" : served, Cell(Value(orders)),
                           Cell(Value(deliveries)), Cell(Value(waits))});
  }
  out.add(std::move(buyers));

  Table seen{
      "observations",
      "Hindsight",
      {text_column("name", "observation"), text_column("quarter", "quarter"), text_column("what", "what"),
       text_column("", "seen"), data_column("weeks_low", "weeks"), data_column("weeks_high", "weeks"),
       data_column("rent_low", "USD/accelerator-hour"), data_column("rent_high", "USD/accelerator-hour"),
       text_column("", "forecast"), text_column("overlaps_p10_p90", "P10 to P90"), text_column("source", "source")}};
  for (const Seen& o : m.seen) {
    const Spread s = o.rent ? spread(o.quarter, Market::rents, 1 / hour) : spread(o.quarter, Market::wait, week);
    const bool inside = s.p10 <= o.high && o.low <= s.p90;
    const auto range = [&](double low, double high) {
      return o.rent ? fmt::format("{:.2f} to {:.2f}", low, high) : fmt::format("{:.0f} to {:.0f}", low, high);
    };
    const auto where = [&](bool is, double value) { return is ? Cell(value) : Cell(); };
    seen.rows.push_back({o.name, m.quarters[o.quarter], o.rent ? "rent, $/h" : "wait, weeks", range(o.low, o.high),
                         where(!o.rent, o.low), where(!o.rent, o.high), where(o.rent, o.low), where(o.rent, o.high),
                         trials.count > 0 ? range(s.p10, s.p90)
                         : o.rent         ? fmt::format("{:.2f}", s.p50)
                                          : fmt::format("{:.0f}", s.p50),
                         trials.count > 0 ? Cell(inside, inside ? "overlaps" : "outside") : Cell(), o.source});
  }
  out.add(std::move(seen));
  out.add(Table{"",
                "Where the figures come from",
                {text_column("", "row"), text_column("", "basis"), text_column("", "source or note")},
                m.origins});
  out.figures = figures(trials.count > 0);
  return out;
}

Study read(const Scenario& scenario, const catalog::Catalog& catalog) {
  Reader reader(scenario, catalog);
  Study study = titled_study(reader);
  const auto m = std::make_shared<const Market>(read_market(reader));
  for (const std::string& quarter : m->quarters) {
    study.outputs.push_back({quarter + " accelerators waited for", d::chips});
    study.outputs.push_back({quarter + " wait of a new order", d::time});
    study.outputs.push_back({quarter + " rent", rent_dimension, false, true, true});
  }
  study.trial = [m](Draws draws, std::span<double> outputs) { m->run(draws, outputs); };
  study.answer = [m, title = study.title, description = study.description](const Trials& trials) {
    return answer_of(*m, description, title, trials);
  };
  return finished_study(std::move(study), reader);
}

}  // namespace

const Kind market_kind{form, read};

}  // namespace orrery::study
