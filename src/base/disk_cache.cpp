#include "base/disk_cache.h"

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <mutex>

#include "base/confinement.h"
#include "base/error.h"
#include "base/files.h"
#include "base/random.h"

namespace orrery {
namespace {

constexpr std::size_t largest = std::size_t{1} << 20;

/// The first line of a file: its name, and what the rest must be.
std::string head_of(const std::string& name, std::string_view text) {
  return fmt::format("orrery {} {} {}\n", name, text.size(), digest_of(text));
}

}  // namespace

std::string digest_of(std::string_view content) {
  // The usual start of FNV-1a, and that of a text "again".
  std::uint64_t once = stream_of(""), again = stream_of("again");
  for (const unsigned char c : content) {
    constexpr std::uint64_t prime = 0x100000001b3u;
    once = (once ^ c) * prime, again = (again ^ c) * prime;
  }
  return fmt::format("{:016x}{:016x}", once, again);
}

std::string cache_folder() {
  if (const char* named = std::getenv("ORRERY_CACHE")) return named;
  if (const char* base = std::getenv("XDG_CACHE_HOME"); base && *base == '/') return std::string(base) + "/orrery";
  if (const char* home = std::getenv("HOME"); home && *home == '/') return std::string(home) + "/.cache/orrery";
  return "";
}

std::optional<std::string> cached(const std::string& folder, const std::string& name) {
  if (folder.empty()) return std::nullopt;
  const Confined anywhere(nullptr);
  const std::string path = folder + '/' + name;
  if (!is_readable_file(path)) return std::nullopt;
  try {
    const std::string file = read_file(path, largest);
    const std::size_t end = file.find('\n');
    if (end == std::string::npos) return std::nullopt;
    std::string text = file.substr(end + 1);
    if (file.compare(0, end + 1, head_of(name, text)) != 0) return std::nullopt;
    return text;
  } catch (const Error&) {
    return std::nullopt;
  }
}

void cache(const std::string& folder, const std::string& name, std::string_view text) {
  if (folder.empty()) return;
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  try {
    StagedFiles files;
    files.folder(folder);
    files.add(folder + '/' + name, head_of(name, text) + std::string(text));
    files.commit();
  } catch (const Error&) {
    // It is made anew the next time.
  }
}

}  // namespace orrery
