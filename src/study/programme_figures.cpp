// The pictures of a site programme: which rows of its answer stand where.
#include <algorithm>

#include "study/programme.h"

namespace orrery::study {
namespace {

/// The last day on which something was seen.
std::optional<Date> last_seen(const programme::Plan& plan) {
  std::optional<Date> last;
  for (const programme::Observation& o : plan.observations) last = last ? std::max(*last, o.date) : o.date;
  return last;
}

Figure usable(const ProgrammeResult& r) {
  const bool chips = !r.plan.orders.empty() || !r.plan.rentals.empty();
  const std::string unit = chips ? "accelerators" : "MW";
  const std::string value = chips ? "usable_accelerators" : "it_mw";
  Figure f{"capacity", chips ? "Usable accelerators, and what limits them" : "IT power, and what limits it", "Capacity",
           unit};
  f.layers = {{Mark::band, band_name(r.has_trials), "by_month", "month", value},
              {Mark::line, "inputs at medians", "capacity", "date", value}};
  // Of rented accelerators only the hand-over is known, of a load in MW no delivery and no fabric.
  std::vector<std::pair<const char*, const char*>> limits;
  if (chips) limits = {{"delivered", "delivered"}};
  else limits = {{"load", "load_mw"}, {"building", "building_mw"}, {"power", "power_mw"}, {"cooling", "cooling_mw"}};
  if (!r.plan.orders.empty())
    limits.insert(limits.end(),
                  {{"building", "building"}, {"power", "power"}, {"cooling", "cooling"}, {"network", "network"}});
  for (const auto& [name, column] : limits) {
    f.layers.push_back({Mark::line, name, "limits", "date", column});
    f.layers.back().limit = true;
  }
  f.layers.push_back({Mark::strip, "what binds", "capacity", "date", "binds"});
  f.layers.push_back({Mark::points, r.has_trials ? "milestones, P10 to P90" : "milestones", "milestones", "p50",
                      chips ? "usable_accelerators" : "it_mw"});
  f.layers.push_back({Mark::points, "observed", "hindsight", "date", "observed", "", "", "", "unit",
                      chips ? "accelerators" : "MW IT"});
  f.choose = "site";
  f.facts = {"order.", "rental.", "site."};
  f.known_until = last_seen(r.plan);
  f.in_brief = true;
  return f;
}

Figure schedule(bool has_trials, const std::string& at_medians) {
  Figure f{"schedule", "Construction, deliveries, energisation and runs" + at_medians, "Schedule", "", Plot::schedule};
  f.layers = {{Mark::bar, "", "schedule", "from", "task", "to", "lane", "kind", "", "", "critical"},
              {Mark::points, has_trials ? "P10 to P90 of milestones" : "milestones", "milestones", "p50", "name"}};
  f.choose = "site";
  f.facts = {"site.", "order."};
  return f;
}

}  // namespace

void add_figures(Document& document, const ProgrammeResult& r) {
  const std::string at_medians = r.has_trials ? " (inputs at their medians)" : "";
  const std::string drawn = "facility power at peak, inputs at medians";
  document.figures = {
      usable(r),
      schedule(r.has_trials, at_medians),
      {"levers",
       "What each lever brings, days earlier",
       "Levers",
       "days",
       Plot::ranking,
       {{Mark::bar, "days earlier", "levers", "set", "days"}},
       "milestone"},
      {"lever_dollars",
       "What each lever brings, dollars",
       "Levers",
       "USD",
       Plot::ranking,
       {{Mark::bar, "dollars gained", "lever_dollars", "set", "dollars"}},
       "milestone"},
      {"power",
       "Power by source, rated" + at_medians + ", and what the site draws at peak",
       "Power",
       "MW",
       Plot::time,
       {{Mark::stack, "", "power", "date", "rated_mw", "", "", "source"},
        {Mark::band, r.has_trials ? "P10 to P90 of facility power at peak" : drawn, "by_month", "month", "facility_mw"},
        {Mark::line, drawn, "capacity", "date", "facility_mw"}},
       "site",
       {"site."}},
      {"energy",
       "Energy by source" + at_medians + " and in all, by month",
       "Power",
       "MWh",
       Plot::time,
       {{Mark::stack, "", "energy/months", "month", "by_source_mwh"},
        {Mark::band, band_name(r.has_trials) + ", in all", "by_month", "month", "energy_mwh", "", "", "", "site",
         "all"}},
       "",
       {"site.", "power."}},
      {"pue",
       "PUE by month" + at_medians,
       "Power",
       "",
       Plot::time,
       {{Mark::line, "PUE", "energy/months", "month", "pue"}},
       "",
       {"site."}},
      {"cash",
       "Cash by month" + at_medians,
       "Money",
       "USD",
       Plot::time,
       {{Mark::bar, "cash of the month", "money/months", "month", "cash"}},
       "",
       {"order.", "rental.", "site.", "money."}},
      {"cumulative_cash",
       "Cumulative cash",
       "Money",
       "USD",
       Plot::time,
       {{Mark::band, band_name(r.has_trials), "by_month", "month", "cumulative_cash_usd", "", "", "", "site", "all"},
        {Mark::line, "inputs at medians", "money/months", "month", "cumulative_cash"}},
       "",
       {"order.", "rental.", "site.", "money."}},
      {"hour_costs",
       "What a usable accelerator-hour costs" + at_medians,
       "Money",
       "USD/accelerator-hour",
       Plot::waterfall,
       {{Mark::bar, "", "money/hour_costs", "part", "usd_per_accelerator_hour"}},
       "",
       {"money."}},
      {"run_steps",
       "What a training step is made of" + at_medians,
       "Runs",
       "s",
       Plot::ranking,
       {{Mark::bar, "", "run_steps", "part", "seconds"}},
       "run",
       {"run."}},
      {"network_bill",
       "What the network of an order is built of" + at_medians,
       "Network",
       "USD",
       Plot::ranking,
       {{Mark::bar, "", "network_bill", "part", "usd"}},
       "order",
       {"order."}},
  };
  for (Figure& figure : document.figures) {
    if (figure.plot == Plot::time) figure.ends = r.plan.end;
    for (const auto& [key, name] :
         {std::pair{"capacity", "usable"}, {"power", "facility power"}, {"cumulative_cash", "cash in all"}})
      if (figure.key == key) figure.in_line = name;
  }
  add_price_figures(document, r);
  add_supply_figures(document, r);
  add_work_figures(document, r);
  add_funding_figures(document, r);
  add_company_figures(document, r);
}

}  // namespace orrery::study
