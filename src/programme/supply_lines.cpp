#include "programme/supply_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/text.h"
#include "scenario/check.h"
#include "silicon/factory_file.h"
#include "silicon/market_file.h"

namespace orrery::programme {
namespace {

constexpr int years_after_the_end = 3;  ///< looked at after the forecast
constexpr double rounding = 1e-9;       ///< of an order, by which sums may miss it

/// Puts the inputs of a file that another reader has read, and what it says, behind those of the scenario: under the
/// section of the part that they are of, what its parts share under the first. parts: what each section names there.
void take_over(Reader& reader, Reader& own, const std::vector<std::pair<std::string, View>>& sections,
               const std::vector<std::string>& parts) {
  const auto here = [&](const std::string& path) {
    for (std::size_t i = 0; i < parts.size(); ++i)
      for (const char* group : {"product.", "option."})
        if (path.starts_with(group + parts[i] + ".")) return sections[i].second.key_path(path);
    return sections.front().second.key_path(path);
  };
  for (Input& input : own.inputs) {
    input.name = here(input.name);
    reader.inputs.push_back(std::move(input));
  }
  for (Setting& setting : own.settings) {
    if (setting.origin == Origin::rule) continue;
    setting.path = here(setting.path);
    reader.settings.push_back(std::move(setting));
  }
}

/// The sections of a group by the path of the file that they name, in their order.
std::vector<std::pair<std::string, std::vector<std::pair<std::string, View>>>> by_file(Reader& reader, const View& root,
                                                                                       const char* group,
                                                                                       const char* example) {
  std::vector<std::pair<std::string, std::vector<std::pair<std::string, View>>>> files;
  for (const auto& [name, view] : root.group(group)) {
    reader.must_give(view, "file", example);
    reader.text(view, "file");
    const std::string path = shipped_or_own(reader, view, "file");
    auto file = std::find_if(files.begin(), files.end(), [&](const auto& f) { return f.first == path; });
    if (file == files.end()) file = files.insert(files.end(), {path, {}});
    file->second.emplace_back(name, view);
  }
  return files;
}

/// What a section names of its file, as the file spells it; sections by then: what the others of the file name.
std::string named_part(Reader& reader, const View& view, const char* key, const std::string& name,
                       const std::vector<std::string>& there, std::map<std::string, std::string>& sections) {
  const std::string asked = reader.text(view, key, name, "the section's name");
  const auto found =
      std::find_if(there.begin(), there.end(), [&](const std::string& t) { return folded(t) == folded(asked); });
  if (found == there.end())
    throw Error(view.place(key), view.key_path(key), fmt::format("{} is no {} of that file", in_quotes(asked), key),
                there.size() == 1 && there.front().empty()
                    ? std::string("name a product in that file's [market]")
                    : suggest(asked, there, std::string("add ") + key + " = " + in_quotes(there.front())));
  if (const auto [it, anew] = sections.emplace(*found, view.path); !anew)
    throw Error(view.place("file"), view.key_path("file"), "is the file of " + it->second + " too",
                "let all orders draw on that one: what it makes is there once");
  return *found;
}

void read_markets_of(Reader& reader, Plan& plan, const std::string& path,
                     const std::vector<std::pair<std::string, View>>& sections) {
  const scenario::Scenario file = scenario::read_scenario(path, {}, std::array{&silicon::market_form()});
  Reader own(file, reader.catalog());
  const std::vector<std::string> sold = silicon::products_sold(own.root());
  std::map<std::string, std::string> known;
  std::vector<std::string> products;
  for (const auto& [name, view] : sections) products.push_back(named_part(reader, view, "product", name, sold, known));
  const auto before = static_cast<int>(reader.inputs.size());
  const auto moved = [&](int& input) { input += input >= 0 ? before : 0; };
  std::vector<silicon::Market> markets = silicon::read_markets(own, products);
  take_over(reader, own, sections, products);
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const auto market = std::find_if(markets.begin(), markets.end(),
                                     [&](const silicon::Market& m) { return m.product == products[i]; });
    SupplyLine line;
    line.name = "market." + sections[i].first;
    line.first = market->first;
    line.known = market->quarters.size();
    line.buyers = market->buyers;
    line.factor = reader.number(sections[i].second, "supply_factor", from_rule(1, "as the file says"));
    moved(market->rent.input), moved(market->elasticity.input);
    for (Uncertain<Chips>& made : market->made) moved(made.input);
    for (silicon::MarketLimit& limit : market->limits)
      for (UncertainNumber& there : limit.there) moved(there.input);
    line.market = std::move(*market);
    plan.supply_lines.push_back(std::move(line));
  }
}

void read_factories_of(Reader& reader, Plan& plan, const std::string& path,
                       const std::vector<std::pair<std::string, View>>& sections) {
  const scenario::Scenario file = scenario::read_scenario(path, {}, std::array{&silicon::factory_form()});
  Reader own(file, reader.catalog());
  const std::vector<std::string> there = silicon::options_of(own.root());
  std::map<std::string, std::string> known;
  std::vector<std::string> options;
  for (const auto& [name, view] : sections) options.push_back(named_part(reader, view, "option", name, there, known));
  const auto before = static_cast<int>(reader.inputs.size());
  silicon::Factory read = silicon::read_factory(own, options);
  read.move_inputs(before);
  const auto factory = std::make_shared<const silicon::Factory>(std::move(read));
  take_over(reader, own, sections, options);
  for (std::size_t i = 0; i < sections.size(); ++i) {
    SupplyLine line;
    line.name = "factory." + sections[i].first;
    line.fab = factory, line.option = factory->option(options[i]);
    line.first = factory->start, line.months = 1;
    line.known = static_cast<std::size_t>(12 * factory->years);
    line.factor = reader.number(sections[i].second, "supply_factor", from_rule(1, "as the file says"));
    plan.supply_lines.push_back(std::move(line));
  }
}

/// Takes an amount out of orders: those of a period, of later ones, then of earlier ones, the nearest first.
void take_out(std::vector<double>& orders, std::size_t period, double amount) {
  const auto take = [&](std::size_t p) {
    const double taken = std::min(amount, orders[p]);
    orders[p] -= taken, amount -= taken;
  };
  for (std::size_t p = period; p < orders.size() && amount > 0; ++p) take(p);
  for (std::size_t p = period; p-- > 0 && amount > 0;) take(p);
}

/// What a curve comes to before a day.
double before_day(const Curve& curve, Date day, const Plan& plan) {
  return curve.at(std::nextafter(static_cast<double>(day - plan.start), -infinity));
}

/// An order or a rental that draws: its place, what it asks for in all, and the day on which it is placed.
struct Drawing {
  const SupplyDraw* draw = nullptr;
  double chips = 0, placed = 0;  ///< accelerators; day since the start, infinite where money never lets it
  Curve planned;                 ///< by itself
};

Drawing drawing(const Plan& plan, const Order& o, Draws draws, const DependentDays& days) {
  return {&o.draw, o.chips.value(), day_in(plan, o.ordered, days),
          o.draw.as_scheduled ? planned_deliveries(plan, o, draws, days)
                              : Curve::step(day_in(plan, o.ordered, days), o.chips.value())};
}
Drawing drawing(const Plan& plan, const Rental& r, Draws draws, const DependentDays& days) {
  return {&r.draw, r.chips.value(), day_in(plan, r.from, days),
          r.draw.as_scheduled ? planned_deliveries(plan, r, draws, days)
                              : Curve::step(day_in(plan, r.from, days), r.chips.value())};
}

/// Those of a line, in the order in which they are counted.
std::vector<Drawing> drawings(const Plan& plan, std::size_t line, Draws draws, const DependentDays& days) {
  std::vector<Drawing> out;
  const auto add = [&](const auto& all) {
    for (const auto& one : all)
      if (one.draw.line == static_cast<int>(line)) out.push_back(drawing(plan, one, draws, days));
  };
  add(plan.orders), add(plan.rentals);
  return out;
}

std::size_t draws_in(const Plan& plan) {
  std::size_t count = 0;
  for (const Order& o : plan.orders) count += o.draw.draws();
  for (const Rental& r : plan.rentals) count += r.draw.draws();
  return count;
}

SharedLine share(const Plan& plan, std::size_t index, const std::vector<Drawing>& drawings, Draws draws) {
  const SupplyLine& line = plan.supply_lines[index];
  SharedLine out;
  out.made = line.market ? line.market->made_in(draws) : silicon::made_by_month(*line.fab, line.option, draws);
  const double factor = line.factor.in(draws);
  for (double& chips : out.made) chips *= factor;
  out.made.resize(line.periods, out.made.back());
  std::vector<silicon::MarketBuyer> buyers = line.buyers;
  out.asked.resize(draws_in(plan)), out.served.resize(out.asked.size());
  // What each asks for takes the place of its buyer's own before any of it stands in the line.
  for (const Drawing& d : drawings) {
    std::vector<double>& asked = out.asked[d.draw->index];
    double before = before_day(d.planned, line.first, plan);
    for (std::size_t p = 0; p < line.periods; ++p) {
      const double by = before_day(d.planned, period_start(line, p + 1), plan);
      asked.push_back(by - before);
      if (d.draw->in_place_of >= 0)
        take_out(buyers[static_cast<std::size_t>(d.draw->in_place_of)].orders, p, by - before);
      before = by;
    }
  }
  for (const Drawing& d : drawings)
    for (std::size_t p = 0; p < line.periods; ++p) buyers[d.draw->buyer].orders[p] += out.asked[d.draw->index][p];
  out.periods = silicon::share_supply(out.made, buyers);
  for (const Drawing& d : drawings)
    out.served[d.draw->index] = silicon::deliveries_of_part(out.asked[d.draw->index], out.periods, d.draw->buyer);
  return out;
}

/// What one has got by each day. In a period after which nothing of it waits, what was late comes first, while supply
/// serves what all have waited for, and the rest as planned; else all comes evenly.
Curve delivered(const Plan& plan, const SupplyLine& line, const Drawing& d, const SharedLine& shared) {
  const std::vector<double>&asked = shared.asked[d.draw->index], &served = shared.served[d.draw->index];
  const double slack = rounding * d.chips;
  double want = before_day(d.planned, line.first, plan), got = want;  // what came before comes by itself
  std::vector<Curve::Knot> late, allotted;  // added to what is planned; the most that has come
  for (std::size_t p = 0; p < line.periods; ++p) {
    const double waits = want - got > slack ? want - got : 0;
    const double start = period_start(line, p) - plan.start, to = period_start(line, p + 1) - plan.start,
                 from = d.draw->as_scheduled ? start : std::max(start, d.placed);
    want += asked[p];
    double after = got + served[p];
    if (want - after <= slack) after = want;
    if (d.draw->as_scheduled && after == want) {
      const double of_all = p > 0 && waits > 0 ? shared.periods[p - 1].waiting() / shared.periods[p].supply : 0,
                   caught_up = from + std::clamp(of_all, 1e-3, 1.0) * (to - from);
      late.push_back({from, -waits, waits / (caught_up - from)}), late.push_back({caught_up, 0, 0});
      allotted.push_back({from, d.chips, 0});
    } else if (to > from) {
      late.push_back({from, 0, 0}), allotted.push_back({from, got, (after - got) / (to - from)});
    }
    got = after;
  }
  const double end = period_start(line, line.periods) - plan.start;
  late.push_back({end, 0, 0}), allotted.push_back({end, got, 0});
  const Curve most = Curve::from(d.draw->as_scheduled ? d.chips : 0, std::move(allotted));
  return d.draw->as_scheduled ? minimum(d.planned + Curve::from(0, std::move(late)), most) : most;
}

/// When half an accelerator or more of it is asked for and has not come.
std::vector<SupplyWait> waits_of(const Plan& plan, const Drawing& d, const DependentDays& days) {
  constexpr double nothing = 0.5;
  const Curve late = d.planned - days.drawn[d.draw->index];
  std::vector<SupplyWait> out;
  const auto wait = [&](double from, double to) {
    if (!(from < to)) return;
    if (!out.empty() && out.back().to >= from) out.back().to = to;
    else out.push_back({from, to, plan.supply_lines[static_cast<std::size_t>(d.draw->line)].name});
  };
  const std::vector<Curve::Knot>& knots = late.knots();
  for (std::size_t k = 0; k < knots.size(); ++k) {
    const Curve::Knot& x = knots[k];
    const double end = k + 1 < knots.size() ? knots[k + 1].time : infinity;
    const double crosses = x.slope != 0 ? x.time + (nothing - x.value) / x.slope : infinity;
    if (x.value >= nothing) wait(x.time, x.slope < 0 ? std::min(end, crosses) : end);
    else if (x.slope > 0 && crosses < end) wait(x.time, end);
  }
  return out;
}

}  // namespace

void read_supply_lines(Reader& reader, Plan& plan, const View& root) {
  for (const auto& [path, sections] : by_file(reader, root, "market", "\"gpu-market.toml\""))
    read_markets_of(reader, plan, path, sections);
  for (const auto& [path, sections] : by_file(reader, root, "factory", "\"chip-factories.toml\""))
    read_factories_of(reader, plan, path, sections);
  for (SupplyLine& line : plan.supply_lines) {
    const int months = months_between(line.first, plan.end) + 12 * years_after_the_end;
    line.periods = std::max(line.known, static_cast<std::size_t>(std::max(0, months / line.months + 1)));
    for (silicon::MarketBuyer& buyer : line.buyers) buyer.orders.resize(line.periods, buyer.orders.back());
  }
}

SupplyDraw read_draw(Reader& reader, Plan& plan, const View& view, std::string_view key, const Day& asked,
                     bool scheduled) {
  SupplyDraw draw;
  scenario::needs(view, {"buyer", "contract", "priority"}, view.gives("supply"), "a supply",
                  "add supply = \"market.NAME\"");
  if (!view.gives("supply")) return draw;
  const std::string supply = reader.text(view, "supply");
  std::vector<std::string> names;
  for (const SupplyLine& line : plan.supply_lines) names.push_back(line.name);
  const auto found = std::find(names.begin(), names.end(), supply);
  if (found == names.end())
    throw Error(view.place("supply"), view.key_path("supply"),
                in_quotes(supply) + " is no market and no factory of this scenario",
                suggest(supply, names, "add [market.h100] with file = \"gpu-market.toml\""));
  draw.line = static_cast<int>(found - names.begin());
  draw.index = draws_in(plan);
  draw.as_scheduled = scheduled;
  SupplyLine& line = plan.supply_lines[static_cast<std::size_t>(draw.line)];
  if (!scheduled && !asked.hangs() && asked.date < line.first)
    throw Error(
        view.gives(key) ? view.place(key) : view.place("supply"), view.key_path(key),
        fmt::format("{} lies before the supply's first {}, {}", asked.date.text(), line.months == 3 ? "quarter" : "day",
                    line.months == 3 ? quarter_name(line.first) : line.first.text()),
        "order later, or say when it comes with lead_time or deliveries");

  const std::size_t own = line.market ? line.market->buyers.size() : 0;
  const std::string name = reader.text(view, "buyer", "", "one more, on top of the others");
  const auto buyer = std::find_if(line.buyers.begin(), line.buyers.begin() + static_cast<std::ptrdiff_t>(own),
                                  [&](const silicon::MarketBuyer& b) { return b.name == name; });
  draw.buyer = static_cast<std::size_t>(buyer - line.buyers.begin());
  const bool there = draw.buyer < own;
  if (there) draw.in_place_of = static_cast<int>(draw.buyer);
  // Terms of its own make it a buyer beside the one that it belongs to.
  const bool own_terms = !there || view.gives("contract") || view.gives("priority");
  const double contract = reader.constant_number(
      view, "contract", from_rule(own_terms ? 0 : buyer->contract, own_terms ? "none" : "the buyer's"));
  const int priority =
      reader.whole(view, "priority", there ? buyer->priority : 1, there ? "the buyer's" : "served first");
  if (own_terms) {
    draw.buyer = line.buyers.size();
    line.buyers.push_back({view.path, contract, 0, priority, std::vector<double>(line.periods)});
  }
  return draw;
}

Date period_start(const SupplyLine& line, std::size_t period) {
  // Markets go by the calendar, factories by twelfths of a year from their start.
  const int months = line.months * static_cast<int>(period);
  return line.market ? add_months(line.first, months)
                     : line.first + static_cast<int>(std::lround(months * (in_days(year_length) / 12)));
}

bool draws_hang(const Plan& plan) {
  const auto hangs = [](const SupplyDraw& draw, const Day& day) { return draw.draws() && day.hangs(); };
  return std::any_of(plan.orders.begin(), plan.orders.end(),
                     [&](const Order& o) { return hangs(o.draw, o.ordered); }) ||
         std::any_of(plan.rentals.begin(), plan.rentals.end(), [&](const Rental& r) { return hangs(r.draw, r.from); });
}

SharedLine share_line(const Plan& plan, std::size_t line, Draws draws, const DependentDays& days) {
  return share(plan, line, drawings(plan, line, draws, days), draws);
}

std::vector<Curve> drawn_deliveries(const Plan& plan, Draws draws, const DependentDays& days) {
  std::vector<Curve> out(plan.supply_lines.empty() ? 0 : draws_in(plan));
  for (std::size_t l = 0; l < plan.supply_lines.size(); ++l) {
    const std::vector<Drawing> of_line = drawings(plan, l, draws, days);
    if (of_line.empty()) continue;
    const SharedLine shared = share(plan, l, of_line, draws);
    for (const Drawing& d : of_line) out[d.draw->index] = delivered(plan, plan.supply_lines[l], d, shared);
  }
  return out;
}

std::vector<SupplyWait> supply_waits(const Plan& plan, const Order& order, const DependentDays& days) {
  return order.draw.draws() ? waits_of(plan, drawing(plan, order, {}, days), days) : std::vector<SupplyWait>{};
}

std::vector<SupplyWait> supply_waits(const Plan& plan, const Rental& rental, const DependentDays& days) {
  return rental.draw.draws() ? waits_of(plan, drawing(plan, rental, {}, days), days) : std::vector<SupplyWait>{};
}

}  // namespace orrery::programme
