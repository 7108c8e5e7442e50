#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "base/confinement.h"

namespace orrery {
namespace {

thread_local const GivesUp* gives_up = nullptr;

}  // namespace

GivesUp::GivesUp(const std::atomic<bool>& when, Time until) : when_(when), until_(until), before_(gives_up) {
  gives_up = this;
}

GivesUp::~GivesUp() {
  gives_up = before_;
}

bool is_given_up() {
  return gives_up && (gives_up->when_ || GivesUp::Time::clock::now() >= gives_up->until_);
}

int worker_count(std::size_t count, int threads, std::size_t block) {
  const std::size_t blocks = (count + block - 1) / block;
  const std::size_t wanted = threads > 0 ? static_cast<std::size_t>(threads) : std::thread::hardware_concurrency();
  return static_cast<int>(std::max<std::size_t>(1, std::min(wanted, blocks)));
}

void parallel_for(std::size_t count, int threads, std::size_t block,
                  const std::function<void(std::size_t, std::size_t, int)>& body,
                  const std::function<void(double)>& progress) {
  std::atomic<std::size_t> next{0};
  std::mutex guard;
  std::exception_ptr failure;
  std::size_t failed = count;  // the first index of the lowest block that threw
  const Confinement* const within = confinement();
  const GivesUp* const when = gives_up;
  const auto work = [&](int worker) {
    const Confined confined(within);
    gives_up = when;
    for (std::size_t first = next.fetch_add(block); first < count; first = next.fetch_add(block)) {
      try {
        if (is_given_up()) throw GivenUp();
        body(first, std::min(count, first + block), worker);
        if (worker == 0 && progress)
          progress(static_cast<double>(std::min(count, next.load())) / static_cast<double>(count));
      } catch (...) {
        const std::lock_guard<std::mutex> lock(guard);
        if (first < failed) failed = first, failure = std::current_exception();
        next = count;
        return;
      }
    }
  };
  {
    std::vector<std::jthread> others;
    try {
      for (int worker = 1; worker < worker_count(count, threads, block); ++worker) others.emplace_back(work, worker);
    } catch (const std::system_error&) {
      // The system starts no more threads: those that there are do all the work.
    }
    work(0);
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace orrery
