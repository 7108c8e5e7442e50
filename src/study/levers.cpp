#include "study/levers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/parallel.h"
#include "base/units.h"
#include "study/lever_candidates.h"

namespace orrery::study {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
// What is run again, and shown, of each output; what is tried of pairs.
constexpr std::size_t kept_keys = 8, shown_keys = 3, kept_pairs = 2, most_in_pairs = 24;
constexpr double least_together = 2;  // days

// Values that all tries of a scenario may read together; at least so many inputs are moved.
constexpr std::size_t budget = 1'250'000, least_moved = 8;
// Where fewer are made there are no pairs, and none is run again with draws, which take as long again.
constexpr std::size_t few_tries = 500;

bool has_better(const Output& output) {
  return output.compared && (output.is_date || output.aim != Output::Aim::none);
}

/// Reads a scenario with levers moved and runs it.
class Again {
 public:
  Again(const Study& study, const Kind& kind, const scenario::Scenario& scenario, const catalog::Catalog& facts)
      : study_(study), kind_(kind), scenario_(scenario), facts_(facts) {}

  /// The study's outputs at the medians, in its order; nothing where the change is refused, NaN for what has no better.
  std::vector<double> medians(const std::vector<Lever>& levers) const {
    return values(levers, [](const Study& changed) {
      std::vector<double> out(changed.outputs.size());
      changed.trial({}, out);
      return out;
    });
  }
  /// The same as P50 of draws.
  std::vector<double> drawn(const std::vector<Lever>& levers, const Sampling& sampling) const {
    return values(levers, [&](const Study& changed) { return p50(changed, sampling); });
  }
  static std::vector<double> p50(const Study& study, const Sampling& sampling) {
    const Trials trials = run_trials(study.inputs, study.outputs.size(), study.trial, sampling);
    std::vector<double> out;
    for (std::size_t o = 0; o < study.outputs.size(); ++o)
      out.push_back(has_better(study.outputs[o]) ? trials.spread(o).p50 : nothing);
    return out;
  }

 private:
  const Study& study_;
  const Kind& kind_;
  const scenario::Scenario& scenario_;
  const catalog::Catalog& facts_;

  template <class Run>
  std::vector<double> values(const std::vector<Lever>& levers, Run run) const {
    std::vector<std::string> overrides;
    for (const Lever& lever : levers) overrides.push_back(lever.key + '=' + lever.change);
    try {
      const scenario::Scenario changed = scenario::changed_scenario(scenario_, overrides);
      const Study again = read_changed(kind_, study_, changed, facts_);
      const std::vector<double> found = run(again);
      std::vector<double> out(study_.outputs.size(), nothing);
      for (std::size_t o = 0; o < out.size(); ++o) {
        const Output& wanted = study_.outputs[o];
        if (!has_better(wanted)) continue;
        const auto same = [&](std::size_t k) {
          return again.outputs[k].compared && again.outputs[k].name == wanted.name;
        };
        if (o < again.outputs.size() && same(o)) out[o] = found[o];
        for (std::size_t k = 0; k < again.outputs.size() && std::isnan(out[o]); ++k)
          if (same(k)) out[o] = found[k];
      }
      return out;
    } catch (const Error&) {  // what cannot be so is no lever
      return {};
    }
  }
};

/// How much better an output is; 0 where it is as good as before.
double gain_of(const Output& output, double before, double after) {
  if (std::isnan(after)) return 0;
  if (output.is_date) {
    if (!std::isfinite(after)) return std::isfinite(before) ? -infinity : 0;
    return std::isfinite(before) ? static_cast<double>(whole_day(before) - whole_day(after)) : infinity;
  }
  if (!std::isfinite(after) || !std::isfinite(before)) return 0;
  const double gain = output.aim == Output::Aim::more ? after - before : before - after;
  return std::fabs(gain) <= 1e-6 * std::fabs(before) ? 0 : gain;
}

/// The outputs that are dates with an earlier and a later.
std::vector<std::size_t> dates_of(const Study& study) {
  std::vector<std::size_t> out;
  for (std::size_t o = 0; o < study.outputs.size(); ++o)
    if (study.outputs[o].is_date && has_better(study.outputs[o])) out.push_back(o);
  return out;
}

/// What levers do beside what they bring to an output.
struct Aside {
  std::optional<double> worth;
  std::optional<std::size_t> harmed;
  double harm = 0;
};

/// dates: those of dates_of.
Aside aside_of(const Study& study, const std::vector<std::size_t>& dates, const std::vector<double>& before,
               const std::vector<double>& after) {
  Aside out;
  if (study.worth >= 0) {
    const auto w = static_cast<std::size_t>(study.worth);
    if (std::isfinite(before[w]) && std::isfinite(after[w])) out.worth = gain_of(study.outputs[w], before[w], after[w]);
  }
  for (const std::size_t o : dates) {
    const double later = -gain_of(study.outputs[o], before[o], after[o]);
    if (later > out.harm) out.harmed = o, out.harm = later;
  }
  return out;
}

Gain gain_at(const Study& study, const Aside& aside, std::size_t output, std::vector<Lever> levers,
             const std::vector<double>& before, const std::vector<double>& after) {
  Gain g;
  g.output = output, g.levers = std::move(levers), g.date = after[output];
  g.gain = gain_of(study.outputs[output], before[output], after[output]);
  g.worth = aside.worth, g.harmed = aside.harmed, g.harm = aside.harm;
  return g;
}

/// Whether it brings something, at no price that makes it none.
bool brings(const Study& study, const Gain& g) {
  return g.gain > 0 && std::isfinite(g.harm) && (study.outputs[g.output].is_date || g.harm == 0);
}

void best_first(std::vector<Gain>& gains) {
  std::stable_sort(gains.begin(), gains.end(), [](const Gain& a, const Gain& b) {
    return a.output != b.output ? a.output < b.output : a.gain > b.gain;
  });
}

struct Tried {
  Lever lever;
  std::size_t candidate = 0;
  std::vector<double> values;  ///< by output; empty: refused
};

/// What is tried one after the other, each told as an equal part of the pass.
enum class Stage { steps, less, further, pairs, draws };
constexpr double stages = 5;

std::function<void(double)> told_of(Stage stage, const Progress& progress) {
  const double at = static_cast<double>(stage);
  return told("levers", progress, at / stages, (at + 1) / stages);
}

/// Runs levers one by one at the medians, on several threads.
void try_all(const Again& again, std::vector<Tried>& tried, const Sampling& sampling, Stage stage) {
  parallel_for(
      tried.size(), sampling.threads, 4,
      [&](std::size_t first, std::size_t last, int) {
        for (std::size_t i = first; i < last; ++i) tried[i].values = again.medians({tried[i].lever});
      },
      told_of(stage, sampling.progress));
}

/// Whether a lever makes an output better, or worse.
bool moves(const Study& study, const Tried& t, const std::vector<double>& before, double sign) {
  for (std::size_t o = 0; o < study.outputs.size() && !t.values.empty(); ++o)
    if (has_better(study.outputs[o]) && sign * gain_of(study.outputs[o], before[o], t.values[o]) > 0) return true;
  return false;
}

/// What a step of one input alone brings at the medians: less of it where more made something worse; twice the step
/// where the step brings something.
std::vector<Tried> singles(const Study& study, const std::vector<Candidate>& candidates, const Again& again,
                           const std::vector<double>& before, const Sampling& sampling) {
  const auto of = [&](std::size_t c, const std::vector<Move>& moves, std::size_t way, bool twice) {
    const Move& move = moves[way];
    return Tried{{candidates[c].key, move.change, move.step, static_cast<int>(way), twice}, c, {}};
  };
  std::vector<Tried> out, less, further;
  for (std::size_t c = 0; c < candidates.size(); ++c)
    for (std::size_t way = 0; way < candidates[c].steps.size(); ++way)
      if (way != opposite) out.push_back(of(c, candidates[c].steps, way, false));
  try_all(again, out, sampling, Stage::steps);
  for (const Tried& t : out)
    if (t.lever.way == 0 && candidates[t.candidate].steps.size() > opposite &&
        (t.values.empty() || moves(study, t, before, -1)))
      less.push_back(of(t.candidate, candidates[t.candidate].steps, opposite, false));
  try_all(again, less, sampling, Stage::less);
  out.insert(out.end(), std::make_move_iterator(less.begin()), std::make_move_iterator(less.end()));
  for (const Tried& t : out) {
    const std::vector<Move>& twice = candidates[t.candidate].twice;
    const auto way = static_cast<std::size_t>(t.lever.way);
    if (way < twice.size() && moves(study, t, before, 1)) further.push_back(of(t.candidate, twice, way, true));
  }
  try_all(again, further, sampling, Stage::further);
  out.insert(out.end(), std::make_move_iterator(further.begin()), std::make_move_iterator(further.end()));
  std::erase_if(out, [](const Tried& t) { return t.values.empty(); });
  return out;
}

/// The gains of the best inputs of each output.
std::vector<Gain> best_of(const Study& study, const std::vector<Tried>& tried, const std::vector<double>& before) {
  const std::vector<std::size_t> dates = dates_of(study);
  std::vector<Aside> asides;
  for (const Tried& t : tried) asides.push_back(aside_of(study, dates, before, t.values));
  std::vector<Gain> out;
  for (std::size_t o = 0; o < study.outputs.size(); ++o) {
    if (!has_better(study.outputs[o])) continue;
    std::vector<Gain> all;
    for (std::size_t t = 0; t < tried.size(); ++t) {
      if (!(gain_of(study.outputs[o], before[o], tried[t].values[o]) > 0)) continue;
      Gain g = gain_at(study, asides[t], o, {tried[t].lever}, before, tried[t].values);
      if (brings(study, g)) all.push_back(std::move(g));
    }
    best_first(all);
    std::vector<std::string> keys;
    for (Gain& g : all) {
      const std::string& key = g.levers[0].key;
      const bool known = std::find(keys.begin(), keys.end(), key) != keys.end();
      if (!known && keys.size() == kept_keys) continue;
      if (!known) keys.push_back(key);
      out.push_back(std::move(g));
    }
  }
  return out;
}

/// Whether two levers bring two days and by half more together than each alone does in sum.
bool together(const Gain& g) {
  return std::isfinite(g.alone) && g.gain >= g.alone + least_together && g.gain >= 1.5 * g.alone;
}

/// Pairs of steps of which both together bring a date forward by two days and by half more than each alone does in sum.
std::vector<Gain> pairs_of(const Study& study, const std::vector<Candidate>& candidates,
                           const std::vector<Tried>& tried, const Again& again, const std::vector<double>& before,
                           const Sampling& sampling, std::size_t most_steps) {
  const std::vector<std::size_t> dates = dates_of(study);
  // Of each input the step that brings most days, else the first that more of it is.
  std::vector<const Tried*> steps;
  const auto days = [&](const Tried& t) {
    double sum = 0;
    for (const std::size_t o : dates) sum += std::min(1e6, gain_of(study.outputs[o], before[o], t.values[o]));
    return sum;
  };
  for (std::size_t c = 0; c < candidates.size(); ++c) {
    if (candidates[c].money) continue;
    const Tried* best = nullptr;
    for (const Tried& t : tried) {
      if (t.candidate == c && !t.lever.twice && (!best || days(t) > days(*best))) best = &t;
    }
    if (best) steps.push_back(best);
  }
  std::stable_sort(steps.begin(), steps.end(), [&](const Tried* a, const Tried* b) { return days(*a) > days(*b); });
  if (steps.size() > most_steps) steps.resize(most_steps);
  struct Pair {
    std::size_t a, b;
    std::vector<double> values;
    Aside aside;
  };
  std::vector<Pair> all;
  for (std::size_t a = 0; a < steps.size(); ++a)
    for (std::size_t b = a + 1; b < steps.size(); ++b) all.push_back({a, b, {}, {}});
  parallel_for(
      all.size(), sampling.threads, 4,
      [&](std::size_t first, std::size_t last, int) {
        for (std::size_t i = first; i < last; ++i)
          all[i].values = again.medians({steps[all[i].a]->lever, steps[all[i].b]->lever});
      },
      told_of(Stage::pairs, sampling.progress));
  for (Pair& p : all)
    if (!p.values.empty()) p.aside = aside_of(study, dates, before, p.values);
  std::vector<Gain> out;
  for (const std::size_t o : dates) {
    std::vector<Gain> found;
    for (const Pair& p : all) {
      if (p.values.empty()) continue;
      const auto alone = [&](std::size_t k) {
        return std::max(0.0, gain_of(study.outputs[o], before[o], steps[k]->values[o]));
      };
      Gain g = gain_at(study, p.aside, o, {steps[p.a]->lever, steps[p.b]->lever}, before, p.values);
      g.alone = alone(p.a) + alone(p.b);
      if (brings(study, g) && together(g)) found.push_back(std::move(g));
    }
    best_first(found);
    if (found.size() > kept_pairs) found.resize(kept_pairs);
    for (Gain& g : found) out.push_back(std::move(g));
  }
  return out;
}

/// The levers, alone and in pairs, that text shows of the gains, each once.
std::vector<std::vector<Lever>> shown_levers(const Study& study, const Levers& levers) {
  std::vector<std::vector<Lever>> out;
  const auto add = [&](const std::vector<Lever>& wanted) {
    const auto same = [&](const std::vector<Lever>& other) {
      return std::equal(other.begin(), other.end(), wanted.begin(), wanted.end(),
                        [](const Lever& a, const Lever& b) { return a.key == b.key && a.change == b.change; });
    };
    if (std::none_of(out.begin(), out.end(), same)) out.push_back(wanted);
  };
  std::vector<std::string> keys;  // of the output at hand
  for (std::size_t i = 0; i < levers.single.size(); ++i) {
    const Gain& g = levers.single[i];
    if (i == 0 || levers.single[i - 1].output != g.output) keys.clear();
    if (!study.outputs[g.output].explained) continue;
    const std::string& key = g.levers[0].key;
    const bool known = std::find(keys.begin(), keys.end(), key) != keys.end();
    if (!known && keys.size() == shown_keys) continue;
    if (!known) keys.push_back(key);
    add(g.levers);
  }
  for (const Gain& g : levers.pairs) {
    if (!study.outputs[g.output].explained) continue;
    add({g.levers[0]}), add({g.levers[1]}), add(g.levers);
  }
  return out;
}

/// What is shown of the gains is run again with draws, and their P50 takes the place of what the medians gave; what
/// then brings nothing is left out.
void draw_again(const Study& study, const Again& again, const std::vector<std::vector<Lever>>& shown,
                const Sampling& sampling, Levers& levers) {
  Sampling alone = sampling;
  alone.threads = 1, alone.progress = nullptr;
  std::vector<double> before;
  std::vector<std::vector<double>> values(shown.size());
  parallel_for(
      shown.size() + 1, sampling.threads, 1,
      [&](std::size_t first, std::size_t last, int) {
        for (std::size_t i = first; i < last; ++i)
          if (i == shown.size()) before = Again::p50(study, alone);
          else values[i] = again.drawn(shown[i], alone);
      },
      told_of(Stage::draws, sampling.progress));
  const std::vector<std::size_t> dates = dates_of(study);
  std::vector<Tried> single;
  for (std::size_t i = 0; i < shown.size(); ++i)
    if (shown[i].size() == 1 && !values[i].empty()) single.push_back({shown[i][0], 0, values[i]});
  levers.pairs.clear();
  for (std::size_t i = 0; i < shown.size(); ++i) {
    if (shown[i].size() < 2 || values[i].empty()) continue;
    const Aside aside = aside_of(study, dates, before, values[i]);
    for (std::size_t o = 0; o < study.outputs.size(); ++o) {
      if (!study.outputs[o].explained || !study.outputs[o].is_date) continue;
      Gain g = gain_at(study, aside, o, shown[i], before, values[i]);
      for (const Tried& t : single)
        for (const Lever& lever : shown[i])
          if (t.lever.key == lever.key && t.lever.change == lever.change)
            g.alone += std::max(0.0, gain_of(study.outputs[o], before[o], t.values[o]));
      if (brings(study, g) && together(g)) levers.pairs.push_back(std::move(g));
    }
  }
  best_first(levers.pairs);
  levers.single = best_of(study, single, before);
}

}  // namespace

Levers find_levers(const Study& study, const Kind& kind, const scenario::Scenario& scenario,
                   const catalog::Catalog& facts, const Sampling& sampling) {
  Levers out;
  if (std::none_of(study.outputs.begin(), study.outputs.end(), has_better)) return out;
  // So many times the scenario may be read again: moved alone about three times for each input, in pairs, and drawn.
  const std::size_t reads = budget / (study.settings.size() + nodes_of(scenario.root));
  std::vector<Candidate> candidates = candidates_of(study, kind.form());
  out.inputs = candidates.size();
  candidates = largest(std::move(candidates), std::max(least_moved, reads / 4));
  out.tried = candidates.size();
  std::size_t paired = reads < few_tries ? 0 : most_in_pairs;
  while (paired > 0 && paired * (paired - 1) / 2 > reads / 3) --paired;
  const Again again(study, kind, scenario, facts);
  std::vector<double> before(study.outputs.size());
  study.trial({}, before);
  const std::vector<Tried> tried = singles(study, candidates, again, before, sampling);
  out.single = best_of(study, tried, before);
  out.pairs = pairs_of(study, candidates, tried, again, before, sampling, paired);
  Sampling fewer = sampling;
  fewer.count = std::min(sampling.count, most_lever_draws);
  if (fewer.count == 0 || reads < few_tries) return out;
  // A trial takes about a quarter of the time of a reading.
  const std::vector<std::vector<Lever>> shown = shown_levers(study, out);
  if (shown.size() * (1 + static_cast<std::size_t>(fewer.count) / 4) > reads) return out;
  out.draws = fewer.count;
  draw_again(study, again, shown, fewer, out);
  return out;
}

namespace {

/// "31", "reached 2026-03-01", "$280M".
std::string amount_text(const Study& study, const Gain& g) {
  const Output& output = study.outputs[g.output];
  if (!output.is_date) return format_amount(g.gain, output.dimension);
  return std::isfinite(g.gain) ? fmt::format("{:.0f}", g.gain) : "reached " + date_text(study, g.date);
}

/// A step and twice the step of one input, of which one may bring nothing: "31 / 57".
template <class Text>
std::string both(const Gain* step, const Gain* twice, Text text) {
  return (step ? text(*step) : "-") + (twice ? " / " + text(*twice) : "");
}

/// "31 / 57 days earlier", "$616M / $1.23B less".
std::string brings_text(const Study& study, const Gain* step, const Gain* twice) {
  const Output& output = study.outputs[(step ? step : twice)->output];
  const std::string amounts = both(step, twice, [&](const Gain& g) { return amount_text(study, g); });
  const Gain& last = twice ? *twice : *step;
  const std::string harm =
      last.harmed ? fmt::format(", but {} {:.0f} later", study.outputs[*last.harmed].name, last.harm) : "";
  if (output.is_date) return amounts + (std::isfinite(last.gain) ? " days earlier" : "") + harm;
  return amounts + (output.aim == Output::Aim::more ? " more" : " less");
}

/// "a tenth / a fifth more": the words that the two have in common once.
std::string steps_text(const Gain* step, const Gain* twice) {
  const std::string one = step ? step->levers[0].step : "-", two = twice ? twice->levers[0].step : "";
  if (!step || !twice) return step ? one : two;
  const std::size_t cut = one.rfind(' ');
  return two.ends_with(one.substr(cut)) ? one.substr(0, cut) + " / " + two : one + " / " + two;
}

std::string worth_text(const Gain& g) {
  return g.worth ? (*g.worth > 0 ? "+" : "") + format_amount(*g.worth, dimension::money) : "";
}

/// What a row of data says beside the levers' names.
void add_gain(std::vector<Cell>& row, const Study& study, const Gain& g) {
  const Output& output = study.outputs[g.output];
  row.push_back(output.name);
  row.push_back(output.is_date && std::isfinite(g.gain) ? Cell(g.gain) : Cell());
  row.push_back(output.is_date && !std::isfinite(g.gain) ? Cell(date_text(study, g.date)) : Cell());
  const bool money = output.dimension.money != 0;
  row.push_back(output.is_date ? (g.worth ? Cell(*g.worth) : Cell()) : money ? Cell(g.gain) : Cell());
  row.push_back(g.harmed ? Cell(study.outputs[*g.harmed].name) : Cell());
  row.push_back(g.harmed ? Cell(g.harm) : Cell());
}

/// Which small step brings most to the last date that text explains, with what twice as far brings, as a sentence; ""
/// where nothing does.
std::string best_text(const Study& study, const Levers& levers) {
  const Gain *best = nullptr, *of_output = nullptr;
  for (const Gain& g : levers.single) {
    const Output& output = study.outputs[g.output];
    if (!output.is_date || !output.explained || g.levers[0].twice) continue;
    if (of_output && of_output->output == g.output) continue;  // the first is the best of its output
    of_output = &g;
    if (!best || g.date > best->date) best = &g;
  }
  if (!best) return "";
  std::string further;
  for (const Gain& g : levers.single)
    if (const Lever& l = g.levers[0]; g.output == best->output && l.twice && l.key == best->levers[0].key &&
                                      l.way == best->levers[0].way && further.empty())
      further = fmt::format(" ({}: {})", l.step, brings_text(study, &g, nullptr));
  return fmt::format("\nThe small step that brings most to {}: {}, {}: {}{}.\n", study.outputs[best->output].name,
                     best->levers[0].key, best->levers[0].step, brings_text(study, best, nullptr), further);
}

std::string of_draws(const Levers& levers) {
  return levers.draws > 0 ? fmt::format("P50 of the first {} draws", levers.draws) : "inputs at their medians";
}

}  // namespace

void add_levers(Document& document, const Study& study, const Levers& levers) {
  if (std::none_of(study.outputs.begin(), study.outputs.end(), has_better)) return;
  Table shown{"",
              "Levers, each moved alone by a step / by twice the step (" + of_draws(levers) + ")",
              {text_column("", "of"), text_column("", "lever"), text_column("", "by"), text_column("", "brings")}};
  if (study.worth >= 0)
    shown.columns.push_back(text_column("", study.outputs[static_cast<std::size_t>(study.worth)].name));
  shown.in_text = InText::longer;
  Table data{"levers",
             "",
             {data_column("key"), data_column("step"), data_column("set"), data_column("milestone"),
              data_column("days", "days"), data_column("date"), data_column("dollars", "USD"), data_column("harms"),
              data_column("harms_days", "days")}};
  for (std::size_t first = 0; first < levers.single.size();) {
    std::size_t last = first;
    while (last < levers.single.size() && levers.single[last].output == levers.single[first].output) ++last;
    const Output& output = study.outputs[levers.single[first].output];
    std::string name = output.name;  // on the first of its rows only
    std::vector<std::string> keys;
    for (std::size_t i = first; i < last; ++i) {
      const Gain& g = levers.single[i];
      const Lever& lever = g.levers[0];
      std::vector<Cell> row = {lever.key, lever.step, lever.key + '=' + lever.change};
      add_gain(row, study, g);
      data.rows.push_back(std::move(row));
      if (!output.explained || keys.size() == shown_keys ||
          std::find(keys.begin(), keys.end(), lever.key) != keys.end())
        continue;
      keys.push_back(lever.key);
      const Gain *step = nullptr, *twice = nullptr;
      for (std::size_t k = i; k < last; ++k) {
        const Lever& other = levers.single[k].levers[0];
        if (other.key == lever.key && other.way == lever.way) (other.twice ? twice : step) = &levers.single[k];
      }
      std::vector<Cell> line = {name, lever.key, steps_text(step, twice), brings_text(study, step, twice)};
      if (study.worth >= 0) line.push_back(both(step, twice, worth_text));
      shown.rows.push_back(std::move(line));
      name.clear();
    }
    first = last;
  }
  Table pairs{"",
              "Pairs that help only together (" + of_draws(levers) + ")",
              {text_column("", "of"), text_column("", "lever"), text_column("", "by"), text_column("", "and"),
               text_column("", "by"), text_column("", "together"), text_column("", "each alone, in sum")}};
  pairs.in_text = InText::longer;
  Table pair_data{
      "lever_pairs",
      "",
      {data_column("key"), data_column("step"), data_column("with_key"), data_column("with_step"),
       data_column("milestone"), data_column("days", "days"), data_column("date"), data_column("dollars", "USD"),
       data_column("harms"), data_column("harms_days", "days"), data_column("days_alone", "days")}};
  for (const Gain& g : levers.pairs) {
    const Lever &a = g.levers[0], &b = g.levers[1];
    std::vector<Cell> row = {a.key, a.step, b.key, b.step};
    add_gain(row, study, g);
    row.push_back(g.alone);
    pair_data.rows.push_back(std::move(row));
    const Output& output = study.outputs[g.output];
    const bool again = !pairs.rows.empty() && g.output == (&g - 1)->output;
    if (output.explained)
      pairs.rows.push_back({again ? "" : output.name, a.key, a.step, b.key, b.step, brings_text(study, &g, nullptr),
                            fmt::format("{:.0f} days", g.alone)});
  }
  if (const std::string best = best_text(study, levers); !best.empty()) document.say(best);
  if (levers.tried < levers.inputs)
    document.say(fmt::format("\nLevers: {} of {} inputs were tried, of like ones those of the largest parts.\n",
                             format_count(static_cast<double>(levers.tried)),
                             format_count(static_cast<double>(levers.inputs))));
  for (Table* table : {&shown, &pairs})
    if (!table->rows.empty()) document.add(std::move(*table));
  Table dollars{"lever_dollars", "", {data_column("set"), data_column("milestone"), data_column("dollars", "USD")}};
  for (const std::vector<Cell>& row : data.rows)
    if (std::holds_alternative<double>(row[6].value)) dollars.rows.push_back({row[2], row[3], row[6]});
  std::stable_sort(dollars.rows.begin(), dollars.rows.end(), [](const auto& a, const auto& b) {
    return std::get<double>(a[2].value) > std::get<double>(b[2].value);
  });
  dollars.file = "-";
  document.add(std::move(data)).add(std::move(dollars));
  document.add(std::move(pair_data));
}

}  // namespace orrery::study
