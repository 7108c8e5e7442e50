#include "catalog/bounds.h"

#include <algorithm>
#include <array>
#include <utility>

namespace orrery::bounds {
namespace {

namespace d = dimension;
constexpr double kwh = 3.6e6, mwh = 3.6e9, hour = 3600;  // J, J, s

constexpr std::array most = {
    std::pair{d::time, longest},
    std::pair{d::money, most_money},
    std::pair{d::chips, most_chips},
    std::pair{d::tokens, most_tokens},
    std::pair{d::operations, 1e36},
    std::pair{d::power, most_power},
    std::pair{d::energy, most_energy},
    std::pair{d::data, 1e18},
    std::pair{d::bandwidth, most_bandwidth},
    std::pair{d::compute_rate, most_compute_rate},
    std::pair{d::area, 1.0},
    std::pair{d::length, 1e8},
    std::pair{d::frequency, 10 / year},
    std::pair{d::chips - d::time, most_chip_rate},
    std::pair{d::power - d::time, most_power_rate},
    std::pair{d::power - d::chips, 1e6},
    std::pair{d::money - d::chips, 1e8},                   // a whole wafer of accelerators sells for some $3M
    std::pair{d::money - d::chips - d::time, 1e5 / hour},  // $/h
    std::pair{d::money - d::power, 1e3},                   // $1B/MW; with all IT it is below $60M/MW
    std::pair{d::money - d::energy, 1e5 / mwh},            // $100k/MWh; caps of scarcity prices are below $20k/MWh
    std::pair{d::money - d::time, 1e13 / year},
    std::pair{d::money - d::volume, 1e4},
    std::pair{d::money - d::wafers, 1e7},
    std::pair{d::money - d::length, 1e6},
    std::pair{d::mass - d::energy, 100 / kwh},  // lignite is 1.2 kg/kWh
    std::pair{d::volume - d::energy, 1 / kwh},  // 1,000 L/kWh
    std::pair{d::none - d::chips - d::time, 1 / hour},
};

}  // namespace

double most_of(Dimension dimension) {
  const auto* const known = std::find_if(most.begin(), most.end(), [&](const auto& m) { return m.first == dimension; });
  return known == most.end() ? infinity : known->second;
}

}  // namespace orrery::bounds
