// Reads the sections of a finance file but [project] and the ledger: the owner's cost; own, lease or cloud; what others
// own.
#include <algorithm>

#include "scenario/check.h"
#include "scenario/values.h"
#include "study/finance.h"

namespace orrery::study {
namespace {

using namespace scenario;
namespace d = dimension;
using money::MoneyPerChipTime;
using MoneyPerChip = Quantity<d::money - d::chips>;

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
    terms.exit = money::EarlyExit{months_of(reader, in, "exit_from", 0, "from the start"),
                                  months_of(reader, in, "notice", 0), amount_of<Money>(reader, in, "exit_fee", 0)};
  needs(in, {"renewal_rent"}, in.gives("renewal"), "a renewal", "add renewal, or leave it out");
  if (in.gives("renewal"))
    terms.renewal = money::RenewalOption{months_of(reader, in, "renewal"),
                                         share_of(reader, in, "renewal_rent", 1, "the last rent")};
  at_section(in, "lease", [&] { money::check(terms); });
  return lease;
}

money::CloudTerms read_cloud(Reader& reader, const View& in, Date start, int months) {
  needs(in, {"start", "end", "ramp", "take_or_pay"}, in.gives("total"), "a commitment", "add total, or leave it out");
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
  at_section(in, "cloud", [&] { money::check(cloud); });
  return cloud;
}

ChoiceQuestion read_choice(Reader& reader, const View& root) {
  ChoiceQuestion question;
  const View work = root.below("work");
  question.work.start = reader.date(work, "start");
  const int months = months_of(reader, work, "length");
  if (months < 1 || months > 600)
    throw Error(work.place("length"), "work.length", "the work is not of 1 to 600 months", "give its length");
  if (question.work.start.year() + (months + 11) / 12 > 2199)
    throw Error(work.place("length"), "work.length", "the work ends after 2199", "give an earlier start or less of it");
  const Chips chips = amount_of<Chips>(reader, work, "chips");
  const int ramp = months_of(reader, work, "ramp", 0);
  for (int month = 0; month < months; ++month)
    question.work.chips.push_back(month < ramp ? chips * ((month + 1.0) / (ramp + 1.0)) : chips);
  question.rate = rate_of(reader, work, "discount_rate");
  question.least_difference = share_of(reader, work, "least_difference", 0.05, "assumed");
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
  // A lease that is compared with owning has been read. What others own is leased to the end, and all of it used.
  if (!choice)
    needs(root.below("lease"),
          {"kind", "take_or_pay", "running", "exit_from", "notice", "exit_fee", "renewal", "renewal_rent"}, false,
          "[work] to compare it on", "add [work], or leave it out");
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

}  // namespace

FinanceQuestions read_finance(Reader& reader) {
  FinanceQuestions questions;
  const View root = reader.root();
  if (root.gives("project")) questions.project = read_project(reader, root.below("project"));
  if (root.gives("owner")) questions.owner = read_owner(reader, root.below("owner"));
  if (root.gives("work")) questions.choice = read_choice(reader, root);
  const bool leased = root.gives("sale_and_leaseback") || root.gives("venture");
  if (leased) questions.leased = read_leased(reader, root, questions.choice);
  if (root.gives("commitment")) questions.commitments = programme::read_ledger(reader, root);
  for (const char* key : {"own", "lease", "cloud"})
    if (root.gives(key) && !root.gives("work") && !(leased && key == std::string_view("lease")))
      throw Error(root.place(key), key, "there is no [work] to compare it on", "give [work]");
  for (const char* key : {"claim", "ledger", "cash", "raised", "power", "realised"})
    if (root.gives(key) && !root.gives("commitment"))
      throw Error(root.place(key), key, "there are no commitments", "give [[commitment]] rows");
  if (!questions.project && !questions.owner && !questions.choice && !leased && !questions.commitments)
    throw Error({reader.file()}, "", "the file asks nothing",
                "give [project], [owner], [work] with [own], [lease], [cloud], or [[commitment]]");
  return questions;
}

}  // namespace orrery::study
