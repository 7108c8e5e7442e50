#include "scenario/cause.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "scenario/reader.h"

namespace orrery::scenario {
namespace {

/// A cause as the scenario or the catalog says it.
struct Stated {
  std::string key;
  double strength = 0;
  bool own = false;                 ///< the scenario says what hangs on it
  bool stated = false;              ///< the scenario says its strength
  std::vector<std::string> within;  ///< causes whose part its strength holds
  std::vector<std::string> inputs;  ///< as written, of one's own
  Place place;                      ///< of its strength
  View view;
};

/// Whether a path with "*" for any name is that of an input.
bool matches(const std::vector<std::string>& pattern, const std::string& name) {
  const std::vector<std::string> parts = parts_of(name);
  return std::equal(pattern.begin(), pattern.end(), parts.begin(), parts.end(),
                    [](const std::string& wanted, const std::string& part) { return wanted == "*" || wanted == part; });
}

/// The inputs by what their draws are keyed by: those of one key are one.
std::vector<std::vector<std::size_t>> drawn_as_one(const std::vector<Input>& inputs) {
  std::vector<std::vector<std::size_t>> out;
  std::map<std::string, std::size_t, std::less<>> seen;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto [at, fresh] = seen.emplace(inputs[i].key(), out.size());
    if (fresh) out.emplace_back();
    out[at->second].push_back(i);
  }
  return out;
}

Tie* tie_to(std::vector<Tie>& ties, const std::string& cause) {
  const auto it = std::find_if(ties.begin(), ties.end(), [&](const Tie& tie) { return tie.cause() == cause; });
  return it == ties.end() ? nullptr : &*it;
}

[[noreturn]] void no_input(const Scenario& scenario, const std::vector<Input>& inputs, const Stated& cause,
                           const std::string& written, const std::string& path) {
  // Names in the form that was written: with * where it has one.
  const std::vector<std::string> pattern = parts_of(path);
  std::vector<std::string> names;
  for (const Input& input : inputs) {
    std::vector<std::string> parts = parts_of(input.name);
    for (std::size_t k = 0; k < parts.size() && parts.size() == pattern.size(); ++k)
      if (pattern[k] == "*") parts[k] = "*";
    names.push_back(joined(parts));
  }
  const Place place = cause.view.place("inputs");
  const std::string key = cause.view.key_path("inputs");
  if (find_key(*scenario.form, path))
    throw Error(place, key, in_quotes(written) + " names no uncertain input of this scenario",
                names.empty() ? "give that value a distribution, or leave it out"
                              : suggest(path, names, "give that value a distribution, or leave it out"));
  throw Error(place, key, in_quotes(written) + " is no input of this scenario",
              names.empty() ? "leave it out: all inputs are certain"
                            : suggest(path, names, "name inputs as `orrery show SCENARIO --resolved` does"));
}

/// Ties what a cause of the scenario's own names. one[g] are the inputs of group g.
void tie_own(const Scenario& scenario, const Stated& cause, const std::vector<std::vector<std::size_t>>& one,
             std::vector<Input>& inputs) {
  for (const std::string& written : cause.inputs) {
    const bool turned = written.starts_with('-');
    const std::string path = written.substr(turned);
    if (path.find_first_not_of(' ') == std::string::npos)
      throw Error(cause.view.place("inputs"), cause.view.key_path("inputs"), in_quotes(written) + " names no input",
                  "name inputs as `orrery show SCENARIO --resolved` does");
    const std::vector<std::string> pattern = parts_of(path);
    bool found = false;
    for (const std::vector<std::size_t>& group : one) {
      const auto named = std::find_if(group.begin(), group.end(), [&](std::size_t i) {
        return !inputs[i].distribution.is_constant() &&
               (matches(pattern, inputs[i].name) || inputs[i].drawn_as == path);
      });
      if (named == group.end()) continue;
      found = true;
      const Tie tie{cause.key, "", turned != is_speed(inputs[*named].dimension)};
      for (const std::size_t i : group) {
        const Tie* had = tie_to(inputs[i].ties, cause.key);
        if (had && had->turned != tie.turned)
          throw Error(cause.view.place("inputs"), cause.view.key_path("inputs"),
                      fmt::format("move {} both ways", inputs[i].name), "name it once, with or without the -");
        if (!had) inputs[i].ties.push_back(tie);
      }
    }
    if (!found) no_input(scenario, inputs, cause, written, path);
  }
}

/// What the scenario says of causes, and of the catalog's those that inputs hang on. Records them.
std::vector<Stated> stated_causes(Reader& reader, const std::vector<Input>& inputs) {
  std::vector<Stated> out;
  std::vector<std::string> known;
  for (const catalog::Entry& entry : reader.catalog().entries("causes")) known.push_back(entry.name);
  const auto of_catalog = [&](const std::string& key, View view) {
    const catalog::Entry& entry = reader.catalog().entry("causes", key);
    Stated cause{key, 0, false, view.gives("strength"), {}, {}, view.place("strength"), view};
    cause.strength = reader.constant_number(view, "strength", from_catalog(entry, entry.at("strength")));
    if (const catalog::Figure* within = entry.find("within")) cause.within = within->texts;
    out.push_back(std::move(cause));
  };
  for (const auto& [key, view] : reader.root().group("cause")) {
    const bool of_the_catalog = std::find(known.begin(), known.end(), key) != known.end();
    if (view.table->kind == Node::Kind::boolean) {  // false: taken away
      if (!of_the_catalog) continue;
      const bool typed = view.table->place.file == override_place;
      reader.record(view.path + ".strength", "0", typed ? Origin::command_line : Origin::scenario,
                    typed ? override_place : view.table->place.file + ':' + std::to_string(view.table->place.line));
      out.push_back({key, 0, false, true, {}, {}, view.place(), view});
      continue;
    }
    if (of_the_catalog) {
      if (view.gives("inputs"))
        throw Error(view.place("inputs"), view.key_path("inputs"), "are known of a cause of the catalog",
                    "leave them out, or give your own cause another name");
      of_catalog(key, view);
      continue;
    }
    for (const std::string& kind : known)
      if (key.starts_with(kind + ' '))
        throw Error(view.place(), view.path, "is the name of one of the catalog's causes", "give it another name");
    if (!view.gives("inputs"))
      throw Error(view.place(), view.path, "is no cause of the catalog and names no inputs",
                  suggest(key, known, "add inputs = [\"site.*.building.*.task.*.duration\"]"));
    reader.must_give(view, "strength", "0.3");
    Stated cause{key, reader.constant_number(view, "strength"), true, true, {}, {}, view.place("strength"), view};
    cause.inputs = reader.texts(view, "inputs");
    if (cause.inputs.empty())
      throw Error(view.place("inputs"), view.key_path("inputs"), "is empty", "name inputs, or leave the cause out");
    out.push_back(std::move(cause));
  }
  for (const Input& input : inputs)
    for (const Tie& tie : input.ties)
      if (!tie.of.empty() && std::find(known.begin(), known.end(), tie.kind) != known.end() &&
          std::none_of(out.begin(), out.end(), [&](const Stated& s) { return s.key == tie.kind; }))
        of_catalog(tie.kind, View{nullptr, "cause." + tie.kind});
  return out;
}

/// Loadings of the causes of one input. Stated causes come first, and the catalog's yield to them; last come those
/// whose strength holds the part of wider ones.
void load(std::vector<Tie>& ties, const std::vector<Stated>& causes, const std::string& input) {
  std::map<std::string, double> share;  // of the variance, by kind
  double room = 1;
  const auto of = [&](const Tie& tie) -> const Stated* {
    const auto it = std::find_if(causes.begin(), causes.end(), [&](const Stated& s) { return s.key == tie.kind; });
    return it == causes.end() ? nullptr : &*it;
  };
  for (Tie& tie : ties) tie.loading = 0;
  for (const bool holds_wider : {false, true})
    for (const bool stated : {true, false})
      for (Tie& tie : ties) {
        const Stated* cause = of(tie);
        if (!cause || cause->stated != stated || cause->within.empty() == holds_wider) continue;
        double wanted = score_correlation(cause->strength);
        for (const std::string& wider : cause->within) wanted = std::max(0.0, wanted - share[wider]);
        constexpr double rounding = 1e-12;
        if (stated && wanted > room + rounding) {
          std::vector<std::string> others;
          for (const Tie& other : ties)
            if (share[other.kind] > 0 && of(other)->stated)
              others.push_back(fmt::format("cause.{} ({:g})", other.kind, of(other)->strength));
          throw Error(
              cause->place, "cause." + cause->key + ".strength",
              fmt::format("is more than {} leave{} of {}", fmt::join(others, " and "), others.size() == 1 ? "s" : "",
                          input),
              "a strength s takes 2 sin(pi s / 6) of an input's variance: let those of one input come to 1 at most");
        }
        wanted = std::min(wanted, room);
        share[tie.kind] += wanted, room = std::max(0.0, room - wanted);
        tie.loading = (tie.turned ? -1 : 1) * std::sqrt(wanted);
      }
}

}  // namespace

double score_correlation(double rank_correlation) {
  return rank_correlation >= 1 ? 1 : 2 * std::sin(std::numbers::pi / 6 * rank_correlation);
}

CausesInForce tie_causes(const Scenario& scenario, const catalog::Catalog& catalog, std::vector<Input>& inputs) {
  CausesInForce out;
  for (Input& input : inputs) std::erase_if(input.ties, [](const Tie& tie) { return tie.of.empty(); });
  if (!scenario.root.find("cause") &&
      std::all_of(inputs.begin(), inputs.end(), [](const Input& input) { return input.ties.empty(); }))
    return out;
  Reader reader(scenario, catalog);
  const std::vector<Stated> causes = stated_causes(reader, inputs);
  const std::vector<std::vector<std::size_t>> one = drawn_as_one(inputs);
  // What is drawn as one hangs on whatever one of them hangs on.
  for (const std::vector<std::size_t>& group : one) {
    std::vector<Tie>& ties = inputs[group.front()].ties;
    for (const std::size_t i : group)
      for (const Tie& tie : inputs[i].ties)
        if (i != group.front() && !tie_to(ties, tie.cause())) ties.push_back(tie);
    for (const std::size_t i : group)
      if (i != group.front()) inputs[i].ties = ties;
  }
  for (const Stated& cause : causes)
    if (cause.own) tie_own(scenario, cause, one, inputs);
  for (Input& input : inputs) load(input.ties, causes, input.name);

  out.settings = std::move(reader.settings);
  for (const Stated& cause : causes) {
    const std::string path = "cause." + cause.key;
    const auto setting = std::find_if(out.settings.begin(), out.settings.end(),
                                      [&](const Setting& s) { return s.path == path + ".strength"; });
    std::vector<CommonCause> of_kind;
    for (const Input& input : inputs)
      for (const Tie& tie : input.ties) {
        if (tie.kind != cause.key) continue;
        auto at =
            std::find_if(of_kind.begin(), of_kind.end(), [&](const CommonCause& c) { return c.name == tie.cause(); });
        if (at == of_kind.end()) {
          of_kind.push_back({tie.cause(),
                             cause.key,
                             cause.strength,
                             setting->origin,
                             setting->has_provenance ? std::optional(setting->provenance.basis) : std::nullopt,
                             {}});
          at = of_kind.end() - 1;
        }
        at->inputs.push_back((tie.turned ? "-" : "") + input.name);
      }
    if (!cause.own) {
      std::vector<std::string> counts;
      for (const CommonCause& c : of_kind) counts.push_back(fmt::format("{}: {}", c.name, c.inputs.size()));
      out.settings.push_back({path + ".inputs",
                              counts.empty() ? "none" : fmt::format("{}", fmt::join(counts, "; ")),
                              Origin::catalog,
                              "causes/" + cause.key,
                              true,
                              false,
                              {},
                              ""});
    }
    for (CommonCause& c : of_kind) out.causes.push_back(std::move(c));
  }
  return out;
}

}  // namespace orrery::scenario
