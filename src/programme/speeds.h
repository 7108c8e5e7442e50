// How fast the accelerators of a plan's runs train: a pass between reading and simulating that asks the training model
// what the reader left open.
#pragma once
#include <array>
#include <map>
#include <mutex>
#include <optional>

#include "catalog/band.h"
#include "catalog/catalog.h"
#include "machine/training/pool_speed.h"
#include "programme/plan.h"
#include "programme/site_weather.h"

namespace orrery::programme {

/// What a run asks the training model about one kind of accelerator of its pool, as if all that it wants were of that
/// kind. Throws Error (without a place) when the run names no model, or one whose shape is not known.
training::Question question_of(const Run& run, const TrainingSpeed& speed);

/// The kind of accelerator that a run's pool has most of.
const TrainingSpeed& main_speed(const Run& run);

/// Runs of so many accelerators and more are large: fewer of them may be faster, and their layouts take a while to
/// find.
inline constexpr double large_run = 8192;

/// The training model with what it has answered, so that plans that differ elsewhere do not ask again. Of one catalog;
/// safe to use from several threads.
struct SpeedsAsked {
  struct Model {
    training::Hardware hardware;
    catalog::BandRule bands;
  };
  struct Answer {
    training::Question question;
    std::optional<training::PoolSpeed> speed;  ///< nothing where the model does not know
  };
  std::mutex mutex;            ///< held while what follows is read or added to
  std::optional<Model> model;  ///< of the first question on
  /// By accelerators, batch, and the fewest accelerators that were asked for; they stay where they are.
  std::multimap<std::array<double, 3>, Answer> answers;
  training::LayoutsFound layouts;  ///< of all their sizes
  HoursAsked hours;                ///< of sites with weather, which plans share too
};

/// Answers every open speed of the plan on so many threads (0: all cores), once for each distinct question, and none
/// that `asked` holds. Model
/// FLOP/s per accelerator are counted as 6 x active parameters x tokens per second: of the training model in its
/// fastest layout where the chip and the model's shape are known, within the band of its step, at the number wanted and
/// at those below it over which the job divides; else of the published runs that the catalog's training entries
/// summarise, the same at any number. Writes the value into its setting, which names the layout, what binds, and on a
/// network what a full one would bring. Throws Error when neither the chip nor its peak rate is known, or the network
/// cannot carry the job.
void speeds(Plan& plan, const catalog::Catalog& catalog, SpeedsAsked& asked, int threads = 0);

}  // namespace orrery::programme
