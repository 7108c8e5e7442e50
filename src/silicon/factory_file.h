// The file of a chip factory: a raise, an accelerator, what packaging is to be had, and ways to its wafers. It answers
// as a study of its own (study/chip_factory), and a programme's orders draw on one of its ways.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "scenario/reader.h"
#include "silicon/wafer_supply.h"

namespace orrery::silicon {

/// A way to wafers in one draw.
struct FactoryWay {
  WaferSource source;
  double capex = 0, capex_for = 1;   ///< $ and the wafers/s that they pay for
  double planned = 0, smallest = 0;  ///< wafers/s: to be built if the raise covers it; below the other none is
};
/// What the ways share in one draw, in SI units.
struct FactoryTerms {
  ChipProduct product;
  double raise = 0, share = 0,
         per_wafer = 0;  ///< $; of the packaging that is to be had; accelerators from one of its wafers
};

/// A value that was read, with where it comes from.
struct FactoryOrigin {
  std::string path, value, basis, source;
  double median = 0;
};

/// A chip factory as its file says it. Uncertain values are indices into the inputs of the reader that it was read
/// with.
struct Factory {
  /// The values of a section's keys, by place; nothing where a key that may be left out is.
  template <class T>
  using Values = std::vector<std::pair<double& (*)(T&), scenario::UncertainNumber>>;
  struct Option {
    std::string name, note;
    Values<FactoryWay> values;
  };

  Date start;
  int years = 10;
  double rate = 0;  ///< discount rate per year
  Values<FactoryTerms> terms;
  std::vector<Date> packaging_dates;                 ///< ends of the quarters given
  std::vector<scenario::UncertainNumber> packaging;  ///< wafers/s on those days
  std::vector<Option> options;
  std::vector<FactoryOrigin> origins;

  /// The option of a name that it has.
  std::size_t option(const std::string& name) const;
  FactoryTerms terms_in(scenario::Draws draws) const;
  FactoryWay way_in(std::size_t option, scenario::Draws draws) const;
  /// Accelerators that can be packaged in each step of a plan (wafer_supply): linear between the ends of the quarters
  /// given, level outside.
  std::vector<double> packaged_in(const FactoryTerms& shared, scenario::Draws draws) const;
  /// For another reader's inputs, behind so many of its own.
  void move_inputs(int by);
};

/// What of a way the raise covers, wafers/s.
struct BuiltWay {
  double affordable = 0;  ///< up to ten times what is planned
  double capacity = 0;    ///< 0 where less than the smallest line could be paid for
};
BuiltWay built(const FactoryTerms& terms, const FactoryWay& way, const std::vector<double>& packaging);

/// Good accelerators that an option makes in each twelfth of its years, from the start on; none where it is not built.
std::vector<double> made_by_month(const Factory& factory, std::size_t option, scenario::Draws draws);

/// What such a file may say.
const scenario::Form& factory_form();

/// The options of a file of that form.
std::vector<std::string> options_of(const scenario::View& root);

/// The factory of a file of that form, with these options, or all that it has. Throws Error for a section that is
/// missing, for packaging whose quarters are not in order, and for capex without the capacity that it pays for.
Factory read_factory(scenario::Reader& reader, const std::vector<std::string>& options = {});

}  // namespace orrery::silicon
