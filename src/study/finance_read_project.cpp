// Reads [project] of a finance file into the pro forma of a single owner, whose unit of sale is the accelerator-hour.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "scenario/values.h"
#include "study/finance.h"

namespace orrery::study {
namespace {

using namespace scenario;
namespace d = dimension;
using money::MoneyPerChipTime;
using MoneyPerChip = Quantity<d::money - d::chips>;
const double year = year_length.value();

std::size_t depreciation_class(Reader& reader, const View& in, std::string_view key, const std::string& otherwise) {
  std::vector<std::string> known;
  for (std::size_t c = 0; c + 1 < money::depreciation_classes; ++c)
    known.emplace_back(money::depreciation_class_name(static_cast<money::DepreciationClass>(c)));
  const std::string name = reader.choice(in, key, known, otherwise, "the usual class");
  return static_cast<std::size_t>(std::find(known.begin(), known.end(), name) - known.begin());
}

void read_project_debt(Reader& reader, const View& in, int service_years, money::Debt& debt) {
  const bool geared = in.gives("debt_share"), sculpted = in.gives("debt_coverage");
  if (geared && sculpted)
    throw Error(in.place("debt_share"), "project.debt_share", "the debt is sized twice",
                "give debt_share, or debt_coverage to size it by coverage");
  debt.tenor_years = 0;
  debt.sculpted = sculpted;
  debt.share = share_of(reader, in, "debt_share", 0, "no debt");
  debt.coverage_ratio = share_of(reader, in, "debt_coverage", 1.3, "unused without debt_coverage");
  debt.rate = rate_of(reader, in, "debt_rate", 0);
  debt.fee = share_of(reader, in, "debt_fee", 0);
  debt.reserve_months = months_of(reader, in, "debt_reserve", 0);
  needs(in, {"moratorium"}, !sculpted, "debt_share",
        "leave it out: debt sized by its coverage is repaid as that allows");
  debt.moratorium_years = in.gives("moratorium") ? years_of(reader, in, "moratorium") : 0;
  if (!geared && !sculpted) return;
  if (in.gives("debt_term")) debt.tenor_years = years_of(reader, in, "debt_term");
  if (debt.tenor_years < 1)
    throw Error(in.place(geared ? "debt_share" : "debt_coverage"), "project.debt_term", "there is debt without a term",
                "give debt_term, a year or more");
  if (debt.tenor_years > service_years)
    throw Error(in.place("debt_term"), "project.debt_term", "the debt outlives what it pays for",
                "give a term of at most the life");
}

/// Years from the day of the prices given to the start of service; below 0 where that is earlier.
double years_of_change(Reader& reader, const View& in, const ProjectQuestion& question) {
  needs(in, {"compute_change", "building_change"}, in.gives("price_as_of"), "a day from which it changes",
        "add price_as_of, or leave it out");
  const Date as_of = reader.date(in, "price_as_of", question.start, "the start");
  return (question.start - as_of) * 86400.0 / year;
}

/// The prices of a year or more: what is given on its day, changed by the calendar until service starts and year by
/// year from then on; new accelerators begin at a price of their own.
void read_prices(Reader& reader, const View& in, const ProjectQuestion& question, int refresh, double later,
                 money::Price& price) {
  const double given = amount_of<MoneyPerChipTime>(reader, in, "price").value() * 3600;
  const double change = rate_of(reader, in, "price_change", 0);
  const double first = given * std::pow(1 + change, later);
  price.values = {first};
  price.growth = change;
  if (!in.gives("refresh_price")) return;
  const double of_new = amount_of<MoneyPerChipTime>(reader, in, "refresh_price").value() * 3600;
  price.values.clear();
  for (int y = 0; y < question.project.years; ++y)
    price.values.push_back((y < refresh ? first : of_new) * std::pow(1 + change, y % refresh));
}

/// Accelerators bought anew at the end of every so many years, and all of them sold for their residual.
void read_refresh(Reader& reader, const View& in, int every, Money compute, double residual,
                  money::SingleOwner& project) {
  const double change = every > 0 ? rate_of(reader, in, "refresh_change", 0) : 0;
  const std::size_t years = static_cast<std::size_t>(project.years);
  project.sold_by_year.assign(years + 1, 0.0);
  double cost = compute.value();  // of those in service
  for (std::size_t sold = 1; sold <= years; ++sold) {
    if (sold < years && (every == 0 || sold % static_cast<std::size_t>(every) != 0)) continue;
    project.sold_by_year[sold] = residual * cost;
    if (sold == years) break;
    cost = compute.value() * std::pow(1 + change, static_cast<double>(sold));
    std::vector<double>& bought = project.equipment[0].bought;
    bought.resize(years, 0.0);
    bought[sold - 1] = cost;
  }
}

int read_refresh_years(Reader& reader, const View& in, int life) {
  const int every = in.gives("refresh") ? years_of(reader, in, "refresh") : 0;
  needs(in, {"refresh_change", "refresh_price"}, every > 0, "refresh", "add refresh, or leave it out");
  if (in.gives("refresh") && (every < 1 || every >= life))
    throw Error(in.place("refresh"), "project.refresh", "does not come within the life",
                "give a year or more, and less than the life");
  return every;
}

/// Taxes, depreciation, credits and what is paid by the value of the plant.
void read_taxes(Reader& reader, const View& in, Money compute, money::SingleOwner& project) {
  project.federal_tax = {share_of(reader, in, "federal_tax", 0.21, "of the United States")};
  project.state_tax = {share_of(reader, in, "state_tax", 0)};
  const double computing = project.installed_cost > 0 ? compute.value() / project.installed_cost : 1;
  const std::size_t fast = depreciation_class(reader, in, "compute_depreciation", "macrs_5");
  const std::size_t slow = depreciation_class(reader, in, "building_depreciation", "sl_39");
  project.allocation[fast] += computing;
  project.allocation[slow] += 1 - computing;
  project.federal.bonus = share_of(reader, in, "bonus", 0);
  project.federal.bonus_for[fast] = true;
  project.federal.equipment = project.state.equipment = static_cast<money::DepreciationClass>(fast);
  project.writes_off_rest = true;
  project.losses.carried = reader.choice(in, "losses", {"used at once", "carried forward"}, "used at once",
                                         "against other income of the owner") == "carried forward";
  needs(in, {"loss_limit"}, project.losses.carried, "losses carried forward", "add losses = \"carried forward\"");
  if (project.losses.carried)
    project.losses.limit = share_of(reader, in, "loss_limit", 0.8, "US Code 26, section 172(a)(2)");

  needs(in, {"credit_on"}, in.gives("investment_credit"), "investment_credit", "add it, or leave this out");
  money::InvestmentCredit& credit = project.incentives.investment_credit[0];
  credit.share = {share_of(reader, in, "investment_credit", 0)};
  credit.share_cuts_basis = {true, true};
  const std::string on = in.gives("investment_credit")
                             ? reader.choice(in, "credit_on", {"all", "compute", "building"}, "all", "all of the cost")
                             : "all";
  if (on != "all" && fast == slow)
    throw Error(in.place("credit_on"), "project.credit_on", "is of a part that depreciates as the other does",
                "give the two their own depreciation, or a share of all");
  project.federal.credit_for[fast] = on != "building";
  if (on != "compute") project.federal.credit_for[slow] = true;

  money::OperatingCosts& operation = project.operation;
  needs(in, {"assessed", "assessed_decline"}, in.gives("property_tax"), "property_tax", "add it, or leave this out");
  operation.property_tax_rate = rate_of(reader, in, "property_tax", 0);
  if (in.gives("property_tax")) {
    operation.assessed_share = share_of(reader, in, "assessed", 1, "all of it");
    operation.assessed_decline = rate_of(reader, in, "assessed_decline", 0);
  }
  operation.insurance_rate = rate_of(reader, in, "insurance", 0);
}

}  // namespace

ProjectQuestion read_project(Reader& reader, const View& in) {
  ProjectQuestion question;
  money::SingleOwner& project = question.project;
  question.start = reader.date(in, "start");
  question.chips = amount_of<Chips>(reader, in, "chips");
  project.years = years_of(reader, in, "life");
  if (project.years < 1 || project.years > 100)
    throw Error(in.place("life"), "project.life", "the life is not of 1 to 100 years", "give years of service");
  if (question.start.year() + project.years > 2199)
    throw Error(in.place("life"), "project.life",
                fmt::format("{} years from {} end after 2199", project.years, question.start.text()),
                "give an earlier start or a shorter life");
  const int refresh = read_refresh_years(reader, in, project.years);
  money::UnitYear& sold = project.sold.years[0];
  sold.net = sold.sales = sold.sales_value = sold.before_curtailment =
      question.chips.value() * (year / 3600) * share_of(reader, in, "utilisation", 1, "every hour");
  // Service that is later sells, buys and runs at the prices that have come by then.
  const double later = years_of_change(reader, in, question);
  const auto changed = [&](const char* key) {
    return in.gives("price_as_of") ? std::pow(1 + rate_of(reader, in, key, 0), later) : 1.0;
  };
  read_prices(reader, in, question, refresh, later, project.price);
  const Money compute = amount_of<MoneyPerChip>(reader, in, "compute") * question.chips * changed("compute_change");
  const Money building =
      amount_of<MoneyPerChip>(reader, in, "building", 0) * question.chips * changed("building_change");
  project.installed_cost = (compute + building).value();
  project.inflation = rate_of(reader, in, "inflation", 0.025, "assumed");
  project.real_discount = (1 + rate_of(reader, in, "discount_rate")) / (1 + project.inflation) - 1;
  const double growth = rate_of(reader, in, "running_growth", project.inflation, "inflation");
  project.operation.fixed = {
      {(amount_of<MoneyPerChipTime>(reader, in, "running") * question.chips * year_length).value() *
       std::pow(1 + growth, later)},
      growth};
  read_refresh(reader, in, refresh, compute, share_of(reader, in, "residual", 0), project);
  needs(in, {"building_residual"}, building.value() > 0, "a building", "add building, or leave it out");
  // A hall keeps what [own] lets one keep.
  if (building.value() > 0) {
    const double left =
        share_of(reader, in, "building_residual", std::pow(money::OwnTerms{}.building_value_left_a_year, project.years),
                 "assumed, 0.95 a year as in [own]");
    project.salvage_share = left * building.value() / project.installed_cost;
  }
  read_taxes(reader, in, compute, project);
  project.working_capital_months = months_of(reader, in, "working_capital", 0);

  // Costs fall evenly over construction; the loan pays its share of each month and is repaid from what finances
  // service.
  const int months = months_of(reader, in, "construction", 0);
  if (question.start.year() - (months + 11) / 12 < 1990)
    throw Error(in.place("construction"), "project.construction",
                fmt::format("{} months before {} begin before 1990", months, question.start.text()),
                "give a later start or a shorter construction");
  if (months > 0) {
    money::ConstructionLoan loan;
    loan.share = share_of(reader, in, "construction_share", 1, "all of them");
    loan.rate = rate_of(reader, in, "construction_rate", 0);
    loan.upfront_fee = share_of(reader, in, "construction_fee", 0);
    question.construction = money::construction_finance(
        loan, std::vector<Money>(static_cast<std::size_t>(months), Money(project.installed_cost / months)));
    project.construction_financing = (question.construction.interest + question.construction.fees).value();
  }
  read_project_debt(reader, in, project.years, project.debt);
  needs(in, {"debt_covenant"}, project.debt.tenor_years > 0, "debt",
        "add debt_share or debt_coverage, or leave it out");
  if (in.gives("debt_covenant")) question.covenant = reader.constant_number(in, "debt_covenant", std::nullopt);
  if (refresh > 0 && project.debt.sculpted && project.debt.tenor_years >= refresh)
    throw Error(in.place("refresh"), "project.refresh", "takes the cash that debt is sized by while the debt runs",
                "give a debt_term shorter than refresh, or debt_share in place of debt_coverage");
  at_section(in, "project", [&] { money::check(project); });
  return question;
}

}  // namespace orrery::study
