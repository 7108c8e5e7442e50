#include "programme/speed.h"

#include <vector>

namespace orrery::programme {
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

}  // namespace

Fallback achieved_speed(const catalog::Catalog& catalog, const SpeedQuestion& question) {
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

}  // namespace orrery::programme
