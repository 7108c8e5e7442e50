#include "scenario/change.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/error.h"
#include "base/units.h"
#include "base/value.h"
#include "scenario/check.h"

namespace orrery::scenario {
namespace {

/// The factor of "x1.2"; nothing for other texts.
std::optional<double> factor_of(const std::string& text) {
  if (text.size() < 2 || text.front() != 'x') return std::nullopt;
  double factor = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + 1, end, factor);
  if (error != std::errc() || stop != end || !std::isfinite(factor)) return std::nullopt;
  return factor;
}

/// "+90 days", "-2 weeks", "less 2 weeks".
struct Shift {
  double days = 0;
  bool is_change = true;  ///< of a duration too; "-2 weeks" is one of its own
};

/// Nothing for other texts.
std::optional<Shift> shift_of(const std::string& text) {
  constexpr std::string_view less = "less ";
  const bool shorter = text.starts_with(less);
  if (!shorter && (text.size() < 2 || (text.front() != '+' && text.front() != '-'))) return std::nullopt;
  Node duration;
  duration.kind = Node::Kind::text;
  duration.text = text.substr(shorter ? less.size() : 1);
  try {
    const double days = read_constant(duration, dimension::time, "") / 86400;
    if (days < 0) return std::nullopt;  // "--2 weeks"
    return text.front() == '+' ? Shift{days} : Shift{-days, shorter};
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// A text such as "$30k/chip" or "1000 x h100-sxm" with its number times a factor.
bool scale_text(std::string& text, double factor) {
  const std::size_t from = text.find_first_of("0123456789.");
  if (from == std::string::npos) return false;
  std::string digits;
  std::size_t to = from;
  for (; to < text.size() &&
         (std::isdigit(static_cast<unsigned char>(text[to])) || text[to] == '.' || text[to] == ',' || text[to] == '_');
       ++to)
    if (text[to] != ',' && text[to] != '_') digits += text[to];
  double number = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || stop != digits.data() + digits.size()) return false;
  text = text.substr(0, from) + fmt::format("{}", number * factor) + text.substr(to);
  return true;
}

/// Calls change on every level of an amount or a distribution; false where one cannot be changed.
template <class Change>
bool each_level(Node& node, bool shifted, Change change) {
  if (node.kind == Node::Kind::list)
    return std::all_of(node.items.begin(), node.items.end(),
                       [&](Node& item) { return each_level(item, shifted, change); });
  if (node.kind != Node::Kind::table) return change(node);
  bool any = false;
  for (auto& [key, level] : node.members) {
    const std::vector<std::string>& keys = distribution_keys();
    if (shifted && key == "zero") return false;  // what is on time is not late by so much
    if (std::find(keys.begin(), keys.end(), key) == keys.end() || key == "distribution" || key == "sigma" ||
        key == "zero")
      continue;
    if (shifted && key == "sd") continue;
    if (!each_level(level, shifted, change)) return false;
    any = true;
  }
  return any;
}

/// The text that names what a day hangs on.
Node& text_of_event(Node& day) {
  Node* inner = day.find("value");
  Node& given = inner ? *inner : day;
  Node* when = given.find("when");
  return when ? *when : given;
}

}  // namespace

std::optional<Node> changed(const Node* given, const std::string& text, const Place& place, const std::string& key,
                            bool of_date) {
  const std::optional<double> factor = factor_of(text);
  const std::optional<Shift> shift = shift_of(text);
  if (!factor && !shift) return std::nullopt;
  const bool event = given && hangs(*given), date = given ? event || bare(*given).kind == Node::Kind::date : of_date;
  const double days = shift ? shift->days : 0;
  if (shift && !shift->is_change && !date) return std::nullopt;
  if (!given) {
    Node change, by;
    change.kind = Node::Kind::table, change.place = by.place = place;
    if (factor) by.kind = Node::Kind::number, by.number = *factor;
    else by.kind = Node::Kind::text, by.text = fmt::format("{} days", std::fabs(days));
    change.members.emplace_back(factor ? "times" : days < 0 ? "shorter" : "longer", std::move(by));
    return change;
  }
  if (!(std::fabs(days) <= 36525))
    throw Error(place, key, "is changed by more than a hundred years", "give the value itself");
  Node out = *given;
  if (event) {
    if (factor) throw Error(place, key, "is a day, which " + text + " does not change", "write +30 days or -2 weeks");
    Node& when = text_of_event(out);
    when.text += fmt::format(" {} {} days", days < 0 ? '-' : '+', std::fabs(days));
    out.place = when.place = place;
    return out;
  }
  const auto replace = [&](Node& node) {
    node.place = place;
    if (date && shift) {
      node.date = node.date + static_cast<int>(std::lround(days));
      return true;
    }
    if (factor && node.kind == Node::Kind::number) {
      node.number *= *factor;
      node.whole = node.whole && node.number == std::round(node.number);
      return true;
    }
    if (factor) return node.kind == Node::Kind::text && scale_text(node.text, *factor);
    if (node.kind != Node::Kind::text) return false;
    const double seconds = read_constant(node, dimension::time, key);
    node.text = fmt::format("{} days", days < 0 ? std::max(0.0, seconds / 86400 + days) : seconds / 86400 + days);
    return true;
  };
  out.place = place;
  if (!each_level(out, !factor, replace))
    throw Error(place, key, "cannot be changed by " + text, "give the value itself");
  return out;
}

bool is_change(const Node& node) {
  return node.kind == Node::Kind::table && (node.find("times") || node.find("longer") || node.find("shorter"));
}

Distribution apply_change(const Node& change, const Distribution& of, Dimension dimension, const std::string& key) {
  if (const Node* factor = change.find("times")) {
    const double times = read_constant(*factor, dimension::none, key);
    if (!(times > 0 && times <= 1e6))
      throw Error(factor->place, key, "is changed by a factor that is not above 0 and at most a million",
                  "give the value itself");
    return of.scaled(times);
  }
  const double by = shift_of_change(change, key) * 86400;
  if (dimension != dimension::time)
    throw Error(change.place, key,
                std::string("is no duration, so that it cannot be ") + (by < 0 ? "shorter" : "longer"),
                "write a factor, such as x1.2");
  return at(change.place, key, [&] { return by < 0 ? of.shortened(-by) : of.shifted(by); });
}

double shift_of_change(const Node& change, const std::string& key) {
  const Node *longer = change.find("longer"), *shorter = change.find("shorter");
  const Node& given = longer ? *longer : *shorter;
  const double by = read_constant(given, dimension::time, key) / 86400;
  if (!(by >= 0 && by <= 36525))
    throw Error(given.place, key, "is changed by less than nothing or by more than a hundred years",
                "give the value itself");
  return longer ? by : -by;
}

}  // namespace orrery::scenario
