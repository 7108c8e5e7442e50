// Normal equations of hours that are chained: for each hour its own rows (M: the balance and reserves) and states (N),
// joined with the states of the hour after, round a chain, and with a border of few columns. What least_cost.h factors
// in each of its iterations.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "site/power/energy_problem.h"

namespace orrery::site {

/// Matrices of all hours by entry: rows of an hour are its own (0 to M - 1), its states (M to M + N - 1) and the states
/// of the hour after (M + N to M + 2N - 1). An own row holds what is left of it once those before it are eliminated,
/// states what is left once all are. Of the states' diagonal blocks the sums of their block rows are kept in place of
/// them: what storage holds joins two hours by a weight that outgrows all others, and cancels in such a sum before it
/// is formed.
class HourMatrices {
 public:
  HourMatrices(int hours, int own, int states, int border)
      : hours_(hours),
        own_(own),
        states_(states),
        rows_(own + 2 * states),
        border_(border),
        entries_(static_cast<std::size_t>(rows_ * rows_ + rows_ * border) * static_cast<std::size_t>(hours)) {}
  void clear() { std::fill(entries_.begin(), entries_.end(), 0.0); }
  int rows() const { return rows_; }
  int border() const { return border_; }
  /// By hour, of an own row and any row, or of a state and a state of the hour after.
  double* of(int row, int other) { return at(row * rows_ + other); }
  /// By hour, of a state, of the hour (after: of the one after), and of the sum of the states of both.
  double* of_sum(bool after, int state, int other) {
    return at((own_ + (after ? states_ : 0) + state) * rows_ + own_ + other);
  }
  /// By hour, of a row and a column of the border.
  double* of_border(int row, int column) { return at(rows_ * rows_ + row * border_ + column); }

 private:
  double* at(int entry) { return entries_.data() + static_cast<std::size_t>(entry) * static_cast<std::size_t>(hours_); }
  int hours_, own_, states_, rows_, border_;
  std::vector<double> entries_;
};

/// Cholesky factor in place, the lower half; a pivot that has cancelled to nothing takes its row out.
template <class Size>
void factor_lower(double* a, Size n) {
  for (int j = 0; j < n; ++j) {
    double d = a[j * n + j];
    const double whole = d;
    for (int k = 0; k < j; ++k) d -= a[j * n + k] * a[j * n + k];
    d = d > 1e-15 * whole && d > 0 ? std::sqrt(d) : 1e100;
    a[j * n + j] = d;
    for (int i = j + 1; i < n; ++i) {
      double e = a[i * n + j];
      for (int k = 0; k < j; ++k) e -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = e / d;
    }
  }
}

/// Solves with the factor, and with its transpose, for columns of b (n rows, one after the other, `columns` each).
template <class Size, class Columns>
void solve_lower(const double* l, Size n, double* b, Columns columns) {
  for (int i = 0; i < n; ++i) {
    for (int k = 0; k < i; ++k)
      for (int c = 0; c < columns; ++c) b[i * columns + c] -= l[i * n + k] * b[k * columns + c];
    const double inverse = 1 / l[i * n + i];
    for (int c = 0; c < columns; ++c) b[i * columns + c] *= inverse;
  }
}
template <class Size>
void solve_upper(const double* l, Size n, double* b) {
  for (int i = n - 1; i >= 0; --i) {
    for (int k = i + 1; k < n; ++k) b[i] -= l[k * n + i] * b[k];
    b[i] /= l[i * n + i];
  }
}

/// a number of rows that is known when compiled, or not (-1)
template <int Known>
struct Rows {
  Rows(int) {}
  constexpr operator int() const { return Known; }
};
template <>
struct Rows<-1> {
  Rows(int n) : n_(n) {}
  operator int() const { return n_; }

 private:
  int n_;
};

/// The factor of one period's equations.
class HourFactor {
 public:
  virtual ~HourFactor() = default;
  /// Factors the equations of hours
  /// [first, first + hours), in chains of so many; border x border of what the hours take from the corner is added to
  /// `corner` (row by row).
  virtual void factor(HourMatrices& matrices, double* corner) = 0;
  /// Of right-hand sides by row and hour (own rows, then states; pointers to all hours), the part of the hours that the
  /// border sees is added to `border`; they are left for solve.
  virtual void reduce(double* const* rhs, double* border) = 0;
  /// The unknowns of the hours in place of their right-hand sides, for those of the border.
  virtual void solve(double* const* rhs, const double* border) = 0;
};

/// M and N: own rows and states, known when compiled or -1.
template <int M, int N>
class HourFactorOf final : public HourFactor {
 public:
  HourFactorOf(int first, int hours, int chain, int own, int states, int border)
      : first_(first), hours_(hours), chain_(chain), m_(own), n_(states), b_(border) {
    const auto size = [&](int each) { return static_cast<std::size_t>(each) * static_cast<std::size_t>(hours); };
    own_.resize(size(own * own)), own_states_.resize(size(2 * own * states)), own_border_.resize(size(own * border));
    diagonal_.resize(size(states * states)), link_.resize(size(states * states)), fill_.resize(size(states * states));
    border_.resize(size(states * border));
  }

  void factor(HourMatrices& matrices, double* corner) override {
    const Rows<M> m(m_);
    const Rows<N> n(n_);
    const int b = b_, two = 2 * n;
    std::fill(diagonal_.begin(), diagonal_.end(), 0.0), std::fill(border_.begin(), border_.end(), 0.0);
    // Pointers once: an entry of all hours each.
    std::vector<const double*> entry(static_cast<std::size_t>(matrices.rows() * matrices.rows())),
        entry_border(static_cast<std::size_t>(matrices.rows() * b));
    const int rows = matrices.rows();
    for (int i = 0; i < rows; ++i) {
      for (int j = 0; j < rows; ++j) entry[static_cast<std::size_t>(i * rows + j)] = matrices.of(i, j) + first_;
      for (int c = 0; c < b; ++c) entry_border[static_cast<std::size_t>(i * b + c)] = matrices.of_border(i, c) + first_;
    }
    for (int start = 0; start < hours_; start += chain_) {
      const int last = std::min(start + chain_, hours_) - 1;
      for (int t = start; t <= last; ++t) {
        const int after = t == last ? start : t + 1;
        double *own = at(own_, t, m * m), *states = at(own_states_, t, m * two);
        for (int i = 0; i < m; ++i) {
          const double pivot = entry[static_cast<std::size_t>(i * rows + i)][t],
                       root = pivot > 0 ? std::sqrt(pivot) : 1e100;
          for (int j = i; j < m; ++j) own[j * m + i] = entry[static_cast<std::size_t>(i * rows + j)][t] / root;
          own[i * m + i] = root;
          for (int j = 0; j < two; ++j)
            states[i * two + j] = entry[static_cast<std::size_t>(i * rows + m + j)][t] / root;
        }
        double* border = at(own_border_, t, m * b);
        for (int i = 0; i < m; ++i)
          for (int c = 0; c < b; ++c) border[i * b + c] = entry_border[static_cast<std::size_t>(i * b + c)][t];
        solve_lower(own, m, border, b);
        for (int i = 0; i < m; ++i)
          for (int c = 0; c < b; ++c)
            for (int e = 0; e < b; ++e) corner[c * b + e] -= border[i * b + c] * border[i * b + e];
        double *here = at(diagonal_, t, n * n), *there = at(diagonal_, after, n * n), *link = at(link_, t, n * n);
        double *v = at(border_, t, n * b), *v_after = at(border_, after, n * b);
        for (int i = 0; i < n; ++i) {
          for (int j = 0; j < n; ++j) {
            const double now = entry[static_cast<std::size_t>((m + i) * rows + m + j)][t],
                         next = entry[static_cast<std::size_t>((m + n + i) * rows + m + j)][t],
                         both = entry[static_cast<std::size_t>((m + i) * rows + m + n + j)][t];
            here[i * n + j] += now, there[i * n + j] += next, link[i * n + j] = both;
          }
          for (int c = 0; c < b; ++c) {
            double now = entry_border[static_cast<std::size_t>((m + i) * b + c)][t],
                   next = entry_border[static_cast<std::size_t>((m + n + i) * b + c)][t];
            for (int k = 0; k < m; ++k)
              now -= states[k * two + i] * border[k * b + c], next -= states[k * two + n + i] * border[k * b + c];
            v[i * b + c] += now, v_after[i * b + c] += next;
          }
        }
      }
      eliminate(start, last, corner);
    }
  }

  void reduce(double* const* rhs, double* border) override {
    const Rows<M> m(m_);
    const Rows<N> n(n_);
    const int b = b_, two = 2 * n;
    double own[most_rows], state[most_rows];
    for (int start = 0; start < hours_; start += chain_) {
      const int last = std::min(start + chain_, hours_) - 1;
      for (int t = start; t <= last; ++t) {
        const int h = first_ + t, after = first_ + (t == last ? start : t + 1);
        for (int i = 0; i < m; ++i) own[i] = rhs[i][h];
        solve_lower(at(own_, t, m * m), m, own, 1);
        const double *states = at(own_states_, t, m * two), *v = at(own_border_, t, m * b);
        for (int i = 0; i < m; ++i) {
          rhs[i][h] = own[i];
          for (int j = 0; j < n; ++j)
            rhs[m + j][h] -= states[i * two + j] * own[i], rhs[m + j][after] -= states[i * two + n + j] * own[i];
          for (int c = 0; c < b; ++c) border[c] -= v[i * b + c] * own[i];
        }
      }
      for (int t = start; n > 0 && t <= last; ++t) {
        for (int i = 0; i < n; ++i) state[i] = rhs[m + i][first_ + t];
        solve_lower(at(diagonal_, t, n * n), n, state, 1);
        const double *link = at(link_, t, n * n), *fill = at(fill_, t, n * n), *v = at(border_, t, n * b);
        for (int i = 0; i < n; ++i) {
          rhs[m + i][first_ + t] = state[i];
          for (int c = 0; c < b; ++c) border[c] -= v[i * b + c] * state[i];
          if (t == last) continue;
          for (int j = 0; j < n; ++j) {
            rhs[m + j][first_ + t + 1] -= link[i * n + j] * state[i];
            if (t + 1 < last) rhs[m + j][first_ + last] -= fill[i * n + j] * state[i];
          }
        }
      }
    }
  }

  void solve(double* const* rhs, const double* border) override {
    const Rows<M> m(m_);
    const Rows<N> n(n_);
    const int b = b_, two = 2 * n;
    double own[most_rows], state[most_rows];
    for (int start = 0; start < hours_; start += chain_) {
      const int last = std::min(start + chain_, hours_) - 1;
      for (int t = last; n > 0 && t >= start; --t) {
        const double *link = at(link_, t, n * n), *fill = at(fill_, t, n * n), *v = at(border_, t, n * b);
        for (int i = 0; i < n; ++i) {
          double r = rhs[m + i][first_ + t];
          for (int c = 0; c < b; ++c) r -= v[i * b + c] * border[c];
          if (t < last)
            for (int j = 0; j < n; ++j) {
              r -= link[i * n + j] * rhs[m + j][first_ + t + 1];
              if (t + 1 < last) r -= fill[i * n + j] * rhs[m + j][first_ + last];
            }
          state[i] = r;
        }
        solve_upper(at(diagonal_, t, n * n), n, state);
        for (int i = 0; i < n; ++i) rhs[m + i][first_ + t] = state[i];
      }
      for (int t = start; t <= last; ++t) {
        const int h = first_ + t, after = first_ + (t == last ? start : t + 1);
        const double *states = at(own_states_, t, m * two), *v = at(own_border_, t, m * b);
        for (int i = 0; i < m; ++i) {
          double r = rhs[i][h];
          for (int j = 0; j < n; ++j)
            r -= states[i * two + j] * rhs[m + j][h] + states[i * two + n + j] * rhs[m + j][after];
          for (int c = 0; c < b; ++c) r -= v[i * b + c] * border[c];
          own[i] = r;
        }
        solve_upper(at(own_, t, m * m), m, own);
        for (int i = 0; i < m; ++i) rhs[i][h] = own[i];
      }
    }
  }

 private:
  static constexpr int most_rows = std::max(most_states, most_reserves + 1);

  static double* at(std::vector<double>& of, int hour, int each) {
    return of.data() + static_cast<std::size_t>(hour) * static_cast<std::size_t>(each);
  }

  /// The chain from its first hour to its last. With x the sum of a block row, O and F the blocks that join it to the
  /// hour after and to the last one, its diagonal is d = x - O - F, and what its elimination leaves is
  /// x - O' d^-1 x of the hour after, x - F' d^-1 x of the last, -O' d^-1 F between the two: sums of positive terms
  /// where O and F are negative, as those of storage are. Kept are factors of d, and L^-1 of O, F and the border.
  void eliminate(int start, int last, double* corner) {
    const Rows<N> n(n_);
    const int b = b_;
    if (n == 0) return;
    double y[most_rows * most_rows];
    const double* wrap = at(link_, last, n * n);  // rows: the last hour's; columns: the first's
    double* fill = at(fill_, start, n * n);
    for (int i = 0; i < n && last > start; ++i)
      for (int j = 0; j < n; ++j) fill[i * n + j] = wrap[j * n + i];
    double *x_last = at(diagonal_, last, n * n), *v_last = at(border_, last, n * b);
    for (int t = start; t <= last; ++t) {
      double *d = at(diagonal_, t, n * n), *link = at(link_, t, n * n), *v = at(border_, t, n * b);
      fill = at(fill_, t, n * n);
      if (t + 1 == last)
        for (int i = 0; i < n * n; ++i) link[i] += fill[i], fill[i] = 0;
      for (int i = 0; i < n * n; ++i) {
        y[i] = d[i];
        if (t < last) d[i] -= link[i] + fill[i];
      }
      factor_lower(d, n);
      solve_lower(d, n, v, b);
      for (int i = 0; i < n; ++i)
        for (int c = 0; c < b; ++c)
          for (int e = 0; e < b; ++e) corner[c * b + e] -= v[i * b + c] * v[i * b + e];
      if (t == last) break;
      solve_lower(d, n, y, n);
      solve_lower(d, n, link, n);
      double *x_next = at(diagonal_, t + 1, n * n), *v_next = at(border_, t + 1, n * b);
      for (int k = 0; k < n; ++k)
        for (int i = 0; i < n; ++i) {
          for (int j = 0; j < n; ++j) x_next[i * n + j] -= link[k * n + i] * y[k * n + j];
          for (int c = 0; c < b; ++c) v_next[i * b + c] -= link[k * n + i] * v[k * b + c];
        }
      if (t + 1 == last) continue;
      solve_lower(d, n, fill, n);
      double* fill_next = at(fill_, t + 1, n * n);
      for (int i = 0; i < n * n; ++i) fill_next[i] = 0;
      for (int k = 0; k < n; ++k)
        for (int i = 0; i < n; ++i) {
          for (int j = 0; j < n; ++j) {
            x_last[i * n + j] -= fill[k * n + i] * y[k * n + j];
            fill_next[i * n + j] -= link[k * n + i] * fill[k * n + j];
          }
          for (int c = 0; c < b; ++c) v_last[i * b + c] -= fill[k * n + i] * v[k * b + c];
        }
    }
  }

  int first_, hours_, chain_, m_, n_, b_;
  std::vector<double> own_, own_states_, own_border_;  ///< by hour: L of the own rows, L^-1 of what joins them
  std::vector<double> diagonal_, link_, fill_, border_;
};

}  // namespace orrery::site
