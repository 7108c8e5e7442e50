// The schedule of a programme: construction, waiting for plant and plant in service, deliveries, runs, each from a day
// to a day; and how much time construction has to spare (the critical path method; Kelley and Walker 1959).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "programme/plan.h"
#include "programme/simulate.h"

namespace orrery::programme {

/// One bar of the schedule, the same in every trial.
struct ScheduleItem {
  enum class Kind {
    construction,  ///< a task, or all the work of a building with a planned day
    waiting,       ///< for a block of power or cooling: ordered, not yet in service
    power,         ///< in service
    cooling,       ///< likewise
    delivery,      ///< of an order or a rental, from the first accelerator to the last
    run,
    design,   ///< of a chip of one's own, to its first tape-out
    bring_up  ///< from there to volume, with its respins
  };
  Kind kind = Kind::construction;
  int site = -1, rental = -1;                                         ///< where; one of the two, but for a design
  int building = -1, power = -1, cooling = -1, order = -1, run = -1;  ///< what; of a rental's delivery none
  int task = -1;    ///< of the building; -1 where its planned day stands for all
  int design = -1;  ///< of the two kinds of its own
};

/// Of each site its buildings' tasks, power, cooling and orders, then rentals, then runs, then designs of chips. A run
/// on several sites is an item of each. Plant that comes with a building is not waited for. Cheap: no names are made.
std::vector<ScheduleItem> schedule_items(const Plan& plan);

/// Whether the day on which an item ends follows from the plan: not of a block that stays.
bool has_end(const Plan& plan, const ScheduleItem& item);

/// When an item goes on in a forecast, days since the plan's start; infinite for never.
struct ScheduleSpan {
  double from = 0, to = 0;
};
ScheduleSpan span_of(const Plan& plan, const Forecast& forecast, const ScheduleItem& item);

// How people read an item.
std::string kind_name(ScheduleItem::Kind kind);                      ///< "construction"
std::string place_name(const Plan& plan, const ScheduleItem& item);  ///< of its site or rental; a design's own
std::string lane_name(const Plan& plan, const ScheduleItem& item);   ///< "hall: shell", "power: grid"
std::string item_text(const Plan& plan, const ScheduleItem& item);   ///< "shell", "150 MW", "100,000 x h100-sxm"

/// The total float of a task towards the completion of its building, days; nothing for any other item, and for a
/// building with a planned day, whose tasks do not set it.
std::optional<double> float_of(const Plan& plan, const ScheduleItem& item, Draws draws = {});

/// By item, the share of draws in which a task is critical, its criticality index (Van Slyke, "Monte Carlo methods and
/// the PERT problem", Operations Research 11, 1963); nothing where float_of says nothing, or without draws. From the
/// durations of the tasks alone. draws: [input][trial], of which the first criticality_draws are asked.
std::vector<std::optional<double>> criticality(const Plan& plan, const std::vector<ScheduleItem>& items,
                                               const std::vector<std::vector<double>>& draws);
inline constexpr std::size_t criticality_draws = 1000;  ///< a standard error of a share of 0.016 at most

}  // namespace orrery::programme
