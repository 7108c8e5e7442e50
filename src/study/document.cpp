#include "study/document.h"

namespace orrery::study {

Cell::Cell() = default;
Cell::Cell(const Cell&) = default;
Cell::Cell(Cell&&) noexcept = default;
Cell& Cell::operator=(const Cell&) = default;
Cell& Cell::operator=(Cell&&) noexcept = default;
Cell::~Cell() = default;
Cell::Cell(Value of, std::optional<std::string> shown) : value(std::move(of)), text(std::move(shown)) {}
Cell::Cell(const char* of) : value(std::string(of)) {}
Cell::Cell(std::string of) : value(std::move(of)) {}
Cell::Cell(double of) : value(of) {}
Cell::Cell(int of) : value(static_cast<double>(of)) {}
Cell::Cell(std::size_t of) : value(static_cast<double>(of)) {}
Cell::Cell(bool of) : value(of) {}
Cell::Cell(Date of) : value(of) {}
Cell::Cell(Spread of) : value(of) {}
Cell::Cell(Amount of) : value(of) {}

Column text_column(std::string key, std::string heading) {
  return {std::move(key), std::move(heading), "", As::text, 0, 1, {}, false};
}
Column fixed_column(std::string key, std::string heading, std::string unit, int digits, double scale) {
  return {std::move(key), std::move(heading), std::move(unit), As::fixed, digits, scale, {}, false};
}
Column count_column(std::string key, std::string heading, std::string unit, int digits, double scale) {
  return {std::move(key), std::move(heading), std::move(unit), As::count, digits, scale, {}, false};
}
Column percent_column(std::string key, std::string heading, int digits) {
  return {std::move(key), std::move(heading), "share", As::percent, digits, 1, {}, false};
}
Column amount_column(std::string key, std::string heading, Dimension dimension) {
  return {std::move(key), std::move(heading), "", As::amount, 0, 1, dimension, false};
}
Column data_column(std::string key, std::string unit) {
  return {std::move(key), "", std::move(unit), As::text, 0, 1, {}, false};
}

Document& Document::add(Block block) {
  blocks.push_back(std::move(block));
  return *this;
}
Document& Document::put(std::string key, Cell cell, std::string unit) {
  return add(Scalar{data_column(std::move(key), std::move(unit)), std::move(cell)});
}
Document& Document::say(std::string text) {
  return add(Paragraph{std::move(text)});
}

}  // namespace orrery::study
