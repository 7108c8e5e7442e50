#include "programme/median_days.h"

#include <fmt/format.h>

#include <cmath>

#include "programme/simulate.h"

namespace orrery::programme {
namespace {

/// The days of a plan with all inputs at their medians, held against what their keys allow.
class MedianDays {
 public:
  explicit MedianDays(const Plan& plan) : plan_(plan) { forecast_sites(plan, {}, forecast_); }

  /// Keys that allow no day before the start.
  void check_starts() const {
    for (size_t k = 0; k < plan_.dependencies.size(); ++k) {
      const Dependency& d = plan_.dependencies[k];
      if (!d.from_start || d.event.of_run()) continue;
      const double day = dependent_day(plan_, static_cast<int>(k), {}, forecast_.days, forecast_.sites);
      if (day < 0)
        refuse(d, day, "lies before the programme's start on " + plan_.start.text(),
               "let it come later, or start the programme earlier");
    }
  }

  /// A block whose own day of order puts its service off to after the date on which it leaves, or that leaves before it
  /// serves by an event of its own. One that another replaces may find that one there already.
  template <class Block>
  void check_block(const Block& block, double serves) const {
    const Dependency *ordered = of(block.ordered), *until = of(block.until);
    if (!block.ends || !std::isfinite(serves) || in(block.until) > serves) return;
    const bool own = until && part_of(until->event) == &block;
    if (!until && ordered)
      refuse(*ordered, in(block.ordered),
             fmt::format("is too late: it serves on {} and leaves on {}", text(serves), text(in(block.until))),
             "let it be ordered earlier, or leave later");
    if (own) refuse(*until, in(block.until), "comes before it serves on " + text(serves), "let it leave later");
  }

  void check_building(const Building& building) const {
    if (!building.planned) return;
    const Dependency* d = of(building.date) ? of(building.date) : of(building.start);
    if (d && in(building.date) < in(building.start))
      refuse(*d, in(d == of(building.date) ? building.date : building.start),
             fmt::format("does not fit: work starts on {} and the building is ready on {}", text(in(building.start)),
                         text(in(building.date))),
             "let work start earlier");
  }

  void check_schedule(const Day& placed, const std::vector<Delivery>& deliveries) const {
    const Dependency* d = of(placed);
    if (d && !deliveries.empty() && in(placed) > deliveries.front().date - plan_.start)
      refuse(*d, in(placed), "lies after the first delivery on " + deliveries.front().date.text(),
             "deliver after the order");
  }

  void check_lease(const Lease& lease) const {
    const Dependency *from = of(lease.from), *until = of(lease.until);
    const bool known = !(from && from->event.of_run()) && !(until && until->event.of_run());
    if (!known || (!from && !until)) return;
    if (from && std::isfinite(in(lease.from)) && in(lease.from) > plan_.end - plan_.start)
      refuse(*from, in(lease.from), "lies after the forecast's end on " + plan_.end.text(),
             "lengthen the horizon, or take the lease out");
    if (std::isfinite(in(lease.from)) && in(lease.until) < in(lease.from))
      refuse(until ? *until : *from, in(until ? lease.until : lease.from),
             fmt::format("does not fit: the lease begins on {} and ends on {}", text(in(lease.from)),
                         text(in(lease.until))),
             "let the lease end later");
  }

  const Forecast& forecast() const { return forecast_; }

 private:
  /// The block whose service an event is; null for others.
  const void* part_of(const AwaitedEvent& e) const {
    const Site* site = e.site < 0 ? nullptr : &plan_.sites[static_cast<size_t>(e.site)];
    if (e.happens == Happens::power_in_service) return &site->power[static_cast<size_t>(e.index)];
    if (e.happens == Happens::cooling_in_service) return &site->cooling[static_cast<size_t>(e.index)];
    return nullptr;
  }
  const Dependency* of(const Day& day) const {
    return day.hangs() ? &plan_.dependencies[static_cast<size_t>(day.dependency)] : nullptr;
  }
  double in(const Day& day) const { return day_in(plan_, day, forecast_.days); }
  std::string text(double day) const { return std::isfinite(day) ? day_of(plan_, day).text() : "no day"; }

  [[noreturn]] void refuse(const Dependency& d, double day, const std::string& problem, const char* remedy) const {
    throw Error(d.place, d.key, fmt::format("at the median is {}, which {}", text(day), problem), remedy);
  }

  const Plan& plan_;
  Forecast forecast_;
};

}  // namespace

void check_days(const Plan& plan) {
  if (plan.dependencies.empty()) return;
  const MedianDays days(plan);
  days.check_starts();
  for (size_t s = 0; s < plan.sites.size(); ++s) {
    const Site& site = plan.sites[s];
    const SiteForecast& f = days.forecast().sites[s];
    for (const Building& building : site.buildings) days.check_building(building);
    for (size_t b = 0; b < site.power.size(); ++b) days.check_block(site.power[b], f.power_day[b]);
    for (size_t b = 0; b < site.cooling.size(); ++b) days.check_block(site.cooling[b], f.cooling_day[b]);
  }
  for (const Order& order : plan.orders) days.check_schedule(order.ordered, order.deliveries);
  for (const Rental& rental : plan.rentals) days.check_schedule(rental.from, rental.deliveries);
  for (const Lease& lease : plan.leases) days.check_lease(lease);
}

}  // namespace orrery::programme
