#include "study/company_risks.h"

#include <algorithm>
#include <cmath>

#include "base/distribution.h"
#include "base/parallel.h"
#include "programme/outputs.h"
#include "programme/simulate.h"

namespace orrery::study {
namespace {

using programme::Plan;
using scenario::Input;

/// What moves together: inputs with the loading of each.
struct Moved {
  std::string cause;
  std::vector<std::pair<std::size_t, double>> inputs;
};

std::vector<Moved> moved_together(const std::vector<Input>& inputs, bool independent) {
  constexpr double least_own = 1e-6;  // of an input's variance, which its causes leave to it
  std::vector<Moved> out;
  const auto add = [&](const std::string& cause, std::size_t input, double loading) {
    auto row = std::find_if(out.begin(), out.end(), [&](const Moved& m) { return m.cause == cause; });
    if (row == out.end()) row = out.insert(out.end(), {cause, {}});
    row->inputs.emplace_back(input, loading);
  };
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    double own = 1;
    for (const scenario::Tie& tie : inputs[i].ties) {
      if (tie.loading == 0 || independent) continue;
      add(tie.cause(), i, tie.loading);
      own -= tie.loading * tie.loading;
    }
    if (own > least_own) add(inputs[i].key(), i, std::sqrt(own));
  }
  return out;
}

/// What each company is worth to its owners where a cause's normal score is so, $.
std::vector<double> worth(const Plan& plan, const std::vector<programme::Output>& outputs, const Moved& moved,
                          double score) {
  std::vector<double> draws;
  for (const Input& input : plan.inputs) draws.push_back(input.distribution.median());
  for (const auto& [input, loading] : moved.inputs)
    draws[input] = plan.inputs[input].distribution.draw(normal_probability(loading * score));
  const std::vector<double> values = programme::output_values(plan, programme::simulate(plan, draws));
  std::vector<double> out;
  for (std::size_t o = 0; o < outputs.size(); ++o)
    if (outputs[o].group == programme::Output::Group::company && outputs[o].name.ends_with(": value to its owners"))
      out.push_back(values[o]);
  return out;
}

double largest(const CompanyRisk& risk) {
  double most = 0;
  for (const std::vector<double>* changes : {&risk.at_p10, &risk.at_p90})
    for (const double change : *changes) most = std::max(most, std::abs(change));
  return most;
}

}  // namespace

std::vector<CompanyRisk> company_risks(const Plan& plan, int threads, bool independent) {
  if (plan.companies.empty() || plan.inputs.empty()) return {};
  const std::vector<programme::Output> outputs = programme::outputs_of(plan);
  const std::vector<Moved> moved = moved_together(plan.inputs, independent);
  const std::vector<double> at_medians = worth(plan, outputs, {}, 0);
  const double p90 = normal_quantile(0.9);
  std::vector<CompanyRisk> risks(moved.size());
  parallel_for(moved.size(), threads, 1, [&](std::size_t first, std::size_t last, int) {
    for (std::size_t i = first; i < last; ++i) {
      risks[i].cause = moved[i].cause;
      risks[i].at_p10 = worth(plan, outputs, moved[i], -p90), risks[i].at_p90 = worth(plan, outputs, moved[i], p90);
      for (std::size_t c = 0; c < at_medians.size(); ++c)
        risks[i].at_p10[c] -= at_medians[c], risks[i].at_p90[c] -= at_medians[c];
    }
  });
  std::stable_sort(risks.begin(), risks.end(),
                   [](const CompanyRisk& a, const CompanyRisk& b) { return largest(a) > largest(b); });
  return risks;
}

}  // namespace orrery::study
