// A picture of what a document says: which rows of its tables stand where. The page, SVG files and the terminal draw it
// from the document's own tables; nothing is computed while drawing.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"

namespace orrery::study {

/// What a figure looks like.
enum class Plot {
  time,       ///< values over days, months, quarters or years
  schedule,   ///< bars from a day to a day in lanes: a Gantt chart
  ranking,    ///< a horizontal bar for each row, in their order: a tornado, a cost by part
  waterfall,  ///< parts one after the other; the last row is what they add up to
  course,     ///< values along a number that is no day: hours of a typical year, seconds, how many hours a price lasts
  /// Who gives whom how much: a Sankey diagram (study/sankey.h). Its tables have the places beside the numbers, so that
  /// each picture of it is the same: of flows columns from_at, to_at, width and lane, of parties column, top and
  /// height.
  sankey,
  powers,  ///< the same with both axes by powers of ten: a roofline
  plan,    ///< rectangles where they lie: a floorplan
};

/// How a layer draws the rows of its table.
enum class Mark {
  line,    ///< straight from row to row
  step,    ///< holds from a row to the next
  band,    ///< P10 to P90 of a column of spreads, with P50 as a line; ranking: a whisker on the bar
  stack,   ///< on top of the stacks before it: of days straight from row to row, of months and the like flat; of a
           ///< column of keyed tables one for each of their keys
  points,  ///< what was observed
  strip,   ///< what the text of the column says, from a row to the next, as a coloured strip
  bar,     ///< a bar for each row
  flow,    ///< sankey: what flows from the party in the column `along` to that in `to`; lane: what it is for
  party,   ///< sankey: who gives and gets
};

/// What a layer of P10 to P90 is called: without trials all of its numbers are those of the medians.
inline std::string band_name(bool has_trials) {
  return has_trials ? "P10 to P90" : "inputs at medians";
}

/// Rows of one table as one mark. Columns are named by their keys, as JSON has them: "start/p50" is p50 of an object
/// start, or a member of a table inside a cell. Bars, stacks and steps fill a month, quarter or year; lines, bands and
/// points stand at its end, for they say what is reached by then. A day p50 with columns p10 and p90 beside it has them
/// for its ends.
/// A layer of a plan has the left edge of a rectangle in `along`, its name in `lane`, its number in `value`; its lower
/// edge, width and height stand in the columns y, width and height.
struct Layer {
  Mark mark = Mark::line;
  std::string name = {};   ///< in the legend
  std::string table = {};  ///< key of the table in data: "money/months"
  std::string along =
      {};  ///< the column of the day, month, quarter or year; of a ranking or waterfall that of the name
  std::string value = {};   ///< the column of the number or spread, of a strip that of the text; schedule: of the name
  std::string to = {};      ///< schedule: the column of the day on which a bar ends; sankey: of who gets
  std::string lane = {};    ///< schedule: the column of the lane; sankey: of what it is for
  std::string series = {};  ///< a column whose values are a series each; empty: one series
  std::string where = {}, is = {};  ///< only rows whose column `where` says `is`; empty: all
  std::string strong = {};          ///< a column of true or false: what is drawn strongly, such as a critical task
  bool limit = false;  ///< bounds what the figure is about: a line that is cut where it lies far above the rest
  bool below = false;  ///< a stack of a course: its numbers stand below nought, such as what storage takes
};

struct Figure {
  std::string key = {};      ///< unique in its document: "capacity"
  std::string title = {};    ///< "Usable accelerators"
  std::string chapter = {};  ///< what it stands under with others: "Capacity"
  std::string unit = {};     ///< of the values: "accelerators", "MW", "USD"
  Plot plot = Plot::time;
  std::vector<Layer> layers = {};
  /// A column whose values are shown one at a time, such as the site or the milestone, "all" first; layers whose table
  /// lacks it are always shown, and everything is where the tables know but one value beside "all". Strips that none of
  /// "all" has stand below it for each value. Empty: all rows at once.
  std::string choose = {};
  /// What the figure stands on: beginnings of the keys of facts ("order.", "site."); empty: all facts.
  std::vector<std::string> facts = {};
  std::optional<Date> known_until = std::nullopt;  ///< lines are solid to the last day that was observed, dashed after
  /// The last day that the rows tell of: a month that it lies in ends there, and so does what holds from the last row
  /// on.
  std::optional<Date> ends = std::nullopt;
  bool in_brief = false;  ///< the one that stands for the document: the picture of `--svg`, the first of the page
  /// What a terminal calls its band, or its first line, in a line of blocks below the headline; empty: it has none. Of
  /// a course a terminal has a line for each series.
  std::string in_line = {};
  /// Of a course, of powers or of a plan: the unit of its column `along`. "h of a year": hours of a year of 365 days,
  /// shown as days and months.
  std::string axis = {};
};

}  // namespace orrery::study
