// Axes of figures: numbers and days as tick marks, numbers in the unit that a reader expects, and how wide a text is.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace orrery::report {

/// Width of a line of text, px, in a font of that size, px: the glyphs of DejaVu Sans, wider than those of the other
/// usual sans-serif fonts, so that what is placed by it has room in any of them. UTF-8; other scripts count as wide.
double text_width(std::string_view text, double size);

/// The text, cut and ended with "…" where it is wider than most, px.
std::string shortened(std::string_view text, double size, double most);

/// The same, cut in the middle, for names that tell themselves apart at their ends.
std::string shortened_within(std::string_view text, double size, double most);

/// How numbers of a unit are written: divided by `per`, between `before` and `after`; unit: what they are of, where
/// before and after do not say it.
struct Scale {
  double per = 1;
  std::string before = {}, after = {}, unit = {};
};

/// For numbers as large as `largest` in a unit as tables name it ("USD", "MW", "s", "accelerators"): "$2B", "1.5 GW",
/// "20 ms", "100,000".
Scale scale_of(std::string_view unit, double largest);

/// A number with the decimals that a step needs.
std::string tick_text(const Scale& scale, double value, double step);
/// A number that stands alone, in its own scale with three significant digits; without what it is of.
std::string number_text(std::string_view unit, double value);

/// Multiples of 1, 2 or 5 times a power of ten from low to high, at most so many and at least two where low < high.
struct NumberTicks {
  double step = 1;
  std::vector<double> values = {};
};
NumberTicks number_ticks(double low, double high, int most);

/// A day on the axis with its label, and the year below it where it is not told by the label.
struct DateTick {
  double day = 0;  ///< since 1970-01-01
  std::string label = {}, year = {};
};
/// Days, weeks, months, quarters, half years, or years by 1, 2, 5, 10, 20 or 50: the finest whose labels keep apart.
/// from < to, days since 1970-01-01; width and size in px.
std::vector<DateTick> date_ticks(double from, double to, double width, double size);

}  // namespace orrery::report
