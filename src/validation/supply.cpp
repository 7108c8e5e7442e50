#include "validation/supply.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "base/amount.h"
#include "base/date.h"
#include "base/error.h"
#include "silicon/market.h"
#include "silicon/shared_limits.h"

namespace orrery::validation {
namespace {

/// A row as it is read; quarters count from 1970-Q1.
struct Counted {
  std::string id, what, maker, chip, owner, quarter;
  int number = 0;
  double units = 0, p5 = 0, p95 = 0;
  bool incomplete = false;
};

int number_of(Date quarter) {
  return months_between(Date{}, quarter) / 3;
}

Counted read_row(const CsvTable& table, std::size_t i) {
  Counted c;
  c.id = table.cell(i, "id"), c.what = table.cell(i, "what"), c.maker = table.cell(i, "maker");
  c.chip = table.cell(i, "chip"), c.owner = table.cell(i, "owner"), c.quarter = table.cell(i, "quarter");
  const Place place{table.name, table.line(i), 0};
  c.number = at(place, "quarter", [&] { return number_of(parse_quarter(c.quarter)); });
  c.units = table.number(i, "units", 0), c.p5 = table.number(i, "units_p5", 0), c.p95 = table.number(i, "units_p95", 0);
  c.incomplete = !table.cell(i, "incomplete").empty();
  if (c.what != "made" && c.what != "got" && c.what != "fleet")
    throw Error(place, "what", in_quotes(c.what) + " is no sort of row",
                suggest(c.what, {"made", "got", "fleet"}, "write made, got or fleet"));
  if (!(c.p5 <= c.units && c.units <= c.p95))
    throw Error(place, "units", fmt::format("{:g} does not lie from {:g} to {:g}", c.units, c.p5, c.p95),
                "give units between their 5th and 95th percentile");
  if (c.owner.empty() != (c.what == "made"))
    throw Error(place, "owner", c.owner.empty() ? "is missing" : "stands in a row of units made",
                "name the owner in rows of what was got, and only there");
  if (c.chip.empty() != (c.what == "fleet"))
    throw Error(place, "chip", c.chip.empty() ? "is missing" : "stands in a row of a fleet",
                "name the chip in every row but those of fleets");
  return c;
}

Row row_of(const Counted& c, const std::string& group) {
  Row row;
  row.id = c.id, row.group = group, row.measured = c.units;
  row.spread_seen = {c.p5, c.p95};
  return row;
}

/// Of packages as they come off the packaging line: chips that share one.
const std::set<std::string> hopper = {"H100", "H20", "H800"}, blackwell = {"B200", "B300"};

/// What packaging lets NVIDIA have in a quarter, wafers; nothing before the catalog's first year or after its last.
struct Packaging {
  struct End {
    double year = 0;    ///< at whose end
    double wafers = 0;  ///< per quarter, NVIDIA's
  };
  std::vector<End> ends;

  explicit Packaging(const catalog::Catalog& catalog) {
    for (const catalog::Entry& e : catalog.entries("packaging"))
      ends.push_back({e.number("year") + 1, e.number("capacity") * e.number("share") * year_length.value() / 4});
    std::sort(ends.begin(), ends.end(), [](const End& a, const End& b) { return a.year < b.year; });
  }
  /// In the middle of the quarter, linear between the ends of years.
  std::optional<double> wafers(int quarter) const {
    const double time = 1970 + (quarter + 0.5) / 4;
    for (std::size_t i = 1; i < ends.size(); ++i)
      if (time >= ends[i - 1].year && time <= ends[i].year)
        return std::lerp(ends[i - 1].wafers, ends[i].wafers,
                         (time - ends[i - 1].year) / (ends[i].year - ends[i - 1].year));
    return {};
  }
};

/// A family's packages of a quarter, as seen: the parts' percentiles are summed, as one revenue stands behind them.
Counted family_in(const std::vector<Counted>& rows, const std::set<std::string>& family, int quarter) {
  Counted sum;
  for (const Counted& c : rows) {
    if (c.what != "made" || c.maker != "NVIDIA" || c.number != quarter || !family.contains(c.chip)) continue;
    sum.quarter = c.quarter, sum.units += c.units, sum.p5 += c.p5, sum.p95 += c.p95;
    sum.incomplete |= c.incomplete;
  }
  return sum;
}

/// The families that packaging is asked for: the one that is not given is all that is left of the wafers.
void add_families(const std::vector<Counted>& rows, const Facts& facts, Score& score) {
  const Packaging packaging(facts.catalog);
  const double hopper_use = 1 / facts.catalog.entry("chips", "h100-sxm").number("per_packaging_wafer"),
               blackwell_use = 1 / facts.catalog.entry("chips", "b200-sxm").number("per_packaging_wafer");
  std::set<int> quarters;
  for (const Counted& c : rows) quarters.insert(c.number);
  for (const int quarter : quarters) {
    const std::optional<double> wafers = packaging.wafers(quarter);
    if (!wafers) continue;
    const Counted of_hopper = family_in(rows, hopper, quarter), of_blackwell = family_in(rows, blackwell, quarter);
    // The newer family is what is asked for once it is the larger part of the wafers.
    const bool newer = of_blackwell.units * blackwell_use > of_hopper.units * hopper_use;
    Counted asked = newer ? of_blackwell : of_hopper;
    const Counted& given = newer ? of_hopper : of_blackwell;
    if (asked.units <= 0 || asked.incomplete) continue;
    asked.id = fmt::format("nvidia-{}-{}", newer ? "blackwell" : "hopper", asked.quarter);
    Row row = row_of(asked, "made within packaging");
    // What is given comes first: it rises a billion times as fast.
    const silicon::LimitedProduct first{"given", 1e9, {newer ? hopper_use : blackwell_use}, given.units};
    const silicon::LimitedProduct rest{"asked", 1, {newer ? blackwell_use : hopper_use}};
    row.predicted = silicon::share_limits({*wafers}, {first, rest}).made[1];
    row.wider = {row.group};
    row.labels = {{"what", "made"},
                  {"of", newer ? "NVIDIA Blackwell" : "NVIDIA Hopper"},
                  {"quarter", asked.quarter},
                  {"given", given.units > 0 ? fmt::format("{:.0f} of the other family", given.units) : ""}};
    score.rows.push_back(std::move(row));
  }
}

/// What owners got of chips that more than one of them buys.
class Owners {
 public:
  explicit Owners(const std::vector<Counted>& rows) {
    for (const Counted& c : rows) {
      if (c.what == "got") got_[{c.maker, c.chip, c.number}][c.owner] += c.units;
      if (c.what == "made") made_[{c.maker, c.chip, c.number}] += c.units;
    }
  }
  bool alone(const Counted& c) const { return got_.at({c.maker, c.chip, c.number}).size() < 2; }
  std::optional<double> made(const Counted& c) const {
    const auto found = made_.find({c.maker, c.chip, c.number});
    return found == made_.end() ? std::nullopt : std::optional(found->second);
  }
  /// The owner's share of the maker's accelerators in quarters [first, last], of chips with several owners; nothing
  /// where none were made.
  std::optional<double> share(const std::string& maker, const std::string& owner, int first, int last) const {
    double own = 0, all = 0;
    for (const auto& [key, owners] : got_) {
      const auto& [of, chip, quarter] = key;
      if (of != maker || quarter < first || quarter > last || owners.size() < 2) continue;
      const auto made = made_.find(key);
      if (made == made_.end()) continue;
      all += made->second;
      if (const auto found = owners.find(owner); found != owners.end()) own += found->second;
    }
    return all > 0 ? std::optional(own / all) : std::nullopt;
  }
  /// What a quarter's units come to for an owner with such a contract, beside others who want the rest.
  static double allotted(double made, double share) {
    const std::vector<silicon::MarketBuyer> buyers = {{"owner", share, 0, 2, {made}}, {"rest", 0, 0, 1, {made}}};
    return silicon::share_supply({made}, buyers).front().delivered_to.front();
  }

 private:
  using Key = std::tuple<std::string, std::string, int>;
  std::map<Key, std::map<std::string, double>> got_;
  std::map<Key, double> made_;
};

constexpr int year = 4;  ///< quarters
/// The last quarter of the shares that are held on to.
const int settled = number_of(parse_quarter("2023-Q4"));

}  // namespace

Score validate_supply(const CsvTable& table, const Facts& facts) {
  table.require({"id", "what", "maker", "chip", "owner", "quarter", "units", "units_p5", "units_p95"},
                "give a table with the columns of measurements/supply.csv");
  std::vector<Counted> rows;
  for (std::size_t i = 0; i < table.size(); ++i) rows.push_back(read_row(table, i));
  Score score;
  add_families(rows, facts, score);

  const Owners owners(rows);
  std::map<std::pair<std::string, std::string>, std::map<int, double>> bought;  // by maker and owner: each quarter's
  for (const Counted& c : rows) {
    if (c.what != "got") continue;
    Row row = row_of(c, "owners of " + c.maker + "'s");
    row.wider = {row.group, "owners: " + c.owner};
    row.labels = {{"what", "got"}, {"of", c.maker + " " + c.chip}, {"quarter", c.quarter}, {"given", "units made"}};
    const std::optional<double> made = owners.made(c);
    const auto predict = [&](int first, int last) -> std::optional<double> {
      if (owners.alone(c)) return made;
      const std::optional<double> share = owners.share(c.maker, c.owner, first, last);
      return share && made ? std::optional(Owners::allotted(*made, *share)) : std::nullopt;
    };
    const std::optional<double> predicted = predict(c.number - year, c.number - 1);
    bought[{c.maker, c.owner}][c.number] += predicted.value_or(c.units);
    row.predicted = predicted.value_or(0);
    if (c.incomplete) row.skipped = "incomplete quarter";
    else if (c.units <= 0) row.skipped = "none";
    else if (!made) row.skipped = "no row says how many were made";
    else if (owners.alone(c)) row.skipped = "all of them went to one owner";
    else if (!predicted) row.skipped = "nothing before it: an input";
    if (row.skipped.empty() && c.number > settled) {
      Row held = row;
      held.id += ", shares to 2023", held.group = "owners, shares to 2023", held.wider = {held.group},
                                     held.beside = true;
      if (const std::optional<double> by_old = predict(0, settled)) held.predicted = *by_old;
      else held.skipped = "nothing up to 2023";
      score.rows.push_back(std::move(held));
    }
    score.rows.push_back(std::move(row));
  }
  for (const Counted& c : rows) {
    if (c.what == "got") continue;
    Row row = row_of(c, c.what == "made" ? "made" : "fleets of " + c.maker + "'s");
    row.wider = {row.group};
    row.labels = {{"what", c.what},
                  {"of", c.maker + " " + (c.what == "made" ? c.chip : c.owner)},
                  {"quarter", c.quarter},
                  {"given", c.what == "fleet" ? "units made" : ""}};
    if (c.what == "fleet") {
      row.wider.push_back("fleets: " + c.owner);
      const std::map<int, double>& quarters = bought[{c.maker, c.owner}];
      for (const auto& [quarter, units] : quarters)
        if (quarter <= c.number) row.predicted += units;
      if (c.incomplete) row.skipped = "incomplete quarter";
      else if (quarters.empty()) row.skipped = "nothing that the owner got by quarter";
      else if (c.number <= quarters.begin()->first) row.skipped = "nothing before it: an input";
    } else {
      row.skipped = c.incomplete ? "incomplete quarter"
                    : c.maker == "NVIDIA" && (hopper.contains(c.chip) || blackwell.contains(c.chip))
                        ? "counted by family, given, or an input of scenarios/gpu-market.toml"
                        : "nothing says what limits it";
    }
    score.rows.push_back(std::move(row));
  }
  return score;
}

}  // namespace orrery::validation
