#include "validation/pue.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "validation/columns.h"

namespace orrery::validation {

using namespace site;

namespace {

constexpr const char* unknown = "unknown";

/// A row as it is read.
struct Published {
  std::string id, operator_name, site, kind, note;
  std::string line;  ///< of the catalog's pue
  std::optional<double> pue;
  std::optional<Point> at;
  bool annual = false;
  bool placeholder = false;  ///< a figure that stands for one that was not known
};

double number_between(const CsvTable& table, std::size_t row, const std::string& column, double low, double high) {
  const double value = table.number(row, column, 0);
  if (value >= low && value <= high) return value;
  throw Error({table.name, table.line(row), 0}, column, fmt::format("{:g} is not from {:g} to {:g}", value, low, high),
              "write one that is, or leave the cell empty");
}

/// The line of an operator as tables print its name; null where the catalog has none.
const catalog::Entry* line_of(const catalog::Catalog& catalog, const std::string& name) {
  const std::string wanted = folded(name);
  for (const catalog::Entry& e : catalog.entries("pue")) {
    std::vector<std::string> names = e.aliases;
    names.push_back(e.name), names.push_back(e.title);
    for (const std::string& known : names)
      if (!wanted.empty() && folded(known) == wanted) return &e;
  }
  return nullptr;
}

Published read_row(const CsvTable& table, std::size_t i, const catalog::Catalog& catalog) {
  Published p;
  p.id = table.cell(i, "id"), p.operator_name = table.cell(i, "operator"), p.site = table.cell(i, "site");
  p.kind = table.cell(i, "pue_kind"), p.note = table.cell(i, "latlon_note");
  // A table without kinds is of annual figures.
  p.annual = p.kind.empty() || p.kind.starts_with("annual") || p.kind.starts_with("trailing 12");
  const catalog::Entry* entry = line_of(catalog, p.operator_name);
  p.line = entry ? entry->name : unknown;
  if (!table.cell(i, "pue").empty()) p.pue = number_between(table, i, "pue", 1, 10);
  const bool lat = !table.cell(i, "lat").empty(), lon = !table.cell(i, "lon").empty();
  if (lat != lon)
    throw Error({table.name, table.line(i), 0}, lat ? "lon" : "lat", "is missing beside the other coordinate",
                "give both or none");
  if (lat) p.at = Point{number_between(table, i, "lat", -90, 90), number_between(table, i, "lon", -180, 180)};
  if (entry && entry->find("placeholder") && p.pue)
    p.placeholder =
        *p.pue == entry->number("placeholder") && table.number(i, "year", 0) == entry->number("placeholder_year");
  return p;
}

std::vector<Published> read_rows(const CsvTable& table, const catalog::Catalog& catalog) {
  table.require({"id", "pue"}, "give a table with the columns of measurements/pue.csv");
  std::vector<Published> rows;
  for (std::size_t i = 0; i < table.size(); ++i) rows.push_back(read_row(table, i, catalog));
  return rows;
}

std::vector<PuePlace> places_in(const std::vector<Published>& rows, const Climates& climates) {
  std::vector<PuePlace> places;
  std::vector<int> years;
  for (const Published& row : rows) {
    if (!row.annual || !row.at || !row.pue || row.placeholder) continue;
    const auto same = std::find_if(places.begin(), places.end(), [&](const PuePlace& p) {
      return p.operator_ == row.line && (row.line != unknown || p.label.starts_with(row.operator_name)) &&
             distance(p.at, *row.at) <= same_place;
    });
    const auto at = static_cast<std::size_t>(same - places.begin());
    if (same == places.end()) {
      places.push_back({row.operator_name + (row.site.empty() ? "" : ", " + row.site), row.line, *row.at,
                        climate_at(*row.at, {}, climates.stations, climates.rule), 0});
      years.push_back(0);
    }
    places[at].pue += *row.pue, ++years[at];
  }
  for (std::size_t i = 0; i < places.size(); ++i) places[i].pue /= years[i];
  return places;
}

/// Lines that predict: the catalog's, and those fitted without a place that the shipped table has.
class Predictor {
 public:
  Predictor(const catalog::Catalog& catalog, std::vector<PuePlace> fitted)
      : catalog_(catalog), fitted_(std::move(fitted)) {}

  PueLine line(const std::string& name, const std::optional<Point>& at) const {
    PueLine line = pue_line(catalog_.entry("pue", name));
    if (!at) return line;
    const std::vector<PuePlace> own = places_of(fitted_, name);
    const std::vector<PuePlace> rest = left_out(own, *at);
    if (rest.size() == own.size()) return line;
    const PueLine without = fit_pue(rest);
    line.base = without.base, line.slope = without.slope, line.alone = without.alone;
    return line;
  }

 private:
  const catalog::Catalog& catalog_;
  std::vector<PuePlace> fitted_;
};

std::string text_of(const Climate& climate) {
  if (climate.station) return fmt::format("weather of {}, {:.0f} km", climate.station->title, climate.away / 1000);
  return fmt::format("latitude, {:g} m high", climate.elevation);
}

void put(Row& row, const PueBand& band) {
  row.predicted = band.median, row.band = {band.low, band.high};
}

Row row_of_mean(const PuePlace& place, const Predictor& predictor, bool climate_alone) {
  Row row;
  const bool known = place.operator_ != unknown && !climate_alone;
  row.id = place.label + (climate_alone ? ", climate alone" : "");
  row.group = climate_alone ? "climate alone" : "operator " + place.operator_;
  if (!climate_alone) row.wider = {row.group, place.climate.station ? "weather station" : "climate by latitude"};
  else row.wider = {row.group};
  row.beside = climate_alone;
  row.measured = place.pue;
  put(row, pue_at(predictor.line(known ? place.operator_ : unknown, place.at), place.climate));
  return row;
}

/// The coordinates of a site by the shipped table, where that puts it out of reach of the row's own.
std::optional<Point> corrected(const Published& row, const std::vector<Published>& shipped) {
  for (const Published& other : shipped)
    if (!row.site.empty() && other.site == row.site && other.line == row.line && other.at &&
        other.operator_name == row.operator_name)
      return distance(*other.at, *row.at) > station_reach ? other.at : std::nullopt;
  return {};
}

}  // namespace

Climates::Climates(const catalog::Catalog& catalog) : stations(site::stations(catalog)), rule(stations) {}

std::vector<PuePlace> pue_places(const CsvTable& table, const catalog::Catalog& catalog, const Climates& climates) {
  return places_in(read_rows(table, catalog), climates);
}

std::vector<PuePlace> places_of(const std::vector<PuePlace>& places, const std::string& line) {
  std::vector<PuePlace> own;
  for (const PuePlace& p : places)
    if (line == unknown || p.operator_ == line) own.push_back(p);
  return own;
}

PueLine pue_line(const catalog::Entry& e) {
  return {e.number("base"),  e.number("slope"),       e.number("below"),      e.number("above"),
          e.number("alone"), e.number("alone_below"), e.number("alone_above")};
}

Score validate_pue(const CsvTable& table, const Facts& facts) {
  const Climates climates(facts.catalog);
  const std::vector<Published> shipped =
      read_rows(read_measured(facts.catalog.folder() + "/../measurements/pue.csv"), facts.catalog);
  const Predictor predictor(facts.catalog, places_in(shipped, climates));
  std::vector<Published> rows = read_rows(table, facts.catalog);
  Score score;
  score.differences = true;
  for (Published& p : rows) {
    std::string note = p.note;
    if (p.at)
      if (const std::optional<Point> better = corrected(p, shipped)) {
        note = fmt::format("{:.0f} km from this site in measurements/pue.csv, whose coordinates are taken",
                           distance(*better, *p.at) / 1000);
        p.at = better;
      }
    Row row;
    row.id = p.id;
    row.group = p.kind.empty() ? "annual" : p.kind;
    row.measured = p.pue.value_or(0);
    std::string basis = "derived", climate;
    if (p.at) {
      const Climate c = climate_at(*p.at, {}, climates.stations, climates.rule);
      if (!c.station) basis = "assumed";
      climate = text_of(c);
      put(row, pue_at(predictor.line(p.line, p.at), c));
    } else if (p.line != unknown) {
      climate = "place unknown", basis = "assumed";
      put(row, pue_anywhere(predictor.line(p.line, {})));
    } else {
      row.skipped = "neither the operator nor the place is known", basis = "";
    }
    if (!p.pue) row.skipped = "no PUE";
    if (p.placeholder) note = "stands for a PUE that was not known: not counted";
    row.labels = {
        {"operator", p.operator_name}, {"line", p.line}, {"basis", basis}, {"climate", climate}, {"note", note}};
    score.rows.push_back(std::move(row));
  }
  for (const PuePlace& place : places_in(rows, climates)) {
    score.counted.push_back(row_of_mean(place, predictor, false));
    score.counted.push_back(row_of_mean(place, predictor, true));
  }
  return score;
}

}  // namespace orrery::validation
