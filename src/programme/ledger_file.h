// The ledger of commitments in a finance file: its sections, what is read of them, and the question that they ask. It
// answers by itself (study/finance), and a programme's parts are paid through it (programme/funding).
#pragma once
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/distribution.h"
#include "money/contracts/commitments.h"
#include "scenario/reader.h"
#include "scenario/section.h"

namespace orrery::programme {

/// [[commitment]], [[claim]], [ledger], [cash], [raised], [power], [realised]: who promised what, and the gap.
struct CommitmentLedger {
  money::CommitmentBook book;
  std::string payer;
  Date date;                     ///< rows said later do not count
  money::CashByYear cash;        ///< its factor is cash_factor's, not this
  std::optional<Money> revenue;  ///< of revenue_year
  int revenue_year = 0;
  double compute_share = 0;        ///< of revenue that may go to computing
  double price_change = 0;         ///< of what computing sells for, a year
  std::map<int, Power> own_power;  ///< that the payer's sites have for a year: before its last day
  std::vector<money::Claim> claims;
  std::array<Distribution, money::states> realised;  ///< share of a commitment in each state that comes true
  Distribution cash_factor = Distribution::constant(1);
};

/// [commitment], [claim], [ledger], [cash], [raised], [power], [realised] and [currencies], put at the end.
void add_ledger_sections(std::vector<scenario::Section>& sections);

/// Reads those sections of a checked file that has commitments. Throws Error for rows that cannot be (one that ends
/// before it starts, two binding ones for one lot of chips), a currency that is not there, and a payer who pays none.
CommitmentLedger read_ledger(scenario::Reader& reader, const scenario::View& root);

}  // namespace orrery::programme
