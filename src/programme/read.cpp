#include "programme/read.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

#include "base/text.h"
#include "base/units.h"
#include "programme/causes.h"
#include "programme/form.h"
#include "programme/funding.h"
#include "programme/hourly_energy.h"
#include "programme/median_days.h"
#include "programme/price_process.h"
#include "programme/supply_lines.h"
#include "scenario/cause.h"
#include "scenario/check.h"

namespace orrery::programme {

int site_of(Reader& reader, Plan& plan, const View& view) {
  std::vector<std::string> names;
  for (const Site& s : plan.sites) names.push_back(s.name);
  if (names.empty())
    throw Error(view.place(), view.key_path("site"), "is needed, but the scenario has no site",
                "add site = \"memphis\"");
  if (!view.gives("site") && names.size() > 1)
    throw Error(view.place(), view.key_path("site"), "is missing, and the scenario has several sites",
                fmt::format("name one of {}", fmt::join(names, ", ")));
  const std::string name = reader.text(view, "site", names.front(), "the only site");
  const auto it = std::find(names.begin(), names.end(), name);
  if (it == names.end())
    throw Error(view.find("site")->place, view.key_path("site"), in_quotes(name) + " is not a site of this scenario",
                suggest(name, names, fmt::format("name one of {}", fmt::join(names, ", "))));
  return static_cast<int>(it - names.begin());
}

std::string shipped_or_own(const Reader& reader, const View& view, std::string_view key) {
  namespace fs = std::filesystem;
  const Node& node = *view.find(key);
  const std::string path = scenario::path_of(node), name = scenario::bare(node).text;
  std::error_code none;
  if (fs::exists(path, none) || fs::path(name).has_parent_path()) return path;
  for (const char* ending : {"", ".toml"}) {
    const fs::path shipped = fs::path(reader.catalog().folder()) / ".." / "scenarios" / (name + ending);
    if (fs::is_regular_file(shipped, none)) return shipped.lexically_normal().string();
  }
  return path;
}

Day day_from_start(Reader& reader, Plan& plan, const View& view, std::string_view key, Date fallback,
                   const std::string& rule) {
  const Day day = read_day(reader, plan, view, key, fallback, rule);
  if (const Date date = day.date; !day.hangs() && date < plan.start)
    throw Error(view.find(key) ? view.find(key)->place : view.place(), view.key_path(key),
                fmt::format("{} lies before the programme's start on {}", date.text(), plan.start.text()),
                "give a day on or after the start");
  return day;
}

namespace {

void read_top(Reader& reader, Plan& plan, const View& root) {
  plan.title =
      reader.text(root, "title", printable(std::filesystem::path(plan.file).stem().string()), "the file's name");
  if (root.gives("description")) plan.description = reader.text(root, "description", "", "");
  if (!root.gives("start"))
    throw Error({plan.file}, "start", "is missing", "add start = 2024-04-24, the first day of work");
  plan.start = reader.date(root, "start", {}, "");
  if (root.gives("end")) {
    plan.end = reader.date(root, "end", {}, "");
    if (root.gives("horizon"))
      throw Error(root.find("horizon")->place, "horizon", "stands beside end", "give one of the two");
  } else {
    const Time horizon = reader.constant<Time>(root, "horizon", from_rule(months(36).value(), "36 months"));
    plan.end = plan.start + static_cast<int>(std::ceil(in_days(horizon) - 1e-9));
  }
  if (root.gives("slips")) plan.slips = reader.boolean(root, "slips", true, "");
  if (plan.end <= plan.start)
    throw Error(root.find(root.gives("end") ? "end" : "start")->place, "end",
                fmt::format("the forecast ends on {}, not after its start on {}", plan.end.text(), plan.start.text()),
                "give an end after the start");
  // What is at fault is what says the end: end, horizon, or start where the horizon is the usual one.
  const char* said = root.gives("end") ? "end" : root.gives("horizon") ? "horizon" : "start";
  if (plan.end > make_date(2198, 12, 31))
    throw Error(root.place(said), said, fmt::format("the forecast reaches beyond 2198, to {}", plan.end.text()),
                "give an earlier start or end");
  if (const Date last = plan.start + static_cast<int>(std::ceil(longest_forecast / 86400 - 1e-9)); plan.end > last)
    throw Error(root.place(said), said, "the forecast is longer than 40 years",
                fmt::format("give an end on or before {}", last.text()));
}

/// Sites by name alone, so that orders can refer to them before they are sized.
void name_sites(Plan& plan, const View& root) {
  for (const auto& [name, view] : root.group("site")) {
    Site site;
    site.name = name;
    plan.sites.push_back(std::move(site));
  }
}

/// A cause for everything that money is spent on.
void name_causes(Plan& plan) {
  name_months(plan);
  auto name = [&](int& cause, std::string text, const std::string& counterparty, const char* otherwise) {
    cause = static_cast<int>(plan.causes.size());
    plan.causes.push_back({std::move(text), counterparty.empty() ? otherwise : counterparty});
  };
  for (ChipDesign& d : plan.designs) name(d.cause, "design." + d.name, d.counterparty, "chip designers");
  for (Order& o : plan.orders) {
    name(o.cause, "order." + o.name, o.counterparty, "accelerator suppliers");
    name(o.server_cause, "order." + o.name, o.server_counterparty, "server makers");
    name(o.network_cause, "order." + o.name, o.network_counterparty, "network suppliers");
  }
  for (Rental& r : plan.rentals) name(r.cause, "rental." + r.name, r.provider, "cloud providers");
  for (Site& s : plan.sites) {
    const std::string site = "site." + s.name;
    name(s.cause, site, "", "site operations");
    name(s.repair_cause, site + ".repair", "", "repair of servers");
    for (Building& b : s.buildings) name(b.cause, site + ".building." + b.name, b.counterparty, "contractors");
    for (PowerBlock& b : s.power) name(b.cause, site + ".power." + b.name, b.counterparty, "power suppliers");
    for (CoolingBlock& b : s.cooling) name(b.cause, site + ".cooling." + b.name, b.counterparty, "cooling suppliers");
  }
  name(plan.serving.cause, "serving", "", "customers of serving");
  for (Lease& l : plan.leases) name(l.cause, "lease." + l.name, l.counterparty, l.received ? "tenants" : "landlords");
}

}  // namespace

void name_months(Plan& plan) {
  plan.months.clear();
  for (Date d = plan.start; d <= plan.end; d = next_month(d)) plan.months.push_back(d);
  plan.months.push_back(plan.end + 1);
}

scenario::Scenario read_scenario(const std::string& path, const std::vector<std::string>& overrides) {
  return scenario::read_scenario(path, overrides, std::array{&form()});
}

scenario::Scenario parse_scenario(std::string_view text, const std::string& name,
                                  const std::vector<std::string>& overrides) {
  return scenario::parse_scenario(text, name, overrides, std::array{&form()});
}

Plan read_plan(const scenario::Scenario& scenario, const catalog::Catalog& catalog) {
  HoursAsked asked;
  return read_plan(scenario, catalog, asked);
}

Plan read_plan(const scenario::Scenario& scenario, const catalog::Catalog& catalog, HoursAsked& asked) {
  Plan plan;
  plan.file = scenario.file;
  Reader reader(scenario, catalog);
  const View root = reader.root();
  read_top(reader, plan, root);
  name_sites(plan, root);
  read_processes(reader, plan, root);
  read_supply_lines(reader, plan, root);
  read_designs(reader, plan, root);
  read_orders(reader, plan, root);
  read_rentals(reader, plan, root);
  const auto sites = root.group("site");
  if (plan.orders.empty() && plan.rentals.empty() &&
      std::none_of(sites.begin(), sites.end(), [](const auto& s) { return s.second.gives("it_load"); }))
    throw Error({plan.file}, "chips", "is missing: the scenario has no accelerators",
                "add chips = \"100000 x h100-sxm\", an [order.NAME] or a [rental.NAME], or it_load = \"300 MW\" to a "
                "site");
  read_sites(reader, plan, root, asked);
  read_events(reader, plan, root);
  read_operation(reader, plan, root);
  read_runs(reader, plan, root);
  read_work(reader, plan, root);
  read_money(reader, plan, root);
  read_companies(reader, plan, root);
  read_milestones(reader, plan, root);
  read_observations(reader, plan, root);
  name_causes(plan);
  settle_companies(plan);
  read_funding(reader, plan, root);
  order_events(plan);
  check_days(plan);
  join_hours(plan);
  plan.inputs = std::move(reader.inputs);
  plan.settings = std::move(reader.settings);
  return plan;
}

Plan make_plan(const scenario::Scenario& scenario, const catalog::Catalog& catalog, SpeedsAsked& asked) {
  Plan plan = read_plan(scenario, catalog, asked.hours);
  speeds(plan, catalog, asked, scenario.threads);
  share_causes(plan, catalog);
  scenario::tie_causes(scenario, catalog, plan.inputs);
  return plan;
}

Plan make_plan(const scenario::Scenario& scenario, const catalog::Catalog& catalog) {
  SpeedsAsked asked;
  return make_plan(scenario, catalog, asked);
}

}  // namespace orrery::programme
