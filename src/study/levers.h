// Levers: what each input would bring were it moved by a standard step, found by reading the changed scenario and
// running it again with the same draws (one at a time: the tornado of decision analysis; Howard, "The foundations of
// decision analysis", 1968), and the pairs of which only both together bring something. A limit that binds for long
// need not be one that a step moves: only another run tells.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "study/kind.h"

namespace orrery::study {

/// An input moved by a step.
struct Lever {
  std::string key;     ///< dotted path
  std::string change;  ///< as it stands after --set KEY=: "x1.1", "less 7 days", "-7 days"
  std::string step;    ///< in words: "a tenth more"
  int way = 0;         ///< of those that the input is moved: more, less, one more like it
  bool twice = false;  ///< twice the standard step
};

/// What levers bring to one output: one, or two of which each alone brings less.
struct Gain {
  std::size_t output = 0;
  std::vector<Lever> levers;  ///< one or two
  /// Days that a date comes earlier, or how much better an amount is, in base units; negative: worse. Infinite for a
  /// date that is reached with them only.
  double gain = 0;
  double alone = 0;             ///< of a pair: what they bring one at a time, in sum
  double date = 0;              ///< of a date: the day with them, from the study's start
  std::optional<double> worth;  ///< by how much the study's worth rises, $; where it has one
  /// Another date that comes later with them, the worst of them, and by how many days.
  std::optional<std::size_t> harmed;
  double harm = 0;
};

/// Of how many draws, at most, what needs many more runs is the P50.
inline constexpr int most_lever_draws = 32;

struct Levers {
  std::size_t inputs = 0;    ///< that are levers
  std::size_t tried = 0;     ///< of them those that were moved
  int draws = 0;             ///< that the figures are the P50 of; 0: inputs at their medians
  std::vector<Gain> single;  ///< by output in its order, the best first; those that bring nothing are left out
  std::vector<Gain> pairs;   ///< likewise
};

/// Moves every input of a study that is a lever, save that a day that stands at a rule's default is not moved (nothing
/// is earlier than the programme's start). A step with which another date is never reached is none, nor is one that
/// saves money by making a date later. It is for the outputs that have a better and a worse: all dates that are
/// compared, and amounts with an aim. All are tried at the medians; where there are trials the best of what text
/// explains are run again with the first of their draws.
///
/// Each try reads and runs the whole scenario, which takes as long as that is large. So many tries are made as a budget
/// of values that are read allows: in large scenarios of like inputs ("order.*.price") those of the largest parts are
/// moved, none in pairs, and the figures are those at the medians. facts: the catalog with the scenario's own.
/// The result does not depend on the number of threads.
Levers find_levers(const Study& study, const Kind& kind, const scenario::Scenario& scenario,
                   const catalog::Catalog& facts, const Sampling& sampling);

/// Adds them: the best of what is explained as text, all as data.
void add_levers(Document& document, const Study& study, const Levers& levers);

}  // namespace orrery::study
