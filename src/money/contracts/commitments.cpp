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
  if (row.notice_months < 0 || row.life_months < 0)
    refuse(row.notice_months < 0 ? "notice" : "life", "it is negative", "give zero or more months");
  if (row.notice_months > 0 &&
      std::none_of(rows_.begin(), rows_.end(), [&](const Commitment& r) { return r.id == row.id; }))
    refuse("notice", "it revises no row of before", "take it out, or give the row that it revises or cancels first");
  if (row.life_months > 0 && !(row.amount > Money(0)))
    refuse("life", "chips that are bought cost something", "give the amount that is paid for them");
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

constexpr Date always{std::numeric_limits<int>::min() / 2}, never{std::numeric_limits<int>::max() / 2};

// The day after a row took the place of another.
Date takes_place(const Commitment& row) {
  Date last = row.said;
  if (row.notice_months > 0) last = add_months(row.said, row.notice_months) + (row.said - month_start(row.said));
  return last + 1;
}

// The part of a month's payment that falls in the days from one to the day before another; it falls evenly on the days
// of the month within the row's term.
double share_of_month(const Commitment& row, Date month, Date from, Date until) {
  Date first = std::max(month, row.start), end = std::min(add_months(month, 1), row.end);
  if (end <= first) first = month, end = add_months(month, 1);
  const int days = std::min(end, until) - std::max(first, from);
  return std::clamp(static_cast<double>(days) / (end - first), 0.0, 1.0);
}

// What falls due under one row, given what has under the rows of its id before it.
Obligation obligation_of(const Commitment& row, Date from, Date until, Date seen, Money before) {
  Obligation o{row, from, until, seen, false, due_by_month(row), {}};
  if (row.state == State::cancelled) o.due.months.clear();
  Money ahead;
  std::vector<Money> after;  // of each month, what lies after the row took its place
  for (std::size_t i = 0; i < o.due.months.size(); ++i) {
    after.push_back(o.due.months[i] * share_of_month(row, add_months(o.due.start, static_cast<int>(i)), from, never));
    ahead += after.back();
  }
  const Money left = std::max(Money(0), row.amount - before);
  if (!after.empty() && left > Money(0) && !(ahead > Money(0))) {
    o.due = {month_start(from), {left}};
    o.due_by_then = {from <= seen ? left : Money(0)};
    return o;
  }
  const double scale = ahead > Money(0) ? left / ahead : 0;
  for (std::size_t i = 0; i < o.due.months.size(); ++i) {
    const Date month = add_months(o.due.start, static_cast<int>(i));
    const auto part = [&](Date end) { return o.due.months[i] * (scale * share_of_month(row, month, from, end)); };
    o.due_by_then.push_back(part(std::min(until, seen + 1)));
    o.due.months[i] = part(until);
  }
  return o;
}

}  // namespace

Money Obligation::total_by_then() const {
  Money sum;
  for (const Money month : due_by_then) sum += month;
  return sum;
}

std::vector<Obligation> obligations(const CommitmentBook& book, Date date) {
  std::vector<Commitment> rows = book.rows();
  std::erase_if(rows, [&](const Commitment& row) { return row.said > date; });
  std::vector<Obligation> list;
  std::map<std::string, Money> before;  // due under the earlier rows of an id
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto earlier = before.find(rows[i].id);
    const Date from = earlier == before.end() ? always : takes_place(rows[i]);
    Date until = never;
    for (std::size_t later = i + 1; later < rows.size(); ++later)
      if (rows[later].id == rows[i].id) until = std::min(until, takes_place(rows[later]));
    list.push_back(obligation_of(rows[i], from, until, date, earlier == before.end() ? Money(0) : earlier->second));
    list.back().stands = until == never;
    before[rows[i].id] += list.back().due.total();
  }
  return list;
}

std::vector<Obligation> obligations(const CommitmentBook& book, std::string_view payer, Date date) {
  std::vector<Obligation> list = obligations(book, date);
  std::erase_if(list, [&](const Obligation& o) { return o.row.payer != payer; });
  return list;
}

namespace {

// What comes true of an obligation's month at a share.
Money drawn(const Obligation& o, std::size_t month, double share) {
  return o.due_by_then[month] + (o.due.months[month] - o.due_by_then[month]) * share;
}

// Adds an obligation's payments, with what is financed of its commitment used up from the first payment on.
void add_payments(const Obligation& o, double share, Money& financed_before, std::map<int, YearOfCommitments>& years) {
  Money financed_left = std::max(Money(0), o.row.financed * share - financed_before);
  for (std::size_t i = 0; i < o.due.months.size(); ++i) {
    const Date month = add_months(o.due.start, static_cast<int>(i));
    if (month >= o.until || add_months(month, 1) <= o.from) continue;
    const Money due = drawn(o, i, share), financed = std::min(financed_left, due);
    financed_left -= financed;
    if (financed_left < o.row.financed * 1e-12) financed_left = Money(0);  // what rounding leaves
    financed_before += financed;
    YearOfCommitments& entry = years[month.year()];
    entry.due += due;
    entry.taken += due * o.row.take_share;
    entry.financed += financed;
  }
}

// What a year's cash leaves over is kept for the years after.
void close_gaps(std::map<int, YearOfCommitments>& years, const CashByYear& cash) {
  const auto of_year = [](const std::map<int, Money>& amounts, int year) {
    const auto found = amounts.find(year);
    return found == amounts.end() ? Money(0) : found->second;
  };
  Money kept;
  for (auto& [year, entry] : years) {
    entry.own_cash = of_year(cash.own_cash, year) * (year < cash.factor_from ? 1 : cash.factor);
    entry.raised = of_year(cash.raised, year);
    const Money short_of = entry.due - entry.financed - entry.own_cash - entry.raised - kept;
    entry.gap = std::max(Money(0), short_of);
    kept = std::max(Money(0), -short_of);
  }
}

}  // namespace

Power power_in_force(const Obligation& o, double share, Date day) {
  const Commitment& row = o.row;
  if (row.life_months > 0) {
    Money running;  // paid for, within its life
    for (std::size_t i = 0; i < o.due.months.size(); ++i) {
      const Date month = add_months(o.due.start, static_cast<int>(i));
      if (month <= day && add_months(month, row.life_months) > day) running += drawn(o, i, share);
    }
    return row.power * (running / row.amount);
  }
  if (row.state == State::cancelled || row.start > day || row.end <= day || day < o.from || day >= o.until) return {};
  const double days = static_cast<double>((day - row.start) + 1), ramp = row.ramp_months * in_days(mean_month);
  return row.power * ((day <= o.seen ? 1 : share) * (ramp > days ? days / ramp : 1.0));
}

std::vector<YearOfCommitments> years_of(const std::vector<Obligation>& obligations, const std::vector<double>& shares,
                                        const CashByYear& cash) {
  std::map<int, YearOfCommitments> years;
  std::map<std::string, Money> financed;  // of each commitment, so far
  for (std::size_t i = 0; i < obligations.size(); ++i) {
    const Obligation& o = obligations[i];
    add_payments(o, std::clamp(shares[i], 0.0, 1.0), financed[o.row.id], years);
    // What is bought runs on after the last payment.
    for (std::size_t month = 0; month < o.due.months.size() && o.row.life_months > 0; ++month)
      if (o.due.months[month] > Money(0))
        years[(add_months(o.due.start, static_cast<int>(month) + o.row.life_months) - 1).year()];
  }
  if (!years.empty())
    for (int year = years.begin()->first; year < years.rbegin()->first; ++year) years[year];
  for (auto& [year, entry] : years) {
    entry.year = year;
    for (std::size_t i = 0; i < obligations.size(); ++i)
      entry.power += power_in_force(obligations[i], std::clamp(shares[i], 0.0, 1.0), make_date(year, 12, 31));
  }
  close_gaps(years, cash);
  std::vector<YearOfCommitments> list;
  for (const auto& [year, entry] : years) list.push_back(entry);
  return list;
}

std::vector<YearOfCommitments> years_of(const CommitmentBook& book, std::string_view payer, Date date,
                                        const CashByYear& cash) {
  const std::vector<Obligation> all = obligations(book, payer, date);
  return years_of(all, std::vector<double>(all.size(), 1), cash);
}

CommitmentTotals totals_of(const CommitmentBook& book, Date date) {
  CommitmentTotals totals;
  std::map<std::string, Money> before;  // due under the earlier rows of an id
  const std::vector<Obligation> all = obligations(book, date);
  const auto count = [&](const Commitment& row, Money amount) {
    totals.by_state[static_cast<std::size_t>(row.state)] += amount;
    if (row.state == State::cancelled || !(amount > Money(0))) return;
    totals.by_payee[row.payee] += amount;
    totals.total += amount;
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Commitment& row = all[i].row;
    const auto last = std::find_if(all.rbegin(), all.rend(), [&](const Obligation& o) { return o.row.id == row.id; });
    Money& paid = before[row.id];
    if (all[i].stands)
      count(row, row.state == State::cancelled ? std::max(Money(0), row.amount - paid) : std::max(row.amount, paid));
    else if (last->row.state == State::cancelled) count(row, all[i].due.total());
    paid += all[i].due.total();
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
  Money raised;  // and not used yet
  bool asks = false;
  for (const YearOfCommitments& year : years) {
    raised += year.raised;
    const Money open = std::max(Money(0), year.due - year.financed), used = std::min(raised, open);
    raised -= used;
    path.needed.emplace_back(year.year, (open - used) / compute_share);
    asks = asks || (year.year > revenue_year && open > used);
  }
  if (!asks) {
    path.growth = -1;
    return path;
  }
  if (!(revenue > Money(0))) {
    path.growth = std::numeric_limits<double>::quiet_NaN();
    return path;
  }
  // No growth above the largest that a year asks by itself is needed, and more growth never leaves more short.
  double low = -1, high = -1;
  for (const auto& [year, needed] : path.needed)
    if (year > revenue_year) high = std::max(high, std::pow(needed / revenue, 1.0 / (year - revenue_year)) - 1);
  const auto pays = [&](double growth) {
    Money kept;
    for (const YearOfCommitments& year : years) {
      const int ahead = year.year - revenue_year;
      kept += year.raised - std::max(Money(0), year.due - year.financed);
      if (ahead > 0) kept += revenue * (compute_share * std::pow(1 + growth, ahead));
      if (ahead > 0 && kept < Money(0)) return false;
      kept = std::max(Money(0), kept);
    }
    return true;
  };
  for (int step = 0; step < 100; ++step) {
    const double middle = (low + high) / 2;
    (pays(middle) ? high : low) = middle;
  }
  path.growth = high;
  return path;
}

std::vector<YearLimit> limits_of(const std::vector<YearOfCommitments>& years, const std::map<int, Power>& ready) {
  std::vector<YearLimit> limits;
  for (const YearOfCommitments& year : years) {
    YearLimit limit;
    limit.year = year.year;
    if (year.due > Money(0)) limit.without_money = year.gap / year.due;
    if (const auto next = ready.upper_bound(year.year); next != ready.begin()) {
      limit.ready_year = std::prev(next)->first;
      limit.ready = std::prev(next)->second;
      if (year.power > limit.ready) {
        limit.power_short = year.power - limit.ready;
        limit.without_power = limit.power_short / year.power;
      }
    }
    limits.push_back(limit);
  }
  return limits;
}

ClaimCheck check_claim(const CommitmentBook& book, std::string_view payer, const Claim& claim) {
  ClaimCheck check;
  for (const Commitment& row : book.standing(claim.said))
    if (row.payer == payer && row.state != State::cancelled) check.power += row.power;
  for (const YearOfCommitments& year : years_of(book, payer, claim.said))
    if (claim.until == 0 || year.year <= claim.until) check.amount += year.due;
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
