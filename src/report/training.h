// A training step and a search of layouts as text for a terminal and as JSON; a step as a Perfetto trace; the launch
// flags. The functions print nothing.
#pragma once
#include <optional>
#include <string>

#include "machine/training/search.h"

namespace orrery::report {

/// What is asked beside the step: a token budget (0: none) and the price of an accelerator-hour (0: none); goodput is
/// the share of time that makes progress.
struct Budget {
  double tokens = 0;
  double price = 0;  ///< $ per accelerator and hour
  double goodput = 1;
};

/// What would make a layout fit: another one, and the keys in which it differs where they are few.
struct CheapestFit {
  std::optional<training::RankedLayout> ranked;
  std::vector<std::string> changes;
};

/// Step time, speed by both definitions, a breakdown that adds up, the binding limit, memory, power, and what the token
/// budget takes. The fit is looked at where the layout itself does not fit.
std::string training_text(const training::Job&, const training::Machine&, const training::Layout&,
                          const training::StepEstimate&, const Budget&, const CheapestFit&);
std::string training_json(const training::Job&, const training::Machine&, const training::Layout&,
                          const training::StepEstimate&, const Budget&, const CheapestFit&);

/// The best layouts, the front of time and memory, why the rest is out, and launch flags of the best.
std::string plan_text(const training::Job&, const training::Machine&, const training::SearchResult&);
std::string plan_json(const training::Job&, const training::Machine&, const training::SearchResult&);

/// One step's pipeline as Chrome trace events (Perfetto reads them): a track per stage, microseconds.
std::string step_trace(const training::Job&, const training::Machine&, const training::Layout&);

}  // namespace orrery::report
