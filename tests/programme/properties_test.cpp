// What must hold for every programme: no limit is exceeded, more is never later, money is conserved.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstring>
#include <map>

#include "machine/operations/goodput.h"
#include "site/capacity.h"
#include "support/world.h"

namespace orrery::programme {
namespace {

double slack(double x) {
  return 1e-6 * std::max(1.0, std::fabs(x)) + 1e-6;
}

RC_GTEST_PROP(Capacity, NeverAboveAnyLimit, ()) {
  const World w = draw_world();
  RC_LOG() << w.text();
  const Plan plan = plan_of(w.text());
  const Forecast f = simulate(plan);
  for (const SiteForecast& s : f.sites) {
    Curve networked;
    for (const site::Supply& supply : s.supplies) networked = networked + supply.networked;
    for (double t = 0; t < 800; t += 3.7) {
      const double usable = s.capacity.usable.at(t), it = s.capacity.it_power.at(t);
      RC_ASSERT(usable >= -1e-6);
      RC_ASSERT(usable <= s.capacity.delivered.at(t) + slack(usable));
      RC_ASSERT(usable <= s.capacity.installed.at(t - s.limits.burn_in) + slack(usable));
      RC_ASSERT(usable <= networked.at(t) + slack(usable));
      RC_ASSERT(s.capacity.installed.at(t) <= s.capacity.delivered.at(t) + slack(usable));
      RC_ASSERT(it <= s.limits.building.at(t) + slack(it));
      RC_ASSERT(it <= s.limits.cooling.at(t) + slack(it));
      RC_ASSERT(it * s.limits.pue.at(t) <= s.limits.power.at(t) + slack(it));
      double sum = 0, power = 0;
      for (size_t k = 0; k < s.supplies.size(); ++k) {
        const double one = s.capacity.usable_by_supply[k].at(t);
        RC_ASSERT(one >= -1e-6);
        RC_ASSERT(one <= s.supplies[k].delivered.at(t) + slack(one));
        sum += one, power += one * s.supplies[k].it_power;
      }
      RC_ASSERT(std::fabs(sum - usable) <= slack(usable));
      RC_ASSERT(std::fabs(power - it) <= slack(it));
    }
    // Crews install no faster than they can.
    for (double t = 0; t < 790; t += 5.3)
      RC_ASSERT(s.capacity.installed.at(t + 5) - s.capacity.installed.at(t) <=
                5 * s.limits.installation.knots()[0].slope + 1e-3);
  }
}

RC_GTEST_PROP(Milestones, MoreAcceleratorsNeverDelayOne, ()) {
  World w = draw_world();
  w.runs.clear();
  const Plan before = plan_of(w.text());
  w.orders[*rc::gen::inRange<size_t>(0, w.orders.size())].chips += *rc::gen::inRange(1, 1500);
  const Plan after = plan_of(w.text());
  RC_LOG() << w.text() << before.orders[0].chips.value() << std::endl;
  const Forecast a = simulate(before), b = simulate(after);
  double all = 0;
  for (const Order& o : before.orders) all += o.chips.value();
  for (int i = 1; i <= 20; ++i) {
    const double level = all * i / 20, had = a.usable.first_at_least(level), has = b.usable.first_at_least(level);
    if (std::isfinite(had)) RC_ASSERT(has <= had + 1e-6);
  }
}

RC_GTEST_PROP(Ledger, MonthsCausesAndLinesSumToTheSame, ()) {
  const Plan plan = plan_of(draw_world().text(), {"money.discount_rate=0%/year"});
  const Forecast f = simulate(plan);
  double by_month = 0, by_line = 0, entries = 0, plus = 0;
  std::map<money::Line, double> of_line;
  for (const money::Entry& e : f.ledger.entries) of_line[e.line] += e.amount.value();
  for (const Money m : f.ledger.by_month()) by_month += m.value();
  for (int l = 0; l < money::line_count; ++l) {
    double months = 0;
    for (const Money m : f.ledger.by_month(static_cast<money::Line>(l))) months += m.value();
    RC_ASSERT(std::fabs(months - of_line[static_cast<money::Line>(l)]) < 0.005);
    by_line += months;
  }
  std::map<int, double> by_cause;
  std::map<std::string, double> by_counterparty;
  for (const money::Entry& e : f.ledger.entries) {
    RC_ASSERT(std::isfinite(e.amount.value()));
    RC_ASSERT(e.cause >= 0 && e.cause < static_cast<int>(plan.causes.size()));
    RC_ASSERT(!plan.causes[e.cause].name.empty() && !plan.causes[e.cause].counterparty.empty());
    by_cause[e.cause] += e.amount.value(), entries += e.amount.value();
    by_counterparty[plan.causes[e.cause].counterparty] += e.amount.value();
    plus += std::max(0.0, e.amount.value());
  }
  double causes = 0;
  for (const auto& [cause, sum] : by_cause) causes += sum;
  double counterparties = 0;
  for (const auto& [counterparty, sum] : by_counterparty) counterparties += sum;
  for (const double x : {by_line, entries, causes, counterparties, f.ledger.flow().total().value()})
    RC_ASSERT(std::fabs(x - by_month) < 0.005);
  // Without interest the present value is the cash, what compute is worth and what capital leaves.
  RC_ASSERT(std::fabs(f.net_present_value - (by_month + f.worth + f.residual)) < 0.005);
  RC_ASSERT(f.worth >= 0 && f.residual >= 0 && f.residual <= f.capital * (1 + 1e-12));
  // The totals that the report prints are the same money.
  const std::vector<Output> outputs = outputs_of(plan);
  const std::vector<double> values = output_values(plan, f);
  std::map<std::string, double> named;
  for (size_t i = 0; i < outputs.size(); ++i) named[outputs[i].name] = values[i];
  RC_ASSERT(std::fabs(named["receipts"] - named["capital cost"] - named["running cost"] - by_month) < 0.005);
}

// Repairs are what all usable accelerators of the sites fail, times the price; what is rented is its owner's.
RC_GTEST_PROP(Ledger, RepairsAreFailuresOfUsableAcceleratorsTimesThePrice, ()) {
  World w = draw_world();
  w.rental = true;
  const std::vector<std::string> priced = {"operation.failure_rate=0.0005/chip/day", "operation.repair=$4000"};
  const Plan plan = plan_of(w.text(), priced);
  std::vector<std::string> aged = priced;
  aged.push_back("operation.early_failures=3");
  const Plan early = plan_of(w.text(), aged);
  const Forecast f = simulate(plan), g = simulate(early);
  const auto repairs = [](const Plan& p, const Forecast& forecast, size_t site) {
    double sum = 0;
    for (const money::Entry& e : forecast.ledger.entries)
      if (e.cause == p.sites[site].repair_cause) {
        RC_ASSERT(e.line == money::Line::operations);
        sum -= e.amount.value();
      }
    return sum;
  };
  for (size_t i = 0; i < plan.sites.size(); ++i) {
    const double days = f.sites[i].capacity.usable.integral(0, plan.end - plan.start + 1);
    const double usual = 0.0005 * 4000 * days;
    RC_ASSERT(std::fabs(repairs(plan, f, i) - usual) <= 1e-9 * usual);
    RC_ASSERT(repairs(early, g, i) >= usual * (1 - 1e-9) && repairs(early, g, i) <= 3 * usual * (1 + 1e-9));
  }
  // Nothing else is paid more for it.
  const Forecast without = simulate(plan_of(w.text(), {"operation.failure_rate=0.0005/chip/day"}));
  double all = 0;
  for (size_t i = 0; i < plan.sites.size(); ++i) all += repairs(plan, f, i);
  const double more = f.ledger.flow().total().value() - without.ledger.flow().total().value();
  RC_ASSERT(std::fabs(more + all) < 0.005);
}

RC_GTEST_PROP(Ledger, TwiceThePriceIsTwiceTheLine, ()) {
  World w = draw_world();
  w.lease = w.rental = w.serving = true;
  const std::string text = w.text();
  struct Price {
    std::string from, to;
    money::Line line;
  };
  // All prices of a kind are doubled at once; what else shares the line is set to nothing.
  const std::vector<std::vector<Price>> all = {
      {{"\nprice = \"$30k/chip\"", "\nprice = \"$60k/chip\"", money::Line::chips}},
      {{"server_price = \"$10k/chip\"", "server_price = \"$20k/chip\"", money::Line::servers}},
      {{"network_price = \"$5k/chip\"", "network_price = \"$10k/chip\"", money::Line::network}},
      {{"cost = \"$8M/MW\"", "cost = \"$16M/MW\"", money::Line::buildings}},
      {{"capex = \"$100k/MW\"", "capex = \"$200k/MW\"", money::Line::power_plant},
       {"capex = \"$101k/MW\"", "capex = \"$202k/MW\"", money::Line::power_plant},
       {"capex = \"$102k/MW\"", "capex = \"$204k/MW\"", money::Line::power_plant}},
      {{"capex = \"$9k/MW\"", "capex = \"$18k/MW\"", money::Line::cooling}},
      {{"fixed = \"$3/kW/month\"", "fixed = \"$6/kW/month\"", money::Line::energy},
       {"energy_price = \"$40/MWh\"", "energy_price = \"$80/MWh\"", money::Line::energy},
       {"energy_price = \"$47/MWh\"", "energy_price = \"$94/MWh\"", money::Line::energy},
       {"energy_price = \"$54/MWh\"", "energy_price = \"$108/MWh\"", money::Line::energy}},
      {{"opex = \"$2/kW/month\"", "opex = \"$4/kW/month\"", money::Line::operations}},
      {{"water_price = \"$1/m3\"", "water_price = \"$2/m3\"", money::Line::water}},
      {{"\nprice = \"$2/chip/h\"\n[lease", "\nprice = \"$4/chip/h\"\n[lease", money::Line::rentals}},
      {{"price = \"$100k/month\"", "price = \"$200k/month\"", money::Line::leases_paid}},
      {{"price_per_chip = \"$1/chip/h\"", "price_per_chip = \"$2/chip/h\"", money::Line::leases_received}},
      {{"[serving]\nprice = \"$2/chip/h\"", "[serving]\nprice = \"$4/chip/h\"", money::Line::serving}}};
  const std::vector<Price> prices = *rc::gen::elementOf(all);
  std::string changed = text;
  for (const Price& p : prices)
    for (size_t at = 0; (at = changed.find(p.from, at)) != std::string::npos; at += p.to.size())
      changed.replace(at, p.from.size(), p.to);
  RC_ASSERT(changed != text);
  const Forecast before = simulate(plan_of(text)), after = simulate(plan_of(changed));
  for (int l = 0; l < money::line_count; ++l) {
    const auto line = static_cast<money::Line>(l);
    const double factor = line == prices.front().line ? 2 : 1;
    auto total = [&](const Forecast& f) {
      double sum = 0;
      for (const Money month : f.ledger.by_month(line)) sum += month.value();
      return sum;
    };
    const double had = total(before), has = total(after);
    RC_ASSERT(std::fabs(has - factor * had) <= 1e-9 * std::fabs(had));
  }
}

RC_GTEST_PROP(HourCosts, AddUpToTheCostAndFollowTheirLines, ()) {
  const World w = draw_world();
  RC_LOG() << w.text();
  const Forecast f = simulate(plan_of(w.text()));
  double sum = 0;
  for (std::size_t l = 0; l < f.hour_costs.size(); ++l) {
    const auto line = static_cast<money::Line>(l);
    double paid = 0;
    for (const Money month : f.ledger.by_month(line)) paid -= month.value();
    RC_ASSERT(f.hour_costs[l] >= 0);
    RC_ASSERT((f.hour_costs[l] > 0) == (paid > 0 && std::isfinite(f.cost_per_hour)));
    sum += f.hour_costs[l];
  }
  RC_ASSERT(sum == (std::isfinite(f.cost_per_hour) ? f.cost_per_hour : 0));
}

RC_GTEST_PROP(Power, IsThereBeforeAnythingIsUsable, ()) {
  World w = draw_world();
  w.rental = false;
  RC_LOG() << w.text();
  const Plan plan = plan_of(w.text());
  const std::vector<Output> outputs = outputs_of(plan);
  const std::vector<double> values = output_values(plan, simulate(plan));
  RC_ASSERT(outputs[2].name == "time to power");
  RC_ASSERT(values[2] <= values[0]);
}

RC_GTEST_PROP(EnergyUse, SourcesSumToTheFacility, ()) {
  const Plan plan = plan_of(draw_world().text());
  const Forecast f = simulate(plan);
  double seconds = 0;
  for (size_t m = 0; m < f.energy.size(); ++m) {
    double facility = 0;
    for (const SiteForecast& s : f.sites) {
      double sources = 0;
      for (size_t b = 0; b < s.energy[m].by_source.size(); ++b)
        sources += s.energy[m].by_source[b], RC_ASSERT(s.energy[m].by_source[b] >= 0);
      RC_ASSERT(std::fabs(sources + s.energy[m].unserved - s.energy[m].facility) <= 1e-9 * std::max(1.0, sources));
      RC_ASSERT(s.energy[m].facility >= s.energy[m].it * (1 - 1e-12));
      facility += s.energy[m].facility;
    }
    RC_ASSERT(std::fabs(facility - f.energy[m].facility) <= 1e-9 * std::max(1.0, facility));
    seconds += f.energy[m].it;
  }
  // Joules are the integral of the drawn power.
  const double drawn = f.it_power.integral(0, plan.end - plan.start + 1) * 86400 * plan.operation.load.median;
  RC_ASSERT(std::fabs(seconds - drawn) <= 1e-9 * std::max(1.0, drawn));
}

RC_GTEST_PROP(Runs, DeliverExactlyTheirCompute, ()) {
  const World w = draw_world(true, 1);
  RC_LOG() << w.text();
  const Plan plan = plan_of(w.text());
  const Forecast f = simulate(plan);
  for (size_t i = 0; i < plan.runs.size(); ++i) {
    const Run& run = plan.runs[i];
    const RunForecast& r = f.runs[i];
    if (!std::isfinite(r.finish)) continue;
    RC_ASSERT(r.start >= run.earliest.date - plan.start);
    RC_ASSERT(r.finish > r.start);
    RC_ASSERT(r.days_running <= r.finish - r.start + 1e-6);
    RC_ASSERT(r.mean_chips <= run.chips.value() + 1e-6);
    RC_ASSERT(r.mean_chips >= run.minimum.value() - 1e-6);
    RC_ASSERT(r.goodput > 0 && r.goodput <= 1);
    // With one kind of accelerator on a steady pool the product of the means is the compute.
    const double steady = r.mean_chips * r.achieved * r.goodput * r.days_running * 86400;
    if (w.orders.size() == w.sites.size() && r.mean_chips > run.chips.value() - 1e-6)
      RC_ASSERT(std::fabs(steady - run.compute.value()) <= 1e-6 * run.compute.value());
  }
  // Training never takes more than there is.
  double training = 0, usable = 0;
  for (const UseMonth& m : f.use) {
    training += m.training, usable += m.usable;
    RC_ASSERT(m.training >= 0);
  }
  RC_ASSERT(training <= usable * (1 + 1e-6) + 24 * 2000 * 4);  // pools are sampled at the start of each day
}

/// An order that is paced makes nothing usable later, and waits no longer, however many others there are.
RC_GTEST_PROP(Pace, LosesNothingAndWaitsLess, ()) {
  const World w = draw_world(false);
  std::vector<std::string> paced;
  for (size_t i = 0; i < w.orders.size(); ++i)
    if (*rc::gen::arbitrary<bool>()) paced.push_back("order.o" + std::to_string(i) + ".pace=\"with power\"");
  RC_LOG() << w.text() << fmt::format("{}", fmt::join(paced, " "));
  const Forecast made = simulate(plan_of(w.text())), called = simulate(plan_of(w.text(), paced));
  for (int day = 0; day < 800; day += 7)
    RC_ASSERT(called.usable.at(day) >= made.usable.at(day) - 1e-3 * std::max(1.0, made.usable.at(day)));
  RC_ASSERT(called.idle_days <= made.idle_days * (1 + 1e-6) + 1);
}

RC_GTEST_PROP(Intervals, CoverTheHorizonWithoutGaps, ()) {
  const Plan plan = plan_of(draw_world().text());
  const Forecast f = simulate(plan);
  for (const SiteForecast& s : f.sites) {
    const auto intervals = site::binding_limits(s.limits, s.supplies, s.capacity, 800);
    RC_ASSERT(!intervals.empty());
    RC_ASSERT(intervals.front().from == 0);
    RC_ASSERT(intervals.back().to == 800);
    for (size_t i = 0; i + 1 < intervals.size(); ++i) {
      RC_ASSERT(intervals[i].to == intervals[i + 1].from);
      RC_ASSERT(intervals[i].from < intervals[i].to);
      RC_ASSERT(intervals[i].limit != intervals[i + 1].limit);
    }
    for (const site::Interval& x : intervals) RC_ASSERT(x.gain >= 0 && std::isfinite(x.gain));
  }
}

/// The limits with one unit more of one of them.
site::Limits relaxed(site::Limits limits, site::Limit which, std::vector<site::Supply>& supplies) {
  switch (which) {
    case site::Limit::building:
      limits.building = limits.building + Curve(1e6), limits.halls = limits.halls + Curve(1e6);
      break;
    case site::Limit::power:
      limits.power = limits.power + Curve(1e6);
      break;
    case site::Limit::cooling:
      limits.cooling = limits.cooling + Curve(1e6);
      break;
    case site::Limit::network:
      for (site::Supply& s : supplies) s.networked = s.networked + Curve(1);
      break;
    case site::Limit::installation:
      limits.installation = Curve::from(0, {{0, 0, limits.installation.knots()[0].slope + 1}});
      break;
    case site::Limit::burn_in:
      limits.burn_in = std::max(0.0, limits.burn_in - 1);
      break;
    case site::Limit::chips:
    case site::Limit::deliveries:
      break;
  }
  return limits;
}

RC_GTEST_PROP(Intervals, WhatBindsIsWhatRelaxingMoves, ()) {
  const World w = draw_world(false);
  RC_LOG() << w.text();
  const Plan plan = plan_of(w.text());
  const Forecast f = simulate(plan);
  using site::Limit;
  for (const SiteForecast& s : f.sites)
    for (const site::Interval& x : site::binding_limits(s.limits, s.supplies, s.capacity, 800)) {
      if (x.to - x.from < 2) continue;
      for (const Limit which : {Limit::power, Limit::cooling, Limit::building}) {
        std::vector<site::Supply> supplies = s.supplies;
        const site::Capacity more = site::usable_capacity(relaxed(s.limits, which, supplies), supplies);
        double most = 0;
        std::vector<double> times =
            knot_times({&s.capacity.usable, &more.usable, &s.capacity.ready, &s.capacity.allowed_it});
        for (int i = 1; i < 50; ++i) times.push_back(x.from + (x.to - x.from) * i / 50);
        for (const double knot : times)
          for (const double t : {knot - 1e-6, knot + 1e-6}) {
            if (t <= x.from || t >= x.to) continue;
            const double gain = more.usable.at(t) - s.capacity.usable.at(t);
            RC_ASSERT(gain >= -1e-3);
            most = std::max(most, gain);
          }
        if (which == Limit::building) continue;  // more halls change what was installed before
        if (which == x.limit) RC_ASSERT(std::fabs(most - x.gain) <= 0.01 + 1e-3 * x.gain);
        else if (x.limit != Limit::installation && x.limit != Limit::building) RC_ASSERT(most <= 1e-2);
      }
    }
}

TEST(Goodput, KnownLimits) {
  using operations::goodput;
  const operations::Reliability never{FailureRate(0), {.detect = hours(1)}, Time(60)};
  EXPECT_EQ(goodput(Chips(1e6), never), 1);
  const operations::Reliability often{FailureRate(1e-9), {.detect = hours(0.5)}, Time(60)};
  double before = 1;
  for (double n = 1; n < 1e7; n *= 3) {
    const double now = goodput(Chips(n), often);
    EXPECT_LT(now, before);
    EXPECT_GE(now, 0);
    before = now;
  }
  EXPECT_NEAR(goodput(Chips(1), often), 1, 1e-3);
}

}  // namespace
}  // namespace orrery::programme
