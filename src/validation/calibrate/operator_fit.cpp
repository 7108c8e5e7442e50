#include "validation/calibrate/operator_fit.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/parallel.h"

namespace orrery::validation {

using namespace silicon;

namespace {

using Node = OperatorKernels::Node;
using Samples = std::vector<const OperatorSample*>;

constexpr std::size_t count = 2 + 3 * operator_parts;  // launch, overlap, three of each part
using Logs = std::array<double, count>;

// How the method is set: none of these is a property of a chip or kernel.
constexpr double scale = 0.15;       // absolute log error that one row is expected to have
constexpr double flat = 0.05;        // errors below are as good as none
constexpr double fastest = 0.5;      // of arithmetic over peak: kernels may multiply narrower, and tiles be smaller
constexpr double least_gain = 4;     // a group's own constants must lower its cost by so much
constexpr double whole_width = 1.5;  // prior widths of logarithms: of an operator around the defaults,
constexpr std::array<double, 5> widths = {1.0, 1.0, 0.7, 0.4, 0.3};  // software, kernel, format, chip, release

OperatorConstants constants_of(const Logs& logs) {
  OperatorConstants c;
  c.launch = std::exp(logs[0]), c.overlap = std::exp(logs[1]);
  for (std::size_t i = 0; i < operator_parts; ++i)
    c.parts[i] = {std::exp(logs[2 + 3 * i]), std::exp(logs[3 + 3 * i]), std::exp(logs[4 + 3 * i])};
  return c;
}

Logs logs_of(const OperatorConstants& c) {
  Logs logs{std::log(c.launch), std::log(c.overlap)};
  for (std::size_t i = 0; i < operator_parts; ++i)
    logs[2 + 3 * i] = std::log(c.parts[i].compute), logs[3 + 3 * i] = std::log(c.parts[i].memory),
                 logs[4 + 3 * i] = std::log(c.parts[i].step);
  return logs;
}

std::vector<double> errors_of(const Samples& rows, const Logs& logs) {
  const OperatorConstants c = constants_of(logs);
  std::vector<double> errors;
  errors.reserve(rows.size());
  for (const OperatorSample* row : rows) errors.push_back(std::log(operator_time(c, row->work) / row->measured));
  return errors;
}

/// Absolute errors, rounded off near none, in units of their scale.
double cost_of(const std::vector<double>& errors) {
  double sum = 0;
  for (const double e : errors) {
    const double size = std::abs(e);
    sum += size < flat ? size * size / (2 * flat) + flat / 2 : size;
  }
  return sum / scale;
}

double width_of(std::size_t i, double width) {
  return i == 1 ? width / 2 : width;  // the overlap is known best
}

double prior_cost(const Logs& x, const Logs& around, double width) {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double off = (x[i] - around[i]) / width_of(i, width);
    sum += off * off / 2;
  }
  return sum;
}

/// The constants that some rows tell: of parts that they have.
std::vector<std::size_t> told_by(const Samples& rows) {
  std::array<bool, count> told{};
  told[0] = told[1] = true;
  for (const OperatorSample* row : rows)
    for (std::size_t i = 0; i < operator_parts; ++i) {
      const PartWork& part = row->work.parts[i];
      told[2 + 3 * i] |= part.compute > 0, told[3 + 3 * i] |= part.memory > 0, told[4 + 3 * i] |= part.steps > 0;
    }
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < count; ++i)
    if (told[i]) indices.push_back(i);
  return indices;
}

/// Solves a x = b for a symmetric positive matrix by Cholesky's method; false where it is not.
bool solve(std::vector<double> a, std::vector<double>& b) {
  const std::size_t n = b.size();
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = a[i * n + j];
      for (std::size_t k = 0; k < j; ++k) sum -= a[i * n + k] * a[j * n + k];
      if (i != j) a[i * n + j] = sum / a[j * n + j];
      else if (sum <= 0) return false;
      else a[i * n + i] = std::sqrt(sum);
    }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i * n + k] * b[k];
    b[i] /= a[i * n + i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= a[k * n + i] * b[k];
    b[i] /= a[i * n + i];
  }
  return true;
}

/// The constants of some rows, drawn towards those around them.
Logs fit(const Samples& rows, const Logs& around, double width) {
  constexpr double difference = 1e-4, longest = 0.7;
  const std::vector<std::size_t> told = told_by(rows);
  const std::size_t n = told.size();
  Logs x = around;
  std::vector<double> errors = errors_of(rows, x);
  double best = cost_of(errors) + prior_cost(x, around, width), damping = 1e-2;
  std::vector<std::vector<double>> slopes(n);
  for (int round = 0; round < 40; ++round) {
    for (std::size_t a = 0; a < n; ++a) {
      Logs moved = x;
      moved[told[a]] += difference;
      slopes[a] = errors_of(rows, moved);
      for (std::size_t r = 0; r < rows.size(); ++r) slopes[a][r] = (slopes[a][r] - errors[r]) / difference;
    }
    std::vector<double> matrix(n * n), gradient(n);
    for (std::size_t a = 0; a < n; ++a) {
      for (std::size_t r = 0; r < rows.size(); ++r) {
        const double weighted = slopes[a][r] / (std::max(std::abs(errors[r]), flat) * scale);
        gradient[a] += weighted * errors[r];
        for (std::size_t b = 0; b <= a; ++b) matrix[a * n + b] += weighted * slopes[b][r];
      }
      const double w = width_of(told[a], width);
      matrix[a * n + a] += 1 / (w * w);
      gradient[a] += (x[told[a]] - around[told[a]]) / (w * w);
    }
    double gain = 0;
    for (int attempt = 0; attempt < 8 && gain <= 0; ++attempt) {
      std::vector<double> damped = matrix, move = gradient;
      for (std::size_t a = 0; a < n; ++a) damped[a * n + a] *= 1 + damping;
      if (solve(std::move(damped), move)) {
        Logs next = x;
        for (std::size_t a = 0; a < n; ++a) next[told[a]] -= std::clamp(move[a], -longest, longest);
        next[1] = std::clamp(next[1], 0.0, std::log(8.0));
        for (std::size_t i = 0; i < operator_parts; ++i) next[2 + 3 * i] = std::max(next[2 + 3 * i], std::log(fastest));
        std::vector<double> now = errors_of(rows, next);
        const double cost = cost_of(now) + prior_cost(next, around, width);
        if (cost < best) {
          gain = best - cost, best = cost, x = next, errors = std::move(now);
          damping = std::max(damping * 0.3, 1e-6);
          break;
        }
      }
      damping *= 4;
    }
    if (gain < 1e-4 * std::max(1.0, 0.01 * best)) break;
  }
  return x;
}

/// The name of a sample's group at a depth below its operator.
const std::string& name_at(const OperatorSample& sample, std::size_t depth) {
  const std::array<const std::string*, 5> names = {&sample.kernel.engine, &sample.kernel.kernel, &sample.kernel.format,
                                                   &sample.chip, &sample.kernel.release};
  return *names[depth];
}

/// Fits a group and those within it. depth counts from 0, the operator.
Node fit_node(const Samples& rows, Logs around, std::size_t depth) {
  Node node;
  const Logs mine = fit(rows, around, depth == 0 ? whole_width : widths[depth - 1]);
  const double before = cost_of(errors_of(rows, around)), after = cost_of(errors_of(rows, mine));
  if (depth == 0 || before - after > least_gain) {
    around = mine;
    node.constants = constants_of(mine);
  }
  for (const double e : errors_of(rows, around)) node.spread += std::abs(e) / static_cast<double>(rows.size());
  if (depth == widths.size()) return node;
  std::map<std::string, Samples> groups;
  for (const OperatorSample* row : rows) groups[name_at(*row, depth)].push_back(row);
  for (const auto& [name, group] : groups) {
    Node within = fit_node(group, around, depth + 1);
    // A release without constants of its own needs no place; all else is known by its own.
    if (depth < 4 || within.constants) node.within.emplace(name, std::move(within));
  }
  return node;
}

}  // namespace

OperatorWork restated_work(OperatorWork work, const OperatorKernels::Operation& operation, double memory_bandwidth,
                           double core_peak) {
  OperatorConstants unit;
  for (PartConstants& part : unit.parts) part = {1, 1, 1};
  unit = restated(unit, operation, memory_bandwidth, core_peak);
  for (std::size_t i = 0; i < operator_parts; ++i)
    work.parts[i].memory *= unit.parts[i].memory, work.parts[i].steps *= unit.parts[i].step;
  return work;
}

OperatorKernels fit_operators(const OperatorKernels& before, const std::vector<const OperatorSample*>& samples,
                              int threads) {
  std::map<std::string, Samples> by_operation;
  for (const OperatorSample* sample : samples) by_operation[sample->operation].push_back(sample);
  // The largest first, so that the last thread is not left with it.
  std::vector<const std::pair<const std::string, Samples>*> order;
  for (const auto& group : by_operation) order.push_back(&group);
  std::stable_sort(order.begin(), order.end(),
                   [](const auto* a, const auto* b) { return a->second.size() > b->second.size(); });
  std::vector<Node> roots(order.size());
  parallel_for(order.size(), threads, 1, [&](std::size_t first, std::size_t last, int) {
    for (std::size_t i = first; i < last; ++i) roots[i] = fit_node(order[i]->second, logs_of({}), 0);
  });
  OperatorKernels out = before;
  for (std::size_t i = 0; i < order.size(); ++i) out.operation(order[i]->first).root = std::move(roots[i]);
  return out;
}

}  // namespace orrery::validation
