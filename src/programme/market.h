// Market files: supply by quarter, buyers with their orders, and what was seen. `orrery run` knows them by [market].
#pragma once
#include <string>
#include <vector>

#include "base/distribution.h"
#include "base/document.h"
#include "base/spread.h"
#include "programme/plan.h"
#include "silicon/market.h"

namespace orrery::programme {

/// A quarter as the file gives it.
struct MarketSupply {
  std::string quarter;  ///< "2023-Q2"
  Distribution made;    ///< accelerators
  std::string basis, source, note;
};

/// What was seen in a quarter; never an input.
struct MarketObservation {
  std::string name, source;
  size_t quarter = 0;
  double weeks_low = 0, weeks_high = 0;  ///< the wait of a new order
};

struct MarketQuestion {
  std::string file, title, description, product;
  double elasticity = -1;
  double rent = 0;               ///< $ per accelerator and hour in a market in balance
  std::vector<MarketSupply> supply;
  std::vector<silicon::MarketBuyer> buyers;
  std::vector<std::string> notes;  ///< of the buyers: where their orders come from
  std::vector<MarketObservation> observations;
};

/// Reads a market file. Throws Error for unknown keys, quarters that do not follow each other, orders in quarters
/// without supply.
MarketQuestion read_market(const Node& root, const std::string& file);

/// What each quarter comes to in the trials, or at the medians, all three the same.
struct MarketForecast {
  std::vector<silicon::MarketQuarter> quarters;  ///< at the medians
  std::vector<Spread> waiting, weeks, rent;  ///< by quarter
};

/// Weeks that an order of the end of a quarter waits at that quarter's rate of supply.
double weeks_of_wait(const silicon::MarketQuarter& quarter, double made);

MarketForecast forecast_market(const MarketQuestion& question, int trials, std::uint64_t seed);

}  // namespace orrery::programme
