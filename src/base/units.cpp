#include "base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/text.h"

namespace orrery {
namespace {

struct Unit {
  std::array<std::string_view, 6> names;
  double factor;
  Dimension dimension;
  enum Prefixes : std::uint8_t { bare, decimal, decimal_and_binary } prefixes;
};

constexpr double day = 86400, year = 365.25 * day;
constexpr Dimension per_second = dimension::frequency;

// Every unit a text may use. A unit marked decimal takes k M G T P E Z (and m u n); data units also Ki Mi Gi Ti Pi.
constexpr std::array units = {
    Unit{{"s"}, 1, dimension::time, Unit::decimal},
    Unit{{"sec", "second", "seconds"}, 1, dimension::time, Unit::bare},
    Unit{{"min", "minute", "minutes"}, 60, dimension::time, Unit::bare},
    Unit{{"h", "hour", "hours"}, 3600, dimension::time, Unit::bare},
    Unit{{"d", "day", "days"}, day, dimension::time, Unit::bare},
    Unit{{"week", "weeks"}, 7 * day, dimension::time, Unit::bare},
    Unit{{"month", "months"}, year / 12, dimension::time, Unit::bare},
    Unit{{"quarter", "quarters"}, year / 4, dimension::time, Unit::bare},
    Unit{{"year", "years", "yr"}, year, dimension::time, Unit::bare},
    Unit{{"B"}, 1, dimension::data, Unit::decimal_and_binary},
    Unit{{"b", "bit"}, 0.125, dimension::data, Unit::decimal_and_binary},
    Unit{{"byte", "bytes"}, 1, dimension::data, Unit::bare},
    Unit{{"bits"}, 0.125, dimension::data, Unit::bare},
    Unit{{"bps"}, 0.125, dimension::bandwidth, Unit::decimal},
    Unit{{"FLOP", "OP"}, 1, dimension::operations, Unit::decimal},
    Unit{{"op"}, 1, dimension::operations, Unit::bare},
    Unit{{"J"}, 1, dimension::energy, Unit::decimal},
    Unit{{"Wh"}, 3600, dimension::energy, Unit::decimal},
    Unit{{"MMBtu"}, 1.05505585262e9, dimension::energy, Unit::bare},
    Unit{{"W", "VA"}, 1, dimension::power, Unit::decimal},
    Unit{{"$", "USD"}, 1, dimension::money, Unit::bare},
    Unit{{"g"}, 1e-3, dimension::mass, Unit::decimal},
    Unit{{"t"}, 1000, dimension::mass, Unit::decimal},
    Unit{{"tonne", "tonnes"}, 1000, dimension::mass, Unit::bare},
    Unit{{"lb"}, 0.45359237, dimension::mass, Unit::bare},
    Unit{{"m"}, 1, dimension::length, Unit::bare},
    Unit{{"km"}, 1000, dimension::length, Unit::bare},
    Unit{{"cm"}, 0.01, dimension::length, Unit::bare},
    Unit{{"mm"}, 1e-3, dimension::length, Unit::bare},
    Unit{{"um"}, 1e-6, dimension::length, Unit::bare},
    Unit{{"nm"}, 1e-9, dimension::length, Unit::bare},
    Unit{{"m2"}, 1, dimension::area, Unit::bare},
    Unit{{"cm2"}, 1e-4, dimension::area, Unit::bare},
    Unit{{"mm2"}, 1e-6, dimension::area, Unit::bare},
    Unit{{"sqft"}, 0.09290304, dimension::area, Unit::bare},
    Unit{{"L"}, 1e-3, dimension::volume, Unit::decimal},
    Unit{{"m3"}, 1, dimension::volume, Unit::bare},
    Unit{{"gallon", "gallons"}, 3.785411784e-3, dimension::volume, Unit::bare},
    Unit{{"chip", "chips", "accelerator", "accelerators", "GPU", "GPUs"}, 1, dimension::chips, Unit::bare},
    Unit{{"GPUh"}, 3600, dimension::chips + dimension::time, Unit::bare},
    Unit{{"wafer", "wafers"}, 1, dimension::wafers, Unit::bare},
    Unit{{"token"}, 1, dimension::tokens, Unit::decimal},
    Unit{{"tokens"}, 1, dimension::tokens, Unit::bare},
    Unit{{"Hz"}, 1, per_second, Unit::decimal},
    Unit{{"%"}, 0.01, dimension::none, Unit::bare},
    Unit{{"x"}, 1, dimension::none, Unit::bare},
};

struct Prefix {
  std::string_view name;
  double factor;
};
constexpr std::array decimal_prefixes = {Prefix{"k", 1e3},  Prefix{"M", 1e6},  Prefix{"G", 1e9},  Prefix{"T", 1e12},
                                         Prefix{"P", 1e15}, Prefix{"E", 1e18}, Prefix{"Z", 1e21}, Prefix{"m", 1e-3},
                                         Prefix{"u", 1e-6}, Prefix{"n", 1e-9}, Prefix{"p", 1e-12}};
constexpr std::array binary_prefixes = {Prefix{"Ki", 0x1p10}, Prefix{"Mi", 0x1p20}, Prefix{"Gi", 0x1p30},
                                        Prefix{"Ti", 0x1p40}, Prefix{"Pi", 0x1p50}};
// Multipliers that may follow a number of dollars, tokens or chips directly: "$30k", "15T tokens".
constexpr std::array count_multipliers = {Prefix{"k", 1e3}, Prefix{"K", 1e3}, Prefix{"M", 1e6}, Prefix{"B", 1e9},
                                          Prefix{"T", 1e12}};

const Unit* find_unit(std::string_view name) {
  static const std::unordered_map<std::string_view, const Unit*> by_name = [] {
    std::unordered_map<std::string_view, const Unit*> all;
    for (const Unit& u : units)
      for (const std::string_view n : u.names)
        if (!n.empty()) all.emplace(n, &u);
    return all;
  }();
  const auto it = by_name.find(name);
  return it == by_name.end() ? nullptr : it->second;
}

bool find_prefixed(std::string_view name, AnyAmount& out) {
  if (const Unit* unit = find_unit(name)) {
    out = {unit->factor, unit->dimension};
    return true;
  }
  auto matches = [&](const Prefix& prefix, auto allowed) {
    if (!name.starts_with(prefix.name)) return false;
    const Unit* unit = find_unit(name.substr(prefix.name.size()));
    if (!unit || !allowed(*unit)) return false;
    out = {prefix.factor * unit->factor, unit->dimension};
    return true;
  };
  for (const Prefix& p : binary_prefixes)
    if (matches(p, [](const Unit& u) { return u.prefixes == Unit::decimal_and_binary; })) return true;
  for (const Prefix& p : decimal_prefixes)
    if (matches(p, [&](const Unit& u) {
          return u.prefixes == Unit::decimal || (u.prefixes == Unit::decimal_and_binary && p.factor > 1);
        }))
      return true;
  return false;
}

[[noreturn]] void unknown_unit(std::string_view text, std::string_view name) {
  std::string hint;
  if (name == "FLOPS" || name.ends_with("FLOPS") || name.ends_with("FLOPs"))
    hint = "write a rate as \"989 TFLOP/s\" and an amount as \"1e25 FLOP\"";
  else if (name.ends_with("Bps")) hint = "write bytes per second as \"GB/s\" and bits per second as \"Gb/s\"";
  else if (name == "MWH" || name == "KWH" || name == "kwh" || name == "KWh") hint = "write \"kWh\" or \"MWh\"";
  else {
    std::vector<std::string> names;
    for (const Unit& u : units)
      for (std::string_view unit : u.names)
        for (std::string_view p : {"", "k", "M", "G", "T"})
          if (!unit.empty() && (p.empty() || u.prefixes != Unit::bare))
            names.push_back(std::string(p) + std::string(unit));
    // Units differ by case (Gb, GB), so the same letters in another case come first.
    std::vector<std::string> same;
    for (const std::string& n : names)
      if (lower_case(n) == lower_case(name)) same.push_back(n);
    hint = suggest(name, same.empty() ? names : same, "units are written like \"1.2 GW\", \"400 Gb/s\", \"18 months\"");
  }
  throw Error({}, "", fmt::format("{} has an unknown unit {}", in_quotes(text), in_quotes(name)), hint);
}

/// "GB/s", "kWh", "$/kW/year", "1" -> factor and dimension; text is the whole amount, for the message.
AnyAmount parse_unit_expression(std::string_view text, std::string_view expression) {
  AnyAmount total{1, dimension::none};
  bool divide = false;
  while (true) {
    const size_t end = expression.find_first_of("/*");
    std::string_view name = expression.substr(0, end);
    while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
    while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
    if (name.empty())
      throw Error({}, "", fmt::format("{} has an incomplete unit", in_quotes(text)),
                  "write a unit such as \"GB/s\" or \"$/kWh\"");
    AnyAmount unit{1, dimension::none};
    if (name != "1" && !find_prefixed(name, unit)) unknown_unit(text, name);
    total.value = divide ? total.value / unit.value : total.value * unit.value;
    total.dimension = divide ? total.dimension - unit.dimension : total.dimension + unit.dimension;
    if (end == std::string_view::npos) return total;
    divide = expression[end] == '/';
    expression.remove_prefix(end + 1);
  }
}

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}

}  // namespace

AnyAmount parse_amount(std::string_view text) {
  std::string_view rest = trimmed(text);
  if (rest.empty()) throw Error({}, "", "an amount is empty", "write a number and a unit, such as \"1.2 GW\"");
  double sign = 1;
  bool money = false, signed_already = false;
  while (!rest.empty() && (rest.front() == '-' || rest.front() == '+' || rest.front() == '$')) {
    const char c = rest.front();
    if (c == '$' ? money : signed_already) break;
    signed_already = signed_already || c != '$';
    if (c == '-') sign = -sign;
    if (c == '$') money = true;
    rest.remove_prefix(1);
  }
  std::string digits;
  while (!rest.empty()) {
    const char c = rest.front();
    const bool exponent_sign =
        (c == '-' || c == '+') && !digits.empty() && (digits.back() == 'e' || digits.back() == 'E');
    const bool exponent =
        (c == 'e' || c == 'E') && rest.size() > 1 && !digits.empty() &&
        (std::isdigit(static_cast<unsigned char>(rest[1])) ||
         ((rest[1] == '-' || rest[1] == '+') && rest.size() > 2 && std::isdigit(static_cast<unsigned char>(rest[2]))));
    if (c == '_' && !digits.empty() && rest.size() > 1 && std::isdigit(static_cast<unsigned char>(rest[1]))) {
      rest.remove_prefix(1);
      continue;
    }
    if (!std::isdigit(static_cast<unsigned char>(c)) && c != '.' && !exponent && !exponent_sign) break;
    digits += c;
    rest.remove_prefix(1);
  }
  double number = 0;
  const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  for (const char* currency : {"€", "£", "¥", "EUR", "GBP", "JPY", "CNY", "USD", "US$"})
    if (digits.empty() && rest.starts_with(currency))
      throw Error({}, "", fmt::format("{} starts with {}", in_quotes(text), in_quotes(currency)),
                  "write amounts of money in US dollars, with $ before the number: \"$2.10/h\"");
  if (digits.empty() || status == std::errc::invalid_argument || end != digits.data() + digits.size())
    throw Error({}, "", fmt::format("{} does not start with a number", in_quotes(text)),
                "write a number and a unit, such as \"1.2 GW\"");
  if (status == std::errc::result_out_of_range || !std::isfinite(number))
    throw Error({}, "", fmt::format("{} is beyond the range of numbers", in_quotes(text)), "write a finite number");
  if (!rest.empty() && rest.front() == ',')
    throw Error({}, "", fmt::format("{} has a comma in its number", in_quotes(text)), "write 100000 or 100_000");

  AnyAmount unit{1, dimension::none};
  if (money) unit.dimension = dimension::money;
  // A multiplier glued to the number: "$30k", "$1.4T/year", "15T tokens".
  if (!rest.empty()) {
    for (const Prefix& m : count_multipliers)
      if (rest.starts_with(m.name)) {
        const std::string_view after = rest.substr(1);
        const std::string_view word = trimmed(after);
        const bool of_count = word.starts_with("token") || word.starts_with("chip") ||
                              word.starts_with("accelerator") || word.starts_with("wafer") || word.starts_with("GPU") ||
                              word.starts_with("FLOP") || word.starts_with("$") || word.starts_with("USD");
        const bool glued = money ? after.empty() || after.front() == '/' || after.front() == ' '
                                 : !after.empty() && after.front() == ' ' && of_count;
        if (glued) {
          unit.value *= m.factor;
          rest = after;
          break;
        }
      }
  }
  rest = trimmed(rest);
  if (!rest.empty()) {
    bool divide = false;
    if (rest.front() == '/' || rest.front() == '*') {
      divide = rest.front() == '/';
      rest.remove_prefix(1);
    }
    // After a leading '/', every unit of "a/b/c" divides; parse_unit_expression handles the rest of the chain.
    const std::string expression = divide ? "1/" + std::string(rest) : std::string(rest);
    const AnyAmount parsed = parse_unit_expression(text, expression);
    unit.value *= parsed.value;
    unit.dimension = unit.dimension + parsed.dimension;
  }
  const double value = sign * number * unit.value;
  if (!std::isfinite(value))
    throw Error({}, "", fmt::format("{} is beyond the range of numbers", in_quotes(text)), "write a finite number");
  return {value, unit.dimension};
}

double parse_amount_of(std::string_view text, Dimension wanted) {
  const AnyAmount amount = parse_amount(text);
  if (amount.dimension == wanted) return amount.value;
  const std::string example = dimension_example(wanted);
  std::string remedy = example.empty() ? "write a plain number" : fmt::format("write it like \"{}\"", example);
  if (amount.dimension == dimension::energy && wanted == dimension::power) remedy += "; Wh is energy, W is power";
  if (amount.dimension == dimension::data && wanted == dimension::bandwidth) remedy += "; a rate is data per second";
  const std::string what =
      amount.dimension == dimension::none ? "a plain number" : "of " + dimension_name(amount.dimension);
  throw Error({}, "", fmt::format("{} is {}, not of {}", in_quotes(text), what, dimension_name(wanted)), remedy);
}

namespace {

struct Named {
  Dimension dimension;
  std::string_view name, example;
  std::string_view unit = {};  ///< amounts are printed in it; empty: format_amount says how
};
const std::array named_dimensions = {
    Named{dimension::none, "a plain number", ""},
    Named{dimension::time, "time", "18 months"},
    Named{dimension::data, "data", "80 GiB"},
    Named{dimension::operations, "operations", "3.8e25 FLOP"},
    Named{dimension::energy, "energy", "150 MWh"},
    Named{dimension::money, "money", "$30k"},
    Named{dimension::mass, "mass", "2.5 t"},
    Named{dimension::length, "length", "50 m", "m"},
    Named{dimension::area, "area", "814 mm2"},
    Named{dimension::volume, "volume", "3 ML"},
    Named{dimension::chips, "accelerators", "100000 chips"},
    Named{dimension::wafers, "wafers", "5000 wafers"},
    Named{dimension::tokens, "tokens", "15T tokens"},
    Named{dimension::power, "power", "35 MW"},
    Named{dimension::bandwidth, "data rate", "400 Gb/s"},
    Named{dimension::compute_rate, "operation rate", "989 TFLOP/s"},
    Named{dimension::frequency, "rate per time", "4%/year", "/year"},
    Named{dimension::power - dimension::chips, "power per accelerator", "1.4 kW/chip"},
    Named{dimension::energy - dimension::chips, "energy per accelerator", "65 J/chip"},
    Named{dimension::chips - dimension::time, "accelerators per time", "1500 chips/day", "chips/day"},
    Named{dimension::money - dimension::chips, "money per accelerator", "$30k/chip", "$/chip"},
    Named{dimension::money - dimension::chips - dimension::time, "money per accelerator and time", "$2.10/chip/h",
          "$/chip/h"},
    Named{dimension::money - dimension::power, "money per power", "$11M/MW", "$/MW"},
    Named{dimension::money - dimension::energy, "money per energy", "$60/MWh", "$/MWh"},
    Named{dimension::money - dimension::time, "money per time", "$2.10/h", "$/year"},
    Named{dimension::money - dimension::power - dimension::time, "money per power and time", "$20/kW/year",
          "$/kW/year"},
    Named{dimension::money - dimension::area, "money per area", "$300/m2", "$/m2"},
    Named{dimension::money - dimension::length, "money per length", "$2/m", "$/m"},
    Named{dimension::money - dimension::wafers, "money per wafer", "$18k/wafer", "$/wafer"},
    Named{dimension::money - dimension::tokens, "money per token", "$2/Mtoken", "$/Mtoken"},
    Named{dimension::money - dimension::data, "money per data", "$5/GB", "$/GB"},
    Named{dimension::money - dimension::volume, "money per volume", "$2/m3", "$/m3"},
    Named{dimension::energy - dimension::operations, "energy per operation", "0.5 pJ/FLOP", "pJ/FLOP"},
    Named{dimension::energy - dimension::data, "energy per data", "5 pJ/b", "pJ/b"},
    Named{dimension::power - dimension::area, "power per area", "0.15 W/mm2", "W/mm2"},
    Named{dimension::mass - dimension::energy, "mass per energy", "400 kg/MWh", "kg/MWh"},
    Named{dimension::volume - dimension::energy, "volume per energy", "1.1 L/kWh", "L/kWh"},
    Named{dimension::power - dimension::time, "power per time", "20 MW/week", "MW/day"},
    Named{dimension::tokens - dimension::time, "tokens per time", "1200 tokens/s"},
    Named{dimension::none - dimension::chips - dimension::time, "rate per accelerator and time", "0.000474/chip/day",
          "/chip/day"},
    Named{dimension::none - dimension::area, "per area", "0.1/cm2", "/cm2"},
    Named{dimension::wafers - dimension::time, "wafers per time", "5000 wafers/month", "wafers/month"},
};

const Named* find_named(Dimension d) {
  const auto it =
      std::find_if(named_dimensions.begin(), named_dimensions.end(), [&](const Named& n) { return n.dimension == d; });
  return it == named_dimensions.end() ? nullptr : &*it;
}

std::string significant(double value, int digits) {
  if (value == 0) return "0";
  const double magnitude = std::floor(std::log10(std::fabs(value)) + 1e-12);
  // 1e-12 and 1e+30 say more than a row of zeros or of digits.
  if (magnitude < -9 || magnitude > 20) return fmt::format("{:.{}g}", value, digits);
  const int decimals = std::max(0, digits - 1 - static_cast<int>(magnitude));
  std::string out = fmt::format("{:.{}f}", value, decimals);
  if (out.find('.') != std::string::npos) {
    while (out.back() == '0') out.pop_back();
    if (out.back() == '.') out.pop_back();
  }
  return out == "-0" ? "0" : out;
}

struct Scale {
  double factor;
  std::string_view text;
};

/// The largest scale that leaves at least one; the smallest when none does. scales descend.
template <size_t N>
std::string scaled(double value, const std::array<Scale, N>& scales, int digits, std::string_view tail) {
  const Scale* best = &scales[N - 1];
  if (value == 0) best = &*std::find_if(scales.begin(), scales.end(), [](const Scale& s) { return s.factor == 1; });
  for (const Scale& s : scales)
    if (std::fabs(value) >= s.factor * (1 - 0.5 * std::pow(10, -digits))) {
      best = &s;
      break;
    }
  // Beyond the largest prefix a power of ten says more than a row of digits.
  const double scaled_value = value / best->factor;
  const std::string number =
      std::fabs(scaled_value) < 1e6 ? significant(scaled_value, digits) : fmt::format("{:.{}g}", scaled_value, digits);
  return number + std::string(best->text) + std::string(tail);
}

constexpr std::array si = {Scale{1e18, " E"}, Scale{1e15, " P"}, Scale{1e12, " T"}, Scale{1e9, " G"}, Scale{1e6, " M"},
                           Scale{1e3, " k"},  Scale{1, " "},     Scale{1e-3, " m"}, Scale{1e-6, " u"}};
constexpr std::array dollars_scale = {Scale{1e12, "T"}, Scale{1e9, "B"}, Scale{1e6, "M"}, Scale{1e3, "k"},
                                      Scale{1, ""}};
constexpr std::array tonnes_scale = {Scale{1e6, " M"}, Scale{1e3, " k"}, Scale{1, " "}};
constexpr std::array counts_scale = {Scale{1e12, "T"}, Scale{1e9, "B"}, Scale{1e6, "M"}, Scale{1, ""}};

std::string format_money(double value, int digits) {
  return (value < 0 ? "-$" : "$") + scaled(std::fabs(value), dollars_scale, digits, "");
}

std::string format_time(double value, int digits) {
  const double a = std::fabs(value);
  if (value == 0) return "0 days";
  if (a >= 2 * year) return significant(value / year, digits) + " years";
  if (a >= day) return significant(value / day, digits) + (value == day ? " day" : " days");
  if (a >= 3600) return significant(value / 3600, digits) + " h";
  if (a >= 60) return significant(value / 60, digits) + " min";
  return scaled(value, si, digits, "s");
}

}  // namespace

std::string dimension_name(Dimension d) {
  if (const Named* n = find_named(d)) return std::string(n->name);
  std::string over, under;
  auto add = [&](int exponent, std::string_view base) {
    for (int i = 0; i < exponent; ++i) over += (over.empty() ? "" : " x ") + std::string(base);
    for (int i = 0; i > exponent; --i) under += " per " + std::string(base);
  };
  add(d.money, "money"), add(d.energy, "energy"), add(d.data, "data"), add(d.operation, "operation"),
      add(d.mass, "mass"), add(d.length, "length"), add(d.chip, "accelerator"), add(d.wafer, "wafer"),
      add(d.token, "token"), add(d.time, "time");
  return (over.empty() ? "1" : over) + under;
}

std::string dimension_example(Dimension d) {
  const Named* n = find_named(d);
  return n ? std::string(n->example) : std::string();
}

std::string format_count(double value) {
  if (std::fabs(value) >= 1e15) return fmt::format("{:.3g}", value);  // its last digits say nothing
  std::string digits = fmt::format("{:.0f}", std::fabs(value));
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return value < 0 && digits != "0" ? "-" + digits : digits;
}

std::string format_amount(double value, Dimension d, int digits) {
  namespace dim = dimension;
  if (d == dim::none) return significant(value, std::max(digits, 1));
  if (d == dim::time) return format_time(value, digits);
  if (d == dim::money) return format_money(value, digits);
  if (d == dim::data) return scaled(value, si, digits, "B");
  if (d == dim::bandwidth) return scaled(value, si, digits, "B/s");
  if (d == dim::operations)
    return std::fabs(value) >= 1e21 ? fmt::format("{:.{}e} FLOP", value, digits - 1)
                                    : scaled(value, si, digits, "FLOP");
  if (d == dim::compute_rate) return scaled(value, si, digits, "FLOP/s");
  if (d == dim::power) return scaled(value, si, digits, "W");
  if (d == dim::power - dim::chips) return scaled(value, si, digits, "W/chip");
  if (d == dim::energy - dim::chips) return scaled(value, si, digits, "J/chip");
  if (d == dim::energy) return scaled(value / 3600, si, digits, "Wh");
  if (d == dim::mass) return scaled(value / 1000, tonnes_scale, digits, "t");
  if (d == dim::area)
    return value < 0.01 ? significant(value * 1e6, digits) + " mm2" : significant(value, digits) + " m2";
  if (d == dim::volume) return scaled(value * 1000, si, digits, "L");
  if (d == dim::chips) return format_count(value) + (value == 1 ? " chip" : " chips");
  if (d == dim::wafers) return format_count(value) + " wafers";
  if (d == dim::tokens) return scaled(value, counts_scale, digits, " tokens");
  if (d == dim::tokens - dim::time) return scaled(value, counts_scale, digits, " tokens/s");
  if (const Named* named = find_named(d); named && !named->unit.empty()) return format_in(value, named->unit, digits);
  return significant(value, digits) + " (" + dimension_name(d) + ", base units)";
}

std::string format_in(double value, std::string_view unit, int digits) {
  const bool money = unit.starts_with('$');
  const std::string one = money ? "$1" + std::string(unit.substr(1)) : "1 " + std::string(unit);
  const double count = value / parse_amount(one).value;
  return money ? format_money(count, digits) + std::string(unit.substr(1))
               : significant(count, digits) + (unit.starts_with('/') ? "" : " ") + std::string(unit);
}

}  // namespace orrery
