#include "silicon/chip/operator_kernels.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"

namespace orrery::silicon {
namespace {

using catalog::Entry;
using Node = OperatorKernels::Node;
using Operation = OperatorKernels::Operation;

/// Reads an entry or part whose unsaid constants are those around it.
Node read_node(const Entry& entry, const OperatorConstants& around) {
  Node node;
  OperatorConstants mine = around;
  bool said = false;
  for (const auto& [key, into] : keys_of(mine))
    if (entry.find(key)) *into = entry.number(key), said = true;
  if (said) node.constants = mine;
  node.spread = entry.number("spread");
  for (const Entry& part : entry.parts) node.within[part.name] = read_node(part, mine);
  return node;
}

KernelKind family_of(const Entry& entry) {
  static constexpr std::pair<const char*, KernelKind> families[] = {{"latent", KernelKind::latent},
                                                                    {"attention", KernelKind::attention},
                                                                    {"mixture", KernelKind::mixture},
                                                                    {"sparse", KernelKind::sparse},
                                                                    {"state", KernelKind::state}};
  const catalog::Figure& said = entry.at("family");
  for (const auto& [name, kind] : families)
    if (said.text == name) return kind;
  throw Error(said.place, entry.name + ".family", in_quotes(said.text) + " is no family of kernels",
              "give latent, attention, mixture, sparse or state");
}

}  // namespace

std::vector<std::pair<std::string, double*>> keys_of(OperatorConstants& c) {
  static constexpr std::array<const char*, operator_parts> parts = {"products", "attention", "selection", "traffic"};
  std::vector<std::pair<std::string, double*>> keys = {{"launch", &c.launch}, {"overlap", &c.overlap}};
  for (std::size_t i = 0; i < operator_parts; ++i) {
    const std::string part = parts[i];
    keys.emplace_back(part + "_compute", &c.parts[i].compute);
    keys.emplace_back(part + "_memory", &c.parts[i].memory);
    keys.emplace_back(part + "_step", &c.parts[i].step);
  }
  return keys;
}

OperatorConstants restated(OperatorConstants c, const Operation& operation, double memory_bandwidth, double core_peak) {
  const double memory = std::pow(memory_bandwidth / operation.reference_memory, operation.memory_exponent),
               step = std::pow(core_peak / operation.reference_core, -operation.step_exponent);
  for (PartConstants& part : c.parts) part.memory *= memory, part.step *= step;
  return c;
}

OperatorKernels::OperatorKernels(const catalog::Catalog& catalog) {
  for (const Entry& entry : catalog.entries("operators")) {
    const catalog::Figure& reference = entry.at("reference");
    const Entry& chip = catalog.entry("chips", reference.text, reference.place, entry.name + ".reference");
    Operation& operation = operations_[entry.name];
    operation.root = read_node(entry, {});
    operation.kind = family_of(entry);
    operation.reference_memory = chip.at("hbm_bandwidth").amount.median();
    operation.reference_core = chip.at("bf16_dense").amount.median() / chip.at("cores").amount.median();
    operation.memory_exponent = entry.number("memory_exponent");
    operation.step_exponent = entry.number("step_exponent");
    if (const catalog::Figure* ungated = entry.find("ungated"))
      ungated_.insert(ungated_.end(), ungated->texts.begin(), ungated->texts.end());
  }
  for (const Entry& chip : catalog.entries("chips")) {
    std::vector<std::string>& kin = kin_[chip.name];
    for (const Entry* at = catalog.find("kernels", chip.name); at && at->find("like") && kin.size() < 16;) {
      kin.push_back(at->text("like"));
      at = catalog.find("kernels", kin.back());
    }
    const std::string generation = chip.text("generation");
    if (generation.empty()) continue;
    for (const Entry& other : catalog.entries("chips"))
      if (other.name != chip.name && other.text("generation") == generation) kin.push_back(other.name);
  }
}

const Operation& OperatorKernels::operation(std::string_view name) const {
  if (const auto found = operations_.find(name); found != operations_.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [known, operation] : operations_) names.push_back(known);
  throw Error({}, "operators", in_quotes(name) + " is not known", suggest(name, names, "see `orrery show operators`"));
}

Operation& OperatorKernels::operation(std::string_view name) {
  return const_cast<Operation&>(std::as_const(*this).operation(name));
}

KnownKernel OperatorKernels::find(std::string_view name, const KernelName& kernel, const Accelerator& chip) const {
  const Operation& operation = this->operation(name);
  KnownKernel known;
  known.kind = operation.kind;
  const Node* node = &operation.root;
  const auto take = [&](const Node* next) {
    if (!next) return false;
    node = next;
    if (next->constants) known.constants = *next->constants;
    if (next->spread > 0) known.spread = next->spread;
    return true;
  };
  const auto within = [&](const std::string& part) {
    const auto it = node->within.find(part);
    return it == node->within.end() ? nullptr : &it->second;
  };
  take(node);
  known.engine_known = take(within(kernel.engine));
  known.kernel_known = known.engine_known && take(within(kernel.kernel));
  if (known.kernel_known && take(within(kernel.format))) {
    const auto measured = [&](const std::string& on) { return node->within.contains(on); };
    known.chip_measured = measured(chip.name);
    const std::string* stands = known.chip_measured ? &chip.name : nullptr;
    if (const auto kin = kin_.find(chip.name); !stands && kin != kin_.end())
      if (const auto it = std::find_if(kin->second.begin(), kin->second.end(), measured); it != kin->second.end())
        stands = &*it, known.relative_measured = true;
    if (stands && take(within(*stands))) take(within(kernel.release));
  }
  known.constants = restated(known.constants, operation, chip.memory_bandwidth, chip.peak[0] / chip.cores);
  return known;
}

bool OperatorKernels::ungated(double hidden, double inter) const {
  const std::string widths =
      std::to_string(static_cast<long long>(hidden)) + '/' + std::to_string(static_cast<long long>(inter));
  return std::find(ungated_.begin(), ungated_.end(), widths) != ungated_.end();
}

std::optional<OperatorChip> operator_chip(const Accelerator& a, std::string_view format) {
  OperatorChip chip;
  chip.memory = a.memory_bandwidth, chip.cores = a.cores;
  chip.peak_16 = chip.peak = a.peak[0];
  chip.peak_8 = a.peak[1] > 0 ? a.peak[1] : a.peak[0];
  // Four-bit formats with their scales: one byte for 16 elements (nvfp4) or for 32 (mxfp4).
  constexpr double nvfp4 = 0.5 + 1.0 / 16, mxfp4 = 0.5 + 1.0 / 32, mxfp8 = 1 + 1.0 / 32;
  if (format == "bfloat16" || format == "float16" || format == "fp16" || format.empty()) return chip;
  if (format == "fp8" || format == "fp8_block") {
    chip.peak = chip.peak_8, chip.weight_bytes = chip.in_bytes = 1;
  } else if (format == "nvfp4") {
    chip.peak = a.peak[3] > 0 ? a.peak[3] : chip.peak_8, chip.weight_bytes = chip.in_bytes = nvfp4;
  } else if (format == "w4a8_mxfp4_mxfp8") {
    chip.peak = chip.peak_8, chip.weight_bytes = mxfp4, chip.in_bytes = mxfp8;
  } else if (format == "w4a16_mxfp4" || format == "int4_wo") {
    chip.weight_bytes = mxfp4;
  } else {
    return std::nullopt;
  }
  return chip;
}

}  // namespace orrery::silicon
