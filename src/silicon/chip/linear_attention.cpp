#include "silicon/chip/linear_attention.h"

#include <algorithm>
#include <cmath>

namespace orrery::silicon {

OperatorWork short_convolution(const StateLayer& l, double batch, double length, const OperatorChip& chip) {
  OperatorWork work;
  const double channels = l.heads * l.value_width + 2 * l.key_heads * l.key_width;
  PartWork& part = work[OperatorPart::traffic];
  part.memory = batch * channels * (2 * length + 2 * l.taps) * 2 / chip.memory;
  const double blocks = batch * std::ceil(channels / 256) * std::ceil(length / 8);
  part.steps = waves_of(blocks, 8 * chip.cores);
  work[OperatorPart::attention].steps = batch;  // some kernels walk over the sequences one after another
  return work;
}

OperatorWork chunked_scan(const StateLayer& l, double batch, double length, const OperatorChip& chip) {
  OperatorWork work;
  const double chunks = std::ceil(length / l.chunk), c = l.chunk, k = l.key_width, v = l.value_width;
  const double blocks = batch * l.heads;
  // Of a chunk and head: scores, the triangular system, values of the chunk, the state's product in and out.
  const double flops = 2 * c * c * k * (l.delta ? 2 : 1) + (l.delta ? 2 * c * c * (k + v) + c * c * c : 0) +
                       2 * c * c * v + (l.delta ? 6 : 4) * c * k * v;
  PartWork& part = work[OperatorPart::attention];
  part.compute = blocks * chunks * flops / chip.peak_16;
  const double states = blocks * chunks * k * v * 4;  // one is kept for every chunk
  const double rows = batch * length * (2 * l.key_heads * k + 2 * l.heads * v) * 2;
  part.memory = (states * 2 + rows * (l.delta ? 3 : 2)) / chip.memory;
  part.steps = waves_of(blocks, chip.cores) * chunks;
  return work;
}

OperatorWork recurrent_step(const StateLayer& l, double batch, const OperatorChip& chip) {
  OperatorWork work;
  PartWork& part = work[OperatorPart::traffic];
  part.memory = batch * l.heads * (l.key_width * l.value_width * 2 * 4 + 4 * l.value_width) / chip.memory;
  part.steps = waves_of(batch * l.heads, chip.cores);
  return work;
}

OperatorWork hyper_connection(bool before, double tokens, double hidden, double streams, double iterations,
                              const OperatorChip& chip) {
  OperatorWork work;
  PartWork& part = work[OperatorPart::traffic];
  if (before) {
    add_product(work[OperatorPart::products], chip, chip.peak_16 / 2, tokens, streams * (streams + 2), streams * hidden,
                1, 4, 2);
    part.memory = tokens * hidden * (streams + 1) * 2 / chip.memory;
    part.steps = waves_of(tokens, 4 * chip.cores) * iterations;
  } else {
    part.memory = tokens * hidden * (2 * streams + 1) * 2 / chip.memory;
    part.steps = waves_of(tokens, 4 * chip.cores);
  }
  return work;
}

}  // namespace orrery::silicon
