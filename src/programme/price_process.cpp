#include "programme/price_process.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "money/rent_process.h"

namespace orrery::programme {
namespace {

constexpr double quarter = year_length.value() / 4;  // s

double days_of_quarter() {
  return quarter / 86400;
}

}  // namespace

void read_processes(Reader& reader, Plan& plan, const View& root) {
  for (const auto& [name, view] : root.group("process")) {
    PriceProcess p;
    p.name = name;
    p.level = reader.value(view, "level", from_rule(1, "as it is at the start"));
    p.falls = reader.value(view, "falls", from_rule(0, "none"));
    p.reversion = reader.value(view, "reversion"), p.volatility = reader.value(view, "volatility");
    for (std::size_t q = 1; q < price_quarters(plan); ++q) {
      const Date ends = plan.start + static_cast<int>(price_quarter_start(q));
      p.shocks.push_back({0, static_cast<int>(reader.inputs.size())});
      reader.inputs.push_back({view.key_path("shock to " + ends.text().substr(0, 7)),
                               {Distribution::Kind::normal, 0, 1, 0, {}},
                               dimension::none});
    }
    plan.processes.push_back(std::move(p));
  }
}

int process_named(Reader& reader, const Plan& plan, const View& view, const char* key) {
  if (!view.gives(key)) return -1;
  const std::string name = reader.text(view, key);
  std::vector<std::string> names;
  for (const PriceProcess& p : plan.processes) names.push_back(p.name);
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    throw Error(view.place(key), view.key_path(key), in_quotes(name) + " is no process of this scenario",
                suggest(name, names, "add [process." + name + "]"));
  return static_cast<int>(found - names.begin());
}

int read_follows(Reader& reader, const Plan& plan, const View& view) {
  return process_named(reader, plan, view, "follows");
}

std::size_t price_quarters(const Plan& plan) {
  return static_cast<std::size_t>((plan.end - plan.start) / days_of_quarter()) + 1;
}

double price_quarter_start(std::size_t quarter) {
  return static_cast<double>(quarter) * days_of_quarter();
}

std::size_t price_quarter(const Plan& plan, double day) {
  return std::min(price_quarters(plan) - 1, static_cast<std::size_t>(std::max(0.0, day) / days_of_quarter()));
}

std::vector<double> price_path(const Plan& plan, const PriceProcess& process, Draws draws) {
  std::vector<double> shocks;
  for (const UncertainNumber& shock : process.shocks) shocks.push_back(shock.in(draws));
  std::vector<double> path = money::rent_path(
      {process.level.in(draws), process.falls.in(draws), process.reversion.in(draws), process.volatility.in(draws)}, 1,
      quarter, shocks);
  path.insert(path.begin(), 1);
  path.resize(price_quarters(plan), path.back());
  return path;
}

std::vector<std::vector<double>> price_indices(const Plan& plan, Draws draws) {
  std::vector<std::vector<double>> out;
  for (const PriceProcess& process : plan.processes) {
    const std::vector<double> path = price_path(plan, process, draws);
    std::vector<double>& months = out.emplace_back();
    for (std::size_t m = 0; m + 1 < plan.months.size(); ++m)
      months.push_back(path[price_quarter(plan, plan.months[m] - plan.start)]);
  }
  return out;
}

}  // namespace orrery::programme
