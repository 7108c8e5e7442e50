// The answer of a finance file: own, lease or cloud by month; commitments, what binds, claims, and the revenue they
// ask.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/units.h"
#include "study/finance.h"

namespace orrery::study {
namespace {

using namespace money;

std::string dollars(Money amount) {
  return format(amount, 3);
}

Column dollar_column(std::string heading) {
  return amount_column("", std::move(heading), dimension::money);
}

/// What each way has cost in all if the work ends with a month.
void add_months_of_work(Document& document, const ChoiceQuestion& q, const std::vector<Option>& options) {
  Table t{"choice/months", "", {data_column("month"), data_column("option"), data_column("total_usd", "USD")}};
  t.file = "-";  // choice.csv has them in parts
  for (std::size_t month = 0; month < q.work.chips.size(); ++month)
    for (const Option& option : options)
      t.rows.push_back({add_months(q.work.start, static_cast<int>(month)).text().substr(0, 7), option.name,
                        option.total[month].value()});
  document.add(std::move(t));
  document.figures.push_back({"choice",
                              "Own, lease or cloud: what the work costs in all if it ends in a month, present value",
                              "Own, lease or cloud",
                              "USD",
                              Plot::time,
                              {{Mark::line, "", "choice/months", "month", "total_usd", "", "", "option"}},
                              "",
                              {"work.", "own.", "lease.", "cloud."}});
}

}  // namespace

void add_choice(Document& document, const ChoiceQuestion& q) {
  std::vector<Option> options;
  if (q.own) options.push_back(owning(q.work, *q.own, q.cloud, q.rate));
  if (q.lease) options.push_back(leasing(q.work, *q.lease, q.cloud, q.rate));
  options.push_back(renting(q.work, q.cloud, q.rate));
  const std::vector<CheapestSpan> spans = cheapest_by_month(options, q.least_difference);
  const auto names_of = [&](const CheapestSpan& span) {
    std::string names;
    for (const std::size_t i : span.level) names += (names.empty() ? "" : " or ") + options[i].name;
    return names;
  };

  Table shown{
      "",
      fmt::format("Own, lease or cloud: what the work costs in all (present value at {:.1f} % a year)", 100 * q.rate),
      {count_column("", "work ends after", "months")}};
  for (const Option& option : options) shown.columns.push_back(dollar_column(option.name));
  shown.columns.push_back(text_column("", "cheapest"));
  const std::size_t months = q.work.chips.size();
  for (std::size_t next = 6, after = 0; after < months; next += next < 12 ? 6 : 12) {
    after = std::min(next, months);
    const std::size_t month = after - 1;
    std::vector<Cell> row = {fmt::format("{} month{}", after, after == 1 ? "" : "s")};
    for (const Option& option : options) row.push_back(dollars(option.total[month]));
    for (const CheapestSpan& span : spans)
      if (static_cast<int>(month) >= span.from_month && static_cast<int>(month) <= span.to_month)
        row.push_back(names_of(span));
    shown.rows.push_back(std::move(row));
  }
  document.add(std::move(shown));
  document.put("choice/discount_rate", q.rate);

  Table all{"choice/options", "", {data_column("name"), data_column("total_usd", "USD")}};
  all.file = "-";
  Table file{
      "choice", "", {data_column("month"), data_column("option"), data_column("part"), data_column("usd", "USD")}};
  file.in_data = false;
  for (std::size_t part = 0; part < cost_parts; ++part)
    all.columns.push_back(data_column("parts_usd/" + std::string(cost_part_name(static_cast<CostPart>(part))), "USD"));
  for (const Option& option : options) {
    std::vector<Cell> total;
    for (const Money month : option.total) total.push_back(month.value());
    std::vector<Cell> row = {option.name, Cell(Value(std::move(total)))};
    for (std::size_t part = 0; part < cost_parts; ++part) {
      std::vector<Cell> by_month;
      for (const CostParts& month : option.parts) by_month.push_back(month[part]);
      row.push_back(Cell(Value(std::move(by_month))));
    }
    all.rows.push_back(std::move(row));
    for (std::size_t month = 0; month < option.parts.size(); ++month)
      for (std::size_t part = 0; part < cost_parts; ++part)
        file.rows.push_back({month + 1, option.name, std::string(cost_part_name(static_cast<CostPart>(part))),
                             option.parts[month][part]});
  }
  document.add(std::move(all)).add(std::move(file));
  add_months_of_work(document, q, options);

  Table cheapest{"choice/cheapest",
                 "",
                 {data_column("from_month"), data_column("to_month"), data_column("cheapest"), data_column("runner_up"),
                  data_column("saving_usd", "USD"), data_column("decided_by"), data_column("no_difference")}};
  cheapest.file = "-";
  for (const CheapestSpan& span : spans) {
    std::string text = fmt::format("  {} from {} {}", names_of(span), span.from_month + 1,
                                   span.from_month == 0 ? "month on" : "months on");
    if (span.level.size() > 1) text += fmt::format(": no difference within {}", per_cent(q.least_difference));
    else if (options.size() > 1)
      text += fmt::format(": {} less than {}, most of it in {}", dollars(span.saving), options[span.runner_up].name,
                          cost_part_name(span.decided_by));
    document.say(text + '\n');
    cheapest.rows.push_back({span.from_month + 1, span.to_month + 1, names_of(span), options[span.runner_up].name,
                             span.saving.value(), std::string(cost_part_name(span.decided_by)), span.level.size() > 1});
  }
  document.add(std::move(cheapest));
}

void add_leased(Document& document, const LeaseQuestion& q) {
  const auto results = [](std::string heading) {
    return Table{"", std::move(heading), {text_column("", "result"), dollar_column("value")}};
  };
  const auto put_rates = [&](const std::string& key, const InternalRates& rates) {
    document.put(key, Cell(Value(std::vector<Cell>(rates.rates.begin(), rates.rates.end()))));
  };
  Money rent;
  for (const Money month : due_by_month(q.lease)) rent += month;
  if (q.sale) {
    const SaleAndLeasebackResult r = sale_and_leaseback(*q.sale, q.lease);
    Table t =
        results(fmt::format("Sold on {} and leased back for {} months", q.lease.start.text(), lease_months(q.lease)));
    t.rows = {{"price", dollars(q.sale->price)},
              {"gain over book value", dollars(r.gain)},
              {"rent over the lease", dollars(rent)},
              {"value lost at its end", dollars(q.sale->residual_lost)},
              {"cost of the money, a year", rates_text(r.cost_of_money)}};
    document.add(std::move(t));
    document.put("sale_and_leaseback/price_usd", q.sale->price.value(), "USD")
        .put("sale_and_leaseback/gain_usd", r.gain.value(), "USD")
        .put("sale_and_leaseback/rent_usd", rent.value(), "USD");
    put_rates("sale_and_leaseback/costs_of_money", r.cost_of_money);
  }
  if (!q.venture) return;
  const JointVentureResult r = joint_venture(*q.venture, q.lease);
  Table t = results(fmt::format("A venture that owns what is leased from {} for {} months", q.lease.start.text(),
                                lease_months(q.lease)));
  t.rows = {{"debt", dollars(r.debt)},
            {"debt service a month", dollars(r.debt_service)},
            {"operator's equity", dollars(r.operator_equity)},
            {"partner's equity", dollars(r.partner_equity)},
            {"rent over the lease", dollars(rent)},
            {"guarantee paid at its end", dollars(r.guarantee_paid)},
            {"partner's return, a year", rates_text(r.partner_return)},
            {"operator's cost of the money, a year", rates_text(r.cost_of_money)}};
  document.add(std::move(t));
  for (const auto& [key, amount] : {std::pair{"debt_usd", r.debt},
                                    {"debt_service_a_month_usd", r.debt_service},
                                    {"operator_equity_usd", r.operator_equity},
                                    {"partner_equity_usd", r.partner_equity},
                                    {"rent_usd", rent},
                                    {"guarantee_paid_usd", r.guarantee_paid}})
    document.put(std::string("venture/") + key, amount.value(), "USD");
  put_rates("venture/partner_returns", r.partner_return);
  put_rates("venture/costs_of_money", r.cost_of_money);
  Table years{"venture/years",
              "",
              {data_column("year"), data_column("operator_usd", "USD"), data_column("partner_usd", "USD")}};
  const auto partner = by_year(r.partner_flow);
  for (const auto& [year, amount] : by_year(r.operator_flow))
    years.rows.push_back({year, amount.value(), partner[years.rows.size()].second.value()});
  document.add(std::move(years));
  document.figures.push_back({"venture",
                              "Cash of the venture's partners by year",
                              "Venture",
                              "USD",
                              Plot::time,
                              {{Mark::bar, "operator", "venture/years", "year", "operator_usd"},
                               {Mark::bar, "partner", "venture/years", "year", "partner_usd"}},
                              "",
                              {"venture.", "lease."}});
}

namespace {

/// What binds in each year, and what lifting it alone would let come true. Power that is needed after the last year
/// whose power is known may come from what is not known yet.
Table limits_table(const std::vector<YearOfCommitments>& years, const std::vector<YearLimit>& limits) {
  Table t{"",
          "What binds, as announced",
          {text_column("", "year"), text_column("", "binds"), dollar_column("short of"), percent_column("", "is"),
           text_column("", "then binds")}};
  for (std::size_t i = 0; i < limits.size(); ++i) {
    const YearLimit& limit = limits[i];
    const char* const power_name = limit.ready_year < limit.year ? "power, not known" : "power";
    const bool money = limit.without_money >= limit.without_power;
    const double share = std::max(limit.without_money, limit.without_power),
                 next = std::min(limit.without_money, limit.without_power);
    if (share <= 0) t.rows.push_back({std::to_string(limit.year), "nothing", "", "", ""});
    else
      t.rows.push_back({std::to_string(limit.year), money ? "money" : power_name,
                        money ? dollars(years[i].gap) : format(limit.power_short),
                        fmt::format("{:.0f} % of what is {}", 100 * share, money ? "due" : "in force"),
                        next > 0 ? fmt::format("{}, {:.0f} %", money ? power_name : "money", 100 * next) : ""});
  }
  return t;
}

/// Up to when power is known, where a later year needs more.
void say_power_known(Document& document, const std::vector<YearLimit>& limits) {
  for (const YearLimit& limit : limits)
    if (limit.ready_year > 0 && limit.ready_year < limit.year && limit.without_power > 0) {
      document.say(fmt::format("  power after {} is taken as the {} that stand then; what else comes is not known\n",
                               limit.ready_year, format(limit.ready)));
      return;
    }
}

void add_claims(Document& document, const programme::CommitmentLedger& q) {
  if (q.claims.empty()) return;
  Table t{
      "commitments/claims",
      "Claims against the ledger",
      {text_column("said", "said"), text_column("what", "claim"), dollar_column("claimed"),
       dollar_column("ledger of that day"), percent_column("", "off"), dollar_column("claimed"),
       dollar_column("ledger"), percent_column("", "off"), data_column("usd", "USD"), data_column("ledger_usd", "USD"),
       data_column("watts", "W"), data_column("ledger_watts", "W"), data_column("source")}};
  t.file = "-";
  auto off = [](double ledger, double claimed) {
    return claimed > 0 ? per_cent(ledger / claimed - 1, 0, true) : std::string();
  };
  for (const Claim& claim : q.claims) {
    const ClaimCheck check = check_claim(q.book, q.payer, claim);
    const bool money = claim.amount > Money(0), power = claim.power > Power(0);
    t.rows.push_back({claim.said, claim.what, money ? dollars(claim.amount) : "", money ? dollars(check.amount) : "",
                      off(check.amount.value(), claim.amount.value()), power ? format(claim.power) : "",
                      power ? format(check.power) : "", off(check.power.value(), claim.power.value()),
                      claim.amount.value(), check.amount.value(), claim.power.value(), check.power.value(),
                      claim.source});
  }
  document.add(std::move(t));
}

std::string times_text(double times) {
  return times < 1e6 ? fmt::format("{:.1f} times", times) : fmt::format("{:.2g} times", times);
}

/// Rows of the book as data.
Table rows_table(const std::string& key, const std::vector<Commitment>& rows) {
  Table t{key, "", {}};
  for (const auto& [name, unit] : {std::pair{"id", ""},
                                   {"payer", ""},
                                   {"payee", ""},
                                   {"what", ""},
                                   {"state", ""},
                                   {"said", ""},
                                   {"start", ""},
                                   {"end", ""},
                                   {"usd", "USD"},
                                   {"watts", "W"},
                                   {"chips", "accelerators"},
                                   {"take_or_pay", "share"},
                                   {"financed_usd", "USD"},
                                   {"source", ""}})
    t.columns.push_back(data_column(name, unit));
  for (const Commitment& row : rows)
    t.rows.push_back({row.id, row.payer, row.payee, row.what, std::string(state_name(row.state)), row.said, row.start,
                      row.end, row.amount.value(), row.power.value(), row.chips.value(), row.take_share,
                      row.financed.value(), row.source});
  return t;
}

/// What falls due of the payer in each year, by how firm it is.
void add_due_by_state(Document& document, const std::vector<Obligation>& owed) {
  std::map<int, std::array<double, states>> due;
  for (const Obligation& o : owed)
    for (const auto& [year, amount] : by_year(o.due))
      due[year][static_cast<std::size_t>(o.row.state)] += amount.value();
  Table t{"commitments/due_by_state", "", {data_column("year"), data_column("state"), data_column("usd", "USD")}};
  t.file = "due_by_state";
  for (const auto& [year, by_state] : due)
    for (std::size_t s = 0; s < states; ++s)
      if (by_state[s] != 0) t.rows.push_back({year, std::string(state_name(static_cast<State>(s))), by_state[s]});
  document.add(std::move(t));
}

void add_commitment_figures(Document& document) {
  const std::vector<std::string> facts = {"commitment", "cash.", "ledger."};
  const auto years = [](Mark mark, const char* name, const char* value) {
    return Layer{mark, name, "commitments/years", "year", value};
  };
  document.figures.push_back({"due",
                              "What falls due in each year, by how firm it is",
                              "Commitments",
                              "USD",
                              Plot::time,
                              {{Mark::stack, "", "commitments/due_by_state", "year", "usd", "", "", "state"}},
                              "",
                              facts});
  document.figures.push_back({"funding_gap",
                              "What is due, what pays for it and the gap, by year",
                              "Commitments",
                              "USD",
                              Plot::time,
                              {years(Mark::bar, "due", "due_usd"), years(Mark::bar, "financed", "financed_usd"),
                               years(Mark::bar, "own cash", "own_cash_usd"), years(Mark::bar, "raised", "raised_usd"),
                               years(Mark::bar, "gap as announced", "gap_usd"),
                               years(Mark::bar, "gap as it may come true", "gap_as_drawn_usd")},
                              "",
                              facts});
  document.figures.push_back({"contracted_power",
                              "Power in force at the end of the year",
                              "Commitments",
                              "W",
                              Plot::time,
                              {years(Mark::bar, "contracted", "watts")},
                              "",
                              facts});
  document.figures.push_back({"standing",
                              "Commitments from their first to their last payment",
                              "Commitments",
                              "",
                              Plot::schedule,
                              {{Mark::bar, "", "commitments/standing", "start", "id", "end", "payee", "state"}},
                              "",
                              facts});
  document.figures.push_back({"by_payee",
                              "Who is promised how much",
                              "Commitments",
                              "USD",
                              Plot::ranking,
                              {{Mark::bar, "in all", "commitments/by_payee_usd", "payee", "usd"}},
                              "",
                              facts});
  document.figures.push_back({"by_state",
                              "How firm it is",
                              "Commitments",
                              "USD",
                              Plot::ranking,
                              {{Mark::bar, "in all", "commitments/by_state_usd", "state", "usd"}},
                              "",
                              facts});
}

}  // namespace

void add_revenue(Document& document, const programme::CommitmentLedger& q, const std::vector<YearOfCommitments>& years,
                 const std::string& key) {
  if (!q.revenue) return;
  const RevenuePath path = revenue_that_closes(years, *q.revenue, q.revenue_year, q.compute_share);
  Table t{"",
          fmt::format(
              "What would have to be true: {:.0f} % of revenue goes to computing, and from {} in {} revenue reaches",
              100 * q.compute_share, dollars(*q.revenue), q.revenue_year),
          {text_column("", "year"), dollar_column("revenue"),
           percent_column("", fmt::format("growth from {}", q.revenue_year)),
           fixed_column("", "demand, prices as now", "", 1),
           fixed_column("", fmt::format("at {:+.0f} % a year", 100 * q.price_change), "", 1)}};
  Table needed{key + "/revenue_needed_usd", "", {data_column("year"), data_column("usd", "USD")}};
  needed.keyed = true, needed.file = "-";
  for (const auto& [year, amount] : path.needed) {
    needed.rows.push_back({std::to_string(year), amount.value()});
    const int ahead = year - q.revenue_year;
    if (ahead <= 0 || !(*q.revenue > Money(0))) continue;
    const double times = amount / *q.revenue;
    t.rows.push_back({std::to_string(year), dollars(amount),
                      times <= 1 ? "none needed" : per_cent(std::pow(times, 1.0 / ahead) - 1) + " a year",
                      times_text(times), times_text(times / std::pow(1 + q.price_change, ahead))});
  }
  document.add(std::move(t)).add(std::move(needed));
  document.put(key + "/revenue_growth_needed", path.growth);
  std::string text = fmt::format("  with what a year leaves over kept, revenue must grow {} a year for all of them",
                                 per_cent(path.growth));
  for (const double change : {-0.2, 0.2}) {
    const double share = q.compute_share + change;
    if (share > 0 && share <= 1)
      text += fmt::format(", {} with {:.0f} % of it for computing",
                          per_cent(revenue_that_closes(years, *q.revenue, q.revenue_year, share).growth), 100 * share);
  }
  document.say(text + '\n');
}

void add_commitments(Document& document, const programme::CommitmentLedger& q, const std::vector<Spread>& gaps) {
  const std::vector<Commitment> standing = q.book.standing(q.date);
  const CommitmentTotals totals = totals_of(q.book, q.date);
  const std::vector<YearOfCommitments> years = years_of(q.book, q.payer, q.date, q.cash);
  const std::vector<YearLimit> limits = limits_of(years, q.own_power);

  Table shown{"",
              fmt::format("Commitments standing on {}", q.date.text()),
              {text_column("", "commitment"), text_column("", "paid to"), text_column("", "state"),
               text_column("", "said"), dollar_column("amount"), dollar_column("due by then"), dollar_column("power"),
               text_column("", "from"), text_column("", "to")}};
  std::map<std::string, Money> due_by_then;
  for (const Obligation& o : obligations(q.book, q.date)) due_by_then[o.row.id] += o.total_by_then();
  for (const Commitment& row : standing)
    shown.rows.push_back({row.id, row.payee, std::string(state_name(row.state)), row.said, dollars(row.amount),
                          dollars(due_by_then[row.id]), row.power > Power(0) ? format(row.power) : "", row.start,
                          row.end});
  document.add(std::move(shown));
  document.put("commitments/payer", q.payer).put("commitments/as_of", q.date);
  Table rows = rows_table("commitments/rows", q.book.rows());
  rows.file = "ledger";
  document.add(std::move(rows));
  rows = rows_table("commitments/standing", standing);
  rows.columns.push_back(data_column("due_by_then_usd", "USD"));
  for (std::size_t i = 0; i < standing.size(); ++i) rows.rows[i].push_back(due_by_then[standing[i].id].value());
  rows.file = "-";
  document.add(std::move(rows));

  Table by_state{"commitments/by_state_usd", "", {data_column("state"), data_column("usd", "USD")}},
      state_rows{"", "By state", {text_column("", "state"), dollar_column("amount")}};
  Table by_payee{"commitments/by_payee_usd", "", {data_column("payee"), data_column("usd", "USD")}};
  by_state.keyed = by_payee.keyed = true, by_state.file = by_payee.file = "-";
  for (std::size_t i = 0; i < states; ++i) {
    const std::string name(state_name(static_cast<State>(i)));
    by_state.rows.push_back({name, totals.by_state[i].value()});
    if (totals.by_state[i] > Money(0)) state_rows.rows.push_back({name, dollars(totals.by_state[i])});
  }
  for (const auto& [payee, amount] : totals.by_payee) by_payee.rows.push_back({payee, amount.value()});
  document.add(std::move(state_rows)).add(std::move(by_state)).add(std::move(by_payee));
  document.say(
      fmt::format("  {} in all without the cancelled; the largest counterparty has {:.0f} %, Herfindahl {:.2f}\n",
                  dollars(totals.total), 100 * totals.largest_share, totals.herfindahl));
  document.put("commitments/total_usd", totals.total.value(), "USD")
      .put("commitments/largest_share", totals.largest_share, "share");
  document.put("commitments/herfindahl", totals.herfindahl);

  Table by_year{"commitments/years", fmt::format("{} by year, as announced", q.payer), {text_column("", "year")}};
  for (const char* heading : {"due", "financed", "own cash", "raised", "gap", "contracted"})
    by_year.columns.push_back(dollar_column(heading));
  if (!gaps.empty())
    for (const char* heading : {"gap P10", "P50", "P90"}) by_year.columns.push_back(dollar_column(heading));
  for (const auto& [name, unit] : {std::pair{"year", ""},
                                   {"due_usd", "USD"},
                                   {"take_or_pay_usd", "USD"},
                                   {"financed_usd", "USD"},
                                   {"own_cash_usd", "USD"},
                                   {"raised_usd", "USD"},
                                   {"gap_usd", "USD"},
                                   {"watts", "W"},
                                   {"share_without_money", "share"},
                                   {"share_without_power", "share"},
                                   {"ready_watts", "W"},
                                   {"ready_year", ""},
                                   {"gap_p10_usd", "USD"},
                                   {"gap_p50_usd", "USD"},
                                   {"gap_p90_usd", "USD"}})
    by_year.columns.push_back(data_column(name, unit));
  by_year.columns.push_back(data_column("gap_as_drawn_usd", "USD"));
  for (std::size_t k = by_year.columns.size() - 4; k < by_year.columns.size(); ++k) by_year.columns[k].optional = true;
  by_year.file = "years";
  for (std::size_t i = 0; i < years.size(); ++i) {
    const YearOfCommitments& x = years[i];
    std::vector<Cell> row = {std::to_string(x.year), dollars(x.due), dollars(x.financed), dollars(x.own_cash),
                             dollars(x.raised),      dollars(x.gap), format(x.power)};
    if (!gaps.empty())
      for (const double gap : {gaps[i].p10, gaps[i].p50, gaps[i].p90}) row.push_back(dollars(Money(gap)));
    for (const double value :
         {static_cast<double>(x.year), x.due.value(), x.taken.value(), x.financed.value(), x.own_cash.value(),
          x.raised.value(), x.gap.value(), x.power.value(), limits[i].without_money, limits[i].without_power})
      row.push_back(value);
    if (limits[i].ready_year > 0) row.insert(row.end(), {Cell(limits[i].ready.value()), Cell(limits[i].ready_year)});
    else row.resize(row.size() + 2);
    if (gaps.empty()) row.resize(by_year.columns.size());
    else
      for (const double gap : {gaps[i].p10, gaps[i].p50, gaps[i].p90}) row.push_back(gap);
    if (!gaps.empty()) row.push_back(gaps[i]);
    by_year.rows.push_back(std::move(row));
  }
  document.add(std::move(by_year));
  document.add(limits_table(years, limits));
  say_power_known(document, limits);
  add_claims(document, q);
  add_revenue(document, q, years, "commitments");
  add_due_by_state(document, obligations(q.book, q.payer, q.date));
  add_commitment_figures(document);
}

}  // namespace orrery::study
