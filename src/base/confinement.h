// Folders outside which nothing is read. A program that answers the questions of others must not open whatever file a
// question names; where reading is confined, every file is held against the folders once its links are followed.
#pragma once
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace orrery {

/// A file or folder as it was when it was read or looked for: another size, place on the disk or time of change tells
/// that it is no longer the same. A folder changes when files come to it or go.
struct FileState {
  std::string path;
  long long size = 0;             ///< bytes
  long long changed_ns = 0;       ///< of its text, owner or name, since 1970; of what is not there -1
  unsigned long long number = 0;  ///< by which the disk knows it
  auto operator<=>(const FileState&) const = default;
};

/// Whether all of them are as they were.
bool unchanged(const std::vector<FileState>& files);

/// Folders, with all below them but what is hidden, and what was read there. For several threads.
class Confinement {
 public:
  /// from: the folder from which relative paths are seen; empty: the working folder. Throws Error when one is no
  /// folder.
  explicit Confinement(const std::vector<std::string>& folders, std::string from = {});

  /// The place that a path leads to once its links are followed. Throws Error, which does not tell whether there is a
  /// file, when that is not within the folders. What stands under the path, or does not, is noted as it is.
  std::string resolved(const std::string& path) const;
  /// What was looked for: files, folders, and what was not there. What changed meanwhile stands there twice, and so is
  /// not unchanged.
  std::vector<FileState> files() const;

 private:
  std::vector<std::string> folders_;
  std::string from_;
  mutable std::mutex guard_;
  mutable std::set<FileState> files_;
};

/// A file or folder as it is now.
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
