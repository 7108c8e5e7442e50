#include "study/supply_figures.h"

#include <algorithm>

namespace orrery::study {
namespace {

using site::SupplyYear;

constexpr const char* calendar = "h of a year";
constexpr double mwh = 3.6e9, litres_a_kwh = 1e3 * 3.6e6;

Figure course(const char* key, const char* title, const char* chapter, const char* unit, const char* axis) {
  Figure out{key, title, chapter, unit, Plot::course};
  out.axis = axis;
  return out;
}

/// What gives or takes anything in these hours, in the order of the question.
std::vector<SupplyPart> parts_of(const EnergyQuestion& q, const SupplyYear& y, std::size_t from, std::size_t to) {
  std::vector<SupplyPart> out;
  const double least = 1e-6 * *std::max_element(q.supply.load.begin(), q.supply.load.end());
  const auto any = [&](const std::vector<double>& of) {
    const auto at = [&](std::size_t hour) { return of.begin() + static_cast<std::ptrdiff_t>(hour); };
    return std::any_of(at(from), at(to), [&](double x) { return x > least; });
  };
  for (std::size_t i = 0; i < y.hours.output.size(); ++i)
    if (any(y.hours.output[i])) out.push_back({q.supply.sources[i].name, q.supply.sources[i].name});
  for (std::size_t i = 0; i < y.hours.giving.size(); ++i)
    if (any(y.hours.giving[i])) out.push_back({q.supply.stores[i].name + "_gives", q.supply.stores[i].name + " gives"});
  if (any(y.hours.shed)) out.push_back({"gave_way", "gave way"});
  if (any(y.hours.unserved)) out.push_back({"unserved", "unserved"});
  for (std::size_t i = 0; i < y.hours.sold.size(); ++i)
    if (!y.hours.sold[i].empty() && any(y.hours.sold[i]))
      out.push_back({q.supply.sources[i].name + "_sold", "sold", true});
  for (std::size_t i = 0; i < y.hours.charging.size(); ++i)
    if (any(y.hours.charging[i]))
      out.push_back({q.supply.stores[i].name + "_takes", q.supply.stores[i].name + " takes", true});
  return out;
}

/// Means of the mean year's days, W, each at its first hour.
Table days_table(const EnergyQuestion& q, const SupplyYear& y) {
  Table t{"days", "", {data_column("hour", "h"), data_column("load", "W")}};
  t.in_text = InText::never;
  std::vector<const std::vector<double>*> columns = {&q.supply.load};
  const auto add = [&](const std::string& key, const std::vector<double>& of) {
    t.columns.push_back(data_column(key, "W")), columns.push_back(&of);
  };
  for (std::size_t i = 0; i < y.hours.output.size(); ++i) add(q.supply.sources[i].name, y.hours.output[i]);
  for (std::size_t i = 0; i < y.hours.giving.size(); ++i) {
    add(q.supply.stores[i].name + "_gives", y.hours.giving[i]);
    add(q.supply.stores[i].name + "_takes", y.hours.charging[i]);
  }
  for (std::size_t i = 0; i < y.hours.sold.size(); ++i)
    if (!y.hours.sold[i].empty()) add(q.supply.sources[i].name + "_sold", y.hours.sold[i]);
  add("gave_way", y.hours.shed), add("unserved", y.hours.unserved);
  const std::size_t hours = q.supply.load.size();
  const double share = static_cast<double>(site::hours_of_year) / (24.0 * static_cast<double>(hours));
  for (std::size_t day = 0; day < 365; ++day) {
    std::vector<Cell> row = {24 * day};
    for (const std::vector<double>* of : columns) {
      double sum = 0;
      for (std::size_t year = 0; year < hours; year += site::hours_of_year)
        for (std::size_t h = year + 24 * day; h < year + 24 * day + 24; ++h) sum += (*of)[h];
      row.push_back(sum * share);
    }
    t.rows.push_back(std::move(row));
  }
  return t;
}

/// The price that so many hours a year have at least: by a hundredth of the year, and by a two-thousandth within the
/// first, where what is not served sets it.
Table prices_table(const SupplyYear& y) {
  Table t{"prices", "", {data_column("hours", "h"), data_column("price", "USD/MWh")}};
  t.in_text = InText::never;
  std::vector<double> prices = y.price;
  std::sort(prices.begin(), prices.end(), std::greater<>());
  constexpr std::size_t parts = 2000;
  for (std::size_t i = 0; i <= parts; i += i < parts / 100 ? 1 : parts / 100) {
    const std::size_t at = std::min(prices.size() - 1, i * prices.size() / parts);
    t.rows.push_back({static_cast<double>(i * site::hours_of_year) / parts, prices[at] * mwh});
  }
  return t;
}

Table climate_table(const EnergyQuestion& q) {
  Table t{"climate", "", {data_column("hour", "h"), data_column("pue"), data_column("water", "L/kWh")}};
  t.in_text = InText::never;
  std::size_t first = 0;
  for (std::size_t month = 0; month < 12; ++month) {
    std::size_t end = first;
    while (end < site::hours_of_year && site::month_of_hour(end) == month) ++end;
    t.rows.push_back({(first + end) / 2, q.climate->month_pue[month], q.climate->month_water[month] * litres_a_kwh});
    first = end;
  }
  return t;
}

}  // namespace

Figure supply_figure(Figure of, const std::string& table, const std::string& along,
                     const std::vector<SupplyPart>& parts, const std::string& load) {
  for (const SupplyPart& part : parts) {
    Layer layer{Mark::stack, part.name, table, along, part.column};
    layer.below = part.below;
    of.layers.push_back(std::move(layer));
  }
  if (!load.empty()) of.layers.push_back({Mark::line, "load", table, along, load});
  return of;
}

void add_supply_pictures(Document& out, const EnergyQuestion& q, const SupplyYear& y) {
  constexpr std::size_t july = 181 * 24, hours_of_week = 168;
  Figure week = course("week", "A week of July by the hour", "Supply", "W", calendar);
  week.in_line = "week of July";
  out.figures.push_back(
      supply_figure(std::move(week), "week", "hour", parts_of(q, y, july, july + hours_of_week), "load"));
  out.add(days_table(q, y));
  out.figures.push_back(supply_figure(course("days", "The year by the day", "Supply", "W", calendar), "days", "hour",
                                      parts_of(q, y, 0, q.supply.load.size()), "load"));
  out.add(prices_table(y));
  const auto add_line = [&](Figure of, const char* name, const char* table, const char* along, const char* value) {
    of.layers = {{Mark::line, name, table, along, value}};
    out.figures.push_back(std::move(of));
  };
  add_line(
      course("prices", "What a MWh of load more would cost, by the hours a year that have such a price or a higher",
             "Supply", "USD/MWh", "h"),
      "price", "prices", "hours", "price");
  if (!q.climate) return;
  out.add(climate_table(q));
  add_line(course("pue", "PUE by month", "Cooling", "", calendar), "PUE", "climate", "hour", "pue");
  if (q.climate->mean_water > 0)
    add_line(course("water", "Water of cooling by month, per kWh of IT", "Cooling", "L/kWh", calendar), "water",
             "climate", "hour", "water");
}

}  // namespace orrery::study
