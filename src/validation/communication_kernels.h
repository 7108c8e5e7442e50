// Measured kernels of communication beside the network model: all-reduces that serving software brings, DeepEP's and
// TensorRT-LLM's exchange of tokens with their experts, oneCCL. Tables with the columns of
// measurements/communication.csv.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/csv.h"
#include "machine/network/band.h"
#include "validation/facts.h"
#include "validation/score.h"

namespace orrery::validation {

/// One row: which kernel, and on what.
struct CommunicationKernel {
  std::string table, library, release, gpu, op;
  bool exchange = false;         ///< with experts: the shape holds; else bytes and ranks do
  double bytes = 0;              ///< of the collective, counted as machine/network/collective.h does
  int ranks = 0;                 ///< 0 where the row tells its servers only
  network::ExchangeShape shape;  ///< shape.ranks 0 where the row tells its servers only
  Row row;                       ///< measured in s
};

/// Whether a table's name ("custom_allreduce_perf", ...) is one of those that are predicted here.
bool is_communication(std::string_view table);

/// Reads row i. message_elems counts elements, of 2 bytes in 16-bit formats; an all-gather's are those of one rank.
/// Throws Error for a cell that is no number.
CommunicationKernel read_communication(const CsvTable& table, std::size_t i);

/// Predicts rows with the catalog's constants; remembers what each GPU and library was taken for.
class CommunicationModel {
 public:
  explicit CommunicationModel(const catalog::Catalog& catalog);

  /// Sets row.predicted and its band, or row.skipped with the reason.
  void predict(CommunicationKernel& kernel);
  /// The library entry that stands for a kernel, whole; null where none does.
  const catalog::Entry* library_of(const CommunicationKernel& kernel);

  struct Machine {
    network::Fabric fabric;
    double issue = 0;     ///< s
    std::string problem;  ///< why there is none
  };
  const Machine& machine_of(const CommunicationKernel& kernel);

 private:
  const catalog::Catalog& catalog_;
  catalog::BandRule band_;
  std::map<std::string, Machine> machines_;
  std::map<std::string, std::vector<catalog::Entry>> libraries_;
};

/// The constants of a library's entry, whichever of both it is.
struct Library {
  network::CustomAllReduce all_reduce;
  network::Exchange exchange;
};
Library read_library(const catalog::Entry& whole);

/// Time of a kernel on a machine with a library's constants (null: the collective as it is), s.
double communication_time(const CommunicationKernel& kernel, const CommunicationModel::Machine& machine,
                          const Library* library);

/// The same of the least message, s.
double latency_of(CommunicationKernel kernel, const CommunicationModel::Machine& machine, const Library* library);

/// Predicts all rows, with P10 and P90.
Score validate_communication(const CsvTable& table, const Facts& facts);

}  // namespace orrery::validation
