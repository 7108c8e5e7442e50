#include "report/market.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/table.h"
#include "base/units.h"

namespace orrery::report {
namespace {

using nlohmann::ordered_json;
using programme::MarketForecast;
using programme::MarketQuestion;

std::string spread_text(const Spread& s, int digits, bool trials) {
  return trials ? fmt::format("{:.{}f} ({:.{}f} to {:.{}f})", s.p50, digits, s.p10, digits, s.p90, digits) : fmt::format("{:.{}f}", s.p50, digits);
}

/// What binds in a quarter: the supply, or the orders.
std::string binding(const silicon::MarketQuarter& q) { return q.waiting() > 0.5 ? "supply" : "orders"; }

bool inside(const programme::MarketObservation& o, const Spread& s) { return s.p10 <= o.weeks_high && o.weeks_low <= s.p90; }

ordered_json json_of(const Spread& s) { return {{"p10", s.p10}, {"p50", s.p50}, {"p90", s.p90}}; }

}  // namespace

std::string market_text(const MarketQuestion& m, const MarketForecast& f, int trials) {
  std::string out = m.title + "\n" + (m.description.empty() ? "" : m.description + "\n");
  out += trials > 0 ? fmt::format("{}; {} trials\n", m.product, format_count(trials)) : m.product + "; supply at its medians\n";
  TextTable t{{"quarter", "made", "wanted", "delivered", "waiting", "wait, weeks", "rent, $/h", "binds"},
              {false, true, true, true, true, true, true}, {}};
  for (size_t q = 0; q < f.quarters.size(); ++q) {
    const silicon::MarketQuarter& x = f.quarters[q];
    t.rows.push_back({m.supply[q].quarter, format_count(m.supply[q].made.median()), format_count(x.wanted), format_count(x.delivered),
                      format_count(x.waiting()), spread_text(f.weeks[q], 0, trials > 0), spread_text(f.rent[q], 2, trials > 0), binding(x)});
  }
  out += "\nSupply and demand (counts at the medians)\n" + t.text();

  TextTable b{{"buyer", "ordered", "delivered", "short at most", "in", "served by"}, {false, true, true, true, false, false}, {}};
  for (size_t k = 0; k < m.buyers.size(); ++k) {
    double ordered = 0, delivered = 0, worst = 0;
    std::string when = "-", served;
    for (size_t q = 0; q < f.quarters.size(); ++q) {
      ordered += m.buyers[k].orders[q], delivered += f.quarters[q].delivered_to[k];
      const double waiting = f.quarters[q].waiting_of[k];
      if (waiting > worst + 0.5) worst = waiting, when = m.supply[q].quarter;
      if (waiting > 0.5) served.clear();
      else if (served.empty()) served = m.supply[q].quarter;
    }
    b.rows.push_back({m.buyers[k].name, format_count(ordered), format_count(delivered), format_count(worst), when,
                      served.empty() ? "not in these quarters" : served});
  }
  out += "\nWho goes short (at the medians)\n" + b.text();

  if (!m.observations.empty()) {
    TextTable o{{"observation", "quarter", "wait seen, weeks", "forecast, weeks", "", "source"}, {}, {}};
    for (const programme::MarketObservation& x : m.observations)
      o.rows.push_back({x.name, m.supply[x.quarter].quarter, fmt::format("{:.0f} to {:.0f}", x.weeks_low, x.weeks_high),
                        spread_text(f.weeks[x.quarter], 0, trials > 0), trials == 0 ? "" : inside(x, f.weeks[x.quarter]) ? "overlaps" : "outside", x.source});
    out += "\nHindsight\n" + o.text();
  }
  TextTable s{{"row", "basis", "source or note"}, {}, {}};
  for (const programme::MarketSupply& x : m.supply) s.rows.push_back({x.quarter, x.basis, x.source.empty() ? x.note : x.source});
  for (size_t k = 0; k < m.buyers.size(); ++k) s.rows.push_back({m.buyers[k].name, m.notes[k].substr(0, m.notes[k].find(':')), m.notes[k].substr(std::min(m.notes[k].size(), m.notes[k].find(':') + 2))});
  return out + "\nWhere the figures come from\n" + s.text();
}

std::string market_json(const MarketQuestion& m, const MarketForecast& f, int trials) {
  ordered_json quarters = ordered_json::array(), buyers = ordered_json::array(), seen = ordered_json::array();
  for (size_t q = 0; q < f.quarters.size(); ++q) {
    const silicon::MarketQuarter& x = f.quarters[q];
    quarters.push_back({{"quarter", m.supply[q].quarter}, {"made", m.supply[q].made.median()}, {"wanted", x.wanted},
                        {"delivered", x.delivered}, {"waiting", json_of(f.waiting[q])}, {"wait_weeks", json_of(f.weeks[q])},
                        {"rent_per_hour", json_of(f.rent[q])}, {"binding", binding(x)}, {"basis", m.supply[q].basis}, {"source", m.supply[q].source}});
  }
  for (size_t k = 0; k < m.buyers.size(); ++k) {
    ordered_json row = {{"buyer", m.buyers[k].name}, {"ordered", m.buyers[k].orders}};
    for (const silicon::MarketQuarter& x : f.quarters) row["delivered"].push_back(x.delivered_to[k]), row["waiting"].push_back(x.waiting_of[k]);
    buyers.push_back(std::move(row));
  }
  for (const programme::MarketObservation& o : m.observations)
    seen.push_back({{"name", o.name}, {"quarter", m.supply[o.quarter].quarter}, {"weeks_low", o.weeks_low}, {"weeks_high", o.weeks_high},
                    {"overlaps_p10_p90", trials > 0 ? ordered_json(inside(o, f.weeks[o.quarter])) : ordered_json(nullptr)}});
  return ordered_json{{"schema", "orrery.market/1"}, {"title", m.title}, {"product", m.product}, {"trials", trials}, {"quarters", quarters}, {"buyers", buyers}, {"observations", seen}}.dump(2) + "\n";
}

}  // namespace orrery::report
