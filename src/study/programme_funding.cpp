// The answer of a site programme with a ledger: the funding gap, what waits for money, power by year, what falls with
// each commitment, and the revenue that would close the gap.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "programme/funding.h"
#include "study/finance.h"
#include "study/programme.h"

namespace orrery::study {
namespace {

using namespace programme;
using Group = programme::Output::Group;

Spread spread_or(const ProgrammeResult& r, Group group, int index, int site, double at_medians) {
  for (std::size_t i = 0; r.has_trials && i < r.outputs.size(); ++i)
    if (r.outputs[i].group == group && r.outputs[i].index == index && r.outputs[i].site == site) return r.spreads[i];
  return {at_medians, at_medians, at_medians};
}

double sum_of(const std::vector<double>& months) {
  return std::accumulate(months.begin(), months.end(), 0.0);
}

/// Dollars; a dash for none.
Cell dollars(double usd) {
  const Cell amount(Amount{usd, dimension::money});
  return usd != 0 ? amount : Cell(amount.value, "-");
}

Table gap_table(const ProgrammeResult& r) {
  const Funding& f = *r.plan.funding;
  Table t{"gap",
          fmt::format("What {} is asked for by quarter, and what of it has no money{}", f.ledger.payer,
                      r.has_trials ? " (inputs at their medians, and P10 to P90)" : ""),
          {text_column("quarter", "quarter"), amount_column("due_usd", "due", dimension::money),
           amount_column("money_usd", "money", dimension::money), amount_column("gap_usd", "gap", dimension::money)}};
  if (r.has_trials)
    for (const auto& [key, heading] : {std::pair{"p10", "gap P10"}, {"p50", "P50"}, {"p90", "P90"}})
      t.columns.push_back(amount_column(key, heading, dimension::money));
  else
    for (const char* key : {"p10", "p50", "p90"}) t.columns.push_back(data_column(key, "USD"));
  t.columns.push_back(amount_column("left_usd", "gap of what starts", dimension::money));
  t.columns.push_back(data_column("drawn", "USD"));
  const std::vector<QuarterOfFunding> quarters = funding_quarters(r.plan, *r.forecast.funding);
  for (std::size_t q = 0; q < quarters.size(); ++q) {
    const QuarterOfFunding& x = quarters[q];
    const Spread drawn = spread_or(r, Group::gap, static_cast<int>(q), -1, x.gap);
    std::vector<Cell> row = {quarter_name(x.first), dollars(x.due), dollars(x.money), dollars(x.gap)};
    for (const double p : {drawn.p10, drawn.p50, drawn.p90}) row.push_back(dollars(p));
    row.push_back(dollars(x.left)), row.push_back(drawn);
    t.rows.push_back(std::move(row));
  }
  return t;
}

std::string wait_text(double days) {
  if (!std::isfinite(days)) return "does not start";
  return days > 0 ? fmt::format("{:.0f} days", days) : "-";
}

/// What each commitment comes to, what it pays for, and how long that waits.
Table items_table(const ProgrammeResult& r) {
  const Funding& f = *r.plan.funding;
  const FundingForecast& x = *r.forecast.funding;
  Table t{"funded",
          "What is paid for" + std::string(r.has_trials ? " (inputs at their medians, and P10 to P90)" : ""),
          {text_column("name", "commitment"), text_column("payee", "paid to"), text_column("state", "state"),
           amount_column("due_usd", "due to its end", dimension::money), percent_column("share", "share"),
           amount_column("paid_usd", "paid", dimension::money), text_column("first_paid", "first paid"),
           text_column("", "waits for money"), data_column("waits", "day"), text_column("pays_for", "pays for")}};
  for (const auto& [key, heading] :
       {std::pair{"starts_p10", "first paid, P10"}, {"starts_p50", "P50"}, {"starts_p90", "P90"}})
    t.columns.push_back(r.has_trials ? text_column(key, heading) : data_column(key, "date"));
  double all = 0;
  for (const std::vector<double>& item : x.asked) all += sum_of(item);
  const auto day = [&](double days) {
    const bool within = std::isfinite(days) && days <= r.plan.end - r.plan.start;
    return within ? Cell(day_of(r.plan, days).text()) : Cell(Value{}, "-");
  };
  for (std::size_t i = 0; i < x.asked.size(); ++i) {
    const double due = sum_of(x.asked[i]);
    std::vector<Cell> row;
    if (i == f.items.size()) {
      if (!(due > 0)) break;
      row = {"beside them", "", ""};
    } else {
      row = {f.items[i].name, f.items[i].payee, std::string(money::state_name(f.items[i].state))};
    }
    row.insert(row.end(), {dollars(due), all > 0 ? Cell(due / all) : Cell(), dollars(sum_of(x.paid[i]))});
    if (i == f.items.size()) {
      row.resize(t.columns.size());
      t.rows.push_back(std::move(row));
      break;
    }
    const FundedItem& item = f.items[i];
    const bool waits = item.state != money::State::cancelled;
    const Spread starts = spread_or(r, Group::item_start, static_cast<int>(i), -1, x.starts[i]);
    row.insert(row.end(),
               {day(x.starts[i]), waits ? Cell(wait_text(x.waits[i])) : Cell("-"),
                std::isfinite(x.waits[i]) ? Cell(x.waits[i]) : Cell(), fmt::format("{}", fmt::join(item.parts, ", ")),
                day(starts.p10), day(starts.p50), day(starts.p90)});
    t.rows.push_back(std::move(row));
  }
  return t;
}

/// In words: who is paid how much of it.
std::string concentration(const ProgrammeResult& r) {
  const Funding& f = *r.plan.funding;
  const FundingForecast& x = *r.forecast.funding;
  std::map<std::string, double> by_payee;
  double all = 0;
  for (std::size_t i = 0; i < f.items.size(); ++i) {
    const double asked = sum_of(x.asked[i]);
    by_payee[f.items[i].payee] += asked, all += asked;
  }
  if (!(all > 0)) return "";
  double largest = 0, herfindahl = 0;
  std::string who;
  for (const auto& [payee, asked] : by_payee) {
    if (asked > largest) largest = asked, who = payee;
    herfindahl += asked / all * asked / all;
  }
  return fmt::format(
      "  {} of what is due to the end of the forecast goes to {}; Herfindahl {:.2f} over {} counterparties\n",
      per_cent(largest / all), who, herfindahl, by_payee.size());
}

Table power_table(const ProgrammeResult& r) {
  Table t{"funded_power",
          "Power of the commitments at the end of each year" +
              std::string(r.has_trials ? " (P10 to P90 of what is financed, built and running)" : ""),
          {text_column("date", "date"), amount_column("announced_w", "announced", dimension::power),
           amount_column("contracted_w", "contracted", dimension::power),
           amount_column("financed_w", "financed", dimension::power),
           amount_column("built_w", "built here", dimension::power),
           amount_column("running_w", "running here", dimension::power),
           amount_column("chips_announced_w", "chips bought: announced", dimension::power),
           amount_column("chips_contracted_w", "contracted", dimension::power),
           amount_column("chips_financed_w", "financed", dimension::power)}};
  const std::vector<YearOfPower> years = power_by_year(r.plan, r.forecast);
  for (std::size_t y = 0; y < years.size(); ++y) {
    const YearOfPower& x = years[y];
    const auto drawn = [&](int which, double at) {
      return Cell(spread_or(r, Group::powered, static_cast<int>(y), which, at));
    };
    const auto power = [](double watts) { return Cell(Amount{watts, dimension::power}); };
    t.rows.push_back({x.last.text(), power(x.capacity.announced), power(x.capacity.contracted),
                      drawn(0, x.capacity.financed), drawn(1, x.built), drawn(2, x.running), power(x.chips.announced),
                      power(x.chips.contracted), drawn(3, x.chips.financed)});
  }
  return t;
}

/// What goes with each commitment, were it to fail from the ledger's day on.
Table falls_table(const ProgrammeResult& r) {
  const Funding& f = *r.plan.funding;
  Table t{
      "what_falls",
      "What falls with each commitment" + std::string(r.has_trials ? " (inputs at their medians)" : ""),
      {text_column("name", "were it to fail"), amount_column("payments_usd", "payments that fall", dimension::money),
       text_column("payee", "that were to go to"), amount_column("gap_usd", "less of a gap", dimension::money),
       count_column("usable", "usable at the end", "accelerators"),
       text_column("sooner", "then starts sooner, or at all")}};
  const auto gap_of = [&](const FundingForecast& x) {
    double gap = 0;
    for (const QuarterOfFunding& q : funding_quarters(r.plan, x)) gap += q.gap;
    return gap;
  };
  const FundingForecast& now = *r.forecast.funding;
  const double end = r.plan.end - r.plan.start;
  for (std::size_t i = 0; i < f.items.size(); ++i) {
    const FundedItem& item = f.items[i];
    if (item.state == money::State::cancelled || (!(sum_of(now.asked[i]) > 0) && !item.tied())) continue;
    const Forecast without = simulate_funded(r.plan, {}, static_cast<int>(i));
    std::vector<std::string> sooner;
    for (std::size_t k = 0; k < f.items.size(); ++k)
      if (k != i && without.funding->waits[k] < now.waits[k]) sooner.push_back(f.items[k].name);
    double usable = without.usable.at(end) - r.forecast.usable.at(end);
    for (const std::size_t rental : item.rentals) usable -= without.rentals[rental].at(end);  // begun, and handed back
    t.rows.push_back({item.name, dollars(sum_of(now.asked[i]) - sum_of(without.funding->asked[i])), item.payee,
                      dollars(gap_of(now) - gap_of(*without.funding)),
                      std::fabs(usable) < 0.5 ? Cell(Value(0.0), "-") : Cell(usable),
                      sooner.empty() ? "-" : fmt::format("{}", fmt::join(sooner, ", "))});
  }
  return t;
}

/// What is asked for by year, as a ledger's years are.
std::vector<money::YearOfCommitments> years_asked(const ProgrammeResult& r) {
  const Funding& f = *r.plan.funding;
  const FundingForecast& x = *r.forecast.funding;
  std::map<int, money::YearOfCommitments> years;
  for (std::size_t m = 0; m < f.months(r.plan); ++m) {
    const int year = add_months(f.first, static_cast<int>(m)).year();
    years[year].year = year;
    for (const std::vector<double>& item : x.asked) years[year].due += Money(item[m]);
    const auto raised = f.ledger.cash.raised.find(year);
    if (raised != f.ledger.cash.raised.end()) years[year].raised = raised->second;
  }
  std::vector<money::YearOfCommitments> out;
  for (const auto& [year, of] : years) out.push_back(of);
  return out;
}

}  // namespace

void add_funding(Document& document, const ProgrammeResult& r) {
  if (!r.plan.funding) return;
  const Funding& f = *r.plan.funding;
  document.put("funding/payer", f.ledger.payer).put("funding/as_of", f.ledger.date).put("funding/limits", f.limits);
  document.add(gap_table(r));
  document.add(items_table(r));
  if (const std::string text = concentration(r); !text.empty()) document.say(text + "\n");
  document.add(power_table(r));
  document.add(falls_table(r));
  add_revenue(document, f.ledger, years_asked(r), "funding");
}

void add_funding_figures(Document& document, const ProgrammeResult& r) {
  if (!r.plan.funding) return;
  Figure gap{"gap", "Funding gap of each quarter", "Funding", "USD"};
  gap.layers = {{Mark::band, r.has_trials ? "gap, P10 to P90" : "gap", "gap", "quarter", "drawn"},
                {Mark::step, "due", "gap", "quarter", "due_usd"},
                {Mark::step, "money", "gap", "quarter", "money_usd"}};
  Figure power{"funded_power", "Power of the commitments, capacity", "Funding", "W"};
  power.layers = {{Mark::line, "announced", "funded_power", "date", "announced_w"},
                  {Mark::line, "contracted", "funded_power", "date", "contracted_w"},
                  {Mark::band, "running here", "funded_power", "date", "running_w"}};
  Figure falls{"what_falls", "Payments that fall with each commitment", "Funding", "USD", Plot::ranking};
  falls.layers = {{Mark::bar, "", "what_falls", "name", "payments_usd"}};
  for (Figure* figure : {&gap, &power, &falls}) {
    figure->facts = {"funding."};
    document.figures.push_back(std::move(*figure));
  }
}

}  // namespace orrery::study
