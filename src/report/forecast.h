// A forecast as text, JSON, CSV files and a Perfetto trace. docs/json.md describes the JSON.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "programme/hindsight.h"
#include "programme/plan.h"
#include "programme/simulate.h"
#include "programme/trials.h"

namespace orrery::report {

/// Everything a report is made of. trials is null where there were none.
struct Result {
  programme::Plan plan;
  programme::Forecast forecast;  ///< with every input at its median
  programme::Trials trials;      ///< count 0 without trials
  std::vector<programme::Output> outputs;
  std::vector<Spread> spreads;  ///< by output
  std::uint64_t seed = 0;

  bool has_trials() const { return trials.count > 0; }
};

/// Simulates a plan and gathers what the reports need.
Result forecast(programme::Plan plan, int trials, std::uint64_t seed, int threads, void (*progress)(double) = nullptr);

/// A dated row of the capacity table: the state on a day and what binds from that day on.
struct CapacityRow {
  Date date;
  std::string site;
  double usable = 0, it_power = 0, facility_power = 0;  ///< accelerators, W, W
  std::string binding;
  std::string unit;     ///< one unit of the binding limit
  double gain = 0;      ///< accelerators that one unit more would add
};
/// One row for every site (and rental) at the start, at each change of the binding limit, at each start of a month, and at
/// each bend or jump of its usable accelerators with the day before: between rows the number runs straight, to a day.
std::vector<CapacityRow> capacity_rows(const Result& result);

/// The report for a terminal. explain adds every value with its origin and source.
std::string forecast_text(const Result& result, bool explain);
/// What differs between two forecasts: milestones, totals and the inputs behind them.
std::string comparison_text(const Result& result, const Result& other);
/// Versioned JSON, one document; other adds "against".
std::string forecast_json(const Result& result, const Result* other);
/// File name to contents: milestones.csv, hindsight.csv, capacity.csv, money.csv, energy.csv, runs.csv, facts.csv.
std::map<std::string, std::string> forecast_csv(const Result& result);
/// Chrome/Perfetto trace events: construction, deliveries, power, cooling, runs; a day is a day of wall time.
std::string forecast_trace(const Result& result);
/// Every value of a plan with its origin, for `orrery show SCENARIO --resolved`.
std::string resolved_text(const programme::Plan& plan);
std::string resolved_json(const programme::Plan& plan);

/// "2024-09-02", or "after 2027-04-24" for what the forecast does not reach.
std::string date_text(const programme::Plan& plan, double day);

}  // namespace orrery::report
