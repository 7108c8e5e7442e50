// Predictions beside measurements, whatever the table: rows, the errors of all of them and of groups of them, what
// could not be predicted and why, and whether the errors keep their bars.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/csv.h"
#include "study/document.h"

namespace orrery::validation {

/// One measured thing and what the model says of it, both in the unit of the table. 0: not known.
struct Row {
  std::string id;
  std::string group;               ///< the least group it counts in
  std::vector<std::string> wider;  ///< further groups; where rows have any, text shows these alone
  double measured = 0, predicted = 0;
  bool rate = false;                                ///< of a rate more is faster: the error is that of its inverse
  std::optional<std::pair<double, double>> band{};  ///< P10 and P90 of the prediction
  /// The same with every input drawn by itself, where the prediction's inputs share causes.
  std::optional<std::pair<double, double>> independent_band{};
  /// 5th and 95th percentile of the measured value, where that is an estimate itself.
  std::optional<std::pair<double, double>> spread_seen{};
  int part = 0;                  ///< which of the score's parts it belongs to
  bool days = false;             ///< measured and predicted are days: the error in days counts too
  double waited = 0;             ///< what has passed of something that has not come to its end
  std::optional<double> crps{};  ///< of the prediction; of one that has not come to its end, up to what has passed
  bool beside = false;           ///< another way to predict what a row stands for already: not counted in all
  std::string skipped;           ///< why there is no score; empty where there is one
  std::vector<std::pair<std::string, std::string>> labels;  ///< what else a reader wants to see: key and text

  /// Predicted over measured less 1; for rates measured over predicted less 1. Above 0 is too slow.
  double error() const;
  /// The measured value lies within P10 to P90.
  bool inside() const { return lies_within(*band); }
  bool inside_independent() const { return lies_within(*independent_band); }
  bool lies_within(const std::pair<double, double>& of) const { return measured >= of.first && measured <= of.second; }
};

/// The errors of a group. Medians and P90 are of absolute relative errors (Hyndman and Fan 1996, type 7).
struct Summary {
  std::string group;
  int rows = 0, predicted = 0;
  double median = 0, mean = 0, p90 = 0;
  double bias = 0;                  ///< median of the signed errors
  int day_rows = 0;                 ///< predicted rows in days
  double median_days = 0;           ///< median of their absolute errors, days
  double median_difference = 0;     ///< median of |predicted - measured|, in the unit of the table
  double rank_correlation = 0;      ///< of predicted and measured (Spearman); 0 for fewer than three rows
  int banded = 0;                   ///< predicted rows with a band
  double inside = 0;                ///< share of their outcomes within P10 to P90
  double width = 0;                 ///< median of their P90 over P10
  int spread_rows = 0;              ///< predicted rows whose measured value is an estimate with a spread
  double within_seen = 0;           ///< share of them predicted from its 5th to its 95th percentile
  int scored = 0;                   ///< rows with a CRPS
  double crps = 0;                  ///< its mean
  double inside_independent = 0;    ///< likewise within those of inputs drawn by themselves
  std::vector<int> part_rows;       ///< predicted rows by part
  std::vector<double> part_median;  ///< by part
  bool wide = false;                ///< a wider group
};

/// A part of the rows that gets a median of its own in every group: how it is named in JSON keys and in headings.
struct Part {
  std::string key, heading;
};

/// A limit to one figure of one group; one of least and most may be open.
struct Bar {
  std::string group, figure;
  std::optional<double> least, most;
  double value = 0;  ///< what the figure is
  bool met = false;
};

struct Score {
  std::string table;    ///< "training"
  std::string meaning;  ///< what was measured, one line
  std::string unit;     ///< of measured and predicted: "s", "B", "days"
  std::vector<Row> rows;
  std::vector<Row> counted;  ///< what summaries are of where it is not the rows: means of several of them
  std::vector<Part> parts;
  bool in_days = false;        ///< some rows are days, of which the errors in days are shown
  bool banded = false;         ///< predictions have bands; summarise sets it
  bool estimates = false;      ///< measured values are estimates with a spread; likewise
  bool independently = false;  ///< and bands of inputs drawn by themselves; likewise
  std::string crps_unit;       ///< of the CRPS: "ln days"; empty where rows have none
  bool differences = false;    ///< errors in the unit of the table and rank correlations are shown
  bool ratios = false;         ///< how wide bands are, P90 over P10, is shown
  std::size_t listed = 0;      ///< labels of a row that text lists with its values; 0: text lists no rows
  Summary all;
  std::vector<Summary> groups;         ///< sorted by name
  std::map<std::string, int> skipped;  ///< reasons, counted
  std::vector<Bar> bars;
};

/// Fills in the summaries of the rows.
void summarise(Score& score);

/// The figures of one of the score's summaries, in the order people read them, under the keys that bars name; nothing
/// in the cell where no row of the group is predicted.
std::vector<study::Scalar> figures(const Score& score, const Summary& summary);

/// Holds a summarised score against the bars of a table with the columns table, group, figure, least, most (as
/// measurements/bars.csv); rows of other tables are passed over. Throws Error with the line and the nearest names for a
/// group or a figure that the score does not have, and for a bar without a limit.
void judge(Score& score, const CsvTable& bars);

/// The score as an answer: rows, errors by group, what was left out and why, bars; status 1 when a bar is missed.
study::Document document_of(const Score& score);

}  // namespace orrery::validation
