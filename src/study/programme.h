// The site programme as a kind of study, and the parts of its answer.
#pragma once
#include "programme/hindsight.h"
#include "programme/outputs.h"
#include "programme/plan.h"
#include "programme/simulate.h"
#include "study/kind.h"

namespace orrery::study {

/// Everything the answer of a programme is made of.
struct ProgrammeResult {
  const programme::Plan& plan;
  const programme::Forecast& forecast;  ///< with every input at its median
  const std::vector<programme::Output>& outputs;
  std::vector<Spread> spreads;  ///< by output
  std::vector<programme::Score> scores;
  bool has_trials = false;
  const std::vector<std::vector<double>>& draws;  ///< [input][trial]; empty without trials
};

/// "2024-09-02", or "after 2027-04-24" for what the forecast does not reach.
std::string date_text(const programme::Plan& plan, double day);

// The parts of the answer, each adding its tables.
void add_headline(Document& document, const ProgrammeResult& result);
void add_milestones(Document& document, const ProgrammeResult& result);
/// The limits that bound before each milestone, with their days.
void add_bounds(Document& document, const ProgrammeResult& result);
void add_hanging_days(Document& document, const ProgrammeResult& result);
void add_hindsight(Document& document, const ProgrammeResult& result);
void add_capacity(Document& document, const ProgrammeResult& result);
/// What each limit alone would allow, and power by source.
void add_limits(Document& document, const ProgrammeResult& result);
void add_schedule(Document& document, const ProgrammeResult& result);
void add_months(Document& document, const ProgrammeResult& result);
void add_runs(Document& document, const ProgrammeResult& result);
void add_money(Document& document, const ProgrammeResult& result);
void add_energy(Document& document, const ProgrammeResult& result);
void add_totals(Document& document, const ProgrammeResult& result);

/// The pictures of these tables.
void add_figures(Document& document, const ProgrammeResult& result);

/// Construction, deliveries, power, cooling, runs; a day is a day of wall time.
Trace programme_trace(const programme::Plan& plan, const programme::Forecast& forecast);

}  // namespace orrery::study
