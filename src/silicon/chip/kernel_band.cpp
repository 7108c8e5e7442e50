#include "silicon/chip/kernel_band.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace orrery::silicon {

namespace {

constexpr double usual = 0.1, least = 0.005, most = 2;  // spreads; the term is none where one is usual

}  // namespace

double KernelBandRule::spread_of(std::string_view group) const {
  const auto it = spreads.find(group);
  return it == spreads.end() ? usual : it->second;
}

std::string kernel_group(std::string_view chip, std::string_view kernel, bool long_running) {
  return std::string(chip) + ' ' + std::string(kernel) + (long_running ? " long" : " short");
}

KernelBandTerms kernel_band_terms(const KernelCertainty& c) {
  const auto is = [&](KernelKind kind) { return c.kind == kind ? 1.0 : 0.0; };
  const double spread = std::log(std::clamp(c.spread, least, most) / usual);
  return {std::clamp(c.launch, 0.0, 1.0),
          c.chip_measured ? spread : 0.0,
          c.chip_measured ? 0.0 : spread,
          !c.chip_measured && c.relative_measured ? 1.0 : 0.0,
          !c.chip_measured && !c.relative_measured ? 1.0 : 0.0,
          c.kernel_known ? 0.0 : 1.0,
          is(KernelKind::product),
          is(KernelKind::attention),
          is(KernelKind::dispatched),
          is(KernelKind::mixture),
          is(KernelKind::sparse),
          is(KernelKind::state),
          c.long_running ? 1.0 : 0.0};
}

KernelBandRule read_kernel_band(const catalog::Catalog& catalog) {
  const catalog::Entry& entry = catalog.entry("bands", "kernels");
  const auto figure = [&](std::string_view key) { return entry.at(key).amount.median(); };
  KernelBandRule rule;
  rule.base = figure("base"), rule.below = figure("below"), rule.above = figure("above");
  for (std::size_t i = 0; i < kernel_band_keys.size(); ++i) rule.factors[i] = figure(kernel_band_keys[i]);
  for (const catalog::Entry& part : entry.parts) rule.spreads[part.name] = part.number("spread", usual);
  return rule;
}

KernelBand kernel_band(const KernelBandRule& rule, const KernelCertainty& certainty) {
  const KernelBandTerms terms = kernel_band_terms(certainty);
  double log_sigma = rule.base;
  for (std::size_t i = 0; i < terms.size(); ++i) log_sigma += terms[i] * rule.factors[i];
  const double sigma = std::exp(log_sigma);
  return {std::exp(-rule.below * sigma), std::exp(rule.above * sigma)};
}

KernelCertainty certainty_of(std::string_view operation, const KnownKernel& known, double time) {
  KernelCertainty c;
  const auto has = [&](std::string_view part) { return operation.find(part) != std::string_view::npos; };
  if (has("grouped") || has("mixture")) c.kind = KernelKind::mixture;
  else if (has("sparse") || has("compressed")) c.kind = KernelKind::sparse;
  else if (has("convolution") || has("scan") || has("recurrent") || has("hyper")) c.kind = KernelKind::state;
  else if (has("encoder")) c.kind = KernelKind::attention;
  c.launch = time > 0 ? known.constants.launch / time : 0;
  c.spread = known.spread;
  c.chip_measured = known.chip_measured, c.relative_measured = known.relative_measured;
  c.kernel_known = known.kernel_known;
  c.long_running = time >= 50e-6;
  return c;
}

}  // namespace orrery::silicon
