#include "report/figure_canvas.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "report/figure_axis.h"

namespace orrery::report {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '"') out += "&quot;";
    else if (static_cast<unsigned char>(c) >= 32) out += c;
    else out += ' ';
  }
  return out;
}

/// A tenth of a px is enough, and "-0.0" is "0".
std::string px(double x) {
  std::string text = fmt::format("{:.1f}", std::clamp(x, -1e5, 1e5));
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

}  // namespace

void Canvas::text(double x, double y, std::string_view words, Anchor anchor, double size, std::string_view colour) {
  // How far it may reach on the sides to which it grows.
  const double left = x - 2, right = sheet_width - 2 - x;
  const double room = anchor == Anchor::start ? right : anchor == Anchor::end ? left : 2 * std::min(left, right);
  const std::string shown = shortened(words, size, room);
  const char* name = anchor == Anchor::start ? ""
                     : anchor == Anchor::end ? " text-anchor=\"end\""
                                             : " text-anchor=\"middle\"";
  out_ += fmt::format("<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\"{}>{}</text>\n", px(x), px(y), px(size),
                      colour, name, escaped(shown));
}

void Canvas::rect(double x, double y, double width, double height, std::string_view style) {
  out_ += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" {}/>\n", px(x), px(y),
                      px(std::max(0.0, width)), px(std::max(0.0, height)), style);
}

void Canvas::line(Place from, Place to, std::string_view style) {
  out_ += fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" {}/>\n", px(from.x), px(from.y), px(to.x),
                      px(to.y), style);
}

void Canvas::path(const std::vector<Place>& places, bool closed, std::string_view style) {
  if (places.size() < 2) return;
  std::string d, last;
  for (const Place& p : places) {
    std::string at = px(p.x) + ',' + px(p.y);
    if (at == last) continue;
    d += (d.empty() ? "M" : "L") + at;
    last = std::move(at);
  }
  out_ += fmt::format("<path d=\"{}{}\" {}/>\n", d, closed ? "Z" : "", style);
}

void Canvas::circle(Place at, double radius, std::string_view style) {
  out_ += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"{}\" {}/>\n", px(at.x), px(at.y), px(radius), style);
}

void Canvas::begin_clip(double x, double y, double width, double height) {
  // A picture in the picture: it needs no name, so that several files can stand in one page.
  out_ += fmt::format("<svg x=\"{0}\" y=\"{1}\" width=\"{2}\" height=\"{3}\" viewBox=\"{0} {1} {2} {3}\">\n", px(x),
                      px(y), px(width), px(height));
}

void Canvas::end_clip() {
  out_ += "</svg>\n";
}

std::string Canvas::file(double height, std::string_view title) const {
  return fmt::format(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
             "font-family=\"Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif\" role=\"img\">\n"
             "<title>{2}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
             px(sheet_width), px(std::ceil(height)), escaped(title)) +
         out_ + "</svg>\n";
}

std::string colour_of(std::string_view name, std::size_t number) {
  static constexpr std::pair<std::string_view, const char*> known[] = {
      {"chips", "#8da0cb"},    {"deliveries", "#4f6fae"},        {"delivered", "#4f6fae"},
      {"delivery", "#4f6fae"}, {"installation", "#3fae84"},      {"burn-in", "#96bf3c"},
      {"building", "#b58a3c"}, {"construction", "#b58a3c"},      {"power", "#e8743b"},
      {"cooling", "#45aee0"},  {"network", "#d063ac"},           {"run", "#8a6bbf"},
      {"waiting", "#b4bac2"},  {"inputs at medians", "#333333"}, {"P10 to P90", "#1f4e9c"},
      {"observed", "#cc0000"},
  };
  static constexpr const char* others[] = {"#1f4e9c", "#d9662b", "#2f9e73", "#8a6bbf", "#c2942a", "#c2559d",
                                           "#3b9dbd", "#7a5548", "#7d9a2d", "#b0413e", "#66757f", "#5566c9"};
  const std::string_view limit = name.substr(0, name.find(" ("));  // "chips (all delivered are usable)" is chips
  for (const auto& [of, colour] : known)
    if (name == of || limit == of) return colour;
  return others[number % std::size(others)];
}

double draw_legend(Canvas& canvas, double x, double y, std::string_view heading, const std::vector<LegendEntry>& all) {
  constexpr double swatch = 20, gap = 18, row = 18;
  double at = x;
  if (!heading.empty()) {
    canvas.text(at, y, heading, Anchor::start, text_size, "#555");
    at += text_width(heading, text_size) + gap;
  }
  for (const LegendEntry& e : all) {
    const double before = e.swatch == Swatch::none ? 0 : swatch + 6;
    const std::string name = shortened(e.name, text_size, sheet_width - sheet_margin - x - before);
    const double width = before + text_width(name, text_size);
    if (at > x && at + width > sheet_width - sheet_margin) at = x, y += row;
    const double middle = y - 4;
    const std::string stroke = fmt::format("stroke=\"{}\" stroke-width=\"2\"", e.colour);
    switch (e.swatch) {
      case Swatch::line:
        canvas.line({at, middle}, {at + swatch, middle}, stroke);
        break;
      case Swatch::dashed:
        canvas.line({at, middle}, {at + swatch, middle}, stroke + " stroke-dasharray=\"5 3\"");
        break;
      case Swatch::area:
        canvas.rect(at, middle - 6, swatch, 12, fmt::format("fill=\"{}\" fill-opacity=\"0.22\"", e.colour));
        canvas.line({at, middle}, {at + swatch, middle}, stroke);
        break;
      case Swatch::box:
        canvas.rect(at + 4, middle - 6, 12, 12, fmt::format("fill=\"{}\"", e.colour));
        break;
      case Swatch::outline:
        canvas.rect(at + 2, middle - 5, 16, 10, "fill=\"white\" stroke=\"#111\" stroke-width=\"1.8\"");
        break;
      case Swatch::circle:
        canvas.circle({at + swatch / 2, middle}, 4.5, fmt::format("fill=\"{}\"", e.colour));
        break;
      case Swatch::whisker:
        canvas.line({at, middle}, {at + swatch, middle},
                    fmt::format("stroke=\"{}\" stroke-width=\"7\" stroke-opacity=\"0.45\"", e.colour));
        canvas.line({at + swatch / 2, middle - 7}, {at + swatch / 2, middle + 7},
                    fmt::format("stroke=\"{}\" stroke-width=\"3\"", e.colour));
        break;
      case Swatch::none:
        break;
    }
    canvas.text(at + before, y, name);
    at += width + gap;
  }
  return y + row;
}

}  // namespace orrery::report
