// What so many accelerators can train in so much time: a published scaling law says which model and how many tokens go
// with so much compute, the training model how long they take; the compute that takes the time is searched for.
#pragma once
#include "machine/training/pool_speed.h"

namespace orrery::training {

/// A law of the catalog (kind scaling-laws): tokens and tokens of a step for so much compute C, FLOP, each a C^b.
struct ScalingLaw {
  std::string name, title;
  double tokens_coefficient = 0, tokens_exponent = 0;
  double batch_coefficient = 0, batch_exponent = 0;  ///< 0: it says nothing of batches

  double tokens(double compute) const;
  double parameters(double compute) const { return compute / (6 * tokens(compute)); }
};
/// Throws Error (key law) with the nearest names, and for a law that says nothing of tokens.
ScalingLaw read_scaling_law(const catalog::Catalog& catalog, std::string_view name);

/// Sequences of a step that a law says of so much compute, the nearest power of two.
int batch_of(const ScalingLaw& law, double compute, double sequence);

/// A dense model of about so many parameters in Llama 3's proportions (arXiv 2407.21783, Table 3): heads of 128, eight
/// key-value heads, an MLP 3.25 times as wide as the model, layers and width growing as the cube root.
model::Architecture dense_model(double parameters);

/// What can be trained.
struct ByDate {
  model::Architecture model;
  double parameters = 0, tokens = 0;
  RankedLayout best;  ///< its fastest layout
  Question question;  ///< with that model, its batch and the accelerators that the layout divides
};

/// The model and tokens that the question's accelerators train in so many seconds of progress, by a law; the question's
/// own model is not looked at, its batch is kept where it is not 0 (else deepseek-llm's where the law has none). Throws
/// Error as on_pool(), and (key days) where nothing can be trained in time or fits.
ByDate largest_by_date(const Question& pool, double seconds, const ScalingLaw& law, const Hardware& hardware,
                       const catalog::Catalog& catalog, unsigned threads = 1);

/// The same were every step so much faster: parameters and tokens of so much more compute at the same FLOP/s.
ByDate at_speed(const ByDate& by, const ScalingLaw& law, double faster);

}  // namespace orrery::training
