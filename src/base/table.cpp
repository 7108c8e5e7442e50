#include "base/table.h"

#include <algorithm>

namespace orrery {
namespace {

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

/// The bytes of the first code points of a text.
std::size_t bytes_of(std::string_view text, std::size_t points) {
  std::size_t i = 0;
  for (; i < text.size(); ++i)
    if ((text[i] & 0xC0) != 0x80 && points-- == 0) break;
  return i;
}

/// A text in lines no wider than width: broken at blanks, else after a dot, a slash or a comma, else anywhere.
std::vector<std::string> broken(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  while (width_of(text) > width) {
    const std::size_t most = bytes_of(text, width);
    std::size_t cut = text.rfind(' ', most);
    bool blank = cut != std::string_view::npos && cut > 0;
    if (!blank) {
      cut = text.substr(0, most).find_last_of("./,-");
      cut = cut == std::string_view::npos ? most : cut + 1;
    }
    lines.emplace_back(text.substr(0, cut));
    text.remove_prefix(cut + (blank ? 1 : 0));
  }
  lines.emplace_back(text);
  return lines;
}

/// Writes some columns of a table, each as wide as said.
class Writer {
 public:
  Writer(const TextTable& table, const std::vector<std::size_t>& widths, int indent, std::string& out)
      : table_(table), widths_(widths), indent_(static_cast<std::size_t>(indent)), out_(out) {}

  void write(const std::vector<std::size_t>& columns) {
    if (!table_.header.empty()) {
      row(table_.header, columns);
      std::string rule(indent_, ' ');
      for (const std::size_t c : columns) rule += (c == columns.front() ? "" : "  ") + std::string(widths_[c], '-');
      out_ += rule + '\n';
    }
    for (const std::vector<std::string>& cells : table_.rows) row(cells, columns);
  }

 private:
  void row(const std::vector<std::string>& cells, const std::vector<std::size_t>& columns) {
    std::vector<std::vector<std::string>> parts;
    std::size_t lines = 1;
    for (const std::size_t c : columns) {
      parts.push_back(broken(c < cells.size() ? cells[c] : "", widths_[c]));
      lines = std::max(lines, parts.back().size());
    }
    for (std::size_t k = 0; k < lines; ++k) {
      std::string line(indent_, ' ');
      for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::size_t c = columns[i];
        const std::string cell = k < parts[i].size() ? parts[i][k] : "", pad(widths_[c] - width_of(cell), ' ');
        if (i > 0) line += "  ";
        line += c < table_.right_aligned.size() && table_.right_aligned[c] ? pad + cell : cell + pad;
      }
      line.erase(line.find_last_not_of(' ') + 1);
      out_ += line + '\n';
    }
  }

  const TextTable& table_;
  const std::vector<std::size_t>& widths_;
  std::size_t indent_;
  std::string& out_;
};

}  // namespace

std::string TextTable::text(int indent, std::size_t most) const {
  std::vector<std::size_t> widths;
  const auto measure = [&](const std::vector<std::string>& row) {
    if (widths.size() < row.size()) widths.resize(row.size());
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  };
  measure(header);
  for (const auto& row : rows) measure(row);
  const auto words = [&](std::size_t c) { return c >= right_aligned.size() || !right_aligned[c]; };
  const auto width = [&](std::size_t from, std::size_t to) {
    std::size_t sum = static_cast<std::size_t>(indent);
    for (std::size_t c = from; c < to; ++c) sum += widths[c] + 2;
    return sum;
  };

  constexpr std::size_t narrowest = 18;
  while (most > 0 && width(0, widths.size()) > most + 2) {
    std::size_t widest = widths.size();
    for (std::size_t c = 0; c < widths.size(); ++c)
      if (words(c) && widths[c] > narrowest && (widest == widths.size() || widths[c] > widths[widest])) widest = c;
    if (widest == widths.size()) break;
    --widths[widest];
  }
  std::string out;
  Writer writer(*this, widths, indent, out);
  for (std::size_t from = widths.empty() ? 0 : 1;;) {
    std::vector<std::size_t> columns;
    if (!widths.empty()) columns.push_back(0);
    std::size_t sum = widths.empty() ? 0 : width(0, 1);
    for (; from < widths.size() && (most == 0 || columns.size() == 1 || sum + widths[from] <= most); ++from)
      columns.push_back(from), sum += widths[from] + 2;
    writer.write(columns);
    if (from >= widths.size()) return out;
    out += '\n';
  }
}

std::string wrapped(std::string_view text, std::size_t most) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    if (width_of(line) <= most) {
      out += line;
    } else {
      const std::vector<std::string> lines = broken(line.substr(indent), most - indent);
      for (std::size_t i = 0; i < lines.size(); ++i) out += (i > 0 ? "\n" : "") + std::string(indent, ' ') + lines[i];
    }
    if (end < text.size()) out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace orrery
