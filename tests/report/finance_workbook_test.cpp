// The workbook of live formulas, written without results, opened and recalculated by LibreOffice, against the model.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "base/error.h"
#include "base/files.h"
#include "money/sam/sam.h"
#include "report/finance_xlsx.h"
#include "support/folders.h"

namespace {

namespace fs = std::filesystem;
using namespace orrery;
using namespace orrery::money;

/// Continuous integration installs it (./dev test), so that there these tests are never skipped.
bool has_libreoffice() {
  const bool there = std::system("command -v soffice >/dev/null 2>&1") == 0;
  if (!there && std::getenv("CI")) ADD_FAILURE() << "soffice is not installed";
  return there;
}

/// A folder of its own, removed at the end.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("orrery-workbook-" + std::to_string(::getpid()));
  Folder() { fs::create_directories(path / "profile/user"); }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

/// Rows of a CSV by the name in their first field; "9.06%" becomes 0.0906.
std::map<std::string, std::vector<double>> rows_of(const fs::path& csv) {
  std::map<std::string, std::vector<double>> rows;
  std::ifstream in(csv);
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (const char c : line) {
      if (c == '"') quoted = !quoted;
      else if (c == ',' && !quoted) fields.emplace_back();
      else fields.back() += c;
    }
    std::vector<double> numbers;
    for (std::size_t i = 1; i < fields.size(); ++i) {
      const bool percent = fields[i].ends_with("%");
      numbers.push_back(fields[i].empty() ? 0 : std::atof(fields[i].c_str()) / (percent ? 100 : 1));
    }
    rows[fields[0]] = numbers;
  }
  return rows;
}

SingleOwner a_project() {
  SingleOwner project;
  project.years = 22;
  project.installed_cost = 120e6;
  project.construction_financing = 3e6;
  project.other_financing = 1e6;
  project.capacity_kw = 90e3;
  UnitYear& year = project.sold.years[0];
  year.net = year.sales = year.before_curtailment = 260e6;
  year.sales_value = 270e6;
  project.sold.degradation = {0.004};
  project.price.values = {0.055};
  project.price.growth = 0.01;
  project.operation.per_capacity = {{20}, 0.02};
  project.operation.fixed = {{400000}, 0.02};
  project.operation.insurance_rate = 0.003;
  project.operation.assessed_share = 1;
  project.operation.property_tax_rate = 0.01;
  project.working_capital_months = 5;
  project.receivables_months = 1.5;
  project.reserves_interest = 0.02;
  project.equipment[0] = {0.08, 9};
  project.salvage_share = 0.05;
  project.debt.tenor_years = 16;
  project.debt.fee = 0.02;
  project.debt.closing_cost = 300000;
  project.allocation = {0.8, 0.05, 0, 0.05, 0, 0.03, 0.04};
  project.custom_depreciation = {0.5, 0.3, 0.2};
  project.federal.bonus = 0.4;
  project.federal.bonus_for[0] = true;
  project.federal.credit_for[0] = true;
  project.incentives.investment_credit[0].share = {0.3};
  project.incentives.investment_credit[0].share_cuts_basis = {true, true};
  project.incentives.production[2] = {{0.004}, 8, 0, true, true, true};
  project.incentives.production[3] = {{0.002}, 5, 0, true, true, false};
  project.incentives.investment[1].amount = 2e6;
  return project;
}

/// Writes, recalculates and compares every row that has the model's name for it.
void expect_recalculated(const SingleOwner& project, const Folder& folder, const std::string& name) {
  check(project);
  SingleOwnerWorkspace workspace;
  const SingleOwnerResult model = run(project, workspace, true);
  const fs::path book = folder.path / (name + ".xlsx");
  std::ofstream(book, std::ios::binary) << report::cash_flow_workbook(project, false);
  // Always recalculate: the file holds no results to fall back on.
  std::ofstream(folder.path / "profile/user/registrymodifications.xcu")
      << R"(<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">)"
      << R"(<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">)"
      << "<value>0</value></prop></item></oor:items>\n";
  const std::string command = "cd '" + folder.path.string() + "' && timeout 120 soffice -env:UserInstallation=file://" +
                              (folder.path / "profile").string() +
                              " --headless --convert-to 'csv:Text - txt - csv "
                              "(StarCalc):44,34,76,1,,0,false,false,false,false,false,-1' " +
                              name + ".xlsx >/dev/null 2>&1";
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
  const auto results = rows_of(folder.path / (name + "-Results.csv"));
  ASSERT_TRUE(results.contains("NPV after tax, $"));
  EXPECT_NEAR(results.at("NPV after tax, $")[0], model.npv, 0.01);
  EXPECT_NEAR(results.at("IRR after tax")[0], model.irr, 1e-9);
  EXPECT_NEAR(results.at("debt, $")[0], model.debt, 0.01);
  EXPECT_NEAR(results.at("equity, $")[0], model.equity, 0.01);
  EXPECT_NEAR(results.at("levelised cost, nominal, $/kWh")[0], model.levelised_cost_nominal, 1e-9);
  EXPECT_NEAR(results.at("levelised cost, real, $/kWh")[0], model.levelised_cost_real, 1e-9);
  const auto flow = rows_of(folder.path / (name + "-Cash flow.csv"));
  const std::pair<const char*, FlowLine> rows[] = {{"revenue", FlowLine::total_revenue},
                                                   {"EBITDA", FlowLine::ebitda},
                                                   {"cash for debt service", FlowLine::cash_for_ds},
                                                   {"interest", FlowLine::debt_payment_interest},
                                                   {"principal", FlowLine::debt_payment_principal},
                                                   {"debt at the end of the year", FlowLine::debt_balance},
                                                   {"reserves at the end of the year", FlowLine::reserve_total},
                                                   {"state depreciation", FlowLine::stadepr_total},
                                                   {"federal depreciation", FlowLine::feddepr_total},
                                                   {"state tax", FlowLine::statax},
                                                   {"federal tax", FlowLine::fedtax},
                                                   {"cash to the owner after tax", FlowLine::project_return_aftertax}};
  for (const auto& [label, line] : rows) {
    ASSERT_TRUE(flow.contains(label)) << label;
    for (std::size_t year = 0; year <= static_cast<std::size_t>(project.years); ++year)
      EXPECT_NEAR(flow.at(label)[year], workspace.lines[line][year], 0.01)
          << name << ", " << label << ", year " << year;
  }
}

}  // namespace

TEST(FinanceWorkbook, recalculates_to_the_model) {
  if (!has_libreoffice()) GTEST_SKIP() << "soffice is not installed (apt: libreoffice-calc-nogui)";
  const Folder folder;
  SingleOwner project = a_project();
  expect_recalculated(project, folder, "sculpted");
  project.debt.limited = true;
  project.debt.largest_share = 0.35;
  expect_recalculated(project, folder, "limited");
  project.debt = Debt{};
  project.debt.sculpted = false;
  project.debt.share = 0.6;
  project.debt.moratorium_years = 2;
  project.debt.tenor_years = 14;
  expect_recalculated(project, folder, "geared");
}

TEST(FinanceWorkbook, recalculates_losses_carried_and_what_is_left_written_off) {
  if (!has_libreoffice()) GTEST_SKIP() << "soffice is not installed (apt: libreoffice-calc-nogui)";
  const Folder folder;
  SingleOwner project = a_project();
  project.state_tax = {0.05};
  project.federal.bonus = 1;  // a loss in the first year
  project.losses = {true, 0.8};
  project.writes_off_rest = true;
  project.equipment[1].bought.assign(22, 0.0);
  project.equipment[1].bought[19] = 5e6;
  project.sold_by_year.assign(23, 0.0);
  project.sold_by_year[20] = 1e6;
  expect_recalculated(project, folder, "carried");
}

TEST(FinanceWorkbook, recalculates_a_case_of_sam) {
  if (!has_libreoffice()) GTEST_SKIP() << "soffice is not installed (apt: libreoffice-calc-nogui)";
  const std::optional<std::string> file =
      data_file("finance/sam/ssc/Default_SO_10_IBI_PVWatts_Single_Owner_cmod_singleowner.json");
  if (!file) GTEST_SKIP() << no_data;
  const Folder folder;
  expect_recalculated(read_sam(read_file(*file), "case").project, folder, "sam");
}

TEST(FinanceWorkbook, is_whole_or_not_there) {
  const std::string book = report::cash_flow_workbook(a_project());
  EXPECT_EQ(book.substr(0, 2), "PK") << "a workbook is an archive";
  StagedFiles staged;
  EXPECT_THROW(staged.add("/nowhere/at/all/book.xlsx", book), Error);
  EXPECT_FALSE(fs::exists("/nowhere"));
}
