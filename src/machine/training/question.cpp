#include "machine/training/question.h"

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"

namespace orrery::training {
namespace {

/// Published runs of unknown frameworks are scored with the default one; a name typed by hand is rather mistyped.
void check_framework(const std::string& given, const Hardware& hardware) {
  if (given.empty()) return;
  const std::string lower = lower_case(given);
  std::vector<std::string> known;
  for (const Framework& f : hardware.frameworks)
    for (const std::string& match : f.matches) {
      if (lower.find(match) != std::string::npos) return;
      known.push_back(match);
    }
  throw Error({}, "framework", "nothing is known of " + in_quotes(given),
              catalog::remedy_for_name("frameworks", lower, known));
}

std::unique_ptr<JobFabric> read_fabric(const Question& q, const Accelerator& accelerator,
                                       const catalog::Catalog& catalog) {
  if (q.network.empty()) {
    if (q.failed > 0)
      throw Error({}, "fail", "needs a network whose links fail", "add --network NAME (orrery show networks)");
    return nullptr;
  }
  if (q.nic > 0) throw Error({}, "nic", "and network both say how fast a card is", "leave one of them out");
  const bool part = q.domain > 0 && q.domain < accelerator.domain;
  const Standing standing{accelerator.name, part ? static_cast<std::uint32_t>(q.domain) : 0, q.network_size};
  auto fabric = std::make_unique<JobFabric>(
      job_fabric(catalog, q.network, q.accelerators, q.failed, q.seed, q.ring_order, standing));
  if (q.domain > fabric->domain)
    throw Error({}, "domain",
                "of " + std::to_string(q.domain) + " is more than the " + std::to_string(fabric->domain) + " of " +
                    accelerator.name + " on " + fabric->name,
                "leave the domain out, or give at most " + std::to_string(fabric->domain));
  return fabric;
}

}  // namespace

Posed pose(const Question& q, const Hardware& hardware, const catalog::Catalog& catalog) {
  Posed out;
  out.machine.accelerators = q.accelerators;
  out.machine.accelerator = &hardware.accelerator(q.accelerator);
  check_framework(q.framework, hardware);
  out.machine.framework = &hardware.framework(q.framework, out.machine.accelerator->generation);
  // Some software that runs operators one by one is a generation of its own.
  if (q.compiled && !*q.compiled && out.machine.framework->memory.kept != Kept::eager)
    out.machine.framework = &hardware.framework(q.framework + " eager", out.machine.accelerator->generation);
  if (q.software_age > 0 || !q.loss.empty() || q.compiled) {
    Framework own = q.software_age > 0 ? aged(*out.machine.framework, Time(q.software_age)) : *out.machine.framework;
    if (!q.loss.empty()) take_loss(own.memory, catalog, q.loss);
    if (q.compiled && own.memory.kept == Kept::fused)
      throw Error({}, "compiled", "is of PyTorch's own layers, not of " + own.name + "'s", "leave it out");
    if (q.compiled) compile(own.memory, *q.compiled);
    out.framework = std::make_unique<Framework>(std::move(own));
    out.machine.framework = out.framework.get();
  }
  if (!q.optimizer.empty()) out.job.optimizer = read_optimizer(catalog, q.optimizer);
  out.fabric = read_fabric(q, *out.machine.accelerator, catalog);
  out.machine.fabric = out.fabric.get();
  out.machine.domain = out.fabric ? out.fabric->domain : q.domain;
  out.machine.nic = q.nic;
  if (q.document > q.sequence)
    throw Error({}, "document",
                "of " + format_count(q.document) + " tokens is longer than the sequence of " + format_count(q.sequence),
                "give at most the sequence, or leave it out");
  out.job.model = q.model;
  if (q.capacity > 0) out.job.model.capacity_factor = q.capacity;
  out.job.task = q.task;
  out.job.precision = q.precision;
  out.job.sequence = q.sequence;
  out.job.global_batch = q.batch;
  out.job.document = q.document;
  out.job.expert_load = q.expert_load;
  return out;
}

SearchSpace default_space(const Machine& machine, unsigned threads) {
  SearchSpace space;
  space.threads = threads;
  const int domain = machine.domain > 0 ? machine.domain : machine.accelerator->domain;
  if (domain > 1) space.shard_group = {0, domain};
  space.context = {ContextExchange::ring, ContextExchange::all_gather, ContextExchange::ulysses};
  // Operators run one by one copy what sequence-parallel ranks gather.
  if (machine.framework->memory.kept == Kept::eager) space.sequence_parallel = {true, false};
  space.relieve = true;
  return space;
}

}  // namespace orrery::training
