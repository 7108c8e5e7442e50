// What `orrery train` and `orrery plan` ask alike: a model, accelerators, a batch.
#pragma once
#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "machine/training/search.h"

namespace orrery::app {

struct TrainingOptions {
  std::string model = "llama-3.1-405b", on = "1024 x h100-sxm", precision = "bf16", task = "pretrain", framework, catalog;
  double sequence = 8192, batch = 1024, expert_load = 1, capacity = 0, document = 0;
  int domain = 0;
  std::string nic, fabric, ring_order = "any", networks;
  double fail = 0;
  std::uint64_t seed = 1;
  std::string scenario, run;
  bool json = false;
};

/// Adds the options that both commands have.
void add_training_options(CLI::App& command, TrainingOptions& options);

/// The question the options ask. hardware must outlive the machine. Throws Error for an unknown name or a bad amount.
struct TrainingQuestion {
  training::Job job;
  training::Machine machine;
  double tokens = 0;                            ///< of the scenario's run; 0 without one
  std::unique_ptr<training::JobFabric> fabric;  ///< what machine.fabric points at
};
TrainingQuestion read_training_question(const TrainingOptions& options, const training::Hardware& hardware);

/// The tables of catalog/kernels beside the catalog in use.
training::Hardware read_hardware_tables(const TrainingOptions& options);

/// What plan and train search: every degree, ZeRO 0, 1 and 3, full sharding over all ranks or one scale-up domain.
training::SearchSpace search_space(const training::Machine&, unsigned threads);

/// Searches the space, and where nothing fits once more with offload to the host's memory.
training::SearchResult search_with_offload(const training::Job&, const training::Machine&, training::SearchSpace);

/// "tp=8,pp=4,vp=2,mbs=1,shard=optimizer,recompute=full,sp=off" over the defaults of a layout.
training::Layout parse_layout(const std::string& text);

}  // namespace orrery::app
