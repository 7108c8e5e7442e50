#include "base/interrupt.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <mutex>
#include <vector>

namespace orrery {
namespace {

/// Uninterrupted parts that live; -1 once the program is ended by a signal.
std::atomic<int> parts{0};
/// A signal that came while some did.
std::atomic<int> waiting{0};
static_assert(std::atomic<int>::is_always_lock_free);  // a handler uses them

std::mutex guard;
/// In the order noted. Changed only in uninterrupted parts, so that no handler meets it half changed; never destroyed.
std::vector<std::string>& unfinished = *new std::vector<std::string>;

/// Ends the program by this signal, unless a part must be done first or it is being ended already.
void end_by(int signal) {
  int none = 0;
  if (!parts.compare_exchange_strong(none, -1)) return;
  for (auto path = unfinished.rbegin(); path != unfinished.rend(); ++path)
    if (unlink(path->c_str()) != 0) rmdir(path->c_str());
  ::signal(signal, SIG_DFL);
  raise(signal);  // from its own handler once that returns
}

void on_signal(int signal) {
  waiting = signal;
  end_by(signal);
}

}  // namespace

void remove_unfinished_on_signals() {
  struct sigaction before {
  }, now{};
  sigemptyset(&now.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) {
    now.sa_handler = on_signal;
    if (sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) sigaction(signal, &now, nullptr);
  }
  now.sa_handler = SIG_IGN;
  sigaction(SIGXFSZ, &now, nullptr);
}

Uninterrupted::Uninterrupted() {
  for (int living = parts;;) {
    // A signal ends the program: nothing is begun any more.
    while (living < 0) pause(), living = parts;
    if (parts.compare_exchange_weak(living, living + 1)) return;
  }
}

Uninterrupted::~Uninterrupted() {
  if (--parts == 0)
    if (const int signal = waiting) end_by(signal);
}

void add_unfinished(const std::string& path) {
  const std::lock_guard lock(guard);
  unfinished.push_back(path);
}

void drop_unfinished(const std::string& path) {
  const std::lock_guard lock(guard);
  const auto found = std::find(unfinished.begin(), unfinished.end(), path);
  if (found != unfinished.end()) unfinished.erase(found);
}

}  // namespace orrery
