#include "fuzz/mutate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <functional>

#include "base/date.h"
#include "base/units.h"

namespace orrery::fuzz {
namespace {

using scenario::Key;
using scenario::KeyType;

/// Random choices by SplitMix64 (Steele, Lea and Flood 2014).
struct Choices {
  std::uint64_t state;
  std::uint64_t next() {
    std::uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t n) { return n ? next() % n : 0; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <class T>
  const T& of(const std::vector<T>& list) {
    return list[below(list.size())];
  }
};

/// Text of numbers between limits and at them, then as distributions; each beyond a limit once.
std::vector<std::string> amounts(double low, double high, const std::function<std::string(double)>& text, bool certain,
                                 bool based) {
  const double from = low > 0 ? low : std::min(1.0, high) * 1e-3, to = std::max(from, high);
  std::vector<double> inside = {low, high};
  for (const double share : {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7}) {
    inside.push_back(from * std::pow(to / from, share));
    if (high - low < 1e4) inside.push_back(low + (high - low) * share);
  }
  std::vector<std::string> out;
  for (const double x : inside)
    if (std::isfinite(x) && x >= low && x <= high)
      out.push_back(based ? fmt::format(R"({{ value = {}, basis = "assumed", note = "x" }})", text(x)) : text(x));
  if (!certain) {
    const double a = from * std::pow(to / from, 0.3), b = from * std::pow(to / from, 0.35), c = 2 * b - a;
    for (const std::string& of : {fmt::format("low = {}, high = {}", text(a), text(b)),
                                  fmt::format("low = {}, mode = {}, high = {}", text(a), text(b), text(c)),
                                  fmt::format("p10 = {}, p50 = {}, p90 = {}", text(a), text(b), text(c)),
                                  fmt::format("mean = {}, sd = {}", text(b), text(b - a))})
      out.push_back(fmt::format(R"({{ {}, basis = "assumed", note = "x" }})", of));
  }
  for (const double x : {low - 1, high * 1.01, -1.0, 1e300, 1e-300}) out.push_back(text(x));
  return out;
}

/// Words of a sentence, which often lists the choices.
std::vector<std::string> words_in(std::string_view text) {
  std::vector<std::string> out(1);
  for (const char c : text)
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.') out.back() += c;
    else if (!out.back().empty()) out.emplace_back();
  if (out.back().empty()) out.pop_back();
  return out;
}

std::vector<std::string> texts(std::string_view meaning, std::string_view otherwise) {
  std::vector<std::string> out;
  for (const std::string_view sentence : {meaning, otherwise})
    for (const std::string& word : words_in(sentence)) out.push_back('"' + word + '"');
  return out;
}

std::vector<std::string> values_of(const Key& key) {
  switch (key.type) {
    case KeyType::amount:
    case KeyType::money_or_number:
      return amounts(
          key.low, key.high, [&](double x) { return amount_text(x, key.dimension, key.unit); }, key.certain, key.based);
    case KeyType::whole:
      return amounts(
          key.low, key.high, [](double x) { return fmt::format("{:.0f}", std::clamp(std::floor(x), -9e18, 9e18)); },
          true, false);
    case KeyType::boolean:
      return {"true", "false"};
    case KeyType::date:
    case KeyType::date_or_event:
      return {"2024-05-01",
              "2025-01-01",
              "2026-12-31",
              "2024-02-29",
              "1970-01-01",
              "2199-12-31",
              "\"+3 months\"",
              "\"when site.s is usable\"",
              "{ when = \"site.s has power\", lag = \"30 days\" }",
              "{ value = 2025-06-01, slip = \"30 days\", basis = \"assumed\", note = \"x\" }"};
    case KeyType::chips_of:
      return {"\"1 x h100-sxm\"", "\"1000 x gb200\"", "\"100000 x b200\"", "\"64 x mi300x\"", "\"1e9 x tpu-v5p\""};
    case KeyType::deliveries:
      return {"[{ date = 2024-06-01, chips = 100 }]",
              "[{ date = 2024-06-01, chips = 10 }, { date = 2025-06-01, chips = 1000 }]", "[]"};
    case KeyType::texts:
      return {"[\"1f1b\", \"dualpipe\"]", "[\"x\"]", "[]"};
    case KeyType::text:
      return texts(key.meaning, key.default_value);
  }
  return {"1"};
}

std::string name_for(scenario::NameForm form, std::size_t i) {
  if (form == scenario::NameForm::quarter) return fmt::format("\"202{}-Q{}\"", 3 + i / 4 % 3, 1 + i % 4);
  if (form == scenario::NameForm::year) return fmt::format("\"{}\"", 2024 + i % 8);
  return fmt::format("n{}", i % 3);
}

void add(Heading& heading, const Key& key) {
  if (key.name != "*") heading.keys.push_back({std::string(key.name), values_of(key)});
  else
    for (std::size_t i = 0; i < 12; ++i) heading.keys.push_back({name_for(key.names, i), values_of(key)});
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    out.emplace_back(text.substr(from, end - from));
    from = end + 1;
  }
  return out;
}

bool is_header(const std::string& line) {
  return line.starts_with('[');
}

/// Whether the header of a file is one of the vocabulary, whose chosen names are "*" there.
bool is_of(const std::string& header, const std::string& pattern) {
  const std::vector<std::string> a = words_in(header), b = words_in(pattern);
  if (a.size() != 1 || b.size() != 1) return a.empty() && b.empty();
  const auto parts = [](const std::string& path) { return std::count(path.begin(), path.end(), '.'); };
  return parts(a[0]) == parts(b[0]) && a[0].substr(0, a[0].find('.')) == b[0].substr(0, b[0].find('.'));
}

struct Editor {
  std::vector<std::string> lines;
  const Vocabulary& words;
  Choices& choose;

  std::size_t line() { return choose.below(lines.size()); }
  /// From a header at or before a line up to the next.
  std::pair<std::size_t, std::size_t> section(std::size_t of) const {
    std::size_t from = of, to = of + 1;
    while (from > 0 && !is_header(lines[from])) --from;
    while (to < lines.size() && !is_header(lines[to])) ++to;
    return {from, to};
  }

  void set_key() {
    if (words.headings.empty()) return;
    const auto [from, to] = section(line());
    std::vector<const Heading*> fits;
    const std::string header = is_header(lines[from]) ? lines[from] : "";
    for (const Heading& heading : words.headings)
      if (is_of(header, heading.header) && !heading.keys.empty()) fits.push_back(&heading);
    if (fits.empty()) return;
    const Word& word = choose.of(choose.of(fits)->keys);
    if (word.values.empty()) return;
    const std::string text = word.key + " = " + choose.of(word.values);
    for (std::size_t i = from; i < to; ++i)
      if (lines[i].starts_with(word.key) && lines[i].find_first_not_of(" =", word.key.size()) != word.key.size()) {
        lines[i] = text;
        return;
      }
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(header.empty() ? from : from + 1), text);
  }

  void add_section() {
    if (words.headings.empty()) return;
    const Heading& heading = choose.of(words.headings);
    if (heading.header.empty() || heading.keys.empty()) return;
    std::string header = heading.header;
    for (std::size_t at; (at = header.find('*')) != std::string::npos;)
      header.replace(at, 1, choose.one_in(2) ? "s" : "t");
    lines.push_back(header);
    for (std::size_t n = choose.below(6) + 1; n > 0; --n) {
      const Word& word = choose.of(heading.keys);
      if (!word.values.empty()) lines.push_back(word.key + " = " + choose.of(word.values));
    }
  }

  void move_section() {
    const auto [from, to] = section(line());
    const std::vector<std::string> moved(lines.begin() + from, lines.begin() + to);
    const std::size_t action = choose.below(3);
    if (action < 2) lines.erase(lines.begin() + from, lines.begin() + to);
    if (action > 0) {
      std::size_t at = lines.empty() ? 0 : line();
      while (at < lines.size() && !is_header(lines[at])) ++at;
      lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), moved.begin(), moved.end());
    }
  }

  /// Another number in place of one.
  void change_number() {
    std::string& text = lines[line()];
    std::vector<std::pair<std::size_t, std::size_t>> found;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (!std::isdigit(static_cast<unsigned char>(text[i]))) continue;
      std::size_t end = i;
      while (end < text.size() && (std::isdigit(static_cast<unsigned char>(text[end])) || text[end] == '.')) ++end;
      found.emplace_back(i, end - i);
      i = end;
    }
    if (found.empty()) return;
    const auto [at, size] = choose.of(found);
    static const std::vector<std::string> extremes = {
        "0",   "-1",    "1e300", "1e-300",    "1e18", "4294967296",      "2147483647",
        "1e9", "99999", "0.5",   "1.0000001", "3",    "9007199254740993"};
    if (choose.one_in(6)) {
      text.replace(at, size, choose.of(extremes));
      return;
    }
    static const std::vector<double> factors = {0.01, 0.1, 0.5, 0.9, 1.1, 2, 3, 10, 100};
    const double value = std::strtod(text.substr(at, size).c_str(), nullptr) * choose.of(factors);
    const bool whole = text.find('.', at) >= at + size;
    std::string changed = whole ? fmt::format("{:.0f}", value) : fmt::format("{:.6g}", value);
    if (whole && size == 2 && text[at] == '0') changed.insert(0, "0");  // a month or a day
    text.replace(at, size, changed.substr(0, 30));
  }

  /// A word of the text, or of the vocabulary, in place of another.
  void change_word() {
    std::string& text = lines[line()];
    const std::vector<std::string> here = words_in(text), there = words_in(lines[line()]);
    if (here.empty()) return;
    const std::string& from = choose.of(here);
    const std::string to = !words.words.empty() && choose.one_in(2) ? choose.of(words.words)
                           : there.empty()                          ? ""
                                                                    : choose.of(there);
    text.replace(text.find(from), from.size(), to);
  }

  void change_bytes() {
    std::string& text = lines[line()];
    static const std::vector<std::string> odd = {"\"",       "[",    "]",  "{", "}",   ",", "=", ".",  "-", "\\u001b",
                                                 "\xc3\xa9", "\xff", "\t", "#", "nan", "+", "'", "\\", "e", ":"};
    const std::size_t at = choose.below(text.size() + 1);
    if (choose.one_in(2)) text.insert(at, choose.of(odd));
    else text.erase(at, choose.below(4) + 1);
  }

  /// A cell of a row, between commas: emptied, or as another one.
  void change_cell() {
    std::string& text = lines[line()];
    const auto bounds = [](const std::string& row, std::size_t at) {
      const std::size_t before = at > 0 ? row.rfind(',', at - 1) : std::string::npos;
      const std::size_t from = before == std::string::npos ? 0 : before + 1;
      return std::pair{from, std::min(row.find(',', from), row.size()) - from};
    };
    const auto [from, size] = bounds(text, choose.below(text.size()));
    const std::string& other = lines[line()];
    const auto [at, length] = bounds(other, choose.below(other.size()));
    text.replace(from, size, choose.one_in(3) ? std::string() : std::string(other.substr(at, length)));
  }

  void once() {
    if (lines.empty()) lines.emplace_back();
    const auto at = lines.begin() + static_cast<std::ptrdiff_t>(line());
    switch (choose.below(20)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
        return set_key();
      case 5:
        return add_section();
      case 6:
        return move_section();
      case 7:
        lines.erase(at);
        return;
      case 8: {
        const std::string copy = *at;
        lines.insert(at, copy);
        return;
      }
      case 9:
        std::swap(*at, lines[line()]);
        return;
      case 10:
      case 11:
        return change_cell();
      case 12:
      case 13:
        return change_word();
      case 14:
        return change_bytes();
      default:
        return change_number();
    }
  }
};

}  // namespace

std::string amount_text(double value, Dimension dimension, std::string_view unit, int digits) {
  std::string example = unit.empty() ? dimension_example(dimension) : std::string(unit);
  if (dimension == dimension::none && unit.empty()) return fmt::format("{:.{}g}", value, digits);
  if (example.empty()) return '"' + format_amount(value, dimension, digits) + '"';
  if (std::none_of(example.begin(), example.end(), [](unsigned char c) { return std::isdigit(c); }))
    example.insert(example.starts_with('$') ? 1 : 0, example.starts_with('$') ? "1" : "1 ");
  const std::size_t from = example.find_first_of("0123456789");
  std::size_t to = from;
  while (to < example.size() && (std::isdigit(example[to]) || example[to] == '.' ||
                                 (example[to] == 'e' && to + 1 < example.size() && std::isdigit(example[to + 1]))))
    ++to;
  const double number = std::strtod(example.substr(from, to - from).c_str(), nullptr);
  const double scale = parse_amount(example).value / number;
  return '"' + example.substr(0, from) + fmt::format("{:.{}g}", value / scale, digits) + example.substr(to) + '"';
}

Vocabulary words_of(const scenario::Form& form) {
  Vocabulary out;
  for (const scenario::Section& section : form.sections) {
    Heading heading{section.path.empty() ? "" : scenario::header_of(section), {}};
    for (const Key& key : section.keys) add(heading, key);
    out.headings.push_back(std::move(heading));
    for (const Word& word : out.headings.back().keys)
      if (word.values.size() && word.values.front().starts_with('"')) out.words.push_back(word.key);
  }
  return out;
}

Vocabulary words_of(const catalog::KindSchema& kind) {
  Vocabulary out;
  const auto heading_of = [](const std::string& header, const std::vector<catalog::KeySchema>& keys) {
    Heading heading{header, {}};
    for (const catalog::KeySchema& key : keys) {
      using Kind = catalog::Figure::Kind;
      Word word{std::string(key.key), {}};
      if (key.kind == Kind::amount)
        word.values = amounts(
            key.low, key.high,
            [&](double x) {
              return key.whole ? fmt::format("{:.0f}", std::clamp(std::floor(x), -9e18, 9e18))
                               : amount_text(x, key.dimension, key.unit);
            },
            key.whole, false);
      else if (key.kind == Kind::boolean) word.values = {"true", "false"};
      else word.values = texts(key.meaning, "");
      heading.keys.push_back(std::move(word));
    }
    return heading;
  };
  out.headings.push_back(heading_of("[*]", kind.keys));
  for (const catalog::GroupSchema& group : kind.groups)
    out.headings.push_back(heading_of(fmt::format("[*.{}.*]", group.group), group.keys));
  return out;
}

Vocabulary joined(Vocabulary one, const Vocabulary& other) {
  one.headings.insert(one.headings.end(), other.headings.begin(), other.headings.end());
  one.words.insert(one.words.end(), other.words.begin(), other.words.end());
  return one;
}

std::string mutated(std::string_view text, const Vocabulary& words, std::size_t most, std::uint64_t seed) {
  Choices choose{seed};
  Editor editor{lines_of(text), words, choose};
  for (std::size_t n = 1 + choose.below(3); n > 0; --n) editor.once();
  std::string out;
  for (std::size_t i = 0; i < editor.lines.size(); ++i) out += (i ? "\n" : "") + editor.lines[i];
  if (out.size() > most) out.resize(most);
  return out;
}

}  // namespace orrery::fuzz
