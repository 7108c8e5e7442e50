// What `orrery train` and `orrery plan` ask alike: a model, accelerators, a batch.
#pragma once
#include <CLI/CLI.hpp>
#include <string>

#include "base/error.h"
#include "machine/training/question.h"

namespace orrery::app {

struct TrainingOptions {
  std::string model = "llama-3.1-405b", on = "1024 x h100-sxm", precision = "bf16", task = "pretrain", framework,
              catalog;
  double sequence = 8192, batch = 1024, expert_load = 1, capacity = 0, document = 0;
  int domain = 0;
  std::string nic, network, ring_order = "any", networks;
  double fail = 0;
  std::uint64_t seed = 1;
  std::string scenario, run;
  bool json = false;
};

/// Adds the options that both commands have.
void add_training_options(CLI::App& command, TrainingOptions& options);

/// The question the options ask, with what it stands on. Throws Error for an unknown name or a bad amount.
struct AskedJob {
  explicit AskedJob(const TrainingOptions&);
  AskedJob(const AskedJob&) = delete;

  catalog::Catalog catalog;
  training::Hardware hardware;
  double tokens = 0;  ///< of the scenario's run; 0 without one
  training::Posed posed;
};

/// Calls f; what it says of a key that is an option here is said of the option: "framework" of "--framework".
template <class F>
auto of_option(F f) -> decltype(f()) {
  try {
    return f();
  } catch (const Error& e) {
    for (const char* option : {"framework", "network", "nic", "domain", "fail", "document", "task", "layout"})
      if (e.place().file.empty() && e.key() == option) throw Error({}, "--" + e.key(), e.problem(), e.remedy());
    throw;
  }
}

/// An amount of an option, above 0. Throws Error.
double amount_of_option(const std::string& text, Dimension wanted, const char* option, const char* remedy);

}  // namespace orrery::app
