#include "report/figure_axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/date.h"
#include "base/units.h"

namespace orrery::report {
namespace {

/// Advance widths of the glyphs of DejaVu Sans from ' ' to '~', in thousandths of the size.
constexpr std::array<int, 95> glyph_widths = {
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361,  318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635,  611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352,  635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592,  525, 636, 337, 636, 838};
constexpr double other_width = 1;  ///< of what is not ASCII, times the size

/// Bytes of the UTF-8 character that begins with this byte.
std::size_t bytes_of(char first) {
  const auto c = static_cast<unsigned char>(first);
  return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

double width_of(char first) {
  const auto c = static_cast<unsigned char>(first);
  if (c < 32) return 0;
  return c < 127 ? glyph_widths[c - 32u] / 1000.0 : other_width;
}

std::string without_zero_sign(std::string text) {
  return text.find_first_not_of("-0.,") == std::string::npos && text.front() == '-' ? text.substr(1) : text;
}

/// Groups of three digits before the point.
std::string grouped(const std::string& number) {
  const std::size_t first = number.front() == '-' ? 1 : 0, point = std::min(number.find('.'), number.size());
  std::string out = number.substr(0, first);
  for (std::size_t i = first; i < number.size(); ++i) {
    if (i > first && i < point && (point - i) % 3 == 0) out += ',';
    out += number[i];
  }
  return out;
}

std::string with_scale(const Scale& scale, const std::string& number) {
  const bool negative = number.front() == '-';
  return (negative ? "-" : "") + scale.before + number.substr(negative ? 1 : 0) + scale.after;
}

struct Prefix {
  double from, per;
  const char* text;
};

/// The last prefix whose numbers begin at or below the largest.
template <std::size_t N>
const Prefix& prefix_of(const Prefix (&prefixes)[N], double largest) {
  const Prefix* best = &prefixes[0];
  for (const Prefix& p : prefixes)
    if (largest >= p.from) best = &p;
  return *best;
}

}  // namespace

double text_width(std::string_view text, double size) {
  double sum = 0;
  for (std::size_t i = 0; i < text.size(); i += bytes_of(text[i])) sum += width_of(text[i]);
  return sum * size;
}

std::string shortened(std::string_view text, double size, double most) {
  if (text_width(text, size) <= most) return std::string(text);
  double sum = other_width;  // of the mark that ends it
  std::size_t end = 0;
  while (end < text.size() && (sum + width_of(text[end])) * size <= most)
    sum += width_of(text[end]), end += bytes_of(text[end]);
  while (end > 0 && text[end - 1] == ' ') --end;
  return std::string(text.substr(0, end)) + "…";
}

std::string shortened_within(std::string_view text, double size, double most) {
  if (text_width(text, size) <= most) return std::string(text);
  std::string begins = shortened(text, size, most / 2);
  std::size_t from = text.size();
  // The end of the text, as much as is left, from the first byte of a character on.
  for (std::size_t at = text.size(); at > 0; --at) {
    if ((static_cast<unsigned char>(text[at - 1]) & 0xc0) == 0x80) continue;
    if (text_width(begins, size) + text_width(text.substr(at - 1), size) > most) break;
    from = at - 1;
  }
  return begins + std::string(text.substr(from));
}

Scale scale_of(std::string_view unit, double largest) {
  static constexpr Prefix dollars[] = {
      {0, 1, ""}, {1e4, 1e3, "k"}, {1e6, 1e6, "M"}, {1e9, 1e9, "B"}, {1e12, 1e12, "T"}};
  static constexpr Prefix si[] = {{0, 1, ""},        {1e3, 1e3, "k"},   {1e6, 1e6, "M"},  {1e9, 1e9, "G"},
                                  {1e12, 1e12, "T"}, {1e15, 1e15, "P"}, {1e18, 1e18, "E"}};
  static constexpr Prefix megawatts[] = {{0, 1e-3, " kW"}, {1, 1, " MW"}, {1e3, 1e3, " GW"}};
  static constexpr Prefix megawatt_hours[] = {
      {0, 1e-3, " kWh"}, {1, 1, " MWh"}, {1e3, 1e3, " GWh"}, {1e6, 1e6, " TWh"}};
  static constexpr Prefix seconds[] = {{0, 1e-9, " ns"}, {1e-6, 1e-6, " µs"}, {1e-3, 1e-3, " ms"},
                                       {1, 1, " s"},     {600, 60, " min"},   {7200, 3600, " h"}};
  static constexpr Prefix counts[] = {{0, 1, ""}, {1e7, 1e6, "M"}, {1e10, 1e9, "B"}};
  if (unit == "USD" || unit.starts_with("USD/")) {
    const Prefix& p = prefix_of(dollars, largest);
    return {p.per, "$", p.text, unit == "USD" ? "" : "per " + std::string(unit.substr(4))};
  }
  if (unit == "W" || unit == "B" || unit == "B/s" || unit == "FLOP/s") {
    const Prefix& p = prefix_of(si, largest);
    return {p.per, "", fmt::format(" {}{}", p.text, unit), ""};
  }
  if (unit == "share") return {0.01, "", " %", ""};
  for (const auto& [name, prefix] : {std::pair{"MW", &prefix_of(megawatts, largest)},
                                     {"MWh", &prefix_of(megawatt_hours, largest)},
                                     {"s", &prefix_of(seconds, largest)}})
    if (unit == name)
      return {largest > 0 ? prefix->per : 1, "", largest > 0 ? prefix->text : fmt::format(" {}", unit), ""};
  if (unit == "J") {
    constexpr double megawatt_hour = 3.6e9;
    const Prefix& p = prefix_of(megawatt_hours, largest / megawatt_hour);
    return {p.per * megawatt_hour, "", largest > 0 ? p.text : " MWh", ""};
  }
  const Prefix& p = prefix_of(counts, largest);
  return {p.per, "", p.text, std::string(unit)};
}

std::string tick_text(const Scale& scale, double value, double step) {
  if (value == 0) return scale.before + "0";
  const double x = value / scale.per, s = step / scale.per;
  if (s < 1e-6 || s >= 1e12) return with_scale(scale, fmt::format("{:.3g}", x));
  const int decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(s) - 1e-9)));
  return with_scale(scale, grouped(without_zero_sign(fmt::format("{:.{}f}", x, decimals))));
}

std::string number_text(std::string_view unit, double value) {
  if (!std::isfinite(value)) return value > 0 ? "never" : "-";
  const Scale scale = scale_of(unit, std::fabs(value));
  if (value == 0) return scale.before + "0";
  const double x = value / scale.per, size = std::fabs(x);
  if (size < 1e-4 || size >= 1e12) return with_scale(scale, fmt::format("{:.3g}", x));
  const int decimals = std::max(0, 2 - static_cast<int>(std::floor(std::log10(size) + 1e-12)));
  std::string text = fmt::format("{:.{}f}", x, decimals);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return with_scale(scale, grouped(without_zero_sign(text)));
}

NumberTicks number_ticks(double low, double high, int most) {
  // Steps below the rounding of the numbers would not move from one tick to the next.
  if (!(high - low > 1e-12 * std::max(std::fabs(low), std::fabs(high)))) return {1, {low}};
  const double least = (high - low) / most;
  double step = std::pow(10, std::floor(std::log10(least)));
  for (const double times : {1.0, 2.0, 5.0, 10.0})
    if (step * times >= least * (1 - 1e-12)) {
      step *= times;
      break;
    }
  NumberTicks out{step, {}};
  for (double n = std::ceil(low / step - 1e-9); n * step <= high + 1e-9 * step; ++n) out.values.push_back(n * step);
  return out;
}

std::vector<DateTick> date_ticks(double from, double to, double width, double size) {
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const double px = width / (to - from);
  const auto room = [&](std::string_view label) { return text_width(label, size) + 1.2 * size; };
  const Date first{static_cast<int>(std::ceil(from))}, last{static_cast<int>(std::floor(to))};
  std::vector<DateTick> out;
  int year = 0;
  for (const int step : {1, 7, 14}) {
    if (step * px < room("30 May")) continue;
    Date day = first;
    while (step > 1 && (day.days + 3) % 7 != 0) day = day + 1;  // weeks begin on Mondays: 1970-01-01 was a Thursday
    for (; day <= last; day = day + step) {
      out.push_back({static_cast<double>(day.days), fmt::format("{} {}", day.day(), months[day.month() - 1]),
                     day.year() == year ? "" : std::to_string(day.year())});
      year = day.year();
    }
    return out;
  }
  for (const int step : {1, 3, 6, 12, 24, 60, 120, 240, 600}) {
    const bool years = step >= 12;
    if (step * 28 * px < room(years ? "2030" : "2030-05") && step < 600) continue;
    Date day = month_start(first);
    const auto months_since = [](Date d) { return 12 * d.year() + d.month() - 1; };
    while (day < first || months_since(day) % step != 0) day = next_month(day);
    for (; day <= last; day = add_months(day, step))
      out.push_back({static_cast<double>(day.days), day.text().substr(0, years ? 4 : 7), ""});
    return out;
  }
  return out;
}

}  // namespace orrery::report
