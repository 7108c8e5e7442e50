#include "programme/events.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <tuple>

#include "base/units.h"
#include "scenario/check.h"

namespace orrery::programme {
namespace {

using scenario::Reader;
using scenario::View;

/// Where a day stands in the plan.
struct Standing {
  int home = -1;            ///< the site whose parts go by their short names
  bool part = false;        ///< it begins a part of that site, which the site's delay makes late
  bool from_start = false;  ///< its key allows no day before the programme's start
  int run = -1;             ///< of this run
  bool lease = false;
  bool power_until = false;  ///< it may also say "when the rest covers the site"
};

/// Calls visit(day, standing) for every day of the plan that may hang on an event.
template <class Visit>
void each_day(Plan& plan, Visit visit) {
  const int only = plan.sites.size() == 1 ? 0 : -1;
  for (int s = 0; s < static_cast<int>(plan.sites.size()); ++s) {
    auto& site = plan.sites[static_cast<size_t>(s)];
    for (auto& b : site.buildings) visit(b.start, Standing{s, true, true}), visit(b.date, Standing{s, true, false});
    for (auto& b : site.power)
      visit(b.ordered, Standing{s, true}), visit(b.until, Standing{s, false, false, -1, false, true});
    for (auto& b : site.cooling) visit(b.ordered, Standing{s, true}), visit(b.until, Standing{s});
  }
  for (auto& order : plan.orders) visit(order.ordered, Standing{order.site});
  for (auto& event : plan.events) visit(event.from, Standing{event.site, false, true});
  for (auto& rental : plan.rentals) visit(rental.from, Standing{only, false, true});
  for (int r = 0; r < static_cast<int>(plan.runs.size()); ++r) {
    auto& run = plan.runs[static_cast<size_t>(r)];
    const int home = run.pool.rented ? only : static_cast<int>(run.pool.index);
    visit(run.earliest, Standing{home, false, true, r});
  }
  for (auto& lease : plan.leases) {
    const int home = lease.site >= 0 ? lease.site : only;
    visit(lease.from, Standing{home, false, true, -1, true}),
        visit(lease.until, Standing{home, false, false, -1, true});
  }
  for (auto& contract : plan.contracts) {
    const int home = contract.part.site >= 0 ? contract.part.site : only;
    visit(contract.from, Standing{home, false, true, -1, true});
    visit(contract.until, Standing{home, false, false, -1, true});
    visit(contract.exit, Standing{home, false, false, -1, true});
  }
}

struct Known {
  std::string text;  ///< "power.grid is in service"
  AwaitedEvent event;
};

/// Every event of the plan. Parts of a site have its name before theirs.
std::vector<Known> known_events(const Plan& plan) {
  std::vector<Known> out;
  const auto add = [&](const std::string& part, int site, size_t index,
                       std::initializer_list<std::pair<const char*, Happens>> all) {
    for (const auto& [what, happens] : all)
      out.push_back({fmt::format("{} {}", part, what), {happens, site, static_cast<int>(index)}});
  };
  for (size_t s = 0; s < plan.sites.size(); ++s) {
    const Site& site = plan.sites[s];
    const std::string in = "site." + site.name + '.';
    const int at = static_cast<int>(s);
    for (size_t i = 0; i < site.power.size(); ++i)
      add(in + "power." + site.power[i].name, at, i,
          {{"is in service", Happens::power_in_service}, {"leaves", Happens::power_leaves}});
    for (size_t i = 0; i < site.cooling.size(); ++i)
      add(in + "cooling." + site.cooling[i].name, at, i,
          {{"is in service", Happens::cooling_in_service}, {"leaves", Happens::cooling_leaves}});
    for (size_t i = 0; i < site.buildings.size(); ++i)
      add(in + "building." + site.buildings[i].name, at, i,
          {{"opens", Happens::building_opens}, {"is ready", Happens::building_ready}});
  }
  for (size_t i = 0; i < plan.orders.size(); ++i)
    add("order." + plan.orders[i].name, -1, i,
        {{"arrives", Happens::order_arrives}, {"is delivered", Happens::order_delivered}});
  for (size_t i = 0; i < plan.rentals.size(); ++i)
    add("rental." + plan.rentals[i].name, -1, i,
        {{"is handed over", Happens::rental_handed_over}, {"ends", Happens::rental_ends}});
  for (size_t i = 0; i < plan.runs.size(); ++i)
    add("run." + plan.runs[i].name, -1, i, {{"starts", Happens::run_starts}, {"finishes", Happens::run_finishes}});
  return out;
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// What follows an event: nothing, or " + 6 months", " - 2 weeks", one after the other. Nothing where it is none of
/// these, as where a longer name goes on. Throws Error (without a place) for a duration that is none.
std::optional<Time> shift_of(std::string_view rest) {
  Time shift(0);
  if (!rest.empty() && rest.front() != ' ') return std::nullopt;
  for (rest = without_blanks(rest); !rest.empty();) {
    const char sign = rest.front();
    if (sign != '+' && sign != '-') return std::nullopt;
    rest = without_blanks(rest.substr(1));
    // A sign that follows a blank begins the next; one in "1e-3 days" does not.
    const size_t plus = rest.find(" +"), minus = rest.find(" -"), end = std::min(plus, minus);
    const std::string_view term = without_blanks(rest.substr(0, end));
    if (term.empty() || !(std::isdigit(static_cast<unsigned char>(term.front())) || term.front() == '.'))
      throw Error({}, "", fmt::format("has no duration after {}", sign), "write one, as in \"- 6 months\"");
    const Time by(parse_amount_of(term, dimension::time));
    shift = sign == '+' ? shift + by : shift - by;
    rest = end == std::string_view::npos ? std::string_view() : without_blanks(rest.substr(end));
  }
  if (!(std::fabs(in_days(shift)) <= 36525))
    throw Error({}, "", "lies more than a hundred years from its event", "give less");
  return shift;
}

/// A text without what it adds and takes away at its end.
std::string_view event_part(std::string_view text) {
  while (true) {
    const size_t plus = text.rfind(" +"), minus = text.rfind(" -");
    const size_t at = plus == std::string_view::npos    ? minus
                      : minus == std::string_view::npos ? plus
                                                        : std::max(plus, minus);
    if (at == std::string_view::npos) return without_blanks(text);
    try {
      if (!shift_of(text.substr(at))) return without_blanks(text);
    } catch (const Error&) {
      return without_blanks(text);
    }
    text = text.substr(0, at);
  }
}

/// The events by the names that a day may call them: parts of its own site by the short ones too.
std::vector<Known> named_from(const Plan& plan, std::vector<Known> all, int home) {
  if (home < 0) return all;
  const std::string own = "site." + plan.sites[static_cast<size_t>(home)].name + '.';
  for (Known& known : all)
    if (known.event.site == home) known.text = known.text.substr(own.size());
  return all;
}

[[noreturn]] void no_event(const Plan& plan, const Dependency& d, const std::vector<Known>& known, bool bridges) {
  constexpr size_t shown = 12;
  const std::string named(event_part(d.text));
  if (bridges && named == "the rest covers the site")
    throw Error(d.place, d.key, "adds to the rest of the site, in step with which such plant leaves",
                "write \"when the rest covers the site\" alone, or wait for an event");
  std::vector<std::string> names;
  if (bridges) names.emplace_back("when the rest covers the site");
  for (const Known& k : known) names.push_back("when " + k.text);
  std::vector<std::string> listed(names.begin(),
                                  names.begin() + static_cast<std::ptrdiff_t>(std::min(shown, names.size())));
  std::string all = fmt::format("what can be waited for: {}", fmt::join(listed, ", "));
  if (names.size() > shown) all += fmt::format(" and {} more", names.size() - shown);
  const std::string near = suggest("when " + named, names, "");
  throw Error(d.place, d.key, in_quotes(named) + " is no event of " + in_quotes(plan.title),
              near.empty() ? all : near + ' ' + all);
}

/// What a dependency waits for: the longest name that its text begins with and that only a duration follows.
void find_event(const Plan& plan, Dependency& d, const std::vector<Known>& full, const Standing& standing) {
  const std::vector<Known> known = named_from(plan, full, standing.home);
  const std::string_view text = without_blanks(d.text);
  size_t longest = 0;
  at(d.place, d.key, [&] {
    for (const std::vector<Known>* names : {&known, &full})
      for (const Known& k : *names) {
        if (k.text.size() <= longest || !text.starts_with(k.text)) continue;
        if (const std::optional<Time> shift = shift_of(text.substr(k.text.size())))
          longest = k.text.size(), d.event = k.event, d.shift = *shift;
      }
  });
  if (longest == 0) no_event(plan, d, known, standing.power_until);
}

const PowerBlock& power_of(const Plan& plan, const AwaitedEvent& e) {
  return plan.sites[static_cast<size_t>(e.site)].power[static_cast<size_t>(e.index)];
}
const CoolingBlock& cooling_of(const Plan& plan, const AwaitedEvent& e) {
  return plan.sites[static_cast<size_t>(e.site)].cooling[static_cast<size_t>(e.index)];
}

/// Runs are scheduled when all sites and rentals are known, in the order in which they are written.
void check_awaited(const Plan& plan, const Dependency& d, const Standing& standing) {
  const AwaitedEvent& e = d.event;
  if ((e.happens == Happens::power_leaves && !power_of(plan, e).ends && !power_of(plan, e).bridges) ||
      (e.happens == Happens::cooling_leaves && !cooling_of(plan, e).ends))
    throw Error(d.place, d.key, "waits for what never leaves", "give that an until, or wait for something else");
  if (!e.of_run()) return;
  const std::string run = "run." + plan.runs[static_cast<size_t>(e.index)].name;
  if (standing.run < 0 && !standing.lease)
    throw Error(d.place, d.key, "waits for " + run + ", which is scheduled once all sites and rentals are known",
                "only runs that are written later, leases and contracts can wait for a run");
  if (standing.run == e.index)
    throw Error(d.place, d.key, "waits for itself", "wait for something else, or give a date");
  if (standing.run >= 0 && standing.run < e.index)
    throw Error(d.place, d.key, "waits for " + run + ", which takes accelerators after it, as it is written later",
                "write [" + run + "] before it");
}

/// The days and sites that each node waits for; nodes are the dependencies, then the sites.
class StepOrder {
 public:
  explicit StepOrder(const Plan& plan)
      : plan_(plan), days_(plan.dependencies.size()), before_(days_ + plan.sites.size()), placed_(before_.size()) {
    for (size_t k = 0; k < days_; ++k) wait_for_event(k);
    for (size_t s = 0; s < plan.sites.size(); ++s) wait_for_parts(s);
  }

  /// Steps, each after what it waits for. Throws Error for a circle.
  std::vector<Step> steps() {
    std::vector<Step> out;
    for (size_t placed = 0; placed < before_.size();) {
      const size_t had = placed;
      for (size_t n = 0; n < before_.size(); ++n) {
        if (placed_[n] || !std::all_of(before_[n].begin(), before_[n].end(), [&](size_t b) { return placed_[b]; }))
          continue;
        placed_[n] = true, ++placed;
        if (n >= days_) out.push_back({-1, static_cast<int>(n - days_)});
        else if (!plan_.dependencies[n].event.of_run()) out.push_back({static_cast<int>(n), -1});
      }
      if (placed == had) refuse_circle();
    }
    return out;
  }

 private:
  void wait(size_t node, const Day& day) {
    if (day.hangs()) before_[node].push_back(static_cast<size_t>(day.dependency));
  }
  void wait_for_site(size_t node, int site) { before_[node].push_back(days_ + static_cast<size_t>(site)); }

  void wait_for_building(size_t node, const Building& building) {
    wait(node, building.start);
    if (building.planned) wait(node, building.date);
  }
  void wait_for_order(size_t node, const Order& order) {
    if (order.paced) wait_for_site(node, order.site);
    else if (order.deliveries.empty()) wait(node, order.ordered);
  }

  void wait_for_event(size_t node) {
    const AwaitedEvent& e = plan_.dependencies[node].event;
    const auto index = static_cast<size_t>(e.index);
    switch (e.happens) {
      case Happens::power_in_service: {
        const PowerBlock& block = power_of(plan_, e);
        wait(node, block.ordered);
        if (block.ends && block.until.dependency != static_cast<int>(node)) wait(node, block.until);
        break;
      }
      case Happens::power_leaves:
        if (power_of(plan_, e).bridges) wait_for_site(node, e.site);
        else wait(node, power_of(plan_, e).until);
        break;
      case Happens::cooling_in_service:
        if (const CoolingBlock& block = cooling_of(plan_, e); block.building < 0) wait(node, block.ordered);
        else
          wait_for_building(node,
                            plan_.sites[static_cast<size_t>(e.site)].buildings[static_cast<size_t>(block.building)]);
        break;
      case Happens::cooling_leaves:
        wait(node, cooling_of(plan_, e).until);
        break;
      case Happens::building_opens:
      case Happens::building_ready:
        wait_for_building(node, plan_.sites[static_cast<size_t>(e.site)].buildings[index]);
        break;
      case Happens::order_arrives:
      case Happens::order_delivered:
        wait_for_order(node, plan_.orders[index]);
        break;
      case Happens::rental_handed_over:
      case Happens::rental_ends:
        wait(node, plan_.rentals[index].from);
        break;
      case Happens::run_starts:
      case Happens::run_finishes:
        break;  // of later runs and leases, for which no site waits
    }
  }

  void wait_for_parts(size_t s) {
    const size_t node = days_ + s;
    const Site& site = plan_.sites[s];
    for (const Building& b : site.buildings) wait_for_building(node, b);
    for (const PowerBlock& b : site.power) wait(node, b.ordered), wait(node, b.until);
    for (const CoolingBlock& b : site.cooling) wait(node, b.ordered), wait(node, b.until);
    for (const Order& order : plan_.orders)
      if (order.site == static_cast<int>(s)) wait(node, order.ordered);
    for (const Event& event : plan_.events)
      if (event.site == static_cast<int>(s)) wait(node, event.from);
  }

  std::string name_of(size_t node) const {
    return node < days_ ? plan_.dependencies[node].key : "all of site." + plan_.sites[node - days_].name;
  }

  [[noreturn]] void refuse_circle() const {
    const auto open = [&](size_t n) { return !placed_[n]; };
    size_t at = 0;
    while (!open(at)) ++at;
    std::vector<size_t> way;
    while (std::find(way.begin(), way.end(), at) == way.end()) {
      way.push_back(at);
      at = *std::find_if(before_[at].begin(), before_[at].end(), open);
    }
    way.erase(way.begin(), std::find(way.begin(), way.end(), at));
    // Sites wait for days alone, so that a day is among them: the one that is written first.
    const auto place = [&](size_t n) {
      if (n >= days_) return std::tuple(1, 0, 0);
      return std::tuple(0, plan_.dependencies[n].place.line, plan_.dependencies[n].place.column);
    };
    std::rotate(way.begin(),
                std::min_element(way.begin(), way.end(), [&](size_t a, size_t b) { return place(a) < place(b); }),
                way.end());
    std::string circle;
    for (size_t i = 0; way.size() > 1 && i < way.size(); ++i)
      circle +=
          fmt::format("{}{} waits for {}", i == 0 ? ": " : ", ", name_of(way[i]), name_of(way[(i + 1) % way.size()]));
    const Dependency& first = plan_.dependencies[way.front()];
    throw Error(first.place, first.key, "waits for itself" + circle,
                way.size() > 1 ? "give a date to one of them" : "wait for something else, or give a date");
  }

  const Plan& plan_;
  const size_t days_;
  std::vector<std::vector<size_t>> before_;
  std::vector<bool> placed_;

  friend void note_delays(Plan& plan, const StepOrder& order);
};

/// Which sites' delays are in each day, and whether a rental stands behind it: directly, or in what its event needs.
void note_delays(Plan& plan, const StepOrder& order) {
  struct Behind {
    std::set<int> sites;
    bool rental = false;
  };
  std::vector<Behind> behind(order.before_.size());
  for (const Step& step : plan.steps) {
    const size_t n =
        step.site >= 0 ? order.days_ + static_cast<size_t>(step.site) : static_cast<size_t>(step.dependency);
    Behind& own = behind[n];
    for (const size_t b : order.before_[n]) {
      own.sites.insert(behind[b].sites.begin(), behind[b].sites.end());
      own.rental = own.rental || behind[b].rental;
    }
    if (step.site >= 0) {
      own.sites.insert(step.site);
      continue;
    }
    Dependency& d = plan.dependencies[n];
    if (d.event.site >= 0) own.sites.insert(d.event.site);
    own.rental =
        own.rental || d.event.happens == Happens::rental_handed_over || d.event.happens == Happens::rental_ends;
    d.delays.assign(own.sites.begin(), own.sites.end());
    d.on_rental = own.rental;
  }
}

}  // namespace

Day read_day(Reader& reader, Plan& plan, const View& view, std::string_view key, Date fallback,
             const std::string& rule) {
  const Node* node = view.find(key);
  if (!node || !scenario::hangs(*node)) return {reader.date(view, key, fallback, rule), -1};
  Dependency d;
  d.key = view.key_path(key), d.place = node->place;
  d.text = reader.event(view, key);
  if (const Node& given = scenario::bare(*node); given.kind == Node::Kind::table) {
    const View own{&given, d.key};
    if (own.gives("lag")) d.lag = reader.amount<Time>(own, "lag");
    if (own.gives("lead")) d.lead = reader.amount<Time>(own, "lead");
  }
  plan.dependencies.push_back(std::move(d));
  return {{}, static_cast<int>(plan.dependencies.size()) - 1};
}

void order_events(Plan& plan) {
  const std::vector<Known> known = plan.dependencies.empty() ? std::vector<Known>{} : known_events(plan);
  each_day(plan, [&](const Day& day, const Standing& standing) {
    if (!day.hangs()) return;
    Dependency& d = plan.dependencies[static_cast<size_t>(day.dependency)];
    d.from_start = standing.from_start;
    find_event(plan, d, known, standing);
    check_awaited(plan, d, standing);
  });
  StepOrder order(plan);
  plan.steps = order.steps();
  if (plan.dependencies.empty()) return;
  note_delays(plan, order);
  each_day(plan, [&](const Day& day, const Standing& standing) {
    if (!day.hangs() || !standing.part) return;
    Dependency& d = plan.dependencies[static_cast<size_t>(day.dependency)];
    d.delayed = std::find(d.delays.begin(), d.delays.end(), standing.home) != d.delays.end();
  });
}

}  // namespace orrery::programme
