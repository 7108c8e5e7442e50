#include "programme/resolve.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "base/units.h"
#include "programme/parts.h"
#include "programme/scenario.h"

namespace orrery::programme {

std::string origin_name(Origin origin) {
  switch (origin) {
    case Origin::scenario: return "scenario";
    case Origin::command_line: return "command line";
    case Origin::catalog: return "catalog";
    case Origin::rule: return "default";
  }
  return "";
}

std::optional<Fallback> maybe(const catalog::Entry& entry, std::string_view key) {
  const catalog::Figure* figure = entry.find(key);
  if (!figure || figure->kind != catalog::Figure::Kind::amount) return std::nullopt;
  return from_catalog(entry, *figure);
}

int site_of(Reader& reader, const View& view) {
  const Plan& plan = reader.plan();
  std::vector<std::string> names;
  for (const Site& s : plan.sites) names.push_back(s.name);
  if (names.empty())
    throw Error(view.place(), view.key_path("site"), "is needed, but the scenario has no site", "add site = \"memphis\"");
  if (!reader.gives(view, "site") && names.size() > 1)
    throw Error(view.place(), view.key_path("site"), "is missing, and the scenario has several sites",
                fmt::format("name one of {}", fmt::join(names, ", ")));
  const std::string name = reader.text(view, "site", names.front(), "the only site");
  const auto it = std::find(names.begin(), names.end(), name);
  if (it == names.end())
    throw Error(view.find("site")->place, view.key_path("site"), in_quotes(name) + " is not a site of this scenario",
                suggest(name, names, fmt::format("name one of {}", fmt::join(names, ", "))));
  return static_cast<int>(it - names.begin());
}

namespace {

void read_top(Reader& reader, const View& root) {
  Plan& plan = reader.plan();
  plan.title = reader.text(root, "title", std::filesystem::path(plan.file).stem().string(), "the file's name");
  if (reader.gives(root, "description")) plan.description = reader.text(root, "description", "", "");
  if (!reader.gives(root, "start"))
    throw Error({plan.file}, "start", "is missing", "add start = 2024-04-24, the first day of work");
  plan.start = reader.date(root, "start", {}, "");
  if (reader.gives(root, "end")) {
    plan.end = reader.date(root, "end", {}, "");
    if (reader.gives(root, "horizon"))
      throw Error(root.find("horizon")->place, "horizon", "stands beside end", "give one of the two");
  } else {
    const Time horizon = reader.constant<Time>(root, "horizon", from_rule(days(36 * 365.25 / 12).value(), "36 months"));
    plan.end = plan.start + static_cast<int>(std::ceil(in_days(horizon) - 1e-9));
  }
  if (const Node* slips = root.find("slips")) {
    plan.slips = slips->kind == Node::Kind::table ? slips->find("value")->boolean : slips->boolean;
    const bool overridden = slips->place.file == command_line;
    reader.record("slips", plan.slips ? "true" : "false", overridden ? Origin::command_line : Origin::scenario, slips->place.text());
  }
  if (plan.end <= plan.start)
    throw Error(root.find(reader.gives(root, "end") ? "end" : "start")->place, "end",
                fmt::format("the forecast ends on {}, not after its start on {}", plan.end.text(), plan.start.text()),
                "give an end after the start");
  if (plan.end > make_date(2198, 12, 31))
    throw Error(root.find("start")->place, "end", "the forecast reaches beyond 2198", "give an earlier start or end");
  if (plan.end - plan.start > 40 * 366)
    throw Error(root.find("start")->place, "end", "the forecast is longer than 40 years", "give an earlier end");
}

/// Sites by name alone, so that orders can refer to them before they are sized.
void name_sites(Reader& reader, const View& root) {
  for (const auto& [name, view] : root.group("site")) {
    Site site;
    site.name = name;
    reader.plan().sites.push_back(std::move(site));
  }
}

/// The months of the forecast, and a cause for everything that money is spent on.
void name_causes(Plan& plan) {
  for (Date d = plan.start; d <= plan.end; d = next_month(d)) plan.months.push_back(d);
  plan.months.push_back(plan.end + 1);
  auto name = [&](int& cause, std::string text, const std::string& counterparty, const char* otherwise) {
    cause = static_cast<int>(plan.causes.size());
    plan.causes.push_back(std::move(text));
    plan.counterparties.push_back(counterparty.empty() ? otherwise : counterparty);
  };
  for (Order& o : plan.orders) name(o.cause, "order." + o.name, o.counterparty, "accelerator suppliers");
  for (Rental& r : plan.rentals) name(r.cause, "rental." + r.name, r.provider, "cloud providers");
  for (Site& s : plan.sites) {
    const std::string site = "site." + s.name;
    name(s.cause, site, "", "site operations");
    for (Building& b : s.buildings) name(b.cause, site + ".building." + b.name, b.counterparty, "contractors");
    for (PowerBlock& b : s.power) name(b.cause, site + ".power." + b.name, b.counterparty, "power suppliers");
    for (CoolingBlock& b : s.cooling) name(b.cause, site + ".cooling." + b.name, b.counterparty, "cooling suppliers");
  }
  for (Lease& l : plan.leases) name(l.cause, "lease." + l.name, l.counterparty, l.received ? "tenants" : "landlords");
}

}  // namespace

Plan make_plan(const Scenario& scenario, const catalog::Catalog& catalog) {
  Plan plan;
  plan.file = scenario.file;
  Reader reader(catalog, plan);
  const View root{&scenario.root, ""};
  read_top(reader, root);
  name_sites(reader, root);
  read_orders(reader, root);
  read_rentals(reader, root);
  if (plan.orders.empty() && plan.rentals.empty())
    throw Error({plan.file}, "chips", "is missing: the scenario has no accelerators",
                "add chips = \"100000 x h100-sxm\", or an [order.NAME] or [rental.NAME]");
  read_sites(reader, root);
  read_events(reader, root);
  read_operation(reader, root);
  read_runs(reader, root);
  read_money(reader, root);
  read_milestones(reader, root);
  read_observations(reader, root);
  name_causes(plan);
  return plan;
}

}  // namespace orrery::programme
