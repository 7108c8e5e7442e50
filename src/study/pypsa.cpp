#include "study/pypsa.h"

#include <fmt/format.h>

#include <cmath>

#include "base/error.h"
#include "base/units.h"
#include "site/power/least_cost.h"
#include "site/power/pypsa.h"

namespace orrery::study {
namespace {

using site::LeastCost;
using site::PypsaComponent;
using site::PypsaNetwork;

/// What a component does in a year: MWh that it gives and takes, and what that costs.
struct ComponentYear {
  double size = 0, given = 0, taken = 0, capital = 0, running = 0;
};

ComponentYear year_of(const PypsaNetwork& network, const LeastCost& answer, const PypsaComponent& c) {
  const site::EnergyProblem& p = network.problem;
  ComponentYear out;
  out.size = p.given(c.capacity, 0);
  if (c.column >= 0) out.size += answer.built[static_cast<std::size_t>(c.column)];
  out.capital = out.size * c.capital_cost;
  const bool link = c.list == "links";
  const auto flow_of = [&](int flow) { return flow < 0 ? nullptr : &answer.flows[static_cast<std::size_t>(flow)]; };
  const std::vector<double>*gives = flow_of(c.gives), *takes = flow_of(c.takes);
  for (int h = 0; h < p.hours(); ++h) {
    const auto at = static_cast<std::size_t>(h);
    const double weight = p.weight.at(h), to = gives ? (*gives)[at] : 0, from = takes ? (*takes)[at] : 0;
    // A link's two ways are one flow.
    if (link) out.taken += weight * std::fabs(to - from), out.given += weight * std::fabs(to - from) * c.arrives;
    else out.given += weight * to, out.taken += weight * from;
    if (gives) out.running += weight * to * p.flows[static_cast<std::size_t>(c.gives)].cost.at(h);
  }
  return out;
}

constexpr std::pair<const char*, const char*> lists[] = {
    {"generators", "generator"}, {"storage_units", "storage unit"}, {"stores", "store"}, {"links", "link"}};

Table components_table(const PypsaNetwork& network, const LeastCost& answer) {
  Table t{"components",
          "What is built, and what it does in a year",
          {text_column("name", "component"), text_column("kind", "kind"), text_column("carrier", "carrier"),
           fixed_column("size", "p_nom_opt, MW", "MW or MWh", 1), count_column("given", "gives, MWh", "MWh"),
           count_column("taken", "takes, MWh", "MWh"), count_column("capital", "capital", "currency/year"),
           count_column("running", "running", "currency/year")}};
  for (const auto& [list, kind] : lists)
    for (const PypsaComponent& c : network.components) {
      if (c.list != list) continue;
      const ComponentYear y = year_of(network, answer, c);
      const bool store = c.list == "stores";
      const auto shown = [&](double x) { return store ? Cell() : Cell(x); };
      t.rows.push_back({c.name, kind, c.carrier,
                        store ? Cell(Value(y.size), format_count(y.size) + " MWh") : Cell(y.size), shown(y.given),
                        c.takes < 0 && c.list != "links" ? Cell() : shown(y.taken), y.capital, y.running});
    }
  return t;
}

}  // namespace

Document pypsa_document(const std::string& folder) {
  const PypsaNetwork network = site::read_pypsa(folder);
  LeastCost answer;
  try {
    answer = site::least_cost(network.problem);
  } catch (const Error& e) {
    if (!e.place().file.empty()) throw;
    throw Error({folder}, e.key(), e.problem(), e.remedy());
  }
  const double objective = answer.cost + network.constant;
  const double gap = objective == answer.bound + network.constant
                         ? 0
                         : std::fabs(objective - answer.bound - network.constant) / std::fabs(objective);
  Document out;
  out.title = network.name.empty() ? folder : network.name;
  out.status = answer.proven ? 0 : 1;
  double load = 0, highest = 0;
  for (int h = 0; h < network.problem.hours(); ++h) {
    load += network.problem.load.at(h) * network.problem.weight.at(h);
    highest = std::max(highest, network.problem.load.at(h));
  }
  std::string text =
      fmt::format("{}: {} steps of {:g} h\n\n", out.title, network.problem.hours(), network.problem.weight.at(0));
  const auto line = [&](const char* what, const std::string& value) {
    text += fmt::format("  {:<12} {}\n", what, value);
  };
  line("load", fmt::format("{} MWh a year, {} MW at most", format_count(load), format_count(highest)));
  line("objective", fmt::format("{} a year, in the network's currency", format_count(objective)));
  line("proven", answer.proven ? fmt::format("no choice costs less by more than {:.0e} of it", std::max(gap, 1e-8))
                               : "no: no choice was found that serves the load within the limits");
  line("iterations", std::to_string(answer.iterations));
  for (const std::string& note : network.notes) text += "\n  " + note + '\n';
  out.say(text + '\n');
  out.put("objective", objective, "currency/year").put("load", load, "MWh").put("highest_load", highest, "MW");
  out.put("proven", answer.proven).put("gap", gap).put("iterations", answer.iterations);
  out.put("steps", network.problem.hours()).put("step_weight", network.problem.weight.at(0), "h");
  out.add(components_table(network, answer));
  Table notes{"notes", "", {data_column("note")}};
  notes.in_text = InText::never;
  for (const std::string& note : network.notes) notes.rows.push_back({note});
  out.add(std::move(notes));
  return out;
}

}  // namespace orrery::study
