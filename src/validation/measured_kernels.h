// What rows of kernels.csv and operators.csv measured: a matrix product, attention or an operator launched one by one,
// and the constants of a chip that price it.
#pragma once
#include <string>
#include <string_view>

#include "base/csv.h"
#include "silicon/chip/kernel_band.h"
#include "validation/facts.h"
#include "validation/score.h"

namespace orrery::validation {

/// A part of a chip's constants, as the catalog's kernels have it: a group and a name within it.
struct KernelPart {
  enum class Group { gemm, attention, decode, dispatched } group = Group::gemm;
  std::string name;  ///< "bf16", "int8-weights", "kv8", "softmax"

  bool operator==(const KernelPart&) const = default;
};
/// "gemm.bf16".
std::string path_of(const KernelPart& part);

/// A measured kernel. Sizes that it does not have are 0.
struct MeasuredKernel {
  Row row;  ///< its id, its group, s measured, and why it is not modelled
  const silicon::Accelerator* chip = nullptr;
  KernelPart part;
  silicon::KernelKind kind = silicon::KernelKind::product;
  std::string name;              ///< as the rule of bands calls it: "gemm fp8"
  std::string framework;         ///< as printed
  double m = 0, n = 0, k = 0;    ///< of a product; rows and elements of an operator are m and n
  bool casts = true;             ///< a product pays for the passes that scale and quantise
  double batch = 0, length = 0;  ///< sequences, and the tokens of each
  double heads = 0, kv_heads = 0, dim = 0, window = 0;
};

/// Reads a row of a table with the columns of measurements/kernels.csv, or of operators.csv. Throws Error for a cell
/// that is no number.
MeasuredKernel read_kernel(const CsvTable& table, std::size_t i, const Facts& facts);
MeasuredKernel read_dispatched(const CsvTable& table, std::size_t i, const Facts& facts);

/// The rows of kernels.csv and operators.csv in a folder that are modelled. Throws Error for a missing file or column.
std::vector<MeasuredKernel> read_measured_kernels(const Facts& facts, const std::string& folder);

/// Seconds of a measured kernel by the constants of a chip; nothing of the row is looked at that was measured.
double kernel_time(const MeasuredKernel& kernel, const silicon::Accelerator& chip);
/// s of it that do not depend on the size.
double kernel_launch(const MeasuredKernel& kernel, const silicon::Accelerator& chip);
/// What is known of a prediction of so many seconds by a chip's own constants, for its band.
silicon::KernelCertainty certainty_of(const MeasuredKernel& kernel, const silicon::Accelerator& chip, double time,
                                      double spread);
/// What the constants know of the software that a product ran under, by the longest name that its framework holds; null
/// where none does.
const silicon::GemmRelease* release_of(const std::vector<silicon::GemmRelease>& releases, const std::string& framework);

}  // namespace orrery::validation
