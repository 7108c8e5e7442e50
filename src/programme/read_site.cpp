// Sites of a plan: buildings, power and cooling, sized by the orders.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/units.h"
#include "programme/read.h"
#include "scenario/change.h"
#include "scenario/check.h"
#include "site/building/construction.h"

namespace orrery::programme {

namespace {

/// The smallest and the largest value that a trial may draw: a plant of default size suffices in all of them.
double least(const Reader& reader, const UncertainNumber& value) {
  return value.input < 0 ? value.median : reader.inputs[value.input].distribution.lowest();
}
double greatest(const Reader& reader, const UncertainNumber& value) {
  return value.input < 0 ? value.median : reader.inputs[value.input].distribution.highest();
}

/// The most IT power that the orders of a site may need.
double needed_it_power(const Reader& reader, const Plan& plan, int site) {
  double watts = 0;
  for (const Order& o : plan.orders)
    if (o.site == site) watts += o.chips.value() * greatest(reader, {o.it_power.median.value(), o.it_power.input});
  return watts;
}

void read_tasks(Reader& reader, const View& view, const catalog::Entry& construction, Building& building) {
  std::vector<site::Precedence> precedence;
  std::vector<const catalog::Entry*> parts;
  for (const catalog::Entry& part : construction.parts) {
    const catalog::Figure *after = part.find("after"), *with_racks = part.find("with_racks");
    // A planned day stands for the tasks; what goes on while racks are brought in says when they can be.
    if (building.planned && !(with_racks && with_racks->boolean)) continue;
    precedence.push_back({part.name, after && !building.planned ? after->texts : std::vector<std::string>{},
                          with_racks && with_racks->boolean});
    parts.push_back(&part);
  }
  const std::vector<std::pair<std::string, View>> given = view.group("task");
  for (const auto& task : given)
    if (std::none_of(precedence.begin(), precedence.end(), [&](const auto& p) { return p.task == task.first; })) {
      precedence.push_back({task.first, {}, false});
      parts.push_back(nullptr);
    }
  for (size_t i = 0; i < precedence.size(); ++i) {
    View task{nullptr, view.key_path("task") + '.' + precedence[i].task};
    for (const auto& [name, t] : given)
      if (name == precedence[i].task) task = t;
    std::optional<Fallback> duration;
    if (parts[i]) {
      duration = maybe(*parts[i], "duration");
      if (duration) duration->place = "construction/" + construction.name + ".task." + parts[i]->name + ".duration";
    }
    if (const Node* own = task.find("with_racks")) precedence[i].with_racks = scenario::bare(*own).boolean;
    building.tasks.push_back({precedence[i].task, reader.amount<Time>(task, "duration", duration)});
    if (const Node* after = task.find("after")) {
      precedence[i].after.clear();
      for (const Node& item : scenario::bare(*after).items) precedence[i].after.push_back(item.text);
    }
  }
  building.task_network = at(view.place(), view.key_path("task"), [&] { return site::task_network(precedence); });
}

/// Whether a lease of the scenario is paid that may be of the halls of a site: it names that site, or none.
bool pays_lease(const View& root, const std::string& site) {
  for (const auto& [name, lease] : root.group("lease")) {
    const Node *direction = lease.find("direction"), *of = lease.find("site");
    if (direction && scenario::bare(*direction).text == "paid" && (!of || scenario::bare(*of).text == site))
      return true;
  }
  return false;
}

/// The usual slip of a planned day, which must be a date: how far ahead it was announced is asked.
std::optional<Fallback> slip_of(Reader& reader, Plan& plan, const View& view, std::string_view what = "building") {
  const Node &date = *view.find("date"), *announced = view.find("announced");
  if (announced && scenario::hangs(date))
    throw Error(announced->place, view.key_path("announced"), "stands beside a day that hangs on an event",
                "give date as a day, or delay in place of announced");
  return announced_slip(reader, plan, view, scenario::bare(date).date, what);
}

void read_building(Reader& reader, Plan& plan, const View& view, const std::string& name,
                   const std::string& default_class, const std::string& class_rule, double needed, bool pays_lease,
                   int site_index) {
  Building b;
  b.name = name;
  if (view.gives("counterparty")) b.counterparty = reader.text(view, "counterparty", "", "");
  b.construction = reader.text(view, "class", default_class, class_rule);
  const Node* given = view.find("class");
  const catalog::Entry& construction =
      given ? reader.catalog().entry("construction", b.construction, given->place, view.key_path("class"))
            : reader.catalog().entry("construction", b.construction);
  // A hall that is dated before the programme stands already.
  const Node* dated = view.find("date");
  const bool stands =
      dated && !scenario::hangs(*dated) && !view.gives("start") && scenario::bare(*dated).date < plan.start;
  b.start = stands ? Day{scenario::bare(*dated).date, -1}
                   : read_day(reader, plan, view, "start", plan.start, "the programme's start");
  if (!b.start.hangs() && b.start.date < plan.start && !stands)
    throw Error(view.find("start")->place, view.key_path("start"),
                fmt::format("{} lies before the programme's start on {}", b.start.date.text(), plan.start.text()),
                "let work begin on or after the start");
  std::optional<Fallback> slip;
  if (view.gives("date")) {
    if (const Node* task = view.find("task"))
      throw Error(task->place, view.key_path("task"), "stands beside date", "give one of the two");
    b.planned = true;
    b.date = read_day(reader, plan, view, "date", {}, "");
    if (!b.date.hangs() && !b.start.hangs() && b.date.date < b.start.date)
      throw Error(view.find("date")->place, view.key_path("date"),
                  fmt::format("{} lies before the start of work on {}", b.date.date.text(), b.start.date.text()),
                  "let work start earlier");
    slip = slip_of(reader, plan, view);
  } else {
    for (const char* key : {"announced", "delay"})
      if (view.gives(key))
        throw Error(view.find(key)->place, view.key_path(key), "stands without a planned day",
                    "give date, or change the tasks");
  }
  if (b.planned) b.delay = reader.amount<Time>(view, "delay", slip ? slip : from_rule(0, "on schedule"));
  b.it_capacity = reader.constant<Power>(view, "it_capacity", from_rule(needed, "what its site needs"));
  read_tasks(reader, view, construction, b);
  b.duration_factor = reader.number(view, "duration_factor", from_rule(1, "as the class's"));
  std::optional<Fallback> rate = maybe(construction, "fit_out_rate");
  b.fit_out_rate = reader.amount<PowerRate>(view, "fit_out_rate", rate ? rate : from_rule(infinity, "all at once"));
  std::optional<Fallback> cost = maybe(construction, "cost");
  if (!cost && !view.states("cost"))
    plan.not_counted.push_back("the building " + view.path + ": no cost of its class is known (cost)");
  b.cost = reader.amount<MoneyPerPower>(view, "cost", cost ? cost : from_rule(0, "no cost of this class is known"));
  const catalog::Figure* rented = construction.find("rented");
  b.rent_by_day = goes_by_day(view, "rent");
  b.rent =
      reader.amount<MoneyPerPowerTime>(view, "rent",
                                       !rented || !rented->boolean ? from_rule(0, "the hall is one's own")
                                       : pays_lease                ? from_rule(0, "a lease of the scenario is paid")
                                                    : maybe(reader.catalog().entry("prices", "default"), "colocation"));
  plan.sites[site_index].buildings.push_back(std::move(b));
}

/// What `until` says of plant that leaves once it is no longer needed.
constexpr const char* when_covered = "when the rest covers the site";

bool leaves_when_covered(const Node& until) {
  const Node& given = scenario::bare(until);
  return given.kind == Node::Kind::text && given.text == when_covered;
}

/// lead_time, install_time and delay of a block, or the planned date that stands in their place.
template <class Block>
void read_dates(Reader& reader, Plan& plan, const View& view, const catalog::Entry& kind, Block& block) {
  std::optional<Fallback> slip;
  if (view.gives("announced")) {
    if (!view.gives("date"))
      throw Error(view.find("announced")->place, view.key_path("announced"), "stands without a planned day",
                  "give date");
    slip = slip_of(reader, plan, view, kind.name);
  }
  block.delay = reader.amount<Time>(view, "delay", slip ? slip : from_rule(0, "on schedule"));
  if (view.gives("date")) {
    for (const char* other : {"ordered", "equipment", "lead_time", "install_time"})
      if (view.gives(other))
        throw Error(view.find(other)->place, view.key_path(other), "stands beside date", "give one of the two");
    block.ordered = read_day(reader, plan, view, "date", {}, "");
  } else {
    block.ordered = read_day(reader, plan, view, "ordered", plan.start, "the programme's start");
    std::optional<Fallback> lead, install;
    const catalog::Figure* usual = kind.find("equipment");
    if (usual || view.gives("equipment")) {
      const std::string name = reader.text(view, "equipment", usual ? usual->text : "", "the kind's in the catalog");
      const Node* given = view.find("equipment");
      const catalog::Entry& equipment =
          given ? reader.catalog().entry("equipment", name, given->place, view.key_path("equipment"))
                : reader.catalog().entry("equipment", name, usual->place, kind.name + ".equipment");
      lead = maybe(equipment, "lead_time");
      install = maybe(equipment, "install_time");
    }
    if (lead) block.usual = Time(lead->value.median() + (install ? install->value.median() : 0));
    // A lead time of the scenario's own reaches to the day of service unless it says otherwise.
    if (!install || view.states("lead_time")) install = from_rule(0, "part of the lead time");
    block.lead_time = reader.amount<Time>(view, "lead_time", lead);
    block.install_time = reader.amount<Time>(view, "install_time", install);
  }
  const Node* until = view.find("until");
  if (!until || (std::is_same_v<Block, PowerBlock> && leaves_when_covered(*until))) return;
  block.ends = true;
  block.until = read_day(reader, plan, view, "until", {}, "");
  if (block.until.hangs() || block.ordered.hangs()) return;
  const Date leaves = block.until.date, ordered = block.ordered.date;
  const double serves = ordered.days + in_days(block.lead_time.median + block.install_time.median);
  if (leaves > ordered && leaves.days <= serves)
    throw Error(until->place, view.key_path("until"),
                fmt::format("{} comes before it serves, {:.0f} days after its order at the median", leaves.text(),
                            serves - ordered.days),
                "let it leave later, or leave it out");
  if (leaves <= ordered)
    throw Error(until->place, view.key_path("until"),
                fmt::format("{} does not lie after {}", leaves.text(), ordered.text()), "let it leave later");
}

/// What a site says for all of its blocks goes before the catalog.
std::optional<Fallback> said_by_site(const View& site_view, std::string_view key, Dimension dimension,
                                     std::optional<Fallback> otherwise) {
  const Node* node = site_view.find(key);
  if (!node) return otherwise;
  if (scenario::is_change(*node)) {
    if (otherwise)
      otherwise->value = scenario::apply_change(*node, otherwise->value, dimension, site_view.key_path(key));
    return otherwise;
  }
  return Fallback{read_amount(*node, dimension, site_view.key_path(key), scenario::provenance_keys()), Origin::scenario,
                  site_view.key_path(key), std::nullopt, ""};
}

/// A generator's energy price: fuel over efficiency, and what else each MWh costs. Fuel is one market: its price is
/// drawn once for all plant.
std::optional<Fallback> generation_price(const catalog::Entry& kind) {
  std::optional<Fallback> price;
  const std::optional<Fallback> fuel = maybe(kind, "fuel_price"), energy = maybe(kind, "energy_price");
  if (const auto* efficiency = kind.find("efficiency"); fuel && efficiency) {
    price = fuel;
    price->value = price->value.scaled(1 / efficiency->amount.median());
    price->place += " / efficiency";
    price->drawn_as = "price of fuel";
  }
  if (!price) return energy;
  if (energy) {
    price->value = price->value.shifted(energy->value.median());
    price->place += " + energy_price";
  }
  return price;
}

/// What a block of a site with weather is by the hour, and the duration of storage.
void read_block_hours(Reader& reader, const View& view, const View& site_view, const catalog::Entry& kind,
                      const SiteWeather* weather, PowerBlock& b) {
  const bool storage = b.role == site::SupplyRole::storage;
  needs(view, {"duration"}, storage, "storage as its kind", "leave it out");
  if (const catalog::Figure* usual = kind.find("duration"); usual && storage) b.duration = Time(usual->amount.median());
  if (view.gives("duration")) b.duration = reader.constant<Time>(view, "duration");
  if (!weather) return;
  b.efficiency = kind.number("efficiency", 1);
  b.by_weather = kind.name == "solar" || kind.name == "wind";
  if (b.by_weather) {
    if (view.gives("capacity_factor"))
      throw Error(view.place("capacity_factor"), view.key_path("capacity_factor"),
                  "stands beside the site's weather, which says what sun and wind give", "leave one of the two out");
    b.share = at(site_view.place("weather"), site_view.key_path("weather"),
                 [&] { return weather_share(*weather, kind.name); });
  }
  if (b.role == site::SupplyRole::grid) b.price_shape = weather->price_shape;
}

void read_power(Reader& reader, Plan& plan, const View& view, const std::string& name, const catalog::Entry& location,
                const View& site_view, double needed, double reserve, int site_index) {
  PowerBlock b;
  b.name = name;
  b.kind = reader.text(view, "kind", "grid", "grid power");
  const Node* given = view.find("kind");
  const catalog::Entry& kind = given ? reader.catalog().entry("power", b.kind, given->place, view.key_path("kind"))
                                     : reader.catalog().entry("power", b.kind);
  const std::string role = kind.at("role").text;
  b.role = role == "grid"      ? site::SupplyRole::grid
           : role == "storage" ? site::SupplyRole::storage
                               : site::SupplyRole::generation;
  const catalog::Figure* utility = b.role == site::SupplyRole::grid ? location.find("utility") : nullptr;
  b.counterparty = view.gives("counterparty") ? reader.text(view, "counterparty", "", "")
                   : utility                  ? utility->text
                                              : "";
  b.availability = reader.number(
      view, "availability", kind.find("availability") ? maybe(kind, "availability") : from_rule(1, "all of it counts"));
  const SiteWeather* weather = plan.sites[static_cast<std::size_t>(site_index)].weather.get();
  read_block_hours(reader, view, site_view, kind, weather, b);
  if (!b.by_weather && (kind.find("capacity_factor") || view.gives("capacity_factor")))
    b.capacity_factor = reader.number(view, "capacity_factor", maybe(kind, "capacity_factor"));
  const double counts = least(reader, b.availability);
  const double rated = counts > 0 ? needed / counts : needed;
  b.capacity = reader.amount<Power>(
      view, "capacity",
      from_rule(b.role == site::SupplyRole::generation ? rated / (1 - reserve) : rated,
                b.role == site::SupplyRole::generation ? "what its site needs, and the swing reserve"
                                                       : "what its site needs"));
  read_dates(reader, plan, view, kind, b);
  if (const bool rented = kind.find("lease"); !b.ends && (rented || view.gives("until"))) {
    reader.text(view, "until", when_covered, "rented plant leaves when it is no longer needed");
    b.bridges = true;
  }
  b.rate = reader.amount<PowerRate>(view, "rate", from_rule(infinity, "all in one day"));

  std::optional<Fallback> capex = maybe(kind, "capex");
  if (const auto* energy = kind.find("storage_capex"), *hours = kind.find("duration"); energy && hours && capex)
    capex = from_rule(capex->value.median() + energy->amount.median() * b.duration.value(),
                      "power/" + kind.name + ": capex + storage_capex x duration");
  b.capex = reader.amount<MoneyPerPower>(view, "capex", capex ? capex : from_rule(0, "nothing is bought"));
  std::optional<Fallback> fixed = maybe(kind, "lease");
  if (!fixed) fixed = maybe(kind, "fixed_opex");
  b.fixed_by_day = goes_by_day(view, "fixed");
  b.fixed = reader.amount<MoneyPerPowerTime>(view, "fixed", fixed ? fixed : from_rule(0, "none"));
  if (view.gives("demand_charge")) b.demand_charge = reader.amount<MoneyPerPowerTime>(view, "demand_charge");

  std::optional<Fallback> price = generation_price(kind), emissions = maybe(kind, "emissions");
  if (b.role == site::SupplyRole::grid) {
    std::optional<Fallback> usual = maybe(location, "power_price");
    if (b.price_shape) usual = from_rule(weather->mean_price, "mean of the prices by the hour");
    price = said_by_site(site_view, "power_price", MoneyPerEnergy::dimension(), usual);
    const auto local =
        said_by_site(site_view, "grid_emissions", MassPerEnergy::dimension(), maybe(location, "grid_emissions"));
    if (local) emissions = local;
  }
  if (!price && !view.states("energy_price") && b.role != site::SupplyRole::storage && !kind.find("capex"))
    plan.not_counted.push_back("energy of " + view.path + ": no price of it is known (energy_price)");
  b.energy_price = reader.amount<MoneyPerEnergy>(view, "energy_price", price ? price : from_rule(0, "none is known"));
  b.emissions = reader.amount<MassPerEnergy>(view, "emissions", emissions ? emissions : from_rule(0, "none is known"));
  plan.sites[site_index].power.push_back(std::move(b));
}

void read_cooling(Reader& reader, Plan& plan, const View& view, const View& site_view, const std::string& name,
                  const std::string& default_kind, double needed, int site_index, const View* dated_building = nullptr,
                  int building = -1) {
  CoolingBlock b;
  b.name = name;
  if (view.gives("counterparty")) b.counterparty = reader.text(view, "counterparty", "", "");
  b.kind = reader.text(view, "kind", default_kind, "the location's cooling in the catalog");
  const Node* given = view.find("kind");
  const catalog::Entry& kind = given ? reader.catalog().entry("cooling", b.kind, given->place, view.key_path("kind"))
                                     : reader.catalog().entry("cooling", b.kind);
  b.building = building;
  b.capacity = reader.amount<Power>(
      view, "capacity", from_rule(needed, building >= 0 ? "its building's it_capacity" : "what its site needs"));
  if (dated_building) {  // whose day it has, once that is read
    const Node& date = *dated_building->find("date");
    reader.record(view.key_path("date"), scenario::hangs(date) ? "the building's" : scenario::bare(date).date.text(),
                  Origin::rule, "with its building");
  } else {
    read_dates(reader, plan, view, kind, b);
  }
  b.pue = reader.number(view, "pue", said_by_site(site_view, "pue", dimension::none, maybe(kind, "pue")));
  std::optional<Fallback> annual = maybe(kind, "pue_annual");
  if (site_view.states("pue") && !view.gives("pue_annual")) annual.reset();
  else if (site_view.gives("pue")) annual = said_by_site(site_view, "pue", dimension::none, annual);
  // A year's mean is no more than the peak: a plant of a lower peak than the kind's has a lower mean too.
  if (annual && annual->value.median() > b.pue.median) annual.reset();
  b.pue_annual = reader.number(view, "pue_annual", annual ? annual : from_rule(b.pue.median, "as at peak"));
  if (b.pue_annual.median > b.pue.median * (1 + 1e-9))
    throw Error(view.place("pue_annual"), view.key_path("pue_annual"),
                fmt::format("{:.6g} over a year is above the {:.6g} at peak", b.pue_annual.median, b.pue.median),
                "give at most the pue, or a higher pue");
  std::optional<Fallback> water = maybe(kind, "wue");
  b.wue = reader.amount<VolumePerEnergy>(view, "wue", water ? water : from_rule(0, "none is known"));
  b.capex = reader.amount<MoneyPerPower>(view, "capex", from_rule(0, "in the cost of the building"));
  plan.sites[site_index].cooling.push_back(std::move(b));
}

/// The place of the catalog that a site stands at; one of its own, of which the scenario says all, where it gives the
/// price of its power and names none of the catalog. Throws Error with the remedy for either.
catalog::Entry location_of(Reader& reader, const View& view, const std::string& name) {
  const catalog::Catalog& catalog = reader.catalog();
  if (!catalog.find("sites", name) && view.gives("power_price")) {
    catalog::Entry own;
    own.kind = "sites", own.name = name;
    return own;
  }
  const Node* given = view.find("location");
  const Place place = given ? given->place : view.place();
  const std::string key = view.key_path("location");
  try {
    return catalog.entry("sites", name, place, key);
  } catch (const Error& error) {
    throw Error(error.place(), error.key(), error.problem(),
                error.remedy() + fmt::format("; a place of your own, in place of site = ...: [site.{}] power_price = "
                                             "\"$80/MWh\", and pue, class, grid_emissions as far as they are known",
                                             name));
  }
}

/// The IT load of a site that holds no accelerators of the programme, W; 0: none.
Power read_load(Reader& reader, const Plan& plan, const View& view, int index) {
  if (!view.gives("it_load")) return Power(0);
  for (const Order& order : plan.orders)
    if (order.site == index)
      throw Error(view.place("it_load"), view.key_path("it_load"), "stands beside order." + order.name,
                  "leave it out: accelerators bring their own load");
  return reader.constant<Power>(view, "it_load");
}

}  // namespace

void read_sites(Reader& reader, Plan& plan, const View& root, HoursAsked& asked) {
  const catalog::Catalog& catalog = reader.catalog();
  const std::vector<std::pair<std::string, View>> sites = root.group("site");
  for (size_t i = 0; i < sites.size(); ++i) {
    const auto& [name, view] = sites[i];
    const int index = static_cast<int>(i);
    Site& site = plan.sites[i];
    site.location = reader.text(view, "location", name, "the site's name");
    const catalog::Entry location = location_of(reader, view, site.location);
    site.location = location.name;
    site.weather = read_site_weather(reader, view, location, asked);
    if (view.gives("operator")) site.operated_by = reader.text(view, "operator");
    const catalog::Entry& practice = catalog.entry("operations", "default");
    site.installation_rate = reader.amount<ChipRate>(view, "installation_rate", maybe(practice, "installation_rate"));
    site.burn_in = reader.amount<Time>(view, "burn_in", maybe(practice, "burn_in"));
    site.swing_reserve = reader.number(view, "swing_reserve", maybe(practice, "swing_reserve"));

    if (view.gives("delay")) site.delay = reader.amount<Time>(view, "delay", from_rule(0, "none"));
    site.it_load = read_load(reader, plan, view, index);
    const double it_power = needed_it_power(reader, plan, index) + site.it_load.value();
    const catalog::Figure* cooling = location.find("cooling");
    const std::string default_cooling = cooling ? cooling->text : "air-chillers";
    if (cooling) reader.catalog().entry("cooling", cooling->text, cooling->place, location.name + ".cooling");
    auto blocks = view.group("cooling");
    const auto buildings = view.group("building");
    if (blocks.empty() && !buildings.empty() &&
        std::all_of(buildings.begin(), buildings.end(), [](const auto& b) { return b.second.gives("date"); })) {
      // A building in operation on a day has the cooling that its cost holds.
      for (std::size_t k = 0; k < buildings.size(); ++k) {
        const auto& [building, v] = buildings[k];
        const View own{nullptr, view.key_path("cooling") + '.' + building};
        const Node* capacity = v.find("it_capacity");
        const double power =
            capacity ? read_constant(*capacity, dimension::power, v.key_path("it_capacity")) : it_power;
        read_cooling(reader, plan, own, view, building, default_cooling, power, index, &v, static_cast<int>(k));
      }
    } else {
      if (blocks.empty()) blocks.emplace_back("cooling", View{nullptr, view.key_path("cooling") + ".cooling"});
      for (const auto& [block, v] : blocks)
        read_cooling(reader, plan, v, view, block, default_cooling, it_power, index);
    }

    double pue = 1;
    for (const CoolingBlock& b : plan.sites[i].cooling) pue = std::max(pue, greatest(reader, b.pue));
    // The largest reserve a trial may ask for, so that a plant of default size always suffices.
    const double reserve = std::min(0.9, greatest(reader, site.swing_reserve));
    blocks = view.group("power");
    if (blocks.empty()) blocks.emplace_back("grid", View{nullptr, view.key_path("power") + ".grid"});
    const auto buys_grid_energy = [&](const PowerBlock& b) { return b.role == site::SupplyRole::grid; };
    if (site.weather && blocks.size() > most_hourly_blocks)
      throw Error(view.place("weather"), view.key_path("weather"),
                  fmt::format("is of a site with {} blocks of power", blocks.size()),
                  fmt::format("join them to {} at most, or leave it out", most_hourly_blocks));
    for (const auto& [block, v] : blocks)
      read_power(reader, plan, v, block, location, view, it_power * pue, reserve, index);

    if (const Node* price = view.find("power_price");
        price && std::none_of(site.power.begin(), site.power.end(), buys_grid_energy))
      throw Error(price->place, view.key_path("power_price"),
                  "is the price of grid energy, but no power block is of the grid",
                  "give the blocks their energy_price");

    const catalog::Figure* construction = location.find("construction");
    const std::string default_class = view.gives("class") ? reader.entry(view, "class", "construction", "", "").name
                                      : construction      ? construction->text
                                                          : "greenfield";
    if (construction)
      reader.catalog().entry("construction", construction->text, construction->place, location.name + ".construction");
    blocks = view.group("building");
    if (blocks.empty()) blocks.emplace_back("hall", View{nullptr, view.key_path("building") + ".hall"});
    for (const auto& [block, v] : blocks)
      read_building(reader, plan, v, block, default_class,
                    view.gives("class") ? "the site's class" : "the location's class in the catalog", it_power,
                    pays_lease(root, name), index);
    for (CoolingBlock& own : site.cooling)
      if (own.building >= 0) own.ordered = site.buildings[static_cast<std::size_t>(own.building)].date;
  }
}

}  // namespace orrery::programme
