// Arithmetic of series of amounts by equal periods 0, 1, 2, ...: present value, annuities, levelised cost by fixed
// charge rate, payback, discount rates. Rates are fractions per period and must be above -1.
// Brealey, Myers and Allen, "Principles of Corporate Finance", chapters 2, 5 and 6.
#pragma once
#include <span>

namespace orrery::money {

/// Where in its period an amount falls.
enum class Timing { start, middle, end };
/// How far into its period that is, 0..1.
inline constexpr double periods_into(Timing timing) {
  return 0.5 * static_cast<int>(timing);
}

/// Value at the start of period 0: sum of c_t (1 + rate)^-(t + periods_into(timing)). Horner's rule from the last.
double present_value(std::span<const double> amounts, double rate, Timing timing);

/// (1 + inflation)(1 + real) - 1, Fisher's relation.
double nominal_rate(double real, double inflation);
/// The rate per period that compounds to a rate over several: (1 + rate)^(1 / periods) - 1.
double periodic_rate(double rate, double periods);

/// The level payment at the end of each of n periods that repays 1 at the rate: r / (1 - (1 + r)^-n), 1/n at zero.
/// Also called the capital recovery factor. n > 0.
double capital_recovery_factor(double rate, double periods);

/// Levelised cost by the fixed charge rate: (rate x capital + fixed) / energy + variable (Short, Packey and Holt, "A
/// Manual for the Economic Evaluation of Energy Efficiency", NREL/TP-462-5173, 1995, eq. 5-3, and SAM's LCOE
/// calculator). $ and units of energy as given.
double levelised_cost_by_fixed_charge(double capital, double fixed_charge_rate, double fixed_a_year,
                                      double energy_a_year, double variable_per_energy);

/// Periods until the running sum of flows first turns from negative to zero or above for good, interpolated within the
/// period; 0 when it is never negative, NaN when it ends below zero.
double payback(std::span<const double> flows);

}  // namespace orrery::money
