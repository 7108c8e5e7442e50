// Congestion control of one flow: the window of NSCC and the rate of DCQCN, apart from the packets.
#pragma once
#include <cstdint>

namespace orrery::network {

/// What NSCC takes from the network. Constants scale with its bandwidth-delay product relative to 100 Gb/s x 12 us, as
/// the UEC specification sets them (section on NSCC): a the scale of the product, b the target delay over 12 us.
struct NsccNetwork {
  double mss = 4096, mtu = 4160;  ///< B
  double round_trip = 12e-6;      ///< s, of the network
  double target = 9e-6;           ///< s of queueing delay
  double alpha = 0;               ///< B per s of delay below the target, proportional increase
  double fair = 0;                ///< B, fair increase
  double eta = 0;                 ///< B per adjustment period
  double fast = 0.25;             ///< share of acknowledged bytes, fast increase
  double gamma = 0.8;             ///< of multiplicative decrease
  double smoothing = 0.0125;      ///< of the mean delay
};
/// bandwidth in B/s; trimming sets the target at 3/4 of the round trip, else at the whole.
NsccNetwork nscc_network(double bandwidth, double round_trip, double mss, double mtu, bool trimming);

/// One flow's window. Times in s, sizes in B.
struct Nscc {
  double window = 0, most = 0, least = 0;
  double base = 0;  ///< round trip without queueing
  double mean_delay = 0, increments = 0, fast_count = 0, received = 0, achieved = 0;
  double last_adjust = 0, last_decrease = 0, quick_end = 0;
  double ignored = 0, to_ignore = 0;
  bool fast = false, quick = false;
};
/// News of acknowledged bytes whose last packet took round_trip and met marking or not.
void nscc_ack(Nscc& flow, const NsccNetwork& network, double now, double bytes, double round_trip, bool marked,
              double in_flight);
/// News of a trimmed packet.
void nscc_nack(Nscc& flow, const NsccNetwork& network, double now, double bytes, double in_flight);

/// One flow's rate, B/s, with DCQCN's own constants (g = 1/256, 55 us timers, five stages of recovery).
struct Dcqcn {
  double line = 0, rate = 0, target = 0, alpha = 1;
  double next_alpha = 0, next_raise = 0;  ///< s
  int stage = 0;
};
/// A congestion notification.
void dcqcn_notify(Dcqcn& flow, double now);
/// Lets the timers run up to now.
void dcqcn_advance(Dcqcn& flow, double now);

}  // namespace orrery::network
