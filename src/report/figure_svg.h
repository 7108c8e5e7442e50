// A figure of a document as an SVG file: dark on white, its own height, every text within it.
#pragma once
#include <string>

#include "study/document.h"

namespace orrery::report {

/// The figure that stands for the document, or the named one (figure_of in figure_data.h says how). The same document
/// gives the same bytes. Throws Error for a name that is none, or a document without figures.
std::string svg_of(const study::Document& document, const std::string& named = {});

}  // namespace orrery::report
