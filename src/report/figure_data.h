// What a figure shows, read from the tables of its document: the one place that knows how a layer names columns, how
// days, months, quarters and years become days, and which rows belong to what is chosen. Pure; nothing is computed but
// places.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "study/document.h"

namespace orrery::report {

/// A number of a row, and the time that it stands for.
struct Point {
  double from = 0, to = 0;  ///< of a course or of powers the number along, twice; else days since 1970-01-01; a month,
                            ///< quarter or year from its first day to the next one's
  double early = 0, late = 0;  ///< days of P10 and P90 where the day has both columns; late is infinite for never
  std::string name = {};       ///< of a point in a schedule
  std::optional<Spread> value = std::nullopt;  ///< a plain number three times; nothing: the row has none

  /// Where a line or a point stands: a number of a period is what is reached by its end.
  double at() const { return to; }
};

/// The rows of a layer that are drawn as one, in the order of time.
struct Series {
  study::Mark mark = study::Mark::line;
  std::string name = {};
  bool spread = false;  ///< some value has a P10 apart from its P90
  bool limit = false;   ///< of what the figure is about
  bool periods = false;
  std::vector<Point> points = {};
};

/// What a text says from a day to a day.
struct Span {
  double from = 0, to = 0;  ///< days since 1970-01-01; infinite: to the end of what is drawn
  std::string text = {};
};
struct Strip {
  std::string name = {}, of = {};  ///< of: the site, or what else is chosen, where there are several
  double size = 0;                 ///< the largest number of the figure's other layers for it
  std::vector<Span> spans = {};
};

/// A bar of a schedule.
struct ScheduleBar {
  std::string lane = {}, name = {}, kind = {};
  double from = 0, to = 0;  ///< days since 1970-01-01; infinite: no end is known
  bool strong = false;
};

/// A row of a ranking or a waterfall, with a bar for each series that names it.
struct RankedBar {
  std::size_t series = 0;  ///< index into FigureData::series_names
  Spread value;
  bool strong = false;
};
struct RankedRow {
  std::string name = {};
  std::vector<RankedBar> bars = {};
};

/// A party of a Sankey diagram, and what flows between two: where they stand, in lines of text.
struct SankeyParty {
  std::string name = {};
  int column = 0;
  double top = 0, height = 0;
};
struct SankeyFlow {
  std::size_t from = 0, to = 0;  ///< indices into FigureData::parties
  std::string what = {};
  double amount = 0;
  double from_at = 0, to_at = 0, width = 0;
  std::optional<double> lane = std::nullopt;  ///< of what flows back, round below
};

/// A rectangle of a plan, in the unit of its axis from the lower left corner.
struct PlanBox {
  std::string name = {};
  std::size_t series = 0;  ///< index into FigureData::series_names
  double x = 0, y = 0, width = 0, height = 0;
};

struct FigureData {
  std::vector<std::string> choices = {};  ///< "all" first where there is one; empty: everything is shown at once
  std::string chosen = {};
  std::vector<Series> series = {};     ///< plots time, course and powers; schedule: the points
  std::vector<Strip> strips = {};      ///< plot time
  std::vector<ScheduleBar> bars = {};  ///< plot schedule
  std::vector<RankedRow> rows = {};    ///< plots ranking and waterfall
  std::vector<PlanBox> boxes = {};     ///< plot plan
  std::vector<std::string> series_names = {};
  std::vector<SankeyParty> parties = {};  ///< plot sankey
  std::vector<SankeyFlow> flows = {};

  bool empty() const {
    return series.empty() && strips.empty() && bars.empty() && rows.empty() && boxes.empty() && flows.empty();
  }
};

/// A day, month, quarter or year as days since 1970-01-01: [from, to); a day is from == to. Dates, "2024-07-19",
/// "2024-07", "2024-Q3", "2024" and years as numbers; nothing of all else.
struct Period {
  double from = 0, to = 0;
};
std::optional<Period> period_of(const study::Cell& cell);

/// Whether rows of a table have what a layer calls `key`: a column of this key; columns key/p10, key/p50, key/p90; or a
/// member of a table inside a cell.
bool has_field(const study::Table& table, std::string_view key);

/// The table that a layer draws, if the document has it as data with rows.
const study::Table* table_of(const study::Document& document, const study::Layer& layer);

/// Rows of the figure's tables where they stand. chosen is one of its choices; empty: "all", else the first. A layer
/// whose table lacks the figure's `choose` column is always shown; so is every layer where the tables know but one
/// choice beside "all". With "all" chosen, strips and the bars of schedules that are of each choice are given for each.
/// Throws Error for a choice that is none.
FigureData figure_data(const study::Document& document, const study::Figure& figure, const std::string& chosen = {});

/// The figure that stands for a document, or the one of a key ("levers") with what it shows of its choices
/// ("levers=25,000 usable"). Throws Error with the nearest keys, where the named one has nothing to draw, or where the
/// document has none.
struct NamedFigure {
  const study::Figure* figure = nullptr;
  FigureData data = {};
};
NamedFigure figure_of(const study::Document& document, const std::string& named = {});

/// Whether any figure of the document has something to draw.
bool has_figures(const study::Document& document);

}  // namespace orrery::report
