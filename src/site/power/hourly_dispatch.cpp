#include "site/power/hourly_dispatch.h"

#include <algorithm>

#include "base/amount.h"
#include "site/power/supply.h"

namespace orrery::site {
namespace {

double at(const Hours& values, std::size_t hour) {
  return values ? (*values)[hour] : 1;
}

/// What is given and taken in one hour, W, by block.
struct Hour {
  std::vector<double> output, giving;
  double unserved = 0, charging = 0;

  explicit Hour(std::size_t blocks) : output(blocks), giving(blocks) {}
};

/// Sums of hours by month.
class Months {
 public:
  Months(const HourlySupply& supply, std::uint64_t stands) : supply_(supply), stands_(stands) {
    for (HourlyMonth& m : year_)
      for (std::vector<double>* each : {&m.taken, &m.given, &m.bought, &m.peaks}) each->resize(supply.blocks.size());
  }

  void add(std::size_t t, std::size_t month, const Hour& hour) {
    HourlyMonth& m = year_[month];
    load_[month] += at(supply_.load_shape, t);
    m.unserved += hour.unserved, m.stored += hour.charging;
    for (std::size_t b = 0; b < supply_.blocks.size(); ++b) {
      const HourlyBlock& block = supply_.blocks[b];
      if (!(stands_ >> b & 1)) continue;
      if (block.storage) {
        m.given[b] += hour.giving[b], m.stored -= hour.giving[b];
        m.peaks[b] = std::max(m.peaks[b], hour.giving[b]);
        continue;
      }
      const double output = hour.output[b];
      m.taken[b] += output, m.bought[b] += output * at(block.price_shape, t);
      m.peaks[b] = std::max(m.peaks[b], output);
      if (block.weather) m.curtailed += std::max(0.0, block.power * at(block.share, t) - output);
    }
  }

  HourlyYear year() && {
    for (std::size_t i = 0; i < 12; ++i) {
      HourlyMonth& m = year_[i];
      for (std::vector<double>* each : {&m.taken, &m.given, &m.bought})
        for (double& x : *each) x /= load_[i];
      m.unserved /= load_[i], m.curtailed /= load_[i], m.stored /= load_[i];
    }
    return std::move(year_);
  }

 private:
  const HourlySupply& supply_;
  std::uint64_t stands_;
  HourlyYear year_;
  std::array<double, 12> load_{};
};

/// Blocks that stand and can give or hold something.
struct Standing {
  std::vector<std::size_t> sources, stores;

  Standing(const HourlySupply& supply, std::uint64_t stands) {
    for (std::size_t b = 0; b < supply.blocks.size(); ++b) {
      const HourlyBlock& block = supply.blocks[b];
      if (!(stands >> b & 1) || block.power <= 0 || (block.storage && block.energy <= 0)) continue;
      (block.storage ? stores : sources).push_back(b);
    }
  }
};

/// Of an answer by an interior point: what is below a millionth of the load comes from another source that has room,
/// and no store takes in and gives in the same hour, which costs nothing where there is more sun and wind than load.
void clean(const HourlySupply& supply, const Standing& standing, double level, std::size_t t,
           std::vector<double>& charging, Hour& hour) {
  const std::vector<std::size_t>&sources = standing.sources, &stores = standing.stores;
  const auto room = [&](std::size_t b) {
    return std::max(0.0, supply.blocks[b].power * at(supply.blocks[b].share, t) - hour.output[b]);
  };
  for (const std::size_t b : stores) {
    const double efficiency = supply.blocks[b].efficiency;
    const double both = std::min(charging[b], hour.giving[b] / efficiency);
    double surplus = (1 - efficiency) * both;
    charging[b] = both == charging[b] ? 0 : charging[b] - both;
    hour.giving[b] = std::max(0.0, hour.giving[b] - efficiency * both);
    // Sun and wind first, which are curtailed instead, then what costs most.
    while (surplus > 0) {
      std::size_t best = supply.blocks.size();
      for (const std::size_t s : sources) {
        if (hour.output[s] <= 0) continue;
        const auto rank = [&](std::size_t k) {
          const HourlyBlock& block = supply.blocks[k];
          return std::pair(block.weather, block.price * at(block.price_shape, t));
        };
        if (best == supply.blocks.size() || rank(s) > rank(best)) best = s;
      }
      if (best == supply.blocks.size()) break;
      const double less = std::min(surplus, hour.output[best]);
      hour.output[best] -= less, surplus -= less;
    }
    charging[b] += surplus;  // what no source can give less is taken in
  }
  const double tiny = 1e-6 * level;
  for (const std::size_t b : sources) {
    if (hour.output[b] <= 0 || hour.output[b] >= tiny) continue;
    for (const std::size_t s : sources)
      if (s != b && hour.output[s] >= tiny && room(s) >= hour.output[b]) {
        hour.output[s] += hour.output[b], hour.output[b] = 0;
        break;
      }
  }
}

}  // namespace

std::array<double, 12> month_means(const Hours& values, std::size_t hours) {
  std::array<double, 12> sums{}, counts{};
  for (std::size_t t = 0; t < hours; ++t) {
    const std::size_t month = month_of_hour(t % 8760);
    sums[month] += at(values, t), counts[month] += 1;
  }
  for (std::size_t i = 0; i < 12; ++i) sums[i] /= counts[i];
  return sums;
}

std::optional<HourlyYear> dispatch_by_merit(const HourlySupply& supply, std::uint64_t stands, double level) {
  const Standing standing(supply, stands);
  Months months(supply, stands);
  std::vector<std::size_t> order = standing.sources;
  std::vector<double> price(supply.blocks.size());
  Hour hour(supply.blocks.size());
  const bool stores = level > 0 && !standing.stores.empty();
  double efficiency = 0, cheapest_room = infinity, dearest_run = 0;
  for (const std::size_t b : standing.stores) efficiency = std::max(efficiency, supply.blocks[b].efficiency);
  // Where all hours are alike some do: every 28 days there is one of each month.
  const bool alike = !supply.load_shape && std::all_of(order.begin(), order.end(), [&](std::size_t b) {
    return !supply.blocks[b].share && !supply.blocks[b].price_shape;
  });
  const std::size_t step = alike ? 28 * 24 : 1;
  for (std::size_t t = 0; t < supply.hours; t += step) {
    for (const std::size_t b : order) price[b] = supply.blocks[b].price * at(supply.blocks[b].price_shape, t);
    const auto before = [&](std::size_t a, std::size_t b) {
      return price[a] < price[b] || (price[a] == price[b] && a < b);
    };
    // Few blocks, mostly in order from the hour before.
    for (std::size_t i = 1; i < order.size(); ++i)
      for (std::size_t k = i; k > 0 && before(order[k], order[k - 1]); --k) std::swap(order[k], order[k - 1]);
    double left = level * at(supply.load_shape, t);
    for (const std::size_t b : order) {
      const HourlyBlock& block = supply.blocks[b];
      const double can = block.power * at(block.share, t);
      left -= hour.output[b] = std::min(left, can);
      if (hour.output[b] > 0) dearest_run = std::max(dearest_run, price[b]);
      if (hour.output[b] < can) cheapest_room = std::min(cheapest_room, price[b]);
    }
    if (left > 0) dearest_run = std::max(dearest_run, supply.lost_load_price);
    if (stores && cheapest_room < efficiency * dearest_run) return std::nullopt;
    hour.unserved = left;
    months.add(t, month_of_hour(t % 8760), hour);
  }
  return std::move(months).year();
}

HourlyYear dispatch_with_storage(const HourlySupply& supply, std::uint64_t stands, double level) {
  const Standing standing(supply, stands);
  const std::vector<std::size_t>&sources = standing.sources, &stores = standing.stores;
  SupplyQuestion q;
  q.unserved_price = supply.lost_load_price;
  for (std::size_t t = 0; t < supply.hours; ++t) q.load.push_back(level * at(supply.load_shape, t));
  for (const std::size_t b : sources) {
    const HourlyBlock& block = supply.blocks[b];
    SupplySource s;
    s.name = std::to_string(b), s.standing = block.power, s.most = 0, s.weather = block.weather;
    if (block.share) s.available = *block.share;
    if (block.price_shape) {
      std::vector<double> prices = *block.price_shape;
      for (double& price : prices) price *= block.price;
      s.variable = std::move(prices);
    } else {
      s.variable = block.price;
    }
    q.sources.push_back(std::move(s));
  }
  for (const std::size_t b : stores) {
    const HourlyBlock& block = supply.blocks[b];
    SupplyStore s;
    s.name = std::to_string(b), s.efficiency = block.efficiency;
    s.standing_power = block.power, s.standing_energy = block.energy, s.most_power = s.most_energy = 0;
    q.stores.push_back(std::move(s));
  }
  const SupplyYear y = supply_year(q);
  Months months(supply, stands);
  Hour hour(supply.blocks.size());
  std::vector<double> charging(supply.blocks.size());
  for (std::size_t t = 0; t < supply.hours; ++t) {
    for (std::size_t i = 0; i < sources.size(); ++i) hour.output[sources[i]] = y.hours.output[i][t];
    for (std::size_t i = 0; i < stores.size(); ++i)
      hour.giving[stores[i]] = y.hours.giving[i][t], charging[stores[i]] = y.hours.charging[i][t];
    clean(supply, standing, level, t, charging, hour);
    hour.unserved = y.hours.unserved[t], hour.charging = 0;
    for (const std::size_t b : stores) hour.charging += charging[b];
    months.add(t, month_of_hour(t % 8760), hour);
  }
  return std::move(months).year();
}

HourlyYear dispatch(const HourlySupply& supply, std::uint64_t stands, double level) {
  std::optional<HourlyYear> year = dispatch_by_merit(supply, stands, level);
  return year ? std::move(*year) : dispatch_with_storage(supply, stands, level);
}

}  // namespace orrery::site
