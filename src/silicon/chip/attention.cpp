#include "silicon/chip/attention.h"

#include <algorithm>
#include <cmath>

namespace orrery::silicon {

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
                             double dim, double window, const std::string& release) {
  const DecodeRelease* software = &c.decode;
  std::size_t length = 0;
  for (const DecodeRelease& r : c.decode_releases)
    if (r.name.size() > length && release.find(r.name) != std::string::npos) software = &r, length = r.name.size();

  const double met = window > 0 ? std::min(window, keys) : keys, group = heads / kv_heads;
  const bool shared = group >= c.decode_least && group <= software->heads;
  const DecodeKernel& k = shared ? c.decode_shared : c.decode_single;
  const double units = batch * (shared ? kv_heads : heads);
  const double key = 2 * dim * c.kv_bytes;  // B of a key and its value
  // Only the shared kernel knows of the window when it splits.
  const double splits = std::max(1.0, std::min({(shared ? met : keys) / k.chunk, k.fill * c.cores / units, k.most}));
  const double block =
      k.block * std::max(0.1, 1 + k.block_dim * (dim / 128 - 1)) * (shared ? 1 + k.block_head * (group - 1) / 16 : 1) +
      met / splits * key / k.core_rate;
  const double walk = std::max(1.0, std::ceil(units * splits / c.cores)) * block;
  const double stream = batch * kv_heads * met * key / (c.memory * software->share);
  const double high = std::max(walk, stream), low = std::min(walk, stream), ratio = low / high;
  return std::max(1e-6, k.launch + software->delay) + high * std::cbrt(1 + ratio * ratio * ratio) +
         k.combine * std::clamp(splits - 1, 0.0, 1.0);
}

}  // namespace orrery::silicon
