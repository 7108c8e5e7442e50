#include "machine/network/band.h"

#include <algorithm>
#include <cmath>

namespace orrery::network {
namespace {

void shares(BandTerms& t, double latency, double whole) {
  t.latency = whole > 0 ? std::clamp(latency / whole, 0.0, 1.0) : 1;
  t.crossover = 4 * t.latency * (1 - t.latency);
}

}  // namespace

double spread_term(double mean_error) {
  constexpr double usual = 0.05, least = 0.005, most = 1;  // where the rule's base stands; what is taken for an error
  return mean_error > 0 ? std::log(std::clamp(mean_error, least, most) / usual) : 0;
}

catalog::BandRule read_collective_band(const catalog::Catalog& catalog) {
  return catalog::read_band_rule(catalog, "collectives", collective_band_keys);
}

std::pair<double, double> within_band(const catalog::BandRule& rule, const BandTerms& terms, double predicted) {
  const catalog::Band band = rule.band(terms.all());
  return {predicted * band.p10, predicted * band.p90};
}

BandTerms terms_of(const Fabric& fabric, const CollectiveEstimate& e, const Group& g) {
  BandTerms t;
  const int local = std::min(g.per_domain, g.ranks), domains = local > 0 ? (g.ranks + local - 1) / local : 1;
  const double up = fabric.scale_up_spread, out = fabric.scale_out_spread;
  shares(t, e.latency.value(), e.time.value());
  t.far = domains > 1 ? 1 : 0;
  t.unmeasured = (local > 1 && !(up > 0)) || (domains > 1 && !(out > 0)) ? 1 : 0;
  if (t.unmeasured == 0) t.spread = spread_term(domains > 1 ? out : up);
  return t;
}

BandTerms terms_of(const catalog::Entry& library, double latency, double predicted, bool far) {
  BandTerms t;
  shares(t, latency, predicted);
  t.unseen = library.find("chips") == nullptr ? 1 : 0;
  if (t.unseen == 0) t.spread = spread_term(library.number("spread", 0));
  t.far = far ? 1 : 0;
  return t;
}

TrafficBand read_traffic_band(const catalog::Catalog& catalog, bool sprayed) {
  const catalog::Entry& entry = catalog.entry("bands", "traffic");
  const auto figure = [&](const char* key) { return entry.at(key).amount.median(); };
  return sprayed ? TrafficBand{figure("sprayed_low"), figure("sprayed_high")}
                 : TrafficBand{figure("hashed_low"), figure("hashed_high")};
}

}  // namespace orrery::network
