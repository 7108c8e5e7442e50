// Money as a limit. A ledger of commitments (money/contracts/commitments) says what a payer has promised and what pays
// for it; parts of the programme are paid for through its commitments, at what the forecast has them cost, so that each
// dollar counts once. What is asked for by quarter and not covered is the funding gap. Where money is a limit, what has
// not begun and is not binding starts in the first month from which all that has started before can be paid with it for
// a time ahead (cover); until then its parts wait.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "programme/ledger_file.h"
#include "programme/simulate.h"

namespace orrery::programme {

/// A commitment of the payer, with the parts of the programme that it pays for.
struct FundedItem {
  std::string name, payee, what;
  money::State state = money::State::rumour;  ///< of the row that stands
  Power power;                                ///< likewise
  bool bought = false;                        ///< it is about chips that are bought, not capacity that is rented
  std::vector<std::size_t> rows;              ///< into Funding::owed
  std::vector<std::string> parts;             ///< as written; none: its payments are the ledger's
  std::vector<std::size_t> sites, orders, rentals, contracts;
  bool paid_by_parts = false;  ///< the payer pays for parts of it in the programme; else the ledger's payments stand

  bool tied() const { return !parts.empty(); }
  /// Whether it may wait: not what must be paid.
  bool may_wait() const { return !money::is_binding(state); }
};

struct Funding {
  CommitmentLedger ledger;
  std::vector<money::Obligation> owed;  ///< the payer's, seen on the ledger's day
  std::vector<int> share_of;            ///< of each, the input of the share that comes true; -1: all of it
  int own_cash = -1;                    ///< the input that multiplies the payer's own cash
  std::vector<FundedItem> items;
  std::vector<int> item_of;  ///< by cause, index into items; -1: of none
  bool limits = true;        ///< else the gap is told and all starts on its day
  int cover = 24;            ///< months from its start in which what starts must be paid
  int payer = -1;            ///< the company that pays; -1: the programme as a whole
  Date first;                ///< of the months
  std::size_t before = 0;    ///< of them, those before the plan's first

  /// From the first to the end of a plan.
  std::size_t months(const Plan& plan) const { return before + plan.months.size() - 1; }
};

/// A trial of a plan with funding: simulated as asked for and, where something waits, again. without: an item that
/// falls, with its parts and its payments after the ledger's day; -1: none.
Forecast simulate_funded(const Plan& plan, Draws draws, int without = -1);

/// What is due less what money there is and what earlier months left over, never below 0, summed over the months, $.
/// What fell due before the ledger's day was paid.
struct QuarterOfFunding {
  Date first;  ///< of the calendar's quarter, else of the plan
  double due = 0, money = 0;
  double gap = 0;   ///< of what is asked for
  double left = 0;  ///< of what starts
};
/// Those of the plan, in order. What is left over before its start counts.
std::vector<QuarterOfFunding> funding_quarters(const Plan& plan, const FundingForecast& funding);
/// A forecast of funding in which nothing is asked for and nothing comes in.
FundingForecast nothing_asked(const Plan& plan);

/// Power of commitments at the end of a year, W: of capacity, and of chips that are bought, apart.
struct YearOfPower {
  Date last;  ///< the year's last day, or the forecast's
  struct Of {
    double announced = 0;   ///< of all that stand, as they said
    double contracted = 0;  ///< of those, signed or firmer
    double financed = 0;    ///< of those, as they start
  } capacity, chips;
  /// Of the capacity that parts of the programme stand for: with hall, power and cooling or handed over; and usable.
  double built = 0, running = 0;
};
std::vector<YearOfPower> power_by_year(const Plan& plan, const Forecast& forecast);

/// The shares of an item's accelerators whose halls, power and cooling stand or that are handed over, and that are
/// usable, on a day; nothing where no part of it has accelerators.
struct PartsReady {
  double built = 0, usable = 0;
};
std::optional<PartsReady> parts_ready(const Plan& plan, const FundedItem& item, const Forecast& forecast, double day);

/// Reads [funding], once parts and causes have names. Throws Error for a ledger that is none, a commitment that it does
/// not have, a part that is not there or is paid for twice, and a payer that is no company of the plan.
void read_funding(scenario::Reader& reader, Plan& plan, const scenario::View& root);

}  // namespace orrery::programme
