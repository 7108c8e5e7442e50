// Leases, cloud commitments, ventures and the book of commitments: balances, limits, and bad input.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "money/contracts/choice.h"
#include "money/contracts/commitments.h"
#include "money/contracts/venture.h"
#include "money/project/construction_loan.h"
#include "support/refusal.h"

namespace {
using namespace orrery;
using namespace orrery::money;

LeaseTerms some_lease(int months, double escalator = 0.03) {
  LeaseTerms lease;
  lease.name = "hall";
  lease.start = make_date(2026, 1, 1);
  lease.end = add_months(lease.start, months);
  lease.rent = Money(100000);
  lease.escalator = escalator;
  return lease;
}

Commitment some_commitment(const char* id, State state, double amount, Date said) {
  Commitment row;
  row.id = id;
  row.payer = "lab";
  row.payee = "cloud";
  row.state = state;
  row.said = said;
  row.start = make_date(2027, 1, 1);
  row.end = make_date(2032, 1, 1);
  row.amount = Money(amount);
  return row;
}
}  // namespace

RC_GTEST_PROP(Lease, monthly_and_yearly_rent_agree_at_a_zero_rate, ()) {
  LeaseTerms monthly = some_lease(*rc::gen::inRange(1, 200), *rc::gen::inRange(-5, 10) / 100.0);
  monthly.free_months = *rc::gen::inRange(0, std::min(12, lease_months(monthly)));
  monthly.deposit = Money(*rc::gen::inRange(0, 1000000));
  LeaseTerms yearly = monthly;
  yearly.months_per_payment = 12;
  const Money a = present_value(payments(monthly), 0, monthly.start),
              b = present_value(payments(yearly), 0, yearly.start);
  RC_ASSERT(std::abs((a - b).value()) < 0.005);
  // At a positive rate, rent paid yearly in advance weighs more.
  RC_ASSERT(present_value(payments(yearly), 0.08, yearly.start) <=
            present_value(payments(monthly), 0.08, monthly.start));
}

TEST(Lease, escalator_exit_renewal_and_take_or_pay) {
  LeaseTerms lease = some_lease(36);
  std::vector<Money> due = due_by_month(lease);
  EXPECT_EQ(due.size(), 36u);
  EXPECT_EQ(due[11], Money(100000));
  EXPECT_NEAR(due[12].value(), 103000, 1e-9);
  EXPECT_NEAR(due[35].value(), 106090, 1e-6);
  const auto cost_to_leave = [&](int months_used) { return leave(lease, due, months_used, 0).cost.value(); };
  EXPECT_NEAR(cost_to_leave(12), 12 * (103000 + 106090), 1e-6);  // no way out: all of it
  lease.exit = EarlyExit{6, 3, Money(50000)};
  EXPECT_NEAR(cost_to_leave(13), 50000, 1e-6);              // notice in time: it ends with the use
  EXPECT_NEAR(cost_to_leave(3), 7 * 100000 + 50000, 1e-6);  // notice from the seventh month on
  EXPECT_NEAR(cost_to_leave(8), 2 * 100000 + 50000, 1e-6);
  EXPECT_EQ(leave(lease, due, 3, 0).months, 10);
  // What falls due later weighs less.
  double later = 50000 * std::pow(1.08, -9 / 12.0);
  for (int month = 3; month < 10; ++month) later += 100000 * std::pow(1.08, -month / 12.0);
  EXPECT_NEAR(leave(lease, due, 3, 0.08).cost.value(), later, 1e-6);
  EXPECT_EQ(cost_to_leave(36), 0);
  lease.renewal = RenewalOption{18, 0.5};
  EXPECT_EQ(due_by_month(lease).size(), 36u);  // a right, taken up or not
  due = due_by_month(lease, {}, true);
  EXPECT_EQ(due.size(), 54u);
  EXPECT_NEAR(due[36].value(), 53045, 1e-6);
  EXPECT_NEAR(due[48].value(), 1.03 * 53045, 1e-6);
  EXPECT_EQ(cost_to_leave(36), 0);  // before it begins nothing of it is owed
  EXPECT_NEAR(cost_to_leave(37), 50000, 1e-6);
  lease.kind = LeaseKind::take_or_pay;
  lease.take_share = 0.6;
  const std::vector<Money> used = due_by_month(lease, {1.0, 0.1, 0.8});
  EXPECT_NEAR(used[0].value(), 100000, 1e-9);
  EXPECT_NEAR(used[1].value(), 60000, 1e-9);
  EXPECT_NEAR(used[2].value(), 80000, 1e-9);
}

TEST(Lease, bad_terms_give_one_message_each) {
  LeaseTerms lease = some_lease(36);
  lease.end = make_date(2025, 12, 31);
  EXPECT_TRUE(says(refusal([&] { check(lease); }), "no later than its start on 2026-01-01"));
  lease = some_lease(36);
  lease.rent = Money(-1);
  EXPECT_TRUE(says(refusal([&] { check(lease); }), "the rent is negative"));
  lease = some_lease(36);
  lease.months_per_payment = 5;
  EXPECT_TRUE(says(refusal([&] { check(lease); }), "does not divide a year"));
  lease = some_lease(36);
  lease.exit = EarlyExit{40, 1, Money()};
  EXPECT_TRUE(says(refusal([&] { check(lease); }), "after the lease has ended"));
  EXPECT_TRUE(says(refusal([] { parse_lease_kind("finanse"); }), "finance"));
  EXPECT_TRUE(says(refusal([] { in_dollars(1, "EURO", {{"EUR", 1.1}}); }), "EUR"));
  EXPECT_NEAR(in_dollars(2, "EUR", {{"EUR", 1.1}}).value(), 2.2, 1e-12);
}

TEST(Construction, interest_runs_from_each_draw) {
  ConstructionLoan loan;
  loan.share = 1;
  loan.rate = 0.12;
  const ConstructionFinance finance = construction_finance(loan, {Money(100), Money(100)});
  EXPECT_NEAR(finance.due.value(), 100 * 1.01 * 1.01 + 100 * 1.01, 1e-12);
  EXPECT_NEAR(finance.interest.value(), finance.due.value() - 200, 1e-12);
}

TEST(SaleAndLeaseback, rent_is_the_cost_of_the_money) {
  const LeaseTerms lease = some_lease(60, 0);
  SaleAndLeaseback deal{Money(5e6), Money(4.5e6), Money(1e5)};
  const SaleAndLeasebackResult result = sale_and_leaseback(deal, lease);
  ASSERT_EQ(result.cost_of_money.kind, InternalRates::Kind::one);
  EXPECT_NEAR(present_value(result.seller, result.cost_of_money.rates[0], lease.start).value(), 0, 1e-3);
  EXPECT_EQ(result.gain, Money(0.5e6));
  EXPECT_EQ(result.seller.months.back(), Money(-1e5));
  // The same money for the same rent costs more when more is lost with it.
  deal.residual_lost = Money(1e6);
  EXPECT_GT(sale_and_leaseback(deal, lease).cost_of_money.rates[0], result.cost_of_money.rates[0]);
}

JointVenture some_venture() {
  JointVenture venture;
  venture.capital = Money(30e6);
  venture.debt_share = 0.9;
  venture.debt_rate = 0.0658;
  venture.operator_share = 0.2;
  venture.guaranteed = Money(12e6);
  venture.market_value = Money(8e6);
  return venture;
}

TEST(JointVenture, pays_the_lender_its_rate_and_the_partner_the_rest) {
  LeaseTerms lease = some_lease(240, 0);
  lease.rent = Money(240000);
  JointVenture venture = some_venture();
  const JointVentureResult result = joint_venture(venture, lease);
  EXPECT_EQ(result.guarantee_paid, Money(4e6));
  EXPECT_NEAR(result.partner_equity.value(), 2.4e6, 1e-3);
  EXPECT_NEAR((result.operator_equity + result.partner_equity + result.debt).value(), 30e6, 1e-3);
  ASSERT_EQ(result.partner_return.kind, InternalRates::Kind::one);
  EXPECT_NEAR(present_value(result.partner_flow, result.partner_return.rates[0], lease.start).value(), 0, 1e-2);
  // The loan is worth its payments at its rate.
  const CashFlow loan{lease.start, std::vector<Money>(240, result.debt_service), Timing::end};
  EXPECT_NEAR(present_value(loan, venture.debt_rate, lease.start).value(), 27e6, 1);
  // A lower market value changes nothing for the partner below the guarantee, and costs the operator the difference.
  venture.market_value = Money(6e6);
  const JointVentureResult worse = joint_venture(venture, lease);
  EXPECT_NEAR(worse.partner_flow.total().value(), result.partner_flow.total().value(), 1e-3);
  EXPECT_NEAR(worse.operator_flow.total().value(), result.operator_flow.total().value() - 2e6, 1e-3);
  lease.rent = Money(100000);
  EXPECT_TRUE(says(refusal([&] { joint_venture(venture, lease); }), "debt service unpaid"));
}

RC_GTEST_PROP(JointVenture, the_venture_keeps_nothing, ()) {
  LeaseTerms lease = some_lease(*rc::gen::inRange(12, 240), *rc::gen::inRange(0, 5) / 100.0);
  lease.rent = Money(*rc::gen::inRange(3000000, 9000000));
  lease.months_per_payment = *rc::gen::element(1, 3, 12);
  lease.deposit = Money(*rc::gen::inRange(0, 1000000));
  JointVenture venture = some_venture();
  venture.debt_share = *rc::gen::inRange(0, 101) / 100.0;
  venture.operator_share = *rc::gen::inRange(0, 101) / 100.0;
  const JointVentureResult r = joint_venture(venture, lease);
  // What operator and partner get is what the assets sell for, less what they cost beyond the debt and its service.
  const double debt_cost = r.debt_service.value() * lease_months(lease) - r.debt.value();
  const double owners = (r.operator_flow.total() + r.partner_flow.total()).value();
  RC_ASSERT(std::abs(owners - (8e6 - 30e6 - debt_cost)) < 1e-6 * (30e6 + debt_cost));
  // The partner pays in once and is never asked for more, however seldom rent is paid.
  for (std::size_t month = 1; month < r.partner_flow.months.size(); ++month)
    RC_ASSERT(r.partner_flow.months[month] >= Money(0));
}

TEST(Commitments, revisions_are_rows_and_never_edits) {
  CommitmentBook book;
  book.add(some_commitment("nvidia", State::letter, 100e9, make_date(2025, 9, 22)));
  book.add(some_commitment("nvidia", State::binding, 30e9, make_date(2026, 2, 20)));
  EXPECT_EQ(book.rows().size(), 2u);
  EXPECT_EQ(book.standing(make_date(2025, 12, 31)).at(0).amount, Money(100e9));
  EXPECT_EQ(book.standing(make_date(2026, 3, 1)).at(0).amount, Money(30e9));
  EXPECT_TRUE(book.standing(make_date(2025, 1, 1)).empty());
  EXPECT_EQ(totals_of(book, make_date(2026, 3, 1)).total, Money(30e9));
  EXPECT_EQ(totals_of(book, make_date(2026, 3, 1)).by_state[static_cast<std::size_t>(State::binding)], Money(30e9));
  EXPECT_TRUE(says(refusal([&] { book.add(some_commitment("nvidia", State::signed_, 1, make_date(2024, 1, 1))); }),
                   "in the order they came to be known"));
}

TEST(Commitments, bad_rows_give_one_message_each) {
  CommitmentBook book;
  Commitment row = some_commitment("a", State::binding, 1e9, make_date(2026, 1, 1));
  row.lot = "gb200-2026q3";
  book.add(row);
  row.id = "b";
  EXPECT_TRUE(says(refusal([&] { book.add(row); }), "two binding contracts"));
  row.state = State::letter;  // a letter may name what another holds
  EXPECT_NO_THROW(book.add(row));
  row = some_commitment("c", State::letter, 1e9, make_date(2026, 1, 1));
  row.end = row.start;
  EXPECT_TRUE(says(refusal([&] { book.add(row); }), "no later than its start"));
  row = some_commitment("c", State::letter, -1, make_date(2026, 1, 1));
  EXPECT_TRUE(says(refusal([&] { book.add(row); }), "negative"));
  row = some_commitment("c", State::letter, 1, make_date(2026, 1, 1));
  row.payee = row.payer;
  EXPECT_TRUE(says(refusal([&] { book.add(row); }), "two parties"));
  EXPECT_TRUE(says(refusal([] { parse_state("bindig"); }), "binding"));
}

TEST(Commitments, what_fell_due_before_a_cancellation_stays) {
  CommitmentBook book;
  book.add(some_commitment("oracle", State::signed_, 60e9, make_date(2026, 1, 1)));  // 1 B$ a month, 2027 to 2031
  Commitment end = some_commitment("oracle", State::cancelled, 60e9, make_date(2028, 12, 31));
  end.notice_months = 6;
  book.add(end);
  const auto before = years_of(book, "lab", make_date(2028, 12, 30)), after = years_of(book, "lab", end.said);
  ASSERT_EQ(before.size(), 5u);
  ASSERT_EQ(after.size(), 3u);
  EXPECT_NEAR(after[0].due.value(), 12e9, 1);
  EXPECT_NEAR(after[1].due.value(), 12e9, 1);
  EXPECT_NEAR(after[2].due.value(), 6e9, 1e8);  // the notice
  const CommitmentTotals totals = totals_of(book, end.said);
  EXPECT_NEAR(totals.total.value(), 30e9, 1e8);
  EXPECT_NEAR(totals.by_payee.at("cloud").value(), 30e9, 1e8);
  EXPECT_NEAR(totals.by_state[static_cast<std::size_t>(State::cancelled)].value(), 30e9, 1e8);
  // What has fallen due has come true; what is to come may not.
  const auto drawn = years_of(obligations(book, end.said), {0, 0}, {});
  EXPECT_NEAR(drawn[1].due.value(), 12e9, 1);
  EXPECT_NEAR(drawn[2].due.value(), 0, 1);
  Claim claim;
  claim.said = end.said, claim.until = 2028;
  EXPECT_NEAR(check_claim(book, "lab", claim).amount.value(), 24e9, 1);
  end.id = "another";
  EXPECT_TRUE(says(refusal([&] { book.add(end); }), "revises no row"));
}

RC_GTEST_PROP(Commitments, a_revision_leaves_what_fell_due_and_keeps_its_amount, ()) {
  CommitmentBook book;
  Commitment row = some_commitment("cloud", State::signed_, *rc::gen::inRange(1, 100) * 1e9, make_date(2026, 1, 1));
  row.ramp_months = *rc::gen::inRange(0, 36);
  book.add(row);
  Commitment revised = row;
  revised.said = make_date(2026, 6, 1) + *rc::gen::inRange(0, 1500);
  revised.amount = row.amount * *rc::gen::inRange(2, 5);
  revised.end = make_date(2034, 1, 1);
  book.add(revised);
  const auto old_rows = obligations(book, revised.said - 1), rows = obligations(book, revised.said);
  RC_ASSERT(rows.size() == 2u);
  const double whole = revised.amount.value();
  RC_ASSERT(std::abs((rows[0].due.total() + rows[1].due.total()).value() - whole) < 1e-9 * whole);
  const double due = rows[0].due.total().value(),
               seen = old_rows[0].total_by_then().value();  // up to the day before
  RC_ASSERT(due >= seen - 1e-9 * whole);
  RC_ASSERT(due - seen <= 2 * row.amount.value() / 1800);  // a day's
}

TEST(Commitments, chips_that_are_bought_need_power_for_their_life) {
  CommitmentBook book;
  Commitment row = some_commitment("chips", State::binding, 60e9, make_date(2026, 1, 1));
  row.power = Power(5e9);
  row.life_months = 48;
  book.add(row);
  const auto years = years_of(book, "lab", make_date(2026, 6, 1));
  ASSERT_EQ(years.size(), 9u);  // bought 2027 to 2031, the last run to the end of 2035
  EXPECT_NEAR(years[0].power.value(), 1e9, 1);
  EXPECT_NEAR(years[3].power.value(), 4e9, 1);
  EXPECT_NEAR(years[4].power.value(), 4e9, 1);  // the first are off
  EXPECT_NEAR(years[7].power.value(), 1e9, 1);
  EXPECT_NEAR(years[8].power.value(), 0, 1);
  row.id = "free", row.amount = Money(0);
  EXPECT_TRUE(says(refusal([&] { book.add(row); }), "cost something"));
}

TEST(Commitments, money_raised_pays_beside_revenue) {
  CommitmentBook book;
  book.add(some_commitment("a", State::binding, 50e9, make_date(2026, 1, 1)));
  const auto years = years_of(book, "lab", make_date(2026, 6, 1), {{}, {{2027, Money(15e9)}}, 3, 0});
  EXPECT_EQ(years[0].raised, Money(15e9));  // no factor touches it
  EXPECT_NEAR(years[1].gap.value(), 5e9, 1);
  const RevenuePath path = revenue_that_closes(years, Money(20e9), 2026, 0.5);
  EXPECT_NEAR(path.needed[0].second.value(), 0, 1);
  EXPECT_NEAR(path.needed[1].second.value(), 10e9, 1);
  EXPECT_NEAR(path.needed[4].second.value(), 20e9, 1);
  EXPECT_LT(path.growth, 0);
}

TEST(Commitments, power_comes_with_the_ramp_and_the_larger_lack_binds) {
  CommitmentBook book;
  Commitment row = some_commitment("capacity", State::binding, 50e9, make_date(2026, 1, 1));
  row.power = Power(2e9);
  row.ramp_months = 24;
  book.add(row);
  const auto years = years_of(book, "lab", make_date(2026, 6, 1));
  EXPECT_NEAR(years[0].power.value(), 1e9, 2e6);
  EXPECT_EQ(years[2].power, Power(2e9));
  const auto limits = limits_of(years, {{2027, Power(5e8)}, {2028, Power(9e9)}});
  EXPECT_EQ(limits[0].without_money, 1);  // nothing comes in
  EXPECT_NEAR(limits[0].without_power, 0.5, 0.001);
  EXPECT_EQ(limits[1].without_power, 0);
  EXPECT_EQ(limits[2].without_power, 0);  // what stands goes on standing
  const auto later = limits_of(years, {{2028, Power(5e8)}});
  EXPECT_EQ(later[0].ready_year, 0);  // before all that is known: not held to it
  EXPECT_EQ(later[0].without_power, 0);
  EXPECT_EQ(later[3].ready_year, 2028);  // no word of 2030 is no power for it
  EXPECT_NEAR(later[3].without_power, 0.75, 1e-12);
}

TEST(Commitments, a_claim_is_held_against_what_stood_on_its_day) {
  CommitmentBook book;
  book.add(some_commitment("a", State::signed_, 10e9, make_date(2026, 1, 1)));
  Commitment later = some_commitment("b", State::letter, 30e9, make_date(2026, 1, 1));
  later.said = later.said + 100;
  book.add(later);
  Claim claim;
  claim.said = later.said - 1;
  EXPECT_NEAR(check_claim(book, "lab", claim).amount.value(), 10e9, 1);
  claim.said = later.said;
  EXPECT_NEAR(check_claim(book, "lab", claim).amount.value(), 40e9, 1);
  claim.until = 2027;
  const Money to_2027 = check_claim(book, "lab", claim).amount;
  EXPECT_GT(to_2027, Money(0));
  EXPECT_LT(to_2027, Money(40e9));
  EXPECT_EQ(check_claim(book, "nobody", claim).amount, Money(0));
}

TEST(Commitments, due_financed_and_gap_by_year) {
  CommitmentBook book;
  Commitment row = some_commitment("capacity", State::binding, 50e9, make_date(2026, 1, 1));
  row.financed = Money(15e9);
  row.take_share = 0.8;
  row.power = Power(1e9);
  book.add(row);
  book.add(some_commitment("rumoured", State::rumour, 500e9, make_date(2026, 1, 1)));
  const std::vector<YearOfCommitments> years =
      years_of(obligations(book, make_date(2026, 6, 1)), {1, 0}, {{{2028, Money(4e9)}}, {}, 1, 0});
  ASSERT_EQ(years.size(), 5u);
  Money due, financed;
  for (const YearOfCommitments& year : years) {
    due += year.due;
    financed += year.financed;
    EXPECT_NEAR(year.taken / year.due, 0.8, 1e-12);
  }
  EXPECT_NEAR(due.value(), 50e9, 1);
  EXPECT_NEAR(financed.value(), 15e9, 1);
  EXPECT_NEAR(years[0].gap.value(), 0, 1);    // 10 B$ due and financed
  EXPECT_NEAR(years[1].gap.value(), 1e9, 1);  // 10 due, 5 financed, 4 of its own
  EXPECT_NEAR(years[2].gap.value(), 10e9, 1);
  EXPECT_EQ(years[0].power, Power(1e9));
  const RevenuePath path = revenue_that_closes(years, Money(20e9), 2026, 0.5);
  EXPECT_NEAR(path.needed.back().second.value(), 20e9, 1);
  // 5 + 10 + 10 + 10 in the years 2 to 5 from half of 20 (1+g)^n, the first year's kept.
  const double x = 1 + path.growth;
  EXPECT_NEAR(10e9 * (x + x * x + std::pow(x, 3) + std::pow(x, 4) + std::pow(x, 5)), 35e9, 1e3);
  EXPECT_THROW(revenue_that_closes(years, Money(20e9), 2026, 0), Error);
  // A row that comes true by half is due by half, and a payer with twice the cash has less of a gap.
  const std::vector<Obligation> owed = obligations(book, make_date(2026, 6, 1));
  const std::vector<double> all(owed.size(), 1), half(owed.size(), 0.5);
  const std::map<int, Money> cash = {{2028, Money(4e9)}};
  const auto whole = years_of(owed, all, {cash, {}, 1, 0}), part = years_of(owed, half, {cash, {}, 1, 0}),
             rich = years_of(owed, all, {cash, {}, 2, 0});
  ASSERT_EQ(whole.size(), part.size());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_NEAR(part[i].due.value(), 0.5 * whole[i].due.value(), 1e-6);
    EXPECT_LE(rich[i].gap, whole[i].gap);
  }
}

TEST(Cloud, ramp_sums_to_the_commitment_and_take_or_pay_binds) {
  CloudTerms cloud;
  cloud.name = "capacity";
  cloud.start = make_date(2026, 1, 1);
  cloud.end = make_date(2033, 1, 1);
  cloud.total = Money(38e9);
  cloud.ramp_months = 12;
  const std::vector<Money> committed = committed_by_month(cloud);
  Money sum;
  for (const Money month : committed) sum += month;
  EXPECT_NEAR(sum.value(), 38e9, 1);
  EXPECT_LT(committed[0], committed[11]);
  EXPECT_EQ(committed[12], committed[83]);
  // Without use, the share that must be taken is paid.
  const Work idle{cloud.start, std::vector<Chips>(84)};
  EXPECT_NEAR(renting(idle, cloud, 0).total.back().value(), 38e9, 1);
  cloud.take_share = 0.5;
  EXPECT_NEAR(renting(idle, cloud, 0).total.back().value(), 19e9, 1);
  cloud.end = cloud.start;
  EXPECT_TRUE(says(refusal([&] { check(cloud); }), "no later than its start"));
}

RC_GTEST_PROP(Choice, a_right_never_makes_a_lease_dearer, ()) {
  const int term = *rc::gen::inRange(6, 60);
  Work work;
  work.start = make_date(2026, 1, 1);
  work.chips.assign(static_cast<std::size_t>(*rc::gen::inRange(1, 100)), Chips(1000));
  CloudTerms cloud;
  cloud.start = work.start, cloud.end = make_date(2031, 1, 1);
  cloud.price = MoneyPerChipTime(*rc::gen::inRange(1, 60) / 36000.0);
  LeaseOption plain;
  plain.terms = some_lease(term);
  plain.terms.rent = Money(*rc::gen::inRange(1, 5000000));
  plain.chips = Chips(1000);
  LeaseOption free = plain;
  if (*rc::gen::arbitrary<bool>())
    free.terms.exit =
        EarlyExit{*rc::gen::inRange(0, term), *rc::gen::inRange(0, 12), Money(*rc::gen::inRange(0, 2000000000))};
  if (*rc::gen::arbitrary<bool>())
    free.terms.renewal = RenewalOption{*rc::gen::inRange(1, 48), *rc::gen::inRange(0, 400) / 100.0};
  const std::vector<Money> bound = leasing(work, plain, cloud, 0.05).total,
                           with = leasing(work, free, cloud, 0.05).total;
  for (std::size_t month = 0; month < bound.size(); ++month) {
    const double least = bound[month].value();
    RC_ASSERT(with[month].value() <= least + 1e-9 * std::abs(least));
  }
}

TEST(Choice, short_work_is_rented_and_long_work_owned) {
  Work work;
  work.start = make_date(2026, 1, 1);
  work.chips.assign(60, Chips(1000));
  CloudTerms cloud;
  cloud.start = work.start;
  cloud.end = make_date(2031, 1, 1);
  cloud.price = MoneyPerChipTime(3.0 / 3600);
  cloud.price_change = -0.1;
  OwnTerms own;
  own.price = Quantity<dimension::money - dimension::chips>(40000);
  own.building = Quantity<dimension::money - dimension::chips>(15000);
  own.running = MoneyPerChipTime(0.4 / 3600);
  own.wait_months = 3;
  own.selling_cost = 0.1;
  LeaseOption lease;
  lease.terms = some_lease(60, 0);
  lease.terms.name = "lease";
  lease.terms.rent = Money(2.0 * 730.5 * 1000);
  lease.terms.exit = EarlyExit{0, 6, Money(1e6)};
  lease.chips = Chips(1000);
  const std::vector<Option> options = {owning(work, own, cloud, 0.09), leasing(work, lease, cloud, 0.09),
                                       renting(work, cloud, 0.09)};
  const std::vector<CheapestSpan> spans = cheapest_by_month(options);
  ASSERT_GE(spans.size(), 2u);
  EXPECT_EQ(options[spans.front().option].name, "cloud");
  EXPECT_NE(options[spans.back().option].name, "cloud");
  int expected_month = 0;
  for (const CheapestSpan& span : spans) {
    EXPECT_EQ(span.from_month, expected_month);
    expected_month = span.to_month + 1;
    for (int m = span.from_month; m <= span.to_month; ++m)
      for (const Option& option : options)
        EXPECT_LE(options[span.option].total[static_cast<std::size_t>(m)], option.total[static_cast<std::size_t>(m)]);
  }
  EXPECT_EQ(expected_month, 60);
  EXPECT_THROW(cheapest_by_month({}), Error);
  // Accelerators age while they wait, the hall does not: the month after the wait of 3.
  const double kept = 0.9 * 1000 * (40000 * std::pow(0.65, 4 / 12.0) + 15000 * std::pow(0.95, 1 / 12.0));
  EXPECT_NEAR(options[0].parts[3][static_cast<std::size_t>(CostPart::residual)], -kept * std::pow(1.09, -4 / 12.0), 1);
  // Ways that differ by less than can be told apart are named together.
  for (const CheapestSpan& span : cheapest_by_month(options, 0.03))
    for (std::size_t i = 0; i < options.size(); ++i) {
      const auto month = static_cast<std::size_t>(span.from_month);
      const bool level = options[i].total[month] <= options[span.option].total[month] * 1.03;
      EXPECT_EQ(std::count(span.level.begin(), span.level.end(), i), level ? 1 : 0);
    }
}
