#include "programme/funding.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace orrery::programme {
namespace {

std::size_t index(int i) {
  return static_cast<std::size_t>(i);
}

/// The day on which a month of the funding begins, or the plan with its first.
double day_of_month(const Plan& plan, const Funding& f, std::size_t month) {
  return (month < f.before ? add_months(f.first, static_cast<int>(month)) : plan.months[month - f.before]) - plan.start;
}

/// What comes in by month: the year's own cash evenly, what is raised on the year's first day.
std::vector<double> money_of(const Plan& plan, const Funding& f, Draws draws) {
  std::vector<double> out(f.months(plan));
  const CommitmentLedger& ledger = f.ledger;
  const double factor = f.own_cash >= 0 && !draws.empty() ? draws[index(f.own_cash)] : ledger.cash_factor.median();
  const auto of_year = [](const std::map<int, Money>& amounts, int year) {
    const auto found = amounts.find(year);
    return found == amounts.end() ? 0.0 : found->second.value();
  };
  for (std::size_t m = 0; m < out.size(); ++m) {
    const Date month = add_months(f.first, static_cast<int>(m));
    out[m] = of_year(ledger.cash.own_cash, month.year()) / 12 * (month.year() < ledger.date.year() ? 1 : factor);
    if (month.month() == 1 || m == 0) out[m] += of_year(ledger.cash.raised, month.year());
  }
  return out;
}

/// What falls due under an item's rows by month, less what of it has been financed.
std::vector<double> due_of_rows(const Funding& f, const FundedItem& item, Draws draws, bool falls, std::size_t months) {
  std::vector<double> out(months);
  double financed = 0, used = 0;
  for (const std::size_t row : item.rows) {
    const money::Obligation& o = f.owed[row];
    const int input = f.share_of[row];
    const double share = falls           ? 0
                         : input < 0     ? 1
                         : draws.empty() ? f.ledger.realised[static_cast<std::size_t>(o.row.state)].median()
                                         : draws[index(input)];
    financed = std::max(financed, o.row.financed.value() * share);
    for (std::size_t i = 0; i < o.due.months.size(); ++i) {
      const int month = months_between(f.first, add_months(o.due.start, static_cast<int>(i)));
      const double then = o.due_by_then[i].value(), due = then + (o.due.months[i].value() - then) * share;
      const double covered = std::min(due, std::max(0.0, financed - used));
      used += covered;
      if (month >= 0 && index(month) < out.size()) out[index(month)] += due - covered;
    }
  }
  return out;
}

/// What the payer pays by month for the parts of each item, and beside them, in a forecast.
std::vector<std::vector<double>> paid_for_parts(const Plan& plan, const Funding& f, const Forecast& forecast) {
  std::vector<std::vector<double>> out(f.items.size() + 1, std::vector<double>(f.months(plan)));
  for (const money::Entry& e : forecast.ledger.entries) {
    const std::size_t cause = index(e.cause);
    if (f.payer >= 0 && plan.owners[cause] != f.payer) continue;
    if (!(e.amount < Money(0))) continue;
    const int item = f.item_of[cause];
    out[item >= 0 ? index(item) : f.items.size()][f.before + index(e.month)] -= e.amount.value();
  }
  if (f.payer < 0) return out;
  std::vector<std::size_t> item_of(plan.contracts.size(), f.items.size());
  for (std::size_t i = 0; i < f.items.size(); ++i)
    for (const std::size_t c : f.items[i].contracts) item_of[c] = i;
  for (std::size_t c = 0; c < plan.contracts.size(); ++c) {
    if (plan.contracts[c].payer != f.payer) continue;
    const std::vector<double>& paid = forecast.companies[index(f.payer)].book.by_contract[c];
    for (std::size_t m = 0; m < paid.size(); ++m) out[item_of[c]][f.before + m] += std::max(0.0, -paid[m]);
  }
  return out;
}

/// The months before the ledger's day: what fell due in them was paid, whatever money the ledger knows of.
std::size_t months_past(const Funding& f, std::size_t months) {
  return std::min(months, static_cast<std::size_t>(std::max(0, months_between(f.first, f.ledger.date))));
}

/// All that is asked for, at what a forecast without waits has it cost.
std::vector<std::vector<double>> asked_of(const Plan& plan, Draws draws, const Forecast& forecast, int without) {
  const Funding& f = *plan.funding;
  std::vector<std::vector<double>> out = paid_for_parts(plan, f, forecast);
  for (std::size_t i = 0; i < f.items.size(); ++i) {
    const bool falls = static_cast<int>(i) == without;
    if (f.items[i].paid_by_parts) {
      if (falls)
        std::fill(out[i].begin() + static_cast<std::ptrdiff_t>(months_past(f, out[i].size())), out[i].end(), 0);
      continue;
    }
    // Parts of others are paid for by the ledger's payments.
    const std::vector<double> due = due_of_rows(f, f.items[i], draws, falls, f.months(plan));
    for (std::size_t m = 0; m < due.size(); ++m) out[i][m] += due[m];
  }
  return out;
}

/// What is left over at the ledger's day.
double left_over(const std::vector<double>& money, const std::vector<std::vector<double>>& due, std::size_t past) {
  double kept = 0;
  for (std::size_t m = 0; m < past; ++m) {
    kept += money[m];
    for (const std::vector<double>& item : due) kept -= item[m];
    kept = std::max(kept, 0.0);
  }
  return kept;
}

/// Which months each item waits: those that must be paid or have begun by the ledger's day first, then the others in
/// the order of their first payments. -1: it does not start.
std::vector<int> months_waited(const Funding& f, const std::vector<double>& money,
                               const std::vector<std::vector<double>>& asked) {
  const std::size_t months = money.size();
  std::vector<int> waits(f.items.size());
  std::vector<std::size_t> first(f.items.size(), months), turn;
  // From the ledger's day on: what there is after all that has started is paid.
  const std::size_t past = months_past(f, months);
  std::vector<double> balance(months);
  double there = left_over(money, asked, past);
  for (std::size_t m = past; m < months; ++m) balance[m] = there += money[m];
  const auto pay = [&](const std::vector<double>& of, std::size_t later) {
    double sum = 0;
    for (std::size_t m = std::max(past, later); m < months; ++m) sum += of[m - later], balance[m] -= sum;
  };
  pay(asked.back(), 0);
  for (std::size_t i = 0; i < f.items.size(); ++i) {
    const auto found = std::find_if(asked[i].begin(), asked[i].end(), [](double x) { return x > 0; });
    first[i] = static_cast<std::size_t>(found - asked[i].begin());
    if (!f.items[i].may_wait() || first[i] <= past || first[i] >= months) pay(asked[i], 0);
    else turn.push_back(i);
  }
  std::stable_sort(turn.begin(), turn.end(), [&](std::size_t a, std::size_t b) { return first[a] < first[b]; });
  for (const std::size_t i : turn) {
    const auto covered = [&](std::size_t later) {
      double sum = 0;
      const std::size_t end = std::min(months, first[i] + later + static_cast<std::size_t>(f.cover));
      for (std::size_t m = first[i] + later; m < end; ++m) {
        sum += asked[i][m - later];
        if (balance[m] - sum < -1e-9 * std::max(1.0, sum)) return false;
      }
      return true;
    };
    std::size_t later = 0;
    while (first[i] + later < months && !covered(later)) ++later;
    if (first[i] + later >= months) {
      waits[i] = -1;
      continue;
    }
    waits[i] = static_cast<int>(later);
    pay(asked[i], later);
  }
  return waits;
}

std::vector<Curve> usable_by_place(const Forecast& forecast) {
  std::vector<Curve> out;
  for (const SiteForecast& s : forecast.sites) out.push_back(s.capacity.usable);
  out.insert(out.end(), forecast.rentals.begin(), forecast.rentals.end());
  return out;
}

}  // namespace

Forecast simulate_funded(const Plan& plan, Draws draws, int without) {
  const Funding& f = *plan.funding;
  // What the ledger has cancelled, or what falls, never starts.
  std::vector<double> waits(f.items.size());
  for (std::size_t i = 0; i < f.items.size(); ++i)
    if (f.items[i].state == money::State::cancelled || static_cast<int>(i) == without) waits[i] = infinity;
  Forecast forecast = simulate_with(plan, draws, waits);
  FundingForecast out;
  out.money = money_of(plan, f, draws);
  out.asked = asked_of(plan, draws, forecast, without);
  out.asked_usable = usable_by_place(forecast);
  const std::vector<int> later =
      f.limits ? months_waited(f, out.money, out.asked) : std::vector<int>(f.items.size(), 0);
  bool any = false;
  for (std::size_t i = 0; i < f.items.size(); ++i) {
    const auto found = std::find_if(out.asked[i].begin(), out.asked[i].end(), [](double x) { return x > 0; });
    const std::size_t first = static_cast<std::size_t>(found - out.asked[i].begin());
    out.starts.push_back(first < f.months(plan) ? day_of_month(plan, f, first) : infinity);
    double wait = waits[i];
    if (later[i] < 0) wait = infinity;
    else if (later[i] > 0) wait = day_of_month(plan, f, first + index(later[i])) - out.starts[i];
    out.starts[i] += wait;
    out.waits.push_back(wait);
    if (wait > waits[i]) waits[i] = wait, any = any || f.items[i].tied();
  }
  if (any) forecast = simulate_with(plan, draws, waits);
  out.paid = asked_of(plan, draws, forecast, without);
  for (std::size_t i = 0; i < f.items.size(); ++i) {
    if (f.items[i].paid_by_parts || later[i] == 0) continue;
    std::vector<double>& paid = out.paid[i];
    const std::size_t by = later[i] < 0 ? paid.size() : index(later[i]);
    for (std::size_t m = paid.size(); m-- > 0;) paid[m] = m >= by ? paid[m - by] : 0;
  }
  forecast.funding = std::move(out);
  return forecast;
}

FundingForecast nothing_asked(const Plan& plan) {
  const Funding& f = *plan.funding;
  FundingForecast out;
  out.money.assign(f.months(plan), 0);
  out.asked.assign(f.items.size() + 1, out.money);
  out.paid = out.asked;
  out.waits.assign(f.items.size(), 0), out.starts.assign(f.items.size(), infinity);
  return out;
}

std::vector<QuarterOfFunding> funding_quarters(const Plan& plan, const FundingForecast& funding) {
  const Funding& f = *plan.funding;
  const std::size_t months = f.months(plan), past = months_past(f, months);
  std::vector<QuarterOfFunding> out;
  double kept = 0, kept_paid = 0;
  for (std::size_t m = 0; m < months; ++m) {
    double due = 0, paid = 0;
    for (std::size_t i = 0; i < funding.asked.size(); ++i) due += funding.asked[i][m], paid += funding.paid[i][m];
    kept += funding.money[m] - due, kept_paid += funding.money[m] - paid;
    double gap = std::max(0.0, -kept), left = std::max(0.0, -kept_paid);
    if (m < past) gap = left = 0;
    kept = std::max(kept, 0.0), kept_paid = std::max(kept_paid, 0.0);
    if (m < f.before) continue;
    const Date first = plan.months[m - f.before];
    if (out.empty() || (first.month() - 1) % 3 == 0) out.push_back({first});
    QuarterOfFunding& q = out.back();
    q.due += due, q.money += funding.money[m], q.gap += gap, q.left += left;
  }
  return out;
}

std::optional<PartsReady> parts_ready(const Plan& plan, const FundedItem& item, const Forecast& forecast, double day) {
  PartsReady sum;
  double all = 0;
  std::vector<bool> asked(plan.orders.size());
  for (std::size_t o = 0; o < plan.orders.size(); ++o)
    asked[o] = std::find(item.orders.begin(), item.orders.end(), o) != item.orders.end();
  for (std::size_t s = 0; s < forecast.sites.size(); ++s) {
    const SiteForecast& site = forecast.sites[s];
    double watts = 0;
    for (std::size_t k = 0; k < site.orders.size(); ++k)
      watts += site.supplies[k].it_power * plan.orders[index(site.orders[k])].chips.value();
    const double stands = watts > 0 ? std::clamp(std::min({site.limits.building.at(day), site.limits.power.at(day),
                                                           site.limits.cooling.at(day)}) /
                                                     watts,
                                                 0.0, 1.0)
                                    : 0;
    for (std::size_t k = 0; k < site.orders.size(); ++k)
      if (const std::size_t o = index(site.orders[k]); asked[o]) {
        const double chips = plan.orders[o].chips.value();
        all += chips, sum.built += stands * chips, sum.usable += site.capacity.usable_by_supply[k].at(day);
      }
  }
  for (const std::size_t r : item.rentals) {
    const double handed = forecast.rentals[r].at(day);
    all += plan.rentals[r].chips.value(), sum.built += handed, sum.usable += handed;
  }
  if (!(all > 0)) return std::nullopt;
  return PartsReady{std::min(1.0, sum.built / all), std::min(1.0, sum.usable / all)};
}

std::vector<YearOfPower> power_by_year(const Plan& plan, const Forecast& forecast) {
  const Funding& f = *plan.funding;
  std::vector<YearOfPower> out;
  for (int year = plan.start.year(); year <= plan.end.year(); ++year) {
    YearOfPower y;
    y.last = std::min(make_date(year, 12, 31), plan.end);
    const double day = y.last - plan.start;
    for (std::size_t i = 0; i < f.items.size(); ++i) {
      const FundedItem& item = f.items[i];
      const double wait = forecast.funding->waits[i];
      YearOfPower::Of& of = item.bought ? y.chips : y.capacity;
      for (const std::size_t row : item.rows) {
        const money::Obligation& o = f.owed[row];
        const double said = money::power_in_force(o, 1, y.last).value();
        of.announced += said;
        if (o.row.state < money::State::signed_) continue;
        of.contracted += said;
        if (wait < infinity)
          of.financed += money::power_in_force(o, 1, y.last - static_cast<int>(std::lround(wait))).value();
      }
      if (item.bought) continue;
      if (const std::optional<PartsReady> ready = parts_ready(plan, item, forecast, day))
        y.built += item.power.value() * ready->built, y.running += item.power.value() * ready->usable;
    }
    out.push_back(y);
  }
  return out;
}

}  // namespace orrery::programme
