// Days that hang on events, such as "when building.first is ready - 6 months": which event a text names, and the order
// in which the days of a plan follow from each other. In project scheduling these are dependencies with lag and lead
// (PMI, "Practice Standard for Scheduling", 2019); days.h says when they fall.
#pragma once
#include <string>
#include <string_view>

#include "programme/plan.h"
#include "scenario/reader.h"

namespace orrery::programme {

/// A day of a section: the date that it gives, its fallback, or a new dependency of the plan, which order_events
/// connects once everything has a name.
Day read_day(scenario::Reader& reader, Plan& plan, const scenario::View& view, std::string_view key, Date fallback,
             const std::string& rule);

/// Finds the event of each dependency and the order of the plan's steps. Throws Error for what is no event of the plan,
/// with the nearest and with what there is; for one that is never known in time: a run's, where anything but a later
/// run or a lease waits for it; and for days that wait for each other in a circle, with its members.
void order_events(Plan& plan);

}  // namespace orrery::programme
