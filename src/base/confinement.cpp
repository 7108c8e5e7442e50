#include "base/confinement.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "base/error.h"

namespace orrery {
namespace {

namespace fs = std::filesystem;
thread_local const Confinement* in_force = nullptr;

/// Whether a path lies in a folder, nothing hidden on the way; both without links.
bool lies_in(const fs::path& path, const fs::path& folder) {
  const auto [of_folder, of_path] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return of_folder == folder.end() &&
         std::none_of(of_path, path.end(), [](const fs::path& part) { return part.string().starts_with('.'); });
}

}  // namespace

Confinement::Confinement(const std::vector<std::string>& folders, std::string from) : from_(std::move(from)) {
  for (const std::string& folder : folders) {
    std::error_code failed;
    const fs::path place = fs::canonical(folder, failed);
    if (failed || !fs::is_directory(place, failed)) throw Error({folder}, "", "is not a folder", "name a folder");
    folders_.push_back(place.string());
  }
}

std::string Confinement::resolved(const std::string& path) const {
  std::error_code failed;
  fs::path place;
  std::string named;
  if (!path.empty() && path.find('\0') == std::string::npos)
    named = fs::absolute(fs::path(from_) / path, failed).string();
  if (!named.empty() && !failed) place = fs::weakly_canonical(named, failed);
  if (!place.empty() && !failed &&
      std::any_of(folders_.begin(), folders_.end(), [&](const auto& f) { return lies_in(place, f); })) {
    FileState state = state_of(named);
    const std::lock_guard lock(guard_);
    files_.insert(std::move(state));
    return place.string();
  }
  throw Error({path}, "", "is outside the folders that may be read here",
              "put it beside the scenario, or below the folder that is served");
}

std::vector<FileState> Confinement::files() const {
  const std::lock_guard lock(guard_);
  return {files_.begin(), files_.end()};
}

FileState state_of(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return {path, 0, -1, 0};
  return {path, status.st_size, status.st_ctim.tv_sec * 1'000'000'000LL + status.st_ctim.tv_nsec, status.st_ino};
}

bool unchanged(const std::vector<FileState>& files) {
  return std::all_of(files.begin(), files.end(), [](const FileState& file) { return state_of(file.path) == file; });
}

Confined::Confined(const Confinement* within) : before_(in_force) {
  in_force = within;
}

Confined::~Confined() {
  in_force = before_;
}

const Confinement* confinement() {
  return in_force;
}

void check_may_read(const std::string& path) {
  if (in_force) in_force->resolved(path);
}

bool is_readable_file(const std::string& path) {
  std::error_code ignored;
  try {
    return fs::is_regular_file(in_force ? in_force->resolved(path) : path, ignored);
  } catch (const Error&) {
    return false;
  }
}

}  // namespace orrery
