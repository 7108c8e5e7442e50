// Predictions beside measurements: errors by group, and what could not be predicted.
#pragma once
#include <map>
#include <string>
#include <vector>

namespace orrery::training {

/// One measured thing and what the model says of it, both in seconds (or bytes for memory).
struct ScoredRow {
  std::string id, group;
  double measured = 0, predicted = 0;
  std::string skipped;  ///< the reason, empty when predicted
  double error() const { return predicted / measured - 1; }
};

struct GroupScore {
  std::string group;
  int rows = 0, predicted = 0;
  double median_abs_error = 0, mean_abs_error = 0, p90_abs_error = 0, bias = 0;  ///< bias: median signed error
};

struct Score {
  std::vector<ScoredRow> rows;
  GroupScore all;
  std::vector<GroupScore> groups;      ///< sorted by name
  std::map<std::string, int> skipped;  ///< reasons, counted
};

/// Fills in the summary of rows.
Score summarise(std::vector<ScoredRow> rows);

}  // namespace orrery::training
