#include "study/training.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "base/parallel.h"
#include "base/units.h"
#include "catalog/bounds.h"
#include "machine/operations/recovery_facts.h"
#include "machine/operations/schedule.h"
#include "machine/training/nearest_fit.h"
#include "machine/training/pool_speed.h"
#include "programme/read.h"
#include "programme/speeds.h"
#include "programme/stand_ins.h"
#include "study/kinds.h"

namespace orrery::study {
namespace {

using namespace scenario;
using namespace training;
namespace d = dimension;

Form make_form() {
  return {
      "training",
      "a training job",
      "a training job's step time, what it is made of, its memory and power; the best layouts",
      {"train"},
      {{"", "The job.", {}, {"train"}},
       {"train",
        "What is trained, on what, and how it is laid out.",
        {text("model", "a model of the catalog, or the path of a Hugging Face config.json", "llama-3.1-405b"),
         text("read_as", "of a config.json: the known model type that its layers are like", "the file's own"),
         of(KeyType::chips_of, "on", "accelerators", "1024 x h100-sxm"),
         text("precision", "bf16, fp8, mxfp8, nvfp4, int8, tf32 or fp32", "bf16"),
         text("task", "pretrain, finetune or lora", "pretrain"),
         certain(amount("sequence", d::tokens, "tokens of a sequence", "8192", 1, 1e9)),
         whole("batch", "sequences of a step",
               "those its model was trained with, else a published law's (catalog/scaling-laws)", 1, 1e9),
         certain(amount("document", d::tokens,
                        "tokens of the documents packed into a sequence, which attention does not leave; 0: one "
                        "document",
                        "0", 0, 1e9)),
         certain(amount("expert_load", d::none,
                        "of a mixture: tokens of the busiest expert rank over the even share; 1 is forced balance, "
                        "real routing 1.1 to 1.2",
                        "1", 1, 1000)),
         certain(amount("capacity", d::none,
                        "of a mixture: tokens every expert computes, padded or dropped, over the even share; 0: "
                        "dropless",
                        "0", 0, 1000)),
         text("framework", "framework and release, as people print it: \"Megatron-Bridge 26.06\"",
              "none: constants of no release"),
         certain(amount("software_age", d::time, "how much later than that release's generation the software is",
                        "0 days", 0, bounds::longest)),
         text("optimizer", "what is kept of a parameter, one of the catalog's optimizers", "adamw"),
         text("loss", "how the loss of the logits is computed, one of the catalog's losses", "the framework's"),
         of(KeyType::boolean, "compiled", "of PyTorch: layers are compiled, or run operator by operator",
            "the framework's"),
         whole("domain", "accelerators of one scale-up domain", "the accelerator's own", 1, 1e6),
         certain(amount("nic", d::bandwidth, "network bandwidth per accelerator", "the accelerator's own",
                        bounds::least_bandwidth)),
         text("network", "between domains: one of the catalog's", "one that binds by its cards alone"),
         certain(amount("fail", d::none, "share of the network's links between switches that are down", "0", 0, 0.99)),
         whole("seed", "of the failures", "1", 0, 9e15),
         text("ring_order",
              "any: servers follow each other as a scheduler blind to the network's tiers places them; by-tier: rings "
              "go subtree by subtree",
              "any"),
         text("layout", "\"tp=8,pp=4,vp=2,mbs=1,shard=optimizer,recompute=none\"",
              "the fastest that fits, of those in docs/training.md"),
         of(KeyType::texts, "schedules", "pipeline schedules to try: 1f1b, gpipe, zero-bubble, dualpipe", "1f1b"),
         of(KeyType::boolean, "plan",
            "rank the layouts: the best, the front of time and memory, fewer accelerators, launch flags", "false"),
         amount("tokens", d::tokens, "a token budget", "none", 1),
         certain(amount("days", d::time, "in place of a model: the one that can be trained in so much time", "none",
                        86400, bounds::longest)),
         text("law", "the scaling law that says which model and tokens go with so much compute, one of the catalog's",
              "llama-3"),
         amount("price", d::money - d::time, "of an accelerator", "none", 0, 1e5 / 3600),
         amount("goodput", d::none, "share of time that makes progress", "by failures/default at that many", 0.01, 1),
         text("scenario",
              "take model, accelerators, precision, lengths, network and tokens from a run of this scenario", "none"),
         text("run", "which run of the scenario", "the first that names its model")}}}};
}

/// Where a question's member stands in the section.
std::string key_of(const std::string& member) {
  return member == "accelerator" ? "on" : member;
}

/// The value of function(); what it says of a member of the question it says of the key.
template <class Function>
auto of_key(const View& view, Function function) {
  try {
    return function();
  } catch (const Error& e) {
    if (!e.place().file.empty()) throw;
    const std::string key = key_of(e.key());
    throw Error(view.place(key), find_key(training_form(), view.key_path(key)) ? view.key_path(key) : e.key(),
                e.problem(), e.remedy());
  }
}

/// Tokens, which come whole.
double whole_tokens(Reader& reader, const View& view, const char* key, double fallback, const char* rule) {
  const double tokens = reader.constant<Tokens>(view, key, from_rule(fallback, rule)).value();
  if (tokens != std::floor(tokens))
    throw Error(view.place(key), view.key_path(key), "is not a whole number", "give whole tokens");
  return tokens;
}

/// What a scenario's run says beside the question.
struct OfRun {
  std::optional<Fallback> tokens, goodput;
};

/// The share of days that its accelerators make progress, as the programme has it when all are there.
Fallback goodput_of(const programme::Plan& plan, const programme::Run& run) {
  const operations::Reliability reliability = plan.operation.reliability({}, run.recovery);
  const double restart = run.duty < 1 ? operations::daily_restart(run.chips.value(), reliability) : 0;
  return from_rule(operations::goodput(run.chips, reliability) * std::max(0.01, run.duty - restart),
                   fmt::format("of run.{}: failures of {} accelerators", run.name, format_count(run.chips.value())));
}

/// The same of so many accelerators, by the catalog's usual failures.
Fallback usual_goodput(const catalog::Catalog& catalog, double accelerators) {
  const catalog::Entry& entry = catalog.entry("failures", "default");
  const auto median = [&](const char* key) { return entry.at(key).amount.median(); };
  const catalog::Entry& mechanism = operations::usual_mechanism(catalog, accelerators);
  const operations::Reliability reliability{operations::FailureRate(median("rate")), operations::recovery_of(mechanism),
                                            Time(median("checkpoint_write")), Time(0), median("other")};
  return from_rule(operations::goodput(Chips(accelerators), reliability),
                   fmt::format("failures of {} accelerators, {}", format_count(accelerators), mechanism.name));
}

/// What a run of another scenario asks, its tokens and its goodput.
void read_run(Reader& reader, const View& view, Question& q, OfRun& of_run) {
  for (const char* stated : {"model", "read_as", "on", "precision", "sequence", "batch", "network"})
    if (view.gives(stated))
      throw Error(view.place(stated), view.key_path(stated), "stands beside scenario, which says it too",
                  "leave one of the two out");
  reader.text(view, "scenario");
  const std::string file = path_of(*view.find("scenario")), named = std::filesystem::path(file).filename().string();
  const programme::Plan plan = programme::read_plan(programme::read_scenario(file, {}), reader.catalog());
  std::vector<std::string> names;
  for (const programme::Run& run : plan.runs)
    if (!run.model.empty()) names.push_back(run.name);
  if (names.empty())
    throw Error(view.place("scenario"), view.key_path("scenario"),
                in_quotes(named) + " holds no run that names its model",
                "add [run.NAME] with a model to it, or name the job by model and on");
  const std::string name = reader.text(view, "run", names.front(), "the first that names its model");
  const auto run = std::find_if(plan.runs.begin(), plan.runs.end(),
                                [&](const programme::Run& r) { return r.name == name && !r.model.empty(); });
  if (run == plan.runs.end())
    throw Error(view.place("run"), view.key_path("run"),
                "no run of " + in_quotes(named) + " that names its model is called " + in_quotes(name),
                suggest(name, names, "name one of the scenario's runs"));
  const Question asked = programme::question_of(*run, programme::main_speed(*run));
  q.model = asked.model, q.precision = asked.precision, q.sequence = asked.sequence, q.batch = asked.batch;
  q.accelerator = asked.accelerator, q.accelerators = asked.accelerators, q.network = asked.network;
  q.network_size = asked.network_size, q.failed = asked.failed;
  q.framework = asked.framework, q.software_age = asked.software_age;
  of_run = {from_rule(run->tokens.value(), "of run." + name), goodput_of(plan, *run)};
}

/// The model, the accelerators and the batch as the section itself says them.
void read_job(Reader& reader, const View& view, Question& q) {
  needs(view, {"run"}, false, "the scenario that has it", "add scenario = \"...\", or leave it out");
  if (view.gives("days")) {
    for (const char* other : {"model", "read_as", "tokens", "layout", "plan"})
      if (view.gives(other))
        throw Error(view.place(other), view.key_path(other), "stands beside days, which ask for the model",
                    "leave one of the two out");
  }
  needs(view, {"law"}, view.gives("days"), "days", "add days = \"90 days\", or leave it out");
  model::Model model;
  const bool asked_for = view.gives("days");
  if (!asked_for) model = programme::read_model(reader, view, "llama-3.1-405b");
  if (!asked_for) q.model = of_key(view, [&] { return model::shape_of(model); });
  const std::string on = reader.text(view, "on", "1024 x h100-sxm", "a usual benchmark");
  std::tie(q.accelerators, q.accelerator) = parse_chips_of(on, view.place("on"), view.key_path("on"));
  q.precision = of_key(view, [&] {
    return silicon::parse_precision(reader.text(view, "precision", "bf16", "the usual mixed precision"));
  });
  q.sequence = whole_tokens(reader, view, "sequence", 8192, "Llama 3's");
  if (asked_for) {
    q.batch = view.gives("batch") ? reader.whole(view, "batch") : 0;  // else by the law, with the model
  } else {
    const programme::UsualBatch usual = programme::usual_batch(reader.catalog(), &model, q.sequence,
                                                               programme::training_compute(reader.catalog(), model));
    q.batch = reader.whole(view, "batch", usual.sequences, usual.rule);
  }
  if (view.gives("network")) q.network = reader.text(view, "network");
}

Question read_question(Reader& reader, const View& view, OfRun& of_run) {
  Question q;
  if (view.gives("scenario")) read_run(reader, view, q, of_run);
  else read_job(reader, view, q);
  q.task = parse_task(reader.text(view, "task", "pretrain", "all weights learn"));
  q.document = whole_tokens(reader, view, "document", 0, "one document");
  const bool mixture = q.model.mixture() != nullptr;
  needs(view, {"expert_load", "capacity"}, mixture, "a mixture of experts", "name a mixture, or leave it out");
  if (mixture) {
    q.expert_load = reader.constant_number(view, "expert_load", from_rule(1, "forced balance"));
    q.capacity = reader.constant_number(view, "capacity", from_rule(0, "dropless"));
    if (view.gives("expert_load") && q.capacity > 0)
      throw Error(view.place("expert_load"), view.key_path("expert_load"),
                  "says nothing beside a capacity, which every expert computes", "leave one of the two out");
  }
  if (view.gives("framework")) q.framework = reader.text(view, "framework");
  if (view.gives("software_age")) q.software_age = reader.constant<Time>(view, "software_age").value();
  q.optimizer = reader.text(view, "optimizer", "adamw", "the usual one");
  if (view.gives("loss")) q.loss = reader.text(view, "loss");
  if (view.gives("compiled")) q.compiled = reader.boolean(view, "compiled", false, "");
  if (view.gives("domain")) q.domain = reader.whole(view, "domain");
  if (view.gives("nic")) q.nic = reader.constant<Bandwidth>(view, "nic").value();
  const bool network = !q.network.empty();
  needs(view, {"fail", "seed", "ring_order"}, network, "a network",
        "add network (orrery show networks), or leave it out");
  if (!network) return q;
  q.failed = reader.constant_number(
      view, "fail", from_rule(q.failed, q.failed > 0 ? "network_failed of the scenario" : "all links are up"));
  needs(view, {"seed"}, q.failed > 0, "links that are down", "add fail = 0.01, or leave it out");
  q.seed = static_cast<std::uint64_t>(reader.constant_of(view, "seed", d::none, from_rule(1, "of failures")));
  if (reader.choice(view, "ring_order", {"any", "by-tier"}, "any", "a scheduler blind to tiers") == "by-tier")
    q.ring_order = RingOrder::by_tier;
  return q;
}

/// Searches, or evaluates the layout that is stated.
void lay_out(TrainingJob& job, Reader& reader, const View& view, unsigned threads) {
  const Job& j = job.posed.job;
  const Machine& m = job.posed.machine;
  SearchSpace space = default_space(m, threads);
  if (view.gives("schedules")) space.schedule.clear();
  for (const std::string& name : reader.texts(view, "schedules"))
    space.schedule.push_back(
        at(view.place("schedules"), view.key_path("schedules"), [&] { return parse_schedule(name); }));
  if (!view.gives("layout")) {
    job.found = of_key(view, [&] { return search(j, m, space); });
    if (!job.found.best.empty()) job.layout = job.found.best.front();
    if (job.ranked && m.fabric == nullptr) job.found.fewer = fewer_accelerators(j, m, space);
    return;
  }
  for (const char* of_search : {"schedules", "plan"})
    if (view.gives(of_search))
      throw Error(view.place(of_search), view.key_path(of_search), "is of a search, and the layout is stated",
                  "leave one of the two out");
  const Layout layout =
      at(view.place("layout"), view.key_path("layout"), [&] { return parse_layout(reader.text(view, "layout")); });
  at(view.place("layout"), "", [&] { check(j, m, layout); });
  job.layout = {layout, of_key(view, [&] { return evaluate(j, m, layout); })};
  if (job.layout->estimate.fits) return;
  if (auto nearest = nearest_fit(j, m, layout)) {
    job.fit = std::move(nearest->ranked), job.changes = std::move(nearest->changes);
  } else {
    const SearchResult found = search(j, m, space);
    if (!found.best.empty()) job.fit = found.best.front();
  }
}

/// What predictions of such a step are off by, as one factor on its speed.
UncertainNumber read_speed(Reader& reader, const TrainingJob& job) {
  const catalog::Band band =
      step_band(job.bands, job.posed.job, job.posed.machine, job.layout->layout, job.layout->estimate);
  Setting s;
  s.path = "train.speed_over_model", s.place = "bands/training";
  s.origin = Origin::catalog, s.has_provenance = true;
  s.provenance = reader.catalog().entry("bands", "training").figures.front().provenance;
  const Distribution factor = speed_within(1, band);
  s.value = describe(factor, d::none);
  reader.settings.push_back(s);
  reader.inputs.push_back({s.path, factor, d::none, "training speed of " + job.posed.machine.accelerator->name});
  return {1, static_cast<int>(reader.inputs.size()) - 1};
}

/// The catalog with the facts of the scenario that the run is taken from.
catalog::Catalog facts_of_run(const Scenario& scenario, const catalog::Catalog& catalog) {
  Reader reader(scenario, catalog);
  const View view = reader.root().below("train");
  if (!view.gives("scenario")) return catalog;
  return with_own_facts(catalog, programme::read_scenario(path_of(*view.find("scenario")), {}));
}

/// The question of the largest model that its accelerators train in the days that are given.
Question by_date(TrainingJob& job, Reader& reader, const View& view, Question q, const catalog::Catalog& catalog,
                 unsigned threads) {
  const ScalingLaw law = read_scaling_law(catalog, reader.text(view, "law", "llama-3", "the latest with both figures"));
  job.law = law.title;
  job.goodput = reader.number(view, "goodput", usual_goodput(catalog, q.accelerators));
  const double seconds = reader.constant<Time>(view, "days").value() * job.goodput.median;
  job.by_date = largest_by_date(q, seconds, law, job.hardware, catalog, threads);
  const Posed posed = pose(job.by_date->question, job.hardware, catalog);
  const catalog::Band band =
      step_band(job.bands, posed.job, posed.machine, job.by_date->best.layout, job.by_date->best.estimate);
  job.by_date_p10 = at_speed(*job.by_date, law, 1 / band.p90);
  job.by_date_p90 = at_speed(*job.by_date, law, 1 / band.p10);
  return job.by_date->question;
}

enum : std::size_t { step, tokens_per_second, model_flops, days, cost, energy };

Study read(const Scenario& scenario, const catalog::Catalog& shipped) {
  const catalog::Catalog catalog = facts_of_run(scenario, shipped);
  Reader reader(scenario, catalog);
  Study study = titled_study(reader);
  const View view = reader.root().below("train");
  auto job = std::make_shared<TrainingJob>();
  job->hardware = load_hardware(catalog);
  job->bands = read_step_band(catalog);
  const unsigned threads = static_cast<unsigned>(worker_count(256, scenario.threads, 1));
  job->ranked = view.gives("plan") && reader.boolean(view, "plan", false, "");
  OfRun of_run;
  job->posed = of_key(view, [&] {
    Question q = read_question(reader, view, of_run);
    job->wanted = q.accelerators;
    if (view.gives("days")) q = by_date(*job, reader, view, std::move(q), catalog, threads);
    else if (!view.gives("layout")) q = on_pool(q, job->hardware, catalog, threads);
    return pose(q, job->hardware, catalog);
  });
  if (!view.gives("framework")) {
    reader.record("train.framework", job->posed.machine.framework->name, Origin::rule,
                  job->posed.machine.framework->fitted ? "what such accelerators run"
                                                       : "none is named: constants of no release, and a wider band");
    reader.settings.back().is_name = true;
  }
  if (of_run.tokens || view.gives("tokens")) job->tokens = reader.amount<Tokens>(view, "tokens", of_run.tokens);
  if (job->by_date) job->tokens = {Tokens(job->by_date->tokens), -1};
  const bool budget = job->tokens.median.value() > 0;
  needs(view, {"price", "goodput"}, budget, "a token budget", "add tokens = \"15T tokens\", or leave it out");
  if (view.gives("price")) job->price = reader.value(view, "price");
  if (budget && !job->by_date)
    job->goodput = reader.number(
        view, "goodput", of_run.goodput ? *of_run.goodput : usual_goodput(catalog, job->posed.machine.accelerators));
  lay_out(*job, reader, view, threads);
  job->speed = job->layout ? read_speed(reader, *job) : UncertainNumber{1, -1};

  study.outputs = {{"step", d::time, false, true, true},
                   {"tokens per second", d::tokens - d::time},
                   {"model FLOP/s per accelerator", d::compute_rate}};
  if (budget) {
    study.outputs.push_back({"time of the token budget", d::time, false, true, true});
    study.outputs.push_back({"cost of the token budget", d::money});
    study.outputs.push_back({"energy of the token budget", d::energy});
  }
  study.trial = [job, budget](Draws draws, std::span<double> out) {
    const double never = std::nan("");
    std::fill(out.begin(), out.end(), never);
    if (!job->layout) return;
    const StepEstimate& e = job->layout->estimate;
    const double speed = job->speed.in(draws);
    out[step] = e.step.value() / speed;
    out[tokens_per_second] = e.tokens_per_second * speed;
    out[model_flops] = e.model_flops * speed;
    if (!budget) return;
    const Campaign c = campaign(*job, draws);
    out[days] = c.time.value(), out[cost] = c.cost.value(), out[energy] = c.energy.value();
  };
  study.answer = [job, outputs = study.outputs](const Trials& trials) {
    return training_document(*job, outputs, trials);
  };
  if (job->layout) study.trace = [job] { return step_trace(*job); };
  return finished_study(std::move(study), reader);
}

}  // namespace

Campaign campaign(const TrainingJob& job, Draws draws) {
  const StepEstimate& e = job.layout->estimate;
  const double speed = job.speed.in(draws), goodput = job.goodput.in(draws), tokens = job.tokens.in(draws).value();
  Campaign c;
  c.time = Time(tokens / (e.tokens_per_second * speed) / goodput);
  c.cost = Money(c.time.value() * job.posed.machine.accelerators * job.price.in(draws));
  c.energy = e.energy_per_token * (tokens / speed / goodput);
  return c;
}

const Form& training_form() {
  static const Form form = make_form();
  return form;
}

const Kind training_kind{training_form, read};

}  // namespace orrery::study
