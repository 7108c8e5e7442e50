// A market for accelerators by the quarter: what is made is shared among buyers by contract, then by priority; who goes
// short waits until later supply serves it, and the shortage moves the rent.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace orrery::silicon {

/// Who orders, and how much in each quarter.
struct MarketBuyer {
  std::string name;
  double contract = 0;  ///< share of each quarter's supply that is this buyer's by contract, up to what it waits for
  double take = 0;   ///< accelerators a quarter by take or pay: served with the contracts, and ordered where it is not
  int priority = 1;  ///< among the rest, 1 is served first
  std::vector<double> orders;  ///< new orders by quarter, accelerators
};

struct MarketQuarter {
  double supply = 0;  ///< made in the quarter and left over from before
  double wanted = 0;  ///< new orders and those not yet served
  double delivered = 0;
  std::vector<double> ordered_by;                ///< by buyer: new in the quarter, with what take or pay adds
  std::vector<double> delivered_to, waiting_of;  ///< by buyer; waiting at the end of the quarter

  double waiting() const { return wanted - delivered; }
};

/// Shares the supply of each quarter. Contracts come first: shares of what is made in it, and what take or pay says,
/// which is scaled to what shares leave. Then the priorities in their order, within a priority the oldest order first,
/// those of one quarter in proportion. What nobody wants is kept for the next quarter. Shares of over 1 in sum are
/// scaled to 1. More supply in any quarter makes no buyer wait for more at the end of any. Throws Error when a buyer
/// has another number of quarters, and for a negative amount.
std::vector<MarketQuarter> share_supply(const std::vector<double>& made, const std::vector<MarketBuyer>& buyers);

/// Quarters from the end of one until what is made later has served what waits then: the wait of an order placed at
/// that moment, first in first out. Supply is even within a quarter; after the last it goes on as in the last in which
/// any was made. Infinite where something waits and none ever is.
double wait_of_order(const std::vector<double>& made, double waiting, std::size_t quarter);

/// What is delivered by quarter to a part of a buyer's orders, first in first out: older orders before newer ones,
/// those of one quarter in proportion. part: accelerators ordered by quarter, at most those of the buyer.
std::vector<double> deliveries_of_part(const std::vector<double>& part, const std::vector<MarketQuarter>& quarters,
                                       std::size_t buyer);

/// Rent where demand is not supply, for a demand of constant elasticity (below 0):
/// rent x (wanted / supply)^(-1 / elasticity). Throws Error for an elasticity of 0 or more.
double rent_response(double rent, double wanted, double supply, double elasticity);

}  // namespace orrery::silicon
