// Measured collectives and how far the model is from them: rows with the columns of collectives.csv, predictions,
// errors by library, collective, GPU and group size.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/csv.h"
#include "machine/network/fabrics.h"

namespace orrery::network {

/// One row: what was run, how long it took, what the model says. A row that gives a bandwidth and no time (DeepEP's
/// normal mode) is compared by bandwidth.
struct MeasuredCollective {
  std::string id, library, collective, gpu, fabric;
  double bytes = 0;  ///< message size; 0 where the row has none
  int ranks = 0, nodes = 0;
  double measured = 0;  ///< s, or B/s where by_bandwidth
  bool by_bandwidth = false;
  bool twisted_torus =
      false;  ///< measured is the gain of an all-to-all by the twist, its torus named by the collective
  std::optional<double> predicted;
  std::string unpredicted;  ///< why there is no prediction
  double error = 0;         ///< predicted over measured time, less 1 (for bandwidths its inverse: slower is above 0)
};

/// A group of rows and its errors: medians and 90th percentiles of the absolute relative error.
struct CollectiveScore {
  std::string group, library, collective, gpu;
  int ranks = 0;
  bool multi_node = false;
  std::size_t rows = 0, unpredicted = 0;
  double median = 0, mean = 0, p90 = 0, bias = 0;  ///< bias: median of the signed error
  double median_small = 0, median_large = 0;       ///< below 1 MiB, and at 1 MiB and above
  std::size_t rows_small = 0, rows_large = 0;
};

struct CollectiveValidation {
  std::vector<MeasuredCollective> rows;
  std::vector<CollectiveScore> groups;  ///< by library, collective, GPU and ranks
  CollectiveScore all;
  std::vector<CollectiveScore> summary;  ///< by library; NCCL's also by collective, by GPU, and multi-node
};

/// Reads rows of either shape: collectives.csv, or collectives_published.csv where there is a column payload_bytes.
/// Throws Error for a missing column or a number that is none.
std::vector<MeasuredCollective> read_measured(const CsvTable& table);
/// The rows of collectives_published.csv; those that give no collective's bandwidth say so in unpredicted.
std::vector<MeasuredCollective> read_published(const CsvTable& table);
/// The time behind a row's bus bandwidth, B/s, by nccl-tests' own factors; 0 where the collective has none.
double time_of_bus_bandwidth(const MeasuredCollective& row);
/// Predicts one row with a given fabric; the reason why not when it cannot.
void predict(MeasuredCollective& row, const Fabric& fabric, double issue, const catalog::Catalog& catalog);
/// Predicts and scores all rows with the catalog's constants.
CollectiveValidation validate_collectives(const CsvTable& table, const catalog::Catalog& catalog);
/// Scores rows that have predictions.
CollectiveValidation score(std::vector<MeasuredCollective> rows);

/// The p-quantile of numbers, interpolated (Hyndman and Fan 1996, type 7); 0 of none.
double quantile(std::vector<double> values, double p);

/// The group a row's ranks make on a fabric.
Group group_of(const MeasuredCollective& row, const Fabric& fabric);

}  // namespace orrery::network
