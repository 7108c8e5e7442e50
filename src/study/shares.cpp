#include "study/shares.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>

#include "base/distribution.h"
#include "base/parallel.h"
#include "base/random.h"
#include "study/copula.h"

namespace orrery::study {
namespace {

constexpr std::size_t orders = terms_of_input;     // of the polynomials
constexpr std::size_t most_covariances = 8 << 20;  // that are remembered at once
constexpr std::size_t most_counted_causes = 8;     // that share something, with all of their subsets
constexpr std::size_t most_counted_sets = 256;     // of inputs in a cause and causes beside it
constexpr std::uint32_t pairs_of_orders = 64;

/// The terms that may explain an output: normalised Hermite polynomials of the normal scores, each less its mean over
/// the trials.
class Terms {
 public:
  Terms(const Copula& copula, std::vector<std::size_t> inputs, std::size_t trials)
      : inputs_(std::move(inputs)), trials_(trials), values_(inputs_.size() * orders, std::vector<double>(trials)) {
    std::vector<double> z(copula.first().size());
    for (std::size_t k = 0; k < trials; ++k) {
      copula.scores(k, z);
      for (std::size_t i = 0; i < inputs_.size(); ++i) {
        const double x = z[inputs_[i]];
        values_[orders * i][k] = x;
        values_[orders * i + 1][k] = (x * x - 1) / std::sqrt(2.0);
        values_[orders * i + 2][k] = (x * x - 3) * x / std::sqrt(6.0);
      }
    }
    for (std::vector<double>& term : values_) {
      const double mean = std::accumulate(term.begin(), term.end(), 0.0) / static_cast<double>(trials);
      for (double& x : term) x -= mean;
      variances_.push_back(with(term, term));
    }
    covariances_.resize(values_.size());
  }

  std::size_t size() const { return values_.size(); }
  std::size_t input(std::size_t term) const { return term / orders; }
  std::size_t order(std::size_t term) const { return term % orders; }
  const std::vector<double>& variances() const { return variances_; }
  /// Covariances with something that has a mean of 0.
  std::vector<double> covariances(const std::vector<double>& y) const {
    std::vector<double> out;
    for (const std::vector<double>& term : values_) out.push_back(with(term, y));
    return out;
  }
  /// Of all terms with one of them; worked out when first asked for. Several threads may ask.
  std::shared_ptr<const std::vector<double>> covariances_with(std::size_t term) {
    {
      const std::lock_guard hold(mutex_);
      if (covariances_[term]) return covariances_[term];
    }
    const auto found = std::make_shared<const std::vector<double>>(covariances(values_[term]));
    const std::lock_guard hold(mutex_);
    if (covariances_[term]) return covariances_[term];
    if (++remembered_ * values_.size() > most_covariances) {
      for (auto& each : covariances_) each.reset();
      remembered_ = 1;
    }
    return covariances_[term] = found;
  }

 private:
  double with(const std::vector<double>& a, const std::vector<double>& b) const {
    // Four sums, which a processor adds side by side.
    double sums[4] = {};
    std::size_t k = 0;
    for (; k + 4 <= trials_; k += 4)
      for (std::size_t j = 0; j < 4; ++j) sums[j] += a[k + j] * b[k + j];
    for (; k < trials_; ++k) sums[0] += a[k] * b[k];
    return (sums[0] + sums[1] + sums[2] + sums[3]) / static_cast<double>(trials_);
  }

  std::vector<std::size_t> inputs_;
  std::size_t trials_;
  std::vector<std::vector<double>> values_;
  std::vector<double> variances_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<const std::vector<double>>> covariances_;
  std::size_t remembered_ = 0;  ///< of them
};

struct Fit {
  double explained = 0;  ///< adjusted R2
  std::vector<std::size_t> terms;
  std::vector<double> coefficients;
};

/// Least squares on the terms that chance does not explain, by a Cholesky decomposition whose pivot is the term that
/// explains most of what is left.
Fit fit(Terms& terms, const std::vector<double>& y, double variance) {
  Fit out;
  const double n = static_cast<double>(y.size());
  const double noise = normal_quantile(1 - 0.005 / static_cast<double>(std::max<std::size_t>(1, terms.size())));
  std::vector<double> left = terms.variances(), with_y = terms.covariances(y);
  std::vector<std::vector<double>> factors;  // columns of the decomposition
  std::vector<double> weights;
  double rest = variance;
  const std::size_t most = y.size() / 5;
  while (out.terms.size() < most) {
    std::size_t best = terms.size();
    double gain = 0;
    for (std::size_t j = 0; j < terms.size(); ++j) {
      constexpr double told_apart = 1e-6;  // of a term's variance that the chosen ones do not hold already
      if (left[j] < told_apart * terms.variances()[j]) continue;
      const double brings = with_y[j] * with_y[j] / left[j];
      if (brings > gain) best = j, gain = brings;
    }
    const double r2 = rest > 0 ? std::min(1.0, gain / rest) : 0;
    const double freedom = n - static_cast<double>(out.terms.size()) - 2;
    constexpr double least =
        1e-4;  // of the variance: where nearly all is explained the rest is no noise to test against
    if (best == terms.size() || gain < least * variance || r2 * freedom <= noise * noise * (1 - r2)) break;
    std::vector<double> column = *terms.covariances_with(best);
    for (const std::vector<double>& f : factors)
      for (std::size_t j = 0; j < column.size(); ++j) column[j] -= f[best] * f[j];
    const double root = std::sqrt(left[best]), weight = with_y[best] / root;
    for (std::size_t j = 0; j < column.size(); ++j) {
      column[j] /= root;
      left[j] -= column[j] * column[j];
      with_y[j] -= column[j] * weight;
    }
    left[best] = 0;
    rest = std::max(0.0, rest - weight * weight);
    factors.push_back(std::move(column));
    weights.push_back(weight);
    out.terms.push_back(best);
  }
  // Back through the triangle of the chosen terms.
  out.coefficients = weights;
  for (std::size_t s = out.terms.size(); s-- > 0;) {
    for (std::size_t later = s + 1; later < out.terms.size(); ++later)
      out.coefficients[s] -= factors[s][out.terms[later]] * out.coefficients[later];
    out.coefficients[s] /= factors[s][out.terms[s]];
  }
  const double freedom = n - static_cast<double>(out.terms.size()) - 1;
  out.explained = freedom > 0 ? std::max(0.0, 1 - rest / variance * (n - 1) / freedom) : 0;
  if (out.terms.empty()) out.explained = 0;
  return out;
}

/// Inputs that depend on each other, and what an output is of them.
struct Part {
  std::vector<double> correlation;                       ///< row by row
  std::vector<std::array<double, orders>> coefficients;  ///< by input
  std::vector<std::vector<std::size_t>> unions;          ///< inputs by cause

  std::size_t size() const { return coefficients.size(); }
};

/// Var(E[Y | inputs]) as inputs become known one by one.
class Known {
 public:
  explicit Known(const Part& part) : part_(part), left_(part.correlation), held_(left_.size()) {}

  void add(std::size_t input) {
    const std::size_t n = part_.size();
    const double own = left_[input * n + input];
    constexpr double nothing_new = 1e-9;
    if (own < nothing_new) return;
    column_.resize(n);
    for (std::size_t j = 0; j < n; ++j) column_[j] = left_[input * n + j];
    for (std::size_t a = 0; a < n; ++a)
      for (std::size_t b = 0; b < n; ++b) {
        const double told = column_[a] * column_[b] / own;
        left_[a * n + b] -= told, held_[a * n + b] += told;
      }
  }
  double variance() const {
    const std::size_t n = part_.size();
    double sum = 0;
    for (std::size_t a = 0; a < n; ++a)
      for (std::size_t b = 0; b < n; ++b) {
        const double c = held_[a * n + b];
        const auto &x = part_.coefficients[a], &y = part_.coefficients[b];
        sum += c * (x[0] * y[0] + c * (x[1] * y[1] + c * x[2] * y[2]));
      }
    return sum;
  }

 private:
  const Part& part_;
  std::vector<double> left_, held_, column_;
};

/// Weight of a set of so many others in the Shapley value of n players: sets of one size count alike.
double weight(std::size_t others, std::size_t n) {
  return std::exp(std::lgamma(static_cast<double>(others) + 1) + std::lgamma(static_cast<double>(n - others)) -
                  std::lgamma(static_cast<double>(n) + 1));
}

/// The Shapley value of each union, over all sets of them.
std::vector<double> shapley(const Part& part) {
  const std::size_t n = part.unions.size();
  std::vector<double> value(std::size_t{1} << n), out(n);
  for (std::size_t set = 0; set < value.size(); ++set) {
    Known known(part);
    for (std::size_t u = 0; u < n; ++u)
      if (set >> u & 1)
        for (const std::size_t i : part.unions[u]) known.add(i);
    value[set] = known.variance();
  }
  for (std::size_t set = 0; set < value.size(); ++set)
    for (std::size_t u = 0; u < n; ++u)
      if (!(set >> u & 1))
        out[u] +=
            weight(static_cast<std::size_t>(std::popcount(set)), n) * (value[set | std::size_t{1} << u] - value[set]);
  return out;
}

/// The Owen value of the inputs of one union, over all sets of them and of other unions.
void owen(const Part& part, std::size_t of, std::vector<double>& out) {
  const std::vector<std::size_t>& inputs = part.unions[of];
  std::vector<std::size_t> others;
  for (std::size_t u = 0; u < part.unions.size(); ++u)
    if (u != of) others.push_back(u);
  for (std::size_t outer = 0; outer < std::size_t{1} << others.size(); ++outer) {
    Known before(part);
    for (std::size_t u = 0; u < others.size(); ++u)
      if (outer >> u & 1)
        for (const std::size_t i : part.unions[others[u]]) before.add(i);
    std::vector<double> value(std::size_t{1} << inputs.size());
    for (std::size_t set = 0; set < value.size(); ++set) {
      Known known = before;
      for (std::size_t k = 0; k < inputs.size(); ++k)
        if (set >> k & 1) known.add(inputs[k]);
      value[set] = known.variance();
    }
    const double outer_weight = weight(static_cast<std::size_t>(std::popcount(outer)), part.unions.size());
    for (std::size_t set = 0; set < value.size(); ++set)
      for (std::size_t k = 0; k < inputs.size(); ++k)
        if (!(set >> k & 1))
          out[inputs[k]] += outer_weight * weight(static_cast<std::size_t>(std::popcount(set)), inputs.size()) *
                            (value[set | std::size_t{1} << k] - value[set]);
  }
}

/// The Owen value of all inputs, from orders in which the inputs of a union stand together; each order is walked from
/// both ends.
std::vector<double> owen_from_orders(const Part& part) {
  std::vector<double> out(part.size());
  const std::uint64_t stream = stream_of("orders of inputs");
  for (std::uint32_t pair = 0; pair < pairs_of_orders; ++pair) {
    std::uint32_t index = 0;
    const auto shuffle = [&](auto& list) {
      for (std::size_t k = list.size(); k > 1; --k)
        std::swap(list[k - 1],
                  list[static_cast<std::size_t>(uniform(1, stream, pair, index++) * static_cast<double>(k))]);
    };
    std::vector<std::vector<std::size_t>> unions = part.unions;
    shuffle(unions);
    std::vector<std::size_t> order;
    for (std::vector<std::size_t>& inputs : unions) {
      shuffle(inputs);
      order.insert(order.end(), inputs.begin(), inputs.end());
    }
    for (const bool back : {false, true}) {
      if (back) std::reverse(order.begin(), order.end());
      Known known(part);
      double before = 0;
      for (const std::size_t i : order) {
        known.add(i);
        const double now = known.variance();
        out[i] += (now - before) / (2 * pairs_of_orders);
        before = now;
      }
    }
  }
  return out;
}

/// The value of each input of a part.
std::vector<double> values_of(const Part& part) {
  std::vector<double> out(part.size());
  const std::size_t unions = part.unions.size();
  bool counted = unions <= most_counted_causes;
  for (const std::vector<std::size_t>& inputs : part.unions)
    counted = counted && inputs.size() + unions - 1 < 16 &&
              (std::size_t{1} << (inputs.size() + unions - 1)) <= most_counted_sets;
  if (counted) {
    for (std::size_t u = 0; u < unions; ++u) owen(part, u, out);
    return out;
  }
  out = owen_from_orders(part);
  if (unions > most_counted_causes) return out;
  const std::vector<double> exact = shapley(part);
  for (std::size_t u = 0; u < unions; ++u) {
    double sum = 0;
    for (const std::size_t i : part.unions[u]) sum += out[i];
    for (const std::size_t i : part.unions[u])
      out[i] = sum > 0 ? out[i] * exact[u] / sum : exact[u] / static_cast<double>(part.unions[u].size());
  }
  return out;
}

/// The variance that each input of a fit brings, by place in inputs.
std::vector<double> brought(const Copula& copula, const std::vector<std::size_t>& inputs, const Terms& terms,
                            const Fit& fitted) {
  std::vector<std::array<double, orders>> coefficients(inputs.size());
  std::vector<bool> chosen(inputs.size());
  for (std::size_t t = 0; t < fitted.terms.size(); ++t) {
    coefficients[terms.input(fitted.terms[t])][terms.order(fitted.terms[t])] = fitted.coefficients[t];
    chosen[terms.input(fitted.terms[t])] = true;
  }
  const auto listed = [&] {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < chosen.size(); ++i)
      if (chosen[i]) out.push_back(i);
    return out;
  };
  // What moves as one with a chosen input cannot be told from it, and has the same part in the spread. Only inputs that
  // hang on causes can.
  constexpr double as_one = 1 - 1e-9;
  const std::vector<std::size_t> by_fit = listed();
  for (std::size_t a = 0; a < inputs.size(); ++a)
    if (!chosen[a] && !copula.home()[inputs[a]].empty())
      chosen[a] = std::any_of(by_fit.begin(), by_fit.end(), [&](std::size_t b) {
        return std::fabs(copula.correlation(inputs[a], inputs[b])) > as_one;
      });

  std::vector<double> out(inputs.size());
  std::vector<bool> done(inputs.size());
  const std::vector<std::size_t> all = listed();
  for (const std::size_t start : all) {
    if (done[start]) continue;
    // All that depends on it, directly or through others.
    std::vector<std::size_t> members = {start};
    done[start] = true;
    for (std::size_t m = 0; m < members.size(); ++m)
      for (const std::size_t b : all)
        if (!done[b] && copula.correlation(inputs[members[m]], inputs[b]) != 0) members.push_back(b), done[b] = true;
    std::sort(members.begin(), members.end());
    Part part;
    std::map<std::string, std::size_t> union_of;
    for (std::size_t a = 0; a < members.size(); ++a) {
      for (const std::size_t b : members) part.correlation.push_back(copula.correlation(inputs[members[a]], inputs[b]));
      part.coefficients.push_back(coefficients[members[a]]);
      const auto [at, fresh] = union_of.emplace(copula.home()[inputs[members[a]]], part.unions.size());
      if (fresh) part.unions.emplace_back();
      part.unions[at->second].push_back(a);
    }
    const std::vector<double> values = values_of(part);
    for (std::size_t a = 0; a < members.size(); ++a) out[members[a]] = std::max(0.0, values[a]);
  }
  return out;
}

Shares shares_of(const Copula& copula, const std::vector<Input>& inputs, const std::vector<std::size_t>& distinct,
                 Terms& terms, std::vector<double> y) {
  Shares out;
  const double n = static_cast<double>(y.size());
  const double mean = std::accumulate(y.begin(), y.end(), 0.0) / n;
  double variance = 0, scale = std::fabs(mean);
  for (double& x : y) scale = std::max(scale, std::fabs(x)), x -= mean, variance += x * x / n;
  constexpr double rounding = 1e-12;
  if (!(std::sqrt(variance) > rounding * scale)) return out;
  out.varies = true;
  const Fit fitted = fit(terms, y, variance);
  out.explained = fitted.explained;
  const std::vector<double> each = brought(copula, distinct, terms, fitted);
  const double all = std::accumulate(each.begin(), each.end(), 0.0);
  if (!(all > 0)) return out;
  std::map<std::string, std::size_t> place;
  for (std::size_t i = 0; i < distinct.size(); ++i) {
    if (each[i] <= 0) continue;
    const std::string& home = copula.home()[distinct[i]];
    const std::string& name = home.empty() ? inputs[distinct[i]].key() : home;
    const auto [at, fresh] = place.emplace(home.empty() ? "input " + name : "cause " + name, out.causes.size());
    if (fresh) out.causes.push_back({name, 0, {}});
    const double share = each[i] / all * out.explained;
    out.causes[at->second].share += share;
    out.causes[at->second].inputs.push_back({static_cast<int>(distinct[i]), share});
  }
  const auto larger = [](const auto& a, const auto& b) { return a.share > b.share; };
  for (CauseShare& cause : out.causes) std::stable_sort(cause.inputs.begin(), cause.inputs.end(), larger);
  std::stable_sort(out.causes.begin(), out.causes.end(), larger);
  return out;
}

}  // namespace

std::vector<Shares> shares_of_spread(const Trials& trials, const std::vector<Input>& inputs,
                                     const std::vector<bool>& wanted, const std::vector<double>& never) {
  std::vector<Shares> out(trials.values.size());
  if (trials.count == 0 || inputs.empty()) return out;
  const Copula copula(inputs, trials.seed, trials.independent);
  std::vector<std::size_t> distinct;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (copula.first()[i] == i && !inputs[i].distribution.is_constant()) distinct.push_back(i);
  const std::size_t used = std::min(static_cast<std::size_t>(trials.count), most_fitted_trials);
  Terms terms(copula, distinct, used);
  const auto of_output = [&](std::size_t o) {
    std::vector<double> y(trials.values[o].begin(), trials.values[o].begin() + static_cast<std::ptrdiff_t>(used));
    double most = -infinity;
    for (const double x : y)
      if (std::isfinite(x)) most = std::max(most, x);
    const double instead = std::isfinite(never[o]) ? never[o] : most;
    for (double& x : y)
      if (!std::isfinite(x)) x = instead;
    if (std::isfinite(instead) || std::isfinite(most))
      out[o] = shares_of(copula, inputs, distinct, terms, std::move(y));
  };
  parallel_for(out.size(), trials.threads, 1, [&](std::size_t first, std::size_t last, int) {
    for (std::size_t o = first; o < last; ++o)
      if (wanted[o]) of_output(o);
  });
  return out;
}

}  // namespace orrery::study
