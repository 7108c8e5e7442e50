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
  KernelBandRule rule{catalog::read_band_rule(catalog, "kernels", kernel_band_keys), {}};
  for (const catalog::Entry& part : catalog.entry("bands", "kernels").parts)
    rule.spreads[part.name] = part.number("spread", usual);
  return rule;
}

KernelCertainty certainty_of(const KnownKernel& known, double time) {
  KernelCertainty c;
  c.kind = known.kind;
  c.launch = time > 0 ? known.constants.launch / time : 0;
  c.spread = known.spread;
  c.chip_measured = known.chip_measured, c.relative_measured = known.relative_measured;
  c.kernel_known = known.kernel_known;
  c.long_running = time >= long_kernel;
  return c;
}

}  // namespace orrery::silicon
