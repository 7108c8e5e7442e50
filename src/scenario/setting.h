// What reading a scenario leaves behind: every value with its origin, and the uncertain ones as a list of inputs, so
// that a trial is one vector of draws.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/amount.h"
#include "base/distribution.h"
#include "catalog/catalog.h"

namespace orrery::scenario {

using Draws = std::span<const double>;  ///< one value per input, in base units

/// An amount that is either certain or one of the inputs.
template <class Q>
struct Uncertain {
  Q median{};      ///< the value, or the median of its distribution
  int input = -1;  ///< index into the inputs; -1 for a certain value

  /// The amount in one trial; without draws the median.
  Q in(Draws draws) const { return input < 0 || draws.empty() ? median : Q(draws[static_cast<size_t>(input)]); }
};

/// A number without dimension that may be uncertain.
using UncertainNumber = Uncertain<double>;

/// A common cause that an input hangs on.
struct Tie {
  std::string kind;     ///< "site": its strength stands under this name in the scenario or the catalog
  std::string of = {};  ///< which of the kind: "memphis"; empty for a cause that a scenario names itself
  bool turned = false;  ///< the cause makes the input smaller where it makes others larger
  double loading = 0;   ///< correlation of the normal scores of cause and input, set by tie_causes

  std::string cause() const { return of.empty() ? kind : kind + ' ' + of; }
};

/// An uncertain input: what is drawn in each trial.
struct Input {
  std::string name;  ///< dotted path, such as "site.memphis.building.hall.task.electrical.duration"
  Distribution distribution;
  Dimension dimension;
  /// What its draws are keyed by, where inputs go up and down together; empty: its name.
  std::string drawn_as = {};
  std::vector<Tie> ties = {};  ///< common causes; none: drawn by itself

  /// What its draws are keyed by.
  const std::string& key() const { return drawn_as.empty() ? name : drawn_as; }
};

/// Whether an amount says how fast something is delivered or done: accelerators, power, wafers, tokens, computing or
/// data per time. More of it is earlier.
constexpr bool is_speed(Dimension d) {
  for (const Dimension each : {dimension::chips, dimension::power, dimension::wafers, dimension::tokens,
                               dimension::operations, dimension::data})
    if (d == each - dimension::time) return true;
  return false;
}

/// Where a value came from.
enum class Origin { scenario, command_line, catalog, rule };
/// "scenario", "command line", "catalog", "default".
std::string origin_name(Origin origin);

/// One value with its origin, for `show --resolved`, `--explain` and the facts of a report.
struct Setting {
  std::string path;   ///< "order.first.rate"
  std::string value;  ///< as a person writes it
  Origin origin = Origin::rule;
  std::string place;     ///< "colossus-1.toml:12", "chips/h100-sxm.price", or the rule that made it
  bool is_name = false;  ///< a name or a heading, which needs no basis
  bool has_provenance = false;
  catalog::Provenance provenance;
  std::string note;
  std::optional<double> amount = std::nullopt;  ///< of an amount: its median, in base units
};

}  // namespace orrery::scenario
