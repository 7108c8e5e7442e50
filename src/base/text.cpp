#include "base/text.h"

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

}  // namespace orrery
