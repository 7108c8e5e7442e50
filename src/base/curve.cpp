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
  const auto next =
      std::upper_bound(knots_.begin(), knots_.end(), a, [](double t, const Knot& k) { return t < k.time; });
  if (next != knots_.begin())
    start = std::prev(next)->time, value = std::prev(next)->value, slope = std::prev(next)->slope;
  for (auto i = static_cast<size_t>(next - knots_.begin()); i <= knots_.size(); ++i) {
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

Curve& Curve::add(const Curve& g, double sign) {
  if (g.before_ != 0 || g.knots_.empty()) return *this = sign > 0 ? *this + g : *this - g;
  const double first = g.knots_.front().time;
  const auto kept =
      std::lower_bound(knots_.begin(), knots_.end(), first, [](const Knot& k, double t) { return k.time < t; });
  const Curve tail = Curve::from(0, std::vector<Knot>(kept, knots_.end()));
  knots_.erase(kept, knots_.end());
  double value = before_, slope = 0, start = -infinity;
  if (!knots_.empty()) value = knots_.back().value, slope = knots_.back().slope, start = knots_.back().time;
  std::size_t i = 0, j = 0;
  double more = 0, more_slope = 0;
  while (i < tail.knots_.size() || j < g.knots_.size()) {
    const double next = i < tail.knots_.size() ? tail.knots_[i].time : infinity;
    const double next_g = j < g.knots_.size() ? g.knots_[j].time : infinity;
    const double end = std::min(next, next_g);
    if (start != -infinity) value += slope * (end - start), more += more_slope * (end - start);
    if (next == end) value = tail.knots_[i].value, slope = tail.knots_[i].slope, ++i;
    if (next_g == end) more = g.knots_[j].value, more_slope = g.knots_[j].slope, ++j;
    start = end;
    append(start, sign > 0 ? value + more : value - more, sign > 0 ? slope + more_slope : slope - more_slope);
  }
  return *this;
}

Curve Curve::pieces(double from, double to) const {
  const auto begins = [](double t, const Knot& k) { return t < k.time; };
  auto first = std::upper_bound(knots_.begin(), knots_.end(), from, begins);
  if (first != knots_.begin()) --first;
  const auto last = std::lower_bound(first, knots_.end(), to, [](const Knot& k, double t) { return k.time < t; });
  Curve out(first == knots_.begin() ? before_ : first->value);
  out.knots_.assign(first, last);
  return out;
}

bool Curve::stays_at_least(double level, double from) const {
  if (at(from) < level) return false;
  auto next = std::upper_bound(knots_.begin(), knots_.end(), from, [](double t, const Knot& k) { return t < k.time; });
  double slope = next == knots_.begin() ? 0 : std::prev(next)->slope;
  for (auto it = next; it != knots_.end(); ++it) {
    if (it->value < level) return false;
    // A falling piece is lowest at its end.
    if (slope < 0 && std::prev(it)->value + slope * (it->time - std::prev(it)->time) < level) return false;
    slope = it->slope;
  }
  return slope >= 0;
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

FluidQueue::FluidQueue(Curve service) : service_(std::move(service)) {}

void FluidQueue::put(double time, double done, double slope) {
  if (!finished_.empty() && finished_.back().time == time) finished_.back().slope = slope;
  else if (finished_.empty() ? slope != 0 : finished_.back().slope != slope) finished_.push_back({time, done, slope});
}

void FluidQueue::work(State at) {
  const std::vector<Curve::Knot>&a = arrivals_.knots(), &s = service_.knots();
  while (true) {
    at.knots = finished_.size(), at.last_slope = finished_.empty() ? 0 : finished_.back().slope;
    states_.push_back(at);
    const double next = at.arrival < a.size() ? a[at.arrival].time : infinity;
    const double next_rate = at.service < s.size() ? s[at.service].time : infinity;
    const double end = std::min(next, next_rate);
    if (at.start != -infinity) {
      double time = at.start;
      const double backlog = at.arrived - at.done, tolerance = 1e-9 * std::max(1.0, at.arrived);
      bool busy = false;  // until the end of the piece
      if (backlog > tolerance) {
        put(time, at.done, at.rate);
        const double drain = at.rate - at.arriving;
        const double empty = drain > 0 ? time + backlog / drain : infinity;
        busy = empty >= end;
        if (busy) {
          if (end != infinity) at.done += at.rate * (end - time);
        } else {
          at.done = at.arrived + at.arriving * (empty - at.start);
          time = empty;
        }
      } else {
        at.done = std::max(at.done, at.arrived - std::max(0.0, backlog));
      }
      if (!busy) {
        const double slope = std::min(at.arriving, at.rate);
        put(time, at.done, slope);
        if (end != infinity) at.done += slope * (end - time);
      }
    }
    if (end == infinity) return;
    if (at.start != -infinity) at.arrived += at.arriving * (end - at.start), at.served += at.rate * (end - at.start);
    if (next == end) at.arrived = a[at.arrival].value, at.arriving = a[at.arrival].slope, ++at.arrival;
    if (next_rate == end) at.served = s[at.service].value, at.rate = s[at.service].slope, ++at.service;
    at.start = end;
  }
}

Curve FluidQueue::add(const Curve& arrivals) {
  const double first = arrivals.knots().empty() ? -infinity : arrivals.knots().front().time;
  arrivals_ += arrivals;
  // From the last piece on that begins before them.
  const auto late =
      std::lower_bound(states_.begin(), states_.end(), first, [](const State& s, double t) { return s.start < t; });
  State from{-infinity, arrivals_.before(), 0, service_.before(), 0, 0, 0, 0, 0, 0};
  if (late != states_.begin() && arrivals.before() == 0)
    from = *std::prev(late), states_.erase(std::prev(late), states_.end());
  else states_.clear();
  const std::size_t shared = from.knots > 0 ? from.knots - 1 : 0;
  const Curve before = Curve::from(0, {finished_.begin() + static_cast<std::ptrdiff_t>(shared), finished_.end()});
  finished_.resize(from.knots);
  if (from.knots > 0) finished_.back().slope = from.last_slope;
  work(from);
  return Curve::from(0, {finished_.begin() + static_cast<std::ptrdiff_t>(shared), finished_.end()}) - before;
}

Curve served(const Curve& arrivals, const Curve& service) {
  FluidQueue queue(service);
  queue.add(arrivals);
  return queue.finished();
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
