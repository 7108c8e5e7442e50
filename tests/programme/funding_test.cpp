// Money as a limit: a ledger and a programme by hand, each dollar once, and what waits.
#include "programme/funding.h"

#include <fmt/format.h>
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

/// A ledger in a file of its own, of L's commitments as seen on 2025-01-01.
class Ledger {
 public:
  explicit Ledger(const std::string& rows, const std::string& money = "[cash]\n2025 = \"$12M\"\n2026 = \"$12M\"\n")
      : path_(fmt::format("{}orrery-ledger-{}-{}.toml", testing::TempDir(), getpid(), count_++)) {
    std::ofstream(path_) << "[ledger]\npayer = \"L\"\nas_of = 2025-01-01\n" << money << rows;
  }
  ~Ledger() { std::remove(path_.c_str()); }
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  std::string section(const std::string& more = "") const { return "[funding]\nledger = \"" + path_ + "\"\n" + more; }

 private:
  std::string path_;
  static inline int count_ = 0;
};

std::string row(const std::string& id, const std::string& state, const std::string& start, const std::string& end,
                const std::string& amount, const std::string& more = "") {
  return fmt::format(
      "[[commitment]]\nid = \"{}\"\npayer = \"L\"\npayee = \"P {}\"\nstate = \"{}\"\nsaid = 2024-12-01\nstart = {}\n"
      "end = {}\namount = \"{}\"\n{}",
      id, id, state, start, end, amount, more);
}

/// 1,000 accelerators at $10,000 in a hall that stands, ordered on 2025-07-01 and there on that day.
const std::string hall =
    "start = 2025-01-01\nend = 2026-12-31\nslips = false\n"
    "[site.s]\nlocation = \"memphis\"\ninstallation_rate = \"100000 chips/day\"\nburn_in = \"0 days\"\n"
    "[site.s.building.hall]\nclass = \"retrofit\"\nit_capacity = \"2 MW\"\ndate = 2025-01-01\ncost = \"$0/MW\"\n"
    "[site.s.power.grid]\ncapacity = \"4 MW\"\ndate = 2025-01-01\ncapex = \"$0/MW\"\nenergy_price = \"$0/MWh\"\n"
    "[site.s.cooling.plant]\nkind = \"air-chillers\"\ncapacity = \"3 MW\"\ndate = 2025-01-01\ncapex = \"$0/MW\"\n"
    "[order.o]\nchips = \"1000 x h100-sxm\"\nordered = 2025-07-01\nlead_time = \"0 days\"\n"
    "network_lead_time = \"0 days\"\nprice = \"$10k/chip\"\nserver_price = \"$0/chip\"\nnetwork_price = \"$0/chip\"\n"
    "[money]\nopex = \"$0/kW/year\"\n[operation]\nrepair = \"$0\"\n";

double sum(const std::vector<double>& of) {
  return std::accumulate(of.begin(), of.end(), 0.0);
}

}  // namespace

TEST(Funding, GapByQuarterByHand) {
  // 1 M$ a month comes in; "a" asks for 24 M$ evenly over 2025 and 2026: nothing is short. "b" asks for 6 M$ in the
  // second quarter of 2025: 2 M$ a month that nobody has.
  const Ledger ledger(row("a", "binding", "2025-01-01", "2027-01-01", "$24M") +
                      row("b", "binding", "2025-04-01", "2025-07-01", "$6M"));
  const Plan plan = plan_of(hall + ledger.section("[funding.pays_for]\na = [\"order.o\"]\n"));
  const Forecast f = simulate(plan);
  // The order stands for "a": 10 M$ in July 2025 in place of its 24.
  EXPECT_NEAR(sum(f.funding->asked[0]), 10e6, 1e-6);
  EXPECT_NEAR(f.funding->asked[0][6], 10e6, 1e-6);
  EXPECT_NEAR(sum(f.funding->asked[1]), 6e6, 1e-6);
  EXPECT_NEAR(sum(f.funding->asked[2]), 0, 1e-6);
  const std::vector<QuarterOfFunding> quarters = funding_quarters(plan, *f.funding);
  ASSERT_EQ(quarters.size(), 8u);
  // 3 M$ are left over at the end of March, and cover 3 months at 1 M$ short; of 10 M$ in July 1 is there.
  EXPECT_NEAR(quarters[0].gap, 0, 1e-6);
  EXPECT_NEAR(quarters[1].due, 6e6, 1e-6);
  EXPECT_NEAR(quarters[1].gap, 0, 1e-6);
  EXPECT_NEAR(quarters[2].due, 10e6, 1e-6);
  EXPECT_NEAR(quarters[2].gap, 9e6, 1e-6);
  EXPECT_NEAR(quarters[3].gap, 0, 1e-6);
  EXPECT_EQ(f.funding->waits[0], 0);  // it is binding
}

TEST(Funding, WhatIsNotFinancedWaitsAndSaysSo) {
  const std::string rows = row("a", "signed", "2025-07-01", "2026-07-01", "$24M");
  const Ledger ledger(rows);
  const std::string pays = "[funding.pays_for]\na = [\"order.o\"]\n";
  const Plan plan = plan_of(hall + ledger.section(pays));
  const Forecast f = simulate(plan);
  // 1 M$ a month: 10 are there with October's, so the order of 1 July waits for 1 October.
  EXPECT_EQ(f.funding->waits[0], make_date(2025, 10, 1) - make_date(2025, 7, 1));
  EXPECT_NEAR(f.usable.first_at_least(1000), make_date(2025, 10, 1) - plan.start, 0.02);
  EXPECT_NEAR(f.funding->asked_usable[0].first_at_least(1000), make_date(2025, 7, 1) - plan.start, 0.02);
  const std::vector<QuarterOfFunding> quarters = funding_quarters(plan, *f.funding);
  EXPECT_NEAR(quarters[2].gap, 3e6, 1e-6);
  for (const QuarterOfFunding& q : quarters) EXPECT_NEAR(q.left, 0, 1e-6);
  // All starts on its day where money is no limit, and the gap is the same.
  const Plan free = plan_of(hall + ledger.section("limits = false\n" + pays));
  const Forecast unlimited = simulate(free);
  EXPECT_EQ(unlimited.funding->waits[0], 0);
  EXPECT_NEAR(funding_quarters(free, *unlimited.funding)[2].gap, 3e6, 1e-6);
  EXPECT_NEAR(funding_quarters(free, *unlimited.funding)[2].left, 3e6, 1e-6);
  // With a tenth of the money it never starts.
  const Ledger poor(rows, "[cash]\n2025 = \"$1.2M\"\n2026 = \"$1.2M\"\n");
  const Plan none = plan_of(hall + poor.section(pays));
  EXPECT_EQ(simulate(none).funding->waits[0], infinity);
  EXPECT_EQ(simulate(none).usable.maximum(), 0);
}

TEST(Funding, RaisedCountsFromItsYearAndPastIsPaid) {
  // "a" began before the ledger's day: what fell due then was paid, and it waits for nothing.
  const Ledger ledger(row("a", "signed", "2024-07-01", "2025-07-01", "$12M"), "[raised]\n2025 = \"$5M\"\n");
  const Plan plan = plan_of(hall + ledger.section());
  const Forecast f = simulate(plan);
  EXPECT_EQ(f.funding->waits[0], 0);
  const std::vector<QuarterOfFunding> quarters = funding_quarters(plan, *f.funding);
  EXPECT_NEAR(quarters[0].due, 3e6, 20e3);  // by the day of 365
  EXPECT_NEAR(quarters[0].gap, 0, 1e-6);
  // 5 M$ raised cover five of the six months, and then the order's 10 M$ have nothing.
  EXPECT_NEAR(quarters[1].gap, 1e6, 20e3);
  EXPECT_NEAR(quarters[2].gap, 10e6, 1e-6);
}

TEST(Funding, ACancelledCommitmentTakesItsPartsWithIt) {
  const Ledger ledger(
      row("a", "signed", "2025-07-01", "2026-07-01", "$24M") +
      "[[commitment]]\nid = \"a\"\npayer = \"L\"\npayee = \"P a\"\nstate = \"cancelled\"\nsaid = 2024-12-20\n"
      "start = 2025-07-01\nend = 2026-07-01\namount = \"$24M\"\n");
  const Plan plan = plan_of(hall + ledger.section("[funding.pays_for]\na = [\"site.s\"]\n"));
  const Forecast f = simulate(plan);
  EXPECT_EQ(f.usable.maximum(), 0);
  EXPECT_NEAR(sum(f.funding->asked[0]), 0, 1e-6);
}

TEST(Funding, WhatFallsTakesItsPaymentsAndItsParts) {
  const Ledger ledger(row("a", "binding", "2025-07-01", "2026-07-01", "$24M") +
                      row("b", "signed", "2025-02-01", "2027-01-01", "$23M"));
  const Plan plan = plan_of(hall + ledger.section("[funding.pays_for]\na = [\"order.o\"]\n"));
  const Forecast f = simulate(plan), without = simulate_funded(plan, {}, 0);
  EXPECT_GT(f.usable.maximum(), 0);
  EXPECT_EQ(without.usable.maximum(), 0);
  EXPECT_NEAR(sum(without.funding->asked[0]), 0, 1e-6);
  EXPECT_NEAR(sum(without.funding->asked[1]), sum(f.funding->asked[1]), 1e-6);
  EXPECT_LT(without.funding->waits[1], f.funding->waits[1]);
}

TEST(Funding, WhatFellDueBeforeTheLedgersDayStays) {
  // 8,766 hours at 2 $ of 1,000 accelerators a year, from half a year before the ledger's day.
  const std::string rented =
      "start = 2024-07-01\nend = 2026-12-31\n[rental.r]\nchips = \"1000 x h100-sxm\"\nfrom = 2024-07-01\n"
      "lead_time = \"0 days\"\nprice = \"$2/chip/h\"\nterm = \"60 months\"\n";
  const Ledger ledger(row("a", "signed", "2024-07-01", "2029-07-01", "$90M"));
  const Plan plan = plan_of(rented + ledger.section("[funding.pays_for]\na = [\"rental.r\"]\n"));
  const Forecast f = simulate(plan), without = simulate_funded(plan, {}, 0);
  EXPECT_NEAR(sum(f.funding->asked[0]), 2000.0 * 24 * (plan.end + 1 - plan.start), 1);
  EXPECT_NEAR(sum(without.funding->asked[0]), 2000.0 * 24 * (make_date(2025, 1, 1) - plan.start), 1);
}

TEST(Funding, WhatCannotBeIsOneMessage) {
  const Ledger ledger(row("a", "signed", "2025-07-01", "2026-07-01", "$24M") +
                      row("b", "signed", "2025-07-01", "2026-07-01", "$24M"));
  const auto said = [&](const std::string& more) { return refusal([&] { plan_of(hall + ledger.section(more)); }); };
  EXPECT_TRUE(says(said("[funding.pays_for]\nc = [\"site.s\"]\n"), "funding.pays_for.c: 'c' is no commitment of L's"));
  EXPECT_TRUE(says(said("[funding.pays_for]\na = [\"site.t\"]\n"), "'site.t' is no part of this scenario"));
  EXPECT_TRUE(
      says(said("[funding.pays_for]\na = [\"site.s\"]\nb = [\"order.o\"]\n"), "'order.o' is paid for by 'a' too"));
  EXPECT_TRUE(
      says(said("[funding.pays_for]\na = [\"order.o\", \"order.o\"]\n"), "'order.o' is paid for by 'a' already"));
  EXPECT_TRUE(says(said("payer = \"x\"\n"), "funding.payer"));
  EXPECT_TRUE(says(said("cover = \"6 weeks\"\n"), "is not whole months"));
  EXPECT_TRUE(says(refusal([] { plan_of(hall + "[funding]\nledger = \"gpu-market.toml\"\n"); }), "gpu-market"));
  EXPECT_TRUE(says(refusal([] { plan_of(hall + "[funding]\nledger = \"none.toml\"\n"); }), "none.toml"));
  EXPECT_TRUE(says(refusal([] { plan_of(hall + "[funding]\nlimits = true\n"); }), "funding.ledger: is missing"));
}

RC_GTEST_PROP(Funding, EachDollarCountsOnce, ()) {
  const World world = draw_world();
  const Ledger ledger(
      row("a", "signed", "2024-06-01", "2026-06-01", "$40M") + row("b", "letter", "2024-09-01", "2025-09-01", "$7M"),
      fmt::format("[cash]\n2024 = \"${}M\"\n2025 = \"$200M\"\n2026 = \"$300M\"\n", *rc::gen::inRange(0, 300)));
  std::vector<std::string> parts;
  for (std::size_t s = 0; s < world.sites.size(); ++s)
    if (*rc::gen::arbitrary<bool>()) parts.push_back(fmt::format("\"site.s{}\"", s));
  const std::string pays = parts.empty() ? "" : fmt::format("[funding.pays_for]\na = [{}]\n", fmt::join(parts, ", "));
  const Plan alone = plan_of(world.text());
  const Plan plan = plan_of(world.text() + ledger.section("limits = false\n" + pays));
  const Forecast a = simulate(alone), f = simulate(plan);
  // Money that is no limit moves nothing.
  const std::vector<double> before = output_values(alone, a), after = output_values(plan, f);
  for (std::size_t i = 0; i < before.size(); ++i) RC_ASSERT(before[i] == after[i]);
  double paid = 0, asked = 0;
  for (const money::Entry& e : f.ledger.entries) paid += std::max(0.0, -e.amount.value());
  for (const std::vector<double>& item : f.funding->asked) asked += sum(item);
  double rows = 0;
  for (std::size_t i = 0; i < plan.funding->items.size(); ++i)
    if (!plan.funding->items[i].paid_by_parts) rows += sum(f.funding->asked[i]);
  RC_ASSERT(std::fabs(asked - paid - rows) < 1e-9 * (1 + asked));
  RC_ASSERT(rows <= 47e6 * (1 + 1e-9));
}

RC_GTEST_PROP(Funding, WhatIsCoveredToTheEndLeavesNoGap, ()) {
  std::string rows;
  const int count = *rc::gen::inRange(1, 6);
  for (int i = 0; i < count; ++i)
    rows += row(fmt::format("c{}", i), "signed", fmt::format("2025-{:02}-01", *rc::gen::inRange(2, 13)),
                fmt::format("2026-{:02}-01", *rc::gen::inRange(2, 13)), fmt::format("${}M", *rc::gen::inRange(1, 60)));
  const Ledger ledger(rows + "[realised]\nsigned = { low = 0.2, mode = 0.7, high = 1 }\n");
  std::string no_order = hall;  // what it asks for comes first, and is not covered
  no_order.replace(no_order.find("$10k/chip"), 9, "$0/chip");
  const Plan plan = plan_of(no_order + ledger.section("cover = \"36 months\"\n"));
  const Forecast f = simulate(plan);
  double gap = 0;
  for (const QuarterOfFunding& q : funding_quarters(plan, *f.funding)) {
    RC_ASSERT(q.left < 1);
    gap += q.gap;
  }
  if (gap < 1)
    for (const double wait : f.funding->waits) RC_ASSERT(wait == 0);
}

}  // namespace orrery::programme
