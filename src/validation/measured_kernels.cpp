#include "validation/measured_kernels.h"
#include "validation/columns.h"

#include <cstdlib>

#include "silicon/chip/kernel_constants.h"

namespace orrery::validation {

using namespace training;
using silicon::KernelKind;

namespace {

using Group = KernelPart::Group;

/// The table's precision names; fp8_static scales ahead of time but casts all the same.
bool kernel_precision(const std::string& printed, Precision& precision) {
  if (printed.starts_with("bfloat16") || printed.starts_with("bf16") || printed.starts_with("fp16") ||
      printed.starts_with("float16") || printed == "half")
    precision = Precision::bf16;
  else if (printed == "fp8_block" || printed == "mxfp8") precision = Precision::fp8_block;
  else if (printed.starts_with("fp8")) precision = Precision::fp8;
  else if (printed == "nvfp4") precision = Precision::nvfp4;
  else if (printed == "sq" || printed == "int8") precision = Precision::int8;
  else return false;
  return true;
}

/// The number after KEY= in a printed shape ("M=64 N=128 K=128"); fallback when it is not there.
double size_of(const std::string& shape, char key, double fallback) {
  for (std::size_t at = 0; at + 1 < shape.size(); ++at)
    if (shape[at] == key && shape[at + 1] == '=' && (at == 0 || shape[at - 1] == ' ')) return size_at(shape, at + 2);
  return fallback;
}

/// Which constants price the product of a row, or the reason why none do.
void read_product(MeasuredKernel& kernel, const std::string& dtype) {
  Precision precision = Precision::bf16;
  Row& row = kernel.row;
  const silicon::Accelerator& chip = *kernel.chip;
  kernel.name = "gemm " + dtype;
  if (kernel.m < 1 || kernel.n < 1 || kernel.k < 1) {
    row.skipped = "a size is missing or zero";
  } else if (dtype == "int8_wo" || dtype == "int4_wo") {
    kernel.part = {Group::gemm, dtype == "int8_wo" ? "int8-weights" : "int4-weights"};
  } else if (!kernel_precision(dtype, precision)) {
    row.skipped = "the precision " + dtype + " is not modelled";
  } else if (chip.peak[static_cast<std::size_t>(precision)] <= 0) {
    row.skipped = "the accelerator lacks the precision";
  } else if (precision == Precision::bf16 && kernel.framework.empty() && !chip.dispatched.empty()) {
    // No serving software: a layer benchmark.
    kernel.part = {Group::gemm, "dispatched"};
    kernel.kind = KernelKind::dispatched, kernel.name = "dispatched gemm";
  } else {
    kernel.part = {Group::gemm, std::string(silicon::precision_name(precision))};
    // Benchmarks of the library alone multiply operands that are narrow already.
    kernel.casts = !kernel.framework.starts_with("cublas") && !kernel.framework.starts_with("torch");
  }
}

/// The same of attention; dtype says the format of the products and of the keys.
void read_attention(MeasuredKernel& kernel, const std::string& printed, const std::string& dtype) {
  Row& row = kernel.row;
  const bool prefill = printed == "context_attention", fp8 = dtype.starts_with("fp8"),
             fp8_keys = dtype.find("kv:fp8") != std::string::npos;
  kernel.part = {prefill ? Group::attention : Group::decode, fp8 && prefill ? "fp8" : fp8 || fp8_keys ? "kv8" : "bf16"};
  kernel.kind = KernelKind::attention, kernel.name = printed + ' ' + dtype;
  if (const auto at = kernel.framework.find("window="); at != std::string::npos)
    kernel.window = std::atof(kernel.framework.c_str() + at + 7);
  if (Precision known = Precision::bf16; !kernel_precision(dtype, known))
    row.skipped = "the precision " + dtype + " is not modelled";
  else if (kernel.batch < 1 || kernel.length < 1 || kernel.heads < 1 || kernel.kv_heads < 1 || kernel.dim < 1 ||
           !(kernel.window >= 0))
    row.skipped = "a size is missing or zero";
  else if (kernel.heads < kernel.kv_heads) row.skipped = "fewer heads than key heads";
}

/// The constants of attention that a part names; those of bf16 for another name.
const silicon::AttentionConstants& attention_of(const silicon::Accelerator& chip, const std::string& name) {
  return name == "fp8" ? chip.attention_fp8 : name == "kv8" ? chip.attention_kv8 : chip.attention;
}

}  // namespace

std::string path_of(const KernelPart& part) {
  static constexpr const char* groups[] = {"gemm.", "attention.", "decode.", "dispatched."};
  return groups[static_cast<std::size_t>(part.group)] + part.name;
}

MeasuredKernel read_kernel(const CsvTable& table, std::size_t i, const Facts& facts) {
  const auto n = [&](const char* column, double fallback = 0) { return table.number(i, column, fallback); };
  const std::string &printed = table.cell(i, "kernel"), &dtype = table.cell(i, "dtype");
  const bool product = printed == "gemm" || printed.starts_with("gemm ");
  const std::string name = product ? "gemm" : printed;
  MeasuredKernel kernel;
  Row& row = kernel.row;
  row.id = table.cell(i, "id");
  row.measured = n("latency_ms") * 1e-3;
  kernel.framework = table.cell(i, "framework");
  kernel.m = n("m"), kernel.n = n("n"), kernel.k = n("k");
  if (row.measured == 0 && product && n("tflops") > 0)
    row.measured = 2 * kernel.m * kernel.n * kernel.k / (n("tflops") * 1e12);
  kernel.chip = accelerator_called(facts, table.cell(i, "gpu_type"));
  row.group = (kernel.chip ? kernel.chip->name : table.cell(i, "gpu_type")) + " " + name + " " + dtype +
              (row.measured >= silicon::long_kernel ? " 50 us and longer" : " below 50 us");
  if (row.measured <= 0) {
    row.skipped = "no latency";
  } else if (!kernel.chip) {
    row.skipped = "the accelerator is not in the catalog";
  } else if (product) {
    read_product(kernel, dtype);
  } else if (name == "context_attention" || name == "generation_attention") {
    kernel.batch = n("batch"), kernel.length = n("seq"), kernel.heads = n("heads");
    kernel.kv_heads = n("kv_heads", kernel.heads), kernel.dim = n("head_dim", 128);
    read_attention(kernel, name, dtype);
  } else {
    row.skipped = "the kernel " + name + " is not modelled";
  }
  return kernel;
}

MeasuredKernel read_dispatched(const CsvTable& table, std::size_t i, const Facts& facts) {
  const std::string &printed = table.cell(i, "op"), &shape = table.cell(i, "shape"), &unit = table.cell(i, "unit");
  const std::string& device = table.cell(i, "device");
  const bool half = printed.ends_with("_fp16") || printed.ends_with("_bf16");
  const std::string op = half ? printed.substr(0, printed.size() - 5) : printed;
  MeasuredKernel kernel;
  Row& row = kernel.row;
  row.id = table.cell(i, "id");
  if (row.id.empty()) row.id = device + " " + printed + " " + shape;
  row.measured = table.number(i, "value", 0);
  kernel.m = size_of(shape, 'M', 1), kernel.n = size_of(shape, 'N', 0), kernel.k = size_of(shape, 'K', 0);
  if (unit.starts_with("G elements per s"))
    row.measured = row.measured > 0 ? kernel.m * kernel.n / row.measured * 1e-9 : 0;
  kernel.chip = accelerator_called(facts, device);
  row.group = (kernel.chip ? kernel.chip->name : device) + " " + printed;
  const auto is_size = [](double x) { return x >= 1 && x <= 1e15; };
  if (!kernel.chip) row.skipped = "the accelerator is not in the catalog, or there are several";
  else if (unit != "s" && !unit.starts_with("G elements per s")) row.skipped = "the unit " + unit + " is not known";
  else if (!half) row.skipped = "the operator " + printed + " is not modelled";
  else if (!is_size(kernel.m) || !is_size(kernel.n) || (op == "gemm" && !is_size(kernel.k)))
    row.skipped = "a size is missing or zero";
  else if (row.measured <= 0) row.skipped = "no latency";
  else if (op == "gemm") read_product(kernel, "fp16");
  else if (!kernel.chip->dispatched.contains(op)) row.skipped = "the operator " + printed + " is not modelled";
  else kernel.part = {Group::dispatched, op}, kernel.kind = KernelKind::dispatched, kernel.name = "dispatched " + op;
  return kernel;
}

const silicon::GemmRelease* release_of(const std::vector<silicon::GemmRelease>& releases,
                                       const std::string& framework) {
  const silicon::GemmRelease* found = nullptr;
  for (const silicon::GemmRelease& r : releases)
    if ((!found || r.name.size() > found->name.size()) && framework.find(r.name) != std::string::npos) found = &r;
  return found;
}

std::vector<MeasuredKernel> read_measured_kernels(const Facts& facts, const std::string& folder) {
  std::vector<MeasuredKernel> out;
  const auto keep = [&](MeasuredKernel kernel) {
    if (kernel.row.skipped.empty()) out.push_back(std::move(kernel));
  };
  const CsvTable kernels = read_csv(folder + "/kernels.csv"), operators = read_csv(folder + "/operators.csv");
  kernels.require({"id", "kernel", "gpu_type", "dtype", "latency_ms"}, "give measurements/kernels.csv");
  operators.require({"device", "op", "shape", "value", "unit"}, "give measurements/operators.csv");
  for (std::size_t i = 0; i < kernels.size(); ++i) keep(read_kernel(kernels, i, facts));
  for (std::size_t i = 0; i < operators.size(); ++i) keep(read_dispatched(operators, i, facts));
  return out;
}

silicon::KernelCertainty certainty_of(const MeasuredKernel& kernel, const silicon::Accelerator& chip, double time,
                                      double spread) {
  silicon::KernelCertainty c;
  c.kind = kernel.kind;
  c.launch = kernel_launch(kernel, chip) / time;
  c.spread = spread;
  c.chip_measured = chip.measured;
  c.long_running = time >= silicon::long_kernel;
  return c;
}

double kernel_time(const MeasuredKernel& kernel, const silicon::Accelerator& chip) {
  const auto attention = [&]() -> const silicon::AttentionConstants& { return attention_of(chip, kernel.part.name); };
  switch (kernel.part.group) {
    case Group::gemm: {
      const auto [products, releases] = silicon::products_called(chip, kernel.part.name);
      const double time = gemm_time(*products, kernel.m, kernel.n, kernel.k, 1, kernel.casts);
      const silicon::GemmRelease* release = releases ? release_of(*releases, kernel.framework) : nullptr;
      return release ? time * release->factor + kernel.m * release->row : time;
    }
    case Group::attention:
      return attention_time(attention(), kernel.batch, kernel.length, kernel.heads, kernel.kv_heads, kernel.dim,
                            kernel.dim, kernel.window);
    case Group::decode:
      return decode_attention_time(attention(), kernel.batch, kernel.length, kernel.heads, kernel.kv_heads, kernel.dim,
                                   kernel.window, kernel.framework);
    case Group::dispatched:
      if (const auto it = chip.dispatched.find(kernel.part.name); it != chip.dispatched.end())
        return elementwise_time(it->second, chip.memory_bandwidth, kernel.m, kernel.n);
  }
  return 0;
}

double kernel_launch(const MeasuredKernel& kernel, const silicon::Accelerator& chip) {
  switch (kernel.part.group) {
    case Group::gemm: {
      const silicon::GemmConstants& c = *silicon::products_called(chip, kernel.part.name).first;
      return c.launch + (kernel.casts ? c.quantise_fixed : 0);
    }
    case Group::attention:
      return attention_of(chip, kernel.part.name).launch;
    case Group::decode:
      return attention_of(chip, kernel.part.name).decode_shared.launch;
    case Group::dispatched:
      return chip.dispatched.at(kernel.part.name).dispatch;
  }
  return 0;
}

}  // namespace orrery::validation
