#include "site/weather/weather.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.h"
#include "base/gzip.h"
#include "site/weather/psychrometrics.h"

namespace orrery::site {
namespace {

using Cells = std::vector<std::string_view>;
constexpr std::size_t most_cells = 256;
constexpr int days_of_month[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
constexpr const char* month_names[] = {"January", "February", "March",     "April",   "May",      "June",
                                       "July",    "August",   "September", "October", "November", "December"};

/// A column of the result: how it is called in messages, what it may be in an hour, and in the mean of years.
struct Quantity {
  const char *name, *unit;
  double low, high;
  std::vector<double> Weather::*column;
  double least_mean, most_mean;
};
const Quantity quantities[] = {
    {"dry bulb", "C", -90, 60, &Weather::dry_bulb, -60, 36},  // the Antarctic plateau -57 C, Dallol 34.6 C
    {"dew point", "C", -100, 40, &Weather::dew_point, -70, 30},
    {"relative humidity", "of saturation", 0, 1.1, &Weather::humidity, 0.05, 1.01},
    {"pressure", "Pa", 30'000, 110'000, &Weather::pressure, 30'000, 110'000},
    {"global irradiance", "W/m2", 0, 1500, &Weather::global, 50, 400},  // the poles some 90 W/m2, the Atacama 310
    {"direct irradiance", "W/m2", 0, 1500, &Weather::direct_normal, 15, 500},
    {"diffuse irradiance", "W/m2", 0, 1500, &Weather::diffuse, 10, 250},
    {"wind speed", "m/s", 0, 120, &Weather::wind, 0.2, 25},  // Cape Denison 19 m/s
};
constexpr std::size_t quantity_count = std::size(quantities);

/// How a file is laid out: which cell holds what, times what it is in the unit of Weather.
struct Layout {
  std::string form;
  int month = -1, day = -1, hour = -1;  ///< cells
  int date = -1, time = -1;             ///< "01/31/1988" and "01:00" in place of them
  std::array<int, quantity_count> cell{};
  std::array<double, quantity_count> scale{};
};

/// Lines of a text, numbered from 1, without their ends.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
  }
  bool next(std::string_view& line) {
    if (rest_.empty()) return false;
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++number_;
    return true;
  }
  int number() const { return number_; }

 private:
  std::string_view rest_;
  int number_ = 0;
};

std::string_view trimmed(std::string_view cell) {
  const std::size_t first = cell.find_first_not_of(" \t\"");
  if (first == std::string_view::npos) return {};
  return cell.substr(first, cell.find_last_not_of(" \t\"") - first + 1);
}

/// The cells of a line; commas between quotes divide nothing.
void split(std::string_view line, Cells& cells) {
  cells.clear();
  std::size_t from = 0;
  bool quoted = false;
  for (std::size_t i = 0; i <= line.size() && cells.size() < most_cells; ++i) {
    if (i < line.size() && line[i] == '"') quoted = !quoted;
    if (i < line.size() && (quoted || line[i] != ',')) continue;
    cells.push_back(trimmed(line.substr(from, i - from)));
    from = i + 1;
  }
}

std::optional<double> number_in(std::string_view cell) {
  double value = 0;
  if (cell.starts_with('+')) cell.remove_prefix(1);
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (cell.empty() || error != std::errc{} || end != cell.data() + cell.size() || !std::isfinite(value)) return {};
  return value;
}

std::optional<double> number_at(const Cells& cells, std::size_t i) {
  return i < cells.size() ? number_in(cells[i]) : std::nullopt;
}

/// What the formats write where nothing was measured; none is a value of its column.
bool stands_for_nothing(double value, std::size_t quantity) {
  if (quantity < 2 && value == 99.9) return true;
  if ((quantity == 2 || quantity == 7) && value == 999) return true;  // a pressure in mbar and sunshine may be 999
  for (const double code : {9999.0, 999900.0, 999999.0, -99.0, -9900.0, -9999.0})
    if (value == code) return true;
  return false;
}

int column_of(const Cells& header, std::string_view name) {
  const auto found = std::find(header.begin(), header.end(), name);
  return name.empty() || found == header.end() ? -1 : static_cast<int>(found - header.begin());
}

Layout layout_of(std::string form, const Cells& header, const std::array<const char*, quantity_count>& names,
                 double pressure_unit) {
  Layout layout;
  layout.form = std::move(form);
  for (std::size_t q = 0; q < quantity_count; ++q) layout.cell[q] = column_of(header, names[q]);
  layout.scale.fill(1);
  layout.scale[2] = 0.01, layout.scale[3] = pressure_unit;
  return layout;
}

void locate(Weather& weather, const Cells& cells, std::size_t latitude, std::size_t longitude, std::size_t elevation,
            int line) {
  weather.latitude = number_at(cells, latitude), weather.longitude = number_at(cells, longitude);
  weather.elevation = number_at(cells, elevation);
  const auto check = [&](const char* key, const std::optional<double>& value, double low, double high) {
    if (value && !(*value >= low && *value <= high))
      throw Error({weather.file, line, 0}, key, fmt::format("{:g} is not from {:g} to {:g}", *value, low, high),
                  "give the station's");
  };
  check("latitude", weather.latitude, -90, 90);
  check("longitude", weather.longitude, -180, 180);
  check("elevation", weather.elevation, -500, 9000);
}

/// The unit of temperatures that a header states must be Celsius.
void check_unit(const Weather& weather, std::string_view unit, int line) {
  if (unit.empty() || unit == "c" || unit == "C") return;
  throw Error({weather.file, line, 0}, "temperature", "is in the unit " + in_quotes(unit), "give degrees Celsius");
}

Layout read_heading(Lines& lines, Weather& weather) {
  std::string_view line, second, header;
  Cells cells, names;
  lines.next(line);
  split(line, cells);
  if (line.starts_with("LOCATION,")) {
    locate(weather, cells, 6, 7, 9, 1);
    while (lines.next(header))
      if (header.starts_with("DATA PERIODS")) break;
    Layout layout{"EPW", 1, 2, 3, -1, -1, {6, 7, 8, 9, 13, 14, 15, 21}, {}};
    layout.scale.fill(1);
    layout.scale[2] = 0.01;
    return layout;
  }
  if (line.starts_with("Source,Location ID")) {
    const Cells keys = cells;
    lines.next(second);
    split(second, cells);
    const auto at = [&](std::string_view key) { return static_cast<std::size_t>(column_of(keys, key)); };
    locate(weather, cells, at("Latitude"), at("Longitude"), at("Elevation"), 2);
    if (const std::size_t unit = at("Temperature Units"); unit < cells.size()) check_unit(weather, cells[unit], 2);
    lines.next(header);
    split(header, names);
    Layout layout = layout_of(
        "PSM3", names, {"Temperature", "Dew Point", "Relative Humidity", "Pressure", "GHI", "DNI", "DHI", "Wind Speed"},
        100);
    layout.month = column_of(names, "Month"), layout.day = column_of(names, "Day");
    layout.hour = column_of(names, "Hour");
    return layout;
  }
  if (column_of(cells, "month") >= 0 && column_of(cells, "hour") >= 0) {
    Layout layout = layout_of(
        "plain CSV", cells,
        {"dry_bulb_c", "dew_point_c", "rh_pct", "pressure_pa", "ghi_wh_m2", "dni_wh_m2", "dhi_wh_m2", "wind_ms"}, 1);
    layout.month = column_of(cells, "month"), layout.day = column_of(cells, "day");
    layout.hour = column_of(cells, "hour");
    return layout;
  }
  lines.next(second);
  if (second.starts_with("Date (MM/DD/YYYY)")) {
    locate(weather, cells, 4, 5, 6, 1);
    split(second, names);
    Layout layout = layout_of("TMY3", names,
                              {"Dry-bulb (C)", "Dew-point (C)", "RHum (%)", "Pressure (mbar)", "GHI (W/m^2)",
                               "DNI (W/m^2)", "DHI (W/m^2)", "Wspd (m/s)"},
                              100);
    layout.date = 0, layout.time = column_of(names, "Time (HH:MM)");
    return layout;
  }
  lines.next(header);
  split(header, names);
  if (column_of(names, "Temperature") >= 0) {
    locate(weather, cells, 5, 6, 7, 1);
    std::string_view units, heights;
    lines.next(units);
    lines.next(heights);
    split(units, cells);
    Layout layout = layout_of("SRW", names, {"Temperature", "", "", "Pressure", "", "", "", "Speed"}, 101325);
    const auto unit = static_cast<std::size_t>(layout.cell[0]);
    check_unit(weather, unit < cells.size() ? cells[unit] : std::string_view{}, 4);
    return layout;
  }
  throw Error({weather.file, 1, 0}, "", "is no weather file of a known form",
              "give EnergyPlus EPW, NREL TMY3 or PSM3, SAM's SRW, or a CSV with month,day,hour,dry_bulb_c");
}

/// A civil hour without a year, and its successor in a year without 29 February.
struct Hour {
  int month = 1, day = 1, hour = 0;
  bool operator==(const Hour&) const = default;

  Hour next() const {
    if (hour < 23) return {month, day, hour + 1};
    const bool leap_day = month == 2 && day == 29;
    if (!leap_day && day < days_of_month[month - 1]) return {month, day + 1, 0};
    return {month == 12 ? 1 : month + 1, 1, 0};
  }
  std::string text(int first) const {
    return fmt::format("hour {} of {} {}", hour + first, day, month_names[month - 1]);
  }
};

/// Holds hours against those that are due.
class Calendar {
 public:
  explicit Calendar(const std::string& file) : file_(file) {}

  /// Whether the record of this hour is kept: not of 29 February. Throws Error where another is due.
  bool take(Hour hour, int line) {
    if (first_ < 0) first_ = hour.hour == 0 ? 0 : 1;
    hour.hour -= first_;
    if (!on_earth(hour)) throw Error({file_, line, 0}, "", "is of no hour of a year", "give month, day and hour");
    const bool leap_day = due_ == Hour{3, 1, 0} && hour == Hour{2, 29, 0};
    if (hour != due_ && !leap_day)
      throw Error({file_, line, 0}, "", fmt::format("is {} where {} is due", hour.text(first_), due_.text(first_)),
                  "give the hours of whole years from 1 January on, each once and in order");
    due_ = hour.next();
    return hour.month != 2 || hour.day != 29;
  }
  /// Throws Error where the last year is not whole.
  void finish(int line) const {
    if (due_ == Hour{}) return;
    throw Error({file_, line, 0}, "", fmt::format("the file ends where {} is due", due_.text(std::max(first_, 0))),
                "give whole years of 8,760 hours");
  }

 private:
  static bool on_earth(const Hour& h) {
    return h.month >= 1 && h.month <= 12 && h.day >= 1 && h.hour >= 0 && h.hour <= 23 &&
           (h.day <= days_of_month[h.month - 1] || (h.month == 2 && h.day == 29));
  }

  const std::string& file_;
  int first_ = -1;  ///< what the first hour of a day is called
  Hour due_;
};

std::optional<Hour> hour_of(const Layout& layout, const Cells& cells) {
  std::optional<double> month, day, hour;
  if (layout.date >= 0) {
    const std::string_view date = cells[static_cast<std::size_t>(layout.date)];
    const auto time = static_cast<std::size_t>(layout.time);
    if (date.size() < 5 || time >= cells.size()) return {};
    month = number_in(date.substr(0, 2)), day = number_in(date.substr(3, 2)),
    hour = number_in(cells[time].substr(0, 2));
  } else {
    month = number_at(cells, static_cast<std::size_t>(layout.month));
    day = number_at(cells, static_cast<std::size_t>(layout.day));
    hour = number_at(cells, static_cast<std::size_t>(layout.hour));
  }
  for (const std::optional<double>& part : {month, day, hour})
    if (!part || *part < 0 || *part > 31 || *part != std::floor(*part)) return {};
  return Hour{static_cast<int>(*month), static_cast<int>(*day), static_cast<int>(*hour)};
}

std::string remedy_for(std::size_t quantity, double value) {
  if (quantity > 1) return "check the unit and whether the columns have moved";
  if (value > 150) return "give degrees Celsius, this looks like kelvin";
  return value > 0 ? "give degrees Celsius, this looks like Fahrenheit" : "give degrees Celsius";
}

/// Reads the records below the heading, and whether each hour has a value.
class Records {
 public:
  Records(Weather& weather, const Layout& layout) : weather_(weather), layout_(layout) {
    gap_.fill(0), some_.fill(false);
  }

  void take(const Cells& cells, int line) {
    if (weather_.hours() >= most_weather_years * hours_of_year)
      throw Error({weather_.file, line, 0}, "", "has more than ten years", "give ten at most");
    for (std::size_t q = 0; q < quantity_count; ++q) {
      if (layout_.cell[q] < 0) continue;
      (weather_.*quantities[q].column).push_back(value(cells, q, line));
    }
    const double dew = weather_.dew_point.empty() ? 0 : weather_.dew_point.back();
    if (!weather_.dew_point.empty() && dew > weather_.dry_bulb.back() + 5)
      throw Error({weather_.file, line, 0}, "dew point",
                  fmt::format("{:g} C is above the dry bulb of {:g} C", dew, weather_.dry_bulb.back()),
                  "check whether the columns have moved");
  }

  /// A column without any value is none; one without some is refused.
  void finish() {
    for (std::size_t q = 0; q < quantity_count; ++q) {
      if (gap_[q] == 0) continue;
      if (q == 0 || some_[q])
        throw Error({weather_.file, gap_[q], 0}, quantities[q].name, "is missing in this hour",
                    "fill the gap, or leave the column out");
      (weather_.*quantities[q].column).clear();
    }
    for (double& humidity : weather_.humidity) humidity = std::min(humidity, 1.0);
    for (std::size_t q = 0; q < quantity_count; ++q) check_mean(q);
  }

 private:
  /// Values that could each be may not be so in the mean: another unit.
  void check_mean(std::size_t q) const {
    const Quantity& of = quantities[q];
    const std::vector<double>& column = weather_.*of.column;
    if (column.empty()) return;
    const double mean = std::accumulate(column.begin(), column.end(), 0.0) / static_cast<double>(column.size());
    if (mean < of.least_mean || mean > of.most_mean)
      throw Error({weather_.file, 0, 0}, of.name,
                  fmt::format("is {:.1f} {} in the mean, which no place on Earth has", mean, of.unit),
                  q == 0 ? "give degrees Celsius" : "check the unit, or leave the column out");
  }

  double value(const Cells& cells, std::size_t q, int line) {
    const auto at = static_cast<std::size_t>(layout_.cell[q]);
    const std::string_view cell = at < cells.size() ? cells[at] : std::string_view{};
    const std::optional<double> number = number_in(cell);
    if (!cell.empty() && !number)
      throw Error({weather_.file, line, 0}, quantities[q].name, in_quotes(cell) + " is no number", "give a number");
    if (!number || stands_for_nothing(*number, q)) {
      if (gap_[q] == 0) gap_[q] = line;
      return std::numeric_limits<double>::quiet_NaN();
    }
    some_[q] = true;
    const double scaled = *number * layout_.scale[q];
    if (!(scaled >= quantities[q].low && scaled <= quantities[q].high))
      throw Error({weather_.file, line, 0}, quantities[q].name,
                  fmt::format("{} is beyond what is found on Earth", cell), remedy_for(q, *number));
    return scaled;
  }

  Weather& weather_;
  const Layout& layout_;
  std::array<int, quantity_count> gap_{};  ///< line of the first hour without it
  std::array<bool, quantity_count> some_{};
};

}  // namespace

Weather parse_weather(std::string_view text, const std::string& name) {
  Weather weather;
  weather.file = name;
  Lines lines(text);
  const Layout layout = read_heading(lines, weather);
  const bool dated = layout.form != "SRW";
  if (layout.cell[0] < 0)
    throw Error({name, lines.number(), 0}, "", layout.form + " without a column of dry-bulb temperatures",
                layout.form == "plain CSV" ? "give dry_bulb_c, in degrees Celsius" : "give the whole file");
  if (dated && (layout.date >= 0 ? layout.time < 0 : layout.month < 0 || layout.day < 0 || layout.hour < 0))
    throw Error({name, lines.number(), 0}, "", layout.form + " without month, day and hour", "give the whole file");
  Calendar calendar(weather.file);
  Records records(weather, layout);
  std::string_view line;
  Cells cells;
  while (lines.next(line)) {
    if (trimmed(line).empty()) continue;
    split(line, cells);
    if (dated) {
      const std::optional<Hour> hour = hour_of(layout, cells);
      if (!hour) throw Error({name, lines.number(), 0}, "", "has no month, day and hour", "give one hour a line");
      if (!calendar.take(*hour, lines.number())) continue;
    }
    records.take(cells, lines.number());
  }
  if (weather.dry_bulb.empty()) throw Error({name, 0, 0}, "", "has no hours", "give whole years of 8,760 hours");
  if (dated) calendar.finish(lines.number());
  if (!dated && weather.hours() == hours_of_year + 24) {
    constexpr std::ptrdiff_t leap_day = (31 + 28) * 24;
    for (const Quantity& q : quantities)
      if (std::vector<double>& column = weather.*q.column; !column.empty())
        column.erase(column.begin() + leap_day, column.begin() + leap_day + 24);
  }
  if (weather.hours() % hours_of_year != 0)
    throw Error({name, lines.number(), 0}, "", fmt::format("the file ends after {} hours", weather.hours()),
                "give whole years of 8,760 hours");
  records.finish();
  return weather;
}

Weather read_weather(const std::string& path) {
  return at({path, 0, 0}, "", [&] { return parse_weather(read_perhaps_gzipped(path, std::size_t{32} << 20), path); });
}

std::vector<double> wet_bulb(const Weather& weather) {
  if (weather.humidity.empty() && weather.dew_point.empty())
    throw Error({weather.file, 0, 0}, "", "has neither relative humidity nor dew point",
                "give a file with one of them: EPW, TMY3 and PSM3 have");
  const double standard = standard_pressure(weather.elevation.value_or(0));
  std::vector<double> out(weather.hours());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double t = weather.dry_bulb[i];
    const double humidity = !weather.humidity.empty()
                                ? weather.humidity[i]
                                : saturation_pressure(weather.dew_point[i]) / saturation_pressure(t);
    out[i] = wet_bulb(t, std::min(humidity, 1.0), weather.pressure.empty() ? standard : weather.pressure[i]);
  }
  return out;
}

}  // namespace orrery::site
