#include "validation/calibrate/slips.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "validation/announced_dates.h"

namespace orrery::validation {

namespace {

std::vector<study::Cell> cells_of(const std::string& left_out, std::size_t dates, const site::SlipLaw& law) {
  return {left_out, dates, law.late, law.median, law.site_spread, law.spread};
}

}  // namespace

Calibrated calibrate_slips(const Facts& facts, const CalibrateOptions& options) {
  const std::vector<Announcement> found =
      match_announcements(read_vintages(options.measurements + "/sites", facts.edition));
  const std::vector<site::AnnouncedDate> dates = announced_dates(found);
  const site::SlipPrior prior = slip_prior(facts.catalog);
  const site::SlipLaw law = fit_slips(dates, prior);
  const catalog::Entry& entry = facts.catalog.entry("slips", "building");
  Calibrated out;
  const std::pair<const char*, double> constants[] = {
      {"late", law.late},
      {"delay", days(law.median).value()},
      {"site_spread", law.site_spread},
      {"spread", law.spread},
  };
  for (const auto& [key, value] : constants)
    out.constants.push_back({"slips", entry.name, "", key, entry.number(key), value});

  study::Table left_out{"left_out", "Fitted without a site", {}, {}};
  left_out.columns = {study::text_column("site", "left out"),
                      study::count_column("dates", "dates", "dates"),
                      study::percent_column("late", "late", 0),
                      study::fixed_column("delay_days", "median, days", "days", 0),
                      study::fixed_column("site_spread", "between sites", "", 2),
                      study::fixed_column("spread", "within", "", 2)};
  left_out.rows.push_back(cells_of("nothing", dates.size(), law));
  std::set<std::string> sites;
  for (const site::AnnouncedDate& d : dates) sites.insert(d.site);
  for (const std::string& site : sites) {
    std::vector<site::AnnouncedDate> others = dates;
    std::erase_if(others, [&](const site::AnnouncedDate& d) { return d.site == site; });
    left_out.rows.push_back(cells_of(site, others.size(), fit_slips(others, prior)));
  }
  const auto matched = std::count_if(found.begin(), found.end(), [](const Announcement& a) { return a.matched; });
  std::set<std::string> all_sites;
  for (const Announcement& a : found) all_sites.insert(a.site);
  out.document.title = "slips of announced dates";
  out.document.say(
      fmt::format("slips of announced dates: {} milestones of {} sites lay ahead in an edition of the timelines, {} "
                  "are found again in the next, the dates of {} have changed\n",
                  found.size(), all_sites.size(), matched, dates.size()));
  out.document.put("milestones", found.size()).put("found_again", static_cast<double>(matched));
  out.document.add(std::move(left_out)).add(table_of(out.constants));
  return out;
}

}  // namespace orrery::validation
