// Announced dates slip: a planned day that a scenario marks as announced gets the slip of others of its kind, by how
// far ahead they were announced (site/slip).
#include "programme/slips.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/units.h"
#include "programme/read.h"

namespace orrery::programme {
namespace {

bool has_law(const catalog::Entry& entry) {
  return entry.find("late") != nullptr;
}

/// The class of a kind for a date so many days ahead: its law, else the figures announced nearest to as far ahead; null
/// where there is none.
const catalog::Entry* class_of(const catalog::Catalog& catalog, std::string_view kind, double lead) {
  const catalog::Entry* best = nullptr;
  double reach = -1;
  for (const catalog::Entry& entry : catalog.entries("slips")) {
    const catalog::Figure* of = entry.find("of");
    if ((of ? std::string_view(of->text) : std::string_view()) != kind) continue;
    const double ahead = has_law(entry) ? 0 : in_days(Time(entry.at("ahead").amount.median()));
    if (ahead <= lead && ahead > reach) best = &entry, reach = ahead;
  }
  return best;
}

}  // namespace

site::SlipLaw slip_law(const catalog::Entry& entry) {
  if (!has_law(entry))
    throw Error(entry.place, entry.name + ".late", "is missing: the class states no law",
                "give late, delay, ahead, exponent, site_spread and spread");
  site::SlipLaw law;
  law.late = entry.number("late"), law.exponent = entry.number("exponent");
  law.median = in_days(Time(entry.at("delay").amount.median())), law.ahead = in_days(Time(entry.number("ahead")));
  law.site_spread = entry.number("site_spread"), law.spread = entry.number("spread");
  return law;
}

std::optional<Fallback> announced_slip(Reader& reader, Plan& plan, const View& view, Date planned,
                                       std::string_view what) {
  if (!view.gives("announced")) return std::nullopt;
  const Date announced = reader.date(view, "announced", {}, "");
  if (announced > planned)
    throw Error(view.find("announced")->place, view.key_path("announced"),
                fmt::format("{} lies after the planned day, {}", announced.text(), planned.text()),
                "give the day on which the plan became known");
  if (!plan.slips) return from_rule(0, "slips = false");
  // Plant that has no class of its own comes into use with a building; what no class is for has that for anything.
  const double lead = planned - announced;
  const catalog::Entry* best = nullptr;
  const bool plant = !what.empty() && what != "list";
  for (const std::string_view kind : {what, std::string_view(plant ? "building" : ""), std::string_view()})
    if (!best) best = class_of(reader.catalog(), kind, lead);
  if (!best) return std::nullopt;
  Fallback slip = from_catalog(*best, best->at("delay"));
  if (has_law(*best)) slip.value = site::slip(slip_law(*best), lead).scaled(days(1).value());
  slip.note = fmt::format("announced {} days ahead{}{}", planned - announced, slip.note.empty() ? "" : "; ", slip.note);
  return slip;
}

}  // namespace orrery::programme
