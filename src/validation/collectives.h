// Measured collectives beside the network model: rows with the columns of collectives.csv or of
// collectives_published.csv, their times predicted; errors by library, collective, GPU and group size.
#pragma once
#include <string>
#include <vector>

#include "base/csv.h"
#include "machine/network/band.h"
#include "validation/facts.h"
#include "validation/score.h"

namespace orrery::validation {

/// One row: what was run, and how long it took. A row that gives a bandwidth and no time (DeepEP's normal mode) is
/// compared by bandwidth.
struct MeasuredCollective {
  std::string library, collective, gpu, fabric, version;
  double bytes = 0;  ///< message size; 0 where the row has none
  int ranks = 0, nodes = 0;
  bool twisted_torus =
      false;  ///< measured is the gain of an all-to-all by the twist of the torus that collective names
  Row row;    ///< measured in s, or B/s where it is a rate
};

/// Reads rows of either shape: collectives.csv, or collectives_published.csv where there is a column payload_bytes. Of
/// the latter those that give no collective's bandwidth say so in row.skipped. Throws Error for a missing column or a
/// number that is none.
std::vector<MeasuredCollective> read_measured(const CsvTable& table);
/// Predicts one row and its band with a given fabric and host issue time (s); the reason why not when it cannot.
void predict(MeasuredCollective& row, const network::Fabric& fabric, double issue, const catalog::Catalog& catalog);
/// Predicts all rows with the catalog's constants, in the order of the table. The parts are messages below 1 MiB and
/// from 1 MiB.
Score validate_collectives(const CsvTable& table, const Facts& facts);

/// The group a row's ranks make on a fabric.
network::Group group_of(const MeasuredCollective& row, const network::Fabric& fabric);

}  // namespace orrery::validation
