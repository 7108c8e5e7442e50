// Finance files: a strict reader, every key of a section known by name.
#include "programme/finance.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/value.h"

namespace orrery::programme {

namespace {

using money::MoneyPerChipTime;
using MoneyPerChip = Quantity<dimension::money - dimension::chips>;
/// A table whose keys are all known: the constructor refuses any other.
class Section {
 public:
  Section(const Node& table, std::string path, std::vector<std::string> known) : table_(table), path_(std::move(path)) {
    if (table.kind != Node::Kind::table)
      throw Error(table.place, path_, "this is " + kind_name(table.kind) + ", not a table", "write [" + path_ + "]");
    for (const auto& [key, node] : table.members)
      if (std::find(known.begin(), known.end(), key) == known.end())
        throw Error(node.place, path_of(key), "there is no such key here", suggest(key, known, "see docs/money.md"));
  }
  bool has(std::string_view key) const { return table_.find(key) != nullptr; }
  Place place() const { return table_.place; }
  Place place_of(std::string_view key) const { return has(key) ? table_.find(key)->place : table_.place; }

  Distribution distribution(std::string_view key, Dimension dimension, double low = 0, double high = infinity) const {
    const Node& node = at(key);
    const Distribution value = read_amount(node, dimension, path_of(key));
    check_range(value, dimension, low, high, node.place, path_of(key));
    return value;
  }
  double number(std::string_view key, Dimension dimension = dimension::none, double low = 0,
                double high = infinity) const {
    const Node& node = at(key);
    const double value = read_constant(node, dimension, path_of(key));
    check_range(Distribution::constant(value), dimension, low, high, node.place, path_of(key));
    return value;
  }
  double number_or(std::string_view key, double otherwise, Dimension dimension = dimension::none, double low = 0,
                   double high = infinity) const {
    return has(key) ? number(key, dimension, low, high) : otherwise;
  }
  template <class Q>
  Q amount(std::string_view key) const {
    return Q(number(key, Q::dimension()));
  }
  template <class Q>
  Q amount_or(std::string_view key, Q otherwise) const {
    return has(key) ? amount<Q>(key) : otherwise;
  }
  /// A rate "6 %/year" as a fraction a year.
  double rate(std::string_view key, double low) const {
    return number(key, dimension::frequency, low / year_length.value()) * year_length.value();
  }
  double rate_or(std::string_view key, double otherwise, double low) const {
    return has(key) ? rate(key, low) : otherwise;
  }
  /// A time as whole months, at most a thousand years.
  int months(std::string_view key) const {
    const double longest = 12000 * mean_month.value();
    return static_cast<int>(std::lround(number(key, dimension::time, 0, longest) / mean_month.value()));
  }
  /// A time that must be whole years.
  int years(std::string_view key) const {
    if (months(key) % 12 != 0)
      throw Error(place_of(key), path_of(key), "this is not whole years", "give whole years, such as \"6 years\"");
    return months(key) / 12;
  }
  /// A year of the calendar.
  int calendar_year(std::string_view key) const {
    const double year = number(key, dimension::none, 1900, 2200);
    if (year != std::floor(year)) throw Error(place_of(key), path_of(key), "this is not a year", "write 2030");
    return static_cast<int>(year);
  }
  int months_or(std::string_view key, int otherwise) const { return has(key) ? months(key) : otherwise; }
  std::string text(std::string_view key) const {
    const Node& node = at(key);
    if (node.kind != Node::Kind::text)
      throw Error(node.place, path_of(key), "this is " + kind_name(node.kind) + ", not text", "write it in quotes");
    return node.text;
  }
  std::string text_or(std::string_view key, std::string otherwise) const { return has(key) ? text(key) : otherwise; }
  Date date(std::string_view key) const {
    const Node& node = at(key);
    if (node.kind == Node::Kind::date) return node.date;
    if (node.kind != Node::Kind::text)
      throw Error(node.place, path_of(key), "this is " + kind_name(node.kind) + ", not a date", "write 2026-01-31");
    try {
      return parse_date(node.text);
    } catch (const Error& error) {
      throw Error(node.place, path_of(key), error.problem(), error.remedy());
    }
  }
  std::string path_of(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + '.' + std::string(key);
  }
  const Node& at(std::string_view key) const {
    const Node* node = table_.find(key);
    if (!node) throw Error(table_.place, path_of(key), "the key is missing", "give it");
    return *node;
  }

 private:
  const Node& table_;
  std::string path_;
};

/// Gives an error of a model the place and path of the section it came from.
template <class Function>
void at_section(const Section& section, const std::string& path, Function function) {
  try {
    function();
  } catch (const Error& error) {
    throw Error(section.place(), error.key().empty() ? path : error.key(), error.problem(), error.remedy());
  }
}

OwnerQuestion read_owner(const Node& node, const catalog::Catalog& catalog) {
  const Section in(node, "owner", {"prices", "contract", "rental", "published"});
  OwnerQuestion question;
  question.prices = in.text("prices");
  const catalog::Entry& prices = catalog.entry("prices", question.prices, in.place_of("prices"), "owner.prices");
  question.prices_title = prices.title;
  question.cost = money::read_owner_cost(prices);
  if (in.has("contract")) {
    question.contract = in.text("contract");
    const catalog::Entry& contract =
        catalog.entry("contracts", question.contract, in.place_of("contract"), "owner.contract");
    question.contract_title = contract.title;
    question.rent =
        money::rent_of_power(Money(contract.at("total").amount.median()), Power(contract.at("power").amount.median()),
                             Time(contract.at("term").amount.median()));
  }
  if (in.has("rental")) {
    question.rental = in.text("rental");
    const catalog::Entry& rental = catalog.entry("contracts", question.rental, in.place_of("rental"), "owner.rental");
    question.rental_title = rental.title;
    question.rental_rent =
        money::rent_of_chip(Quantity<dimension::money - dimension::time>(rental.at("rent").amount.median()),
                            Chips(rental.at("chips").amount.median()));
  }
  const Node* published = node.find("published");
  if (published && published->kind != Node::Kind::list)
    throw Error(published->place, "owner.published", "this is " + kind_name(published->kind) + ", not rows",
                "write [[owner.published]]");
  for (std::size_t i = 0; published && i < published->items.size(); ++i) {
    const Section row(published->items[i], "owner.published[" + std::to_string(i) + "]", {"it_life", "cost"});
    question.published.push_back({row.amount<Time>("it_life"), row.amount<money::MoneyPerPowerTime>("cost")});
    if (!(question.published.back().it_life.value() > 0) || !(question.published.back().cost.value() > 0))
      throw Error(published->items[i].place, "owner.published", "a life or a cost is not above zero",
                  "give both, such as \"5 years\" and \"$8.5M/MW/year\"");
  }
  return question;
}

money::OwnTerms read_own(const Node& node) {
  const Section in(
      node, "own",
      {"price", "building", "running", "wait", "value_left_a_year", "building_value_left_a_year", "selling_cost"});
  money::OwnTerms own;
  own.price = in.amount<MoneyPerChip>("price");
  own.building = in.amount_or<MoneyPerChip>("building", MoneyPerChip(0));
  own.running = in.amount<MoneyPerChipTime>("running");
  own.wait_months = in.months_or("wait", 0);
  own.value_left_a_year = in.number_or("value_left_a_year", own.value_left_a_year, dimension::none, 0, 1);
  own.building_value_left_a_year =
      in.number_or("building_value_left_a_year", own.building_value_left_a_year, dimension::none, 0, 1);
  own.selling_cost = in.number_or("selling_cost", 0, dimension::none, 0, 1);
  return own;
}

money::LeaseOption read_lease(const Node& node) {
  const Section in(node, "lease",
                   {"start", "end", "rent", "chips", "running", "kind", "escalator", "free", "deposit", "initial",
                    "paid_every", "take_or_pay", "exit_from", "notice", "exit_fee", "renewal", "renewal_rent"});
  money::LeaseOption lease;
  money::LeaseTerms& terms = lease.terms;
  terms.name = "lease";
  terms.start = in.date("start");
  terms.end = in.date("end");
  lease.chips = in.amount<Chips>("chips");
  terms.rent = in.amount<MoneyPerChipTime>("rent") * lease.chips * mean_month;
  lease.running = in.amount_or<MoneyPerChipTime>("running", MoneyPerChipTime(0));
  at_section(in, "lease.kind", [&] { terms.kind = money::parse_lease_kind(in.text_or("kind", "operating")); });
  terms.escalator = in.rate_or("escalator", 0, -1);
  terms.free_months = in.months_or("free", 0);
  terms.deposit = in.amount_or<Money>("deposit", Money(0));
  terms.initial = in.amount_or<Money>("initial", Money(0));
  terms.months_per_payment = in.months_or("paid_every", 1);
  terms.take_share = in.number_or("take_or_pay", 1, dimension::none, 0, 1);
  if (in.has("notice") || in.has("exit_from") || in.has("exit_fee"))
    terms.exit = money::EarlyExit{in.months_or("exit_from", 0), in.months_or("notice", 0),
                                  in.amount_or<Money>("exit_fee", Money(0))};
  if (in.has("renewal"))
    terms.renewal = money::RenewalOption{in.months("renewal"), in.number_or("renewal_rent", 1, dimension::none, 0, 100)};
  money::check(terms, in.place());
  return lease;
}

money::CloudTerms read_cloud(const Node& node, Date start, int months) {
  const Section in(node, "cloud",
                   {"price", "price_change", "discount", "total", "start", "end", "ramp", "take_or_pay"});
  money::CloudTerms cloud;
  cloud.name = "cloud";
  cloud.start = in.has("start") ? in.date("start") : start;
  cloud.end = in.has("end") ? in.date("end") : add_months(start, months);
  cloud.price = in.amount<MoneyPerChipTime>("price");
  cloud.price_change = in.rate_or("price_change", 0, -1);
  cloud.discount = in.number_or("discount", 0, dimension::none, 0, 1);
  cloud.total = in.amount_or<Money>("total", Money(0));
  cloud.ramp_months = in.months_or("ramp", 0);
  cloud.take_share = in.number_or("take_or_pay", 1, dimension::none, 0, 1);
  money::check(cloud, in.place());
  return cloud;
}

ChoiceQuestion read_choice(const Node& root) {
  ChoiceQuestion question;
  const Section work(*root.find("work"), "work", {"start", "length", "chips", "ramp", "discount_rate"});
  question.work.start = work.date("start");
  const int months = work.months("length");
  if (months < 1 || months > 600)
    throw Error(work.place_of("length"), "work.length", "the work is not of 1 to 600 months", "give its length");
  const Chips chips = work.amount<Chips>("chips");
  const int ramp = work.months_or("ramp", 0);
  for (int month = 0; month < months; ++month)
    question.work.chips.push_back(month < ramp ? chips * ((month + 1.0) / (ramp + 1.0)) : chips);
  question.rate = work.rate("discount_rate", 0);
  if (!root.find("cloud"))
    throw Error(root.place, "cloud", "the comparison has no cloud price", "give [cloud], which also bridges waits");
  question.cloud = read_cloud(*root.find("cloud"), question.work.start, months);
  if (const Node* own = root.find("own")) question.own = read_own(*own);
  if (const Node* lease = root.find("lease")) question.lease = read_lease(*lease);
  return question;
}

int depreciation_class(const Section& in, std::string_view key, const std::string& otherwise) {
  const std::string name = in.text_or(key, otherwise);
  std::vector<std::string> known;
  for (std::size_t c = 0; c + 1 < money::depreciation_classes; ++c)
    known.emplace_back(money::depreciation_class_name(static_cast<money::DepreciationClass>(c)));
  const auto found = std::find(known.begin(), known.end(), name);
  if (found == known.end())
    throw Error(in.place_of(key), in.path_of(key), "there is no depreciation class " + in_quotes(name),
                suggest(name, known, "use macrs_5, macrs_15, sl_5, sl_15, sl_20 or sl_39"));
  return static_cast<int>(found - known.begin());
}

void read_project_debt(const Section& in, int service_years, money::Debt& debt) {
  const bool geared = in.has("debt_share"), sculpted = in.has("debt_coverage");
  if (geared && sculpted)
    throw Error(in.place_of("debt_share"), "project.debt_share", "the debt is sized twice",
                "give debt_share, or debt_coverage to size it by coverage");
  debt.tenor_years = 0;
  debt.sculpted = sculpted;
  debt.share = in.number_or("debt_share", 0, dimension::none, 0, 1);
  debt.coverage_ratio = in.number_or("debt_coverage", 1.3, dimension::none, 0.1, 100);
  debt.rate = in.rate_or("debt_rate", 0, 0);
  debt.fee = in.number_or("debt_fee", 0, dimension::none, 0, 1);
  debt.reserve_months = in.months_or("debt_reserve", 0);
  debt.moratorium_years = in.has("moratorium") ? in.years("moratorium") : 0;
  if (!geared && !sculpted) return;
  if (!in.has("debt_term") || in.years("debt_term") < 1)
    throw Error(in.place_of(geared ? "debt_share" : "debt_coverage"), "project.debt_term",
                "there is debt without a term", "give debt_term, a year or more");
  debt.tenor_years = in.years("debt_term");
  if (debt.tenor_years > service_years)
    throw Error(in.place_of("debt_term"), "project.debt_term", "the debt outlives what it pays for",
                "give a term of at most the life");
}

ProjectQuestion read_project(const Node& node) {
  const Section in(node, "project",
                   {"start",
                    "life",
                    "chips",
                    "utilisation",
                    "price",
                    "price_change",
                    "compute",
                    "building",
                    "running",
                    "running_growth",
                    "residual",
                    "inflation",
                    "discount_rate",
                    "federal_tax",
                    "state_tax",
                    "compute_depreciation",
                    "building_depreciation",
                    "bonus",
                    "construction",
                    "construction_rate",
                    "construction_share",
                    "construction_fee",
                    "debt_share",
                    "debt_coverage",
                    "debt_rate",
                    "debt_term",
                    "debt_fee",
                    "debt_reserve",
                    "moratorium",
                    "working_capital"});
  ProjectQuestion question;
  money::SingleOwner& project = question.project;
  question.start = in.date("start");
  question.chips = in.amount<Chips>("chips");
  project.years = in.years("life");
  if (project.years < 1 || project.years > 100)
    throw Error(in.place_of("life"), "project.life", "the life is not of 1 to 100 years", "give years of service");
  const double hours = year_length.value() / 3600;
  money::UnitYear& sold = project.sold.years[0];
  sold.net = sold.sales = sold.sales_value = sold.before_curtailment =
      question.chips.value() * hours * in.number_or("utilisation", 1, dimension::none, 0, 1);
  project.price.values = {in.amount<MoneyPerChipTime>("price").value() * 3600};
  project.price.growth = in.rate_or("price_change", 0, -0.99);
  const Money compute = in.amount<MoneyPerChip>("compute") * question.chips;
  const Money building = in.amount_or<MoneyPerChip>("building", MoneyPerChip(0)) * question.chips;
  project.installed_cost = (compute + building).value();
  project.inflation = in.rate_or("inflation", 0.025, -0.99);
  project.real_discount = (1 + in.rate("discount_rate", 0)) / (1 + project.inflation) - 1;
  project.operation.fixed = {{(in.amount<MoneyPerChipTime>("running") * question.chips * year_length).value()},
                             in.rate_or("running_growth", project.inflation, -0.99)};
  project.salvage_share = in.number_or("residual", 0, dimension::none, 0, 1);
  project.federal_tax = {in.number_or("federal_tax", 0.21, dimension::none, 0, 1)};
  project.state_tax = {in.number_or("state_tax", 0, dimension::none, 0, 1)};
  const double computing = project.installed_cost > 0 ? compute.value() / project.installed_cost : 1;
  const std::size_t fast = static_cast<std::size_t>(depreciation_class(in, "compute_depreciation", "macrs_5"));
  const std::size_t slow = static_cast<std::size_t>(depreciation_class(in, "building_depreciation", "sl_39"));
  project.allocation[fast] += computing;
  project.allocation[slow] += 1 - computing;
  project.federal.bonus = in.number_or("bonus", 0, dimension::none, 0, 1);
  project.federal.bonus_for[fast] = true;
  project.working_capital_months = in.months_or("working_capital", 0);

  // Costs fall evenly over construction; the loan pays its share of each month and is repaid from what finances
  // service.
  const int months = in.months_or("construction", 0);
  if (months > 0) {
    money::ConstructionLoan loan;
    loan.share = in.number_or("construction_share", 1, dimension::none, 0, 1);
    loan.rate = in.rate_or("construction_rate", 0, 0);
    loan.upfront_fee = in.number_or("construction_fee", 0, dimension::none, 0, 1);
    question.construction = money::construction_finance(
        loan, std::vector<Money>(static_cast<std::size_t>(months), Money(project.installed_cost / months)));
    project.construction_financing = (question.construction.interest + question.construction.fees).value();
  }
  read_project_debt(in, project.years, project.debt);
  at_section(in, "project", [&] { money::check(project); });
  return question;
}

std::map<std::string, double> read_currencies(const Node& root) {
  std::map<std::string, double> rates;
  const Node* table = root.find("currencies");
  if (!table) return rates;
  for (const auto& [name, node] : table->members) {
    const double rate = read_constant(node, dimension::money, "currencies." + name);
    if (!(rate > 0))
      throw Error(node.place, "currencies." + name, "the rate is not above zero",
                  "give dollars for one, such as \"$1.10\"");
    rates[name] = rate;
  }
  return rates;
}

// [cash] and [power]: an amount for each year.
template <typename Use>
void for_each_year(const Node& root, const char* section, Use use) {
  const Node* table = root.find(section);
  if (!table) return;
  if (table->kind != Node::Kind::table)
    throw Error(table->place, section, "this is " + kind_name(table->kind) + ", not a table",
                "write [" + std::string(section) + "]");
  for (const auto& [year, node] : table->members) {
    const std::string key = std::string(section) + '.' + year;
    if (year.size() != 4 || year.find_first_not_of("0123456789") != std::string::npos)
      throw Error(node.place, key, "this is not a year", "write a year of four digits, such as 2027");
    use(std::stoi(year), node, key);
  }
}

std::vector<money::Claim> read_claims(const Node& list) {
  if (list.kind != Node::Kind::list)
    throw Error(list.place, "claim", "this is " + kind_name(list.kind) + ", not rows", "write [[claim]]");
  std::vector<money::Claim> claims;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const Section in(list.items[i], "claim[" + std::to_string(i) + "]",
                     {"what", "said", "amount", "power", "until", "source"});
    money::Claim claim{in.text("what"), in.text("source"), in.date("said"), in.amount_or<Money>("amount", Money(0)),
                       in.amount_or<Power>("power", Power(0))};
    if (in.has("until")) claim.until = in.calendar_year("until");
    if (!(claim.amount > Money(0)) && !(claim.power > Power(0)))
      throw Error(list.items[i].place, "claim", "it claims neither money nor power", "give amount, power or both");
    claims.push_back(std::move(claim));
  }
  return claims;
}

CommitmentQuestion read_ledger(const Node& root) {
  CommitmentQuestion question;
  question.book = read_commitments(*root.find("commitment"), read_currencies(root));
  const Node* table = root.find("ledger");
  if (!table)
    throw Error(root.place, "ledger", "the commitments have no [ledger]", "say whose they are: payer = \"...\"");
  const Section in(*table, "ledger",
                   {"payer", "as_of", "revenue", "revenue_year", "compute_share", "price_change", "cash_factor"});
  question.payer = in.text("payer");
  std::vector<std::string> payers;
  for (const money::Commitment& row : question.book.rows()) payers.push_back(row.payer);
  if (std::find(payers.begin(), payers.end(), question.payer) == payers.end())
    throw Error(in.place_of("payer"), "ledger.payer", "no commitment is paid by " + in_quotes(question.payer),
                suggest(question.payer, payers, "name a payer of the ledger"));
  question.date = in.date("as_of");
  if (in.has("revenue")) {
    question.revenue = in.amount<Money>("revenue");
    question.revenue_year = in.calendar_year("revenue_year");
    question.compute_share = in.number("compute_share", dimension::none, 1e-9, 1);
    question.price_change = in.rate_or("price_change", 0, -0.99);
  }
  if (in.has("cash_factor")) question.cash_factor = in.distribution("cash_factor", dimension::none);
  for_each_year(root, "cash", [&](int year, const Node& node, const std::string& key) {
    question.own_cash[year] = Money(read_constant(node, dimension::money, key));
  });
  for_each_year(root, "power", [&](int year, const Node& node, const std::string& key) {
    const double power = read_constant(node, dimension::power, key);
    if (power < 0) throw Error(node.place, key, "the power is below 0", "give MW of 0 or more");
    question.own_power[year] = Power(power);
  });
  if (const Node* claims = root.find("claim")) question.claims = read_claims(*claims);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < money::states; ++i) names.emplace_back(money::state_name(static_cast<money::State>(i)));
  question.realised.fill(Distribution::constant(1));
  question.realised[static_cast<std::size_t>(money::State::cancelled)] = Distribution::constant(0);
  if (const Node* realised = root.find("realised")) {
    const Section shares(*realised, "realised", names);
    for (std::size_t i = 0; i < money::states; ++i)
      if (shares.has(names[i])) question.realised[i] = shares.distribution(names[i], dimension::none, 0, 1);
  }
  return question;
}

}  // namespace

money::CommitmentBook read_commitments(const Node& list, const std::map<std::string, double>& dollars_for_one) {
  if (list.kind != Node::Kind::list)
    throw Error(list.place, "commitment", "this is " + kind_name(list.kind) + ", not rows", "write [[commitment]]");
  money::CommitmentBook book;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const std::string path = "commitment[" + std::to_string(i) + "]";
    const Section in(list.items[i], path,
                     {"id", "payer", "payee", "what", "state", "said", "start", "end", "amount", "currency", "power",
                      "chips", "lot", "take_or_pay", "financed", "ramp", "source"});
    money::Commitment row;
    row.place = in.place();
    row.id = in.text("id");
    row.payer = in.text("payer");
    row.payee = in.text("payee");
    row.what = in.text_or("what", "");
    try {
      row.state = money::parse_state(in.text("state"));
    } catch (const Error& error) {
      throw Error(in.place_of("state"), in.path_of("state"), error.problem(), error.remedy());
    }
    row.said = in.date("said");
    row.start = in.date("start");
    row.end = in.date("end");
    // With a currency the amount is a plain number of its units.
    if (in.has("currency"))
      row.amount =
          money::in_dollars(in.number("amount"), in.text("currency"), dollars_for_one, in.place_of("currency"));
    else
      row.amount = in.amount<Money>("amount");
    row.power = in.amount_or<Power>("power", Power(0));
    row.chips = in.amount_or<Chips>("chips", Chips(0));
    row.lot = in.text_or("lot", "");
    row.take_share = in.number_or("take_or_pay", 1, dimension::none, 0, 1);
    row.financed = in.amount_or<Money>("financed", Money(0));
    row.ramp_months = in.months_or("ramp", 0);
    row.source = in.text_or("source", "");
    book.add(std::move(row));
  }
  return book;
}

FinanceQuestions read_finance(const Node& root, const std::string& name, const catalog::Catalog& catalog) {
  const Section in(root, "",
                   {"title", "project", "owner", "work", "own", "lease", "cloud", "commitment", "claim", "ledger",
                    "cash", "power", "realised", "currencies"});
  FinanceQuestions questions;
  questions.name = name;
  questions.title = in.text_or("title", name);
  if (const Node* project = root.find("project")) questions.project = read_project(*project);
  if (const Node* owner = root.find("owner")) questions.owner = read_owner(*owner, catalog);
  if (root.find("work")) questions.choice = read_choice(root);
  if (root.find("commitment")) questions.commitments = read_ledger(root);
  for (const char* key : {"own", "lease", "cloud"})
    if (root.find(key) && !root.find("work"))
      throw Error(root.find(key)->place, key, "there is no [work] to compare it on", "give [work]");
  for (const char* key : {"claim", "ledger", "cash", "power", "realised"})
    if (root.find(key) && !root.find("commitment"))
      throw Error(root.find(key)->place, key, "there are no commitments", "give [[commitment]] rows");
  if (!questions.project && !questions.owner && !questions.choice && !questions.commitments)
    throw Error(root.place, "", "the file asks nothing",
                "give [project], [owner], [work] with [own], [lease], [cloud], or [[commitment]]");
  return questions;
}

}  // namespace orrery::programme
