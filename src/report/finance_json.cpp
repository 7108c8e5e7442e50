// Finance answers as JSON and CSV.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/csv.h"
#include "report/finance.h"

namespace orrery::report {

namespace {

using namespace money;
using nlohmann::ordered_json;

constexpr int schema_version = 1;

ordered_json number(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
}

ordered_json owner_json(const FinanceResult& r) {
  const programme::OwnerQuestion& q = *r.questions.owner;
  // Dollars for a gigawatt and a year.
  auto yearly = [](double rate) { return number(rate * 1e9 * year_length.value()); };
  ordered_json out = {{"prices", q.prices},
                      {"usd_per_gw_year",
                       {{"computing", yearly(r.owner.compute.value())},
                        {"building", yearly(r.owner.building.value())},
                        {"running", yearly(r.owner.running.value())},
                        {"total", yearly(r.owner.total.value())},
                        {"p10", yearly(r.band.total.p10)},
                        {"p50", yearly(r.band.total.p50)},
                        {"p90", yearly(r.band.total.p90)}}}};
  if (q.rent.value() > 0) {
    out["contract"] = q.contract;
    out["contract_usd_per_gw_year"] = yearly(q.rent.value());
    out["share_of_trials_owning_costs_less"] = number(r.band.share_below_price);
    auto years = [](double seconds) { return number(seconds / year_length.value()); };
    out["break_even_it_life_years"] = {
        {"median_inputs", r.break_even_life ? years(r.break_even_life->value()) : ordered_json(nullptr)},
        {"p10", years(r.band.break_even_life.p10)},
        {"p50", years(r.band.break_even_life.p50)},
        {"p90", years(r.band.break_even_life.p90)}};
  }
  for (std::size_t i = 0; i < q.published.size(); ++i)
    out["by_it_life"].push_back({{"it_life_years", number(q.published[i].it_life / year_length)},
                                 {"usd_per_gw_year", yearly(r.by_life[i].total.value())},
                                 {"published_usd_per_gw_year", yearly(q.published[i].cost.value())}});
  if (!q.rental.empty()) {
    out["rental"] = q.rental;
    out["rental_usd_per_accelerator_month"] = number((q.rental_rent * Chips(1) * mean_month).value());
  }
  return out;
}

ordered_json project_json(const FinanceResult& r) {
  const SingleOwnerResult& p = r.project;
  ordered_json rates = ordered_json::array(), lines = ordered_json::object();
  for (const double rate : r.returns.rates) rates.push_back(number(rate));
  for (std::size_t i = 0; i < flow_lines; ++i) {
    ordered_json years = ordered_json::array();
    for (const double value : r.lines[static_cast<FlowLine>(i)]) years.push_back(number(value));
    lines[std::string(flow_line_name(static_cast<FlowLine>(i)))] = std::move(years);
  }
  return {
      {"start", r.questions.project->start.text()},
      {"chips", number(r.questions.project->chips.value())},
      {"npv_usd", number(p.npv)},
      {"internal_rates_of_return", std::move(rates)},
      {"debt_usd", number(p.debt)},
      {"equity_usd", number(p.equity)},
      {"installed_cost_usd", number(p.installed_cost)},
      {"construction_interest_and_fees_usd", number(r.questions.project->project.construction_financing)},
      {"least_debt_service_coverage", p.minimum_coverage < 1e300 ? number(p.minimum_coverage) : ordered_json(nullptr)},
      {"levelised_cost_nominal_usd_per_chip_hour", number(p.levelised_cost_nominal)},
      {"levelised_cost_real_usd_per_chip_hour", number(p.levelised_cost_real)},
      {"lines", std::move(lines)}};
}

ordered_json choice_json(const FinanceResult& r) {
  ordered_json options = ordered_json::array(), spans = ordered_json::array();
  for (const Option& option : r.options) {
    ordered_json parts = ordered_json::object(), total = ordered_json::array();
    for (std::size_t part = 0; part < cost_parts; ++part) {
      ordered_json months = ordered_json::array();
      for (const CostParts& month : option.parts) months.push_back(number(month[part]));
      parts[std::string(cost_part_name(static_cast<CostPart>(part)))] = std::move(months);
    }
    for (const Money month : option.total) total.push_back(number(month.value()));
    options.push_back({{"name", option.name}, {"total_usd", std::move(total)}, {"parts_usd", std::move(parts)}});
  }
  for (const CheapestSpan& span : r.spans)
    spans.push_back({{"from_month", span.from_month + 1},
                     {"to_month", span.to_month + 1},
                     {"cheapest", r.options[span.option].name},
                     {"runner_up", r.options[span.runner_up].name},
                     {"saving_usd", number(span.saving.value())},
                     {"decided_by", cost_part_name(span.decided_by)}});
  return {{"discount_rate", r.questions.choice->rate}, {"options", std::move(options)}, {"cheapest", std::move(spans)}};
}

ordered_json row_json(const Commitment& row) {
  return {{"id", row.id},
          {"payer", row.payer},
          {"payee", row.payee},
          {"what", row.what},
          {"state", state_name(row.state)},
          {"said", row.said.text()},
          {"start", row.start.text()},
          {"end", row.end.text()},
          {"usd", number(row.amount.value())},
          {"watts", number(row.power.value())},
          {"chips", number(row.chips.value())},
          {"take_or_pay", number(row.take_share)},
          {"financed_usd", number(row.financed.value())},
          {"source", row.source}};
}

ordered_json ledger_json(const FinanceResult& r) {
  const programme::CommitmentQuestion& q = *r.questions.commitments;
  ordered_json rows = ordered_json::array(), standing = ordered_json::array(), years = ordered_json::array();
  for (const Commitment& row : q.book.rows()) rows.push_back(row_json(row));
  for (const Commitment& row : q.book.standing(q.date)) standing.push_back(row_json(row));
  for (std::size_t i = 0; i < r.years.size(); ++i) {
    const YearOfCommitments& year = r.years[i];
    ordered_json entry = {{"year", year.year},
                          {"due_usd", number(year.due.value())},
                          {"take_or_pay_usd", number(year.taken.value())},
                          {"financed_usd", number(year.financed.value())},
                          {"own_cash_usd", number(year.own_cash.value())},
                          {"gap_usd", number(year.gap.value())},
                          {"watts", number(year.power.value())},
                          {"share_without_money", number(r.limits[i].without_money)},
                          {"share_without_power", number(r.limits[i].without_power)}};
    if (i < r.gaps.size()) {
      entry["gap_p10_usd"] = number(r.gaps[i].gap.p10);
      entry["gap_p50_usd"] = number(r.gaps[i].gap.p50);
      entry["gap_p90_usd"] = number(r.gaps[i].gap.p90);
    }
    years.push_back(std::move(entry));
  }
  ordered_json by_state = ordered_json::object(), by_payee = ordered_json::object();
  for (std::size_t i = 0; i < states; ++i)
    by_state[std::string(state_name(static_cast<State>(i)))] = number(r.totals.by_state[i].value());
  for (const auto& [payee, amount] : r.totals.by_payee) by_payee[payee] = number(amount.value());
  ordered_json out = {{"payer", q.payer},
                      {"as_of", q.date.text()},
                      {"rows", std::move(rows)},
                      {"standing", std::move(standing)},
                      {"by_state_usd", std::move(by_state)},
                      {"by_payee_usd", std::move(by_payee)},
                      {"total_usd", number(r.totals.total.value())},
                      {"largest_share", number(r.totals.largest_share)},
                      {"herfindahl", number(r.totals.herfindahl)},
                      {"years", std::move(years)}};
  for (std::size_t i = 0; i < q.claims.size(); ++i)
    out["claims"].push_back({{"said", q.claims[i].said.text()},
                             {"what", q.claims[i].what},
                             {"usd", number(q.claims[i].amount.value())},
                             {"ledger_usd", number(r.claims[i].amount.value())},
                             {"watts", number(q.claims[i].power.value())},
                             {"ledger_watts", number(r.claims[i].power.value())},
                             {"source", q.claims[i].source}});
  if (r.path) {
    ordered_json needed = ordered_json::object();
    for (const auto& [year, amount] : r.path->needed) needed[std::to_string(year)] = number(amount.value());
    out["revenue_needed_usd"] = std::move(needed);
    out["revenue_growth_needed"] = number(r.path->growth);
  }
  return out;
}

}  // namespace

std::string finance_json(const FinanceResult& r) {
  ordered_json out = {{"schema", schema_version}, {"title", r.questions.title}, {"trials", r.trials}, {"seed", r.seed}};
  if (r.questions.project) out["project"] = project_json(r);
  if (r.questions.owner) out["owner"] = owner_json(r);
  if (r.questions.choice) out["choice"] = choice_json(r);
  if (r.questions.commitments) out["commitments"] = ledger_json(r);
  return out.dump(1) + '\n';
}

std::map<std::string, std::string> finance_csv(const FinanceResult& r) {
  std::map<std::string, std::string> files;
  if (r.questions.project) files["cash_flow.csv"] = flows_csv(r.lines);
  if (r.questions.owner) {
    std::string csv = "quantity,usd_per_gw_year\n";
    auto row = [&csv](const std::string& name, double cost) {
      csv += fmt::format("{},{}\n", name, cost * 1e9 * year_length.value());
    };
    row("computing", r.owner.compute.value());
    row("building", r.owner.building.value());
    row("running", r.owner.running.value());
    row("total", r.owner.total.value());
    row("total P10", r.band.total.p10);
    row("total P50", r.band.total.p50);
    row("total P90", r.band.total.p90);
    if (r.questions.owner->rent.value() > 0) row("contract", r.questions.owner->rent.value());
    for (std::size_t i = 0; i < r.by_life.size(); ++i)
      row(fmt::format("total at {:.4g} years", r.questions.owner->published[i].it_life / year_length),
          r.by_life[i].total.value());
    files["owner.csv"] = csv;
  }
  if (r.questions.choice) {
    std::string csv = "month,option,part,usd\n";
    for (const Option& option : r.options)
      for (std::size_t month = 0; month < option.parts.size(); ++month)
        for (std::size_t part = 0; part < cost_parts; ++part)
          csv += fmt::format("{},{},{},{}\n", month + 1, option.name, cost_part_name(static_cast<CostPart>(part)),
                             option.parts[month][part]);
    files["choice.csv"] = csv;
  }
  if (r.questions.commitments) {
    std::string ledger = "id,payer,payee,what,state,said,start,end,usd,watts,chips,take_or_pay,financed_usd,source\n";
    for (const Commitment& row : r.questions.commitments->book.rows())
      ledger += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", csv_field(row.id), csv_field(row.payer),
                            csv_field(row.payee), csv_field(row.what), state_name(row.state), row.said.text(),
                            row.start.text(), row.end.text(), row.amount.value(), row.power.value(), row.chips.value(),
                            row.take_share, row.financed.value(), csv_field(row.source));
    files["ledger.csv"] = ledger;
    std::string years = "year,due_usd,take_or_pay_usd,financed_usd,own_cash_usd,gap_usd,watts\n";
    for (const YearOfCommitments& year : r.years)
      years += fmt::format("{},{},{},{},{},{},{}\n", year.year, year.due.value(), year.taken.value(),
                           year.financed.value(), year.own_cash.value(), year.gap.value(), year.power.value());
    files["years.csv"] = years;
  }
  return files;
}

}  // namespace orrery::report
