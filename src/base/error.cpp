#include "base/error.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace orrery {

std::string Place::text() const {
  std::string out = file;
  if (!file.empty() && line > 0) {
    out += ':' + std::to_string(line);
    if (column > 0) out += ':' + std::to_string(column);
  }
  return out;
}

namespace {
constexpr size_t longest_key = 200;  // of a message
}

Error::Error(Place place, std::string key, std::string problem, std::string remedy)
    : place_(std::move(place)), key_(std::move(key)), problem_(std::move(problem)), remedy_(std::move(remedy)) {
  message_ = place_.text();
  if (!message_.empty()) message_ += ": ";
  if (!key_.empty()) message_ += std::string(cut(key_, longest_key)) + (key_.size() > longest_key ? "...: " : ": ");
  message_ += problem_;
  if (!remedy_.empty()) message_ += "; " + remedy_;
  // Keys and file names may hold line ends and escapes; a message is one line.
  message_ = printable(message_);
}

namespace {

/// Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours.
int edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<int>> d(a.size() + 1, std::vector<int>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) d[i][0] = static_cast<int>(i);
  for (size_t j = 0; j <= b.size(); ++j) d[0][j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i)
    for (size_t j = 1; j <= b.size(); ++j) {
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

}  // namespace

std::vector<std::string> nearest(std::string_view name, const std::vector<std::string>& candidates) {
  const std::string wanted = folded(name.substr(0, 64));
  if (wanted.empty()) return {};
  std::vector<std::pair<int, std::string>> ranked;
  for (const std::string& candidate : candidates) {
    const std::string c = folded(candidate);
    int distance = edit_distance(wanted, c);
    if (wanted.size() >= 3 && c.find(wanted) != std::string::npos) distance = std::min(distance, 1);
    if (c.size() >= 4 && wanted.find(c) != std::string::npos) distance = std::min(distance, 2);
    if (distance <= std::max(2, static_cast<int>(wanted.size()) / 3)) ranked.emplace_back(distance, candidate);
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> out;
  for (const auto& [distance, candidate] : ranked)
    if (out.size() < 3 && std::find(out.begin(), out.end(), candidate) == out.end()) out.push_back(candidate);
  return out;
}

std::string suggest(std::string_view name, const std::vector<std::string>& candidates, std::string fallback) {
  std::vector<std::string> near = nearest(name, candidates);
  std::erase(near, name);  // what was typed is what was not taken
  if (near.empty()) return fallback;
  std::string out = "did you mean ";
  for (size_t i = 0; i < near.size(); ++i) {
    if (i > 0) out += i + 1 == near.size() ? " or " : ", ";
    out += in_quotes(near[i]);
  }
  return out + '?';
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 60;
  return '\'' + printable(cut(text, longest)) + (text.size() > longest ? "..." : "") + '\'';
}

}  // namespace orrery
