#include "view/runs.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cmath>
#include <new>

#include "base/parallel.h"
#include "report/document.h"
#include "view/guard.h"
#include "view/http.h"

namespace orrery::view {
namespace {

constexpr int lower_priority = 10;     // "nice"
constexpr double least_news = 0.005;   // of a pass; less is not told
constexpr std::size_t id_length = 16;  // digits

/// The fields of a question, each with its length before it, so that no two questions make one key.
std::string key_of(const Question& q) {
  std::string out = std::to_string(q.trials) + ' ' + std::to_string(q.seed) + (q.independent ? " independent" : "");
  const auto add = [&](const std::string& text) { out += ' ' + std::to_string(text.size()) + ':' + text; };
  const auto scenario = [&](const study::Changed& c) {
    add(c.file);
    for (const std::string& set : c.set) add(set);
  };
  scenario(q.asked.scenario);
  if (q.asked.against) out += " against", scenario(*q.asked.against);
  return out;
}

bool is_over(RunStatus status) {
  return status != RunStatus::queued && status != RunStatus::running;
}

}  // namespace

Runs::Runs(const catalog::Catalog& catalog, Confines confines, const Limits& limits)
    : catalog_(catalog), confines_(std::move(confines)), limits_(limits) {
  for (std::size_t i = 0; i < limits_.running; ++i) workers_.emplace_back([this] { work(); });
}

Runs::~Runs() {
  stop();
}

std::string Runs::start(const Question& question) {
  const std::string key = key_of(question);
  const std::lock_guard lock(guard_);
  for (const auto& [id, run] : runs_) {
    const RunStatus status = run->state.status;
    if (run->key != key || run->given_up || status == RunStatus::failed || status == RunStatus::cancelled) continue;
    const bool same = unchanged(run->question.files) && unchanged(run->within ? run->within->files() : run->files);
    if (same) return id;
  }
  if (stopping_) throw Refusal{503, "", "the server is stopping", "start it again"};
  if (queue_.size() >= limits_.waiting)
    throw Refusal{429, "", std::to_string(queue_.size()) + " runs are waiting, which is all that may",
                  "wait until one is over, or cancel one"};
  auto run = std::make_shared<Run>();
  run->state.id = random_key().substr(0, id_length);
  run->question = question, run->key = key;
  runs_[run->state.id] = run;
  queue_.push_back(run);
  changed_.notify_all();
  return run->state.id;
}

std::string Runs::keep(std::string answer) {
  const std::lock_guard lock(guard_);
  auto run = std::make_shared<Run>();
  run->state.id = random_key().substr(0, id_length);
  run->state.status = RunStatus::done, run->state.share = 1;
  run->answer = std::make_shared<const std::string>(std::move(answer));
  runs_[run->state.id] = run;
  return run->state.id;
}

std::optional<RunState> Runs::state(const std::string& id) const {
  const std::lock_guard lock(guard_);
  const auto it = runs_.find(id);
  return it == runs_.end() ? std::nullopt : std::optional(it->second->state);
}

std::optional<RunState> Runs::next_state(const std::string& id, std::uint64_t seen,
                                         std::chrono::milliseconds wait) const {
  std::unique_lock lock(guard_);
  const auto news = [&] {
    const auto it = runs_.find(id);
    return stopping_ || it == runs_.end() || it->second->state.version != seen;
  };
  changed_.wait_for(lock, wait, news);
  const auto it = runs_.find(id);
  return it == runs_.end() ? std::nullopt : std::optional(it->second->state);
}

std::shared_ptr<const std::string> Runs::answer(const std::string& id) const {
  const std::lock_guard lock(guard_);
  const auto it = runs_.find(id);
  return it == runs_.end() ? nullptr : it->second->answer;
}

void Runs::cancel(const std::string& id) {
  const std::lock_guard lock(guard_);
  const auto it = runs_.find(id);
  if (it == runs_.end() || is_over(it->second->state.status)) return;
  const std::shared_ptr<Run> run = it->second;
  run->given_up = true;
  if (run->state.status != RunStatus::queued) return;  // its worker ends it
  std::erase(queue_, run);
  end(*run, RunStatus::cancelled);
}

void Runs::stop() {
  {
    const std::lock_guard lock(guard_);
    stopping_ = true;
    for (const std::shared_ptr<Run>& run : queue_) end(*run, RunStatus::cancelled);
    queue_.clear();
    for (const auto& [id, run] : runs_) run->given_up = true;
    changed_.notify_all();
  }
  workers_.clear();
}

void Runs::work() {
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), lower_priority);  // and so the threads that it starts
  while (true) {
    std::shared_ptr<Run> run;
    {
      std::unique_lock lock(guard_);
      changed_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
      if (stopping_) return;
      run = queue_.front();
      queue_.pop_front();
      run->state.status = RunStatus::running, ++run->state.version;
      changed_.notify_all();
    }
    answer(*run);
  }
}

void Runs::answer(Run& run) {
  std::optional<Error> error;
  try {
    const Question& q = run.question;
    const std::shared_ptr<const Confinement> within = confines_();
    {
      const std::lock_guard lock(guard_);
      run.within = within;
    }
    const Confined confined(within.get());
    const GivesUp gives_up(run.given_up);
    study::Sampling sampling{q.trials, q.seed};
    sampling.independent = q.independent;
    sampling.progress = [&](std::string_view pass, double share) { tell(run, pass, share); };
    const study::Answers answers = study::ask(q.asked, catalog_, study::kinds(), sampling);
    tell(run, "writing", 0);
    auto text = std::make_shared<const std::string>(
        report::json_of(answers.answer, answers.against ? &*answers.against : nullptr));
    const std::lock_guard lock(guard_);
    run.answer = std::move(text);
    run.files = within->files();
    return end(run, RunStatus::done);
  } catch (const GivenUp&) {
    const std::lock_guard lock(guard_);
    return end(run, RunStatus::cancelled);
  } catch (const Error& e) {
    error = e;
  } catch (const std::bad_alloc&) {
    error = Error({}, "", "there is not enough memory", "ask for fewer trials or a shorter forecast");
  } catch (const std::exception& e) {
    error = Error({}, "", e.what(), "");
  }
  const std::lock_guard lock(guard_);
  run.state.error = error;
  end(run, RunStatus::failed);
}

void Runs::tell(Run& run, std::string_view pass, double share) {
  if (run.given_up) throw GivenUp();
  const std::lock_guard lock(guard_);
  if (run.state.pass == pass && std::fabs(run.state.share - share) < least_news && share < 1) return;
  run.state.pass = pass, run.state.share = share, ++run.state.version;
  changed_.notify_all();
}

/// With the lock held.
void Runs::end(Run& run, RunStatus status) {
  run.state.status = status, ++run.state.version;
  run.within.reset();
  if (status == RunStatus::done) run.state.share = 1;
  over_.push_back(runs_.at(run.state.id));
  std::size_t bytes = 0;
  for (const std::shared_ptr<Run>& old : over_) bytes += old->answer ? old->answer->size() : 0;
  // The newest stays, however large.
  while (over_.size() > 1 && (bytes > limits_.kept || over_.size() > limits_.finished)) {
    bytes -= over_.front()->answer ? over_.front()->answer->size() : 0;
    runs_.erase(over_.front()->state.id);
    over_.pop_front();
  }
  changed_.notify_all();
}

}  // namespace orrery::view
