// Finance files: a project that lets its accelerators, owning against a contract, own against lease against cloud on
// the same work, what others own and lease, and a book of commitments. Sections may be left out; docs/money.md
// describes them.
#pragma once
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "money/contracts/choice.h"
#include "money/contracts/compute_cost.h"
#include "money/contracts/venture.h"
#include "money/project/construction_loan.h"
#include "money/project/single_owner.h"
#include "programme/ledger_file.h"
#include "study/kind.h"

namespace orrery::study {

/// [owner]: the yearly cost of owned capacity, and a contract's rent to hold it against.
struct OwnerQuestion {
  std::string prices, contract;  ///< names of catalog entries; contract may be empty
  std::string prices_title, contract_title;
  double pue = 0;  ///< of the contract's facility where its power is the facility's; 0 where it is of IT
  money::UncertainOwnerCost cost;
  money::MoneyPerPowerTime rent;  ///< of the contract; 0 without one
  struct Published {
    Time it_life;
    money::MoneyPerPowerTime cost;  ///< of owning for that life, as somebody else has it
  };
  std::vector<Published> published;
  std::string rental, rental_title;  ///< a contract by the accelerator; may be empty
  money::MoneyPerChipTime rental_rent;
};

/// [work], [own], [lease], [cloud]: the comparison by month.
struct ChoiceQuestion {
  money::Work work;
  double rate = 0;              ///< discount rate a year
  double least_difference = 0;  ///< share of cost below which ways are not told apart
  std::optional<money::OwnTerms> own;
  std::optional<money::LeaseOption> lease;
  money::CloudTerms cloud;  ///< also bridges waits
};

/// [project]: accelerators owned, financed and let by the hour. The pro forma's unit of sale is the accelerator-hour.
struct ProjectQuestion {
  Date start;  ///< of service; construction ends the day before
  Chips chips;
  money::SingleOwner project;
  money::ConstructionFinance construction;
  double covenant = 0;  ///< least coverage that the lender asks for; 0: none
};

/// [sale_and_leaseback] and [venture]: what others own and lease to their user, on the terms of [lease].
struct LeaseQuestion {
  money::LeaseTerms lease;
  std::optional<money::SaleAndLeaseback> sale;
  std::optional<money::JointVenture> venture;
};

struct FinanceQuestions {
  std::optional<ProjectQuestion> project;
  std::optional<OwnerQuestion> owner;
  std::optional<ChoiceQuestion> choice;
  std::optional<LeaseQuestion> leased;
  std::optional<programme::CommitmentLedger> commitments;
};

/// What finance files may say.
const scenario::Form& finance_form();

/// Reads a checked finance file. Throws Error for contracts that cannot be (a lease that ends before it starts, two
/// binding contracts for one lot of chips, a currency that is not there, a venture whose rent does not pay its debt).
FinanceQuestions read_finance(scenario::Reader& reader);
/// Its [project].
ProjectQuestion read_project(scenario::Reader& reader, const scenario::View& in);

// The parts of the answer.
void add_project(Document& document, const ProjectQuestion& question);
/// With the band of its trials, whose draws of owner_inputs() start at first_input; of 2,000 of its own without.
void add_owner(Document& document, const OwnerQuestion& question, std::size_t first_input, const Trials& trials);
void add_choice(Document& document, const ChoiceQuestion& question);
void add_leased(Document& document, const LeaseQuestion& question);
/// What would have to be true: the revenue that pays for years of commitments; key: of the object that has it. Nothing
/// where the ledger says no revenue.
void add_revenue(Document& document, const programme::CommitmentLedger& ledger,
                 const std::vector<money::YearOfCommitments>& years, const std::string& key);
/// gaps: by year, empty without trials.
void add_commitments(Document& document, const programme::CommitmentLedger& question, const std::vector<Spread>& gaps);

/// The uncertain inputs of an owner's cost, and the cost's inputs when they are as drawn.
std::vector<Input> owner_inputs(const OwnerQuestion& question);
money::OwnerCostInputs owner_drawn(Draws draws);

/// The yearly lines of a pro forma: a table for people, and every line by year as data under lines.
void add_cash_flow(Document& document, const money::Lines& lines, const std::string& key);
/// Says in words where cash does not cover debt service, and where it covers less than a covenant asks (0: none).
void say_uncovered_debt(Document& document, const money::Lines& lines, double covenant = 0);
/// "-5.625 %", or all rates where there are several.
std::string rates_text(const money::InternalRates& rates);
/// "12 %", with a sign "+12 %"; what is beyond 10 million per cent in two digits, "1e+09 %".
std::string per_cent(double share, int decimals = 0, bool sign = false);

}  // namespace orrery::study
