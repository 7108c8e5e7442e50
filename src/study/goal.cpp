#include "study/goal.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/text.h"
#include "base/units.h"
#include "scenario/check.h"

namespace orrery::study {
namespace {

namespace d = dimension;

/// The output of a name, case and punctuation aside; null when there is none.
const Output* output_of(const Study& study, const std::string& name) {
  const auto named = [&](auto same) {
    const auto it = std::find_if(study.outputs.begin(), study.outputs.end(),
                                 [&](const Output& o) { return o.compared && !o.name.empty() && same(o.name); });
    return it == study.outputs.end() ? nullptr : &*it;
  };
  if (const Output* exact = named([&](const std::string& x) { return x == name; })) return exact;
  return named([&](const std::string& x) { return folded(x) == folded(name) && !folded(name).empty(); });
}

[[noreturn]] void unknown(const Study& study, const char* option, const std::string& name, bool dates) {
  std::vector<std::string> names;
  for (const Output& o : study.outputs)
    if (o.compared && !o.name.empty() && o.is_date == dates) names.push_back(o.name);
  const std::vector<std::string> some(names.begin(), names.begin() + std::min<std::ptrdiff_t>(12, std::ssize(names)));
  const std::string list =
      names.empty() ? std::string(dates ? "this answer has no dates: ask with --at-most or --at-least"
                                        : "this answer has no amounts")
                    : fmt::format("name one of {}{}", fmt::join(some, "; "), some.size() < names.size() ? "; ..." : "");
  throw Error(Place{option}, "", in_quotes(name) + (dates ? " is no level, milestone or run" : " is no output"),
              suggest(name, names, list));
}

/// A level of capacity with its place: "100k usable", "1.2 GW of IT at memphis".
struct Level {
  double value = 0;
  bool power = false;
  std::string site;
};

bool take_off(std::string& text, std::string_view tail) {
  if (!text.ends_with(tail)) return false;
  text.resize(text.size() - tail.size());
  return true;
}

std::optional<Level> level_in(std::string text) {
  Level level;
  if (const std::size_t at = text.find(" at "); at != std::string::npos) {
    level.site = text.substr(at + 4);
    text.resize(at);
  }
  std::erase(text, ',');
  const bool usable = take_off(text, " usable"), power = take_off(text, " of IT");
  if (text.empty() || !std::isdigit(static_cast<unsigned char>(text.front()))) return std::nullopt;
  const auto read = [](const std::string& as, Dimension of) -> std::optional<double> {
    try {
      const AnyAmount any = parse_amount(as);
      return any.dimension == of ? std::optional(any.value) : std::nullopt;
    } catch (const Error&) {
      return std::nullopt;
    }
  };
  if (const auto watts = read(text, d::power); watts && !usable) {
    level.value = *watts, level.power = true;
    return level;
  }
  if (power) return std::nullopt;
  auto chips = read(text, d::chips);
  if (!chips && usable) chips = read(text + " chips", d::chips);
  if (!chips) return std::nullopt;
  level.value = *chips;
  return level;
}

std::string scope_of(const Node& milestone, const char* key) {
  const Node* node = milestone.find(key);
  return node ? scenario::bare(*node).text : "";
}

/// The name of the scenario's own milestone of a level; empty when it has none.
std::string milestone_of(const Level& level, const scenario::Scenario& scenario) {
  const Node* all = scenario.root.find("milestone");
  if (!all) return "";
  for (const auto& [name, node] : all->members) {
    const Node* value = node.find(level.power ? "it_power" : "usable");
    if (!value || !scope_of(node, "order").empty() || !scope_of(node, "rental").empty() ||
        scope_of(node, "site") != level.site)
      continue;
    if (read_amount(*value, level.power ? d::power : d::chips, name, scenario::provenance_keys()).median() ==
        level.value)
      return name;
  }
  return "";
}

/// A name for a new milestone: letters, digits, commas and blanks.
std::string name_for(const Level& level, const scenario::Scenario& scenario) {
  std::string name = format_count(level.value) + " usable";
  if (level.power) {
    const auto [scale, unit] = std::fmod(level.value, 1e6) == 0   ? std::pair(1e6, " MW of IT")
                               : std::fmod(level.value, 1e3) == 0 ? std::pair(1e3, " kW of IT")
                                                                  : std::pair(1.0, " W of IT");
    name = format_count(level.value / scale) + unit;
  }
  if (!level.site.empty()) name += " at " + level.site;
  const Node* all = scenario.root.find("milestone");
  while (all && all->find(name)) name = "asked " + name;
  return name;
}

Goal by_day(const std::string& what, const std::string& day, const scenario::Scenario& scenario, const Study& study) {
  const Place until{"--until"};
  Goal goal;
  goal.kind = Goal::Kind::by;
  goal.limit = at(Place{"--by"}, "", [&] { return parse_date(day); }).days;
  const Node* milestones = scenario.root.find("milestone");
  const bool named = milestones && milestones->find(what);
  const bool levels = find_key(*scenario.form, "milestone.name.usable") != nullptr;
  if (const auto level = level_in(what); level && !named && levels) {
    if (level->value <= 0 || (!level->power && level->value != std::floor(level->value)))
      throw Error(until, "", in_quotes(what) + " is not a level", "write one such as \"100k usable\" or \"340 MW\"");
    goal.output = milestone_of(*level, scenario);
    if (!goal.output.empty()) return goal;
    goal.output = name_for(*level, scenario);
    const std::string path = "milestone." + goal.output;
    goal.set = path + (level->power ? fmt::format(".it_power={:.0f} W", level->value)
                                    : fmt::format(".usable={:.0f}", level->value));
    if (!level->site.empty())
      goal.set = fmt::format("{}={{ {}, site = \"{}\" }}", path,
                             level->power ? fmt::format("it_power = \"{:.0f} W\"", level->value)
                                          : fmt::format("usable = {:.0f}", level->value),
                             level->site);
    return goal;
  }
  const Output* output = output_of(study, what);
  if (!output) output = output_of(study, what + " finishes");
  if (!output || !output->is_date) unknown(study, "--until", what, true);
  goal.output = output->name;
  return goal;
}

Goal bounded(const char* option, Goal::Kind kind, const std::string& given, const Study& study) {
  const std::size_t equals = given.rfind('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == given.size())
    throw Error(Place{option}, "", in_quotes(given) + " is not OUTPUT=AMOUNT",
                fmt::format("write {} \"capital cost=$5B\"", option));
  std::string name = given.substr(0, equals);
  while (!name.empty() && name.back() == ' ') name.pop_back();
  const Output* output = output_of(study, name);
  if (!output || output->is_date) {
    if (output)
      throw Error(Place{option}, "", in_quotes(name) + " is a date",
                  fmt::format("write --until \"{}\" --by DATE", name));
    unknown(study, option, name, false);
  }
  Goal goal;
  goal.kind = kind, goal.output = output->name, goal.dimension = output->dimension;
  goal.limit = at(Place{option}, output->name, [&] {
    const std::string amount = given.substr(equals + 1);
    const AnyAmount any = parse_amount(amount);
    const bool count = any.dimension == d::none && (goal.dimension == d::chips || goal.dimension == d::tokens);
    // What an accelerator costs by the hour is told in plain dollars.
    if (count || any.dimension == goal.dimension) return any.value;
    return parse_amount_of(amount, goal.dimension);
  });
  return goal;
}

}  // namespace

double Goal::margin(double value) const {
  if (std::isnan(value)) return -infinity;
  if (value == limit) return 0;
  return kind == Kind::at_least ? value - limit : limit - value;
}

std::string Goal::text(double value, Date end) const {
  if (std::isnan(value)) return "-";
  if (kind == Kind::by) return std::isfinite(value) ? Date{static_cast<int>(value)}.text() : "after " + end.text();
  if (!std::isfinite(value)) return value > 0 ? "no end" : "-";
  const auto written = [&](double x, int digits) {
    const bool count = dimension == dimension::none && std::fabs(x) >= 1000;
    return count ? format_count(x) : format_amount(x, dimension, digits);
  };
  constexpr int usual = 5, most = 6;
  if (value == limit) return written(value, most);
  const std::string shown = written(limit, most);
  for (const int digits : {usual, most})
    if (const std::string text = written(value, digits); text != shown && text != written(limit, digits)) return text;
  return (value > limit ? "just over " : "just under ") + shown;
}

std::string Goal::wanted() const {
  switch (kind) {
    case Kind::by:
      return output + " by " + Date{static_cast<int>(limit)}.text();
    case Kind::at_most:
      return output + " at most " + text(limit, {});
    case Kind::at_least:
      return output + " at least " + text(limit, {});
  }
  return "";
}

std::pair<int, double> shortfall(const std::vector<double>& values, const std::vector<Goal>& goals) {
  int fail = 0;
  double margin = 0;
  for (std::size_t g = goals.size(); g-- > 0;)
    if (!goals[g].holds(values[g])) ++fail, margin = goals[g].margin(values[g]);
  return {fail, -margin};
}

bool same_values(const std::vector<double>& one, const std::vector<double>& other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](double x, double y) {
    return x == y || (std::isnan(x) && std::isnan(y)) || (std::isfinite(x) && std::fabs(x - y) <= 1e-12 * std::fabs(x));
  });
}

std::vector<Goal> read_goals(const GoalTexts& texts, const scenario::Scenario& scenario, const Study& study) {
  std::vector<Goal> goals;
  const auto& by = texts.by;
  if (texts.until.empty() && !by.empty())
    throw Error(Place{"--by"}, "", "says when, and nothing says what", "write --until \"100k usable\" --by " + by[0]);
  if (!texts.until.empty() && by.size() != 1 && by.size() != texts.until.size())
    throw Error(
        Place{"--by"}, "",
        by.empty() ? "is missing" : fmt::format("is given {} times for {} of --until", by.size(), texts.until.size()),
        "write one day, such as --by 2026-12-31, or one for each --until");
  for (std::size_t i = 0; i < texts.until.size(); ++i)
    goals.push_back(by_day(texts.until[i], by[by.size() == 1 ? 0 : i], scenario, study));
  if (!texts.capital.empty()) {
    if (!output_of(study, "capital cost"))
      throw Error(Place{"--capital"}, "", "is not among what this scenario answers with",
                  fmt::format("write --at-most \"OUTPUT={}\"", texts.capital));
    goals.push_back(at(Place{"--capital"}, "",
                       [&] { return bounded("", Goal::Kind::at_most, "capital cost=" + texts.capital, study); }));
  }
  for (const std::string& text : texts.at_most) goals.push_back(bounded("--at-most", Goal::Kind::at_most, text, study));
  for (const std::string& text : texts.at_least)
    goals.push_back(bounded("--at-least", Goal::Kind::at_least, text, study));
  if (goals.empty())
    throw Error(Place{"--until"}, "", "is missing: nothing is asked for",
                "write --until \"100k usable\" --by 2026-12-31, --capital \"$5B\", --at-most or --at-least");
  return goals;
}

}  // namespace orrery::study
