#include "base/curve.h"

#include <algorithm>
#include <cmath>

#include "base/amount.h"

namespace orrery {
namespace {

/// Walks two curves together: one call for every piece on which both are linear.
/// visit(start, end, f value, f slope, g value, g slope); the first piece starts at -infinity with slopes 0.
template <class Visit>
void for_each_piece(const Curve& f, const Curve& g, Visit visit) {
  const auto& a = f.knots();
  const auto& b = g.knots();
  size_t i = 0, j = 0;
  double start = -infinity, fv = f.before(), fs = 0, gv = g.before(), gs = 0;
  while (true) {
    const double next_f = i < a.size() ? a[i].time : infinity;
    const double next_g = j < b.size() ? b[j].time : infinity;
    const double end = std::min(next_f, next_g);
    visit(start, end, fv, fs, gv, gs);
    if (end == infinity) return;
    if (start != -infinity) fv += fs * (end - start), gv += gs * (end - start);
    if (next_f == end) fv = a[i].value, fs = a[i].slope, ++i;
    if (next_g == end) gv = b[j].value, gs = b[j].slope, ++j;
    start = end;
  }
}

}  // namespace

void Curve::append(double time, double value, double slope) {
  if (time == -infinity) {
    before_ = value;
    return;
  }
  if (!knots_.empty() && knots_.back().time == time) {
    knots_.back() = {time, value, slope};
    return;
  }
  // A knot that changes nothing would only slow later walks down.
  if (knots_.empty()
          ? value == before_ && slope == 0
          : slope == knots_.back().slope && value == knots_.back().value + slope * (time - knots_.back().time))
    return;
  knots_.push_back({time, value, slope});
}

Curve Curve::step(double time, double height) {
  Curve c;
  if (time == infinity) return c;
  if (time == -infinity) return Curve(height);
  c.append(time, height, 0);
  return c;
}

Curve Curve::ramp(double start, double rate, double height) {
  Curve c;
  if (start == infinity || height <= 0) return c;
  c.append(start, 0, rate);
  c.append(start + height / rate, height, 0);
  return c;
}

Curve Curve::from(double before, std::vector<Knot> knots) {
  Curve c(before);
  c.knots_ = std::move(knots);
  return c;
}

double Curve::at(double time) const {
  auto it = std::upper_bound(knots_.begin(), knots_.end(), time, [](double t, const Knot& k) { return t < k.time; });
  if (it == knots_.begin()) return before_;
  --it;
  return it->value + it->slope * (time - it->time);
}

double Curve::first_at_least(double level) const {
  const double threshold = level - 1e-9 * std::fabs(level);
  if (before_ >= threshold) return -infinity;
  for (size_t i = 0; i < knots_.size(); ++i) {
    const Knot& k = knots_[i];
    if (k.value >= threshold) return k.time;
    if (k.slope <= 0) continue;
    const double time = k.time + (threshold - k.value) / k.slope;
    if (i + 1 == knots_.size() || time < knots_[i + 1].time) return time;
    // A ramp that ends at the level by rounding still reaches it.
    if (i + 1 < knots_.size() && k.value + k.slope * (knots_[i + 1].time - k.time) >= threshold)
      return knots_[i + 1].time;
  }
  return infinity;
}

double Curve::integral(double a, double b) const {
  double sum = 0;
  double start = -infinity, value = before_, slope = 0;
  for (size_t i = 0; i <= knots_.size(); ++i) {
    const double end = i < knots_.size() ? knots_[i].time : infinity;
    const double from = std::max(a, start), to = std::min(b, end);
    if (to > from) {
      const double first = start == -infinity ? value : value + slope * (from - start);
      sum += (first + 0.5 * slope * (to - from)) * (to - from);
    }
    if (end >= b || i == knots_.size()) break;
    start = end, value = knots_[i].value, slope = knots_[i].slope;
  }
  return sum;
}

double Curve::maximum(double a, double b) const {
  double best = at(a);
  auto it = std::upper_bound(knots_.begin(), knots_.end(), a, [](double t, const Knot& k) { return t < k.time; });
  double value = best, slope = it == knots_.begin() ? 0 : std::prev(it)->slope, from = a;
  for (;; ++it) {
    const double to = it == knots_.end() ? b : std::min(b, it->time);
    best = std::max(best, value + slope * (to - from));
    if (it == knots_.end() || it->time >= b) return best;
    from = it->time, value = it->value, slope = it->slope;
    best = std::max(best, value);
  }
}

double Curve::last_above(double level) const {
  if (knots_.empty()) return before_ > level ? infinity : -infinity;
  if (knots_.back().value > level || knots_.back().slope > 0) {
    const Knot& last = knots_.back();
    if (last.slope >= 0) return infinity;
    return last.time + (level - last.value) / last.slope;
  }
  for (std::size_t i = knots_.size() - 1; i-- > 0;) {
    const Knot& k = knots_[i];
    const double end = knots_[i + 1].time, value = k.value + k.slope * (end - k.time);
    if (value > level) return end;
    if (k.value > level) return k.time + (level - k.value) / k.slope;
  }
  return before_ > level ? knots_.front().time : -infinity;
}

double Curve::maximum() const {
  double best = before_;
  for (size_t i = 0; i < knots_.size(); ++i) {
    best = std::max(best, knots_[i].value);
    if (i + 1 < knots_.size())
      best = std::max(best, knots_[i].value + knots_[i].slope * (knots_[i + 1].time - knots_[i].time));
  }
  return best;
}

Curve Curve::shifted(double delay) const {
  Curve c = *this;
  for (Knot& k : c.knots_) k.time += delay;
  return c;
}

Curve Curve::scaled(double factor) const {
  Curve c = *this;
  c.before_ *= factor;
  for (Knot& k : c.knots_) k.value *= factor, k.slope *= factor;
  return c;
}

Curve Curve::until(double time) const {
  Curve c(before_);
  for (const Knot& k : knots_)
    if (k.time < time) c.knots_.push_back(k);
  c.append(time, 0, 0);
  return c;
}

Curve operator+(const Curve& f, const Curve& g) {
  Curve out;
  for_each_piece(f, g, [&](double start, double, double fv, double fs, double gv, double gs) {
    out.append(start, fv + gv, fs + gs);
  });
  return out;
}

Curve operator-(const Curve& f, const Curve& g) {
  Curve out;
  for_each_piece(f, g, [&](double start, double, double fv, double fs, double gv, double gs) {
    out.append(start, fv - gv, fs - gs);
  });
  return out;
}

Curve minimum(const Curve& f, const Curve& g) {
  Curve out;
  for_each_piece(f, g, [&](double start, double end, double fv, double fs, double gv, double gs) {
    const bool f_lower = fv < gv || (fv == gv && fs <= gs);
    out.append(start, f_lower ? fv : gv, f_lower ? fs : gs);
    if (start == -infinity) return;
    const double closing = f_lower ? fs - gs : gs - fs;  // how fast the lower one rises towards the other
    const double gap = std::fabs(gv - fv);
    if (closing <= 0 || gap == 0) return;
    // A gap of rounding closes at once: cross is then start itself, and the other one takes the piece over.
    const double cross = start + gap / closing;
    if (cross < end)
      out.append(cross, f_lower ? gv + gs * (cross - start) : fv + fs * (cross - start), f_lower ? gs : fs);
  });
  return out;
}

Curve positive_part(const Curve& f) {
  Curve g = minimum(f.scaled(-1), Curve(0));
  return g.scaled(-1);
}

Curve divided_by_steps(const Curve& f, const Curve& g) {
  Curve out;
  for_each_piece(f, g, [&](double start, double, double fv, double fs, double gv, double) {
    out.append(start, fv / gv, fs / gv);
  });
  return out;
}

Curve running_maximum(const Curve& f) {
  Curve out(f.before_);
  double best = f.before_;
  for (size_t i = 0; i < f.knots_.size(); ++i) {
    const Curve::Knot& k = f.knots_[i];
    const double end = i + 1 < f.knots_.size() ? f.knots_[i + 1].time : infinity;
    if (k.value >= best) {
      out.append(k.time, k.value, std::max(k.slope, 0.0));
    } else {
      out.append(k.time, best, 0);
      // Where the piece rises through what was reached before.
      const double meets = k.slope > 0 ? k.time + (best - k.value) / k.slope : infinity;
      if (meets < end) out.append(meets, best, k.slope);
    }
    if (end < infinity) best = std::max({best, k.value, k.value + k.slope * (end - k.time)});
  }
  return out;
}

Curve maximum_to_come(const Curve& f) {
  // From the last piece back: each stays at what comes after it until it is above.
  double best = f.knots_.empty() ? f.before_ : f.knots_.back().value;
  std::vector<Curve::Knot> back;
  if (!f.knots_.empty()) back.push_back({f.knots_.back().time, best, std::min(f.knots_.back().slope, 0.0)});
  for (std::size_t i = f.knots_.size(); i-- > 1;) {
    const Curve::Knot& k = f.knots_[i - 1];
    const double end = f.knots_[i].time, last = k.value + k.slope * (end - k.time), most = std::max(k.value, last);
    if (most <= best) {
      back.push_back({k.time, best, 0});
      continue;
    }
    // A falling piece is as it is until it meets what comes; a rising one stays at its end.
    if (k.slope < 0) {
      const double meets = last < best ? k.time + (best - k.value) / k.slope : end;
      if (meets < end) back.push_back({meets, best, 0});
      back.push_back({k.time, k.value, k.slope});
    } else {
      back.push_back({k.time, most, 0});
    }
    best = most;
  }
  Curve out(std::max(f.before_, best));
  for (auto it = back.rbegin(); it != back.rend(); ++it) out.append(it->time, it->value, it->slope);
  return out;
}

Curve served(const Curve& arrivals, const Curve& service) {
  std::vector<Curve::Knot> knots;
  double done = 0;
  auto put = [&](double time, double slope) {
    if (!knots.empty() && knots.back().time == time) knots.back().slope = slope;
    else if (knots.empty() ? slope != 0 : knots.back().slope != slope) knots.push_back({time, done, slope});
  };
  for_each_piece(arrivals, service,
                 [&](double start, double end, double waiting, double arriving, double, double rate) {
                   if (start == -infinity) return;
                   double backlog = waiting - done;
                   double time = start;
                   const double tolerance = 1e-9 * std::max(1.0, waiting);
                   if (backlog > tolerance) {
                     put(time, rate);
                     const double drain = rate - arriving;
                     const double empty = drain > 0 ? time + backlog / drain : infinity;
                     if (empty >= end) {
                       if (end != infinity) done += rate * (end - time);
                       return;
                     }
                     done = waiting + arriving * (empty - start);
                     time = empty;
                   } else {
                     done = std::max(done, waiting - std::max(0.0, backlog));
                   }
                   const double slope = std::min(arriving, rate);
                   put(time, slope);
                   if (end != infinity) done += slope * (end - time);
                 });
  return Curve::from(0, std::move(knots));
}

std::vector<double> knot_times(const std::vector<const Curve*>& curves) {
  std::vector<double> times;
  for (const Curve* c : curves)
    for (const Curve::Knot& k : c->knots()) times.push_back(k.time);
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  return times;
}

}  // namespace orrery
