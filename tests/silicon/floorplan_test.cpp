// The floorplan of a package: dies and memory side by side, each die's blocks inside it and as large as they are.
#include "silicon/chip/floorplan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "silicon/chip/block_area.h"
#include "silicon/chip/design_file.h"
#include "support/facts.h"

namespace orrery::silicon {
namespace {

constexpr double rounding = 1e-9;  // m

bool overlap(const PlacedPart& a, const PlacedPart& b) {
  return a.x + a.width > b.x + rounding && b.x + b.width > a.x + rounding && a.y + a.height > b.y + rounding &&
         b.y + b.height > a.y + rounding;
}

bool inside(const PlacedPart& a, const PlacedPart& b) {
  return a.x >= b.x - rounding && a.y >= b.y - rounding && a.x + a.width <= b.x + b.width + rounding &&
         a.y + a.height <= b.y + b.height + rounding;
}

TEST(Floorplan, PartsStandSideBySideAndBlocksOnTheirDies) {
  int chips = 0;
  for (const catalog::Entry& chip : facts().entries("chips")) {
    if (!has_design(chip)) continue;
    SCOPED_TRACE(chip.name);
    ++chips;
    const Design design = design_of(facts(), chip, make_date(2026, 6, 27));
    const std::vector<PlacedPart> parts = floorplan(design, die_areas(design));
    double memory = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const PlacedPart& part = parts[i];
      EXPECT_GT(part.width * part.height, 0) << part.name;
      EXPECT_GE(std::min(part.x, part.y), -rounding) << part.name;
      memory += part.kind == "memory";
      const auto is_die = [](const PlacedPart& p) { return p.kind == "die" || p.kind == "dummy"; };
      if (part.kind == "block") {
        EXPECT_TRUE(std::any_of(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(i),
                                [&](const PlacedPart& p) { return p.kind == "die" && inside(part, p); }))
            << part.name;
        continue;
      }
      for (std::size_t k = 0; k < i; ++k)
        if (parts[k].kind != "block" && overlap(part, parts[k]))
          EXPECT_TRUE(is_die(part) && is_die(parts[k]) && inside(part, parts[k])) << part.name << ", " << parts[k].name;
    }
    EXPECT_EQ(memory, design.memory.stacks);
  }
  EXPECT_GT(chips, 10);
}

}  // namespace
}  // namespace orrery::silicon
