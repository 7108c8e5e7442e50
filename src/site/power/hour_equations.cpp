#include "site/power/hour_equations.h"

#include <algorithm>
#include <cmath>

namespace orrery::site {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

/// Terms up to which pairs of all hours at once are faster than rotations of each.
constexpr std::size_t few_terms = 40;

}  // namespace

void HourEquations::add(const Vector& own, const Vector& now, const Vector& next, Vector weight) {
  Term one;
  for (const Vector* part : {&own, &now, &next})
    one.coefficients.insert(one.coefficients.end(), part->begin(), part->end());
  one.weight = std::move(weight);
  add(terms_, std::move(one));
}

/// Adds a term to those that are there, to one with the same coefficients or a multiple of them if there is one.
void HourEquations::add(std::vector<Term>& to, Term one) const {
  const auto first = std::find_if(one.coefficients.begin(), one.coefficients.end(), [](double c) { return c != 0; });
  if (first == one.coefficients.end()) return;
  const double unit = *first;
  for (double& c : one.coefficients) c /= unit;
  for (double& w : one.weight) w *= unit * unit;
  for (Term& other : to)
    if (other.coefficients == one.coefficients) {
      for (std::size_t h = 0; h < one.weight.size(); ++h) other.weight[h] += one.weight[h];
      return;
    }
  to.push_back(std::move(one));
}

/// The terms without one own row: those that are not in it, and the pairs of those that are. whole: by hour, R.
std::vector<HourEquations::Term> HourEquations::without_row(int row, const std::vector<Term>& all,
                                                            const double* whole) const {
  std::vector<Term> out;
  std::vector<const Term*> in;
  for (const Term& t : all) {
    if (t.coefficients[at(row)] == 0) out.push_back(t);
    else in.push_back(&t);
  }
  for (std::size_t i = 0; i < in.size(); ++i)
    for (std::size_t j = i + 1; j < in.size(); ++j) {
      const Term &one = *in[i], &other = *in[j];
      Term pair;
      for (std::size_t s = 0; s < one.coefficients.size(); ++s)
        pair.coefficients.push_back(other.coefficients[at(row)] * one.coefficients[s] -
                                    one.coefficients[at(row)] * other.coefficients[s]);
      for (std::size_t h = 0; h < one.weight.size(); ++h)
        pair.weight.push_back(whole[h] > 0 ? one.weight[h] * (other.weight[h] / whole[h]) : 0);
      add(out, std::move(pair));
      if (out.size() > 10 * few_terms) return out;
    }
  return out;
}

bool HourEquations::pairs_are_few() const {
  std::vector<Term> terms;
  for (const Term& t : terms_) terms.push_back({t.coefficients, {}});
  for (int k = 0; k < own_; ++k) {
    terms = without_row(k, terms, nullptr);
    if (terms.size() > few_terms) return false;
  }
  return true;
}

void HourEquations::eliminate(HourMatrices& matrices) {
  if (few_ < 0) few_ = pairs_are_few();
  if (few_) eliminate_by_pairs(matrices);
  else eliminate_by_rotations(matrices);
}

void HourEquations::eliminate_by_pairs(HourMatrices& matrices) {
  const auto add_to = [&](double* entry, double times, const Vector& of) {
    for (int h = 0; times != 0 && h < hours_; ++h) entry[h] += times * of[at(h)];
  };
  for (int k = 0; k < own_; ++k) {
    for (const Term& t : terms_) {
      const double c = t.coefficients[at(k)];
      if (c == 0) continue;
      for (int j = k; j < own_ + 2 * states_; ++j) add_to(matrices.of(k, j), c * t.coefficients[at(j)], t.weight);
    }
    terms_ = without_row(k, terms_, matrices.of(k, k));
  }
  for (const Term& t : terms_) {
    const double *now = t.coefficients.data() + own_, *next = now + states_;
    for (int r = 0; r < states_; ++r)
      for (int s = 0; s < states_; ++s) {
        const double sum = now[s] + next[s];
        add_to(matrices.of_sum(false, r, s), now[r] * sum, t.weight);
        add_to(matrices.of_sum(true, r, s), next[r] * sum, t.weight);
        add_to(matrices.of(own_ + r, own_ + states_ + s), now[r] * next[s], t.weight);
      }
  }
}

/// Rows are the terms, each times the root of its weight; columns the own rows, states, states of the hour after, and
/// the sums of the latter two, which are turned with the rest so that what cancels in them is never formed.
void HourEquations::eliminate_by_rotations(HourMatrices& matrices) const {
  const std::size_t own = at(own_), n = at(states_), given = own + 2 * n, width = own + 3 * n;
  std::vector<std::vector<double*>> to(own);
  for (int k = 0; k < own_; ++k)
    for (int j = k; j < own_ + 2 * states_; ++j) to[at(k)].push_back(matrices.of(k, j));
  std::vector<double*> here, there, both;
  for (int r = 0; r < states_; ++r)
    for (int s = 0; s < states_; ++s) {
      here.push_back(matrices.of_sum(false, r, s)), there.push_back(matrices.of_sum(true, r, s));
      both.push_back(matrices.of(own_ + r, own_ + states_ + s));
    }
  std::vector<double> start;  // rows before weights
  for (const Term& t : terms_) {
    start.insert(start.end(), t.coefficients.begin(), t.coefficients.end());
    for (std::size_t s = 0; s < n; ++s) start.push_back(t.coefficients[own + s] + t.coefficients[own + n + s]);
  }
  std::vector<double> rows(start.size());
  std::vector<std::size_t> left, in;
  for (std::size_t h = 0; h < at(hours_); ++h) {
    left.clear();
    for (std::size_t i = 0; i < terms_.size(); ++i) {
      const double root = std::sqrt(terms_[i].weight[h]);
      if (!(root > 0)) continue;
      left.push_back(i);
      for (std::size_t c = 0; c < width; ++c) rows[i * width + c] = root * start[i * width + c];
    }
    for (std::size_t k = 0; k < own; ++k) {
      in.clear();
      for (const std::size_t i : left)
        if (rows[i * width + k] != 0) in.push_back(i);
      if (in.empty()) continue;
      std::sort(in.begin(), in.end(), [&](std::size_t a, std::size_t b) {
        const double x = std::abs(rows[a * width + k]), y = std::abs(rows[b * width + k]);
        return x != y ? x > y : a < b;
      });
      double* p = &rows[in.front() * width];
      for (std::size_t m = 1; m < in.size(); ++m) {
        double* q = &rows[in[m] * width];
        const double length = std::hypot(p[k], q[k]), a = p[k] / length, b = q[k] / length;
        for (std::size_t c = k; c < width; ++c) {
          const double x = a * p[c] + b * q[c];
          q[c] = b * p[c] - a * q[c], p[c] = x;
        }
        q[k] = 0;
      }
      for (std::size_t j = k; j < given; ++j) to[k][j - k][h] += p[k] * p[j];
      left.erase(std::find(left.begin(), left.end(), in.front()));
    }
    for (const std::size_t i : left) {
      const double *now = &rows[i * width + own], *next = now + n, *sum = next + n;
      for (std::size_t r = 0; r < n; ++r)
        for (std::size_t s = 0; s < n; ++s) {
          here[r * n + s][h] += now[r] * sum[s], there[r * n + s][h] += next[r] * sum[s];
          both[r * n + s][h] += now[r] * next[s];
        }
    }
  }
}

}  // namespace orrery::site
