// The event calendar gives its records in the order of time.
#include "base/calendar.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace orrery {
namespace {

RC_GTEST_PROP(Calendar, GivesRecordsInOrder, ()) {
  struct Record {
    std::uint64_t time = 0, order = 0;
    std::uint32_t next = 0;
  };
  Calendar<Record> queue(16, 64);
  std::uint64_t now = 0, popped = 0, put = 0;
  for (int step = 0; step < 300; ++step) {
    if (queue.empty() || *rc::gen::inRange(0, 3) > 0) {
      const std::uint32_t i = queue.create();
      queue[i].time = now + *rc::gen::element<std::uint64_t>(0, 1, 15, 16, 17, 900, 1024, 5000, 1000000);
      queue.schedule(i);
      ++put;
    } else {
      const std::uint32_t i = queue.pop();
      RC_ASSERT(queue[i].time >= now);
      now = queue[i].time;
      queue.release(i);
      ++popped;
    }
  }
  while (!queue.empty()) {
    const std::uint32_t i = queue.pop();
    RC_ASSERT(queue[i].time >= now);
    now = queue[i].time;
    queue.release(i);
    ++popped;
  }
  RC_ASSERT(popped == put);
}

}  // namespace
}  // namespace orrery
