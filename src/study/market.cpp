// A market for accelerators by the quarter as a kind of study: supply that is shared among buyers, who waits and for
// how long, and what that does to the rent (silicon/market).
#include <fmt/format.h>

#include <memory>

#include "base/units.h"
#include "money/rent_process.h"
#include "silicon/market_file.h"
#include "study/kinds.h"

namespace orrery::study {
namespace {

using namespace scenario;
namespace d = dimension;
using silicon::Market;
using silicon::MarketQuarter;
constexpr double week = 7 * 86400, hour = 3600, quarter_length = year_length.value() / 4;
constexpr Dimension rent_dimension = d::money - d::chips - d::time;

enum { waiting, wait, rents };

/// What the rent does after the last quarter of supply.
struct Later {
  Uncertain<double> level, falls, reversion, volatility;
  std::vector<UncertainNumber> shocks;  ///< by quarter, standard normal

  money::RentProcess process(Draws draws) const {
    return {level.in(draws), falls.in(draws), reversion.in(draws), volatility.in(draws)};
  }
};

/// A market, what its rent does later, and where its outputs stand among those of the study.
struct Traded {
  Market market;
  Later later;
  size_t first = 0;

  size_t each() const { return market.rented ? 3 : 2; }
  size_t output(size_t quarter, size_t which) const { return first + each() * quarter + which; }
  /// The rent of a quarter, the supply's or a later one.
  size_t rent_output(size_t quarter) const {
    const size_t supplied = market.quarters.size();
    return quarter < supplied ? output(quarter, rents) : output(supplied, 0) + quarter - supplied;
  }
};

Later read_later(Reader& reader, const View& at, const Market& m) {
  Later later;
  if (m.later.empty()) return later;
  const View view = at.below("process");
  later.level = reader.value(view, "level");
  later.falls = reader.value(view, "falls", from_rule(0, "none"));
  later.reversion = reader.value(view, "reversion"), later.volatility = reader.value(view, "volatility");
  for (const std::string& quarter : m.later) {
    later.shocks.push_back({0, static_cast<int>(reader.inputs.size())});
    reader.inputs.push_back({view.key_path("shock of " + quarter), {Distribution::Kind::normal, 0, 1, 0, {}}, d::none});
  }
  return later;
}

void run(const Traded& t, Draws draws, std::span<double> outputs) {
  const Market& m = t.market;
  const std::vector<double> supply = m.made_in(draws);
  const std::vector<MarketQuarter> quarter = silicon::share_supply(supply, m.buyers);
  for (size_t q = 0; q < quarter.size(); ++q) {
    outputs[t.output(q, waiting)] = quarter[q].waiting();
    outputs[t.output(q, wait)] = quarter_length * silicon::wait_of_order(supply, quarter[q].waiting(), q);
    if (m.rented)
      outputs[t.output(q, rents)] =
          silicon::rent_response(m.rent.in(draws), quarter[q].wanted, quarter[q].supply, m.elasticity.in(draws));
  }
  if (m.later.empty()) return;
  std::vector<double> shocks;
  for (const UncertainNumber& shock : t.later.shocks) shocks.push_back(shock.in(draws));
  const std::vector<double> path =
      money::rent_path(t.later.process(draws), outputs[t.output(quarter.size() - 1, rents)], quarter_length, shocks);
  for (size_t q = 0; q < path.size(); ++q) outputs[t.rent_output(quarter.size() + q)] = path[q];
}

std::vector<Figure> figures(bool has_trials, bool several) {
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
                             {"waiting_of",
                              "Who waits at the end of the quarter",
                              "Market",
                              "accelerators",
                              Plot::time,
                              {quarters(Mark::stack, "", "waiting_of")},
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
  out[3].in_line = "wait, weeks", out[4].in_line = "rent an hour";
  if (several)
    for (Figure& figure : out) figure.choose = "product", figure.facts = {"product."};
  return out;
}

/// A table of all products: with a column of their names where there are several.
class Products {
 public:
  explicit Products(bool several) : several_(several) {}
  Table table(Table t) const {
    if (several_) t.columns.insert(t.columns.begin(), text_column("product", "product"));
    return t;
  }
  void add(Table& t, const Traded& of, std::vector<Cell> row) const {
    if (several_) row.insert(row.begin(), of.market.product);
    t.rows.push_back(std::move(row));
  }

 private:
  bool several_;
};

/// An amount for each buyer.
Table by_buyer(const Market& m, const std::vector<double>& amounts) {
  Table t{"", "", {data_column("buyer"), data_column("accelerators", "accelerators")}};
  t.keyed = true;
  for (size_t k = 0; k < m.buyers.size(); ++k) t.rows.push_back({m.buyers[k].name, amounts[k]});
  return t;
}

/// What each buyer ordered and got, and until when it waited, at the medians.
void add_buyers(const Products& products, const Traded& traded, const std::vector<MarketQuarter>& at_medians,
                Table& out) {
  const Market& m = traded.market;
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
    products.add(out, traded,
                 {m.buyers[k].name, ordered, delivered, worst, when, served.empty() ? "not in these quarters" : served,
                  Cell(Value(orders)), Cell(Value(deliveries)), Cell(Value(waits))});
  }
}

Document answer_of(const std::vector<Traded>& markets, const std::string& description, const std::string& title,
                   const Trials& trials) {
  const bool several = markets.size() > 1;
  const Products products(several);
  const auto spread = [&](const Traded& t, size_t q, size_t which, double unit) {
    const Spread s = trials.spread(which == rents ? t.rent_output(q) : t.output(q, which));
    return Spread{s.p10 / unit, s.p50 / unit, s.p90 / unit};
  };
  Document out;
  out.say(title + "\n" + (description.empty() ? "" : description + "\n"));
  std::string named;
  for (const Traded& t : markets) named += (named.empty() ? "" : ", ") + t.market.product;
  out.say((named.empty() ? "" : named + "; ") +
          (trials.count > 0 ? format_count(trials.count) + " trials\n" : "supply at its medians\n"));
  out.put("product", named);

  Table t = products.table(
      {"quarters",
       "Supply and demand (counts at the medians)",
       {text_column("quarter", "quarter"), count_column("made", "made", "accelerators"),
        count_column("wanted", "wanted", "accelerators"), count_column("delivered", "delivered", "accelerators"),
        count_column("", "waiting", "accelerators"), data_column("waiting", "accelerators"),
        fixed_column("wait_weeks", "wait, weeks", "weeks", 0),
        fixed_column("rent_per_hour", "rent, $/h", "USD/accelerator-hour", 2), text_column("binding", "binds"),
        data_column("basis"), data_column("source"), data_column("delivered_to", "accelerators"),
        data_column("waiting_of", "accelerators")}});
  Table later = products.table(
      {"later",
       "The rent after that",
       {text_column("quarter", "quarter"), fixed_column("rent_per_hour", "rent, $/h", "USD/accelerator-hour", 2)}});
  Table buyers =
      products.table({"buyers",
                      "Who goes short (at the medians)",
                      {text_column("buyer", "buyer"), count_column("", "ordered", "accelerators"),
                       count_column("", "delivered", "accelerators"), count_column("", "short at most", "accelerators"),
                       text_column("", "in"), text_column("", "served by"), data_column("ordered"),
                       data_column("delivered"), data_column("waiting")}});
  Table seen = products.table(
      {"observations",
       "Hindsight",
       {text_column("name", "observation"), text_column("quarter", "quarter"), text_column("what", "what"),
        text_column("", "seen"), data_column("weeks_low", "weeks"), data_column("weeks_high", "weeks"),
        data_column("rent_low", "USD/accelerator-hour"), data_column("rent_high", "USD/accelerator-hour"),
        text_column("", "forecast"), text_column("overlaps_p10_p90", "P10 to P90"), text_column("source", "source")}});
  Table origins =
      products.table({"",
                      "Where the figures come from",
                      {text_column("", "row"), text_column("", "basis"), text_column("", "source or note")}});
  for (const Traded& traded : markets) {
    const Market& m = traded.market;
    const std::vector<double> made = m.made_in({});
    const std::vector<MarketQuarter> at_medians = silicon::share_supply(made, m.buyers);
    for (size_t q = 0; q < at_medians.size(); ++q) {
      const MarketQuarter& x = at_medians[q];
      products.add(t, traded,
                   {m.quarters[q], made[q], x.wanted, x.delivered, x.waiting(), spread(traded, q, waiting, 1),
                    spread(traded, q, wait, week), m.rented ? Cell(spread(traded, q, rents, 1 / hour)) : Cell(),
                    x.waiting() <= 0.5     ? "orders"
                    : m.held_by(q).empty() ? "supply"
                                           : m.held_by(q),
                    m.origins[q].basis, m.sources[q], Cell(std::make_shared<const Table>(by_buyer(m, x.delivered_to))),
                    Cell(std::make_shared<const Table>(by_buyer(m, x.waiting_of)))});
    }
    for (size_t q = 0; q < m.later.size(); ++q)
      products.add(later, traded, {m.later[q], spread(traded, m.quarters.size() + q, rents, 1 / hour)});
    add_buyers(products, traded, at_medians, buyers);
    for (const silicon::MarketSeen& o : m.seen) {
      const Spread s = o.rent ? spread(traded, o.quarter, rents, 1 / hour) : spread(traded, o.quarter, wait, week);
      const bool inside = s.p10 <= o.high && o.low <= s.p90;
      const auto range = [&](double low, double high) {
        return o.rent ? fmt::format("{:.2f} to {:.2f}", low, high) : fmt::format("{:.0f} to {:.0f}", low, high);
      };
      const auto where = [&](bool is, double value) { return is ? Cell(value) : Cell(); };
      const size_t supplied = m.quarters.size();
      products.add(seen, traded,
                   {o.name, o.quarter < supplied ? m.quarters[o.quarter] : m.later[o.quarter - supplied],
                    o.rent ? "rent, $/h" : "wait, weeks", range(o.low, o.high), where(!o.rent, o.low),
                    where(!o.rent, o.high), where(o.rent, o.low), where(o.rent, o.high),
                    trials.count > 0 ? range(s.p10, s.p90)
                    : o.rent         ? fmt::format("{:.2f}", s.p50)
                                     : fmt::format("{:.0f}", s.p50),
                    trials.count > 0 ? Cell(inside, inside ? "overlaps" : "outside") : Cell(), o.source});
    }
    for (const silicon::MarketOrigin& o : m.origins) products.add(origins, traded, {o.name, o.basis, o.source});
  }
  out.add(std::move(t));
  if (!later.rows.empty()) out.add(std::move(later));
  out.add(std::move(buyers));
  out.add(std::move(seen));
  out.add(std::move(origins));
  out.figures = figures(trials.count > 0, several);
  return out;
}

Study read(const Scenario& scenario, const catalog::Catalog& catalog) {
  Reader reader(scenario, catalog);
  Study study = titled_study(reader);
  auto read = std::make_shared<std::vector<Traded>>();
  for (Market& m : silicon::read_markets(reader)) {
    const std::string product = m.product;
    const View at = silicon::section_of(reader.root(), product);
    Traded& t = read->emplace_back(Traded{std::move(m), {}, study.outputs.size()});
    t.later = read_later(reader, at, t.market);
    const std::string of = at.path.empty() ? "" : product + " ";
    for (const std::string& quarter : t.market.quarters) {
      study.outputs.push_back({of + quarter + " accelerators waited for", d::chips});
      study.outputs.push_back({of + quarter + " wait of a new order", d::time});
      if (t.market.rented) study.outputs.push_back({of + quarter + " rent", rent_dimension, false, true, true});
    }
    for (const std::string& quarter : t.market.later)
      study.outputs.push_back({of + quarter + " rent", rent_dimension, false, true, true});
  }
  const std::shared_ptr<const std::vector<Traded>> markets = std::move(read);
  study.trial = [markets](Draws draws, std::span<double> outputs) {
    for (const Traded& t : *markets) run(t, draws, outputs);
  };
  study.answer = [markets, title = study.title, description = study.description](const Trials& trials) {
    return answer_of(*markets, description, title, trials);
  };
  return finished_study(std::move(study), reader);
}

}  // namespace

const Kind market_kind{silicon::market_form, read};

}  // namespace orrery::study
