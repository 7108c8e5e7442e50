// Sites and money: construction, equipment, power, cooling, prices, contracts, operations.
#include "catalog/schema_keys.h"

namespace orrery::catalog {

void sites_schema(std::vector<KindSchema>& kinds) {
  kinds.push_back(
      {"construction",
       "Reference classes of buildings: tasks with durations and order, slips, and cost per power of IT.",
       {
           amount("cost", money_per_power, "building with electrical and mechanical plant, per IT power"),
           boolean("rented", "others own the hall: its rent is prices/default.colocation"),
           amount("shell", money_per_power, "of it: site, shell and fit-out"),
           amount("electrical", money_per_power, "of it: electrical plant"),
           amount("mechanical", money_per_power, "of it: cooling plant"),
           from(1e-6,
                amount("fit_out_rate", d::power - d::time, "IT power fitted out per time once the tasks are done")),
           between(amount("delay", d::time, "schedule slip of a milestone against the plan of a year before"), -longest,
                   longest),
           between(amount("lead", d::time, "start of work to first building in operation, as observed"), 0, longest),
       },
       {{"task",
         "A task of the construction.",
         {
             required(between(amount("duration", d::time, "how long the task takes"), 0, longest)),
             texts("after", "tasks that must be done before"),
             boolean("with_racks", "racks are installed while it goes on"),
         }}}});
  kinds.push_back(
      {"slips",
       "How far announced dates slip, by how far ahead they were announced.",
       {
           required(between(amount("ahead", d::time, "announced at least this long before the date; of a law, so long"),
                            0, longest)),
           required(between(amount("delay", d::time, "the slip; of a law, the median of those that slip"), -longest,
                            longest)),
           text("of", "what it is for: building, list (one date a year), grid; anything where nothing is said"),
           part("late", "a law (site/slip): share of dates that slip at all"),
           between(amount("exponent", d::none, "of a law: the slip grows with this power of how far ahead"), 0, 2),
           between(amount("site_spread", d::none, "of a law: sd of the slip's logarithm between sites"), 0, 3),
           between(amount("spread", d::none, "of a law: and between the dates of a site"), 0, 3),
       }});
  kinds.push_back({"causes",
                   "Causes that uncertain inputs share, and how strongly.",
                   {
                       required(share("strength", "rank correlation that it gives two of its inputs")),
                       share("low", "the least that it may be; not drawn"),
                       share("high", "the most that it may be; not drawn"),
                       texts("within", "wider causes whose part the strength holds"),
                   }});
  kinds.push_back({"equipment",
                   "Equipment with waiting times.",
                   {
                       required(between(amount("lead_time", d::time, "order to delivery on site"), 0, longest)),
                       between(amount("install_time", d::time, "delivery to in service"), 0, longest),
                       amount("price", money_per_power, "price per rated power"),
                   }});
  kinds.push_back(
      {"power",
       "Kinds of electricity supply and storage.",
       {
           required(text("role", "grid, generation or storage")),
           text("equipment", "what must be waited for, a name in equipment"),
           amount("capex", money_per_power, "investment per power"),
           between(amount("storage_capex", money_per_energy, "storage: investment per energy, beside capex"), 0,
                   1e5 / 3.6e6),  // $100k/kWh
           yearly_per_power("$/kW/year", "fixed_opex", "fixed cost per power and time"),
           yearly_per_power("$/kW/year", "lease", "rent per power and time where it is rented"),
           amount("energy_price", money_per_energy, "what the energy costs, without fixed cost and fuel"),
           amount("fuel_price", money_per_energy, "fuel per heat, on the basis of efficiency"),
           part("efficiency", "electricity per fuel; storage: out per in"),
           amount("emissions", mass_per_energy, "CO2 per electricity"),
           share("availability", "share of the rated power that can be counted on"),
           share("capacity_factor", "mean output per rated power"),
           between(amount("duration", d::time, "storage: hours at rated power"), 0, longest),
           between(amount("life", d::time, "economic life"), day, 4 * longest),
       }});
  kinds.push_back({"cooling",
                   "Ways to cool a data centre.",
                   {
                       required(between(amount("pue", d::none, "facility power per IT power at peak"), 1, 10)),
                       between(amount("pue_annual", d::none, "facility energy per IT energy over a year"), 1, 10),
                       amount("wue", volume_per_energy, "water per IT energy over a year"),
                       amount("capex", money_per_power, "cooling plant per IT power"),
                       text("equipment", "what must be waited for, a name in equipment"),
                       text("medium", "air, liquid or both"),
                   }});
  kinds.push_back(
      {"cooling-plants",
       "Cooling plants by the hour: constants of energy balances; temperatures in degrees Celsius, differences in K.",
       {
           required(text("rejection", "evaporative-air, dry-cooler, tower or air-chiller")),
           required(share("electrical", "losses of the electrical chain, light and the rest, per IT power")),
           share("fans", "fans per IT power; of dry coolers at design"),
           share("pumps", "pumps per IT power"),
           part("carnot", "coefficient of performance over Carnot's"),
           between(amount("approach", d::none, "condensing temperature above the dry bulb; of towers the wet bulb, K"),
                   0, 50),
           between(amount("supply", d::none, "air or chilled water, of dry coolers the warmest water, degrees Celsius"),
                   0, 60),
           between(amount("rise", d::none, "by which heat warms air or water; compressors come in over it, K"), 0.1,
                   50),
           share("effectiveness", "of evaporation: share of the wet-bulb depression"),
           share("air_share", "of direct liquid cooling: heat that goes into the room's air"),
           between(amount("air_supply", d::none, "of it: chilled water for that air, degrees Celsius"), 0, 60),
           share("air_fans", "of it: fans of the room, per power cooled by air"),
           between(amount("economiser", d::none, "water without compressors above the ambient wet or dry bulb, K"), 0,
                   50),
           between(amount("evaporator", d::none, "the refrigerant boils so much below the supply, K"), 0, 50),
           amount("water", volume_per_energy, "evaporated with blow-down, per heat"),
           share("derating", "share of the capacity lost per K above the design temperature"),
           between(amount("water_factor", d::none, "measured water lies within this factor, eight times in ten"), 1,
                   1000),
       }});
  kinds.push_back(
      {"climates",
       "Weather stations: what a year of their weather asks of cooling.",
       {
           required(between(amount("latitude", d::none, "degrees north"), -90, 90)),
           required(between(amount("longitude", d::none, "degrees east"), -180, 180)),
           required(between(amount("elevation", d::none, "m above the sea"), -500, 9000)),
           required(between(amount("wet_bulb_excess", d::none, "mean of max(0, wet bulb - 15 C), K"), 0, 20)),
           between(amount("dry_bulb", d::none, "mean, degrees Celsius"), -60, 40),
           between(amount("dry_bulb_design", d::none, "exceeded in 0.4 % of the hours, degrees Celsius"), -60, 60),
           between(amount("wet_bulb_design", d::none, "exceeded in 0.4 % of the hours, degrees Celsius"), -60, 40),
       }});
  kinds.push_back({"pue",
                   "Annual PUE of an operator: a line over the wet-bulb excess of a place, with an 80 % band.",
                   {
                       required(between(amount("base", d::none, "PUE where the wet bulb never passes 15 C"), 1, 3)),
                       required(between(amount("slope", d::none, "PUE per K of the wet-bulb excess"), 0, 1)),
                       required(share("below", "P50 less P10 where the climate is known")),
                       required(share("above", "P90 less P50 where the climate is known")),
                       required(between(amount("alone", d::none, "PUE where the place is not known"), 1, 3)),
                       required(share("alone_below", "P50 less P10 of it")),
                       required(share("alone_above", "P90 less P50 of it")),
                       between(amount("placeholder", d::none, "a PUE that stands for one that was not known"), 1, 3),
                       between(amount("placeholder_year", d::none, "in the rows of this year"), 2000, 2100),
                   }});
  kinds.push_back({"sites",
                   "Places where data centres stand.",
                   {
                       required(text("region", "state and country")),
                       text("utility", "who delivers grid power"),
                       required(amount("power_price", money_per_energy, "grid power for a large user, all in")),
                       required(amount("grid_emissions", mass_per_energy, "CO2 per grid electricity")),
                       text("climate", "what it means for cooling"),
                       text("cooling", "default cooling, a name in cooling"),
                       text("construction", "default construction class, a name in construction"),
                       between(amount("latitude", d::none, "degrees north"), -90, 90),
                       between(amount("longitude", d::none, "degrees east"), -180, 180),
                   }});
  kinds.push_back(
      {"prices",
       "Figures for money: costs per accelerator and power, lives, rates, rents.",
       {
           amount("compute", money_per_power, "accelerators, servers and network per IT power"),
           amount("network", money_per_chip, "network per accelerator"),
           share("network_share", "network as a share of all capital cost"),
           amount("storage", money_per_chip, "storage and other IT per accelerator"),
           share("storage_share", "storage as a share of all capital cost"),
           between(amount("server_share", d::none, "servers (without accelerators) per cost of accelerators"), 0, 100),
           amount("building", money_per_power, "building with its plant per IT power"),
           amount("capital", money_per_power, "everything, IT and building, per IT power"),
           amount("land", money_per_power, "land per facility power"),
           yearly_per_power("$/MW/year", "opex", "running cost without energy, per IT power"),
           yearly_per_power("$/MW/year", "staff", "of it: staff"),
           share("serving_utilisation", "share of idle accelerator time that is sold"),
           yearly_per_power("$/MW/year", "energy", "energy, per IT power and time"),
           between(amount("maintenance", d::frequency, "of it: repair of IT, share of its price per time"), 0,
                   10 / year),
           amount("power_price", money_per_energy, "grid power where a site says nothing"),
           between(amount("kin", d::none,
                          "price of a chip without one, over its kin's x the root of their memories' ratio"),
                   0, 100),
           text("worth", "entry of prices whose rent an accelerator-hour is worth, by the chips' prices"),
           yearly_per_power("$/MW/year", "colocation", "rent of a hall per IT power, without energy"),
           between(amount("colocation_escalator", d::frequency, "yearly rise of that rent"), -0.5 / year, 1 / year),
           between(amount("discount_rate", d::frequency, "discount rate, nominal"), -0.5 / year, 1 / year),
           life("it_life", "economic life of IT"),
           life("facility_life", "economic life of buildings and plant"),
           share("residual", "value left of IT at the end of its life, share of its price"),
           yearly_per_power("$/MW/year", "tco", "total cost of ownership per IT power and time"),
           text("chip", "rents: the accelerator, a name in chips"),
           amount("rental", money_per_chip_time, "rent of an accelerator"),
       }});
  kinds.push_back({"contracts",
                   "Contracts for computing whose terms are public: who pays whom for what.",
                   {
                       required(text("payer", "who pays")),
                       required(text("payee", "who is paid")),
                       text("what", "what is paid for"),
                       text("state", "rumour, letter, signed, binding, financed, energised or cancelled"),
                       amount("total", d::money, "over the whole term"),
                       amount("rent", money_per_time, "where it is stated by the month or year"),
                       amount("power", d::power, "IT power it is about"),
                       amount("facility_power", d::power, "where it is stated of the facility"),
                       between(amount("pue", d::none, "of that facility: its power per IT power"), 1, 3),
                       amount("chips", d::chips, "accelerators it is about"),
                       text("starts", "the first day, or the year"),
                       text("ends", "the last day, or the year"),
                       between(amount("term", d::time, "how long it runs"), 0, longest),
                       between(amount("notice", d::time, "notice for leaving early"), 0, longest),
                       share("take_or_pay", "share paid whatever is used"),
                   }});
  kinds.push_back(
      {"operations",
       "How sites are filled and run.",
       {
           required(from(bounds::slowest, amount("installation_rate", d::chips - d::time,
                                                 "accelerators racked per time by a site's crews"))),
           required(between(amount("burn_in", d::time, "installation to use"), 0, longest)),
           required(share("swing_reserve",
                          "share of on-site generation kept back for load swings unless storage covers it")),
           required(between(amount("load", d::none, "drawn IT power per rated IT power"), 0, 1.5)),
           part("goodput", "share of a training job's time that makes progress"),
       }});
}

}  // namespace orrery::catalog
