// The file of a market: what it may say, and what is read of it. It sells one product, or several that each have their
// own supply and buyers, or share limits. It answers as a study of its own (study/market), and a programme's orders
// draw on it.
#pragma once
#include <string>
#include <vector>

#include "scenario/reader.h"
#include "silicon/market.h"
#include "silicon/shared_limits.h"

namespace orrery::silicon {

/// What was seen in a quarter: a wait, weeks, or a rent, $/h.
struct MarketSeen {
  std::string name, source;
  size_t quarter = 0;  ///< of the supply's, then of the later ones
  bool rent = false;
  double low = 0, high = 0;
};

/// Where a row of supply or a buyer's orders are from.
struct MarketOrigin {
  std::string name, basis, source;
};

/// What products share, by quarter, in a unit of its own: wafers, stacks.
struct MarketLimit {
  std::string name;
  std::vector<scenario::UncertainNumber> there;
};

/// A product that shares the limits.
struct MarketProduct {
  LimitedProduct terms;         ///< without a plan
  std::vector<double> planned;  ///< by quarter, accelerators
};

/// The market of one product as its file says it. Uncertain values are indices into the inputs of the reader that it
/// was read with.
struct Market {
  std::string product;
  bool rented = true;                            ///< has a rent; the two are not looked at where it has none
  scenario::UncertainNumber rent, elasticity;    ///< $ per accelerator and s
  Date first;                                    ///< day of the first quarter
  std::vector<std::string> quarters, sources;    ///< of the supply
  std::vector<std::string> later;                ///< quarters after it, of which the rent is asked for
  std::vector<scenario::Uncertain<Chips>> made;  ///< as given; empty where limits say it
  std::vector<MarketLimit> limits;
  std::vector<MarketProduct> products;  ///< that share the limits, the market's own first
  std::vector<MarketBuyer> buyers;
  std::vector<MarketSeen> seen;
  std::vector<MarketOrigin> origins;  ///< of the supply, then of the buyers

  /// Accelerators made by quarter.
  std::vector<double> made_in(scenario::Draws draws) const;
  /// What the limits let through in a quarter, by product; nothing where none are given.
  LimitedOutput within_limits(scenario::Draws draws, size_t quarter) const;
  /// The name of the limit that holds the market's product in a quarter at the medians; empty where none does.
  std::string held_by(size_t quarter) const;
};

/// What such a file may say.
const scenario::Form& market_form();

/// The products that a file of that form sells: of [market], or each [product.*] that has buyers.
std::vector<std::string> products_sold(const scenario::View& root);

/// The section of a product that a file sells: the top of the file where it sells one by [market]. Paths of its inputs
/// and settings begin with that of the section.
scenario::View section_of(const scenario::View& root, const std::string& product);

/// The markets of a file of that form, one for each of these products, or for all that it sells. Throws Error for
/// quarters that are left out, for orders, plans or observations outside of them, for supply beside limits, for limits
/// of which no product is the market's, for a product that uses none that there are, and for [market] or its parts
/// beside products that have buyers of their own.
std::vector<Market> read_markets(scenario::Reader& reader, const std::vector<std::string>& products = {});

}  // namespace orrery::silicon
