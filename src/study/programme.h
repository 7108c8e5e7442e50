// The site programme as a kind of study, and the parts of its answer.
#pragma once
#include <optional>
#include <string_view>

#include "programme/delay.h"
#include "programme/hindsight.h"
#include "programme/outputs.h"
#include "programme/plan.h"
#include "programme/simulate.h"
#include "study/company_risks.h"
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
  const std::vector<std::vector<double>>& draws;     ///< [input][trial]; empty without trials
  std::optional<programme::CostOfDelay> delay = {};  ///< at the medians; nothing where nothing is ordered or rented
  std::optional<Spread> delay_spread = {};           ///< of net present value; where it was asked in several draws
  std::size_t delay_draws = 0;                       ///< in how many
  std::vector<CompanyRisk> risks = {};               ///< where levers are told
};

/// The spread of an output by its group and index, of a total by its name; null where the plan has none.
const Spread* output_spread(const ProgrammeResult& result, programme::Output::Group group, int index,
                            std::string_view name = {});
/// The run that starts first, by P50; -1: there is none.
int first_run(const ProgrammeResult& result);

/// "2024-09-02", or "after 2027-04-24" for what the forecast does not reach.
std::string date_text(const programme::Plan& plan, double day);

/// P10, P50 and P90 of days since the start as columns, and as cells in them. A day may lie before the start.
void add_day_columns(Table& table, bool has_trials);
std::vector<Cell> day_cells(const programme::Plan& plan, const Spread& days);

// The parts of the answer, each adding its tables.
void add_headline(Document& document, const ProgrammeResult& result);
/// What a page shows first: one row for each figure, with P10 to P90.
void add_key_figures(Document& document, const ProgrammeResult& result);
void add_milestones(Document& document, const ProgrammeResult& result);
/// The limits that bound before each milestone, with their days.
void add_bounds(Document& document, const ProgrammeResult& result);
void add_hanging_days(Document& document, const ProgrammeResult& result);
void add_hindsight(Document& document, const ProgrammeResult& result);
void add_capacity(Document& document, const ProgrammeResult& result);
/// What each limit alone would allow, and power by source.
void add_limits(Document& document, const ProgrammeResult& result);
void add_schedule(Document& document, const ProgrammeResult& result);
/// What markets and chip factories make by quarter, who waits, and what comes here; nothing where none is drawn on.
void add_supply(Document& document, const ProgrammeResult& result);
void add_months(Document& document, const ProgrammeResult& result);
void add_runs(Document& document, const ProgrammeResult& result);
/// Chips of one's own, from tape-out to volume; nothing without one.
void add_designs(Document& document, const ProgrammeResult& result);
/// What accelerators do and what a unit of it costs, in all and by year; nothing where it is not asked.
void add_work(Document& document, const ProgrammeResult& result);
/// Prices that move at random, by quarter; nothing without a process.
void add_prices(Document& document, const ProgrammeResult& result);
void add_money(Document& document, const ProgrammeResult& result);
/// Whose money it is: companies, contracts between them, their books; nothing without companies.
void add_companies(Document& document, const ProgrammeResult& result);
/// Who pays whom for what over the forecast, and where it stands in its picture.
void add_company_web(Document& document, const ProgrammeResult& result);
Figure company_web_figure(const ProgrammeResult& result);
/// What the ledger asks for and what pays for it: the gap, what waits, power by year; nothing without a ledger.
void add_funding(Document& document, const ProgrammeResult& result);
void add_energy(Document& document, const ProgrammeResult& result);
void add_totals(Document& document, const ProgrammeResult& result);

/// The pictures of prices, of supply, of work, of funding, of companies, and of all these tables.
void add_price_figures(Document& document, const ProgrammeResult& result);
void add_supply_figures(Document& document, const ProgrammeResult& result);
void add_work_figures(Document& document, const ProgrammeResult& result);
void add_funding_figures(Document& document, const ProgrammeResult& result);
void add_company_figures(Document& document, const ProgrammeResult& result);
void add_figures(Document& document, const ProgrammeResult& result);

/// Construction, deliveries, power, cooling, runs; a day is a day of wall time.
Trace programme_trace(const programme::Plan& plan, const programme::Forecast& forecast);

}  // namespace orrery::study
