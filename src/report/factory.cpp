#include "report/factory.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/table.h"
#include "base/units.h"
#include "base/value.h"

namespace orrery::report {
namespace {

using nlohmann::ordered_json;
using programme::FactoryQuestion;
using programme::FactoryResult;

constexpr double month = 365.25 * 86400 / 12;

/// "P50 (P10 to P90)" of what write makes of each, or the one value when there are no trials.
template <class Write>
std::string spread_text(const Spread& s, bool trials, Write write) {
  return trials ? write(s.p50) + " (" + write(s.p10) + " to " + write(s.p90) + ")" : write(s.p50);
}

std::string dollars(double x) {
  return std::isfinite(x) ? format_amount(x, dimension::money) : "-";
}
std::string billions(double x) {
  return fmt::format("{:.1f}", x / 1e9 == 0 ? 0.0 : x / 1e9);
}
std::string thousands(double x) {
  return format_count(x / 1e3);
}
std::string wafers_a_month(double x) {
  return format_count(std::round(x * month / 100) * 100);
}

/// A value in the unit of the trade: a fab's times are in months, wafers' in days.
std::string value_text(const programme::FactoryInput& x) {
  if (x.path.ends_with("cycle_time")) return describe(x.value, x.dimension, "days");
  if (x.dimension == dimension::time) return describe(x.value, x.dimension, "months");
  if (x.dimension == dimension::length) return describe(x.value, x.dimension, "mm");
  if (x.dimension == dimension::chips - dimension::time) return describe(x.value, x.dimension, "chips/month");
  if (x.dimension == dimension::chips - dimension::wafers) return describe(x.value, x.dimension, "chips/wafer");
  return describe(x.value, x.dimension);
}

std::string day_text(const FactoryQuestion& f, double days) {
  return std::isfinite(days) ? quarter_name(f.start + static_cast<int>(days)) : "never";
}

ordered_json number(double x) {
  return std::isfinite(x) ? ordered_json(x) : ordered_json(nullptr);
}
ordered_json json_of(const Spread& s, double scale = 1) {
  return {{"p10", number(s.p10 * scale)}, {"p50", number(s.p50 * scale)}, {"p90", number(s.p90 * scale)}};
}

/// Years count from the start; each is named by the quarter in which it ends.
std::string year_name(const FactoryQuestion& f, size_t year) {
  return "to " + quarter_name(f.start + static_cast<int>(365.25 * (static_cast<double>(year) + 1)) - 1);
}

}  // namespace

std::string factory_text(const FactoryQuestion& f, const std::vector<FactoryResult>& results, int trials) {
  const bool many = trials > 0;
  std::string out = f.title + "\n" + (f.description.empty() ? "" : f.description + "\n");
  out += many ? fmt::format("{} trials: P50 (P10 to P90)\n", format_count(trials)) : "inputs at their medians\n";

  TextTable a{
      {"option", "raise covers, wafers/month", "built or contracted", "raise suffices in", "first good die", "binds"},
      {},
      {}};
  TextTable b{{"option", "made, thousand", "surplus, thousand", "out of pocket, B$", "$ per good die",
               "$ per accelerator", "NPV, B$"},
              {},
              {}};
  for (size_t k = 0; k < results.size(); ++k) {
    const FactoryResult& r = results[k];
    auto date = [&](double days) { return day_text(f, days); };
    a.rows.push_back({f.options[k], spread_text(r.affordable, many, wafers_a_month),
                      spread_text(r.capacity, many, wafers_a_month), fmt::format("{:.0f} %", 100 * r.built),
                      spread_text(r.first, many, date),
                      many ? fmt::format("{} ({:.0f} %)", r.binding, 100 * r.binding_share) : r.binding});
    b.rows.push_back({f.options[k], spread_text(r.made, many, thousands), spread_text(r.surplus, many, thousands),
                      spread_text(r.low, many, billions), spread_text(r.die_cost, many, dollars),
                      spread_text(r.cost, many, dollars), spread_text(r.value, many, billions)});
  }
  out += "\nHow far the raise goes\n" + a.text() + fmt::format("\nWhat it makes and costs in {} years\n", f.years) +
         b.text();

  TextTable years{{"year"}, {}, {}}, cash{{"year"}, {}, {}};
  for (const std::string& name : f.options) years.header.push_back(name), cash.header.push_back(name);
  for (size_t y = 0; y < static_cast<size_t>(f.years); ++y) {
    std::vector<std::string> made{year_name(f, y)}, held{year_name(f, y)};
    for (const FactoryResult& r : results)
      made.push_back(spread_text(r.by_year[y], many, thousands)),
          held.push_back(spread_text(r.cash[y], many, billions));
    years.rows.push_back(std::move(made)), cash.rows.push_back(std::move(held));
  }
  out += "\nAccelerators by year, thousand\n" + years.text() + "\nCumulative cash at the end of the year, B$\n" +
         cash.text();

  TextTable s{{"input", "value", "basis", "source or note"}, {}, {}};
  for (const programme::FactoryInput& x : f.inputs) s.rows.push_back({x.path, value_text(x), x.basis, x.source});
  return out + "\nWhere the figures come from\n" + s.text();
}

std::string factory_json(const FactoryQuestion& f, const std::vector<FactoryResult>& results, int trials) {
  ordered_json options = ordered_json::array(), inputs = ordered_json::array();
  for (size_t k = 0; k < results.size(); ++k) {
    const FactoryResult& r = results[k];
    ordered_json o = {{"option", f.options[k]},
                      {"note", f.notes[k]},
                      {"raise_suffices", r.built},
                      {"binding", r.binding},
                      {"binding_share", r.binding_share},
                      {"affordable_wafers_per_month", json_of(r.affordable, month)},
                      {"capacity_wafers_per_month", json_of(r.capacity, month)},
                      {"days_to_first_good_die", json_of(r.first)},
                      {"accelerators", json_of(r.made)},
                      {"surplus", json_of(r.surplus)},
                      {"out_of_pocket", json_of(r.low)},
                      {"cost_per_good_die", json_of(r.die_cost)},
                      {"cost_per_accelerator", json_of(r.cost)},
                      {"net_present_value", json_of(r.value)}};
    o["by_year"] = ordered_json::array(), o["cumulative_cash"] = ordered_json::array();
    for (const Spread& y : r.by_year) o["by_year"].push_back(json_of(y));
    for (const Spread& y : r.cash) o["cumulative_cash"].push_back(json_of(y));
    options.push_back(std::move(o));
  }
  for (const programme::FactoryInput& x : f.inputs)
    inputs.push_back({{"input", x.path}, {"median", x.value.median()}, {"basis", x.basis}, {"source", x.source}});
  return ordered_json{{"schema", "orrery.factory/1"},
                      {"title", f.title},
                      {"start", f.start.text()},
                      {"years", f.years},
                      {"trials", trials},
                      {"options", options},
                      {"inputs", inputs}}
             .dump(2) +
         "\n";
}

}  // namespace orrery::report
