// Companies and contracts: what one pays is what the other gets, whoever owns what moves no day, and each contract by
// hand.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numeric>
#include <set>

#include "programme/books.h"
#include "support/refusal.h"
#include "support/world.h"

namespace orrery::programme {
namespace {

/// A world's parts among some companies, with contracts between them drawn.
std::string draw_web(const World& world, bool sellers) {
  const auto number = [](int low, int high) { return *rc::gen::inRange(low, high + 1); };
  const int companies = number(2, 5);
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < world.orders.size(); ++i) parts.push_back(fmt::format("order.o{}", i));
  for (std::size_t s = 0; s < world.sites.size(); ++s) {
    parts.push_back(fmt::format("site.s{}", s));
    for (std::size_t b = 0; b < world.sites[s].buildings.size(); ++b)
      parts.push_back(fmt::format("site.s{}.building.b{}", s, b));
    for (std::size_t b = 0; b < world.sites[s].power.size(); ++b)
      parts.push_back(fmt::format("site.s{}.power.p{}", s, b));
  }
  std::vector<std::vector<std::string>> owned(static_cast<std::size_t>(companies));
  std::vector<int> owner;
  for (const std::string& part : parts) {
    owner.push_back(number(0, companies - 1));
    owned[static_cast<std::size_t>(owner.back())].push_back('"' + part + '"');
  }
  std::string out;
  for (int c = 0; c < companies; ++c) {
    out += fmt::format("[company.c{}]\nrole = \"servers\"\nowns = [{}]\n", c,
                       fmt::join(owned[static_cast<std::size_t>(c)], ", "));
    if (number(0, 1)) out += "debt_share = 0.5\ndebt_rate = \"7%/year\"\ndebt_term = \"1 year\"\n";
  }
  // Nothing is let twice at once, and loans, as guarantees, go one way, so that none comes back to who gives it.
  std::set<std::string> let;
  const int contracts = number(1, 6);
  for (int k = 0; k < contracts; ++k) {
    const auto part = static_cast<std::size_t>(number(0, static_cast<int>(parts.size()) - 1));
    const int payee = owner[part], payer = (payee + number(1, companies - 1)) % companies;
    const std::string& of = parts[part];
    const bool forth = payer < payee, again = !let.insert(of).second;
    if (again && !forth) continue;
    const bool order = of.starts_with("order"), block = of.find("power") != std::string::npos,
               hall = of.find("building") != std::string::npos;
    out += fmt::format("[contract.k{}]\npayer = \"c{}\"\npayee = \"c{}\"\nof = \"{}\"\n", k, payer, payee, of);
    if (forth && number(0, 3) == 0)
      out += "kind = \"residual guarantee\"\nguaranteed = 0.6\nvalue = 0.4\nuntil = 2026-01-15\n";
    else if (again || (forth && number(0, 3) == 0))
      out += "kind = \"loan\"\namount = \"$3M\"\nrate = \"6%/year\"\nuntil = 2027-01-01\n";
    else if (order)
      out += fmt::format("kind = \"capacity\"\nprice_per_chip = \"${}/chip/h\"\ntotal = \"$20M\"\nramp = \"90 days\"\n",
                         number(1, 4));
    else if (block)
      out += "kind = \"power purchase\"\nprice_per_energy = \"$55/MWh\"\nprice_per_power = \"$30/kW/year\"\n";
    else if (hall) out += "kind = \"hall lease\"\nprice_per_power = \"$1200/kW/year\"\nescalator = 0.03\n";
    else
      out +=
          "kind = \"ground lease\"\nprice = \"$200k/month\"\nexit = 2025-03-01\nnotice = \"90 days\"\nexit_fee = "
          "\"$1M\"\n";
  }
  if (!sellers) return out;
  return out + fmt::format("[site.s0.building.b0]\ncounterparty = \"c{}\"\n", number(0, companies - 1));
}

/// Text of a world with a web; what the web says of a building is merged into the world's own.
Plan plan_of_web(const World& world, const std::string& web) {
  std::string text = world.text(), more = web;
  const std::string head = "[site.s0.building.b0]\n";
  if (const auto at = more.find(head); at != std::string::npos) {
    const std::string line = more.substr(at + head.size());
    more.erase(at);
    text.insert(text.find(head) + head.size(), line);
  }
  return plan_of(text + more);
}

}  // namespace

RC_GTEST_PROP(Companies, WhatOnePaysIsWhatTheOtherGets, ()) {
  const World world = draw_world();
  const Plan plan = plan_of_web(world, draw_web(world, true));
  const Forecast f = simulate(plan);
  const std::size_t outside = plan.companies.size(), months = plan.months.size() - 1;
  for (std::size_t m = 0; m < months; ++m) {
    double all = 0, from_outside = 0, ledger = 0;
    for (std::size_t i = 0; i < outside; ++i) {
      const CompanyBook& book = f.companies[i].book;
      for (std::size_t j = 0; j < outside; ++j)
        RC_ASSERT(std::fabs(book.with[j][m] + f.companies[j].book.with[i][m]) < 0.005);
      double lines = book.sales[m];
      for (const std::vector<double>& line : book.by_line) lines += line[m];
      for (const std::vector<double>& contract : book.by_contract) lines += contract.empty() ? 0 : contract[m];
      RC_ASSERT(std::fabs(lines - book.cash(m)) < 0.005);
      RC_ASSERT(std::fabs(book.receipts(m) - book.running(m) - book.capital(m) - book.cash(m)) < 0.005);
      all += book.cash(m), from_outside += book.with[outside][m];
    }
    for (const money::Entry& e : f.ledger.entries)
      if (e.month == static_cast<int>(m) && plan.parties[static_cast<std::size_t>(e.cause)] < 0)
        ledger += e.amount.value();
    RC_ASSERT(std::fabs(all - from_outside) < 0.005);
    RC_ASSERT(std::fabs(all - ledger) < 0.005);
  }
}

RC_GTEST_PROP(Companies, MoveNoDayAndShareTheValue, ()) {
  const World world = draw_world();
  const Plan alone = plan_of(world.text()), shared = plan_of(world.text() + draw_web(world, false));
  const Forecast a = simulate(alone), b = simulate(shared);
  const std::vector<double> of_a = output_values(alone, a), of_b = output_values(shared, b);
  RC_ASSERT(of_b.size() == of_a.size() + outputs_of_company * shared.companies.size());
  for (std::size_t i = 0; i < of_a.size(); ++i) RC_ASSERT(of_a[i] == of_b[i]);
  double value = 0, capital = 0;
  for (const CompanyForecast& company : b.companies) {
    value += company.book.net_present_value;
    for (std::size_t m = 0; m + 1 < shared.months.size(); ++m) capital += company.book.capital(m);
  }
  RC_ASSERT(std::fabs(value - a.net_present_value) < 1e-9 * (1 + b.capital + std::fabs(value)));
  RC_ASSERT(std::fabs(capital - a.capital) < 1e-9 * (1 + a.capital));
}

namespace {

/// 1,000 accelerators in a hall of 2 MW that stand from the first day, of company b; a has all else.
std::string standing(const std::string& contract) {
  return "start = 2025-01-01\nend = 2027-12-31\nslips = false\n"
         "[site.s]\nlocation = \"memphis\"\ninstallation_rate = \"100000 chips/day\"\nburn_in = \"0 days\"\n"
         "[site.s.building.hall]\nclass = \"retrofit\"\nit_capacity = \"2 MW\"\ndate = 2025-01-01\ncost = \"$0/MW\"\n"
         "[site.s.power.grid]\ncapacity = \"4 MW\"\ndate = 2025-01-01\ncapex = \"$0/MW\"\n"
         "[site.s.cooling.plant]\nkind = \"air-chillers\"\ncapacity = \"3 MW\"\ndate = 2025-01-01\ncapex = \"$0/MW\"\n"
         "[order.o]\nchips = \"1000 x h100-sxm\"\nlead_time = \"0 days\"\nnetwork_lead_time = \"0 days\"\n"
         "price = \"$30k/chip\"\nserver_price = \"$0/chip\"\nnetwork_price = \"$0/chip\"\n"
         "[company.a]\nrole = \"lab\"\n[company.b]\nrole = \"servers\"\nowns = [\"order.o\", \"site.s\"]\n"
         "[contract.k]\npayer = \"a\"\npayee = \"b\"\n" +
         contract;
}

/// What the contract moves by month, $.
std::vector<double> paid(const std::string& contract) {
  const Plan plan = plan_of(standing(contract));
  return simulate(plan).companies[1].book.by_contract[0];
}
double sum(const std::vector<double>& x) {
  double s = 0;
  for (const double v : x) s += v;
  return s;
}

}  // namespace

TEST(Companies, RentIsByTheAcceleratorAndHour) {
  const std::vector<double> rent = paid("kind = \"capacity\"\nof = \"order.o\"\nprice_per_chip = \"$2/chip/h\"\n");
  EXPECT_NEAR(rent[1], 1000 * 2 * 24 * 28, 2 * 24 * 1000 * 0.05);  // February
  EXPECT_NEAR(rent[30], 1000 * 2 * 24 * 31, 1);                    // July 2027
}

TEST(Companies, RentRisesOnItsAnniversaryAndEndsWithNotice) {
  const std::string hall =
      "kind = \"hall lease\"\nof = \"site.s.building.hall\"\nprice_per_power = \"$1000/kW/year\"\n";
  const double a_month = 2000 * 1000 / 12.0;
  const std::vector<double> rent = paid(hall + "escalator = 0.1\n");
  EXPECT_NEAR(rent[2], a_month, 1e-3 * a_month);
  EXPECT_NEAR(rent[1], rent[2], 1e-6);
  EXPECT_NEAR(rent[12] / rent[0], 1.1, 1e-3);
  EXPECT_NEAR(rent[24] / rent[0], 1.21, 1e-3);
  const std::vector<double> left = paid(hall + "exit = 2025-12-02\nnotice = \"90 days\"\nexit_fee = \"$5M\"\n");
  EXPECT_NEAR(left[14], a_month / 31 + 5e6, 1e-3 * a_month / 31);  // to the first day of March 2026
  EXPECT_NEAR(left[13], a_month, 1e-3 * a_month);
  EXPECT_EQ(left[15], 0);
}

TEST(Companies, WhatIsTakenOrPaidComesToItsTotal) {
  const std::string contract =
      "kind = \"capacity\"\nof = \"order.o\"\nprice_per_chip = \"$1/chip/h\"\ntotal = \"$60M\"\n";
  EXPECT_NEAR(sum(paid(contract)), 60e6, 1);  // used: 1,000 x 26,280 h x 1 $ = 26.3 M$
  EXPECT_NEAR(sum(paid(contract + "take_or_pay = 0.7\n")), 42e6, 1);
  const std::vector<double> ramped = paid(contract + "ramp = \"12 months\"\n");
  EXPECT_NEAR(sum(ramped), 60e6, 1);
  // Over a ramp of r and a term of T the rate at the end is total / (T - r / 2): 60 / 30 months.
  EXPECT_NEAR(ramped[30], 31 / (365.2425 / 12) * 60e6 / 30, 5e3);
  EXPECT_LT(ramped[1], ramped[6]);
}

TEST(Companies, ALoanComesBackWithItsInterest) {
  const std::vector<double> loan =
      paid("kind = \"loan\"\namount = \"$12M\"\nrate = \"12%/year\"\nuntil = 2026-12-31\n");
  EXPECT_NEAR(loan[0], 12e6, 1e-6);
  const double monthly = std::pow(1.12, 1.0 / 12) - 1;
  double left = 12e6;
  for (std::size_t m = 1; m <= 24; ++m) left = left * (1 + monthly) + loan[m];
  EXPECT_NEAR(left, 0, 1e-3);
  EXPECT_EQ(loan[25], 0);
}

TEST(Companies, AGuaranteePaysWhatTheValueLacks) {
  const std::string until = "until = 2027-01-31\n";
  const std::vector<double> short_of =
      paid("kind = \"residual guarantee\"\nof = \"order.o\"\nguaranteed = 0.5\nvalue = 0.3\n" + until);
  EXPECT_NEAR(short_of[24], 0.2 * 30e6, 1);
  EXPECT_NEAR(sum(short_of), 0.2 * 30e6, 1);
  EXPECT_EQ(sum(paid("kind = \"residual guarantee\"\nof = \"order.o\"\nguaranteed = 0.5\nvalue = 0.7\n" + until)), 0);
}

TEST(Companies, ALetterPaysNothingAndEnergyByTheMegawattHour) {
  const std::string power = "kind = \"power purchase\"\nof = \"site.s.power.grid\"\nprice_per_energy = \"$50/MWh\"\n";
  for (const char* state : {"letter", "rumour", "cancelled"})
    EXPECT_EQ(sum(paid(power + "state = \"" + state + "\"\n")), 0) << state;
  const Plan plan = plan_of(standing(power));
  const Forecast f = simulate(plan);
  double joules = 0;
  for (const site::EnergyMonth& m : f.energy) joules += m.facility;
  EXPECT_NEAR(sum(f.companies[1].book.by_contract[0]), joules / 3.6e9 * 50, 1);
}

TEST(Companies, WhoUsesComputeHasItsWorth) {
  const Plan plan =
      plan_of(standing("kind = \"capacity\"\nof = \"order.o\"\nprice_per_chip = \"$2/chip/h\"\nfrom = "
                       "2026-01-01\nuntil = 2026-12-31\n"));
  const Forecast f = simulate(plan);
  const std::vector<double>&lab = f.companies[0].book.worth, &servers = f.companies[1].book.worth;
  EXPECT_EQ(lab[11], 0);
  EXPECT_GT(servers[11], 0);
  EXPECT_GT(lab[12], 0);
  EXPECT_NEAR(servers[12], 0, 1e-6 * lab[12]);
  EXPECT_EQ(lab[24], 0);
  EXPECT_GT(servers[24], 0);
}

TEST(Companies, LeavingEarlyOwesNoMoreThanItsDaysOfATotal) {
  // 36 M$ over 36 months, all of it owed; left after half of them.
  const std::vector<double> all = paid("kind = \"capacity\"\nof = \"order.o\"\ntotal = \"$36M\"\n"),
                            half = paid(
                                "kind = \"capacity\"\nof = \"order.o\"\ntotal = \"$36M\"\n"
                                "exit = 2026-07-02\n");
  EXPECT_NEAR(std::accumulate(all.begin(), all.end(), 0.0), 36e6, 1);
  EXPECT_NEAR(std::accumulate(half.begin(), half.end(), 0.0), 36e6 * 547 / 1095, 1);
}

TEST(Companies, WhatIsPaidAtOnceIsPaidWholeOrNot) {
  const auto paid_by_a_that_fails = [](const std::string& sale) {
    std::string text = standing("kind = \"sale\"\namount = \"$5M\"\n" + sale);
    const std::string head = "[company.a]\n";
    const Plan plan = plan_of(text.insert(text.find(head) + head.size(), "fails = 2026-06-16\n"));
    const std::vector<double> by_month = paid_by_month(plan, plan.contracts[0], {}, simulate(plan));
    return std::accumulate(by_month.begin(), by_month.end(), 0.0);
  };
  EXPECT_EQ(paid_by_a_that_fails("from = 2026-06-05\n"), 5e6);
  EXPECT_EQ(paid_by_a_that_fails("from = 2026-06-20\n"), 0);
}

TEST(Companies, OneThatFailsPaysNothingMore) {
  const std::string rent = "kind = \"capacity\"\nof = \"order.o\"\nprice = \"$1M/month\"\n";
  const std::string loan =
      "[contract.l]\nkind = \"loan\"\npayer = \"b\"\npayee = \"a\"\namount = \"$12M\"\nuntil = 2027-01-01\n";
  const auto paid_with = [&](const std::string& company, std::size_t contract) {
    std::string text = standing(rent) + loan;
    const std::string head = "[company." + company + "]\n";
    const Plan plan = plan_of(text.insert(text.find(head) + head.size(), "fails = 2026-06-16\n"));
    const Forecast f = simulate(plan);
    for (std::size_t m = 0; m < f.companies[0].book.with[1].size(); ++m)
      EXPECT_NEAR(f.companies[0].book.with[1][m] + f.companies[1].book.with[0][m], 0, 0.005);
    return paid_by_month(plan, plan.contracts[contract], {}, f);
  };
  // The tenant, in the middle of June 2026: half of that month's rent, and no repayment after.
  const std::vector<double> tenant = paid_with("a", 0), debt = paid_with("a", 1);
  EXPECT_NEAR(tenant[16], 1e6, 1);
  EXPECT_NEAR(tenant[17], 0.5e6, 1);
  EXPECT_EQ(tenant[18], 0);
  EXPECT_LT(debt[16], 0);
  EXPECT_NEAR(debt[17], debt[16] / 2, 1);
  EXPECT_EQ(debt[18], 0);
  // The landlord: nobody pays for what it no longer gives, and what it lent still comes back.
  const std::vector<double> landlord = paid_with("b", 0), owed = paid_with("b", 1);
  EXPECT_NEAR(landlord[17], 0.5e6, 1);
  EXPECT_EQ(landlord[18], 0);
  EXPECT_LT(owed[20], 0);
}

TEST(Companies, WhatCannotBeIsRefused) {
  const std::string rent = "kind = \"capacity\"\nof = \"order.o\"\nprice_per_chip = \"$2/chip/h\"\n";
  const auto said = [](const std::string& contract, const std::string& more = "") {
    return refusal([&] { (void)simulate(plan_of(standing(contract) + more)); });
  };
  EXPECT_EQ(said(rent), "");
  const std::string with_itself =
      "[contract.l]\nkind = \"loan\"\npayer = \"a\"\npayee = \"a\"\namount = \"$1M\"\n"
      "until = 2026-01-01\n";
  EXPECT_TRUE(says(said(rent, with_itself), "two parties"));
  EXPECT_TRUE(says(said(rent, "[company.c]\nrole = \"land\"\nowns = [\"site.s\"]\n"), "is owned by b too"));
  EXPECT_TRUE(says(said(rent + "signed = 2025-06-01\n"), "it pays from 2025-01-01 and is signed on 2025-06-01"));
  EXPECT_TRUE(says(said("kind = \"capacity\"\nof = \"order.p\"\nprice = \"$1M/month\"\n"), "no part"));
  EXPECT_TRUE(says(said("kind = \"capacity\"\nof = \"order.o\"\n"), "is missing"));
  EXPECT_TRUE(says(said("kind = \"capacity\"\nof = \"order.o\"\nprice_per_chip = 2\n"), "unit"));
  EXPECT_TRUE(says(said(rent + "amount = \"$1M\"\n"), "says nothing of a capacity"));
  EXPECT_TRUE(says(said("kind = \"sale\"\namount = \"$1M\"\nstate = \"promised\"\n"), "no state"));
  const std::string circle =
      "[contract.g]\nkind = \"residual guarantee\"\npayer = \"a\"\npayee = \"b\"\nof = \"order.o\"\nguaranteed = 0.5\n"
      "value = 0.4\nuntil = 2026-01-01\n[contract.h]\nkind = \"residual guarantee\"\npayer = \"b\"\npayee = \"a\"\n"
      "of = \"order.o\"\nguaranteed = 0.5\nvalue = 0.4\nuntil = 2026-01-01\n";
  EXPECT_TRUE(says(said(rent, circle), "circle of guarantees"));
  const std::string back =
      "[contract.back]\nkind = \"capacity\"\npayer = \"b\"\npayee = \"a\"\nof = \"order.o\"\n"
      "price = \"$1M/month\"\n";
  EXPECT_TRUE(says(said(rent, back), "b owns 'order.o' and would rent what is its own"));
  const std::string on =
      "[company.c]\nrole = \"lab\"\n[contract.on]\nkind = \"capacity\"\npayer = \"c\"\npayee = \"a\"\n"
      "of = \"order.o\"\nprice = \"$1M/month\"\n";
  EXPECT_EQ(said(rent, on), "");  // passed on: a has it from b
  EXPECT_TRUE(says(said("kind = \"sale\"\namount = \"$1M\"\n", on), "owned by b, not by a"));
  const std::string again =
      "[contract.again]\nkind = \"server lease\"\npayer = \"a\"\npayee = \"b\"\nof = \"site.s\"\n"
      "price_per_chip = \"$1/chip/h\"\n";
  EXPECT_TRUE(says(said(rent, again), "is let by contract.k at the same time"));
  EXPECT_EQ(said(rent + "until = 2025-12-31\n", again + "from = 2026-01-01\n"), "");
  const std::string loans =
      "[contract.l]\nkind = \"loan\"\npayer = \"a\"\npayee = \"b\"\namount = \"$1M\"\nuntil = 2026-01-01\n"
      "[contract.m]\nkind = \"loan\"\npayer = \"b\"\npayee = \"a\"\namount = \"$1M\"\nuntil = 2026-01-01\n";
  EXPECT_TRUE(says(said(rent, loans), "circle of loans"));
  EXPECT_TRUE(says(said(rent, "[company.outside]\nrole = \"lab\"\n"), "company.outside"));
  EXPECT_TRUE(
      says(refusal([] {
             (void)plan_of(
                 "start = 2025-01-01\nchips = \"8 x h100-sxm\"\nsite = \"memphis\"\n[contract.x]\nkind = \"sale\"\n");
           }),
           "there are none"));
}

// 1,000 accelerators let at 2 $/h for two years, with an option on a third at seven tenths of that. By then the market
// asks 0.73 of what it did, so its payer goes on; at eight tenths it does not.
TEST(Options, GoOnWhereTheMarketAsksNoLess) {
  const auto paid = [](const std::vector<std::string>& changes) {
    const Plan plan = plan_of(
        "start = 2025-01-01\nend = 2028-12-31\nslips = false\n"
        "[process.rent]\nfalls = \"0.25/year\"\nreversion = \"1.2/year\"\nvolatility = 0.33\n"
        "[site.s]\nlocation = \"memphis\"\nburn_in = \"0 days\"\ninstallation_rate = \"100000 chips/day\"\n"
        "[site.s.building.hall]\nclass = \"retrofit\"\nit_capacity = \"2 MW\"\ndate = 2025-01-01\n"
        "[site.s.power.grid]\ncapacity = \"4 MW\"\ndate = 2025-01-01\n"
        "[site.s.cooling.plant]\nkind = \"air-chillers\"\ncapacity = \"3 MW\"\ndate = 2025-01-01\n"
        "[order.o]\nchips = \"1000 x h100-sxm\"\nlead_time = \"0 days\"\nnetwork_lead_time = \"0 days\"\n"
        "[company.lab]\nrole = \"lab\"\n[company.servers]\nrole = \"servers\"\nowns = [\"order.o\"]\n"
        "[contract.k]\nkind = \"server lease\"\npayer = \"lab\"\npayee = \"servers\"\nof = \"order.o\"\n"
        "price_per_chip = \"$2/chip/h\"\nuntil = 2026-12-31\noption = \"12 months\"\noption_price = 0.7\n"
        "option_market = \"rent\"\n",
        changes);
    const Forecast f = simulate(plan);
    std::vector<double> years(4);
    for (std::size_t m = 0; m + 1 < plan.months.size(); ++m)
      years[static_cast<std::size_t>(plan.months[m].year() - 2025)] += f.companies[1].book.by_contract[0][m];
    return years;
  };
  const double year = 1000.0 * 2 * 24 * 365;
  const std::vector<double> goes_on = paid({}), ends = paid({"contract.k.option_price=0.8"});
  EXPECT_NEAR(goes_on[1], year, 1);
  EXPECT_NEAR(goes_on[2], 0.7 * year, 1);
  EXPECT_EQ(goes_on[3], 0);
  EXPECT_NEAR(ends[1], year, 1);
  EXPECT_EQ(ends[2], 0);
  // Two years of rises of a twelfth make 0.7 more than 0.73.
  EXPECT_EQ(paid({"contract.k.escalator=0.08"})[2], 0);
  EXPECT_TRUE(says(refusal([&] { paid({"contract.k.option_market=x"}); }), "no process"));
  EXPECT_TRUE(says(refusal([&] { paid({"contract.k.total=\"$5M\""}); }), "stands beside total"));
}

}  // namespace orrery::programme
