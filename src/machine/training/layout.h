// How a training job is laid out over accelerators: the degrees of parallelism, sharding, recomputation and schedule,
// and what makes a layout legal.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "machine/model/architecture.h"
#include "machine/training/framework.h"
#include "machine/training/job_fabric.h"

namespace orrery::training {

enum class Task { pretrain, finetune, lora };    ///< lora: the base is frozen, only small adapters learn
enum class Recompute { none, selective, full };  ///< selective: the attention core and cheap elementwise operators
/// ZeRO stages 0 to 3 (Rajbhandari et al. 2020): what is sharded over the data-parallel ranks. Full is FSDP.
enum class Sharding { none, optimizer, gradients, full };
/// The order of passes in a pipeline. 1F1B is interleaved when virtual stages are given (Narayanan et al. 2021); zero
/// bubble splits off the weights' gradients, which may wait (Qi et al. 2023, ZB-H1); DualPipe feeds the pipeline from
/// both ends, every accelerator holding two stages, and hides expert traffic behind the other direction's passes
/// (DeepSeek-V3, arXiv 2412.19437, section 3.2.1).
enum class Schedule { gpipe, one_f_one_b, zero_bubble, dualpipe };

/// How context-parallel ranks meet each other's keys and values: passed on in a ring behind attention (Liu et al.
/// 2023), gathered before it (Llama 3), or by turning the split of the sequence into one of the heads
/// (DeepSpeed-Ulysses, Jacobs et al. 2023).
enum class ContextExchange { ring, all_gather, ulysses };

std::string recompute_name(Recompute);
std::string context_name(ContextExchange);
std::string sharding_name(Sharding);
std::string schedule_name(Schedule);
/// Reads "1f1b", "gpipe", "zero-bubble" or "dualpipe". Throws Error that names them.
Schedule parse_schedule(std::string_view text);
/// Reads "pretrain", "finetune" or "lora". Throws Error with the nearest.
Task parse_task(std::string_view text);

/// A training job: what is trained, on which batch.
struct Job {
  model::Architecture model;
  Task task = Task::pretrain;
  Precision precision = Precision::bf16;
  double sequence = 0;      ///< tokens of a sequence
  double global_batch = 0;  ///< sequences of a step
  /// Tokens that attention looks over.
  double attended() const { return document > 0 && document < sequence ? document : sequence; }
  double document = 0;     ///< tokens of the documents packed into a sequence, which attention does not leave; 0: one
  double expert_load = 1;  ///< tokens of the busiest expert-parallel rank over the even share; 1: forced balance
  Optimizer optimizer = {};
};

/// What it runs on. domain and nic override the accelerator's own where a system differs (0: as the accelerator).
struct Machine {
  const Accelerator* accelerator = nullptr;
  const Framework* framework = nullptr;
  double accelerators = 0;
  int domain = 0;                     ///< accelerators of one scale-up domain
  double nic = 0;                     ///< B/s per accelerator between domains
  const JobFabric* fabric = nullptr;  ///< tiers between domains; null: a network that never binds but by its cards
};

/// A layout. Degrees of parallelism are counts of accelerators; data parallelism is what remains.
struct Layout {
  int tp = 1, pp = 1, vp = 1, cp = 1, ep = 1;
  int etp = 1;             ///< ranks that share each expert's columns
  double micro_batch = 1;  ///< sequences
  Sharding sharding = Sharding::optimizer;
  int shard_group = 0;  ///< ranks the full sharding spans (hybrid sharding); 0: all data-parallel ranks
  Recompute recompute = Recompute::none;
  int recompute_layers = 0;  ///< first layers of each chunk that full recomputation covers; 0: all
  ContextExchange context = ContextExchange::ring;
  bool sequence_parallel = true;
  bool offload_activations = false;  ///< to the host's memory and back, behind the layers' passes
  bool offload_optimizer =
      false;  ///< states in the host's memory, the step on its cores (ZeRO-Offload, Ren et al. 2021)
  Schedule schedule = Schedule::one_f_one_b;
};

/// "tp=8,pp=4,vp=2,mbs=1,shard=optimizer,recompute=full,sp=off" over the defaults of a layout. Throws Error (without a
/// place, key "layout") for an unknown or repeated key, a value that is none, nothing between commas, and a key that
/// says nothing beside the others (cp_kind without cp, sp without tp).
Layout parse_layout(std::string_view text);

/// The divisors of a whole number from 1 on, ascending.
std::vector<double> divisors(double n);

/// Ranks that hold the same experts; not whole when the accelerators do not divide.
double expert_data_parallel(const Machine&, const Layout&);
/// Data-parallel ranks of a layout; not whole when the accelerators do not divide.
double data_parallel(const Machine&, const Layout&);
/// Microbatches of a step; not whole when the batch does not divide.
double microbatches(const Job&, const Machine&, const Layout&);

/// Why a layout cannot be: the number that does not divide and the nearest that does, as a sentence without a full
/// stop. Nothing when it is legal. Memory is not looked at.
struct Illegality {
  std::string key;      ///< "tp", "pp", "batch", ...
  std::string problem;  ///< "64 heads do not divide by tp = 3"
  std::string remedy;   ///< "tp = 2 or 4 would"
};
/// explain false leaves out problem and remedy, which take longer than the check.
std::optional<Illegality> illegality(const Job&, const Machine&, const Layout&, bool explain = true);
/// Throws Error with the illegality, if any.
void check(const Job&, const Machine&, const Layout&);

/// Whether the layers divide over the chunks of the pipeline, or do once embedding and head count as one each: what
/// most frameworks ask of virtual stages.
bool even_chunks(const model::Architecture&, const Layout&);

/// "tp 4 pp 8 vp 6 cp 1 ep 1 dp 16 mbs 1 ..."
std::string layout_text(const Machine&, const Layout&);

}  // namespace orrery::training
