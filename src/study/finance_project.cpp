// The answer of a finance file: a project's pro forma, the owner's cost.
#include <fmt/format.h>

#include <cmath>

#include "base/units.h"
#include "money/irr.h"
#include "money/project/break_even.h"
#include "study/finance.h"

namespace orrery::study {
namespace {

using namespace money;

/// "-$1,234": whole dollars.
Cell whole_dollars(double amount) {
  return Cell(amount, (amount < 0 ? "-$" : "$") + format_count(std::fabs(amount)));
}

Cell nothing_unless_finite(double x) {
  return std::isfinite(x) ? Cell(x) : Cell();
}

/// B$ a gigawatt and year from $/(W s).
double billions_a_gigawatt_year(double rate) {
  return rate * year_length.value();
}
double dollars_a_gigawatt_year(double rate) {
  return rate * 1e9 * year_length.value();
}

/// What is beyond a billion in three digits.
std::string decimal(double x, int decimals) {
  return std::abs(x) < 1e9 ? fmt::format("{:.{}f}", x, decimals) : fmt::format("{:.3g}", x);
}

std::string year_text(double years) {
  return decimal(years, 1) + " years";
}

}  // namespace

std::string per_cent(double share, int decimals, bool sign) {
  const double x = 100 * share;
  return (sign && x >= 0 ? "+" : "") + (std::abs(x) < 1e7 ? decimal(x, decimals) : fmt::format("{:.2g}", x)) + " %";
}

std::string rates_text(const InternalRates& rates) {
  if (rates.kind == InternalRates::Kind::none) return "none";
  std::string text;
  for (const double rate : rates.rates) text += (text.empty() ? "" : " and ") + decimal(100 * rate, 3) + " %";
  return text;
}

namespace {

/// Years in which cash does not cover debt service, and what is missing over all of them, $.
struct Uncovered {
  int years = 0, of = 0, worst = 0;  ///< worst: the year of the least coverage
  double amount = 0, least = 0;
  int below_covenant = 0;  ///< years of less coverage than that
};

Uncovered debt_service_not_covered(const Lines& lines, double covenant) {
  Uncovered u;
  for (int year = 1; year <= lines.years(); ++year) {
    const std::size_t y = static_cast<std::size_t>(year);
    const double service = lines[FlowLine::debt_payment_total][y], cash = lines[FlowLine::cash_for_ds][y];
    if (service <= 0) continue;
    ++u.of;
    if (u.of == 1 || cash / service < u.least) u.least = cash / service, u.worst = year;
    u.below_covenant += cash < covenant * service * (1 - 1e-9);
    if (cash >= service * (1 - 1e-9)) continue;  // a debt sculpted to a coverage of 1 is covered
    ++u.years;
    u.amount += service - cash;
  }
  return u;
}

}  // namespace

void say_uncovered_debt(Document& document, const Lines& lines, double covenant) {
  const Uncovered u = debt_service_not_covered(lines, covenant);
  if (u.below_covenant > 0)
    document.say(
        fmt::format("  Coverage is below the covenant of {:.2f} in {} of {} years: {:.2f} in year {}, the least.\n",
                    covenant, u.below_covenant, u.of, u.least, u.worst));
  if (u.years == 0) return;
  document.say(fmt::format(
      "  Cash does not cover debt service in {} of {} years: {:.2f} of it in year {}, the least. The owner pays the\n"
      "  missing {}, or the debt defaults.\n",
      u.years, u.of, u.least, u.worst, format_amount(u.amount, dimension::money)));
}

void add_cash_flow(Document& document, const Lines& lines, const std::string& key) {
  struct Shown {
    FlowLine line;
    const char* name;
  };
  constexpr Shown shown[] = {{FlowLine::total_revenue, "revenue"},
                             {FlowLine::operating_expenses, "operating expenses"},
                             {FlowLine::debt_payment_total, "debt service"},
                             {FlowLine::debt_balance, "debt balance"},
                             {FlowLine::pretax_dscr, "coverage"},
                             {FlowLine::project_return_pretax, "cash before tax"},
                             {FlowLine::project_return_aftertax, "cash after tax"}};
  Table years{"", "Cash flow, dollars", {count_column("", "year", "")}};
  for (const Shown& line : shown) years.columns.push_back(count_column("", line.name, "USD"));
  Table all{key, "", {data_column("line"), data_column("years", "USD")}};
  all.keyed = true, all.file = "-";
  Table file{"cash_flow", "", {data_column("line")}};
  file.in_data = false;
  for (int year = 0; year <= lines.years(); ++year) {
    std::vector<Cell> row = {year};
    for (const Shown& line : shown) {
      const double value = lines[line.line][static_cast<std::size_t>(year)];
      row.push_back(line.line == FlowLine::pretax_dscr ? Cell(value, value == 0 ? "" : decimal(value, 2))
                                                       : Cell(value));
    }
    years.rows.push_back(std::move(row));
    file.columns.push_back(data_column(std::to_string(year), "USD"));
  }
  for (std::size_t i = 0; i < flow_lines; ++i) {
    const std::string name(flow_line_name(static_cast<FlowLine>(i)));
    std::vector<Cell> values, row = {name};
    for (const double value : lines[static_cast<FlowLine>(i)])
      values.push_back(value), row.push_back(nothing_unless_finite(value));
    row.resize(file.columns.size());
    all.rows.push_back({name, Cell(Value(std::move(values)))});
    file.rows.push_back(std::move(row));
  }
  document.add(std::move(years)).add(std::move(all)).add(std::move(file));
}

namespace {

/// The project's years with their first days: the year of construction, then those of service.
void add_project_years(Document& document, const ProjectQuestion& q, const Lines& lines) {
  constexpr std::pair<const char*, FlowLine> columns[] = {{"revenue_usd", FlowLine::total_revenue},
                                                          {"operating_usd", FlowLine::operating_expenses},
                                                          {"debt_service_usd", FlowLine::debt_payment_total},
                                                          {"debt_usd", FlowLine::debt_balance},
                                                          {"cash_before_tax_usd", FlowLine::project_return_pretax},
                                                          {"cash_after_tax_usd", FlowLine::project_return_aftertax}};
  Table t{"project/years", "", {data_column("from")}};
  for (const auto& [key, line] : columns) t.columns.push_back(data_column(key, "USD"));
  t.columns.push_back(data_column("coverage"));
  t.file = "project";
  for (int year = 0; year <= lines.years(); ++year) {
    const std::size_t y = static_cast<std::size_t>(year);
    std::vector<Cell> row = {add_years(q.start, year - 1)};
    for (const auto& [key, line] : columns) row.push_back(nothing_unless_finite(lines[line][y]));
    const double service = lines[FlowLine::debt_payment_total][y];
    row.push_back(service > 0 ? nothing_unless_finite(lines[FlowLine::pretax_dscr][y]) : Cell());
    t.rows.push_back(std::move(row));
  }
  document.add(std::move(t));
  const auto layer = [](Mark mark, const char* name, const char* value) {
    return Layer{mark, name, "project/years", "from", value};
  };
  const std::vector<std::string> facts = {"project."};
  document.figures.push_back(
      {"project_cash",
       "Cash of the project by year after tax, with what it earns and owes",
       "Project",
       "USD",
       Plot::time,
       {layer(Mark::bar, "revenue", "revenue_usd"), layer(Mark::bar, "operating expenses", "operating_usd"),
        layer(Mark::bar, "debt service", "debt_service_usd"), layer(Mark::bar, "cash after tax", "cash_after_tax_usd")},
       "",
       facts});
  document.figures.push_back({"project_debt",
                              "Debt at the end of the year",
                              "Project",
                              "USD",
                              Plot::time,
                              {layer(Mark::bar, "debt", "debt_usd")},
                              "",
                              facts});
  document.figures.push_back({"project_coverage",
                              "Debt service coverage: cash over what is due",
                              "Project",
                              "",
                              Plot::time,
                              {layer(Mark::step, "coverage", "coverage")},
                              "",
                              facts});
}

}  // namespace

void add_project(Document& document, const ProjectQuestion& q) {
  SingleOwnerWorkspace workspace;
  const SingleOwnerResult r = run(q.project, workspace, true);
  const Lines& lines = workspace.lines;
  const InternalRates returns = internal_rates(lines[FlowLine::project_return_aftertax]);
  std::vector<Cell> rates;
  for (const double rate : returns.rates) rates.push_back(rate);
  const double paid_back = payback(lines[FlowLine::project_return_aftertax]);

  Table results{"",
                fmt::format("{} accelerators let from {}", format_count(q.chips.value()), q.start.text()),
                {text_column("", "result"), count_column("", "value", "")}};
  auto row = [&](const char* name, Cell value) { results.rows.push_back({name, std::move(value)}); };
  auto an_hour = [](double price) { return '$' + decimal(price, 3) + "/accelerator-hour"; };
  SingleOwnerWorkspace room;
  const std::optional<double> needed = price_for_no_value(q.project, room);
  row("price in year 1", an_hour(r.price));
  row("price in year 1 at which NPV is nought", needed ? an_hour(*needed) : "none");
  row("price levelised over the life, nominal", an_hour(r.levelised_price_nominal));
  row("cost levelised over the life, nominal", an_hour(r.levelised_cost_nominal));
  row("price levelised over the life, real", an_hour(r.levelised_price_real));
  row("cost levelised over the life, real", an_hour(r.levelised_cost_real));
  row("internal rate of return after tax", rates_text(returns));
  row("net present value after tax", whole_dollars(r.npv));
  row("installed cost", whole_dollars(r.installed_cost));
  row("debt", whole_dollars(r.debt));
  row("equity", whole_dollars(r.equity));
  row("least debt service coverage", r.minimum_coverage < 1e300 ? decimal(r.minimum_coverage, 2) : "no debt");
  row("interest and fees during construction", whole_dollars((q.construction.interest + q.construction.fees).value()));
  row("payback", std::isfinite(paid_back) ? year_text(paid_back) : "never");
  document.add(std::move(results));
  say_uncovered_debt(document, lines, q.covenant);
  document.put("project/start", q.start).put("project/chips", q.chips.value()).put("project/npv_usd", r.npv, "USD");
  document.put("project/internal_rates_of_return", Cell(Value(std::move(rates))));
  document.put("project/debt_usd", r.debt, "USD").put("project/equity_usd", r.equity, "USD");
  document.put("project/installed_cost_usd", r.installed_cost, "USD");
  document.put("project/price_usd_per_chip_hour", r.price, "USD/accelerator-hour");
  document.put("project/price_for_npv_0_usd_per_chip_hour", needed ? Cell(*needed) : Cell(), "USD/accelerator-hour");
  document.put("project/construction_interest_and_fees_usd", q.project.construction_financing, "USD");
  document.put("project/least_debt_service_coverage", r.minimum_coverage < 1e300 ? Cell(r.minimum_coverage) : Cell());
  document.put("project/levelised_cost_nominal_usd_per_chip_hour", r.levelised_cost_nominal, "USD/accelerator-hour");
  document.put("project/levelised_cost_real_usd_per_chip_hour", r.levelised_cost_real, "USD/accelerator-hour");
  document.put("project/levelised_price_nominal_usd_per_chip_hour", r.levelised_price_nominal, "USD/accelerator-hour");
  document.put("project/levelised_price_real_usd_per_chip_hour", r.levelised_price_real, "USD/accelerator-hour");
  document.put("project/debt_service_not_covered_usd", debt_service_not_covered(lines, q.covenant).amount, "USD");
  add_cash_flow(document, lines, "project/lines");
  add_project_years(document, q, lines);
}

namespace {

/// The band of an owner's cost: its total, $/W/s, and the life of IT at which it costs as much as a rent, s.
struct Band {
  Spread total, life;
  double share_below_rent = 0;
};

Band band_of(MoneyPerPowerTime rent, std::span<const std::vector<double>> draws) {
  std::vector<double> totals, lives;  // lives of the trials in which some life is long enough
  double below = 0;
  std::vector<double> drawn(draws.size());
  for (std::size_t k = 0; k < draws.front().size(); ++k) {
    for (std::size_t i = 0; i < draws.size(); ++i) drawn[i] = draws[i][k];
    const OwnerCostInputs inputs = owner_drawn(drawn);
    totals.push_back(owner_cost(inputs).total.value());
    below += totals.back() < rent.value();
    if (rent.value() > 0)
      if (const std::optional<Time> life = break_even_life(inputs, rent)) lives.push_back(life->value());
  }
  const double trials = static_cast<double>(totals.size());
  return {spread_of(std::move(totals)), spread_of(std::move(lives)), below / trials};
}

}  // namespace

std::vector<Input> owner_inputs(const OwnerQuestion& q) {
  const UncertainOwnerCost& cost = q.cost;
  return {{"owner.compute", cost.compute, {}},   {"owner.building", cost.building, {}},
          {"owner.upkeep", cost.upkeep, {}},     {"owner.energy", cost.energy, {}},
          {"owner.it_life", cost.it_life, {}},   {"owner.building_life", cost.building_life, {}},
          {"owner.residual", cost.residual, {}}, {"owner.rate", cost.rate, {}}};
}

OwnerCostInputs owner_drawn(Draws draws) {
  OwnerCostInputs drawn;
  drawn.compute = MoneyPerPower(draws[0]), drawn.building = MoneyPerPower(draws[1]);
  drawn.running = MoneyPerPowerTime(draws[2] + draws[3]);
  drawn.it_life = Time(draws[4]), drawn.building_life = Time(draws[5]);
  drawn.residual = draws[6], drawn.rate = draws[7];
  return drawn;
}

void add_owner(Document& document, const OwnerQuestion& q, std::size_t first_input, const Trials& trials) {
  const OwnerCost owner = owner_cost(q.cost.median());
  const auto first = trials.inputs.begin() + static_cast<std::ptrdiff_t>(first_input);
  const std::vector<Input> uncertain(first, first + static_cast<std::ptrdiff_t>(owner_inputs(q).size()));
  // A band is always given.
  const Trials own = trials.count > 0 ? Trials{}
                                      : run_trials(uncertain, 0, [](Draws, auto) {},
                                                   {2000, trials.seed, 0, nullptr, trials.independent});
  const std::span<const std::vector<double>> draws =
      trials.count > 0 ? std::span(trials.draws).subspan(first_input, uncertain.size()) : std::span(own.draws);
  const Band band = band_of(q.rent, draws);
  Table parts{"",
              fmt::format("Owner's cost of a gigawatt-year of IT ({})", q.prices_title),
              {text_column("", "part"), fixed_column("", "B$/GW-year", "", 2), percent_column("", "share")}};
  Table file{"owner", "", {data_column("quantity"), data_column("usd_per_gw_year", "USD/GW-year")}};
  file.in_data = false;
  Table by_part{"owner/parts", "", {data_column("part"), data_column("usd_per_gw_year", "USD/GW-year")}};
  by_part.file = "-";
  for (const auto& [name, part] : {std::pair{"computing", owner.compute},
                                   {"building", owner.building},
                                   {"running", owner.running},
                                   {"total", owner.total}}) {
    parts.rows.push_back({name, billions_a_gigawatt_year(part.value()), part / owner.total});
    document.put(std::string("owner/usd_per_gw_year/") + name, dollars_a_gigawatt_year(part.value()), "USD/GW-year");
    file.rows.push_back({name, dollars_a_gigawatt_year(part.value())});
    by_part.rows.push_back({name, dollars_a_gigawatt_year(part.value())});
  }
  document.add(std::move(by_part));
  document.figures.push_back({"owner_cost",
                              "Owner's cost of a gigawatt-year of IT",
                              "Owner",
                              "USD/GW-year",
                              Plot::waterfall,
                              {{Mark::bar, "cost", "owner/parts", "part", "usd_per_gw_year"}},
                              "",
                              {"owner."}});
  document.add(std::move(parts));
  document.put("owner/prices", q.prices);
  for (const auto& [name, x] : {std::pair{"p10", band.total.p10}, {"p50", band.total.p50}, {"p90", band.total.p90}}) {
    document.put(std::string("owner/usd_per_gw_year/") + name, dollars_a_gigawatt_year(x), "USD/GW-year");
    file.rows.push_back({"total P" + std::string(name + 1), dollars_a_gigawatt_year(x)});
  }
  const auto billions = [](double cost) { return decimal(billions_a_gigawatt_year(cost), 1); };
  document.say(fmt::format("  P10 {}, P50 {}, P90 {} B$/GW-year\n", billions(band.total.p10), billions(band.total.p50),
                           billions(band.total.p90)));
  if (q.rent.value() > 0) {
    const std::optional<Time> life = break_even_life(q.cost.median(), q.rent);
    const double year = year_length.value();
    const double asked = billions_a_gigawatt_year(q.rent.value());
    std::string text = fmt::format(
        "  {} asks {} B$/GW-year{}:\n  owning costs less in {:.0f} % of the trials", q.contract_title,
        decimal(asked, 1),
        q.pue > 0 ? fmt::format(" of IT ({} of facility, PUE {:.2f})", decimal(asked / q.pue, 1), q.pue) : "",
        100 * band.share_below_rent);
    const auto lasts = [&](const std::optional<Time>& of, const Band& spread) {
      return of ? fmt::format(", and as much when IT lasts {} (at medians; P10 {:.1f}, P90 {:.1f})\n",
                              year_text(*of / year_length), spread.life.p10 / year, spread.life.p90 / year)
                : std::string(", and at medians more however long IT lasts\n");
    };
    text += lasts(life, band);
    if (q.pue > 0) {
      // What is announced as power is not always said to be the facility's.
      const MoneyPerPowerTime rent = q.rent / q.pue;
      const Band other = band_of(rent, draws);
      const std::optional<Time> then = break_even_life(q.cost.median(), rent);
      text += fmt::format("  were its power of IT, it asks {}: owning costs less in {:.0f} % of the trials{}",
                          decimal(asked / q.pue, 1), 100 * other.share_below_rent, lasts(then, other));
      document.put("owner/were_power_of_it/contract_usd_per_gw_year", dollars_a_gigawatt_year(rent.value()),
                   "USD/GW-year");
      document.put("owner/were_power_of_it/share_of_trials_owning_costs_less", other.share_below_rent);
      document.put("owner/were_power_of_it/break_even_it_life_years", then ? Cell(then->value() / year) : Cell(),
                   "years");
    }
    document.say(std::move(text));
    document.put("owner/contract", q.contract)
        .put("owner/contract_usd_per_gw_year", dollars_a_gigawatt_year(q.rent.value()), "USD/GW-year");
    document.put("owner/share_of_trials_owning_costs_less", band.share_below_rent);
    document.put("owner/break_even_it_life_years/median_inputs", life ? Cell(life->value() / year) : Cell(), "years");
    document.put("owner/break_even_it_life_years/p10", band.life.p10 / year, "years");
    document.put("owner/break_even_it_life_years/p50", band.life.p50 / year, "years");
    document.put("owner/break_even_it_life_years/p90", band.life.p90 / year, "years");
    file.rows.push_back({"contract", dollars_a_gigawatt_year(q.rent.value())});
  }
  if (!q.published.empty()) {
    Table lives{
        "owner/by_it_life",
        "",
        {text_column("", "IT lasts"), fixed_column("", "B$/GW-year", "", 2), fixed_column("", "published", "", 0),
         fixed_column("", "off", "", 0), data_column("it_life_years", "years"),
         data_column("usd_per_gw_year", "USD/GW-year"), data_column("published_usd_per_gw_year", "USD/GW-year")}};
    lives.file = "-";
    for (const OwnerQuestion::Published& row : q.published) {
      OwnerCostInputs inputs = q.cost.median();
      inputs.it_life = row.it_life;
      const double total = owner_cost(inputs).total.value(), cost = billions_a_gigawatt_year(total),
                   published = billions_a_gigawatt_year(row.cost.value());
      lives.rows.push_back(
          {year_text(row.it_life / year_length), cost, Cell(published, fmt::format("{:.4g}", published)),
           Cell(cost / published - 1, per_cent(cost / published - 1, 1, true)), row.it_life / year_length,
           dollars_a_gigawatt_year(total), dollars_a_gigawatt_year(row.cost.value())});
      file.rows.push_back(
          {fmt::format("total at {:.4g} years", row.it_life / year_length), dollars_a_gigawatt_year(total)});
    }
    document.say("\n");
    document.add(std::move(lives));
  }
  if (!q.rental.empty()) {
    const double month = (q.rental_rent * Chips(1) * mean_month).value();
    document.say(fmt::format("  {}: ${} per accelerator-month, ${:.2f} per accelerator-hour\n", q.rental_title,
                             format_count(month), (q.rental_rent * Chips(1)).value() * 3600));
    document.put("owner/rental", q.rental).put("owner/rental_usd_per_accelerator_month", month, "USD");
  }
  document.add(std::move(file));
}

}  // namespace orrery::study
