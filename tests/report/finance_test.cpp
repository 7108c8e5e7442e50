// Finance files: what is read, and one message for each thing that cannot be.
#include "programme/finance.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "report/finance.h"
#include "support/facts.h"
#include "support/folders.h"
#include "support/refusal.h"

namespace {

using namespace orrery;

programme::FinanceQuestions read(const std::string& toml) {
  return programme::read_finance(parse_document(toml, "file.toml"), "file.toml", facts());
}

std::string refused(const std::string& toml) {
  return refusal([&] { read(toml); });
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

TEST(FinanceFile, shipped_files_are_read_and_answered) {
  for (const char* name : {"finance/own-lease-cloud", "openai-commitments", "finance/gpu-cloud", "finance/gigawatt-year"}) {
    const std::string path = source_folder() + "/scenarios/" + name + ".toml";
    const report::FinanceResult result =
        report::finance(programme::read_finance(read_document(path), path, facts()), 50, 1);
    EXPECT_FALSE(report::finance_text(result).empty());
    EXPECT_FALSE(report::finance_json(result).empty());
    EXPECT_FALSE(report::finance_csv(result).empty());
    EXPECT_EQ(report::finance_json(result), report::finance_json(report::finance(
                                                programme::read_finance(read_document(path), path, facts()), 50, 1)));
  }
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
  const programme::FinanceQuestions questions =
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
  const report::FinanceResult bare = report::finance(read(project), 0, 1);
  EXPECT_NEAR(bare.project.equity, 50e6, 1);
  EXPECT_NEAR(bare.project.debt, 0, 1e-6);
  EXPECT_NEAR(bare.lines[money::FlowLine::total_revenue][1], 1000 * 8766 * 3.0, 1);
  ASSERT_EQ(bare.returns.kind, money::InternalRates::Kind::one);
  const report::FinanceResult geared =
      report::finance(read(project + "debt_share = 0.6\ndebt_rate = \"7%/year\"\ndebt_term = \"4 years\"\n"), 0, 1);
  EXPECT_NEAR(geared.project.debt, 30e6, 1);
  EXPECT_GT(geared.project.irr, bare.project.irr);  // debt below the project's return raises the owner's
  const report::FinanceResult built =
      report::finance(read(project + "construction = \"12 months\"\nconstruction_rate = \"12%/year\"\n"), 0, 1);
  // Even draws at 1 % a month: 50 M$ / 12 x the value of an annuity due of 12 months, less the 50.
  EXPECT_NEAR(built.questions.project->project.construction_financing,
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
