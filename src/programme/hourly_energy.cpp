#include "programme/hourly_energy.h"

#include <algorithm>
#include <cmath>

#include "programme/site_weather.h"

namespace orrery::programme {
namespace {

constexpr double seconds_per_day = 86400;
/// A share of the energy that is not served which is none.
constexpr double none_unserved = 1e-9;

/// The annual PUE at the medians, of all cooling by its capacity.
double median_pue(const Site& site) {
  double sum = 0, capacity = 0;
  for (const CoolingBlock& block : site.cooling)
    capacity += block.capacity.median.value(),
        sum += block.capacity.median.value() * std::max(1.0, block.pue_annual.median);
  return capacity > 0 ? sum / capacity : 1;
}

site::HourlyBlock hourly_block(const PowerBlock& block) {
  site::HourlyBlock out;
  const double rated = block.capacity.median.value();
  out.storage = block.role == site::SupplyRole::storage, out.weather = block.by_weather;
  const double of_year = block.capacity_factor.median;
  out.power = rated * (block.by_weather ? 1 : of_year > 0 ? of_year : block.availability.median);
  out.share = block.share, out.price = block.energy_price.median.value(), out.price_shape = block.price_shape;
  if (out.storage) out.energy = rated * block.duration.value(), out.efficiency = block.efficiency;
  return out;
}

/// The moments within a month at which a block comes or leaves, or the load jumps, with the month's ends.
std::vector<double> cuts(const SiteForecast& s, const Curve& drawn, double from, double to) {
  std::vector<double> out = {from};
  const auto add = [&](double time) {
    if (time > from && time < to) out.push_back(time);
  };
  for (const Curve& rated : s.power_rated)
    for (const Curve::Knot& k : rated.knots()) add(k.time);
  double value = drawn.before(), slope = 0, time = 0;
  for (const Curve::Knot& k : drawn.knots()) {
    const double came_to = value + (slope == 0 ? 0 : slope * (k.time - time));
    if (std::fabs(k.value - came_to) > 1e-6 * std::max(k.value, came_to)) add(k.time);
    value = k.value, slope = k.slope, time = k.time;
  }
  std::sort(out.begin(), out.end());
  out.push_back(to);
  return out;
}

/// How much of each block stands, over what it is in full at the medians, at most over a span: what a trial draws for
/// its size and availability is in it.
class Standing {
 public:
  Standing(const Site& site, Draws draws, const SiteForecast& s) : s_(s) {
    for (const PowerBlock& b : site.power) {
      const double rated = b.capacity.median.value();
      const UncertainNumber& gives = b.capacity_factor.median > 0 ? b.capacity_factor : b.availability;
      const double drawn = b.by_weather || gives.median <= 0 ? 1 : gives.in(draws) / gives.median;
      per_watt_.push_back(rated > 0 ? drawn / rated : 0);
    }
  }
  const std::vector<double>& mean(double from, double to) {
    parts_.clear();
    for (std::size_t b = 0; b < per_watt_.size(); ++b)
      parts_.push_back(per_watt_[b] * s_.power_rated[b].integral(from, to) / (to - from));
    return parts_;
  }

 private:
  const SiteForecast& s_;
  std::vector<double> per_watt_, parts_;
};

/// Adds what curves say of a span to a month. joules: of each W of theirs.
void add_span(const site::HourlyMonth& span, double joules, const std::vector<site::EnergySource>& sources,
              site::EnergyMonth& m) {
  for (std::size_t b = 0; b < sources.size(); ++b) {
    const double taken = span.taken[b] * joules, paid = span.bought[b] * joules * sources[b].price;
    m.by_source[b] += taken, m.given[b] += span.given[b] * joules, m.paid[b] += paid;
    m.cost += paid, m.emissions += taken * sources[b].emissions;
  }
  m.unserved += span.unserved * joules, m.curtailed += span.curtailed * joules, m.stored += span.stored * joules;
}

/// Takes the shares of months from the usable accelerators.
void take_unserved(const std::vector<Curve::Knot>& over_served, SiteForecast& s) {
  if (std::none_of(over_served.begin(), over_served.end(), [](const Curve::Knot& k) { return k.value > 1; })) return;
  s.with_all_energy = {s.capacity.usable, s.capacity.usable_by_supply};
  const Curve by = Curve::from(1, over_served);
  s.capacity.usable = divided_by_steps(s.capacity.usable, by);
  for (Curve& usable : s.capacity.usable_by_supply) usable = divided_by_steps(usable, by);
}

}  // namespace

void join_hours(Plan& plan) {
  for (std::size_t i = 0; i < plan.sites.size(); ++i) {
    Site& site = plan.sites[i];
    if (!site.weather) continue;
    site::HourlySupply supply;
    supply.hours = site.weather->read->weather.hours(), supply.lost_load_price = site.weather->lost_load_price;
    for (const PowerBlock& block : site.power) supply.blocks.push_back(hourly_block(block));
    const double annual = median_pue(site);
    const site::CoolingYear* climate = site.weather->climate.get();
    supply.load_shape = load_shape(*site.weather, annual);
    double highest = site.it_load.value();
    for (const Order& order : plan.orders)
      if (static_cast<std::size_t>(order.site) == i) highest += order.chips.value() * order.it_power.median.value();
    highest *= plan.operation.load.median * annual;
    const auto hours = std::make_shared<SiteHours>(std::move(supply), highest, site.weather->years);
    for (std::size_t m = 0; climate && m < 12; ++m) {
      if (climate->mean_pue > 1) hours->overhead[m] = (climate->month_pue[m] - 1) / (climate->mean_pue - 1);
      if (climate->mean_water > 0) hours->water[m] = climate->month_water[m] / climate->mean_water;
    }
    site.hours = hours;
  }
}

void forecast_hours(const Plan& plan, const Site& site, Draws draws, SiteForecast& s) {
  const site::HourlyCurves& curves = site.hours->curves;
  const double load = plan.operation.load.in(draws);
  const Curve drawn = s.capacity.it_power.scaled(load);
  const bool charged = std::any_of(site.power.begin(), site.power.end(), [](const PowerBlock& b) {
    return b.demand_charge.input >= 0 || b.demand_charge.median.value() > 0;
  });
  Standing standing(site, draws, s);
  std::vector<Curve::Knot> over_served;
  for (std::size_t k = 0; k + 1 < plan.months.size(); ++k) {
    const std::size_t month = static_cast<std::size_t>(plan.months[k].month()) - 1;
    const double from = plan.months[k] - plan.start, to = plan.months[k + 1] - plan.start;
    site::EnergyMonth m;
    for (std::vector<double>* list : {&m.by_source, &m.peaks, &m.given, &m.paid}) list->resize(site.power.size());
    const std::vector<double> days = cuts(s, drawn, from, to);
    for (std::size_t i = 0; i + 1 < days.size(); ++i) {
      const double a = days[i], b = days[i + 1], seconds = (b - a) * seconds_per_day;
      if (b <= a) continue;
      // Not below 0 by rounding.
      const double it = std::max(0.0, drawn.integral(a, b)) * seconds_per_day;
      const double of_year = std::max(it, site::weighted_load(drawn, s.pue_annual, a, b) * seconds_per_day);
      const double facility = it + (of_year - it) * site.hours->overhead[month];
      m.it += it, m.facility += facility;
      m.water += site::weighted_load(drawn, s.water_per_it, a, b) * seconds_per_day * site.hours->water[month];
      const std::vector<double>& parts = standing.mean(a, b);
      const double level = of_year / seconds;
      add_span(curves.month(month, parts, level), level > 0 ? facility / level : seconds * curves.load_of(month),
               s.sources, m);
      if (!charged) continue;
      // The highest hours are those of the most that is drawn in the span, at the PUE of the peak unless the weather
      // says that of each hour.
      const double most = site.weather->climate ? drawn.maximum(a, b) * s.pue_annual.maximum(a, b)
                                                : load * s.facility_power.maximum(a, b);
      if (most <= 0) continue;
      const site::HourlyMonth peak = curves.month(month, parts, most);
      for (std::size_t p = 0; p < site.power.size(); ++p) m.peaks[p] = std::max(m.peaks[p], peak.peaks[p]);
    }
    for (std::size_t p = 0; p < site.power.size(); ++p)
      m.peaks[p] = std::max(m.peaks[p], m.by_source[p] / ((to - from) * seconds_per_day));
    const double lacks = m.facility > 0 ? m.unserved / m.facility : 0;
    over_served.push_back({from, lacks > none_unserved ? 1 / std::max(0.0, 1 - lacks) : 1, 0});
    s.energy.push_back(std::move(m));
  }
  take_unserved(over_served, s);
}

site::Capacity with_all_energy(const SiteForecast& s) {
  site::Capacity out = s.capacity;
  if (s.with_all_energy) out.usable = s.with_all_energy->usable, out.usable_by_supply = s.with_all_energy->by_supply;
  return out;
}

double energy_cost(const SiteForecast& s, std::size_t month, std::size_t block) {
  const site::EnergyMonth& m = s.energy[month];
  return m.paid.empty() ? m.by_source[block] * s.sources[block].price : m.paid[block];
}

}  // namespace orrery::programme
