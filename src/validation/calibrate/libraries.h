// Fitting the constants of libraries that bring collectives of their own: of every entry of role library those of basis
// "derived" that it states itself, to the rows it stands for, by the least mean absolute log ratio (collectives.h).
#pragma once
#include <string>
#include <vector>

#include "validation/calibrate/calibration.h"
#include "validation/communication_kernels.h"

namespace orrery::validation {

/// A measured kernel with the machine it ran on.
struct LibraryRun {
  CommunicationKernel kernel;
  CommunicationModel::Machine machine;
  std::string chip;   ///< the catalog's chip, else the GPU as printed
  std::string entry;  ///< of the library that stands for it
};

/// The rows of a table like communication.csv, and the custom all-reduces of one like collectives.csv, that a library
/// of the catalog stands for and that have a time.
std::vector<LibraryRun> library_runs(const CsvTable& communication, const CsvTable& collectives,
                                     const catalog::Catalog& catalog);

/// The runs an entry is fitted to: those it stands for, or where there are none, those of the entries that are like it.
std::vector<const LibraryRun*> runs_of(const catalog::Catalog& catalog, const catalog::Entry& entry,
                                       const std::vector<LibraryRun>& runs);

/// The keys of an entry that calibration moves.
std::vector<std::string> derived_keys(const catalog::Entry& entry);

/// The entry, whole, with its derived constants fitted to the runs; as it was where there are none.
catalog::Entry fit_library(const catalog::Catalog& catalog, const catalog::Entry& entry,
                           const std::vector<const LibraryRun*>& runs, int evaluations = 3000);

/// Predicted time of a run, s.
double time_of(const LibraryRun& run, const catalog::Entry& whole);

/// Mean absolute log error of an entry's constants on runs.
double spread_on(const std::vector<const LibraryRun*>& runs, const catalog::Entry& whole);

/// All library entries fitted anew, each with the spread that it leaves.
std::vector<Constant> fit_libraries(const catalog::Catalog& catalog, const std::vector<LibraryRun>& runs);

/// A run predicted by constants that never saw it.
struct LibraryLeftOut {
  const LibraryRun* run = nullptr;
  double predicted = 0;  ///< s
  double latency = 0;    ///< s of the least message
  double spread = 0;     ///< mean absolute log error of the constants on what they were fitted to
};
/// Every run predicted by constants fitted to others: "half": two halves by a hash of the row's name, each predicted by
/// the other's fit; "chip": by the constants of the same kernel fitted on all other chips; "library": by the other
/// libraries' kernels of the same sort on the same chip.
std::vector<LibraryLeftOut> leave_out_libraries(const catalog::Catalog& catalog, const std::vector<LibraryRun>& runs,
                                                const std::string& what);

}  // namespace orrery::validation
