// The time of fused attention (FlashAttention, Dao 2022 and 2023) on an accelerator: blocks of queries walk over blocks
// of keys on the chip's cores; a block costs its two matrix products and its exponentials. Decoding (Flash-Decoding,
// Dao et al. 2023) has one query for each sequence: its keys are split over cores, and one of two kernels walks over
// them. Constants are fitted per accelerator and precision (docs/calibration.md).
#pragma once
#include <string>
#include <vector>

namespace orrery::silicon {

/// One kernel of decoding attention. A block is a part of the keys of one key head (or of one query head, where heads
/// do not share a block) and runs on a core of its own.
struct DecodeKernel {
  double launch = 8e-6;     ///< s
  double block = 1.5e-6;    ///< s, start and end of a block with heads 128 wide
  double block_dim = 0;     ///< share of that which grows with the width of a head, at 128
  double block_head = 0;    ///< share of that which each further 16 query heads of a block add
  double core_rate = 50e9;  ///< B/s of keys and values one core walks over, from the cache
  double chunk = 256;       ///< fewest keys worth a block of their own
  double fill = 2;          ///< blocks a core to which keys are split
  double most = 64;         ///< blocks at most that share one head's keys
  double combine = 2e-6;    ///< s to join the results of split keys
};

/// What a software release decides about decoding.
struct DecodeRelease {
  std::string name;    ///< part of the printed framework
  double heads = 32;   ///< query heads of a key head that one block serves at most; 0: each has its own
  double share = 0.9;  ///< of the datasheet's bandwidth for keys and values read once; above 1: cache
  double delay = 0;    ///< s more (or less) than launch
};

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
  DecodeKernel decode_shared;              ///< a block serves all query heads of its key head
  DecodeKernel decode_single;              ///< every query head has blocks of its own
  double decode_least = 1;                 ///< query heads of a key head from which a block is shared
  DecodeRelease decode;                    ///< of releases not named below
  std::vector<DecodeRelease> decode_releases;
  double element_bytes = 2;  ///< of queries and result
  double kv_bytes = 2;       ///< of keys and values
};

/// Seconds of the forward pass over batch sequences of the given length with a causal mask; window bounds the keys each
/// query sees (0: none). key_length is the length of the keys (0: as the queries; longer under context parallelism,
/// where the queries are the last ones). dims are those of a query-key head and of a value head.
double attention_time(const AttentionConstants& c, double batch, double sequence, double heads, double kv_heads,
                      double qk_dim, double v_dim, double window = 0, bool causal = true, double key_length = 0);

/// Seconds of one decoding step: one query for each of batch sequences with so many keys and values kept; release is
/// the software as printed with measurements.
double decode_attention_time(const AttentionConstants& c, double batch, double keys, double heads, double kv_heads,
                             double dim, double window = 0, const std::string& release = "");

}  // namespace orrery::silicon
