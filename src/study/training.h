// A training job as a kind of study: its step in the fastest layout or a stated one, what it is made of, what a token
// budget takes; and the ranking of layouts.
#pragma once
#include <memory>
#include <optional>

#include "machine/training/band.h"
#include "machine/training/by_date.h"
#include "machine/training/question.h"
#include "study/kind.h"

namespace orrery::study {

/// A job with what it stands on, searched and evaluated at the medians of its inputs.
struct TrainingJob {
  training::Hardware hardware;
  training::Posed posed;
  catalog::BandRule bands;
  double wanted = 0;                             ///< accelerators; posed.machine has those that the job is laid out on
  std::optional<training::RankedLayout> layout;  ///< stated, or the fastest; nothing where none fits
  training::SearchResult found;                  ///< empty where a layout is stated that fits
  bool ranked = false;                           ///< the ranking was asked for
  /// What would make a stated layout fit: another, and the keys in which it differs where they are few.
  std::optional<training::RankedLayout> fit;
  std::vector<std::string> changes;
  /// What can be trained in so many days, where that is asked, at the model's speed and within its band.
  std::optional<training::ByDate> by_date;
  training::ByDate by_date_p10, by_date_p90;
  std::string law;                           ///< the title of the law that says so
  scenario::Uncertain<Tokens> tokens;        ///< of the budget; 0: none
  scenario::UncertainNumber price;           ///< $ per accelerator and s; 0: none
  scenario::UncertainNumber goodput{1, -1};  ///< share of time that makes progress
  scenario::UncertainNumber speed;           ///< over that of the model
};

/// Days, dollars and energy of the token budget, in a trial.
struct Campaign {
  Time time;
  Money cost;
  Energy energy;
};
Campaign campaign(const TrainingJob& job, Draws draws);

/// The answer: step time, speed by both definitions, a breakdown that adds up, what binds, memory, power, the budget;
/// or the ranking: the best layouts, the front of time and memory, why the rest is out, launch flags of the best.
Document training_document(const TrainingJob& job, const std::vector<Output>& outputs, const Trials& trials);
/// One step's pipeline in the layout, which there must be: a track for each stage.
Trace step_trace(const TrainingJob& job);

/// What a file with [train] may say.
const scenario::Form& training_form();

}  // namespace orrery::study
