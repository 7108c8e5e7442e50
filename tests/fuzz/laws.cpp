// Laws between answers to questions that differ in one thing: a scenario of any kind that is read is asked again with
// its sections permuted, its amounts in other units, written and read again, on other threads; then with more of
// something, later, dearer. docs/methods.md says which of these the models keep; the others hold of any such question.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <map>
#include <optional>

#include "base/confinement.h"
#include "base/units.h"
#include "fuzz/check.h"
#include "fuzz/target.h"
#include "programme/outputs.h"
#include "programme/read.h"
#include "programme/simulate.h"
#include "scenario/write.h"
#include "study/kinds.h"

namespace orrery::fuzz {
namespace {

using scenario::Scenario;

/// Named outputs of a study at its medians: dates as days, amounts in base units. Those that are compared.
using Outputs = std::map<std::string, double>;

Outputs outputs_of(const Scenario& s) {
  const study::Study study = study::read_study(s, facts(), study::kinds());
  std::vector<double> values(study.outputs.size());
  study.trial({}, values);
  Outputs out;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (study.outputs[i].compared && !study.outputs[i].name.empty()) out.emplace(study.outputs[i].name, values[i]);
  return out;
}

double slack(double x) {
  return std::isfinite(x) ? 1e-6 + 1e-6 * std::fabs(x) : 0;
}

[[noreturn]] void broken(const std::string& law, const std::string& what, double before, double after,
                         const Scenario& changed) {
  fail(fmt::format("{}: {} was {:.17g} and is {:.17g} of\n{}", law, what, before, after,
                   scenario::toml_of(changed.root, *changed.form)));
}

void expect_same(const std::string& law, const Outputs& before, const Scenario& changed) {
  const Outputs after = outputs_of(changed);
  for (const auto& [name, value] : before) {
    const auto same = after.find(name);
    if (same == after.end()) broken(law, name + ", which is missing now,", value, 0, changed);
    if (std::isnan(value) && std::isnan(same->second)) continue;
    if (value != same->second && !(std::fabs(value - same->second) <= slack(value)))
      broken(law, name, value, same->second, changed);
  }
}

// Ways to say the same.

/// Sections and keys in reverse. Runs keep their order, in which they take accelerators; orders and rentals theirs,
/// which milestones count up; quarters and years theirs, which is checked; and rows of a list theirs.
Node permuted(Node node) {
  for (auto& [name, below] : node.members)
    if (below.kind == Node::Kind::table && name != "run" && name != "order" && name != "rental")
      below = permuted(std::move(below));
  if (!node.members.empty() && node.members.front().first.starts_with("20")) return node;
  std::reverse(node.members.begin(), node.members.end());
  return node;
}

/// Amounts in the units of their dimension's example.
void write_in_other_units(Node& node) {
  if (node.kind == Node::Kind::text && !node.text.empty()) try {
      const AnyAmount amount = parse_amount(node.text);
      if (amount.dimension == dimension::none) return;
      const std::string text = amount_text(amount.value, amount.dimension, {}, 17);
      const std::string bare = text.substr(1, text.size() - 2);
      if (parse_amount(bare).dimension == amount.dimension) node.text = bare;
    } catch (const Error&) {
      // No amount: text.
    }
  for (auto& [name, below] : node.members) write_in_other_units(below);
  for (Node& item : node.items) write_in_other_units(item);
}

Scenario with(const Scenario& s, Node root) {
  const scenario::Form* forms[] = {s.form};
  return scenario::finish_scenario(std::move(root), s.file, {}, forms);
}

void check_ways_to_say_it(const Scenario& s, const Outputs& before) {
  expect_same("sections permuted", before, with(s, permuted(s.root)));
  Node other = s.root;
  for (auto& [name, below] : other.members)
    if (below.kind != Node::Kind::text) write_in_other_units(below);
  expect_same("amounts in other units", before, with(s, std::move(other)));
  const scenario::Form* forms[] = {s.form};
  const Scenario again = scenario::parse_scenario(scenario::toml_of(s.root, *s.form), s.file, {}, forms);
  if (scenario::hash_of(again) != scenario::hash_of(s)) fail("written and read again it is another scenario");
  expect_same("written and read again", before, again);
}

/// The same bits on any number of threads.
void check_threads(const Scenario& s) {
  const study::Study study = study::read_study(s, facts(), study::kinds());
  if (study.inputs.empty()) return;
  const auto values = [&](int threads) {
    study::Sampling sampling;
    sampling.count = 5, sampling.threads = threads;
    return study::run_trials(study.inputs, study.outputs.size(), study.trial, sampling).values;
  };
  const std::vector<std::vector<double>> one = values(1), three = values(3);
  for (std::size_t o = 0; o < one.size(); ++o)
    for (std::size_t t = 0; t < one[o].size(); ++t)
      if (one[o][t] != three[o][t] && !(std::isnan(one[o][t]) && std::isnan(three[o][t])))
        broken("on three threads", study.outputs[o].name, one[o][t], three[o][t], s);
}

// More, later, dearer.

/// The paths that a pattern such as "order.*.price" stands for in a tree, where the section of the key is there.
std::vector<std::string> paths_of(const Node& root, std::string_view pattern) {
  std::vector<std::pair<std::string, const Node*>> found = {{"", &root}};
  while (true) {
    const std::size_t dot = pattern.find('.');
    const std::string_view part = pattern.substr(0, dot);
    if (dot == std::string_view::npos && part != "*") {
      std::vector<std::string> out;
      for (const auto& [path, node] : found) out.push_back(path + std::string(part));
      return out;
    }
    std::vector<std::pair<std::string, const Node*>> next;
    for (const auto& [path, node] : found)
      for (const auto& [name, below] : node->members)
        if ((part == "*" || part == name) && (below.kind == Node::Kind::table || dot == std::string_view::npos))
          next.emplace_back(path + name + ".", &below);
    found = std::move(next);
    if (dot == std::string_view::npos) {
      std::vector<std::string> out;
      for (const auto& [path, node] : found) out.push_back(path.substr(0, path.size() - 1));
      return out;
    }
    pattern.remove_prefix(dot + 1);
  }
}

enum class Is { never_less, never_more, as_many_times };

/// A change of keys and what it does to outputs whose names hold a text.
struct Law {
  std::string_view keys;
  std::string_view change;
  std::string_view outputs;
  Is is;
  double times = 1;
  bool (*holds)(const Scenario&) = nullptr;  ///< of which scenarios; null: all
};

bool gives(const Scenario& s, std::string_view section, std::string_view key) {
  const Node* table = s.root.find(section);
  return table && table->find(key);
}

/// What a dearer asset costs is not shared with lenders or the state beyond what taxes leave.
bool own_money(const Scenario& s) {
  for (const char* key : {"debt_share", "debt_coverage", "investment_credit", "federal_tax", "state_tax"})
    if (gives(s, "project", key)) return false;
  return true;
}
bool project_alone(const Scenario& s) {
  return s.root.find("project") && !s.root.find("work");
}
bool flow_level(const Scenario& s) {
  return !gives(s, "network", "level");
}
bool laid_out(const Scenario& s) {
  return gives(s, "train", "layout");
}

constexpr Law market_laws[] = {
    {"supply.*", "x1.5", " waited for", Is::never_more},   {"supply.*", "x1.5", " wait of", Is::never_more},
    {"supply.*", "x1.5", " rent", Is::never_more},         {"buyer.*.orders.*", "x1.5", " waited for", Is::never_less},
    {"buyer.*.orders.*", "x1.5", " rent", Is::never_less}, {"market.rent", "x2", " rent", Is::as_many_times, 2},
    {"market.rent", "x2", " wait", Is::as_many_times, 1},
};
constexpr Law factory_laws[] = {
    {"factory.price", "x1.5", "net present value", Is::never_less},
    {"factory.price", "x1.5", "cost per accelerator", Is::as_many_times, 1},
    {"factory.part_cost", "x1.5", "cost per accelerator", Is::never_less},
    {"factory.raise", "x1.5", "wafers that the raise covers", Is::never_less},
    {"option.*.capex", "x1.5", "wafers that the raise covers", Is::never_more},
    {"option.*.upfront", "x1.5", "wafers that the raise covers", Is::never_more},
    {"option.*.lead_time", "+90 days", "first good die", Is::never_less},
    {"option.*.cycle_time", "+30 days", "first good die", Is::never_less},
};
constexpr Law finance_laws[] = {
    {"project.price", "x1.1", "net present value", Is::never_less, 1, own_money},
    {"project.compute", "x1.1", "net present value", Is::never_more, 1, own_money},
    {"project.building", "x1.1", "net present value", Is::never_more, 1, own_money},
    {"project.running", "x1.1", "net present value", Is::never_more, 1, own_money},
    {"project.compute", "x1.1", "levelised cost", Is::never_less, 1, own_money},
    {"project.chips", "x1000", "net present value", Is::as_many_times, 1000, project_alone},
    {"own.price", "x1.5", "own: all", Is::never_less},
    {"own.running", "x1.5", "own: all", Is::never_less},
    {"cloud.price", "x1.5", "cloud: all", Is::never_less},
    {"lease.rent", "x1.5", "lease: all", Is::never_less},
};
constexpr Law network_laws[] = {
    {"network.bytes", "x2", "collective", Is::never_less},
    {"network.bytes", "x2", "traffic, mean time", Is::never_less, 1, flow_level},
    {"network.bytes", "x2", "traffic, mean rate", Is::as_many_times, 1, flow_level},
};
constexpr Law training_laws[] = {
    {"train.price", "x2", "cost of the token budget", Is::as_many_times, 2},
    {"train.tokens", "x2", "time of the token budget", Is::as_many_times, 2},
    {"train.tokens", "x2", "cost of the token budget", Is::as_many_times, 2},
    {"train.nic", "x2", "step", Is::never_more, 1, laid_out},
    {"train.expert_load", "x2", "step", Is::never_less, 1, laid_out},
};
/// Faults at random are others where the rate is another.
bool closed_form(const Scenario& s) {
  return !gives(s, "operate", "days") && !gives(s, "operate", "trace") && !gives(s, "operate", "goal");
}
constexpr Law operate_laws[] = {
    {"operate.rate", "x2", "goodput", Is::never_more, 1, closed_form},
    {"operate.stall", "x2", "goodput", Is::never_more, 1, closed_form},
    {"operate.other", "x0.5", "goodput", Is::never_less},
    {"operate.checkpoint", "x2", "goodput, whole job restarted", Is::never_more},
};
constexpr Law programme_laws[] = {
    {"order.*.price", "x1.5", "capital cost", Is::never_less},
    {"order.*.price", "x0.5", "capital cost", Is::never_more},
    {"order.*.server_price", "x1.5", "capital cost", Is::never_less},
    {"order.*.network_price", "x1.5", "capital cost", Is::never_less},
    {"site.*.power.*.capex", "x1.5", "capital cost", Is::never_less},
    {"site.*.cooling.*.capex", "x1.5", "capital cost", Is::never_less},
    {"site.*.building.*.cost", "x1.5", "capital cost", Is::never_less},
    {"site.*.power.*.energy_price", "x1.5", "running cost", Is::never_less},
    {"site.*.power.*.fixed", "x1.5", "running cost", Is::never_less},
    {"money.opex", "x1.5", "running cost", Is::never_less},
    {"site.*.power.*.date", "+60 days", "time to power", Is::never_less},
    {"site.*.power.*.date", "+60 days", "first usable", Is::never_less},
    {"site.*.building.*.start", "+60 days", "first usable", Is::never_less},
};

void check(const Law& law, const std::string& path, const Scenario& s, const Outputs& before) {
  const std::string change = fmt::format("{}={}", path, law.change);
  refused([&] {
    const Scenario changed = scenario::changed_scenario(s, {change});
    const Outputs after = outputs_of(changed);
    for (const auto& [name, was] : before) {
      const auto now = after.find(name);
      if (name.find(law.outputs) == std::string::npos || now == after.end() || std::isnan(was) ||
          std::isnan(now->second))
        continue;
      const double is = now->second, wanted = law.times * was;
      const bool kept = law.is == Is::never_less   ? is >= was - slack(was)
                        : law.is == Is::never_more ? is <= was + slack(was)
                                                   : is == wanted || std::fabs(is - wanted) <= slack(wanted);
      if (!kept) broken(change, name, was, is, changed);
    }
  });
}

// Usable accelerators day by day.

/// Where every site has halls, power and cooling of its own, so that none is sized by the orders.
bool sites_are_given(const Scenario& s) {
  const Node* sites = s.root.find("site");
  if (!sites) return false;
  for (const auto& [name, site] : sites->members)
    for (const char* part : {"building", "power", "cooling"})
      if (!site.find(part)) return false;
  return true;
}

void check_usable(const Scenario& s, const std::string& change, bool more) {
  refused([&] {
    const Scenario changed = scenario::changed_scenario(s, {change});
    const programme::Plan plan = programme::make_plan(s, facts());
    const programme::Forecast before = programme::simulate(plan),
                              after = programme::simulate(programme::make_plan(changed, facts()));
    for (int day = 0; day <= plan.end - plan.start; day += 5) {
      const double was = before.usable.at(day), is = after.usable.at(day), gain = more ? is - was : was - is;
      if (gain < -1e-3 - 1e-6 * std::fabs(was)) broken(change, fmt::format("usable on day {}", day), was, is, changed);
    }
  });
}

void check_programme(const Scenario& s, std::size_t choice) {
  if (!sites_are_given(s)) return;
  struct Usable {
    std::string_view keys, change;
    bool more, of_single_orders;
  };
  static constexpr Usable all[] = {{"order.*.chips", "x1.5", true, false},
                                   {"site.*.power.*.capacity", "x1.5", true, false},
                                   {"site.*.power.*.date", "+60 days", false, false},
                                   {"order.*.lead_time", "+60 days", false, true}};
  const Usable& law = all[choice % std::size(all)];
  const Node *sites = s.root.find("site"), *orders = s.root.find("order");
  if (!orders || (law.of_single_orders && (orders->members.size() > 1 || sites->members.size() > 1))) return;
  const std::vector<std::string> paths = paths_of(s.root, law.keys);
  if (!paths.empty()) check_usable(s, fmt::format("{}={}", paths[choice / 7 % paths.size()], law.change), law.more);
}

std::span<const Law> laws_of(const Scenario& s) {
  const std::string_view name = s.form->name;
  if (name == study::market_kind.form().name) return market_laws;
  if (name == study::chip_factory_kind.form().name) return factory_laws;
  if (name == study::finance_kind.form().name) return finance_laws;
  if (name == study::network_kind.form().name) return network_laws;
  if (name == study::training_kind.form().name) return training_laws;
  if (name == study::operate_kind.form().name) return operate_laws;
  return programme_laws;
}

}  // namespace

/// A scenario that is read keeps the laws; which are tried, its text says.
void feed_laws(std::string_view bytes) {
  static const Confinement source({source_folder()});
  const Confined confined(&source);
  std::optional<Scenario> s;
  Outputs before;
  // What takes long is asked by the targets of its kind: here it would be asked ten times.
  constexpr double longest = 3;  // s of all processors
  const std::clock_t from = std::clock();
  if (refused([&] {
        s = scenario::parse_scenario(bytes, "fuzz.toml", {}, study::forms_of(study::kinds()));
        before = outputs_of(*s);
      }) ||
      static_cast<double>(std::clock() - from) > longest * CLOCKS_PER_SEC)
    return;
  std::size_t choice = std::hash<std::string_view>{}(bytes);
  try {
    if (choice % 4 == 0) check_ways_to_say_it(*s, before);
    if (choice % 4 == 1) check_threads(*s);
  } catch (const Error& error) {
    fail("the same in other words is refused: " + error.message());
  }
  const std::span<const Law> laws = laws_of(*s);
  for (int tries = 0; tries < 4; ++tries) {
    choice = choice * 6364136223846793005u + 1442695040888963407u;
    const Law& law = laws[(choice >> 33) % laws.size()];
    const std::vector<std::string> paths = paths_of(s->root, law.keys);
    if (!paths.empty() && (!law.holds || law.holds(*s))) check(law, paths[(choice >> 17) % paths.size()], *s, before);
  }
  if (s->form == &study::programme_kind.form()) check_programme(*s, choice >> 20);
}

}  // namespace orrery::fuzz
