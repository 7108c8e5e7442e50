// Who bears which risk: what each company of a programme gains or loses where one cause, or one input by itself, comes
// out at its P10 or its P90 and all else at its median.
#pragma once
#include <string>
#include <vector>

#include "programme/plan.h"

namespace orrery::study {

struct CompanyRisk {
  std::string cause;                   ///< "site memphis"; of an input by itself what it is drawn as
  std::vector<double> at_p10, at_p90;  ///< by company, $ more that it is worth to its owners
};

/// One row for each common cause that has a loading, which moves each of its inputs to the median that this has where
/// the cause's normal score is its quantile (study/copula.h), and for what is left of each input by itself; inputs that
/// are drawn as one move together. independent: as if no cause had a loading. The largest change of any company first.
/// Empty without companies or inputs.
std::vector<CompanyRisk> company_risks(const programme::Plan& plan, int threads, bool independent = false);

}  // namespace orrery::study
