// A market's quarters as text and JSON.
#pragma once
#include <string>

#include "programme/market.h"

namespace orrery::report {

std::string market_text(const programme::MarketQuestion& question, const programme::MarketForecast& forecast, int trials);
std::string market_json(const programme::MarketQuestion& question, const programme::MarketForecast& forecast, int trials);

}  // namespace orrery::report
