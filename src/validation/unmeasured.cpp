#include "validation/unmeasured.h"

#include <map>
#include <utility>

#include "silicon/chip/kernel_band.h"

namespace orrery::validation {

std::string not_unmeasured(const MeasuredKernel& kernel) {
  if (!kernel.row.skipped.empty()) return kernel.row.skipped;
  if (kernel.part.group != KernelPart::Group::gemm || kernel.part.name == "dispatched" ||
      kernel.part.name.ends_with("-weights"))
    return "no product of a number format in serving software";
  if (!kernel.chip->measured) return "the chip has no kernels of its own";
  return "";
}

silicon::UnmeasuredKernels unmeasured_kernels(const Facts& facts) {
  return silicon::unmeasured_kernels(silicon::unmeasured_entry(facts.catalog, {}));
}

silicon::Accelerator as_unmeasured(const Facts& facts, const silicon::Accelerator& chip,
                                   const silicon::UnmeasuredKernels& kernels) {
  // Its power limit is left aside: what a chip draws in products was calibrated on these chips themselves.
  return silicon::unmeasured_accelerator(facts.catalog, facts.catalog.entry("chips", chip.name), {}, kernels,
                                         chip.asynchronous);
}

Score validate_unmeasured(const CsvTable& table, const Facts& facts) {
  table.require({"kernel", "gpu_type", "dtype", "latency_ms"},
                "give a table with the columns of measurements/kernels.csv");
  const silicon::KernelBandRule rule = silicon::read_kernel_band(facts.catalog);
  const silicon::UnmeasuredKernels kernels = unmeasured_kernels(facts);
  std::map<std::string, silicon::Accelerator> chips;
  Score score;
  for (std::size_t i = 0; i < table.size(); ++i) {
    MeasuredKernel kernel = read_kernel(table, i, facts);
    if (!not_unmeasured(kernel).empty()) continue;
    const auto [chip, first] = chips.try_emplace(kernel.chip->name);
    if (first) chip->second = as_unmeasured(facts, *kernel.chip, kernels);
    Row& row = kernel.row;
    row.group = kernel.chip->name;
    row.predicted = kernel_time(kernel, chip->second);
    silicon::KernelCertainty certainty = certainty_of(kernel, chip->second, row.predicted, 0.1);
    certainty.chip_measured = certainty.relative_measured = false;
    const catalog::Band band = rule.band(kernel_band_terms(certainty));
    row.band = {row.predicted * band.p10, row.predicted * band.p90};
    score.rows.push_back(std::move(row));
  }
  return score;
}

}  // namespace orrery::validation
