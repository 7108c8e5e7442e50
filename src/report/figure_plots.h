// The plots, each drawn below a height of a canvas that it returns the end of.
#pragma once
#include "report/figure_canvas.h"
#include "report/figure_data.h"

namespace orrery::report {

/// What a plot is drawn from.
struct Drawing {
  const study::Figure& figure;
  const FigureData& data;
};

/// Values over days, or along what a course's numbers are: bands, lines, stacks, bars and points on one axis, strips of
/// what is said below it. Limits far above the rest are cut at the top. top: baseline of the first row of the legend,
/// px; gives the lowest px drawn.
double draw_time(Canvas& canvas, const Drawing& drawing, double top);
/// The day after which nothing of a plot over time changes; infinite where it changes to its end.
double last_change(const Drawing& drawing);
/// Bars in lanes with their names, in as many rows as they need.
double draw_schedule(Canvas& canvas, const Drawing& drawing, double top);
/// A bar for each row with its number; of a waterfall each where the one before ended.
double draw_ranking(Canvas& canvas, const Drawing& drawing, double top);
/// Parties in columns and bands between them, each with its number.
double draw_sankey(Canvas& canvas, const Drawing& drawing, double top);

/// Rectangles to scale, each with its name where it has room.
double draw_plan(Canvas& canvas, const Drawing& drawing, double top);
/// Lines and points with both axes by powers of ten; numbers of nought and below have no place there.
double draw_powers(Canvas& canvas, const Drawing& drawing, double top);

/// Marks and labels of days below y, with lines up to `top` where that is above it. Gives the lowest baseline.
double draw_days(Canvas& canvas, double from, double to, double left, double right, double top, double y);
/// The same of numbers of a unit; hours of a year as its days or months.
double draw_numbers(Canvas& canvas, const std::string& unit, double from, double to, double left, double right,
                    double top, double y);
/// The unit of an axis of hours of a year of 365 days.
inline constexpr std::string_view hours_of_a_year = "h of a year";

}  // namespace orrery::report
