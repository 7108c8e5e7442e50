#include "validation/calibrate/write_constants.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/units.h"

namespace orrery::validation {
namespace {

using catalog::Entry;
using catalog::Figure;

/// "gemm.bf16|release.1.2.0rc5": by levels the group and, behind its first point, the name.
const Entry& part_of(const Entry& entry, const std::string& path) {
  const Entry* at = &entry;
  for (std::size_t from = 0; from < path.size();) {
    const std::size_t end = std::min(path.find('|', from), path.size()), point = path.find('.', from);
    const std::string group = path.substr(from, point - from), name = path.substr(point + 1, end - point - 1);
    from = end + 1;
    if (name.empty()) continue;  // a level that the catalog leaves out
    const auto found = std::find_if(at->parts.begin(), at->parts.end(),
                                    [&](const Entry& part) { return part.kind == group && part.name == name; });
    if (found == at->parts.end())
      throw Error(entry.place, entry.name + "." + path, "is not in the catalog", "add it with a value to start from");
    at = &*found;
  }
  return *at;
}

std::string plain(double x) {
  return std::abs(x) >= 1e4 ? fmt::format("{:.0f}", x) : fmt::format("{:.4g}", x);
}

/// A value as it stands in a file: the unit of the old one, natural units where there is none yet.
std::string written(double value, const std::string& old, Dimension dimension) {
  if (!old.empty() && old.front() != '"') return plain(value);
  if (old.empty()) {
    if (dimension == dimension::none) return plain(value);
    return '"' + format_amount(value, dimension, 4) + '"';
  }
  const std::size_t space = old.find(' ');
  const std::string unit = space == std::string::npos ? "" : old.substr(space + 1, old.size() - space - 2);
  const double one = unit.empty() ? 1 : parse_amount("1 " + unit).value;
  return '"' + plain(value / one) + (unit.empty() ? "" : ' ' + unit) + '"';
}

/// The lines of a file, changed where they are.
struct Lines {
  std::vector<std::string> lines;
  std::map<std::size_t, std::string> inserted;  ///< below a line
  std::set<std::size_t> removed;

  explicit Lines(const std::string& text) {
    for (std::size_t from = 0; from < text.size();) {
      const std::size_t end = std::min(text.find('\n', from), text.size());
      lines.push_back(text.substr(from, end - from));
      from = end + 1;
    }
  }
  std::string text() const {
    std::string out;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (!removed.contains(i)) out += lines[i] + '\n';
      if (const auto more = inserted.find(i); more != inserted.end()) out += more->second;
    }
    return out;
  }
};

/// Where the value of a figure begins and ends in its line.
std::pair<std::size_t, std::size_t> value_in(const std::string& line, const Figure& figure) {
  const auto fail = [&]() -> std::size_t {
    throw Error(figure.place, figure.key, "cannot be found again in its line", "write it as key = value");
  };
  std::size_t at = line.find(figure.key, static_cast<std::size_t>(std::max(figure.place.column - 1, 0)));
  if (at == std::string::npos) at = line.find(figure.key);
  const auto behind = [&](std::string_view word) {
    if (at == std::string::npos) fail();
    at = line.find('=', at + word.size());
    at = at == std::string::npos ? fail() : line.find_first_not_of(" =", at);
  };
  behind(figure.key);
  if (at != std::string::npos && line[at] == '{') {
    at = line.find("value", at);
    behind("value");
  }
  if (at == std::string::npos) fail();
  const std::size_t end = line[at] == '"' ? line.find('"', at + 1) + 1 : line.find_first_of(" ,}#", at);
  return {at, std::min(end, line.size())};
}

}  // namespace

std::map<std::string, std::string> with_constants(const catalog::Catalog& catalog,
                                                  const std::vector<Constant>& constants) {
  std::map<std::string, Lines> files;
  for (const Constant& c : constants) {
    if (c.before == c.after && !c.inherited) continue;
    const Entry& entry = catalog.entry(c.kind, c.entry);
    const Entry& part = part_of(entry, c.part);
    const std::string& file = entry.place.file;
    Lines& lines = files.try_emplace(file, Lines(read_file(file))).first->second;
    const Figure* figure = part.find(c.key);
    if (!figure) {
      if (c.inherited) continue;
      if (!c.part.empty())
        throw Error(part.place, c.entry + "." + c.part + "." + c.key, "is not stated yet",
                    "add it with a value to start from");
      const auto& keys = catalog::schema_of(c.kind).keys;
      const auto known = std::find_if(keys.begin(), keys.end(), [&](const auto& key) { return key.key == c.key; });
      const Dimension dimension = known != keys.end() ? known->dimension : dimension::none;
      lines.inserted[static_cast<std::size_t>(part.place.line - 1)] +=
          c.key + " = " + written(c.after, "", dimension) + '\n';
      continue;
    }
    const auto row = static_cast<std::size_t>(figure->place.line - 1);
    if (c.inherited) {
      lines.removed.insert(row);
      continue;
    }
    std::string& line = lines.lines.at(row);
    const auto [from, to] = value_in(line, *figure);
    line.replace(from, to - from, written(c.after, line.substr(from, to - from), figure->dimension));
  }
  std::map<std::string, std::string> out;
  for (const auto& [file, lines] : files) out[file] = lines.text();
  return out;
}

}  // namespace orrery::validation
