#include "machine/network/congestion.h"

#include <algorithm>

namespace orrery::network {

NsccNetwork nscc_network(double bandwidth, double round_trip, double mss, double mtu, bool trimming) {
  constexpr double reference_rate = 12.5e9, reference_round_trip = 12e-6;
  NsccNetwork n;
  n.mss = mss;
  n.mtu = mtu;
  n.round_trip = round_trip;
  n.target = trimming ? 0.75 * round_trip : round_trip;
  const double a = bandwidth * round_trip / (reference_rate * reference_round_trip),
               b = n.target / reference_round_trip;
  n.alpha = 4 * mss * a * b / n.target;
  n.fair = 5 * mss * a;
  n.eta = 0.15 * mss * a;
  n.fast = 0.25 * a;
  return n;
}

namespace {

void bound(Nscc& f) {
  f.window = std::clamp(f.window, f.least, f.most);
}

/// Once per round trip and target delay: when trimming or long delay says the window is far too large, what got through
/// in that time becomes the window, and what is in flight is not listened to. True when the news is thereby spent.
bool quick_adapt(Nscc& f, const NsccNetwork& n, double now, bool lost, bool marked, double delay, double in_flight) {
  bool spent = false;
  if (f.ignored < f.to_ignore && marked) {
    spent = true;
  } else if (now > f.quick_end) {
    if (f.quick_end > 0 && (f.quick || lost || delay > 4 * n.target) && f.achieved < f.most / 8) {
      f.window = std::max(f.achieved, f.least);
      f.to_ignore = in_flight;
      f.ignored = 0;
      f.quick = false;
      spent = true;
    }
    f.achieved = 0;
    f.quick_end = now + f.base + n.target;
  }
  if (spent) f.increments = f.received = 0;
  return spent;
}

void learn_delay(Nscc& f, const NsccNetwork& n, double delay, bool marked) {
  const double sample = !marked && delay > n.target ? f.base * 0.25 : delay;
  f.mean_delay = n.smoothing * sample + (1 - n.smoothing) * f.mean_delay;
}

}  // namespace

void nscc_ack(Nscc& f, const NsccNetwork& n, double now, double bytes, double round_trip, bool marked,
              double in_flight) {
  const double delay = std::max(0.0, round_trip - f.base);
  learn_delay(f, n, delay, marked);
  f.received += bytes;
  f.achieved += bytes;
  if (marked) f.ignored += bytes;
  if (quick_adapt(f, n, now, false, marked, delay, in_flight)) return;
  if (!marked && delay >= n.target) {
    f.increments += n.fair * bytes;
  } else if (!marked) {
    // Fast increase after a window's worth of news without queueing, else in proportion to the room below the target.
    if (delay < 1e-6) {
      f.fast_count += bytes;
      f.fast = f.fast || f.fast_count > f.window;
    } else {
      f.fast_count = 0;
      f.fast = false;
    }
    if (f.fast) f.window += bytes * n.fast;
    else f.increments += n.alpha * bytes * (n.target - delay);
  } else if (delay >= n.target) {
    f.fast = false;
    f.fast_count = 0;
    if (f.mean_delay > n.target && now - f.last_decrease > f.base) {
      f.window *= std::max(1 - n.gamma * (f.mean_delay - n.target) / f.mean_delay, 0.5);
      f.last_decrease = now;
    }
  }  // marked below the target: another path will do
  bound(f);
  if (f.received > 8 * n.mtu || now - f.last_adjust > n.round_trip) {
    f.window += f.increments / f.window;
    if (now - f.last_adjust >= n.round_trip) {
      f.window += n.eta;
      f.last_adjust = now;
    }
    f.increments = f.received = 0;
    bound(f);
  }
}

void nscc_nack(Nscc& f, const NsccNetwork& n, double now, double bytes, double in_flight) {
  f.ignored += bytes;
  learn_delay(f, n, n.round_trip, true);
  f.quick = true;
  if (quick_adapt(f, n, now, true, true, 0, in_flight)) return;
  f.window -= bytes;
  bound(f);
}

void dcqcn_notify(Dcqcn& f, double now) {
  constexpr double g = 1.0 / 256, timer = 55e-6;
  dcqcn_advance(f, now);
  f.target = f.rate;
  f.rate = std::max(f.rate * (1 - f.alpha / 2), f.line / 1000);
  f.alpha = (1 - g) * f.alpha + g;
  f.next_alpha = now + timer;
  f.next_raise = now + timer;
  f.stage = 0;
}

void dcqcn_advance(Dcqcn& f, double now) {
  constexpr double g = 1.0 / 256, timer = 55e-6;
  constexpr int recovery = 5;
  for (; f.next_alpha > 0 && f.next_alpha <= now; f.next_alpha += timer) f.alpha *= 1 - g;
  for (; f.next_raise > 0 && f.next_raise <= now; f.next_raise += timer) {
    // Half-way back to where it was, then additive, then hyper increase; steps scale with the line (40 Mb/s of 40
    // Gb/s).
    if (++f.stage > recovery) f.target = std::min(f.line, f.target + f.line * (f.stage > 2 * recovery ? 0.01 : 0.001));
    f.rate = std::min(f.line, (f.rate + f.target) / 2);
  }
}

}  // namespace orrery::network
