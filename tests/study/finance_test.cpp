// Finance files: what is read and answered, and one message for each thing that cannot be.
#include "study/finance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/files.h"
#include "money/project/break_even.h"
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

/// The steps that docs/money.md takes by hand, on both readings of what the contract's gigawatts are.
TEST(FinanceFile, the_break_even_of_4_5_gw_is_that_of_the_docs_by_hand) {
  const std::string path = source_folder() + "/scenarios/finance/gigawatt-year.toml";
  const std::map<std::string, double> scalars =
      study::scalars_of(study::answer_of_text(read_file(path), "file.toml").document);
  const double hall = 11.77 * 0.065 / (1 - std::pow(1.065, -14)), rent_of_it = 300.0 / 5 / 4.5;
  const auto life = [&](double rent) { return -std::log(1 - 0.065 * 26.11 / (rent - hall - 0.9)) / std::log(1.065); };
  EXPECT_NEAR(hall, 1.306, 5e-4);
  EXPECT_NEAR(scalars.at("owner/contract_usd_per_gw_year"), rent_of_it * 1.4e9, 1);
  EXPECT_NEAR(scalars.at("owner/were_power_of_it/contract_usd_per_gw_year"), rent_of_it * 1e9, 1);
  EXPECT_NEAR(life(rent_of_it * 1.4), 1.73, 5e-3);
  EXPECT_NEAR(life(rent_of_it), 2.63, 5e-3);
  EXPECT_NEAR(scalars.at("owner/break_even_it_life_years/median_inputs"), life(rent_of_it * 1.4), 1e-6);
  EXPECT_NEAR(scalars.at("owner/were_power_of_it/break_even_it_life_years"), life(rent_of_it), 1e-6);
}

/// Likewise the sums of 100,000 accelerators after 60 months.
TEST(FinanceFile, own_and_lease_after_60_months_are_those_of_the_docs_by_hand) {
  const std::string path = source_folder() + "/scenarios/finance/own-lease-cloud.toml";
  const study::Answer answer = study::answer_of_text(read_file(path), "file.toml");
  const study::Table& months = study::table_of(answer.document, "choice/months");
  const auto total = [&](const std::string& option, int month) {
    int seen = 0;
    for (std::size_t row = 0; row < months.rows.size(); ++row)
      if (study::text_at(months, row, "option") == option && ++seen == month)
        return study::number_at(months, row, "total_usd");
    return -1.0;
  };
  const double r = std::pow(1.09, 1.0 / 12) - 1, hours = 8766.0 / 12;
  const auto due = [&](int n) { return (1 - std::pow(1 + r, -n)) / r * (1 + r); };
  const double running = 1e5 * 0.221 * hours * due(48) / 1.09;
  const double sold = 0.95 * (5.61e9 * std::pow(0.65, 5) + 2.53e9 * std::pow(0.95, 4)) / std::pow(1.09, 5);
  EXPECT_NEAR(total("own", 60), 8.14e9 + total("cloud", 12) + running - sold, 1e-3 * 12e9);
  EXPECT_NEAR(total("lease", 60), 1e5 * hours * 4.58 * due(60), 1e-3 * 16e9);
}

TEST(FinanceFile, a_later_service_buys_and_runs_at_the_prices_of_its_day) {
  const std::string terms =
      "[project]\nlife = \"4 years\"\nchips = \"1000 chips\"\nprice = \"$3/chip/h\"\nprice_as_of = 2026-01-01\n"
      "price_change = \"-20%/year\"\ncompute = \"$40000/chip\"\ncompute_change = \"-10%/year\"\n"
      "building = \"$10000/chip\"\nbuilding_change = \"5%/year\"\nrunning = \"$0.5/chip/h\"\n"
      "running_growth = \"4%/year\"\ndiscount_rate = \"8%/year\"\n";
  const auto now = read(terms + "start = 2026-01-01\n"), later = read(terms + "start = 2028-01-01\n");
  const double years = 730 * 86400.0 / year_length.value();
  const money::SingleOwner &a = now.project->project, &b = later.project->project;
  EXPECT_NEAR(a.installed_cost, 50e6, 1e-3);
  EXPECT_NEAR(b.installed_cost, 40e6 * std::pow(0.9, years) + 10e6 * std::pow(1.05, years), 1e-3);
  EXPECT_NEAR(b.price.values[0] / a.price.values[0], std::pow(0.8, years), 1e-12);
  EXPECT_NEAR(b.operation.fixed.values[0] / a.operation.fixed.values[0], std::pow(1.04, years), 1e-12);
  EXPECT_TRUE(says(refused("[project]\nstart = 2026-01-01\nlife = \"4 years\"\nchips = \"1000 chips\"\n"
                           "price = \"$3/chip/h\"\ncompute = \"$40000/chip\"\ncompute_change = \"-10%/year\"\n"
                           "running = \"$0.5/chip/h\"\ndiscount_rate = \"8%/year\"\n"),
                   "add price_as_of"));
}

TEST(FinanceFile, bad_contracts_give_one_message_with_file_and_line) {
  std::string bad = work + lease;
  bad.replace(bad.find("2029-01-01"), 10, "2025-01-01");
  EXPECT_TRUE(says(refused(bad), "no later than its start")) << refused(bad);
  EXPECT_TRUE(says(refused(bad), "file.toml:12:1: lease.end")) << refused(bad);
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
  EXPECT_TRUE(says(refused(ledger + one + two), "file.toml:22:1: commitment[1].lot")) << refused(ledger + one + two);
  const std::string euros = "state = \"letter\"\namount = 5e9\ncurrency = \"EURO\"\n" + end;
  EXPECT_TRUE(says(refused(ledger + commitment("a", euros)), "no exchange rate for"));
  EXPECT_EQ(refused("[currencies]\nEURO = \"$1.10\"\n" + ledger + commitment("a", euros)), "");
  EXPECT_TRUE(says(refused(ledger + commitment("a", "state = \"binding\"\namount = \"$1B\"\nend = 2026-01-01\n")),
                   "no later than its start"));
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

namespace {
/// gpu-cloud as it was read in review: 5 % of hall and chips left, the network in what it costs to run.
const std::string reviewed = R"([project]
start = 2025-07-01
life = "6 years"
chips = "16000 chips"
utilisation = 0.85
price = "$2.35/chip/h"
price_change = "-10%/year"
compute = "$50000/chip"
building = "$16400/chip"
running = "$0.25/chip/h"
residual = 0.05
building_residual = 0.05
discount_rate = "11%/year"
construction = "12 months"
construction_rate = "8%/year"
construction_share = 0.7
debt_coverage = 1.4
debt_rate = "9%/year"
debt_term = "5 years"
debt_fee = 0.02
debt_reserve = "6 months"
working_capital = "2 months"
)";

double sum(std::span<const double> values) {
  double total = 0;
  for (const double value : values) total += value;
  return total;
}
}  // namespace

// Levelised: with v = 1 / 1.11, the sum of 2.35 x 0.9^(t-1) v^t over that of v^t, t = 1 to 6.
TEST(FinanceFile, a_falling_price_is_levelised_beside_the_cost) {
  Ran ran = run(read(reviewed));
  double worth = 0, hours = 0;
  for (int t = 1; t <= 6; ++t) worth += 2.35 * std::pow(0.9, t - 1) * std::pow(1.11, -t), hours += std::pow(1.11, -t);
  EXPECT_NEAR(ran.result.levelised_price_nominal, worth / hours, 1e-9);
  EXPECT_NEAR(ran.result.levelised_price_nominal, 1.894, 5e-4);
}

TEST(FinanceFile, the_price_that_is_worth_nothing_is_found) {
  const study::FinanceQuestions questions = read(reviewed);
  money::SingleOwner project = questions.project->project;
  project.writes_off_rest = false;  // as reviewed
  money::SingleOwnerWorkspace workspace;
  const std::optional<double> price = money::price_for_no_value(project, workspace);
  ASSERT_TRUE(price);
  EXPECT_NEAR(*price, 3.271, 1e-3);
  project.price.values = {*price};
  EXPECT_NEAR(money::run(project, workspace).npv, 0, 1);
}

// 10 M$ of building over 39 years, half a year in the first: 4.5 / 39 of it is written off in 5 years, the rest at the
// end; of 40 M$ of computing 5.76 % are left after MACRS' fifth year.
TEST(FinanceFile, what_is_left_of_the_tax_basis_is_written_off_at_the_end) {
  const Ran ran = run(read(project));
  const std::span<const double> line = ran.workspace.lines[money::FlowLine::feddepr_sl_39];
  EXPECT_NEAR(line[1], 10e6 / 39 / 2, 1e-3);
  EXPECT_NEAR(line[4], 10e6 / 39, 1e-3);
  EXPECT_NEAR(line[5], 10e6 * (1 - 3.5 / 39), 1e-3);
  EXPECT_NEAR(sum(ran.workspace.lines[money::FlowLine::feddepr_total]), 50e6, 1e-3);
  EXPECT_NEAR(ran.workspace.lines[money::FlowLine::feddepr_macrs_5][5], 40e6 * (0.1152 + 0.0576), 1e-3);
}

TEST(FinanceFile, a_hall_keeps_a_residual_of_its_own) {
  auto left = [](const std::string& more) {
    return run(read(project + more)).workspace.lines[money::FlowLine::net_salvage_value][5];
  };
  EXPECT_NEAR(left("residual = 0.05\nbuilding_residual = 0.7\n"), 0.05 * 40e6 + 0.7 * 10e6, 1e-3);
  EXPECT_NEAR(left(""), std::pow(0.95, 5) * 10e6, 1e-3);  // as [own] has it
}

// 40 M$ of chips at 0.8 a year are 20.48 M$ after three; a tenth of each set comes back when it is sold.
TEST(FinanceFile, accelerators_are_refreshed) {
  std::string six = project + "residual = 0.1\nbuilding_residual = 0.5\nprice_change = \"-10%/year\"\n";
  six.replace(six.find("5 years"), 7, "6 years");
  const Ran ran =
      run(read(six + "refresh = \"3 years\"\nrefresh_change = \"-20%/year\"\nrefresh_price = \"$4/chip/h\"\n"));
  const money::Lines& lines = ran.workspace.lines;
  EXPECT_NEAR(lines[money::FlowLine::project_mecs][3], -20.48e6, 1e-3);
  EXPECT_NEAR(sum(lines[money::FlowLine::project_mecs]), -20.48e6, 1e-3);
  EXPECT_NEAR(lines[money::FlowLine::net_salvage_value][3], 4e6, 1e-3);
  EXPECT_NEAR(lines[money::FlowLine::net_salvage_value][6], 2.048e6 + 5e6, 1e-3);
  EXPECT_NEAR(lines[money::FlowLine::feddepr_me1][3], 0.2 * 20.48e6, 1e-3);
  EXPECT_NEAR(sum(lines[money::FlowLine::feddepr_total]), 70.48e6, 1e-3);
  EXPECT_NEAR(lines[money::FlowLine::ppa_price][3], 3 * 0.81, 1e-9);
  EXPECT_NEAR(lines[money::FlowLine::ppa_price][4], 4, 1e-9);
  EXPECT_NEAR(lines[money::FlowLine::ppa_price][5], 3.6, 1e-9);
  // Cash of the year: sales, what the old ones fetch, less running, the new ones and tax at 21 %.
  const double ebitda = 1000 * 8766 * (2.43 - 0.3 * std::pow(1.025, 2)) + 4e6;
  EXPECT_NEAR(lines[money::FlowLine::project_return_pretax][3], ebitda - 20.48e6, 1);
  EXPECT_TRUE(says(refused(six + "refresh = \"6 years\"\n"), "within the life"));
  EXPECT_TRUE(says(refused(six + "refresh_change = \"-20%/year\"\n"), "says nothing without refresh"));
  EXPECT_TRUE(says(refused(six + "refresh = \"3 years\"\ndebt_coverage = 1.4\ndebt_term = \"4 years\"\n"),
                   "shorter than refresh"));
}

// 30 % of 50 M$ is 15 M$ off tax; half of it, 7.5 M$, leaves the basis. Property tax of 1 % on a value that falls by a
// tenth of the first a year; insurance of 0.5 % that grows by 2.5 %.
TEST(FinanceFile, credits_property_tax_and_insurance) {
  const Ran ran =
      run(read(project + "investment_credit = 0.3\nproperty_tax = \"1%/year\"\nassessed_decline = \"10%/year\"\n"
                         "insurance = \"0.5%/year\"\n"));
  const money::Lines& lines = ran.workspace.lines;
  EXPECT_NEAR(lines[money::FlowLine::itc_fed][1], 15e6, 1e-3);
  EXPECT_NEAR(sum(lines[money::FlowLine::itc_fed]), 15e6, 1e-3);
  EXPECT_NEAR(sum(lines[money::FlowLine::feddepr_total]), 42.5e6, 1e-3);
  EXPECT_NEAR(lines[money::FlowLine::property_tax_expense][1], 0.5e6, 1e-3);
  EXPECT_NEAR(lines[money::FlowLine::property_tax_expense][3], 0.4e6, 1e-3);
  EXPECT_NEAR(lines[money::FlowLine::insurance_expense][2], 0.25e6 * 1.025, 1e-3);
  const Ran hall = run(read(project + "investment_credit = 0.3\ncredit_on = \"building\"\n"));
  EXPECT_NEAR(hall.workspace.lines[money::FlowLine::itc_fed][1], 3e6, 1e-3);
  EXPECT_NEAR(sum(hall.workspace.lines[money::FlowLine::feddepr_sl_39]), 8.5e6, 1e-3);
  EXPECT_TRUE(says(refused(project + "credit_on = \"building\"\n"), "says nothing without investment_credit"));
}

// The market's price falls by the calendar: 184 days late it is 2.35 x 0.9^(184/365.25).
TEST(FinanceFile, a_late_project_sells_at_the_price_of_its_day) {
  const std::string tied = reviewed + "price_as_of = 2025-07-01\n";
  std::string late = tied;
  late.replace(late.find("2025-07-01"), 10, "2026-01-01");
  const Ran on_time = run(read(tied)), delayed = run(read(late));
  EXPECT_NEAR(on_time.result.price, 2.35, 1e-12);
  EXPECT_NEAR(delayed.result.price, 2.35 * std::pow(0.9, 184 / 365.25), 1e-12);
  EXPECT_LT(delayed.result.npv, on_time.result.npv - 20e6);
  std::string untied = reviewed;
  untied.replace(untied.find("2025-07-01"), 10, "2026-01-01");
  EXPECT_NEAR(run(read(untied)).result.npv, on_time.result.npv, 1e-3);
}

// While the market's price falls, a later project is never worth more.
TEST(FinanceFile, a_later_start_never_pays) {
  double before = std::numeric_limits<double>::infinity();
  for (const char* start : {"2025-07-01", "2025-08-01", "2025-10-01", "2026-01-01", "2027-01-01", "2030-01-01"}) {
    std::string late = reviewed;
    late.replace(late.find("2025-07-01"), 10, start);
    const double value = run(read(late + "price_as_of = 2025-07-01\n")).result.npv;
    EXPECT_LT(value, before) << start;
    before = value;
  }
}

TEST(FinanceFile, all_that_is_missing_is_said_at_once) {
  const std::string said = refused("[project]\nchips = \"1000 chips\"\nprice = \"$3/chip/h\"\n");
  EXPECT_TRUE(says(said,
                   "project.start: is missing, as are project.life, project.compute, project.running and "
                   "project.discount_rate"))
      << said;
  const std::string two = refused(
      "[work]\nstart = 2026-01-01\nlength = \"12 months\"\nchips = \"1000 chips\"\n"
      "[cloud]\nprice_change = \"-5%/year\"\n");
  EXPECT_TRUE(says(two, "work.discount_rate: is missing, as is cloud.price")) << two;
}
