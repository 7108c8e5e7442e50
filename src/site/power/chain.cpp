#include "site/power/chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace orrery::site {
namespace {

constexpr double rounding = 1e-9;

/// Share of a stage's load that is fed when `failed` of its blocks are down; of one group where blocks are shared.
double fed(const Stage& stage, int needed, int blocks, double load, int failed) {
  if (failed == 0) return 1;
  const double up = blocks - failed;
  if (stage.common_bus) return std::min(1.0, up / load);
  switch (stage.redundancy.kind) {
    case Redundancy::Kind::spare:
      return std::min(1.0, up / needed);
    case Redundancy::Kind::twice:
      break;  // by pairs, see below
    case Redundancy::Kind::shared:
      return std::min(1.0, up / (blocks - 1));
  }
  return 1;
}

/// What one stage, or one group of it, feeds over all states of its blocks.
struct Means {
  double all = 0, mean = 0;
};

Means over_states(const Stage& stage, int needed, int blocks, double load) {
  const double up = stage.availability, down = 1 - up;
  Means out;
  // Binomial, from none failed on; the logarithm keeps thousands of blocks in range.
  for (int failed = 0; failed <= blocks; ++failed) {
    if (down <= 0 && failed > 0) break;
    const double chance =
        std::exp(std::lgamma(blocks + 1.0) - std::lgamma(failed + 1.0) - std::lgamma(blocks - failed + 1.0) +
                 (blocks - failed) * std::log(up) + (failed > 0 ? failed * std::log(down) : 0));
    const double share = fed(stage, needed, blocks, load, failed);
    out.mean += chance * share;
    if (share >= 1 - rounding) out.all += chance;
  }
  return out;
}

StageState state_of(const Stage& stage, Power delivered) {
  StageState s;
  s.delivered = delivered;
  const double load = delivered / stage.rating;  // in blocks
  s.needed = std::max(1, static_cast<int>(std::ceil(load - rounding)));
  const int m = stage.redundancy.blocks;
  switch (stage.redundancy.kind) {
    case Redundancy::Kind::spare: {
      s.blocks = s.needed + m;
      const Means means = over_states(stage, s.needed, s.blocks, load);
      s.left_by_one = fed(stage, s.needed, s.blocks, load, 1);
      s.all_fed = means.all, s.mean_fed = means.mean;
      break;
    }
    case Redundancy::Kind::twice: {
      s.blocks = 2 * s.needed;
      // A pair feeds its load while one of the two is up.
      const double down = 1 - stage.availability, pair = 1 - down * down;
      s.mean_fed = pair, s.all_fed = std::pow(pair, s.needed);
      break;
    }
    case Redundancy::Kind::shared: {
      const int groups = (s.needed + m - 2) / (m - 1);
      s.blocks = groups * m;
      const Means means = over_states(stage, m - 1, m, load / groups);
      s.left_by_one = 1 - (1 - fed(stage, m - 1, m, load / groups, 1)) / groups;
      s.all_fed = std::pow(means.all, groups), s.mean_fed = means.mean;
      break;
    }
  }
  s.installed = stage.rating * s.blocks;
  s.load = delivered / s.installed;
  s.lost = s.installed * (stage.no_load + s.load * (stage.proportional + s.load * stage.resistive));
  return s;
}

}  // namespace

Redundancy redundancy_of(const std::string& text) {
  using Kind = Redundancy::Kind;
  if (text == "n") return {Kind::spare, 0};
  if (text == "2n") return {Kind::twice, 0};
  if (text == "catcher") return {Kind::spare, 1};
  const auto digit = [&](std::size_t at) { return text[at] >= '1' && text[at] <= '9' ? text[at] - '0' : 0; };
  if (text.size() == 3 && text.starts_with("n+") && digit(2) > 0) return {Kind::spare, digit(2)};
  if (text.size() == 6 && text.substr(1, 4) == "-to-" && digit(0) >= 2 && digit(5) == digit(0) - 1)
    return {Kind::shared, digit(0)};
  throw Error({}, "redundancy", "\"" + text.substr(0, 40) + "\" is no redundancy",
              "write \"n\", \"n+1\", \"2n\", \"catcher\" (a reserve block that takes over) or \"4-to-3\" (four blocks "
              "that do the work of three)");
}

ChainState chain_at(const std::vector<Stage>& chain, Power it) {
  ChainState out;
  Power power = it;
  for (auto stage = chain.rbegin(); stage != chain.rend(); ++stage) {
    const StageState s = state_of(*stage, power);
    power += s.lost;
    out.all_fed *= s.all_fed, out.mean_fed *= s.mean_fed;
    out.stages.insert(out.stages.begin(), s);
  }
  out.drawn = power;
  out.efficiency = it / power;
  return out;
}

double usable_accelerators(double accelerators, double per_rack, double share) {
  const double racks = std::ceil(accelerators / per_rack - rounding);
  return std::min(accelerators, std::floor(racks * share + rounding) * per_rack);
}

}  // namespace orrery::site
