#include "silicon/chip/kernel_constants.h"

namespace orrery::silicon {

NamedConstants constants_of(GemmConstants& g) {
  return {{"rate", &g.rate},
          {"launch", &g.launch},
          {"tile_fixed", &g.tile_fixed},
          {"memory_share", &g.memory_share},
          {"core_memory", &g.core_memory},
          {"balance", &g.balance},
          {"split_fixed", &g.split_fixed},
          {"most_splits", &g.most_splits},
          {"overlap", &g.overlap},
          {"step", &g.step},
          {"quantise_fixed", &g.quantise_fixed},
          {"quantise_passes", &g.quantise_passes}};
}

NamedConstants constants_of(GemmRelease& r) {
  return {{"factor", &r.factor}, {"row", &r.row}};
}

NamedConstants constants_of(AttentionConstants& a) {
  return {{"rate", &a.rate},
          {"exponentials", &a.exponentials},
          {"launch", &a.launch},
          {"block_fixed", &a.block_fixed},
          {"passes", &a.passes},
          {"balance", &a.balance},
          {"window_keys", &a.window_keys}};
}

NamedConstants constants_of(DecodeKernel& k) {
  return {{"launch", &k.launch},       {"block", &k.block}, {"block_dim", &k.block_dim}, {"block_head", &k.block_head},
          {"core_rate", &k.core_rate}, {"chunk", &k.chunk}, {"fill", &k.fill},           {"most", &k.most},
          {"combine", &k.combine}};
}

NamedConstants constants_of(DecodeRelease& r) {
  return {{"heads", &r.heads}, {"share", &r.share}, {"delay", &r.delay}};
}

NamedConstants constants_of(ElementwiseConstants& e) {
  return {{"dispatch", &e.dispatch}, {"least", &e.least},           {"share", &e.share}, {"row", &e.row},
          {"medium", &e.medium},     {"medium_row", &e.medium_row}, {"wide", &e.wide},   {"wide_row", &e.wide_row}};
}

namespace {

/// The products of a name and their releases, of a chip that may or may not be changed.
template <typename Chip>
auto find_products(Chip& a, std::string_view name)
    -> std::pair<decltype(a.gemm.data()), decltype(a.gemm_releases.data())> {
  if (name == "dispatched") return {&a.dispatched_product, nullptr};
  if (name == "int8-weights") return {&a.weight_only[0], nullptr};
  if (name == "int4-weights") return {&a.weight_only[1], nullptr};
  std::size_t precision = 0;
  while (precision < precisions && precision_name(static_cast<Precision>(precision)) != name) ++precision;
  if (precision == precisions) precision = static_cast<std::size_t>(parse_precision(name));
  return {&a.gemm[precision], &a.gemm_releases[precision]};
}

}  // namespace

std::pair<GemmConstants*, std::vector<GemmRelease>*> products_called(Accelerator& a, std::string_view name) {
  return find_products(a, name);
}

std::pair<const GemmConstants*, const std::vector<GemmRelease>*> products_called(const Accelerator& a,
                                                                                 std::string_view name) {
  return find_products(a, name);
}

AttentionConstants* attention_called(Accelerator& a, std::string_view name) {
  return name == "bf16" ? &a.attention : name == "kv8" ? &a.attention_kv8 : name == "fp8" ? &a.attention_fp8 : nullptr;
}

DecodeKernel* decode_kernel_called(AttentionConstants& a, std::string_view name) {
  return name == "shared" ? &a.decode_shared : name == "single" ? &a.decode_single : nullptr;
}

}  // namespace orrery::silicon
