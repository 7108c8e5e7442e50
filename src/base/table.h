// A table of text cells, laid out for a terminal.
#pragma once
#include <string>
#include <vector>

namespace orrery {

/// Rows of cells under a header. Columns align left unless listed in right_aligned.
struct TextTable {
  std::vector<std::string> header;
  std::vector<bool> right_aligned;  ///< per column; missing entries align left
  std::vector<std::vector<std::string>> rows;

  /// Two spaces between columns, a rule under the header, every line indented by indent spaces; widths count UTF-8
  /// code points. No trailing blanks.
  std::string text(int indent = 2) const;
};

}  // namespace orrery
