// Announced dates slip: a planned day that a scenario marks as announced gets the slip of others that were announced as
// long ahead (reference class forecasting; Flyvbjerg, "From Nobel Prize to project management", 2006).
#include <fmt/format.h>

#include "base/units.h"
#include "programme/read.h"

namespace orrery::programme {

std::optional<Fallback> announced_slip(Reader& reader, Plan& plan, const View& view, Date planned,
                                       std::string_view what) {
  if (!view.gives("announced")) return std::nullopt;
  const Date announced = reader.date(view, "announced", {}, "");
  if (announced > planned)
    throw Error(view.find("announced")->place, view.key_path("announced"),
                fmt::format("{} lies after the planned day, {}", announced.text(), planned.text()),
                "give the day on which the plan became known");
  if (!plan.slips) return from_rule(0, "slips = false");
  // The class of its kind announced nearest to as far ahead; without one, the class for anything.
  const catalog::Entry* best = nullptr;
  for (const bool own : {true, false}) {
    double reach = -1;
    for (const catalog::Entry& entry : reader.catalog().entries("slips")) {
      const catalog::Figure* of = entry.find("of");
      if ((of ? std::string_view(of->text) : std::string_view()) != (own ? what : std::string_view())) continue;
      const double ahead = in_days(Time(entry.at("ahead").amount.median()));
      if (ahead <= planned - announced && ahead > reach) best = &entry, reach = ahead;
    }
    if (best) break;
  }
  if (!best) return std::nullopt;
  Fallback slip = from_catalog(*best, best->at("delay"));
  slip.note = fmt::format("announced {} days ahead{}{}", planned - announced, slip.note.empty() ? "" : "; ", slip.note);
  return slip;
}

}  // namespace orrery::programme
