// Training runs of a plan, how its accelerators are run, and events that change a limit for a while.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/units.h"
#include "programme/read.h"
#include "programme/speed.h"

namespace orrery::programme {

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
    event.from = date_from_start(reader, plan, view, "from", plan.start, "");
    event.delay = reader.amount<Time>(view, "delay", from_rule(0, "on schedule"));
    event.duration = reader.amount<Time>(view, "duration", from_rule(days(plan.end - plan.start + 1).value(), "to the end"));
    plan.events.push_back(std::move(event));
  }
}

void read_operation(Reader& reader, Plan& plan, const View& root) {
  const View view{root.find("operation"), "operation"};
  const std::string name = reader.text(view, "failures", "default", "the catalog's default");
  const Node* given = view.find("failures");
  const catalog::Catalog& catalog = reader.catalog();
  const catalog::Entry& failures =
      given ? catalog.entry("failures", name, given->place, view.key_path("failures")) : catalog.entry("failures", name);
  const catalog::Entry& fallback = catalog.entry("failures", "default");
  auto figure = [&](const char* key) { return failures.find(key) ? maybe(failures, key) : maybe(fallback, key); };
  plan.operation.failure_rate = reader.amount<FailureRate>(view, "failure_rate", figure("rate"));
  plan.operation.restart = reader.amount<Time>(view, "restart", figure("restart"));
  plan.operation.checkpoint_write = reader.amount<Time>(view, "checkpoint_write", figure("checkpoint_write"));
  plan.operation.load = reader.number(view, "load", maybe(catalog.entry("operations", "default"), "load"));
}

namespace {

/// Model FLOPs of a run: as given, or 6 x active parameters x tokens (Kaplan et al., "Scaling laws", 2020, eq. 2.2).
void read_work(Reader& reader, const View& view, const catalog::Entry* model, Run& run) {
  if (view.gives("compute")) {
    for (const char* other : {"tokens"})
      if (view.gives(other))
        throw Error(view.find(other)->place, view.key_path(other), "stands beside compute", "give one of the two");
    run.compute = reader.constant<Operations>(view, "compute", std::nullopt);
    return;
  }
  if (!model)
    throw Error(view.place(), view.key_path("model"), "is missing", "add a model and tokens, or compute = \"3e25 FLOP\"");
  std::optional<Fallback> tokens = maybe(*model, "tokens");
  run.tokens = reader.constant<Tokens>(view, "tokens", tokens);
  const catalog::Figure* active = model->find("params_active");
  const catalog::Figure& params = active ? *active : model->at("params_total");
  run.compute = Operations(6 * params.amount.median() * run.tokens.value());
  reader.record(view.key_path("compute"), format(run.compute), Origin::rule,
                "6 x models/" + model->name + '.' + params.key + " x tokens");
}

}  // namespace

void read_runs(Reader& reader, Plan& plan, const View& root) {
  const catalog::Catalog& catalog = reader.catalog();
  std::vector<std::string> pools;
  for (const Site& s : plan.sites) pools.push_back(s.name);
  for (const Rental& r : plan.rentals) pools.push_back(r.name);
  for (const auto& [name, view] : root.group("run")) {
    Run run;
    run.name = name;
    const catalog::Entry* model = nullptr;
    if (view.gives("model")) {
      run.model = reader.text(view, "model", "", "");
      model = &catalog.entry("models", run.model, view.find("model")->place, view.key_path("model"));
      run.model = model->name;
    }
    read_work(reader, view, model, run);
    const std::string on = reader.text(view, "on", pools.front(), "the first site or rental");
    const auto pool = std::find(pools.begin(), pools.end(), on);
    if (pool == pools.end())
      throw Error(view.find("on")->place, view.key_path("on"), in_quotes(on) + " is neither a site nor a rental here",
                  suggest(on, pools, fmt::format("name one of {}", fmt::join(pools, ", "))));
    run.pool = static_cast<int>(pool - pools.begin());

    const UncertainNumber duty = reader.number(view, "duty", from_rule(1, "all day"));
    if (duty.input >= 0)
      throw Error(view.find("duty")->place, view.key_path("duty"), "is a distribution, but must be certain", "give one value");
    run.duty = duty.median;

    // The accelerators of the pool, by order, on which network, and how fast each trains.
    std::vector<std::pair<std::string, std::string>> chips;
    double available = 0;
    if (run.pool < static_cast<int>(plan.sites.size())) {
      for (const Order& o : plan.orders)
        if (o.site == run.pool) chips.emplace_back(o.chip, o.network), available += o.chips.value();
    } else {
      const Rental& rental = plan.rentals[run.pool - plan.sites.size()];
      chips.emplace_back(rental.chip, rental.network), available = rental.chips.value();
    }
    if (chips.empty())
      throw Error(view.place(), view.key_path("on"), "names a site without accelerators", "order some for it, or name another");
    run.chips = reader.constant<Chips>(view, "chips", from_rule(available, "all of its pool"));
    run.minimum = reader.constant<Chips>(view, "minimum", from_rule(run.chips.value(), "all it wants"));
    if (run.minimum > run.chips)
      throw Error(view.find("minimum")->place, view.key_path("minimum"), "is more than the run wants",
                  fmt::format("give at most {}", format_count(run.chips.value())));
    if (run.chips.value() > available + 0.5)
      throw Error(view.find("chips")->place, view.key_path("chips"),
                  fmt::format("wants {} accelerators, but {} has {}", format_count(run.chips.value()), on, format_count(available)),
                  "want fewer, or order more");
    run.earliest = date_from_start(reader, plan, view, "earliest", plan.start, "the programme's start");
    const std::string precision = reader.choice(view, "precision", {"bf16", "fp8"}, "bf16", "16-bit");
    double sequence = 0, batch = 0;
    if (model) {
      const catalog::Figure* context = model->find("context");
      const double longest = std::min(8192.0, context ? context->amount.median() : 8192.0);
      sequence = reader.constant<Tokens>(view, "sequence", from_rule(longest, "the model's context, at most 8192")).value();
      batch = reader.number(view, "batch", from_rule(0, "one for every eight accelerators, at least 256")).median;
    }
    run.precision = precision, run.sequence = sequence, run.batch = batch;
    for (size_t i = 0; i < chips.size(); ++i) {
      const auto same = std::find(chips.begin(), chips.begin() + i, chips[i]);
      if (same != chips.begin() + i) {
        run.achieved.push_back(run.achieved[same - chips.begin()]);
        continue;
      }
      if (view.gives("achieved")) {
        run.achieved.push_back(i == 0 ? reader.amount<ComputeRate>(view, "achieved", std::nullopt) : run.achieved.front());
        continue;
      }
      const auto& [chip, network] = chips[i];
      const SpeedQuestion question{&catalog.entry("chips", chip), model, precision, run.chips.value(), sequence, batch, network};
      try {
        const Fallback speed = achieved_speed(catalog, question);
        // The name of the draw changes only where it must: --against another network then compares like with like.
        const bool twice = std::any_of(chips.begin(), chips.begin() + i, [&own = chip](const auto& c) { return c.first == own; });
        const std::string key = "achieved." + chip + (twice ? '.' + (network.empty() ? "cards-alone" : network) : "");
        run.achieved.push_back(reader.amount<ComputeRate>({nullptr, view.path}, key, speed));
      } catch (const Error& error) {
        if (!error.place().file.empty()) throw;  // a mistake in the catalog stands there
        if (network.empty()) throw Error(view.place(), view.key_path("achieved"), error.problem(), error.remedy());
        throw Error(view.place(), view.key_path("chips"),
                    fmt::format("{} on {}: {} {}", format_count(run.chips.value()), network, error.key(), error.problem()),
                    error.remedy());
      }
    }
    plan.runs.push_back(std::move(run));
  }
}

}  // namespace orrery::programme
