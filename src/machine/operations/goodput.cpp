#include "machine/operations/goodput.h"

#include <algorithm>
#include <cmath>

namespace orrery::operations {

Recovery scaled(Recovery r, double times) {
  for (Time* phase : {&r.detect, &r.replace, &r.replace_doubling, &r.communicators, &r.load, &r.warm_up, &r.out})
    *phase = *phase * times;
  return r;
}

Stall stall(Chips accelerators, const Recovery& r) {
  const double n = std::max(accelerators.value(), 1.0);
  Stall out;
  out.detect = r.detect.value();
  out.replace = std::max(0.0, (r.replace + r.replace_doubling * std::log2(n / 1024)).value());
  out.communicators = r.communicators.value() * std::pow(n / 16384, r.communicators_growth);
  out.load = r.load.value();
  out.warm_up = r.warm_up.value();
  return out;
}

Time mean_time_between_failures(Chips accelerators, const Reliability& reliability) {
  const double rate = (accelerators * reliability.failure_rate).value();
  return rate > 0 ? Time(1 / rate) : Time(infinity);
}

Time checkpoint_interval(Time mtbf, Time write) {
  if (!std::isfinite(mtbf.value()) || write <= Time(0)) return mtbf;
  if (write >= 2 * mtbf) return mtbf;
  const double ratio = write / (2 * mtbf);
  return Time(std::sqrt(2 * write.value() * mtbf.value()) * (1 + std::sqrt(ratio) / 3 + ratio / 9) - write.value());
}

GoodputParts goodput_parts(Chips accelerators, const Reliability& reliability) {
  GoodputParts out;
  out.other = reliability.other;
  double left = 1 - reliability.other;  // of all time, after what has been taken away so far
  const Recovery& r = reliability.recovery;
  const Time mtbf = mean_time_between_failures(accelerators, reliability);
  const bool fails = std::isfinite(mtbf.value());
  if (fails) {
    const Stall waits = stall(accelerators, r);
    const double lost = left * -std::expm1(-waits.total() / mtbf.value());
    if (waits.total() > 0) {
      const double share = lost / waits.total();
      out.stall = {waits.detect * share, waits.replace * share, waits.communicators * share, waits.load * share,
                   waits.warm_up * share};
    }
    left -= lost;
    if (r.domain > Chips(0)) {
      const double domains = std::max(1.0, accelerators / r.domain);
      const double working = 1 / (1 + r.out / mtbf / domains);
      out.out = left * (1 - working);
      left *= working;
    }
  }
  if (!r.from_checkpoint) {
    out.checkpoints = left * r.blocking;
    left -= out.checkpoints;
  } else if (!fails) {
    if (reliability.interval > Time(0)) {
      out.checkpoints = left * (reliability.write / (reliability.interval + reliability.write));
      left -= out.checkpoints;
    }
  } else if (reliability.write > Time(0) || reliability.interval > Time(0)) {
    // Without a cost of writing, one checkpoints all the time and loses nothing.
    const Time every =
        reliability.interval > Time(0) ? reliability.interval : checkpoint_interval(mtbf, reliability.write);
    const double interval = every / mtbf;
    const double before = left, write = reliability.write / mtbf;
    left *= interval / std::expm1(interval + write);
    out.checkpoints = std::min(before - left, left * write / interval);
    out.replay = before - left - out.checkpoints;
  }
  out.progress = left;
  return out;
}

double goodput(Chips accelerators, const Reliability& reliability) {
  return goodput_parts(accelerators, reliability).progress;
}

Chips largest_useful(const Reliability& reliability) {
  const double golden = (std::sqrt(5.0) - 1) / 2;
  double low = 0, high = std::log(1e9);
  const auto useful = [&](double log_n) { return log_n + std::log(goodput(Chips(std::exp(log_n)), reliability)); };
  double a = high - golden * (high - low), b = low + golden * (high - low), at_a = useful(a), at_b = useful(b);
  while (high - low > 1e-4) {
    if (at_a < at_b) {
      low = a, a = b, at_a = at_b;
      b = low + golden * (high - low), at_b = useful(b);
    } else {
      high = b, b = a, at_b = at_a;
      a = high - golden * (high - low), at_a = useful(a);
    }
  }
  return Chips(std::exp(0.5 * (low + high)));
}

}  // namespace orrery::operations
