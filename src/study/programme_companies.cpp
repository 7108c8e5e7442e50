// The answer of a site programme: companies, what flows between them, and what is left for the owners of each.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "programme/accounts.h"
#include "programme/books.h"
#include "study/programme.h"

namespace orrery::study {
namespace {

using namespace programme;

/// The spread of an output of a company, by its place in outputs_of_company.
Spread of_company(const ProgrammeResult& r, std::size_t company, int which) {
  int seen = 0;
  for (std::size_t i = 0; i < r.outputs.size(); ++i)
    if (r.outputs[i].group == programme::Output::Group::company && r.outputs[i].index == static_cast<int>(company) &&
        seen++ == which)
      return r.spreads[i];
  return {NAN, NAN, NAN};
}

std::string party_name(const Plan& plan, std::size_t party) {
  return party < plan.companies.size() ? plan.companies[party].name : "outside";
}

/// What a company without capital pays on balance for a usable accelerator-hour, levelised (also past their life,
/// as it pays for them); none of a company that invests, receives more, or where none is usable.
Cell hour_of(const ProgrammeResult& r, const CompanyBook& book, double capital) {
  double paid = 0;
  for (std::size_t m = 0; m < book.sales.size(); ++m)
    paid += r.forecast.month_worth[m] * (book.running(m) - book.receipts(m));
  if (capital != 0 || !(paid > 0) || !(r.forecast.hours_worth > 0)) return Cell(Value{}, "-");
  return paid / r.forecast.hours_worth;
}

Table companies_table(const ProgrammeResult& r) {
  Table t{"companies",
          "Companies" + std::string(r.has_trials ? " (capital, receipts and running cost at medians)" : ""),
          {text_column("name", "company"), text_column("role", "role"),
           amount_column("capital_usd", "capital", dimension::money),
           amount_column("receipts_usd", "receipts", dimension::money),
           amount_column("running_usd", "running cost", dimension::money),
           amount_column("net_present_value_usd", "NPV", dimension::money),
           amount_column("owners_npv_usd", "NPV after debt and tax", dimension::money), percent_column("irr", "IRR", 1),
           amount_column("debt_usd", "debt", dimension::money), fixed_column("least_dscr", "least DSCR", "", 2),
           amount_column("peak_funding_usd", "peak funding", dimension::money),
           fixed_column("usd_per_accelerator_hour", "$/h", "USD/accelerator-hour", 2), data_column("equity_usd", "USD"),
           data_column("tax_usd", "USD"), data_column("service"), data_column("worth_usd", "USD"),
           data_column("residual_usd", "USD")}};
  for (std::size_t c = 0; c < r.plan.companies.size(); ++c) {
    const CompanyForecast& of = r.forecast.companies[c];
    double capital = 0, receipts = 0, running = 0, worth = 0;
    for (std::size_t m = 0; m < of.book.sales.size(); ++m)
      capital += of.book.capital(m), receipts += of.book.receipts(m), running += of.book.running(m),
          worth += of.book.worth[m];
    const auto money = [](double x) {
      const Cell amount(Amount{x, dimension::money});
      return x != 0 ? amount : Cell(amount.value, "-");
    };
    const auto project = project_of(r.plan, c, {}, of.book);
    const Cell none(Value{}, "-");
    const bool debt = of.returns && std::isfinite(of.returns->coverage);
    t.rows.push_back(
        {r.plan.companies[c].name, std::string(role_name(r.plan.companies[c].role)), money(capital), money(receipts),
         money(running), of_company(r, c, 0), of.returns ? Cell(of_company(r, c, 1)) : none,
         of.returns ? Cell(of_company(r, c, 2)) : none, debt ? Cell(of_company(r, c, 3)) : none,
         debt ? Cell(of_company(r, c, 4)) : none, of_company(r, c, 5), hour_of(r, of.book, capital),
         of.returns ? Cell(of.returns->equity) : Cell(), of.returns ? Cell(of.returns->tax) : Cell(),
         project ? Cell(r.plan.months[project->service].text().substr(0, 7)) : Cell(), worth, of.book.residual});
  }
  return t;
}

/// What each contract comes to.
Table contracts_table(const ProgrammeResult& r) {
  Table t{"company_contracts",
          "Contracts between them" + std::string(r.has_trials ? " (at medians)" : ""),
          {text_column("name", "contract"), text_column("kind", "kind"), text_column("state", "state"),
           text_column("payer", "from"), text_column("payee", "to"), text_column("of", "of"),
           amount_column("paid_usd", "in the forecast", dimension::money), text_column("first", "first paid"),
           text_column("last", "last")}};
  for (std::size_t c = 0; c < r.plan.contracts.size(); ++c) {
    const Contract& contract = r.plan.contracts[c];
    const std::vector<double>& paid =
        r.forecast.companies[static_cast<std::size_t>(contract.payee)].book.by_contract[c];
    double sum = 0;
    std::string first = "never", last = "never";
    for (std::size_t m = 0; m < paid.size(); ++m) {
      sum += paid[m];
      if (paid[m] == 0) continue;
      last = r.plan.months[m].text().substr(0, 7);
      if (first == "never") first = last;
    }
    t.rows.push_back({contract.name, std::string(kind_name(contract.kind)), std::string(state_name(contract.state)),
                      r.plan.companies[static_cast<std::size_t>(contract.payer)].name,
                      r.plan.companies[static_cast<std::size_t>(contract.payee)].name, contract.of,
                      Amount{sum, dimension::money}, first, last});
  }
  return t;
}

/// What flows between two parties in each year, $.
Table flows_table(const ProgrammeResult& r) {
  Table t{
      "company_flows", "", {data_column("year"), data_column("from"), data_column("to"), data_column("amount", "USD")}};
  const std::size_t parties = r.plan.companies.size() + 1;
  for (std::size_t m = 0; m + 1 < r.plan.months.size();) {
    std::size_t end = m;
    while (end + 1 < r.plan.months.size() && r.plan.months[end].year() == r.plan.months[m].year()) ++end;
    for (std::size_t from = 0; from < parties; ++from)
      for (std::size_t to = 0; to < parties; ++to) {
        if (from == to || (from + 1 == parties && to + 1 == parties)) continue;
        double sum = 0;
        for (std::size_t k = m; k < end; ++k)
          sum += from + 1 < parties ? std::max(0.0, -r.forecast.companies[from].book.with[to][k])
                                    : std::max(0.0, r.forecast.companies[to].book.with[from][k]);
        if (sum > 0)
          t.rows.push_back(
              {std::to_string(r.plan.months[m].year()), party_name(r.plan, from), party_name(r.plan, to), sum});
      }
    m = end;
  }
  return t;
}

/// What flows between two parties over the forecast, the largest first, $.
Table links_table(const ProgrammeResult& r) {
  Table t{"company_links",
          "",
          {data_column("link"), data_column("from"), data_column("to"), data_column("amount", "USD"),
           data_column("contracts")}};
  const std::size_t parties = r.plan.companies.size() + 1;
  for (std::size_t from = 0; from < parties; ++from)
    for (std::size_t to = 0; to < parties; ++to) {
      if (from == to) continue;
      double sum = 0;
      for (std::size_t m = 0; m + 1 < r.plan.months.size(); ++m)
        sum += from + 1 < parties ? std::max(0.0, -r.forecast.companies[from].book.with[to][m])
                                  : std::max(0.0, r.forecast.companies[to].book.with[from][m]);
      if (!(sum > 0)) continue;
      std::vector<std::string> contracts;
      for (const Contract& c : r.plan.contracts)
        if (c.payer == static_cast<int>(from) && c.payee == static_cast<int>(to)) contracts.push_back(c.name);
      t.rows.push_back({party_name(r.plan, from) + " to " + party_name(r.plan, to), party_name(r.plan, from),
                        party_name(r.plan, to), sum, fmt::format("{}", fmt::join(contracts, ", "))});
    }
  std::stable_sort(t.rows.begin(), t.rows.end(), [](const std::vector<Cell>& a, const std::vector<Cell>& b) {
    return std::get<double>(a[3].value) > std::get<double>(b[3].value);
  });
  return t;
}

/// Every month of every company with every party it has money with, by line or contract: the books, $.
Table books_table(const ProgrammeResult& r) {
  Table t{"company_books",
          "",
          {data_column("month"), data_column("company"), data_column("party"), data_column("what"),
           data_column("amount", "USD")}};
  t.file = "books", t.in_data = false;
  for (std::size_t c = 0; c < r.plan.companies.size(); ++c) {
    const CompanyBook& book = r.forecast.companies[c].book;
    for (std::size_t m = 0; m < book.sales.size(); ++m) {
      const std::string month = r.plan.months[m].text().substr(0, 7);
      const auto add = [&](const std::string& party, const std::string& what, double amount) {
        if (amount != 0) t.rows.push_back({month, r.plan.companies[c].name, party, what, amount});
      };
      for (std::size_t k = 0; k < book.by_contract.size(); ++k) {
        const Contract& contract = r.plan.contracts[k];
        const int other = contract.payer == static_cast<int>(c) ? contract.payee : contract.payer;
        if (!book.by_contract[k].empty())
          add(party_name(r.plan, static_cast<std::size_t>(other)), "contract." + contract.name, book.by_contract[k][m]);
      }
      for (std::size_t l = 0; l < book.by_line.size(); ++l)
        add("", line_name(static_cast<money::Line>(l)), book.by_line[l][m]);
      add("", "sales to other companies", book.sales[m]);
      add("", "cash", book.cash(m));
    }
  }
  return t;
}

/// The pro forma of those that have one, by year of service.
Table years_table(const ProgrammeResult& r) {
  using money::FlowLine;
  Table t{
      "company_years",
      "By year of service",
      {text_column("company", "company"), text_column("from", "from"), count_column("year", "year", ""),
       amount_column("revenue_usd", "revenue", dimension::money),
       amount_column("operating_usd", "operating cost", dimension::money),
       amount_column("depreciation_usd", "depreciation", dimension::money),
       amount_column("tax_usd", "tax", dimension::money), amount_column("interest_usd", "interest", dimension::money),
       amount_column("principal_usd", "principal", dimension::money), fixed_column("dscr", "DSCR", "", 2),
       amount_column("owners_usd", "to its owners", dimension::money)}};
  t.in_text = InText::longer;
  for (std::size_t c = 0; c < r.plan.companies.size(); ++c) {
    const auto of = project_of(r.plan, c, {}, r.forecast.companies[c].book);
    if (!of) continue;
    money::SingleOwnerWorkspace workspace;
    money::run(of->project, workspace);
    for (std::size_t year = 0; year <= static_cast<std::size_t>(of->project.years); ++year) {
      const auto line = [&](FlowLine l) {
        const double x = workspace.lines[l][year];
        const Cell amount(Amount{x, dimension::money});
        return x == 0 ? Cell(amount.value, "-") : amount;
      };
      const double dscr = year > 0 ? coverage_in(*of, workspace.lines, year) : INFINITY;
      const double tax = -workspace.lines[FlowLine::fedtax][year] - workspace.lines[FlowLine::statax][year];
      const Date from = add_months(r.plan.months[of->service], year == 0 ? 0 : 12 * static_cast<int>(year - 1));
      t.rows.push_back({r.plan.companies[c].name, year == 0 ? std::string("before") : from.text().substr(0, 7), year,
                        line(FlowLine::total_revenue), line(FlowLine::operating_expenses),
                        line(FlowLine::feddepr_total), Cell(Amount{tax, dimension::money}),
                        line(FlowLine::debt_payment_interest), line(FlowLine::debt_payment_principal),
                        std::isfinite(dscr) ? Cell(dscr) : Cell(Value{}, "-"),
                        line(FlowLine::project_return_aftertax)});
    }
  }
  return t;
}

/// What others do not get, and do not have, once a company has failed.
Table failures_table(const ProgrammeResult& r) {
  Table t{
      "company_failures",
      "What falls with a company that fails" + std::string(r.has_trials ? " (at medians)" : ""),
      {text_column("failed", "failed"), text_column("on", "on"), text_column("contract", "contract"),
       text_column("kind", "kind"), text_column("who", "who is left"),
       amount_column("unpaid_usd", "does not get", dimension::money), text_column("without", "and is left without")}};
  Plan whole = r.plan;
  for (Company& company : whole.companies) company.fails.reset();
  for (std::size_t k = 0; k < r.plan.contracts.size(); ++k) {
    const Contract& c = r.plan.contracts[k];
    const std::vector<double> then = paid_by_month(r.plan, c, {}, r.forecast),
                              otherwise = paid_by_month(whole, c, {}, r.forecast);
    double paid = 0, back = 0;
    for (std::size_t m = 0; m < then.size(); ++m) (otherwise[m] > 0 ? paid : back) += std::fabs(otherwise[m] - then[m]);
    const auto add = [&](int failed, int left, double amount, bool without) {
      const Company& company = r.plan.companies[static_cast<std::size_t>(failed)];
      t.rows.push_back({company.name, company.fails->text(), c.name, std::string(kind_name(c.kind)),
                        r.plan.companies[static_cast<std::size_t>(left)].name,
                        amount > 0 ? Cell(Amount{amount, dimension::money}) : Cell(Value(0.0), "-"),
                        without ? c.of : std::string("-")});
    };
    const auto fails = [&](int company) {
      const std::optional<Date>& day = r.plan.companies[static_cast<std::size_t>(company)].fails;
      return day ? *day : Date{std::numeric_limits<int>::max()};
    };
    if (paid > 0 && fails(c.payer) <= fails(c.payee)) add(c.payer, c.payee, paid, false);
    if (paid > 0 && fails(c.payee) < fails(c.payer)) add(c.payee, c.payer, 0, true);
    if (back > 0) add(c.payee, c.payer, back, false);
  }
  return t;
}

/// In words: debt that cash does not cover.
std::string uncovered(const ProgrammeResult& r) {
  std::string out;
  for (std::size_t c = 0; c < r.plan.companies.size(); ++c) {
    const auto& returns = r.forecast.companies[c].returns;
    if (returns && std::isfinite(returns->coverage) && returns->coverage < 1)
      out += fmt::format(
          "  {}: cash covers {:.2f} of its debt service in the worst year; its owners pay the rest, or "
          "it defaults.\n",
          r.plan.companies[c].name, returns->coverage);
  }
  return out;
}

/// What each company gains or loses where one thing comes out otherwise: as text the rows that move most.
void add_risks(Document& document, const ProgrammeResult& r) {
  constexpr std::size_t told = 10;
  constexpr double nothing = 5e5;  // $: it would read as none
  Table all{"company_risks",
            "",
            {data_column("cause"), data_column("company"), data_column("at_p10_usd", "USD"),
             data_column("at_p90_usd", "USD"), data_column("at_worse_usd", "USD")}};
  Table text{"",
             "Who bears which risk: what each is worth more where one thing comes out at its P10 / at its P90",
             {text_column("", "cause, or input by itself")}};
  for (const Company& company : r.plan.companies) text.columns.push_back(text_column("", company.name));
  for (const CompanyRisk& risk : r.risks) {
    std::vector<Cell> row = {risk.cause};
    bool moves = false;
    for (std::size_t c = 0; c < r.plan.companies.size(); ++c) {
      const double low = risk.at_p10[c], high = risk.at_p90[c];
      const bool moved = std::max(std::abs(low), std::abs(high)) >= nothing;
      moves |= moved;
      const auto signed_amount = [](double usd) { return (usd > 0 ? "+" : "") + format_amount(usd, dimension::money); };
      row.push_back(moved ? signed_amount(low) + " / " + signed_amount(high) : "-");
      all.rows.push_back({risk.cause, r.plan.companies[c].name, low, high, std::min({low, high, 0.0})});
    }
    if (moves && text.rows.size() < told) text.rows.push_back(std::move(row));
  }
  document.add(std::move(text)).add(std::move(all));
}

}  // namespace

void add_companies(Document& document, const ProgrammeResult& r) {
  if (r.plan.companies.empty()) return;
  document.add(companies_table(r));
  if (const std::string text = uncovered(r); !text.empty()) document.say(text + "\n");
  if (!r.plan.contracts.empty()) document.add(contracts_table(r));
  if (std::any_of(r.plan.companies.begin(), r.plan.companies.end(), [](const Company& c) { return c.fails; }))
    document.add(failures_table(r));
  add_risks(document, r);
  document.add(flows_table(r));
  document.add(links_table(r));
  add_company_web(document, r);
  document.add(years_table(r));
  document.add(books_table(r));
}

void add_company_figures(Document& document, const ProgrammeResult& r) {
  if (r.plan.companies.empty()) return;
  const std::string at_medians = r.has_trials ? " (inputs at their medians)" : "";
  Figure flows{"company_flows", "What each company pays, and to whom" + at_medians, "Companies", "USD"};
  flows.layers = {{Mark::stack, "", "company_flows", "year", "amount", "", "", "to"}};
  flows.choose = "from";
  Figure links = company_web_figure(r);
  Figure worth{"companies", "Net present value of each company, before debt and tax", "Companies", "USD",
               Plot::ranking};
  worth.layers = {{Mark::bar, band_name(r.has_trials), "companies", "name", "net_present_value_usd"}};
  Figure risks{"company_risks", "What each company loses where one thing comes out at the worse of its P10 and P90",
               "Companies", "USD", Plot::ranking};
  risks.layers = {{Mark::bar, "", "company_risks", "cause", "at_worse_usd"}};
  risks.choose = "company";
  for (Figure* figure : {&worth, &links, &flows, &risks}) {
    figure->facts = {"company.", "contract."};
    document.figures.push_back(std::move(*figure));
  }
}

}  // namespace orrery::study
