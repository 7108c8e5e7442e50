#include "base/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/units.h"

namespace orrery {
namespace {

double read_number(const Node& node, Dimension wanted, const std::string& key) {
  const bool count = wanted == dimension::none || wanted == dimension::chips || wanted == dimension::tokens ||
                     wanted == dimension::wafers;
  if (node.kind == Node::Kind::number && count) return node.number;
  if (node.kind == Node::Kind::number && node.number == 0) return 0;
  if (node.kind == Node::Kind::number)
    throw Error(node.place, key, fmt::format("{:g} has no unit; {} is wanted", node.number, dimension_name(wanted)),
                fmt::format("write it like \"{}\"", dimension_example(wanted)));
  if (node.kind != Node::Kind::text)
    throw Error(
        node.place, key, "is " + kind_name(node.kind) + ", not an amount",
        wanted == dimension::none ? "write a number" : fmt::format("write it like \"{}\"", dimension_example(wanted)));
  return at(node.place, key, [&] {
    const AnyAmount any = parse_amount(node.text);
    // "100000" in quotes or "15T": a pure count may leave its unit out here too.
    return count && any.dimension == dimension::none ? any.value : parse_amount_of(node.text, wanted);
  });
}

}  // namespace

const std::vector<std::string>& distribution_keys() {
  static const std::vector<std::string> keys = {"value", "p10", "p50",    "p90",   "low",    "mode",         "high",
                                                "mean",  "sd",  "median", "sigma", "values", "distribution", "zero"};
  return keys;
}

Distribution read_amount(const Node& node, Dimension wanted, const std::string& key,
                         const std::vector<std::string>& also_allowed) {
  if (node.kind != Node::Kind::table) return Distribution::constant(read_number(node, wanted, key));

  auto has = [&](const char* name) { return node.find(name) != nullptr; };
  auto given = [&](const char* name) { return read_number(*node.find(name), wanted, key + '.' + name); };
  std::vector<std::string> wanted_keys;
  Distribution d;
  using Kind = Distribution::Kind;
  if (has("value")) {
    d = Distribution::constant(given("value"));
    wanted_keys = {"value"};
  } else if (has("p10") && has("p50") && has("p90")) {
    d = {Kind::percentiles, given("p10"), given("p50"), given("p90"), {}};
    wanted_keys = {"p10", "p50", "p90"};
  } else if (has("low") && has("mode") && has("high")) {
    d = {Kind::pert, given("low"), given("mode"), given("high"), {}};
    wanted_keys = {"low", "mode", "high", "distribution"};
    if (const Node* name = node.find("distribution")) {
      if (name->kind == Node::Kind::text && name->text == "triangular") d.kind = Kind::triangular;
      else if (name->kind != Node::Kind::text || name->text != "pert")
        throw Error(name->place, key + ".distribution", "is neither \"pert\" nor \"triangular\"",
                    "write one of the two");
    }
  } else if (has("low") && has("high")) {
    d = {Kind::uniform, given("low"), given("high"), 0, {}};
    wanted_keys = {"low", "high"};
  } else if (has("mean") && has("sd")) {
    d = {Kind::normal, given("mean"), given("sd"), 0, {}};
    wanted_keys = {"mean", "sd"};
  } else if (has("median") && has("sigma")) {
    d = {Kind::lognormal, given("median"), read_number(*node.find("sigma"), dimension::none, key + ".sigma"), 0, {}};
    // The share of draws that are 0; median and sigma are those of the others.
    if (const Node* zero = node.find("zero")) d.c = read_number(*zero, dimension::none, key + ".zero");
    wanted_keys = {"median", "sigma", "zero"};
  } else if (const Node* values = node.find("values")) {
    if (values->kind != Node::Kind::list)
      throw Error(values->place, key + ".values", "is not a list", "write [a, b, c]");
    d.kind = Kind::empirical;
    for (const Node& item : values->items) d.values.push_back(read_number(item, wanted, key + ".values"));
    std::sort(d.values.begin(), d.values.end());
    wanted_keys = {"values"};
  } else {
    for (const auto& [name, member] : node.members)
      if (const auto& own = distribution_keys();
          std::find(own.begin(), own.end(), name) == own.end() &&
          std::find(also_allowed.begin(), also_allowed.end(), name) == also_allowed.end())
        throw Error(member.place, key + '.' + name, "is not a key of a distribution",
                    suggest(name, own, fmt::format("its keys are among {}", fmt::join(own, ", "))));
    throw Error(node.place, key, "is a table that is not a distribution",
                "give value, or p10 p50 p90, or low high, or low mode high, or mean sd, or median sigma, or values");
  }
  for (const auto& [name, member] : node.members) {
    if (std::find(wanted_keys.begin(), wanted_keys.end(), name) != wanted_keys.end()) continue;
    if (std::find(also_allowed.begin(), also_allowed.end(), name) != also_allowed.end()) continue;
    std::vector<std::string> valid = wanted_keys;
    valid.insert(valid.end(), also_allowed.begin(), also_allowed.end());
    throw Error(member.place, key + '.' + name, "is not a key of this distribution",
                suggest(name, valid, fmt::format("it has the keys {}", fmt::join(valid, ", "))));
  }
  at(node.place, key, [&] { d.check(); });
  return d;
}

double read_constant(const Node& node, Dimension wanted, const std::string& key) {
  const Distribution d = read_amount(node, wanted, key);
  if (!d.is_constant()) throw Error(node.place, key, "is a distribution, but must be certain", "give one value");
  return d.a;
}

namespace {

std::string plain(double value, Dimension d, std::string_view unit, int digits) {
  if (value == 0) return "0";
  // Counts without the commas and the rounding of reports.
  if (d == dimension::chips || d == dimension::wafers)
    return fmt::format("{}{}", value, d == dimension::wafers ? " wafers" : value == 1 ? " chip" : " chips");
  return unit.empty() ? format_amount(value, d, digits) : format_in(value, unit, digits);
}

/// A limit as one would write it: to as few digits as keep what is read back inside the range and at the limit.
template <class Allowed>
std::string written_limit(double limit, Dimension d, std::string_view unit, Allowed allowed) {
  for (int digits = 3; digits < 17; ++digits) {
    std::string text = plain(limit, d, unit, digits);
    if (limit == 0) return text;
    try {
      const double read = parse_amount_of(text, d);
      if (allowed(read) && std::fabs(read - limit) <= 1e-9 * std::fabs(limit)) return text;
    } catch (const Error&) {
      return text;  // of a dimension without a unit of its own
    }
  }
  return plain(limit, d, unit, 17);
}

}  // namespace

void check_range(const Distribution& value, Dimension dimension, double low, double high, const Place& place,
                 const std::string& key, std::string_view unit) {
  // What is written in another unit may differ from the limit by its rounding.
  constexpr double rounding = 4 * std::numeric_limits<double>::epsilon();
  const auto allowed = [&](double x) {
    return x >= low - rounding * std::fabs(low) && x <= high + rounding * std::fabs(high);
  };
  auto refuse = [&](double seen, const char* side, double limit) {
    const std::string at = written_limit(limit, dimension, unit, allowed);
    std::string reached = plain(seen, dimension, unit, 3);
    for (int digits = 4; digits <= 17 && reached == at; ++digits) reached = plain(seen, dimension, unit, digits);
    const std::string reach = value.is_constant() ? reached + " is" : "the distribution reaches " + reached + ",";
    throw Error(place, key, fmt::format("{} {} {}", reach, side, at),
                fmt::format("give a value {} {}", side[0] == 'b' ? "of at least" : "of at most", at));
  };
  const double lowest = value.lowest(), highest = value.highest();
  if (lowest < low && !allowed(lowest)) refuse(lowest, "below", low);
  if (highest > high && !allowed(highest)) refuse(highest, "above", high);
}

std::string describe(const Distribution& v, Dimension d, std::string_view unit) {
  auto f = [&](double x) { return unit.empty() ? format_amount(x, d, 4) : format_in(x, unit, 4); };
  switch (v.kind) {
    case Distribution::Kind::constant:
      return f(v.a);
    case Distribution::Kind::uniform:
      return fmt::format("uniform {} to {}", f(v.a), f(v.b));
    case Distribution::Kind::triangular:
      return fmt::format("triangular {}, {}, {}", f(v.a), f(v.b), f(v.c));
    case Distribution::Kind::pert:
      return fmt::format("PERT {}, {}, {}", f(v.a), f(v.b), f(v.c));
    case Distribution::Kind::normal:
      return fmt::format("normal, mean {}, sd {}", f(v.a), f(v.b));
    case Distribution::Kind::lognormal:
      return (v.c > 0 ? fmt::format("0 in {:.3g} %, else ", 100 * v.c) : "") +
             fmt::format("lognormal, median {}, sigma {:.3g}", f(v.a), v.b);
    case Distribution::Kind::percentiles:
      return fmt::format("P10 {}, P50 {}, P90 {}", f(v.a), f(v.b), f(v.c));
    case Distribution::Kind::empirical:
      return fmt::format("{} values, {} to {}", v.values.size(), f(v.values.front()), f(v.values.back()));
  }
  return "";
}

}  // namespace orrery
