// Internal rates of return: every real rate above -1 at which a series of flows has no present value.
// Method: with x = ln(1 + r) the present value is the exponential sum f(x) = sum c_t e^(-x t), which has at most as
// many real zeros as c has sign changes (Descartes, Laguerre). Differentiating e^(a x) f, with a between the two times
// of a sign change, leaves one sign change fewer, and between two neighbouring zeros of that derivative f has at most
// one zero (Rolle). So a chain as long as the number of sign changes isolates every zero, and bisection finds it: no
// starting guess and no polynomial root solver.
#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace orrery::money {

/// The internal rates found, ascending. none: no rate above -1 balances the flows (also when all are zero).
struct InternalRates {
  enum class Kind { none, one, several };
  Kind kind = Kind::none;
  std::vector<double> rates;
};

/// Room for the chain, kept between calls so that a hot loop does not allocate.
struct IrrWorkspace {
  std::vector<double> coefficients;  ///< levels of the chain, one after the other
  std::vector<double> zeros, next_zeros;
};

/// All rates per period above -1 of flows at times 0, 1, 2, ... A zero where the present value only touches nought is
/// reported once. Throws Error when a flow is not finite.
InternalRates internal_rates(std::span<const double> flows);

/// The same into a workspace: the zeros as x = ln(1 + r), ascending, in workspace.zeros; returns how many.
std::size_t internal_rates(std::span<const double> flows, IrrWorkspace& workspace);

/// The one rate a report prints: the only rate, or of several the largest at which the present value falls with the
/// rate (a return, not a cost of borrowing); NaN when there is none. guess starts a Newton iteration that serves the
/// usual case of one sign change; it does not alter the answer.
double internal_rate(std::span<const double> flows, IrrWorkspace& workspace, double guess = 0.1);

}  // namespace orrery::money
