// The one way to ask the training model: a job in plain values becomes a Job on a Machine, and one default search
// answers it. `orrery run`, train and plan all come through here, so that the same question has one step time.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "catalog/catalog.h"
#include "machine/training/search.h"

namespace orrery::training {

/// A training job in plain values. Zero and empty text: as the accelerator, the framework or the model has it.
struct Question {
  model::Architecture model;
  Task task = Task::pretrain;
  Precision precision = Precision::bf16;
  double sequence = 8192;   ///< tokens of a sequence
  double batch = 1024;      ///< sequences of a step
  double document = 0;      ///< tokens of the documents packed into a sequence; 0: one document
  double expert_load = 1;   ///< tokens of the busiest expert-parallel rank over the even share
  double capacity = 0;      ///< tokens an expert computes over the even share; 0: as the model, else dropless
  std::string accelerator;  ///< by name or alias
  double accelerators = 0;
  std::string framework;         ///< and release, as people print it
  double software_age = 0;       ///< s by which the software is later than that generation
  std::string optimizer;         ///< of the catalog; empty: adamw
  std::string loss;              ///< of the catalog
  std::optional<bool> compiled;  ///< PyTorch's layers are
  int domain = 0;           ///< accelerators of one scale-up domain; beside a network at most the accelerator's own
  double nic = 0;           ///< B/s per accelerator between domains
  std::string network;      ///< of the catalog, between domains; empty: one that binds by its cards alone
  double network_size = 0;  ///< accelerators that the network joins; 0: the job's
  double failed = 0;        ///< share of the network's links between switches that are down
  std::uint64_t seed = 1;   ///< of the failures
  RingOrder ring_order = RingOrder::any;

  bool operator==(const Question&) const = default;
};

/// The question as the step model takes it. The machine points into the hardware, which must outlive it.
struct Posed {
  Job job;
  Machine machine;
  std::unique_ptr<JobFabric> fabric;     ///< what machine.fabric points at
  std::unique_ptr<Framework> framework;  ///< what machine.framework points at where it is not its generation's
};

/// Throws Error (without a place) with the question's member as key: an unknown accelerator, framework, optimizer, loss
/// or network, a document longer than its sequence, nic beside a network, a network that the accelerator does not fit
/// or whose domains are smaller than the one given, failures without a network.
Posed pose(const Question&, const Hardware&, const catalog::Catalog&);

/// What is searched where nothing else is said, as docs/training.md lists it: every degree, ZeRO 0, 1 and 3, full
/// sharding over all ranks or one scale-up domain, every kind of context parallelism; offload to the host's memory and
/// recomputation of some layers where memory asks for them.
SearchSpace default_space(const Machine&, unsigned threads = 1);

}  // namespace orrery::training
