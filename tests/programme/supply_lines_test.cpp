// Supply that orders and rentals draw on: no more comes than is made, what is asked for stands in the line of its
// buyer, and less supply makes wait.
#include "programme/supply_lines.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <numeric>

#include "support/refusal.h"
#include "support/world.h"

namespace orrery::programme {
namespace {

constexpr double slack = 1e-3;  ///< accelerators

/// A file of its own that scenarios name.
class File {
 public:
  explicit File(const std::string& text)
      : path_(fmt::format("{}orrery-supply-{}-{}.toml", testing::TempDir(), getpid(), count_++)) {
    std::ofstream(path_) << text;
  }
  ~File() { std::remove(path_.c_str()); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
  static inline int count_ = 0;
};

const char* quarter(std::size_t q) {
  static const char* names[] = {"2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"};
  return names[q];
}

/// A random market of four quarters and three buyers.
std::string any_market() {
  std::string out =
      "[market]\nproduct = \"H100\"\nrent = \"$2/chip/h\"\nelasticity = -1\n[supply]\nbasis = \"assumed\"\n"
      "source = \"drawn\"\n";
  for (std::size_t q = 0; q < 4; ++q)
    out += fmt::format("\"{}\" = \"{} chips\"\n", quarter(q), *rc::gen::inRange(1, 2000));
  for (const char* name : {"one", "other", "rest"}) {
    out += fmt::format("[buyer.{}]\nbasis = \"assumed\"\npriority = {}\ncontract = {}\norders = {{ ", name,
                       *rc::gen::inRange(1, 4), *rc::gen::inRange(0, 3) / 10.0);
    for (std::size_t q = 0; q < 4; ++q)
      out += fmt::format("{}\"{}\" = \"{} chips\"", q ? ", " : "", quarter(q), *rc::gen::inRange(0, 1000));
    out += " }\n";
  }
  return out;
}

/// A random order or rental that draws on [market.h100].
std::string any_draw(const std::string& section, const char* day_key) {
  const int chips = *rc::gen::inRange(10, 3000), terms = *rc::gen::inRange(0, 4);
  std::string out =
      fmt::format("[{}]\nchips = \"{} x h100-sxm\"\nsupply = \"market.h100\"\n{} = {}\n", section, chips, day_key,
                  (Date{make_date(2024, 1, 1)} + *rc::gen::inRange(0, terms == 3 ? 150 : 500)).text());
  if (terms == 1) out += fmt::format("lead_time = \"{} days\"\n", *rc::gen::inRange(0, 200));
  if (terms == 2) out += fmt::format("rate = \"{} chips/day\"\n", *rc::gen::inRange(1, 100));
  if (terms == 3)
    out += fmt::format("deliveries = [{{ date = 2024-06-0{}, chips = {} }}, {{ date = 2024-11-01, chips = {} }}]\n",
                       *rc::gen::inRange(1, 9), chips / 2, chips - chips / 2);
  static const char* buyers[] = {"", "buyer = \"one\"\n", "buyer = \"other\"\n", "buyer = \"somebody\"\n"};
  out += buyers[*rc::gen::inRange(0, 4)];
  if (*rc::gen::inRange(0, 3) == 0) out += fmt::format("priority = {}\n", *rc::gen::inRange(1, 4));
  return out;
}

std::string any_scenario(const std::string& market) {
  return "start = 2024-01-01\nhorizon = \"30 months\"\nslips = false\n[site.memphis]\n[market.h100]\nfile = \"" +
         market + "\"\n" + any_draw("order.a", "ordered") + any_draw("order.b", "ordered") +
         any_draw("rental.r", "from");
}

double total(const std::vector<double>& of, std::size_t before) {
  return std::accumulate(of.begin(), of.begin() + static_cast<std::ptrdiff_t>(before), 0.0);
}

/// Days since the start on which each period of a line begins, and the last ends.
std::vector<double> period_days(const Plan& plan, const SupplyLine& line) {
  std::vector<double> days;
  for (std::size_t p = 0; p <= line.periods; ++p) days.push_back(period_start(line, p) - plan.start);
  return days;
}

std::vector<Curve> drawn(const Plan& plan) {
  return drawn_deliveries(plan, {}, {});
}

RC_GTEST_PROP(SupplyLines, NoMoreComesThanIsMade, ()) {
  const File market(any_market());
  const Plan plan = plan_of(any_scenario(market.path()));
  const SupplyLine& line = plan.supply_lines.at(0);
  const SharedLine shared = share_line(plan, 0, {}, {});
  const std::vector<Curve> got = drawn(plan);
  const std::vector<double> days = period_days(plan, line);
  for (std::size_t p = 1; p <= line.periods; ++p) {
    double served = 0, come = 0, others = 0;
    for (const std::vector<double>& of : shared.served) served += total(of, p);
    for (const Curve& curve : got) come += curve.at(std::nextafter(days[p], 0));
    for (std::size_t q = 0; q < p; ++q)
      for (std::size_t b = 0; b < line.buyers.size(); ++b) others += shared.periods[q].delivered_to[b];
    RC_ASSERT(come <= served + slack);
    RC_ASSERT(served <= others + slack);
    RC_ASSERT(others <= total(shared.made, p) + slack);
  }
}

RC_GTEST_PROP(SupplyLines, NothingComesBeforeItIsAskedForAndNothingIsTakenBack, ()) {
  const File market(any_market());
  const Plan plan = plan_of(any_scenario(market.path()));
  const std::vector<Curve> got = drawn(plan);
  const std::vector<Curve> planned = {planned_deliveries(plan, plan.orders[0], {}, {}),
                                      planned_deliveries(plan, plan.orders[1], {}, {}),
                                      planned_deliveries(plan, plan.rentals[0], {}, {})};
  const std::vector<double> all = {plan.orders[0].chips.value(), plan.orders[1].chips.value(),
                                   plan.rentals[0].chips.value()};
  const std::vector<bool> scheduled = {plan.orders[0].draw.as_scheduled, plan.orders[1].draw.as_scheduled,
                                       plan.rentals[0].draw.as_scheduled};
  const double end = period_days(plan, plan.supply_lines[0]).back();
  for (std::size_t i = 0; i < got.size(); ++i) {
    double before = 0;
    for (double day = 0; day < end; day += 7.25) {
      const double now = got[i].at(day);
      RC_ASSERT(now >= before - slack);
      RC_ASSERT(now <= all[i] + slack);
      if (scheduled[i]) RC_ASSERT(now <= planned[i].at(day) + slack);
      before = now;
    }
  }
}

RC_GTEST_PROP(SupplyLines, HalfTheSupplyBringsNothingSooner, ()) {
  const File market(any_market());
  const std::string text = any_scenario(market.path());
  const Plan plan = plan_of(text), less = plan_of(text, {"market.h100.supply_factor=0.5"});
  const std::vector<Curve> got = drawn(plan), got_less = drawn(less);
  for (const double day : period_days(plan, plan.supply_lines[0]))
    for (std::size_t i = 0; i < got.size(); ++i)
      RC_ASSERT(got_less[i].at(std::nextafter(day, 0)) <= got[i].at(std::nextafter(day, 0)) + slack);
}

/// 1,000 a quarter; "first" orders 1,000 in the first, as does everybody else.
const char* thousand =
    "[market]\nproduct = \"H100\"\nrent = \"$2/chip/h\"\nelasticity = -1\n[supply]\nbasis = \"assumed\"\n"
    "source = \"a test\"\n\"2024-Q1\" = \"1000 chips\"\n\"2024-Q2\" = \"1000 chips\"\n"
    "[buyer.first]\nbasis = \"assumed\"\norders = { \"2024-Q1\" = \"1000 chips\" }\n"
    "[buyer.rest]\nbasis = \"assumed\"\norders = { \"2024-Q1\" = \"1000 chips\" }\n";

/// An order of 1,000 as "first", by rows of its own.
std::string order_by(const std::string& market, const std::string& rows) {
  return "start = 2024-01-01\nhorizon = \"18 months\"\nslips = false\n[site.memphis]\n[market.h100]\nfile = \"" +
         market + "\"\n[order.o]\nchips = \"1000 x h100-sxm\"\nsupply = \"market.h100\"\nbuyer = \"first\"\n" + rows;
}

TEST(SupplyLines, WhatIsLateIsServedFirstAndTheRestAsScheduled) {
  const File market(thousand);
  // 1,000 a quarter for two who ask for 1,000: half comes in the first, and the other half in the second.
  const std::string rows = "lead_time = \"0 days\"\n";
  const Plan plan = plan_of(order_by(market.path(), rows));
  const Curve got = drawn(plan).at(0);
  EXPECT_NEAR(got.at(0), 0, slack);  // all is there on its day, and comes as it is made while some waits
  EXPECT_NEAR(got.at(91 - 1e-6), 500, 0.1);
  EXPECT_NEAR(got.at(91 + 45.5), 750, 0.1);
  EXPECT_NEAR(got.at(182), 1000, slack);
  // With all of the supply by contract it comes on its day.
  const Curve bound = drawn(plan_of(order_by(market.path(), rows + "contract = 1\n"))).at(0);
  EXPECT_NEAR(bound.at(0), 1000, slack);
  // Behind the others it has nothing in the first quarter, and all in the second.
  const Curve last = drawn(plan_of(order_by(market.path(), rows + "priority = 2\n"))).at(0);
  EXPECT_NEAR(last.at(91 - 1e-6), 0, slack);
  EXPECT_NEAR(last.at(182), 1000, slack);
}

TEST(SupplyLines, OneBuyersOrdersAreThereOnce) {
  const File market(thousand);
  const std::string two = order_by(market.path(), "lead_time = \"0 days\"\nchips = \"600 x h100-sxm\"\n") +
                          "[order.p]\nchips = \"400 x h100-sxm\"\nsupply = \"market.h100\"\nbuyer = \"first\"\n";
  std::string text = two;
  text.replace(text.find("chips = \"1000 x h100-sxm\"\n"), std::string("chips = \"1000 x h100-sxm\"\n").size(), "");
  const Plan plan = plan_of(text);
  const SharedLine shared = share_line(plan, 0, {}, {});
  // 1,000 of "first" and 1,000 of the rest, though two orders stand for the first.
  EXPECT_NEAR(shared.periods[0].wanted, 2000, slack);
  EXPECT_NEAR(total(shared.served[0], 1), 300, slack);
  EXPECT_NEAR(total(shared.served[1], 1), 200, slack);
}

TEST(SupplyLines, FactoryByTheMonth) {
  // 5 million from 2027 on, as the chip factory's own answer has them: 709,000 in its fourth year, 895,000 a year then.
  const std::string text =
      "start = 2026-01-15\nend = 2031-01-14\nslips = false\n[site.memphis]\n[factory.own]\n"
      "file = \"chip-factories\"\noption = \"build-taiwan\"\n[order.o]\nchips = \"1000000 x h100-sxm\"\n"
      "supply = \"factory.own\"\nlead_time = \"0 days\"\n";
  const Plan plan = plan_of(text);
  const SupplyLine& line = plan.supply_lines.at(0);
  EXPECT_EQ(line.months, 1);
  EXPECT_EQ(period_start(line, 0).text(), "2024-01-15");
  EXPECT_EQ(period_start(line, 12).text(), "2025-01-14");
  const SharedLine shared = share_line(plan, 0, {}, {});
  const std::vector<double> made = silicon::made_by_month(*line.fab, line.option, {});
  EXPECT_NEAR(total(made, 36), 0, 1);
  EXPECT_NEAR(total(made, 48), 709e3, 1e3);
  EXPECT_NEAR(total(made, 60) - total(made, 48), 895e3, 1e3);
  const Curve got = drawn(plan).at(0);
  // Nobody else buys there: what is made comes, until the order is served.
  const std::vector<double> days = period_days(plan, line);
  for (std::size_t p = 1; p <= 60; ++p)
    EXPECT_NEAR(got.at(std::nextafter(days[p], 0)), std::min(total(made, p), 1e6), 1) << p;
  EXPECT_NEAR(got.at(days[60]), 1e6, 1);
}

TEST(SupplyLines, WhatHangsOnWhatHasComeStandsInTheLineOfThatDay) {
  // Half of "first"'s 500 comes in the first quarter; what is ordered with its first accelerator is there that much
  // later, and what is ordered with its last stands behind all.
  const File market(thousand);
  const std::string text = order_by(market.path(), "") +
                           "[order.p]\nchips = \"100 x h100-sxm\"\nsupply = \"market.h100\"\n" +
                           "ordered = \"when order.o is delivered\"\n";
  const Plan plan = plan_of(text);
  const Forecast f = simulate(plan);
  const double last = f.days.drawn[0].first_at_least(1000);
  EXPECT_NEAR(f.days.falls[0], last, 1e-9);
  EXPECT_NEAR(f.days.drawn[1].at(last), 0, slack);
  EXPECT_NEAR(f.days.drawn[1].at(period_days(plan, plan.supply_lines[0]).back()), 100, slack);
  // The shares of the last round are those of these days.
  const SharedLine shared = share_line(plan, 0, {}, f.days);
  double asked = 0;
  for (const double chips : shared.asked[1]) asked += chips;
  EXPECT_NEAR(asked, 100, slack);
}

TEST(SupplyLines, WhatCannotBe) {
  const File market(thousand);
  const std::string section = "[market.h100]\nfile = \"" + market.path() + "\"\n";
  EXPECT_TRUE(says(refusal([&] {
                     plan_of("start = 2024-01-01\n[site.memphis]\n" + section +
                             "[market.again]\nproduct = \"H100\"\nfile = \"" + market.path() +
                             "\"\n[order.o]\nchips = \"1 x h100-sxm\"\n");
                   }),
                   "is the file of market.h100 too"));
  EXPECT_TRUE(says(refusal([&] {
                     plan_of("start = 2023-01-01\n[site.memphis]\n" + section +
                             "[order.o]\nchips = \"1 x h100-sxm\"\nsupply = \"market.h100\"\n");
                   }),
                   "lies before the supply's first quarter"));
  EXPECT_TRUE(says(refusal([&] {
                     plan_of("start = 2024-01-01\n[site.memphis]\n[order.o]\nchips = \"1 x h100-sxm\"\npriority = 2\n");
                   }),
                   "supply"));
}

}  // namespace
}  // namespace orrery::programme
