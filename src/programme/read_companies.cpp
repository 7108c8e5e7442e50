// Companies of a plan and the contracts between them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/units.h"
#include "programme/books.h"
#include "programme/ownership.h"
#include "programme/price_process.h"
#include "programme/read.h"

namespace orrery::programme {
namespace {

const double year = year_length.value();
using Kind = Contract::Kind;

/// Everything of a plan that can be owned, as causes are named.
std::vector<std::string> parts_of(const Plan& plan) {
  std::vector<std::string> out;
  for (const Order& o : plan.orders) out.push_back("order." + o.name);
  for (const Rental& r : plan.rentals) out.push_back("rental." + r.name);
  for (const Lease& l : plan.leases) out.push_back("lease." + l.name);
  for (const Site& s : plan.sites) {
    const std::string site = "site." + s.name;
    out.push_back(site);
    for (const Building& b : s.buildings) out.push_back(site + ".building." + b.name);
    for (const PowerBlock& b : s.power) out.push_back(site + ".power." + b.name);
    for (const CoolingBlock& b : s.cooling) out.push_back(site + ".cooling." + b.name);
  }
  if (plan.serves) out.push_back("serving");
  return out;
}

std::vector<std::string> names_of(const Plan& plan) {
  std::vector<std::string> out;
  for (const Company& c : plan.companies) out.push_back(c.name);
  return out;
}

std::vector<std::string> depreciations() {
  std::vector<std::string> out;
  for (std::size_t c = 0; c + 1 < money::depreciation_classes; ++c)
    out.emplace_back(money::depreciation_class_name(static_cast<money::DepreciationClass>(c)));
  return out;
}

money::DepreciationClass depreciation(Reader& reader, const View& view, std::string_view key,
                                      const std::string& otherwise) {
  const std::vector<std::string> known = depreciations();
  const std::string name = reader.choice(view, key, known, otherwise, "the usual class");
  return static_cast<money::DepreciationClass>(std::find(known.begin(), known.end(), name) - known.begin());
}

/// Terms of debt, as [project] of finance files has them.
money::Debt read_debt(Reader& reader, const View& view) {
  money::Debt debt;
  const bool geared = view.gives("debt_share"), sculpted = view.gives("debt_coverage");
  if (geared && sculpted)
    throw Error(view.place("debt_share"), view.key_path("debt_share"), "stands beside debt_coverage",
                "give one of the two: the debt is sized once");
  debt.tenor_years = 0, debt.sculpted = sculpted, debt.reserve_months = 0;
  scenario::needs(view, {"debt_rate", "debt_term"}, geared || sculpted, "debt", "add debt_share or debt_coverage");
  debt.share = reader.constant_number(view, "debt_share", from_rule(0, "no debt"));
  debt.rate = reader.constant<Frequency>(view, "debt_rate", from_rule(0, "no debt")).value() * year;
  if (sculpted) debt.coverage_ratio = reader.constant_number(view, "debt_coverage");
  if (!geared && !sculpted) return debt;
  reader.must_give(view, "debt_term", "\"7 years\"");
  reader.must_give(view, "debt_rate", "\"8%/year\"");
  const double years = reader.constant<Time>(view, "debt_term").value() / year;
  debt.tenor_years = static_cast<int>(std::lround(years));
  if (debt.tenor_years < 1 || std::fabs(years - debt.tenor_years) > 1e-6)
    throw Error(view.place("debt_term"), view.key_path("debt_term"), "is not in whole years", "give whole years");
  return debt;
}

Company read_company(Reader& reader, const Plan& plan, const std::string& name, const View& view) {
  static const std::vector<std::string> roles = [] {
    std::vector<std::string> out;
    for (int r = 0; r <= static_cast<int>(Role::sponsor); ++r) out.emplace_back(role_name(static_cast<Role>(r)));
    return out;
  }();
  Company company;
  company.name = name;
  const std::string role = reader.choice(view, "role", roles, std::nullopt, "");
  company.role = static_cast<Role>(std::find(roles.begin(), roles.end(), role) - roles.begin());
  company.owns = reader.texts(view, "owns");
  company.discount_rate =
      reader.constant<Frequency>(view, "discount_rate", from_rule(plan.money.discount_rate.median.value(), "money's"))
          .value() *
      year;
  company.tax = reader.constant_number(view, "tax", from_rule(0.21, "of the United States"));
  company.compute = depreciation(reader, view, "compute_depreciation", "macrs_5");
  company.building = depreciation(reader, view, "building_depreciation", "sl_39");
  company.losses_carried = reader.choice(view, "losses", {"used at once", "carried forward"}, "used at once",
                                         "against other income of the owner") == "carried forward";
  if (company.losses_carried) company.loss_limit = 0.8;  // US Code 26, section 172(a)(2)
  company.debt = read_debt(reader, view);
  const bool owes = company.debt.tenor_years > 0;
  company.construction_rate =
      reader
          .constant<Frequency>(view, "construction_rate",
                               from_rule((owes ? company.debt.rate : company.discount_rate) / year,
                                         owes ? "the debt's" : "the discount rate"))
          .value() *
      year;
  if (view.gives("fails")) {
    company.fails = reader.date(view, "fails");
    if (*company.fails < plan.start)
      throw Error(view.place("fails"), view.key_path("fails"),
                  fmt::format("{} lies before the programme's start on {}", company.fails->text(), plan.start.text()),
                  "give a day on or after the start");
  }
  return company;
}

void check_owns(const Plan& plan, const View& view, const Company& company, const std::vector<std::string>& parts) {
  for (const std::string& part : company.owns) {
    if (std::find(parts.begin(), parts.end(), part) == parts.end())
      throw Error(view.place("owns"), view.key_path("owns"), in_quotes(part) + " is no part of this scenario",
                  suggest(part, parts, "name an order, a rental, a lease, a site or a part of one"));
    for (const Company& other : plan.companies)
      if (std::find(other.owns.begin(), other.owns.end(), part) != other.owns.end())
        throw Error(view.place("owns"), view.key_path("owns"), in_quotes(part) + " is owned by " + other.name + " too",
                    "let one company own it");
    if (std::count(company.owns.begin(), company.owns.end(), part) > 1)
      throw Error(view.place("owns"), view.key_path("owns"), in_quotes(part) + " stands there twice", "name it once");
  }
}

int company_of(Reader& reader, const Plan& plan, const View& view, const char* key) {
  reader.must_give(view, key, in_quotes(plan.companies.front().name));
  const std::vector<std::string> known = names_of(plan);
  const std::string name = reader.text(view, key);
  const auto it = std::find(known.begin(), known.end(), name);
  if (it == known.end())
    throw Error(view.place(key), view.key_path(key), in_quotes(name) + " is not a company of this scenario",
                suggest(name, known, fmt::format("name one of {}", fmt::join(known, ", "))));
  return static_cast<int>(it - known.begin());
}

/// The part of a name among those of the plan.
Part part_named(const Plan& plan, const std::string& name) {
  Part part;
  for (std::size_t o = 0; o < plan.orders.size(); ++o)
    if (name == "order." + plan.orders[o].name) part.order = static_cast<int>(o), part.site = plan.orders[o].site;
  for (std::size_t s = 0; s < plan.sites.size(); ++s) {
    const Site& site = plan.sites[s];
    const std::string path = "site." + site.name;
    if (name != path && !name.starts_with(path + '.')) continue;
    const auto index = [&](const char* group, const auto& blocks) {
      for (std::size_t b = 0; b < blocks.size(); ++b)
        if (name == path + group + blocks[b].name) return static_cast<int>(b);
      return -1;
    };
    const int building = index(".building.", site.buildings), power = index(".power.", site.power);
    if (name == path || building >= 0 || power >= 0) part = {static_cast<int>(s), building, power, -1};
  }
  return part;
}

struct KindKeys {
  Kind kind;
  std::vector<const char*> one_of;  ///< of which one at least is given
  std::vector<const char*> also;
};
const std::vector<KindKeys>& keys_by_kind() {
  static const std::vector<const char*> rent = {"escalator", "total",        "take_or_pay",  "ramp",
                                                "exit",      "notice",       "exit_fee",     "follows",
                                                "option",    "option_price", "option_market"};
  static const std::vector<KindKeys> all = {
      {Kind::ground_lease, {"price"}, rent},
      {Kind::power_purchase, {"price_per_energy", "price_per_power", "price"}, rent},
      {Kind::hall_lease, {"price_per_power", "price_per_chip", "price"}, rent},
      {Kind::server_lease, {"price_per_chip", "price", "total"}, rent},
      {Kind::capacity, {"price_per_chip", "price", "total"}, rent},
      {Kind::sale, {"amount"}, {}},
      {Kind::loan, {"amount"}, {"rate"}},
      {Kind::residual_guarantee, {"guaranteed"}, {"value", "follows"}},
      {Kind::warrant, {"amount"}, {}}};
  return all;
}

void check_keys(const View& view, const Contract& c) {
  const KindKeys& of = keys_by_kind()[static_cast<std::size_t>(c.kind)];
  const std::string kind(kind_name(c.kind));
  const auto has = [](const std::vector<const char*>& keys, const char* key) {
    return std::any_of(keys.begin(), keys.end(), [&](const char* k) { return std::string_view(k) == key; });
  };
  for (const char* key : {"price", "price_per_chip", "price_per_power", "price_per_energy", "amount", "guaranteed",
                          "value", "rate", "escalator", "total", "take_or_pay", "ramp", "exit", "notice", "exit_fee",
                          "follows", "option", "option_price", "option_market"})
    if (view.gives(key) && !has(of.one_of, key) && !has(of.also, key))
      throw Error(view.place(key), view.key_path(key), "says nothing of a " + kind,
                  fmt::format("leave it out; a {} has {}", kind, fmt::join(of.one_of, ", ")));
  if (std::none_of(of.one_of.begin(), of.one_of.end(), [&](const char* key) { return view.gives(key); }))
    throw Error(view.place(), view.key_path(of.one_of.front()), "is missing",
                fmt::format("a {} needs {}", kind, fmt::join(of.one_of, " or ")));
}

void read_days(Reader& reader, Plan& plan, const View& view, Contract& c) {
  c.from = day_from_start(reader, plan, view, "from", plan.start, "the programme's start");
  c.until = read_day(reader, plan, view, "until", plan.end, "the end of the forecast");
  if (!c.from.hangs() && !view.gives("until") && plan.end < c.from.date)
    throw Error(view.place("from"), view.key_path("from"),
                fmt::format("{} lies after the end of the forecast on {}", c.from.date.text(), plan.end.text()),
                "let it begin earlier, the forecast end later, or say until when it runs");
  if (!c.from.hangs() && !c.until.hangs() && c.until.date < c.from.date)
    throw Error(view.place("until"), view.key_path("until"),
                fmt::format("{} lies before the contract begins on {}", c.until.date.text(), c.from.date.text()),
                "let it end later");
  if ((c.kind == Kind::loan || c.kind == Kind::residual_guarantee) && !view.gives("until"))
    throw Error(view.place(), view.key_path("until"), "is missing", "say until when it runs");
  c.said = reader.date(view, "signed", plan.start, "the programme's start");
  if (!c.from.hangs() && c.from.date < c.said)
    throw Error(view.place(view.gives("from") ? "from" : "signed"), view.key_path("from"),
                fmt::format("it pays from {} and is signed on {}", c.from.date.text(), c.said.text()),
                "let payment begin no earlier than that");
  c.exits = view.gives("exit");
  scenario::needs(view, {"notice", "exit_fee"}, c.exits, "exit", "add exit, the day on which notice is given");
  if (!c.exits) return;
  c.exit = read_day(reader, plan, view, "exit", plan.end, "");
  const auto refuse_exit = [&](const char* order, const char* event, Date day) {
    throw Error(view.place("exit"), view.key_path("exit"),
                fmt::format("{} lies {} the contract {} on {}", c.exit.date.text(), order, event, day.text()),
                "give notice while it runs, or leave exit out");
  };
  if (!c.exit.hangs() && !c.from.hangs() && c.exit.date < c.from.date) refuse_exit("before", "begins", c.from.date);
  if (!c.exit.hangs() && !c.until.hangs() && c.exit.date > c.until.date) refuse_exit("after", "ends", c.until.date);
  c.notice = reader.constant<Time>(view, "notice", from_rule(0, "none"));
  c.fee = reader.amount<Money>(view, "exit_fee", from_rule(0, "none"));
}

/// An option to go on after the last day.
void read_option(Reader& reader, const Plan& plan, const View& view, Contract& c) {
  scenario::needs(view, {"option_price", "option_market"}, view.gives("option"), "option",
                  "add option, for how long its payer may go on");
  if (!view.gives("option")) return;
  for (const char* key : {"total", "follows"})
    if (view.gives(key))
      throw Error(view.place("option"), view.key_path("option"), fmt::format("stands beside {}", key),
                  fmt::format("leave {} out: an option goes on at the rent that stands", key));
  if (!view.gives("until"))
    throw Error(view.place("option"), view.key_path("option"), "has no last day to go on after", "add until");
  reader.must_give(view, "option_market", "\"rent\"");
  c.option = reader.constant<Time>(view, "option", from_rule(0, "none"));
  c.option_price = reader.constant_number(view, "option_price", from_rule(1, "as it stands"));
  c.option_market = process_named(reader, plan, view, "option_market");
}

/// That rent of a kind is of a part that can be let so.
void check_kind(const Contract& c, const View& view) {
  const bool site = c.part.site >= 0 && c.part.order < 0 && c.part.building < 0 && c.part.power < 0;
  const auto begins = [&](const char* with) { return c.of.starts_with(with); };
  const auto refuse = [&](bool fits, const char* with) {
    if (!fits)
      throw Error(view.place("of"), view.key_path("of"),
                  fmt::format("a {} is of {}, and {} is neither", kind_name(c.kind), with, in_quotes(c.of)),
                  "name such a part");
  };
  if (c.kind == Kind::server_lease || c.kind == Kind::capacity)
    refuse(site || begins("order.") || begins("rental."), "an order, a rental or a site");
  if (c.kind == Kind::power_purchase) refuse(site || c.part.power >= 0, "a site or a block of its power");
  if (c.kind == Kind::hall_lease || c.kind == Kind::ground_lease)
    refuse(site || c.part.building >= 0 || begins("lease."), "a site, a building or a lease");
}

/// What a contract is about.
void read_part(Reader& reader, const Plan& plan, const View& view, const std::vector<std::string>& parts, Contract& c) {
  const bool of_nothing = c.kind == Kind::sale || c.kind == Kind::loan || c.kind == Kind::warrant;
  if (of_nothing && !view.gives("of")) return;
  // Land is none of the parts, and what is paid for whatever is used needs none.
  const bool by_use = view.gives("price_per_chip") || view.gives("price_per_power") || view.gives("price_per_energy");
  if ((c.kind == Kind::ground_lease || (c.kind == Kind::capacity && !by_use)) && !view.gives("of")) return;
  reader.must_give(view, "of", in_quotes(parts.front()));
  c.of = reader.text(view, "of");
  if (std::find(parts.begin(), parts.end(), c.of) == parts.end())
    throw Error(view.place("of"), view.key_path("of"), in_quotes(c.of) + " is no part of this scenario",
                suggest(c.of, parts, "name an order, a site or a part of one"));
  c.part = part_named(plan, c.of);
  check_kind(c, view);
  const auto refuse = [&](const char* key, const char* what) {
    if (view.gives(key))
      throw Error(view.place(key), view.key_path(key), fmt::format("is of {}, and {} is none", what, in_quotes(c.of)),
                  "name the part that it is of");
  };
  if (c.part.site < 0 || c.part.building >= 0 || c.part.power >= 0) refuse("price_per_chip", "accelerators");
  if (c.part.site < 0 || c.part.order >= 0) refuse("price_per_power", "a hall or a block of supply");
  if (c.part.site < 0 || c.part.order >= 0 || c.part.building >= 0) refuse("price_per_energy", "a supply of power");
}

Contract read_contract(Reader& reader, Plan& plan, const std::string& name, const View& view,
                       const std::vector<std::string>& parts) {
  Contract c;
  c.name = name;
  std::vector<std::string> kinds;
  for (const KindKeys& k : keys_by_kind()) kinds.emplace_back(kind_name(k.kind));
  const std::string kind = reader.choice(view, "kind", kinds, std::nullopt, "");
  c.kind = static_cast<Kind>(std::find(kinds.begin(), kinds.end(), kind) - kinds.begin());
  c.payer = company_of(reader, plan, view, "payer"), c.payee = company_of(reader, plan, view, "payee");
  if (c.payer == c.payee)
    throw Error(view.place("payee"), view.key_path("payee"), "is the payer: a contract has two parties",
                "name the other one");
  const std::string state = reader.text(view, "state", "signed", "signed");
  try {
    c.state = money::parse_state(state);
  } catch (const Error& e) {
    throw Error(view.place("state"), view.key_path("state"), e.problem(), e.remedy());
  }
  check_keys(view, c);
  read_days(reader, plan, view, c);
  read_part(reader, plan, view, parts, c);
  c.follows = read_follows(reader, plan, view);
  read_option(reader, plan, view, c);
  c.price = reader.amount<MoneyPerTime>(view, "price", from_rule(0, "none"));
  c.price_per_chip = reader.amount<MoneyPerChipTime>(view, "price_per_chip", from_rule(0, "none"));
  c.price_per_power = reader.amount<MoneyPerPowerTime>(view, "price_per_power", from_rule(0, "none"));
  c.price_per_energy = reader.amount<MoneyPerEnergy>(view, "price_per_energy", from_rule(0, "none"));
  c.price_by_day = goes_by_day(view, "price"), c.chip_by_day = goes_by_day(view, "price_per_chip");
  c.power_by_day = goes_by_day(view, "price_per_power");
  c.amount = reader.amount<Money>(view, "amount", from_rule(0, "none"));
  c.escalator = reader.constant_number(view, "escalator", from_rule(0, "none"));
  c.rate = reader.constant<Frequency>(view, "rate", from_rule(0, "none")).value() * year;
  c.guaranteed = reader.number(view, "guaranteed", from_rule(0, "none"));
  if (c.kind == Kind::residual_guarantee) reader.must_give(view, "value", "0.5");
  c.value = reader.number(view, "value", from_rule(0, "none"));
  scenario::needs(view, {"take_or_pay", "ramp"}, view.gives("total"), "total", "add total, what it comes to");
  c.total = reader.constant<Money>(view, "total", from_rule(0, "what is used"));
  c.take_or_pay = reader.constant_number(view, "take_or_pay", from_rule(c.total > Money(0) ? 1 : 0, "all of a total"));
  c.ramp = reader.constant<Time>(view, "ramp", from_rule(0, "none"));
  return c;
}

}  // namespace

void read_companies(Reader& reader, Plan& plan, const View& root) {
  const std::vector<std::string> parts = parts_of(plan);
  for (const auto& [name, view] : root.group("company")) {
    if (name == "outside")
      throw Error(view.place(), view.path, "is the name of all that are no company of the scenario",
                  "give it another name");
    Company company = read_company(reader, plan, name, view);
    check_owns(plan, view, company, parts);
    plan.companies.push_back(std::move(company));
  }
  const auto contracts = root.group("contract");
  if (!contracts.empty() && plan.companies.empty())
    throw Error(contracts.front().second.place(), contracts.front().second.path,
                "is a contract between companies, and there are none", "add [company.NAME] for its two parties");
  for (const auto& [name, view] : contracts) plan.contracts.push_back(read_contract(reader, plan, name, view, parts));
  check_contracts(plan, root);
}

void settle_companies(Plan& plan) {
  if (plan.companies.empty()) return;
  const std::vector<std::string> names = names_of(plan);
  for (const money::Cause& cause : plan.causes) {
    plan.owners.push_back(owner_of(plan, cause.name));
    const auto it = std::find(names.begin(), names.end(), cause.counterparty);
    const int party = it == names.end() ? -1 : static_cast<int>(it - names.begin());
    plan.parties.push_back(party == plan.owners.back() ? -1 : party);
  }
}

}  // namespace orrery::programme
