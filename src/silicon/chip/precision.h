// The number formats of matrix products.
#pragma once
#include <array>
#include <string_view>

namespace orrery::silicon {

/// How the matrix products of a step are computed. fp16 runs as bf16. fp8_block is every block-scaled fp8 (128 x 128,
/// MX); quantise passes belong to the precision.
enum class Precision { bf16, fp8, fp8_block, nvfp4, int8, tf32, fp32 };
inline constexpr int precisions = 7;
/// Bytes of an operand of a product, its scaling factors included, by precision.
inline constexpr std::array<double, precisions> operand_bytes = {2, 1, 1.03, 0.5625, 1, 4, 4};
/// Elements of more than 2 bytes, which all of a model's tensors then have.
constexpr bool is_wide(Precision p) {
  return operand_bytes[static_cast<std::size_t>(p)] > 2;
}
std::string_view precision_name(Precision);
/// Reads "bf16", "fp8", "mxfp8", "nvfp4", ... Throws Error with the nearest names.
Precision parse_precision(std::string_view text);

}  // namespace orrery::silicon
