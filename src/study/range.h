// A key that is varied, KEY=LOW..HIGH, as a grid of values that can be printed: each is written as after --set KEY=, so
// that what is found, put back, is what was tried.
#pragma once
#include <optional>
#include <string>

#include "scenario/stack.h"
#include "study/kind.h"

namespace orrery::study {

/// The values of a key from LOW to HIGH. A position is where a value lies: in base units, days since 1970, a factor, or
/// days of a shift.
struct Range {
  enum class Kind { amount, factor, shift, date, chips };
  std::string key, low, high;  ///< as given
  Kind kind = Kind::amount;
  Dimension dimension;  ///< of an amount

  std::optional<double> in_force;  ///< position of the value that the scenario has, a distribution's median, the day of
                                   ///< one that hangs on an event with the inputs at their medians; infinite where
                                   ///< there is no limit; nothing where it has none
  std::string stands;              ///< that value as a person writes it; empty where it has none

  std::string prefix, suffix;                  ///< around the number: "$", " chips/day"
  double unit = 1;                             ///< base units of one
  int exponent = 0;                            ///< the step is a power of ten
  long long first = 0, last = -1;              ///< multiples of the step
  bool low_apart = false, high_apart = false;  ///< LOW and HIGH are no multiples, and stand beside them
  bool of_date = false;                        ///< a shift moves a date, not a duration

  std::size_t size() const;
  /// The value of an index below size(), rising, as after --set KEY=.
  std::string text(std::size_t index) const;
  double position(std::size_t index) const;
  /// The index whose position is nearest; the lower of two.
  std::size_t nearest(double position) const;
};

/// Reads KEY=LOW..HIGH for a key of the scenario, which `study` is read from. LOW and HIGH are written as after --set:
/// amounts with their units, factors ("x0.8..x1.5"), shifts of durations and dates ("-60 days..+0 days"), dates, whole
/// numbers, and counts of accelerators whose kind the scenario names. A shift is "+9 days", "-9 days" or "less 9 days".
/// Throws Error at --vary for what is no range of such values, with the nearest names for an unknown key.
Range read_range(const std::string& given, const scenario::Scenario& scenario, const Study& study);

/// The value at a dotted path; null when the scenario does not give it.
const Node* given_at(const scenario::Scenario& scenario, const std::string& path);

}  // namespace orrery::study
