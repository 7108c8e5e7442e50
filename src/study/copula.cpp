#include "study/copula.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "base/distribution.h"
#include "base/random.h"

namespace orrery::study {
namespace {

/// The largest number below 1.
const double below_one = std::nextafter(1.0, 0.0);

/// The normal score of a uniform number; the largest of those is rounded to 1 now and then.
double score_of(double uniform) {
  return normal_quantile(std::min(uniform, below_one));
}

}  // namespace

Copula::Copula(const std::vector<scenario::Input>& inputs, std::uint64_t seed, bool independent)
    : seed_(seed), drawn_(inputs.size()), home_(inputs.size()) {
  std::map<std::string, std::size_t, std::less<>> firsts, factor_of;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto [first, fresh] = firsts.emplace(inputs[i].key(), i);
    first_.push_back(first->second);
    if (!fresh) continue;
    Drawn& drawn = drawn_[i];
    drawn.stream = stream_of(inputs[i].key());
    double left = 1;
    for (const scenario::Tie& tie : inputs[i].ties) {
      if (independent || tie.loading == 0) continue;
      const auto [factor, unseen] = factor_of.emplace(tie.cause(), factors_.size());
      if (unseen) factors_.push_back(stream_of("cause." + tie.cause())), names.push_back(tie.cause());
      drawn.loadings.push_back({factor->second, tie.loading});
      left -= tie.loading * tie.loading;
    }
    constexpr double rounding = 1e-12;
    drawn.own = left < rounding ? 0 : std::sqrt(left);
  }
  std::vector<int> members(factors_.size());
  for (const Drawn& drawn : drawn_)
    for (const Loading& l : drawn.loadings) ++members[l.factor];
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    int fewest = 0;
    for (const Loading& l : drawn_[first_[i]].loadings)
      if (fewest == 0 || members[l.factor] < fewest) fewest = members[l.factor], home_[i] = names[l.factor];
  }
}

void Copula::factors(std::uint64_t trial, std::vector<double>& out) const {
  out.resize(factors_.size());
  for (std::size_t f = 0; f < out.size(); ++f) out[f] = score_of(uniform(seed_, factors_[f], trial));
}

double Copula::score(const Drawn& drawn, std::uint64_t trial, const std::vector<double>& factors) const {
  double z = drawn.own > 0 ? drawn.own * score_of(uniform(seed_, drawn.stream, trial)) : 0;
  for (const Loading& l : drawn.loadings) z += l.loading * factors[l.factor];
  return z;
}

void Copula::uniforms(std::uint64_t trial, std::span<double> out) const {
  std::vector<double> of_causes;
  factors(trial, of_causes);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (first_[i] != i) out[i] = out[first_[i]];
    else if (drawn_[i].loadings.empty()) out[i] = uniform(seed_, drawn_[i].stream, trial);
    else out[i] = normal_probability(score(drawn_[i], trial, of_causes));
  }
}

void Copula::scores(std::uint64_t trial, std::span<double> out) const {
  std::vector<double> of_causes;
  factors(trial, of_causes);
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = first_[i] != i ? out[first_[i]] : score(drawn_[i], trial, of_causes);
}

double Copula::correlation(std::size_t a, std::size_t b) const {
  a = first_[a], b = first_[b];
  if (a == b) return 1;
  double sum = 0;
  for (const Loading& x : drawn_[a].loadings)
    for (const Loading& y : drawn_[b].loadings)
      if (x.factor == y.factor) sum += x.loading * y.loading;
  return sum;
}

}  // namespace orrery::study
