// How far off a predicted collective may be: P10 and P90 from errors of predictions that were left out of the fit. The
// constants' own spread, the share of latency, and whether fabric and library were ever measured decide the
// width.
#pragma once
#include <array>

#include "catalog/band.h"
#include "machine/network/libraries.h"

namespace orrery::network {

/// What decides the width of one prediction, in the order of collective_band_keys.
struct BandTerms {
  double spread = 0;      ///< ln of the constants' mean error over a twentieth; 0 where they are another's
  double latency = 0;     ///< share of latency in the time
  double crossover = 0;   ///< 1 where latency and transfer take the same, 0 where one is all
  double unmeasured = 0;  ///< 1: the constants of scale-up, or of scale-out where it carries, are those of a kin
  double unseen = 0;      ///< 1: a library's constants are those of another chip or library
  double far = 0;         ///< 1: over several domains

  std::array<double, 6> all() const { return {spread, latency, crossover, unmeasured, unseen, far}; }
};
inline constexpr std::array<std::string_view, 6> collective_band_keys = {"spread",     "latency", "crossover",
                                                                         "unmeasured", "unseen",  "far"};

/// The term of a mean absolute log error; 0 where there is none.
double spread_term(double mean_error);

/// The rule bands/collectives. Throws Error where the catalog has none.
catalog::BandRule read_collective_band(const catalog::Catalog& catalog);

/// P10 and P90 of a prediction, in its unit.
std::pair<double, double> within_band(const catalog::BandRule& rule, const BandTerms& terms, double predicted);

/// The terms of a collective on a fabric.
BandTerms terms_of(const Fabric& fabric, const CollectiveEstimate& estimate, const Group& group);
/// The terms of a library's kernel: its own constants' spread, and whether they are this chip's. latency is the time of
/// the least message, s, of the time predicted.
BandTerms terms_of(const catalog::Entry& library, double latency, double predicted, bool far);

/// What senders make of max-min fair rates: P10 and P90 of the mean rate over theirs. Flows that share a link share it
/// unevenly, so some run ahead, and most so where each keeps to one path.
struct TrafficBand {
  double low = 1, high = 1;
};
/// The catalog's bands/traffic for sprayed or hashed routes.
TrafficBand read_traffic_band(const catalog::Catalog& catalog, bool sprayed);

}  // namespace orrery::network
