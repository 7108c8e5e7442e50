// The normal equations of hours from the weights of flows, with the own rows of each hour (reserves, the balance) taken
// out of what is left of them one after the other. With weights w, coefficients c in the row and a in the others,
//
//   sum w a a' - (sum w c a)(sum w c a)' / R = sum over pairs w_i w_j / R (c_j a_i - c_i a_j)(c_j a_i - c_i a_j)'
//
// where R = sum w c^2 (Lagrange's identity): terms again, of positive weights, in which nothing cancels where one
// weight outgrows the others. Pairs of pairs soon are many where rows share their flows: then each hour's terms are
// rows of a matrix, turned by Givens rotations from the largest down, each of which is such a pair.
#pragma once
#include <vector>

#include "site/power/hour_chain.h"

namespace orrery::site {

class HourEquations {
 public:
  HourEquations(int own, int states, int hours) : own_(own), states_(states), hours_(hours) {}

  void clear() { terms_.clear(); }
  /// Adds the square of coefficients, by own row, by state and by state of the hour after, times a weight by hour.
  void add(const std::vector<double>& own, const std::vector<double>& now, const std::vector<double>& next,
           std::vector<double> weight);
  /// Puts what the terms come to into the matrices, whose entries are added to.
  void eliminate(HourMatrices& matrices);

 private:
  using Vector = std::vector<double>;
  struct Term {
    Vector coefficients;  ///< own, now, next
    Vector weight;        ///< by hour; empty: how many terms there will be is all that is asked
  };
  void add(std::vector<Term>& to, Term one) const;
  bool pairs_are_few() const;
  void eliminate_by_pairs(HourMatrices& matrices);
  void eliminate_by_rotations(HourMatrices& matrices) const;
  std::vector<Term> without_row(int row, const std::vector<Term>& all, const double* whole) const;

  int own_, states_, hours_;
  std::vector<Term> terms_;
  int few_ = -1;  ///< whether pairs are few; -1: not known yet
};

}  // namespace orrery::site
