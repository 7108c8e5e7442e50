// A layout as the frameworks people use are told it: command-line flags and configuration keys.
#pragma once
#include <string>
#include <vector>

#include "machine/training/layout.h"

namespace orrery::training {

/// Flags for one framework. text is ready to paste; left_out names what the framework cannot be told this way.
struct LaunchFlags {
  std::string framework;  ///< "Megatron-LM", "Megatron-Bridge", "NeMo", "torchtitan", "DeepSpeed"
  std::string text;
  std::vector<std::string> left_out;
};

/// Flags for Megatron-LM, Megatron-Bridge and NeMo 2 (overrides of a recipe), torchtitan 0.2, and DeepSpeed's
/// configuration.
std::vector<LaunchFlags> launch_flags(const Job&, const Machine&, const Layout&);

}  // namespace orrery::training
