// The day on which each part of a plan comes in one trial: dates, leads and delays added up, and days that hang on
// events. Days are counted from the plan's start; an infinite day is never.
#pragma once
#include <vector>

#include "base/curve.h"
#include "programme/plan.h"
#include "silicon/chip/chip_schedule.h"
#include "site/building/construction.h"

namespace orrery::programme {

/// What the days of a trial hang on.
struct DependentDays {
  std::vector<double> falls;  ///< by Plan::dependencies, the day on which each falls
  std::vector<double> waits;  ///< by Funding::items, how long its parts wait for money, days; empty: they do not
  std::vector<Curve> drawn;   ///< by SupplyDraw::index, accelerators that its line has delivered by each day

  double operator[](std::size_t dependency) const { return falls[dependency]; }
};

struct SiteForecast;

/// A day of the plan, of its dependencies those that it needs known.
double day_in(const Plan& plan, const Day& day, const DependentDays& days);

/// How long a day waits for money, days.
double wait_of(const Day& day, const DependentDays& days);

/// The day some years after another, which may lie within one.
double anniversary(const Plan& plan, double day, int years);

/// Days of rent in a day of a month of the plan: rent by the month is the same in all of them, in a part of one by its
/// days.
double rent_days(const Plan& plan, std::size_t month, bool by_day);

/// What a site's delay (days) still adds to a part that begins on a day: nothing where that hangs on an event of the
/// site, which is late by it already.
double delay_left(const Plan& plan, const Day& begins, double late);

/// The day on which the first of a block serves; late: the delay of its site, days.
double service_day(const Plan& plan, const PowerBlock& block, double late, Draws draws, const DependentDays& days);
double service_day(const Plan& plan, const CoolingBlock& block, double late, Draws draws, const DependentDays& days);
/// The day on which a block leaves; infinite where it stays or bridges.
double last_day(const Plan& plan, const PowerBlock& block, const DependentDays& days);
double last_day(const Plan& plan, const CoolingBlock& block, const DependentDays& days);

/// What each task of a building takes, days.
std::vector<double> task_durations(const Building& building, Draws draws);
/// The days of a building; late: as above.
site::BuildingDates building_dates(const Plan& plan, const Building& building, double late, Draws draws,
                                   const DependentDays& days);

/// The day on which a delivery of a schedule comes; delay: that of the schedule, days.
double delivery_day(const Plan& plan, const Delivery& delivery, double delay);

/// When a chip of one's own tapes out, and from when on it can be sold; its times are those of the draws.
silicon::ChipSchedule schedule_of(const Plan& plan, const ChipDesign& design, Draws draws);

/// Accelerators that an order or a rental has got by each day by its own schedule, or lead time and rate, whatever it
/// draws on; of a chip of one's own no more than the order's part of what is made by then, by its part of all that is
/// ordered of it; of a rental without its end.
Curve planned_deliveries(const Plan& plan, const Order& order, Draws draws, const DependentDays& days);
Curve planned_deliveries(const Plan& plan, const Rental& rental, Draws draws, const DependentDays& days);

/// The day on which a rental's first accelerators are handed over, when its term begins, and how long that is, days.
double hand_over(const Plan& plan, const Rental& rental, Draws draws, const DependentDays& days);
double term_days(const Plan& plan, const Rental& rental, const DependentDays& days);

/// Days by which a dependency falls after its event; below 0: before.
double lag_days(const Dependency& dependency, Draws draws);

/// The day of an event that is no run's, and the lag, where the dependencies that it needs are known and, for what
/// depends on all of a site, that site is forecast.
double dependent_day(const Plan& plan, int dependency, Draws draws, const DependentDays& days,
                     const std::vector<SiteForecast>& sites);

/// The day on which a dependency falls that comes to this day: not before the start where its key does not allow that.
double falls_on(const Dependency& dependency, double day);

/// Rates per day.
template <class Rate>
double per_day(Rate rate) {
  return rate.value() * 86400;
}

}  // namespace orrery::programme
