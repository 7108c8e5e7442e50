#include "silicon/chip/chip_schedule.h"

#include <cmath>

namespace orrery::silicon {

ChipSchedule chip_schedule(double tape_out, int respins, const SpinTimes& times) {
  ChipSchedule out;
  const double known = times.first_silicon + times.bring_up;
  for (int k = 0; k <= respins; ++k) out.tape_outs.push_back(tape_out + k * (known + times.respin));
  out.volume = out.tape_outs.back() + known + times.qualification;
  return out;
}

Curve made_from(double volume, double rate, double ramp) {
  if (!std::isfinite(volume)) return Curve();
  constexpr double any_number = 1e12;  // more than are ever asked for
  if (!std::isfinite(rate)) return Curve::step(volume, any_number);
  constexpr int steps = 12;
  std::vector<Curve::Knot> knots;
  const auto made = [&](int k) { return rate * ramp * k * k / (2.0 * steps * steps); };
  for (int k = 0; ramp > 0 && k < steps; ++k)
    knots.push_back({volume + ramp * k / steps, made(k), (made(k + 1) - made(k)) * steps / ramp});
  knots.push_back({volume + ramp, ramp > 0 ? made(steps) : 0, rate});
  return Curve::from(0, std::move(knots));
}

}  // namespace orrery::silicon
