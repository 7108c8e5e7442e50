// Calibration of everything derived in catalog/fabrics and catalog/bands/collectives: the levels from measured NCCL and
// oneCCL collectives, the libraries (libraries.h), and the rule of the bands from errors of what was left out.
#pragma once
#include <string>
#include <vector>

#include "validation/calibrate/bands.h"
#include "validation/calibrate/collectives.h"
#include "validation/calibrate/libraries.h"

namespace orrery::validation {

/// A measured collective with the fabric it ran on and that fabric's entries.
struct FabricRun {
  std::string up, out;  ///< entries of the catalog
  network::Fabric fabric;
  Observation seen;  ///< weight 1
};

/// NCCL's runs of collectives.csv and oneCCL's of communication.csv, where entries of the catalog stand for the
/// machine; without those of other hosts (Azure) and of SHARP.
std::vector<FabricRun> fabric_runs(const CsvTable& collectives, const CsvTable& communication,
                                   const catalog::Catalog& catalog);

/// Refits the derived constants of catalog/fabrics and bands/collectives that collectives.csv and communication.csv
/// tell; those of ib-ndr and efa-v4, whose runs are published elsewhere, and DeepEP V1's means stay. leave_out "chip":
/// instead the errors of constants that never saw the chip ("half", "group" and "library" too). Minutes; the same every
/// time.
Calibrated calibrate_collectives(const Facts& facts, const CalibrateOptions& options);

/// Errors of predictions left out of their fit, with the terms that decide a band's width.
std::vector<LeftOutError> collective_errors(const catalog::Catalog& catalog, const std::vector<FabricRun>& runs,
                                            const std::vector<LibraryRun>& libraries);

}  // namespace orrery::validation
