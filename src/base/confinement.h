// Folders outside which nothing is read. A program that answers the questions of others must not open whatever file a
// question names; where reading is confined, every file is held against the folders once its links are followed.
#pragma once
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace orrery {

/// A file as it was when it was read: another size or time of change tells that it is no longer the same.
struct FileState {
  std::string path;
  long long size = 0;        ///< bytes
  long long changed_ns = 0;  ///< since 1970; of a file that is gone -1
  auto operator<=>(const FileState&) const = default;
};

/// Folders, with all below them but what is hidden, and what was read there. For several threads.
class Confinement {
 public:
  /// Throws Error when one is no folder.
  explicit Confinement(const std::vector<std::string>& folders);

  /// The place that a path leads to once its links are followed. Throws Error, which does not tell whether there is a
  /// file, when that is not within the folders.
  std::string resolved(const std::string& path) const;
  void note(FileState file) const;
  /// The files that were read, each as it was first.
  std::vector<FileState> files() const;

 private:
  std::vector<std::string> folders_;
  mutable std::mutex guard_;
  mutable std::set<FileState> files_;
};

/// A file as it is now.
FileState state_of(const std::string& path);

/// While it lives, this thread and what parallel_for does for it read within a confinement; null: anything.
class Confined {
 public:
  explicit Confined(const Confinement* within);
  Confined(const Confined&) = delete;
  Confined& operator=(const Confined&) = delete;
  ~Confined();

 private:
  const Confinement* before_;
};

/// The confinement of this thread; null where there is none.
const Confinement* confinement();

/// Throws Error when reading is confined and path is not within the folders.
void check_may_read(const std::string& path);

/// Whether path is a plain file that may be read.
bool is_readable_file(const std::string& path);

}  // namespace orrery
