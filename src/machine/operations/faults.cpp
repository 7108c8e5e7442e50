#include "machine/operations/faults.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "base/random.h"

namespace orrery::operations {
namespace {

/// A draw of a gamma distribution of shape k > 0 and scale 1 (Marsaglia and Tsang, "A simple method for generating
/// gamma variables", ACM TOMS 26, 2000; below shape 1 by their power of a uniform number).
double gamma_draw(double k, std::uint64_t stream, std::uint64_t host) {
  const double shape = k < 1 ? k + 1 : k, third = shape - 1.0 / 3, c = 1 / std::sqrt(9 * third);
  for (std::uint32_t i = 0;; i += 2) {
    const double x = normal_quantile(uniform(1, stream, host, i)), v = std::pow(1 + c * x, 3);
    const double u = uniform(1, stream, host, i + 1);
    if (v <= 0 || std::log(u) >= 0.5 * x * x + third * (1 - v + std::log(v))) continue;
    return third * v * (k < 1 ? std::pow(uniform(2, stream, host), 1 / k) : 1);
  }
}

}  // namespace

Frailty::Frailty(std::uint32_t hosts, double clustering, std::uint64_t stream) : hosts_(std::max(hosts, 1u)) {
  if (clustering <= 0) return;
  std::vector<double> weight(hosts_);
  double sum = 0;
  for (std::uint32_t h = 0; h < hosts_; ++h) sum += weight[h] = gamma_draw(clustering, stream, h);
  if (!(sum > 0)) return;  // of shapes so small that all draws are 0
  for (double& w : weight) w *= hosts_ / sum;
  weight_.assign(weight.begin(), weight.end());
  keep_.assign(hosts_, 1);
  other_.resize(hosts_);
  std::vector<std::uint32_t> small, large;
  for (std::uint32_t h = 0; h < hosts_; ++h) other_[h] = h, (weight[h] < 1 ? small : large).push_back(h);
  while (!small.empty() && !large.empty()) {
    const std::uint32_t less = small.back(), more = large.back();
    small.pop_back();
    keep_[less] = static_cast<float>(weight[less]), other_[less] = more;
    weight[more] -= 1 - weight[less];
    if (weight[more] < 1) large.pop_back(), small.push_back(more);
  }
}

std::uint32_t Frailty::host(double uniform) const {
  const double at = uniform * hosts_;
  const auto h = std::min(static_cast<std::uint32_t>(at), hosts_ - 1);
  return weight_.empty() || at - h < static_cast<double>(keep_[h]) ? h : other_[h];
}

RandomFaults::RandomFaults(const HostFleet& fleet, std::uint32_t of_job, std::vector<Fault> faults,
                           const Frailty& frailty, const Ageing& ageing, double chance)
    : fleet_(fleet),
      faults_(std::move(faults)),
      frailty_(frailty),
      ageing_(ageing),
      seed_(std::bit_cast<std::uint64_t>(chance)),
      of_job_(double(of_job) / std::max(fleet.hosts, 1u)) {
  double sum = 0;
  for (const Fault& fault : faults_) up_to_.push_back(sum += fault.rate * fleet.hosts * fleet.accelerators);
  until_ = sum * ageing.length;
}

double RandomFaults::draw(std::uint32_t which) {
  static const std::uint64_t stream = stream_of("faults of a fleet");
  return uniform(seed_, stream, count_, which);
}

bool RandomFaults::next(FaultEvent& event) {
  ++count_;
  cumulated_ += -std::log(draw(0));
  if (!(cumulated_ < until_)) return false;
  const double share = cumulated_ / until_;
  if (ageing_.shape == 1) {
    event.time = share * ageing_.length;
  } else {
    const double k = ageing_.shape, from = std::pow(ageing_.age, k), to = std::pow(ageing_.age + ageing_.length, k);
    event.time = std::clamp(std::pow(from + share * (to - from), 1 / k) - ageing_.age, 0.0, ageing_.length);
  }
  const auto at = std::upper_bound(up_to_.begin(), up_to_.end(), draw(1) * up_to_.back());
  event.fault = static_cast<std::uint32_t>(std::min<std::ptrdiff_t>(at - up_to_.begin(), std::ssize(up_to_) - 1));
  const Fault& fault = faults_[event.fault];
  again_ = 0;
  event.spare = draw(6) >= of_job_;
  another_host(event);
  event.out = fault.out.is_constant() ? fault.out.a : fault.out.draw(draw(3));
  event.found = 0, event.keep = draw(7), event.there = draw(8);
  if (fault.effect != Effect::stop) event.found = draw(4) < fault.missed ? infinity : fault.found.draw(draw(5));
  return true;
}

bool RandomFaults::another_host(FaultEvent& event) {
  constexpr std::uint32_t most = 64;  // of a fleet where hardly a host is left
  if (again_ == most) return false;
  const double drawn = draw(9 + again_++);
  const Domain domain = faults_[event.fault].domain;
  const auto one_of = [&](std::uint32_t n) { return std::min(static_cast<std::uint32_t>(drawn * n), n - 1); };
  const std::uint32_t size = std::max(fleet_.size[static_cast<std::size_t>(domain)], 1u);
  if (takes_several(domain)) event.host = one_of((fleet_.hosts - 1) / size + 1) * size;
  else event.host = domain == Domain::job ? one_of(fleet_.hosts) : frailty_.host(drawn);
  return true;
}

}  // namespace orrery::operations
