#include "base/text.h"

#include <algorithm>
#include <cctype>
#include <cstdio>

namespace orrery {

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::string folded(std::string_view name) {
  std::string out = lower_case(name);
  std::erase_if(out, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); });
  return out;
}

namespace {

/// A character of UTF-8 at the start of a text: its code point and bytes; no bytes where there is none (RFC 3629).
struct Character {
  char32_t point = 0;
  std::size_t bytes = 0;
};
Character first_of(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {};
  char32_t point = lead & (0x7Fu >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    point = point << 6 | (byte(i) & 0x3Fu);
  }
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (point < least[bytes] || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) return {};
  return {point, bytes};
}

/// Controls of ASCII and Latin-1, of direction, joiners, separators of lines, and the byte order mark.
bool is_shown(char32_t c) {
  return !(c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C || c == 0x180E ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
           c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F));
}

}  // namespace

bool is_printable(std::string_view text) {
  while (!text.empty()) {
    const auto [point, bytes] = first_of(text);
    if (bytes == 0 || !is_shown(point)) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  char escape[16];
  while (!text.empty()) {
    const auto [point, bytes] = first_of(text);
    if (bytes > 0 && is_shown(point)) {
      out += text.substr(0, bytes);
    } else {
      const unsigned code = bytes > 0 ? static_cast<unsigned>(point) : static_cast<unsigned char>(text[0]);
      std::snprintf(escape, sizeof escape, code < 0x100 ? "\\x%02x" : "\\u%04x", code);
      out += escape;
    }
    text.remove_prefix(bytes > 0 ? bytes : 1);
  }
  return out;
}

std::string_view cut(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

std::string on_one_line(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t word = text.find_first_not_of(" \t\r\n", i);
    const std::string_view blanks = text.substr(i, word == std::string_view::npos ? word : word - i);
    out += blanks.find_first_of("\t\r\n") == std::string_view::npos ? blanks : std::string_view(" ");
    if (word == std::string_view::npos) break;
    i = std::min(text.size(), text.find_first_of(" \t\r\n", word));
    out += text.substr(word, i - word);
  }
  return out;
}

}  // namespace orrery
