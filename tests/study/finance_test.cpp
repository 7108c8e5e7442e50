// Finance files: what is read and answered, and one message for each thing that cannot be.
#include "study/finance.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/files.h"
#include "support/answers.h"
#include "support/refusal.h"

namespace {

using namespace orrery;

study::FinanceQuestions read(const std::string& toml) {
  const scenario::Form* const forms[] = {&study::finance_form()};
  const scenario::Scenario scenario = scenario::parse_scenario(toml, "file.toml", {}, forms);
  scenario::Reader reader(scenario, facts());
  return study::read_finance(reader);
}

std::string refused(const std::string& toml) {
  return refusal([&] { read(toml); });
}

/// The yearly lines and the result of the project of a file.
struct Ran {
  money::SingleOwnerWorkspace workspace;
  money::SingleOwnerResult result;
};
Ran run(const study::FinanceQuestions& questions) {
  Ran ran;
  ran.result = money::run(questions.project->project, ran.workspace, true);
  return ran;
}
const std::string work = R"(
[work]
start = 2026-01-01
length = "36 months"
chips = "1000 chips"
discount_rate = "8%/year"
[cloud]
price = "$3/chip/h"
)";
const std::string lease = R"(
[lease]
start = 2026-01-01
end = 2029-01-01
rent = "$2/chip/h"
chips = "1000 chips"
)";
std::string commitment(const std::string& id, const std::string& more) {
  return "[[commitment]]\nid = \"" + id +
         "\"\npayer = \"lab\"\npayee = \"cloud\"\nsaid = 2026-01-01\nstart = 2027-01-01\n" + more;
}
const std::string ledger = "[ledger]\npayer = \"lab\"\nas_of = 2026-06-01\n";

}  // namespace

TEST(FinanceFile, the_owners_band_is_in_order_and_owning_is_cheaper) {
  const std::string path = source_folder() + "/scenarios/finance/own-lease-cloud.toml";
  const study::Answer a = study::answer_of_text(read_file(path), "file.toml");
  const std::map<std::string, double> scalars = study::scalars_of(a.document);
  EXPECT_LT(scalars.at("owner/usd_per_gw_year/p10"), scalars.at("owner/usd_per_gw_year/p50"));
  EXPECT_LT(scalars.at("owner/usd_per_gw_year/p50"), scalars.at("owner/usd_per_gw_year/p90"));
  EXPECT_GT(scalars.at("owner/share_of_trials_owning_costs_less"), 0.5);
  EXPECT_LT(scalars.at("owner/break_even_it_life_years/p10"), scalars.at("owner/break_even_it_life_years/p90"));
}

TEST(FinanceFile, bad_contracts_give_one_message_with_file_and_line) {
  std::string bad = work + lease;
  bad.replace(bad.find("2029-01-01"), 10, "2025-01-01");
  EXPECT_TRUE(says(refused(bad), "before it starts")) << refused(bad);
  EXPECT_TRUE(says(refused(bad), "file.toml:10")) << refused(bad);
  bad = work + lease;
  bad.replace(bad.find("$2/chip"), 2, "-$2");
  EXPECT_TRUE(says(refused(bad), "lease.rent")) << refused(bad);
  bad = work + lease;
  bad.replace(bad.find("8%/year"), 7, "-100%/year");
  EXPECT_TRUE(says(refused(bad), "work.discount_rate")) << refused(bad);
  EXPECT_TRUE(says(refused(work + lease + "escalater = \"3%/year\"\n"), "did you mean 'escalator'"))
      << refused(work + lease + "escalater = 1\n");
  EXPECT_TRUE(says(refused(work + lease + "kind = \"finanse\"\n"), "finance"));
  EXPECT_TRUE(says(refused(lease), "no [work]"));
  EXPECT_TRUE(says(refused("title = \"x\"\n"), "asks nothing"));
  EXPECT_TRUE(says(refused("[owner]\nprices = \"owner-bnd\"\n"), "owner-band"));
}

TEST(FinanceFile, bad_commitments_give_one_message_with_file_and_line) {
  const std::string end = "end = 2030-01-01\n";
  EXPECT_EQ(refused(ledger + commitment("a", "state = \"binding\"\namount = \"$1B\"\n" + end)), "");
  const std::string one = commitment("a", "state = \"binding\"\namount = \"$1B\"\nlot = \"b200-2026q4\"\n" + end);
  const std::string two = commitment("b", "state = \"binding\"\namount = \"$1B\"\nlot = \"b200-2026q4\"\n" + end);
  EXPECT_TRUE(says(refused(ledger + one + two), "two binding contracts")) << refused(ledger + one + two);
  EXPECT_TRUE(says(refused(ledger + one + two), "file.toml:14")) << refused(ledger + one + two);
  const std::string euros = "state = \"letter\"\namount = 5e9\ncurrency = \"EURO\"\n" + end;
  EXPECT_TRUE(says(refused(ledger + commitment("a", euros)), "no exchange rate for"));
  EXPECT_EQ(refused("[currencies]\nEURO = \"$1.10\"\n" + ledger + commitment("a", euros)), "");
  EXPECT_TRUE(says(refused(ledger + commitment("a", "state = \"binding\"\namount = \"$1B\"\nend = 2026-01-01\n")),
                   "before it starts"));
  EXPECT_TRUE(
      says(refused(ledger + commitment("a", "state = \"bound\"\namount = \"$1B\"\n" + end)), "there is no state"));
  EXPECT_TRUE(says(refused("[ledger]\npayer = \"labs\"\nas_of = 2026-06-01\n" +
                           commitment("a", "state = \"letter\"\namount = \"$1B\"\n" + end)),
                   "no commitment is paid by"));
}

TEST(FinanceFile, currencies_become_dollars) {
  const study::FinanceQuestions questions =
      read("[currencies]\nEUR = \"$1.10\"\n" + ledger +
           commitment("a", "state = \"letter\"\namount = 2e9\ncurrency = \"EUR\"\nend = 2030-01-01\n"));
  EXPECT_NEAR(questions.commitments->book.rows().at(0).amount.value(), 2.2e9, 1);
}

namespace {
const std::string project = R"([project]
start = 2026-01-01
life = "5 years"
chips = "1000 chips"
price = "$3/chip/h"
compute = "$40000/chip"
building = "$10000/chip"
running = "$0.3/chip/h"
discount_rate = "10%/year"
)";
}

TEST(FinanceFile, a_project_is_financed) {
  const Ran bare = run(read(project));
  EXPECT_NEAR(bare.result.equity, 50e6, 1);
  EXPECT_NEAR(bare.result.debt, 0, 1e-6);
  EXPECT_NEAR(bare.workspace.lines[money::FlowLine::total_revenue][1], 1000 * 8766 * 3.0, 1);
  ASSERT_EQ(money::internal_rates(bare.workspace.lines[money::FlowLine::project_return_aftertax]).kind,
            money::InternalRates::Kind::one);
  const Ran geared = run(read(project + "debt_share = 0.6\ndebt_rate = \"7%/year\"\ndebt_term = \"4 years\"\n"));
  EXPECT_NEAR(geared.result.debt, 30e6, 1);
  EXPECT_GT(geared.result.irr, bare.result.irr);  // debt below the project's return raises the owner's
  // Even draws at 1 % a month: 50 M$ / 12 x the value of an annuity due of 12 months, less the 50.
  EXPECT_NEAR(read(project + "construction = \"12 months\"\nconstruction_rate = \"12%/year\"\n")
                  .project->project.construction_financing,
              50e6 / 12 * (std::pow(1.01, 12) - 1) / 0.01 * 1.01 - 50e6, 1);
}

TEST(FinanceFile, bad_projects_give_one_message) {
  EXPECT_TRUE(says(refused(project + "debt_share = 0.6\n"), "debt without a term"))
      << refused(project + "debt_share = 0.6\n");
  EXPECT_TRUE(says(refused(project + "debt_share = 0.6\ndebt_rate = \"-1%/year\"\ndebt_term = \"4 years\"\n"),
                   "project.debt_rate"));
  EXPECT_TRUE(says(refused(project + "debt_share = 0.6\ndebt_coverage = 1.3\n"), "sized twice"));
  EXPECT_TRUE(says(refused(project + "compute_depreciation = \"macrs_7\"\n"), "macrs_5"));
}
