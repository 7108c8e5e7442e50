// A chip factory as a kind of study: a raise, an accelerator, what packaging is to be had, and ways to its wafers
// (build, buy, contract) held side by side (silicon/wafer_supply).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <numeric>

#include "base/units.h"
#include "catalog/bounds.h"
#include "scenario/check.h"
#include "silicon/wafer_supply.h"
#include "study/kinds.h"

namespace orrery::study {
namespace {

using namespace scenario;
namespace d = dimension;
constexpr double month = mean_month.value();
constexpr Dimension wafer_rate = d::wafers - d::time, per_chip = d::money - d::chips, density = d::none - d::area;

/// A way to wafers in one draw.
struct Way {
  silicon::WaferSource source;
  double capex = 0, capex_for = 1;   ///< $ and the wafers/s that they pay for
  double planned = 0, smallest = 0;  ///< wafers/s: to be built if the raise covers it; below the other none is
};
/// What the ways share in one draw, in SI units.
struct Common {
  silicon::ChipProduct product;
  double raise = 0, share = 0,
         per_wafer = 0;  ///< $; of the packaging that is to be had; accelerators from one of its wafers
};

/// A key of a section and where a draw of it goes.
template <class T>
struct Place {
  Key key;
  double& (*of)(T&);
};
template <class T>
using Places = std::vector<Place<T>>;

const Places<Common>& factory_keys() {
  static const Places<Common> keys = {
      {amount("raise", d::money, "money that is raised", "must be given", 0, 1e14),
       [](Common& c) -> double& { return c.raise; }},
      {amount("price", per_chip, "price of an accelerator, sold or used instead of a bought one", "must be given", 0,
              1e7),
       [](Common& c) -> double& { return c.product.price; }},
      {amount("part_cost", per_chip, "all of an accelerator but its logic die", "must be given", 0, 1e7),
       [](Common& c) -> double& { return c.product.part_cost; }},
      {written_in("chips/month", amount("own_use", d::chips - d::time, "what the owner takes; the rest is for sale",
                                        "must be given", 0, 1e3)),
       [](Common& c) -> double& { return c.product.own_use; }},
      {amount("design_cost", d::money, "spent evenly over the design time", "must be given", 0, 1e12),
       [](Common& c) -> double& { return c.product.design_cost; }},
      {written_in("months", amount("design_time", d::time, "no wafer starts before it is over", "must be given", 0,
                                   bounds::longest)),
       [](Common& c) -> double& { return c.product.design_time; }},
      {written_in("months", amount("bring_up", d::time,
                                   "from the first wafer to the first that is sold: its cycle, test, corrections", "0",
                                   0, bounds::longest)),
       [](Common& c) -> double& { return c.product.bring_up; }}};
  return keys;
}
const Places<Common>& die_keys() {
  static const Places<Common> keys = {
      {amount("area", d::area, "of the logic die", "must be given", 1e-6, 0.01),
       [](Common& c) -> double& { return c.product.die_area; }},
      {written_in("mm", amount("wafer_diameter", d::length, "of the wafers", "must be given", 0.1, 0.45)),
       [](Common& c) -> double& { return c.product.wafer_diameter; }},
      {amount("clustering", d::none, "of defects, in the negative binomial yield", "must be given", 0.1, 1e6),
       [](Common& c) -> double& { return c.product.clustering; }},
      {amount("salvage", d::none, "share of the dies with a defect that still sell", "must be given", 0, 1),
       [](Common& c) -> double& { return c.product.salvage; }}};
  return keys;
}
const Places<Common>& packaging_keys() {
  static const Places<Common> keys = {
      {amount("share", d::none, "share of the packaging that is to be had", "must be given", 0, 1),
       [](Common& c) -> double& { return c.share; }},
      {written_in("chips/wafer", amount("per_wafer", d::chips - d::wafers, "accelerators from a packaging wafer",
                                        "must be given", 0, 1e4)),
       [](Common& c) -> double& { return c.per_wafer; }}};
  return keys;
}
const Places<Way>& way_keys() {
  static const Places<Way> keys = {
      {amount("planned", wafer_rate, "capacity to be built or contracted if the raise covers it", "must be given", 1e-6,
              1),
       [](Way& w) -> double& { return w.planned; }},
      {amount("smallest", wafer_rate, "below it none is built", "0", 0, 1),
       [](Way& w) -> double& { return w.smallest; }},
      {amount("upfront", d::money, "at the start: a fab that exists, the licence of a process", "0", 0, 1e12),
       [](Way& w) -> double& { return w.source.upfront; }},
      {amount("capex", d::money, "investment, with capex_for", "0", 0, 1e12),
       [](Way& w) -> double& { return w.capex; }},
      {amount("capex_for", wafer_rate, "the capacity that capex pays for", "none", 1e-6, 1),
       [](Way& w) -> double& { return w.capex_for; }},
      {written_in("months", amount("lead_time", d::time, "start to the first wafer started", "must be given", 0,
                                   bounds::longest)),
       [](Way& w) -> double& { return w.source.lead_time; }},
      {written_in("months", amount("ramp_time", d::time, "over which starts rise to the capacity", "must be given", 0,
                                   bounds::longest)),
       [](Way& w) -> double& { return w.source.ramp_time; }},
      {written_in("days",
                  amount("cycle_time", d::time, "a wafer's start to its dies", "must be given", 0, 1000 * 86400.0)),
       [](Way& w) -> double& { return w.source.cycle_time; }},
      {amount("fixed_cost", d::money - d::time, "from the end of the lead time on, whatever is made", "0", 0, 1e5),
       [](Way& w) -> double& { return w.source.fixed_cost; }},
      {amount("wafer_cost", d::money - d::wafers, "per wafer started: to run the fab, or the foundry's price",
              "must be given", 0, 1e7),
       [](Way& w) -> double& { return w.source.wafer_cost; }},
      {amount("minimum", d::none, "share of the ramped capacity that is paid for even when not started", "0", 0, 1),
       [](Way& w) -> double& { return w.source.minimum; }},
      {amount("defects_first", density, "defect density of the first wafers", "must be given", 0, 1e6),
       [](Way& w) -> double& { return w.source.defects_first; }},
      {amount("defects_mature", density, "defect density in the end", "must be given", 0, 1e6),
       [](Way& w) -> double& { return w.source.defects_mature; }},
      {written_in("months", amount("halving", d::time, "in which the distance to the mature density halves",
                                   "must be given", 86400, bounds::longest)),
       [](Way& w) -> double& { return w.source.halving; }}};
  return keys;
}

template <class T>
std::vector<Key> keys_of(const Places<T>& places, std::vector<Key> others = {}) {
  for (const Place<T>& place : places) others.push_back(sourced(place.key));
  return others;
}

const Form& form() {
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

/// A value that was read, with where it comes from.
struct Origin {
  std::string path, value, basis, source;
  double median = 0;
};

/// The values of a section's keys, by place; nothing where a key that may be left out is.
template <class T>
using Values = std::vector<std::pair<double& (*)(T&), UncertainNumber>>;

template <class T>
void fill(T& to, const Values<T>& values, Draws draws) {
  for (const auto& [of, value] : values) of(to) = value.in(draws);
}

struct Factory {
  Date start;
  int years = 10;
  double rate = 0;  ///< discount rate per year
  Values<Common> common;
  std::vector<Date> packaging_dates;       ///< ends of the quarters given
  std::vector<UncertainNumber> packaging;  ///< wafers/s on those days
  struct Option {
    std::string name, note;
    Values<Way> values;
  };
  std::vector<Option> options;
  std::vector<Origin> origins;
};

/// Accelerators that can be packaged in each step: linear between the ends of the quarters given, level outside.
std::vector<double> packaging_by_step(const Factory& f, const Common& common, Draws draws) {
  std::vector<double> out(static_cast<size_t>(f.years * silicon::supply_steps_in_year));
  for (size_t i = 0; i < out.size(); ++i) {
    const double day = f.start.days + (static_cast<double>(i) + 0.5) * silicon::supply_step_time / 86400;
    size_t next = 0;
    while (next < f.packaging_dates.size() && f.packaging_dates[next].days < day) ++next;
    double wafers = f.packaging[std::min(next, f.packaging.size() - 1)].in(draws);
    if (next > 0 && next < f.packaging_dates.size()) {
      const double a = f.packaging_dates[next - 1].days, b = f.packaging_dates[next].days,
                   before = f.packaging[next - 1].in(draws);
      wafers = before + (wafers - before) * (day - a) / (b - a);
    }
    out[i] = wafers * common.share * common.per_wafer * silicon::supply_step_time;
  }
  return out;
}

// What a way comes to in a trial, in the order of its outputs; then accelerators and cumulative cash by year.
enum Outcome {
  affordable,
  capacity,
  first_die,
  out_of_pocket,
  die_cost,
  cost,
  surplus,
  made,
  present_value,
  built,
  binding,
  scalars
};
const char* const bindings[] = {"packaging", "raise", "raise, then packaging", "raise: too small for a line",
                                "wafer starts"};

/// Of what is planned, where the bisection for what a raise can pay for ends: above 1 the raise is no limit, and how
/// far above no answer uses.
constexpr double most_affordable = 10;

/// Fills the outputs of one way; infinite where there are none.
void run_way(const Factory& f, const Common& common, const Way& way, const std::vector<double>& packaging,
             std::span<double> out) {
  std::fill(out.begin(), out.end(), 0.0);
  out[first_die] = out[die_cost] = out[cost] = infinity;
  out[affordable] =
      silicon::affordable(common.product, way.source, common.raise, most_affordable * way.planned, packaging);
  out[capacity] = std::min(way.planned, out[affordable]);
  out[built] = out[capacity] > 0 && out[capacity] >= way.smallest;
  if (out[built] == 0) {
    out[capacity] = 0, out[binding] = 3;
    return;
  }
  const std::vector<silicon::SupplyStep> steps =
      silicon::run_source(common.product, way.source, out[capacity], packaging);
  double sum = 0, spent = 0;
  int held = 0, running = 0;
  for (size_t i = 0; i < steps.size(); ++i) {
    const silicon::SupplyStep& x = steps[i];
    const size_t year = scalars + i / silicon::supply_steps_in_year;
    if (x.dies > 0 && out[made] == 0) out[first_die] = static_cast<double>(i) * silicon::supply_step_time / 86400;
    held += x.held, running += x.starts > 0;
    out[made] += x.dies, out[year] += x.dies, sum += x.cash, spent += x.spent;
    out[surplus] += std::max(0.0, x.dies - common.product.own_use * silicon::supply_step_time);
    out[year + static_cast<size_t>(f.years)] = sum;
  }
  out[out_of_pocket] = -silicon::low_point(steps);
  out[present_value] = silicon::present_value(steps, f.rate);
  if (out[made] > 0) out[cost] = spent / out[made], out[die_cost] = out[cost] - common.product.part_cost;
  const bool packaged = 2 * held > running;
  out[binding] = out[capacity] < way.planned ? packaged ? 2 : 1 : packaged ? 0 : 4;
}

size_t outputs_each(const Factory& f) {
  return scalars + 2 * static_cast<size_t>(f.years);
}

void run(const Factory& f, Draws draws, std::span<double> outputs) {
  Common common;
  fill(common, f.common, draws);
  const std::vector<double> packaging = packaging_by_step(f, common, draws);
  for (size_t k = 0; k < f.options.size(); ++k) {
    Way way;
    fill(way, f.options[k].values, draws);
    way.source.capex = way.capex / way.capex_for;
    run_way(f, common, way, packaging, outputs.subspan(k * outputs_each(f), outputs_each(f)));
  }
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
void read_values(Reader& reader, const View& view, const Places<T>& places, Values<T>& values, Factory& f) {
  for (const Place<T>& place : places)
    if (view.gives(place.key.name) || place.key.default_value == "must be given") {
      reader.must_give(view, place.key.name, "{ value = ..., basis = ..., source = ... }");
      values.emplace_back(place.of, read_value(reader, view, place.key.name, f));
    }
}

Factory read_factory(Reader& reader) {
  Factory f;
  const View root = reader.root();
  const View factory = root.below("factory"), packaging = root.below("packaging");
  read_values(reader, factory, factory_keys(), f.common, f);
  f.start = reader.date(factory, "start");
  f.years = reader.whole(factory, "years");
  f.rate = reader.constant_number(factory, "rate");
  for (const char* section : {"die", "packaging", "option"})
    reader.must_give(root, section, "{ ... }, as in scenarios/chip-factories.toml");
  read_values(reader, root.below("die"), die_keys(), f.common, f);
  read_values(reader, packaging, packaging_keys(), f.common, f);
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
    if (view.gives("capex") != view.gives("capex_for"))
      throw Error(view.place(), view.path, "has one of capex and capex_for without the other",
                  "give the money and the wafers/month that it pays for");
    Factory::Option option{name, view.gives("note") ? reader.text(view, "note") : "", {}};
    read_values(reader, view, way_keys(), option.values, f);
    f.options.push_back(std::move(option));
  }
  return f;
}

/// The last day of a year of the factory.
Date year_end(const Factory& f, size_t year) {
  return f.start + static_cast<int>(in_days(year_length) * (static_cast<double>(year) + 1)) - 1;
}

std::string year_name(const Factory& f, size_t year) {
  return "to " + quarter_name(year_end(f, year));
}

std::vector<Figure> figures(bool has_trials) {
  std::vector<Figure> out = {{"cumulative_cash",
                              "Cumulative cash at the end of each year",
                              "Money",
                              "USD",
                              Plot::time,
                              {{Mark::band, "", "years", "until", "cumulative_cash", "", "", "option"}}},
                             {"made",
                              "Accelerators made in the year to each day",
                              "Chips",
                              "accelerators",
                              Plot::time,
                              {{Mark::band, "", "years", "until", "accelerators", "", "", "option"}}},
                             {"cost_per_accelerator",
                              "Cost of an accelerator",
                              "Money",
                              "USD",
                              Plot::ranking,
                              {{Mark::bar, band_name(has_trials), "options", "option", "cost_per_accelerator"}}},
                             {"net_present_value",
                              "Net present value",
                              "Money",
                              "USD",
                              Plot::ranking,
                              {{Mark::bar, band_name(has_trials), "options", "option", "net_present_value"}}}};
  out.front().in_brief = true;
  return out;
}

Document answer_of(const Factory& f, const std::string& title, const std::string& description, const Trials& trials) {
  const bool many = trials.count > 0;
  Document out;
  out.say(title + "\n" + (description.empty() ? "" : description + "\n"));
  out.say(many ? fmt::format("{} trials: P50 (P10 to P90)\n", format_count(trials.count))
               : "inputs at their medians\n");
  out.put("start", f.start).put("years", f.years);

  Table reach{"",
              "How far the raise goes",
              {text_column("", "option"), count_column("", "raise covers, wafers/month", "", -2),
               count_column("", "built or contracted", "", -2), percent_column("", "raise suffices in"),
               text_column("", "first good die"), text_column("", "binds")}};
  Table results{
      "options",
      fmt::format("What it makes and costs in {} years", f.years),
      {text_column("option", "option"), data_column("note"), data_column("raise_suffices", "share"),
       data_column("binding"), data_column("binding_share", "share"),
       data_column("affordable_wafers_per_month", "wafers/month"),
       data_column("capacity_wafers_per_month", "wafers/month"), data_column("days_to_first_good_die", "days"),
       count_column("accelerators", "made, thousand", "accelerators", 0, 1e3),
       count_column("surplus", "surplus, thousand", "accelerators", 0, 1e3),
       fixed_column("out_of_pocket", "out of pocket, B$", "USD", 1, 1e9),
       amount_column("cost_per_good_die", "$ per good die", d::money),
       amount_column("cost_per_accelerator", "$ per accelerator", d::money),
       fixed_column("net_present_value", "NPV, B$", "USD", 1, 1e9), data_column("by_year", "accelerators"),
       data_column("cumulative_cash", "USD")}};
  Table by_year{"", "Accelerators by year, thousand", {text_column("", "year")}},
      cash{"", "Cumulative cash at the end of the year, B$", {text_column("", "year")}};
  for (size_t y = 0; y < static_cast<size_t>(f.years); ++y)
    by_year.rows.push_back({year_name(f, y)}), cash.rows.push_back({year_name(f, y)});

  Table years_of_all{"years",
                     "",
                     {data_column("option"), data_column("until"), data_column("accelerators", "accelerators"),
                      data_column("cumulative_cash", "USD")}};
  for (size_t k = 0; k < f.options.size(); ++k) {
    const size_t at = k * outputs_each(f);
    auto spread = [&](size_t output, double unit = 1) {
      const Spread s = trials.spread(at + output);
      return Spread{s.p10 * unit, s.p50 * unit, s.p90 * unit};
    };
    std::map<std::string, int> counts;
    for (const double x : trials.values[at + binding]) ++counts[bindings[static_cast<size_t>(x)]];
    const auto most = std::max_element(counts.begin(), counts.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    const double n = static_cast<double>(trials.values[at + binding].size()), share = most->second / n;
    const double suffices =
        std::accumulate(trials.values[at + built].begin(), trials.values[at + built].end(), 0.0) / n;
    const Spread first = spread(first_die);
    auto quarter = [&](double days) {
      return std::isfinite(days) ? quarter_name(f.start + static_cast<int>(days)) : "never";
    };
    reach.rows.push_back({f.options[k].name, spread(affordable, month), spread(capacity, month), suffices,
                          many
                              ? fmt::format("{} ({} to {})", quarter(first.p50), quarter(first.p10), quarter(first.p90))
                              : quarter(first.p50),
                          many ? fmt::format("{} ({:.0f} %)", most->first, 100 * share) : most->first});
    std::vector<Cell> years, sums;
    for (size_t y = 0; y < static_cast<size_t>(f.years); ++y) {
      years.push_back(spread(scalars + y)), sums.push_back(spread(scalars + static_cast<size_t>(f.years) + y));
      by_year.rows[y].push_back(years.back()), cash.rows[y].push_back(sums.back());
      years_of_all.rows.push_back({f.options[k].name, year_end(f, y), years.back(), sums.back()});
    }
    by_year.columns.push_back(count_column("", f.options[k].name, "", 0, 1e3)),
        cash.columns.push_back(fixed_column("", f.options[k].name, "", 1, 1e9));
    results.rows.push_back({f.options[k].name, f.options[k].note, suffices, most->first, share,
                            spread(affordable, month), spread(capacity, month), first, spread(made), spread(surplus),
                            spread(out_of_pocket), spread(die_cost), spread(cost), spread(present_value),
                            Cell(Value(std::move(years))), Cell(Value(std::move(sums)))});
  }
  out.add(std::move(reach)).add(std::move(results)).add(std::move(by_year)).add(std::move(cash));
  out.add(std::move(years_of_all));
  out.figures = figures(trials.count > 0);
  Table inputs{"inputs",
               "Where the figures come from",
               {text_column("input", "input"), text_column("", "value"), data_column("median", "base units"),
                text_column("basis", "basis"), text_column("source", "source or note")}};
  for (const Origin& o : f.origins) inputs.rows.push_back({o.path, o.value, o.median, o.basis, o.source});
  return std::move(out.add(std::move(inputs)));
}

Study read(const Scenario& scenario, const catalog::Catalog& catalog) {
  Reader reader(scenario, catalog);
  Study study = titled_study(reader);
  const auto f = std::make_shared<const Factory>(read_factory(reader));
  study.start = f->start;
  study.end = f->start + static_cast<int>(in_days(year_length) * f->years);
  for (const Factory::Option& option : f->options) {
    auto add = [&](const std::string& name, Dimension dimension, bool is_date = false, bool compared = true,
                   bool explained = false) {
      study.outputs.push_back({option.name + ": " + name, dimension, is_date, compared, explained});
    };
    add("wafers that the raise covers", wafer_rate), add("wafers built or contracted", wafer_rate),
        add("first good die", {}, true);
    add("out of pocket", d::money), add("cost per good die", d::money), add("cost per accelerator", d::money),
        add("surplus", d::chips);
    add("made", d::chips), add("net present value", d::money, false, true, true);
    add("built", {}, false, false), add("binds", {}, false, false);
    for (int y = 0; y < 2 * f->years; ++y) add("year", {}, false, false);
  }
  study.trial = [f](Draws draws, std::span<double> outputs) { run(*f, draws, outputs); };
  study.answer = [f, title = study.title, description = study.description](const Trials& trials) {
    return answer_of(*f, title, description, trials);
  };
  return finished_study(std::move(study), reader);
}

}  // namespace

const Kind chip_factory_kind{form, read};

}  // namespace orrery::study
