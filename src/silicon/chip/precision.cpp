#include "silicon/chip/precision.h"

#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/text.h"

namespace orrery::silicon {
namespace {

constexpr std::array<std::string_view, precisions> names = {"bf16", "fp8",  "fp8-block", "nvfp4",
                                                            "int8", "tf32", "fp32"};

}  // namespace

std::string_view precision_name(Precision p) {
  return names[static_cast<std::size_t>(p)];
}

Precision parse_precision(std::string_view text) {
  const std::string t = folded(text);
  static const std::map<std::string, Precision> known = {
      {"bf16", Precision::bf16},       {"fp16", Precision::bf16},
      {"bfloat16", Precision::bf16},   {"float16", Precision::bf16},
      {"fp8", Precision::fp8},         {"float8", Precision::fp8},
      {"mxfp8", Precision::fp8_block}, {"fp8block", Precision::fp8_block},
      {"fp8mx", Precision::fp8_block}, {"nvfp4", Precision::nvfp4},
      {"fp4", Precision::nvfp4},       {"int8", Precision::int8},
      {"tf32", Precision::tf32},       {"fp32", Precision::fp32},
      {"float32", Precision::fp32}};
  const auto it = known.find(t);
  if (it != known.end()) return it->second;
  std::vector<std::string> candidates;
  for (const auto& [name, precision] : known) candidates.push_back(name);
  throw Error({}, "precision", "unknown precision " + in_quotes(text),
              suggest(text, candidates, "one of bf16, fp16, fp8, mxfp8, nvfp4, int8, tf32, fp32"));
}

}  // namespace orrery::silicon
