// What is asked of a chip, read from [chip], the catalog and rules.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "scenario/reader.h"
#include "silicon/chip/accelerator.h"
#include "silicon/chip/chip_cost.h"
#include "silicon/chip/chip_power.h"
#include "silicon/chip/design_file.h"
#include "silicon/chip/unmeasured.h"
#include "study/kind.h"

namespace orrery::study {

/// The keys of [chip].
std::vector<scenario::Key> chip_keys();

/// An operator of a layer of the model, as it runs on the chip.
struct ChipOperator {
  std::string name;
  double count = 1;             ///< of them in a layer
  double flops = 0, bytes = 0;  ///< of all of them: arithmetic, and least traffic to memory
  double m = 0, n = 0, k = 0;   ///< of a product
  bool attention = false, decode = false;
  double batch = 0, sequence = 0, heads = 0, kv_heads = 0, qk_dim = 0, v_dim = 0, window = 0;  ///< of attention
};

/// What is asked, with its uncertain values.
struct ChipQuestion {
  const catalog::Entry* chip = nullptr;
  silicon::UncertainDesign design;
  silicon::YieldLaw law = silicon::YieldLaw::negative_binomial;
  Date day;
  double volume = 0;
  // Against a chip that is bought.
  std::string against;  ///< its title; empty: none
  scenario::UncertainNumber merchant_price, speed, own_price, once;
  bool states_own_price = false, states_once = false;
  // Operators.
  std::string model, precision_name, kernels;  ///< kernels: whose constants price them
  silicon::Accelerator accelerator;
  bool measured = false;                      ///< kernels of it or of a relative were measured
  const catalog::Catalog* catalog = nullptr;  ///< of a chip that was not, as the next two
  silicon::UnmeasuredKernels unmeasured;
  std::vector<scenario::UncertainNumber> reached;  ///< its figures, in the order of constants_of
  std::vector<ChipOperator> operators;
  silicon::Precision precision = silicon::Precision::bf16;

  /// The chip's constants in one draw, built as it was drawn.
  silicon::Accelerator accelerator_in(scenario::Draws draws, const silicon::Design& drawn) const;
};

/// Throws Error.
ChipQuestion read_chip(scenario::Reader& reader);

/// Seconds of all of an operator's like in a layer.
double time_of(const ChipOperator& op, const silicon::Accelerator& chip, silicon::Precision precision);

}  // namespace orrery::study
