#include "machine/operations/schedule.h"

#include <algorithm>
#include <cmath>

namespace orrery::operations {
namespace {

/// What a speed says, mean over the accelerators of a pool on a day, with n of them held.
double mean_of(const Pool& pool, const Request& run, int day, double usable, double n,
               double (Speed::*says)(double) const) {
  if (pool.by_supply.size() < 2) return (run.achieved.front().*says)(n);
  double mean = 0;
  for (size_t k = 0; k < pool.by_supply.size(); ++k)
    mean += pool.by_supply[k].at(day) / (usable * (1 + pool.spares)) * (run.achieved[k].*says)(n);
  return mean;
}

}  // namespace

double daily_restart(double accelerators, const Reliability& reliability) {
  const Stall planned = stall(Chips(accelerators), reliability.recovery);
  return (planned.total() - planned.detect) / 86400;
}

double Speed::at(double n) const {
  const size_t above =
      static_cast<size_t>(std::lower_bound(accelerators.begin(), accelerators.end(), n) - accelerators.begin());
  if (above == 0) return each.front();
  if (above == each.size()) return each.back();
  const double share = (n - accelerators[above - 1]) / (accelerators[above] - accelerators[above - 1]);
  const double before = each[above - 1] * accelerators[above - 1], after = each[above] * accelerators[above];
  return (before + share * (after - before)) / n;
}

double Speed::working(double n) const {
  if (at_work.empty()) return n;
  const size_t above =
      static_cast<size_t>(std::lower_bound(accelerators.begin(), accelerators.end(), n) - accelerators.begin());
  if (above == each.size()) return std::min(n, at_work.back());
  return std::min(n, at_work[above == 0 || accelerators[above] == n ? above : above - 1]);
}

Scheduler::Scheduler(const std::vector<Pool>& pools, std::span<const double> months, int horizon)
    : pools_(pools), months_(months), horizon_(horizon), usable_on_(pools.size()) {
  out_.held.resize(pools.size());
  out_.training.resize(months.size() - 1);
}

double Scheduler::earliest(const Request& run) const {
  if (run.after.run < 0) return run.earliest;
  const RunForecast& other = out_.runs[static_cast<size_t>(run.after.run)];
  return std::max(run.earliest, (run.after.finish ? other.finish : other.start) + run.after.days);
}

/// hold(day, days, accelerators): those that the run holds on so many days from one on, by its share of the day.
template <class Hold>
RunForecast Scheduler::play(const Request& run, Hold hold) {
  RunForecast result;
  const Pool& pool = pools_[run.pool];
  std::vector<double>&held = out_.held[run.pool], &usable_on = usable_on_[run.pool];
  held.resize(static_cast<size_t>(horizon_));
  if (usable_on.empty())
    for (int day = 0; day < horizon_; ++day) usable_on.push_back(pool.usable->at(day) / (1 + pool.spares));
  // A run that is stopped each day loses a restart each day.
  const double restart = run.duty < 1 ? daily_restart(run.wanted, run.reliability) : 0;
  const double running = std::max(0.0, run.duty - restart);

  double left = run.compute, chip_days = 0, progress_days = 0, achieved_days = 0;
  double known_n = -1, known_failures = 1, known_goodput = 1, per_day = 0;
  Reliability reliability = run.reliability;
  // Progress then depends on the number held alone.
  const bool alike = pool.by_supply.size() < 2 && pool.failures.empty() && pool.powered.empty();
  double known_held = -1, working = 0, achieved = 0;
  const double first = std::max(earliest(run), pool.usable->first_at_least(run.minimum * (1 + pool.spares)));
  for (int day = first < horizon_ ? static_cast<int>(std::ceil(first - 1e-6)) : horizon_; day < horizon_ && left > 0;
       ++day) {
    const double usable = usable_on[static_cast<size_t>(day)];
    const double n = std::min(run.wanted, usable - held[static_cast<size_t>(day)]);
    if (n < run.minimum * (1 - 1e-9)) continue;
    if (!std::isfinite(result.start)) result.start = day;
    result.most_chips = std::max(result.most_chips, n);
    if (!alike || n != known_held) {
      known_held = n;
      working = mean_of(pool, run, day, usable, n, &Speed::working);
      achieved = mean_of(pool, run, day, usable, n, &Speed::at);
      const double failures = pool.failures.empty() ? 1 : pool.failures[static_cast<size_t>(day)];
      if (working != known_n || failures != known_failures) {
        known_n = working, known_failures = failures;
        reliability.failure_rate = failures * run.reliability.failure_rate;
        known_goodput = goodput(Chips(working), reliability);
      }
      per_day = n * achieved * known_goodput * 86400 * running;
    }
    const double powered = pool.powered.empty() ? 1 : pool.powered[static_cast<size_t>(day)];
    if (powered < 1) per_day *= powered, known_held = -1;
    const double share = left < per_day ? left / per_day : 1;
    left -= per_day * share;
    const int first_day = day;
    // It goes on like this while it holds as many.
    if (alike && share == 1)
      while (left > per_day && day + 1 < horizon_) {
        const auto next = static_cast<size_t>(day) + 1;
        if (std::min(run.wanted, usable_on[next] - held[next]) != n) break;
        left -= per_day, ++day;
      }
    const int days = day - first_day + 1;
    const double held_days = days * share;
    hold(first_day, days, n * share);
    chip_days += n * held_days, progress_days += known_goodput * powered * held_days,
        achieved_days += achieved * held_days;
    result.days_running += held_days;
    if (left <= per_day * 1e-12) left = 0, result.finish = day + share;
  }
  result.done = run.compute - std::max(left, 0.0);
  if (result.days_running > 0) {
    result.mean_chips = chip_days / result.days_running;
    result.goodput = progress_days / result.days_running;
    result.achieved = achieved_days / result.days_running;
  }
  return result;
}

RunForecast Scheduler::tried(const Request& run) {
  return play(run, [](int, int, double) {});
}

void Scheduler::add(const Request& run) {
  std::vector<double>& held = out_.held[run.pool];
  const std::span<const double> powered = pools_[run.pool].powered;
  size_t month = 0;
  out_.runs.push_back(play(run, [&](int day, int days, double accelerators) {
    for (int i = 0; i < days; ++i) held[static_cast<size_t>(day + i)] += accelerators;
    for (int from = day; from < day + days;) {
      while (month + 2 < months_.size() && from >= months_[month + 1]) ++month;
      const int until = month + 2 < months_.size()
                            ? std::min(day + days, static_cast<int>(std::ceil(months_[month + 1])))
                            : day + days;
      const double share = powered.empty() ? 1 : powered[static_cast<size_t>(from)];
      out_.training[month] += (until - from) * accelerators * 24 * run.duty * share;
      from = until;
    }
  }));
}

}  // namespace orrery::operations
