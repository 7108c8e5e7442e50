// Making the constants of basis "derived" again from the measured tables: what every calibration hands back, and how it
// is put into the catalog's files. `./dev calibrate` runs them; docs/calibration.md shows what they print.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "study/document.h"
#include "validation/facts.h"

namespace orrery::validation {

/// A figure of the catalog as calibration leaves it.
struct Constant {
  std::string kind, entry;  ///< "kernels", "b200-sxm"
  std::string part;         ///< "gemm.bf16", "gemm.bf16|release.1.2"; empty: of the entry itself
  std::string key;          ///< "launch"
  double before = 0;        ///< base units
  double after = 0;         ///< base units
  bool inherited = false;   ///< as the entry that this one is like has it: need not be stated
};

/// The figure of an entry that a constant is, to be changed; it must be there.
catalog::Figure& figure_of(catalog::Entry& entry, const std::string& key);
/// How far beyond the bounds of the catalog's schema a value of a key lies, as a factor's logarithm; 0 within them.
double beyond_bounds(std::string_view kind, const std::string& key, double value);

/// What a calibration found: constants, and how well they predict what they were and were not fitted on.
struct Calibrated {
  std::vector<Constant> constants;
  study::Document document;
};

/// How a calibration is asked for.
struct CalibrateOptions {
  std::string measurements;  ///< folder of the tables
  std::string leave_out;     ///< "chip": each chip in turn is predicted by constants that never saw it; empty: a refit
  int threads = 0;           ///< 0: all cores; the result is the same for any number
  void (*progress)(double) = nullptr;  ///< where a calibration takes long: called with the share that is done
};

/// One calibration: the tables it reads, and the constants it makes of them.
struct Calibration {
  std::string_view name;     ///< as `orrery calibrate NAME` calls it
  std::string_view meaning;  ///< one line
  Calibrated (*run)(const Facts& facts, const CalibrateOptions& options);
  bool leaves_out = true;         ///< knows leave_out
  std::string_view printed = {};  ///< the kind of catalog entries whose constants are printed, never written
};

/// All calibrations, in the order in which one stands on another.
std::span<const Calibration> calibrations();

/// A number that looks drawn at random but is a text's own: which rows a fit leaves out (Fowler, Noll and Vo's hash).
std::uint64_t mixed_hash(const std::string& text);

/// Median, P90 and bias of relative errors as columns, and their cells; dashes where there are no errors. Keys begin
/// with the prefix, headings end with `of`.
std::vector<study::Column> error_columns(const std::string& prefix = "", const std::string& of = "");
std::vector<study::Cell> error_cells(const std::vector<double>& errors);

/// The constants of a calibration as a table: what they were, what they are.
study::Table table_of(const std::vector<Constant>& constants);

}  // namespace orrery::validation
