// A table of text cells, laid out for a terminal.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

/// Rows of cells under a header. Columns align left unless listed in right_aligned.
struct TextTable {
  std::vector<std::string> header;
  std::vector<bool> right_aligned;  ///< per column; missing entries align left
  std::vector<std::vector<std::string>> rows;

  /// Two spaces between columns, a rule under the header, every line indented by indent spaces; widths count UTF-8
  /// code points. No trailing blanks. A table wider than most (0: no limit) has its longest words columns wrapped, then
  /// is written in parts, each with the first column.
  std::string text(int indent = 2, std::size_t most = 0) const;
};

/// Lines no longer than most code points, broken at blanks; what follows a break is indented as its line.
std::string wrapped(std::string_view text, std::size_t most);

}  // namespace orrery
