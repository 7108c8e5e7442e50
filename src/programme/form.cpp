#include "programme/form.h"

#include "catalog/bounds.h"
#include "programme/form_companies.h"
#include "scenario/stack.h"

namespace orrery::programme {
namespace {

using namespace scenario;
namespace d = dimension;
using bounds::longest, bounds::most_chips, bounds::most_power, bounds::slowest, bounds::year;

std::vector<Section> sections() {
  const Dimension chip_rate = d::chips - d::time, per_chip = d::money - d::chips, per_power = d::money - d::power,
                  per_chip_time = d::money - d::chips - d::time, per_energy = d::money - d::energy;
  // Where accelerators come from, beside their own schedule.
  const std::vector<Key> draw = {
      text("supply",
           "\"market.NAME\" or \"factory.NAME\": no more comes than it allots of what lead_time, rate or deliveries "
           "ask for; without these all is asked for on the day, and comes as it is allotted",
           "none"),
      text("buyer", "the market's buyer whose orders these take the place of", "one more, on top of the market's"),
      certain(amount("contract", d::none, "share of the supply by contract", "the buyer's, else 0", 0, 1)),
      whole("priority", "1 is served first among those without a contract", "the buyer's, else 1", 1, 9)};
  const Key follows =
      text("follows", "the [process.*] whose index its price is multiplied by, month by month", "none: it stays");
  const Key work_of_one =
      amount("achieved", d::compute_rate, "what one of them does of [work]", "the training model, on work.model", 1);
  std::vector<Section> s;
  s.push_back({"",
               "The programme.",
               {of(KeyType::chips_of, "chips", "short for one order: \"100000 x h100-sxm\"", "no order"),
                text("site", "short for one site at a location of the catalog", "no site"),
                asked(date("start", "first day of the programme: work and orders start here", "must be given")),
                asked(date("end", "last day of the forecast", "start + horizon")),
                asked(amount("horizon", d::time, "length of the forecast", "36 months", 86400, longest_forecast)),
                of(KeyType::boolean, "slips", "announced dates slip as others did (the catalog's slips)", "true")},
               {"market",  "factory", "design", "order",     "rental",    "site",       "event",
                "run",     "work",    "lease",  "company",   "contract",  "process",    "funding",
                "serving", "value",   "money",  "operation", "milestone", "observation"}});
  s.push_back({"market.*",
               "A market that orders and rentals draw on.",
               {text("file", "of the market, from where this file stands, or a shipped one by name", "must be given"),
                text("product", "what is sold there", "the section's name"),
                amount("supply_factor", d::none, "multiplies what is made in every quarter", "1", 0.001, 1000)},
               {}});
  s.push_back(
      {"factory.*",
       "A chip factory that orders and rentals draw on, by the month.",
       {text("file", "of the chip factory, from where this file stands, or a shipped one by name", "must be given"),
        text("option", "its way to wafers", "the section's name"),
        amount("supply_factor", d::none, "multiplies what is made in every month", "1", 0.001, 1000)},
       {}});
  s.push_back(
      {"design.*",
       "A chip of one's own, from its design to volume: tape-out, first silicon, bring-up, respins, qualification, "
       "ramp.",
       {text("counterparty", "who is paid for the design", "chip designers"), date("begins", "of its design", "start"),
        asked(date("tape_out", "planned day of its tape-out", "begins + design_time")),
        amount("design_time", d::time, "begin to tape-out", "die-making/default", 0, longest),
        amount("delay", d::time, "of the tape-out", "0 days", -longest, longest),
        amount("first_silicon", d::time, "tape-out to packaged parts", "die-making/default", 0, longest),
        amount("bring_up", d::time, "to knowing whether they can be sold", "die-making/default", 0, longest),
        less(amount("respins", d::none, "masks made anew before parts can be sold; rounded to a whole number",
                    "die-making/default", 0, 20)),
        amount("respin_time", d::time, "knowing that parts cannot be sold to the next tape-out", "die-making/default",
               0, longest),
        amount("qualification", d::time, "parts that can be sold to volume", "die-making/default", 0, longest),
        amount("rate", chip_rate, "made at full production", "as many as are asked for", slowest),
        amount("ramp", d::time, "volume to full production, evenly", "die-making/default", 0, longest),
        amount("once", d::money, "paid for the design, evenly until its tape-out", "not counted"),
        amount("each_respin", d::money, "paid for each respin on its tape-out", "not counted")},
       {}});
  s.push_back(
      {"order.*",
       "Accelerators bought for a site.",
       {text("counterparty", "who is paid", "the chip's vendor in the catalog"),
        text("server_counterparty", "who is paid for servers", "server makers"),
        text("network_counterparty", "who is paid for the network", "network suppliers"),
        of(KeyType::chips_of, "chips", "how many of which accelerator: \"100000 x h100-sxm\"", "must be given"),
        text("server", "the server they ship in", "the chip's server in the catalog"),
        text("site", "the site they go to", "the only site"),
        day("ordered", "day of the order", "start"),
        amount("lead_time", d::time, "order to first delivery", "equipment/gpu-server", 0, longest),
        amount("rate", chip_rate, "deliveries per time", "all in one day", slowest),
        text("pace", "\"with power\": called off as building, power and cooling will be there; \"as made\"", "as made"),
        of(KeyType::deliveries, "deliveries", "a planned schedule: [{ date = 2024-07-01, chips = 20000 }, ...]",
           "lead_time and rate"),
        draw[0],
        draw[1],
        draw[2],
        draw[3],
        text("design", "the [design.*] that they are of: no more comes than is made of it by then",
             "none: they are made already"),
        asked(date("announced", "day on which the schedule was announced; gives it the usual slip", "not announced")),
        amount("delay", d::time, "shifts the whole schedule", "the catalog's slips if announced, else 0 days", -longest,
               longest),
        text("network",
             "between its servers: a switched tree of the catalog's networks that fits their domain and card",
             "one that binds only by the accelerators' own cards"),
        certain(amount("network_failed", d::none, "share of the network's links between switches that are down", "0", 0,
                       0.99)),
        amount("network_lead_time", d::time, "order to arrival of the network",
               "the latest of its parts, else equipment/network-fabric", 0, longest),
        less(amount("it_power", d::power - d::chips, "IT power per accelerator with its share of server and network",
                    "the server's, its network's watts replaced by the named one's; else the chip's in the catalog", 1,
                    1e6)),
        amount("price", per_chip, "price of an accelerator", "the chip's in the catalog"),
        amount("server_price", per_chip, "server without accelerators and with its network cards, per accelerator",
               "prices/default"),
        amount("network_price", per_chip, "network per accelerator; of a named one with storage, without the cards",
               "the named network's bill, else prices/default"),
        work_of_one},
       {}});
  s.push_back(
      {"rental.*",
       "Accelerators rented from a cloud; they need no site.",
       {of(KeyType::chips_of, "chips", "how many of which accelerator", "must be given"),
        text("provider", "who rents them out", "none"),
        text("network",
             "between its servers: a switched tree of the catalog's networks that fits their domain and card",
             "one that binds only by the accelerators' own cards"),
        certain(amount("network_failed", d::none, "share of the network's links between switches that are down", "0", 0,
                       0.99)),
        day("from", "day of the contract", "start"),
        amount("lead_time", d::time, "contract to first delivery", "0 days", 0, longest),
        amount("rate", chip_rate, "accelerators handed over per time", "all in one day", slowest),
        of(KeyType::deliveries, "deliveries", "a planned schedule: [{ date = 2024-07-01, chips = 20000 }, ...]",
           "lead_time and rate"),
        draw[0],
        draw[1],
        draw[2],
        draw[3],
        asked(date("announced", "day on which the schedule was announced; gives it the usual slip", "not announced")),
        amount("delay", d::time, "shifts the whole schedule", "the catalog's slips if announced, else 0 days", -longest,
               longest),
        amount("term", d::time, "length of the contract, from first delivery", "to the end", 86400, longest),
        certain(amount("total", d::money, "what the contract comes to over its term", "what is used", 1)),
        certain(amount("take_or_pay", d::none,
                       "share of total that is owed, used or not, in equal parts over the term; what is paid "
                       "unused makes up for later use",
                       "1 where total is given", 0, 1)),
        amount("price", per_chip_time, "price of an accelerator and time", "the chip's rental in the catalog"),
        follows,
        work_of_one},
       {}});
  s.push_back(
      {"site.*",
       "A place with buildings, power and cooling.",
       {text("location", "an entry of the catalog's sites, or a place of one's own, which gives power_price",
             "the site's name"),
        amount("installation_rate", chip_rate, "accelerators racked per time by the crews", "operations/default",
               slowest),
        amount("burn_in", d::time, "installation to use", "operations/default", 0, longest),
        amount("swing_reserve", d::none,
               "share of on-site generation held back for load swings unless storage covers it", "operations/default",
               0, 1),
        amount("power_price", per_energy, "price of grid energy", "the location's in the catalog"),
        amount("grid_emissions", d::mass - d::energy, "CO2 per energy of the grid",
               "the location's in the catalog, else power/grid"),
        amount("pue", d::none, "facility power per IT power, of all its cooling", "the cooling's in the catalog", 1,
               10),
        text("class", "construction class of its buildings", "the location's in the catalog, else greenfield"),
        text("operator", "who builds and runs it: sites of one operator are late together", "one for all sites"),
        amount("delay", d::time, "by which its buildings, power and cooling serve late together, paid as planned",
               "0 days", 0, longest),
        asked(amount("it_load", d::power, "IT power of a plan in MW, without accelerators", "that of the orders", 1,
                     most_power)),
        text("weather", "a file of hourly weather, EPW, TMY3, PSM3, SRW or CSV: its energy is found by the hour",
             "none: by the month"),
        text("prices", "a CSV of a price of grid energy for each hour, $/MWh", "none: the same in every hour"),
        text("cooling_plant", "an entry of the catalog's cooling-plants: how PUE and water follow the weather",
             "none: the same in every hour")},
       {"building", "power", "cooling"}});
  s.push_back(
      {"site.*.building.*",
       "A building or hall.",
       {text("counterparty", "who is paid", "contractors"),
        text("class", "a reference class of the catalog's construction", "the location's, else greenfield"),
        day("start", "start of work", "start"),
        day("date",
            "planned day in operation, in place of the tasks; racks go in during the class's commissioning before it",
            "start + tasks"),
        asked(date("announced", "day on which that day was announced; gives it the usual slip", "not announced")),
        amount("delay", d::time, "slip of the planned day", "the catalog's slips if announced, else 0 days", -longest,
               longest),
        block(amount("it_capacity", d::power, "IT power it is built for", "what the site needs", 1, most_power)),
        amount("fit_out_rate", d::power - d::time, "IT power that becomes ready per time after the last task",
               "the class's in the catalog, else at once", 1e-6),
        less(amount("duration_factor", d::none, "multiplies the tasks' durations: shifts, crews, a fast track", "1",
                    0.05, 20)),
        per_power_and_time("rent", "of a hall that others own, per IT power",
                           "prices/default.colocation where the class is rented and no lease is paid, else 0"),
        amount("cost", per_power, "building with electrical and cooling plant, per IT power",
               "the class's in the catalog")},
       {"task"}});
  s.push_back(
      {"site.*.building.*.task.*",
       "A construction task; naming one of the class changes it, a new name adds one.",
       {amount("duration", d::time, "how long it takes", "the class's in the catalog", 0, longest),
        of(KeyType::texts, "after", "tasks that come before it", "the class's in the catalog"),
        of(KeyType::boolean, "with_racks", "racks are installed while it goes on", "the class's in the catalog")},
       {}});
  s.push_back(
      {"site.*.power.*",
       "A block of electricity supply.",
       {text("counterparty", "who is paid", "the location's utility for grid power, else power suppliers"),
        text("kind", "an entry of the catalog's power", "grid"),
        block(amount("capacity", d::power, "rated power at the facility's terminals", "what the site needs", 0,
                     most_power)),
        day("ordered", "day of the order or of the request", "start"),
        day("date", "planned day of energising, in place of ordered and lead_time",
            "ordered + lead_time + install_time"),
        text("equipment", "what must be waited for, an entry of the catalog's equipment", "the kind's in the catalog"),
        amount("lead_time", d::time, "order to delivery", "the equipment's in the catalog", 0, longest),
        amount("install_time", d::time, "delivery to energised",
               "the equipment's in the catalog; 0 days where lead_time is given", 0, longest),
        asked(
            date("announced", "day on which the planned day was announced; gives it the usual slip", "not announced")),
        amount("delay", d::time, "slip of the planned day", "the catalog's slips if announced, else 0 days", -longest,
               longest),
        amount("rate", d::power - d::time, "rated power energised per time", "all in one day", 1e-6),
        day("until", "day it leaves, \"when power.NAME is in service\", or \"when the rest covers the site\"",
            "rented plant: when the rest covers the site; else it stays"),
        amount("availability", d::none, "share of the rated power that counts", "the kind's in the catalog", 0, 1),
        amount("capacity_factor", d::none, "share of the rated power that it gives over a year: sun, wind",
               "the kind's in the catalog, else its availability", 0, 1),
        certain(amount("duration", d::time, "of storage: how long it gives its rated power",
                       "the kind's in the catalog", 60, 1e8)),
        amount("capex", per_power, "investment per rated power", "the kind's in the catalog"),
        per_power_and_time("demand_charge", "per highest power drawn in each month and time", "0"),
        per_power_and_time("fixed", "rent and fixed operation per rated power and time", "the kind's in the catalog"),
        amount("energy_price", per_energy, "price of its energy",
               "site.power_price for grid, else the kind's fuel and energy", -bounds::most_of(per_energy)),
        amount("emissions", d::mass - d::energy, "CO2 per energy", "the location's for grid, else the kind's")},
       {}});
  s.push_back(
      {"site.*.cooling.*",
       "A block of cooling plant.",
       {text("counterparty", "who is paid", "cooling suppliers"),
        text("kind", "an entry of the catalog's cooling", "the location's"),
        block(amount("capacity", d::power, "IT heat it removes", "what the site needs", 0, most_power)),
        day("ordered", "day of the order", "start"),
        day("date", "planned day in service, in place of ordered and lead_time", "ordered + lead_time + install_time"),
        text("equipment", "what must be waited for, an entry of the catalog's equipment", "the kind's in the catalog"),
        amount("lead_time", d::time, "order to delivery", "the equipment's in the catalog", 0, longest),
        amount("install_time", d::time, "delivery to in service",
               "the equipment's in the catalog; 0 days where lead_time is given", 0, longest),
        asked(
            date("announced", "day on which the planned day was announced; gives it the usual slip", "not announced")),
        amount("delay", d::time, "slip of the planned day", "the catalog's slips if announced, else 0 days", -longest,
               longest),
        day("until", "day it leaves", "it stays"),
        amount("pue", d::none, "facility power per IT power at peak", "the kind's in the catalog", 1, 10),
        amount("pue_annual", d::none, "facility energy per IT energy over a year",
               "the kind's in the catalog, at most pue", 1, 10),
        amount("wue", d::volume - d::energy, "water per IT energy", "the kind's in the catalog"),
        amount("capex", per_power, "investment per IT heat", "in the cost of the building")},
       {}});
  s.push_back({"event.*",
               "A change of a limit for a while.",
               {text("site", "where", "the only site"), text("limit", "power, cooling or building", "must be given"),
                amount("change", d::power, "what is added or, negative, taken away: \"-72 MW\"", "must be given",
                       -most_power, most_power),
                day("from", "planned day", "must be given"),
                amount("delay", d::time, "slip of that day", "0 days", -longest, longest),
                amount("duration", d::time, "how long", "to the end", 0, longest)},
               {}});
  s.push_back(
      {"run.*",
       "A training run. Runs take accelerators in the order in which they are written.",
       {text("model", "a model of the catalog, or the path of a config.json", "none: give compute"),
        text("read_as", "of a config.json: the known model type that its layers are like", "the file's own"),
        asked(amount("tokens", d::tokens, "tokens to train on", "the model's in the catalog", 1)),
        asked(amount("compute", d::operations, "model FLOPs of the whole run", "6 x active parameters x tokens", 1)),
        asked(amount("chips", d::chips, "accelerators wanted", "all of its pool", 1, most_chips)),
        amount("minimum", d::chips, "accelerators it starts with", "chips", 1, most_chips),
        day("earliest", "earliest start", "start"),
        text("on", "the site or rental it runs on", "the first one"),
        of(KeyType::texts, "with", "further sites that train it together with that one, over lines", "none"),
        written_in("Tb/s", amount("line_rate", d::bandwidth, "of each site's lines to the others, each way",
                                  "must be given with sites", bounds::least_bandwidth)),
        written_in("km", amount("line_distance", d::length, "of fibre between two of the sites",
                                "must be given with sites", 0, 1e8)),
        text("precision", "bf16, fp8, mxfp8, nvfp4, tf32 or fp32", "bf16"),
        text("framework", "framework and release of the training model: \"Megatron-Bridge 26.06\"",
             "what such chips run"),
        amount("software_age", d::time, "how much later than that release's generation the software is", "0 days", 0,
               longest),
        asked(amount("sequence", d::tokens, "tokens of a sequence", "the model's context, at most 8192", 1, 1e9)),
        whole("batch", "sequences of a step",
              "those its model was trained with, else a published law's (catalog/scaling-laws)", 1, 1e9),
        amount("duty", d::none, "share of each day it runs; below 1 it is stopped and restarted once a day", "1", 0.01,
               1),
        text("mechanism", "by which it goes on after a failure, one of the catalog's recovery",
             "operation's, else by its size"),
        whole("replica", "accelerators of a replica or a domain that fails for itself", "the mechanism's", 1,
              most_chips),
        amount("achieved", d::compute_rate, "achieved model FLOP/s per accelerator", "the training model", 1)},
       {}});
  s.push_back(
      {"work",
       "What accelerators do: gives what a unit of it costs, in all and by year. A job of each kind of them trains.",
       {text("model", "a model of the catalog, or the path of a config.json", "none: every order gives achieved"),
        text("read_as", "of a config.json: the known model type that its layers are like", "the file's own"),
        asked(amount("chips", d::chips, "accelerators of a job", "8192, or all of the smallest order", 1, most_chips)),
        text("precision", "bf16, fp8, mxfp8, nvfp4, tf32 or fp32", "bf16"),
        asked(amount("sequence", d::tokens, "tokens of a sequence", "the model's context, at most 8192", 1, 1e9)),
        whole("batch", "sequences of a step", "those its model was trained with", 1, 1e9)},
       {}});
  s.push_back({"lease.*",
               "Rent paid or received by the month.",
               {text("counterparty", "with whom", "none"), text("direction", "paid or received", "must be given"),
                day("from", "first day", "start"), day("until", "last day", "end"),
                amount("price", d::money - d::time, "fixed rent", "0"),
                amount("price_per_chip", per_chip_time, "rent of each usable accelerator of the site", "0"),
                text("site", "the site", "the only site"),
                amount("escalator", d::none, "yearly rise of the rent", "0", -0.5, 1), follows},
               {}});
  add_company_sections(s);
  s.push_back(
      {"process.*",
       "A price that moves at random: an index, 1 at the start, whose logarithm goes back to that of a falling level.",
       {amount("level", d::none, "what it goes back to, over the price at the start", "1", 1e-3, 1000),
        amount("falls", d::none - d::time, "by which the logarithm of the level falls in time", "0", 0, 10 / year),
        amount("reversion", d::none - d::time, "share of the distance from the level that is gone in time",
               "must be given", 0.01 / year, 100 / year),
        amount("volatility", d::none, "standard deviation that a year brings the logarithm without reversion",
               "must be given", 0, 5)},
       {}});
  s.push_back({"value",
               "What compute is worth, beside what is sold: so that delay costs.",
               {asked(amount("accelerator_hour", per_chip_time, "of a usable accelerator and time",
                             "the catalog's rent of H100 under contract, by the chips' prices", 0)),
                follows},
               {}});
  s.push_back(
      {"serving",
       "What accelerators earn that are not training.",
       {amount("price", per_chip_time, "revenue of a serving accelerator and time", "must be given"),
        amount("utilisation", d::none, "share of idle accelerator time that is sold", "prices/default", 0, 1), follows},
       {}});
  s.push_back(
      {"money",
       "What the accounts need.",
       {asked(amount("discount_rate", d::frequency, "discount rate: \"9%/year\"", "prices/default", -0.5 / year,
                     1 / year)),
        asked(amount("it_life", d::time, "economic life of IT", "prices/default", 86400, longest)),
        asked(
            amount("facility_life", d::time, "economic life of buildings and plant", "prices/default", 86400, longest)),
        per_power_and_time("opex", "staff, repair and other running cost without energy, per IT power in racks",
                           "prices/default"),
        amount("water_price", d::money - d::volume, "price of water", "prices/default, else 0"),
        text("follows",
             "the [process.*] whose index what accelerators, servers and network fetch at the end is multiplied by",
             "none: straight lines")},
       {}});
  s.push_back(
      {"operation",
       "How the accelerators are run.",
       {text("failures", "an entry of the catalog's failures", "default"),
        amount("failure_rate", d::none - d::chips - d::time, "interruptions per accelerator and time", "the entry's"),
        text("mechanism", "by which runs go on after a failure, one of the catalog's recovery",
             "by the size of the run"),
        amount("stall", d::none, "phases of a recovery over those of its mechanism, as sites differ",
               "the mechanism's spread", 0, 100),
        amount("restart", d::time, "in place of a mechanism: failure to first new step of the whole run",
               "the mechanism's phases", 0, longest),
        amount("other", d::none, "share of time lost that does not grow with size", "the entry's", 0, 1),
        amount("checkpoint_write", d::time, "time a checkpoint blocks the run", "the entry's", 0, longest),
        amount("spares", d::none,
               "accelerators that are bought, racked and powered and stand ready, per one that runs may hold", "0", 0,
               10),
        less(amount("load", d::none, "drawn IT power per rated IT power", "operations/default", 0, 1.5)),
        amount("repair", d::money, "what an interruption costs to repair beyond opex", "0: opex holds repairs"),
        less(amount("early_failures", d::none, "failure rate of accelerators new in service over that of old ones", "1",
                    1, 1000)),
        amount("early_life", d::time, "after which what is more of it has fallen to 1/e", "the entry's", 0, longest)},
       {}});
  s.push_back({"milestone.*",
               "A date to report. Give one of the two.",
               {asked(amount("usable", d::chips, "usable accelerators", "one per order", 1, most_chips)),
                asked(amount("it_power", d::power, "IT power of the usable accelerators", "none", 1, most_power)),
                text("site", "the site it is about", "all sites and rentals together"),
                text("order", "the order whose accelerators it is about", "all together"),
                text("rental", "the rental whose accelerators it is about", "all together")},
               {}});
  s.push_back(
      {"observation.*",
       "What happened; never an input. Give one of usable, it_power, facility_power, capex, run.",
       {asked(amount("usable", d::chips, "usable accelerators seen", "none", 0, most_chips)),
        asked(amount("it_power", d::power, "IT power seen", "none", 0, most_power)),
        asked(amount("facility_power", d::power, "facility power seen", "none", 0, most_power)),
        asked(amount("capex", d::money, "capital cost to date", "none")),
        text("site", "the site at which it was seen; not for capex and runs", "all sites and rentals together"),
        text("run", "the run that was seen to start or finish", "none"),
        text("what", "start or finish of the run", "finish"), asked(date("date", "when", "must be given")),
        text("score", "date, level or both", "both for usable and power, level for capex"),
        text("bound", "upper where it had happened by the date, lower where not before; scores the date", "none")},
       {}});
  return s;
}

/// A site or chips shorthand as the table it stands for.
void unfold(Node& root) {
  if (Node* site = root.find("site"); site && site->kind == Node::Kind::text) {
    Node inner;
    inner.place = site->place;
    Node location = *site;
    inner.members.emplace_back("location", std::move(location));
    Node table;
    table.place = site->place;
    table.members.emplace_back(site->text, std::move(inner));
    *site = std::move(table);
  }
  if (Node* chips = root.find("chips"); chips && chips->kind == Node::Kind::text) {
    Node* order = root.find("order");
    if (order && order->kind == Node::Kind::table && !order->members.empty() && !order->find("first"))
      throw Error(chips->place, "chips", "stands beside orders",
                  "write it as an order too: [order.NAME] chips = \"...\"");
    Node value = *chips;
    if (!order) {
      root.members.emplace_back("order", Node{});
      order = &root.members.back().second;
      order->place = value.place;
    }
    if (order->kind == Node::Kind::table) {
      Node* first = order->find("first");
      if (!first) {
        order->members.emplace_back("first", Node{});
        first = &order->members.back().second;
        first->place = value.place;
      }
      if (first->kind == Node::Kind::table) {
        if (Node* had = first->find("chips")) {
          if (had->place.file == value.place.file && value.place.file != scenario::override_place)
            throw Error(value.place, "chips", "stands beside order.first.chips", "write one of the two");
          *had = std::move(value);
        } else first->members.emplace_back("chips", std::move(value));
      }
    }
    std::erase_if(root.members, [](const auto& m) { return m.first == "chips"; });
  }
}

/// site = "..." names another place: what the base built elsewhere does not move there.
void replace_site(Node& base, const Node& over) {
  if (const Node* site = over.find("site"); site && site->kind == Node::Kind::text)
    std::erase_if(base.members, [](const auto& m) { return m.first == "site"; });
}

}  // namespace

Key per_power_and_time(std::string_view name, std::string_view meaning, std::string_view default_value) {
  return written_in("$/kW/year", amount(name, d::money - d::power - d::time, meaning, default_value, 0,
                                        bounds::most_per_power_year / year));
}

Key day(std::string_view name, std::string_view meaning, std::string_view default_value) {
  return of(KeyType::date_or_event, name, meaning, default_value);
}

const Form& form() {
  static const Form form{
      "programme",
      "a scenario",
      "a dated programme: accelerators ordered or rented, sites that they go to, runs, money, energy",
      {"chips", "order", "rental", "site"},
      sections(),
      unfold,
      replace_site};
  return form;
}

}  // namespace orrery::programme
