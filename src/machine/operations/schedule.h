// Which training run gets which accelerators on which day: pools of accelerators that grow and shrink, runs that are
// served in the order given, and what each run then takes in days, with the goodput of the number it holds.
#pragma once
#include <limits>
#include <span>
#include <vector>

#include "base/curve.h"
#include "machine/operations/goodput.h"

namespace orrery::operations {

/// Achieved model FLOP/s per accelerator by how many a run holds.
struct Speed {
  std::vector<double> accelerators;  ///< rising; at least one
  std::vector<double> each;          ///< FLOP/s per accelerator at that number
  std::vector<double> at_work = {};  ///< of that number, those that the layout uses; empty: all of them

  /// What all of them do together is straight between two numbers; each as at the nearest beyond them.
  double at(double n) const;
  /// Of n accelerators those at work: the others are spare, and their failures stop nothing.
  double working(double n) const;
};

/// Days that a run on so many accelerators takes to go on after a stop that was planned.
double daily_restart(double accelerators, const Reliability& reliability);

/// Accelerators that runs share.
struct Pool {
  const Curve* usable = nullptr;          ///< accelerators over days
  std::span<const Curve> by_supply;       ///< the same, of each kind; empty where all are of one kind
  double spares = 0;                      ///< of them that stand ready, per one that runs may hold
  std::span<const double> failures = {};  ///< by day, how often they fail over how often runs say; empty: as often
  std::span<const double> powered = {};   ///< by day, share of it in which there is energy for them; empty: all of it
};

/// That a run starts no earlier than so many days after another, earlier in the list, has started or finished.
struct After {
  int run = -1;  ///< none
  bool finish = true;
  double days = 0;  ///< below 0: before
};

/// What a run asks for.
struct Request {
  size_t pool = 0;
  double compute = 0;              ///< FLOP of the whole run
  double wanted = 0, minimum = 0;  ///< accelerators
  double earliest = 0;             ///< day
  double duty = 1;                 ///< share of each day it runs
  std::vector<Speed> achieved;     ///< by supply of the pool, or the one of all
  After after = {};                ///< what it waits for beside earliest
  Reliability reliability = {};    ///< how often it fails, and what that costs
};

/// What a run becomes. Days that are never reached are infinite.
struct RunForecast {
  double start = std::numeric_limits<double>::infinity(), finish = start;
  double mean_chips = 0;    ///< over its running time
  double most_chips = 0;    ///< on one of its days
  double goodput = 0;       ///< progress per running time, mean
  double achieved = 0;      ///< model FLOP/s per accelerator without losses, mean
  double days_running = 0;  ///< within the forecast
  double done = 0;          ///< FLOP of the run by its finish, or the end of the forecast
};

struct Schedule {
  std::vector<RunForecast> runs;
  std::vector<std::vector<double>> held;  ///< accelerators that runs hold, by pool and day
  std::vector<double> training;           ///< accelerator-hours of training by month
};

/// Days 0 to horizon - 1, on which a run takes what it wants of what earlier runs leave of its pool, so long as that is
/// its minimum or more. Progress of a day: accelerators x achieved x goodput x 86,400 s, for the share of the day that
/// it runs less the stall, without its detection, that each stop costs. months are the days on which the calendar
/// months start, and the day after the last. Runs are added in the order in which they are served; pools and months
/// outlive it.
class Scheduler {
 public:
  Scheduler(const std::vector<Pool>& pools, std::span<const double> months, int horizon);

  /// What a run would become after those that were added.
  RunForecast tried(const Request& run);
  void add(const Request& run);
  const Schedule& schedule() const { return out_; }

 private:
  const std::vector<Pool>& pools_;
  const std::span<const double> months_;
  const int horizon_;
  Schedule out_;
  std::vector<std::vector<double>> usable_on_;  ///< by pool and day; empty until a run asks

  double earliest(const Request& run) const;
  template <class Hold>
  RunForecast play(const Request& run, Hold hold);
};

}  // namespace orrery::operations
