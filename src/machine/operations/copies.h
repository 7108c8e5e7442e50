// Copies of a job's state: taken by their tiers as the job works, whole some time later, and what the job goes back to
// when a fault takes some of them with it.
#pragma once
#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "machine/operations/faults.h"

namespace orrery::operations {

/// A place that copies of the job's state are kept in: memory of the accelerator, of its host or of a peer, a local
/// disk, storage.
struct Tier {
  std::string name;
  double every = 0;                ///< s of running between copies; 0: at every step
  double blocks = 0;               ///< s that each copy stops the job
  double lands = 0;                ///< s after that until the copy is whole: its bytes over the bandwidth of the place
  Domain survives = Domain::hall;  ///< the largest domain whose loss a copy outlives
  bool keeps = true;               ///< older copies too; else the newest alone
};

/// Positions are s of work at full speed. The rarest tier is followed copy by copy, in its rhythm of running and
/// writing; of the others a copy stands at each of their intervals of work, and they block in the mean.
class Copies {
 public:
  /// The tiers outlive it.
  explicit Copies(const std::vector<Tier>& tiers);

  /// Share of running that the tiers but the rarest block.
  double finer_blocking() const;
  /// The job runs from now on for so long at a speed: s of work a second. Gives the s that copies of the rarest tier
  /// blocked.
  double run(double now, double length, double speed);
  /// Takes the job back to the newest copy that outlives the loss of a domain, or to its beginning. Gives the s of work
  /// that are lost.
  double take_back(double now, Domain lost);
  /// Takes the job back to the newest copy that is no newer than a position, after which the work was wrong.
  double take_back_before(double now, double position);
  double position() const { return position_; }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  struct Landing {
    double position = 0, time = 0;
  };
  /// Copies at even distances of work.
  struct Copied {
    double first = 0, step = 0, count = 1;
    double last() const { return first + (count - 1) * step; }
  };
  const std::vector<Tier>& tiers_;
  std::size_t rarest_ = none;
  double every_ = 0, blocks_ = 0, lands_ = 0;
  double position_ = 0;
  double from_ = 0;  ///< the position that the job last began at
  double in_cycle_ = 0, at_write_ = 0;
  std::deque<Landing> landing_;
  std::vector<Copied> whole_;  ///< of the rarest, rising

  void settle(double now);
  void keep(const Copied& copies);
  double newest() const { return whole_.empty() ? 0 : whole_.back().last(); }
  void forget_after(double position);
  double back_to(double to, bool from_rarest);
};

}  // namespace orrery::operations
