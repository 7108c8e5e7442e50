#include "machine/training/attention.h"

#include <algorithm>
#include <cmath>

namespace orrery::training {

double attention_time(const AttentionConstants& c, double batch, double sequence, double heads, double kv_heads,
                      double qk_dim, double v_dim, double window, bool causal, double key_length) {
  constexpr double block = 128;
  const double keys = key_length > 0 ? key_length : sequence;
  const double rows = std::min(block, std::max(16.0, sequence)), columns = std::min(block, std::max(16.0, keys));
  const double blocks = batch * heads * std::ceil(sequence / rows);
  // Keys a block of queries meets on average, whole blocks of keys, the diagonal one included.
  double met = keys;
  if (causal) met = std::max(keys - sequence, 0.0) + (std::min(sequence, keys) + columns) / 2;
  if (window > 0) met = std::min(met, window + columns + c.window_keys);
  met = std::min(met, keys);
  const double core_rate = c.peak * c.rate / c.cores;
  const double one =
      2 * rows * met * (qk_dim + v_dim) / core_rate + rows * met * c.cores / c.exponentials + c.block_fixed;
  const double waves = blocks / c.cores;
  const double spread = waves <= 1 ? 1 : std::ceil(waves) * (1 - c.balance) + waves * c.balance;
  const double traffic =
      batch * (sequence * heads * (qk_dim + v_dim) * c.element_bytes + keys * kv_heads * (qk_dim + v_dim) * c.kv_bytes);
  return c.launch + spread * one + c.passes * traffic / (c.memory * c.memory_share);
}

double decode_attention_time(const AttentionConstants& c, double batch, double keys, double heads, double kv_heads,
                             double qk_dim, double v_dim, double window) {
  const double met = window > 0 ? std::min(window, keys) : keys, group = heads / kv_heads;
  const double bytes = batch * kv_heads * met * (qk_dim + v_dim) * c.kv_bytes;
  // Query heads that share keys run in one block, up to what it can hold; else every query head reads its keys itself,
  // from the cache after the first.
  const bool shared = group > 1 && group <= c.decode_shared;
  const double units = shared ? batch * kv_heads : batch * heads;
  const double fixed = shared ? units * c.decode_unit * (1 + group / 48) : units * c.decode_head;
  const double crowd = std::min(1.0, c.decode_few + (1 - c.decode_few) * units / (2 * c.cores));
  double stream = bytes / (c.memory * c.decode_share * crowd);
  if (!shared && group > 1) stream = std::max(stream, bytes * group / (c.decode_cache * crowd));
  // Starting blocks and streaming overlap but for the smaller one's start.
  return c.decode_launch + std::max(fixed, stream) + 0.25 * std::min(fixed, stream);
}

}  // namespace orrery::training
