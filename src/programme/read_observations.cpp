// What is reported and what was seen: milestones and observations of a plan.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "base/units.h"
#include "programme/read.h"
#include "scenario/check.h"

namespace orrery::programme {

namespace {

double total_chips(const Plan& plan) {
  double sum = 0;
  for (const Order& o : plan.orders) sum += o.chips.value();
  for (const Rental& r : plan.rentals) sum += r.chips.value();
  return sum;
}

/// The place of the order or rental that a key names.
template <class Block>
int one_of(Reader& reader, const View& view, const char* key, const std::vector<Block>& blocks) {
  const std::string name = reader.text(view, key, "", "");
  const auto it = std::find_if(blocks.begin(), blocks.end(), [&](const Block& block) { return block.name == name; });
  if (it == blocks.end()) {
    std::vector<std::string> names;
    for (const Block& block : blocks) names.push_back(block.name);
    throw Error(view.find(key)->place, view.key_path(key),
                fmt::format("{} is not a{} {} of this scenario", in_quotes(name), *key == 'o' ? "n" : "", key),
                names.empty() ? fmt::format("the scenario has none: leave {} out", key)
                              : suggest(name, names, fmt::format("name one of {}", fmt::join(names, ", "))));
  }
  return static_cast<int>(it - blocks.begin());
}

}  // namespace

void read_milestones(Reader& reader, Plan& plan, const View& root) {
  // One milestone for each order or rental: all accelerators up to and with it.
  double sum = 0;
  auto add = [&](double chips) {
    sum += chips;
    plan.milestones.push_back({format_count(sum) + " usable", Milestone::Kind::usable, sum, -1});
  };
  for (const Order& o : plan.orders) add(o.chips.value());
  for (const Rental& r : plan.rentals) add(r.chips.value());
  const std::vector<std::pair<std::string, View>> given = root.group("milestone");
  std::vector<Milestone> named;
  std::set<std::tuple<Milestone::Kind, int, int, int, double>> levels;  // of those, with what each is about
  for (const auto& [name, view] : given) {
    const bool usable = view.gives("usable"), power = view.gives("it_power");
    if (usable == power)
      throw Error(view.place(), view.path,
                  usable ? "gives both usable and it_power" : "gives neither usable nor it_power",
                  "give one of the two");
    Milestone m{name, usable ? Milestone::Kind::usable : Milestone::Kind::it_power, 0, -1};
    if (view.gives("site")) m.site = site_of(reader, plan, view);
    if (view.gives("order")) m.order = one_of(reader, view, "order", plan.orders);
    if (view.gives("rental")) m.rental = one_of(reader, view, "rental", plan.rentals);
    if ((m.site >= 0) + (m.order >= 0) + (m.rental >= 0) > 1)
      throw Error(view.place(), view.path, "is about several of site, order and rental", "give one of the three");
    if (!usable && m.site < 0 && (m.order >= 0 || m.rental >= 0))
      throw Error(view.find("it_power")->place, view.key_path("it_power"), "is not known by order or rental",
                  "give usable");
    m.level = usable ? reader.constant<Chips>(view, "usable", std::nullopt).value()
                     : reader.constant<Power>(view, "it_power", std::nullopt).value();
    const double all = m.order >= 0    ? plan.orders[static_cast<std::size_t>(m.order)].chips.value()
                       : m.rental >= 0 ? plan.rentals[static_cast<std::size_t>(m.rental)].chips.value()
                                       : total_chips(plan);
    if (usable && m.level > all + 0.5)
      throw Error(view.find("usable")->place, view.key_path("usable"),
                  fmt::format("{} is more than the {} that {}", format_count(m.level), format_count(all),
                              m.order >= 0    ? "the order brings"
                              : m.rental >= 0 ? "the rental brings"
                                              : "the scenario buys and rents"),
                  "give a number that can be reached");
    if (!levels.emplace(m.kind, m.site, m.order, m.rental, m.level).second)
      throw Error(view.place(), view.path, "has the level of another milestone",
                  "give each milestone a level of its own");
    named.push_back(std::move(m));
  }
  // One of the same level stands in place of those that nobody asked for.
  std::set<std::string> asked;
  for (const Milestone& m : named)
    if (m.kind == Milestone::Kind::usable && m.site < 0) asked.insert(format_count(m.level) + " usable");
  std::erase_if(plan.milestones, [&](const Milestone& had) {
    return asked.contains(had.name) || levels.contains({had.kind, had.site, had.order, had.rental, had.level});
  });
  std::set<std::string> names;
  for (const Milestone& had : plan.milestones) names.insert(had.name);
  for (std::size_t i = 0; i < named.size(); ++i) {
    if (names.contains(named[i].name))
      throw Error(given[i].second.place(), given[i].second.path,
                  "has the name of a milestone that is reported anyway, at another level", "give it another name");
    plan.milestones.push_back(std::move(named[i]));
  }
  std::stable_sort(plan.milestones.begin(), plan.milestones.end(), [](const Milestone& a, const Milestone& b) {
    return std::pair(a.kind, a.level) < std::pair(b.kind, b.level);
  });
}

void read_observations(Reader& reader, Plan& plan, const View& root) {
  using Kind = Observation::Kind;
  for (const auto& [name, view] : root.group("observation")) {
    Observation o;
    o.name = name;
    auto text = [&section = view](const char* of_key, const char* otherwise) -> std::string {
      const Node* node = section.find(of_key);
      return node ? scenario::bare(*node).text : otherwise;
    };
    std::vector<std::string> given;
    for (const char* key : {"usable", "it_power", "facility_power", "capex", "run"})
      if (view.gives(key)) given.emplace_back(key);
    if (given.size() != 1)
      throw Error(view.place(), view.path, given.empty() ? "says nothing that was seen" : "says several things at once",
                  "give one of usable, it_power, facility_power, capex, run");
    for (const char* key : {"basis", "source"})
      if (!view.gives(key))
        throw Error(view.place(), view.key_path(key), "is missing: an observation needs its basis and source",
                    "add basis = \"observed\" and source = \"...\"");
    reader.must_give(view, "date", "2024-09-02");
    const Node& day = *view.find("date");
    o.date = scenario::bare(day).date;
    if (o.date < plan.start || o.date > plan.end)
      throw Error(
          day.place, view.key_path("date"),
          fmt::format("{} lies outside the forecast, {} to {}", o.date.text(), plan.start.text(), plan.end.text()),
          "lengthen the horizon or leave the observation out");
    o.provenance.basis = catalog::parse_basis(view.find("basis")->text);
    o.provenance.source = view.find("source")->text;
    o.provenance.date = o.date.text();
    if (const Node* note = view.find("note")) o.note = note->text;

    const std::string key = given.front();
    auto level = [&, &section = view](Dimension d) {
      return read_constant(*section.find(key), d, section.key_path(key));
    };
    if (key == "usable") o.kind = Kind::usable, o.level = level(dimension::chips);
    if (key == "it_power") o.kind = Kind::it_power, o.level = level(dimension::power);
    if (key == "facility_power") o.kind = Kind::facility_power, o.level = level(dimension::power);
    if (key == "capex") o.kind = Kind::capex, o.level = level(dimension::money);
    if (key == "run") {
      const std::string what = text("what", "finish");
      if (what != "start" && what != "finish")
        throw Error(view.find("what")->place, view.key_path("what"), in_quotes(what) + " is neither start nor finish",
                    "write one of the two");
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
      o.site = site_of(reader, plan, view);
    }
    const bool is_run = o.kind == Kind::run_start || o.kind == Kind::run_finish;
    const std::string score = text("score", is_run ? "date" : o.kind == Kind::capex ? "level" : "both");
    if (score != "date" && score != "level" && score != "both")
      throw Error(view.find("score")->place, view.key_path("score"), in_quotes(score) + " is not one of its values",
                  "write date, level or both");
    if (const Node* bound = view.find("bound")) {
      const std::string which = scenario::bare(*bound).text;
      if (which != "upper" && which != "lower")
        throw Error(bound->place, view.key_path("bound"), in_quotes(which) + " is neither upper nor lower",
                    "write one of the two");
      if (score != "date")
        throw Error(bound->place, view.key_path("bound"), "is of a date, but a level is scored too",
                    "give score = \"date\"");
      o.bound = which == "upper" ? Observation::Bound::upper : Observation::Bound::lower;
    }
    auto never = [&section = view](const char* name_of, const std::string& problem, const std::string& remedy) {
      if (const Node* node = section.find(name_of))
        throw Error(node->place, section.key_path(name_of), problem, remedy);
    };
    if (!is_run) never("what", "belongs to a run, and none is named", "add run = \"...\" or leave it out");
    if (is_run && score != "date") never("score", "a run is scored on its date", "write date or leave it out");
    if (o.kind == Kind::capex && score != "level")
      never("score", "money is scored on its level", "write level or leave it out");
    o.scores_date = score != "level";
    o.scores_level = score != "date" && !is_run;
    plan.observations.push_back(std::move(o));
  }
}

}  // namespace orrery::programme
