#include "study/range.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/units.h"
#include "scenario/change.h"
#include "scenario/check.h"

namespace orrery::study {
namespace {

namespace d = dimension;
using scenario::Key;
using scenario::KeyType;

constexpr double day = 86400;
const Place place{"--vary"};

std::string without(std::string text, char c) {
  std::erase(text, c);
  return text;
}

void trim(std::string& s) {
  s.erase(0, s.find_first_not_of(" \t\n"));
  s.erase(s.find_last_not_of(" \t\n") + 1);
}

/// The double nearest to k times a power of ten.
double decimal(long long k, int exponent) {
  const std::string digits = fmt::format("{}e{}", k, exponent);
  double value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

/// k times a power of ten as people write it.
std::string decimal_text(long long k, int exponent) {
  const double value = decimal(k, exponent);
  if (std::fabs(value) >= 1e15) return without(fmt::format("{}", value), '+');
  std::string out = fmt::format("{:.{}f}", value, std::max(0, -exponent));
  if (out.find('.') != std::string::npos) {
    out.erase(out.find_last_not_of('0') + 1);
    if (out.back() == '.') out.pop_back();
  }
  return out;
}

/// One end of a range of amounts: its number and what stands around it.
struct End {
  double number = 0;
  std::string prefix, suffix;
  AnyAmount amount;
};

/// An end taken apart as parse_amount reads it.
End end_of(const std::string& text, const std::string& key) {
  End end;
  end.amount = at(place, key, [&] { return parse_amount(text); });
  std::size_t i = 0;
  bool negative = false;
  for (; i < text.size() && (text[i] == '-' || text[i] == '+' || text[i] == '$' || text[i] == ' '); ++i) {
    if (text[i] == '-') negative = !negative;
    if (text[i] == '$') end.prefix = "$";
  }
  std::string digits;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    const bool exponent =
        (c == 'e' || c == 'E') && i + 1 < text.size() &&
        (std::isdigit(static_cast<unsigned char>(text[i + 1])) || text[i + 1] == '-' || text[i + 1] == '+');
    const bool sign = (c == '-' || c == '+') && !digits.empty() && (digits.back() == 'e' || digits.back() == 'E');
    if (!std::isdigit(static_cast<unsigned char>(c)) && c != '.' && c != '_' && !exponent && !sign) break;
    if (c != '_' && !(sign && c == '+')) digits += c;
  }
  std::from_chars(digits.data(), digits.data() + digits.size(), end.number);
  if (negative) end.number = -end.number;
  end.suffix = text.substr(i);
  return end;
}

/// Whether a text is a factor, x1.2, and whether it is a shift, +90 days; both as scenario::changed reads them.
bool is_factor(const std::string& text) {
  return text.size() > 1 && text[0] == 'x' && (std::isdigit(static_cast<unsigned char>(text[1])) || text[1] == '.');
}
constexpr std::string_view less = "less ";
bool is_less(const std::string& text) {
  return text.starts_with(less);
}
bool is_signed(const std::string& text) {
  return is_less(text) || (text.size() > 1 && (text[0] == '+' || text[0] == '-'));
}

/// How far a shift goes.
double days_of_shift(const std::string& text) {
  const double days = parse_amount_of(is_less(text) ? text.substr(less.size()) : text, d::time) / day;
  if (is_less(text) && days < 0)
    throw Error({}, "", in_quotes(text) + " is less by less than nothing", "write less 9 days");
  return is_less(text) ? -days : days;
}

/// A shift as its key understands it: "-9 days" is a duration of its own, "less 9 days" makes one shorter.
std::string shift_text(const std::string& text, bool of_date) {
  if (!is_less(text) && text[0] != '-') return text;
  std::string by = text.substr(is_less(text) ? less.size() : 1);
  trim(by);
  return (of_date ? "-" : std::string(less)) + by;
}

struct Ends {
  std::string key, low, high;
};

/// KEY=LOW..HIGH taken apart; quotes around an end are the file's way of writing.
Ends ends_of(const std::string& given) {
  const std::string remedy = "write --vary order.first.rate=\"300 chips/day..1200 chips/day\"";
  const std::size_t equals = given.find('=');
  const std::size_t dots = equals == std::string::npos ? equals : given.find("..", equals);
  if (equals == std::string::npos || equals == 0 || dots == std::string::npos)
    throw Error(place, "", in_quotes(given) + " is not KEY=LOW..HIGH", remedy);
  Ends e{given.substr(0, equals), given.substr(equals + 1, dots - equals - 1), given.substr(dots + 2)};
  trim(e.key);
  for (std::string* end : {&e.low, &e.high}) {
    trim(*end);
    if (!end->empty() && end->front() == '"') end->erase(0, 1);
    if (!end->empty() && end->back() == '"') end->pop_back();
    trim(*end);
  }
  if (e.key.empty() || e.low.empty() || e.high.empty())
    throw Error(place, e.key, in_quotes(given) + " is not KEY=LOW..HIGH", remedy);
  return e;
}

/// Lays multiples of the step between two numbers, with the ends themselves.
void lay(Range& r, double low, double high) {
  // Numbers of so many digits that steps vanish among them have coarser ones.
  while (std::max(std::fabs(low), std::fabs(high)) / decimal(1, r.exponent) > 1e15) ++r.exponent;
  r.first = std::llround(low / decimal(1, r.exponent));
  r.last = std::llround(high / decimal(1, r.exponent));
  r.low_apart = decimal(r.first, r.exponent) != low;
  r.high_apart = decimal(r.last, r.exponent) != high;
  if (r.low_apart && decimal(r.first, r.exponent) < low) ++r.first;
  if (r.high_apart && decimal(r.last, r.exponent) > high) --r.last;
}

/// The power of ten that makes so many steps of a range, or more.
int exponent_for(double range, double points) {
  if (!std::isfinite(range))
    throw Error(place, "", "is wider than the range of numbers", "name values nearer to each other");
  return static_cast<int>(std::floor(std::log10(range / points) + 1e-9));
}

constexpr double points = 1000;  // at least so many values in a range

[[noreturn]] void refuse_order(const Ends& e) {
  if (e.low == e.high) throw Error(place, e.key, "has nothing between " + e.low + " and itself", "name two values");
  throw Error(place, e.key, fmt::format("runs from {} down to {}", e.low, e.high),
              fmt::format("write --vary {}=\"{}..{}\"", e.key, e.high, e.low));
}

void lay_dates(Range& r, const Ends& e) {
  const auto parsed = [&](const std::string& text) { return at(place, e.key, [&] { return parse_date(text); }); };
  r.kind = Range::Kind::date;
  r.first = parsed(e.low).days, r.last = parsed(e.high).days;
  if (r.first >= r.last) refuse_order(e);
}

void lay_factors(Range& r, const Ends& e) {
  r.kind = Range::Kind::factor, r.prefix = "x", r.in_force = 1, r.dimension = d::none;
  const auto parsed = [&](const std::string& text) {
    return at(place, e.key, [&] { return parse_amount_of(text.substr(1), d::none); });
  };
  const double low = parsed(e.low), high = parsed(e.high);
  if (low >= high) refuse_order(e);
  r.exponent = exponent_for(high - low, points);
  lay(r, low, high);
}

/// Durations, and shifts by them: by the day where the range is long.
void lay_days(Range& r, const Ends& e, double low, double high, bool whole) {
  r.suffix = " days", r.unit = day;
  r.exponent = whole ? 0 : std::min(0, exponent_for(high - low, 200));
  lay(r, low, high);
  if (whole && (r.low_apart || r.high_apart))
    throw Error(place, e.key, "is a date, which moves by whole days", "write whole days");
}

void lay_shifts(Range& r, const Ends& e, bool of_date) {
  r.kind = Range::Kind::shift, r.in_force = 0, r.of_date = of_date;
  const auto parsed = [&](const std::string& text) { return at(place, e.key, [&] { return days_of_shift(text); }); };
  const double low = parsed(e.low), high = parsed(e.high);
  if (low >= high) refuse_order(e);
  lay_days(r, e, low, high, of_date);
  r.unit = 1;
}

void lay_whole(Range& r, const Ends& e, double low, double high) {
  for (const double end : {low, high})
    if (end != std::floor(end) || std::fabs(end) > 1e15)
      throw Error(place, e.key, fmt::format("{:g} is not a whole number", end), "write whole numbers");
  if (low >= high) refuse_order(e);
  r.first = std::llround(low), r.last = std::llround(high);
}

void lay_amounts(Range& r, const Ends& e, bool of_whole) {
  const End low = end_of(e.low, e.key), high = end_of(e.high, e.key);
  const bool count =
      r.dimension == d::none || r.dimension == d::chips || r.dimension == d::tokens || r.dimension == d::wafers;
  for (const auto* end : {&low, &high}) {
    const std::string& text = end == &low ? e.low : e.high;
    if (end->amount.dimension == r.dimension || (count && end->amount.dimension == d::none)) continue;
    const bool bare = end->amount.dimension == d::none && end->suffix.empty();
    const End& other = end == &low ? high : low;
    if (bare && other.amount.dimension == r.dimension)
      throw Error(place, e.key, text + " has no unit",
                  fmt::format("write --vary {}=\"{}{}..{}{}\"", e.key, end == &low ? other.prefix + e.low : e.low,
                              end == &low ? other.suffix : "", end == &low ? e.high : other.prefix + e.high,
                              end == &low ? "" : other.suffix));
    at(place, e.key, [&] { return parse_amount_of(text, r.dimension); });
  }
  if (of_whole) return lay_whole(r, e, low.amount.value, high.amount.value);
  if (low.amount.value >= high.amount.value) refuse_order(e);
  if (r.dimension == d::time && high.amount.value - low.amount.value >= 2 * day)
    return lay_days(r, e, low.amount.value / day, high.amount.value / day, false);
  r.prefix = high.prefix, r.suffix = high.suffix;
  const bool alike = low.prefix == high.prefix && low.suffix == high.suffix;
  r.unit = parse_amount(high.prefix + "1" + high.suffix).value;
  const double from = alike ? low.number : low.amount.value / r.unit, to = high.number;
  r.exponent = exponent_for(to - from, points);
  lay(r, from, to);
}

/// "120,000 x h100-sxm" as settings print it: number and kind.
std::optional<std::pair<double, std::string>> chips_in(const std::string& text) {
  try {
    return scenario::parse_chips_of(without(text, ','), {}, "");
  } catch (const Error&) {
    return std::nullopt;
  }
}

const scenario::Setting* setting_at(const Study& study, const std::string& path) {
  const auto it = std::find_if(study.settings.begin(), study.settings.end(),
                               [&](const scenario::Setting& s) { return s.path == path; });
  return it == study.settings.end() ? nullptr : &*it;
}

/// What a key of accelerators says; a shorthand of the top stands for the one key of its name further down.
std::string chips_text(const scenario::Scenario& scenario, const Study& study, const std::string& key) {
  if (const Node* node = given_at(scenario, key); node && scenario::bare(*node).kind == Node::Kind::text)
    return scenario::bare(*node).text;
  if (const scenario::Setting* s = setting_at(study, key)) return s->value;
  std::string found;
  for (const scenario::Setting& s : study.settings) {
    if (!s.path.ends_with('.' + key) || !chips_in(s.value)) continue;
    if (!found.empty()) return "";
    found = s.value;
  }
  return found;
}

void lay_chips(Range& r, const Ends& e, const scenario::Scenario& scenario, const Study& study) {
  r.kind = Range::Kind::chips, r.dimension = d::chips;
  std::string name;
  const auto parsed = [&](const std::string& text) {
    if (text.find(" x ") == std::string::npos)
      return at(place, e.key, [&] {
        const AnyAmount any = parse_amount(text);
        return any.dimension == d::none ? any.value : parse_amount_of(text, d::chips);
      });
    const auto [count, of] = scenario::parse_chips_of(text, place, e.key);
    if (!name.empty() && of != name)
      throw Error(place, e.key, fmt::format("is of {} and of {}", name, of), "vary the number of one kind");
    name = of;
    return count;
  };
  const double low = parsed(e.low), high = parsed(e.high);
  const auto stands = chips_in(chips_text(scenario, study, e.key));
  if (stands) r.in_force = stands->first, r.stands = chips_text(scenario, study, e.key);
  if (name.empty() && !stands)
    throw Error(place, e.key, "does not say of which accelerator",
                fmt::format("write --vary {}=\"{} x h100-sxm..{} x h100-sxm\"", e.key, e.low, e.high));
  lay_whole(r, e, low, high);
  r.suffix = " x " + (name.empty() ? stands->second : name);
}

/// The day on which one that hangs on an event falls with the inputs at their medians; infinite for never.
std::optional<double> hanging_day(const Study& study, const std::string& key) {
  const auto of = std::find_if(study.outputs.begin(), study.outputs.end(),
                               [&](const Output& o) { return o.is_date && !o.compared && o.name == key; });
  if (of == study.outputs.end()) return std::nullopt;
  std::vector<double> values(study.outputs.size());
  study.trial({}, values);
  const double value = values[static_cast<std::size_t>(of - study.outputs.begin())];
  return std::isfinite(value) ? study.start.days + whole_day(value) : value;
}

/// Sets the value in force of an amount, a whole number or a date.
void stand(Range& r, const scenario::Scenario& scenario, const Study& study) {
  const Node* node = given_at(scenario, r.key);
  const scenario::Setting* setting = setting_at(study, r.key);
  if (setting) r.stands = setting->value;
  if (r.in_force) return;  // a change counts from none
  try {
    const Node* value = node ? &scenario::bare(*node) : nullptr;
    if (r.kind == Range::Kind::date) {
      if (value && value->kind == Node::Kind::date) r.in_force = value->date.days;
      else if (node && scenario::hangs(*node)) {
        r.in_force = hanging_day(study, r.key);
        if (r.in_force && std::isfinite(*r.in_force))
          r.stands += fmt::format(": {}", Date{static_cast<int>(*r.in_force)}.text());
      } else if (setting) r.in_force = parse_date(setting->value).days;
    } else if (node && !scenario::is_change(*node)) {
      r.in_force = read_amount(*node, r.dimension, r.key, scenario::provenance_keys()).median();
    } else if (const auto input = std::find_if(study.inputs.begin(), study.inputs.end(),
                                               [&](const Input& i) { return i.name == r.key; });
               input != study.inputs.end()) {
      r.in_force = input->distribution.median();
    } else if (setting && setting->value == "no limit") {
      r.in_force = infinity;
    } else if (setting) {
      const AnyAmount any = parse_amount(without(setting->value, ','));
      if (any.dimension == r.dimension || any.dimension == d::none) r.in_force = any.value;
    }
  } catch (const Error&) {
    // What cannot be read as a number has no place among numbers.
  }
  if (r.stands.empty() && r.in_force && r.kind == Range::Kind::amount)
    r.stands = format_amount(*r.in_force, r.dimension);
}

/// Whether the value in force of an amount is uncertain.
bool is_distribution(const scenario::Scenario& scenario, const Study& study, const std::string& key) {
  const Node* node = given_at(scenario, key);
  if (node) return node->kind == Node::Kind::table && !node->find("value");
  return std::any_of(study.inputs.begin(), study.inputs.end(), [&](const Input& i) { return i.name == key; });
}

const char* type_name(KeyType type) {
  return type == KeyType::boolean ? "true or false" : type == KeyType::deliveries ? "a schedule" : "text";
}

/// The record of a key, or what stands for it where a value is a part of another: a level of a distribution, a row.
Key key_of(const Ends& e, const scenario::Scenario& scenario) {
  if (const Key* key = find_key(*scenario.form, e.key)) return *key;
  const Node* node = given_at(scenario, e.key);
  if (!node) {
    // The check of overrides names the nearest keys.
    const std::string probe = is_factor(e.low) || is_signed(e.low) ? "1" : e.low;
    try {
      changed_scenario(scenario, {e.key + "=" + probe});
    } catch (const Error& error) {
      throw Error(place, error.key(), error.problem(), error.remedy());
    }
    throw Error(place, e.key, "is not a number, an amount or a date", "name a key that is one");
  }
  Key key;
  key.low = -infinity;
  key.type = scenario::bare(*node).kind == Node::Kind::date ? KeyType::date : KeyType::amount;
  if (key.type == KeyType::amount && !is_factor(e.low))
    key.dimension = is_less(e.high) ? d::time : end_of(e.high, e.key).amount.dimension;
  return key;
}

}  // namespace

std::size_t Range::size() const {
  return static_cast<std::size_t>(std::max(0LL, last - first + 1)) + low_apart + high_apart;
}

std::string Range::text(std::size_t index) const {
  const bool is_low = low_apart && index == 0, is_high = high_apart && index + 1 == size();
  if (is_low || is_high) {
    const std::string& end = is_low ? low : high;
    return kind == Kind::shift ? shift_text(end, of_date) : end;
  }
  const long long k = first + static_cast<long long>(index) - low_apart;
  if (kind == Kind::date) return Date{static_cast<int>(k)}.text();
  if (kind == Kind::shift)
    return (k >= 0 ? "+" : of_date ? "-" : std::string(less)) + decimal_text(std::llabs(k), exponent) + suffix;
  const std::string out = (k < 0 ? "-" : "") + prefix + decimal_text(std::llabs(k), exponent) + suffix;
  if (dimension == dimension::tokens || dimension == dimension::wafers) {  // which come whole
    const double value = parse_amount(out).value;
    if (value != std::round(value)) return fmt::format("{:.0f}", value);
  }
  return out;
}

double Range::position(std::size_t index) const {
  if (kind == Kind::date || kind == Kind::chips) return static_cast<double>(first + static_cast<long long>(index));
  if (kind == Kind::factor) return parse_amount(text(index).substr(1)).value;
  return kind == Kind::shift ? days_of_shift(text(index)) : parse_amount(text(index)).value;
}

std::size_t Range::nearest(double to) const {
  std::size_t low_index = 0, high_index = size() - 1;
  while (high_index - low_index > 1) {
    const std::size_t middle = low_index + (high_index - low_index) / 2;
    (position(middle) <= to ? low_index : high_index) = middle;
  }
  return std::fabs(position(high_index) - to) < std::fabs(position(low_index) - to) ? high_index : low_index;
}

const Node* given_at(const scenario::Scenario& scenario, const std::string& path) {
  const Node* at = &scenario.root;
  for (const std::string& part : scenario::parts_of(path)) {
    if (part.starts_with('[')) {
      std::size_t row = 0;
      const auto [end, error] = std::from_chars(part.data() + 1, part.data() + part.size(), row);
      if (error != std::errc() || *end != ']' || at->kind != Node::Kind::list || row >= at->items.size())
        return nullptr;
      at = &at->items[row];
      continue;
    }
    at = at->kind == Node::Kind::table ? at->find(part) : nullptr;
    if (!at) return nullptr;
  }
  return at;
}

Range read_range(const std::string& given, const scenario::Scenario& scenario, const Study& study) {
  const Ends e = ends_of(given);
  const Key key = key_of(e, scenario);
  Range r;
  r.key = e.key, r.low = e.low, r.high = e.high, r.dimension = key.dimension;
  const bool date = key.type == KeyType::date || key.type == KeyType::date_or_event;
  const bool amount = key.type == KeyType::amount || key.type == KeyType::money_or_number;
  if (!date && !amount && key.type != KeyType::whole && key.type != KeyType::chips_of)
    throw Error(place, e.key, fmt::format("is {}, which has nothing between two values", type_name(key.type)),
                "name a key that is a number, an amount or a date");
  const bool factor = is_factor(e.high), of_whole = key.type == KeyType::whole || key.dimension == d::chips;
  // Of a distribution every level is multiplied, and none need be whole.
  const bool comes_whole = key.type == KeyType::whole || key.type == KeyType::chips_of ||
                           (key.dimension == d::chips && !is_distribution(scenario, study, e.key));
  // "-9 days..-1 days" are durations of their own where one may be below 0.
  const bool both = is_signed(e.low) && is_signed(e.high);
  const bool shift = !factor && (date ? is_signed(e.high)
                                      : key.dimension == d::time && (e.high[0] == '+' || is_less(e.low) ||
                                                                     is_less(e.high) || (both && key.low >= 0)));
  if (is_factor(e.low) != factor)
    throw Error(place, e.key, fmt::format("runs from {} to {}, which are not alike", e.low, e.high),
                "write two values or two factors, such as x0.8..x1.2");
  if (shift && !both)
    throw Error(place, e.key, fmt::format("runs from {} to {}, which are not alike", e.low, e.high),
                date ? "write two dates or two shifts, such as \"-30 days..+30 days\""
                     : "write two durations, two shifts such as \"-30 days..+0 days\", or factors such as x0.5..x1");
  if (factor && comes_whole)
    throw Error(place, e.key, "comes whole, which factors do not leave it", "write two numbers, such as 50000..200000");
  if (factor && date) throw Error(place, e.key, "is a date, which has no factor", "write two dates");
  if (factor) lay_factors(r, e);
  else if (shift) lay_shifts(r, e, date);
  else if (date) lay_dates(r, e);
  else if (key.type == KeyType::chips_of) lay_chips(r, e, scenario, study);
  else {
    if (key.type == KeyType::money_or_number) r.dimension = end_of(e.high, e.key).amount.dimension;
    lay_amounts(r, e, of_whole);
  }
  if (r.kind != Range::Kind::chips) stand(r, scenario, study);
  return r;
}

}  // namespace orrery::study
