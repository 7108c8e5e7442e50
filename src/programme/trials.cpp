#include "programme/trials.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <limits>
#include <mutex>
#include <numeric>
#include <thread>

#include "base/random.h"

namespace orrery::programme {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

const Curve& usable_of(const Forecast& f, int site) { return site < 0 ? f.usable : f.sites[site].capacity.usable; }
const Curve& it_power_of(const Forecast& f, int site) { return site < 0 ? f.it_power : f.sites[site].capacity.it_power; }
const Curve& facility_power_of(const Forecast& f, int site) { return site < 0 ? f.facility_power : f.sites[site].facility_power; }

double observed_level(const Plan& plan, const Forecast& f, const Observation& o) {
  const double day = o.date - plan.start;
  switch (o.kind) {
    case Observation::Kind::usable: return usable_of(f, o.site).at(day);
    case Observation::Kind::it_power: return it_power_of(f, o.site).at(day);
    case Observation::Kind::facility_power: return facility_power_of(f, o.site).at(day);
    case Observation::Kind::capex: {
      double spent = 0;
      for (const money::Entry& e : f.ledger.entries) {
        if (!money::is_capital(e.line)) continue;
        const double from = plan.months[e.month] - plan.start, to = plan.months[e.month + 1] - plan.start;
        spent -= e.amount.value() * std::clamp((day - from) / (to - from), 0.0, 1.0);
      }
      return spent;
    }
    default: return 0;
  }
}

double observed_day(const Forecast& f, const Observation& o) {
  switch (o.kind) {
    case Observation::Kind::usable: return usable_of(f, o.site).first_at_least(o.level);
    case Observation::Kind::it_power: return it_power_of(f, o.site).first_at_least(o.level);
    case Observation::Kind::facility_power: return facility_power_of(f, o.site).first_at_least(o.level);
    case Observation::Kind::run_start: return f.runs[o.run].start;
    case Observation::Kind::run_finish: return f.runs[o.run].finish;
    case Observation::Kind::capex: return infinity;
  }
  return infinity;
}

Dimension dimension_of(Observation::Kind kind) {
  if (kind == Observation::Kind::usable) return dimension::chips;
  if (kind == Observation::Kind::capex) return dimension::money;
  return dimension::power;
}

}  // namespace

std::vector<Output> outputs_of(const Plan& plan) {
  using Group = Output::Group;
  std::vector<Output> out;
  for (size_t i = 0; i < plan.milestones.size(); ++i)
    out.push_back({plan.milestones[i].name, Group::milestone, static_cast<int>(i), true, {}});
  for (size_t i = 0; i < plan.runs.size(); ++i) {
    out.push_back({plan.runs[i].name + " starts", Group::run_start, static_cast<int>(i), true, {}});
    out.push_back({plan.runs[i].name + " finishes", Group::run_finish, static_cast<int>(i), true, {}});
  }
  auto total = [&](const char* name, Dimension d) { out.push_back({name, Group::total, 0, false, d}); };
  total("capital cost", dimension::money);
  total("running cost", dimension::money);
  total("receipts", dimension::money);
  total("net present value", dimension::money);
  total("cost per usable accelerator-hour", dimension::money);
  total("energy", dimension::energy);
  total("water", dimension::volume);
  total("CO2", dimension::mass);
  total("largest facility power", dimension::power);
  for (size_t i = 0; i < plan.observations.size(); ++i) {
    const Observation& o = plan.observations[i];
    if (o.scores_level) out.push_back({o.name, Group::observed_level, static_cast<int>(i), false, dimension_of(o.kind)});
    if (o.scores_date) out.push_back({o.name, Group::observed_date, static_cast<int>(i), true, {}});
  }
  return out;
}

std::vector<double> output_values(const Plan& plan, const Forecast& f) {
  std::vector<double> out;
  for (const Milestone& m : plan.milestones) {
    const Curve& curve = m.kind == Milestone::Kind::it_power ? it_power_of(f, m.site) : usable_of(f, m.site);
    out.push_back(curve.first_at_least(m.level));
  }
  for (const RunForecast& r : f.runs) out.push_back(r.start), out.push_back(r.finish);
  double running = 0, receipts = 0, energy = 0, water = 0, emissions = 0;
  for (const money::Entry& e : f.ledger.entries) {
    if (money::is_capital(e.line)) continue;
    (e.amount > Money(0) ? receipts : running) += std::fabs(e.amount.value());
  }
  for (const site::EnergyMonth& m : f.energy) energy += m.facility, water += m.water, emissions += m.emissions;
  for (const double x : {f.capital, running, receipts, f.net_present_value, f.cost_per_hour, energy, water, emissions,
                         f.facility_power.maximum()})
    out.push_back(x);
  for (const Observation& o : plan.observations) {
    if (o.scores_level) out.push_back(observed_level(plan, f, o));
    if (o.scores_date) out.push_back(observed_day(f, o));
  }
  // What is reached after the last day of the forecast is not known to be reached.
  const std::vector<Output> outputs = outputs_of(plan);
  const double last = plan.end - plan.start;
  for (size_t i = 0; i < out.size(); ++i)
    if (outputs[i].is_date && out[i] > last) out[i] = infinity;
  return out;
}

Trials run_trials(const Plan& plan, int count, std::uint64_t seed, int threads, void (*progress)(double)) {
  Trials t;
  t.count = count;
  t.outputs = outputs_of(plan);
  t.values.assign(t.outputs.size(), std::vector<double>(static_cast<size_t>(count)));
  t.draws.assign(plan.inputs.size(), std::vector<double>(static_cast<size_t>(count)));
  std::vector<std::uint64_t> streams;
  for (const Input& input : plan.inputs) streams.push_back(stream_of(input.name));

  constexpr int block = 16;
  std::atomic<int> next{0};
  auto work = [&](bool reports) {
    std::vector<double> draws(plan.inputs.size());
    for (int first = next.fetch_add(block); first < count; first = next.fetch_add(block)) {
      for (int trial = first; trial < std::min(count, first + block); ++trial) {
        for (size_t i = 0; i < draws.size(); ++i) {
          draws[i] = plan.inputs[i].distribution.draw(uniform(seed, streams[i], static_cast<std::uint64_t>(trial)));
          t.draws[i][trial] = draws[i];
        }
        const std::vector<double> values = output_values(plan, simulate(plan, draws));
        for (size_t o = 0; o < values.size(); ++o) t.values[o][trial] = values[o];
      }
      if (reports && progress) progress(static_cast<double>(std::min(count, next.load())) / count);
    }
  };
  const int cores = threads > 0 ? threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  // What goes wrong on another thread is thrown on this one; the rest of the trials is left out.
  std::exception_ptr failure;
  std::once_flag first_failure;
  std::vector<std::jthread> others;
  for (int i = 1; i < std::min(cores, (count + block - 1) / block); ++i)
    others.emplace_back([&] {
      try {
        work(false);
      } catch (...) {
        std::call_once(first_failure, [&] { failure = std::current_exception(); });
        next = count;
      }
    });
  work(true);
  others.clear();
  if (failure) std::rethrow_exception(failure);
  return t;
}

double quantile(std::vector<double> values, double p) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  const double at = p * static_cast<double>(values.size() - 1);
  const size_t low = static_cast<size_t>(at), high = std::min(low + 1, values.size() - 1);
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(low), values.end());
  const double a = values[low];
  if (high == low || at == static_cast<double>(low)) return a;
  const double b = *std::min_element(values.begin() + static_cast<std::ptrdiff_t>(high), values.end());
  if (std::isinf(a) || std::isinf(b)) return a == b ? a : b;
  return a + (at - static_cast<double>(low)) * (b - a);
}

namespace {

std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> out(values.size());
  for (size_t i = 0; i < order.size();) {
    size_t j = i;
    while (j < order.size() && values[order[j]] == values[order[i]]) ++j;
    for (size_t k = i; k < j; ++k) out[order[k]] = 0.5 * static_cast<double>(i + j - 1);
    i = j;
  }
  return out;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const double n = static_cast<double>(a.size());
  const double mean = (n - 1) / 2;  // of ranks
  double ab = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean) * (b[i] - mean);
    aa += (a[i] - mean) * (a[i] - mean);
    bb += (b[i] - mean) * (b[i] - mean);
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

}  // namespace

double rank_correlation(const std::vector<double>& a, const std::vector<double>& b) { return correlation(ranks(a), ranks(b)); }

std::vector<Driver> drivers(const Trials& trials, size_t output, size_t most) {
  const std::vector<double> of_output = ranks(trials.values[output]);
  // The level that any of the inputs passes by chance with 1 % probability (Bonferroni), for large samples.
  const double inputs = static_cast<double>(std::max<size_t>(1, trials.draws.size()));
  const double noise = normal_quantile(1 - 0.005 / inputs) / std::sqrt(std::max(1.0, static_cast<double>(trials.count) - 1));
  std::vector<Driver> out;
  for (size_t i = 0; i < trials.draws.size(); ++i) {
    const double r = correlation(ranks(trials.draws[i]), of_output);
    if (std::fabs(r) > noise) out.push_back({static_cast<int>(i), r});
  }
  std::stable_sort(out.begin(), out.end(), [](const Driver& a, const Driver& b) { return std::fabs(a.correlation) > std::fabs(b.correlation); });
  if (out.size() > most) out.resize(most);
  return out;
}

}  // namespace orrery::programme
