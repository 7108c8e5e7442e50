// The sections and keys of a finance file.
#include <algorithm>

#include "catalog/bounds.h"
#include "study/finance.h"

namespace orrery::study {
namespace {

using namespace scenario;
namespace d = dimension;
using bounds::longest, bounds::year;
const double month = mean_month.value();

Key time(std::string_view name, std::string_view meaning, std::string_view otherwise, double low = 0,
         double high = longest) {
  return certain(amount(name, d::time, meaning, otherwise, low, high));
}
Key share(std::string_view name, std::string_view meaning, std::string_view otherwise, double low = 0) {
  return certain(amount(name, d::none, meaning, otherwise, low, 1));
}
/// Shares a year: a change of a price by up to tenfold, interest, taxes and fees by all of it.
Key rate(std::string_view name, std::string_view meaning, std::string_view otherwise, double low = 0, double high = 1) {
  return certain(amount(name, d::frequency, meaning, otherwise, low / year, high / year));
}
Key change(std::string_view name, std::string_view meaning, std::string_view otherwise, double low = -0.99) {
  return rate(name, meaning, otherwise, low, 10);
}
Key sum(std::string_view name, Dimension dimension, std::string_view meaning, std::string_view otherwise) {
  return certain(amount(name, dimension, meaning, otherwise));
}

std::vector<Key> project_keys() {
  const Dimension per_chip = d::money - d::chips, per_chip_time = per_chip - d::time;
  return {
      date("start", "first day of service", "must be given"),
      time("life", "years of service, whole", "must be given", year, 100 * year),
      certain(amount("chips", d::chips, "accelerators", "must be given", 1)),
      share("utilisation", "share of the hours that is sold", "1", 1e-3),
      sum("price", per_chip_time, "of an accelerator-hour in the first year, or on price_as_of", "must be given"),
      date("price_as_of", "day of price, compute, building and running, from which they change, service late or not",
           "start"),
      change("price_change", "of it, a year", "0"),
      sum("compute", per_chip, "accelerator, server and network", "must be given"),
      sum("building", per_chip, "hall and plant per accelerator", "0"),
      sum("running", per_chip_time, "energy, staff, repair", "must be given"),
      change("running_growth", "of the running cost, a year, from price_as_of on", "inflation"),
      change("compute_change", "of compute, a year, from price_as_of to the start", "0"),
      change("building_change", "of building, likewise", "0"),
      share("residual", "of the accelerators' cost, left when they are sold", "0"),
      share("building_residual", "of the building's cost, left at the end of the life", "0.95 a year"),
      time("refresh", "years, whole, after which all accelerators are replaced by new ones", "never"),
      change("refresh_change", "of compute, a year from the start: what new ones cost", "0"),
      sum("refresh_price", per_chip_time, "of an hour of new ones in their first year", "price as it has changed"),
      change("inflation", "a year", "2.5 %/year"),
      change("discount_rate", "nominal, a year", "must be given", 0),
      share("federal_tax", "on profit", "0.21"),
      share("state_tax", "on profit", "0"),
      text("compute_depreciation", "macrs_5, macrs_15, sl_5, sl_15, sl_20 or sl_39", "macrs_5"),
      text("building_depreciation", "likewise", "sl_39"),
      share("bonus", "of computing, depreciated in the first year", "0"),
      text("losses", "used at once against the owner's other income, or carried forward", "used at once"),
      share("loss_limit", "of a year's income that carried losses may take away", "0.8 (US Code 26, 172)"),
      share("investment_credit", "of cost, off federal tax in year 1; half of it leaves the tax basis", "0"),
      text("credit_on", "all, compute or building", "all"),
      rate("property_tax", "of the assessed value, a year", "0"),
      share("assessed", "of the cost, the assessed value of the first year", "1"),
      rate("assessed_decline", "of the first year's value, a year", "0"),
      rate("insurance", "of the cost, a year; grows with inflation", "0"),
      time("construction", "months before service over which costs fall", "0", 0, 20 * year),
      rate("construction_rate", "of the construction loan, a year", "0"),
      share("construction_share", "of costs that the loan pays", "1"),
      share("construction_fee", "of the loan", "0"),
      share("debt_share", "of cost; or debt_coverage", "no debt"),
      certain(amount("debt_coverage", d::none, "debt service coverage that sizes the debt", "no debt", 0.1, 100)),
      certain(amount("debt_covenant", d::none, "least coverage that the lender asks for in a year", "none", 0.1, 100)),
      rate("debt_rate", "a year", "0"),
      time("debt_term", "years, whole", "must be given with debt"),
      share("debt_fee", "of the debt", "0"),
      time("debt_reserve", "months of debt service kept", "0"),
      time("moratorium", "years without repayment, whole", "0"),
      time("working_capital", "months of running cost kept", "0")};
}

Form make_form() {
  const Dimension per_chip = d::money - d::chips, per_chip_time = per_chip - d::time;
  Form form{
      "finance",
      "a finance file",
      "a project and its debt; owning against a contract; own, lease or cloud; a sale and leaseback, a venture; "
      "commitments and their gap",
      {"project", "owner", "work", "sale_and_leaseback", "venture", "commitment"},
      {{"",
        "Finance: give [project], [owner], [work] with [own], [lease], [cloud], [sale_and_leaseback] or [venture] with "
        "[lease], or [[commitment]].",
        {},
        {"project", "owner", "work", "own", "lease", "cloud", "sale_and_leaseback", "venture", "commitment", "claim",
         "ledger", "cash", "raised", "power", "realised", "currencies"}},
       {"project", "Accelerators owned, financed and let by the hour.", project_keys()},
       {"owner",
        "The yearly cost of owned capacity, and contracts to hold it against.",
        {text("prices", "an entry of the catalog's prices", "must be given"),
         text("contract", "an entry of the catalog's contracts", "none"),
         text("rental", "a contract by the accelerator", "none")},
        {"published"}},
       {"owner.published.*",
        "What somebody else says that owning costs.",
        {time("it_life", "for this life of IT", "must be given", 86400),
         written_in("$/kW/year", certain(amount("cost", d::money - d::power - d::time, "per IT power and time",
                                                "must be given", 0, bounds::most_per_power_year / year)))},
        {},
        true},
       {"work",
        "The work that own, lease and cloud are compared on.",
        {date("start", "first day", "must be given"),
         time("length", "1 to 600 months", "must be given", month, 600 * month),
         certain(amount("chips", d::chips, "accelerators at work", "must be given")),
         time("ramp", "months over which they come", "0"), change("discount_rate", "a year", "must be given", 0),
         share("least_difference", "of cost, up to which two ways are no different", "0.05, assumed")}},
       {"own",
        "Buying.",
        {sum("price", per_chip, "accelerator, server and network", "must be given"),
         sum("building", per_chip, "hall and plant", "0"),
         sum("running", per_chip_time, "energy, staff, repair", "must be given"),
         time("wait", "months until at work; the cloud bridges", "0"),
         share("value_left_a_year", "of the accelerator, when sold; from the day it is paid on", "0.65"),
         share("building_value_left_a_year", "of the building, when sold; from the end of the wait on", "0.95"),
         share("selling_cost", "of the price got", "0")}},
       {"lease",
        "Leasing.",
        {date("start", "first day", "must be given"), date("end", "the day after the last", "must be given"),
         sum("rent", per_chip_time, "in the first year", "must be given"),
         certain(amount("chips", d::chips, "accelerators leased", "must be given")),
         sum("running", per_chip_time, "what the lessee pays beside rent", "0"),
         text("kind", "operating or finance, which pay alike, or take-or-pay",
              "take-or-pay with take_or_pay, else operating"),
         change("escalator", "rise of the rent on each anniversary", "0", -1),
         time("free", "months without rent at the start", "0"),
         sum("deposit", d::money, "comes back in the last month", "0"),
         sum("initial", d::money, "paid at the start", "0"), time("paid_every", "months between payments", "1 month"),
         share("take_or_pay", "paid whatever is used", "1"),
         time("exit_from", "month from which notice may be given", "none; with notice or a fee the first"),
         time("notice", "months that rent goes on", "none"), sum("exit_fee", d::money, "paid to leave", "none"),
         time("renewal", "months that the lessee may stay on", "none"),
         certain(amount("renewal_rent", d::none, "factor on the last rent", "1", 0, 100))}},
       {"sale_and_leaseback",
        "The accelerators of [lease] sold by who uses them, and leased back.",
        {sum("price", d::money, "paid to the seller on the first day", "must be given"),
         sum("book_value", d::money, "of what is sold", "the price"),
         sum("residual_lost", d::money, "what the seller would have had of them at the end of the lease", "0")}},
       {"venture",
        "The accelerators of [lease] bought by a venture of their user (the operator) and a partner.",
        {sum("capital", d::money, "what they cost, paid on the first day", "must be given"),
         share("debt_share", "of capital, borrowed and repaid in equal payments over the lease", "0"),
         rate("debt_rate", "a year", "must be given with debt"),
         share("operator_share", "of equity and of what is paid out", "0"),
         sum("market_value", d::money, "what they sell for at the end of the lease", "0"),
         sum("guaranteed", d::money, "of that, by the operator", "0")}},
       {"cloud",
        "Renting by the hour.",
        {sum("price", per_chip_time, "at the start", "must be given"), change("price_change", "a year", "0", -1),
         share("discount", "off the price, for a commitment", "0"),
         sum("total", d::money, "committed over the term", "0"), date("start", "first day", "the work's"),
         date("end", "the day after the last", "the work's"),
         time("ramp", "months over which the commitment rises", "0"),
         share("take_or_pay", "of the commitment, paid whatever is used", "1")}}}};
  programme::add_ledger_sections(form.sections);
  return form;
}

}  // namespace

const Form& finance_form() {
  static const Form form = make_form();
  return form;
}

}  // namespace orrery::study
