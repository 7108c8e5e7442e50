// What the parts of hybrid models beside attention ask of a chip: gated delta nets (Yang et al., arXiv 2412.06464) and
// Mamba-2 (Dao and Gu, arXiv 2405.21060), scanned in chunks for prompts and step by step when decoding, their short
// convolutions, and manifold-constrained hyper-connections (DeepSeek, arXiv 2512.24880), which widen the residual
// stream.
#pragma once
#include "silicon/chip/tiles.h"

namespace orrery::silicon {

/// The shape of a layer with a state of fixed size on one rank.
struct StateLayer {
  double heads = 1;          ///< of the values
  double key_heads = 1;      ///< of queries and keys (groups in Mamba-2)
  double key_width = 128;    ///< of the state's one side (its size in Mamba-2)
  double value_width = 128;  ///< of its other side
  double taps = 4;           ///< of the short convolution
  double chunk = 64;         ///< tokens that are scanned together
  bool delta = true;         ///< the delta rule, which solves a triangular system for every chunk
};

/// The convolution before the scan, over batch sequences of the given length; 1 for decoding.
OperatorWork short_convolution(const StateLayer& layer, double batch, double length, const OperatorChip& chip);
/// The scan of prompts.
OperatorWork chunked_scan(const StateLayer& layer, double batch, double length, const OperatorChip& chip);
/// A step of decoding: every state is read and written.
OperatorWork recurrent_step(const StateLayer& layer, double batch, const OperatorChip& chip);

/// What hyper-connections do before (mix streams into one) and after (mix one into the streams) a sublayer.
OperatorWork hyper_connection(bool before, double tokens, double hidden, double streams, double iterations,
                              const OperatorChip& chip);

}  // namespace orrery::silicon
