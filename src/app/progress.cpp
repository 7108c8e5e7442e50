#include "app/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <system_error>
#include <thread>

namespace orrery::app {
namespace {

using std::chrono::steady_clock;

/// The one line, and the thread that writes it.
struct Line {
  std::mutex mutex;
  std::condition_variable changed;
  bool over = false;
  std::string what;  ///< the command or its pass
  double share = 0;  ///< of the pass; 0: not known
  std::thread writer;
};

Line& line() {
  static Line one;
  return one;
}

void write_line(const std::string& text, std::size_t& shown) {
  std::fprintf(stderr, "\r%s%*s\r%s", text.c_str(), static_cast<int>(shown > text.size() ? shown - text.size() : 0), "",
               text.c_str());
  std::fflush(stderr);
  shown = text.size();
}

void keep_up_to_date() {
  Line& l = line();
  const auto from = steady_clock::now();
  std::size_t shown = 0;
  std::unique_lock hold(l.mutex);
  for (auto next = from + std::chrono::seconds(2); !l.changed.wait_until(hold, next, [&] { return l.over; });
       next += std::chrono::milliseconds(500)) {
    const double seconds = std::chrono::duration<double>(steady_clock::now() - from).count();
    write_line(l.share <= 0 ? fmt::format("{:.0f} s: {}", seconds, l.what)
                            : fmt::format("{:.0f} s: {:.0f} % of the {}", seconds, 100 * l.share, l.what),
               shown);
  }
  if (shown > 0) write_line("", shown);
}

}  // namespace

ProgressLine::ProgressLine(std::string what) {
  if (!isatty(STDERR_FILENO)) return;
  Line& l = line();
  l.over = false, l.what = std::move(what), l.share = 0;
  try {
    l.writer = std::thread(keep_up_to_date);
  } catch (const std::system_error&) {  // there is none to be had
  }
}

ProgressLine::~ProgressLine() {
  end_progress();
}

void tell_progress(std::string_view pass, double share) {
  Line& l = line();
  const std::lock_guard hold(l.mutex);
  l.what = pass, l.share = share;
}

void end_progress() {
  Line& l = line();
  {
    const std::lock_guard hold(l.mutex);
    l.over = true;
  }
  l.changed.notify_all();
  if (l.writer.joinable()) l.writer.join();
}

}  // namespace orrery::app
