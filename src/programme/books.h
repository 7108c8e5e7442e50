// The books of the companies in a programme: whose money each entry of the ledger is, what contracts between them move,
// and what is left for the owners of each after debt and tax. Ownership and contracts move money and no physical day.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "money/project/single_owner.h"
#include "programme/simulate.h"

namespace orrery::programme {

/// "chip maker".
std::string_view role_name(Role role);
/// "hall lease".
std::string_view kind_name(Contract::Kind kind);

/// True where a contract in this state is paid: from signed on, unless cancelled.
bool is_paid(money::State state);

/// What a contract moves from its payer to its payee by month, $; negative where it comes back, as a loan does.
/// Rents run from the first day to the last and are due as those of leases are (payments.cpp), by the month or the day:
/// for the usable accelerators of an order or a site, the W of a hall as it is fitted out or of a block as it is
/// energised, the energy that blocks gave in the month. With a total at least its share by take or pay is owed, evenly
/// over the term once the ramp is over; what is paid unused makes up for later use. A loan is repaid in equal parts by
/// month (money/series.h). A guarantee pays what the value falls short of the guaranteed share of what the part cost.
/// From the day on which a company fails it pays nothing more, and nobody pays it for use of what it let.
std::vector<double> paid_by_month(const Plan& plan, const Contract& contract, Draws draws, const Forecast& forecast);

/// By company. The sum of what they have from one another is zero in every month, and that of their present values the
/// programme's own less what goes to those of them that it buys from.
std::vector<CompanyBook> books_of(const Plan& plan, Draws draws, const Forecast& forecast);

/// A company's project as money/project/single_owner.h has it: year 0 ends with the month before it first earns, and
/// years follow, the last as long as the forecast leaves it. What is spent before is its cost, with interest at
/// construction_rate; capital later is paid by its owners in its year; at the end what is left in straight lines is
/// sold, and what the debt's term leaves is repaid.
struct CompanyProject {
  std::size_t service = 0;     ///< the first month that earns
  money::SingleOwner project;  ///< its unit of sale is a year
  int whole_years = 0;         ///< of service: what debt is sculpted to, and coverage is of
  double spent_before = 0;     ///< $, without interest
};
/// Nothing where it spends no capital, never earns, or does so for less than a year.
std::optional<CompanyProject> project_of(const Plan& plan, std::size_t company, Draws draws, const CompanyBook& book);

/// Cash of a year of service over its debt service; infinite where none is due. What the company builds after it first
/// earned is its owners' to pay.
double coverage_in(const CompanyProject& of, const money::Lines& lines, std::size_t year);

/// Nothing where it has no project.
std::optional<CompanyReturns> returns_of(const Plan& plan, std::size_t company, Draws draws, const CompanyBook& book);

}  // namespace orrery::programme
