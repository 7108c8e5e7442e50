#include "silicon/chip/floorplan.h"

#include <algorithm>
#include <cmath>

#include "silicon/chip/block_area.h"
#include "silicon/chip/die.h"

namespace orrery::silicon {
namespace {

constexpr double gap = 0.5e-3;  ///< m between parts

struct Named {
  std::string name;
  double area = 0;
};

/// Halves a rectangle between parts, largest first, along its longer side.
void divide(std::vector<Named> parts, double x, double y, double width, double height, std::vector<PlacedPart>& out) {
  if (parts.empty()) return;
  if (parts.size() == 1) return out.push_back({parts[0].name, "block", x, y, width, height});
  double all = 0, first = 0;
  for (const Named& part : parts) all += part.area;
  std::size_t half = 0;
  while (half + 1 < parts.size() && (half == 0 || first + parts[half].area <= all / 2)) first += parts[half++].area;
  const std::vector<Named> one(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(half)),
      other(parts.begin() + static_cast<std::ptrdiff_t>(half), parts.end());
  const double share = first / all;
  if (width >= height) {
    divide(one, x, y, width * share, height, out);
    divide(other, x + width * share, y, width * (1 - share), height, out);
  } else {
    divide(one, x, y, width, height * share, out);
    divide(other, x, y + height * share, width, height * (1 - share), out);
  }
}

void place_blocks(const Design& design, const Die& die, double area, const PlacedPart& at,
                  std::vector<PlacedPart>& out) {
  std::vector<Named> parts;
  const std::array<double, blocks> all = block_areas(die, design.areas);
  double content = 0;
  for (std::size_t b = 0; b < blocks; ++b)
    if (all[b] > 0) {
      std::string name = block_name(static_cast<Block>(b));
      std::replace(name.begin(), name.end(), '-', ' ');
      parts.push_back({std::move(name), all[b]}), content += all[b];
    }
  std::stable_sort(parts.begin(), parts.end(), [](const Named& a, const Named& b) { return a.area > b.area; });
  // The die's lower part holds its blocks; what they leave is bare.
  divide(parts, at.x, at.y, at.width, at.height * std::min(1.0, content / area), out);
}

/// A die with what stands on it.
void place_die(const Design& design, const std::vector<double>& areas, std::size_t i, double x, double y,
               const DieSides& sides, std::vector<PlacedPart>& out) {
  const Die& die = design.dies[i];
  out.push_back({die.name, die.role == DieRole::dummy ? "dummy" : "die", x, y, sides.width, sides.height});
  if (die.role == DieRole::dummy) return;
  const PlacedPart at = out.back();
  bool covered = false;
  for (std::size_t k = 0; k < design.dies.size(); ++k) {
    const Die& upper = design.dies[k];
    if (upper.on != static_cast<int>(i)) continue;
    covered = true;
    const double here = std::max(1.0, std::round(upper.count / die.count));
    const double columns = std::ceil(std::sqrt(here)), rows = std::ceil(here / columns);
    // Smaller than it is where its base is drawn too small for all of them.
    const double side = std::min({std::sqrt(areas[k]), at.width / columns, at.height / rows});
    for (double n = 0; n < here; ++n) {
      const double left = at.x + (at.width - columns * side) / 2 + std::fmod(n, columns) * side,
                   low = at.y + (at.height - rows * side) / 2 + std::floor(n / columns) * side;
      out.push_back({upper.name, "die", left, low, side, side});
      const PlacedPart on = out.back();
      place_blocks(design, upper, areas[k], on, out);
    }
  }
  if (!covered) place_blocks(design, die, areas[i], at, out);
}

}  // namespace

std::vector<PlacedPart> floorplan(const Design& design, const std::vector<double>& areas) {
  std::vector<PlacedPart> out;
  const double side = std::sqrt(design.memory.footprint), reticle = design.making.reticle_short;
  const double columns_of_memory = design.memory.sites > 0 ? 1 : 0;
  const double left = columns_of_memory * (side + gap);
  // The rows below hold what has no memory at its edges, dummies last.
  double bottom = 0, width = 0;
  for (const bool dummies : {true, false})
    for (std::size_t i = 0; i < design.dies.size(); ++i) {
      const Die& die = design.dies[i];
      const bool beside = die.on < 0 && die.memory_interfaces <= 0 && die.role != DieRole::compute;
      if (!beside || (die.role == DieRole::dummy) != dummies) continue;
      const DieSides sides = sides_of(areas[i], die.width, reticle);
      for (double n = 0; n < die.count; ++n)
        place_die(design, areas, i, left + n * (sides.height + gap), bottom, {sides.height, sides.width}, out);
      width = std::max(width, die.count * (sides.height + gap) - gap), bottom += sides.width + gap;
    }
  // Dies with memory, or that compute: one above the other, four and more in two columns.
  double top = bottom;
  for (std::size_t i = 0; i < design.dies.size(); ++i) {
    const Die& die = design.dies[i];
    if (die.on >= 0 || (die.memory_interfaces <= 0 && die.role != DieRole::compute)) continue;
    const DieSides sides = sides_of(areas[i], die.width, reticle);
    const double columns = die.count >= 4 ? 2 : 1;
    for (double n = 0; n < die.count; ++n)
      place_die(design, areas, i, left + std::fmod(n, columns) * (sides.width + gap),
                top + std::floor(n / columns) * (sides.height + gap), sides, out);
    top += std::ceil(die.count / columns) * (sides.height + gap);
    width = std::max(width, columns * (sides.width + gap) - gap);
  }
  const double rows = std::ceil(design.memory.sites / 2),
               step = rows > 0 ? std::max((top - bottom) / rows, side + gap) : 0;
  for (double n = 0; n < design.memory.sites; ++n)
    out.push_back({n < design.memory.stacks ? design.memory.title : "blank",
                   n < design.memory.stacks ? "memory" : "blank", std::fmod(n, 2) == 0 ? 0 : left + width + gap,
                   bottom + std::floor(n / 2) * step + (step - side - gap) / 2, side, side});
  return out;
}

}  // namespace orrery::silicon
