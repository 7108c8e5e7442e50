// What a page shows first of a site programme: when there is power and training, what it costs, what a month's delay
// costs, what must be funded, and how often what was seen lay within P10 to P90. Each is a row, known or not.
#include <fmt/format.h>

#include <cmath>

#include "base/units.h"
#include "programme/accounts.h"
#include "study/programme.h"

namespace orrery::study {
namespace {

using namespace programme;
using Group = programme::Output::Group;

constexpr const char* usd = "USD";

std::string counted(double n, const std::string& one) {
  return format_count(n) + ' ' + one + (n == 1 ? "" : "s");
}

/// A row of numbers, as null where they are not finite.
void add_row(Table& t, const char* name, const char* unit, const Spread& s, std::string note) {
  t.rows.push_back({name, unit, s.p10, s.p50, s.p90, std::move(note)});
}

void add_unknown(Table& t, const char* name, const char* unit, std::string note) {
  t.rows.push_back({name, unit, Cell(), Cell(), Cell(), std::move(note)});
}

/// A row of days; what the forecast does not reach is null, and what is said of P50 says so.
void add_days(Table& t, const ProgrammeResult& r, const char* name, const Spread& s, const std::string& note = "") {
  const auto day = [&](double x) { return std::isfinite(x) ? Cell(date_text(r.plan, x)) : Cell(); };
  std::string when = std::isfinite(s.p50) ? counted(day_of(r.plan, s.p50) - r.plan.start, "day") + " after the start"
                                          : date_text(r.plan, s.p50);
  t.rows.push_back({name, "date", day(s.p10), day(s.p50), day(s.p90), note.empty() ? when : note + ", " + when});
}

void add_dates(Table& t, const ProgrammeResult& r) {
  const bool chips = !r.plan.orders.empty() || !r.plan.rentals.empty();
  if (const Spread* power = output_spread(r, Group::readiness, 2)) add_days(t, r, "time to power", *power);
  else add_unknown(t, "time to power", "date", "no site of its own: accelerators are rented");
  add_days(t, r, "first usable", *output_spread(r, Group::readiness, 0));
  add_days(
      t, r, "nine tenths usable", *output_spread(r, Group::readiness, 1),
      chips ? counted(0.9 * size_of(r.plan), "accelerator") : format_amount(0.9 * size_of(r.plan), dimension::power));
  if (const int run = first_run(r); run >= 0)
    add_days(t, r, "first training", *output_spread(r, Group::run_start, run),
             r.plan.runs[static_cast<std::size_t>(run)].name);
  else add_unknown(t, "first training", "date", "no run is planned");
}

void add_delay(Table& t, const ProgrammeResult& r) {
  const char* name = "a month's delay";
  if (!r.delay) return add_unknown(t, name, usd, "no accelerators are ordered or rented");
  if (const std::string chip = without_worth(r.plan); !chip.empty())
    return add_unknown(t, name, usd, "not known, as no worth of " + chip + " is");
  const std::string of =
      fmt::format("of net present value, {} late", r.plan.sites.empty() ? "the hand-overs" : "the sites");
  const double medians = r.delay->net_present_value;
  if (!r.delay_spread) return add_row(t, name, usd, {medians, medians, medians}, of + ", inputs at their medians");
  add_row(t, name, usd, *r.delay_spread,
          fmt::format("{}; of the first {}; {} with inputs at their medians", of,
                      counted(static_cast<double>(r.delay_draws), "draw"), format_amount(medians, dimension::money)));
}

void add_costs(Table& t, const ProgrammeResult& r) {
  const auto total = [&](std::string_view name) { return *output_spread(r, Group::total, 0, name); };
  const std::string to = "to " + r.plan.end.text();
  add_row(t, "capital cost", usd, total("capital cost"), to);
  add_row(t, "running cost", usd, total("running cost"), to);
  const Spread hour = total("cost per usable accelerator-hour");
  add_row(t, "cost per usable accelerator-hour", "USD/accelerator-hour", hour,
          std::isfinite(hour.p50) ? "levelised" : "none is usable " + to);
  add_row(t, "net present value", usd, total("net present value"), "on " + r.plan.start.text());
  add_delay(t, r);
  const PeakFunding peak = peak_funding(r.forecast.ledger.by_month());
  add_row(t, "peak funding", usd, total("peak funding"),
          peak.amount > Money(0) ? "in " + r.plan.months[peak.month].text().substr(0, 7) + ", inputs at their medians"
                                 : "what comes in covers it");
}

/// The share of the dates that were seen which lay within P10 to P90.
void add_hindsight_row(Table& t, const ProgrammeResult& r) {
  double dates = 0, inside = 0, never = 0;
  std::vector<double> errors;
  for (const Score& s : r.scores) {
    if (!s.on_date) continue;
    ++dates;
    inside += s.inside.value_or(false) ? 1 : 0;
    if (s.error) errors.push_back(std::fabs(*s.error));
    else ++never;
  }
  if (dates == 0) return add_unknown(t, "hindsight", "share", "no date was observed");
  std::string note = r.has_trials ? fmt::format("{} of {} inside", format_count(inside), counted(dates, "date"))
                                  : counted(dates, "date") + " observed";
  if (!errors.empty()) note += "; median error " + counted(std::round(quantile(errors, 0.5)), "day");
  if (never > 0) note += fmt::format("; {} not reached", format_count(never));
  t.rows.push_back({"hindsight", "share", Cell(), r.has_trials ? Cell(inside / dates) : Cell(), Cell(), note});
}

}  // namespace

void add_key_figures(Document& document, const ProgrammeResult& r) {
  Table t{"key_figures",
          "",
          {data_column("name"), data_column("unit"), data_column("p10"), data_column("p50"), data_column("p90"),
           data_column("note")}};
  add_dates(t, r);
  add_costs(t, r);
  add_hindsight_row(t, r);
  document.add(std::move(t));
}

}  // namespace orrery::study
