// The time of fused attention (FlashAttention, Dao 2022 and 2023) on an accelerator: blocks of queries walk over blocks
// of keys on the chip's cores; a block costs its two matrix products and its exponentials. Decoding reads the keys and
// values of each sequence once. Constants are fitted per accelerator and precision (docs/calibration.md).
#pragma once

namespace orrery::training {

/// What decides the speed of fused attention in one precision on one accelerator. Plain SI units.
struct AttentionConstants {
  double peak = 0, cores = 0, memory = 0;  ///< FLOP/s, cores, B/s of the datasheet
  double rate = 0.6;                       ///< share of peak the two products sustain on a full core
  double exponentials = 1e12;              ///< exponentials a second of the whole chip
  double launch = 8e-6;                    ///< s
  double block_fixed = 1e-6;               ///< s, start and end of a block of queries
  double memory_share = 0.7;               ///< of the datasheet's bandwidth
  double passes = 2;                       ///< times queries, keys, values and result move through memory
  double balance = 0.5;                    ///< 0: whole waves of blocks, 1: perfectly spread
  double window_keys = 0;                  ///< further keys a block of queries walks over when a window cuts the mask
  double decode_launch = 8e-6;             ///< s
  double decode_unit = 50e-9;  ///< s of the whole chip for a group of query heads that share keys, tens of them at once
  double decode_head = 20e-9;  ///< the same for a query head on its own
  double decode_shared = 32;   ///< most query heads of one key head that one block can serve
  double decode_share = 0.85;  ///< of the datasheet's bandwidth, keys and values read once
  double decode_cache = 4e12;  ///< B/s of keys and values read again for each query head
  double decode_few = 0.6;     ///< share of the bandwidth left when there are fewer blocks than cores
  double element_bytes = 2;    ///< of queries and result
  double kv_bytes = 2;         ///< of keys and values
};

/// Seconds of the forward pass over batch sequences of the given length with a causal mask; window bounds the keys each
/// query sees (0: none). key_length is the length of the keys (0: as the queries; longer under context parallelism,
/// where the queries are the last ones). dims are those of a query-key head and of a value head.
double attention_time(const AttentionConstants& c, double batch, double sequence, double heads, double kv_heads,
                      double qk_dim, double v_dim, double window = 0, bool causal = true, double key_length = 0);

/// Seconds of one decoding step: one query for each of batch sequences with so many keys and values kept.
double decode_attention_time(const AttentionConstants& c, double batch, double keys, double heads, double kv_heads,
                             double qk_dim, double v_dim, double window = 0);

}  // namespace orrery::training
