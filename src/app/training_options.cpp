#include "app/training_options.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "app/command.h"
#include "base/units.h"
#include "machine/model/read.h"
#include "programme/read.h"
#include "programme/speeds.h"

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
  command.add_option("--network,--fabric", o.network, "between domains: one of the catalog's (orrery show networks)")
      ->type_name("NAME")
      ->check(not_empty());
  command.add_option("--networks", o.networks, "a file of networks of your own, in the form of catalog/networks")
      ->type_name("FILE")
      ->check(not_empty());
  command.add_option("--fail", o.fail, "share of the network's links between switches that are down")
      ->type_name("SHARE")
      ->check(share(0.99));
  command.add_option("--seed", o.seed, "seed of the failures")
      ->type_name("N")
      ->check(whole_number(UINT64_MAX))
      ->capture_default_str();
  command
      .add_option(
          "--ring-order", o.ring_order,
          "any: servers follow each other as a scheduler blind to the network's tiers places them; by-tier: rings "
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
  for (const char* stated : {"--model", "--on", "--precision", "--sequence", "--batch", "--network"})
    scenario->excludes(command.get_option(stated));
  command.add_option("--run", o.run, "which run of the scenario; the first if not given")
      ->type_name("NAME")
      ->check(not_empty())
      ->needs(scenario);
  command.add_flag("--json", o.json, "print JSON");
  command.add_option("--catalog", o.catalog, "another catalog folder")->type_name("FOLDER")->check(not_empty());
}

double amount_of_option(const std::string& text, Dimension wanted, const char* option, const char* remedy) {
  const double value = at({}, option, [&] { return parse_amount_of(text, wanted); });
  if (!(value > 0)) throw Error({}, option, in_quotes(text) + " is not above 0", remedy);
  return value;
}

namespace {

catalog::Catalog catalog_of(const TrainingOptions& o) {
  catalog::Catalog catalog(catalog_folder(o.catalog));
  if (!o.networks.empty()) catalog.add("networks", o.networks);
  return catalog;
}

/// The question that the plan of the scenario asks for a run. tokens receives the run's.
void read_scenario_run(const TrainingOptions& o, const Hardware& hardware, const catalog::Catalog& catalog, Question& q,
                       double& tokens) {
  const std::string file = scenario_file(o.scenario);
  const programme::Plan plan = programme::read_plan(programme::read_scenario(file, {}), catalog);
  std::vector<std::string> names;
  for (const programme::Run& run : plan.runs)
    if (!run.model.empty()) names.push_back(run.name);
  if (names.empty())
    throw Error({}, "--scenario", in_quotes(o.scenario) + " holds no run that names its model",
                "add [run.NAME] with a model to it, or name the job by --model and --on");
  const std::string name = o.run.empty() ? names.front() : o.run;
  if (std::find(names.begin(), names.end(), name) == names.end())
    throw Error({}, "--run",
                "no run of " + in_quotes(o.scenario) + " that names its model is called " + in_quotes(name),
                suggest(name, names, "name one of the scenario's runs"));
  const auto& run = *std::find_if(plan.runs.begin(), plan.runs.end(), [&](const auto& r) { return r.name == name; });
  const Question asked = programme::question_of(run, programme::main_speed(run));
  q.model = asked.model, q.precision = asked.precision, q.sequence = asked.sequence, q.batch = asked.batch;
  q.accelerator = asked.accelerator, q.accelerators = asked.accelerators, q.network = asked.network;
  q = on_pool(q, hardware, catalog, 2);
  tokens = run.tokens.value();
}

/// "1024 x h100-sxm" into the question.
void read_accelerators(const std::string& text, Question& q) {
  const auto cross = text.find(" x ");
  const std::string digits = text.substr(0, cross == std::string::npos ? 0 : cross);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), q.accelerators);
  if (cross == std::string::npos || error != std::errc{} || end != digits.data() + digits.size() ||
      !(q.accelerators >= 1 && q.accelerators <= 1e8) || std::floor(q.accelerators) != q.accelerators)
    throw Error({}, "--on", in_quotes(text) + " is not a number of accelerators", "write \"1024 x h100-sxm\"");
  q.accelerator = text.substr(cross + 3);
}

Question question_of(const TrainingOptions& o, const Hardware& hardware, const catalog::Catalog& catalog,
                     double& tokens) {
  Question q;
  q.task = parse_task(o.task);
  q.document = o.document, q.expert_load = o.expert_load, q.capacity = o.capacity;
  q.framework = o.framework, q.domain = o.domain, q.network = o.network;
  if (!o.nic.empty())
    q.nic = amount_of_option(o.nic, dimension::bandwidth, "--nic", "give the bandwidth of one accelerator");
  q.failed = o.fail, q.seed = o.seed;
  q.ring_order = o.ring_order == "by-tier" ? RingOrder::by_tier : RingOrder::any;
  if (!o.scenario.empty()) {
    read_scenario_run(o, hardware, catalog, q, tokens);
    return q;
  }
  q.model = model::shape_of(model::read(o.model, catalog));
  read_accelerators(o.on, q);
  q.precision = silicon::parse_precision(o.precision);
  q.sequence = o.sequence, q.batch = o.batch;
  return q;
}

}  // namespace

AskedJob::AskedJob(const TrainingOptions& o)
    : catalog(catalog_of(o)), hardware(load_hardware(catalog.folder() + "/kernels")) {
  posed = of_option([&] { return pose(question_of(o, hardware, catalog, tokens), hardware, catalog); });
}

}  // namespace orrery::app
