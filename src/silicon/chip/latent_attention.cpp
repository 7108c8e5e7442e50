#include "silicon/chip/latent_attention.h"

#include <algorithm>
#include <cmath>

namespace orrery::silicon {
namespace {

constexpr double block = 128;  // queries and keys that attention kernels take at once

/// Adds attention of heads over pairs of whole blocks: widths are those of the two products together.
void add_attention(PartWork& part, const OperatorChip& chip, double peak, double batch, double heads, double queries,
                   double pairs, double widths) {
  const double blocks = batch * heads * std::ceil(queries / block);
  const double keys = pairs / queries;  // that a query sees, on average
  const double rows = std::max(queries, 64.0), waves = waves_of(blocks, chip.cores);
  part.compute += waves * 2 * (batch * heads * rows * keys * widths) / blocks / (peak / chip.cores);
  part.steps += waves * std::ceil(keys / block);
}

/// Adds decoding on keys shared by all heads of a sequence, split over idle cores.
void add_decode(PartWork& part, const OperatorChip& chip, double peak, double batch, double heads, double keys,
                double widths, double bytes) {
  const double groups = batch * std::ceil(heads / 64);
  const double split = std::clamp(chip.cores / groups, 1.0, std::max(1.0, keys / block));
  const double waves = waves_of(groups * split, chip.cores);
  const double rows = std::ceil(heads / 64) * 64;
  part.compute += waves * chip.cores / (groups * split) * 2 * batch * rows * std::max(keys, 64.0) * widths / peak;
  part.memory += bytes / chip.memory;
  part.steps += waves * std::ceil(keys / split / block);
}

/// Traffic of elementwise passes over activations: bytes in all.
void add_traffic(OperatorWork& work, const OperatorChip& chip, double bytes) {
  work[OperatorPart::traffic].memory += bytes / chip.memory;
}

}  // namespace

double causal_pairs(double queries, double past, double most) {
  if (most <= 0) return queries * past + queries * (queries + 1) / 2;
  const double rising = std::clamp(most - past, 0.0, queries);  // queries that see fewer than most keys
  return rising * past + rising * (rising + 1) / 2 + (queries - rising) * most;
}

OperatorWork latent_context(const AttentionLayer& l, const AttentionPass& p, const OperatorChip& chip) {
  OperatorWork work;
  PartWork& part = work[OperatorPart::attention];
  const double widths = l.nope + l.rope + l.value, keys = p.past + p.queries;
  const double whole = causal_pairs(p.queries, p.past, 0) + p.queries * std::min(p.queries, block) / 2;
  add_attention(part, chip, chip.peak, p.batch, l.heads, p.queries, whole, widths);
  part.memory = p.batch * l.heads * widths * (p.queries + keys) * 2 / chip.memory;
  add_traffic(work, chip, p.batch * (p.queries * l.heads * (l.nope + l.rope) * 2 + keys * (l.kv_rank + l.rope) * 2));
  return work;
}

OperatorWork latent_decode(const AttentionLayer& l, const AttentionPass& p, const OperatorChip& chip) {
  OperatorWork work;
  const double keys = p.past + p.queries, widths = 2 * l.kv_rank + l.rope;
  add_decode(work[OperatorPart::attention], chip, chip.peak, p.batch, l.heads, keys, widths,
             p.batch * keys * (l.kv_rank + l.rope) * p.kv_bytes);
  add_traffic(work, chip, p.batch * l.heads * widths * 2);
  return work;
}

OperatorWork absorbed_projection(double tokens, double heads, double from, double to, const OperatorChip& chip) {
  OperatorWork work;
  add_product(work[OperatorPart::products], chip, chip.peak, tokens, to, from, heads, chip.weight_bytes, chip.in_bytes);
  if (chip.in_bytes < 2) add_traffic(work, chip, tokens * heads * from * (2 + chip.in_bytes));
  return work;
}

OperatorWork latent_module(const AttentionLayer& l, const AttentionPass& p, const ModuleForm& form,
                           const OperatorChip& chip) {
  OperatorWork work;
  const double tokens = p.batch * p.queries, keys = p.past + p.queries;
  PartWork& products = work[OperatorPart::products];
  const auto project = [&](double n, double k) {
    add_product(products, chip, chip.peak, tokens, n, k, 1, chip.weight_bytes, chip.in_bytes);
  };
  project(l.q_rank + l.kv_rank + l.rope, l.hidden);
  project(l.heads * (l.nope + l.rope), l.q_rank);
  project(l.hidden, l.heads * l.value);
  PartWork& part = work[OperatorPart::attention];
  const bool absorbed = form.decode || (form.indexed && !form.dense);
  if (absorbed) {
    add_product(products, chip, chip.peak_16, tokens, l.kv_rank, l.nope, l.heads, 2, 2);
    add_product(products, chip, chip.peak_16, tokens, l.value, l.kv_rank, l.heads, 2, 2);
    const double widths = 2 * l.kv_rank + l.rope;
    const double most = form.indexed ? l.index_keys : 0;
    const double seen = causal_pairs(p.queries, p.past, most) / p.queries;
    if (form.decode || form.indexed) {
      const double read = form.decode ? p.batch * seen : std::min(tokens * seen, p.batch * keys * 4);
      add_decode(part, chip, chip.peak_16, tokens, l.heads, seen, widths, read * (l.kv_rank + l.rope) * p.kv_bytes);
    }
    add_traffic(work, chip, tokens * l.heads * widths * 2);
  } else {
    project(l.heads * (l.nope + l.value), l.kv_rank);
    const double widths = l.nope + l.rope + l.value;
    const double whole = causal_pairs(p.queries, p.past, 0) + p.queries * std::min(p.queries, block) / 2;
    add_attention(part, chip, chip.peak_16, p.batch, l.heads, p.queries, whole, widths);
    part.memory += p.batch * l.heads * widths * (p.queries + keys) * 2 / chip.memory;
    add_traffic(work, chip, p.batch * keys * l.heads * (2 * l.nope + l.value) * 2);
  }
  if (form.indexed && form.selects) {
    project(l.index_width + l.index_heads, l.hidden);
    project(l.index_heads * l.index_width, l.q_rank);
    PartWork& pick = work[OperatorPart::selection];
    const double pairs = p.batch * causal_pairs(p.queries, p.past, 0);
    pick.compute += 2 * pairs * l.index_heads * l.index_width / chip.peak_8;
    pick.memory += (pairs * 12 + p.batch * keys * l.index_width) / chip.memory;
    pick.steps += waves_of(tokens, chip.cores) * std::ceil(keys / 1024);
  }
  add_traffic(
      work, chip,
      tokens * (l.hidden * 6 + (l.q_rank + l.kv_rank + l.rope) * 6 + l.heads * (l.nope + l.rope + l.value) * 4));
  return work;
}

OperatorWork compressed_module(const AttentionLayer& l, const AttentionPass& p, const OperatorChip& chip) {
  OperatorWork work;
  const double tokens = p.batch * p.queries, keys = p.past + p.queries, width = l.kv_rank;
  PartWork& products = work[OperatorPart::products];
  const auto project = [&](double n, double k, double batch = 1) {
    add_product(products, chip, chip.peak, tokens, n, k, batch, chip.weight_bytes, chip.in_bytes);
  };
  const double overlap = l.index_keys > 0 ? 2 : 1;  // short spans overlap their neighbours
  project(l.q_rank + width, l.hidden);
  project(l.heads * width, l.q_rank);
  add_product(products, chip, chip.peak_16, tokens, 2 * overlap * width, l.hidden, 1, 2, 2);
  if (l.out_groups > 0) {
    add_product(products, chip, chip.peak_16, tokens, l.out_rank, l.heads * width / l.out_groups, l.out_groups, 2, 2);
    project(l.hidden, l.out_groups * l.out_rank);
  } else {
    project(l.hidden, l.heads * width);
  }
  PartWork& part = work[OperatorPart::attention];
  const double near = causal_pairs(p.queries, p.past, l.window) / p.queries;
  const double kept = causal_pairs(p.queries, p.past, 0) / p.queries / l.compress;
  const double far = l.index_keys > 0 ? std::min(kept, l.index_keys) : kept;
  const double read = std::min(tokens * (near + far), p.batch * (keys / l.compress + p.queries + l.window) * 4);
  add_decode(part, chip, chip.peak_16, tokens, l.heads, near + far, 2 * width, read * width * p.kv_bytes);
  if (l.index_keys > 0) {
    project(l.index_heads * l.index_width, l.q_rank);
    add_product(products, chip, chip.peak_16, tokens, 4 * l.index_width + l.index_heads, l.hidden, 1, 2, 2);
    PartWork& pick = work[OperatorPart::selection];
    const double pairs = tokens * kept;
    pick.compute += 2 * pairs * l.index_heads * l.index_width / chip.peak_8;
    pick.memory += (pairs * 12 + p.batch * keys / l.compress * l.index_width) / chip.memory;
    pick.steps += waves_of(tokens, chip.cores) * std::ceil(keys / l.compress / 1024);
  }
  add_traffic(work, chip, tokens * (l.hidden * 6 + l.q_rank * 6 + l.heads * width * 10));
  return work;
}

OperatorWork block_sparse_module(const AttentionLayer& l, const AttentionPass& p, const OperatorChip& chip) {
  OperatorWork work;
  const double tokens = p.batch * p.queries, keys = p.past + p.queries, width = l.value;
  PartWork& products = work[OperatorPart::products];
  const auto project = [&](double n, double k) {
    add_product(products, chip, chip.peak, tokens, n, k, 1, chip.weight_bytes, chip.in_bytes);
  };
  project((l.heads + 2 * l.kv_heads) * width + (l.index_heads + 1) * l.index_width, l.hidden);
  project(l.hidden, l.heads * width);
  PartWork& part = work[OperatorPart::attention];
  const double seen = causal_pairs(p.queries, p.past, l.index_keys + l.index_block) / p.queries;
  const double read = p.queries > 1 ? std::min(tokens * seen, p.batch * keys * 4) : tokens * seen;
  add_decode(part, chip, chip.peak_16, tokens * l.kv_heads, l.heads / l.kv_heads, seen, 2 * width,
             read * l.kv_heads * 2 * width * p.kv_bytes);
  PartWork& pick = work[OperatorPart::selection];
  const double pairs = p.batch * causal_pairs(p.queries, p.past, 0);
  pick.compute += 2 * pairs * l.index_heads * l.index_width / chip.peak_16;
  pick.memory += (pairs * l.index_heads / l.index_block * 12 + p.batch * keys * l.index_width * 2) / chip.memory;
  pick.steps += waves_of(tokens * l.index_heads, chip.cores) * std::ceil(keys / 1024);
  add_traffic(work, chip, tokens * (l.hidden * 4 + (l.heads + 2 * l.kv_heads) * width * 8));
  return work;
}

OperatorWork encoder_attention(double batch, double length, double heads, double width, const OperatorChip& chip) {
  OperatorWork work;
  PartWork& part = work[OperatorPart::attention];
  const double padded = std::ceil(width / 32) * 32, keys = std::ceil(length / 64) * 64;
  add_attention(part, chip, chip.peak_16, batch, heads, length, length * keys, 2 * padded);
  part.memory = batch * heads * length * width * 4 * 2 / chip.memory;
  return work;
}

}  // namespace orrery::silicon
