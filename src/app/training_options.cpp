#include "app/training_options.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "app/command.h"
#include "base/document.h"
#include "base/error.h"
#include "base/units.h"
#include "machine/model/from_catalog.h"
#include "machine/model/huggingface.h"
#include "programme/resolve.h"
#include "programme/scenario.h"
#include "programme/speed.h"

namespace orrery::app {

using namespace training;

void add_training_options(CLI::App& command, TrainingOptions& o) {
  command.add_option("--model", o.model, "a model of the catalog, or a Hugging Face config.json")
      ->type_name("MODEL")
      ->check(not_empty())
      ->capture_default_str();
  command.add_option("--on", o.on, "accelerators: \"1024 x h100-sxm\"")->type_name("N x CHIP")->capture_default_str();
  command.add_option("--precision", o.precision, "bf16, fp8, mxfp8, nvfp4 or int8")
      ->type_name("NAME")
      ->capture_default_str();
  command.add_option("--task", o.task, "pretrain, finetune or lora")->type_name("NAME")->capture_default_str();
  command.add_option("--sequence", o.sequence, "tokens of a sequence")
      ->type_name("N")
      ->check(whole_number(1000000000, 1))
      ->capture_default_str();
  command.add_option("--batch", o.batch, "sequences of a step")
      ->type_name("N")
      ->check(whole_number(1000000000, 1))
      ->capture_default_str();
  command
      .add_option("--document", o.document,
                  "tokens of the documents packed into a sequence, which attention does not leave; 0: one document")
      ->type_name("N")
      ->check(whole_number(1000000000))
      ->capture_default_str();
  command
      .add_option("--expert-load", o.expert_load,
                  "of a mixture: tokens of the busiest expert rank over the even share; 1 is forced balance, real "
                  "routing 1.1 to 1.2")
      ->type_name("N")
      ->check(number(1, 1000))
      ->capture_default_str();
  command
      .add_option("--capacity", o.capacity,
                  "of a mixture: tokens every expert computes, padded or dropped, over the even share; 0: dropless")
      ->type_name("N")
      ->check(number(0, 1000))
      ->capture_default_str();
  command
      .add_option("--framework", o.framework, "framework and release, as people print it: \"Megatron-Bridge 26.06\"")
      ->type_name("NAME")
      ->check(not_empty());
  command
      .add_option("--domain", o.domain, "accelerators of one scale-up domain, where it is not the accelerator's own")
      ->type_name("N")
      ->check(whole_number(1000000, 1));
  command.add_option("--nic", o.nic, "network bandwidth per accelerator: \"400 Gb/s\"")
      ->type_name("AMOUNT")
      ->check(not_empty());
  command.add_option("--fabric", o.fabric, "the network between domains: one of the catalog's (orrery show networks)")
      ->type_name("NAME")
      ->check(not_empty());
  command.add_option("--networks", o.networks, "a file of networks of your own, in the form of catalog/networks")
      ->type_name("FILE")
      ->check(not_empty());
  command.add_option("--fail", o.fail, "share of the fabric's links between switches that are down")
      ->type_name("SHARE")
      ->check(share(0.99));
  command.add_option("--seed", o.seed, "seed of the failures")
      ->type_name("N")
      ->check(whole_number(UINT64_MAX))
      ->capture_default_str();
  command
      .add_option(
          "--ring-order", o.ring_order,
          "any: servers follow each other as a scheduler blind to the fabric's tiers places them; by-tier: rings "
          "go subtree by subtree")
      ->type_name("any|by-tier")
      ->check(CLI::IsMember({"any", "by-tier"}))
      ->capture_default_str();
  CLI::Option* scenario =
      command
          .add_option("--scenario", o.scenario,
                      "take model, accelerators, precision, lengths, network and tokens from a run of a scenario")
          ->type_name("FILE|NAME")
          ->check(not_empty());
  for (const char* stated : {"--model", "--on", "--precision", "--sequence", "--batch", "--fabric"})
    scenario->excludes(command.get_option(stated));
  command.add_option("--run", o.run, "which run of the scenario; the first if not given")
      ->type_name("NAME")
      ->check(not_empty())
      ->needs(scenario);
  command.add_flag("--json", o.json, "print JSON");
  command.add_option("--catalog", o.catalog, "another catalog folder")->type_name("FOLDER")->check(not_empty());
}

namespace {

void read_fabric(const TrainingOptions& o, TrainingQuestion& q) {
  if (!o.nic.empty()) throw Error({}, "--nic", "and --fabric both say how fast a card is", "leave one of them out");
  catalog::Catalog catalog(catalog_folder(o.catalog));
  if (!o.networks.empty()) catalog.add("networks", o.networks);
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

namespace {

/// Published runs of unknown frameworks are scored with the default one; a name typed by hand is rather mistyped.
void check_framework(const std::string& given, const Hardware& hardware) {
  if (given.empty()) return;
  std::string lower = given;
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  std::vector<std::string> known;
  for (const Framework& f : hardware.frameworks)
    for (const std::string& match : f.matches) {
      if (lower.find(match) != std::string::npos) return;
      known.push_back(match);
    }
  throw Error({}, "--framework", "nothing is known of " + in_quotes(given),
              suggest(lower, known, "name one of catalog/kernels/0-frameworks.toml, or leave it out"));
}

}  // namespace

namespace {

/// The options with what a run of the scenario says in their place. tokens receives the run's.
TrainingOptions from_scenario(TrainingOptions o, double& tokens) {
  const std::string file = scenario_file(o.scenario);
  const catalog::Catalog catalog(catalog_folder(o.catalog));
  const programme::Plan plan = programme::make_plan(programme::read_scenario(file, {}), catalog);
  std::vector<std::string> names;
  for (const programme::Run& run : plan.runs)
    if (!run.model.empty()) names.push_back(run.name);
  if (names.empty())
    throw Error({}, "--scenario", in_quotes(o.scenario) + " holds no run that names its model",
                "add [run.NAME] with a model to it, or name the job by --model and --on");
  if (o.run.empty()) o.run = names.front();
  if (std::find(names.begin(), names.end(), o.run) == names.end())
    throw Error({}, "--run", "no run of " + in_quotes(o.scenario) + " that names its model is called " + in_quotes(o.run),
                suggest(o.run, names, "name one of the scenario's runs"));
  const auto& run = *std::find_if(plan.runs.begin(), plan.runs.end(), [&](const auto& r) { return r.name == o.run; });
  // Of several kinds of accelerators, the one the pool has most of.
  std::string chip;
  double most = 0;
  if (run.pool < static_cast<int>(plan.sites.size())) {
    for (const programme::Order& order : plan.orders)
      if (order.site == run.pool && order.chips.value() > most)
        most = order.chips.value(), chip = order.chip, o.fabric = order.network;
  } else {
    const programme::Rental& rental = plan.rentals[static_cast<std::size_t>(run.pool) - plan.sites.size()];
    chip = rental.chip, o.fabric = rental.network;
  }
  const double accelerators = programme::laid_out_accelerators(run.chips.value());
  o.model = run.model, o.precision = run.precision, o.sequence = run.sequence;
  o.batch = programme::step_batch(run.batch, accelerators);
  o.on = std::to_string(static_cast<std::int64_t>(accelerators)) + " x " + chip;
  tokens = run.tokens.value();
  return o;
}

}  // namespace

TrainingQuestion read_training_question(const TrainingOptions& given, const Hardware& hardware) {
  TrainingQuestion q;
  const TrainingOptions o = given.scenario.empty() ? given : from_scenario(given, q.tokens);
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
  check_framework(o.framework, hardware);
  q.machine.framework = &hardware.framework(o.framework, q.machine.accelerator->family);
  q.machine.domain = o.domain;
  if (!o.nic.empty()) {
    try {
      q.machine.nic = parse_amount_of(o.nic, dimension::bandwidth);
      if (!(q.machine.nic > 0))
        throw Error({}, "--nic", in_quotes(o.nic) + " is not above 0", "give the bandwidth of one accelerator");
    } catch (const Error& e) {
      throw Error({}, "--nic", e.problem(), e.remedy());
    }
  }
  if (!o.fabric.empty()) {
    read_fabric(o, q);
  } else if (o.fail > 0) {
    throw Error({}, "--fail", "needs a fabric whose links fail", "add --fabric NAME (orrery show networks)");
  }
  q.job.precision = silicon::parse_precision(o.precision);
  if (o.task == "pretrain")
    q.job.task = Task::pretrain;
  else if (o.task == "finetune")
    q.job.task = Task::finetune;
  else if (o.task == "lora")
    q.job.task = Task::lora;
  else
    throw Error({}, "--task", "nothing is called " + in_quotes(o.task),
                suggest(o.task, {"pretrain", "finetune", "lora"}, "pretrain, finetune or lora"));
  q.job.sequence = o.sequence, q.job.global_batch = o.batch;
  if (o.document > o.sequence)
    throw Error({}, "--document", "of " + std::to_string(static_cast<std::int64_t>(o.document)) +
                                      " tokens is longer than the sequence of " +
                                      std::to_string(static_cast<std::int64_t>(o.sequence)),
                "give at most the sequence, or leave it out");
  q.job.document = o.document;
  q.job.expert_load = o.expert_load;
  if (o.capacity > 0) q.job.model.capacity_factor = o.capacity;
  return q;
}

SearchSpace search_space(const Machine& machine, unsigned threads) {
  SearchSpace space;
  space.threads = threads;
  const int domain = machine.domain > 0 ? machine.domain : machine.accelerator->domain;
  if (domain > 1) space.shard_group = {0, domain};
  return space;
}

SearchResult search_with_offload(const Job& job, const Machine& machine, SearchSpace space) {
  SearchResult result = search(job, machine, space);
  if (result.best.empty() && result.legal > 0) {
    space.offload_activations = space.offload_optimizer = {false, true};
    result = search(job, machine, space);
  }
  return result;
}

Layout parse_layout(const std::string& text) {
  Layout l;
  const std::vector<std::string> keys = {"tp",    "pp",          "vp",        "cp", "ep",       "mbs",
                                         "shard", "shard_group", "recompute", "recompute_layers", "cp_kind",
                                         "sp", "schedule", "offload", "offload_optimizer"};
  std::set<std::string> given;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto stop = std::min(text.find_first_of(", ", at), text.size());
    const std::string item = text.substr(at, stop - at);
    at = stop + 1;
    if (item.empty()) continue;
    const auto equals = item.find('=');
    if (!given.insert(item.substr(0, equals)).second)
      throw Error({}, "--layout", in_quotes(item) + " is given twice", "keep one of them");
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
    else if (key == "recompute_layers")
      l.recompute_layers = count();
    else if (key == "sp")
      l.sequence_parallel = flag();
    else if (key == "offload")
      l.offload_activations = flag();
    else if (key == "offload_optimizer")
      l.offload_optimizer = flag();
    else if (key == "cp_kind") {
      if (value == "ring")
        l.context = ContextExchange::ring;
      else if (value == "all-gather")
        l.context = ContextExchange::all_gather;
      else if (value == "ulysses")
        l.context = ContextExchange::ulysses;
      else
        refuse("cp_kind is ring, all-gather or ulysses");
    } else if (key == "recompute") {
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
      try {
        l.schedule = parse_schedule(value);
      } catch (const Error& e) {
        refuse(e.remedy());
      }
    } else {
      refuse(suggest(key, keys, "keys: tp pp vp cp cp_kind ep mbs shard shard_group recompute recompute_layers sp schedule offload "
                          "offload_optimizer"));
    }
  }
  return l;
}

}  // namespace orrery::app
