#include "site/power/headroom.h"

#include <algorithm>
#include <numeric>

#include "base/error.h"

namespace orrery::site {

FlexibleLoad flexible_load(const std::vector<double>& room, double share) {
  if (room.empty()) throw Error({}, "room", "has no hours", "give every hour of a year");
  if (!(share >= 0 && share < 1))
    throw Error({}, "share", "is not from 0 to below 1", "give the share that may be cut");
  FlexibleLoad out;
  out.share = share;
  // What is cut of a load L, sum of (L - room) where positive, less share x hours x L, falls and then rises in L from
  // 0: between two rooms it is linear.
  std::vector<double> sorted = room;
  std::sort(sorted.begin(), sorted.end());
  const double hours = static_cast<double>(sorted.size());
  double below = 0;
  for (std::size_t k = 0; k <= sorted.size(); ++k) {
    // With k hours cut: k L - below = share x hours x L.
    const double cut = static_cast<double>(k) - share * hours;
    if (cut > 0 && (k == sorted.size() || below / cut <= sorted[k])) {
      out.load = below / cut;
      break;
    }
    if (k < sorted.size()) below += sorted[k];
  }
  double run = 0;
  for (const double r : room) {
    out.served += std::min(out.load, r) * 3600;
    const double lacks = out.load - r;
    if (lacks > 1e-9 * out.load) ++out.hours, ++run, out.largest_cut = std::max(out.largest_cut, lacks / out.load);
    else run = 0;
    out.longest = std::max(out.longest, run);
  }
  return out;
}

}  // namespace orrery::site
