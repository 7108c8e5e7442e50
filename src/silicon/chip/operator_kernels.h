// Which constants an operator's kernel has on a chip (catalog kind operators): those of the kernel as the serving
// software prints it, in its formats, on the chip and in the release; where one of these was never measured, those of
// the next wider group. Look a kernel up once, then price it often.
#pragma once
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "silicon/chip/accelerator.h"
#include "silicon/chip/operator_time.h"
#include "silicon/chip/tiles.h"

namespace orrery::silicon {

/// What is printed of a kernel; an empty text is not known.
struct KernelName {
  std::string engine;   ///< "vllm"
  std::string kernel;   ///< "FLASHMLA"
  std::string format;   ///< "fp8_block fp8"
  std::string release;  ///< "0.24.0"
};

/// Kinds of kernels whose predictions are off alike.
enum class KernelKind { latent, product, attention, dispatched, mixture, sparse, state };

/// A kernel's constants on a chip, and how well they are known.
struct KnownKernel {
  KernelKind kind = KernelKind::latent;
  OperatorConstants constants;
  double spread = 0.3;             ///< mean absolute logarithm of predicted over measured times in the fit
  bool engine_known = false;       ///< measured with this software at all
  bool kernel_known = false;       ///< this kernel was measured
  bool chip_measured = false;      ///< on this chip
  bool relative_measured = false;  ///< or on one whose constants stand for it
};

/// The constants of all operators, stated for a reference chip.
class OperatorKernels {
 public:
  /// Throws Error for a reference that is no chip of the catalog, a family that is none, and for parts that do not
  /// belong together.
  explicit OperatorKernels(const catalog::Catalog& catalog);

  /// The constants that hold for an operator ("grouped-products") on a chip. Throws Error with the nearest names for an
  /// operator that the catalog does not have.
  KnownKernel find(std::string_view operation, const KernelName& name, const Accelerator& chip) const;
  /// Experts of these widths have no gate.
  bool ungated(double hidden, double inter) const;

  /// One group of kernels and what is within it.
  struct Node {
    std::optional<OperatorConstants> constants;
    double spread = 0;
    std::map<std::string, Node, std::less<>> within;  ///< of a format: the chips it was measured on
  };
  /// One operator.
  struct Operation {
    Node root;
    KernelKind kind = KernelKind::latent;
    double reference_memory = 0, reference_core = 0;  ///< B/s of the reference; FLOP/s of one of its cores
    double memory_exponent = 0, step_exponent = 0;
  };

  /// An operator of the catalog, for its fit. Throws Error with the nearest names.
  Operation& operation(std::string_view name);
  const Operation& operation(std::string_view name) const;
  const std::map<std::string, Operation, std::less<>>& operations() const { return operations_; }

 private:
  std::map<std::string, Operation, std::less<>> operations_;
  std::map<std::string, std::vector<std::string>> kin_;  ///< of a chip: those it is like, then its generation
  std::vector<std::string> ungated_;
};

/// The figures of a kernel's constants under their keys in the catalog.
std::vector<std::pair<std::string, double*>> keys_of(OperatorConstants& constants);

/// Constants stated for the reference chip as they hold on another: traffic and steps do not scale fully.
OperatorConstants restated(OperatorConstants constants, const OperatorKernels::Operation& operation,
                           double memory_bandwidth, double core_peak);

/// What operators need of an accelerator for products in a printed format: bfloat16, fp8, fp8_block, nvfp4, and weights
/// kept narrower than they are multiplied: w4a8_mxfp4_mxfp8, w4a16_mxfp4, int4_wo. Nothing for another format.
/// Formats the chip lacks are multiplied in 16 bits.
std::optional<OperatorChip> operator_chip(const Accelerator& chip, std::string_view format);

}  // namespace orrery::silicon
