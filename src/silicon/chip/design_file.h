// What the catalog says of a chip's dies, blocks, memory and assembly, read with what is uncertain: every figure that
// is a range is an input, and a draw of all of them is one design.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/date.h"
#include "scenario/reader.h"
#include "silicon/chip/design.h"

namespace orrery::silicon {

/// Whether an entry of chips says how it is built.
bool has_design(const catalog::Entry& chip);

/// A design with the inputs that some of its figures are.
struct UncertainDesign {
  Design median;  ///< all figures at their medians

  /// One draw of it; without draws the median.
  Design in(scenario::Draws draws) const;

  /// A figure of the design: where it stands in a Design, and what it is.
  struct Place {
    double& (*of)(Design&, std::size_t die);
    std::size_t die = 0;
    scenario::UncertainNumber value;
  };
  std::vector<Place> places;
  std::array<scenario::UncertainNumber, blocks> areas;
  scenario::UncertainNumber network_gpu, network_systolic;
  std::vector<scenario::UncertainNumber> rises;  ///< of wafer prices, by die; none before 2026
  std::vector<std::pair<double, scenario::UncertainNumber>> memory_prices;  ///< share of each at the day, and $/B
};

/// What a scenario may put in place of the catalog's figures.
struct DesignOverrides {
  std::optional<scenario::UncertainNumber> wafer_price, defect_density, memory_price;  ///< of the compute dies; $/B
};

/// Reads a chip of the catalog at the prices of a day. Throws Error for one without dies, and for names that the
/// catalog does not have, with the nearest.
UncertainDesign read_design(scenario::Reader& reader, const catalog::Entry& chip, Date day,
                            const DesignOverrides& overrides = {});

/// The same with every figure at its median, for those who hold a chip of the catalog against what is published.
Design design_of(const catalog::Catalog& catalog, const catalog::Entry& chip, Date day);

}  // namespace orrery::silicon
