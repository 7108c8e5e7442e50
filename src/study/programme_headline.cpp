// What a planner asks first, in three sentences: when there is power and training, what it costs, and what holds it
// back with what a month's delay costs.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/units.h"
#include "programme/capacity_table.h"
#include "study/programme.h"

namespace orrery::study {
namespace {

using namespace programme;
using Group = programme::Output::Group;

/// "2024-09-02 (2024-08-20 to 2024-10-01)": P50 with P10 to P90, or the medians' day.
std::string day_text(const ProgrammeResult& r, const Spread& s) {
  const std::string day = date_text(r.plan, s.p50);
  return r.has_trials ? fmt::format("{} ({} to {})", day, date_text(r.plan, s.p10), date_text(r.plan, s.p90)) : day;
}

std::string money_text(const ProgrammeResult& r, const Spread& s) {
  const auto text = [](double x) { return std::isfinite(x) ? format_amount(x, dimension::money) : "never"; };
  return r.has_trials && s.p10 != s.p90 ? fmt::format("{} ({} to {})", text(s.p50), text(s.p10), text(s.p90))
                                        : text(s.p50);
}

/// The limits that bound the longest before the most was usable: "power at memphis (214 days)".
std::string held_back_by(const ProgrammeResult& r) {
  struct Bound {
    std::string limit, place;
    double days;
  };
  std::vector<Bound> all;
  const bool one_place = r.plan.sites.size() + r.plan.rentals.size() == 1;
  for (const BindingSpan& x : binding_spans(r.plan, r.forecast)) {
    // That everything asked for is there holds nothing back.
    if (x.all_usable || x.binds == "load" || x.binds == "contract") continue;
    const auto it =
        std::find_if(all.begin(), all.end(), [&](const Bound& b) { return b.limit == x.binds && b.place == x.place; });
    if (it == all.end()) all.push_back({x.binds, x.place, x.to - x.from});
    else it->days += x.to - x.from;
  }
  std::stable_sort(all.begin(), all.end(), [](const Bound& a, const Bound& b) { return a.days > b.days; });
  std::string out;
  for (std::size_t i = 0; i < all.size() && i < 3; ++i)
    out +=
        fmt::format("{}{}{} ({} day{})", out.empty() ? "" : ", ", all[i].limit, one_place ? "" : " at " + all[i].place,
                    format_count(std::round(all[i].days)), std::round(all[i].days) == 1 ? "" : "s");
  return out;
}

/// That cost as the end of a sentence.
std::string delay_text(const Plan& plan, const CostOfDelay& delay) {
  const double cost = delay.net_present_value, worth = delay.worth;
  const std::string of = plan.sites.empty() ? "the hand-overs" : "the sites";
  const std::string amount = format_amount(std::fabs(cost), dimension::money);
  if (const std::string chip = without_worth(plan); !chip.empty())
    return fmt::format("what a month's delay of {} costs is not known, as no worth of {} is", of, chip);
  if (cost >= 0) return fmt::format("a month's delay of {} costs {} of net present value", of, amount);
  if (!plan.sites.empty() && std::fabs(worth) <= 1e-6 * std::fabs(cost))
    return fmt::format("{} have a month to spare, which saves {} of running cost and interest", of, amount);
  return fmt::format("a month's delay of {} saves {} of net present value, as a month costs more than it is worth", of,
                     amount);
}

}  // namespace

const Spread* output_spread(const ProgrammeResult& r, Group group, int index, std::string_view name) {
  for (std::size_t i = 0; i < r.outputs.size(); ++i)
    if (r.outputs[i].group == group && (name.empty() ? r.outputs[i].index == index : r.outputs[i].name == name))
      return &r.spreads[i];
  return nullptr;
}

int first_run(const ProgrammeResult& r) {
  int first = -1;
  for (std::size_t i = 0; i < r.plan.runs.size(); ++i) {
    const Spread *s = output_spread(r, Group::run_start, static_cast<int>(i)),
                 *best = first < 0 ? nullptr : output_spread(r, Group::run_start, first);
    if (s && (!best || s->p50 < best->p50)) first = static_cast<int>(i);
  }
  return first;
}

void add_headline(Document& document, const ProgrammeResult& r) {
  const Plan& plan = r.plan;
  const bool chips = !plan.orders.empty() || !plan.rentals.empty();
  const Spread &first = *output_spread(r, Group::readiness, 0), &nearly = *output_spread(r, Group::readiness, 1);
  const bool any = std::isfinite(first.p50);
  const std::string level = chips ? format_count(0.9 * size_of(plan)) + " accelerators"
                                  : format_amount(0.9 * size_of(plan), dimension::power);
  std::string when = any ? fmt::format("First {} {}, {} days after the start; {}, nine tenths of all, {}.",
                                       chips ? "accelerators usable" : "power", day_text(r, first),
                                       format_count(day_of(plan, first.p50) - plan.start), level, day_text(r, nearly))
                         : fmt::format("Nothing becomes usable by {}.", plan.end.text());
  const double left = plan.end - plan.start - nearly.p50;
  if (any && std::isfinite(nearly.p50) && left < 90 && plan.end - plan.start < 37 * 366)
    when += fmt::format(" The forecast ends {}: horizon = \"{:.0f} months\" shows what follows.",
                        left < 1 ? "then" : fmt::format("{:.0f} days later", left),
                        std::ceil((plan.end - plan.start) / in_days(mean_month) + 24));
  const int run = first_run(r);
  if (run >= 0) {
    const Spread &start = *output_spread(r, Group::run_start, run), &finish = *output_spread(r, Group::run_finish, run);
    when += fmt::format(" Training: {} starts {} and ends {}.", plan.runs[static_cast<std::size_t>(run)].name,
                        day_text(r, start), day_text(r, finish));
  }
  const Spread* capital = output_spread(r, Group::total, 0, "capital cost");
  const Spread* running = output_spread(r, Group::total, 0, "running cost");
  const Spread* hour = output_spread(r, Group::total, 0, "cost per usable accelerator-hour");
  std::string money = fmt::format("It takes {} of capital and {} of running cost to {}", money_text(r, *capital),
                                  money_text(r, *running), plan.end.text());
  if (chips && any) money += fmt::format(": {} per usable accelerator-hour", money_text(r, *hour));
  const std::string holds = held_back_by(r);
  std::string delay = holds.empty() ? "Nothing holds it back" : "It is held back by " + holds;
  delay += (r.delay ? "; " + delay_text(plan, *r.delay) : "") + ".";
  document.say("\n" + when + "\n" + money + ".\n" + delay + "\n");
  const auto day = [&](double x) { return std::isfinite(x) ? Cell(date_text(plan, x)) : Cell(); };
  for (const auto& [key, spread] : {std::pair{"time_to_power", output_spread(r, Group::readiness, 2)},
                                    {"first_usable", &first},
                                    {"nine_tenths_usable", &nearly},
                                    {"first_training", run < 0 ? nullptr : output_spread(r, Group::run_start, run)}}) {
    const std::string path = std::string("headline/") + key;
    document.put(path + "/p10", spread ? day(spread->p10) : Cell())
        .put(path + "/p50", spread ? day(spread->p50) : Cell())
        .put(path + "/p90", spread ? day(spread->p90) : Cell());
  }
  document.put("headline/held_back_by", holds.empty() ? Cell() : Cell(holds));
  document.put("headline/month_of_delay_usd",
               r.delay && without_worth(plan).empty() ? Cell(r.delay->net_present_value) : Cell(), "USD");
}

}  // namespace orrery::study
