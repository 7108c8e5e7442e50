// The file of a market: what it may say, and what is read of it. It answers as a study of its own (study/market), and a
// programme's orders draw on it.
#pragma once
#include <string>
#include <vector>

#include "scenario/reader.h"
#include "silicon/market.h"

namespace orrery::silicon {

/// What was seen in a quarter: a wait, weeks, or a rent, $/h.
struct MarketSeen {
  std::string name, source;
  size_t quarter = 0;
  bool rent = false;
  double low = 0, high = 0;
};

/// Where a row of supply or a buyer's orders are from.
struct MarketOrigin {
  std::string name, basis, source;
};

/// A market as its file says it. Uncertain values are indices into the inputs of the reader that it was read with.
struct Market {
  std::string product;
  scenario::UncertainNumber rent, elasticity;  ///< $ per accelerator and s
  Date first;                                  ///< day of the first quarter
  std::vector<std::string> quarters, sources;  ///< of the supply
  std::vector<scenario::Uncertain<Chips>> made;
  std::vector<MarketBuyer> buyers;
  std::vector<MarketSeen> seen;
  std::vector<MarketOrigin> origins;  ///< of the supply, then of the buyers

  /// Accelerators made by quarter.
  std::vector<double> made_in(scenario::Draws draws) const;
};

/// What such a file may say.
const scenario::Form& market_form();

/// The market of a file of that form. Throws Error for quarters that are left out, and for orders or observations
/// outside of them.
Market read_market(scenario::Reader& reader);

}  // namespace orrery::silicon
