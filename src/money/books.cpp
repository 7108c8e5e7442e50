#include "money/books.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace orrery::money {

namespace {
constexpr std::string_view names_of_states[] = {"rumour",   "letter",    "signed",   "binding",
                                                "financed", "energised", "cancelled"};
static_assert(std::size(names_of_states) == states);
}  // namespace

std::string_view state_name(State state) {
  return names_of_states[static_cast<std::size_t>(state)];
}

State parse_state(std::string_view name) {
  const std::vector<std::string> known(std::begin(names_of_states), std::end(names_of_states));
  for (std::size_t i = 0; i < states; ++i)
    if (known[i] == name) return static_cast<State>(i);
  throw Error({}, "state", "there is no state " + in_quotes(name),
              suggest(name, known, "use rumour, letter, signed, binding, financed, energised or cancelled"));
}

bool is_binding(State state) {
  return state >= State::binding && state != State::cancelled;
}

int Books::index_in(std::vector<std::string>& names, std::string_view name, const char* what) {
  if (name.empty()) throw Error({}, what, "a payment has no " + std::string(what), "name one: every dollar has one");
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<int>(found - names.begin());
  names.emplace_back(name);
  return static_cast<int>(names.size()) - 1;
}

int Books::account(std::string_view name) {
  return index_in(accounts_, name, "counterparty");
}
int Books::cause(std::string_view name) {
  return index_in(causes_, name, "cause");
}

void Books::pay(Date date, std::string_view from, std::string_view to, std::string_view cause_name, Money amount,
                State state) {
  if (from == to && !from.empty())
    throw Error({}, std::string(from), "an account pays itself", "name the counterparty");
  if (!std::isfinite(amount.value()) || std::abs(amount.value()) > 9e15)
    throw Error({}, std::string(cause_name), "a payment is not a finite amount", "give dollars below 9e15");
  const int month = months_between(start_, date);
  if (month < 0)
    throw Error({}, std::string(cause_name), "a payment on " + date.text() + " is before the books start",
                "start the books by " + date.text());
  const int payer = account(from), payee = account(to), reason = cause(cause_name);
  const std::int64_t cents = std::llround(amount.value() * 100);
  if (cents > 0) postings_.push_back({month, payer, payee, reason, state, cents});
  if (cents < 0) postings_.push_back({month, payee, payer, reason, state, -cents});
}

void Books::pay_flow(const CashFlow& flow, std::string_view party, std::string_view other, std::string_view cause_name,
                     State state) {
  double exact = 0;
  std::int64_t booked = 0;
  Date date = flow.start;
  for (const Money amount : flow.months) {
    exact += amount.value() * 100;
    const std::int64_t cents = std::llround(exact) - booked;
    booked += cents;
    if (cents != 0) pay(date, other, party, cause_name, Money(static_cast<double>(cents) / 100), state);
    date = next_month(date);
  }
}

std::int64_t Books::balance(int account) const {
  std::int64_t sum = 0;
  for (const Posting& p : postings_) sum += p.to == account ? p.cents : p.from == account ? -p.cents : 0;
  return sum;
}

std::int64_t Books::balance(std::string_view name) const {
  const auto found = std::find(accounts_.begin(), accounts_.end(), name);
  return found == accounts_.end() ? 0 : balance(static_cast<int>(found - accounts_.begin()));
}

std::int64_t Books::turnover() const {
  std::int64_t sum = 0;
  for (const Posting& p : postings_) sum += p.cents;
  return sum;
}

std::vector<std::int64_t> Books::by_month() const {
  std::vector<std::int64_t> sums;
  for (const Posting& p : postings_) {
    if (static_cast<std::size_t>(p.month) >= sums.size()) sums.resize(static_cast<std::size_t>(p.month) + 1);
    sums[static_cast<std::size_t>(p.month)] += p.cents;
  }
  return sums;
}

std::array<std::int64_t, states> Books::by_state() const {
  std::array<std::int64_t, states> sums{};
  for (const Posting& p : postings_) sums[static_cast<std::size_t>(p.state)] += p.cents;
  return sums;
}

std::vector<std::int64_t> Books::by_cause() const {
  std::vector<std::int64_t> sums(causes_.size());
  for (const Posting& p : postings_) sums[static_cast<std::size_t>(p.cause)] += p.cents;
  return sums;
}

std::vector<std::int64_t> Books::by_receiver() const {
  std::vector<std::int64_t> sums(accounts_.size());
  for (const Posting& p : postings_) sums[static_cast<std::size_t>(p.to)] += p.cents;
  return sums;
}

CashFlow Books::flow_of(std::string_view name) const {
  CashFlow flow{start_, {}};
  const auto found = std::find(accounts_.begin(), accounts_.end(), name);
  const int wanted = found == accounts_.end() ? -1 : static_cast<int>(found - accounts_.begin());
  std::vector<std::int64_t> cents;
  for (const Posting& p : postings_) {
    if (static_cast<std::size_t>(p.month) >= cents.size()) cents.resize(static_cast<std::size_t>(p.month) + 1);
    if (p.to == wanted) cents[static_cast<std::size_t>(p.month)] += p.cents;
    if (p.from == wanted) cents[static_cast<std::size_t>(p.month)] -= p.cents;
  }
  for (const std::int64_t c : cents) flow.months.push_back(Money(static_cast<double>(c) / 100));
  return flow;
}

Books books_of_project(const Lines& lines, double installed_cost_net_of_reserves, double debt, int first_year) {
  Books books(make_date(first_year, 1, 1));
  struct Cause {
    FlowLine line;
    const char* counterparty;
    const char* cause;
    double sign;  ///< +1: the owner receives what the line says
  };
  using enum FlowLine;
  constexpr Cause causes[] = {
      {energy_value, "customer", "energy sold", 1},
      {thermal_value, "customer", "heat sold", 1},
      {curtailment_value, "customer", "curtailment paid", 1},
      {capacity_payment, "customer", "capacity", 1},
      {net_salvage_value, "salvage buyer", "salvage", 1},
      {om_fixed_expense, "operator", "fixed maintenance", -1},
      {om_production_expense, "operator", "maintenance by production", -1},
      {om_capacity_expense, "operator", "maintenance by capacity", -1},
      {om_fixed1_expense, "operator", "battery, fixed", -1},
      {om_production1_expense, "operator", "battery, by energy", -1},
      {om_capacity1_expense, "operator", "battery, by capacity", -1},
      {om_fixed2_expense, "operator", "fuel cell, fixed", -1},
      {om_production2_expense, "operator", "fuel cell, by energy", -1},
      {om_capacity2_expense, "operator", "fuel cell, by capacity", -1},
      {om_fuel_expense, "fuel supplier", "fuel", -1},
      {om_opt_fuel_1_expense, "fuel supplier", "biomass", -1},
      {om_opt_fuel_2_expense, "fuel supplier", "coal", -1},
      {om_hybrid_sum, "operator", "other parts of the plant", -1},
      {land_lease_expense, "landowner", "land lease", -1},
      {battery_replacement_cost, "equipment supplier", "battery replacement", -1},
      {fuelcell_replacement_cost, "equipment supplier", "fuel cell replacement", -1},
      {property_tax_expense, "county", "property tax", -1},
      {insurance_expense, "insurer", "insurance", -1},
      {utility_bill, "utility", "power bought", -1},
      {recapitalization, "equipment supplier", "recapitalisation", -1},
      {pbi_total_fed, "federal government", "production payment", 1},
      {pbi_total_sta, "state government", "production payment", 1},
      {pbi_total_uti, "utility", "production payment", 1},
      {pbi_total_oth, "other funder", "production payment", 1},
      {ptc_fed, "federal government", "production credit", 1},
      {ptc_sta, "state government", "production credit", 1},
      {itc_fed, "federal government", "investment credit", 1},
      {itc_sta, "state government", "investment credit", 1},
      {statax, "state government", "income tax", 1},
      {fedtax, "federal government", "income tax", 1},
      {reserve_interest, "reserve bank", "interest on reserves", 1},
      {debt_payment_interest, "lender", "interest", -1},
      {debt_payment_principal, "lender", "principal", -1},
      {project_ra, "reserve bank", "reserves", 1},
      {project_mecs, "equipment supplier", "equipment replaced", 1},
  };
  for (std::size_t year = 0; year <= static_cast<std::size_t>(lines.years()); ++year) {
    const Date date = make_date(first_year + static_cast<int>(year), 1, 1);
    for (const Cause& c : causes) {
      const double amount = lines[c.line][year] * c.sign;
      if (amount != 0) books.pay(date, c.counterparty, "owner", c.cause, Money(amount));
    }
    if (year == 0) {
      books.pay(date, "owner", "contractor and arrangers", "plant and its financing",
                Money(installed_cost_net_of_reserves));
      books.pay(date, "lender", "owner", "debt drawn", Money(debt));
    }
  }
  return books;
}

}  // namespace orrery::money
