// A company's returns in a forecast are those of a finance file on the same lines.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "money/project/single_owner.h"
#include "programme/read.h"
#include "programme/simulate.h"
#include "study/finance.h"
#include "study/kinds.h"
#include "support/facts.h"

namespace orrery {
namespace {

/// 1,000 accelerators from the first day on, let for three years of 365 days at a fixed rent.
programme::Forecast forecast_with(const std::string& terms) {
  const std::string text =
      "start = 2025-01-01\nend = 2027-12-31\nslips = false\n"
      "[site.s]\nlocation = \"memphis\"\n"
      "[site.s.building.hall]\nclass = \"retrofit\"\nit_capacity = \"2 MW\"\ndate = 2025-01-01\n"
      "[site.s.power.grid]\ncapacity = \"4 MW\"\ndate = 2025-01-01\n"
      "[order.o]\nchips = \"1000 x h100-sxm\"\nlead_time = \"0 days\"\nprice = \"$30k/chip\"\n"
      "server_price = \"$0/chip\"\nnetwork_price = \"$0/chip\"\n"
      "[company.lab]\nrole = \"lab\"\n"
      "[company.servers]\nrole = \"servers\"\nowns = [\"order.o\"]\n" +
      terms +
      "[contract.k]\nkind = \"server lease\"\npayer = \"lab\"\npayee = \"servers\"\nof = \"order.o\"\n"
      "price = \"$1.4M/month\"\n";
  return programme::simulate(programme::make_plan(programme::parse_scenario(text, "test.toml"), facts()));
}

money::SingleOwnerResult finance_with(const std::string& terms, double revenue, double residual) {
  const std::string text = fmt::format(
      "[project]\nstart = 2025-01-01\nchips = \"1000 chips\"\nlife = \"3 years\"\nprice = \"${:.15g}/chip/h\"\n"
      "compute = \"$30k/chip\"\nrunning = \"$0/chip/h\"\ndiscount_rate = \"9%/year\"\nresidual = {:.15g}\n{}",
      revenue / (1000 * year_length.value() / 3600), residual, terms);
  const scenario::Form* const forms[] = {&study::finance_form()};
  const scenario::Scenario file = scenario::parse_scenario(text, "file.toml", {}, forms);
  scenario::Reader reader(file, facts());
  const study::FinanceQuestions questions = study::read_finance(reader);
  money::SingleOwnerWorkspace workspace;
  return money::run(questions.project->project, workspace);
}

}  // namespace

TEST(CompanyReturns, AreThoseOfAFinanceFileOnTheSameLines) {
  const std::string geared = "debt_share = 0.6\ndebt_rate = \"8%/year\"\ndebt_term = \"3 years\"\n",
                    sculpted = "debt_coverage = 1.5\ndebt_rate = \"7%/year\"\ndebt_term = \"2 years\"\n",
                    carried = "losses = \"carried forward\"\n";
  for (const std::string& terms : {std::string(), geared, sculpted, geared + carried}) {
    SCOPED_TRACE(terms);
    const programme::Forecast f = forecast_with("discount_rate = \"9%/year\"\n" + terms);
    const programme::CompanyForecast& company = f.companies[1];
    ASSERT_TRUE(company.returns);
    double first_year = 0;
    for (std::size_t m = 0; m < 12; ++m) first_year += company.book.receipts(m);
    const money::SingleOwnerResult of = finance_with(terms, first_year, company.book.residual / 30e6);
    EXPECT_NEAR(company.returns->irr, of.irr, 1e-9);
    EXPECT_NEAR(company.returns->net_present_value, of.npv, 0.01);
    EXPECT_NEAR(company.returns->debt, of.debt, 0.01);
    EXPECT_NEAR(company.returns->equity, of.equity, 0.01);
    if (!terms.empty()) EXPECT_NEAR(company.returns->coverage, of.minimum_coverage, 1e-9);
  }
}

/// What the answer of a scenario says that a party pays less what it gets, $, and what its books have.
TEST(CompanyWeb, WhatEachPaysAndGetsIsItsCash) {
  for (const char* name : {"infrastructure-companies-separate", "openai-2026"}) {
    SCOPED_TRACE(name);
    const study::Answer answer = study::answer(
        scenario::read_scenario(source_folder() + "/scenarios/" + name + ".toml", {}, study::forms_of(study::kinds())),
        facts(), study::kinds(), study::Sampling{});
    std::map<std::string, double> cash, web;
    const auto text = [](const study::Cell& cell) { return std::get<std::string>(cell.value); };
    const auto number = [](const study::Cell& cell) { return std::get<double>(cell.value); };
    std::size_t links = 0;
    for (const study::Block& block : answer.document.blocks) {
      const auto* table = std::get_if<study::Table>(&block);
      if (!table) continue;
      for (const auto& row : table->rows) {
        if (table->key == "company_books" && text(row[3]) == "cash") cash[text(row[1])] += number(row[4]);
        if (table->key == "company_links")
          web[text(row[0])] -= number(row[3]), web[text(row[1])] += number(row[3]), ++links;
        if (table->key == "company_parties") EXPECT_GE(number(row[4]), 2) << text(row[0]);
      }
    }
    EXPECT_GT(links, 5u);
    double all = 0;
    for (const auto& [company, amount] : cash) {
      EXPECT_NEAR(web[company], amount, 0.005) << company;
      all += amount;
    }
    EXPECT_NEAR(web["outside, paid"] + web["outside, paying"], -all, 0.01);
  }
}

}  // namespace orrery
