#include "site/power/least_cost.h"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "base/parallel.h"
#include "site/power/hour_chain.h"
#include "site/power/hour_equations.h"
#include "site/power/moving_flow.h"
#include "site/power/scaled_problem.h"

namespace orrery::site {
namespace {

using Vector = std::vector<double>;

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

std::unique_ptr<HourFactor> factor_for(int first, int hours, int chain, int own, int states, int border) {
  if (own == 1 && states == 0) return std::make_unique<HourFactorOf<1, 0>>(first, hours, chain, own, states, border);
  if (own == 1 && states == 1) return std::make_unique<HourFactorOf<1, 1>>(first, hours, chain, own, states, border);
  if (own == 1 && states == 2) return std::make_unique<HourFactorOf<1, 2>>(first, hours, chain, own, states, border);
  if (own == 2 && states == 1) return std::make_unique<HourFactorOf<2, 1>>(first, hours, chain, own, states, border);
  if (own == 4 && states == 1) return std::make_unique<HourFactorOf<4, 1>>(first, hours, chain, own, states, border);
  if (own == 5 && states == 1) return std::make_unique<HourFactorOf<5, 1>>(first, hours, chain, own, states, border);
  return std::make_unique<HourFactorOf<-1, -1>>(first, hours, chain, own, states, border);
}

class Solver {
 public:
  Solver(const ScaledProblem& p, const LeastCostRules& rules) : p_(p), rules_(rules) {
    own_ = 1 + p.reserves, states_ = p.states, caps_ = p.capacities;
    budgets_ = static_cast<int>(p.budget.size()), border_ = caps_ + p.slots;
    rows_ = own_ + states_;
    matrices_ = std::make_unique<HourMatrices>(p.hours, own_, states_, border_);
    equations_ = std::make_unique<HourEquations>(own_, states_, p.hours);
    for (const ScaledPeriod& period : p.periods)
      factors_.push_back(factor_for(period.first, period.hours, period.chain, own_, states_, border_));
    lambda_.assign(at(rows_), Vector(at(p.hours))), rhs_ = lambda_;
    start();
  }

  LeastCost run();

 private:
  void start();
  void capacities();
  Vector earnings() const;
  void prices_of(const ScaledFlow& flow, const std::vector<Vector>& rows, const Vector& budgets, Vector& out) const;
  double complementarity(const StepLengths& after) const;
  StepLengths largest_steps() const;
  void weigh();
  void factor();
  std::vector<int> budgets_in(std::size_t period) const;
  void direct(double target, bool second);
  void move(const StepLengths& by);
  double cost() const;

  const ScaledProblem& p_;
  const LeastCostRules& rules_;
  int own_ = 1, states_ = 0, caps_ = 0, budgets_ = 0, border_ = 0, rows_ = 1;
  std::unique_ptr<HourMatrices> matrices_;
  std::vector<std::unique_ptr<HourFactor>> factors_;  ///< by period
  std::vector<Vector> lambda_, rhs_;                  ///< by row of an hour: prices; right-hand sides, then steps
  std::vector<Vector> residual_of_rows_;
  Vector kappa_, dkappa_;                     ///< prices of budgets
  Vector slack_, zslack_, dslack_, dzslack_;  ///< of budgets
  Vector v_, zv_, wv_, dv_, dzv_, dwv_;       ///< columns, prices of 0 and of the most
  Vector k_, dk_;                             ///< capacities by period
  std::vector<MovingFlow> flows_;
  Eigen::MatrixXd of_budgets_;  ///< what flows put into the rows of two budgets
  Eigen::MatrixXd corner_;      ///< of budgets, limits and columns
  Eigen::PartialPivLU<Eigen::MatrixXd> corner_factor_;
  std::unique_ptr<HourEquations> equations_;
  std::vector<Vector> corners_;  ///< by period: border x border
  Vector scratch_;
  std::size_t pairs_ = 0;
  double residual_ = 0, dual_residual_ = 0;
};

void Solver::capacities() {
  k_ = p_.given;
  for (std::size_t j = 0; j < p_.columns.size(); ++j)
    for (int b = p_.columns[j].from; b < p_.columns[j].until; ++b) k_[p_.of(b, p_.columns[j].capacity)] += v_[j];
}

/// What a flow is paid by the rows it is in, by hour.
void Solver::prices_of(const ScaledFlow& flow, const std::vector<Vector>& rows, const Vector& budgets,
                       Vector& out) const {
  std::fill(out.begin(), out.end(), 0.0);
  for (const Term& t : flow.here) {
    const double* row = rows[at(t.row)].data();
    for (int h = 0; h < p_.hours; ++h) out[at(h)] += t.value * row[h];
  }
  for (const Term& t : flow.after) {
    const double* row = rows[at(t.row)].data();
    for (int h = 0; h < p_.hours; ++h) out[at(h)] += t.value * row[p_.after[at(h)]];
  }
  for (const Term& t : flow.budgets) {
    const ScaledBudget& budget = p_.budget[at(t.row)];
    const double price = t.value * budgets[at(t.row)];
    for (int h = budget.first; h < budget.last; ++h) out[at(h)] += price * p_.weight[at(h)];
  }
}

void Solver::start() {
  for (const ScaledColumn& c : p_.columns) {
    v_.push_back(std::min(0.5 * c.most, c.usual)), zv_.push_back(0), wv_.push_back(0);
  }
  dv_ = dzv_ = dwv_ = Vector(v_.size());
  capacities();
  dk_ = k_;
  for (int r = 0; r < rows_; ++r)
    std::fill(lambda_[at(r)].begin(), lambda_[at(r)].end(),
              r < p_.reserves    ? -0.1
              : r == p_.reserves ? 1.0
                                 : p_.state_price[at(r - own_)]);
  kappa_.assign(at(budgets_), -0.1);
  scratch_.resize(at(p_.hours));
  flows_.resize(p_.flows.size());
  for (std::size_t i = 0; i < p_.flows.size(); ++i) {
    const ScaledFlow& flow = p_.flows[i];
    MovingFlow& m = flows_[i];
    m.bounded = flow.bounded, m.share = flow.share, m.cost = flow.cost;
    for (Vector* v : {&m.x, &m.s, &m.zx, &m.zs}) v->assign(at(p_.hours), 1);
    for (Vector* v : {&m.dx, &m.ds, &m.dzx, &m.dzs, &m.theta}) v->assign(at(p_.hours), 0);
    prices_of(flow, lambda_, kappa_, scratch_);
    for (int h = 0; h < p_.hours; ++h) {
      const auto t = at(h);
      if (!m.bounded) m.zs[t] = 0;
      if (!m.in(t)) continue;
      const double k = flow.capacity < 0 ? 1 : k_[p_.of(p_.period_of[t], flow.capacity)];
      const double bound = m.share[t] * k, reduced = m.cost[t] - scratch_[t];
      m.x[t] = flow.bounded ? flow.start * bound : flow.start;
      m.zx[t] = std::max(reduced, 0.0) + 0.5;
      if (flow.bounded) m.s[t] = bound - m.x[t], m.zs[t] = std::max(-reduced, 0.0) + 0.5;
      pairs_ += flow.bounded ? 2 : 1;
    }
  }
  slack_.assign(at(budgets_), 1), zslack_.assign(at(budgets_), 0.1);
  for (int g = 0; g < budgets_; ++g) slack_[at(g)] = std::max(0.5 * std::abs(p_.budget[at(g)].limit), 1e-3);
  dslack_ = dzslack_ = dkappa_ = Vector(at(budgets_));
  const Vector earned = earnings();
  Vector priced(p_.columns.size());
  for (int g = p_.budgets; g < budgets_; ++g)
    for (const Term& t : p_.budget[at(g)].columns) priced[at(t.row)] += t.value * kappa_[at(g)];
  for (std::size_t j = 0; j < p_.columns.size(); ++j) {
    const ScaledColumn& c = p_.columns[j];
    const bool bounded = std::isfinite(c.most);
    double reduced = c.cost - priced[j];
    for (int b = c.from; b < c.until; ++b) reduced -= earned[p_.of(b, c.capacity)];
    const double apart = std::max(1.0, 0.3 * c.cost);
    zv_[j] = std::max(reduced, 0.0) + apart;
    wv_[j] = bounded ? std::max(-reduced, 0.0) + apart : 0;
    pairs_ += bounded ? 2 : 1;
  }
  pairs_ += at(budgets_);
}

/// What a unit of each capacity earns at the prices that are, by period.
Vector Solver::earnings() const {
  Vector earned(k_.size());
  for (std::size_t i = 0; i < flows_.size(); ++i) {
    const ScaledFlow& flow = p_.flows[i];
    if (flow.capacity < 0) continue;
    for (int h = 0; h < p_.hours; ++h)
      earned[p_.of(p_.period_of[at(h)], flow.capacity)] += flow.share[at(h)] * flows_[i].zs[at(h)];
  }
  for (const RowCapacity& r : p_.row_capacities)
    for (int h = 0; h < p_.hours; ++h)
      earned[p_.of(p_.period_of[at(h)], r.capacity)] -= r.share * r.profile->at(h) * lambda_[at(r.row)][at(h)];
  return earned;
}

/// The sum of products after steps of those lengths.
double Solver::complementarity(const StepLengths& after) const {
  double sum = 0;
  for (const MovingFlow& m : flows_) sum += m.products(after);
  const auto add = [&](double a, double da, double b, double db) {
    sum += (a + after.primal * da) * (b + after.dual * db);
  };
  for (std::size_t g = 0; g < slack_.size(); ++g) add(slack_[g], dslack_[g], zslack_[g], dzslack_[g]);
  for (std::size_t j = 0; j < v_.size(); ++j) {
    add(v_[j], dv_[j], zv_[j], dzv_[j]);
    if (std::isfinite(p_.columns[j].most)) add(p_.columns[j].most - v_[j], -dv_[j], wv_[j], dwv_[j]);
  }
  return sum;
}

/// The weights of the flows and the equations of the hours.
void Solver::weigh() {
  matrices_->clear();
  corners_.assign(p_.periods.size(), Vector(at(border_ * border_)));
  equations_->clear();
  of_budgets_ = Eigen::MatrixXd::Zero(budgets_, budgets_);
  for (std::size_t i = 0; i < flows_.size(); ++i) {
    MovingFlow& m = flows_[i];
    const ScaledFlow& flow = p_.flows[i];
    Vector& q = scratch_;  // what a unit of its capacity adds to it
    for (int b = 0; b < static_cast<int>(p_.periods.size()); ++b) {
      const ScaledPeriod& period = p_.periods[at(b)];
      Vector& corner = corners_[at(b)];
      const double own = m.weigh(at(period.first), at(period.first + period.hours), flow.capacity >= 0, q.data());
      if (flow.capacity < 0) continue;
      corner[at(flow.capacity * border_ + flow.capacity)] -= own;
      for (const Term& t : flow.budgets) {
        const ScaledBudget& budget = p_.budget[at(t.row)];
        double sum = 0;
        for (int h = std::max(period.first, budget.first); h < std::min(period.first + period.hours, budget.last); ++h)
          sum += q[at(h)] * t.value * p_.weight[at(h)];
        corner[at(flow.capacity * border_ + caps_ + budget.slot)] += sum;
        corner[at((caps_ + budget.slot) * border_ + flow.capacity)] += sum;
      }
    }
    const auto each = [&](double* entry, double times, const Vector& of) {
      for (int h = 0; h < p_.hours; ++h) entry[h] += times * of[at(h)];
    };
    // Its coefficients in its hour's rows and, of states, in those of the hour after.
    Vector now(at(rows_)), next(at(states_));
    for (const Term& t : flow.here) now[at(t.row)] = t.value;
    for (const Term& t : flow.after) next[at(t.row - own_)] = t.value;
    equations_->add(Vector(now.begin(), now.begin() + own_), Vector(now.begin() + own_, now.end()), next, m.theta);
    for (int r = 0; r < own_ + 2 * states_; ++r) {
      const double value = r < rows_ ? now[at(r)] : next[at(r - rows_)];
      if (value == 0) continue;
      if (flow.capacity >= 0) each(matrices_->of_border(r, flow.capacity), value, q);
      for (const Term& t : flow.budgets) {
        const ScaledBudget& budget = p_.budget[at(t.row)];
        double* entry = matrices_->of_border(r, caps_ + budget.slot);
        for (int h = budget.first; h < budget.last; ++h)
          entry[h] += value * t.value * m.theta[at(h)] * p_.weight[at(h)];
      }
    }
    for (const Term& t : flow.budgets)
      for (const Term& u : flow.budgets) {
        const ScaledBudget &one = p_.budget[at(t.row)], &other = p_.budget[at(u.row)];
        double sum = 0;
        for (int h = std::max(one.first, other.first); h < std::min(one.last, other.last); ++h)
          sum += m.theta[at(h)] * p_.weight[at(h)] * p_.weight[at(h)];
        of_budgets_(t.row, u.row) += t.value * u.value * sum;
      }
  }
  equations_->eliminate(*matrices_);
  // Capacities that stand in rows themselves.
  for (const RowCapacity& r : p_.row_capacities) {
    double* entry = matrices_->of_border(r.row, r.capacity);
    for (int h = 0; h < p_.hours; ++h) entry[h] -= r.share * r.profile->at(h);
  }
}

/// Budgets, without limits, of a period.
std::vector<int> Solver::budgets_in(std::size_t period) const {
  std::vector<int> out;
  for (int g = 0; g < p_.budgets; ++g)
    if (const ScaledBudget& of = p_.budget[at(g)];
        of.from <= static_cast<int>(period) && static_cast<int>(period) < of.until)
      out.push_back(g);
  return out;
}

void Solver::factor() {
  const int columns = static_cast<int>(v_.size()), n = budgets_ + columns;
  corner_ = Eigen::MatrixXd::Zero(n, n);
  corner_.topLeftCorner(budgets_, budgets_) = of_budgets_;
  for (std::size_t b = 0; b < factors_.size(); ++b) {
    factors_[b]->factor(*matrices_, corners_[b].data());
    const auto entry = [&](int i, int j) { return corners_[b][at(i * border_ + j)]; };
    const std::vector<int> active = budgets_in(b);
    for (const int g : active)
      for (const int e : active) corner_(g, e) += entry(caps_ + p_.budget[at(g)].slot, caps_ + p_.budget[at(e)].slot);
    for (int j = 0; j < columns; ++j) {
      const ScaledColumn& c = p_.columns[at(j)];
      if (static_cast<int>(b) < c.from || static_cast<int>(b) >= c.until) continue;
      for (const int g : active) {
        corner_(g, budgets_ + j) += entry(caps_ + p_.budget[at(g)].slot, c.capacity);
        corner_(budgets_ + j, g) += entry(c.capacity, caps_ + p_.budget[at(g)].slot);
      }
      for (int i = 0; i < columns; ++i) {
        const ScaledColumn& d = p_.columns[at(i)];
        if (static_cast<int>(b) < d.from || static_cast<int>(b) >= d.until) continue;
        corner_(budgets_ + j, budgets_ + i) += entry(c.capacity, d.capacity);
      }
    }
  }
  for (int g = 0; g < budgets_; ++g) {
    corner_(g, g) += slack_[at(g)] / zslack_[at(g)];
    for (const Term& t : p_.budget[at(g)].columns) {
      corner_(g, budgets_ + t.row) += t.value;
      corner_(budgets_ + t.row, g) += t.value;
    }
  }
  for (int j = 0; j < columns; ++j) {
    const double most = p_.columns[at(j)].most;
    const double own = zv_[at(j)] / v_[at(j)] + (std::isfinite(most) ? wv_[at(j)] / (most - v_[at(j)]) : 0);
    // A trace more of each column: twins would leave it singular.
    corner_(budgets_ + j, budgets_ + j) = (corner_(budgets_ + j, budgets_ + j) - own) * (1 + 1e-11);
  }
  if (n > 0) corner_factor_.compute(corner_);
}

/// A step of Newton's towards complementarity of `target`; the second with the products of the first taken off.
void Solver::direct(double target, bool second) {
  const int columns = static_cast<int>(v_.size());
  const auto periods = p_.periods.size();
  for (Vector& r : rhs_) std::fill(r.begin(), r.end(), 0.0);
  double* balance = rhs_[at(p_.reserves)].data();
  for (int h = 0; h < p_.hours; ++h) balance[h] = p_.load[at(h)];
  for (int k = 0; k < p_.reserves; ++k)
    for (int h = 0; h < p_.hours; ++h) rhs_[at(k)][at(h)] = -p_.requirement[at(k)].at(h);
  for (const RowCapacity& r : p_.row_capacities)
    for (std::size_t b = 0; b < periods; ++b)
      for (int h = p_.periods[b].first; h < p_.periods[b].first + p_.periods[b].hours; ++h)
        rhs_[at(r.row)][at(h)] += r.share * r.profile->at(h) * k_[p_.of(static_cast<int>(b), r.capacity)];
  Vector budget_rhs(at(budgets_)), budget_residual(at(budgets_));
  for (int g = 0; g < budgets_; ++g) {
    budget_residual[at(g)] = p_.budget[at(g)].limit - slack_[at(g)];
    for (const Term& t : p_.budget[at(g)].columns) budget_residual[at(g)] -= t.value * v_[at(t.row)];
  }
  std::vector<Vector> capacity_rhs(periods, Vector(at(border_)));  // capacities, then budgets, by period
  const Vector earned = earnings();
  std::vector<Vector>& residual = residual_of_rows_;
  if (!second) residual = rhs_;
  dual_residual_ = 0;
  for (std::size_t i = 0; i < flows_.size(); ++i) {
    MovingFlow& m = flows_[i];
    const ScaledFlow& flow = p_.flows[i];
    prices_of(flow, lambda_, kappa_, scratch_);
    for (std::size_t b = 0; b < periods; ++b) {
      const ScaledPeriod& period = p_.periods[b];
      double to_capacity = 0;
      const double k = flow.capacity >= 0 ? k_[p_.of(static_cast<int>(b), flow.capacity)] : 1;
      dual_residual_ =
          std::max(dual_residual_, m.aim(at(period.first), at(period.first + period.hours), scratch_.data(), k, target,
                                         second, flow.capacity >= 0, to_capacity));
      if (flow.capacity >= 0) capacity_rhs[b][at(flow.capacity)] += to_capacity;
    }
    for (const Term& t : flow.here) {
      m.take(t.value, 1, rhs_[at(t.row)].data(), nullptr);
      if (!second) m.take(t.value, 0, residual[at(t.row)].data(), nullptr);
    }
    for (const Term& t : flow.after) {
      m.take(t.value, 1, rhs_[at(t.row)].data(), p_.after.data());
      if (!second) m.take(t.value, 0, residual[at(t.row)].data(), p_.after.data());
    }
    for (const Term& t : flow.budgets) {
      const ScaledBudget& budget = p_.budget[at(t.row)];
      for (int h = budget.first; h < budget.last; ++h) {
        if (!m.in(at(h))) continue;
        budget_residual[at(t.row)] -= t.value * p_.weight[at(h)] * m.x[at(h)];
        budget_rhs[at(t.row)] -= t.value * p_.weight[at(h)] * m.theta[at(h)] * m.dx[at(h)];
      }
    }
  }
  if (!second) {
    residual_ = 0;
    for (const Vector& r : residual)
      for (const double v : r) residual_ = std::max(residual_, std::abs(v));
  }
  for (int g = 0; g < budgets_; ++g) {
    residual_ = std::max(residual_, std::abs(budget_residual[at(g)]) / std::max(1.0, p_.budget[at(g)].limit));
    budget_rhs[at(g)] += budget_residual[at(g)];
  }
  std::vector<double*> rows;
  for (Vector& r : rhs_) rows.push_back(r.data());
  Eigen::VectorXd corner = Eigen::VectorXd::Zero(budgets_ + columns);
  Vector slack_c(at(budgets_)), v_c(v_.size()), w_c(v_.size());
  for (std::size_t b = 0; b < periods; ++b) {
    factors_[b]->reduce(rows.data(), capacity_rhs[b].data());
    for (const int g : budgets_in(b)) corner(g) += capacity_rhs[b][at(caps_ + p_.budget[at(g)].slot)];
  }
  Vector priced(v_.size());  // columns by their limits
  for (int g = 0; g < budgets_; ++g) {
    const auto i = at(g);
    for (const Term& t : p_.budget[i].columns) priced[at(t.row)] += t.value * kappa_[i];
    slack_c[i] = target - slack_[i] * zslack_[i] - (second ? dslack_[i] * dzslack_[i] : 0);
    const double r = -kappa_[i] - zslack_[i];
    corner(g) += budget_rhs[i] - slack_[i] / zslack_[i] * (-r + slack_c[i] / slack_[i]);
  }
  for (int j = 0; j < columns; ++j) {
    const ScaledColumn& c = p_.columns[at(j)];
    const auto i = at(j);
    const bool bounded = std::isfinite(c.most);
    double r = c.cost - zv_[i] + wv_[i] - priced[i];
    for (int b = c.from; b < c.until; ++b) {
      r -= earned[p_.of(b, c.capacity)];
      corner(budgets_ + j) += capacity_rhs[at(b)][at(c.capacity)];
    }
    v_c[i] = target - v_[i] * zv_[i] - (second ? dv_[i] * dzv_[i] : 0);
    w_c[i] = bounded ? target - (c.most - v_[i]) * wv_[i] + (second ? dv_[i] * dwv_[i] : 0) : 0;
    corner(budgets_ + j) += r - v_c[i] / v_[i] + (bounded ? w_c[i] / (c.most - v_[i]) : 0);
    dual_residual_ = std::max(dual_residual_, std::abs(r) / std::max(1.0, c.cost));
  }
  if (corner.size() > 0) corner = corner_factor_.solve(corner).eval();
  std::fill(dk_.begin(), dk_.end(), 0.0);
  for (int j = 0; j < columns; ++j) {
    const ScaledColumn& c = p_.columns[at(j)];
    const auto i = at(j);
    dv_[i] = corner(budgets_ + j);
    dzv_[i] = (v_c[i] - zv_[i] * dv_[i]) / v_[i];
    dwv_[i] = std::isfinite(c.most) ? (w_c[i] + wv_[i] * dv_[i]) / (c.most - v_[i]) : 0;
    for (int b = c.from; b < c.until; ++b) dk_[p_.of(b, c.capacity)] += dv_[i];
  }
  for (int g = 0; g < budgets_; ++g) {
    const auto i = at(g);
    dkappa_[i] = corner(g);
    const double r = -kappa_[i] - zslack_[i];
    dslack_[i] = slack_[i] / zslack_[i] * (dkappa_[i] - r + slack_c[i] / slack_[i]);
    dzslack_[i] = (slack_c[i] - zslack_[i] * dslack_[i]) / slack_[i];
  }
  Vector border(at(border_));
  for (std::size_t b = 0; b < periods; ++b) {
    for (int c = 0; c < caps_; ++c) border[at(c)] = dk_[p_.of(static_cast<int>(b), c)];
    for (int s = 0; s < p_.slots; ++s) border[at(caps_ + s)] = 0;
    for (const int g : budgets_in(b)) border[at(caps_ + p_.budget[at(g)].slot)] = dkappa_[at(g)];
    factors_[b]->solve(rows.data(), border.data());
  }
  for (std::size_t i = 0; i < flows_.size(); ++i) {
    MovingFlow& m = flows_[i];
    const ScaledFlow& flow = p_.flows[i];
    prices_of(flow, rhs_, dkappa_, scratch_);
    for (std::size_t b = 0; b < periods; ++b) {
      const ScaledPeriod& period = p_.periods[b];
      const double dk = flow.capacity >= 0 ? dk_[p_.of(static_cast<int>(b), flow.capacity)] : 0;
      m.step(at(period.first), at(period.first + period.hours), scratch_.data(), dk);
    }
  }
}

/// The longest steps, up to 1, that keep flows and slacks, or their prices, at 0 or above.
StepLengths Solver::largest_steps() const {
  StepLengths steps;
  for (const MovingFlow& m : flows_) m.keep(steps);
  const auto keep = [](double& step, double value, double change) {
    if (change < 0 && -change * step > value) step = value / -change;
  };
  for (std::size_t g = 0; g < slack_.size(); ++g)
    keep(steps.primal, slack_[g], dslack_[g]), keep(steps.dual, zslack_[g], dzslack_[g]);
  for (std::size_t j = 0; j < v_.size(); ++j) {
    keep(steps.primal, v_[j], dv_[j]), keep(steps.dual, zv_[j], dzv_[j]);
    if (std::isfinite(p_.columns[j].most))
      keep(steps.primal, p_.columns[j].most - v_[j], -dv_[j]), keep(steps.dual, wv_[j], dwv_[j]);
  }
  return steps;
}

void Solver::move(const StepLengths& by) {
  const auto add = [](Vector& to, const Vector& step, double times) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] += times * step[i];
  };
  for (MovingFlow& m : flows_) m.move(by);
  add(slack_, dslack_, by.primal), add(zslack_, dzslack_, by.dual), add(kappa_, dkappa_, by.dual);
  add(v_, dv_, by.primal), add(zv_, dzv_, by.dual), add(wv_, dwv_, by.dual);
  for (std::size_t r = 0; r < lambda_.size(); ++r) add(lambda_[r], rhs_[r], by.dual);
  capacities();
}

double Solver::cost() const {
  double cost = 0;
  for (std::size_t j = 0; j < v_.size(); ++j) cost += p_.columns[j].cost * v_[j];
  for (const MovingFlow& m : flows_) cost += m.costs();
  return cost;
}

LeastCost Solver::run() {
  LeastCost best;
  double best_gap = infinity;
  int since_best = 0;
  for (int iteration = 0; iteration <= rules_.most_iterations; ++iteration) {
    if (is_given_up()) throw GivenUp();
    weigh();
    factor();
    direct(0, false);
    const double is = cost(), products = complementarity({0, 0}), whole = std::max(std::abs(is), 1e-12);
    // A bound is asked for where it could be near: flows and prices that meet their rows are as far apart as products.
    const bool near_end = products < 1e-3 * whole;
    const double lower = near_end ? lagrange_bound(p_, lambda_, kappa_, is) : -infinity;
    const double gap = (near_end ? std::abs(is - lower) : products) / whole;
    const double merit = std::max(gap, residual_);
    if (merit < best_gap) {
      since_best = 0;
      best_gap = merit;
      best.iterations = iteration, best.residual = residual_;
      best.cost = is * p_.power * p_.price, best.bound = lower * p_.power * p_.price;
      best.proven = gap <= rules_.gap && residual_ <= 1e-8;
      if (merit < 1e-4 || iteration == rules_.most_iterations) {
        best.built = v_, best.flows.resize(flows_.size());
        for (std::size_t i = 0; i < flows_.size(); ++i) best.flows[i] = flows_[i].x;
        best.price = lambda_[at(p_.reserves)], best.budget_price = kappa_;
        best.reserve_price.clear();
        for (int r = 0; r < p_.reserves; ++r) {
          best.reserve_price.resize(at(p_.hours));
          for (int h = 0; h < p_.hours; ++h) best.reserve_price[at(h)] -= lambda_[at(r)][at(h)];
        }
      }
      if (best.proven) break;
    } else if (++since_best > (best_gap < 1e-6 ? 5 : 40)) {
      break;
    }
    const double mu = products / static_cast<double>(pairs_);
    const double centred = std::pow(complementarity(largest_steps()) / static_cast<double>(pairs_) / mu, 3);
    // No nearer to the end than the gap asks for: there weights differ by more than numbers can hold.
    const double enough = 0.2 * rules_.gap * std::abs(is) / static_cast<double>(pairs_);
    direct(std::min(std::max(centred * mu, enough), mu), true);
    const auto steps = [near = gap < 1e-5 ? 0.99 : 0.95, this] {
      const StepLengths most = largest_steps();
      return StepLengths{std::min(1.0, near * most.primal), std::min(1.0, near * most.dual)};
    };
    StepLengths by = steps();
    // Where products have grown so far apart that the way is barred, a step towards their mean.
    if (std::min(by.primal, by.dual) < 0.01) direct(0.5 * mu, false), by = steps();
    move(by);
  }
  return best;
}

}  // namespace

double LeastCost::gap() const {
  const double apart = std::abs(cost - bound);
  return apart == 0 ? 0 : cost == 0 ? infinity : apart / std::abs(cost);
}

LeastCost least_cost(const EnergyProblem& problem, const LeastCostRules& rules) {
  check_problem(problem);
  const ScaledProblem scaled(problem);
  LeastCost out = Solver(scaled, rules).run();
  for (double& v : out.built) v *= scaled.power;
  if (!out.flows.empty()) out.flows.resize(problem.flows.size());
  for (std::size_t i = 0; i < out.flows.size(); ++i)
    for (int h = 0; h < scaled.hours; ++h) {
      double& x = out.flows[i][at(h)];
      x = scaled.flows[i].share[at(h)] > 0 ? x * scaled.power : 0;
    }
  for (std::size_t h = 0; h < out.price.size(); ++h) out.price[h] *= scaled.price / scaled.weight[h];
  for (std::size_t h = 0; h < out.reserve_price.size(); ++h) out.reserve_price[h] *= scaled.price / scaled.weight[h];
  out.budget_price.resize(problem.budgets.size());
  for (std::size_t g = 0; g < out.budget_price.size(); ++g)
    out.budget_price[g] *= -scaled.price / scaled.budget_scale[g];
  return out;
}

}  // namespace orrery::site
