// Dates of a building by the critical path, worked out by hand, and their laws.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

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

/// The Reliable Construction Company's plant: fourteen activities in weeks, with the slacks that the book gives
/// (Hillier and Lieberman, "Introduction to Operations Research", the chapter on project management with PERT/CPM).
TEST(TotalFloat, IsThatOfTheTextbook) {
  const TaskNetwork network = task_network({{"excavate", {}},
                                            {"foundation", {"excavate"}},
                                            {"rough wall", {"foundation"}},
                                            {"roof", {"rough wall"}},
                                            {"exterior plumbing", {"rough wall"}},
                                            {"interior plumbing", {"exterior plumbing"}},
                                            {"exterior siding", {"roof"}},
                                            {"exterior painting", {"exterior plumbing", "exterior siding"}},
                                            {"electrical work", {"rough wall"}},
                                            {"wallboard", {"interior plumbing", "electrical work"}},
                                            {"flooring", {"wallboard"}},
                                            {"interior painting", {"wallboard"}},
                                            {"exterior fixtures", {"exterior painting"}},
                                            {"interior fixtures", {"flooring", "interior painting"}}});
  const std::vector<double> weeks = {2, 4, 10, 6, 4, 5, 7, 9, 7, 8, 4, 5, 2, 6};
  EXPECT_EQ(building_dates(network, 0, weeks, std::nullopt).ready, 44);
  EXPECT_EQ(total_float(network, weeks), (std::vector<double>{0, 0, 0, 4, 0, 0, 4, 4, 2, 0, 1, 0, 4, 0}));
}

TEST(TotalFloat, OfNoTasksIsNone) {
  EXPECT_TRUE(total_float(task_network({}), {}).empty());
}

/// Tasks that follow earlier ones as drawn, with whole days.
std::pair<TaskNetwork, std::vector<double>> draw_network() {
  std::vector<Precedence> drawn(*rc::gen::inRange<size_t>(1, 10));
  std::vector<double> durations;
  for (size_t i = 0; i < drawn.size(); ++i) {
    drawn[i].task = std::string(1, static_cast<char>('a' + i));
    for (size_t p = 0; p < i; ++p)
      if (*rc::gen::inRange(0, 3) == 0) drawn[i].after.push_back(drawn[p].task);
    durations.push_back(*rc::gen::inRange(0, 100));
  }
  return {task_network(drawn), durations};
}

RC_GTEST_PROP(TotalFloat, IsWhatATaskCanTakeLonger, ()) {
  const auto [network, durations] = draw_network();
  const double ready = building_dates(network, 0, durations, std::nullopt).ready;
  const std::vector<double> floats = total_float(network, durations);
  const size_t task = *rc::gen::inRange<size_t>(0, durations.size());
  const int more = *rc::gen::inRange(1, 50);
  std::vector<double> longer = durations;
  longer[task] += floats[task];
  RC_ASSERT(building_dates(network, 0, longer, std::nullopt).ready == ready);
  longer[task] += more;
  RC_ASSERT(building_dates(network, 0, longer, std::nullopt).ready == ready + more);
}

RC_GTEST_PROP(TotalFloat, SomeTaskIsAlwaysCritical, ()) {
  const auto [network, durations] = draw_network();
  const std::vector<double> floats = total_float(network, durations);
  RC_ASSERT(std::any_of(floats.begin(), floats.end(), is_critical));
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
