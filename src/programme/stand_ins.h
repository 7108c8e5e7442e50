// What stands in for what a run does not say of its training: the batch that its model was trained with, or a published
// law's; and, where it gives compute alone, the model of the catalog that took the most nearly as much.
#pragma once
#include "machine/model/read.h"

namespace orrery::programme {

/// Sequences of a step: the tokens of a step that the model was published with, else what catalog/scaling-laws says of
/// so much compute (FLOP), to the next power of two. model may be null. Throws Error where the catalog lacks the law.
struct UsualBatch {
  int sequences = 1;
  std::string rule;  ///< whose it is, in words
};
UsualBatch usual_batch(const catalog::Catalog& catalog, const model::Model* model, double sequence, double compute);

/// The catalog's model whose training took the most nearly so much compute (6 x active parameters x tokens), of those
/// with a known shape; note says how much. Throws Error where the catalog has none.
struct StandIn {
  model::Model model;
  std::string note;  ///< "the catalog's nearest in training compute, 3.8e25 FLOP"
};
StandIn nearest_model(const catalog::Catalog& catalog, double compute);

/// Compute of a model's published training, or with 20 tokens a parameter (Hoffmann et al. 2022) where its tokens are
/// not known; FLOP.
double training_compute(const catalog::Catalog& catalog, const model::Model& model);

}  // namespace orrery::programme
