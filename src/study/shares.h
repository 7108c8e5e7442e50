// Where the spread of an output comes from: the Shapley shares of its variance over causes, and of each cause's share
// over the inputs that hang on it, from the trials at hand.
#pragma once
#include <string>
#include <vector>

#include "study/trials.h"

namespace orrery::study {

struct InputShare {
  int input = 0;  ///< the first of those that are drawn as one
  double share = 0;
};

/// A cause, or an input that shares none.
struct CauseShare {
  std::string cause;               ///< "site memphis"; of an input by itself what it is drawn as
  double share = 0;                ///< of the output's variance
  std::vector<InputShare> inputs;  ///< add up to it, the largest first
};

struct Shares {
  bool varies = false;
  double explained = 0;            ///< of the variance, by inputs one by one: what the shares add up to
  std::vector<CauseShare> causes;  ///< the largest first
};

/// Trials that a fit uses at most, beyond which it gains nothing that is printed; terms of each input that it chooses
/// from.
inline constexpr std::size_t most_fitted_trials = 10000, terms_of_input = 3;

/// The shares of each output that is wanted. never[o] stands for a value that is infinite; where it is infinite too the
/// largest finite value does.
///
/// An output is taken as a sum of cubic polynomials of its inputs' normal scores (Hermite polynomials of order 1 to 3;
/// Ghanem and Spanos 1991), fitted on at most 10,000 trials: the term that explains most of what is left is added as
/// long as it brings a ten-thousandth of the variance, and chance as much with a probability below 1 % (forward
/// selection, Bonferroni over all terms). explained is the fit's adjusted R2; what inputs do only together is not in
/// it. Players of the game are the causes, each with the inputs whose narrowest it is, and inputs without causes
/// (Copula::home); the value of a set of inputs is Var(E[Y | set]) (Owen, "Sobol' indices and Shapley value", 2014;
/// Song, Nelson and Staum, "Shapley effects for global sensitivity analysis", 2016; of dependent inputs Iooss and
/// Prieur 2019). Under the copula it has a closed form: with m = E[z | set] the covariance of two terms of order k is
/// Cov(m_i, m_j)^k (Mehler 1866). Within a cause the share is split by the Owen value (Owen 1977). Few causes and
/// inputs are counted out; of many 64 pairs of orders are drawn, the same each time.
std::vector<Shares> shares_of_spread(const Trials& trials, const std::vector<Input>& inputs,
                                     const std::vector<bool>& wanted, const std::vector<double>& never);

}  // namespace orrery::study
