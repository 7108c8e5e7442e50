#include "validation/calibrate/collectives.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/spread.h"

namespace orrery::validation {

using namespace network;

std::vector<double> minimise(const std::function<double(const std::vector<double>&)>& f, std::vector<double> start,
                             int evaluations) {
  const std::size_t n = start.size();
  if (n == 0) return start;
  int calls = 0;
  auto at = [&](const std::vector<double>& logs) {
    ++calls;
    std::vector<double> x(n);
    for (std::size_t i = 0; i < n; ++i) x[i] = std::exp(logs[i]);
    return f(x);
  };
  std::vector<double> best(n);
  for (std::size_t i = 0; i < n; ++i) best[i] = std::log(start[i]);
  double least = at(best);
  // Adaptive coefficients for many constants (Gao and Han 2012).
  const double d = static_cast<double>(n), expand = 1 + 2 / d, contract = 0.75 - 1 / (2 * d), shrink = 1 - 1 / d;
  for (double size = 0.4; calls<evaluations; size = size> 0.05 ? size * 0.6 : 0.4) {
    std::vector<std::vector<double>> points(n + 1, best);
    std::vector<double> values(n + 1, least);
    for (std::size_t i = 0; i < n; ++i) {
      points[i + 1][i] += size;
      values[i + 1] = at(points[i + 1]);
    }
    const int stop = std::min(evaluations, calls + std::max(100, evaluations / 6));
    while (calls < stop) {
      std::vector<std::size_t> order(n + 1);
      std::iota(order.begin(), order.end(), 0u);
      std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
      const std::size_t low = order.front(), high = order.back(), next = order[n - 1];
      if (values[high] - values[low] < 1e-7) break;
      std::vector<double> centre(n, 0);
      for (std::size_t p = 0; p <= n; ++p)
        if (p != high)
          for (std::size_t i = 0; i < n; ++i) centre[i] += points[p][i] / d;
      auto along = [&](double t) {
        std::vector<double> x(n);
        for (std::size_t i = 0; i < n; ++i) x[i] = centre[i] + t * (centre[i] - points[high][i]);
        return x;
      };
      std::vector<double> reflected = along(1);
      const double value = at(reflected);
      if (value < values[low]) {
        std::vector<double> further = along(expand);
        const double v = at(further);
        points[high] = v < value ? further : reflected;
        values[high] = std::min(v, value);
      } else if (value < values[next]) {
        points[high] = reflected;
        values[high] = value;
      } else {
        std::vector<double> nearer = along(value < values[high] ? contract : -contract);
        const double v = at(nearer);
        if (v < std::min(value, values[high])) {
          points[high] = nearer;
          values[high] = v;
        } else {
          for (std::size_t p = 0; p <= n; ++p)
            if (p != low) {
              for (std::size_t i = 0; i < n; ++i)
                points[p][i] = points[low][i] + shrink * (points[p][i] - points[low][i]);
              values[p] = at(points[p]);
            }
        }
      }
    }
    for (std::size_t p = 0; p <= n; ++p)
      if (values[p] < least) least = values[p], best = points[p];
  }
  for (std::size_t i = 0; i < n; ++i) best[i] = std::exp(best[i]);
  return best;
}

std::vector<Knob> scale_up_knobs(Fabric& f) {
  Level& l = f.scale_up;
  std::vector<Knob> all{&f.launch,
                        &l.hop[0],
                        &l.hop[1],
                        &l.hop[2],
                        &l.start,
                        &l.efficiency[0],
                        &l.efficiency[1],
                        &l.efficiency[2],
                        &l.copy,
                        &l.in_network_efficiency,
                        &l.in_network_latency,
                        &l.exchange_latency,
                        &l.exchange_peer,
                        &l.exchange_efficiency,
                        &l.exchange_copy};
  for (std::size_t i = 0; i < l.spans.size(); ++i) {
    if (i > 0) all.push_back(&l.spans[i].bandwidth_share);
    all.push_back(&l.spans[i].latency);
  }
  std::erase_if(all, [](Knob k) { return !(*k > 0); });
  return all;
}

std::vector<Knob> scale_out_knobs(Fabric& f) {
  // A ring's step of Simple is left out: the measured messages over several domains are carried by trees or bound by
  // bandwidth, so they do not tell it.
  Level& l = f.scale_out;
  std::vector<Knob> all{&l.start,         &l.hop[0],        &l.hop[1],        &l.tree_hop,
                        &l.efficiency[0], &l.efficiency[1], &l.efficiency[2], &l.tree_efficiency};
  std::erase_if(all, [](Knob k) { return !(*k > 0); });
  return all;
}

std::vector<Observation> observations(const std::vector<const MeasuredCollective*>& rows, const Fabric& fabric) {
  std::vector<Observation> all;
  std::map<std::pair<Collective, int>, double> counts;
  for (const MeasuredCollective* row : rows) {
    Observation o{parse_collective(row->collective), row->bytes, group_of(*row, fabric), row->row.measured, 1};
    ++counts[{o.collective, o.group.ranks}];
    all.push_back(o);
  }
  for (Observation& o : all) o.weight = 1 / counts[{o.collective, o.group.ranks}];
  return all;
}

double misfit(const Fabric& fabric, const std::vector<Observation>& rows) {
  double sum = 0, weight = 0;
  for (const Observation& o : rows) {
    sum += o.weight *
           std::abs(std::log(collective_time(fabric, o.collective, Data(o.bytes), o.group).value() / o.measured));
    weight += o.weight;
  }
  return weight > 0 ? sum / weight : 0;
}

Fabric calibrate(Fabric start, const std::vector<Observation>& rows,
                 const std::function<std::vector<Knob>(Fabric&)>& knobs_of, int evaluations) {
  Fabric trial = start;
  const std::vector<Knob> knobs = knobs_of(trial);
  std::vector<double> x;
  for (Knob k : knobs) x.push_back(*k);
  auto set = [&](const std::vector<double>& values) {
    for (std::size_t i = 0; i < knobs.size(); ++i) *knobs[i] = values[i];
  };
  const std::vector<double> best = minimise(
      [&](const std::vector<double>& values) {
        set(values);
        // Shares over 1 would be faster than the wire.
        double over = 0;
        for (double e : trial.scale_up.efficiency) over += std::max(0.0, e - 1);
        for (double e : trial.scale_out.efficiency) over += std::max(0.0, e - 1);
        over += std::max(0.0, trial.scale_up.in_network_efficiency - 1) +
                std::max(0.0, trial.scale_up.exchange_efficiency - 1) +
                std::max(0.0, trial.scale_out.tree_efficiency - 1) + std::max(0.0, trial.scale_up.copy - 1) +
                std::max(0.0, trial.scale_up.exchange_copy - 1);
        return misfit(trial, rows) + over;
      },
      x, evaluations);
  set(best);
  return trial;
}

std::vector<LeftOut> leave_one_group_out(const Fabric& start, const std::vector<Observation>& rows,
                                         const std::function<std::vector<Knob>(Fabric&)>& knobs, int evaluations) {
  std::map<std::pair<Collective, int>, std::vector<Observation>> groups;
  for (const Observation& o : rows) groups[{o.collective, o.group.ranks}].push_back(o);
  std::vector<LeftOut> results;
  for (const auto& [key, group] : groups) {
    std::vector<Observation> others;
    for (const Observation& o : rows)
      if (std::pair(o.collective, o.group.ranks) != key) others.push_back(o);
    if (others.empty()) continue;
    const Fabric fitted = calibrate(start, others, knobs, evaluations);
    std::vector<double> small, large;
    for (const Observation& o : group)
      (o.bytes < 1048576 ? small : large)
          .push_back(collective_time(fitted, o.collective, Data(o.bytes), o.group).value() / o.measured - 1);
    results.push_back({key.first, key.second, group.size(), summary_of_errors(small).median,
                       summary_of_errors(large).median});
  }
  return results;
}

}  // namespace orrery::validation
