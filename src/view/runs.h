// Runs that are asked for over HTTP: a few at once, some waiting, their answers kept up to a number of bytes. They run
// at a lower priority than the server's other threads.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/confinement.h"
#include "base/error.h"
#include "catalog/catalog.h"
#include "study/ask.h"
#include "view/limits.h"
#include "view/readings.h"

namespace orrery::view {

struct Question {
  study::Asked asked;
  int trials = 0;
  std::uint64_t seed = 1;
  bool independent = false;
  std::vector<FileState> files = {};  ///< that it was asked of, as they were then
};

enum class RunStatus { queued, running, done, failed, cancelled };

/// A run as it stands.
struct RunState {
  std::string id;
  RunStatus status = RunStatus::queued;
  std::string pass;  ///< at hand
  double share = 0;  ///< of the pass
  std::optional<Error> error;
  std::uint64_t version = 0;  ///< rises with every change
};

class Runs {
 public:
  /// The catalog outlives it, with all kinds read.
  Runs(const catalog::Catalog& catalog, Confines confines, const Limits& limits);
  Runs(const Runs&) = delete;
  Runs& operator=(const Runs&) = delete;
  ~Runs();

  /// The id of a run of this question: a new one, or one that was asked the same, if no file that it was asked of or
  /// has read so far is another now. Throws Refusal where too many wait.
  std::string start(const Question& question);
  /// The id of an answer that was made elsewhere, which is kept whatever comes.
  std::string keep(std::string answer);
  /// How it stands; nothing where there is no such run, or no longer.
  std::optional<RunState> state(const std::string& id) const;
  /// The same once it has another version than `seen`, or when the time is up.
  std::optional<RunState> next_state(const std::string& id, std::uint64_t seen, std::chrono::milliseconds wait) const;
  /// Its answer as JSON; null where it is not done.
  std::shared_ptr<const std::string> answer(const std::string& id) const;
  /// Ends it unless it is over.
  void cancel(const std::string& id);
  /// Cancels all and waits for them; nothing starts any more.
  void stop();

 private:
  struct Run {
    RunState state;
    Question question;
    std::string key;  ///< equal questions have equal keys
    std::atomic<bool> given_up{false};
    std::shared_ptr<const Confinement> within;  ///< knows what it has read; null until it runs
    std::vector<FileState> files;               ///< that its answer stands on, once it is done
    std::shared_ptr<const std::string> answer;
  };

  const catalog::Catalog& catalog_;
  const Confines confines_;
  const Limits limits_;
  mutable std::mutex guard_;
  mutable std::condition_variable changed_;
  bool stopping_ = false;
  std::map<std::string, std::shared_ptr<Run>> runs_;
  std::deque<std::shared_ptr<Run>> queue_, over_;  ///< the oldest first
  std::vector<std::jthread> workers_;

  void work();
  void answer(Run& run);
  void tell(Run& run, std::string_view pass, double share);
  void end(Run& run, RunStatus status);
};

}  // namespace orrery::view
