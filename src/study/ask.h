// A question as the command line and the server put it: a scenario with overrides, perhaps held against another.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "study/kind.h"

namespace orrery::study {

/// A scenario's file and overrides of the form "site.memphis.burn_in=3 days".
struct Changed {
  std::string file;
  std::vector<std::string> set;
};

struct Asked {
  Changed scenario;
  std::optional<Changed> against;  ///< overrides change the scenario, not what it is held against
};

/// The answer, and that of the other scenario where it is held against one.
struct Answers {
  Answer answer;
  std::optional<Answer> against;
};

/// Reads a scenario of one of these kinds and answers it; the first of its passes is the reading. Throws Error.
Answer answer(const Changed& scenario, const catalog::Catalog& catalog, std::span<const Kind> kinds,
              const Sampling& sampling);

/// The answer of `orrery run`. A scenario by itself is told its levers, whatever the sampling says; what differs
/// between two says what a change brings. Throws Error.
Answers ask(const Asked& asked, const catalog::Catalog& catalog, std::span<const Kind> kinds, Sampling sampling);

}  // namespace orrery::study
