#include "programme/books.h"

#include <algorithm>
#include <cmath>

#include "money/project/construction_loan.h"
#include "money/series.h"
#include "programme/days.h"
#include "programme/ownership.h"
#include "programme/straight_lines.h"

namespace orrery::programme {

namespace {

/// The months of a forecast, in days from its start.
struct Calendar {
  const Plan& plan;
  std::size_t count() const { return plan.months.size() - 1; }
  double from(std::size_t m) const { return plan.months[m] - plan.start; }
  double to(std::size_t m) const { return plan.months[m + 1] - plan.start; }
};

/// What a part of the programme gives between two days that lie in one month.
class Given {
 public:
  Given(const Plan& plan, const Contract& contract, Draws draws, const Forecast& f)
      : plan_(plan), part_(contract.part), f_(f) {
    if (part_.site < 0) return;
    const Site& site = plan.sites[static_cast<std::size_t>(part_.site)];
    for (std::size_t b = 0; b < site.buildings.size(); ++b)
      if (part_.building < 0 || part_.building == static_cast<int>(b))
        halls_ = halls_ + Curve::ramp(std::max(0.0, site_of().buildings[b].halls_open),
                                      per_day(site.buildings[b].fit_out_rate.in(draws)),
                                      site.buildings[b].it_capacity.value());
  }

  double accelerator_days(double a, double b) const {
    if (part_.site < 0) return 0;
    const SiteForecast& s = site_of();
    if (part_.order < 0) return s.capacity.usable.integral(a, b);
    for (std::size_t k = 0; k < s.orders.size(); ++k)
      if (s.orders[k] == part_.order) return s.capacity.usable_by_supply[k].integral(a, b);
    return 0;
  }

  /// W x days: of a block as it is energised, else of halls as they are fitted out.
  double watt_days(double a, double b) const {
    if (part_.site < 0) return 0;
    if (part_.power >= 0) return site_of().power_rated[static_cast<std::size_t>(part_.power)].integral(a, b);
    return halls_.integral(a, b);
  }

  /// J that the block gave, or all blocks of the site but storage, in a share of a month.
  double energy(std::size_t month, double share) const {
    if (part_.site < 0) return 0;
    const site::EnergyMonth& e = site_of().energy[month];
    const Site& site = plan_.sites[static_cast<std::size_t>(part_.site)];
    double sum = 0;
    for (std::size_t b = 0; b < site.power.size(); ++b)
      if (part_.power == static_cast<int>(b) || (part_.power < 0 && site.power[b].role != site::SupplyRole::storage))
        sum += e.by_source[b];
    return share * sum;
  }

 private:
  const SiteForecast& site_of() const { return f_.sites[static_cast<std::size_t>(part_.site)]; }
  const Plan& plan_;
  const Part part_;
  const Forecast& f_;
  Curve halls_;
};

/// The share of a term's total that is owed once so many of its days are over; the rate rises evenly over a ramp.
double owed_share(double days, double term, double ramp) {
  const double t = std::clamp(days, 0.0, term), r = std::min(ramp, term);
  const double whole = term - r / 2;
  if (whole <= 0) return 0;
  return (t < r ? t * t / (2 * r) : t - r / 2) / whole;
}

/// $ that the plan spends on a part and all that belongs to it.
double cost_of(const Plan& plan, const std::string& part, const Forecast& f) {
  double cost = 0;
  for (const money::Entry& e : f.ledger.entries) {
    const std::string& name = plan.causes[static_cast<std::size_t>(e.cause)].name;
    if (money::is_capital(e.line) && (name == part || name.starts_with(part + '.'))) cost -= e.amount.value();
  }
  return cost;
}

std::size_t month_of(const Calendar& calendar, double day) {
  std::size_t m = 0;
  while (m + 1 < calendar.count() && day >= calendar.to(m)) ++m;
  return m;
}

/// A loan: what is lent on the first day comes back in equal parts in each month after, over its term.
void lend(const Plan& plan, const Contract& c, Draws draws, double first, double term, std::vector<double>& out) {
  const Calendar calendar{plan};
  const double amount = c.amount.in(draws).value();
  const std::size_t from = month_of(calendar, first);
  const int parts = std::max(1, static_cast<int>(std::lround(term / in_days(mean_month))));
  const double part = amount * money::capital_recovery_factor(std::pow(1 + c.rate, 1.0 / 12) - 1, parts);
  out[from] += amount;
  for (std::size_t m = from + 1; m < out.size() && m <= from + static_cast<std::size_t>(parts); ++m) out[m] -= part;
}

/// Rent and what is owed at least, from the first day to the last; term: days over which a total is owed, which an
/// early exit does not shorten.
/// option: the day from which the rent is that of an option.
void rent(const Plan& plan, const Contract& c, Draws draws, const Forecast& f, double first, double last, double term,
          double option, std::vector<double>& out) {
  const Calendar calendar{plan};
  const Given given(plan, c, draws, f);
  const double price = c.price.in(draws).value() * 86400, per_chip = c.price_per_chip.in(draws).value() * 86400,
               per_power = c.price_per_power.in(draws).value() * 86400,
               per_energy = c.price_per_energy.in(draws).value();
  const double owed = c.take_or_pay * c.total.value(), ramp = in_days(c.ramp);
  const double end = std::min(last, calendar.to(calendar.count() - 1));
  double used = 0, paid = 0;
  for (std::size_t m = 0; m < out.size(); ++m) {
    double rise = 1, year_start = first, due = 0;
    const auto add = [&](double a, double b, double at) {
      if (b <= a) return;
      due += at * price * (b - a) * rent_days(plan, m, c.price_by_day);
      if (per_chip > 0) due += at * per_chip * given.accelerator_days(a, b) * rent_days(plan, m, c.chip_by_day);
      if (per_power > 0) due += at * per_power * given.watt_days(a, b) * rent_days(plan, m, c.power_by_day);
      if (per_energy > 0) due += at * per_energy * given.energy(m, (b - a) / (calendar.to(m) - calendar.from(m)));
    };
    for (int year = 1; year_start < end; ++year, rise *= 1 + c.escalator) {
      const double year_end = std::min(end, anniversary(plan, first, year));
      const double a = std::max(calendar.from(m), year_start), b = std::min(calendar.to(m), year_end);
      add(a, std::min(b, option), rise);
      add(std::max(a, option), b, rise * c.option_price);
      year_start = year_end;
    }
    used += due * index_of(f, c.follows, static_cast<int>(m));
    const double least = owed * owed_share(std::min(calendar.to(m), end) - first, term, ramp);
    const double to_pay = std::max({used, least, paid});
    out[m] += to_pay - paid;
    paid = to_pay;
  }
}

/// The days of a contract: of the first and after the last day of rent; nothing where it never begins.
struct Term {
  double first = 0, last = 0, left = infinity;  ///< left: after the last day, where notice is given
  double option = infinity;                     ///< from when it goes on by its option
};

/// Whether a contract's payer goes on at a day by its option: the rent then is no more than what the market asks, which
/// on the first day was that of the contract.
bool goes_on(const Plan& plan, const Contract& c, const Forecast& f, double first, double day) {
  const Calendar calendar{plan};
  double rise = c.option_price;
  for (int year = 1; anniversary(plan, first, year) <= day; ++year) rise *= 1 + c.escalator;
  const auto asked = [&](double on) { return index_of(f, c.option_market, static_cast<int>(month_of(calendar, on))); };
  return rise * asked(first) <= asked(day);
}

std::optional<Term> term_of(const Plan& plan, const Contract& c, const Forecast& f) {
  const double horizon = plan.months.back() - plan.start;
  Term t;
  t.first = std::max({0.0, static_cast<double>(c.said - plan.start), day_in(plan, c.from, f.days)});
  if (!is_paid(c.state) || !(t.first < horizon)) return std::nullopt;
  t.last = day_in(plan, c.until, f.days) + 1;
  if (!std::isfinite(t.last)) t.last = horizon;
  if (c.option > Time(0) && t.last < horizon && t.last > t.first && goes_on(plan, c, f, t.first, t.last))
    t.option = t.last, t.last = std::min(horizon, t.last + std::floor(in_days(c.option)));
  if (c.exits) t.left = std::max(t.first, day_in(plan, c.exit, f.days) + in_days(c.notice));
  return t;
}

/// The day on which a company fails; never where it does not.
double fails_on(const Plan& plan, int company) {
  const std::optional<Date>& day = plan.companies[static_cast<std::size_t>(company)].fails;
  return day ? *day - plan.start : infinity;
}

/// The share of a span (days) in which a contract runs.
double share_let(const Plan& plan, const Contract& c, const Forecast& f, double from, double to) {
  const std::optional<Term> t = term_of(plan, c, f);
  if (!t) return 0;
  const double end = std::min({to, t->last, t->left, fails_on(plan, c.payer), fails_on(plan, c.payee)});
  return std::max(0.0, end - std::max(from, t->first)) / (to - from);
}

/// Takes out what a contract's parties do not pay once they have failed: of a month's rent or repayment the days after
/// it, and what is paid at once where its day comes after.
void stop_payments(const Plan& plan, const Contract& c, const Term& t, std::vector<double>& out) {
  const Calendar calendar{plan};
  const bool rents = is_rent(c.kind);
  const double payer = fails_on(plan, c.payer), payee = fails_on(plan, c.payee);
  const double once = c.kind == Contract::Kind::residual_guarantee ? t.last - 1 : t.first;
  for (std::size_t m = 0; m < out.size(); ++m) {
    const double days = calendar.to(m) - calendar.from(m);
    if (out[m] > 0 && !rents) out[m] *= once < payer ? 1 : 0;
    else out[m] *= std::clamp(((out[m] > 0 ? std::min(payer, payee) : payee) - calendar.from(m)) / days, 0.0, 1.0);
  }
}

}  // namespace

std::string_view role_name(Role role) {
  static constexpr std::string_view names[] = {"lab",     "cloud",      "land",   "energy", "building",
                                               "servers", "chip maker", "lender", "sponsor"};
  return names[static_cast<std::size_t>(role)];
}

std::string_view kind_name(Contract::Kind kind) {
  static constexpr std::string_view names[] = {"ground lease", "power purchase",     "hall lease",
                                               "server lease", "capacity",           "sale",
                                               "loan",         "residual guarantee", "warrant"};
  return names[static_cast<std::size_t>(kind)];
}

bool is_paid(money::State state) {
  return state >= money::State::signed_ && state != money::State::cancelled;
}

std::vector<double> paid_by_month(const Plan& plan, const Contract& c, Draws draws, const Forecast& f) {
  const Calendar calendar{plan};
  std::vector<double> out(calendar.count());
  const std::optional<Term> t = term_of(plan, c, f);
  if (!t) return out;
  const double horizon = calendar.to(calendar.count() - 1);
  switch (c.kind) {
    case Contract::Kind::loan:
      lend(plan, c, draws, t->first, t->last - t->first, out);
      break;
    case Contract::Kind::sale:
    case Contract::Kind::warrant:
      out[month_of(calendar, t->first)] += c.amount.in(draws).value();
      break;
    case Contract::Kind::residual_guarantee:
      if (t->last <= horizon)
        out[month_of(calendar, t->last - 1)] +=
            std::max(0.0, c.guaranteed.in(draws)-c.value.in(draws)*index_of(
                              f, c.follows, static_cast<int>(month_of(calendar, t->last - 1)))) *
            cost_of(plan, c.of, f);
      break;
    default:
      rent(plan, c, draws, f, t->first, std::min(t->last, t->left), t->last - t->first, t->option, out);
  }
  if (t->left < std::min(t->last, horizon)) out[month_of(calendar, t->left)] += c.fee.in(draws).value();
  stop_payments(plan, c, *t, out);
  return out;
}

double CompanyBook::cash(std::size_t month) const {
  double sum = 0;
  for (const std::vector<double>& party : with) sum += party[month];
  return sum;
}

double CompanyBook::capital(std::size_t month) const {
  double sum = 0;
  for (std::size_t l = 0; l < by_line.size(); ++l)
    if (money::is_capital(static_cast<money::Line>(l))) sum -= by_line[l][month];
  return sum;
}

double CompanyBook::receipts(std::size_t month) const {
  double sum = sales[month];
  for (std::size_t l = 0; l < by_line.size(); ++l)
    if (!money::is_capital(static_cast<money::Line>(l))) sum += std::max(0.0, by_line[l][month]);
  for (const std::vector<double>& contract : by_contract)
    if (!contract.empty()) sum += std::max(0.0, contract[month]);
  return sum;
}

double CompanyBook::running(std::size_t month) const {
  return receipts(month) - capital(month) - cash(month);
}

std::vector<CompanyBook> books_of(const Plan& plan, Draws draws, const Forecast& f) {
  const Calendar calendar{plan};
  const std::size_t months = calendar.count(), outside = plan.companies.size();
  std::vector<CompanyBook> books(plan.companies.size());
  for (CompanyBook& book : books) {
    book.by_line.assign(money::line_count, std::vector<double>(months));
    book.by_contract.resize(plan.contracts.size());
    book.with.assign(outside + 1, std::vector<double>(months));
    book.worth.assign(months, 0), book.sales.assign(months, 0);
    book.it_fetches = index_of(f, plan.money.follows, static_cast<int>(months) - 1);
  }
  const StraightLines lines(plan, draws, index_of(f, plan.money.follows, static_cast<int>(months) - 1));
  for (const money::Entry& e : f.ledger.entries) {
    const auto cause = static_cast<std::size_t>(e.cause), m = static_cast<std::size_t>(e.month);
    const auto owner = static_cast<std::size_t>(plan.owners[cause]);
    const int party = plan.parties[cause];
    CompanyBook& book = books[owner];
    book.by_line[static_cast<std::size_t>(e.line)][m] += e.amount.value();
    book.with[party < 0 ? outside : static_cast<std::size_t>(party)][m] += e.amount.value();
    if (party >= 0) {
      CompanyBook& seller = books[static_cast<std::size_t>(party)];
      seller.sales[m] -= e.amount.value(), seller.with[owner][m] -= e.amount.value();
    }
    if (!money::is_capital(e.line)) continue;
    const double age = calendar.to(months - 1) - (calendar.from(m) + calendar.to(m)) / 2;
    book.residual -= e.amount.value() * lines.left(e.line, age);
  }
  for (std::size_t c = 0; c < plan.contracts.size(); ++c) {
    const Contract& contract = plan.contracts[c];
    const auto payer = static_cast<std::size_t>(contract.payer), payee = static_cast<std::size_t>(contract.payee);
    const std::vector<double> paid = paid_by_month(plan, contract, draws, f);
    books[payer].by_contract[c].assign(months, 0), books[payee].by_contract[c] = paid;
    for (std::size_t m = 0; m < months; ++m) {
      books[payer].by_contract[c][m] = -paid[m];
      books[payer].with[payee][m] -= paid[m], books[payee].with[payer][m] += paid[m];
    }
  }
  const double rate = plan.money.discount_rate.in(draws).value() * year_length.value(), year = in_days(year_length);
  std::vector<std::vector<std::size_t>> lets;
  for (std::size_t k = 0; k < plan.orders.size(); ++k) lets.push_back(lets_of(plan, k));
  for (std::size_t m = 0; m < f.worth_by_part.size(); ++m)
    for (std::size_t k = 0; k < f.worth_by_part[m].size(); ++k) {
      const bool rented = k >= plan.orders.size();
      const int cause = rented ? plan.rentals[k - plan.orders.size()].cause : plan.orders[k].cause;
      const double whole = f.worth_by_part[m][k];
      std::vector<double> held(books.size());
      held[static_cast<std::size_t>(plan.owners[static_cast<std::size_t>(cause)])] = whole;
      for (const std::size_t let : rented ? std::vector<std::size_t>() : lets[k]) {
        const Contract& c = plan.contracts[let];
        double& payees = held[static_cast<std::size_t>(c.payee)];
        const double part = std::min(payees, whole * share_let(plan, c, f, calendar.from(m), calendar.to(m)));
        payees -= part, held[static_cast<std::size_t>(c.payer)] += part;
      }
      for (std::size_t i = 0; i < books.size(); ++i) books[i].worth[m] += held[i];
    }
  for (std::size_t i = 0; i < books.size(); ++i) {
    money::CashFlow flow{plan.start, {}, f.ledger.timing};
    for (std::size_t m = 0; m < months; ++m) flow.months.push_back(Money(books[i].cash(m)));
    double value = money::present_value(flow, rate, plan.start).value();
    for (std::size_t m = 0; m < months; ++m)
      value += books[i].worth[m] * std::pow(1 + rate, -(calendar.from(m) + calendar.to(m)) / (2 * year));
    books[i].net_present_value = value + books[i].residual * std::pow(1 + rate, -calendar.to(months - 1) / year);
  }
  return books;
}

std::optional<CompanyProject> project_of(const Plan& plan, std::size_t company, Draws draws, const CompanyBook& book) {
  const Calendar calendar{plan};
  const Company& of = plan.companies[company];
  CompanyProject out;
  const std::size_t months = calendar.count();
  while (out.service < months && book.receipts(out.service) <= 0) ++out.service;
  // A month cut by the end of the forecast is no whole one.
  const std::size_t whole = months - (plan.months.back() == next_month(plan.months[months - 1]) ? 0 : 1);
  const std::size_t served = whole > out.service ? whole - out.service : 0, years = (served + 11) / 12;
  out.whole_years = static_cast<int>(served / 12);
  if (out.whole_years == 0) return std::nullopt;

  std::vector<Money> before;
  double it = 0, capital = 0, running_before = 0;
  std::vector<double> revenue(years), running(years + 1), later(years);
  for (std::size_t m = 0; m < months; ++m) {
    if (m < out.service) before.push_back(Money(book.capital(m) + book.running(m))), running_before += book.running(m);
    for (std::size_t l = 0; m <= out.service && l < book.by_line.size(); ++l)
      if (money::is_it(static_cast<money::Line>(l))) it -= book.by_line[l][m];
    if (m <= out.service) capital += book.capital(m);
    const std::size_t year = m < out.service ? 0 : (m - out.service) / 12;
    if (m < out.service || m >= whole) continue;
    revenue[year] += book.receipts(m), running[year + 1] += book.running(m);
    if (m > out.service) later[year] += book.capital(m);
  }
  out.spent_before = capital + running_before;
  if (!(out.spent_before > 0)) return std::nullopt;

  money::SingleOwner& project = out.project;
  project.years = static_cast<int>(years);
  project.inflation = 0, project.real_discount = of.discount_rate;
  project.federal_tax = {of.tax}, project.state_tax = {0};
  project.installed_cost = out.spent_before;
  if (!before.empty())
    project.construction_financing = money::construction_finance({1, of.construction_rate, 0}, before).interest.value();
  money::UnitYear& sold = project.sold.years[0];
  sold.net = sold.sales = sold.sales_value = sold.before_curtailment = 1;
  project.price.values = revenue;
  project.operation.other_by_year = running;
  if (std::any_of(later.begin(), later.end(), [](double x) { return x != 0; })) project.equipment[0].bought = later;
  const std::size_t fast = static_cast<std::size_t>(of.compute), slow = static_cast<std::size_t>(of.building);
  const double computing = capital > 0 ? std::clamp(it / capital, 0.0, 1.0) : 0;
  project.allocation[fast] += computing, project.allocation[slow] += 1 - computing;
  project.federal.equipment = project.state.equipment = computing > 0.5 ? of.compute : of.building;
  project.writes_off_rest = true;
  project.losses.carried = of.losses_carried, project.losses.limit = of.loss_limit;
  project.sold_by_year.assign(years + 1, 0.0);
  const StraightLines lines(plan, draws, book.it_fetches);
  for (std::size_t l = 0; l < book.by_line.size(); ++l)
    for (std::size_t m = 0; m < whole && money::is_capital(static_cast<money::Line>(l)); ++m) {
      const double age = calendar.to(whole - 1) - (calendar.from(m) + calendar.to(m)) / 2;
      project.sold_by_year[years] -= book.by_line[l][m] * lines.left(static_cast<money::Line>(l), age);
    }
  project.debt = of.debt;
  project.debt.repaid_at_end = !of.debt.sculpted;
  if (of.debt.sculpted) project.debt.tenor_years = std::min(of.debt.tenor_years, out.whole_years);
  return out;
}

double coverage_in(const CompanyProject& of, const money::Lines& lines, std::size_t year) {
  const double service = lines[money::FlowLine::debt_payment_total][year];
  const std::vector<double>& later = of.project.equipment[0].bought;
  const double owners = year <= later.size() ? later[year - 1] : 0;
  return service > 0 ? (lines[money::FlowLine::cash_for_ds][year] + owners) / service : infinity;
}

std::optional<CompanyReturns> returns_of(const Plan& plan, std::size_t company, Draws draws, const CompanyBook& book) {
  const std::optional<CompanyProject> of = project_of(plan, company, draws, book);
  if (!of) return std::nullopt;
  money::SingleOwnerWorkspace workspace;
  const money::SingleOwnerResult result = money::run(of->project, workspace);
  CompanyReturns out;
  out.net_present_value =
      result.npv * std::pow(1 + plan.companies[company].discount_rate, -static_cast<double>(of->service) / 12);
  out.irr = std::isfinite(result.irr) ? result.irr : -1;
  out.debt = result.debt, out.equity = result.equity;
  out.coverage = infinity;
  for (std::size_t year = 1; year <= static_cast<std::size_t>(of->whole_years); ++year)
    out.coverage = std::min(out.coverage, coverage_in(*of, workspace.lines, year));
  for (const money::FlowLine line : {money::FlowLine::fedtax, money::FlowLine::statax})
    for (const double x : workspace.lines[line]) out.tax -= x;
  return out;
}

}  // namespace orrery::programme
