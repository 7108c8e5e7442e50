#include "money/contracts/choice.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace orrery::money {

std::string_view cost_part_name(CostPart part) {
  constexpr std::string_view names[] = {"capital",      "residual value", "rent",
                                        "running cost", "leaving early",  "bridging the wait"};
  return names[static_cast<std::size_t>(part)];
}

namespace {

double& at(CostParts& parts, CostPart part) {
  return parts[static_cast<std::size_t>(part)];
}

double discount(double rate, double months) {
  return std::exp(-std::log1p(rate) * months / 12);
}

void check_work(const Work& work, double rate) {
  if (work.chips.empty()) throw Error({}, "work", "there is no work to compare on", "give at least one month");
  if (!(rate > -1)) throw Error({}, "rate", "the rate is -100 % or less", "give a rate above -100 %");
}

// What the cloud asks for accelerators in a month of the work.
double cloud_month(const CloudTerms& cloud, Chips chips, std::size_t month) {
  return (price_in_month(cloud, static_cast<int>(month)) * chips * mean_month).value();
}

void finish(Option& option) {
  for (const CostParts& parts : option.parts) {
    double sum = 0;
    for (const double part : parts) sum += part;
    option.total.push_back(Money(sum));
  }
}

}  // namespace

Option owning(const Work& work, const OwnTerms& terms, const CloudTerms& bridge, double rate) {
  check_work(work, rate);
  if (terms.wait_months < 0) throw Error({}, "wait_months", "the wait is negative", "give zero or more months");
  const Chips bought = *std::max_element(work.chips.begin(), work.chips.end());
  const double chips_price = (terms.price * bought).value(), halls = (terms.building * bought).value();
  Option option{"own", {}, {}};
  double running = 0, bridging = 0;
  for (std::size_t month = 0; month < work.chips.size(); ++month) {
    const double factor = discount(rate, static_cast<double>(month));
    const bool waiting = static_cast<int>(month) < terms.wait_months;
    if (waiting) bridging += cloud_month(bridge, work.chips[month], month) * factor;
    else running += (terms.running * bought * mean_month).value() * factor;
    // Sold when the work ends, at a cost. Newer accelerators make these worth less from the day they are paid for, at
    // work or not; a hall ages once it stands.
    const double years = (static_cast<double>(month) + 1) / 12, used = std::max(0.0, years - terms.wait_months / 12.0);
    const double kept = chips_price * std::pow(terms.value_left_a_year, years) +
                        halls * std::pow(terms.building_value_left_a_year, used);
    CostParts parts{};
    at(parts, CostPart::capital) = chips_price + halls;
    at(parts, CostPart::residual) = -kept * (1 - terms.selling_cost) * discount(rate, static_cast<double>(month) + 1);
    at(parts, CostPart::running) = running;
    at(parts, CostPart::bridge) = bridging;
    option.parts.push_back(parts);
  }
  finish(option);
  return option;
}

namespace {

Option leasing(const Work& work, const LeaseOption& lease, const CloudTerms& bridge, double rate, bool renewed) {
  const int begins = months_between(work.start, lease.terms.start);
  std::vector<double> use;  // what is used less is paid less under take-or-pay
  for (int month = 0; month < lease_months(lease.terms); ++month) {
    const int at = begins + month;
    const bool works = at >= 0 && at < static_cast<int>(work.chips.size()) && lease.chips > Chips(0);
    use.push_back(works ? std::min(1.0, work.chips[static_cast<std::size_t>(at)] / lease.chips) : 0);
  }
  const std::vector<Money> due = due_by_month(lease.terms, use, renewed);
  const std::vector<Money> unused = due_by_month(lease.terms, std::vector<double>(due.size()), renewed);
  Option option{"lease", {}, {}};
  double paid = (lease.terms.initial + lease.terms.deposit).value() * discount(rate, std::max(0, begins));
  double running = 0, bridging = 0;
  for (std::size_t month = 0; month < work.chips.size(); ++month) {
    const double factor = discount(rate, static_cast<double>(month));
    const int age = static_cast<int>(month) - begins;
    const bool in_force = age >= 0 && age < static_cast<int>(due.size());
    const Chips leased = in_force ? lease.chips : Chips(0);
    if (in_force) {
      paid += due[static_cast<std::size_t>(age)].value() * factor;
      running += (lease.running * leased * mean_month).value() * factor;
    }
    bridging += cloud_month(bridge, std::max(Chips(0), work.chips[month] - leased), month) * factor;
    CostParts parts{};
    at(parts, CostPart::rent) = paid;
    at(parts, CostPart::running) = running;
    at(parts, CostPart::bridge) = bridging;
    const Leaving leaving = leave(lease.terms, unused, std::max(0, age + 1), rate);
    at(parts, CostPart::leaving) = leaving.cost.value() * discount(rate, begins);
    at(parts, CostPart::residual) = -lease.terms.deposit.value() * discount(rate, begins + leaving.months - 1);
    option.parts.push_back(parts);
  }
  finish(option);
  return option;
}

}  // namespace

Option leasing(const Work& work, const LeaseOption& lease, const CloudTerms& bridge, double rate) {
  check_work(work, rate);
  check(lease.terms);
  Option option = leasing(work, lease, bridge, rate, false);
  if (!lease.terms.renewal) return option;
  // The right to stay is used where that costs less than going to the cloud.
  const Option renewed = leasing(work, lease, bridge, rate, true);
  const int term = months_between(work.start, lease.terms.start) + lease_months(lease.terms);
  for (std::size_t month = static_cast<std::size_t>(std::max(0, term)); month < work.chips.size(); ++month)
    if (renewed.total[month] < option.total[month])
      option.parts[month] = renewed.parts[month], option.total[month] = renewed.total[month];
  return option;
}

Option renting(const Work& work, const CloudTerms& cloud, double rate) {
  check_work(work, rate);
  check(cloud);
  const bool committed = cloud.total > Money(0);
  const std::vector<Money> commitment = committed ? committed_by_month(cloud) : std::vector<Money>();
  // Months of the commitment that lie before the work are not its cost.
  const int begins = months_between(work.start, cloud.start);
  Option option{"cloud", {}, {}};
  double paid = 0;
  for (std::size_t month = 0; month < work.chips.size(); ++month) {
    const double factor = discount(rate, static_cast<double>(month));
    double due = cloud_month(cloud, work.chips[month], month);
    const int age = static_cast<int>(month) - begins;
    if (age >= 0 && age < static_cast<int>(commitment.size()))
      due = std::max(due, commitment[static_cast<std::size_t>(age)].value() * cloud.take_share);
    paid += due * factor;
    double still_owed = 0;
    for (int later = std::max(0, age + 1); later < static_cast<int>(commitment.size()); ++later)
      still_owed +=
          commitment[static_cast<std::size_t>(later)].value() * cloud.take_share * discount(rate, begins + later);
    CostParts parts{};
    at(parts, CostPart::rent) = paid;
    at(parts, CostPart::leaving) = still_owed;
    option.parts.push_back(parts);
  }
  finish(option);
  return option;
}

std::vector<CheapestSpan> cheapest_by_month(const std::vector<Option>& options, double least_difference) {
  if (options.empty() || options.front().total.empty())
    throw Error({}, "options", "there is nothing to compare", "give at least one option with months");
  const std::size_t months = options.front().total.size();
  for (const Option& option : options)
    if (option.total.size() != months)
      throw Error({}, option.name, "the options are not over the same months", "run them on the same work");
  std::vector<CheapestSpan> spans;
  for (std::size_t month = 0; month < months; ++month) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < options.size(); ++i)
      if (options[i].total[month] < options[best].total[month]) best = i;
    const int m = static_cast<int>(month);
    std::vector<std::size_t> level;
    const double cost = options[best].total[month].value();
    for (std::size_t i = 0; i < options.size(); ++i)
      if (i == best || options[i].total[month].value() - cost < least_difference * std::abs(cost)) level.push_back(i);
    if (!spans.empty() && spans.back().level == level) {
      spans.back().to_month = m;
      continue;
    }
    CheapestSpan span{m, m, best, best, level, CostPart::capital, Money(0)};
    for (std::size_t i = 0; i < options.size(); ++i)
      if (i != best && (span.runner_up == best || options[i].total[month] < options[span.runner_up].total[month]))
        span.runner_up = i;
    span.saving = options[span.runner_up].total[month] - options[best].total[month];
    double most = 0;
    for (std::size_t part = 0; part < cost_parts; ++part) {
      const double saved = options[span.runner_up].parts[month][part] - options[best].parts[month][part];
      if (saved > most) {
        most = saved;
        span.decided_by = static_cast<CostPart>(part);
      }
    }
    spans.push_back(span);
  }
  return spans;
}

}  // namespace orrery::money
