#include "validation/calibrate/block_areas.h"

#include <Eigen/Dense>
#include <cmath>

#include "base/error.h"
#include "silicon/chip/block_area.h"

namespace orrery::validation {
namespace {

using silicon::Block;
using silicon::BlockAreas;
using silicon::blocks;
/// Logarithms of the areas of all blocks but the network, whose two shares stand at the end.
constexpr int unknowns = static_cast<int>(blocks) + 1;
using Vector = Eigen::Matrix<double, unknowns, 1>;
using Square = Eigen::Matrix<double, unknowns, unknowns>;
static_assert(static_cast<std::size_t>(Block::network) == blocks - 1);

Vector logarithms(const BlockAreas& areas) {
  Vector x;
  for (std::size_t b = 0; b + 1 < blocks; ++b) x[static_cast<int>(b)] = std::log(areas.area[b]);
  x[unknowns - 2] = std::log(areas.network_gpu), x[unknowns - 1] = std::log(areas.network_systolic);
  return x;
}

BlockAreas areas_of(const Vector& x, BlockAreas areas) {
  for (std::size_t b = 0; b + 1 < blocks; ++b) areas.area[b] = std::exp(x[static_cast<int>(b)]);
  areas.network_gpu = std::exp(x[unknowns - 2]), areas.network_systolic = std::exp(x[unknowns - 1]);
  return areas;
}

}  // namespace

BlockAnchors read_anchors(const catalog::Catalog& catalog) {
  BlockAnchors out;
  for (std::size_t b = 0; b + 1 < blocks; ++b) {
    const auto block = static_cast<Block>(b);
    const catalog::Entry& e = catalog.entry("blocks", silicon::block_name(block));
    out.areas.area[b] = e.at("anchor").amount.median() / silicon::block_unit(block);
    out.spread[b] = e.at("anchor_spread").amount.median();
    const std::string scaling = e.text("scaling");
    out.areas.scaling[b] = scaling == "logic"  ? silicon::Scaling::logic
                           : scaling == "sram" ? silicon::Scaling::sram
                                               : silicon::Scaling::analog;
  }
  const catalog::Entry &gpu = catalog.entry("blocks", "network-gpu"),
                       &systolic = catalog.entry("blocks", "network-systolic");
  out.areas.network_gpu = gpu.at("anchor_share").amount.median();
  out.areas.network_systolic = systolic.at("anchor_share").amount.median();
  out.spread_gpu = gpu.at("anchor_spread").amount.median();
  out.spread_systolic = systolic.at("anchor_spread").amount.median();
  return out;
}

BlockAreas fit_blocks(const BlockAnchors& anchors, const std::vector<KnownDie>& dies) {
  const Vector prior = logarithms(anchors.areas);
  Vector weight;
  for (std::size_t b = 0; b + 1 < blocks; ++b)
    weight[static_cast<int>(b)] = 1 / (anchors.spread[b] * anchors.spread[b]);
  weight[unknowns - 2] = 1 / (anchors.spread_gpu * anchors.spread_gpu);
  weight[unknowns - 1] = 1 / (anchors.spread_systolic * anchors.spread_systolic);
  const auto off = [&](const Vector& x, const KnownDie& known) {
    return std::log(silicon::content_area(known.die, areas_of(x, anchors.areas)) / known.area) / drawn_spread;
  };
  Vector x = prior;
  constexpr int most_steps = 60;
  for (int step = 0; step < most_steps; ++step) {
    Square normal = weight.asDiagonal();
    Vector slope = -weight.cwiseProduct(x - prior);
    for (const KnownDie& known : dies) {
      const double now = off(x, known);
      Vector gradient;
      constexpr double little = 1e-6;
      for (int i = 0; i < unknowns; ++i) {
        Vector moved = x;
        moved[i] += little;
        gradient[i] = (off(moved, known) - now) / little;
      }
      normal += gradient * gradient.transpose(), slope -= gradient * now;
    }
    const Vector change = normal.ldlt().solve(slope);
    x += change;
    if (change.cwiseAbs().maxCoeff() < 1e-10) break;
  }
  return areas_of(x, anchors.areas);
}

}  // namespace orrery::validation
