// Finance as a kind of study: reading, trials, outputs. Each commitment of the payer comes true at a share drawn from
// its state's distribution, each year's cash is scaled by one draw; the owner's cost is drawn from the catalog's band.
#include "study/finance.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/units.h"
#include "money/project/break_even.h"
#include "study/kinds.h"

namespace orrery::study {
namespace {

struct Finance {
  FinanceQuestions questions;
  std::string title;
  std::vector<money::Obligation> owed;   ///< the payer's
  std::vector<std::ptrdiff_t> input_of;  ///< of each: of its state's share, or -1 where all of it has fallen due
  std::size_t cash_input = 0;
  std::vector<int> years;       ///< with commitments
  std::size_t first_owner = 0;  ///< of the inputs
  std::size_t owner_output = 0;
  std::size_t first_gap = 0;  ///< of the outputs: what is due and the gap of each year
};

/// What is due and the gap of each year of the payer when the inputs are as drawn.
void run_commitments(const Finance& f, Draws draws, std::span<double> out) {
  const programme::CommitmentLedger& q = *f.questions.commitments;
  std::vector<double> shares;
  for (std::size_t i = 0; i < f.owed.size(); ++i)
    shares.push_back(f.input_of[i] < 0 ? 1
                     : draws.empty()   ? q.realised[static_cast<std::size_t>(f.owed[i].row.state)].median()
                                       : draws[static_cast<std::size_t>(f.input_of[i])]);
  money::CashByYear cash = q.cash;
  cash.factor = draws.empty() ? q.cash_factor.median() : draws[f.cash_input];
  cash.factor_from = q.date.year();
  std::size_t at = f.first_gap;
  for (const money::YearOfCommitments& year : money::years_of(f.owed, shares, cash)) {
    out[at++] = year.due.value();
    out[at++] = year.gap.value();
  }
}

/// The inputs and outputs of a book of commitments.
void ask_commitments(Finance& f, Study& study) {
  const programme::CommitmentLedger& q = *f.questions.commitments;
  f.first_gap = study.outputs.size();
  f.owed = money::obligations(q.book, q.payer, q.date);
  for (const money::Obligation& owed : f.owed) {
    const money::Commitment& row = owed.row;
    // Of a row that another has taken the place of, what is drawn falls due under the other's notice.
    const bool open = owed.stands ? row.state != money::State::cancelled : owed.due.total() > owed.total_by_then();
    f.input_of.push_back(open ? static_cast<std::ptrdiff_t>(study.inputs.size()) : -1);
    if (open)
      study.inputs.push_back({"commitments." + row.id + (owed.stands ? "" : " of " + row.said.text()),
                              q.realised[static_cast<std::size_t>(row.state)], dimension::none,
                              "commitments as firm as a " + std::string(money::state_name(row.state))});
  }
  f.cash_input = study.inputs.size();
  study.inputs.push_back({"commitments.own_cash", q.cash_factor, dimension::none});
  for (const money::YearOfCommitments& year : money::years_of(f.owed, std::vector<double>(f.owed.size(), 1), q.cash)) {
    f.years.push_back(year.year);
    study.outputs.push_back({fmt::format("{} due", year.year), dimension::money});
    study.outputs.push_back({fmt::format("{} gap", year.year), dimension::money, false, true, true});
  }
}

Document answer_of(const Finance& f, const Trials& trials) {
  const FinanceQuestions& q = f.questions;
  Document out;
  out.say(f.title + "\n");
  if (q.project) add_project(out, *q.project);
  if (q.owner) add_owner(out, *q.owner, f.first_owner, trials);
  if (q.choice) add_choice(out, *q.choice);
  if (q.leased) add_leased(out, *q.leased);
  if (q.commitments) {
    std::vector<Spread> gaps;
    for (std::size_t i = 0; trials.count > 0 && i < f.years.size(); ++i)
      gaps.push_back(trials.spread(f.first_gap + 2 * i + 1));
    add_commitments(out, *q.commitments, gaps);
  }
  return out;
}

Study read(const scenario::Scenario& scenario, const catalog::Catalog& catalog) {
  scenario::Reader reader(scenario, catalog);
  Study study = titled_study(reader);
  auto f = std::make_shared<Finance>();
  f->title = study.title;
  f->questions = read_finance(reader);
  study = finished_study(std::move(study), reader);
  // What is certain is an output too, so that --against can hold it to another file's.
  std::vector<double> certain;
  auto add = [&](std::string name, Dimension dimension, double value) {
    study.outputs.push_back({std::move(name), dimension});
    certain.push_back(value);
  };
  if (f->questions.project) {
    money::SingleOwnerWorkspace workspace;
    const money::SingleOwnerResult r = money::run(f->questions.project->project, workspace, true);
    add("project: net present value after tax", dimension::money, r.npv);
    add("project: equity", dimension::money, r.equity);
    const Dimension rent = dimension::money - dimension::chips - dimension::time;
    add("project: price levelised, nominal", rent, r.levelised_price_nominal / 3600);
    add("project: levelised cost, nominal", rent, r.levelised_cost_nominal / 3600);
    if (const auto needed = money::price_for_no_value(f->questions.project->project, workspace))
      add("project: price in year 1 at which NPV is nought", rent, *needed / 3600);
  }
  if (f->questions.owner) {
    f->first_owner = study.inputs.size(), f->owner_output = study.outputs.size();
    add("owner's cost of IT power", dimension::money - dimension::power - dimension::time,
        money::owner_cost(f->questions.owner->cost.median()).total.value());
    study.outputs.back().explained = true;
    for (Input& input : owner_inputs(*f->questions.owner)) study.inputs.push_back(std::move(input));
  }
  if (f->questions.choice) {
    const ChoiceQuestion& q = *f->questions.choice;
    if (q.own)
      add("own: all of the work", dimension::money,
          money::owning(q.work, *q.own, q.cloud, q.rate).total.back().value());
    if (q.lease)
      add("lease: all of the work", dimension::money,
          money::leasing(q.work, *q.lease, q.cloud, q.rate).total.back().value());
    add("cloud: all of the work", dimension::money, money::renting(q.work, q.cloud, q.rate).total.back().value());
  }
  if (f->questions.leased && f->questions.leased->sale)
    add("sale and leaseback: gain", dimension::money,
        money::sale_and_leaseback(*f->questions.leased->sale, f->questions.leased->lease).gain.value());
  if (f->questions.leased && f->questions.leased->venture) {
    const money::JointVentureResult r = money::joint_venture(*f->questions.leased->venture, f->questions.leased->lease);
    add("venture: debt service a month", dimension::money, r.debt_service.value());
    add("venture: operator's equity", dimension::money, r.operator_equity.value());
    add("venture: partner's equity", dimension::money, r.partner_equity.value());
  }
  if (f->questions.commitments) ask_commitments(*f, study);
  if (f->questions.project) study.project = std::make_shared<const money::SingleOwner>(f->questions.project->project);
  study.trial = [f, certain](Draws draws, std::span<double> outputs) {
    std::copy(certain.begin(), certain.end(), outputs.begin());
    if (f->questions.owner && !draws.empty())
      outputs[f->owner_output] = money::owner_cost(owner_drawn(draws.subspan(f->first_owner))).total.value();
    if (f->questions.commitments) run_commitments(*f, draws, outputs);
  };
  study.answer = [f](const Trials& trials) { return answer_of(*f, trials); };
  return study;
}

}  // namespace

const Kind finance_kind{finance_form, read};

}  // namespace orrery::study
