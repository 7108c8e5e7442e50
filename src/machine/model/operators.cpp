#include "machine/model/operators.h"

#include <algorithm>

namespace orrery::model {
namespace {

using Kind = Operator::Kind;

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

}  // namespace

OperatorList layer_operators(const Architecture& a, bool moe, const Slice& s) {
  OperatorList list;
  const double h = static_cast<double>(a.hidden), t = s.tokens(), two = 2;
  const double own = s.sequence_parallel ? t / s.tp : t;  // tokens of the parts that are not split by heads or columns
  const double in = a.gated ? 2 : 1;

  list.add(move("norm", 2 * two * own * h, two * own * h));
  double q, kv, v;
  if (a.attention == Attention::latent) {
    const double heads = static_cast<double>(a.heads) / s.tp, nope = static_cast<double>(a.qk_nope_dim);
    const double rope = static_cast<double>(a.qk_rope_dim), rank = static_cast<double>(a.kv_lora_rank);
    q = heads * (nope + rope), v = heads * static_cast<double>(a.v_dim), kv = q;
    if (a.q_lora_rank > 0) {
      const double lora = static_cast<double>(a.q_lora_rank);
      list.add(product("q down", own, lora, h, two * own * h));
      list.add(move("q norm", 2 * two * own * lora, two * own * lora));
      list.add(product("q up", t, q, lora, two * own * lora));
    } else {
      list.add(product("q", t, q, h, two * own * h));
    }
    list.add(product("kv down", own, rank + rope, h, 0));
    list.add(move("kv norm", 2 * two * own * rank, two * own * rank));
    list.add(product("kv up", t, heads * (nope + static_cast<double>(a.v_dim)), rank, two * own * rank));
    list.add(move("rotary", 2 * two * t * (q + kv), two * t * (q + kv)));
  } else {
    const double dim = static_cast<double>(a.head_dim);
    q = v = static_cast<double>(a.heads) * dim / s.tp;
    kv = std::max(static_cast<double>(a.kv_heads) / s.tp, 1.0) * dim;
    list.add(product("qkv", t, q + 2 * kv, h, two * own * h));
    if (a.qk_norm) list.add(move("qk norm", 2 * two * t * (q + kv), two * t * (q + kv)));
    if (a.learned_positions == 0) list.add(move("rotary", 2 * two * t * (q + kv), two * t * (q + kv)));
  }
  Operator attention;
  attention.kind = Kind::attention;
  attention.name = "attention";
  attention.saved = two * t * (q + (a.attention == Attention::latent ? kv + v : 2 * kv) + v);
  list.add(attention);
  list.add(product("attention out", t, h, v, 0));  // its input is kept by attention
  list.add(move("residual", 3 * two * own * h));
  if (a.norms_per_layer >= 2) list.add(move("norm", 2 * two * own * h, two * own * h));
  if (a.norms_per_layer >= 4) {
    list.add(move("post norm", 2 * two * own * h, two * own * h));
    list.add(move("post norm", 2 * two * own * h, two * own * h));
  }
  if (moe) {
    const double routed = own * static_cast<double>(a.top_k), f = static_cast<double>(a.expert_hidden);
    const double local = static_cast<double>(a.experts) / s.ep;
    const double load = a.capacity_factor > 0 ? a.capacity_factor : s.ep > 1 ? s.expert_load : 1;
    Operator router = product("router", own, static_cast<double>(a.experts), h, two * own * h);
    list.add(router);
    Operator dispatch = move("dispatch", 2 * two * routed * h);
    dispatch.expert = true;
    list.add(dispatch);
    // Every rank receives what it sends when experts are balanced; the step waits for the busiest.
    const double each = load * routed / local;
    Operator up = product("experts up", each, in * f, h, two * load * routed * h);
    up.count = local, up.expert = true;
    list.add(up);
    Operator act = move("experts activation", two * load * routed * (in + 1) * f, two * load * routed * in * f);
    act.expert = true;
    list.add(act);
    if (a.expert_bias) {
      // Experts with biases and a clamped activation (gpt-oss) match no fused kernel: each bias, clamp, scale, sigmoid
      // and product reads and writes on its own, 4 x up width + 5 x width in place of (up width + width).
      Operator apart = move("experts bias and clamp", two * load * routed * ((4 * in + 5 - in - 1) * f + 2 * h));
      apart.expert = apart.unfused = true;
      list.add(apart);
    }
    Operator down = product("experts down", each, h, f, two * load * routed * f);
    down.count = local, down.expert = true;
    list.add(down);
    Operator combine = move("combine", two * (routed + own) * h, 0);
    combine.expert = true;
    list.add(combine);
    if (a.shared_hidden > 0) {
      const double g = static_cast<double>(a.shared_hidden);
      list.add(product("shared up", t, in * g / s.tp, h, 0));
      list.add(move("shared activation", two * t * (in + 1) * g / s.tp, two * t * in * g / s.tp));
      list.add(product("shared down", t, h, g / s.tp, two * t * g / s.tp));
    }
  } else {
    const double f = static_cast<double>(a.ffn_hidden) / s.tp;
    list.add(product("mlp up", t, in * f, h, two * own * h));
    list.add(move("activation", two * t * (in + 1) * f, two * t * in * f));
    list.add(product("mlp down", t, h, f, two * t * f));
  }
  list.add(move("residual", 3 * two * own * h));
  return list;
}

LayerShare layer_share(const Architecture& a, bool moe, double tp, double ep) {
  const ParameterCount c = parameters(a);
  LayerShare share;
  share.dense = c.attention / tp + c.norms;
  if (moe) {
    const double expert =
        (c.moe_mlp - c.moe_active) / static_cast<double>(std::max<std::int64_t>(a.experts - a.top_k, 1));
    const double all = a.experts > a.top_k ? expert * static_cast<double>(a.experts) : c.moe_mlp;
    share.expert = all / ep;
    share.dense +=
        static_cast<double>(a.experts * a.hidden) + (c.moe_mlp - all - static_cast<double>(a.experts * a.hidden)) / tp;
  } else {
    share.dense += c.dense_mlp / tp;
  }
  return share;
}

}  // namespace orrery::model
