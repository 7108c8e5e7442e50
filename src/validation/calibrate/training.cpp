#include "validation/calibrate/training.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "machine/training/layer_time.h"

namespace orrery::validation {

using namespace training;

namespace {

/// A constant of every node: its member, how far siblings may differ (ln), what a root starts from, and its range.
template <class T>
struct Key {
  const char* name;
  double T::*member;
  double sigma, root, least, most;
};
constexpr Key<Accelerator> chip_keys[] = {
    {"sustained", &Accelerator::sustained, 0.08, 1, 0.3, 1.5},
    {"sustained_low", &Accelerator::sustained_low, 0.12, 1, 0.3, 1.6},
    {"unaligned", &Accelerator::unaligned, 0.06, 1.2, 1, 2},
    {"host", &Accelerator::host, 0.3, 1, 0.3, 5},
    {"pace", &Accelerator::pace, 0.08, 1, 0.5, 2},
};
constexpr Key<Framework> framework_keys[] = {
    {"slowdown", &Framework::slowdown, 0.06, 1.15, 1, 3},
    {"elementwise", &Framework::elementwise, 0.12, 1.2, 1, 8},
    {"attention", &Framework::attention, 0.12, 1.1, 0.4, 4},
    {"attention_young", &Framework::attention_young, 0.12, 1.4, 0.5, 4},
    {"layer_fixed", &Framework::layer_fixed, 0.45, 120e-6, 1e-6, 0.01},
    {"step_fixed", &Framework::step_fixed, 0.45, 40e-3, 1e-4, 0.3},
    {"tp_exposed", &Framework::tp_exposed, 0.2, 0.8, 0.02, 2},
    {"dp_exposed", &Framework::dp_exposed, 0.2, 0.4, 0.01, 1},
    {"ep_exposed", &Framework::ep_exposed, 0.2, 0.3, 0.02, 2},
    {"network_share", &Framework::network_share, 0.12, 0.85, 0.05, 1},
    {"moe_fixed", &Framework::moe_fixed, 0.45, 850e-6, 1e-5, 0.05},
    {"expert_slowdown", &Framework::expert_slowdown, 0.06, 1.15, 1, 3},
    {"expert_traffic", &Framework::expert_traffic, 0.2, 2.5, 0.8, 10},
    {"scan", &Framework::scan, 0.2, 8, 1, 60},
    {"jitter", &Framework::jitter, 0.4, 0.007, 0.001, 0.1},
};
constexpr double stiffness = 0.8;   ///< of departures against errors
constexpr double root_freedom = 3;  ///< a root may differ from its prior by so many sigma as siblings by one

/// By entry the entry that it is like, none for a root.
template <class T>
std::vector<int> parents(const catalog::Catalog& catalog, std::string_view kind, const std::vector<T>& nodes) {
  std::map<std::string, int> index;
  for (std::size_t i = 0; i < nodes.size(); ++i) index[nodes[i].name] = static_cast<int>(i);
  std::vector<int> out(nodes.size(), -1);
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (const catalog::Figure* like = catalog.entry(kind, nodes[i].name).find("like"))
      out[i] = index.at(catalog.entry(kind, like->text).name);
  return out;
}

double huber(double x) {
  const double a = std::abs(x);
  return a < 1 ? a * a / 2 : a - 0.5;
}

template <class T, std::size_t N>
void set(T& node, const Key<T> (&keys)[N], std::size_t key, double log) {
  node.*keys[key].member = std::clamp(std::exp(log), keys[key].least, keys[key].most);
}

}  // namespace

TrainingFit::TrainingFit(const CsvTable& table, const Facts& facts) : facts_(facts), table_(table) {
  // Chips that nobody has measured have no constants of their own to fit.
  std::erase_if(facts_.hardware.accelerators, [](const Accelerator& a) { return !a.ranges.empty(); });
  const std::vector<Accelerator>& chips = facts_.hardware.accelerators;
  const std::vector<int> of_chips = parents(facts.catalog, "kernels", chips);
  for (std::size_t i = 0; i < chips.size(); ++i) {
    double pace = 1;
    for (std::size_t at = i; of_chips[at] >= 0; at = static_cast<std::size_t>(of_chips[at]))
      pace *= silicon::pace_of_refresh(chips[static_cast<std::size_t>(of_chips[at])], chips[at]);
    paces_.push_back(std::log(pace));
  }
  const auto add = [&](bool of_chip, const std::vector<int>& parent, std::size_t keys, const auto& key_of) {
    for (std::size_t node = 0; node < parent.size(); ++node)
      for (std::size_t key = 0; key < keys; ++key) {
        Parameter p;
        p.of_chip = of_chip, p.node = node, p.key = key;
        p.sigma = key_of(key) * (parent[node] < 0 ? root_freedom : 1);
        for (std::size_t i = 0; i < parent.size(); ++i)
          for (int at = static_cast<int>(i); at >= 0; at = parent[static_cast<std::size_t>(at)])
            if (at == static_cast<int>(node)) p.members.push_back(i);
        parameters_.push_back(std::move(p));
      }
  };
  add(true, of_chips, std::size(chip_keys), [](std::size_t key) { return chip_keys[key].sigma; });
  add(false, parents(facts.catalog, "frameworks", facts.hardware.frameworks), std::size(framework_keys),
      [](std::size_t key) { return framework_keys[key].sigma; });
  // What most stands on is moved first.
  std::stable_sort(parameters_.begin(), parameters_.end(),
                   [](const Parameter& a, const Parameter& b) { return a.members.size() > b.members.size(); });
  reset();
  read_runs();
}

void TrainingFit::reset() {
  Hardware& h = facts_.hardware;
  chip_logs_.assign(h.accelerators.size(), {});
  framework_logs_.assign(h.frameworks.size(), {});
  for (std::size_t i = 0; i < h.accelerators.size(); ++i)
    for (std::size_t k = 0; k < std::size(chip_keys); ++k) {
      chip_logs_[i].push_back(std::log(chip_keys[k].root) +
                              (chip_keys[k].member == &Accelerator::pace ? paces_[i] : 0));
      set(h.accelerators[i], chip_keys, k, chip_logs_[i][k]);
    }
  for (std::size_t i = 0; i < h.frameworks.size(); ++i)
    for (std::size_t k = 0; k < std::size(framework_keys); ++k) {
      framework_logs_[i].push_back(std::log(framework_keys[k].root));
      set(h.frameworks[i], framework_keys, k, framework_logs_[i][k]);
    }
  for (Parameter& p : parameters_) p.departure = 0;
}

void TrainingFit::read_runs() {
  const Hardware& h = facts_.hardware;
  runs_.clear();
  std::map<std::string, double> counts;
  for (std::size_t i = 0; i < table_.size(); ++i) {
    Run r;
    r.run = read_run(table_, i, facts_, true);
    if (!r.run.row.skipped.empty()) continue;
    if (r.run.machine.accelerator->peak[static_cast<std::size_t>(r.run.job.precision)] <= 0) continue;
    r.cluster = r.run.row.group + '|' + r.run.job.model.name + '|' + r.run.machine.accelerator->name;
    r.chip = static_cast<std::size_t>(r.run.machine.accelerator - h.accelerators.data());
    r.framework = static_cast<std::size_t>(r.run.machine.framework - h.frameworks.data());
    if (r.run.row.measured <= 0) {
      // A printed rate counts all of attention, as Megatron does, and no recomputation.
      const Job& job = r.run.job;
      const double flops = (job.task == Task::lora ? 2 : 3) *
                           model::forward_flops_per_token(job.model, job.attended(), true) * job.global_batch *
                           job.sequence;
      r.run.row.measured = flops / r.run.machine.accelerators / r.run.printed_flops;
      r.implied = true;
    }
    ++counts[r.cluster];
    runs_.push_back(std::move(r));
  }
  for (Run& r : runs_) r.weight = std::pow(counts[r.cluster], -0.35);
  for (Parameter& p : parameters_) {
    p.rows.clear();
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      const std::size_t node = p.of_chip ? runs_[i].chip : runs_[i].framework;
      if (std::find(p.members.begin(), p.members.end(), node) != p.members.end()) p.rows.push_back(i);
    }
  }
}

double TrainingFit::error(const Run& r, StepEstimate* estimate) const {
  const Job& job = r.run.job;
  StepEstimate e =
      estimate ? evaluate(job, r.run.machine, r.run.layout)
               : evaluate(job, r.run.machine, r.run.layout, layer_times(job, r.run.machine, r.run.layout), MemoryUse());
  if (estimate) *estimate = e;
  return std::log(e.step.value() / r.run.row.measured);
}

double TrainingFit::loss_of(const Run& r) const {
  constexpr double scale = 0.03, kink = 0.01;  // absolute errors, rounded off where they are small
  return r.weight * (std::hypot(error(r), kink) - kink) / scale;
}

void TrainingFit::move(Parameter& p, double by) {
  p.departure += by;
  for (const std::size_t node : p.members)
    if (p.of_chip) set(facts_.hardware.accelerators[node], chip_keys, p.key, chip_logs_[node][p.key] += by);
    else set(facts_.hardware.frameworks[node], framework_keys, p.key, framework_logs_[node][p.key] += by);
}

double TrainingFit::objective(const std::vector<std::size_t>& rows) {
  double sum = 0;
  for (const std::size_t i : rows) sum += loss_of(runs_[i]);
  for (const Parameter& p : parameters_) sum += stiffness * huber(p.departure / p.sigma);
  return sum;
}

/// Moves one constant by strides, longer while they help, the way that helps; half as long next time where neither
/// does.
void TrainingFit::descend(Parameter& p) {
  std::vector<double> losses;
  const auto total = [&](bool again) {
    double sum = stiffness * huber(p.departure / p.sigma);
    losses.clear();
    for (const std::size_t i : p.rows)
      if (used_[i]) losses.push_back(again ? loss_of(runs_[i]) : runs_[i].loss), sum += losses.back();
    return sum;
  };
  double least = total(false);
  if (losses.empty() && p.departure == 0) return;
  bool moved = false;
  for (const double direction : {1.0, -1.0}) {
    for (int tries = 0; tries < 4 && !(direction < 0 && moved); ++tries) {
      const double by = direction * p.stride, now = (move(p, by), total(true));
      if (now >= least - 1e-9) {
        move(p, -by);
        break;
      }
      least = now, moved = true;
      std::size_t next = 0;
      for (const std::size_t i : p.rows)
        if (used_[i]) runs_[i].loss = losses[next++];
      p.stride = std::min(p.stride * 1.5, p.sigma * 3);
    }
  }
  if (!moved) p.stride = std::max(p.stride / 2, p.sigma / 200);
}

void TrainingFit::choose(const Use& use) {
  read_runs();
  used_.clear();
  for (const Run& r : runs_) used_.push_back(use(r));
  for (std::size_t i = 0; i < runs_.size(); ++i) runs_[i].loss = used_[i] ? loss_of(runs_[i]) : 0;
}

void TrainingFit::fit(const Use& use, int sweeps) {
  reset();
  for (Parameter& p : parameters_) p.stride = p.sigma / 2;
  std::vector<std::size_t> rows;
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    if (sweep % 6 == 0) {
      choose(use);  // what is left open is laid out by the constants as they are
      rows.clear();
      for (std::size_t i = 0; i < runs_.size(); ++i)
        if (used_[i]) rows.push_back(i);
    }
    std::vector<double> before;
    for (const Parameter& p : parameters_) before.push_back(p.departure);
    for (Parameter& p : parameters_) descend(p);
    // The pattern move of Hooke and Jeeves (1961): on along the way of the whole sweep, while that helps.
    double least = objective(rows);
    for (double reach = 1; reach <= 64; reach *= 2) {
      std::vector<double> way;  // doubles what has been gone
      for (std::size_t i = 0; i < parameters_.size(); ++i) way.push_back(parameters_[i].departure - before[i]);
      for (std::size_t i = 0; i < parameters_.size(); ++i) move(parameters_[i], way[i]);
      const double now = objective(rows);
      if (now < least) {
        least = now;
        continue;
      }
      for (std::size_t i = 0; i < parameters_.size(); ++i) move(parameters_[i], -way[i]);
      break;
    }
    for (const std::size_t i : rows) runs_[i].loss = loss_of(runs_[i]);
  }
}

std::vector<Constant> TrainingFit::constants() const {
  constexpr double tiny = 0.002;
  std::vector<Constant> out;
  const Hardware& h = facts_.hardware;
  std::vector<Parameter> sorted = parameters_;
  std::sort(sorted.begin(), sorted.end(), [](const Parameter& a, const Parameter& b) {
    return std::tuple(!a.of_chip, a.node, a.key) < std::tuple(!b.of_chip, b.node, b.key);
  });
  for (const Parameter& p : sorted) {
    if (!p.of_chip && p.rows.empty()) continue;
    const std::string kind = p.of_chip ? "kernels" : "frameworks";
    const std::string& name = p.of_chip ? h.accelerators[p.node].name : h.frameworks[p.node].name;
    const char* key = p.of_chip ? chip_keys[p.key].name : framework_keys[p.key].name;
    const double value = p.of_chip ? h.accelerators[p.node].*chip_keys[p.key].member
                                   : h.frameworks[p.node].*framework_keys[p.key].member;
    // A chip of which runs were fitted says so by its speed in them.
    const bool own = std::any_of(p.rows.begin(), p.rows.end(), [&](std::size_t i) {
      return (p.of_chip ? runs_[i].chip : runs_[i].framework) == p.node;
    });
    const bool says = (p.of_chip && own && p.key == 0) || std::abs(p.departure) > tiny ||
                      (!p.rows.empty() && !facts_.catalog.entry(kind, name).find("like"));
    out.push_back({kind, name, "", key, facts_.catalog.entry(kind, name).number(key, 0), value, !says});
  }
  return out;
}

}  // namespace orrery::validation
