#include "validation/announced_dates.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/crps.h"
#include "base/error.h"
#include "programme/slips.h"

namespace orrery::validation {

using namespace site;

namespace {

constexpr double same_step = 0.1, same_total = 0.25;  // how far power may differ where buildings were counted anew

/// A row by which power is added.
struct Step {
  Date date;
  double power = 0, added = 0, buildings = 0;
  bool taken = false;
};

std::vector<Step> steps_of(const Timeline& t, bool facility) {
  std::vector<Step> steps;
  double last = 0;
  for (const TimelineRow& row : t.rows) {
    const double power = facility ? row.facility_power : row.it_power;
    if (power < 0) continue;
    if (power > last) steps.push_back({row.date, power, power - last, row.buildings});
    last = power;
  }
  return steps;
}

bool prints_facility(const Timeline& t) {
  return std::any_of(t.rows.begin(), t.rows.end(), [](const TimelineRow& row) { return row.facility_power >= 0; });
}

/// "xAI Colossus 2" and "Colossus 2" are one.
bool same_site(const std::string& a, const std::string& b) {
  const std::string& shorter = a.size() < b.size() ? a : b;
  const std::string& longer = a.size() < b.size() ? b : a;
  return longer.ends_with(shorter) &&
         (longer.size() == shorter.size() || longer[longer.size() - shorter.size() - 1] == ' ');
}

bool within(double a, double b, double share) {
  return std::fabs(a - b) <= share * std::max(a, b);
}

/// The step of the later edition that a milestone has become; null where there is none.
Step* find_again(const Step& milestone, std::vector<Step>& later, Date after) {
  Step* best = nullptr;
  for (Step& step : later) {
    if (step.taken || step.date <= after || !within(step.added, milestone.added, same_step)) continue;
    if (!best || std::abs(step.date - milestone.date) < std::abs(best->date - milestone.date)) best = &step;
  }
  if (best) return best;
  for (Step& step : later) {
    if (step.buildings < milestone.buildings || step.power < (1 - same_total) * milestone.power) continue;
    return step.date > after && within(step.power, milestone.power, same_total) ? &step : nullptr;
  }
  return nullptr;
}

/// What the slips of others say of a date as they are, as those of an empirical distribution.
Distribution slips_as_they_are(const std::vector<Announcement>& all, const Announcement& own) {
  Distribution d{Distribution::Kind::empirical, 0, 0, 0, {}};
  for (const Announcement& a : all)
    if (a.site != own.site && a.looked_at() && a.announced <= a.next) d.values.push_back(a.slip());
  std::sort(d.values.begin(), d.values.end());
  return d;
}

/// CRPS of equally likely values: E|X - y| - E|X - X'| / 2.
double score_of_values(const std::vector<double>& values, double y) {
  double off = 0, apart = 0;
  for (const double a : values) {
    off += std::fabs(a - y);
    for (const double b : values) apart += std::fabs(a - b);
  }
  const auto n = static_cast<double>(values.size());
  return off / n - 0.5 * apart / (n * n);
}

Row row_of(const Announcement& a, const std::string& way) {
  const std::string ending = way.empty() ? "" : ", " + way;
  Row row;
  row.id = a.site + ": " + a.milestone + ", " + a.edition.text() + ending;
  row.group = (a.announced <= a.next ? "due by the next edition" : "not due by the next edition") + ending;
  row.wider = {row.group};
  if (a.announced <= std::min(a.next, add_months(a.edition, 9))) row.wider.push_back("due within nine months" + ending);
  if (a.looked_at()) row.wider.push_back("looked at again" + ending);
  if (!way.empty()) row.wider.push_back("all" + ending);
  row.beside = !way.empty();
  row.days = true;
  row.measured = a.lead() + a.slip();
  row.labels = {{"site", a.site},
                {"milestone", a.milestone},
                {"announced", a.edition.text()},
                {"for", a.announced.text()},
                {"owner", a.owner}};
  return row;
}

void put(Row& row, const Announcement& a, const Distribution& slip) {
  row.predicted = a.lead() + slip.quantile(0.5);
  row.band = {a.lead() + slip.quantile(0.1), a.lead() + slip.quantile(0.9)};
}

}  // namespace

std::vector<Announcement> match_announcements(const Vintage& before, const Vintage& after) {
  std::vector<Announcement> out;
  for (const Timeline& old : before.timelines) {
    const auto now = std::find_if(after.timelines.begin(), after.timelines.end(),
                                  [&](const Timeline& t) { return same_site(t.name, old.name); });
    const bool known = now != after.timelines.end();
    const bool facility = prints_facility(old) && (!known || prints_facility(*now));
    std::vector<Step> later = known ? steps_of(*now, facility) : std::vector<Step>{};
    for (const Step& step : steps_of(old, facility)) {
      if (step.date <= before.edition) continue;
      Announcement a;
      a.site = known ? now->name : old.name, a.owner = old.owner;
      a.milestone = fmt::format("{:.0f} MW", step.power / 1e6);
      a.edition = before.edition, a.announced = step.date, a.next = after.edition;
      if (Step* found = find_again(step, later, before.edition)) {
        found->taken = true;
        a.matched = true, a.now = found->date;
      }
      out.push_back(std::move(a));
    }
  }
  return out;
}

std::vector<Announcement> match_announcements(const std::vector<Vintage>& vintages) {
  if (vintages.size() < 2)
    throw Error({vintages.empty() ? "" : vintages.front().file, 0, 0}, "", "is the only edition of its folder",
                "put an earlier one beside it, as 2025-12-08_data_center_timelines.csv");
  std::vector<Announcement> out;
  for (std::size_t i = 0; i + 1 < vintages.size(); ++i)
    for (Announcement& a : match_announcements(vintages[i], vintages[i + 1])) out.push_back(std::move(a));
  return out;
}

std::vector<AnnouncedDate> announced_dates(const std::vector<Announcement>& announcements) {
  std::vector<AnnouncedDate> out;
  for (const Announcement& a : announcements)
    if (a.looked_at()) out.push_back({a.site, a.lead(), a.slip()});
  return out;
}

SlipPrior slip_prior(const catalog::Catalog& catalog) {
  return {programme::slip_law(catalog.entry("slips", "list"))};
}

Score validate_announced_dates(const std::vector<Vintage>& vintages, const catalog::Catalog& catalog) {
  const std::vector<Announcement> all = match_announcements(vintages);
  const SlipPrior prior = slip_prior(catalog);
  Score score;
  score.in_days = true, score.crps_unit = "days";
  std::vector<Row> beside;
  for (const Announcement& a : all) {
    Row row = row_of(a, ""), same = row_of(a, "as announced"), others = row_of(a, "others' slips");
    if (!a.matched) {
      row.measured = 0;
      row.skipped = "not found in the next edition";
      score.rows.push_back(std::move(row));
      continue;
    }
    std::vector<AnnouncedDate> dates = announced_dates(all);
    std::erase_if(dates, [&](const AnnouncedDate& d) { return d.site == a.site; });
    const Distribution law = slip(fit_slips(dates, prior), a.lead());
    put(row, a, law);
    row.crps = crps(law, a.slip());
    score.rows.push_back(std::move(row));
    same.predicted = a.lead(), same.crps = std::fabs(a.slip());
    beside.push_back(std::move(same));
    if (const Distribution pooled = slips_as_they_are(all, a); !pooled.values.empty()) {
      put(others, a, pooled);
      others.crps = score_of_values(pooled.values, a.slip());
      beside.push_back(std::move(others));
    }
  }
  std::move(beside.begin(), beside.end(), std::back_inserter(score.rows));
  return score;
}

}  // namespace orrery::validation
