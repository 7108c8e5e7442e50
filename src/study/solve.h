// Questions asked backwards: the least change of a key that brings what is asked for. Every value that is tried is one
// that can be printed and put back; its answer is the study's own, read anew. Where the outputs rise or fall over the
// range, which is checked, the value is found by bisection (Burden and Faires, Numerical Analysis, 2.1), else by a scan
// of 200 values that is refined where it first succeeds, or where it comes nearest. Of several keys: what is least of
// each for values of those before it (the Pareto front of the changes).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "study/document.h"
#include "study/goal.h"
#include "study/range.h"

namespace orrery::study {

struct Question {
  std::vector<std::string> vary;  ///< KEY=LOW..HIGH
  GoalTexts goals;
  std::optional<double> sure;  ///< the share of trials in which each goal holds, above 0 and below 1; nothing: medians
  int trials = 0;              ///< draws for that, the same for every value that is tried
  std::uint64_t seed = 1;
  bool independent = false;  ///< every input drawn by itself
  int threads = 0;           ///< 0: all cores; the result does not depend on it
  std::string command;       ///< what answers the scenario as it stands: "orrery run meta-350k"
};

/// What came of one value: its goals' values, or why the reader refuses it.
struct Tried {
  std::vector<double> values;  ///< one for each goal, as Goal has them
  std::string refusal;         ///< empty where it was answered
  std::string beyond;          ///< why a level is never reached, where the scenario has no more
  Date end;                    ///< of the forecast
  bool holds = false;          ///< all goals
};

/// A value of each range, nothing where it stays as it is, and what came of it.
struct Change {
  std::vector<std::optional<std::size_t>> at;
  Tried tried;
};

struct Solution {
  std::string title;
  Question question;
  std::vector<Range> ranges;
  std::vector<Goal> goals;
  std::size_t inputs = 0;  ///< uncertain ones
  Tried stands;            ///< without a change
  bool monotone = false;   ///< every goal's output, over the values that were answered
  std::string method;      ///< how it was found
  int runs = 0;            ///< values answered or refused
  /// The least changes that do it: none, or one of one key; of several keys those that no other beats in all, by the
  /// first key's distance from what stands. None where nothing need change.
  std::vector<Change> found;
  /// Of one key: the value beside the answer, towards what stands, that does not do it; and where all goals are known
  /// to hold, the ends of that interval.
  std::optional<Change> beside;
  std::optional<std::pair<std::size_t, std::size_t>> interval;
  /// Where nothing does it: what comes nearest, of several that come as near the least change; and whether what stands
  /// comes as near.
  std::optional<Change> best;
  bool stands_best = false;
  std::string held_back_by;   ///< then: what holds the scenario back, if it says so
  std::vector<Change> tried;  ///< of one key, rising
};

/// Answers a question. catalog has the scenario's own facts (with_own_facts). Throws Error for what is no question, and
/// for a range of which the reader refuses all.
Solution solve(const scenario::Scenario& scenario, const catalog::Catalog& catalog, std::span<const Kind> kinds,
               const Question& question);

/// The answer as text and data; its status is 1 where nothing does it.
Document document_of(const Solution& solution);

}  // namespace orrery::study
