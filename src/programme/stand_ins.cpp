#include "programme/stand_ins.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "machine/model/from_catalog.h"

namespace orrery::programme {

double training_compute(const catalog::Catalog& catalog, const model::Model& model) {
  double tokens = 0;
  if (model.in_catalog) tokens = catalog.entry("models", model.name).number("tokens");
  if (tokens <= 0) tokens = 20 * model.active;
  return 6 * model.active * tokens;
}

UsualBatch usual_batch(const catalog::Catalog& catalog, const model::Model* model, double sequence, double compute) {
  if (model && model->in_catalog) {
    const catalog::Entry& entry = catalog.entry("models", model->name);
    if (const catalog::Figure* published = entry.find("batch_tokens")) {
      const double tokens = published->amount.median(), sequences = std::clamp(std::round(tokens / sequence), 1.0, 1e9);
      return {static_cast<int>(sequences), fmt::format("models/{}: {:.3g} tokens of a step", entry.name, tokens)};
    }
  }
  const catalog::Entry& law = catalog.entry("scaling-laws", "deepseek-llm");
  const double tokens =
      law.at("batch_coefficient").amount.median() * std::pow(compute, law.at("batch_exponent").amount.median());
  const double doublings = std::clamp(std::round(std::log2(tokens / sequence)), 0.0, 29.0);
  return {1 << static_cast<int>(doublings),
          fmt::format("scaling-laws/{}: {:.3g} tokens of a step at {:.3g} FLOP", law.name, tokens, compute)};
}

StandIn nearest_model(const catalog::Catalog& catalog, double compute) {
  const catalog::Entry* nearest = nullptr;
  double best = 0, took = 0;
  for (const catalog::Entry& entry : catalog.entries("models")) {
    const double tokens = entry.number("tokens"), active = entry.number("params_active", entry.number("params_total"));
    if (!(tokens > 0 && active > 0) || !model::has_shape(entry)) continue;
    const double off = std::abs(std::log(6 * active * tokens / compute));
    if (!nearest || off < best) nearest = &entry, best = off, took = 6 * active * tokens;
  }
  if (!nearest)
    throw Error({}, "model", "none of the catalog has a shape and tokens", "name a model, or give achieved");
  return {model::read(nearest->name, catalog),
          fmt::format("stands in: the catalog's nearest in training compute, {:.3g} FLOP", took)};
}

}  // namespace orrery::programme
