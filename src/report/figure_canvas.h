// A sheet of SVG elements in px, with the colours and the legend that all figures share. The same calls give the same
// bytes.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace orrery::report {

inline constexpr double sheet_width = 960, sheet_margin = 20, text_size = 12;

enum class Anchor { start, middle, end };

struct Place {
  double x = 0, y = 0;
};

class Canvas {
 public:
  /// Text with its baseline at y, cut so that it ends within the sheet.
  void text(double x, double y, std::string_view words, Anchor anchor = Anchor::start, double size = text_size,
            std::string_view colour = "#222");
  /// style: further attributes, such as `fill="#ddd"`.
  void rect(double x, double y, double width, double height, std::string_view style);
  void line(Place from, Place to, std::string_view style);
  void path(const std::vector<Place>& places, bool closed, std::string_view style);
  void circle(Place at, double radius, std::string_view style);
  /// What is drawn from here to end_clip() shows within this rectangle only.
  void begin_clip(double x, double y, double width, double height);
  void end_clip();

  /// The whole file, of this height.
  std::string file(double height, std::string_view title) const;

 private:
  std::string out_;
};

/// The colour of a name: limits, kinds of tasks and the names that many figures share have their own; others take the
/// colour of their number.
std::string colour_of(std::string_view name, std::size_t number);

/// What stands beside a name in the legend.
enum class Swatch { line, dashed, area, box, outline, circle, whisker, none };
struct LegendEntry {
  Swatch swatch = Swatch::line;
  std::string colour = {}, name = {};
};

/// Rows of entries from x on, as many as their widths need, the first with its baseline at y; heading, if any, before
/// them. Gives the baseline of the row after the last.
double draw_legend(Canvas& canvas, double x, double y, std::string_view heading, const std::vector<LegendEntry>& all);

}  // namespace orrery::report
