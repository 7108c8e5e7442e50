// A Sankey diagram: parties in columns from left to right, and bands between them as wide as what flows. Parties stand
// one column right of the last that pays them (longest path), in each column by the mean place of their neighbours
// (Sugiyama, Tagawa and Toda, IEEE Transactions on Systems, Man, and Cybernetics 11, 1981). What flows back is told
// from what flows forth by the greedy order of Eades, Lin and Smyth (Information Processing Letters 47, 1993) and goes
// round below. The picture of the command line and that of the page are drawn from these places.
#pragma once
#include <cstddef>
#include <vector>

namespace orrery::study {

/// What flows from a party to another, an index each; two that are the same are not drawn, nor is what is not above 0.
struct SankeyFlow {
  std::size_t from = 0, to = 0;
  double amount = 0;
};

/// Where a party stands. Heights are in lines of text, from the top of the picture down.
struct SankeyParty {
  int column = 0;  ///< -1: nothing flows to or from it
  double top = 0, height = 0;
};

/// A band: the middles of its two ends, and how wide it is, lines of text. One that flows back leaves its party on the
/// right, goes round below all parties in a lane of its own and reaches the other from the left.
struct SankeyBand {
  double from = 0, to = 0, width = 0;
  bool back = false;
  double lane = 0;  ///< of one that flows back: the middle of its lane
};

struct Sankey {
  std::vector<SankeyParty> parties;
  std::vector<SankeyBand> bands;  ///< as the flows; of those that are not drawn all 0
  int columns = 0;
  double height = 0;  ///< lines of text
};

/// Every band has a line of text to itself at both of its ends, whatever its width, and every party two above it.
/// last: parties that stand in the last column, such as a world outside that is only paid.
Sankey sankey_of(std::size_t parties, const std::vector<SankeyFlow>& flows, const std::vector<bool>& last = {});

}  // namespace orrery::study
