// The schedule of a programme: its bars, their float, how often a task is critical, and when it is finished.
#include <gtest/gtest.h>

#include "base/date.h"
#include "support/answers.h"

namespace orrery::study {
namespace {

/// A building whose electrical works take 100 to 200 days beside 120 of mechanical ones.
constexpr const char* hall = R"(start = 2024-01-01
horizon = "48 months"
[order.a]
chips = "8000 x h100-sxm"
ordered = 2024-02-01
lead_time = "100 days"
rate = "1000 chips/day"
[site.memphis]
[site.memphis.power.own]
kind = "gas-turbine-mobile"
ordered = 2024-01-01
lead_time = "50 days"
install_time = "10 days"
until = 2025-01-01
[site.memphis.building.hall]
class = "greenfield"
duration_factor = 1
task.site-works.duration = "10 days"
task.shell.duration = "20 days"
task.electrical.duration = { low = "100 days", high = "200 days" }
task.mechanical.duration = "120 days"
task.network.duration = "10 days"
task.commissioning.duration = "30 days"
[run.r]
on = "memphis"
compute = "1e22 FLOP"
chips = 1000
)";

Table schedule_of(const std::string& text, const Sampling& sampling = {}, const std::vector<std::string>& set = {}) {
  return table_of(answer_of_text(text, "hall.toml", sampling, set).document, "schedule");
}

/// The row of a lane and a task.
std::size_t row_of(const Table& t, const std::string& lane, const std::string& task) {
  for (std::size_t i = 0; i < t.rows.size(); ++i)
    if (text_at(t, i, "lane") == lane && text_at(t, i, "task") == task) return i;
  ADD_FAILURE() << "no " << lane << ", " << task;
  return 0;
}

std::string day_at(const Table& t, std::size_t row, const std::string& key) {
  const Value& value = cell_at(t, row, key).value;
  if (std::holds_alternative<std::monostate>(value)) return "";
  if (const Date* date = std::get_if<Date>(&value)) return date->text();
  return std::get<std::string>(value);
}

bool is_nothing(const Table& t, std::size_t row, const std::string& key) {
  return std::holds_alternative<std::monostate>(cell_at(t, row, key).value);
}

TEST(Schedule, FloatAndCriticalityAreThoseOfThePaths) {
  const Table t = schedule_of(hall, {2000, 1});
  const auto expect = [&](const std::string& task, double slack, double share) {
    const std::size_t row = row_of(t, "hall: " + task, task);
    EXPECT_NEAR(number_at(t, row, "slack_days"), slack, 1e-6) << task;
    EXPECT_EQ(std::get<bool>(cell_at(t, row, "critical").value), slack == 0) << task;
    EXPECT_NEAR(number_at(t, row, "criticality"), share, share > 0 && share < 1 ? 0.04 : 0) << task;
  };
  expect("site-works", 0, 1);
  expect("shell", 0, 1);
  expect("electrical", 0, 0.8);  // where it takes over 120 days
  expect("mechanical", 30, 0.2);
  expect("network", 140, 0);
  expect("commissioning", 0, 1);
}

TEST(Schedule, TheSharesOfPathsThatExcludeEachOtherAddUp) {
  const Table t = schedule_of(hall, {300, 5});
  EXPECT_NEAR(number_at(t, row_of(t, "hall: electrical", "electrical"), "criticality") +
                  number_at(t, row_of(t, "hall: mechanical", "mechanical"), "criticality"),
              1, 1e-9);
}

TEST(Schedule, BarsGoFromDayToDay) {
  const Table t = schedule_of(hall, {2000, 1});
  const auto expect = [&](const std::string& lane, const std::string& task, const std::string& kind,
                          const std::string& from, const std::string& to) {
    const std::size_t row = row_of(t, lane, task);
    EXPECT_EQ(text_at(t, row, "site"), "memphis");
    EXPECT_EQ(text_at(t, row, "kind"), kind);
    EXPECT_EQ(day_at(t, row, "from"), from) << lane;
    EXPECT_EQ(day_at(t, row, "to"), to) << lane;
  };
  expect("hall: site-works", "site-works", "construction", "2024-01-01", "2024-01-11");
  expect("hall: electrical", "electrical", "construction", "2024-01-31", "2024-06-29");
  expect("power: own", "waiting", "waiting", "2024-01-01", "2024-03-01");
  expect("deliveries: a", "8,000 x h100-sxm", "delivery", "2024-05-12", "2024-05-19");
  const std::size_t electrical = row_of(t, "hall: electrical", "electrical");
  EXPECT_NEAR(parse_date(day_at(t, electrical, "finish/p50")) - make_date(2024, 1, 31), 150, 4);
  EXPECT_NEAR(parse_date(day_at(t, electrical, "finish/p10")) - make_date(2024, 1, 31), 110, 4);
  EXPECT_NEAR(parse_date(day_at(t, electrical, "finish/p90")) - make_date(2024, 1, 31), 190, 4);
  // A block serves until it leaves; what has no float of a task says none.
  std::size_t serves = 0;
  while (text_at(t, serves, "kind") != "power") ++serves;
  EXPECT_EQ(day_at(t, serves, "finish/p50"), "2025-01-01");
  EXPECT_TRUE(is_nothing(t, serves, "slack_days") && is_nothing(t, serves, "critical") &&
              is_nothing(t, serves, "criticality"));
  EXPECT_EQ(text_at(t, t.rows.size() - 1, "kind"), "run");
}

TEST(Schedule, WithoutTrialsNoShareIsKnown) {
  const Table t = schedule_of(hall);
  const std::size_t row = row_of(t, "hall: mechanical", "mechanical");
  EXPECT_TRUE(is_nothing(t, row, "criticality"));
  EXPECT_NEAR(number_at(t, row, "slack_days"), 30, 1e-6);
}

TEST(Schedule, ThreadsLeaveTheShares) {
  const Table one = schedule_of(hall, {200, 3, 1}), two = schedule_of(hall, {200, 3, 2});
  const std::size_t row = row_of(one, "hall: electrical", "electrical");
  EXPECT_EQ(number_at(one, row, "criticality"), number_at(two, row, "criticality"));
}

TEST(Schedule, APlannedDayIsOneBarWithoutFloat) {
  const std::string text = R"(start = 2024-01-01
chips = "1000 x h100-sxm"
[site.memphis]
[site.memphis.building.hall]
start = 2024-02-01
date = 2025-01-01
)";
  const Table t = schedule_of(text, {50, 1});
  const std::size_t all = row_of(t, "hall", "construction"), last = row_of(t, "hall: commissioning", "commissioning");
  EXPECT_EQ(day_at(t, all, "from"), "2024-02-01");
  EXPECT_EQ(day_at(t, all, "to"), "2025-01-01");
  EXPECT_EQ(day_at(t, last, "to"), "2025-01-01");
  for (const std::size_t row : {all, last})
    EXPECT_TRUE(is_nothing(t, row, "slack_days") && is_nothing(t, row, "criticality"));
}

TEST(Schedule, TasksAreLateWithTheirSite) {
  const Table t = schedule_of(hall, {}, {"site.memphis.delay=\"10 days\""});
  EXPECT_EQ(day_at(t, row_of(t, "hall: electrical", "electrical"), "to"), "2024-07-09");
}

TEST(Schedule, ARentalIsHandedOver) {
  const Table t = schedule_of(
      "start = 2024-01-01\n[rental.r]\nchips = \"1024 x h100-sxm\"\nrate = \"256 chips/day\"\n"
      "lead_time = \"31 days\"\nprice = \"$2/chip/h\"\n");
  ASSERT_EQ(t.rows.size(), 1u);
  EXPECT_EQ(text_at(t, 0, "lane"), "deliveries: r");
  EXPECT_EQ(day_at(t, 0, "from"), "2024-02-02");
  EXPECT_EQ(day_at(t, 0, "to"), "2024-02-05");
}

}  // namespace
}  // namespace orrery::study
