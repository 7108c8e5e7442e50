// A company's returns in a forecast are those of a finance file on the same lines.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "money/project/single_owner.h"
#include "programme/outputs.h"
#include "programme/read.h"
#include "programme/simulate.h"
#include "study/company_risks.h"
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

programme::Plan shipped(const std::string& name, const std::string& change = "") {
  const std::vector<std::string> changes = change.empty() ? std::vector<std::string>{} : std::vector{change};
  return programme::make_plan(programme::read_scenario(source_folder() + "/scenarios/" + name + ".toml", changes),
                              facts());
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

// Served a month later, a company earns a month less: the last year counts by its months, or its owners would lose a
// whole one at a time.
TEST(CompanyReturns, DoNotJumpWithTheLastYear) {
  double before = 0;
  for (int months = 20; months <= 36; ++months) {
    const programme::Plan plan = shipped("infrastructure-companies-separate",
                                         fmt::format("site.milam.power.supply.lead_time={} months", months));
    const programme::Forecast forecast = programme::simulate(plan);
    const auto& returns = forecast.companies.back().returns;
    ASSERT_TRUE(returns);
    if (months > 20) {
      EXPECT_NEAR(returns->net_present_value, before, 0.6e9) << months;
    }
    before = returns->net_present_value;
  }
}

// The rent of the servers is the lab's to pay and the servers' to get, before the tax of these; what accelerators are
// worth is the lab's; nothing of it is the land's.
TEST(CompanyRisks, ByHand) {
  const programme::Plan plan = shipped("infrastructure-companies-separate");
  const programme::Forecast f = programme::simulate(plan);
  const std::vector<study::CompanyRisk> risks = study::company_risks(plan, 1);
  const auto of = [&](const std::string& cause) {
    for (const study::CompanyRisk& risk : risks)
      if (risk.cause == cause) return risk;
    ADD_FAILURE() << cause;
    return study::CompanyRisk{"", std::vector<double>(5), std::vector<double>(5)};
  };
  // From 3.5 to 5.5 $ with 4.5 the likeliest: P10 and P90 stand as far from the median.
  const study::CompanyRisk rent = of("contract.servers.price_per_chip");
  EXPECT_NEAR(rent.at_p10[0], -rent.at_p90[0], 1e-6 * rent.at_p10[0]);
  EXPECT_GT(rent.at_p10[0], 1e9);
  EXPECT_LT(rent.at_p10[4], -1e9);
  EXPECT_EQ(rent.at_p10[1], 0);
  const std::vector<double>& paid = f.companies[0].book.by_contract[3];
  double worth = 0;
  for (std::size_t m = 0; m < paid.size(); ++m) worth += paid[m] * f.month_worth[m];
  const auto input = std::find_if(plan.inputs.begin(), plan.inputs.end(),
                                  [](const scenario::Input& i) { return i.name == "contract.servers.price_per_chip"; });
  ASSERT_NE(input, plan.inputs.end());
  const double p90 = input->distribution.quantile(0.9), median = input->distribution.median();
  EXPECT_NEAR(rent.at_p90[0], worth * (p90 / median - 1), 1e-3 * std::abs(rent.at_p90[0]));
  const study::CompanyRisk use = of("worth of an accelerator");
  EXPECT_GT(use.at_p90[0], 1e9);
  for (std::size_t c = 1; c < 5; ++c) EXPECT_EQ(use.at_p90[c], 0) << c;
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
        if (table->key == "company_payments")
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
