// What an SVG file of a figure says, for tests: whether it is well-formed, and where its words stand.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <string>
#include <vector>

#include "report/figure_axis.h"

namespace orrery::report {

struct Words {
  std::string text;
  double left = 0, right = 0, top = 0, bottom = 0;  ///< px
};

inline std::string unescaped(std::string text) {
  for (const auto& [from, to] : {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&amp;", "&"}})
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += std::string(to).size())
      text.replace(at, std::string(from).size(), to);
  return text;
}

/// What is wrong with it as XML: tags that do not close in their order, attributes without quotes, bare "&" or "<".
/// Empty: nothing.
inline std::string xml_problem(const std::string& file) {
  std::vector<std::string> open;
  static const std::regex tag(R"(^<(/?)([A-Za-z]+)((?: [A-Za-z:0-9-]+="[^"<]*")*) ?(/?)>)");
  static const std::regex reference(R"(^&(lt|gt|amp|quot);)");
  for (std::size_t at = 0; at < file.size();) {
    std::smatch m;
    std::string rest = file.substr(at, std::min<std::size_t>(4096, file.find('>', at) + 1 - at));
    std::size_t left_out = 0;
    if (file[at] == '<') {
      // The numbers of a long path are more than a regular expression takes; they are looked at here.
      if (const std::size_t d = rest.find(" d=\""); d != std::string::npos) {
        const std::size_t from = at + d + 4, to = file.find('"', from), past = file.find('>', from);
        if (to == std::string::npos || past == std::string::npos || past < to) return "a path without an end";
        if (file.find_first_not_of("MLHVZ0123456789.,- ", from) != to) return "a path of more than numbers";
        left_out = to - from;
        rest = file.substr(at, d + 4) + file.substr(to, past + 1 - to);
      }
      if (!std::regex_search(rest, m, tag)) return "no tag at " + rest.substr(0, 40);
      if (m[1].length()) {
        if (open.empty() || open.back() != m[2]) return "</" + m[2].str() + "> closes nothing";
        open.pop_back();
        if (open.empty() && at + static_cast<std::size_t>(m.length()) + 1 < file.size())
          return "something after the end";
      } else if (!m[4].length()) {
        open.push_back(m[2]);
      }
      at += static_cast<std::size_t>(m.length()) + left_out;
    } else if (file[at] == '&') {
      if (!std::regex_search(rest, m, reference)) return "a bare & at " + rest.substr(0, 40);
      at += static_cast<std::size_t>(m.length());
    } else {
      if (static_cast<unsigned char>(file[at]) < 32 && file[at] != '\n') return "a control character";
      ++at;
    }
  }
  return open.empty() ? "" : "<" + open.back() + "> is not closed";
}

/// The words of a file with the room that they take.
inline std::vector<Words> words_of(const std::string& file) {
  static const std::regex text(R"re(<text x="([^"]*)" y="([^"]*)" font-size="([^"]*)" fill="[^"]*")re"
                               R"re(( text-anchor="(end|middle)")?>([^<]*)</text>)re");
  std::vector<Words> out;
  for (std::sregex_iterator m(file.begin(), file.end(), text), end; m != end; ++m) {
    const double x = std::stod((*m)[1]), y = std::stod((*m)[2]), size = std::stod((*m)[3]);
    const std::string said = unescaped((*m)[6]), anchor = (*m)[5];
    const double width = text_width(said, size);
    const double left = anchor == "end" ? x - width : anchor == "middle" ? x - width / 2 : x;
    out.push_back({said, left, left + width, y - 0.75 * size, y + 0.2 * size});
  }
  return out;
}

/// What stands outside of the sheet or on other words; empty: nothing.
inline std::string misplaced(const std::string& file) {
  static const std::regex box(R"re(viewBox="0 0 ([0-9.]+) ([0-9.]+)")re");
  std::smatch m;
  if (!std::regex_search(file, m, box)) return "no viewBox";
  const double width = std::stod(m[1]), height = std::stod(m[2]);
  const std::vector<Words> all = words_of(file);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Words& a = all[i];
    if (a.left < 0 || a.top < 0 || a.right > width || a.bottom > height) return "'" + a.text + "' is outside";
    for (std::size_t k = 0; k < i; ++k) {
      const Words& b = all[k];
      if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
        return "'" + a.text + "' stands on '" + b.text + "'";
    }
  }
  return "";
}

}  // namespace orrery::report
