// What a plan does with its accelerators and its money: events, operation, runs, accounts, milestones, observations.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/units.h"
#include "programme/parts.h"
#include "programme/speed.h"

namespace orrery::programme {
namespace {

/// A date that must lie on or after the programme's start.
Date date_from_start(Reader& reader, const View& view, std::string_view key, Date fallback, const std::string& rule) {
  const Plan& plan = reader.plan();
  const Date date = reader.date(view, key, fallback, rule);
  if (date < plan.start)
    throw Error(view.find(key) ? view.find(key)->place : view.place(), view.key_path(key),
                fmt::format("{} lies before the programme's start on {}", date.text(), plan.start.text()),
                "give a day on or after the start");
  return date;
}

void must_give(Reader& reader, const View& view, std::string_view key, const char* example) {
  if (!reader.gives(view, key))
    throw Error(view.place(), view.key_path(key), "is missing", std::string("add ") + std::string(key) + " = " + example);
}

double total_chips(const Plan& plan) {
  double sum = 0;
  for (const Order& o : plan.orders) sum += o.chips.value();
  for (const Rental& r : plan.rentals) sum += r.chips.value();
  return sum;
}

}  // namespace

void read_events(Reader& reader, const View& root) {
  Plan& plan = reader.plan();
  for (const auto& [name, view] : root.group("event")) {
    Event event;
    event.name = name;
    event.site = site_of(reader, view);
    must_give(reader, view, "limit", "\"power\"");
    const std::string limit = reader.choice(view, "limit", {"power", "cooling", "building"}, "", "");
    event.limit = limit == "power"     ? EventLimit::power
                  : limit == "cooling" ? EventLimit::cooling
                                       : EventLimit::building;
    must_give(reader, view, "change", "\"-72 MW\"");
    event.change = reader.constant<Power>(view, "change", std::nullopt);
    must_give(reader, view, "from", "2025-08-01");
    event.from = date_from_start(reader, view, "from", plan.start, "");
    event.delay = reader.amount<Time>(view, "delay", from_rule(0, "on schedule"));
    event.duration = reader.amount<Time>(view, "duration", from_rule(days(plan.end - plan.start + 1).value(), "to the end"));
    plan.events.push_back(std::move(event));
  }
}

void read_operation(Reader& reader, const View& root) {
  Plan& plan = reader.plan();
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
  if (reader.gives(view, "compute")) {
    for (const char* other : {"tokens"})
      if (reader.gives(view, other))
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

void read_runs(Reader& reader, const View& root) {
  Plan& plan = reader.plan();
  const catalog::Catalog& catalog = reader.catalog();
  std::vector<std::string> pools;
  for (const Site& s : plan.sites) pools.push_back(s.name);
  for (const Rental& r : plan.rentals) pools.push_back(r.name);
  for (const auto& [name, view] : root.group("run")) {
    Run run;
    run.name = name;
    const catalog::Entry* model = nullptr;
    if (reader.gives(view, "model")) {
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
    run.earliest = date_from_start(reader, view, "earliest", plan.start, "the programme's start");
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
      if (reader.gives(view, "achieved")) {
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

void read_money(Reader& reader, const View& root) {
  Plan& plan = reader.plan();
  const catalog::Entry& prices = reader.catalog().entry("prices", "default");
  const View view{root.find("money"), "money"};
  plan.money.discount_rate = reader.amount<Frequency>(view, "discount_rate", maybe(prices, "discount_rate"));
  plan.money.it_life = reader.amount<Time>(view, "it_life", maybe(prices, "it_life"));
  plan.money.facility_life = reader.amount<Time>(view, "facility_life", maybe(prices, "facility_life"));
  plan.money.opex = reader.amount<MoneyPerPowerTime>(view, "opex", maybe(prices, "opex"));
  std::optional<Fallback> water = maybe(prices, "water_price");
  plan.money.water_price = reader.amount<Quantity<dimension::money - dimension::volume>>(
      view, "water_price", water ? water : from_rule(0, "no price of water is known"));

  for (const auto& [name, lease_view] : root.group("lease")) {
    Lease lease;
    lease.name = name;
    if (reader.gives(lease_view, "counterparty")) lease.counterparty = reader.text(lease_view, "counterparty", "", "");
    must_give(reader, lease_view, "direction", "\"paid\"");
    lease.received = reader.choice(lease_view, "direction", {"paid", "received"}, "", "") == "received";
    lease.from = date_from_start(reader, lease_view, "from", plan.start, "the programme's start");
    lease.until = reader.date(lease_view, "until", plan.end, "the end of the forecast");
    if (const Node* until = lease_view.find("until"); until && lease.until < lease.from)
      throw Error(until->place, lease_view.key_path("until"),
                  fmt::format("{} lies before the lease begins on {}", lease.until.text(), lease.from.text()), "let the lease end later");
    if (lease.from > plan.end)
      throw Error(lease_view.find("from")->place, lease_view.key_path("from"),
                  fmt::format("{} lies after the forecast's end on {}", lease.from.text(), plan.end.text()),
                  fmt::format("lengthen the horizon, or take the lease out: {} = false", lease_view.path));
    if (!reader.gives(lease_view, "price") && !reader.gives(lease_view, "price_per_chip"))
      throw Error(lease_view.place(), lease_view.key_path("price"), "is missing", "add price = \"$5M/month\" or price_per_chip");
    lease.price = reader.amount<MoneyPerTime>(lease_view, "price", from_rule(0, "none"));
    lease.price_per_chip = reader.amount<MoneyPerChipTime>(lease_view, "price_per_chip", from_rule(0, "none"));
    if (reader.gives(lease_view, "price_per_chip") || reader.gives(lease_view, "site")) lease.site = site_of(reader, lease_view);
    const View v = lease_view;
    const UncertainNumber escalator = reader.number(v, "escalator", from_rule(0, "none"));
    if (escalator.input >= 0)
      throw Error(v.find("escalator")->place, v.key_path("escalator"), "is a distribution, but must be certain", "give one value");
    lease.escalator = escalator.median;
    plan.leases.push_back(std::move(lease));
  }
  if (const Node* node = root.find("serving")) {
    const View serving{node, "serving"};
    plan.serves = true;
    plan.serving.price = reader.amount<MoneyPerChipTime>(serving, "price", std::nullopt);
    plan.serving.utilisation = reader.number(serving, "utilisation", from_rule(0.6, "assumed"));
  }
}

void read_milestones(Reader& reader, const View& root) {
  Plan& plan = reader.plan();
  // One milestone for each order or rental: all accelerators up to and with it.
  double sum = 0;
  auto add = [&](double chips) {
    sum += chips;
    plan.milestones.push_back({format_count(sum) + " usable", Milestone::Kind::usable, sum, -1});
  };
  for (const Order& o : plan.orders) add(o.chips.value());
  for (const Rental& r : plan.rentals) add(r.chips.value());
  std::vector<const Node*> named;
  auto site_name = [](const Node& milestone) {
    const Node* site = milestone.find("site");
    return !site ? std::string() : site->kind == Node::Kind::table ? site->find("value")->text : site->text;
  };
  auto same_level = [&](const Node& a, const Node& b, bool usable) {
    if (site_name(a) != site_name(b)) return false;
    const char* key = usable ? "usable" : "it_power";
    const Dimension dimension = usable ? dimension::chips : dimension::power;
    return read_amount(*a.find(key), dimension, key, {"basis", "source", "date", "note"}).median() ==
           read_amount(*b.find(key), dimension, key, {"basis", "source", "date", "note"}).median();
  };
  for (const auto& [name, view] : root.group("milestone")) {
    const bool usable = reader.gives(view, "usable"), power = reader.gives(view, "it_power");
    if (usable == power)
      throw Error(view.place(), view.path, usable ? "gives both usable and it_power" : "gives neither usable nor it_power",
                  "give one of the two");
    for (const Node* had : named)
      if (had->find(usable ? "usable" : "it_power") && same_level(*had, *view.table, usable))
        throw Error(view.place(), view.path, "has the level of another milestone", "give each milestone a level of its own");
    named.push_back(view.table);
    Milestone m{name, usable ? Milestone::Kind::usable : Milestone::Kind::it_power, 0, -1};
    if (reader.gives(view, "site")) m.site = site_of(reader, view);
    m.level = usable ? reader.constant<Chips>(view, "usable", std::nullopt).value()
                     : reader.constant<Power>(view, "it_power", std::nullopt).value();
    if (usable && m.level > total_chips(plan) + 0.5)
      throw Error(view.find("usable")->place, view.key_path("usable"),
                  fmt::format("{} is more than the {} that the scenario buys and rents", format_count(m.level),
                              format_count(total_chips(plan))),
                  "give a number that can be reached");
    std::erase_if(plan.milestones, [&](const Milestone& had) { return had.site == m.site && had.kind == m.kind && had.level == m.level; });
    plan.milestones.push_back(std::move(m));
  }
  std::stable_sort(plan.milestones.begin(), plan.milestones.end(), [](const Milestone& a, const Milestone& b) {
    return std::pair(a.kind, a.level) < std::pair(b.kind, b.level);
  });
}

void read_observations(Reader& reader, const View& root) {
  using Kind = Observation::Kind;
  Plan& plan = reader.plan();
  for (const auto& [name, view] : root.group("observation")) {
    Observation o;
    o.name = name;
    auto text = [&section = view](const char* of_key, const char* otherwise) -> std::string {
      const Node* node = section.find(of_key);
      return !node ? otherwise : node->kind == Node::Kind::table ? node->find("value")->text : node->text;
    };
    std::vector<std::string> given;
    for (const char* key : {"usable", "it_power", "facility_power", "capex", "run"})
      if (reader.gives(view, key)) given.emplace_back(key);
    if (given.size() != 1)
      throw Error(view.place(), view.path, given.empty() ? "says nothing that was seen" : "says several things at once",
                  "give one of usable, it_power, facility_power, capex, run");
    for (const char* key : {"basis", "source"})
      if (!reader.gives(view, key))
        throw Error(view.place(), view.key_path(key), "is missing: an observation needs its basis and source",
                    "add basis = \"observed\" and source = \"...\"");
    must_give(reader, view, "date", "2024-09-02");
    const Node& day = *view.find("date");
    o.date = (day.kind == Node::Kind::table ? *day.find("value") : day).date;
    if (o.date < plan.start || o.date > plan.end)
      throw Error(day.place, view.key_path("date"),
                  fmt::format("{} lies outside the forecast, {} to {}", o.date.text(), plan.start.text(), plan.end.text()),
                  "lengthen the horizon or leave the observation out");
    o.provenance.basis = catalog::parse_basis(view.find("basis")->text);
    o.provenance.source = view.find("source")->text;
    o.provenance.date = o.date.text();
    if (const Node* note = view.find("note")) o.note = note->text;

    const std::string key = given.front();
    auto level = [&, &section = view](Dimension d) { return read_constant(*section.find(key), d, section.key_path(key)); };
    if (key == "usable") o.kind = Kind::usable, o.level = level(dimension::chips);
    if (key == "it_power") o.kind = Kind::it_power, o.level = level(dimension::power);
    if (key == "facility_power") o.kind = Kind::facility_power, o.level = level(dimension::power);
    if (key == "capex") o.kind = Kind::capex, o.level = level(dimension::money);
    if (key == "run") {
      const std::string what = text("what", "finish");
      if (what != "start" && what != "finish")
        throw Error(view.find("what")->place, view.key_path("what"), in_quotes(what) + " is neither start nor finish", "write one of the two");
      o.kind = what == "start" ? Kind::run_start : Kind::run_finish;
      std::vector<std::string> names;
      for (const Run& r : plan.runs) names.push_back(r.name);
      const std::string run = text("run", "");
      const auto it = std::find(names.begin(), names.end(), run);
      if (it == names.end())
        throw Error(view.find("run")->place, view.key_path("run"), in_quotes(run) + " is not a run of this scenario",
                    suggest(run, names, "name one of its runs"));
      o.run = static_cast<int>(it - names.begin());
    }
    if (view.find("site")) {
      if (key == "run" || key == "capex")
        throw Error(view.find("site")->place, view.key_path("site"), "does not go with " + key, "leave it out");
      o.site = site_of(reader, view);
    }
    const bool is_run = o.kind == Kind::run_start || o.kind == Kind::run_finish;
    const std::string score = text("score", is_run ? "date" : o.kind == Kind::capex ? "level" : "both");
    if (score != "date" && score != "level" && score != "both")
      throw Error(view.find("score")->place, view.key_path("score"), in_quotes(score) + " is not one of its values",
                  "write date, level or both");
    auto never = [&section = view](const char* name_of, const std::string& problem, const std::string& remedy) {
      if (const Node* node = section.find(name_of)) throw Error(node->place, section.key_path(name_of), problem, remedy);
    };
    if (!is_run) never("what", "belongs to a run, and none is named", "add run = \"...\" or leave it out");
    if (is_run && score != "date") never("score", "a run is scored on its date", "write date or leave it out");
    if (o.kind == Kind::capex && score != "level") never("score", "money is scored on its level", "write level or leave it out");
    o.scores_date = score != "level";
    o.scores_level = score != "date" && !is_run;
    plan.observations.push_back(std::move(o));
  }
}

}  // namespace orrery::programme
