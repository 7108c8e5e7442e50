#include "programme/keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/table.h"
#include "base/units.h"
#include "base/value.h"
#include "catalog/catalog.h"

namespace orrery::programme {
namespace {

namespace d = dimension;
constexpr double year = 365.25 * 86400;

// Beyond this, in base units, no amount of a programme lies; sums and products of such amounts stay finite.
constexpr double most = 1e18;

Key amount(std::string_view name, Dimension dim, std::string_view meaning, std::string_view default_value, double low = 0,
           double high = most) {
  return {name, KeyType::amount, dim, low, high, meaning, default_value, {}};
}
/// Money per power and time has the dimension of money per energy; it is written as people in the trade do.
Key per_power_and_time(std::string_view name, std::string_view meaning, std::string_view default_value) {
  return {name, KeyType::amount, d::money - d::power - d::time, 0, most, meaning, default_value, "$/kW/year"};
}
Key text(std::string_view name, std::string_view meaning, std::string_view default_value) {
  return {name, KeyType::text, {}, 0, 0, meaning, default_value, {}};
}
Key date(std::string_view name, std::string_view meaning, std::string_view default_value) {
  return {name, KeyType::date, {}, 0, 0, meaning, default_value, {}};
}
Key of(KeyType type, std::string_view name, std::string_view meaning, std::string_view default_value) {
  return {name, type, {}, 0, 0, meaning, default_value, {}};
}

constexpr double most_chips = 1e9, longest = 50 * year, most_power = 1e12;
constexpr std::size_t most_entries = 1000;  // tables of one group: more belong together
constexpr double slowest = 1 / year;  // one accelerator a year: slower is no delivery

std::vector<Section> make_sections() {
  const Dimension chip_rate = d::chips - d::time, per_chip = d::money - d::chips, per_power = d::money - d::power,
                  per_chip_time = d::money - d::chips - d::time, per_energy = d::money - d::energy;
  std::vector<Section> s;
  s.push_back({"",
               "The programme.",
               {text("title", "heading of the report", "the file's name"),
                text("description", "one paragraph on what the scenario is", "none"),
                text("base", "another scenario file that this one changes; removed entries are set to false", "none"),
                of(KeyType::chips_of, "chips", "short for one order: \"100000 x h100-sxm\"", "no order"),
                text("site", "short for one site at a location of the catalog", "no site"),
                date("start", "first day of the programme: work and orders start here", "must be given"),
                date("end", "last day of the forecast", "start + horizon"),
                amount("horizon", d::time, "length of the forecast", "36 months", 86400, longest),
                of(KeyType::boolean, "slips", "announced dates slip as others did (the catalog's slips)", "true")},
               {"order", "rental", "site", "event", "run", "lease", "serving", "money", "operation", "milestone",
                "observation"}});
  s.push_back({"order.*",
               "Accelerators bought for a site.",
               {text("counterparty", "who is paid", "the chip's vendor in the catalog"),
                of(KeyType::chips_of, "chips", "how many of which accelerator: \"100000 x h100-sxm\"", "must be given"),
                text("server", "the server they ship in", "the chip's server in the catalog"),
                text("site", "the site they go to", "the only site"),
                date("ordered", "day of the order", "start"),
                amount("lead_time", d::time, "order to first delivery", "equipment/gpu-server", 0, longest),
                amount("rate", chip_rate, "deliveries per time", "all in one day", slowest),
                of(KeyType::deliveries, "deliveries", "a planned schedule: [{ date = 2024-07-01, chips = 20000 }, ...]",
                   "lead_time and rate"),
                date("announced", "day on which the schedule was announced; gives it the usual slip", "not announced"),
                amount("delay", d::time, "shifts the whole schedule", "the catalog's slips if announced, else 0 days", -longest, longest),
                text("network", "the fabric between its servers, a switched tree of the catalog's networks",
                     "one that binds only by the accelerators' own cards"),
                amount("network_lead_time", d::time, "order to arrival of the fabric", "equipment/network-fabric", 0, longest),
                amount("it_power", d::power - d::chips, "IT power per accelerator with its share of server and network",
                       "the server's, else the chip's in the catalog", 1, 1e6),
                amount("price", per_chip, "price of an accelerator", "the chip's in the catalog"),
                amount("server_price", per_chip, "server without accelerators, per accelerator", "prices/default"),
                amount("network_price", per_chip, "network and storage per accelerator", "prices/default")},
               {}});
  s.push_back({"rental.*",
               "Accelerators rented from a cloud; they need no site.",
               {of(KeyType::chips_of, "chips", "how many of which accelerator", "must be given"),
                text("provider", "who rents them out", "none"),
                text("network", "the fabric between its servers, a switched tree of the catalog's networks",
                     "one that binds only by the accelerators' own cards"),
                date("from", "day of the contract", "start"),
                amount("lead_time", d::time, "contract to first delivery", "0 days", 0, longest),
                amount("rate", chip_rate, "accelerators handed over per time", "all in one day", slowest),
                of(KeyType::deliveries, "deliveries", "a planned schedule: [{ date = 2024-07-01, chips = 20000 }, ...]",
                   "lead_time and rate"),
                date("announced", "day on which the schedule was announced; gives it the usual slip", "not announced"),
                amount("delay", d::time, "shifts the whole schedule", "the catalog's slips if announced, else 0 days", -longest, longest),
                amount("term", d::time, "length of the contract, from first delivery", "to the end", 86400, longest),
                amount("price", per_chip_time, "price of an accelerator and time", "the chip's rental in the catalog")},
               {}});
  s.push_back({"site.*",
               "A place with buildings, power and cooling.",
               {text("location", "an entry of the catalog's sites", "the site's name"),
                amount("installation_rate", chip_rate, "accelerators racked per time by the crews", "operations/default", slowest),
                amount("burn_in", d::time, "installation to use", "operations/default", 0, longest),
                amount("swing_reserve", d::none, "share of on-site generation held back for load swings unless storage covers it",
                       "operations/default", 0, 1),
                amount("power_price", per_energy, "price of grid energy", "the location's in the catalog")},
               {"building", "power", "cooling"}});
  s.push_back({"site.*.building.*",
               "A building or hall.",
               {text("counterparty", "who is paid", "contractors"),
                text("class", "a reference class of the catalog's construction", "the location's, else greenfield"),
                date("start", "start of work", "start"),
                date("date", "planned day in operation, in place of the tasks; racks go in during the class's commissioning before it",
                     "start + tasks"),
                date("announced", "day on which that day was announced; gives it the usual slip", "not announced"),
                amount("delay", d::time, "slip of the planned day", "the catalog's slips if announced, else 0 days", -longest, longest),
                amount("it_capacity", d::power, "IT power it is built for", "what the site's orders need", 1, most_power),
                amount("fit_out_rate", d::power - d::time, "IT power that becomes ready per time after the last task",
                       "the class's in the catalog, else at once", 1e-6),
                amount("duration_factor", d::none, "multiplies the tasks' durations: shifts, crews, a fast track", "1", 0.05, 20),
                amount("cost", per_power, "building with electrical and cooling plant, per IT power", "the class's in the catalog")},
               {"task"}});
  s.push_back({"site.*.building.*.task.*",
               "A construction task; naming one of the class changes it, a new name adds one.",
               {amount("duration", d::time, "how long it takes", "the class's in the catalog", 0, longest),
                of(KeyType::texts, "after", "tasks that come before it", "the class's in the catalog"),
                of(KeyType::boolean, "with_racks", "racks are installed while it goes on", "the class's in the catalog")},
               {}});
  s.push_back({"site.*.power.*",
               "A block of electricity supply.",
               {text("counterparty", "who is paid", "the location's utility for grid power, else power suppliers"),
                text("kind", "an entry of the catalog's power", "grid"),
                amount("capacity", d::power, "rated power at the facility's terminals", "what the site's orders need", 0, most_power),
                date("ordered", "day of the order or of the request", "start"),
                date("date", "planned day of energising, in place of ordered and lead_time", "ordered + lead_time + install_time"),
                text("equipment", "what must be waited for, an entry of the catalog's equipment", "the kind's in the catalog"),
                amount("lead_time", d::time, "order to delivery", "the equipment's in the catalog", 0, longest),
                amount("install_time", d::time, "delivery to energised", "the equipment's in the catalog; 0 days where lead_time is given", 0, longest),
                date("announced", "day on which the planned day was announced; gives it the usual slip", "not announced"),
                amount("delay", d::time, "slip of the planned day", "the catalog's slips if announced, else 0 days", -longest, longest),
                amount("rate", d::power - d::time, "rated power energised per time", "all in one day", 1e-6),
                date("until", "day it leaves", "it stays"),
                amount("availability", d::none, "share of the rated power that counts", "the kind's in the catalog", 0, 1),
                amount("capex", per_power, "investment per rated power", "the kind's in the catalog"),
                per_power_and_time("fixed", "rent and fixed operation per rated power and time", "the kind's in the catalog"),
                amount("energy_price", per_energy, "price of its energy", "site.power_price for grid, else the kind's fuel and energy",
                       -most),
                amount("emissions", d::mass - d::energy, "CO2 per energy", "the location's for grid, else the kind's")},
               {}});
  s.push_back({"site.*.cooling.*",
               "A block of cooling plant.",
               {text("counterparty", "who is paid", "cooling suppliers"),
                text("kind", "an entry of the catalog's cooling", "the location's"),
                amount("capacity", d::power, "IT heat it removes", "what the site's orders need", 0, most_power),
                date("ordered", "day of the order", "start"),
                date("date", "planned day in service, in place of ordered and lead_time", "ordered + lead_time + install_time"),
                text("equipment", "what must be waited for, an entry of the catalog's equipment", "the kind's in the catalog"),
                amount("lead_time", d::time, "order to delivery", "the equipment's in the catalog", 0, longest),
                amount("install_time", d::time, "delivery to in service", "the equipment's in the catalog; 0 days where lead_time is given", 0, longest),
                date("announced", "day on which the planned day was announced; gives it the usual slip", "not announced"),
                amount("delay", d::time, "slip of the planned day", "the catalog's slips if announced, else 0 days", -longest, longest),
                date("until", "day it leaves", "it stays"),
                amount("pue", d::none, "facility power per IT power at peak", "the kind's in the catalog", 1, 10),
                amount("pue_annual", d::none, "facility energy per IT energy over a year", "the kind's in the catalog", 1, 10),
                amount("wue", d::volume - d::energy, "water per IT energy", "the kind's in the catalog"),
                amount("capex", per_power, "investment per IT heat", "in the cost of the building")},
               {}});
  s.push_back({"event.*",
               "A change of a limit for a while.",
               {text("site", "where", "the only site"), text("limit", "power, cooling or building", "must be given"),
                amount("change", d::power, "what is added or, negative, taken away: \"-72 MW\"", "must be given", -most_power, most_power),
                date("from", "planned day", "must be given"),
                amount("delay", d::time, "slip of that day", "0 days", -longest, longest),
                amount("duration", d::time, "how long", "to the end", 0, longest)},
               {}});
  s.push_back({"run.*",
               "A training run. Runs take accelerators in the order in which they are written.",
               {text("model", "an entry of the catalog's models", "none: give compute"),
                amount("tokens", d::tokens, "tokens to train on", "the model's in the catalog", 1, 1e24),
                amount("compute", d::operations, "model FLOPs of the whole run", "6 x active parameters x tokens", 1, 1e40),
                amount("chips", d::chips, "accelerators wanted", "all of its pool", 1, most_chips),
                amount("minimum", d::chips, "accelerators it starts with", "chips", 1, most_chips),
                date("earliest", "earliest start", "start"), text("on", "the site or rental it runs on", "the first one"),
                text("precision", "bf16 or fp8", "bf16"),
                amount("sequence", d::tokens, "tokens of a sequence", "the model's context, at most 8192", 1, 1e9),
                amount("batch", d::none, "sequences of a step", "one for every eight accelerators, at least 256", 1, 1e9),
                amount("duty", d::none, "share of each day it runs; below 1 it is stopped and restarted once a day", "1", 0.01, 1),
                amount("achieved", d::compute_rate, "achieved model FLOP/s per accelerator", "the training model", 1)},
               {}});
  s.push_back({"lease.*",
               "Rent paid or received by the month.",
               {text("counterparty", "with whom", "none"), text("direction", "paid or received", "must be given"),
                date("from", "first day", "start"), date("until", "last day", "end"),
                amount("price", d::money - d::time, "fixed rent", "0"),
                amount("price_per_chip", per_chip_time, "rent of each usable accelerator of the site", "0"),
                text("site", "the site", "the only site"),
                amount("escalator", d::none, "yearly rise of the rent", "0", -0.5, 1)},
               {}});
  s.push_back({"serving",
               "What accelerators earn that are not training.",
               {amount("price", per_chip_time, "revenue of a serving accelerator and time", "must be given"),
                amount("utilisation", d::none, "share of idle accelerator time that is sold", "0.6", 0, 1)},
               {}});
  s.push_back({"money",
               "What the accounts need.",
               {amount("discount_rate", d::frequency, "discount rate: \"9%/year\"", "prices/default", -0.5 / year, 1 / year),
                amount("it_life", d::time, "economic life of IT", "prices/default", 86400, longest),
                amount("facility_life", d::time, "economic life of buildings and plant", "prices/default", 86400, longest),
                per_power_and_time("opex", "staff, repair and other running cost without energy, per IT power in racks",
                       "prices/default"),
                amount("water_price", d::money - d::volume, "price of water", "prices/default, else 0")},
               {}});
  s.push_back({"operation",
               "How the accelerators are run.",
               {text("failures", "an entry of the catalog's failures", "default"),
                amount("failure_rate", d::none - d::chips - d::time, "interruptions per accelerator and time", "the entry's"),
                amount("restart", d::time, "failure to first new step", "the entry's", 0, longest),
                amount("checkpoint_write", d::time, "time a checkpoint blocks the run", "the entry's", 0, longest),
                amount("load", d::none, "drawn IT power per rated IT power", "operations/default", 0, 1.5)},
               {}});
  s.push_back({"milestone.*",
               "A date to report. Give one of the two.",
               {amount("usable", d::chips, "usable accelerators", "one per order", 1, most_chips),
                amount("it_power", d::power, "IT power of the usable accelerators", "none", 1, most_power),
                text("site", "the site it is about", "all sites and rentals together")},
               {}});
  s.push_back({"observation.*",
               "What happened; never an input. Give one of usable, it_power, facility_power, capex, run.",
               {amount("usable", d::chips, "usable accelerators seen", "none", 0, most_chips),
                amount("it_power", d::power, "IT power seen", "none", 0, most_power),
                amount("facility_power", d::power, "facility power seen", "none", 0, most_power),
                amount("capex", d::money, "capital cost to date", "none"),
                text("site", "the site at which it was seen; not for capex and runs", "all sites and rentals together"),
                text("run", "the run that was seen to start or finish", "none"),
                text("what", "start or finish of the run", "finish"), date("date", "when", "must be given"),
                text("score", "date, level or both", "both for usable and power, level for capex")},
               {}});
  return s;
}

// What any value or table may say of its origin.
const std::vector<std::string> provenance_keys = {"basis", "source", "date", "note"};
const std::vector<std::string> section_provenance_keys = {"basis", "source", "note", "as_of"};

std::string joined(const std::vector<std::string>& path, std::string_view key = {}) {
  std::string out;
  for (const std::string& p : path) out += (out.empty() ? "" : ".") + p;
  if (!key.empty()) out += (out.empty() ? "" : ".") + std::string(key);
  return out;
}

void wrong_type(const Node& node, const std::string& path, const char* wanted, const char* example) {
  throw Error(node.place, path, "is " + kind_name(node.kind) + ", not " + wanted, std::string("write it like ") + example);
}

/// The origin that a section or a value states: basis, source and note are texts that say something, and the date of a
/// value is one. A section's own date may be a planned day, which is checked as such.
void check_provenance(const Node& table, const std::string& path, bool of_value) {
  for (const char* key : {"basis", "source", "note"}) {
    const Node* n = table.find(key);
    if (!n) continue;
    if (n->kind != Node::Kind::text) wrong_type(*n, path + '.' + key, "text", "\"...\"");
    if (n->text.find_first_not_of(" \t\n") == std::string::npos)
      throw Error(n->place, path + '.' + key, "is empty", "write what it is, or leave the key out");
  }
  if (const Node* n = table.find("basis")) {
    try {
      catalog::parse_basis(n->text);
    } catch (const Error& error) {
      throw Error(n->place, path + ".basis", error.problem(), error.remedy());
    }
  }
  if (const Node* n = table.find(of_value ? "date" : "as_of")) catalog::fact_date(*n, path + (of_value ? ".date" : ".as_of"));
}

/// { value = ..., basis = ..., source = ... } around anything: the value inside, or the node itself.
const Node& bare(const Node& node, const std::string& path) {
  if (node.kind != Node::Kind::table || !node.find("value")) return node;
  for (const auto& [key, member] : node.members)
    if (key != "value" && std::find(provenance_keys.begin(), provenance_keys.end(), key) == provenance_keys.end())
      throw Error(member.place, path + '.' + key, "is not a key beside value",
                  suggest(key, provenance_keys, "basis, source, date and note may stand beside value"));
  check_provenance(node, path, true);
  return *node.find("value");
}

/// Accelerators come whole.
void check_whole(const Distribution& value, Dimension dimension, const Place& place, const std::string& path) {
  if (dimension == d::chips && value.is_constant() && value.a != std::floor(value.a))
    throw Error(place, path, fmt::format("{:g} is not a whole number of accelerators", value.a), "write a whole number");
}

void check_key(const Key& key, const Node& node, const std::string& path) {
  switch (key.type) {
    case KeyType::amount: {
      const Distribution value = read_amount(node, key.dimension, path, provenance_keys);
      check_range(value, key.dimension, key.low, key.high, node.place, path);
      check_whole(value, key.dimension, node.place, path);
      if (node.kind == Node::Kind::table) check_provenance(node, path, true);
      break;
    }
    case KeyType::text:
      if (bare(node, path).kind != Node::Kind::text) wrong_type(node, path, "text", "\"...\"");
      break;
    case KeyType::boolean:
      if (bare(node, path).kind != Node::Kind::boolean) wrong_type(node, path, "true or false", "true");
      break;
    case KeyType::date:
      if (const Node& given = bare(node, path); given.kind == Node::Kind::text) {
        try {
          parse_date(given.text);
        } catch (const Error& error) {
          throw Error(given.place, path, error.problem(), error.remedy());
        }
      }
      if (bare(node, path).kind != Node::Kind::date) wrong_type(node, path, "a date", "2024-04-24, without quotes");
      break;
    case KeyType::texts: {
      const Node& list = bare(node, path);
      if (list.kind != Node::Kind::list) wrong_type(node, path, "a list of names", "[\"a\", \"b\"]");
      for (const Node& item : list.items)
        if (item.kind != Node::Kind::text) wrong_type(item, path, "text", "\"...\"");
      break;
    }
    case KeyType::chips_of:
      if (bare(node, path).kind != Node::Kind::text)
        wrong_type(node, path, "text that names the accelerator", "\"100000 x h100-sxm\"");
      break;
    case KeyType::deliveries: {
      const Node& list = bare(node, path);
      if (list.kind == Node::Kind::list && list.items.empty())
        throw Error(list.place, path, "is empty", "give at least one delivery, or leave the key out");
      if (list.kind != Node::Kind::list)
        wrong_type(node, path, "a list of deliveries", "[{ date = 2024-07-01, chips = 20000 }]");
      for (const Node& item : list.items) {
        if (item.kind != Node::Kind::table || item.members.size() != 2 || !item.find("date") || !item.find("chips"))
          throw Error(item.place, path, "is not a delivery", "write { date = 2024-07-01, chips = 20000 }");
        if (item.find("date")->kind != Node::Kind::date) wrong_type(*item.find("date"), path + ".date", "a date", "2024-07-01");
        const Distribution chips = read_amount(*item.find("chips"), d::chips, path + ".chips");
        check_range(chips, d::chips, 1, most_chips, item.place, path + ".chips");
        check_whole(chips, d::chips, item.place, path + ".chips");
      }
      break;
    }
  }
}

bool valid_name(const std::string& name) {
  return !name.empty() && name.size() <= 80 && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '-' || c == '_' || c == ' ' || c == ',' || c >= 0x80;
  });
}

void check_table(const Node& table, std::vector<std::string>& path) {
  const Section* section = find_section(path);
  const bool group = section == nullptr;  // "order", "site.memphis.power": its members are named tables
  if (group && table.members.size() > most_entries)
    throw Error(table.members[most_entries].second.place, joined(path, table.members[most_entries].first),
                fmt::format("is one of {} tables of {}", table.members.size(), joined(path)),
                fmt::format("join them to at most {}", most_entries));
  for (const auto& member : table.members) {
    // Named, since a lambda cannot capture a structured binding in every compiler.
    const std::string& key = member.first;
    const Node& node = member.second;
    const std::string where = joined(path, key);
    if (group) {
      if (!valid_name(key))
        throw Error(node.place, where, "is not a name", "use letters, digits, dashes, underscores, commas and blanks");
      if (node.kind == Node::Kind::boolean && !node.boolean) continue;  // removed from the base
      if (node.kind != Node::Kind::table) {
        // A key of a section written without a name: [order] chips = ... in place of [order.first].
        std::vector<std::string> inside = path;
        inside.push_back("*");
        const Section* meant = find_section(inside);
        const bool is_key = meant && std::any_of(meant->keys.begin(), meant->keys.end(), [&](const Key& k) { return k.name == key; });
        throw Error(node.place, where, "is " + kind_name(node.kind) + ", not a table",
                    is_key ? fmt::format("give the table a name: [{}.first]", joined(path))
                           : fmt::format("write [{}] and its keys below", where));
      }
      path.push_back(key);
      check_table(node, path);
      path.pop_back();
      continue;
    }
    const auto known = std::find_if(section->keys.begin(), section->keys.end(), [&](const Key& k) { return k.name == key; });
    const bool is_table = std::find(section->tables.begin(), section->tables.end(), key) != section->tables.end();
    if (is_table && node.kind == Node::Kind::table) {
      path.push_back(key);
      check_table(node, path);
      path.pop_back();
      continue;
    }
    if (known != section->keys.end()) {
      check_key(*known, node, where);
      continue;
    }
    if (is_table) {
      if (node.kind == Node::Kind::boolean && !node.boolean) continue;
      const bool named = find_section([&] { auto p = path; p.push_back(key); return p; }()) == nullptr;
      throw Error(node.place, where, "is " + kind_name(node.kind) + ", not a table",
                  named ? fmt::format("write [{}.NAME] and its keys below", where) : fmt::format("write [{}] and its keys below", where));
    }
    if (!path.empty() && std::find(section_provenance_keys.begin(), section_provenance_keys.end(), key) !=
                             section_provenance_keys.end()) {
      check_provenance(table, joined(path), false);
      continue;
    }
    std::vector<std::string> valid;
    for (const Key& k : section->keys) valid.emplace_back(k.name);
    for (std::string_view t : section->tables) valid.emplace_back(t);
    throw Error(node.place, where, "is not a key of a scenario",
                suggest(key, valid, fmt::format("{} has the keys {}", path.empty() ? "a scenario" : section->path, fmt::join(valid, ", "))));
  }
}

}  // namespace

const std::vector<Section>& sections() {
  static const std::vector<Section> all = make_sections();
  return all;
}

const Section* find_section(const std::vector<std::string>& path) {
  for (const Section& section : sections()) {
    std::string_view pattern = section.path;
    size_t i = 0;
    bool match = true;
    while (!pattern.empty() && match) {
      const size_t dot = pattern.find('.');
      const std::string_view part = pattern.substr(0, dot);
      match = i < path.size() && (part == "*" || part == path[i]);
      ++i;
      pattern = dot == std::string_view::npos ? std::string_view{} : pattern.substr(dot + 1);
    }
    if (match && i == path.size()) return &section;
  }
  return nullptr;
}

const Key* find_key(std::string_view path) {
  std::vector<std::string> parts;
  while (true) {
    const size_t dot = path.find('.');
    parts.emplace_back(path.substr(0, dot));
    if (dot == std::string_view::npos) break;
    path.remove_prefix(dot + 1);
  }
  const std::string name = parts.back();
  parts.pop_back();
  const Section* section = find_section(parts);
  if (!section) return nullptr;
  const auto it = std::find_if(section->keys.begin(), section->keys.end(), [&](const Key& k) { return k.name == name; });
  return it == section->keys.end() ? nullptr : &*it;
}

void check_scenario(const Node& root) {
  std::vector<std::string> path;
  check_table(root, path);
}

std::string describe_keys() {
  std::string out;
  for (const Section& section : sections()) {
    out += (section.path.empty() ? std::string("top of the file") : "[" + std::string(section.path) + "]") + "  " +
           std::string(section.meaning) + "\n";
    TextTable table;
    for (const Key& key : section.keys) {
      std::string type;
      switch (key.type) {
        case KeyType::amount:
          if (key.dimension == d::none) type = "number";
          else if (!key.unit.empty()) type = "\"$20" + std::string(key.unit.substr(1)) + '"';
          else type = '"' + dimension_example(key.dimension) + '"';
          break;
        case KeyType::text: type = "text"; break;
        case KeyType::texts: type = "list of texts"; break;
        case KeyType::date: type = "2024-04-24"; break;
        case KeyType::boolean: type = "true or false"; break;
        case KeyType::chips_of: type = "\"N x CHIP\""; break;
        case KeyType::deliveries: type = "list of deliveries"; break;
      }
      table.rows.push_back({std::string(key.name), type, std::string(key.meaning), "default: " + std::string(key.default_value)});
    }
    out += table.text(4) + "\n";
  }
  return out;
}

}  // namespace orrery::programme
