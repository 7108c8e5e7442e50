// Finance answers worked out, and as text for a terminal.
#include "report/finance.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/table.h"
#include "base/units.h"
#include "money/series.h"

namespace orrery::report {

namespace {

using namespace money;

std::string dollars(Money amount) {
  return format(amount, 3);
}

/// B$ a gigawatt and year from $/(W s).
double billions_a_gigawatt_year(double rate) {
  return rate * year_length.value();
}

/// "-$1,234": whole dollars.
std::string whole_dollars(double amount) {
  return (amount < 0 ? "-$" : "$") + format_count(std::abs(amount));
}

std::string year_text(double years) {
  return fmt::format("{:.1f} years", years);
}

}  // namespace

FinanceResult finance(programme::FinanceQuestions questions, int trials, std::uint64_t seed) {
  FinanceResult result;
  result.trials = trials;
  result.seed = seed;
  if (questions.project) {
    SingleOwnerWorkspace workspace;
    result.project = run(questions.project->project, workspace, true);
    result.returns = internal_rates(workspace.lines[FlowLine::project_return_aftertax]);
    result.lines = std::move(workspace.lines);
  }
  if (questions.owner) {
    const programme::OwnerQuestion& q = *questions.owner;
    result.owner = owner_cost(q.cost.median());
    for (const auto& row : q.published) {
      OwnerCostInputs inputs = q.cost.median();
      inputs.it_life = row.it_life;
      result.by_life.push_back(owner_cost(inputs));
    }
    result.band = owner_cost_band(q.cost, q.rent, std::max(trials, 2000), seed);
    if (q.rent.value() > 0) result.break_even_life = break_even_life(q.cost.median(), q.rent);
  }
  if (questions.choice) {
    const programme::ChoiceQuestion& q = *questions.choice;
    if (q.own) result.options.push_back(owning(q.work, *q.own, q.cloud, q.rate));
    if (q.lease) result.options.push_back(leasing(q.work, *q.lease, q.cloud, q.rate));
    result.options.push_back(renting(q.work, q.cloud, q.rate));
    result.spans = cheapest_by_month(result.options);
  }
  if (questions.commitments) {
    const programme::CommitmentQuestion& q = *questions.commitments;
    result.totals = totals_of(q.book, q.date);
    result.years = years_of(q.book, q.payer, q.date, q.own_cash, as_announced);
    result.binding_years = years_of(q.book, q.payer, q.date, q.own_cash, binding_only);
    result.limits = limits_of(result.years, q.own_power);
    for (const Claim& claim : q.claims) result.claims.push_back(check_claim(q.book, q.payer, claim));
    if (q.revenue) result.path = revenue_that_closes(result.years, *q.revenue, q.revenue_year, q.compute_share);
    if (trials > 0)
      result.gaps = gap_trials(q.book, q.payer, q.date, q.own_cash, q.realised, q.cash_factor, trials, seed);
  }
  result.questions = std::move(questions);
  return result;
}

namespace {

struct ShownLine {
  FlowLine line;
  const char* name;
};
constexpr ShownLine shown[] = {{FlowLine::total_revenue, "revenue"},
                               {FlowLine::operating_expenses, "operating expenses"},
                               {FlowLine::debt_payment_total, "debt service"},
                               {FlowLine::debt_balance, "debt balance"},
                               {FlowLine::pretax_dscr, "coverage"},
                               {FlowLine::project_return_pretax, "cash before tax"},
                               {FlowLine::project_return_aftertax, "cash after tax"}};

// The cash flow by year, for a terminal.
std::string years_text(const Lines& lines) {
  TextTable years;
  years.header = {"year"};
  for (const ShownLine& line : shown) years.header.push_back(line.name);
  years.right_aligned.assign(years.header.size(), true);
  for (std::size_t year = 0; year <= static_cast<std::size_t>(lines.years()); ++year) {
    std::vector<std::string> cells = {std::to_string(year)};
    for (const ShownLine& line : shown) {
      const double value = lines[line.line][year];
      cells.push_back(line.line == FlowLine::pretax_dscr ? (value == 0 ? "" : fmt::format("{:.2f}", value))
                                                         : format_count(value));
    }
    years.rows.push_back(std::move(cells));
  }
  return "Cash flow, dollars\n" + years.text();
}

std::string rates_text(const InternalRates& rates) {
  if (rates.kind == InternalRates::Kind::none) return "none";
  std::string text;
  for (const double rate : rates.rates) text += fmt::format("{}{:.3f} %", text.empty() ? "" : " and ", 100 * rate);
  return text;
}

// The part of a result that any project has.
void add_result_rows(const SingleOwnerResult& r, TextTable& results) {
  auto row = [&results](const char* name, std::string value) { results.rows.push_back({name, std::move(value)}); };
  row("net present value after tax", whole_dollars(r.npv));
  row("installed cost", whole_dollars(r.installed_cost));
  row("debt", whole_dollars(r.debt));
  row("equity", whole_dollars(r.equity));
  row("least debt service coverage",
      r.minimum_coverage < 1e300 ? fmt::format("{:.2f}", r.minimum_coverage) : "no debt");
}

std::string project_text(const FinanceResult& r) {
  const programme::ProjectQuestion& q = *r.questions.project;
  TextTable results{{"result", "value"}, {false, true}, {}};
  results.rows.push_back({"price in year 1", fmt::format("${:.3f}/accelerator-hour", r.project.price)});
  results.rows.push_back({"internal rate of return after tax", rates_text(r.returns)});
  add_result_rows(r.project, results);
  results.rows.push_back({"interest and fees during construction",
                          whole_dollars((q.construction.interest + q.construction.fees).value())});
  const double years = payback(r.lines[FlowLine::project_return_aftertax]);
  results.rows.push_back({"payback", std::isfinite(years) ? year_text(years) : "never"});
  results.rows.push_back(
      {"levelised cost, nominal", fmt::format("${:.3f}/accelerator-hour", r.project.levelised_cost_nominal)});
  results.rows.push_back(
      {"levelised cost, real", fmt::format("${:.3f}/accelerator-hour", r.project.levelised_cost_real)});
  return fmt::format("{} accelerators let from {}\n{}\n{}", format_count(q.chips.value()), q.start.text(),
                     results.text(), years_text(r.lines));
}

std::string owner_text(const FinanceResult& r) {
  const programme::OwnerQuestion& q = *r.questions.owner;
  auto line = [](const char* name, MoneyPerPowerTime part, MoneyPerPowerTime total) {
    return std::vector<std::string>{name, fmt::format("{:.2f}", billions_a_gigawatt_year(part.value())),
                                    fmt::format("{:.0f} %", 100 * (part / total))};
  };
  TextTable table{{"part", "B$/GW-year", "share"}, {false, true, true}, {}};
  table.rows = {line("computing", r.owner.compute, r.owner.total), line("building", r.owner.building, r.owner.total),
                line("running", r.owner.running, r.owner.total), line("total", r.owner.total, r.owner.total)};
  std::string text = fmt::format("Owner's cost of a gigawatt-year of IT ({})\n{}", q.prices_title, table.text());
  text += fmt::format("  P10 {:.1f}, P50 {:.1f}, P90 {:.1f} B$/GW-year\n", billions_a_gigawatt_year(r.band.total.p10),
                      billions_a_gigawatt_year(r.band.total.p50), billions_a_gigawatt_year(r.band.total.p90));
  if (q.rent.value() > 0) {
    text += fmt::format("  {} asks {:.1f} B$/GW-year: owning costs less in {:.0f} % of the trials", q.contract_title,
                        billions_a_gigawatt_year(q.rent.value()), 100 * r.band.share_below_price);
    const double year = year_length.value();
    text += r.break_even_life ? fmt::format(",\n  and as much when IT lasts {} (at medians; P10 {:.1f}, P90 {:.1f})\n",
                                            year_text(*r.break_even_life / year_length),
                                            r.band.break_even_life.p10 / year, r.band.break_even_life.p90 / year)
                              : std::string(",\n  and at medians more however long IT lasts\n");
  }
  if (!q.published.empty()) {
    TextTable lives{{"IT lasts", "B$/GW-year", "published", "off"}, {false, true, true, true}, {}};
    for (std::size_t i = 0; i < q.published.size(); ++i) {
      const double cost = billions_a_gigawatt_year(r.by_life[i].total.value());
      const double published = billions_a_gigawatt_year(q.published[i].cost.value());
      lives.rows.push_back({year_text(q.published[i].it_life / year_length), fmt::format("{:.2f}", cost),
                            fmt::format("{:.4g}", published), fmt::format("{:+.1f} %", 100 * (cost / published - 1))});
    }
    text += '\n' + lives.text();
  }
  if (!q.rental.empty())
    text += fmt::format("  {}: {} per accelerator-month, ${:.2f} per accelerator-hour\n", q.rental_title,
                        whole_dollars((q.rental_rent * Chips(1) * mean_month).value()),
                        (q.rental_rent * Chips(1)).value() * 3600);
  return text;
}

std::string choice_text(const FinanceResult& r) {
  const programme::ChoiceQuestion& q = *r.questions.choice;
  TextTable table;
  table.header = {"work ends after"};
  table.right_aligned = {true};
  for (const Option& option : r.options) {
    table.header.push_back(option.name);
    table.right_aligned.push_back(true);
  }
  table.header.push_back("cheapest");
  const std::size_t months = q.work.chips.size();
  for (std::size_t month = 5; month < months; month += month < 11 ? 6 : 12) {
    std::vector<std::string> row = {fmt::format("{} months", month + 1)};
    for (const Option& option : r.options) row.push_back(dollars(option.total[month]));
    for (const CheapestSpan& span : r.spans)
      if (static_cast<int>(month) >= span.from_month && static_cast<int>(month) <= span.to_month)
        row.push_back(r.options[span.option].name);
    table.rows.push_back(std::move(row));
  }
  std::string text =
      fmt::format("Own, lease or cloud: what the work costs in all (present value at {:.1f} % a year)\n{}",
                  100 * q.rate, table.text());
  for (const CheapestSpan& span : r.spans) {
    text += fmt::format("  {} from {} {}", r.options[span.option].name, span.from_month + 1,
                        span.from_month == 0 ? "month on" : "months on");
    if (r.options.size() > 1)
      text += fmt::format(": {} less than {}, most of it in {}", dollars(span.saving), r.options[span.runner_up].name,
                          cost_part_name(span.decided_by));
    text += '\n';
  }
  return text;
}

// What binds in each year, and what lifting it alone would let come true.
std::string limits_text(const FinanceResult& r) {
  TextTable table{{"year", "binds", "short of", "is", "then binds"}, {false, false, true, true, false}, {}};
  for (std::size_t i = 0; i < r.limits.size(); ++i) {
    const YearLimit& limit = r.limits[i];
    const bool money = limit.without_money >= limit.without_power;
    const double share = std::max(limit.without_money, limit.without_power);
    const double next = std::min(limit.without_money, limit.without_power);
    if (share <= 0)
      table.rows.push_back({std::to_string(limit.year), "nothing", "", "", ""});
    else
      table.rows.push_back({std::to_string(limit.year), money ? "money" : "power",
                            money ? dollars(r.years[i].gap) : format(limit.power_short),
                            fmt::format("{:.0f} % of what is {}", 100 * share, money ? "due" : "in force"),
                            next > 0 ? fmt::format("{}, {:.0f} %", money ? "power" : "money", 100 * next) : ""});
  }
  return "\nWhat binds, as announced\n" + table.text();
}

std::string claims_text(const FinanceResult& r) {
  const programme::CommitmentQuestion& q = *r.questions.commitments;
  if (q.claims.empty()) return "";
  TextTable table{{"said", "claim", "claimed", "ledger of that day", "off", "claimed", "ledger", "off"},
                  {false, false, true, true, true, true, true, true},
                  {}};
  auto off = [](double ledger, double claimed) {
    return claimed > 0 ? fmt::format("{:+.0f} %", 100 * (ledger / claimed - 1)) : std::string();
  };
  for (std::size_t i = 0; i < q.claims.size(); ++i) {
    const Claim& claim = q.claims[i];
    const ClaimCheck& check = r.claims[i];
    const bool money = claim.amount > Money(0), power = claim.power > Power(0);
    table.rows.push_back({claim.said.text(), claim.what, money ? dollars(claim.amount) : "",
                          money ? dollars(check.amount) : "", off(check.amount.value(), claim.amount.value()),
                          power ? format(claim.power) : "", power ? format(check.power) : "",
                          off(check.power.value(), claim.power.value())});
  }
  return "\nClaims against the ledger\n" + table.text();
}

// The revenue that pays for it, and what that asks of demand at today's and at falling prices, and of the margin.
std::string path_text(const FinanceResult& r) {
  if (!r.path) return "";
  const programme::CommitmentQuestion& q = *r.questions.commitments;
  TextTable table{{"year", "revenue", fmt::format("growth from {}", q.revenue_year), "demand, prices as now",
                   fmt::format("at {:+.0f} % a year", 100 * q.price_change)},
                  {false, true, true, true, true},
                  {}};
  for (const auto& [year, needed] : r.path->needed) {
    const int ahead = year - q.revenue_year;
    if (ahead <= 0 || !(*q.revenue > Money(0))) continue;
    const double times = needed / *q.revenue;
    table.rows.push_back({std::to_string(year), dollars(needed),
                          fmt::format("{:.0f} % a year", 100 * (std::pow(times, 1.0 / ahead) - 1)),
                          fmt::format("{:.1f} times", times),
                          fmt::format("{:.1f} times", times / std::pow(1 + q.price_change, ahead))});
  }
  std::string text = fmt::format(
      "\nWhat would have to be true: {:.0f} % of revenue goes to computing, and from {} in {} revenue reaches\n{}"
      "  revenue must grow {:.0f} % a year to be in time for all of them",
      100 * q.compute_share, dollars(*q.revenue), q.revenue_year, table.text(), 100 * r.path->growth);
  for (const double change : {-0.2, 0.2}) {
    const double share = q.compute_share + change;
    if (share > 0 && share <= 1)
      text += fmt::format(", {:.0f} % with {:.0f} % of it for computing",
                          100 * revenue_that_closes(r.years, *q.revenue, q.revenue_year, share).growth, 100 * share);
  }
  return text + '\n';
}

std::string ledger_text(const FinanceResult& r) {
  const programme::CommitmentQuestion& q = *r.questions.commitments;
  TextTable rows{{"commitment", "paid to", "state", "said", "amount", "power", "from", "to"},
                 {false, false, false, false, true, true, false, false},
                 {}};
  for (const Commitment& row : q.book.standing(q.date))
    rows.rows.push_back({row.id, row.payee, std::string(state_name(row.state)), row.said.text(), dollars(row.amount),
                         row.power > Power(0) ? format(row.power) : "", row.start.text(), row.end.text()});
  std::string text = fmt::format("Commitments standing on {}\n{}", q.date.text(), rows.text());

  TextTable by_state{{"state", "amount"}, {false, true}, {}};
  for (std::size_t i = 0; i < states; ++i)
    if (r.totals.by_state[i] > Money(0))
      by_state.rows.push_back({std::string(state_name(static_cast<State>(i))), dollars(r.totals.by_state[i])});
  text += fmt::format("\nBy state\n{}", by_state.text());
  text += fmt::format("  {} in all without the cancelled; the largest counterparty has {:.0f} %, Herfindahl {:.2f}\n",
                      dollars(r.totals.total), 100 * r.totals.largest_share, r.totals.herfindahl);

  TextTable years{
      {"year", "due", "financed", "own cash", "gap", "contracted"}, {false, true, true, true, true, true}, {}};
  for (const YearOfCommitments& year : r.years)
    years.rows.push_back({std::to_string(year.year), dollars(year.due), dollars(year.financed), dollars(year.own_cash),
                          dollars(year.gap), format(year.power)});
  if (!r.gaps.empty()) {
    years.header.insert(years.header.end(), {"gap P10", "P50", "P90"});
    years.right_aligned.insert(years.right_aligned.end(), 3, true);
    for (std::size_t i = 0; i < years.rows.size() && i < r.gaps.size(); ++i)
      for (const double gap : {r.gaps[i].gap.p10, r.gaps[i].gap.p50, r.gaps[i].gap.p90})
        years.rows[i].push_back(dollars(Money(gap)));
  }
  text += fmt::format("\n{} by year, as announced\n{}", q.payer, years.text());
  text += limits_text(r) + claims_text(r) + path_text(r);
  return text;
}

}  // namespace

std::string finance_text(const FinanceResult& result) {
  std::string text = result.questions.title + '\n';
  if (result.questions.project) text += '\n' + project_text(result);
  if (result.questions.owner) text += '\n' + owner_text(result);
  if (result.questions.choice) text += '\n' + choice_text(result);
  if (result.questions.commitments) text += '\n' + ledger_text(result);
  return text;
}

std::string sam_text(const SamCase& read) {
  if (read.kind == SamCase::Kind::fixed_charge) {
    const FixedChargeCase& c = read.fixed_charge;
    return fmt::format(
        "Cost of energy by fixed charge rate: {:.6g} $/kWh\n",
        levelised_cost_by_fixed_charge(c.capital, c.fixed_charge_rate, c.fixed_a_year, c.energy, c.variable));
  }
  SingleOwnerWorkspace workspace;
  const SingleOwnerResult r = run(read.project, workspace, true);
  TextTable results{{"result", "value"}, {false, true}, {}};
  auto row = [&results](const char* name, std::string value) { results.rows.push_back({name, std::move(value)}); };
  row("price, year 1", fmt::format("{:.3f} cents/kWh", r.price * 100));
  row("internal rate of return after tax",
      rates_text(internal_rates(workspace.lines[FlowLine::project_return_aftertax])));
  row("levelised cost, nominal", fmt::format("{:.3f} cents/kWh", r.levelised_cost_nominal * 100));
  row("levelised cost, real", fmt::format("{:.3f} cents/kWh", r.levelised_cost_real * 100));
  add_result_rows(r, results);
  return results.text() + '\n' + years_text(workspace.lines);
}

std::string sam_csv(const SamCase& read) {
  SingleOwnerWorkspace workspace;
  run(read.project, workspace, true);
  for (double& price : workspace.lines[FlowLine::ppa_price]) price *= 100;  // SAM's is in cents
  return flows_csv(workspace.lines);
}

std::string flows_csv(const Lines& lines) {
  std::string csv = "line";
  for (int year = 0; year <= lines.years(); ++year) csv += fmt::format(",{}", year);
  csv += '\n';
  for (std::size_t i = 0; i < flow_lines; ++i) {
    csv += flow_line_name(static_cast<FlowLine>(i));
    for (const double value : lines[static_cast<FlowLine>(i)])
      csv += std::isfinite(value) ? fmt::format(",{}", value) : std::string(",");
    csv += '\n';
  }
  return csv;
}

}  // namespace orrery::report
