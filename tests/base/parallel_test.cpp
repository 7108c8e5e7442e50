// The parallel loop: every index once, the same on any number of threads, errors on the calling thread.
#include "base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

namespace orrery {
namespace {

TEST(Parallel, EveryIndexIsWorkedOnceOnAnyNumberOfThreads) {
  for (const int threads : {0, 1, 2, 7})
    for (const std::size_t count : {0, 1, 15, 16, 17, 1000}) {
      std::vector<int> times(count);
      const int workers = worker_count(count, threads, 16);
      parallel_for(count, threads, 16, [&](std::size_t first, std::size_t last, int worker) {
        EXPECT_LT(worker, workers);
        EXPECT_LE(last - first, 16u);
        for (std::size_t i = first; i < last; ++i) ++times[i];
      });
      EXPECT_EQ(times, std::vector<int>(count, 1));
    }
}

TEST(Parallel, TheErrorOfTheLowestBlockIsThrownOnTheCaller) {
  for (const int threads : {1, 2, 7}) {
    std::atomic<int> running{0};
    try {
      parallel_for(100, threads, 1, [&](std::size_t first, std::size_t, int) {
        ++running;
        if (first == 30) std::this_thread::sleep_for(std::chrono::milliseconds(20));
        --running;
        if (first >= 30) throw std::runtime_error(std::to_string(first));
      });
      FAIL();
    } catch (const std::runtime_error& error) {
      EXPECT_EQ(std::string(error.what()), "30") << threads;
    }
    EXPECT_EQ(running, 0);
  }
}

TEST(Parallel, ProgressIsToldOnTheCallingThreadAndRises) {
  const std::thread::id caller = std::this_thread::get_id();
  double last = 0;
  parallel_for(
      50, 3, 4, [](std::size_t, std::size_t, int) { std::this_thread::sleep_for(std::chrono::milliseconds(1)); },
      [&](double share) {
        EXPECT_EQ(std::this_thread::get_id(), caller);
        EXPECT_GE(share, last);
        last = share;
      });
  EXPECT_GT(last, 0);
  EXPECT_LE(last, 1);
}

TEST(Parallel, WhatProgressThrowsStopsEveryWorker) {
  for (const int threads : {1, 2, 7}) {
    std::atomic<int> worked{0}, running{0};
    const auto body = [&](std::size_t, std::size_t, int) {
      ++worked, ++running;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      --running;
    };
    const auto give_up = [](double) { throw std::runtime_error("given up"); };
    EXPECT_THROW(parallel_for(100'000, threads, 1, body, give_up), std::runtime_error);
    EXPECT_EQ(running, 0);
    EXPECT_LT(worked, 1000) << threads;
  }
}

TEST(Parallel, LoopsAreGivenUpWithWhatIsInsideThem) {
  for (const int threads : {1, 2, 7}) {
    std::atomic<bool> flag{false};
    std::atomic<int> worked{0};
    const GivesUp gives_up(flag);
    const auto inner = [&](std::size_t, std::size_t, int) {
      if (++worked == 50) flag = true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    };
    const auto outer = [&](std::size_t, std::size_t, int) { parallel_for(1000, threads, 1, inner); };
    EXPECT_THROW(parallel_for(1000, threads, 1, outer), GivenUp);
    EXPECT_LT(worked, 200);
  }
  int worked = 0;
  parallel_for(10, 1, 1, [&](std::size_t, std::size_t, int) { ++worked; });
  EXPECT_EQ(worked, 10);
}

TEST(Parallel, LoopsAreGivenUpWhenTheirTimeHasCome) {
  EXPECT_FALSE(is_given_up());
  for (const int threads : {1, 3}) {
    const std::atomic<bool> flag{false};
    const GivesUp gives_up(flag, std::chrono::steady_clock::now() + std::chrono::milliseconds(50));
    EXPECT_FALSE(is_given_up());
    const auto body = [](std::size_t, std::size_t, int) { std::this_thread::sleep_for(std::chrono::milliseconds(1)); };
    EXPECT_THROW(parallel_for(100'000, threads, 1, body), GivenUp);
    EXPECT_TRUE(is_given_up());
  }
  EXPECT_FALSE(is_given_up());
}

}  // namespace
}  // namespace orrery
