// How the values of contracts are read: rates and shares as fractions, times as whole months and years. All must be
// certain.
#pragma once
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "base/units.h"
#include "scenario/reader.h"

namespace orrery::scenario {

/// A rate "6 %/year" as a fraction a year.
inline double rate_of(Reader& reader, const View& view, std::string_view key, std::optional<double> otherwise = {},
                      const char* rule = "none") {
  return reader
             .constant<Frequency>(
                 view, key, otherwise ? std::optional(from_rule(*otherwise / year_length.value(), rule)) : std::nullopt)
             .value() *
         year_length.value();
}
inline double share_of(Reader& reader, const View& view, std::string_view key, std::optional<double> otherwise = {},
                       const char* rule = "none") {
  return reader.constant_number(view, key, otherwise ? std::optional(from_rule(*otherwise, rule)) : std::nullopt);
}
template <class Q>
Q amount_of(Reader& reader, const View& view, std::string_view key, std::optional<double> otherwise = {},
            const char* rule = "none") {
  return reader.constant<Q>(view, key, otherwise ? std::optional(from_rule(*otherwise, rule)) : std::nullopt);
}
/// A time as whole months. Throws Error for one that is none: "6 weeks"; months of a calendar, such as "90 days", are.
inline int months_of(Reader& reader, const View& view, std::string_view key, std::optional<int> otherwise = {},
                     const char* rule = "none") {
  const Time time = reader.constant<Time>(
      view, key, otherwise ? std::optional(from_rule(*otherwise * mean_month.value(), rule)) : std::nullopt);
  const double months = time / mean_month, whole = std::round(months);
  if (std::abs(months - whole) > 0.1)
    throw Error(view.place(key), view.key_path(key), "is not whole months", "give whole months, such as \"6 months\"");
  return static_cast<int>(whole);
}
/// A time that must be whole years.
inline int years_of(Reader& reader, const View& view, std::string_view key) {
  const int months = months_of(reader, view, key);
  if (months % 12 != 0)
    throw Error(view.place(key), view.key_path(key), "is not whole years", "give whole years, such as \"6 years\"");
  return months / 12;
}

/// Gives an error of a model the place and path of the key it is about, or of the section it came from.
template <class Function>
void at_section(const View& view, const std::string& path, Function function) {
  try {
    function();
  } catch (const Error& error) {
    const std::string key = error.key().substr(error.key().rfind('.') + 1);
    if (!key.empty() && view.gives(key))
      throw Error(view.place(key), view.key_path(key), error.problem(), error.remedy());
    throw Error(view.place(), error.key().empty() ? path : error.key(), error.problem(), error.remedy());
  }
}

}  // namespace orrery::scenario
