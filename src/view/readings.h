// Scenarios as they were read, kept while no file that they stand on has changed: equal questions are read once, those
// that wait for it too, and what is changed of a scenario uses what its kind has found for that, such as the fastest
// layouts of its runs.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/confinement.h"
#include "scenario/stack.h"
#include "study/kind.h"
#include "view/limits.h"

namespace orrery::view {

/// What reading a scenario came to.
struct Reading {
  const scenario::Form* form = nullptr;
  std::string title;   ///< empty where the scenario has none
  std::string hash;    ///< as scenario::hash_of
  std::string values;  ///< JSON: every value with its origin
};

/// What a question may read, made anew for each, which notes its files.
using Confines = std::function<std::unique_ptr<const Confinement>()>;

/// For several threads.
class Readings {
 public:
  /// The catalog outlives it, with all kinds read.
  Readings(const catalog::Catalog& catalog, Confines confines, const Limits& limits);

  /// A scenario file with overrides. Throws Error for what is wrong with it, Refusal where it takes too long, where
  /// too many others are read, and once reading is stopped.
  std::shared_ptr<const Reading> read(const std::string& file, const std::vector<std::string>& overrides);
  /// Reads the text that would stand in a file, perhaps based on another, as that will be read. Throws as read does.
  /// Nothing of it is kept.
  void check_text(std::string_view text, const std::string& file, const std::string& base);
  /// Gives up what is being read, and reads nothing any more.
  void stop();

 private:
  using Time = std::chrono::steady_clock::time_point;
  using Key = std::pair<std::string, std::vector<std::string>>;
  /// A scenario and what was changed of it. All of it stands on the same files.
  struct Group {
    std::vector<FileState> files;
    std::shared_ptr<const study::Study> base;  ///< whose memory the others use; null where it cannot be read
    std::map<std::vector<std::string>, std::shared_ptr<const Reading>> readings;
    std::uint64_t used = 0;  ///< when last: the highest is the newest
  };
  class Turn;

  const catalog::Catalog& catalog_;
  const Confines confines_;
  const Limits limits_;
  std::atomic<bool> stopping_{false};
  std::mutex guard_;
  std::condition_variable changed_;
  std::map<std::string, std::shared_ptr<Group>> groups_;  ///< by file
  std::multiset<Key> in_hand_;                            ///< what is being read
  std::uint64_t uses_ = 0;

  std::shared_ptr<const Reading> read(const Key& key, Time until);
  std::shared_ptr<Group> group_of(const std::string& file);
  void keep(const Key& key, const std::shared_ptr<Group>& group, std::shared_ptr<const Reading> reading,
            std::shared_ptr<const study::Study> study, const std::vector<FileState>& files);
  study::Study study_of(const scenario::Scenario& scenario, const Group* group) const;
};

}  // namespace orrery::view
