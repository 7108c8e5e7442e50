// A market for accelerators by the quarter: what is made is shared among buyers by contract, then by priority; who goes
// short waits, and the wait moves the rent.
#pragma once
#include <string>
#include <vector>

namespace orrery::silicon {

/// Who orders, and how much in each quarter.
struct MarketBuyer {
  std::string name;
  double contract = 0;  ///< share of each quarter's supply that is this buyer's by contract, up to what it waits for
  int priority = 1;     ///< among the rest, 1 is served first
  std::vector<double> orders;  ///< new orders by quarter, accelerators
};

struct MarketQuarter {
  double supply = 0;  ///< made in the quarter and left over from before
  double wanted = 0;  ///< new orders and those not yet served
  double delivered = 0;
  std::vector<double> delivered_to, waiting_of;  ///< by buyer; waiting at the end of the quarter

  double waiting() const { return wanted - delivered; }
};

/// Shares the supply of each quarter: contracts first, then the priorities in their order, within a priority by what
/// each still waits for. What nobody wants is kept for the next quarter. Contracts of over 1 in sum are scaled to 1.
/// Throws Error when a buyer has another number of quarters, and for a negative amount.
std::vector<MarketQuarter> share_supply(const std::vector<double>& made, const std::vector<MarketBuyer>& buyers);

/// Rent where demand is not supply, for a demand of constant elasticity (below 0):
/// rent x (wanted / supply)^(-1 / elasticity). Throws Error for an elasticity of 0 or more.
double rent_response(double rent, double wanted, double supply, double elasticity);

}  // namespace orrery::silicon
