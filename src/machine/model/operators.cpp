#include "machine/model/operators.h"

#include <algorithm>
#include <cmath>

namespace orrery::model {
namespace {

using Kind = Operator::Kind;

constexpr double two = 2;  // bytes of an element

Operator product(const char* name, double m, double n, double k, double saved) {
  Operator o;
  o.name = name;
  o.m = m, o.n = n, o.k = k;
  o.saved = o.saved_linear = saved;
  return o;
}

Operator move(const char* name, double bytes, double saved = 0) {
  Operator o;
  o.kind = Kind::elementwise;
  o.name = name;
  o.bytes = bytes;
  o.saved = saved;
  return o;
}

/// What every part of a layer asks of its slice.
struct Part {
  OperatorList& list;
  const Architecture& model;
  const Slice& slice;
  double h, t, own;

  void norm(const char* name, double width) const { list.add(move(name, 2 * two * own * width, two * own * width)); }
};

void add_attention(const Part& p, const Mixer& x, double saved) {
  Operator o;
  o.kind = Kind::attention;
  o.name = "attention";
  o.mixer = &x;
  o.saved = saved;
  p.list.add(o);
}

/// Scores of an indexer over keys (compressed ones where it has them), and the keys it picks.
void add_index(const Part& p, const Mixer& x) {
  if (x.index_heads <= 0) return;
  const double keys = p.slice.sequence / 2 / (x.compress > 0 ? real(x.compress) : real(x.index_block));
  Operator o;
  o.kind = Kind::index;
  o.name = "indexer";
  o.mixer = &x;
  const double scored = p.slice.sequence / 2 / (x.compress > 0 ? real(x.compress) : 1);
  o.work = 2 * p.t * scored * real(x.index_heads) * real(x.index_dim);
  o.bytes = p.t * keys * (4 + 4);  // scores in fp32 are written, and read to pick from
  p.list.add(o);
}

void grouped(const Part& p, const Mixer& x) {
  const double dim = real(x.head_dim), heads = real(x.heads) / p.slice.tp;
  const double q = heads * dim, v = heads * real(x.value_dim());
  const double kv_heads = std::max(real(x.kv_heads) / p.slice.tp, 1.0);
  const double k = kv_heads * dim, values = kv_heads * real(x.value_dim());
  const double in = x.input > 0 ? real(x.input) : p.h;
  double columns = q + (x.borrows_keys ? 0 : k + (x.keys_are_values ? 0 : values));
  if (x.output_gate) columns += v;
  if (x.head_gate) columns += heads;
  if (x.crosses) {
    // Queries from the decoder's tokens, keys and values from the encoder's, which are as many.
    p.list.add(product("q", p.t, q, p.h, two * p.own * p.h));
    p.list.add(product("cross kv", p.t, k + values, p.h, 0));
  } else {
    p.list.add(product("qkv", p.t, columns, in, two * p.own * in));
  }
  if (x.index_heads > 0) p.list.add(product("index qk", p.own, (real(x.index_heads) + 1) * real(x.index_dim), p.h, 0));
  if (x.qk_norm) p.list.add(move("qk norm", 2 * two * p.t * (q + k), two * p.t * (q + k)));
  if (x.rotary) p.list.add(move("rotary", 2 * two * p.t * (q + k)));
  add_index(p, x);
  add_attention(p, x, two * p.t * (q + k + values + v));
  if (x.output_gate) p.list.add(move("gate", 3 * two * p.t * v, 2 * two * p.t * v));
  p.list.add(product("attention out", p.t, p.h, v, 0));  // its input is kept by attention
}

void latent(const Part& p, const Mixer& x) {
  const double heads = real(x.heads) / p.slice.tp, nope = real(x.qk_nope_dim), rope = real(x.qk_rope_dim);
  const double rank = real(x.kv_lora_rank), q = heads * (nope + rope), v = heads * real(x.v_dim);
  if (x.q_lora_rank > 0) {
    const double lora = real(x.q_lora_rank);
    p.list.add(product("q down", p.own, lora, p.h, two * p.own * p.h));
    p.norm("q norm", lora);
    p.list.add(product("q up", p.t, q, lora, two * p.own * lora));
  } else {
    p.list.add(product("q", p.t, q, p.h, two * p.own * p.h));
  }
  p.list.add(product("kv down", p.own, rank + rope, p.h, 0));
  p.norm("kv norm", rank);
  p.list.add(product("kv up", p.t, heads * (nope + real(x.v_dim)), rank, two * p.own * rank));
  p.list.add(move("rotary", 2 * two * p.t * 2 * q, two * (p.own * rope + p.t * heads * nope)));
  if (x.index_heads > 0) {
    const double width = real(x.index_heads) * real(x.index_dim), from = x.q_lora_rank > 0 ? real(x.q_lora_rank) : p.h;
    p.list.add(product("index q", p.own, width, from, 0));
    p.list.add(product("index k", p.own, real(x.index_dim) + real(x.index_heads), p.h, 0));
    add_index(p, x);
  }
  add_attention(p, x, two * p.t * (2 * q + 2 * v));
  if (x.output_gate) {
    p.list.add(product("gate product", p.t, v, p.h, 0));
    p.list.add(move("gate", 3 * two * p.t * v, 2 * two * p.t * v));
  }
  p.list.add(product("attention out", p.t, p.h, v, 0));
}

void compressed(const Part& p, const Mixer& x) {
  const double heads = real(x.heads) / p.slice.tp, dim = real(x.head_dim), lora = real(x.q_lora_rank);
  const double wide = x.index_heads > 0 ? 2 : 1, groups = std::max(real(x.out_groups) / p.slice.tp, 1.0);
  p.list.add(product("q down", p.own, lora, p.h, two * p.own * p.h));
  p.norm("q norm", lora);
  p.list.add(product("q up", p.t, heads * dim, lora, two * p.own * lora));
  p.list.add(product("kv", p.own, dim + (x.compress > 0 ? 2 * wide * dim : 0), p.h, 0));
  p.list.add(move("rotary", 2 * two * p.t * (heads + 1) * dim));
  if (x.compress > 0)
    p.list.add(move("compressor", two * p.own * 2 * wide * dim + two * p.own / real(x.compress) * dim,
                    two * p.own * 2 * wide * dim));
  if (x.index_heads > 0) {
    p.list.add(product("index q", p.own, real(x.index_heads) * real(x.index_dim), lora, 0));
    p.list.add(product("index k", p.own, real(x.index_heads) + 2 * wide * real(x.index_dim), p.h, 0));
    add_index(p, x);
  }
  add_attention(p, x, two * p.t * (2 * heads * dim + dim));
  // Each group of heads has its own product down to the rank, and one brings all ranks up.
  Operator down = product("out down", p.t, real(x.out_rank), heads * dim / groups, 0);
  down.count = groups;
  p.list.add(down);
  p.list.add(product("out up", p.t, p.h, groups * real(x.out_rank), two * p.t * groups * real(x.out_rank)));
}

/// Chunks of so many tokens are scanned together, as the published kernels do.
constexpr double delta_chunk = 64, state_chunk = 128;

/// Gated delta nets and Mamba: products in, a short convolution, the scan, a gated norm, the product out.
void state(const Part& p, const Mixer& x) {
  const bool delta = x.kind == Mixer::Kind::delta, selective = x.kind == Mixer::Kind::selective;
  const bool lightning = x.kind == Mixer::Kind::lightning;
  const double heads = real(x.heads) / p.slice.tp, key_heads = std::max(real(x.kv_heads) / p.slice.tp, 1.0);
  const double dim = real(x.head_dim), v = real(x.v_dim), inner = heads * v, keys = key_heads * dim;
  const double full_gate = x.output_gate || !(lightning || x.gate_rank > 0) ? inner : 0;
  // Beside queries, keys, values and the gate: what is written and what decays of each head (of each channel, with a
  // rank, below), or a step a head.
  const double a_head = lightning ? 0 : delta && x.gate_rank == 0 ? 2 : 1;
  const double in = selective ? 2 * inner : inner + full_gate + 2 * keys + a_head * heads;
  p.list.add(product("state in", p.t, in, p.h, two * p.own * p.h));
  if (x.gate_rank > 0) {
    const double rank = real(x.gate_rank), gates = x.output_gate ? 1 : 2;
    p.list.add(product("gates down", p.own, gates * rank, p.h, 0));
    p.list.add(product("gates up", p.t, keys + (gates - 1) * inner, rank, two * p.own * gates * rank));
  }
  if (selective)
    p.list.add(product("step", p.t, real(x.step_rank) + 2 * dim, inner, 0)),
        p.list.add(product("step up", p.t, inner, real(x.step_rank), two * p.t * real(x.step_rank)));
  const double mixed = inner + (selective ? 0 : 2 * keys);  // what the convolution and the scan read
  if (!lightning) p.list.add(move("convolution", 2 * two * p.t * mixed, two * p.t * mixed));
  Operator scan;
  scan.kind = Kind::scan;
  scan.name = "scan";
  const double c = delta ? delta_chunk : state_chunk, k = dim;
  // Of a head and chunk of c tokens: scores, the values they weigh, the state read and written; the delta rule also
  // solves a triangular system (silicon/chip/linear_attention). A selective state is walked element by element.
  const double chunk = 2 * c * c * k * (delta ? 2 : 1) + (delta ? 2 * c * c * (k + v) + c * c * c : 0) + 2 * c * c * v +
                       (delta ? 6 : 4) * c * k * v;
  scan.work = selective ? 7 * p.t * inner * dim : p.t / c * heads * chunk;
  scan.bytes = two * p.t * (2 * keys + 2 * inner) + (selective ? 0 : p.t / c * heads * k * v * 4 * 2);
  scan.saved = two * p.t * mixed + (selective ? 0 : p.t / c * heads * k * v * 4);
  p.list.add(scan);
  p.list.add(move("gated norm", 3 * two * p.t * inner, 2 * two * p.t * inner));
  p.list.add(product("state out", p.t, p.h, inner, two * p.t * inner));
}

void convolution(const Part& p, const Mixer& x) {
  (void)x;
  const double width = p.h / p.slice.tp;
  p.list.add(product("in", p.t, 3 * width, p.h, two * p.own * p.h));
  p.list.add(move("convolution", 4 * two * p.t * width, 3 * two * p.t * width));
  p.list.add(product("out", p.t, p.h, width, two * p.t * width));
}

void add_mixer(const Part& p, const Mixer& x) {
  switch (x.kind) {
    case Mixer::Kind::none:
      return;
    case Mixer::Kind::grouped:
      grouped(p, x);
      break;
    case Mixer::Kind::latent:
      latent(p, x);
      break;
    case Mixer::Kind::compressed:
      compressed(p, x);
      break;
    case Mixer::Kind::delta:
    case Mixer::Kind::state_space:
    case Mixer::Kind::selective:
    case Mixer::Kind::lightning:
      state(p, x);
      break;
    case Mixer::Kind::convolution:
      convolution(p, x);
      break;
  }
  p.list.add(move("residual", 3 * two * p.own * p.h));
}

void dense_mlp(const Part& p, const Mlp& mlp) {
  const double f = real(mlp.width) / p.slice.tp, in = mlp.gated ? 2 : 1;
  p.list.add(product("mlp up", p.t, in * f, p.h, two * p.own * p.h));
  p.list.add(move("activation", two * p.t * (in + 1) * f, two * p.t * in * f));
  p.list.add(product("mlp down", p.t, p.h, f, two * p.t * f));
}

void mixture(const Part& p, const Mlp& mlp) {
  const double f = real(mlp.expert_width) / p.slice.etp, in = mlp.gated ? 2 : 1;
  const double inside = mlp.latent > 0 ? real(mlp.latent) : p.h;
  const double routed = p.own * mlp.routed(), computed = expert_tokens(p.model, mlp, p.slice);
  const double local = real(mlp.experts) / p.slice.ep;
  p.list.add(product("router", p.own, real(mlp.experts + mlp.null_experts), p.h, two * p.own * p.h));
  if (mlp.latent > 0) p.list.add(product("latent down", p.own, inside, p.h, 0));
  Operator dispatch = move("dispatch", 2 * two * routed * inside);
  dispatch.expert = true;
  p.list.add(dispatch);
  // Every rank receives what it sends when experts are balanced; the step waits for the busiest.
  const double each = computed / local;
  Operator up = product("experts up", each, in * f, inside, two * computed * inside);
  up.count = local, up.expert = true;
  p.list.add(up);
  Operator act = move("experts activation", two * computed * (in + 1) * f, two * computed * in * f);
  act.expert = true;
  p.list.add(act);
  if (mlp.expert_bias) {
    // Experts with biases and a clamped activation (gpt-oss) match no fused kernel: each bias, clamp, scale, sigmoid
    // and product reads and writes on its own, 4 x up width + 5 x width in place of (up width + width).
    Operator apart = move("experts bias and clamp", two * computed * ((4 * in + 5 - in - 1) * f + 2 * inside));
    apart.expert = apart.unfused = true;
    p.list.add(apart);
  }
  Operator down = product("experts down", each, inside, f, two * computed * f);
  down.count = local, down.expert = true;
  p.list.add(down);
  Operator combine = move("combine", two * (routed + p.own) * inside, 0);
  combine.expert = true;
  p.list.add(combine);
  if (mlp.latent > 0) p.list.add(product("latent up", p.own, p.h, inside, two * p.own * inside));
  if (mlp.shared_width > 0) {
    const double g = real(mlp.shared_width) / p.slice.tp;
    p.list.add(product("shared up", p.t, in * g, p.h, 0));
    p.list.add(move("shared activation", two * p.t * (in + 1) * g, two * p.t * in * g));
    p.list.add(product("shared down", p.t, p.h, g, two * p.t * g));
  }
}

}  // namespace

double busiest_load(const Architecture& a, const Slice& s) {
  // One rank has all tokens at most.
  return a.capacity_factor > 0 ? a.capacity_factor : std::min(s.expert_load, static_cast<double>(s.ep));
}

double expert_tokens(const Architecture& a, const Mlp& mlp, const Slice& s) {
  return busiest_load(a, s) * s.own() * mlp.routed() * s.etp;
}

OperatorList layer_operators(const Architecture& a, const Layer& layer, const Slice& s) {
  OperatorList list;
  const Part p{list, a, s, real(a.hidden), s.tokens(), s.own()};
  if (a.streams > 1) {
    // Hyper-connections read and write every stream around each branch (arXiv 2512.24880).
    const double n = real(a.streams), branches = 2;
    list.add(move("streams", branches * two * p.own * p.h * (3 * n + 2), branches * two * p.own * p.h * n));
  }
  if (layer.norms >= 1) p.norm("norm", p.h);
  add_mixer(p, layer.mixer);
  add_mixer(p, layer.beside);
  if (layer.norms >= 2) p.norm("norm", p.h);
  for (int i = 2; i < layer.norms; ++i)
    list.add(move("further norm", 2 * two * p.own * p.h, i < 4 ? two * p.own * p.h : 0));
  if (layer.mlp.mixture()) mixture(p, layer.mlp);
  else if (layer.mlp.width > 0) dense_mlp(p, layer.mlp);
  if (layer.matrices > 0) list.add(product("further", p.own, layer.matrices / p.h, p.h, two * p.own * p.h));
  if (!layer.mlp.none()) list.add(move("residual", 3 * two * p.own * p.h));
  return list;
}

LayerShare layer_share(const Architecture& a, const Layer& layer, double tp, double ep, double etp) {
  const LayerParameters p = layer_parameters(a, layer);
  return {(p.mixer + p.mlp) / tp + p.whole, p.experts / (ep * etp)};
}

double key_value_width(const Mixer& x, double tp) {
  if (x.kind == Mixer::Kind::latent) return real(x.heads) / tp * real(x.qk_nope_dim + x.qk_rope_dim + x.v_dim);
  if (x.kind == Mixer::Kind::compressed) return real(x.head_dim);
  if (x.kind == Mixer::Kind::grouped) return std::max(real(x.kv_heads) / tp, 1.0) * real(x.head_dim + x.value_dim());
  return 0;
}

}  // namespace orrery::model
