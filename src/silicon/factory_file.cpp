#include "silicon/factory_file.h"

#include <algorithm>

#include "base/units.h"
#include "catalog/bounds.h"
#include "scenario/check.h"

namespace orrery::silicon {
namespace {

using namespace scenario;
namespace d = dimension;
constexpr Dimension wafer_rate = d::wafers - d::time, per_chip = d::money - d::chips, density = d::none - d::area;

/// A key of a section and where a draw of it goes.
template <class T>
struct Place {
  Key key;
  double& (*of)(T&);
};
template <class T>
using Places = std::vector<Place<T>>;

const Places<FactoryTerms>& factory_keys() {
  static const Places<FactoryTerms> keys = {
      {amount("raise", d::money, "money that is raised", "must be given", 0, 1e14),
       [](FactoryTerms& t) -> double& { return t.raise; }},
      {amount("price", per_chip, "price of an accelerator, sold or used instead of a bought one", "must be given", 0,
              1e7),
       [](FactoryTerms& t) -> double& { return t.product.price; }},
      {amount("part_cost", per_chip, "all of an accelerator but its logic die", "must be given", 0, 1e7),
       [](FactoryTerms& t) -> double& { return t.product.part_cost; }},
      {written_in("chips/month", amount("own_use", d::chips - d::time, "what the owner takes; the rest is for sale",
                                        "must be given", 0, 1e3)),
       [](FactoryTerms& t) -> double& { return t.product.own_use; }},
      {amount("design_cost", d::money, "spent evenly over the design time", "must be given", 0, 1e12),
       [](FactoryTerms& t) -> double& { return t.product.design_cost; }},
      {written_in("months", amount("design_time", d::time, "no wafer starts before it is over", "must be given", 0,
                                   bounds::longest)),
       [](FactoryTerms& t) -> double& { return t.product.design_time; }},
      {written_in("months", amount("bring_up", d::time,
                                   "from the first wafer to the first that is sold: its cycle, test, corrections", "0",
                                   0, bounds::longest)),
       [](FactoryTerms& t) -> double& { return t.product.bring_up; }}};
  return keys;
}
const Places<FactoryTerms>& die_keys() {
  static const Places<FactoryTerms> keys = {
      {amount("area", d::area, "of the logic die", "must be given", 1e-6, 0.01),
       [](FactoryTerms& t) -> double& { return t.product.die_area; }},
      {written_in("mm", amount("wafer_diameter", d::length, "of the wafers", "must be given", 0.1, 0.45)),
       [](FactoryTerms& t) -> double& { return t.product.wafer_diameter; }},
      {amount("clustering", d::none, "of defects, in the negative binomial yield", "must be given", 0.1, 1e6),
       [](FactoryTerms& t) -> double& { return t.product.clustering; }},
      {amount("salvage", d::none, "share of the dies with a defect that still sell", "must be given", 0, 1),
       [](FactoryTerms& t) -> double& { return t.product.salvage; }}};
  return keys;
}
const Places<FactoryTerms>& packaging_keys() {
  static const Places<FactoryTerms> keys = {
      {amount("share", d::none, "share of the packaging that is to be had", "must be given", 0, 1),
       [](FactoryTerms& t) -> double& { return t.share; }},
      {written_in("chips/wafer", amount("per_wafer", d::chips - d::wafers, "accelerators from a packaging wafer",
                                        "must be given", 0, 1e4)),
       [](FactoryTerms& t) -> double& { return t.per_wafer; }}};
  return keys;
}
const Places<FactoryWay>& way_keys() {
  static const Places<FactoryWay> keys = {
      {amount("planned", wafer_rate, "capacity to be built or contracted if the raise covers it", "must be given", 1e-6,
              1),
       [](FactoryWay& w) -> double& { return w.planned; }},
      {amount("smallest", wafer_rate, "below it none is built", "0", 0, 1),
       [](FactoryWay& w) -> double& { return w.smallest; }},
      {amount("upfront", d::money, "at the start: a fab that exists, the licence of a process", "0", 0, 1e12),
       [](FactoryWay& w) -> double& { return w.source.upfront; }},
      {amount("capex", d::money, "investment, with capex_for", "0", 0, 1e12),
       [](FactoryWay& w) -> double& { return w.capex; }},
      {amount("capex_for", wafer_rate, "the capacity that capex pays for", "none", 1e-6, 1),
       [](FactoryWay& w) -> double& { return w.capex_for; }},
      {written_in("months", amount("lead_time", d::time, "start to the first wafer started", "must be given", 0,
                                   bounds::longest)),
       [](FactoryWay& w) -> double& { return w.source.lead_time; }},
      {written_in("months", amount("ramp_time", d::time, "over which starts rise to the capacity", "must be given", 0,
                                   bounds::longest)),
       [](FactoryWay& w) -> double& { return w.source.ramp_time; }},
      {written_in("days",
                  amount("cycle_time", d::time, "a wafer's start to its dies", "must be given", 0, 1000 * 86400.0)),
       [](FactoryWay& w) -> double& { return w.source.cycle_time; }},
      {amount("fixed_cost", d::money - d::time, "from the end of the lead time on, whatever is made", "0", 0, 1e5),
       [](FactoryWay& w) -> double& { return w.source.fixed_cost; }},
      {amount("wafer_cost", d::money - d::wafers, "per wafer started: to run the fab, or the foundry's price",
              "must be given", 0, 1e7),
       [](FactoryWay& w) -> double& { return w.source.wafer_cost; }},
      {amount("minimum", d::none, "share of the ramped capacity that is paid for even when not started", "0", 0, 1),
       [](FactoryWay& w) -> double& { return w.source.minimum; }},
      {amount("defects_first", density, "defect density of the first wafers", "must be given", 0, 1e6),
       [](FactoryWay& w) -> double& { return w.source.defects_first; }},
      {amount("defects_mature", density, "defect density in the end", "must be given", 0, 1e6),
       [](FactoryWay& w) -> double& { return w.source.defects_mature; }},
      {written_in("months", amount("halving", d::time, "in which the distance to the mature density halves",
                                   "must be given", 86400, bounds::longest)),
       [](FactoryWay& w) -> double& { return w.source.halving; }}};
  return keys;
}

template <class T>
std::vector<Key> keys_of(const Places<T>& places, std::vector<Key> others = {}) {
  for (const Place<T>& place : places) others.push_back(sourced(place.key));
  return others;
}

UncertainNumber read_value(Reader& reader, const View& view, std::string_view key, Factory& f) {
  const UncertainNumber value = reader.value(view, key);
  const Setting& s = reader.settings.back();
  const Node* note = view.find(key)->find("note");
  f.origins.push_back(
      {s.path, s.value, basis_name(s.provenance.basis),
       s.provenance.source + (s.provenance.source.empty() || !note ? "" : "; ") + (note ? note->text : ""),
       value.median});
  return value;
}

template <class T>
void read_values(Reader& reader, const View& view, const Places<T>& places, Factory::Values<T>& values, Factory& f) {
  for (const Place<T>& place : places)
    if (view.gives(place.key.name) || place.key.default_value == "must be given") {
      reader.must_give(view, place.key.name, "{ value = ..., basis = ..., source = ... }");
      values.emplace_back(place.of, read_value(reader, view, place.key.name, f));
    }
}

template <class T>
T drawn(const Factory::Values<T>& values, Draws draws) {
  T out;
  for (const auto& [of, value] : values) of(out) = value.in(draws);
  return out;
}

}  // namespace

std::size_t Factory::option(const std::string& name) const {
  const auto found = std::find_if(options.begin(), options.end(), [&](const Option& o) { return o.name == name; });
  return static_cast<std::size_t>(found - options.begin());
}

FactoryTerms Factory::terms_in(Draws draws) const {
  return drawn(terms, draws);
}

FactoryWay Factory::way_in(std::size_t option, Draws draws) const {
  FactoryWay way = drawn(options[option].values, draws);
  way.source.capex = way.capex / way.capex_for;
  return way;
}

std::vector<double> Factory::packaged_in(const FactoryTerms& shared, Draws draws) const {
  std::vector<double> out(static_cast<size_t>(years * supply_steps_in_year));
  for (size_t i = 0; i < out.size(); ++i) {
    const double day = start.days + (static_cast<double>(i) + 0.5) * supply_step_time / 86400;
    size_t next = 0;
    while (next < packaging_dates.size() && packaging_dates[next].days < day) ++next;
    double wafers = packaging[std::min(next, packaging.size() - 1)].in(draws);
    if (next > 0 && next < packaging_dates.size()) {
      const double a = packaging_dates[next - 1].days, b = packaging_dates[next].days,
                   before = packaging[next - 1].in(draws);
      wafers = before + (wafers - before) * (day - a) / (b - a);
    }
    out[i] = wafers * shared.share * shared.per_wafer * supply_step_time;
  }
  return out;
}

void Factory::move_inputs(int by) {
  const auto moved = [&](UncertainNumber& value) { value.input += value.input >= 0 ? by : 0; };
  for (auto& value : terms) moved(value.second);
  for (UncertainNumber& value : packaging) moved(value);
  for (Option& option : options)
    for (auto& value : option.values) moved(value.second);
}

BuiltWay built(const FactoryTerms& terms, const FactoryWay& way, const std::vector<double>& packaging) {
  /// Of what is planned, where the bisection for what a raise can pay for ends: above 1 the raise is no limit, and how
  /// far above no answer uses.
  constexpr double most_affordable = 10;
  BuiltWay out;
  out.affordable = affordable(terms.product, way.source, terms.raise, most_affordable * way.planned, packaging);
  out.capacity = std::min(way.planned, out.affordable);
  if (out.capacity < way.smallest) out.capacity = 0;
  return out;
}

std::vector<double> made_by_month(const Factory& factory, std::size_t option, Draws draws) {
  constexpr std::size_t steps_in_month = supply_steps_in_year / 12;
  std::vector<double> out(static_cast<std::size_t>(12 * factory.years));
  const FactoryTerms terms = factory.terms_in(draws);
  const FactoryWay way = factory.way_in(option, draws);
  const std::vector<double> packaging = factory.packaged_in(terms, draws);
  const double capacity = built(terms, way, packaging).capacity;
  if (capacity <= 0) return out;
  const std::vector<SupplyStep> steps = run_source(terms.product, way.source, capacity, packaging);
  for (std::size_t i = 0; i < steps.size(); ++i) out[i / steps_in_month] += steps[i].dies;
  return out;
}

const Form& factory_form() {
  static const Form form{
      "chip-factory",
      "a chip factory",
      "wafers for an accelerator: build, buy or contract them on a raise, by the quarter",
      {"factory"},
      {{"", "The chip factory.", {}, {"factory", "die", "packaging", "option"}},
       {"factory", "The raise and the accelerator.",
        keys_of(factory_keys(),
                {date("start", "first day", "must be given"), whole("years", "years looked at", "must be given", 1, 40),
                 certain(amount("rate", d::none, "discount rate a year", "must be given", 0, 1))})},
       {"die", "Its logic die.", keys_of(die_keys())},
       {"packaging", "Advanced packaging.", keys_of(packaging_keys()), {"capacity"}},
       {"packaging.capacity",
        "What all makers package, at the ends of quarters; linear between.",
        {each(NameForm::quarter, sourced(amount("", wafer_rate, "wafers packaged", "must be given", 0, 10)))}},
       {"option.*", "A way to wafers.", keys_of(way_keys(), {text("note", "a line about it", "none")})}}};
  return form;
}

std::vector<std::string> options_of(const View& root) {
  std::vector<std::string> out;
  for (const auto& [name, view] : root.group("option")) out.push_back(name);
  return out;
}

Factory read_factory(Reader& reader, const std::vector<std::string>& options) {
  Factory f;
  const View root = reader.root();
  const View factory = root.below("factory"), packaging = root.below("packaging");
  read_values(reader, factory, factory_keys(), f.terms, f);
  f.start = reader.date(factory, "start");
  f.years = reader.whole(factory, "years");
  f.rate = reader.constant_number(factory, "rate");
  for (const char* section : {"die", "packaging", "option"})
    reader.must_give(root, section, "{ ... }, as in scenarios/chip-factories.toml");
  read_values(reader, root.below("die"), die_keys(), f.terms, f);
  read_values(reader, packaging, packaging_keys(), f.terms, f);
  const View capacity = packaging.below("capacity");
  const auto has_quarters = [](const auto& member) { return !says_origin(member.first); };
  if (!capacity.table || std::none_of(capacity.table->members.begin(), capacity.table->members.end(), has_quarters))
    throw Error(packaging.place("capacity"), capacity.path, "has no quarter",
                "add \"2024-Q4\" = { value = \"37500 wafers/month\", basis = ... }");
  for (const auto& [name, node] : capacity.table->members) {
    if (says_origin(name)) continue;
    f.packaging_dates.push_back(add_months(parse_quarter(name), 3));
    if (f.packaging_dates.size() > 1 && f.packaging_dates.back() <= f.packaging_dates[f.packaging_dates.size() - 2])
      throw Error(node.place, capacity.key_path(name), "is not after the quarter before it",
                  "give the quarters in order");
    f.packaging.push_back(read_value(reader, capacity, name, f));
  }
  if (root.group("option").empty()) throw Error(root.place("option"), "option", "has no table", "add [option.NAME]");
  for (const auto& [name, view] : root.group("option")) {
    if (!options.empty() && std::find(options.begin(), options.end(), name) == options.end()) continue;
    if (view.gives("capex") != view.gives("capex_for"))
      throw Error(view.place(), view.path, "has one of capex and capex_for without the other",
                  "give the money and the wafers/month that it pays for");
    Factory::Option option{name, view.gives("note") ? reader.text(view, "note") : "", {}};
    read_values(reader, view, way_keys(), option.values, f);
    f.options.push_back(std::move(option));
  }
  return f;
}

}  // namespace orrery::silicon
