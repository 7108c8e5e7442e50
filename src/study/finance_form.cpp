// The sections and keys of a finance file, and how they are read.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/units.h"
#include "scenario/check.h"
#include "study/finance.h"

namespace orrery::study {
namespace {

using namespace scenario;
using money::MoneyPerChipTime;
namespace d = dimension;
using MoneyPerChip = Quantity<d::money - d::chips>;
const double year = year_length.value(), longest = 12000 * mean_month.value();

Key time(std::string_view name, std::string_view meaning, std::string_view otherwise) {
  return certain(amount(name, d::time, meaning, otherwise, 0, longest));
}
Key share(std::string_view name, std::string_view meaning, std::string_view otherwise, double low = 0) {
  return certain(amount(name, d::none, meaning, otherwise, low, 1));
}
Key rate(std::string_view name, std::string_view meaning, std::string_view otherwise, double low = 0) {
  return certain(amount(name, d::frequency, meaning, otherwise, low / year, most));
}
Key sum(std::string_view name, Dimension dimension, std::string_view meaning, std::string_view otherwise) {
  return certain(amount(name, dimension, meaning, otherwise, 0, most));
}

std::vector<Key> project_keys() {
  const Dimension per_chip = d::money - d::chips, per_chip_time = per_chip - d::time;
  return {date("start", "first day of service", "must be given"),
          time("life", "years of service, whole", "must be given"),
          certain(amount("chips", d::chips, "accelerators", "must be given", 1, 1e12)),
          share("utilisation", "share of the hours that is sold", "1"),
          sum("price", per_chip_time, "of an accelerator-hour in the first year", "must be given"),
          rate("price_change", "of it, a year", "0", -0.99),
          sum("compute", per_chip, "accelerator, server and network", "must be given"),
          sum("building", per_chip, "hall and plant per accelerator", "0"),
          sum("running", per_chip_time, "energy, staff, repair", "must be given"),
          rate("running_growth", "of the running cost, a year", "inflation", -0.99),
          share("residual", "of the cost, left at the end of the life", "0"),
          rate("inflation", "a year", "2.5 %/year", -0.99),
          rate("discount_rate", "nominal, a year", "must be given"),
          share("federal_tax", "on profit", "0.21"),
          share("state_tax", "on profit", "0"),
          text("compute_depreciation", "macrs_5, macrs_15, sl_5, sl_15, sl_20 or sl_39", "macrs_5"),
          text("building_depreciation", "likewise", "sl_39"),
          share("bonus", "of computing, depreciated in the first year", "0"),
          time("construction", "months before service over which costs fall", "0"),
          rate("construction_rate", "of the construction loan, a year", "0"),
          share("construction_share", "of costs that the loan pays", "1"),
          share("construction_fee", "of the loan", "0"),
          share("debt_share", "of cost; or debt_coverage", "no debt"),
          certain(amount("debt_coverage", d::none, "debt service coverage that sizes the debt", "no debt", 0.1, 100)),
          rate("debt_rate", "a year", "0"),
          time("debt_term", "years, whole", "must be given with debt"),
          share("debt_fee", "of the debt", "0"),
          time("debt_reserve", "months of debt service kept", "0"),
          time("moratorium", "years without repayment, whole", "0"),
          time("working_capital", "months of running cost kept", "0")};
}

Form make_form() {
  const Dimension per_chip = d::money - d::chips, per_chip_time = per_chip - d::time;
  std::vector<Key> realised;
  static std::vector<std::string> states;  // the views of the keys point here
  for (std::size_t i = 0; i < money::states; ++i) states.emplace_back(money::state_name(static_cast<money::State>(i)));
  for (const std::string& state : states)
    realised.push_back(
        amount(state, d::none, "share of such commitments that comes true", state == "cancelled" ? "0" : "1", 0, 1));
  return {
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
         "ledger", "cash", "power", "realised", "currencies"}},
       {"project", "Accelerators owned, financed and let by the hour.", project_keys()},
       {"owner",
        "The yearly cost of owned capacity, and contracts to hold it against.",
        {text("prices", "an entry of the catalog's prices", "must be given"),
         text("contract", "an entry of the catalog's contracts", "none"),
         text("rental", "a contract by the accelerator", "none")},
        {"published"}},
       {"owner.published.*",
        "What somebody else says that owning costs.",
        {sum("it_life", d::time, "for this life of IT", "must be given"),
         sum("cost", d::money - d::power - d::time, "per IT power and time", "must be given")},
        {},
        true},
       {"work",
        "The work that own, lease and cloud are compared on.",
        {date("start", "first day", "must be given"), time("length", "1 to 600 months", "must be given"),
         certain(amount("chips", d::chips, "accelerators at work", "must be given", 0, 1e12)),
         time("ramp", "months over which they come", "0"), rate("discount_rate", "a year", "must be given")}},
       {"own",
        "Buying.",
        {sum("price", per_chip, "accelerator, server and network", "must be given"),
         sum("building", per_chip, "hall and plant", "0"),
         sum("running", per_chip_time, "energy, staff, repair", "must be given"),
         time("wait", "months until at work; the cloud bridges", "0"),
         share("value_left_a_year", "of the accelerator, when sold", "0.65"),
         share("building_value_left_a_year", "of the building, when sold", "0.95"),
         share("selling_cost", "of the price got", "0")}},
       {"lease",
        "Leasing.",
        {date("start", "first day", "must be given"), date("end", "the day after the last", "must be given"),
         sum("rent", per_chip_time, "in the first year", "must be given"),
         certain(amount("chips", d::chips, "accelerators leased", "must be given", 0, 1e12)),
         sum("running", per_chip_time, "what the lessee pays beside rent", "0"),
         text("kind", "operating or finance, which pay alike, or take-or-pay",
              "take-or-pay with take_or_pay, else operating"),
         rate("escalator", "rise of the rent on each anniversary", "0", -1),
         time("free", "months without rent at the start", "0"),
         sum("deposit", d::money, "comes back in the last month", "0"),
         sum("initial", d::money, "paid at the start", "0"), time("paid_every", "months between payments", "1 month"),
         share("take_or_pay", "paid whatever is used", "1"),
         time("exit_from", "month from which notice may be given", "none"),
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
        {sum("price", per_chip_time, "at the start", "must be given"), rate("price_change", "a year", "0", -1),
         share("discount", "off the price, for a commitment", "0"),
         sum("total", d::money, "committed over the term", "0"), date("start", "first day", "the work's"),
         date("end", "the day after the last", "the work's"),
         time("ramp", "months over which the commitment rises", "0"),
         share("take_or_pay", "of the commitment, paid whatever is used", "1")}},
       {"commitment.*",
        "Who has promised what to whom. A later row of the same id replaces the earlier from its day on.",
        {text("id", "its name", "must be given"), text("payer", "who pays", "must be given"),
         text("payee", "who is paid", "must be given"), text("what", "what for", "none"),
         text("state", "rumour, letter, signed, binding, financed, energised or cancelled", "must be given"),
         date("said", "day on which it became known", "must be given"), date("start", "of payments", "must be given"),
         date("end", "the day after the last", "must be given"),
         of(KeyType::money_or_number, "amount", "over the whole term; a plain number with currency", "must be given"),
         text("currency", "of the amount, one of [currencies]", "dollars"),
         sum("power", d::power, "that it is about", "0"),
         certain(amount("chips", d::chips, "that it is about", "0", 0, 1e12)),
         text("lot", "the chips it is about, promised once", "none"),
         share("take_or_pay", "paid whatever is used", "1"),
         sum("financed", d::money, "of the amount, raised or covered", "0"),
         time("ramp", "months over which payments rise", "0"), text("source", "where it is from", "none")},
        {},
        true},
       {"claim.*",
        "Something said of all of a payer's commitments.",
        {text("what", "what was said", "must be given"), date("said", "when", "must be given"),
         sum("amount", d::money, "claimed", "none"), sum("power", d::power, "claimed", "none"),
         whole("until", "the last year it speaks of", "all", 1900, 2200),
         text("source", "where it is from", "must be given")},
        {},
        true},
       {"ledger",
        "Whose commitments, seen when, and what pays for them.",
        {text("payer", "one of the payers", "must be given"),
         date("as_of", "rows said later do not count", "must be given"),
         sum("revenue", d::money, "of revenue_year", "none"),
         whole("revenue_year", "a year", "must be given with revenue", 1900, 2200),
         share("compute_share", "of revenue that may go to computing", "must be given with revenue", 1e-9),
         rate("price_change", "of what computing sells for", "0", -0.99),
         amount("cash_factor", d::none, "multiplies the cash of every year", "1", 0, most)}},
       {"cash",
        "What the payer's business brings in.",
        {each(NameForm::year, certain(amount("", d::money, "in that year", "0", -most)))}},
       {"power",
        "Power that the payer's sites have at the end of a year.",
        {each(NameForm::year, sum("", d::power, "ready", "not held to power"))}},
       {"realised", "What comes true.", realised},
       {"currencies",
        "Dollars for one unit.",
        {each(NameForm::name, certain(amount("", d::money, "dollars", "none", 1e-12, most)))}}}};
}

/// A rate "6 %/year" as a fraction a year.
double rate_of(Reader& reader, const View& view, std::string_view key, std::optional<double> otherwise = {},
               const char* rule = "none") {
  return reader
             .constant<Frequency>(view, key,
                                  otherwise ? std::optional(from_rule(*otherwise / year, rule)) : std::nullopt)
             .value() *
         year;
}
double share_of(Reader& reader, const View& view, std::string_view key, std::optional<double> otherwise = {},
                const char* rule = "none") {
  return reader.constant_number(view, key, otherwise ? std::optional(from_rule(*otherwise, rule)) : std::nullopt);
}
template <class Q>
Q amount_of(Reader& reader, const View& view, std::string_view key, std::optional<double> otherwise = {},
            const char* rule = "none") {
  return reader.constant<Q>(view, key, otherwise ? std::optional(from_rule(*otherwise, rule)) : std::nullopt);
}
/// A time as whole months.
int months_of(Reader& reader, const View& view, std::string_view key, std::optional<int> otherwise = {},
              const char* rule = "none") {
  const Time time = reader.constant<Time>(
      view, key, otherwise ? std::optional(from_rule(*otherwise * mean_month.value(), rule)) : std::nullopt);
  return static_cast<int>(std::lround(time.value() / mean_month.value()));
}
/// A time that must be whole years.
int years_of(Reader& reader, const View& view, std::string_view key) {
  const int months = months_of(reader, view, key);
  if (months % 12 != 0)
    throw Error(view.place(key), view.key_path(key), "is not whole years", "give whole years, such as \"6 years\"");
  return months / 12;
}

/// A value that is drawn for each commitment or year by itself, and so is no input of its own.
Distribution distribution_of(Reader& reader, const View& view, std::string_view key, double otherwise) {
  const UncertainNumber value = reader.number(view, key, from_rule(otherwise, "as announced"));
  if (value.input < 0) return Distribution::constant(value.median);
  const Distribution drawn = reader.inputs.back().distribution;
  reader.inputs.pop_back();
  return drawn;
}

/// Gives an error of a model the place and path of the section it came from.
template <class Function>
void at_section(const View& view, const std::string& path, Function function) {
  try {
    function();
  } catch (const Error& error) {
    throw Error(view.place(), error.key().empty() ? path : error.key(), error.problem(), error.remedy());
  }
}

OwnerQuestion read_owner(Reader& reader, const View& in) {
  OwnerQuestion question;
  reader.must_give(in, "prices", "\"owner-band\"");
  const catalog::Entry& prices = reader.entry(in, "prices", "prices", "", "");
  question.prices = prices.name;
  question.prices_title = prices.title;
  question.cost = money::read_owner_cost(prices);
  if (in.gives("contract")) {
    const catalog::Entry& contract = reader.entry(in, "contract", "contracts", "", "");
    question.contract = contract.name;
    question.contract_title = contract.title;
    // An owner's cost is per unit of IT power, and so is what it is held against.
    question.rent = money::rent_of_it_power(contract);
    if (!contract.find("power")) question.pue = contract.at("pue").amount.median();
  }
  if (in.gives("rental")) {
    const catalog::Entry& rental = reader.entry(in, "rental", "contracts", "", "");
    question.rental = rental.name;
    question.rental_title = rental.title;
    question.rental_rent = money::rent_of_chip(Quantity<d::money - d::time>(rental.at("rent").amount.median()),
                                               Chips(rental.at("chips").amount.median()));
  }
  for (const auto& [name, row] : in.group("published")) {
    question.published.push_back(
        {amount_of<Time>(reader, row, "it_life"), amount_of<money::MoneyPerPowerTime>(reader, row, "cost")});
    if (!(question.published.back().it_life.value() > 0) || !(question.published.back().cost.value() > 0))
      throw Error(row.place(), "owner.published", "a life or a cost is not above zero",
                  "give both, such as \"5 years\" and \"$8.5M/MW/year\"");
  }
  return question;
}

money::OwnTerms read_own(Reader& reader, const View& in) {
  money::OwnTerms own;
  own.price = amount_of<MoneyPerChip>(reader, in, "price");
  own.building = amount_of<MoneyPerChip>(reader, in, "building", 0);
  own.running = amount_of<MoneyPerChipTime>(reader, in, "running");
  own.wait_months = months_of(reader, in, "wait", 0);
  own.value_left_a_year = share_of(reader, in, "value_left_a_year", own.value_left_a_year, "assumed");
  own.building_value_left_a_year =
      share_of(reader, in, "building_value_left_a_year", own.building_value_left_a_year, "assumed");
  own.selling_cost = share_of(reader, in, "selling_cost", 0);
  return own;
}

money::LeaseOption read_lease(Reader& reader, const View& in) {
  money::LeaseOption lease;
  money::LeaseTerms& terms = lease.terms;
  terms.name = "lease";
  terms.start = reader.date(in, "start");
  terms.end = reader.date(in, "end");
  lease.chips = amount_of<Chips>(reader, in, "chips");
  terms.rent = amount_of<MoneyPerChipTime>(reader, in, "rent") * lease.chips * mean_month;
  lease.running = amount_of<MoneyPerChipTime>(reader, in, "running", 0);
  at_section(in, "lease.kind", [&] {
    const bool take = in.gives("take_or_pay");
    terms.kind = money::parse_lease_kind(
        reader.text(in, "kind", take ? "take-or-pay" : "operating", take ? "by take_or_pay" : "the usual"));
    if (take && terms.kind != money::LeaseKind::take_or_pay)
      throw Error({}, "kind", "has its rent paid whatever is used, beside a take_or_pay",
                  "take take_or_pay out, or give kind = \"take-or-pay\"");
  });
  terms.escalator = rate_of(reader, in, "escalator", 0);
  terms.free_months = months_of(reader, in, "free", 0);
  terms.deposit = amount_of<Money>(reader, in, "deposit", 0);
  terms.initial = amount_of<Money>(reader, in, "initial", 0);
  terms.months_per_payment = months_of(reader, in, "paid_every", 1, "monthly");
  terms.take_share = share_of(reader, in, "take_or_pay", 1, "all of it");
  if (in.gives("notice") || in.gives("exit_from") || in.gives("exit_fee"))
    terms.exit = money::EarlyExit{months_of(reader, in, "exit_from", 0), months_of(reader, in, "notice", 0),
                                  amount_of<Money>(reader, in, "exit_fee", 0)};
  if (in.gives("renewal"))
    terms.renewal = money::RenewalOption{months_of(reader, in, "renewal"),
                                         share_of(reader, in, "renewal_rent", 1, "the last rent")};
  money::check(terms, in.place());
  return lease;
}

money::CloudTerms read_cloud(Reader& reader, const View& in, Date start, int months) {
  money::CloudTerms cloud;
  cloud.name = "cloud";
  cloud.start = reader.date(in, "start", start, "the work's");
  cloud.end = reader.date(in, "end", add_months(start, months), "the work's");
  cloud.price = amount_of<MoneyPerChipTime>(reader, in, "price");
  cloud.price_change = rate_of(reader, in, "price_change", 0);
  cloud.discount = share_of(reader, in, "discount", 0);
  cloud.total = amount_of<Money>(reader, in, "total", 0);
  cloud.ramp_months = months_of(reader, in, "ramp", 0);
  cloud.take_share = share_of(reader, in, "take_or_pay", 1, "all of it");
  money::check(cloud, in.place());
  return cloud;
}

ChoiceQuestion read_choice(Reader& reader, const View& root) {
  ChoiceQuestion question;
  const View work = root.below("work");
  question.work.start = reader.date(work, "start");
  const int months = months_of(reader, work, "length");
  if (months < 1 || months > 600)
    throw Error(work.place("length"), "work.length", "the work is not of 1 to 600 months", "give its length");
  const Chips chips = amount_of<Chips>(reader, work, "chips");
  const int ramp = months_of(reader, work, "ramp", 0);
  for (int month = 0; month < months; ++month)
    question.work.chips.push_back(month < ramp ? chips * ((month + 1.0) / (ramp + 1.0)) : chips);
  question.rate = rate_of(reader, work, "discount_rate");
  if (!root.gives("cloud"))
    throw Error(work.place(), "cloud", "the comparison has no cloud price", "give [cloud], which also bridges waits");
  question.cloud = read_cloud(reader, root.below("cloud"), question.work.start, months);
  if (root.gives("own")) question.own = read_own(reader, root.below("own"));
  if (root.gives("lease")) question.lease = read_lease(reader, root.below("lease"));
  return question;
}

LeaseQuestion read_leased(Reader& reader, const View& root, const std::optional<ChoiceQuestion>& choice) {
  if (!root.gives("lease"))
    throw Error(root.place(root.gives("venture") ? "venture" : "sale_and_leaseback"), "lease",
                "there is no lease of what others own", "give [lease]");
  // A lease that is compared with owning has been read.
  LeaseQuestion question{choice ? choice->lease->terms : read_lease(reader, root.below("lease")).terms, {}, {}};
  if (root.gives("sale_and_leaseback")) {
    const View in = root.below("sale_and_leaseback");
    money::SaleAndLeaseback& sale = question.sale.emplace();
    sale.price = amount_of<Money>(reader, in, "price");
    sale.book_value = amount_of<Money>(reader, in, "book_value", sale.price.value(), "the price");
    sale.residual_lost = amount_of<Money>(reader, in, "residual_lost", 0);
  }
  if (root.gives("venture")) {
    const View in = root.below("venture");
    money::JointVenture& venture = question.venture.emplace();
    venture.capital = amount_of<Money>(reader, in, "capital");
    venture.debt_share = share_of(reader, in, "debt_share", 0, "no debt");
    needs(in, {"debt_rate"}, venture.debt_share > 0, "debt", "add debt_share, or leave it out");
    if (venture.debt_share > 0) venture.debt_rate = rate_of(reader, in, "debt_rate");
    venture.operator_share = share_of(reader, in, "operator_share", 0, "the partner owns it");
    venture.market_value = amount_of<Money>(reader, in, "market_value", 0);
    venture.guaranteed = amount_of<Money>(reader, in, "guaranteed", 0);
    at_section(in, "venture", [&] { money::joint_venture(venture, question.lease); });
  }
  return question;
}

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

ProjectQuestion read_project(Reader& reader, const View& in) {
  ProjectQuestion question;
  money::SingleOwner& project = question.project;
  question.start = reader.date(in, "start");
  question.chips = amount_of<Chips>(reader, in, "chips");
  project.years = years_of(reader, in, "life");
  if (project.years < 1 || project.years > 100)
    throw Error(in.place("life"), "project.life", "the life is not of 1 to 100 years", "give years of service");
  money::UnitYear& sold = project.sold.years[0];
  sold.net = sold.sales = sold.sales_value = sold.before_curtailment =
      question.chips.value() * (year / 3600) * share_of(reader, in, "utilisation", 1, "every hour");
  project.price.values = {amount_of<MoneyPerChipTime>(reader, in, "price").value() * 3600};
  project.price.growth = rate_of(reader, in, "price_change", 0);
  const Money compute = amount_of<MoneyPerChip>(reader, in, "compute") * question.chips;
  const Money building = amount_of<MoneyPerChip>(reader, in, "building", 0) * question.chips;
  project.installed_cost = (compute + building).value();
  project.inflation = rate_of(reader, in, "inflation", 0.025, "assumed");
  project.real_discount = (1 + rate_of(reader, in, "discount_rate")) / (1 + project.inflation) - 1;
  project.operation.fixed = {
      {(amount_of<MoneyPerChipTime>(reader, in, "running") * question.chips * year_length).value()},
      rate_of(reader, in, "running_growth", project.inflation, "inflation")};
  project.salvage_share = share_of(reader, in, "residual", 0);
  project.federal_tax = {share_of(reader, in, "federal_tax", 0.21, "of the United States")};
  project.state_tax = {share_of(reader, in, "state_tax", 0)};
  const double computing = project.installed_cost > 0 ? compute.value() / project.installed_cost : 1;
  const std::size_t fast = depreciation_class(reader, in, "compute_depreciation", "macrs_5");
  const std::size_t slow = depreciation_class(reader, in, "building_depreciation", "sl_39");
  project.allocation[fast] += computing;
  project.allocation[slow] += 1 - computing;
  project.federal.bonus = share_of(reader, in, "bonus", 0);
  project.federal.bonus_for[fast] = true;
  project.working_capital_months = months_of(reader, in, "working_capital", 0);

  // Costs fall evenly over construction; the loan pays its share of each month and is repaid from what finances
  // service.
  const int months = months_of(reader, in, "construction", 0);
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
  at_section(in, "project", [&] { money::check(project); });
  return question;
}

money::CommitmentBook read_commitments(Reader& reader, const View& root) {
  std::map<std::string, double> dollars_for_one;
  const View currencies = root.below("currencies");
  if (currencies.table)
    for (const auto& [name, node] : currencies.table->members)
      dollars_for_one[name] = amount_of<Money>(reader, currencies, name).value();
  money::CommitmentBook book;
  for (const auto& [name, in] : root.group("commitment")) {
    money::Commitment row;
    row.place = in.place();
    row.id = reader.text(in, "id");
    row.payer = reader.text(in, "payer");
    row.payee = reader.text(in, "payee");
    row.what = in.gives("what") ? reader.text(in, "what") : "";
    const std::string state = reader.text(in, "state");
    row.state = at(in.place("state"), in.key_path("state"), [&] { return money::parse_state(state); });
    row.said = reader.date(in, "said");
    row.start = reader.date(in, "start");
    row.end = reader.date(in, "end");
    reader.must_give(in, "amount", "\"$1B\"");
    // With a currency the amount is a plain number of its units.
    if (in.gives("currency"))
      row.amount = money::in_dollars(reader.constant_of(in, "amount", d::none), reader.text(in, "currency"),
                                     dollars_for_one, in.place("currency"));
    else row.amount = amount_of<Money>(reader, in, "amount");
    row.power = amount_of<Power>(reader, in, "power", 0);
    row.chips = amount_of<Chips>(reader, in, "chips", 0);
    row.lot = in.gives("lot") ? reader.text(in, "lot") : "";
    row.take_share = share_of(reader, in, "take_or_pay", 1, "all of it");
    row.financed = amount_of<Money>(reader, in, "financed", 0);
    row.ramp_months = months_of(reader, in, "ramp", 0);
    row.source = in.gives("source") ? bare(*in.find("source")).text : "";
    book.add(std::move(row));
  }
  return book;
}

CommitmentQuestion read_ledger(Reader& reader, const View& root) {
  CommitmentQuestion question;
  question.book = read_commitments(reader, root);
  const View in = root.below("ledger");
  if (!in.table)
    throw Error({reader.file()}, "ledger", "the commitments have no [ledger]", "say whose they are: payer = \"...\"");
  std::vector<std::string> payers;
  for (const money::Commitment& row : question.book.rows()) payers.push_back(row.payer);
  question.payer = reader.text(in, "payer");
  if (std::find(payers.begin(), payers.end(), question.payer) == payers.end())
    throw Error(in.place("payer"), "ledger.payer", "no commitment is paid by " + in_quotes(question.payer),
                suggest(question.payer, payers, "name a payer of the ledger"));
  question.date = reader.date(in, "as_of");
  if (in.gives("revenue")) {
    question.revenue = amount_of<Money>(reader, in, "revenue");
    question.revenue_year = reader.whole(in, "revenue_year");
    question.compute_share = share_of(reader, in, "compute_share");
    question.price_change = rate_of(reader, in, "price_change", 0);
  }
  for (std::size_t i = 0; i < money::states; ++i) {
    const bool cancelled = static_cast<money::State>(i) == money::State::cancelled;
    question.realised[i] = distribution_of(reader, root.below("realised"),
                                           money::state_name(static_cast<money::State>(i)), cancelled ? 0 : 1);
  }
  question.cash_factor = distribution_of(reader, in, "cash_factor", 1);
  auto by_year = [&](const char* section, auto use) {
    const View years = root.below(section);
    if (years.table)
      for (const auto& [name, node] : years.table->members) use(std::stoi(name), years, name);
  };
  by_year("cash", [&](int of, const View& view, const std::string& key) {
    question.own_cash[of] = amount_of<Money>(reader, view, key);
  });
  by_year("power", [&](int of, const View& view, const std::string& key) {
    question.own_power[of] = amount_of<Power>(reader, view, key);
  });
  for (const auto& [name, row] : root.group("claim")) {
    reader.must_give(row, "source", "\"...\"");
    money::Claim claim{reader.text(row, "what"), bare(*row.find("source")).text, reader.date(row, "said"),
                       amount_of<Money>(reader, row, "amount", 0), amount_of<Power>(reader, row, "power", 0)};
    if (row.gives("until")) claim.until = reader.whole(row, "until");
    if (!(claim.amount > Money(0)) && !(claim.power > Power(0)))
      throw Error(row.place(), row.path, "it claims neither money nor power", "give amount, power or both");
    question.claims.push_back(std::move(claim));
  }
  return question;
}

}  // namespace

const Form& finance_form() {
  static const Form form = make_form();
  return form;
}

FinanceQuestions read_finance(Reader& reader) {
  FinanceQuestions questions;
  const View root = reader.root();
  if (root.gives("project")) questions.project = read_project(reader, root.below("project"));
  if (root.gives("owner")) questions.owner = read_owner(reader, root.below("owner"));
  if (root.gives("work")) questions.choice = read_choice(reader, root);
  const bool leased = root.gives("sale_and_leaseback") || root.gives("venture");
  if (leased) questions.leased = read_leased(reader, root, questions.choice);
  if (root.gives("commitment")) questions.commitments = read_ledger(reader, root);
  for (const char* key : {"own", "lease", "cloud"})
    if (root.gives(key) && !root.gives("work") && !(leased && key == std::string_view("lease")))
      throw Error(root.place(key), key, "there is no [work] to compare it on", "give [work]");
  for (const char* key : {"claim", "ledger", "cash", "power", "realised"})
    if (root.gives(key) && !root.gives("commitment"))
      throw Error(root.place(key), key, "there are no commitments", "give [[commitment]] rows");
  if (!questions.project && !questions.owner && !questions.choice && !leased && !questions.commitments)
    throw Error({reader.file()}, "", "the file asks nothing",
                "give [project], [owner], [work] with [own], [lease], [cloud], or [[commitment]]");
  return questions;
}

}  // namespace orrery::study
