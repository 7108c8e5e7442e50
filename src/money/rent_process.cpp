#include "money/rent_process.h"

#include <cmath>

#include "base/amount.h"
#include "base/error.h"

namespace orrery::money {

std::vector<double> rent_path(const RentProcess& process, double rent, double step, const std::vector<double>& shocks) {
  const auto [level, falls, reversion, volatility] = process;
  if (!(rent > 0 && level > 0)) throw Error({}, "rent", "is not above 0, or its level is not", "give rents above 0");
  if (!(reversion > 0 && volatility >= 0))
    throw Error({}, "reversion", "is not above 0, or the volatility is below", "give 1/year and 0.3");
  const double kept = std::exp(-reversion * step), lag = falls / reversion;
  const double spread = volatility * std::sqrt((1 - kept * kept) / (2 * reversion * year_length.value()));
  double above = std::log(rent / level);
  std::vector<double> out;
  for (const double shock : shocks) {
    above = lag + (above - lag) * kept + spread * shock;
    const double passed = step * static_cast<double>(out.size() + 1);
    out.push_back(level * std::exp(above - falls * passed));
  }
  return out;
}

}  // namespace orrery::money
