#include "machine/training/score.h"

#include <algorithm>
#include <cmath>

namespace orrery::training {
namespace {

/// Interpolated quantile of sorted values (Hyndman and Fan 1996, type 7).
double quantile(const std::vector<double>& sorted, double p) {
  if (sorted.empty()) return 0;
  const double at = p * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

GroupScore score_of(const std::string& name, const std::vector<const ScoredRow*>& rows) {
  GroupScore g;
  g.group = name;
  std::vector<double> absolute, signed_errors;
  for (const ScoredRow* row : rows) {
    ++g.rows;
    if (!row->skipped.empty()) continue;
    ++g.predicted;
    absolute.push_back(std::abs(row->error()));
    signed_errors.push_back(row->error());
    g.mean_abs_error += absolute.back();
  }
  if (g.predicted > 0) g.mean_abs_error /= g.predicted;
  std::sort(absolute.begin(), absolute.end());
  std::sort(signed_errors.begin(), signed_errors.end());
  g.median_abs_error = quantile(absolute, 0.5);
  g.p90_abs_error = quantile(absolute, 0.9);
  g.bias = quantile(signed_errors, 0.5);
  return g;
}

}  // namespace

Score summarise(std::vector<ScoredRow> rows) {
  Score s;
  s.rows = std::move(rows);
  std::map<std::string, std::vector<const ScoredRow*>> groups;
  std::vector<const ScoredRow*> all;
  for (const ScoredRow& row : s.rows) {
    groups[row.group].push_back(&row);
    all.push_back(&row);
    if (!row.skipped.empty()) ++s.skipped[row.skipped];
  }
  s.all = score_of("all", all);
  for (const auto& [name, members] : groups) s.groups.push_back(score_of(name, members));
  return s;
}

}  // namespace orrery::training
