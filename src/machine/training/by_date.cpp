#include "machine/training/by_date.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace orrery::training {

double ScalingLaw::tokens(double compute) const {
  return tokens_coefficient * std::pow(compute, tokens_exponent);
}

ScalingLaw read_scaling_law(const catalog::Catalog& catalog, std::string_view name) {
  const catalog::Entry* entry = catalog.find("scaling-laws", name);
  std::vector<std::string> known;
  for (const catalog::Entry& e : catalog.entries("scaling-laws")) known.push_back(e.name);
  if (!entry)
    throw Error({}, "law", "nothing is called " + in_quotes(name),
                catalog::remedy_for_name("scaling-laws", name, known));
  ScalingLaw law{entry->name,
                 entry->title,
                 entry->number("tokens_coefficient"),
                 entry->number("tokens_exponent"),
                 entry->number("batch_coefficient"),
                 entry->number("batch_exponent")};
  if (law.tokens_coefficient <= 0)
    throw Error({}, "law", entry->name + " says nothing of tokens", "name another, such as llama-3");
  return law;
}

int batch_of(const ScalingLaw& law, double compute, double sequence) {
  const double tokens = law.batch_coefficient * std::pow(compute, law.batch_exponent);
  return 1 << static_cast<int>(std::clamp(std::round(std::log2(tokens / sequence)), 0.0, 29.0));
}

model::Architecture dense_model(double parameters) {
  model::Architecture m;
  const double scale = std::cbrt(parameters / 405e9);
  model::Layer layer;
  // The width in eights of a head, so that ranks divide it; the layers make up the rest.
  const double width = std::max(8.0, std::round(128 * scale));
  m.hidden = static_cast<std::int64_t>(128 * width);
  layer.mixer.heads = m.hidden / 128, layer.mixer.head_dim = 128;
  if (layer.mixer.heads >= 16) {
    const std::int64_t whole = layer.mixer.heads / 16 * 16;
    layer.mixer.heads = whole, m.hidden = whole * 128;
  }
  layer.mixer.kv_heads = 8;
  while (layer.mixer.heads % layer.mixer.kv_heads != 0) layer.mixer.kv_heads /= 2;
  layer.mlp.width = (m.hidden * 13 / 4 + 1023) / 1024 * 1024;
  m.vocab = 128256;
  m.kinds = {layer};
  const model::ParameterCount none = [&] {
    m.layers = 0;
    return model::parameters(m);
  }();
  const double each = model::layer_parameters(m, layer).total();
  m.layers = std::clamp<std::int64_t>(std::llround((parameters - none.total) / each), 2, 2000);
  // An even number divides over more pipelines.
  m.layers += m.layers % 2;
  m.name = fmt::format("dense {:.3g} B", model::parameters(m).total / 1e9);
  return m;
}

ByDate largest_by_date(const Question& pool, double seconds, const ScalingLaw& law, const Hardware& hardware,
                       const catalog::Catalog& catalog, unsigned threads) {
  const ScalingLaw of_batch = law.batch_coefficient > 0 ? law : read_scaling_law(catalog, "deepseek-llm");
  ByDate best;
  double used = 0;  // accelerators that layouts divide; found once, with the first model that fits
  /// Whether what goes with so much compute is done in time; then it is the best so far.
  const auto in_time = [&](double compute) {
    Question q = pool;
    q.model = dense_model(law.parameters(compute));
    if (pool.batch <= 0) q.batch = batch_of(of_batch, compute, q.sequence);
    if (used > 0) q.accelerators = used;
    const auto speed = used > 0 ? speed_of_all(q, hardware, catalog, threads)
                                : pool_speed(q, q.accelerators, hardware, catalog, threads);
    if (!speed) return false;
    q = speed->question, used = q.accelerators;
    const double parameters = model::parameters(q.model).active, tokens = compute / (6 * parameters);
    if (tokens > speed->best.estimate.tokens_per_second * seconds) return false;
    best = {q.model, parameters, tokens, speed->best, q};
    return true;
  };
  const Accelerator& chip = hardware.accelerator(pool.accelerator);
  const double peak = chip.peak[static_cast<std::size_t>(pool.precision)];
  if (peak <= 0) silicon::require_precision(chip, pool.precision);
  // No model takes more than the peak; small ones have no layout on many accelerators, so the search comes down.
  constexpr double stride = 0.5, least = 39;
  double high = std::log(pool.accelerators * peak * seconds), low = high - stride;
  while (low > least && !in_time(std::exp(low))) high = low, low -= stride;
  if (low <= least)
    throw Error({}, "days", "are too few for any model on these accelerators, or none fits them",
                "give more days or more accelerators");
  while (high - low > 0.005) {
    const double middle = (low + high) / 2;
    (in_time(std::exp(middle)) ? low : high) = middle;
  }
  return best;
}

ByDate at_speed(const ByDate& by, const ScalingLaw& law, double faster) {
  ByDate out = by;
  const double compute = 6 * by.parameters * by.tokens;
  out.parameters *= law.parameters(compute * faster) / law.parameters(compute);
  out.tokens *= law.tokens(compute * faster) / law.tokens(compute);
  return out;
}

}  // namespace orrery::training
