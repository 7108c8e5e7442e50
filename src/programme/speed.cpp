#include "programme/speed.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "machine/model/from_catalog.h"
#include "machine/training/job_fabric.h"
#include "machine/training/network_limit.h"
#include "machine/training/question.h"

namespace orrery::programme {

using scenario::from_catalog;
using scenario::Origin;

double laid_out_accelerators(double accelerators) {
  if (accelerators >= 512) return accelerators - std::fmod(accelerators, 512);
  return static_cast<double>(std::bit_floor(static_cast<unsigned>(std::max(1.0, accelerators))));
}

namespace {

const catalog::Entry* entry_for(const catalog::Catalog& catalog, std::string_view key, const std::string& value) {
  for (const catalog::Entry& entry : catalog.entries("training"))
    if (const catalog::Figure* figure = entry.find(key); figure && figure->text == value) return &entry;
  return nullptr;
}

/// The MFU of unmeasured chips of a family times the chip's peak rate.
std::optional<Fallback> from_family(const catalog::Entry& entry, const std::string& key, const catalog::Entry& chip,
                                    const std::string& peak_key) {
  const catalog::Figure* mfu = entry.find(key + "_mfu");
  const catalog::Figure* peak = chip.find(peak_key);
  if (!mfu || !peak) return std::nullopt;
  Fallback out = from_catalog(entry, *mfu);
  const double rate = peak->amount.median();
  out.value.a *= rate, out.value.b *= rate, out.value.c *= rate;
  for (double& v : out.value.values) v *= rate;
  if (out.value.kind == Distribution::Kind::lognormal) out.value.b /= rate;
  out.place += " x chips/" + chip.name + '.' + peak_key;
  return out;
}

/// The training model's answer, or nothing where it does not know the chip, the model's shape or a layout that fits.
std::optional<Fallback> from_training_model(const catalog::Catalog& catalog, const SpeedQuestion& question) {
  if (!question.model) return std::nullopt;
  for (const char* key : {"layers", "hidden", "heads", "vocab"})
    if (!question.model->find(key)) return std::nullopt;
  const training::Hardware hardware = training::load_hardware(catalog.folder() + "/kernels");
  training::Machine machine;
  machine.accelerator = hardware.find_accelerator(question.chip->name);
  if (!machine.accelerator) return std::nullopt;
  machine.framework = &hardware.framework("", machine.accelerator->family);
  machine.accelerators = laid_out_accelerators(question.accelerators);
  std::optional<training::JobFabric> fabric;
  if (!question.network.empty()) {
    fabric = training::job_fabric(catalog, question.network, machine.accelerators);
    machine.domain = fabric->domain;
    machine.fabric = &*fabric;
  }
  training::Job job;
  job.model = model::from_catalog(*question.model);
  job.precision = silicon::parse_precision(question.precision);
  if (machine.accelerator->peak[static_cast<size_t>(job.precision)] <= 0) return std::nullopt;
  job.sequence = question.sequence;
  job.global_batch = training::step_batch(question.batch, machine.accelerators);
  training::SearchSpace space;
  space.vp = {1, 2, 4, 8};
  space.keep = 1;
  const training::SearchResult found = training::search(job, machine, space);
  if (found.best.empty()) return std::nullopt;

  const catalog::Figure* active = question.model->find("params_active");
  const double parameters = (active ? *active : question.model->at("params_total")).amount.median();
  const training::StepEstimate& step = found.best.front().estimate;
  Fallback out;
  out.value = {Distribution::Kind::lognormal, 6 * parameters * step.tokens_per_second / machine.accelerators,
               machine.accelerator->band, 0, {}};
  out.origin = Origin::rule;
  out.place = "training model: " + training::layout_text(machine, found.best.front().layout);
  out.provenance = catalog::Provenance{machine.accelerator->basis == "derived" ? catalog::Basis::derived : catalog::Basis::projected,
                                       "catalog/kernels, fitted as docs/calibration.md says", ""};
  out.note = fmt::format("step of {:.3g} s on {:.0f} accelerators, {:.0f} sequences of {:.0f} tokens; {} binds", step.step.value(),
                         machine.accelerators, job.global_batch, job.sequence, step.binding);
  if (fabric) {
    const training::NetworkLimit limit = training::network_limit(job, machine, found.best.front().layout, step);
    out.note += limit.collective.empty()
                    ? fmt::format("; no traffic needs {}", fabric->name)
                    : fmt::format("; on {}: {}; {:.3g} s were it full and whole", fabric->name,
                                  training::limit_text(*fabric, limit), limit.step_on_full_fabric.value());
  }
  return out;
}

}  // namespace

namespace {

Fallback published_speed(const catalog::Catalog& catalog, const SpeedQuestion& question) {
  const catalog::Entry& chip = *question.chip;
  const bool moe = question.model && question.model->find("experts");
  // A model kind that was not measured falls back to the nearest that was: 16-bit for 8-bit, dense for a mixture.
  std::vector<std::string> keys;
  const std::string wanted = (moe ? "moe_" : "dense_") + question.precision;
  for (const std::string& key : {wanted, std::string(moe ? "moe_bf16" : "dense_bf16"), std::string("dense_") + question.precision,
                                 std::string("dense_bf16")})
    if (keys.empty() || key != keys.back()) keys.push_back(key);

  if (const catalog::Entry* own = entry_for(catalog, "chip", chip.name))
    for (const std::string& key : keys)
      if (const catalog::Figure* figure = own->find(key)) {
        Fallback out = from_catalog(*own, *figure);
        if (key != wanted) out.note += (out.note.empty() ? "" : "; ") + ("stands in for " + wanted + ", which is not measured");
        return out;
      }
  const catalog::Figure* family = chip.find("family");
  for (const catalog::Entry* entry : {family ? entry_for(catalog, "family", family->text) : nullptr,
                                      &catalog.entry("training", "unmeasured")})
    if (entry)
      for (const std::string& key : keys) {
        const std::string peak = key.ends_with("fp8") ? "fp8_dense" : "bf16_dense";
        if (auto out = from_family(*entry, key, chip, peak)) {
          out->note += (out->note.empty() ? "" : "; ") + ("no measured training run on " + chip.name);
          return *out;
        }
      }
  throw Error({}, "", "the training speed of " + chip.name + " is not known: neither measured nor a peak rate",
              "give achieved = \"400 TFLOP/s\"");
}

}  // namespace

Fallback achieved_speed(const catalog::Catalog& catalog, const SpeedQuestion& question) {
  if (auto modelled = from_training_model(catalog, question)) return *modelled;
  Fallback published = published_speed(catalog, question);
  if (!question.network.empty())
    published.note += (published.note.empty() ? "" : "; ") + ("as on the networks of those runs, not on " + question.network);
  return published;
}

}  // namespace orrery::programme
