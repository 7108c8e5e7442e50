#include "silicon/chip/accelerator.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numeric>

#include "base/text.h"
#include "catalog/likeness.h"
#include "silicon/chip/kernel_constants.h"

namespace orrery::silicon {
namespace {

using catalog::Catalog;
using catalog::Entry;

/// Puts the figures that an entry has into their places.
void fill(const Entry& entry, const NamedConstants& figures) {
  for (const auto& [key, into] : figures) *into = entry.number(key, *into);
}

[[noreturn]] void refuse_part(const Entry& part, const std::string& name, const std::vector<std::string>& known) {
  throw Error(part.place, name + '.' + part.kind + '.' + part.name, "is not known to the kernel model",
              suggest(part.name, known, "see `orrery show --schema kernels`"));
}

void read_gemm(const Entry& part, GemmConstants& g, std::vector<GemmRelease>* releases) {
  fill(part, constants_of(g));
  if (!releases) return;
  releases->clear();
  for (const Entry& inner : part.parts) {
    GemmRelease& release = releases->emplace_back();
    release.name = inner.name;
    fill(inner, constants_of(release));
  }
}

void read_decode(const Entry& part, const std::string& name, AttentionConstants& a) {
  fill(part, {{"least", &a.decode_least}});
  fill(part, constants_of(a.decode));
  a.decode_releases.clear();
  for (const Entry& inner : part.parts)
    if (inner.kind == "release") {
      DecodeRelease& release = a.decode_releases.emplace_back(a.decode);
      release.name = inner.name;
      fill(inner, constants_of(release));
    } else {
      DecodeKernel* kernel = decode_kernel_called(a, inner.name);
      if (!kernel) refuse_part(inner, name, {"shared", "single"});
      fill(inner, constants_of(*kernel));
    }
}

/// Where the constants of a part belong, and how they are read.
void read_part(const Entry& part, Accelerator& a) {
  if (part.kind == "gemm") {
    const auto [products, releases] = at(part.place, a.name + ".gemm", [&] { return products_called(a, part.name); });
    return read_gemm(part, *products, releases);
  }
  if (part.kind == "dispatched") return fill(part, constants_of(a.dispatched[part.name] = {}));
  AttentionConstants* attention = attention_called(a, part.name);
  if (!attention) refuse_part(part, a.name, {"bf16", "kv8", "fp8"});
  if (part.kind == "attention") fill(part, constants_of(*attention));
  else read_decode(part, a.name, *attention);
}

void read_datasheet(const Entry& chip, Accelerator& a) {
  a.name = chip.name, a.title = chip.title, a.aliases = chip.aliases;
  a.peak.fill(0), a.exponentials = 0, a.waiting_power = 0;
  double domain = a.domain;
  fill(chip, {{"bf16_dense", &a.peak[0]},
              {"fp8_dense", &a.peak[1]},
              {"fp8_dense", &a.peak[2]},
              {"fp4_dense", &a.peak[3]},
              {"int8_dense", &a.peak[4]},
              {"tf32_dense", &a.peak[5]},
              {"fp32", &a.peak[6]},
              {"hbm", &a.memory},
              {"hbm_bandwidth", &a.memory_bandwidth},
              {"cores", &a.cores},
              {"tdp", &a.tdp},
              {"waiting_power", &a.waiting_power},
              {"exponentials", &a.exponentials},
              {"scaleup_domain", &domain}});
  a.domain = static_cast<int>(domain);
  fill(chip, {{"hbm_offered", &a.memory}});
}

void read_host(const Catalog& catalog, const Entry& chip, Accelerator& a) {
  const Entry* host = catalog.find("hosts", chip.name);
  if (const catalog::Figure* generation = chip.find("generation")) {
    a.generation = generation->text;
    if (!host) host = catalog.find("hosts", a.generation);
  }
  if (!host) return;
  a.host_link = host->number("link"), a.host_memory = host->number("memory");
  a.host_bandwidth = host->number("coherent");
  a.host_capacity = host->number("capacity", a.host_capacity);
}

/// What one core does scales with its size, and the products of a format with the peak of that format; what a wave
/// costs once, with how many waves there are. A format that the parent does not have runs as its bf16 does.
void scale_from(const Accelerator& parent, Accelerator& a) {
  const double fast = a.peak[0] / parent.peak[0], more = a.cores / parent.cores;
  const auto scale = [&](GemmConstants& g, double faster) {
    g.core_memory *= faster / more, g.step /= faster / more, g.tile_fixed *= std::min(more, 1.0);
  };
  for (std::size_t p = 0; p < precisions; ++p) {
    const bool both = parent.peak[p] > 0 && a.peak[p] > 0;
    if (!both && a.peak[p] > 0) a.gemm[p] = parent.gemm[0];
    scale(a.gemm[p], both ? a.peak[p] / parent.peak[p] : fast);
  }
  for (GemmConstants& g : a.weight_only) scale(g, fast);
  const bool both = parent.exponentials > 0 && a.exponentials > 0;
  a.attention.exponentials *= both ? a.exponentials / parent.exponentials : fast;
  a.attention.block_fixed *= std::min(more, 1.0);
}

/// The chip of some constants; other is the accelerator that it is like, null where the constants are all its own.
Accelerator read_accelerator(const Catalog& catalog, const Entry& kernels, const Accelerator* other) {
  const Entry& chip = catalog.entry("chips", kernels.name, kernels.place, "kernels." + kernels.name);
  if (chip.name != kernels.name)
    throw Error(kernels.place, kernels.name, "are constants under another name of " + chip.name,
                "call them [" + chip.name + "]");
  for (const char* key : {"bf16_dense", "hbm", "hbm_bandwidth"})
    if (chip.number(key) <= 0)
      throw Error(kernels.place, kernels.name, std::string("are constants of a chip without ") + key,
                  std::string("add ") + key + " to the chip at " + chip.place.text());
  Accelerator a = other ? *other : Accelerator{};
  read_datasheet(chip, a);
  read_host(catalog, chip, a);
  fill(kernels, {{"band", &a.band},
                 {"sustained", &a.sustained},
                 {"sustained_low", &a.sustained_low},
                 {"pace", &a.pace},
                 {"refresh", &a.refresh},
                 {"unaligned", &a.unaligned},
                 {"host", &a.host},
                 {"attention_backward", &a.attention_backward},
                 {"idle_share", &a.idle_share}});
  if (const catalog::Figure* figure = kernels.find("asynchronous")) a.asynchronous = figure->boolean;
  for (const Entry& part : kernels.parts) read_part(part, a);
  a.measured = !kernels.figures.empty() && kernels.figures.front().provenance.basis == catalog::Basis::derived;
  if (other) scale_from(*other, a);
  // Where a long run was measured, what is fitted on it holds.
  const auto says = [&](const char* key) { return kernels.find(key) != nullptr; };
  a.trained = says("sustained") || says("sustained_low");
  if (other && !says("pace")) a.pace *= pace_of_refresh(*other, a);
  put_on_datasheet(a);
  return a;
}

}  // namespace

void put_on_datasheet(Accelerator& a) {
  // Wider formats were not measured: they run as bf16 products at their own peak.
  for (const Precision wide : {Precision::tf32, Precision::fp32}) a.gemm[static_cast<std::size_t>(wide)] = a.gemm[0];
  for (std::size_t p = 0; p < precisions; ++p) {
    a.gemm[p].peak = a.peak[p];
    a.gemm[p].in_bytes = operand_bytes[p];
  }
  for (GemmConstants* g : {&a.weight_only[0], &a.weight_only[1], &a.dispatched_product}) g->peak = a.peak[0];
  a.weight_only[0].weight_bytes = 1;
  a.weight_only[1].weight_bytes = 0.5;
  const auto of_chip = [&](auto& constants) { constants.cores = a.cores, constants.memory = a.memory_bandwidth; };
  for (GemmConstants& g : a.gemm) of_chip(g);
  for (GemmConstants* g : {&a.weight_only[0], &a.weight_only[1], &a.dispatched_product}) of_chip(*g);
  for (AttentionConstants* t : {&a.attention, &a.attention_kv8, &a.attention_fp8}) {
    t->peak = t == &a.attention_fp8 && a.peak[1] > 0 ? a.peak[1] : a.peak[0];
    of_chip(*t);
    if (t != &a.attention) t->kv_bytes = 1;
  }
}

void require_precision(const Accelerator& chip, Precision precision) {
  if (chip.peak[static_cast<std::size_t>(precision)] > 0) return;
  std::string has;
  for (std::size_t p = 0; p < precisions; ++p)
    if (chip.peak[p] > 0) has += (has.empty() ? "" : ", ") + std::string(precision_name(static_cast<Precision>(p)));
  throw Error({}, "precision", chip.name + " has no " + std::string(precision_name(precision)) + " products",
              "it has " + has);
}

Accelerator datasheet_of(const Catalog& catalog, const Entry& chip) {
  Accelerator a;
  read_datasheet(chip, a);
  read_host(catalog, chip, a);
  return a;
}

double waiting_power(double tdp, double idle_share) {
  return tdp * (idle_share + 0.25 * (1 - idle_share));
}

double waiting_power(const Accelerator& chip) {
  return chip.waiting_power > 0 ? chip.waiting_power : waiting_power(chip.tdp, chip.idle_share);
}

double pace_of_refresh(const Accelerator& parent, const Accelerator& a) {
  const bool refresh = a.generation == parent.generation && a.cores == parent.cores &&
                       std::abs(a.peak[0] / parent.peak[0] - 1) <= 0.02 && a.tdp > 0 && parent.tdp > 0;
  return refresh ? std::pow(a.tdp / parent.tdp, parent.refresh) : 1;
}

std::vector<Accelerator> read_accelerators(const Catalog& catalog) {
  return catalog::read_by_likeness<Accelerator>(
      catalog, "kernels",
      [&](const Entry& kernels, const Accelerator* other) { return read_accelerator(catalog, kernels, other); });
}

Accelerator as_relative(const Accelerator& of, const Accelerator& chip) {
  Accelerator a = of;
  a.name = chip.name, a.title = chip.title, a.aliases = chip.aliases, a.generation = chip.generation;
  a.peak = chip.peak, a.exponentials = chip.exponentials, a.cores = chip.cores, a.tdp = chip.tdp;
  a.waiting_power = chip.waiting_power;
  a.memory = chip.memory, a.memory_bandwidth = chip.memory_bandwidth;
  a.measured = a.trained = false;
  scale_from(of, a);
  put_on_datasheet(a);
  return a;
}

std::vector<std::string> words_of(std::string_view printed) {
  std::vector<std::string> words(1);
  for (const char c : lower_case(printed.substr(0, 200)))  // no device has a longer name
    if (std::isalnum(static_cast<unsigned char>(c))) words.back() += c;
    else if (!words.back().empty()) words.emplace_back();
  if (words.back().empty()) words.pop_back();
  return words;
}

std::pair<std::size_t, std::size_t> match_name(std::string_view name, const std::vector<std::string>& printed) {
  const std::vector<std::string> words = words_of(name);
  const std::string whole = std::accumulate(words.begin(), words.end(), std::string());
  bool found = std::all_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::find(printed.begin(), printed.end(), word) != printed.end();
  });
  for (std::size_t first = 0; !found && first < printed.size(); ++first) {
    std::string run;
    for (std::size_t w = first; w < printed.size() && run.size() < whole.size(); ++w) run += printed[w];
    found = run == whole;
  }
  if (!found || whole.empty()) return {0, 0};
  std::size_t memory = 0;
  for (const std::string& word : words) {
    const std::size_t digits = word.find_first_not_of("0123456789");
    if (digits != 0 && digits != std::string::npos && word.substr(digits) == "gb") memory += word.size();
  }
  return {whole.size() - memory, whole.size()};
}

const Entry* recognise_chip(const Catalog& catalog, std::string_view printed) {
  const std::vector<std::string> words = words_of(printed);
  const Entry* best = nullptr;
  std::pair<std::size_t, std::size_t> most{0, 0};
  const auto offer = [&](const Entry& chip, const std::string& name) {
    if (const auto score = match_name(name, words); score > most) best = &chip, most = score;
  };
  for (const Entry& chip : catalog.entries("chips")) {
    offer(chip, chip.name);
    for (const std::string& alias : chip.aliases) offer(chip, alias);
  }
  return best;
}

}  // namespace orrery::silicon
