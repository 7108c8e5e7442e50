#include "study/kind.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <optional>
#include <set>

#include "base/confinement.h"
#include "base/text.h"
#include "base/units.h"
#include "study/levers.h"
#include "study/shares.h"

namespace orrery::study {

std::vector<const scenario::Form*> forms_of(std::span<const Kind> kinds) {
  std::vector<const scenario::Form*> out;
  for (const Kind& kind : kinds) out.push_back(&kind.form());
  return out;
}

namespace {

/// Tells that a pass begins, runs it and notes how long it took.
template <class Function>
void timed(std::vector<Pass>& passes, const Progress& progress, const char* name, Function pass) {
  if (progress) progress(name, 0);
  const auto from = std::chrono::steady_clock::now();
  pass();
  passes.push_back({name, std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count()});
}

const Kind& kind_of(const scenario::Scenario& scenario, std::span<const Kind> kinds) {
  for (const Kind& kind : kinds)
    if (&kind.form() == scenario.form) return kind;
  throw Error({scenario.file}, "", "is of a kind that is not asked for here", "name a scenario of another kind");
}

/// The value of function(). What a model says without a place is of this file; options of a command have none.
template <class Function>
auto of_file(const scenario::Scenario& scenario, Function function) {
  try {
    return function();
  } catch (const Error& error) {
    if (!error.place().file.empty() || error.key().starts_with("--") || !is_readable_file(scenario.file)) throw;
    throw Error({scenario.file}, error.key(), error.problem(), error.remedy());
  }
}

}  // namespace

Study read_study(const scenario::Scenario& scenario, const catalog::Catalog& catalog, std::span<const Kind> kinds,
                 const Study* before) {
  const Kind& kind = kind_of(scenario, kinds);
  std::optional<catalog::Catalog> own;
  if (!scenario.catalogs.empty()) own = with_own_facts(catalog, scenario);
  const catalog::Catalog& facts = own ? *own : catalog;
  Study study = of_file(scenario, [&] {
    return before && kind.read_again ? kind.read_again(*before, scenario, facts) : kind.read(scenario, facts);
  });
  scenario::CausesInForce ties = scenario::tie_causes(scenario, facts, study.inputs);
  study.causes = std::move(ties.causes);
  study.settings.insert(study.settings.end(), ties.settings.begin(), ties.settings.end());
  return study;
}

Study read_changed(const Kind& kind, const Study& before, const scenario::Scenario& scenario,
                   const catalog::Catalog& facts) {
  Study study = kind.read_again ? kind.read_again(before, scenario, facts) : kind.read(scenario, facts);
  scenario::tie_causes(scenario, facts, study.inputs);
  return study;
}

catalog::Catalog with_own_facts(catalog::Catalog own, const scenario::Scenario& scenario) {
  for (const Node& path : scenario.catalogs) {
    try {
      own.add(path.text);
    } catch (const Error& error) {
      if (error.place().line > 0) throw;
      throw Error(path.place, "catalog", in_quotes(path.text) + ' ' + error.problem(), error.remedy());
    }
  }
  return own;
}

Answer answer(const scenario::Scenario& scenario, const catalog::Catalog& catalog, std::span<const Kind> kinds,
              const Sampling& sampling) {
  Answer a;
  a.kind = &kind_of(scenario, kinds);
  a.file = scenario.file;
  timed(a.passes, sampling.progress, "plan, and its medians", [&] { a.study = read_study(scenario, catalog, kinds); });
  timed(a.passes, sampling.progress, a.study.inputs.empty() || sampling.count == 0 ? "outputs" : "trials", [&] {
    a.trials =
        of_file(scenario, [&] { return run_trials(a.study.inputs, a.study.outputs.size(), a.study.trial, sampling); });
  });
  timed(a.passes, sampling.progress, "answer", [&] {
    a.document = of_file(scenario, [&] { return a.study.answer(a.trials); });
    a.document.title = a.study.title;
    a.document.trials = a.trials.count;
    add_drivers(a.document, a.study, a.trials);
    add_causes(a.document, a.study, a.trials);
  });
  if (sampling.levers)
    timed(a.passes, sampling.progress, "levers", [&] {
      const std::optional<catalog::Catalog> own =
          scenario.catalogs.empty() ? std::nullopt : std::optional(with_own_facts(catalog, scenario));
      add_levers(a.document, a.study, find_levers(a.study, *a.kind, scenario, own ? *own : catalog, sampling));
    });
  timed(a.passes, sampling.progress, "facts", [&] { add_facts(a.document, a.study); });
  return a;
}

Study titled_study(scenario::Reader& reader) {
  Study study;
  const scenario::View root = reader.root();
  study.title =
      reader.text(root, "title", printable(std::filesystem::path(reader.file()).stem().string()), "the file's name");
  if (root.gives("description")) study.description = reader.text(root, "description");
  return study;
}

Study finished_study(Study study, scenario::Reader& reader) {
  study.settings = std::move(reader.settings);
  study.inputs = std::move(reader.inputs);
  return study;
}

std::string date_text(const Study& study, double day) {
  if (!std::isfinite(day)) return "after " + study.end.text();
  return (study.start + whole_day(std::max(0.0, day))).text();
}

std::string sampling_text(const std::vector<Input>& inputs, const Trials& trials) {
  if (trials.count > 0) return fmt::format("{} trials, seed {}", format_count(trials.count), trials.seed);
  if (inputs.empty()) return "no uncertain inputs";
  return fmt::format("{} uncertain inputs at their medians (--trials N for P10 to P90)", inputs.size());
}

void add_drivers(Document& document, const Study& study, const Trials& trials) {
  Table shown{"",
              "Where the spread comes from",
              {text_column("", "output"), text_column("", "cause, or input by itself"), percent_column("", "share"),
               text_column("", "mostly through")}};
  shown.in_text = InText::longer;
  Table data{"drivers", "", {data_column("output"), data_column("explained"), data_column("causes")}};
  data.file = "-";
  Table flat{"driver_shares", "", {data_column("output"), data_column("cause"), data_column("share", "share")}};
  std::vector<bool> wanted;
  std::vector<double> never;  // a date that is not reached counts as the day after the forecast's last
  for (const Output& output : study.outputs) {
    wanted.push_back(output.compared);
    never.push_back(output.is_date ? study.end - study.start + 1.0 : infinity);
  }
  const std::vector<Shares> all = shares_of_spread(trials, study.inputs, wanted, never);
  for (size_t i = 0; trials.count > 0 && i < study.outputs.size(); ++i) {
    const Output& output = study.outputs[i];
    if (!output.compared) continue;
    Table causes{"", "", {data_column("cause"), data_column("share"), data_column("inputs")}};
    std::string name = output.name;  // on the first of its rows only
    const auto show = [&](const std::string& cause, double share, const std::string& through) {
      shown.rows.push_back({name, cause, share, through});
      name.clear();
    };
    for (const CauseShare& of : all[i].causes) {
      Table inputs{"", "", {data_column("input"), data_column("share")}};
      for (const InputShare& input : of.inputs)
        inputs.rows.push_back({study.inputs[static_cast<size_t>(input.input)].key(), input.share});
      const std::string& largest = std::get<std::string>(inputs.rows.front().front().value);
      constexpr size_t most_shown = 4;
      constexpr double least_shown = 0.01;
      if (output.explained && causes.rows.size() < most_shown && of.share >= least_shown)
        show(of.cause, of.share, largest == of.cause ? "" : largest);
      causes.rows.push_back({of.cause, of.share, Cell(std::make_shared<const Table>(std::move(inputs)))});
      flat.rows.push_back({output.name, of.cause, of.share});
    }
    if (output.explained && all[i].varies && all[i].explained < 0.995)
      show("together, or not explained", 1 - all[i].explained, "");
    data.rows.push_back({output.name, all[i].varies ? Cell(all[i].explained) : Cell(),
                         Cell(std::make_shared<const Table>(std::move(causes)))});
  }
  if (!shown.rows.empty()) document.add(std::move(shown));
  document.add(std::move(data)).add(std::move(flat));
  document.figures.push_back({"drivers",
                              "What the spread comes from",
                              "Uncertainty",
                              "share",
                              Plot::ranking,
                              {{Mark::bar, "share of the variance", "driver_shares", "cause", "share"}},
                              "output"});
}

void add_causes(Document& document, const Study& study, const Trials& trials) {
  Table t{"causes",
          "Common causes",
          {text_column("name", "cause"), data_column("key"), fixed_column("strength", "rank correlation", "", 2),
           text_column("basis", "basis"), count_column("", "inputs", ""), data_column("inputs")}};
  t.in_text = InText::explained;
  t.file = "-";
  if (trials.independent && trials.count > 0 && !study.inputs.empty())
    document.add(Paragraph{"\nEvery input is drawn by itself, whatever causes it shares.\n"});
  if (!trials.independent)
    for (const scenario::CommonCause& cause : study.causes) {
      std::vector<Cell> inputs(cause.inputs.begin(), cause.inputs.end());
      t.rows.push_back({cause.name, cause.key, cause.strength,
                        cause.basis ? Cell(basis_name(*cause.basis)) : Cell(Value(), "-"), cause.inputs.size(),
                        Cell(Value(std::move(inputs)))});
    }
  document.add(std::move(t));
}

namespace {

/// What the catalog has in the dollars of another year than the date of its source.
std::string old_dollars(const std::vector<scenario::Setting>& settings) {
  std::set<int> years;
  int amounts = 0;
  for (const scenario::Setting& s : settings)
    if (s.has_provenance && s.provenance.dollars_of > 0) years.insert(s.provenance.dollars_of), ++amounts;
  if (amounts == 0) return "";
  return fmt::format(" {} of them {} in dollars of {}, not brought to the year of use.", amounts,
                     amounts == 1 ? "is" : "are", fmt::join(years, " or "));
}

std::string basis_counts(const std::vector<scenario::Setting>& settings) {
  std::vector<std::pair<std::string, int>> counts;
  int numbers = 0;
  for (const scenario::Setting& s : settings) {
    if (s.is_name) continue;
    ++numbers;
    const std::string name = s.has_provenance                     ? basis_name(s.provenance.basis)
                             : s.origin == scenario::Origin::rule ? "default"
                                                                  : "given without basis";
    const auto it = std::find_if(counts.begin(), counts.end(), [&](const auto& c) { return c.first == name; });
    if (it == counts.end()) counts.emplace_back(name, 1);
    else ++it->second;
  }
  std::stable_sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string out;
  for (const auto& [name, n] : counts) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", n, name);
  return fmt::format("\nBasis of the {} numbers and dates behind this: {}.", numbers, out) + old_dollars(settings);
}

/// key, value, origin, where, basis, source, date, note of every value; text has some of them.
Table facts_table(const std::vector<scenario::Setting>& settings) {
  Table t{"facts",
          "",
          {data_column("key"), data_column("value"), data_column("origin"), data_column("where"), data_column("basis"),
           data_column("source"), data_column("date"), data_column("dollars_of"), data_column("note")}};
  for (Column& column : t.columns) column.optional = true;
  for (const scenario::Setting& s : settings) {
    auto stated = [&](const std::string& text) { return s.has_provenance ? Cell(text) : Cell(); };
    t.rows.push_back({s.path, s.value, origin_name(s.origin), s.place,
                      stated(s.has_provenance ? basis_name(s.provenance.basis) : ""), stated(s.provenance.source),
                      stated(s.provenance.date), s.provenance.dollars_of > 0 ? Cell(s.provenance.dollars_of) : Cell(),
                      s.note.empty() ? Cell() : Cell(s.note)});
  }
  return t;
}

}  // namespace

void add_facts(Document& document, const Study& study) {
  Table assumed{"", "Assumed", {text_column("", ""), text_column("", ""), text_column("", "")}};
  assumed.in_text = InText::longer;
  Table explained{"",
                  "Values with their sources",
                  {text_column("", "value"), text_column("", "is"), text_column("", "basis"), text_column("", "from"),
                   text_column("", "source")}};
  explained.in_text = InText::explained;
  for (const scenario::Setting& s : study.settings) {
    const bool stated = s.origin == scenario::Origin::scenario || s.origin == scenario::Origin::command_line;
    const std::string source =
        !s.has_provenance
            ? ""
            : s.provenance.source + (s.provenance.date.empty() ? "" : ", " + s.provenance.date) +
                  (s.provenance.dollars_of > 0 ? fmt::format(", dollars of {} as they stand", s.provenance.dollars_of)
                                               : "");
    explained.rows.push_back(
        {s.path, s.value, s.has_provenance ? basis_name(s.provenance.basis) : "", s.place, source});
    // What the scenario itself assumes it says itself, with its reason.
    const bool is_assumed =
        s.origin == scenario::Origin::rule || (s.has_provenance && s.provenance.basis == catalog::Basis::assumed);
    if (stated || !is_assumed || s.value.empty() || s.path == "title") continue;
    assumed.rows.push_back(
        {s.path, s.value, (s.origin == scenario::Origin::rule ? "default: " : "assumed: ") + s.place});
  }
  document.add(std::move(assumed));
  if (document.trials > 0 && study.inputs.empty())
    document.add(Paragraph{"\nno uncertain inputs: every trial is the same\n"});
  if (!study.settings.empty()) {
    document.add(Paragraph{basis_counts(study.settings), InText::longer});
    document.add(Paragraph{" --explain lists them with their sources.\n", InText::usual});
    document.add(Paragraph{"\n", InText::explained});
  }
  document.add(std::move(explained));
  document.add(facts_table(study.settings));
}

Document resolved(const Study& study) {
  Document out;
  out.title = study.title;
  Table shown{"",
              "",
              {text_column("", "key"), text_column("", "value"), text_column("", "origin"), text_column("", "basis"),
               text_column("", "where")}};
  shown.indent = 0;
  for (const scenario::Setting& s : study.settings)
    shown.rows.push_back(
        {s.path, s.value, origin_name(s.origin), s.has_provenance ? basis_name(s.provenance.basis) : "", s.place});
  out.add(std::move(shown));
  Table values = facts_table(study.settings);
  values.key = "values";
  out.add(std::move(values));
  return out;
}

Document compare(const Answer& one, const Answer& other) {
  if (one.kind != other.kind)
    throw Error({other.file}, "--against",
                fmt::format("is {}, and {} is {}", other.kind->form().called, one.file, one.kind->form().called),
                "compare two scenarios of one kind");
  // A scenario inherits the title of its base and keeps it under --set: then the files tell the two apart.
  const Study &a = one.study, &b = other.study;
  std::string here = a.title, there = b.title;
  if (here == there) {
    const bool same_file = one.file == other.file;
    here = same_file ? "as changed" : printable(one.file);
    there = same_file ? "as in the file" : printable(other.file);
  }
  Document out;
  out.say(a.title == b.title ? a.title + ": " + here + " against " + there + "\n" : here + " against " + there + "\n");
  Table t{"difference/outputs",
          "",
          {text_column("output", one.trials.count > 0 ? "P50 of" : "inputs at their medians"), data_column("unit"),
           amount_column("value", here, {}), amount_column("other", there, {}),
           amount_column("difference", "difference", {})}};
  const auto day_or_nothing = [](const Study& s, double x) {
    return std::isfinite(x) ? Value(date_text(s, x)) : Value{};
  };
  for (size_t i = 0; i < a.outputs.size(); ++i) {
    const Output& o = a.outputs[i];
    if (!o.compared) continue;
    const auto same = std::find_if(b.outputs.begin(), b.outputs.end(),
                                   [&](const Output& x) { return x.compared && x.name == o.name; });
    const double mine = one.trials.spread(i).p50;
    const double theirs =
        same == b.outputs.end() ? std::nan("") : other.trials.spread(static_cast<size_t>(same - b.outputs.begin())).p50;
    if (o.is_date) {
      Cell difference(Value{}, "-");
      if (std::isfinite(mine) && std::isfinite(theirs)) {
        auto day = [](const Study& s, double x) { return s.start + whole_day(x); };
        const double days = static_cast<double>(day(a, mine) - day(b, theirs));
        difference = Cell(days, fmt::format("{:+.0f} days", days));
      }
      t.rows.push_back({o.name, "date", Cell(day_or_nothing(a, mine), date_text(a, mine)),
                        Cell(day_or_nothing(b, theirs), std::isnan(theirs) ? "-" : date_text(b, theirs)), difference});
    } else if ((mine != 0 || theirs != 0) && !(std::isinf(mine) && mine == theirs)) {
      auto amount = [&](double x) -> std::string {
        if (!std::isfinite(x)) return x > 0 ? "never" : "-";
        const bool count = o.dimension == dimension::none && std::fabs(x) >= 1000;
        return count ? format_count(x) : format_amount(x, o.dimension);
      };
      const double difference = mine - theirs;
      const double gap = std::fabs(difference) < 1e-12 * std::fabs(mine) ? 0 : difference;  // not rounding
      t.rows.push_back({o.name, o.dimension == dimension::none ? Cell("") : Cell(dimension_name(o.dimension)),
                        Cell(mine, amount(mine)), Cell(theirs, amount(theirs)),
                        Cell(gap, (gap > 0 && std::isfinite(gap) ? "+" : "") + amount(gap))});
    }
  }
  out.add(std::move(t));
  Table missing{"", "Not counted, so that amounts of money do not compare", {text_column("", ""), text_column("", "")}};
  const auto lacks = [&](const Study& study, const Study& of_other, const std::string& name) {
    for (const std::string& what : study.not_counted)
      if (std::find(of_other.not_counted.begin(), of_other.not_counted.end(), what) == of_other.not_counted.end())
        missing.rows.push_back({name, what});
  };
  lacks(a, b, here), lacks(b, a, there);
  // The text has no headings for them, and data none without keys.
  Table data{"difference/not_counted", "", {data_column("by"), data_column("what")}, missing.rows};
  if (!missing.rows.empty()) out.add(std::move(missing)).add(std::move(data));
  Table inputs{"difference/values",
               "Values that differ",
               {text_column("key", "value"), text_column("value", here), text_column("other", there)}};
  inputs.when_empty = "  none\n";
  auto find = [](const Study& study, const std::string& path) -> const scenario::Setting* {
    const auto it =
        std::find_if(study.settings.begin(), study.settings.end(), [&](const auto& s) { return s.path == path; });
    return it == study.settings.end() ? nullptr : &*it;
  };
  // Which of the catalog's causes there are follows from the inputs that there are.
  const auto follows = [](const scenario::Setting& s) {
    return s.origin == scenario::Origin::catalog && s.path.starts_with("cause.");
  };
  for (const scenario::Setting& s : a.settings) {
    if (s.path == "title" || s.path == "description") continue;
    const scenario::Setting* there_too = find(b, s.path);
    if (follows(s) && (!there_too || follows(*there_too))) continue;
    if (!there_too || there_too->value != s.value)
      inputs.rows.push_back({s.path, s.value, there_too ? there_too->value : "-"});
  }
  for (const scenario::Setting& s : b.settings)
    if (!find(a, s.path) && !follows(s)) inputs.rows.push_back({s.path, "-", s.value});
  out.add(std::move(inputs));
  return out;
}

}  // namespace orrery::study
