// Every kind of layer against a count by hand: parameters, floating-point operations of a token, and bytes kept for the
// backward pass. The model is 10 wide and reads 3 tokens; one accelerator has it all.
#include <gtest/gtest.h>

#include "machine/model/operators.h"

using namespace orrery::model;

namespace {

Architecture model_of(const Layer& layer) {
  Architecture m;
  m.hidden = 10;
  m.vocab = 7;
  m.final_norm = false;
  set_layers(m, 1, [&](std::int64_t) { return layer; });
  check(m);
  return m;
}

Layer only(const Mixer& mixer) {
  Layer layer;
  layer.mixer = mixer;
  layer.norms = 0;
  return layer;
}

double total(const Layer& layer) {
  return layer_parameters(model_of(layer), layer).total();
}

double flops(const Layer& layer) {
  return layer_flops_per_token(model_of(layer), layer, 3, false);
}

double saved(const Layer& layer) {
  double bytes = 0;
  for (const Operator& o : layer_operators(model_of(layer), layer, {.sequence = 3})) bytes += o.saved;
  return bytes;
}

}  // namespace

TEST(LayerKinds, Grouped) {
  Mixer x;
  x.heads = 4, x.kv_heads = 2, x.head_dim = 3;
  // q 10 x 12, k and v 10 x 6 each, out 12 x 10.
  EXPECT_EQ(total(only(x)), 120 + 60 + 60 + 120);
  // Causal: a query meets (1 + 2 + 3) / 3 = 2 keys; 2 x 2 x 4 heads x (3 + 3).
  EXPECT_EQ(flops(only(x)), 2 * 360 + 2 * 2 * 4 * 6);
  // The input 10, q 12, k 6, v 6 and the result 12: 46 elements of 2 bytes, 3 tokens.
  EXPECT_EQ(saved(only(x)), 46 * 2 * 3);
  Mixer y = x;
  y.qkv_bias = y.output_bias = y.qk_norm = y.sinks = y.head_gate = y.output_gate = true;
  EXPECT_EQ(total(only(y)), 360 + (12 + 6 + 6) + 10 + (3 + 3) + 4 + 10 * 4 + 10 * 12);
  EXPECT_EQ(flops(only(y)), 2 * (360 + 40 + 120) + 96);
  y = x, y.qk_norm = y.qk_norm_wide = true;
  EXPECT_EQ(total(only(y)), 360 + 12 + 6);
  y = x, y.keys_are_values = true;
  EXPECT_EQ(total(only(y)), 300);
  y = x, y.borrows_keys = true;
  EXPECT_EQ(total(only(y)), 240);
  y = x, y.borrowed = true;
  EXPECT_EQ(total(only(y)), 0);
  EXPECT_EQ(flops(only(y)), flops(only(x)));
  y = x, y.input = 20;  // q, k and v read 20
  EXPECT_EQ(total(only(y)), 240 + 120 + 120 + 120);
  y = x, y.q_lora_rank = 5;  // 10 x 5, 5 x 12, and a norm of the rank
  EXPECT_EQ(total(only(y)), 50 + 60 + 5 + 240);
  y = x, y.window = 1;
  EXPECT_EQ(flops(only(y)), 2 * 360 + 2 * 1 * 4 * 6);
  y = x, y.causal = false;
  EXPECT_EQ(flops(only(y)), 2 * 360 + 2 * 3 * 4 * 6);
}

TEST(LayerKinds, SparseGrouped) {
  Mixer x;
  x.heads = 4, x.kv_heads = 2, x.head_dim = 3;
  x.index_heads = 2, x.index_dim = 5, x.index_keys = 1, x.index_block = 1;
  // The indexer: 2 heads of queries and one of keys, 10 x 5 each, with a norm of 5 on both.
  EXPECT_EQ(total(only(x)), 360 + 150 + 10);
  // One key is met; the indexer scores (3 + 1) / 2 keys of 5 for 2 heads.
  EXPECT_EQ(flops(only(x)), 2 * (360 + 150) + 2 * 1 * 4 * 6 + 2 * 2 * 2 * 5);
}

TEST(LayerKinds, Latent) {
  Mixer x;
  x.kind = Mixer::Kind::latent;
  x.heads = 4, x.q_lora_rank = 5, x.kv_lora_rank = 6, x.qk_nope_dim = 3, x.qk_rope_dim = 2, x.v_dim = 4;
  // q 10 x 5 and 5 x 20; kv 10 x 8 and 6 x 28; out 16 x 10; norms 5 and 6.
  EXPECT_EQ(total(only(x)), 50 + 100 + 80 + 168 + 160 + 11);
  EXPECT_EQ(flops(only(x)), 2 * 558 + 2 * 2 * 4 * (5 + 4));
  // Kept: the input 10; before and behind q's norm 5 + 5; before and behind kv's 6 + 6; the rotated part 2 and the
  // keys' rest 12; attention 2 x 20 + 2 x 16.
  EXPECT_EQ(saved(only(x)), (10 + 10 + 12 + 14 + 72) * 2 * 3);
  Mixer gated = x;
  gated.output_gate = true;
  EXPECT_EQ(total(only(gated)), total(only(x)) + 10 * 16);
  EXPECT_EQ(flops(only(gated)), flops(only(x)) + 2 * 160);
  Mixer sparse = x;
  sparse.index_heads = 2, sparse.index_dim = 4, sparse.index_keys = 1;
  // Queries 5 x 8, keys 10 x 4, weights 10 x 2, a norm with a bias.
  EXPECT_EQ(total(only(sparse)), total(only(x)) + 40 + 40 + 20 + 8);
  // A layer that takes another's choice has no indexer, but meets as few keys.
  Mixer shared = x;
  shared.index_keys = 1;
  EXPECT_EQ(total(only(shared)), total(only(x)));
  EXPECT_EQ(flops(only(shared)), 2 * 558 + 2 * 1 * 4 * 9);
}

TEST(LayerKinds, Compressed) {
  Mixer x;
  x.kind = Mixer::Kind::compressed;
  x.heads = 4, x.kv_heads = 1, x.head_dim = 5, x.q_lora_rank = 3, x.out_groups = 2, x.out_rank = 6, x.window = 2;
  // q 10 x 3 and 3 x 20, one key 10 x 5, out 20 x 6 in groups and 12 x 10; norms 3 and 5.
  EXPECT_EQ(total(only(x)), 30 + 60 + 50 + 120 + 120 + 8);
  // A window of 2 in 3 tokens: (1 + 2 + 2) / 3 keys.
  EXPECT_DOUBLE_EQ(flops(only(x)), 2 * 380 + 2 * (5.0 / 3) * 4 * 10);
  Mixer far = x;
  far.compress = 3;
  // The compressor: two products 10 x 5, a place a token 3 x 5, a norm 5; half a key more.
  EXPECT_EQ(total(only(far)), total(only(x)) + 100 + 15 + 5);
  EXPECT_DOUBLE_EQ(flops(only(far)), flops(only(x)) + 2 * 100 + 2 * 0.5 * 4 * 10);
  Mixer near = far;
  near.index_heads = 2, near.index_dim = 4, near.index_keys = 9;
  // Twice as wide; the indexer's queries 3 x 8, weights 10 x 2, its own compressor 4 x 10 x 4, 3 x 8 and 4.
  EXPECT_EQ(total(only(near)), total(only(x)) + 200 + 30 + 5 + 24 + 20 + 160 + 24 + 4);
}

TEST(LayerKinds, DeltaNet) {
  Mixer x;
  x.kind = Mixer::Kind::delta;
  x.heads = 4, x.kv_heads = 2, x.head_dim = 3, x.v_dim = 5, x.taps = 4;
  // q and k 10 x 6, v and the gate 10 x 20, out 20 x 10, two numbers a head 10 x 4 each; convolution 4 x 32, two
  // constants a head, a norm of 5.
  EXPECT_EQ(total(only(x)), 60 + 60 + 200 + 200 + 200 + 80 + 128 + 8 + 5);
  EXPECT_EQ(flops(only(x)), 2 * 800 + 7 * 4 * 3 * 5);
  // Kept: the input 10, what the convolution reads 32 and the scan 32, states of a chunk of 64 tokens 4 x 15 of 4
  // bytes, the gated norm 2 x 20, the last product's input 20.
  EXPECT_DOUBLE_EQ(saved(only(x)), (10 + 32 + 32 + 40 + 20) * 2 * 3 + 3.0 / 64 * 60 * 4);
  Mixer kimi = x;
  kimi.kv_heads = 4, kimi.gate_rank = 3;
  // q and k 10 x 12; gates 10 x 3 twice, 3 x 12 and 3 x 20; a number a head 10 x 4; 4 x 44 taps, a bias a channel 12, a
  // constant a head, the norm.
  EXPECT_EQ(total(only(kimi)), 240 + 200 + 200 + 60 + 36 + 60 + 40 + 176 + 12 + 4 + 5);
  kimi.output_gate = true;  // full in place of the low-rank one
  EXPECT_EQ(total(only(kimi)), 240 + 200 + 200 + 200 + 30 + 36 + 40 + 176 + 12 + 4 + 5);
}

TEST(LayerKinds, StatesOfMamba) {
  Mixer x;
  x.kind = Mixer::Kind::state_space;
  x.heads = 4, x.kv_heads = 2, x.head_dim = 3, x.v_dim = 5, x.taps = 4, x.taps_bias = true;
  // In: twice 20, two groups of 3 for both sides, a step a head; out 20 x 10; 5 x 32 taps, 3 a head, a norm of 20.
  EXPECT_EQ(total(only(x)), 10 * (40 + 12 + 4) + 200 + 160 + 12 + 20);
  EXPECT_EQ(flops(only(x)), 2 * 760 + 7 * 4 * 3 * 5);
  x.state_norm = false;
  EXPECT_EQ(total(only(x)), 560 + 200 + 160 + 12);
  Mixer y;
  y.kind = Mixer::Kind::selective;
  y.heads = 20, y.kv_heads = 1, y.head_dim = 3, y.v_dim = 1, y.taps = 4, y.taps_bias = true, y.step_rank = 2;
  // In 10 x 40, step and both sides 20 x 8, the step 2 x 20, out; 5 x 20 taps, a matrix 20 x 3 and two of 20.
  EXPECT_EQ(total(only(y)), 400 + 160 + 40 + 200 + 100 + 60 + 40);
  EXPECT_EQ(flops(only(y)), 2 * 800 + 7 * 20 * 3);
  // Kept: the input 10, the step's rank 2, the convolution's and the scan's 20, the gated norm 40, the last input 20.
  EXPECT_EQ(saved(only(y)), (10 + 2 + 20 + 20 + 40 + 20) * 2 * 3);
  y.state_parts_norm = true;
  EXPECT_EQ(total(only(y)), 1000 + 2 + 6);
}

TEST(LayerKinds, LightningAndConvolution) {
  Mixer x;
  x.kind = Mixer::Kind::lightning;
  x.heads = 4, x.kv_heads = 4, x.head_dim = 3, x.v_dim = 3, x.output_gate = true;
  // q, k, v and the gate 10 x 12, out 12 x 10, a norm of 12.
  EXPECT_EQ(total(only(x)), 480 + 120 + 12);
  EXPECT_EQ(flops(only(x)), 2 * 600 + 7 * 4 * 3 * 3);
  Mixer y;
  y.kind = Mixer::Kind::convolution;
  y.heads = y.kv_heads = 1, y.head_dim = 10, y.taps = 3;
  // In 10 x 30, out 10 x 10, 3 taps a channel.
  EXPECT_EQ(total(only(y)), 300 + 100 + 30);
  EXPECT_EQ(flops(only(y)), 2 * 400);
  EXPECT_EQ(saved(only(y)), (10 + 30 + 10) * 2 * 3);
}

TEST(LayerKinds, MlpsAndMixtures) {
  Layer layer = only({Mixer::Kind::none});
  layer.mlp.width = 6;
  EXPECT_EQ(total(layer), 3 * 60);
  EXPECT_EQ(flops(layer), 2 * 180);
  EXPECT_EQ(saved(layer), (10 + 12 + 6) * 2 * 3);
  layer.mlp.gated = false, layer.mlp.bias = true;
  EXPECT_EQ(total(layer), 120 + 6 + 10);
  Mlp mixture;
  mixture.experts = 4, mixture.top_k = 2, mixture.expert_width = 6;
  layer.mlp = mixture;
  EXPECT_EQ(total(layer), 4 * 180 + 40);
  EXPECT_EQ(flops(layer), 2 * (2 * 180 + 40));
  EXPECT_EQ(layer_parameters(model_of(layer), layer).active, 2 * 180 + 40);
  // Kept: the router's input 10; of two experts a token, inputs 10, both halves 12, the product 6.
  EXPECT_EQ(saved(layer), (10 + 2 * (10 + 12 + 6)) * 2 * 3);
  layer.mlp.null_experts = 4;  // half the choices compute nothing
  EXPECT_EQ(total(layer), 4 * 180 + 80);
  EXPECT_EQ(flops(layer), 2 * (180 + 80));
  layer.mlp = mixture;
  layer.mlp.shared_experts = 1, layer.mlp.shared_width = 5, layer.mlp.shared_gate = true, layer.mlp.router_bias = true;
  EXPECT_EQ(total(layer), 4 * 180 + 40 + 150 + 10 + 4);
  layer.mlp = mixture;
  layer.mlp.latent = 3, layer.mlp.latent_norm = true;  // 10 x 3 down and up, experts 3 wide
  EXPECT_EQ(total(layer), 4 * 3 * 3 * 6 + 40 + 60 + 3);
  EXPECT_EQ(flops(layer), 2 * (2 * 54 + 40 + 60));
  layer.mlp = mixture;
  layer.mlp.borrowed = true;
  EXPECT_EQ(total(layer), 0);
}

TEST(LayerKinds, SecondMixersAndWhatIsBeside) {
  Layer layer;
  layer.mixer.heads = layer.mixer.kv_heads = 2, layer.mixer.head_dim = 5;
  layer.beside = layer.mixer;
  layer.beside.crosses = true, layer.beside.causal = false;
  layer.mlp.width = 6;
  layer.norms = 3, layer.matrices = 40, layer.other = 7, layer.idle = 9;
  EXPECT_EQ(total(layer), 400 + 400 + 180 + 30 + 40 + 7 + 9);
  EXPECT_EQ(layer_parameters(model_of(layer), layer).active, 400 + 400 + 180 + 30 + 40 + 7);
  // The second attends to all 3 tokens of the encoder.
  EXPECT_EQ(flops(layer), 2 * (400 + 400 + 180 + 40) + 2 * 2 * 2 * 10 + 2 * 3 * 2 * 10);
}
