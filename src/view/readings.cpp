#include "view/readings.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.h"
#include "base/parallel.h"
#include "report/document.h"
#include "scenario/write.h"
#include "view/http.h"

namespace orrery::view {
namespace {

using Clock = std::chrono::steady_clock;
using json = nlohmann::ordered_json;

constexpr std::size_t most_groups = 8, most_of_group = 32;

Refusal stopped() {
  return {503, "", "the server is stopping", "start it again"};
}

bool has_memory(const scenario::Form* form) {
  const auto kinds = study::kinds();
  return std::any_of(kinds.begin(), kinds.end(),
                     [&](const study::Kind& kind) { return &kind.form() == form && kind.read_again; });
}

Reading reading_of(const scenario::Scenario& scenario, const study::Study& study) {
  const Node* title = scenario.root.find("title");
  const std::string text = report::json_of(study::resolved(study), "");
  return {scenario.form, title ? title->text : "", scenario::hash_of(scenario),
          json::parse(text).at("values").dump(1, ' ', false, json::error_handler_t::replace)};
}

}  // namespace

/// While it lives, something is being read.
class Readings::Turn {
 public:
  /// With the lock held.
  Turn(Readings& all, const Key& key) : all_(all), place_(all.in_hand_.insert(key)) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    const std::lock_guard lock(all_.guard_);
    all_.in_hand_.erase(place_);
    all_.changed_.notify_all();
  }

 private:
  Readings& all_;
  const std::multiset<Key>::iterator place_;
};

Readings::Readings(const catalog::Catalog& catalog, Confines confines, const Limits& limits)
    : catalog_(catalog), confines_(std::move(confines)), limits_(limits) {}

std::shared_ptr<const Reading> Readings::read(const std::string& file, const std::vector<std::string>& overrides) {
  const Time until = Clock::now() + limits_.reading;
  if (!overrides.empty()) {
    const scenario::Scenario scenario = scenario::read_scenario(file, overrides, study::forms_of(study::kinds()));
    if (has_memory(scenario.form)) {
      // What the scenario itself is found to be serves all that is changed of it, so that it comes first.
      try {
        read({file, {}}, Clock::now() + limits_.reading / 2);
      } catch (const Refusal&) {
      } catch (const Error&) {  // what is changed may be what is wrong with it
      }
    }
  }
  return read({file, overrides}, until);
}

/// What is kept of a file, or nothing where a file that it stands on has changed. With the lock held.
std::shared_ptr<Readings::Group> Readings::group_of(const std::string& file) {
  const auto it = groups_.find(file);
  if (it == groups_.end()) return nullptr;
  if (!unchanged(it->second->files)) {
    groups_.erase(it);
    return nullptr;
  }
  it->second->used = ++uses_;
  return it->second;
}

study::Study Readings::study_of(const scenario::Scenario& scenario, const Group* group) const {
  return study::read_study(scenario, catalog_, study::kinds(), group ? group->base.get() : nullptr);
}

std::shared_ptr<const Reading> Readings::read(const Key& key, Time until) {
  std::shared_ptr<Group> group;
  std::optional<Turn> turn;
  {
    std::unique_lock lock(guard_);
    while (true) {
      if (stopping_) throw stopped();
      group = group_of(key.first);
      if (group)
        if (const auto had = group->readings.find(key.second); had != group->readings.end()) return had->second;
      if (!in_hand_.contains(key) && in_hand_.size() < limits_.readings) break;
      if (changed_.wait_until(lock, until) == std::cv_status::timeout)
        throw Refusal{503, "", "other scenarios are being read, which takes its time", "ask again later"};
    }
    turn.emplace(*this, key);
  }
  std::shared_ptr<const Reading> reading;
  std::shared_ptr<const study::Study> study;
  const std::unique_ptr<const Confinement> within = confines_();
  try {
    const Confined confined(within.get());
    const GivesUp gives_up(stopping_, until);
    const scenario::Scenario scenario = scenario::read_scenario(key.first, key.second, study::forms_of(study::kinds()));
    study = std::make_shared<const study::Study>(study_of(scenario, group.get()));
    reading = std::make_shared<const Reading>(reading_of(scenario, *study));
  } catch (const GivenUp&) {
    if (stopping_) throw stopped();
    throw Refusal{422, "",
                  fmt::format("takes longer to read than {} s",
                              std::chrono::duration_cast<std::chrono::seconds>(limits_.reading).count()),
                  "make it smaller (a network at level = \"flow\"), or run it all the same"};
  }
  keep(key, group, reading, key.second.empty() ? study : nullptr, within->files());
  return reading;
}

void Readings::keep(const Key& key, const std::shared_ptr<Group>& group, std::shared_ptr<const Reading> reading,
                    std::shared_ptr<const study::Study> study, const std::vector<FileState>& files) {
  const std::lock_guard lock(guard_);
  std::shared_ptr<Group>& kept = groups_[key.first];
  if (kept && kept != group) return;  // it was read anew meanwhile, from files as they are now
  if (!kept || kept->readings.size() >= most_of_group) kept = std::make_shared<Group>();
  if (study) kept->base = std::move(study);
  kept->files.insert(kept->files.end(), files.begin(), files.end());
  if (group && group != kept) kept->files.insert(kept->files.end(), group->files.begin(), group->files.end());
  std::sort(kept->files.begin(), kept->files.end());
  kept->files.erase(std::unique(kept->files.begin(), kept->files.end()), kept->files.end());
  kept->readings[key.second] = std::move(reading);
  kept->used = ++uses_;
  if (groups_.size() > most_groups)
    groups_.erase(std::min_element(groups_.begin(), groups_.end(),
                                   [](const auto& a, const auto& b) { return a.second->used < b.second->used; }));
}

void Readings::check_text(std::string_view text, const std::string& file, const std::string& base) {
  const Time until = Clock::now() + limits_.reading;
  std::shared_ptr<Group> group;
  std::optional<Turn> turn;
  {
    std::unique_lock lock(guard_);
    if (!changed_.wait_until(lock, until, [&] { return stopping_ || in_hand_.size() < limits_.readings; }))
      throw Refusal{503, "", "other scenarios are being read, which takes its time", "ask again later"};
    if (stopping_) throw stopped();
    group = group_of(base);
    turn.emplace(*this, Key{file, {"="}});
  }
  const std::unique_ptr<const Confinement> within = confines_();
  const Confined confined(within.get());
  const GivesUp gives_up(stopping_, until);
  try {
    study_of(scenario::read_scenario_text(text, file, study::forms_of(study::kinds())), group.get());
  } catch (const GivenUp&) {
    throw Refusal{422, "", "takes too long to read", "make it smaller"};
  }
}

void Readings::stop() {
  const std::lock_guard lock(guard_);
  stopping_ = true;
  changed_.notify_all();
}

}  // namespace orrery::view
