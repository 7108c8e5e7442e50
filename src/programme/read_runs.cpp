// Training runs of a plan, how its accelerators are run, and events that change a limit for a while.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/confinement.h"
#include "base/units.h"
#include "machine/model/read.h"
#include "machine/operations/recovery_facts.h"
#include "programme/read.h"
#include "programme/stand_ins.h"
#include "scenario/change.h"

namespace orrery::programme {

model::Model read_model(Reader& reader, const View& view, const std::string& fallback) {
  const Node* given = view.find("model");
  const std::string written = reader.text(view, "model", fallback, "the largest open model of its family");
  const std::string name = given && model::is_path(written) ? scenario::path_of(*given) : written;
  const std::string read_as = view.gives("read_as") ? reader.text(view, "read_as") : "";
  try {
    return model::read(name, reader.catalog(), read_as);
  } catch (const Error& e) {
    if (is_readable_file(e.place().file)) throw;  // a mistake in the config or the catalog stands there
    if (e.key() == "read_as") throw Error(view.place("read_as"), view.key_path("read_as"), e.problem(), e.remedy());
    throw Error(view.place("model"), view.key_path("model"),
                e.place().file.empty() ? e.problem() : in_quotes(name) + ' ' + e.problem(), e.remedy());
  }
}

void read_events(Reader& reader, Plan& plan, const View& root) {
  for (const auto& [name, view] : root.group("event")) {
    Event event;
    event.name = name;
    event.site = site_of(reader, plan, view);
    reader.must_give(view, "limit", "\"power\"");
    const std::string limit = reader.choice(view, "limit", {"power", "cooling", "building"}, "", "");
    event.limit = limit == "power"     ? EventLimit::power
                  : limit == "cooling" ? EventLimit::cooling
                                       : EventLimit::building;
    reader.must_give(view, "change", "\"-72 MW\"");
    event.change = reader.constant<Power>(view, "change", std::nullopt);
    reader.must_give(view, "from", "2025-08-01");
    event.from = day_from_start(reader, plan, view, "from", plan.start, "");
    event.delay = reader.amount<Time>(view, "delay", from_rule(0, "on schedule"));
    event.duration =
        reader.amount<Time>(view, "duration", from_rule(days(plan.end - plan.start + 1).value(), "to the end"));
    plan.events.push_back(std::move(event));
  }
}

void read_operation(Reader& reader, Plan& plan, const View& root) {
  const View view{root.find("operation"), "operation"};
  const std::string name = reader.text(view, "failures", "default", "the catalog's default");
  const Node* given = view.find("failures");
  const catalog::Catalog& catalog = reader.catalog();
  const catalog::Entry& failures = given ? catalog.entry("failures", name, given->place, view.key_path("failures"))
                                         : catalog.entry("failures", name);
  const catalog::Entry& fallback = catalog.entry("failures", "default");
  auto figure = [&](const char* key) { return failures.find(key) ? maybe(failures, key) : maybe(fallback, key); };
  plan.operation.failure_rate = reader.amount<FailureRate>(view, "failure_rate", figure("rate"));
  needs(view, {"mechanism", "stall"}, !view.gives("restart"), "phases of a recovery",
        "leave out restart, which stands in place of them, or leave it out");
  if (view.gives("mechanism")) plan.operation.mechanism = reader.entry(view, "mechanism", "recovery", "", "").name;
  if (view.gives("restart")) plan.operation.restart = reader.amount<Time>(view, "restart");
  else plan.operation.stall = reader.number(view, "stall", maybe(operations::usual_mechanism(catalog, 1), "spread"));
  plan.operation.other = reader.number(view, "other", figure("other"));
  plan.operation.checkpoint_write = reader.amount<Time>(view, "checkpoint_write", figure("checkpoint_write"));
  plan.operation.spares = reader.number(view, "spares", from_rule(0, "those that runs leave"));
  plan.operation.load = reader.number(view, "load", maybe(catalog.entry("operations", "default"), "load"));
  plan.operation.repair = reader.amount<Money>(view, "repair", from_rule(0, "opex holds repairs"));
  plan.operation.early_failures = reader.number(view, "early_failures", from_rule(1, "new ones fail as old ones"));
  needs(view, {"early_life"}, view.gives("early_failures"), "early failures",
        "add early_failures = 3, or leave it out");
  if (view.gives("early_failures"))
    plan.operation.early_life = reader.amount<Time>(view, "early_life", figure("early_life"));
}

namespace {

/// How the run goes on after a failure: as it says, as [operation] says, or as jobs of its size do.
void read_mechanism(Reader& reader, const Plan& plan, const View& view, Run& run) {
  needs(view, {"mechanism", "replica"}, !plan.operation.restart, "phases of a recovery",
        "leave out operation.restart, which stands in place of them, or leave it out");
  if (plan.operation.restart) return;
  const catalog::Entry& usual = operations::usual_mechanism(reader.catalog(), run.chips.value());
  const bool said = !plan.operation.mechanism.empty();
  const catalog::Entry& entry =
      reader.entry(view, "mechanism", "recovery", said ? plan.operation.mechanism : usual.name,
                   said ? "operation's" : fmt::format("usual from {} on", format_count(usual.number("from"))));
  run.mechanism = entry.name;
  run.recovery = operations::recovery_of(entry);
  const bool domains = run.recovery.domain > Chips(0);
  needs(view, {"replica"}, domains, "a mechanism with domains", "add mechanism = \"replica-level\", or leave it out");
  if (domains)
    run.recovery.domain =
        Chips(reader.whole(view, "replica", static_cast<int>(run.recovery.domain.value()), "recovery/" + entry.name));
}

/// Model FLOPs of a run: as given, or 6 x active parameters x tokens (Kaplan et al., "Scaling laws", 2020, eq. 2.2).
void read_compute(Reader& reader, const View& view, const std::optional<model::Model>& model, Run& run) {
  if (view.gives("compute")) {
    for (const char* other : {"tokens"})
      if (view.gives(other))
        throw Error(view.find(other)->place, view.key_path(other), "stands beside compute", "give one of the two");
    run.compute = reader.constant<Operations>(view, "compute", std::nullopt);
    return;
  }
  if (!model)
    throw Error(view.place(), view.key_path("model"), "is missing",
                "add a model and tokens, or compute = \"3e25 FLOP\"");
  std::optional<Fallback> tokens;
  if (model->in_catalog) tokens = maybe(reader.catalog().entry("models", model->name), "tokens");
  run.tokens = reader.constant<Tokens>(view, "tokens", tokens);
  run.compute = Operations(6 * model->active * run.tokens.value());
  reader.record(view.key_path("compute"), format(run.compute), Origin::rule,
                "6 x " + model->active_source + " x tokens");
}

/// Adds the accelerators of an order or a rental to a run's: to their kind, or as one more kind.
template <class Part>
void add_kind(Run& run, const Part& part) {
  const auto same = std::find_if(run.speeds.begin(), run.speeds.end(), [&](const TrainingSpeed& s) {
    return s.chip == part.chip && s.network == part.network && s.network_failed == part.network_failed;
  });
  run.speed_of.push_back(static_cast<size_t>(same - run.speeds.begin()));
  if (same != run.speeds.end()) {
    same->chips += part.chips;
    return;
  }
  TrainingSpeed& speed = run.speeds.emplace_back();
  speed.chip = part.chip, speed.network = part.network, speed.chips = part.chips;
  speed.network_failed = part.network_failed;
}

/// The kinds of accelerators of the run's pool, by order; how many in all.
double read_pool(const Plan& plan, Run& run) {
  double available = 0;
  auto add = [&](const auto& part) { available += part.chips.value(), add_kind(run, part); };
  if (run.pool.rented) add(plan.rentals[run.pool.index]);
  for (const Order& order : plan.orders)
    if (run.pool.holds(static_cast<std::size_t>(order.site))) add(order);
  return available;
}

/// The sites that train a run together, and the lines between them.
void read_further_sites(Reader& reader, const Plan& plan, const View& view, Run& run) {
  needs(view, {"line_rate", "line_distance"}, view.gives("with"), "the sites that they join", "add with = [\"...\"]");
  if (!view.gives("with")) return;
  std::vector<std::string> sites;
  for (const Site& s : plan.sites) sites.push_back(s.name);
  if (run.pool.rented)
    throw Error(view.place("with"), view.key_path("with"), "joins sites, but the run is on a rental",
                "let it run on a site");
  for (const std::string& name : reader.texts(view, "with")) {
    const auto site = std::find(sites.begin(), sites.end(), name);
    if (site == sites.end())
      throw Error(view.place("with"), view.key_path("with"), in_quotes(name) + " is not a site of this scenario",
                  suggest(name, sites, fmt::format("name some of {}", fmt::join(sites, ", "))));
    const auto index = static_cast<std::size_t>(site - sites.begin());
    if (run.pool.holds(index))
      throw Error(view.place("with"), view.key_path("with"), "names " + in_quotes(name) + " twice", "name it once");
    run.pool.more.push_back(index);
  }
  reader.must_give(view, "line_rate", "\"10 Tb/s\"");
  reader.must_give(view, "line_distance", "\"300 km\"");
  run.pool.line_rate = reader.constant<Bandwidth>(view, "line_rate");
  run.pool.line_distance = reader.constant<Length>(view, "line_distance");
}

/// Accelerators are held by one pool: runs that use a site all use the same sites.
void check_pools(const Plan& plan) {
  for (const Run& run : plan.runs)
    for (const Run& other : plan.runs) {
      if (run.pool.more.empty() || other.pool.rented) continue;
      const bool shared =
          other.pool.holds(run.pool.index) || std::any_of(run.pool.more.begin(), run.pool.more.end(),
                                                          [&](std::size_t site) { return other.pool.holds(site); });
      bool same = other.pool.more.size() == run.pool.more.size();
      for (std::size_t i = 0; i < plan.sites.size(); ++i) same = same && run.pool.holds(i) == other.pool.holds(i);
      if (shared && !same)
        throw Error(other.place, "run." + other.name + ".with",
                    "differs from that of run." + run.name + ", which uses some of the same sites",
                    "let both use the same sites");
    }
}

/// The most that a datasheet lets an accelerator do in a number format, FLOP/s; that in bf16 where it says nothing of
/// it; infinity where it says neither.
double peak_of(const catalog::Entry& chip, const std::string& precision) {
  const std::string key = precision == "fp8" || precision == "mxfp8" ? "fp8_dense"
                          : precision == "nvfp4"                     ? "fp4_dense"
                          : precision == "fp32"                      ? "fp32"
                                                                     : precision + "_dense";
  return chip.number(key, chip.number("bf16_dense", infinity));
}

/// No accelerator of a run does more than its peak.
void check_peak(const Reader& reader, const View& view, const Run& run, const Uncertain<ComputeRate>& achieved,
                const std::vector<TrainingSpeed>& of) {
  const double most =
      achieved.input < 0 ? achieved.median.value() : reader.inputs[achieved.input].distribution.highest();
  for (const TrainingSpeed& speed : of)
    if (const double peak = peak_of(reader.catalog().entry("chips", speed.chip), run.precision);
        most > peak * (1 + 1e-9))
      throw Error(view.place("achieved"), view.key_path("achieved"),
                  fmt::format("{} is above the peak of {} in {}, {}", format(ComputeRate(most), 4), speed.chip,
                              run.precision, format(ComputeRate(peak), 4)),
                  "give model FLOP/s per accelerator, or the precision that it was reached in");
}

/// Leaves a run's speed on its kind of accelerators to speeds(); given: a change of what that finds, or null.
void leave_open(Reader& reader, const View& view, Run& run, std::size_t kind, const Node* given,
                const std::string& given_path) {
  TrainingSpeed& speed = run.speeds[kind];
  // The name of the draw changes only where it must: --against another network then compares like with like.
  const bool twice = std::any_of(run.speeds.begin(), run.speeds.begin() + static_cast<std::ptrdiff_t>(kind),
                                 [&](const TrainingSpeed& s) { return s.open && s.chip == speed.chip; });
  std::string network = speed.network.empty() ? "cards-alone" : speed.network;
  if (speed.network_failed > 0) network += fmt::format("-{:g}-failed", speed.network_failed);
  speed.open = true;
  if (given)
    speed.faster = scenario::apply_change(*given, Distribution::constant(1), dimension::compute_rate, given_path).a;
  speed.setting = reader.settings.size();
  reader.record(view.key_path("achieved." + speed.chip + (twice ? '.' + network : "")), "", Origin::rule,
                "training model");
}

/// What the scenario says of speed; else settings that wait for speeds().
void read_speeds(Reader& reader, const View& view, Run& run) {
  if (view.states("achieved")) {
    const Uncertain<ComputeRate> achieved = reader.amount<ComputeRate>(view, "achieved", std::nullopt);
    check_peak(reader, view, run, achieved, run.speeds);
    for (TrainingSpeed& speed : run.speeds) speed.achieved = achieved;
    return;
  }
  for (std::size_t kind = 0; kind < run.speeds.size(); ++kind)
    leave_open(reader, view, run, kind, view.find("achieved"), view.key_path("achieved"));
}

std::string read_precision(Reader& reader, const View& view) {
  return reader.choice(view, "precision", {"bf16", "fp8", "mxfp8", "nvfp4", "tf32", "fp32"}, "bf16", "16-bit");
}

void shape_of(const model::Model& model, Run& run) {
  run.model = model.name, run.shape = model.shape;
  run.active_parameters = model.active, run.mixture = model.mixture;
}

/// Tokens of a sequence and sequences of a step.
void read_batch(Reader& reader, const View& view, const model::Model& model, Run& run) {
  const double longest = model.context > 0 ? std::min(8192.0, model.context) : 8192;
  run.sequence =
      reader.constant<Tokens>(view, "sequence", from_rule(longest, "the model's context, at most 8192")).value();
  if (run.sequence != std::floor(run.sequence))
    throw Error(view.place("sequence"), view.key_path("sequence"),
                fmt::format("{} is not a whole number of tokens", run.sequence), "give whole tokens");
  const UsualBatch usual =
      usual_batch(reader.catalog(), run.stand_in.empty() ? &model : nullptr, run.sequence, run.compute.value());
  run.batch = reader.whole(view, "batch", usual.sequences, usual.rule);
}

}  // namespace

void read_runs(Reader& reader, Plan& plan, const View& root) {
  std::vector<std::string> pools;
  for (const Site& s : plan.sites) pools.push_back(s.name);
  for (const Rental& r : plan.rentals) pools.push_back(r.name);
  for (const auto& [name, view] : root.group("run")) {
    Run run;
    run.name = name;
    run.place = view.place();
    std::optional<model::Model> model;
    if (view.gives("model")) {
      model = read_model(reader, view);
      shape_of(*model, run);
    }
    read_compute(reader, view, model, run);
    const std::string on = reader.text(view, "on", pools.front(), "the first site or rental");
    const auto pool = std::find(pools.begin(), pools.end(), on);
    if (pool == pools.end())
      throw Error(view.find("on")->place, view.key_path("on"), in_quotes(on) + " is neither a site nor a rental here",
                  suggest(on, pools, fmt::format("name one of {}", fmt::join(pools, ", "))));
    if (std::count(pools.begin(), pools.end(), on) > 1)
      throw Error(view.place("on"), view.key_path("on"), in_quotes(on) + " is both a site and a rental here",
                  "give one of the two another name");
    const auto named = static_cast<std::size_t>(pool - pools.begin());
    run.pool.rented = named >= plan.sites.size();
    run.pool.index = run.pool.rented ? named - plan.sites.size() : named;

    read_further_sites(reader, plan, view, run);
    const UncertainNumber duty = reader.number(view, "duty", from_rule(1, "all day"));
    if (duty.input >= 0)
      throw Error(view.find("duty")->place, view.key_path("duty"), "is a distribution, but must be certain",
                  "give one value");
    run.duty = duty.median;

    const double available = read_pool(plan, run);
    if (run.speeds.empty())
      throw Error(view.place(), view.key_path("on"), "names a site without accelerators",
                  "order some for it, or name another");
    run.chips = reader.constant<Chips>(view, "chips", from_rule(available, "all of its pool"));
    run.minimum = reader.constant<Chips>(view, "minimum", from_rule(run.chips.value(), "all it wants"));
    if (run.minimum > run.chips)
      throw Error(view.find("minimum")->place, view.key_path("minimum"), "is more than the run wants",
                  fmt::format("give at most {:.0f}", run.chips.value()));
    if (run.chips.value() > available + 0.5)
      throw Error(view.find("chips")->place, view.key_path("chips"),
                  fmt::format("wants {} accelerators, but {} has {}", format_count(run.chips.value()), on,
                              format_count(available)),
                  "want fewer, or order more");
    read_mechanism(reader, plan, view, run);
    run.earliest = day_from_start(reader, plan, view, "earliest", plan.start, "the programme's start");
    run.precision = read_precision(reader, view);
    const bool modelled = !view.states("achieved");
    if (!model && modelled) {
      // What trains with so much compute is not said: a model that did with about as much stands in for its speed.
      StandIn stand_in = nearest_model(reader.catalog(), run.compute.value());
      reader.record(view.key_path("model"), stand_in.model.name, Origin::rule, stand_in.note);
      reader.settings.back().is_name = true;
      run.shape = stand_in.model.shape;
      run.active_parameters = stand_in.model.active, run.mixture = stand_in.model.mixture;
      run.stand_in = stand_in.model.name;
      model = std::move(stand_in.model);
    }
    needs(view, {"framework", "software_age"}, model && run.shape && modelled, "the training model",
          "name a model whose layers are known and leave out achieved, or leave it out");
    if (view.gives("framework")) run.framework = reader.text(view, "framework");
    if (view.gives("software_age")) run.software_age = reader.constant<Time>(view, "software_age");
    if (model) read_batch(reader, view, *model, run);
    read_speeds(reader, view, run);
    plan.runs.push_back(std::move(run));
  }
  check_pools(plan);
}

namespace {

/// What accelerators that give `achieved` themselves do; at their own index into the job's speeds.
template <class Part>
void read_own_work(Reader& reader, const View& view, const Part& part, Run& job) {
  Run own;
  add_kind(own, part);
  job.speeds.push_back(std::move(own.speeds.front()));
  if (!view.states("achieved"))
    return leave_open(reader, view, job, job.speeds.size() - 1, view.find("achieved"), view.key_path("achieved"));
  job.speeds.back().achieved = reader.amount<ComputeRate>(view, "achieved");
  check_peak(reader, view, job, job.speeds.back().achieved, {job.speeds.back()});
}

/// The job that the accelerators are asked for which do not give `achieved` themselves: of so many at most.
void read_job(Reader& reader, const View& view, double fewest, Run& job) {
  reader.must_give(view, "model", "\"llama-3.1-405b\"");
  const model::Model model = read_model(reader, view);
  shape_of(model, job);
  job.chips = job.minimum = reader.constant<Chips>(
      view, "chips", from_rule(std::min(large_run, fewest), fmt::format("{:.0f}, or the smallest order", large_run)));
  if (job.chips.value() > fewest + 0.5)
    throw Error(view.place("chips"), view.key_path("chips"),
                fmt::format("wants {} accelerators of each kind, and there are {} of one",
                            format_count(job.chips.value()), format_count(fewest)),
                fmt::format("give at most {:.0f}", fewest));
  job.compute = Operations(training_compute(reader.catalog(), model));
  read_batch(reader, view, model, job);
  for (std::size_t kind = 0; kind < job.speeds.size(); ++kind) leave_open(reader, view, job, kind, nullptr, "");
}

}  // namespace

void read_work(Reader& reader, Plan& plan, const View& root) {
  std::vector<View> parts;
  for (const char* group : {"order", "rental"})
    for (const auto& [name, view] : root.group(group)) parts.push_back(view);
  const auto says = std::find_if(parts.begin(), parts.end(), [](const View& v) { return v.gives("achieved"); });
  const View view = root.below("work");
  if (!view.table && says == parts.end()) return;
  Run& job = plan.work.emplace();
  job.place = view.table ? view.place() : says->place("achieved");
  job.precision = read_precision(reader, view);
  const auto part = [&](std::size_t i, const auto& f) {
    if (i < plan.orders.size()) f(plan.orders[i]);
    else f(plan.rentals[i - plan.orders.size()]);
  };
  double fewest = infinity;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].gives("achieved")) continue;
    if (!view.table)
      throw Error(parts[i].place(), parts[i].key_path("achieved"), "is missing, and " + says->path + " gives its own",
                  "give it here too, or add [work] with a model");
    part(i, [&](const auto& p) { fewest = std::min(fewest, p.chips.value()), add_kind(job, p); });
  }
  if (!job.speeds.empty()) read_job(reader, view, fewest, job);
  std::vector<std::size_t> shared;
  shared.swap(job.speed_of);
  for (std::size_t i = 0, k = 0; i < parts.size(); ++i) {
    if (!parts[i].gives("achieved")) {
      job.speed_of.push_back(shared[k++]);
      continue;
    }
    if (!parts[i].states("achieved") && !job.shape)
      throw Error(parts[i].place("achieved"), parts[i].key_path("achieved"), "changes what nothing says",
                  "give a rate, or [work] with a model");
    part(i, [&](const auto& p) { read_own_work(reader, parts[i], p, job); });
    job.speed_of.push_back(job.speeds.size() - 1);
  }
}

}  // namespace orrery::programme
