// Exchange of tokens with their experts (dispatch) and back (combine), as DeepEP does it: a normal mode for training,
// which forwards over NVLink and is bound by the slower of the two networks, and a low-latency mode for decoding, where
// every token copy crosses the NIC. Source of the modes and of the way bytes are counted: the DeepEP documentation.
#pragma once
#include "machine/network/collective.h"

namespace orrery::network {

/// Constants of an expert-exchange library, fitted on measurements: shares of the raw rates.
struct ExpertExchange {
  double normal_scale_up = 0.95;     ///< of the scale-up bandwidth, inside one domain
  double normal_scale_out = 0.9;     ///< of the NIC, across domains
  double low_latency = 0.92;         ///< of the NIC, low-latency mode
  double low_latency_spread = 0.12;  ///< more time, as a share, when all peers are outside the domain
};

/// One layer's exchange on each rank.
struct ExpertTraffic {
  double tokens = 128;  ///< per rank
  double hidden = 7168;
  double top_k = 8;  ///< experts per token
  double bytes = 1;  ///< per element: 1 for fp8 (scales of 4 bytes per 128 are added), 2 for bf16
  double skew = 1;   ///< tokens of the busiest rank over the mean
};

/// Bytes a rank sends in low-latency mode: every copy of every token.
Data low_latency_bytes(const ExpertTraffic& traffic);
/// Time of a low-latency dispatch or combine; the busiest rank decides.
Time low_latency_time(const Fabric& fabric, const ExpertExchange& library, const ExpertTraffic& traffic,
                      const Group& group);
/// Bandwidth of the bottleneck network in normal mode, B/s per rank, as DeepEP reports it.
Bandwidth normal_bandwidth(const Fabric& fabric, const ExpertExchange& library, const Group& group);

/// Distinct ones among `of` that a token's top_k experts, spread evenly, lie on: of (1 - (1 - 1/of)^top_k).
double distinct(double of, double top_k);

/// Time of a dispatch or combine in normal mode where every rank sends `bytes` in all, each token `copies` times: what
/// goes to several experts of one domain crosses between domains once (hierarchical dispatch), and both networks work
/// at once. On the constants of the fabric's long all-to-all.
Time hierarchical_exchange_time(const Fabric& fabric, Data bytes, double copies, const Group& group);

}  // namespace orrery::network
