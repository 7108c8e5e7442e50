// Small random programmes for the property tests: drawn as a struct, written as the text of a scenario, so that a test
// can change one thing and look at what follows.
#pragma once
#include <fmt/format.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "programme/outputs.h"
#include "programme/read.h"
#include "programme/simulate.h"
#include "support/facts.h"

namespace orrery::programme {

inline Plan plan_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
  return make_plan(parse_scenario(text, "test.toml", overrides), facts());
}

struct World {
  struct Order {
    int chips = 0, kind = 0, site = 0, lead = 0, rate = 0, network_lead = 0;
    double price = 30, server_price = 10, network_price = 5;
  };
  struct Block {
    int capacity = 0, day = 0, rate = 0, until = 0, kind = 0;
  };
  struct Site {
    int installation_rate = 0, burn_in = 0;
    std::vector<Block> power, cooling, buildings;
  };
  struct Event {
    int site = 0, limit = 0, change = 0, from = 0, duration = 0;
  };
  struct Run {
    int site = 0, chips = 0, minimum = 0, earliest = 0, exponent = 22;
  };
  std::vector<Site> sites;
  std::vector<Order> orders;
  std::vector<Event> events;
  std::vector<Run> runs;
  bool rental = false, lease = false, serving = false;

  /// The orders that the runs of a site can count on.
  int chips_at(int site) const {
    int sum = 0;
    for (const Order& o : orders) sum += o.site == site ? o.chips : 0;
    return sum;
  }

  std::string text() const {
    static const char* kinds[] = {"h100-sxm", "gb200", "a100-sxm-80gb"};
    static const char* limits[] = {"power", "cooling", "building"};
    static const char* supplies[] = {"grid", "gas-turbine-mobile", "battery"};
    auto day = [](int n) { return (Date{make_date(2024, 4, 24)} + n).text(); };
    std::string out = "start = 2024-04-24\nhorizon = \"800 days\"\n";
    for (size_t i = 0; i < sites.size(); ++i) {
      const Site& s = sites[i];
      out += fmt::format(
          "[site.s{}]\nlocation = \"memphis\"\ninstallation_rate = \"{} chips/day\"\nburn_in = \"{} days\"\n", i,
          s.installation_rate, s.burn_in);
      for (size_t b = 0; b < s.power.size(); ++b) {
        const Block& x = s.power[b];
        out += fmt::format("[site.s{}.power.p{}]\nkind = \"{}\"\ncapacity = \"{} kW\"\ndate = {}\n", i, b,
                           supplies[x.kind], x.capacity, day(x.day));
        out += fmt::format("capex = \"${}k/MW\"\nfixed = \"$3/kW/month\"\nenergy_price = \"${}/MWh\"\n", 100 + b,
                           40 + 7 * b);
        if (x.rate) out += fmt::format("rate = \"{} kW/day\"\n", x.rate);
        if (x.until) out += fmt::format("until = {}\n", day(x.day + x.until));
      }
      for (size_t b = 0; b < s.cooling.size(); ++b)
        out += fmt::format(
            "[site.s{}.cooling.c{}]\nkind = \"air-chillers\"\ncapacity = \"{} kW\"\ndate = {}\npue = {}\ncapex = "
            "\"$9k/MW\"\n",
            i, b, s.cooling[b].capacity, day(s.cooling[b].day), 1.25);
      for (size_t b = 0; b < s.buildings.size(); ++b) {
        const Block& x = s.buildings[b];
        out += fmt::format(
            "[site.s{}.building.b{}]\nclass = \"retrofit\"\nit_capacity = \"{} kW\"\nstart = {}\ncost = \"$8M/MW\"\n",
            i, b, x.capacity, day(x.day));
        if (x.rate) out += fmt::format("fit_out_rate = \"{} kW/day\"\n", x.rate);
      }
    }
    for (size_t i = 0; i < orders.size(); ++i) {
      const Order& o = orders[i];
      out += fmt::format(
          "[order.o{}]\nsite = \"s{}\"\nchips = \"{} x {}\"\nlead_time = \"{} days\"\nnetwork_lead_time = \"{} "
          "days\"\n",
          i, o.site, o.chips, kinds[o.kind], o.lead, o.network_lead);
      out += fmt::format("price = \"${}k/chip\"\nserver_price = \"${}k/chip\"\nnetwork_price = \"${}k/chip\"\n",
                         o.price, o.server_price, o.network_price);
      if (o.rate) out += fmt::format("rate = \"{} chips/day\"\n", o.rate);
    }
    for (size_t i = 0; i < events.size(); ++i) {
      const Event& e = events[i];
      out += fmt::format(
          "[event.e{}]\nsite = \"s{}\"\nlimit = \"{}\"\nchange = \"{} kW\"\nfrom = {}\nduration = \"{} days\"\n", i,
          e.site, limits[e.limit], e.change, day(e.from), e.duration);
    }
    for (size_t i = 0; i < runs.size(); ++i) {
      const Run& r = runs[i];
      out += fmt::format("[run.r{}]\non = \"s{}\"\ncompute = \"3e{} FLOP\"\nchips = {}\nminimum = {}\nearliest = {}\n",
                         i, r.site, r.exponent, r.chips, r.minimum, day(r.earliest));
    }
    if (rental)
      out +=
          "[rental.cloud]\nchips = \"700 x h100-sxm\"\nrate = \"30 chips/day\"\nterm = \"300 days\"\nprice = "
          "\"$2/chip/h\"\n";
    if (lease)
      out +=
          "[lease.desk]\ndirection = \"paid\"\nprice = \"$100k/month\"\nescalator = 0.03\nuntil = 2025-11-10\n"
          "[lease.tenant]\nsite = \"s0\"\ndirection = \"received\"\nprice_per_chip = \"$1/chip/h\"\nfrom = "
          "2025-01-15\n";
    if (serving) out += "[serving]\nprice = \"$2/chip/h\"\nutilisation = 0.5\n";
    out += "[money]\nopex = \"$2/kW/month\"\nwater_price = \"$1/m3\"\n";
    return out;
  }
};

inline World draw_world(bool events = true, int least_runs = 0) {
  const auto number = [](int low, int high) { return *rc::gen::inRange(low, high + 1); };
  World w;
  w.sites.resize(number(1, 2));
  for (World::Site& s : w.sites) {
    s.installation_rate = number(10, 300);
    s.burn_in = number(0, 10);
    s.power.resize(number(1, 3));
    for (size_t b = 0; b < s.power.size(); ++b) {
      s.power[b] = {number(100, 4000), number(0, 400), number(0, 1) * number(5, 100), 0, b == 0 ? 0 : number(0, 2)};
      if (events && number(0, 3) == 0) s.power[b].until = number(50, 500);
    }
    s.cooling.resize(number(1, 2));
    for (World::Block& b : s.cooling) b = {number(300, 4000), number(0, 300), 0, 0, 0};
    s.buildings.resize(number(1, 2));
    for (World::Block& b : s.buildings) b = {number(300, 4000), number(0, 100), number(0, 1) * number(10, 200), 0, 0};
  }
  const int sites = static_cast<int>(w.sites.size());
  w.orders.resize(number(sites, 4));
  for (size_t i = 0; i < w.orders.size(); ++i) {
    World::Order& o = w.orders[i];
    o.chips = number(50, 2000), o.kind = number(0, 2),
    o.site = static_cast<int>(i) < sites ? static_cast<int>(i) : number(0, sites - 1);
    o.lead = number(0, 300), o.rate = number(0, 1) * number(5, 200), o.network_lead = number(0, 350);
  }
  if (events) {
    w.events.resize(number(0, 2));
    for (World::Event& e : w.events)
      e = {number(0, sites - 1), number(0, 2), number(-1500, 800), number(0, 700), number(0, 200)};
  }
  w.runs.resize(number(least_runs, 2));
  for (World::Run& r : w.runs) {
    r.site = number(0, sites - 1);
    r.chips = number(1, w.chips_at(r.site));
    r.minimum = number(1, r.chips), r.earliest = number(0, 400), r.exponent = number(19, 23);
  }
  w.rental = number(0, 1), w.lease = number(0, 1), w.serving = number(0, 1);
  return w;
}

}  // namespace orrery::programme
