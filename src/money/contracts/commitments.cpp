#include "money/contracts/commitments.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "money/contracts/cloud.h"

namespace orrery::money {

std::string_view state_name(State state) {
  static constexpr std::string_view names[] = {"rumour",   "letter",    "signed",   "binding",
                                               "financed", "energised", "cancelled"};
  static_assert(std::size(names) == states);
  return names[static_cast<std::size_t>(state)];
}

State parse_state(std::string_view name) {
  std::vector<std::string> known;
  for (std::size_t i = 0; i < states; ++i) {
    known.emplace_back(state_name(static_cast<State>(i)));
    if (known[i] == name) return static_cast<State>(i);
  }
  throw Error({}, "state", "there is no state " + in_quotes(name),
              suggest(name, known, "use rumour, letter, signed, binding, financed, energised or cancelled"));
}

bool is_binding(State state) {
  return state >= State::binding && state != State::cancelled;
}

void CommitmentBook::add(Commitment row) {
  auto refuse = [&row](const char* key, const std::string& problem, const std::string& remedy) {
    throw Error(row.place, (row.id.empty() ? std::string() : row.id + ".") + key, problem, remedy);
  };
  if (row.id.empty()) refuse("id", "the commitment has no name", "name it");
  if (row.payer.empty() || row.payee.empty() || row.payer == row.payee)
    refuse("payer", "a commitment has two parties", "name who pays and who is paid");
  if (row.end <= row.start)
    refuse("end", "it ends on " + row.end.text() + ", no later than its start on " + row.start.text(),
           "give a later end");
  if (row.amount < Money(0) || row.financed < Money(0)) refuse("amount", "the amount is negative", "give zero or more");
  if (row.financed > row.amount) refuse("financed", "more is financed than is due", "give up to the amount");
  if (row.take_share < 0 || row.take_share > 1)
    refuse("take_or_pay", "the share is outside 0 to 100 %", "give the share that is paid whatever is used");
  if (row.ramp_months < 0 || row.ramp_months > std::max(1, months_between(row.start, row.end)))
    refuse("ramp", "the ramp is longer than the term", "give fewer months");
  for (const Commitment& earlier : rows_)
    if (earlier.id == row.id && earlier.said > row.said)
      refuse("said", "it revises a row of " + earlier.said.text() + " but was said on " + row.said.text(),
             "add rows in the order they came to be known");
  if (!row.lot.empty() && is_binding(row.state))
    for (const Commitment& other : standing(row.said))
      if (other.id != row.id && other.lot == row.lot && is_binding(other.state))
        refuse("lot", "the chips " + in_quotes(row.lot) + " are promised by " + in_quotes(other.id) + " already",
               "two binding contracts cannot hold the same chips: cancel one, or name another lot");
  rows_.push_back(std::move(row));
}

std::vector<Commitment> CommitmentBook::standing(Date date) const {
  std::vector<Commitment> standing;
  for (const Commitment& row : rows_) {
    if (row.said > date) continue;
    const auto same =
        std::find_if(standing.begin(), standing.end(), [&row](const Commitment& other) { return other.id == row.id; });
    if (same == standing.end()) standing.push_back(row);
    else *same = row;
  }
  return standing;
}

CashFlow due_by_month(const Commitment& row) {
  CloudTerms schedule;
  schedule.start = row.start;
  schedule.end = row.end;
  schedule.total = row.amount;
  schedule.ramp_months = row.ramp_months;
  return {month_start(row.start), committed_by_month(schedule)};
}

namespace {

// Adds a row's payments, with what is financed used up from the first payment on.
void add_row(const Commitment& row, double weight, std::map<int, YearOfCommitments>& years) {
  const CashFlow flow = due_by_month(row);
  Money financed_left = row.financed * weight;
  for (const auto& [year, amount] : by_year(flow)) {
    YearOfCommitments& entry = years[year];
    entry.year = year;
    const Money due = amount * weight;
    const Money financed = std::min(financed_left, due);
    financed_left -= financed;
    if (financed_left < row.financed * 1e-12) financed_left = Money(0);  // what rounding leaves
    entry.due += due;
    entry.taken += due * row.take_share;
    entry.financed += financed;
  }
}

void add_power(const Commitment& row, double weight, std::map<int, YearOfCommitments>& years) {
  for (auto& [year, entry] : years) {
    const Date last = make_date(year, 12, 31);
    if (row.start > last || row.end <= last) continue;
    const double days = static_cast<double>((last - row.start) + 1), ramp = row.ramp_months * in_days(mean_month);
    entry.power += row.power * (weight * (ramp > days ? days / ramp : 1.0));
  }
}

// What a year's cash leaves over is kept for the years after.
void close_gaps(std::map<int, YearOfCommitments>& years, const std::map<int, Money>& own_cash, double cash_factor) {
  Money kept;
  for (auto& [year, entry] : years) {
    const auto cash = own_cash.find(year);
    entry.own_cash = cash == own_cash.end() ? Money(0) : cash->second * cash_factor;
    const Money short_of = entry.due - entry.financed - entry.own_cash - kept;
    entry.gap = std::max(Money(0), short_of);
    kept = std::max(Money(0), -short_of);
  }
}

}  // namespace

std::vector<YearOfCommitments> years_of(const std::vector<Commitment>& rows, const std::vector<double>& shares,
                                        const std::map<int, Money>& own_cash, double cash_factor) {
  std::map<int, YearOfCommitments> years;
  for (std::size_t i = 0; i < rows.size(); ++i) add_row(rows[i], std::clamp(shares[i], 0.0, 1.0), years);
  for (std::size_t i = 0; i < rows.size(); ++i) add_power(rows[i], std::clamp(shares[i], 0.0, 1.0), years);
  close_gaps(years, own_cash, cash_factor);
  std::vector<YearOfCommitments> list;
  for (const auto& [year, entry] : years) list.push_back(entry);
  return list;
}

std::vector<YearOfCommitments> years_of(const CommitmentBook& book, std::string_view payer, Date date,
                                        const std::map<int, Money>& own_cash) {
  std::vector<Commitment> rows = book.standing(date);
  std::erase_if(rows, [&](const Commitment& row) { return row.payer != payer || row.state == State::cancelled; });
  return years_of(rows, std::vector<double>(rows.size(), 1), own_cash, 1);
}

CommitmentTotals totals_of(const CommitmentBook& book, Date date) {
  CommitmentTotals totals;
  for (const Commitment& row : book.standing(date)) {
    totals.by_state[static_cast<std::size_t>(row.state)] += row.amount;
    if (row.state == State::cancelled) continue;
    totals.by_payee[row.payee] += row.amount;
    totals.total += row.amount;
  }
  if (totals.total > Money(0))
    for (const auto& [payee, amount] : totals.by_payee) {
      const double share = amount / totals.total;
      totals.largest_share = std::max(totals.largest_share, share);
      totals.herfindahl += share * share;
    }
  return totals;
}

RevenuePath revenue_that_closes(const std::vector<YearOfCommitments>& years, Money revenue, int revenue_year,
                                double compute_share) {
  if (!(compute_share > 0))
    throw Error({}, "compute_share", "no revenue is left for compute", "give the share of revenue spent on it");
  RevenuePath path;
  double growth = -1;
  for (const YearOfCommitments& year : years) {
    const Money needed = std::max(Money(0), year.due - year.financed) / compute_share;
    path.needed.emplace_back(year.year, needed);
    const int ahead = year.year - revenue_year;
    if (ahead <= 0 || !(needed > Money(0))) continue;
    growth = std::max(growth, revenue > Money(0) ? std::pow(needed / revenue, 1.0 / ahead) - 1
                                                 : std::numeric_limits<double>::quiet_NaN());
  }
  path.growth = growth;
  return path;
}

std::vector<YearLimit> limits_of(const std::vector<YearOfCommitments>& years, const std::map<int, Power>& ready) {
  std::vector<YearLimit> limits;
  for (const YearOfCommitments& year : years) {
    YearLimit limit;
    limit.year = year.year;
    if (year.due > Money(0)) limit.without_money = year.gap / year.due;
    const auto found = ready.find(year.year);
    if (found != ready.end() && year.power > found->second) {
      limit.power_short = year.power - found->second;
      limit.without_power = limit.power_short / year.power;
    }
    limits.push_back(limit);
  }
  return limits;
}

ClaimCheck check_claim(const CommitmentBook& book, std::string_view payer, const Claim& claim) {
  ClaimCheck check;
  for (const Commitment& row : book.standing(claim.said)) {
    if (row.payer != payer || row.state == State::cancelled) continue;
    check.amount += row.amount;
    check.power += row.power;
  }
  if (claim.until == 0) return check;
  check.amount = Money(0);
  for (const YearOfCommitments& year : years_of(book, payer, claim.said))
    if (year.year <= claim.until) check.amount += year.due;
  return check;
}

Money in_dollars(double amount, std::string_view currency, const std::map<std::string, double>& dollars_for_one,
                 const Place& place) {
  if (currency == "USD") return Money(amount);
  const auto found = dollars_for_one.find(std::string(currency));
  if (found == dollars_for_one.end()) {
    std::vector<std::string> known = {"USD"};
    for (const auto& [name, rate] : dollars_for_one) known.push_back(name);
    throw Error(place, "currency", "there is no exchange rate for " + in_quotes(currency),
                suggest(currency, known, "use USD, or add the rate with its date and source"));
  }
  return Money(amount * found->second);
}

}  // namespace orrery::money
