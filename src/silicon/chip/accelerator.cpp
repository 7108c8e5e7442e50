#include "silicon/chip/accelerator.h"

#include <cctype>

#include "base/text.h"

namespace orrery::silicon {

const Accelerator* find_accelerator(const std::vector<Accelerator>& all, std::string_view name) {
  const std::string wanted = folded(name);
  for (const Accelerator& a : all) {
    if (folded(a.name) == wanted) return &a;
    for (const std::string& alias : a.aliases)
      if (folded(alias) == wanted) return &a;
  }
  return nullptr;
}

const Accelerator* recognise_accelerator(const std::vector<Accelerator>& all, std::string_view printed) {
  std::vector<std::string> words(1);
  for (const char c : printed)
    if (std::isalnum(static_cast<unsigned char>(c))) words.back() += c;
    else if (!words.back().empty()) words.emplace_back();
  if (words.back().empty()) words.pop_back();
  if (words.size() > 12) words.resize(12);  // no device has a longer name
  for (std::size_t count = words.size(); count > 0; --count)
    for (std::size_t first = 0; first + count <= words.size(); ++first) {
      std::string run;
      for (std::size_t w = first; w < first + count; ++w) run += words[w];
      if (const Accelerator* a = find_accelerator(all, run)) return a;
    }
  return nullptr;
}

}  // namespace orrery::silicon
