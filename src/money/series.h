// Arithmetic of cash-flow series: present value, annuities, levelised cost, payback, discount rates. Flows are in
// dollars at the end of equal periods, flow 0 being today; rates are fractions per period and must be above -1.
// Brealey, Myers and Allen, "Principles of Corporate Finance", chapters 2, 5 and 6.
#pragma once
#include <span>

namespace orrery::money {

/// Present value of flows 0..n at a rate per period, flow 0 undiscounted. Horner's rule from the last flow.
double net_present_value(std::span<const double> flows, double rate);

/// (1 + inflation)(1 + real) - 1, Fisher's relation.
double nominal_rate(double real, double inflation);
/// The rate per period that compounds to a rate over several: (1 + rate)^(1 / periods) - 1.
double periodic_rate(double rate, double periods);

/// The level payment at the end of each of n periods that repays 1 at the rate: r / (1 - (1 + r)^-n), 1/n at zero.
/// Also called the capital recovery factor. n > 0.
double capital_recovery_factor(double rate, double periods);
/// Present value of 1 at the end of each of n periods: the reciprocal.
double annuity_factor(double rate, double periods);

/// The constant price per unit whose revenue has the present value of the costs: PV(costs) / PV(units). Costs are
/// positive; units discounted at the nominal rate give the nominal levelised cost, at the real rate the real one
/// (Short, Packey and Holt, "A Manual for the Economic Evaluation of Energy Efficiency", NREL/TP-462-5173, 1995).
/// Zero when there are no units.
double levelised_cost(std::span<const double> costs, double cost_rate, std::span<const double> units, double unit_rate);

/// Levelised cost by the fixed charge rate: (rate x capital + fixed) / energy + variable (NREL/TP-462-5173, eq. 5-3,
/// and SAM's LCOE calculator). $ and units of energy as given.
double levelised_cost_by_fixed_charge(double capital, double fixed_charge_rate, double fixed_a_year,
                                      double energy_a_year, double variable_per_energy);

/// Periods until the running sum of flows first turns from negative to zero or above for good, interpolated within the
/// period; 0 when it is never negative, NaN when it ends below zero.
double payback(std::span<const double> flows);

/// Smallest cash available / debt service over the periods with debt service; NaN when there are none.
double minimum_debt_service_coverage(std::span<const double> cash, std::span<const double> debt_service);

}  // namespace orrery::money
