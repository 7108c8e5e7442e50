#include "app/training_options.h"

#include <charconv>
#include <cmath>

#include "app/command.h"
#include "base/document.h"
#include "base/error.h"
#include "base/units.h"
#include "machine/model/from_catalog.h"
#include "machine/model/huggingface.h"

namespace orrery::app {

using namespace training;

void add_training_options(CLI::App& command, TrainingOptions& o) {
  command.add_option("--model", o.model, "a model of the catalog, or a Hugging Face config.json")
      ->capture_default_str();
  command.add_option("--on", o.on, "accelerators: \"1024 x h100-sxm\"")->capture_default_str();
  command.add_option("--precision", o.precision, "bf16, fp8, mxfp8, nvfp4 or int8")->capture_default_str();
  command.add_option("--task", o.task, "pretrain, finetune or lora")->capture_default_str();
  command.add_option("--sequence", o.sequence, "tokens of a sequence")->capture_default_str();
  command.add_option("--batch", o.batch, "sequences of a step")->capture_default_str();
  command.add_option("--framework", o.framework,
                     "framework and release, as people print it: \"Megatron-Bridge 26.06\"");
  command.add_option("--domain", o.domain,
                     "accelerators of one scale-up domain, where it is not the accelerator's own");
  command.add_option("--nic", o.nic, "network bandwidth per accelerator: \"400 Gb/s\"");
  command.add_option("--fabric", o.fabric, "the network between domains: one of the catalog's (orrery show networks)");
  command.add_option("--fail", o.fail, "share of the fabric's links between switches that are down")
      ->check(CLI::Range(0.0, 0.99));
  command.add_option("--seed", o.seed, "seed of the failures")->capture_default_str();
  command
      .add_option("--ring-order", o.ring_order,
                  "any: servers follow each other as a scheduler blind to the fabric's tiers places them; by-tier: rings "
                  "go subtree by subtree")
      ->capture_default_str()
      ->check(CLI::IsMember({"any", "by-tier"}));
  command.add_flag("--json", o.json, "print JSON");
  command.add_option("--catalog", o.catalog, "another catalog folder");
}

namespace {

void read_fabric(const TrainingOptions& o, TrainingQuestion& q) {
  if (!o.nic.empty())
    throw Error({}, "--nic", "and --fabric both say how fast a card is", "leave one of them out");
  const catalog::Catalog catalog(catalog_folder(o.catalog));
  q.fabric = std::make_unique<JobFabric>(job_fabric(catalog, o.fabric, q.machine.accelerators, o.fail, o.seed,
                                                    o.ring_order == "by-tier" ? RingOrder::by_tier : RingOrder::any));
  if (o.domain > 0 && o.domain != q.fabric->domain)
    throw Error({}, "--domain",
                "of " + std::to_string(o.domain) + " is not that of " + q.fabric->name + ", which is " +
                    std::to_string(q.fabric->domain),
                "leave --domain out, or take another fabric");
  q.machine.domain = q.fabric->domain;
  q.machine.fabric = q.fabric.get();
}

}  // namespace

Hardware read_hardware_tables(const TrainingOptions& o) {
  return load_hardware(catalog_folder(o.catalog) + "/kernels");
}

TrainingQuestion read_training_question(const TrainingOptions& o, const Hardware& hardware) {
  TrainingQuestion q;
  if (o.model.ends_with(".json")) {
    q.job.model = model::read_huggingface_config(read_file(o.model), o.model);
  } else {
    const catalog::Catalog catalog(catalog_folder(o.catalog));
    q.job.model = model::from_catalog(catalog.entry("models", o.model));
  }
  const auto cross = o.on.find(" x ");
  double count = 0;
  const std::string digits = o.on.substr(0, cross == std::string::npos ? 0 : cross);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (cross == std::string::npos || error != std::errc{} || end != digits.data() + digits.size() ||
      !(count >= 1 && count <= 1e8) || std::floor(count) != count)
    throw Error({}, "--on", in_quotes(o.on) + " is not a number of accelerators", "write \"1024 x h100-sxm\"");
  q.machine.accelerators = count;
  q.machine.accelerator = &hardware.accelerator(o.on.substr(cross + 3));
  q.machine.framework = &hardware.framework(o.framework, q.machine.accelerator->family);
  q.machine.domain = o.domain;
  if (o.domain < 0) throw Error({}, "--domain", "is below 0", "give a number of accelerators");
  if (!o.nic.empty()) {
    try {
      q.machine.nic = parse_amount_of(o.nic, dimension::bandwidth);
    } catch (const Error& e) {
      throw Error({}, "--nic", e.problem(), e.remedy());
    }
  }
  if (!o.fabric.empty()) {
    read_fabric(o, q);
  } else if (o.fail > 0) {
    throw Error({}, "--fail", "needs a fabric whose links fail", "add --fabric NAME (orrery show networks)");
  }
  q.job.precision = parse_precision(o.precision);
  if (o.task == "pretrain")
    q.job.task = Task::pretrain;
  else if (o.task == "finetune")
    q.job.task = Task::finetune;
  else if (o.task == "lora")
    q.job.task = Task::lora;
  else
    throw Error({}, "--task", "nothing is called " + in_quotes(o.task),
                suggest(o.task, {"pretrain", "finetune", "lora"}, "pretrain, finetune or lora"));
  for (const auto& [key, value] : {std::pair<const char*, double>{"--sequence", o.sequence}, {"--batch", o.batch}})
    if (!(value >= 1 && value <= 1e9) || std::floor(value) != value)
      throw Error({}, key, "is not a count", "give a whole number from 1");
  q.job.sequence = o.sequence, q.job.global_batch = o.batch;
  return q;
}

Layout parse_layout(const std::string& text) {
  Layout l;
  const std::vector<std::string> keys = {"tp",    "pp",          "vp",        "cp", "ep",       "mbs",
                                         "shard", "shard_group", "recompute", "sp", "schedule", "offload"};
  std::size_t at = 0;
  while (at < text.size()) {
    const auto stop = std::min(text.find_first_of(", ", at), text.size());
    const std::string item = text.substr(at, stop - at);
    at = stop + 1;
    if (item.empty()) continue;
    const auto equals = item.find('=');
    const std::string key = item.substr(0, equals), value = equals == std::string::npos ? "" : item.substr(equals + 1);
    const auto refuse = [&](const std::string& remedy) {
      throw Error({}, "--layout", in_quotes(item) + " cannot be used", remedy);
    };
    const auto count = [&]() {
      int n = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), n);
      if (error != std::errc{} || end != value.data() + value.size() || n < 1 || n > 1000000)
        refuse("write " + key + "=N with N from 1");
      return n;
    };
    const auto flag = [&]() {
      if (value != "on" && value != "off") refuse("write " + key + "=on or " + key + "=off");
      return value == "on";
    };
    if (key == "tp")
      l.tp = count();
    else if (key == "pp")
      l.pp = count();
    else if (key == "vp")
      l.vp = count();
    else if (key == "cp")
      l.cp = count();
    else if (key == "ep")
      l.ep = count();
    else if (key == "mbs")
      l.micro_batch = count();
    else if (key == "shard_group")
      l.shard_group = count();
    else if (key == "sp")
      l.sequence_parallel = flag();
    else if (key == "offload")
      l.offload_activations = flag();
    else if (key == "recompute") {
      if (value == "none")
        l.recompute = Recompute::none;
      else if (value == "selective")
        l.recompute = Recompute::selective;
      else if (value == "full")
        l.recompute = Recompute::full;
      else
        refuse("recompute is none, selective or full");
    } else if (key == "shard") {
      if (value == "none")
        l.sharding = Sharding::none;
      else if (value == "optimizer")
        l.sharding = Sharding::optimizer;
      else if (value == "gradients")
        l.sharding = Sharding::gradients;
      else if (value == "full")
        l.sharding = Sharding::full;
      else
        refuse("shard is none, optimizer, gradients or full");
    } else if (key == "schedule") {
      if (value == "1f1b")
        l.schedule = Schedule::one_f_one_b;
      else if (value == "gpipe")
        l.schedule = Schedule::gpipe;
      else
        refuse("schedule is 1f1b or gpipe");
    } else {
      refuse(suggest(key, keys, "keys: tp pp vp cp ep mbs shard shard_group recompute sp schedule offload"));
    }
  }
  return l;
}

}  // namespace orrery::app
