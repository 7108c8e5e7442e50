#include "site/load/spectrum.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace orrery::site {
namespace {

using std::numbers::pi;

/// The numbers of the harmonics of a period within a band.
std::pair<double, double> numbers_in(double period, Frequency low, Frequency high) {
  constexpr double rounding = 1e-9;
  return {std::max(1.0, std::ceil(low.value() * period - rounding)), std::floor(high.value() * period + rounding)};
}

template <class Amplitude>
std::vector<Harmonic> in_band(double period, Frequency low, Frequency high, std::size_t most, Amplitude amplitude) {
  const auto [first, last] = numbers_in(period, low, high);
  std::vector<Harmonic> out;
  for (double n = first; n <= last && out.size() < most; ++n)
    out.push_back({Frequency(n / period), Power(amplitude(n))});
  return out;
}

}  // namespace

std::vector<Harmonic> harmonics(const SquareWave& wave, Frequency low, Frequency high, std::size_t most) {
  return in_band(wave.period.value(), low, high, most,
                 [&](double n) { return 2 * wave.swing.value() / (pi * n) * std::abs(std::sin(pi * n * wave.duty)); });
}

std::vector<Harmonic> harmonics(const PowerPath& path, Frequency low, Frequency high, std::size_t most) {
  const double period = path.back().time - path.front().time;
  return in_band(period, low, high, most, [&](double n) {
    const double w = 2 * pi * n / period;
    std::complex<double> sum;
    for (std::size_t i = 1; i < path.size(); ++i) {
      const PowerPoint &a = path[i - 1], &b = path[i];
      if (b.time <= a.time) continue;
      const double slope = (b.power - a.power) / (b.time - a.time) / (w * w);
      sum += std::polar(1.0, -w * b.time) * std::complex<double>(slope, b.power / w) -
             std::polar(1.0, -w * a.time) * std::complex<double>(slope, a.power / w);
    }
    return 2 * std::abs(sum) / period;
  });
}

Harmonic largest(const std::vector<Harmonic>& of) {
  const auto most =
      std::max_element(of.begin(), of.end(), [](const auto& a, const auto& b) { return a.amplitude < b.amplitude; });
  return most == of.end() ? Harmonic{} : *most;
}

Time filter_for(const std::vector<Harmonic>& of, Power limit) {
  double tau = 0;
  for (const Harmonic& h : of) {
    const double over = h.amplitude / limit;
    if (over > 1) tau = std::max(tau, std::sqrt(over * over - 1) / (2 * pi * h.frequency.value()));
  }
  return Time(tau);
}

Filtered filtered(const SquareWave& wave, Time tau) {
  if (tau <= Time(0)) return {wave.swing, Ramp(infinity)};
  const double swing = wave.swing.value(), periods = wave.period / tau;
  const double top = swing * std::expm1(-wave.duty * periods) / std::expm1(-periods);
  const double bottom = top * std::exp(-(1 - wave.duty) * periods);
  return {Power(top - bottom), Ramp(std::max(swing - bottom, top) / tau.value())};
}

std::vector<Harmonic> filtered(std::vector<Harmonic> of, Time tau) {
  for (Harmonic& h : of) h.amplitude = h.amplitude / std::hypot(1, 2 * pi * h.frequency * tau);
  return of;
}

double voltage_change(Power change, Power short_circuit, double reactance_ratio) {
  return change / short_circuit / std::hypot(1, reactance_ratio);
}

double borne(const std::vector<FlickerPoint>& curve, Frequency frequency) {
  if (frequency <= curve.front().frequency) return curve.front().change;
  for (std::size_t i = 1; i < curve.size(); ++i) {
    const FlickerPoint &a = curve[i - 1], &b = curve[i];
    if (frequency > b.frequency) continue;
    const double along = std::log(frequency / a.frequency) / std::log(b.frequency / a.frequency);
    return a.change * std::pow(b.change / a.change, along);
  }
  return curve.back().change;
}

}  // namespace orrery::site
