// Common causes: what makes several uncertain inputs late, slow or dear together. An input's normal score is a sum of
// those of its causes and a part of its own (a Gaussian copula by common factors), so that the strength of a cause is
// the rank correlation that it gives two of its inputs, whatever their distributions.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "scenario/setting.h"
#include "scenario/stack.h"

namespace orrery::scenario {

/// A cause with what hangs on it.
struct CommonCause {
  std::string name;     ///< "site memphis"
  std::string key;      ///< under which a scenario names it: "site"
  double strength = 0;  ///< Spearman's rank correlation of two of its inputs by this cause alone, 0 to 1
  Origin origin = Origin::catalog;
  std::optional<catalog::Basis> basis;  ///< of the strength, where one is stated
  std::vector<std::string> inputs;      ///< those that it moves the other way with a leading "-"
};

struct CausesInForce {
  std::vector<CommonCause> causes;  ///< those that a scenario names first, in its order
  std::vector<Setting> settings;    ///< their strengths and what hangs on them, with their origin
};

/// Ties the inputs of a study to their causes: those of the catalog that the kind of the study has put into
/// Input::ties, and those that the scenario names itself under [cause.NAME] by its inputs. Sets the loading of every
/// tie: the square root of the correlation of normal scores, 2 sin(pi s / 6), that goes with a rank correlation s
/// (Pearson, "On further methods of determining correlation", 1907). Shares of one input's variance add up to 1 at
/// most: causes that the scenario states come first, and what the catalog assumes yields to them. Inputs that are drawn
/// as one hang on the same causes. What it ties again comes out the same. Throws Error with file and line for a cause
/// without strength or inputs, for inputs that are not there or are certain, and where stated causes pass 1 together.
CausesInForce tie_causes(const Scenario& scenario, const catalog::Catalog& catalog, std::vector<Input>& inputs);

/// The correlation of normal scores that goes with a rank correlation: 2 sin(pi s / 6); 1 for 1.
double score_correlation(double rank_correlation);

}  // namespace orrery::scenario
