#include "base/text.h"

#include <algorithm>
#include <cctype>

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

/// The length in bytes of the character at the start of text that may not be printed; 0 where it may.
std::size_t unprintable_at(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto within = [](unsigned value, unsigned low, unsigned high) { return value >= low && value <= high; };
  const unsigned first = byte(0), second = byte(1), third = byte(2);
  if (first < 0x20 || first == 0x7F) return 1;
  if (first == 0xC2 && (within(second, 0x80, 0x9F) || second == 0xAD)) return 2;  // C1, soft hyphen
  if (first == 0xD8 && second == 0x9C) return 2;                                  // Arabic letter mark
  if (first == 0xE1 && second == 0xA0 && third == 0x8E) return 3;                 // Mongolian vowel separator
  if (first == 0xE2 && second == 0x80 && (within(third, 0x8B, 0x8F) || within(third, 0xA8, 0xAE))) return 3;
  if (first == 0xE2 && second == 0x81 && within(third, 0xA0, 0xAF)) return 3;  // U+2060 to U+206F
  if (first == 0xEF && second == 0xBB && third == 0xBF) return 3;              // byte order mark
  if (first == 0xF3 && second == 0xA0 && within(third, 0x80, 0x81)) return 4;  // tags
  return 0;
}

}  // namespace

bool is_printable(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (unprintable_at(text.substr(i)) > 0) return false;
  return true;
}

std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = unprintable_at(text.substr(i));
    out += length > 0 ? '?' : text[i];
    i += length > 0 ? length : 1;
  }
  return out;
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
