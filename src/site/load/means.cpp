#include "site/load/means.h"

#include <algorithm>

namespace orrery::site {
namespace {

constexpr double rounding = 1 + 1e-9;

std::vector<Harmonic> of_steps(const SwingingLoad& load, const LoadLimits& limits) {
  return harmonics(load.steps, limits.low, limits.high);
}

/// A swing of the steps that is left, over what is borne at their frequency.
double flicker_of(Power swing, const SwingingLoad& load, const LoadLimits& limits) {
  return voltage_change(swing, limits.short_circuit, limits.reactance_ratio) /
         borne(limits.curve, 1 / load.steps.period);
}

MeansOutcome judged(MeansOutcome out, const LoadLimits& limits) {
  out.meets_ramp = out.ramp <= limits.ramp * rounding;
  out.meets_band = out.amplitude <= limits.amplitude * rounding;
  out.meets_flicker = out.flicker <= rounding;
  return out;
}

void price(MeansOutcome& out, const StorageFacts& facts, double price_per_joule) {
  out.capital = facts.power_price * out.storage.power.value() + facts.energy_price * out.storage.energy.value();
  out.yearly_cost = out.capital * facts.yearly + facts.upkeep * out.storage.power.value() +
                    (out.lost * year_length).value() * price_per_joule;
}

/// Mean power that goes through storage which takes the wave's swing from the grid: its charge, of which a share is
/// lost.
Power lost_through_storage(Power charging, double efficiency) {
  return charging * (1 - efficiency);
}

}  // namespace

MeansOutcome no_means(const SwingingLoad& load, const LoadLimits& limits) {
  MeansOutcome out;
  out.ramp = Ramp(infinity);
  out.amplitude = largest(of_steps(load, limits)).amplitude;
  out.flicker = flicker_of(load.steps.swing, load, limits);
  return judged(std::move(out), limits);
}

MeansOutcome rack_storage(const SwingingLoad& load, const LoadLimits& limits, Energy energy, const StorageFacts& facts,
                          double price_per_joule) {
  MeansOutcome out;
  out.storage = {std::max(load.steps.swing, load.job), energy};
  const Time tau = energy / load.steps.swing;
  const Filtered left = filtered(load.steps, tau);
  out.ramp = std::max(left.steepest, load.job * (load.job / energy));
  out.amplitude = largest(filtered(of_steps(load, limits), tau)).amplitude;
  out.flicker = flicker_of(left.swing, load, limits);
  // The filter's storage holds -tau x the grid's power and a constant: it moves tau x the swing that is left.
  out.lost = lost_through_storage(tau * left.swing / load.steps.period, facts.efficiency);
  price(out, facts, price_per_joule);
  return judged(std::move(out), limits);
}

Energy rack_storage_needed(const SwingingLoad& load, const LoadLimits& limits) {
  const Power most = std::max(load.job, load.steps.swing);
  return std::max(most * (most / limits.ramp), filter_for(of_steps(load, limits), limits.amplitude) * load.steps.swing);
}

MeansOutcome battery(const SwingingLoad& load, const LoadLimits& limits, const StorageFacts& facts,
                     double price_per_joule) {
  MeansOutcome out;
  const StorageNeed flat = hold_flat(load.steps), edge = at_edge(load.job, limits.ramp, false);
  // A job may stop within a step, while the battery is at one end of it: both needs add up.
  out.storage.power = std::max(flat.power, edge.power);
  out.storage.energy = std::max(flat.energy + edge.energy, facts.least * out.storage.power);
  out.ramp = limits.ramp;
  out.lost = lost_through_storage(flat.energy / load.steps.period, facts.efficiency);
  price(out, facts, price_per_joule);
  return judged(std::move(out), limits);
}

MeansOutcome floor(const SwingingLoad& load, const LoadLimits& limits, double price_per_joule) {
  MeansOutcome out;
  out.ramp = limits.ramp;
  out.lost = load.steps.swing * (1 - load.steps.duty);
  out.yearly_cost = (out.lost * year_length).value() * price_per_joule;
  return judged(std::move(out), limits);
}

}  // namespace orrery::site
