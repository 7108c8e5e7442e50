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
  /// scan: a state carried over the tokens in chunks, with its short convolution. index: scores of an indexer, and the
  /// keys it picks.
  enum class Kind { gemm, attention, elementwise, scan, index };
  Kind kind = Kind::gemm;
  const char* name = "";
  double m = 0, n = 0, k = 0;    ///< gemm: C[m,n] = A[m,k] B[k,n]
  double count = 1;              ///< gemm: how many of them (experts)
  bool expert = false;           ///< runs on routed tokens
  bool unfused = false;          ///< elementwise: what a kernel of its own adds; nothing where software fuses it
  const Mixer* mixer = nullptr;  ///< attention and index: whose
  double work = 0;               ///< scan and index: floating-point operations
  double bytes = 0;              ///< elementwise, scan, index: least bytes read and written by a fused kernel
  double saved = 0;              ///< bytes kept for the backward pass, with 2-byte elements
  double saved_linear = 0;       ///< of them, inputs of matrix products (1 byte each in fp8)
  double flops() const { return kind == Kind::gemm ? 2 * m * n * k * count : work; }
};

/// Operators without allocation: two mixers and an MLP have at most 56.
struct OperatorList {
  std::array<Operator, 56> items;
  std::size_t size = 0;
  void add(const Operator& o) { items.at(size++) = o; }
  const Operator* begin() const { return items.data(); }
  const Operator* end() const { return items.data() + size; }
};

/// The part of a microbatch that one accelerator works on.
struct Slice {
  double sequences = 1;  ///< of the microbatch
  double sequence = 0;   ///< tokens of a whole sequence
  double tp = 1, cp = 1, ep = 1;
  double etp = 1;  ///< ranks that share each expert
  bool sequence_parallel = true;
  /// Tokens of the busiest expert-parallel rank over the even share (1: balanced routing). With a capacity factor every
  /// expert computes its full capacity instead, and what exceeds it is dropped (Fedus et al. 2022, section 2.2).
  double expert_load = 1;
  double tokens() const { return sequences * sequence / cp; }
  /// Tokens of the parts that are not split by heads or columns.
  double own() const { return sequence_parallel ? tokens() / tp : tokens(); }
};

/// The operators of a layer in the order they run.
OperatorList layer_operators(const Architecture& model, const Layer& layer, const Slice& slice);

/// Tokens of the busiest expert-parallel rank over the even share, at most all of them; a capacity factor in its place.
double busiest_load(const Architecture& model, const Slice& slice);

/// Copies of tokens that a rank's experts compute, each with its share of an expert's columns.
double expert_tokens(const Architecture& model, const Mlp& mlp, const Slice& slice);

/// Parameters one accelerator holds of a layer.
struct LayerShare {
  double dense = 0;   ///< replicated over data-parallel ranks
  double expert = 0;  ///< replicated over data-parallel ranks that hold the same experts
};
/// Experts spread over ep x etp ranks, the rest over tp.
LayerShare layer_share(const Architecture& model, const Layer& layer, double tp, double ep, double etp = 1);

/// The width of a rank's keys and values together, elements a token: what context-parallel ranks pass on.
double key_value_width(const Mixer& mixer, double tp);

}  // namespace orrery::model
