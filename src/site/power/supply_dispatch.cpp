#include "site/power/supply_dispatch.h"

#include <algorithm>
#include <cmath>

namespace orrery::site {
namespace {

// The programme is in MW, MWh and $.
constexpr double hour = 3600, mw = 1e6, mwh = mw * hour;

std::size_t quarters_of(const SupplyQuestion& q) {
  return q.times ? q.times->quarter_hours.size() : 1;
}

/// The share of a year that a quarter is; 1 without times.
double year_share(const SupplyQuestion& q, std::size_t quarter) {
  return q.times ? q.times->quarter_hours[quarter] / 8760.0 : 1;
}

double largest(const std::vector<double>& of) {
  return *std::max_element(of.begin(), of.end());
}

class Dispatch {
 public:
  Dispatch(const SupplyQuestion& q, const SupplyProgramme& p, const LeastCost& solved, const SupplySizes& sizes)
      : q_(q), p_(p), solved_(solved), sizes_(sizes), hours_(q.load.size()), tiny_(1e-6 * largest(q.load)) {
    if (!q.times) quarter_.assign(hours_, 0);
    else
      for (std::size_t k = 0; k < q.times->quarter_hours.size(); ++k)
        quarter_.insert(quarter_.end(), static_cast<std::size_t>(q.times->quarter_hours[k]), k);
  }

  SupplyHours made() {
    for (std::size_t s = 0; s < q_.sources.size(); ++s) {
      out_.output.push_back(flow_of(p_.source_flow[s], mw));
      hold(out_.output[s], sizes_.source[s], q_.sources[s].available);
      out_.running.push_back(optional_flow(p_.running[s]));
      out_.sold.push_back(optional_flow(p_.sold[s]));
      for (std::vector<double>* of : {&out_.running[s], &out_.sold[s]})
        if (!of->empty()) hold(*of, sizes_.source[s], q_.sources[s].available);
      double started = 0;
      const std::vector<double> starts = optional_flow(p_.started[s]);
      for (std::size_t t = 0; t < starts.size(); ++t) started += std::max(0.0, starts[t]) * p_.worth[quarter_[t]];
      out_.started.push_back(started);
    }
    for (std::size_t s = 0; s < q_.stores.size(); ++s) {
      out_.charging.push_back(flow_of(p_.charge[s], mw)), out_.giving.push_back(flow_of(p_.discharge[s], mw));
      out_.held.push_back(flow_of(p_.held[s], mwh));
      for (std::vector<double>* way : {&out_.charging[s], &out_.giving[s]})
        hold(*way, sizes_.power[s], q_.stores[s].available);
    }
    out_.unserved = flow_of(p_.unserved, mw), out_.shed = flow_of(p_.shed, mw);
    out_.reserve_short = flow_of(p_.reserve_short, mw);
    for (double& x : out_.reserve_short) x = x < tiny_ ? 0 : x;
    const std::vector<double> beyond = flow_of(p_.beyond, mw);
    for (std::size_t t = 0; t < hours_; ++t) close(t, beyond[t]);
    return std::move(out_);
  }

 private:
  std::vector<double> flow_of(int flow, double unit) const {
    std::vector<double> out(hours_);
    if (flow < 0 || solved_.flows.empty()) return out;
    for (std::size_t t = 0; t < hours_; ++t)
      out[t] = std::max(0.0, solved_.flows[static_cast<std::size_t>(flow)][t]) * unit;
    return out;
  }
  std::vector<double> optional_flow(int flow) const { return flow < 0 ? std::vector<double>() : flow_of(flow, mw); }

  void hold(std::vector<double>& flow, const std::vector<double>& power, const Series& available) const {
    for (std::size_t t = 0; t < flow.size(); ++t)
      flow[t] = std::min(flow[t], power[quarter_[t]] * available.at(static_cast<int>(t)));
  }

  /// What more a source could give in an hour.
  double room(std::size_t s, std::size_t t) const {
    const double most = out_.running[s].empty()
                            ? sizes_.source[s][quarter_[t]] * q_.sources[s].available.at(static_cast<int>(t))
                            : out_.running[s][t];
    return most - out_.output[s][t];
  }

  /// Where energy would be curtailed it costs nothing to lose it by charging and giving at once, which says nothing:
  /// what both do of the same energy is taken off them, and its loss off sun and wind.
  void untangle(std::size_t t) {
    for (std::size_t s = 0; s < q_.stores.size(); ++s) {
      double &charge = out_.charging[s][t], &give = out_.giving[s][t];
      const double efficiency = q_.stores[s].efficiency, loss = 1 - efficiency;
      double both = std::min(charge, give / efficiency);
      if (both <= 0) continue;
      double weather = 0;
      for (std::size_t i = 0; i < q_.sources.size(); ++i)
        if (q_.sources[i].weather) weather += out_.output[i][t];
      if (loss > 0) both = std::min(both, weather / loss);
      charge -= both, give -= efficiency * both;
      double less = loss * both;
      for (std::size_t i = 0; i < q_.sources.size() && less > 0; ++i) {
        if (!q_.sources[i].weather) continue;
        const double taken = std::min(less, out_.output[i][t]);
        out_.output[i][t] -= taken, less -= taken;
      }
    }
  }

  void close(std::size_t t, double beyond) {
    untangle(t);
    double& unserved = out_.unserved[t];
    unserved += beyond;
    if (unserved < tiny_) unserved = 0;
    if (out_.shed[t] < tiny_) out_.shed[t] = 0;
    double lacks = q_.load[t] - unserved - out_.shed[t];
    for (std::size_t s = 0; s < q_.sources.size(); ++s)
      lacks += (out_.sold[s].empty() ? 0 : out_.sold[s][t]) - out_.output[s][t];
    for (std::size_t s = 0; s < q_.stores.size(); ++s) lacks += out_.charging[s][t] - out_.giving[s][t];
    while (lacks != 0) {
      std::size_t best = q_.sources.size();
      double most = 0;
      for (std::size_t s = 0; s < q_.sources.size(); ++s) {
        const double can = lacks > 0 ? room(s, t) : out_.output[s][t];
        if (can > most) most = can, best = s;
      }
      if (best == q_.sources.size()) break;
      const double moved = lacks > 0 ? std::min(lacks, most) : -std::min(-lacks, most);
      out_.output[best][t] += moved, lacks -= moved;
    }
    if (lacks > 0) unserved += lacks;
    if (lacks < 0 && !q_.stores.empty()) out_.charging.front()[t] -= lacks;
  }

  const SupplyQuestion& q_;
  const SupplyProgramme& p_;
  const LeastCost& solved_;
  const SupplySizes& sizes_;
  SupplyHours out_;
  std::size_t hours_;
  std::vector<std::size_t> quarter_;  ///< by hour
  double tiny_;
};

}  // namespace

SupplySizes supply_sizes(const SupplyQuestion& q, const SupplyProgramme& p, const LeastCost& solved, double dust) {
  const double highest = largest(q.load);
  SupplySizes out;
  const auto chosen = [&](const std::vector<SupplyProgramme::Built>& parts, int quarter, double unit, double of) {
    const double size = built_in(parts, solved.built, quarter) * unit;
    return size < dust * of ? 0 : size;
  };
  const int quarters = static_cast<int>(quarters_of(q));
  out.source.resize(q.sources.size()), out.power.resize(q.stores.size()), out.energy.resize(q.stores.size());
  for (int k = 0; k < quarters; ++k) {
    for (std::size_t i = 0; i < q.sources.size(); ++i) {
      const GivenSize given = given_in(q, false, i, k);
      out.source[i].push_back(given.standing + given.built + chosen(p.source[i], k, mw, highest));
    }
    for (std::size_t i = 0; i < q.stores.size(); ++i) {
      const GivenSize given = given_in(q, true, i, k);
      out.power[i].push_back(given.standing + given.built + chosen(p.power[i], k, mw, highest));
      out.energy[i].push_back(given.standing_storage + given.built_storage +
                              chosen(p.energy[i], k, mwh, highest * hour));
    }
  }
  return out;
}

SupplyHours supply_hours(const SupplyQuestion& q, const SupplyProgramme& p, const LeastCost& solved,
                         const SupplySizes& sizes) {
  return Dispatch(q, p, solved, sizes).made();
}

SupplySpan empty_span(const SupplyQuestion& q) {
  SupplySpan out;
  for (std::vector<double>* of : {&out.by_source, &out.sold, &out.emissions_by_source}) of->resize(q.sources.size());
  out.discharged.resize(q.stores.size()), out.charged.resize(q.stores.size());
  out.cost_by_source.resize(q.sources.size());
  return out;
}

void add_hour(const SupplyQuestion& q, const SupplyHours& hours, const SupplySizes& sizes, std::size_t quarter,
              std::size_t t, double step, double price, SupplySpan& m) {
  const int h = static_cast<int>(t);
  for (std::size_t i = 0; i < q.sources.size(); ++i) {
    const SupplySource& s = q.sources[i];
    const double given = hours.output[i][t] * step;
    // Of what runs at part load fuel is burnt at no output too.
    const double runs = hours.running[i].empty() ? given : hours.running[i][t] * step;
    const double burnt = s.no_load * runs + (1 - s.no_load) * given;
    SupplyCost& cost = m.cost_by_source[i];
    const double co2 = s.emissions * burnt, back = hours.sold[i].empty() ? 0 : hours.sold[i][t] * step;
    cost.fuel += s.fuel * burnt, cost.variable += s.variable.at(h) * given, cost.co2 += co2 * q.co2_price;
    if (s.sold) cost.sales += *s.sold * back;
    m.by_source[i] += given, m.sold[i] += back, m.emissions_by_source[i] += co2;
    if (s.weather) m.curtailed += std::max(0.0, sizes.source[i][quarter] * s.available.at(h) * step - given);
  }
  for (std::size_t i = 0; i < q.stores.size(); ++i)
    m.discharged[i] += hours.giving[i][t] * step, m.charged[i] += hours.charging[i][t] * step;
  m.load += q.load[t] * step, m.unserved += hours.unserved[t] * step, m.shed += hours.shed[t] * step;
  m.reserve_short += hours.reserve_short[t] * step, m.price_sum += price * q.load[t] * step;
}

std::vector<std::vector<double>> demand_charges(const SupplyQuestion& q, const SupplyProgramme& p,
                                                const SupplyHours& hours) {
  std::vector<std::vector<double>> out;
  for (std::size_t i = 0; i < q.sources.size(); ++i) {
    std::vector<double>& charges = out.emplace_back(p.problem.periods.size());
    if (q.sources[i].demand_charge <= 0) continue;
    std::size_t first = 0;
    for (std::size_t b = 0; b < charges.size(); ++b) {
      const auto from = hours.output[i].begin() + static_cast<std::ptrdiff_t>(first);
      charges[b] = q.sources[i].demand_charge * *std::max_element(from, from + p.problem.periods[b].hours);
      first += static_cast<std::size_t>(p.problem.periods[b].hours);
    }
  }
  return out;
}

double owed(const SupplyQuestion& q, const SupplyProgramme& p) {
  double sum = 0;
  for (std::size_t k = 0; k < p.worth.size(); ++k) {
    const double worth = p.worth[k] * year_share(q, k);
    for (std::size_t i = 0; i < q.sources.size(); ++i) {
      const GivenSize given = given_in(q, false, i, static_cast<int>(k));
      sum += worth * (q.sources[i].fixed * (given.standing + given.built) + q.sources[i].capital * given.built);
    }
    for (std::size_t i = 0; i < q.stores.size(); ++i) {
      const SupplyStore& s = q.stores[i];
      const GivenSize given = given_in(q, true, i, static_cast<int>(k));
      sum += worth * (s.fixed * (given.standing + given.built) + s.power_capital * given.built +
                      s.energy_capital * given.built_storage);
    }
  }
  return sum;
}

}  // namespace orrery::site
