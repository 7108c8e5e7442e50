// Figures in a line of text each, for a terminal: how a number goes over time in Unicode blocks, and what it begins
// with, ends with and reaches.
#pragma once
#include <cstddef>
#include <string>

#include "study/document.h"

namespace orrery::report {

/// A line for each figure with `in_line`, of a course for each of its series, that has numbers other than nought, none
/// wider than columns (at least 40; its words below it where one is too narrow). Empty without such figures.
std::string figure_lines(const study::Document& document, std::size_t columns);

}  // namespace orrery::report
