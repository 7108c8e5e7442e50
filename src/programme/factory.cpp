#include "programme/factory.h"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <map>

#include "base/random.h"
#include "base/value.h"

namespace orrery::programme {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr Dimension wafer_rate = dimension::wafers - dimension::time;
constexpr Dimension per_chip = dimension::money - dimension::chips;
constexpr Dimension density = dimension::none - dimension::area;

/// A key of a section: what it measures, its range in SI units, and where a draw of it goes.
template <class T>
struct Key {
  const char* name;
  Dimension dimension;
  double low, high;
  bool required;
  double& (*place)(T&);
};

const std::vector<Key<FactoryDraw>> factory_keys = {
    {"raise", dimension::money, 0, 1e14, true, [](FactoryDraw& d) -> double& { return d.raise; }},
    {"price", per_chip, 0, 1e7, true, [](FactoryDraw& d) -> double& { return d.product.price; }},
    {"part_cost", per_chip, 0, 1e7, true, [](FactoryDraw& d) -> double& { return d.product.part_cost; }},
    {"own_use", dimension::chips - dimension::time, 0, 1e3, true,
     [](FactoryDraw& d) -> double& { return d.product.own_use; }},
    {"design_cost", dimension::money, 0, 1e12, true, [](FactoryDraw& d) -> double& { return d.product.design_cost; }},
    {"design_time", dimension::time, 0, 1e9, true, [](FactoryDraw& d) -> double& { return d.product.design_time; }}};
const std::vector<Key<FactoryDraw>> die_keys = {
    {"area", dimension::area, 1e-6, 0.01, true, [](FactoryDraw& d) -> double& { return d.product.die_area; }},
    {"wafer_diameter", dimension::length, 0.1, 0.45, true,
     [](FactoryDraw& d) -> double& { return d.product.wafer_diameter; }},
    {"clustering", dimension::none, 0.1, 1e6, true, [](FactoryDraw& d) -> double& { return d.product.clustering; }},
    {"salvage", dimension::none, 0, 1, true, [](FactoryDraw& d) -> double& { return d.product.salvage; }}};
const std::vector<Key<FactoryDraw>> packaging_keys = {
    {"share", dimension::none, 0, 1, true, [](FactoryDraw& d) -> double& { return d.share; }},
    {"per_wafer", dimension::chips - dimension::wafers, 0, 1e4, true,
     [](FactoryDraw& d) -> double& { return d.per_wafer; }}};
const std::vector<Key<FactoryOption>> option_keys = {
    {"planned", wafer_rate, 1e-6, 1, true, [](FactoryOption& o) -> double& { return o.planned; }},
    {"smallest", wafer_rate, 0, 1, false, [](FactoryOption& o) -> double& { return o.smallest; }},
    {"upfront", dimension::money, 0, 1e12, false, [](FactoryOption& o) -> double& { return o.source.upfront; }},
    {"capex", dimension::money, 0, 1e12, false, [](FactoryOption& o) -> double& { return o.capex; }},
    {"capex_for", wafer_rate, 1e-6, 1, false, [](FactoryOption& o) -> double& { return o.capex_for; }},
    {"lead_time", dimension::time, 0, 1e9, true, [](FactoryOption& o) -> double& { return o.source.lead_time; }},
    {"ramp_time", dimension::time, 0, 1e9, true, [](FactoryOption& o) -> double& { return o.source.ramp_time; }},
    {"cycle_time", dimension::time, 0, 1e8, true, [](FactoryOption& o) -> double& { return o.source.cycle_time; }},
    {"fixed_cost", dimension::money - dimension::time, 0, 1e5, false,
     [](FactoryOption& o) -> double& { return o.source.fixed_cost; }},
    {"wafer_cost", dimension::money - dimension::wafers, 0, 1e7, true,
     [](FactoryOption& o) -> double& { return o.source.wafer_cost; }},
    {"minimum", dimension::none, 0, 1, false, [](FactoryOption& o) -> double& { return o.source.minimum; }},
    {"defects_first", density, 0, 1e6, true, [](FactoryOption& o) -> double& { return o.source.defects_first; }},
    {"defects_mature", density, 0, 1e6, true, [](FactoryOption& o) -> double& { return o.source.defects_mature; }},
    {"halving", dimension::time, 86400, 1e9, true, [](FactoryOption& o) -> double& { return o.source.halving; }}};

const std::vector<std::string> origin = {"basis", "source", "date", "note"};

void only(const Node& table, const std::string& path, const std::vector<std::string>& known) {
  if (table.kind != Node::Kind::table)
    throw Error(table.place, path, "is " + kind_name(table.kind) + ", not a table", "write [" + path + "]");
  for (const auto& [key, node] : table.members)
    if (std::find(known.begin(), known.end(), key) == known.end())
      throw Error(node.place, path.empty() ? key : path + '.' + key, "is not a key of a chip factory",
                  suggest(key, known, "see docs/scenarios/chip-factories.md"));
}

const Node& need(const Node& table, const std::string& path, const std::string& key) {
  const Node* node = table.find(key);
  if (!node)
    throw Error(table.place, path.empty() ? key : path + '.' + key, "is missing",
                "see docs/scenarios/chip-factories.md");
  return *node;
}

std::string text_of(const Node& table, const std::string& path, const char* key) {
  const Node* node = table.find(key);
  if (!node) return "";
  if (node->kind == Node::Kind::date) return node->date.text();
  if (node->kind != Node::Kind::text)
    throw Error(node->place, path.empty() ? key : path + '.' + key, "is " + kind_name(node->kind) + ", not text",
                "write it in quotes");
  return node->text;
}

void read_input(const Node& node, const std::string& path, Dimension dimension, double low, double high,
                FactoryQuestion& f) {
  FactoryInput input{path, read_amount(node, dimension, path, origin), dimension, "", ""};
  check_range(input.value, dimension, low, high, node.place, path);
  if (node.kind != Node::Kind::table || !node.find("basis"))
    throw Error(node.place, path, "has no basis", "write { value = ..., basis = \"reported\", source = \"...\" }");
  input.basis = text_of(node, path, "basis");
  input.source = text_of(node, path, "source");
  const std::string note = text_of(node, path, "note");
  if (!note.empty()) input.source += (input.source.empty() ? "" : "; ") + note;
  if (input.source.empty())
    throw Error(node.place, path, "has neither source nor note", "say where it is from, or why it is assumed");
  f.inputs.push_back(std::move(input));
}

template <class T>
void read_keys(const Node& table, const std::string& path, const std::vector<Key<T>>& keys,
               std::vector<std::string> others, FactoryQuestion& f) {
  for (const Key<T>& key : keys) others.push_back(key.name);
  only(table, path, others);
  for (const Key<T>& key : keys)
    if (key.required || table.find(key.name))
      read_input(need(table, path, key.name), path + '.' + key.name, key.dimension, key.low, key.high, f);
}

/// The end of a quarter written as "2024-Q4".
Date quarter_end(const std::string& text, const Place& place, const std::string& path) {
  int year = 0, quarter = 0, used = 0;
  if (std::sscanf(text.c_str(), "%4d-Q%1d%n", &year, &quarter, &used) != 2 || used != static_cast<int>(text.size()) ||
      quarter < 1 || quarter > 4 || year < 1990 || year > 2190)
    throw Error(place, path, in_quotes(text) + " is not a quarter", "write it as 2024-Q4");
  return quarter == 4 ? make_date(year + 1, 1, 1) : make_date(year, 3 * quarter + 1, 1);
}

/// Accelerators that can be packaged in each step: linear between the ends of the quarters given, level outside.
std::vector<double> packaging_by_step(const FactoryQuestion& f, const FactoryDraw& draw) {
  std::vector<double> out(static_cast<size_t>(f.years * silicon::supply_steps_in_year));
  for (size_t i = 0; i < out.size(); ++i) {
    const double day = f.start.days + (static_cast<double>(i) + 0.5) * silicon::supply_step_time / 86400;
    size_t next = 0;
    while (next < f.packaging_dates.size() && f.packaging_dates[next].days < day) ++next;
    double wafers = 0;
    if (next == 0)
      wafers = draw.packaging.front();
    else if (next == f.packaging_dates.size())
      wafers = draw.packaging.back();
    else {
      const double a = f.packaging_dates[next - 1].days, b = f.packaging_dates[next].days;
      wafers = draw.packaging[next - 1] + (draw.packaging[next] - draw.packaging[next - 1]) * (day - a) / (b - a);
    }
    out[i] = wafers * draw.share * draw.per_wafer * silicon::supply_step_time;
  }
  return out;
}

/// The outputs of one option in one trial; infinite where there are none.
struct Outcome {
  double affordable = 0, capacity = 0, first = infinite, low = 0, die_cost = infinite, cost = infinite, surplus = 0,
         made = 0, value = 0;
  std::vector<double> by_year, cash;
  bool built = false;
  std::string binding;
};

Outcome outcome_of(const FactoryQuestion& f, const FactoryDraw& draw, const FactoryOption& option,
                   const std::vector<double>& packaging) {
  Outcome out;
  out.by_year.assign(static_cast<size_t>(f.years), 0), out.cash = out.by_year;
  out.affordable = silicon::affordable(draw.product, option.source, draw.raise, 10 * option.planned, packaging);
  out.capacity = std::min(option.planned, out.affordable);
  out.built = out.capacity > 0 && out.capacity >= option.smallest;
  if (!out.built) {
    out.capacity = 0, out.binding = "raise: too small for a line";
    return out;
  }
  const auto steps = silicon::run_source(draw.product, option.source, out.capacity, packaging);
  double sum = 0, spent = 0;
  int held = 0, running = 0;
  for (size_t i = 0; i < steps.size(); ++i) {
    const silicon::SupplyStep& x = steps[i];
    const size_t year = i / silicon::supply_steps_in_year;
    if (x.dies > 0 && out.made == 0) out.first = static_cast<double>(i) * silicon::supply_step_time / 86400;
    held += x.held, running += x.starts > 0;
    out.made += x.dies, out.by_year[year] += x.dies, sum += x.cash, spent += x.spent;
    out.surplus += std::max(0.0, x.dies - draw.product.own_use * silicon::supply_step_time);
    out.cash[year] = sum;
  }
  out.low = -silicon::low_point(steps);
  out.value = silicon::present_value(steps, f.rate);
  if (out.made > 0) out.cost = spent / out.made, out.die_cost = out.cost - draw.product.part_cost;
  const bool packaged = 2 * held > running;
  out.binding = out.capacity < option.planned ? packaged ? "raise, then packaging" : "raise"
                : packaged                    ? "packaging"
                                              : "wafer starts";
  return out;
}

}  // namespace

FactoryQuestion read_factory(const Node& root, const std::string& file) {
  only(root, "", {"title", "description", "factory", "die", "packaging", "option"});
  FactoryQuestion f;
  f.file = file;
  f.title = text_of(root, "", "title");
  f.description = text_of(root, "", "description");
  const Node& factory = need(root, "", "factory");
  read_keys(factory, "factory", factory_keys, {"start", "years", "rate"}, f);
  const Node& start = need(factory, "factory", "start");
  if (start.kind != Node::Kind::date)
    throw Error(start.place, "factory.start", "is " + kind_name(start.kind) + ", not a date", "write 2024-01-15");
  f.start = start.date;
  const Node& years = need(factory, "factory", "years");
  if (years.kind != Node::Kind::number || !years.whole || years.number < 1 || years.number > 40)
    throw Error(years.place, "factory.years", "is not a whole number from 1 to 40", "write 10");
  f.years = static_cast<int>(years.number);
  const Node& rate = need(factory, "factory", "rate");
  f.rate = read_constant(rate, dimension::none, "factory.rate");
  check_range(Distribution::constant(f.rate), dimension::none, 0, 1, rate.place, "factory.rate");
  read_keys(need(root, "", "die"), "die", die_keys, {}, f);

  const Node& packaging = need(root, "", "packaging");
  read_keys(packaging, "packaging", packaging_keys, {"capacity"}, f);
  const Node& capacity = need(packaging, "packaging", "capacity");
  if (capacity.kind != Node::Kind::table || capacity.members.empty())
    throw Error(capacity.place, "packaging.capacity", "has no quarter",
                "add \"2024-Q4\" = { value = \"37500 wafers/month\", basis = ... }");
  for (const auto& [name, node] : capacity.members) {
    const std::string path = "packaging.capacity." + name;
    f.packaging_dates.push_back(quarter_end(name, node.place, path));
    if (f.packaging_dates.size() > 1 && f.packaging_dates.back() <= f.packaging_dates[f.packaging_dates.size() - 2])
      throw Error(node.place, path, "is not after the quarter before it", "give the quarters in order");
    read_input(node, path, wafer_rate, 0, 10, f);
  }

  const Node& options = need(root, "", "option");
  if (options.kind != Node::Kind::table || options.members.empty())
    throw Error(options.place, "option", "has no table", "add [option.NAME]");
  for (const auto& [name, node] : options.members) {
    const std::string path = "option." + name;
    read_keys(node, path, option_keys, {"note"}, f);
    if (!node.find("capex") != !node.find("capex_for"))
      throw Error(node.place, path, "has one of capex and capex_for without the other",
                  "give the money and the wafers/month that it pays for");
    f.options.push_back(name);
    f.notes.push_back(text_of(node, path, "note"));
  }
  return f;
}

FactoryDraw draw_factory(const FactoryQuestion& f, int trial, std::uint64_t seed) {
  std::map<std::string, double> values;
  for (const FactoryInput& x : f.inputs)
    values[x.path] = trial < 0 ? x.value.median()
                               : x.value.draw(uniform(seed, stream_of(x.path), static_cast<std::uint64_t>(trial)));
  auto fill = [&](auto& to, const std::string& path, const auto& keys) {
    for (const auto& key : keys)
      if (const auto found = values.find(path + '.' + key.name); found != values.end()) key.place(to) = found->second;
  };
  FactoryDraw draw;
  fill(draw, "factory", factory_keys), fill(draw, "die", die_keys), fill(draw, "packaging", packaging_keys);
  for (const FactoryInput& x : f.inputs)
    if (x.path.starts_with("packaging.capacity.")) draw.packaging.push_back(values[x.path]);
  for (const std::string& name : f.options) {
    FactoryOption option;
    fill(option, "option." + name, option_keys);
    option.source.capex = option.capex / option.capex_for;
    draw.options.push_back(option);
  }
  return draw;
}

std::vector<FactoryResult> forecast_factory(const FactoryQuestion& f, int trials, std::uint64_t seed) {
  std::vector<std::vector<Outcome>> outcomes(f.options.size());
  for (int t = trials > 0 ? 0 : -1; t < trials; ++t) {
    const FactoryDraw draw = draw_factory(f, t, seed);
    const std::vector<double> packaging = packaging_by_step(f, draw);
    for (size_t k = 0; k < f.options.size(); ++k)
      outcomes[k].push_back(outcome_of(f, draw, draw.options[k], packaging));
  }
  std::vector<FactoryResult> results;
  for (const std::vector<Outcome>& all : outcomes) {
    auto spread = [&](auto&& get) {
      std::vector<double> v;
      for (const Outcome& x : all) v.push_back(get(x));
      return spread_of(std::move(v));
    };
    FactoryResult r;
    r.affordable = spread([](const Outcome& x) { return x.affordable; });
    r.capacity = spread([](const Outcome& x) { return x.capacity; });
    r.first = spread([](const Outcome& x) { return x.first; });
    r.low = spread([](const Outcome& x) { return x.low; });
    r.die_cost = spread([](const Outcome& x) { return x.die_cost; });
    r.cost = spread([](const Outcome& x) { return x.cost; });
    r.surplus = spread([](const Outcome& x) { return x.surplus; });
    r.made = spread([](const Outcome& x) { return x.made; });
    r.value = spread([](const Outcome& x) { return x.value; });
    for (size_t y = 0; y < static_cast<size_t>(f.years); ++y) {
      r.by_year.push_back(spread([y](const Outcome& x) { return x.by_year[y]; }));
      r.cash.push_back(spread([y](const Outcome& x) { return x.cash[y]; }));
    }
    std::map<std::string, int> counts;
    int built = 0, most = 0;
    for (const Outcome& x : all) built += x.built, ++counts[x.binding];
    for (const auto& [name, count] : counts)
      if (count > most) most = count, r.binding = name;
    const double n = static_cast<double>(all.size());
    r.built = built / n, r.binding_share = most / n;
    results.push_back(std::move(r));
  }
  return results;
}

}  // namespace orrery::programme
