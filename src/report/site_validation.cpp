#include "report/site_validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "base/table.h"
#include "programme/trials.h"

namespace orrery::report {
namespace {

using nlohmann::ordered_json;
using site::SiteScore;

std::string milestone_class(const SiteScore& s) {
  return s.milestone.starts_with("half") ? "half" : "first capacity";
}

template <class Belongs>
SiteGroup group_of(const std::vector<SiteScore>& scores, const std::string& name, Belongs belongs) {
  SiteGroup g;
  g.name = name;
  std::vector<double> errors;
  for (const SiteScore& s : scores) {
    if (!belongs(s)) continue;
    ++g.rows;
    if (!s.skipped.empty()) continue;
    errors.push_back(std::fabs(s.error()));
    g.inside += s.inside();
  }
  g.predicted = static_cast<int>(errors.size());
  if (errors.empty()) return g;
  g.inside /= g.predicted;
  g.median_abs_error = programme::quantile(errors, 0.5);
  g.p90_abs_error = programme::quantile(errors, 0.9);
  return g;
}

ordered_json json_of(const SiteGroup& g) {
  ordered_json out = {{"rows", g.rows}, {"predicted", g.predicted}};
  const bool any = g.predicted > 0;
  out["median_abs_error"] = any ? ordered_json(g.median_abs_error) : ordered_json(nullptr);
  out["p90_abs_error"] = any ? ordered_json(g.p90_abs_error) : ordered_json(nullptr);
  out["inside_p10_p90"] = any ? ordered_json(g.inside) : ordered_json(nullptr);
  return out;
}

std::string whole(double x) {
  return fmt::format("{:.0f}", x);
}
std::string percent(double x) {
  return fmt::format("{:.1f} %", 100 * x);
}

std::map<std::string, int> reasons(const std::vector<SiteScore>& scores) {
  std::map<std::string, int> out;
  for (const SiteScore& s : scores)
    if (!s.skipped.empty()) ++out[s.skipped];
  return out;
}

}  // namespace

std::vector<SiteGroup> site_groups(const std::vector<SiteScore>& scores) {
  std::vector<SiteGroup> out;
  out.push_back(group_of(scores, "all", [](const SiteScore&) { return true; }));
  for (const char* name : {"first capacity", "half"})
    out.push_back(group_of(scores, name, [&](const SiteScore& s) { return milestone_class(s) == name; }));
  for (const char* name : {"greenfield", "retrofit"})
    out.push_back(group_of(scores, name, [&](const SiteScore& s) { return s.kind == name; }));
  std::map<std::string, int> owners;
  for (const SiteScore& s : scores)
    if (!s.owner.empty() && s.skipped.empty()) ++owners[s.owner];
  for (const auto& owner : owners)
    if (owner.second >= 5)
      out.push_back(group_of(scores, owner.first, [&](const SiteScore& s) { return s.owner == owner.first; }));
  return out;
}

std::string site_validation_text(const std::vector<SiteScore>& scores) {
  TextTable rows{{"site", "milestone", "measured", "predicted", "P10", "P90", "error", ""},
                 {false, false, true, true, true, true, true},
                 {}};
  for (const SiteScore& s : scores)
    if (s.skipped.empty())
      rows.rows.push_back({s.site, s.milestone, whole(*s.measured), whole(s.predicted->p50), whole(s.predicted->p10),
                           whole(s.predicted->p90), fmt::format("{:+.1f} %", 100 * s.error()),
                           s.inside() ? "" : "outside"});
  TextTable groups{{"group", "rows", "predicted", "median error", "P90 error", "inside P10 to P90"},
                   {false, true, true, true, true, true},
                   {}};
  for (const SiteGroup& g : site_groups(scores))
    groups.rows.push_back({g.name, std::to_string(g.rows), std::to_string(g.predicted), percent(g.median_abs_error),
                           percent(g.p90_abs_error), percent(g.inside)});
  std::string out = "Days from the first work on a site, each predicted by the other sites\n" + rows.text() +
                    "\nBy group\n" + groups.text() + "\nNot scored\n";
  for (const auto& [reason, count] : reasons(scores)) out += fmt::format("  {} rows: {}\n", count, reason);
  const SiteGroup all = site_groups(scores).front();
  out += fmt::format("\nBars: median error {} of {}; inside P10 to P90 {} of {} to {}\n", percent(all.median_abs_error),
                     percent(site_error_bar), percent(all.inside), percent(site_inside_low), percent(site_inside_high));
  return out;
}

std::string site_validation_json(const std::vector<SiteScore>& scores) {
  ordered_json rows = ordered_json::array();
  for (const SiteScore& s : scores) {
    ordered_json row = {{"id", s.site + ": " + milestone_class(s)},
                        {"site", s.site},
                        {"milestone", s.milestone},
                        {"kind", s.kind},
                        {"owner", s.owner}};
    row["measured"] = s.measured ? ordered_json(*s.measured) : ordered_json(nullptr);
    row["predicted"] = s.predicted ? ordered_json(s.predicted->p50) : ordered_json(nullptr);
    row["p10"] = s.predicted ? ordered_json(s.predicted->p10) : ordered_json(nullptr);
    row["p90"] = s.predicted ? ordered_json(s.predicted->p90) : ordered_json(nullptr);
    if (s.skipped.empty()) {
      row["error"] = s.error();
      row["inside_p10_p90"] = s.inside();
    } else {
      row["skipped"] = s.skipped;
      if (s.predicted) row["waited"] = s.waited;
    }
    rows.push_back(std::move(row));
  }
  const std::vector<SiteGroup> groups = site_groups(scores);
  ordered_json summary = json_of(groups.front());
  ordered_json by_name = ordered_json::object();
  for (size_t i = 1; i < groups.size(); ++i) by_name[groups[i].name] = json_of(groups[i]);
  summary["groups"] = by_name;
  summary["skipped"] = reasons(scores);
  const ordered_json out = {
      {"schema", "orrery.validate.sites/1"}, {"unit", "days"}, {"rows", rows}, {"summary", summary}};
  return out.dump(2) + "\n";
}

}  // namespace orrery::report
