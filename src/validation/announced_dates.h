// Announced dates of sites and what became of them: the milestones that lay ahead in one edition of the timelines,
// found again in the next, beside the slip law of site/slip.
#pragma once
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "site/slip.h"
#include "validation/score.h"
#include "validation/timelines.h"

namespace orrery::validation {

/// A milestone that an edition expected and the next one dates again.
struct Announcement {
  std::string site, milestone, owner;
  Date edition, announced;  ///< when it was announced, for when
  Date next, now;           ///< the next edition, and its date for the milestone
  bool matched = false;     ///< found in the next edition; now says nothing otherwise

  double lead() const { return announced - edition; }
  double slip() const { return now - announced; }
  /// Someone looked again: the date has changed.
  bool looked_at() const { return matched && slip() != 0; }
};

/// Milestones of two editions: every row of the earlier one that is dated after it and adds power, by site (of the same
/// name, or one that ends in the other's) and date. In the later edition it is the row dated after the earlier edition
/// that adds the same power within a tenth, nearest in date among those not taken; else the first with as many
/// buildings and three quarters of the power in operation, if its power is within a quarter. Facility power where both
/// print it, else IT power.
std::vector<Announcement> match_announcements(const Vintage& before, const Vintage& after);
/// The same of every two consecutive editions, by date. Throws Error where there are fewer than two.
std::vector<Announcement> match_announcements(const std::vector<Vintage>& vintages);

/// The dates among them that were looked at again, as site/slip takes them.
std::vector<site::AnnouncedDate> announced_dates(const std::vector<Announcement>& announcements);

/// The prior of a fit: the catalog's law of lists, which are not fitted here, with the spreads that the catalog
/// assumes.
site::SlipPrior slip_prior(const catalog::Catalog& catalog);

/// Scores every milestone that is found again, in days from the edition that announced it, each by a law that was
/// fitted without its site. Groups: all; those due by the next edition and within nine months of the announcement;
/// those looked at again. Beside them the date as announced, and what the slips of the other sites' due dates say as
/// they are, without a law. CRPS in days. Throws Error where too few slip.
Score validate_announced_dates(const std::vector<Vintage>& vintages, const catalog::Catalog& catalog);

}  // namespace orrery::validation
