// orrery solve: questions asked backwards.
#include "study/solve.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <memory>

#include "app/command.h"
#include "app/progress.h"
#include "app/scenario_options.h"
#include "base/files.h"
#include "report/document.h"

namespace orrery::app {
namespace {

constexpr int usual_trials = 200;

struct Options : ScenarioOptions {
  study::Question question;
  std::string at, csv;
  bool json = false;
};

/// The share of "p90".
std::optional<double> share_of(const std::string& at) {
  if (at.empty()) return std::nullopt;
  double percent = 0;
  const char* end = at.data() + at.size();
  const bool number = at.size() > 1 && (at[0] == 'p' || at[0] == 'P') &&
                      std::from_chars(at.data() + 1, end, percent).ptr == end && percent > 0 && percent < 100;
  if (!number)
    throw Error(Place{"--at"}, "", in_quotes(at) + " is not a share of the trials", "write one such as p90 or p50");
  return percent / 100;
}

/// The words of a command that asks the scenario without changes.
std::string command_of(const Options& o) {
  const auto word = [](const std::string& text) {
    return text.find_first_of(" '\"$&|;<>()*?[]{}#~`\\!\n\t") == std::string::npos ? text : "'" + text + "'";
  };
  std::string out = "orrery run " + word(o.scenario);
  for (const std::string& own : o.catalog) out += " --catalog " + word(own);
  for (const std::string& set : o.set) out += " --set " + word(set);
  return out;
}

int solve(Options o) {
  study::Question& q = o.question;
  const study::GoalTexts& g = q.goals;
  const bool asks = !q.vary.empty() || !g.until.empty() || !g.by.empty() || !g.capital.empty() || !g.at_most.empty() ||
                    !g.at_least.empty() || !o.at.empty();
  if (o.scenario.empty() && asks)
    throw Error({}, "", "no scenario is named", "write orrery solve meta-350k --vary KEY=LOW..HIGH ...");
  if (o.scenario.empty()) {  // an example: how fast must the rest of Meta's fleet come?
    o.scenario = "meta-350k";
    q.vary = {"order.of-2024.rate=300 chips/day..1200 chips/day"};
    q.goals.until = {"350k usable"}, q.goals.by = {"2024-12-31"};
  }
  q.sure = share_of(o.at);
  if (!q.sure && o.trials > 0)
    throw Error(Place{"--trials"}, "", "says nothing without --at", "write --at p90 with it, or leave it out");
  check_sampling(o, q.sure.has_value(), "--at p90");
  for (const std::string& set : o.set)
    for (const std::string& vary : q.vary)
      if (const auto key = vary.substr(0, vary.find('=')); !key.empty() && set.substr(0, set.find('=')) == key)
        throw Error(Place{"--vary"}, key, "is given by --set too", "leave one of the two out");
  q.trials = o.trials > 0 ? o.trials : usual_trials;
  q.seed = o.seed.value_or(1), q.threads = o.threads, q.independent = o.independent;
  q.command = command_of(o);

  const auto from = std::chrono::steady_clock::now();
  const scenario::Scenario scenario = scenario_of(o);
  const study::Solution solution =
      study::solve(scenario, study::with_own_facts(catalog_of(o.catalog), scenario), study::kinds(), q);
  const study::Document document = study::document_of(solution);
  if (o.timings) {
    end_progress();
    std::fprintf(stderr, "%9.3f ms  %d runs\n",
                 1e3 * std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count(), solution.runs);
  }
  StagedFiles staged;
  if (!o.csv.empty()) staged.add_folder(o.csv, report::csv_of(document));
  print(o.json ? report::json_of(document, "solve") : report::text_of(document));
  staged.commit();
  return document.status;
}

}  // namespace

void add_solve(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand(
      "solve", "questions asked backwards: the least change of a key that brings a date, a cost or any other output");
  auto o = std::make_shared<Options>();
  add_scenario_options(*command, *o);
  const auto texts = [&](const char* name, std::vector<std::string>& into, const char* meaning, const char* type) {
    command->add_option(name, into, meaning)->allow_extra_args(false)->type_name(type)->check(not_empty());
  };
  study::GoalTexts& goals = o->question.goals;
  texts("--vary", o->question.vary,
        "what may change, such as order.first.rate=\"300 chips/day..1200 chips/day\", x0.8..x1.2 or \"-60 days..+0 "
        "days\" (earlier, shorter); several: the front",
        "KEY=LOW..HIGH");
  texts("--until", goals.until, "what is to be reached: \"100k usable\", \"340 MW\", a milestone, \"RUN finishes\"",
        "WHAT");
  texts("--by", goals.by, "the day by which: one for all, or one for each --until", "DATE");
  command->add_option("--capital", goals.capital, "at most so much capital cost")
      ->type_name("AMOUNT")
      ->check(not_empty());
  texts("--at-most", goals.at_most, "at most so much of any output", "OUTPUT=AMOUNT");
  texts("--at-least", goals.at_least, "at least so much of any output", "OUTPUT=AMOUNT");
  command->add_option("--at", o->at, "how sure: p90 holds in 90 % of the trials (200, or --trials); else at medians")
      ->type_name("pNN")
      ->check(not_empty());
  command->add_flag("--json", o->json, "print JSON (docs/json.md)");
  command->add_option("--csv", o->csv, "write CSV files into this folder")->type_name("FOLDER")->check(not_empty());
  command->callback([o, &status] { status = solve(*o); });
}

}  // namespace orrery::app
