// Leases: what the lessee pays by month (rent with escalators, free months, payment by month, quarter or year), what an
// early exit costs, options to renew or buy, and the books of a finance lease. Classification and measurement follow
// FASB ASC 842-10-25-2 and 842-20-30.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "money/cash_flow.h"

namespace orrery::money {

/// operating and finance leases pay rent whatever the use; a take-or-pay lease pays for use, at least for a share of
/// it.
enum class LeaseKind { operating, finance, take_or_pay };
/// "operating", "finance", "take-or-pay". Throws Error with the nearest names.
LeaseKind parse_lease_kind(std::string_view name);

/// The right to leave before the end: from a month on, with notice, for a fee.
struct EarlyExit {
  int from_month = 0;     ///< first month of the lease in which notice may be given
  int notice_months = 0;  ///< rent goes on this long after the month of notice
  Money fee;              ///< paid in the last month
};

/// The right to stay for more months, at the last rent times a factor.
struct RenewalOption {
  int months = 0;
  double rent_factor = 1;
};

struct LeaseTerms {
  std::string name;
  LeaseKind kind = LeaseKind::operating;
  Date start, end;             ///< first day, and the day after the last
  Money rent;                  ///< a month in the first year, for the whole of what is leased
  int months_per_payment = 1;  ///< 1, 2, 3, 4, 6 or 12
  bool in_advance = true;      ///< paid in the first month of the period, else in its last
  double escalator = 0;        ///< rise on each anniversary, a fraction above -1
  int free_months = 0;         ///< at the start, without rent
  Money initial, deposit;      ///< paid at the start; the deposit comes back in the last month
  double take_share = 1;       ///< of a take-or-pay lease, 0..1
  std::optional<EarlyExit> exit;
  std::optional<RenewalOption> renewal;
  std::optional<Money> purchase_price;  ///< the right to buy at the end
};

/// Throws Error at a place when terms make no lease: an end at or before the start, a negative rent or rate, a share
/// outside 0..1, a payment period that does not divide a year, notice past the end.
void check(const LeaseTerms& terms, const Place& place = {});

/// Months of the lease, from the month of start.
int lease_months(const LeaseTerms& terms);
/// Rent that falls due for each month of the lease (positive), escalated, before payment periods.
std::vector<Money> rent_by_month(const LeaseTerms& terms);

/// The lessee's payments (negative) over the whole lease. use, for take-or-pay, is the share used by month (1 where it
/// is shorter); the option to buy is not exercised.
CashFlow payments(const LeaseTerms& terms, const std::vector<double>& use = {});
/// Payments when notice is given in a month of the lease (counted from 0). Throws Error when there is no such right.
CashFlow payments_with_exit(const LeaseTerms& terms, int month_of_notice);
/// Payments with the renewal taken up. Throws Error when there is none.
CashFlow payments_with_renewal(const LeaseTerms& terms);
/// What it costs to leave at the end of a month when that is decided then: rent still due under the notice and the fee,
/// or, without a right to leave, all rent to the end. Undiscounted, positive.
Money cost_to_leave(const LeaseTerms& terms, int months_used);

/// A finance lease by any of ASC 842's tests that can be read off the terms: the right to buy at below
/// purchase_share_of_value of the fair value at the end, a term of 75 % or more of the economic life, payments worth 90
/// % or more of the fair value at the borrowing rate.
struct LeaseClass {
  bool is_finance = false;
  double present_share = 0, life_share = 0;  ///< present value / fair value, term / life
};
LeaseClass classify(const LeaseTerms& terms, Money fair_value, double economic_life_months, double borrowing_rate);

/// The lessee's liability and right-of-use asset at the end of each month: interest at the borrowing rate on the
/// liability, the asset written off evenly. Both end at nought.
struct LeaseAccount {
  Money initial_liability;
  std::vector<Money> liability, asset, interest, amortisation;
};
LeaseAccount account_of(const LeaseTerms& terms, double borrowing_rate);

}  // namespace orrery::money
