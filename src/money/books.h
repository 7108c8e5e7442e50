// Double-entry books: every dollar leaves one account and enters another, with a cause, in a month, in a state. Amounts
// are whole cents, so that sums are exact whichever way they are taken (Pacioli, 1494, after ledger-cli's discipline).
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/amount.h"
#include "base/date.h"
#include "money/cash_flow.h"
#include "money/project/lines.h"

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

/// One payment. from and to index the accounts of the books, cause its causes.
struct Posting {
  int month = 0;  ///< since the month of the books' start
  int from = 0, to = 0, cause = 0;
  State state = State::binding;
  std::int64_t cents = 0;
};

/// Accounts and postings. Every posting has two different accounts and a cause; this is kept by pay().
class Books {
 public:
  explicit Books(Date start) : start_(month_start(start)) {}

  /// The index of an account or cause, made when new. Throws Error for an empty name.
  int account(std::string_view name);
  int cause(std::string_view name);

  /// A payment in the month of a date, rounded to the cent; a negative amount is paid the other way. Throws Error when
  /// the accounts are the same, a name is empty, the date is before the start or the amount is not finite.
  void pay(Date date, std::string_view from, std::string_view to, std::string_view cause, Money amount,
           State state = State::binding);
  /// A flow as seen by one party: its receipts come from the other, its payments go there. Rounding is carried from
  /// month to month, so that the total is the flow's to the cent.
  void pay_flow(const CashFlow& flow, std::string_view party, std::string_view other, std::string_view cause,
                State state = State::binding);

  Date start() const { return start_; }
  const std::vector<Posting>& postings() const { return postings_; }
  const std::vector<std::string>& accounts() const { return accounts_; }
  const std::vector<std::string>& causes() const { return causes_; }

  /// What an account received less what it paid, in cents; over all accounts the balances sum to nought.
  std::int64_t balance(int account) const;
  std::int64_t balance(std::string_view account) const;
  /// Cents moved in all, and the same sum by month, by state, by cause and by receiving account.
  std::int64_t turnover() const;
  std::vector<std::int64_t> by_month() const;
  std::array<std::int64_t, states> by_state() const;
  std::vector<std::int64_t> by_cause() const;
  std::vector<std::int64_t> by_receiver() const;
  /// Receipts less payments of an account by month.
  CashFlow flow_of(std::string_view account) const;

 private:
  int index_in(std::vector<std::string>& names, std::string_view name, const char* what);
  Date start_;
  std::vector<std::string> accounts_, causes_;
  std::vector<Posting> postings_;
};

/// The books of a pro forma, one month of January a year from first_year (year 0): the owner against customer, lender,
/// contractor, operators, government, reserve bank and so on. The owner's balance in a year is its after-tax return.
Books books_of_project(const Lines& lines, double installed_cost_net_of_reserves, double debt, int first_year);

}  // namespace orrery::money
