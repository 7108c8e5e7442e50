// A loop on several threads whose results do not depend on their number.
#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>

namespace orrery {

/// The workers that parallel_for runs: threads (0 or less: one for each core), but never more than there are blocks
/// and at least one.
int worker_count(std::size_t count, int threads, std::size_t block);

/// Calls body(first, last, worker) for every block of indices [first, last) of 0..count, each of `block` indices (at
/// least 1) but the last, once. Blocks are handed out in rising order to worker_count() workers, of which worker 0 is
/// the calling thread; a body may keep what it needs by its worker's number, and writes what it finds by index.
/// progress, if given, is called on the calling thread with the share of indices handed out so far; what it throws
/// stops the loop as a body's error does. Workers read within the caller's confinement, and are given up with it.
/// What a body throws ends the handing out and is thrown here when all workers have stopped; of several the one of the
/// lowest block, which is the same for any number of threads.
void parallel_for(std::size_t count, int threads, std::size_t block,
                  const std::function<void(std::size_t first, std::size_t last, int worker)>& body,
                  const std::function<void(double share)>& progress = {});

/// Thrown by a loop that is given up.
struct GivenUp : std::exception {
  const char* what() const noexcept override { return "given up"; }
};

/// While it lives, loops of this thread, and those inside them, throw GivenUp before their next block once the flag is
/// set or the time has come.
class GivesUp {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit GivesUp(const std::atomic<bool>& when, Time until = Time::max());
  GivesUp(const GivesUp&) = delete;
  GivesUp& operator=(const GivesUp&) = delete;
  ~GivesUp();

 private:
  const std::atomic<bool>& when_;
  const Time until_;
  const GivesUp* before_;
  friend bool is_given_up();
};

/// Whether what this thread does is given up: a long loop that is not parallel_for asks it now and then.
bool is_given_up();

}  // namespace orrery
