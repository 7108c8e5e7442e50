#include "site/power/merit_order.h"

#include <algorithm>
#include <numeric>

namespace orrery::site {
namespace {

constexpr double seconds_per_day = 86400;
/// How far beyond its rating a source is driven, as a load is that is drawn above its own.
constexpr double above_rating = 1.5;

}  // namespace

double weighted_load(const Curve& it_power, const Curve& share, double from, double to) {
  double sum = 0, at = from;
  for (const Curve::Knot& k : share.knots()) {
    if (k.time <= at) continue;
    const double end = std::min(k.time, to);
    sum += it_power.integral(at, end) * share.at(at);
    at = end;
    if (at >= to) return sum;
  }
  return sum + it_power.integral(at, to) * share.at(at);
}

EnergyMonth energy_of_month(const Curve& it_power, const Curve& pue, const std::vector<EnergySource>& sources,
                            const Curve& water_per_it, double peak, double from, double to) {
  EnergyMonth m;
  m.by_source.resize(sources.size()), m.peaks.resize(sources.size());
  m.it = it_power.integral(from, to) * seconds_per_day;
  if (m.it <= 0) return m;
  m.facility = weighted_load(it_power, pue, from, to) * seconds_per_day;
  m.water = weighted_load(it_power, water_per_it, from, to) * seconds_per_day;

  std::vector<size_t> order(sources.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return sources[a].price < sources[b].price; });
  std::vector<double> available;
  for (const EnergySource& source : sources) available.push_back(source.capacity.integral(from, to) * seconds_per_day);
  const auto dearest =
      std::find_if(order.rbegin(), order.rend(), [&](size_t k) { return available[k] > 0 && !sources[k].variable; });
  const double whole = (to - from) * seconds_per_day;
  double left = m.facility;
  for (const size_t k : order) {
    const bool last = dearest != order.rend() && k == *dearest;
    const double taken = std::min(left, last ? above_rating * available[k] : available[k]);
    m.by_source[k] = taken;
    // As much of the peak as of what the cheaper ones leave, and never less than the mean of what it gives.
    m.peaks[k] = taken > 0 ? std::max(last ? peak : std::min(peak, available[k] / whole), taken / whole) : 0;
    peak = std::max(0.0, peak - m.peaks[k]);
    m.cost += taken * sources[k].price;
    m.emissions += taken * sources[k].emissions;
    left -= taken;
  }
  m.unserved = left;
  return m;
}

}  // namespace orrery::site
