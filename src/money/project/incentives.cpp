// Grants (IBI by investment, CBI by capacity), production payments (PBI) and production credits (PTC) of a project.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "money/project/pro_forma.h"

namespace orrery::money {

double GrantAmounts::total() const {
  double sum = 0;
  for (std::size_t p = 0; p < payers; ++p) sum += by_amount[p] + by_share[p] + by_capacity[p];
  return sum;
}

GrantAmounts grant_amounts(const SingleOwner& project) {
  GrantAmounts grants;
  for (std::size_t p = 0; p < payers; ++p) {
    const Grant& ibi = project.incentives.investment[p];
    const Grant& cbi = project.incentives.capacity[p];
    grants.by_amount[p] = ibi.amount;
    grants.by_share[p] = std::min(ibi.share * project.installed_cost, ibi.share_limit);
    grants.by_capacity[p] = std::min(cbi.amount * 1000 * project.capacity_kw, cbi.share_limit);
  }
  return grants;
}

namespace {

// PBI: the rate grows smoothly; PTC: the rate per MWh is rounded to whole dollars as the IRS publishes it (Notice
// 2010-37 onwards; half away from zero), except where the rates come as a list.
void fill_payment(const ProductionPayment& payment, bool rounded, std::span<const double> units,
                  std::span<double> line) {
  const std::vector<double>& amount = payment.amount;
  if (amount.size() > 1) {
    for (std::size_t year = 1; year < line.size() && year <= amount.size(); ++year)
      line[year] = amount[year - 1] * units[year];
    return;
  }
  if (amount.empty() || amount[0] == 0) return;
  double rate = amount[0];
  for (std::size_t year = 1; year < line.size() && static_cast<double>(year) <= payment.term; ++year) {
    line[year] = rounded ? units[year] / 1000 * std::round(1000 * rate) : units[year] * rate;
    rate *= 1 + payment.growth;
  }
}

}  // namespace

void fill_production_payments(const SingleOwner& project, Lines& lines) {
  const std::span<const double> units = lines[FlowLine::energy_sales];
  for (int p = 0; p < static_cast<int>(payers); ++p) {
    const std::span<double> line = lines[FlowLine::pbi_total_fed + p];
    fill_payment(project.incentives.production[static_cast<std::size_t>(p)], false, units, line);
    for (std::size_t year = 0; year < line.size(); ++year) lines[FlowLine::pbi_total][year] += line[year];
  }
  fill_payment(project.incentives.production_credit[0], true, units, lines[FlowLine::ptc_fed]);
  fill_payment(project.incentives.production_credit[1], true, units, lines[FlowLine::ptc_sta]);
}

void fill_taxable_incentives(const SingleOwner& project, const GrantAmounts& grants, Lines& lines,
                             SingleOwnerResult& result) {
  const Incentives& incentives = project.incentives;
  for (std::size_t p = 0; p < payers; ++p) {
    const ProductionPayment& payment = incentives.production[p];
    // What lenders count on is revenue already, and taxed as such.
    if (!payment.pays_debt) {
      const std::span<const double> line = lines[FlowLine::pbi_total_fed + static_cast<int>(p)];
      for (std::size_t year = 1; year < line.size(); ++year) {
        if (payment.taxed_federal) lines[FlowLine::pbi_fedtax_total][year] += line[year];
        if (payment.taxed_state) lines[FlowLine::pbi_statax_total][year] += line[year];
      }
    }
    const Grant& ibi = incentives.investment[p];
    const Grant& cbi = incentives.capacity[p];
    result.ibi_taxed_federal +=
        (ibi.amount_taxed_federal ? grants.by_amount[p] : 0) + (ibi.share_taxed_federal ? grants.by_share[p] : 0);
    result.ibi_taxed_state +=
        (ibi.amount_taxed_state ? grants.by_amount[p] : 0) + (ibi.share_taxed_state ? grants.by_share[p] : 0);
    result.cbi_taxed_federal += cbi.amount_taxed_federal ? grants.by_capacity[p] : 0;
    result.cbi_taxed_state += cbi.amount_taxed_state ? grants.by_capacity[p] : 0;
    result.ibi_by_payer[p] = grants.by_amount[p] + grants.by_share[p];
    result.cbi_by_payer[p] = grants.by_capacity[p];
  }
  result.ibi_total = std::accumulate(result.ibi_by_payer.begin(), result.ibi_by_payer.end(), 0.0);
  result.cbi_total = std::accumulate(result.cbi_by_payer.begin(), result.cbi_by_payer.end(), 0.0);
  for (std::size_t year = 1; year <= static_cast<std::size_t>(project.years); ++year) {
    lines[FlowLine::fedtax_taxable_incentives][year] = lines[FlowLine::pbi_fedtax_total][year];
    lines[FlowLine::statax_taxable_incentives][year] = lines[FlowLine::pbi_statax_total][year];
  }
  lines[FlowLine::fedtax_taxable_incentives][1] += result.cbi_taxed_federal + result.ibi_taxed_federal;
  lines[FlowLine::statax_taxable_incentives][1] += result.cbi_taxed_state + result.ibi_taxed_state;
}

double payments_for_debt(const SingleOwner& project, const Lines& lines, std::size_t year) {
  double sum = 0;
  for (std::size_t p = 0; p < payers; ++p)
    if (project.incentives.production[p].pays_debt) sum += lines[FlowLine::pbi_total_fed + static_cast<int>(p)][year];
  return sum;
}

double payments_apart_from_debt(const SingleOwner& project, const Lines& lines, std::size_t year) {
  return lines[FlowLine::pbi_total][year] - payments_for_debt(project, lines, year);
}

}  // namespace orrery::money
