// From a scenario and the catalog to a plan: defaults are filled in and every value's origin is written down.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "machine/model/read.h"
#include "programme/events.h"
#include "programme/plan.h"
#include "programme/site_weather.h"
#include "programme/speeds.h"
#include "scenario/reader.h"

namespace orrery::programme {

/// Reads a scenario file that must be a site programme, as scenario::read_scenario does.
scenario::Scenario read_scenario(const std::string& path, const std::vector<std::string>& overrides = {});
/// As read_scenario for text without bases; name stands for the file in messages.
scenario::Scenario parse_scenario(std::string_view text, const std::string& name,
                                  const std::vector<std::string>& overrides = {});

/// The plan of a scenario. Throws Error for what only shows once names are looked up: a chip, site, model or class that
/// the catalog does not have, an order without a site, dates out of order, tasks that wait for each other in a circle.
Plan make_plan(const scenario::Scenario& scenario, const catalog::Catalog& catalog);
/// The same of a scenario that differs from one whose speeds were asked.
Plan make_plan(const scenario::Scenario& scenario, const catalog::Catalog& catalog, SpeedsAsked& asked);
/// The same before speeds(): nothing is asked of the training model, and those of runs wait for it.
Plan read_plan(const scenario::Scenario& scenario, const catalog::Catalog& catalog);
Plan read_plan(const scenario::Scenario& scenario, const catalog::Catalog& catalog, HoursAsked& asked);

// The parts of a plan, one function each, in the order in which make_plan calls them.
using scenario::Fallback;
using scenario::from_catalog;
using scenario::from_rule;
using scenario::maybe;
using scenario::Origin;
using scenario::Reader;
using scenario::View;

void read_designs(Reader& reader, Plan& plan, const View& root);  ///< chips of one's own
void read_orders(Reader& reader, Plan& plan, const View& root);   ///< orders, before their sites are sized
void read_rentals(Reader& reader, Plan& plan, const View& root);
/// Buildings, power, cooling, sized by the orders.
void read_sites(Reader& reader, Plan& plan, const View& root, HoursAsked& asked);
void read_events(Reader& reader, Plan& plan, const View& root);
void read_operation(Reader& reader, Plan& plan, const View& root);
void read_runs(Reader& reader, Plan& plan, const View& root);
/// What accelerators do, once orders and rentals are read.
void read_work(Reader& reader, Plan& plan, const View& root);
void read_money(Reader& reader, Plan& plan, const View& root);      ///< accounts, leases, serving
void read_companies(Reader& reader, Plan& plan, const View& root);  ///< and contracts between them
void read_milestones(Reader& reader, Plan& plan, const View& root);
void read_observations(Reader& reader, Plan& plan, const View& root);

/// Whose money each cause is, and with which company; once causes have names.
void settle_companies(Plan& plan);

/// The model that a section names under "model", else the fallback: of the catalog, or a config.json whose path starts
/// where the scenario names it. Throws Error.
model::Model read_model(Reader& reader, const View& view, const std::string& fallback = "");

/// The file that a key names: from where the section stands, else, by a plain name, the shipped one.
std::string shipped_or_own(const Reader& reader, const View& view, std::string_view key);

/// The index of the site a section names under "site", or of the only site. Throws Error.
int site_of(Reader& reader, Plan& plan, const View& view);

/// Whether an amount per time that a section gives is written by the hour or the day: "$100/day", not "$1M/month".
bool goes_by_day(const View& view, std::string_view key);

/// The usual slip of a planned day that a section marks as announced; none where it does not. what: a kind of slips of
/// the catalog, such as "building", "grid", "list" of one a year, or "". Throws Error when announced after that day.
std::optional<Fallback> announced_slip(Reader& reader, Plan& plan, const View& view, Date planned,
                                       std::string_view what = "building");

/// A day that must lie on or after the programme's start, or hangs on an event. Throws Error.
Day day_from_start(Reader& reader, Plan& plan, const View& view, std::string_view key, Date fallback,
                   const std::string& rule);

}  // namespace orrery::programme
