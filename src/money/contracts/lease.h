// Leases: what the lessee pays by month (rent with escalators, free months, payment by month, quarter or year), what an
// early exit costs, and renewal.
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
  int months_per_payment = 1;  ///< 1, 2, 3, 4, 6 or 12; paid in the first
  double escalator = 0;        ///< rise on each anniversary, a fraction above -1
  int free_months = 0;         ///< at the start, without rent
  Money initial, deposit;      ///< paid at the start; the deposit comes back in the last month
  double take_share = 1;       ///< of a take-or-pay lease, 0..1
  std::optional<EarlyExit> exit;
  std::optional<RenewalOption> renewal;
};

/// Throws Error at a place when terms make no lease: an end at or before the start, a negative rent or rate, a share
/// outside 0..1, a payment period that does not divide a year, notice past the end.
void check(const LeaseTerms& terms, const Place& place = {});

/// Months of the lease, from the month of start.
int lease_months(const LeaseTerms& terms);
/// What falls due in each month of the lease (positive): rent, escalated, grouped into payment periods; renewed, with
/// the months of the renewal after them. use is the share used by month, for take-or-pay (all of it where it is
/// shorter).
std::vector<Money> due_by_month(const LeaseTerms& terms, const std::vector<double>& use = {}, bool renewed = false);

/// The lessee's payments (negative) over the whole lease, not renewed: rent, what is paid at the start, the deposit
/// back.
CashFlow payments(const LeaseTerms& terms);
/// Leaving a lease once its work has ended.
struct Leaving {
  Money cost;      ///< after the last month used, positive; value on the first day of the lease
  int months = 0;  ///< of the lease that are paid for, from its start; the deposit comes back in the last
};
/// What it costs to leave after some months of use, of which is known in time: what is still due (by month, nothing
/// being used) until notice that was given so as to end with the use, or as soon as it may be, has run, and the fee,
/// where there is a right to leave and that costs less; else to the end of the lease, or of its renewal once that has
/// begun. rate: a year, above -1; a month's rent falls on its first day, as does the fee in the last.
Leaving leave(const LeaseTerms& terms, const std::vector<Money>& due, int months_used, double rate);

}  // namespace orrery::money
