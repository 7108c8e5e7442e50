// The commitments ledger: who has promised what to whom, how firmly, and when it falls due. Rows are only ever added: a
// letter of 100 B$ that became 30 B$ of equity is two rows, and what stood on a date can be asked for. A revision or a
// cancellation changes what falls due after the day it was said (and its notice); what fell due before stays. By year:
// due, financed, the gap, and the revenue that would close it.
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
  int notice_months = 0;  ///< of a row that revises or cancels another: the other falls due for so long after said
  int life_months = 0;    ///< of chips that are bought: they need power for so long after they are paid; 0: not bought
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

/// Payments of a row by month as it stands by itself: its amount over its term with its ramp (positive).
CashFlow due_by_month(const Commitment& row);

/// What falls due under one row, from the day after it took the place of an earlier row of its id to the day on which
/// the next took its own. Payments of a month fall evenly on its days. A revision's amount is that of the whole term:
/// what fell due under the rows before is a part of it, and the rest falls due after its day in the proportions of its
/// own schedule, at once where none of that is left. A cancelled row has nothing due of its own.
struct Obligation {
  Commitment row;
  Date from, until;                ///< in force from the day from to the day before until
  Date seen;                       ///< the day of the question
  bool stands = false;             ///< no later row has been said by then
  CashFlow due;                    ///< positive
  std::vector<Money> due_by_then;  ///< of each of its months, the part up to and with the day seen

  Money total_by_then() const;
};
/// Those of the rows said by a date, in the order of the book.
std::vector<Obligation> obligations(const CommitmentBook& book, Date date);
/// The same of one payer.
std::vector<Obligation> obligations(const CommitmentBook& book, std::string_view payer, Date date);

/// Power of an obligation in force on a day when it comes true at a share (0..1): as far as the ramp has come; of chips
/// that are bought, those paid within their life. 0 of one that is cancelled or no longer in force.
Power power_in_force(const Obligation& obligation, double share, Date day);

/// What pays for a payer's commitments, by year (either may be empty): own_cash, what its business brings in, at a
/// factor from a year on; raised, what others put in, which no factor touches.
struct CashByYear {
  std::map<int, Money> own_cash, raised;
  double factor = 1;
  int factor_from = 0;
};

/// A payer's year. financed is spread over a commitment's payments from the first on; gap is what is due and neither
/// financed, brought in, raised nor left over from earlier years (never negative). taken is the take-or-pay part.
struct YearOfCommitments {
  int year = 0;
  Money due, taken, financed, own_cash, raised, gap;
  Power
      power;  ///< in force on the last day: as far as the ramp has come; of chips bought, those paid within their life
};
/// Years of obligations that each come true at a share (0..1, as many as obligations). What fell due up to the day they
/// are seen from is not drawn: it has come true.
std::vector<YearOfCommitments> years_of(const std::vector<Obligation>& obligations, const std::vector<double>& shares,
                                        const CashByYear& cash);

/// Years of one payer when all that stands on a date comes true: what has been announced.
std::vector<YearOfCommitments> years_of(const CommitmentBook& book, std::string_view payer, Date date,
                                        const CashByYear& cash = {});

/// Amounts standing on a date by state and by payee. What fell due under a row that was cancelled later counts in the
/// state of that row and for its payee; the rest of it is cancelled.
struct CommitmentTotals {
  std::array<Money, states> by_state{};
  std::map<std::string, Money> by_payee;
  Money total;                               ///< without cancelled rows
  double largest_share = 0, herfindahl = 0;  ///< concentration on payees: share of the largest, sum of squared shares
};
CommitmentTotals totals_of(const CommitmentBook& book, Date date);

/// What would have to be true: the revenue of each year that by itself covers what is due, neither financed nor covered
/// by what has been raised, at the share left for compute; and the least constant growth from a revenue known of a year
/// at which no later year is short, what a year leaves over being kept for the years after.
struct RevenuePath {
  std::vector<std::pair<int, Money>> needed;  ///< by year
  double growth = 0;                          ///< a year; -1 where nothing is needed, NaN where no growth suffices
};
/// compute_share is the part of revenue that may be spent on compute, above 0. Throws Error otherwise.
RevenuePath revenue_that_closes(const std::vector<YearOfCommitments>& years, Money revenue, int revenue_year,
                                double compute_share);

/// What of a year's commitments has no money and what has no site with power. The larger share binds.
struct YearLimit {
  int year = 0;
  double without_money = 0, without_power = 0;  ///< of what is due, of the power in force; 0..1
  Power power_short, ready;
  int ready_year = 0;  ///< the year that ready is known of: the last up to this one; 0 where there is none
};
/// ready is the power that the payer's sites have for a year. What stands goes on standing: a year without one is held
/// to the last before it, since what else comes is not known; a year before all of them is not held to power.
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
