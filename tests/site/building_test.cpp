// Dates of a building by the critical path, worked out by hand, and their laws.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/error.h"
#include "site/building/construction.h"

namespace orrery::site {
namespace {

const std::vector<Precedence> tasks = {{"commissioning", {"electrical", "mechanical"}, true},
                                       {"electrical", {"shell"}, false},
                                       {"mechanical", {"shell"}, false},
                                       {"shell", {}, false}};

TEST(Construction, TheLongestPathSetsTheDates) {
  const BuildingDates d = building_dates(task_network(tasks), 10, {30, 60, 40, 100}, std::nullopt);
  EXPECT_EQ(d.task_finish, (std::vector<double>{200, 170, 150, 110}));
  EXPECT_EQ(d.task_start, (std::vector<double>{170, 110, 110, 10}));
  EXPECT_EQ(d.halls_open, 170);
  EXPECT_EQ(d.ready, 200);
}

TEST(Construction, APlannedDayStandsForTheTasks) {
  const TaskNetwork network = task_network({{"commissioning", {}, true}});
  const BuildingDates d = building_dates(network, 10, {30}, 100.0);
  EXPECT_EQ(d.ready, 100);
  EXPECT_EQ(d.halls_open, 70);
  EXPECT_EQ(building_dates(network, 90, {30}, 100.0).halls_open, 90);
  EXPECT_EQ(building_dates(network, 120, {30}, 100.0).ready, 120);
}

TEST(Construction, CirclesAndUnknownTasksAreNamed) {
  auto problem = [](std::vector<Precedence> bad) {
    try {
      task_network(bad);
    } catch (const Error& error) {
      return error.problem();
    }
    return std::string();
  };
  EXPECT_EQ(problem({{"a", {"b"}}, {"b", {"a"}}, {"c", {}}}), "the tasks wait for each other in a circle: a, b");
  EXPECT_EQ(problem({{"shell", {"shel"}}}), "the task 'shell' comes after 'shel', which is not a task");
}

RC_GTEST_PROP(Construction, LongerTasksNeverEndABuildingEarlier, ()) {
  const TaskNetwork network = task_network(tasks);
  std::vector<double> durations, longer;
  for (size_t i = 0; i < tasks.size(); ++i) {
    durations.push_back(*rc::gen::inRange(0, 300));
    longer.push_back(durations.back() + *rc::gen::inRange(0, 100));
  }
  const BuildingDates a = building_dates(network, 0, durations, std::nullopt),
                      b = building_dates(network, 0, longer, std::nullopt);
  RC_ASSERT(a.ready <= b.ready && a.halls_open <= b.halls_open && a.halls_open <= a.ready);
}

}  // namespace
}  // namespace orrery::site
