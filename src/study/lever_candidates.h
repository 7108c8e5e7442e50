// Which inputs of a scenario are moved to find its levers, and how far.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "scenario/section.h"
#include "study/kind.h"

namespace orrery::study {

/// A change to a value ("x1.1") and how it is called ("a tenth more").
struct Move {
  std::string change, step;
};

inline constexpr std::size_t opposite = 1;  ///< of the ways to move an amount: less, where the first is more

/// How one input is moved: its standard steps, and each twice as far; a step of nothing is not tried.
struct Candidate {
  std::string key;
  std::vector<Move> steps, twice;
  bool money = false;  ///< its amount is one of money: no date moves with it
  bool block = false;  ///< its amount is the size of its part
  double amount = 0;
};

/// All inputs of a study that can be moved, in the order of its settings.
std::vector<Candidate> candidates_of(const Study& study, const scenario::Form& form);

/// Values and tables of a file: what reading it takes.
std::size_t nodes_of(const Node& node);

/// So many of the inputs at most: of like ones first those of the largest parts, by the amount that makes out their
/// size, else by their own; in their order.
std::vector<Candidate> largest(std::vector<Candidate> all, std::size_t most);

}  // namespace orrery::study
