#include "site/load/grid_path.h"

#include <algorithm>
#include <cmath>

namespace orrery::site {
namespace {

/// The piece of a path that begins at or holds `time`, seen from its right.
double after(const PowerPath& path, double time) {
  auto next = std::upper_bound(path.begin(), path.end(), time,
                               [](double t, const PowerPoint& point) { return t < point.time; });
  if (next == path.begin()) return path.front().power;
  if (next == path.end()) return path.back().power;
  const PowerPoint& from = *(next - 1);
  return from.power + (next->power - from.power) * (time - from.time) / (next->time - from.time);
}

/// And from its left.
double before(const PowerPath& path, double time) {
  auto at = std::lower_bound(path.begin(), path.end(), time,
                             [](const PowerPoint& point, double t) { return point.time < t; });
  if (at == path.begin()) return path.front().power;
  if (at == path.end()) return path.back().power;
  const PowerPoint& from = *(at - 1);
  return from.power + (at->power - from.power) * (time - from.time) / (at->time - from.time);
}

}  // namespace

PowerPath wave_path(const SquareWave& wave, int periods) {
  const double swing = wave.swing.value(), period = wave.period.value(), high = wave.duty * period;
  PowerPath path;
  for (int i = 0; i < periods; ++i) {
    const double t = i * period;
    path.insert(path.end(), {{t, swing}, {t + high, swing}, {t + high, 0}, {t + period, 0}});
  }
  return path;
}

PowerPath job_path(Power swing, Time rise, Time fall, Time end) {
  const double p = swing.value();
  return {{0, 0}, {rise.value(), 0}, {rise.value(), p}, {fall.value(), p}, {fall.value(), 0}, {end.value(), 0}};
}

PowerPath follow(const PowerPath& load, Ramp limit) {
  const double r = limit.value();
  PowerPath path{load.front()};
  for (std::size_t i = 1; i < load.size(); ++i) {
    const double length = load[i].time - load[i - 1].time;
    if (length <= 0) continue;
    const double target = load[i].power, gap = target - path.back().power;
    const double needs = r > 0 ? std::abs(gap) / r : infinity;
    if (gap != 0 && needs < length) path.push_back({load[i - 1].time + needs, target});
    path.push_back({load[i].time, needs <= length ? target : path.back().power + std::copysign(r * length, gap)});
  }
  return path;
}

Turn turn_within_steps(const SquareWave& wave, Ramp limit) {
  const double m = std::min(wave.duty, 1 - wave.duty), swing = wave.swing.value(), period = wave.period.value(),
               r = limit.value();
  // At rest it is on the level of the longer part: the energy of the turn is that of the shorter one.
  if (r > 0)
    if (const double half = std::sqrt(m * period * swing / r); half < period / 2) return {swing, half};
  // Without rest: a triangle whose mean is the load's.
  return {(1 - m) * swing + r * period / 4, period / 2};
}

PowerPath schedule(const SquareWave& wave, Ramp limit, int periods) {
  const double d = wave.duty, m = std::min(d, 1 - d), swing = wave.swing.value(), period = wave.period.value(),
               r = limit.value(), end = periods * period;
  PowerPath path;
  if (r * m * period >= swing) {
    const double ramp = swing / r / 2;
    path.push_back({0, swing / 2});
    for (int i = 0; i < periods; ++i) {
      const double rise = i * period, fall = rise + d * period;
      path.insert(path.end(), {{rise + ramp, swing}, {fall - ramp, swing}, {fall + ramp, 0}});
      path.push_back({rise + period - ramp, 0});
    }
    path.push_back({end, swing / 2});
    return path;
  }
  // One turn a period around the middle of the shorter part, cut off at the ends of the whole.
  const Turn turn = turn_within_steps(wave, limit);
  const bool dip = d >= 0.5;  // the shorter part is the lower one
  const auto level = [&](double down) { return dip ? turn.top - down : swing - turn.top + down; };
  const double middle = dip ? (1 + d) / 2 * period : d / 2 * period;
  PowerPath whole;
  for (int i = -1; i <= periods; ++i) {
    const double t = middle + i * period;
    whole.insert(whole.end(), {{t - turn.half, level(0)}, {t, level(r * turn.half)}, {t + turn.half, level(0)}});
  }
  path.push_back({0, after(whole, 0)});
  for (const PowerPoint& point : whole)
    if (point.time > 0 && point.time < end) path.push_back(point);
  path.push_back({end, before(whole, end)});
  return path;
}

PowerPath schedule(Power swing, Time rise, Time fall, Time end, Ramp limit) {
  const double p = swing.value(), half = p / limit.value() / 2;
  return {{0, 0},
          {rise.value() - half, 0},
          {rise.value() + half, p},
          {fall.value() - half, p},
          {fall.value() + half, 0},
          {end.value(), 0}};
}

StorageRun storage_between(const PowerPath& load, const PowerPath& grid) {
  std::vector<double> times;
  for (const PowerPath* path : {&load, &grid})
    for (const PowerPoint& point : *path) times.push_back(point.time);
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  double content = 0, low = 0, high = 0, most = 0, steepest = 0;
  StorageRun run;
  run.content.push_back({times.front(), 0});
  const auto reaches = [&](double time, double now) {
    low = std::min(low, now), high = std::max(high, now);
    run.content.push_back({time, now});
  };
  for (std::size_t i = 1; i < times.size(); ++i) {
    const double from = times[i - 1], to = times[i], length = to - from;
    const double first = after(grid, from) - after(load, from), last = before(grid, to) - before(load, to);
    most = std::max({most, std::abs(first), std::abs(last)});
    if (first * last < 0) {  // turns where its power is none
      const double at = length * first / (first - last);
      reaches(from + at, content + first * at / 2);
    }
    content += (first + last) / 2 * length;
    reaches(to, content);
  }
  // Corners that are one but for rounding have no slope between them.
  const double apart = 1e-9 * (times.back() - times.front());
  for (std::size_t i = 1; i < grid.size(); ++i)
    if (const double length = grid[i].time - grid[i - 1].time; length > apart)
      steepest = std::max(steepest, std::abs(grid[i].power - grid[i - 1].power) / length);
  run.highest = Power(most), run.range = Energy(high - low), run.net = Energy(content), run.steepest = Ramp(steepest);
  return run;
}

}  // namespace orrery::site
