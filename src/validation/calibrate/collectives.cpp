#include "validation/calibrate/collectives.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlopt.hpp>

#include "base/spread.h"

namespace orrery::validation {

using namespace network;

std::vector<double> minimise(Objective f, std::vector<double> start, int evaluations) {
  if (start.empty()) return start;
  for (double& x : start) x = std::log(x);
  const auto at = [](const std::vector<double>& logs, std::vector<double>&, void* objective) {
    std::vector<double> x = logs;
    for (double& value : x) value = std::exp(value);
    return (*static_cast<Objective*>(objective))(x);
  };
  nlopt::opt simplex(nlopt::LN_SBPLX, static_cast<unsigned>(start.size()));
  simplex.set_min_objective(at, &f);
  simplex.set_initial_step(0.4);
  simplex.set_maxeval(evaluations);
  try {
    double least = 0;
    simplex.optimize(start, least);
  } catch (const nlopt::roundoff_limited&) {
    // As near as doubles come: start holds the best point.
  }
  for (double& x : start) x = std::exp(x);
  return start;
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
    results.push_back(
        {key.first, key.second, group.size(), summary_of_errors(small).median, summary_of_errors(large).median});
  }
  return results;
}

}  // namespace orrery::validation
