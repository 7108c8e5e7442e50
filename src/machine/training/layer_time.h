// The time of one layer, forward and backward, on one accelerator, by what it is spent on.
#pragma once
#include <vector>

#include "machine/model/operators.h"
#include "machine/training/communication.h"

namespace orrery::training {

/// Seconds of one pass of one microbatch through one layer (or the head).
struct PassTime {
  double products = 0, attention = 0, elementwise = 0, tensor = 0, context = 0, expert = 0, host = 0, again = 0;
  double offload = 0;  ///< waiting for activations on their way to or from the host
  double total() const {
    return products + attention + elementwise + tensor + context + expert + host + again + offload;
  }
  PassTime& operator+=(const PassTime& o) {
    products += o.products, attention += o.attention, elementwise += o.elementwise, tensor += o.tensor;
    context += o.context, expert += o.expert, host += o.host, again += o.again;
    offload += o.offload;
    return *this;
  }
  PassTime times(double n) const {
    return {products * n, attention * n, elementwise * n, tensor * n, context * n,
            expert * n,   host * n,      again * n,       offload * n};
  }
};

struct LayerTime {
  PassTime forward, backward;  ///< backward holds recomputation in `again`
  double weight = 0;           ///< s of the backward pass that the gradients of the weights take
  /// What `offload` is of a layer that full recomputation does not cover, which keeps more: forward, backward.
  double forward_offload_whole = 0, backward_offload_whole = 0;
};

/// Bytes one microbatch leaves behind in one layer of a kind until its backward pass.
double saved_by_layer(const Job&, const Machine&, const Layout&, const model::Layer&);

/// The part of a microbatch that one accelerator works on.
model::Slice slice_of(const Job&, const Layout&);

/// Times of a layer of one kind.
LayerTime layer_time(const Job&, const Machine&, const Layout&, const model::Layer&);

/// Times of the output head with its loss; the embedding's share is in elementwise.
LayerTime head_time(const Job&, const Machine&, const Layout&);

/// The times a whole step is put together from: those of every kind of layer the model has and of the head. They depend
/// on tp, cp, ep, the micro-batch, recomputation and sequence parallelism only, so that a search shares them between
/// layouts.
struct LayerTimes {
  std::vector<LayerTime> kinds;  ///< as the model's kinds
  LayerTime head;
};
LayerTimes layer_times(const Job&, const Machine&, const Layout&);

}  // namespace orrery::training
