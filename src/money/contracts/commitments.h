// The commitments ledger: who has promised what to whom, how firmly, and when it falls due. Rows are only ever added: a
// letter of 100 B$ that became 30 B$ of equity is two rows, and what stood on a date can be asked for. By year: due,
// financed, the gap, and the revenue that would close it.
#pragma once
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/distribution.h"
#include "base/error.h"
#include "money/cash_flow.h"

namespace orrery::money {

/// How firm an obligation is; the order is that of firmness. A rumour becomes money only through the states after it.
enum class State { rumour, letter, signed_, binding, financed, energised, cancelled };
inline constexpr std::size_t states = 7;
/// "rumour", "letter", "signed", "binding", "financed", "energised", "cancelled".
std::string_view state_name(State state);
/// Throws Error (without a place) with the nearest names.
State parse_state(std::string_view name);
/// True from binding on, unless cancelled: what must be paid.
bool is_binding(State state);

/// One row. id names the commitment; a later row of the same id replaces the earlier from its date on.
struct Commitment {
  std::string id, payer, payee, what;  ///< what: "4.5 GW of capacity from 2027"
  State state = State::rumour;
  Date said;              ///< when this row came to be known
  Date start, end;        ///< payments fall evenly from start to the day before end
  Money amount;           ///< over the whole term
  Power power;            ///< 0 when the row is not about power
  Chips chips;            ///< 0 when the row is not about chips
  std::string lot;        ///< the chips it is about, where they are named: one lot can be promised once
  double take_share = 1;  ///< paid whatever is used
  Money financed;         ///< of the amount, money raised or covered by contracted revenue
  int ramp_months = 0;    ///< payments rise evenly over these months
  std::string source;
  Place place;
};

/// The rows and the questions asked of them.
class CommitmentBook {
 public:
  /// Adds a row. Throws Error for a missing party, an end before the start, a negative amount, shares outside 0..1, a
  /// row said before the one it replaces, or a lot of chips that another binding commitment holds.
  void add(Commitment row);
  const std::vector<Commitment>& rows() const { return rows_; }
  /// The row of each commitment that stood on a date, in order of first appearance.
  std::vector<Commitment> standing(Date date) const;

 private:
  std::vector<Commitment> rows_;
};

/// Payments of a row by month: its amount over its term with its ramp (positive).
CashFlow due_by_month(const Commitment& row);

/// A payer's year. financed is spread over a row's payments from the first on; own_cash is what the payer's business
/// brings in; gap is what is due and neither financed, brought in nor left over from earlier years (never negative).
struct YearOfCommitments {
  int year = 0;
  Money due, taken, financed, own_cash, gap;
  Power power;  ///< in force at the end of the year, as far as the ramp has come
};
/// Years of rows that each come true at a share (0..1, as many as rows), with own_cash (by year, may be empty) scaled
/// by a factor. taken is the take-or-pay part.
std::vector<YearOfCommitments> years_of(const std::vector<Commitment>& rows, const std::vector<double>& shares,
                                        const std::map<int, Money>& own_cash, double cash_factor);

/// Years of one payer when all rows that stand on a date come true, the cancelled left out: what has been announced.
std::vector<YearOfCommitments> years_of(const CommitmentBook& book, std::string_view payer, Date date,
                                        const std::map<int, Money>& own_cash = {});

/// Amounts standing on a date by state and by payee.
struct CommitmentTotals {
  std::array<Money, states> by_state{};
  std::map<std::string, Money> by_payee;
  Money total;                               ///< without cancelled rows
  double largest_share = 0, herfindahl = 0;  ///< concentration on payees: share of the largest, sum of squared shares
};
CommitmentTotals totals_of(const CommitmentBook& book, Date date);

/// What would have to be true: revenue of each year that covers what is due at a margin left for compute, and the
/// growth a year from a revenue known at a date that gets there by the last year.
struct RevenuePath {
  std::vector<std::pair<int, Money>> needed;  ///< by year
  double growth = 0;                          ///< a year, constant; NaN where no growth suffices
};
/// compute_share is the part of revenue that may be spent on compute, above 0. Throws Error otherwise.
RevenuePath revenue_that_closes(const std::vector<YearOfCommitments>& years, Money revenue, int revenue_year,
                                double compute_share);

/// What of a year's commitments has no money and what has no site with power. The larger share binds.
struct YearLimit {
  int year = 0;
  double without_money = 0, without_power = 0;  ///< of what is due, of the power in force; 0..1
  Power power_short;
};
/// ready is the power that the payer's sites have at the end of a year; a year without one is not held to power.
std::vector<YearLimit> limits_of(const std::vector<YearOfCommitments>& years, const std::map<int, Power>& ready);

/// Something said of all of a payer's commitments: what they come to in money (up to and with a year, or in all) and in
/// power. 0 where it says nothing of one.
struct Claim {
  std::string what, source;
  Date said;
  Money amount;
  Power power;
  int until = 0;
};
/// What the rows that stood on the day come to, cancelled ones left out, for the same years.
struct ClaimCheck {
  Money amount;
  Power power;
};
ClaimCheck check_claim(const CommitmentBook& book, std::string_view payer, const Claim& claim);

/// Dollars of an amount in a currency, by the rates given (dollars for one unit). Throws Error for a currency that is
/// not there, with the nearest.
Money in_dollars(double amount, std::string_view currency, const std::map<std::string, double>& dollars_for_one,
                 const Place& place = {});

}  // namespace orrery::money
