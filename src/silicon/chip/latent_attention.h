// What attention on a compressed memory of keys asks of a chip: DeepSeek's multi-head latent attention (arXiv
// 2405.04434), its sparse form with an indexer that picks keys (V3.2), the compressed forms of V4 (one key for every 4
// or 128 tokens beside a window), and block-sparse grouped-query attention (MiniMax-M3). Kernels alone, or modules with
// their projections.
#pragma once
#include "silicon/chip/tiles.h"

namespace orrery::silicon {

/// The shape of an attention layer on one rank. Widths; 0: the layer has no such part.
struct AttentionLayer {
  double hidden = 0;                        ///< of the residual stream
  double heads = 1;                         ///< query heads on this rank
  double q_rank = 0;                        ///< of the compressed queries
  double kv_rank = 0;                       ///< of the compressed keys and values
  double rope = 0, nope = 0, value = 0;     ///< of a head: rotary part, rest of a key, value
  double kv_heads = 0;                      ///< key heads on this rank, of grouped-query attention
  double index_heads = 0, index_width = 0;  ///< of the indexer
  double index_keys = 0;                    ///< keys (or compressed keys) it picks
  double index_block = 1;                   ///< keys that are picked together
  double compress = 0;                      ///< tokens behind one kept key
  double window = 0;                        ///< newest tokens that are attended to uncompressed
  double out_groups = 0, out_rank = 0;      ///< groups of heads on this rank with a low-rank output, and its rank
};

/// A pass: batch sequences, each with so many new queries after so many kept tokens.
struct AttentionPass {
  double batch = 1, queries = 1, past = 0;
  double kv_bytes = 2;  ///< of an element of kept keys
};

/// Query and key pairs of one sequence under a causal mask with at most so many keys a query (0: all).
double causal_pairs(double queries, double past, double most);

/// Attention with keys and values of every head of its own, as prompts are read.
OperatorWork latent_context(const AttentionLayer& layer, const AttentionPass& pass, const OperatorChip& chip);
/// Attention of one query a sequence on the compressed keys, absorbed into the projections.
OperatorWork latent_decode(const AttentionLayer& layer, const AttentionPass& pass, const OperatorChip& chip);
/// The products that absorb a projection into queries or results: tokens x [from, to] for every head.
OperatorWork absorbed_projection(double tokens, double heads, double from, double to, const OperatorChip& chip);

/// The whole module of latent attention. decode: one query a sequence, absorbed. indexed: an indexer picks the keys;
/// selects: it runs in this layer (layers may share a selection); dense: a short prompt takes no selection at all.
struct ModuleForm {
  bool decode = false, indexed = false, selects = true, dense = false;
};
OperatorWork latent_module(const AttentionLayer& layer, const AttentionPass& pass, const ModuleForm& form,
                           const OperatorChip& chip);
/// The module of V4's compressed attention: index_keys 0 attends to every compressed key.
OperatorWork compressed_module(const AttentionLayer& layer, const AttentionPass& pass, const OperatorChip& chip);
/// The module of block-sparse grouped-query attention.
OperatorWork block_sparse_module(const AttentionLayer& layer, const AttentionPass& pass, const OperatorChip& chip);
/// Attention of an encoder, every token to every token, heads of the given width.
OperatorWork encoder_attention(double batch, double length, double heads, double width, const OperatorChip& chip);

}  // namespace orrery::silicon
