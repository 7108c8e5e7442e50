// Whole files in and out: read up to a limit, written so that several appear together or not at all.
#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery {

/// The whole file as text. Throws Error when it is missing, a folder, unreadable or larger than the limit; where
/// reading is confined (base/confinement.h) also when it is outside, or no plain file.
std::string read_file(const std::string& path, std::size_t limit_bytes = 16u << 20);

/// Several files that appear together or not at all: each is written under a temporary name beside its place and put in
/// place by commit(). What was not committed, with the folders made for it, is removed again, by signals too
/// (base/interrupt.h).
class StagedFiles {
 public:
  StagedFiles() = default;
  StagedFiles(const StagedFiles&) = delete;
  StagedFiles& operator=(const StagedFiles&) = delete;
  ~StagedFiles();

  /// Makes a folder and those above it where they are missing. Throws Error.
  void folder(const std::string& path);
  /// Throws Error when the folder is missing or cannot be written, when path is something else than a plain file, and
  /// when another file was added for the same place.
  void add(const std::string& path, std::string_view text);
  /// A folder, made where it is missing, with files of these names and texts.
  void add_folder(const std::string& path, const std::map<std::string, std::string>& files);
  /// Throws Error when a file cannot be put in place.
  void commit();

 private:
  std::vector<std::pair<std::string, std::string>> files_;  ///< temporary name, place
  std::vector<std::string> folders_;                        ///< those made, outermost first
};

}  // namespace orrery
