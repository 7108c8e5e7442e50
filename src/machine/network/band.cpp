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

CollectiveBandRule read_collective_band(const catalog::Catalog& catalog) {
  const catalog::Entry& entry = catalog.entry("bands", "collectives");
  CollectiveBandRule rule;
  rule.base = entry.at("base").amount.median();
  for (const char* key : band_factor_keys) rule.factors.push_back(entry.at(key).amount.median());
  rule.below = entry.at("below").amount.median();
  rule.above = entry.at("above").amount.median();
  return rule;
}

std::pair<double, double> within_band(const CollectiveBandRule& rule, const BandTerms& terms, double predicted) {
  double log_sigma = rule.base;
  const std::vector<double> all = terms.all();
  for (std::size_t i = 0; i < all.size(); ++i) log_sigma += rule.factors[i] * all[i];
  const double sigma = std::exp(log_sigma);
  return {predicted * std::exp(-rule.below * sigma), predicted * std::exp(rule.above * sigma)};
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
