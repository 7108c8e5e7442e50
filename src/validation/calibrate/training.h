// Fitting the training model's constants to published runs: per chip how fast long runs are against kernel benchmarks,
// per generation of a framework what it fuses, overlaps and pays. Few rows stand behind most constants, so each is a
// departure from an ancestor (`like`), and departures cost: a hierarchical fit by maximum a posteriori (Gelman et al.,
// Bayesian Data Analysis, chapter 5) under absolute errors, by coordinate descent. docs/calibration.md has the results.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/csv.h"
#include "validation/calibrate/calibration.h"
#include "validation/training.h"

namespace orrery::validation {

/// A fit of the training model: hardware whose constants it moves, and the rows that it looks at.
class TrainingFit {
 public:
  /// Starts at the roots' priors, nothing departed. facts' hardware gives what is not fitted.
  TrainingFit(const CsvTable& table, const Facts& facts);
  TrainingFit(const TrainingFit&) = delete;
  TrainingFit& operator=(const TrainingFit&) = delete;

  /// A row as the fit sees it.
  struct Run {
    MeasuredRun run;
    std::string cluster;  ///< group, model and chip
    std::size_t chip = 0, framework = 0;
    double weight = 1;
    double loss = 0;       ///< weight x |ln(predicted / measured)| / 0.03
    bool implied = false;  ///< the step time follows from printed FLOP/s
  };
  const std::vector<Run>& runs() const { return runs_; }

  using Use = std::function<bool(const Run&)>;
  /// Moves every constant that a row of `use` touches from nothing departed to the least objective. Layouts that rows
  /// leave open are inferred again on the way.
  void fit(const Use& use, int sweeps);

  /// ln(predicted / measured) of a row, and its estimate, by the constants as they are.
  double error(const Run& run, training::StepEstimate* estimate = nullptr) const;

  /// The constants against the catalog's figures. A chip's that no row touches are its ancestor's; a framework's are
  /// left as they are.
  std::vector<Constant> constants() const;

 private:
  struct Parameter {
    bool of_chip = false;
    std::size_t node = 0, key = 0;
    std::vector<std::size_t> members;  ///< the node and all that stand on it
    std::vector<std::size_t> rows;     ///< that any member predicts
    double sigma = 1;
    double departure = 0;  ///< ln of the value over its ancestor's
    double stride = 0;
  };
  void read_runs();
  void choose(const Use& use);
  void move(Parameter& parameter, double by);
  void descend(Parameter& parameter);
  double loss_of(const Run& run) const;
  double objective(const std::vector<std::size_t>& rows);
  void reset();

  Facts facts_;
  const CsvTable& table_;
  std::vector<Run> runs_;
  std::vector<Parameter> parameters_;
  std::vector<std::vector<double>> chip_logs_, framework_logs_;  ///< ln of the values by node and key
  std::vector<double> paces_;                                    ///< ln, by the rule of refreshes, by chip
  std::vector<bool> used_;                                       ///< by run
};

/// Refits the catalog's kernels and frameworks on training.csv; with leave_out "chip" each chip with rows is predicted
/// by a refit without them. Bands (catalog/bands) are fitted on errors of rows that were left out by cluster, chip and
/// framework generation. Throws Error for a missing file or column.
Calibrated calibrate_training(const Facts& facts, const CalibrateOptions& options);

}  // namespace orrery::validation
