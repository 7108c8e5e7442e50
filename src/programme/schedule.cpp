#include "programme/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/units.h"

namespace orrery::programme {
namespace {

using Kind = ScheduleItem::Kind;

const Site& site_of(const Plan& plan, const ScheduleItem& item) {
  return plan.sites[static_cast<size_t>(item.site)];
}
const Building& building_of(const Plan& plan, const ScheduleItem& item) {
  return site_of(plan, item).buildings[static_cast<size_t>(item.building)];
}
const PowerBlock& power_of(const Plan& plan, const ScheduleItem& item) {
  return site_of(plan, item).power[static_cast<size_t>(item.power)];
}
const CoolingBlock& cooling_of(const Plan& plan, const ScheduleItem& item) {
  return site_of(plan, item).cooling[static_cast<size_t>(item.cooling)];
}

/// From the first of so many accelerators to the last.
ScheduleSpan delivery_span(const Curve& delivered, double chips) {
  return {delivered.first_at_least(std::min(1.0, chips)), delivered.first_at_least(chips)};
}

/// The site's items but for runs.
void add_site(const Plan& plan, int index, std::vector<ScheduleItem>& out) {
  const Site& site = plan.sites[static_cast<size_t>(index)];
  const auto add = [&](Kind kind) -> ScheduleItem& {
    out.push_back({kind, index});
    return out.back();
  };
  for (size_t b = 0; b < site.buildings.size(); ++b) {
    const int building = static_cast<int>(b);
    if (site.buildings[b].planned) add(Kind::construction).building = building;
    for (size_t k = 0; k < site.buildings[b].tasks.size(); ++k) {
      ScheduleItem& item = add(Kind::construction);
      item.building = building, item.task = static_cast<int>(k);
    }
  }
  for (size_t b = 0; b < site.power.size(); ++b)
    for (const Kind kind : {Kind::waiting, Kind::power}) add(kind).power = static_cast<int>(b);
  for (size_t b = 0; b < site.cooling.size(); ++b)
    for (const Kind kind : {Kind::waiting, Kind::cooling})
      if (kind == Kind::cooling || site.cooling[b].building < 0) add(kind).cooling = static_cast<int>(b);
  for (size_t k = 0; k < plan.orders.size(); ++k)
    if (plan.orders[k].site == index) add(Kind::delivery).order = static_cast<int>(k);
}

}  // namespace

std::vector<ScheduleItem> schedule_items(const Plan& plan) {
  std::vector<ScheduleItem> out;
  for (size_t i = 0; i < plan.sites.size(); ++i) add_site(plan, static_cast<int>(i), out);
  for (size_t i = 0; i < plan.rentals.size(); ++i) out.push_back({Kind::delivery, -1, static_cast<int>(i)});
  for (size_t i = 0; i < plan.runs.size(); ++i) {
    const RunPool& pool = plan.runs[i].pool;
    const auto add = [&](size_t place) {
      ScheduleItem& item = out.emplace_back();
      item.kind = Kind::run, item.run = static_cast<int>(i);
      (pool.rented ? item.rental : item.site) = static_cast<int>(place);
    };
    add(pool.index);
    for (const size_t site : pool.more) add(site);
  }
  for (size_t i = 0; i < plan.designs.size(); ++i)
    for (const Kind kind : {Kind::design, Kind::bring_up}) {
      out.push_back({kind});
      out.back().design = static_cast<int>(i);
    }
  return out;
}

bool has_end(const Plan& plan, const ScheduleItem& item) {
  if (item.kind == Kind::power) return power_of(plan, item).ends || power_of(plan, item).bridges;
  return item.kind != Kind::cooling || cooling_of(plan, item).ends;
}

ScheduleSpan span_of(const Plan& plan, const Forecast& forecast, const ScheduleItem& item) {
  const auto at = [](const auto& list, int index) -> const auto& {
    return list[static_cast<size_t>(index)];
  };
  if (item.design >= 0) {
    const silicon::ChipSchedule& days = at(forecast.designs, item.design);
    const double tape_out = days.tape_outs.front();
    if (item.kind == Kind::bring_up) return {tape_out, days.volume};
    return {std::min<double>(at(plan.designs, item.design).begins - plan.start, tape_out), tape_out};
  }
  if (item.run >= 0) return {at(forecast.runs, item.run).start, at(forecast.runs, item.run).finish};
  if (item.rental >= 0)
    return delivery_span(at(forecast.rentals, item.rental), at(plan.rentals, item.rental).chips.value());
  const SiteForecast& s = at(forecast.sites, item.site);
  if (item.building >= 0) {
    const site::BuildingDates& dates = at(s.buildings, item.building);
    if (item.task < 0) return {dates.start, dates.ready};
    return {at(dates.task_start, item.task), at(dates.task_finish, item.task)};
  }
  if (item.order >= 0) {
    const auto k = std::find(s.orders.begin(), s.orders.end(), item.order) - s.orders.begin();
    return delivery_span(s.supplies[static_cast<size_t>(k)].delivered, at(plan.orders, item.order).chips.value());
  }
  const double service = item.power >= 0 ? at(s.power_day, item.power) : at(s.cooling_day, item.cooling);
  if (item.kind == Kind::waiting)
    return {
        day_in(plan, item.power >= 0 ? power_of(plan, item).ordered : cooling_of(plan, item).ordered, forecast.days),
        service};
  return {service,
          item.power >= 0 ? at(s.power_until, item.power) : last_day(plan, cooling_of(plan, item), forecast.days)};
}

std::string kind_name(Kind kind) {
  switch (kind) {
    case Kind::construction:
      return "construction";
    case Kind::waiting:
      return "waiting";
    case Kind::power:
      return "power";
    case Kind::cooling:
      return "cooling";
    case Kind::delivery:
      return "delivery";
    case Kind::run:
      return "run";
    case Kind::design:
      return "design";
    case Kind::bring_up:
      return "bring-up";
  }
  return "";
}

std::string place_name(const Plan& plan, const ScheduleItem& item) {
  if (item.design >= 0) return plan.designs[static_cast<size_t>(item.design)].name;
  return item.site >= 0 ? site_of(plan, item).name : plan.rentals[static_cast<size_t>(item.rental)].name;
}

std::string lane_name(const Plan& plan, const ScheduleItem& item) {
  if (item.design >= 0) return "design: " + place_name(plan, item);
  if (item.run >= 0) return plan.runs[static_cast<size_t>(item.run)].name;
  if (item.rental >= 0) return "deliveries: " + place_name(plan, item);
  if (item.order >= 0) return "deliveries: " + plan.orders[static_cast<size_t>(item.order)].name;
  if (item.power >= 0) return "power: " + power_of(plan, item).name;
  if (item.cooling >= 0) return "cooling: " + cooling_of(plan, item).name;
  const Building& building = building_of(plan, item);
  return item.task < 0 ? building.name : building.name + ": " + building.tasks[static_cast<size_t>(item.task)].name;
}

std::string item_text(const Plan& plan, const ScheduleItem& item) {
  const auto accelerators = [](Chips chips, const std::string& kind) {
    return format_count(chips.value()) + " x " + kind;
  };
  switch (item.kind) {
    case Kind::construction:
      return item.task < 0 ? "construction" : building_of(plan, item).tasks[static_cast<size_t>(item.task)].name;
    case Kind::waiting:
      return "waiting";
    case Kind::power:
      return format(power_of(plan, item).capacity.median);
    case Kind::cooling:
      return format(cooling_of(plan, item).capacity.median);
    case Kind::delivery:
      if (item.order < 0) {
        const Rental& rental = plan.rentals[static_cast<size_t>(item.rental)];
        return accelerators(rental.chips, rental.chip);
      } else {
        const Order& order = plan.orders[static_cast<size_t>(item.order)];
        return accelerators(order.chips, order.chip);
      }
    case Kind::run: {
      const Run& run = plan.runs[static_cast<size_t>(item.run)];
      return run.model.empty() ? run.name : run.model;
    }
    case Kind::design:
      return "to tape-out";
    case Kind::bring_up:
      return "to volume";
  }
  return "";
}

std::optional<double> float_of(const Plan& plan, const ScheduleItem& item, Draws draws) {
  if (item.task < 0 || building_of(plan, item).planned) return std::nullopt;
  const Building& building = building_of(plan, item);
  return site::total_float(building.task_network, task_durations(building, draws))[static_cast<size_t>(item.task)];
}

std::vector<std::optional<double>> criticality(const Plan& plan, const std::vector<ScheduleItem>& items,
                                               const std::vector<std::vector<double>>& draws) {
  std::vector<std::optional<double>> out(items.size());
  const size_t count = draws.empty() ? 0 : std::min(criticality_draws, draws.front().size());
  std::vector<double> one(draws.size()), floats;
  for (size_t k = 0; k < count; ++k) {
    for (size_t i = 0; i < one.size(); ++i) one[i] = draws[i][k];
    for (size_t i = 0; i < items.size(); ++i) {
      const ScheduleItem& item = items[i];
      if (item.task < 0 || building_of(plan, item).planned) continue;
      const Building& building = building_of(plan, item);
      if (item.task == 0) floats = site::total_float(building.task_network, task_durations(building, one));
      out[i] = out[i].value_or(0) + (site::is_critical(floats[static_cast<size_t>(item.task)]) ? 1 : 0);
    }
  }
  for (std::optional<double>& share : out)
    if (share) *share /= static_cast<double>(count);
  return out;
}

}  // namespace orrery::programme
