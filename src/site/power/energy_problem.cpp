#include "site/power/energy_problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace orrery::site {
namespace {

[[noreturn]] void refuse(const std::string& key, const std::string& problem, const std::string& remedy) {
  throw Error({}, key, problem, remedy);
}

void check_series(const Series& series, int hours, const std::string& key, double least) {
  if (series.size() != 1 && series.size() != static_cast<std::size_t>(hours))
    refuse(key, fmt::format("has {} values for {} hours", series.size(), hours), "give one for each, or one for all");
  for (const double v : series.values())
    if (!std::isfinite(v) || v < least) refuse(key, fmt::format("holds {}", v), "give numbers that can be");
}

void check_terms(const std::vector<Term>& terms, std::size_t rows, const std::string& key) {
  for (const Term& t : terms)
    if (t.row < 0 || static_cast<std::size_t>(t.row) >= rows || !std::isfinite(t.value))
      refuse(key, "is in a row that is not there, or no number", "name a row of the problem");
}

}  // namespace

int EnergyProblem::hours() const {
  int hours = 0;
  for (const Period& p : periods) hours += p.hours;
  return hours;
}

double EnergyProblem::given(int capacity, int period) const {
  const std::vector<double>& given = capacities[static_cast<std::size_t>(capacity)].given;
  if (given.empty()) return 0;
  return given.size() == 1 ? given.front() : given[static_cast<std::size_t>(period)];
}

void check_problem(const EnergyProblem& problem) {
  if (problem.periods.empty()) refuse("periods", "are none", "give one at least");
  for (const Period& p : problem.periods)
    if (p.hours < 1 || p.chain < 0) refuse("periods", "has no hours", "give one hour at least");
  if (problem.states.size() > most_states) refuse("states", fmt::format("are more than {}", most_states), "join some");
  if (problem.reserves.size() > most_reserves)
    refuse("reserves", fmt::format("are more than {}", most_reserves), "join some");
  const int hours = problem.hours(), periods = static_cast<int>(problem.periods.size());
  check_series(problem.weight, hours, "weight", 1e-9);
  check_series(problem.load, hours, "load", 0);
  const double most = *std::max_element(problem.load.values().begin(), problem.load.values().end());
  if (!(most > 0)) refuse("load", "is 0 in all hours", "give a load to serve");
  const auto in_periods = [&](int from, int until) {
    return from >= 0 && from < periods && until <= periods && (until < 0 || until > from);
  };
  for (const Capacity& c : problem.capacities) {
    if (c.given.size() > 1 && c.given.size() != problem.periods.size())
      refuse(c.name, "has given capacities for another number of periods", "give one for each, or one for all");
    for (const double given : c.given)
      if (!std::isfinite(given) || given < 0) refuse(c.name, "has a given capacity below 0", "give 0 or more");
  }
  const auto is_capacity = [&](int c) { return c >= 0 && static_cast<std::size_t>(c) < problem.capacities.size(); };
  bool negative = false;
  for (const Flow& f : problem.flows) {
    check_series(f.bound, hours, f.name + ".bound", 0);
    check_series(f.cost, hours, f.name + ".cost", -infinity);
    for (const double c : f.cost.values()) negative = negative || c < 0;
    if (f.capacity != Flow::fixed && !is_capacity(f.capacity))
      refuse(f.name, "is bounded by a capacity that is not there", "name one of the problem");
    if (!std::isfinite(f.balance)) refuse(f.name, "gives no number to the balance", "give one");
    check_terms(f.now, problem.states.size(), f.name + ".now");
    check_terms(f.next, problem.states.size(), f.name + ".next");
    check_terms(f.reserves, problem.reserves.size(), f.name + ".reserves");
    check_terms(f.budgets, problem.budgets.size(), f.name + ".budgets");
  }
  for (const Column& c : problem.columns) {
    if (!is_capacity(c.capacity)) refuse("columns", "builds a capacity that is not there", "name one of the problem");
    const std::string& name = problem.capacities[static_cast<std::size_t>(c.capacity)].name;
    if (!std::isfinite(c.cost) || c.cost < 0) refuse(name, "costs less than nothing to build", "give 0 or more");
    if (!(c.most >= 0)) refuse(name, "can be built to less than nothing", "give 0 or more");
    if (!in_periods(c.from, c.until))
      refuse(name, "serves in periods that are not there", "name periods of the problem");
    if ((c.cost == 0 || negative) && !std::isfinite(c.most))
      refuse(name, "could be built without end, for nothing or where prices are below 0", "give the most of it");
  }
  for (const State& s : problem.states)
    if (!std::isfinite(s.change) || (s.change != 0 && !is_capacity(s.capacity)))
      refuse(s.name, "changes with a capacity that is not there", "name one of the problem");
  for (const Reserve& r : problem.reserves) {
    check_series(r.requirement, hours, r.name, -infinity);
    for (const Reserve::Part& part : r.parts) {
      check_series(part.profile, hours, r.name, 0);
      if (!is_capacity(part.capacity) || !std::isfinite(part.share))
        refuse(r.name, "counts a capacity that is not there", "name one of the problem");
    }
  }
  for (const Budget& b : problem.budgets)
    if (!std::isfinite(b.limit) || !in_periods(b.from, b.until))
      refuse(b.name, "has no limit, or periods that are not there", "give both");
  for (const Limit& l : problem.limits) {
    if (!std::isfinite(l.most)) refuse(l.name, "has no most", "give a number");
    check_terms(l.columns, problem.columns.size(), l.name);
  }
}

}  // namespace orrery::site
