// The operators of one layer on one accelerator, as shapes: what has to be multiplied, attended and moved for a given
// number of tokens and a given split over accelerators (Megatron-LM's column and row split, Shoeybi et al. 2019;
// sequence parallelism, Korthikanti et al. 2022; experts spread over ranks, Lepikhin et al. 2020).
#pragma once
#include <array>
#include <cstddef>

#include "machine/model/architecture.h"

namespace orrery::model {

/// One operator's forward pass on one accelerator.
struct Operator {
  enum class Kind { gemm, attention, elementwise };
  Kind kind = Kind::gemm;
  const char* name = "";
  double m = 0, n = 0, k = 0;  ///< gemm: C[m,n] = A[m,k] B[k,n]
  double count = 1;            ///< gemm: how many of them (experts)
  bool weight = true;          ///< gemm: B is a parameter
  bool expert = false;         ///< runs on routed tokens
  bool unfused = false;        ///< elementwise: what a kernel of its own adds; nothing where software fuses it
  double bytes = 0;            ///< elementwise: least bytes read and written by a fused kernel
  double saved = 0;            ///< bytes kept for the backward pass, with 2-byte elements
  double saved_linear = 0;     ///< of them, inputs of matrix products (1 byte each in fp8)
  double flops() const { return kind == Kind::gemm ? 2 * m * n * k * count : 0; }
};

/// Up to 32 operators without allocation.
struct OperatorList {
  std::array<Operator, 32> items;
  std::size_t size = 0;
  void add(const Operator& o) { items[size++] = o; }
  const Operator* begin() const { return items.data(); }
  const Operator* end() const { return items.data() + size; }
};

/// The part of a microbatch that one accelerator works on.
struct Slice {
  double sequences = 1;  ///< of the microbatch
  double sequence = 0;   ///< tokens of a whole sequence
  double tp = 1, cp = 1, ep = 1;
  bool sequence_parallel = true;
  /// Tokens of the busiest expert-parallel rank over the even share (1: balanced routing). With a capacity factor every
  /// expert computes its full capacity instead, and what exceeds it is dropped (Fedus et al. 2022, section 2.2).
  double expert_load = 1;
  double tokens() const { return sequences * sequence / cp; }
};

/// The operators of a layer in the order they run: a mixture or a dense MLP, as asked.
OperatorList layer_operators(const Architecture& model, bool moe, const Slice& slice);

/// Parameters one accelerator holds of a layer (experts spread over ep, the rest over tp).
struct LayerShare {
  double dense = 0;   ///< replicated over data-parallel ranks
  double expert = 0;  ///< replicated over data-parallel ranks that hold the same experts
};
LayerShare layer_share(const Architecture& model, bool moe, double tp, double ep);

}  // namespace orrery::model
