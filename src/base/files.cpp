#include "base/files.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <random>

#include "base/confinement.h"
#include "base/error.h"
#include "base/interrupt.h"

namespace orrery {
namespace {

[[noreturn]] void refuse_file(const std::string& path, const std::string& problem) {
  throw Error({path}, "", problem, "name a place in a folder that exists and can be written");
}

[[noreturn]] void refuse_size(const std::string& path, std::size_t limit_bytes) {
  throw Error({path}, "", "is larger than " + std::to_string(limit_bytes >> 20) + " MiB",
              "this is not a file of this kind; split it if it is");
}

/// Waits until something stands in a pipe that was opened without waiting, and lets it be waited for from then on.
/// Throws Error, with the pipe closed, when nobody has written to it after a while.
void wait_for_writer(int file, const std::string& path) {
  constexpr int seconds = 10;
  pollfd one{file, POLLIN, 0};
  int ready = 0;
  while ((ready = poll(&one, 1, seconds * 1000)) < 0 && errno == EINTR) continue;
  if (ready > 0) {
    fcntl(file, F_SETFL, fcntl(file, F_GETFL) & ~O_NONBLOCK);
    return;
  }
  close(file);
  throw Error({path}, "", "is a pipe that nobody has written to for " + std::to_string(seconds) + " s",
              "write to it, or name a file");
}

/// Reads an open file to its end and closes it.
std::string read_all(int file, const std::string& path, std::size_t limit_bytes) {
  std::string text;
  struct stat status {};
  if (fstat(file, &status) == 0 && S_ISREG(status.st_mode))
    text.reserve(std::min(static_cast<std::size_t>(status.st_size), limit_bytes) + 1);
  char buffer[65536];
  while (true) {
    const ssize_t n = read(file, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      const int cause = errno;
      close(file);
      if (n < 0) throw Error({path}, "", std::string("cannot be read: ") + std::strerror(cause), "check the disk");
      return text;
    }
    text.append(buffer, static_cast<size_t>(n));
    if (text.size() > limit_bytes) {
      close(file);
      refuse_size(path, limit_bytes);
    }
  }
}

/// As read_file where reading is confined: what is no plain file is not waited for, and what was put in the file's
/// place after its links were followed is not read.
std::string read_within(const Confinement& within, const std::string& path, std::size_t limit_bytes) {
  const std::string place = within.resolved(path);
  std::error_code ignored;
  const std::filesystem::file_status type = std::filesystem::status(place, ignored);
  if (exists(type) && !is_regular_file(type))
    throw Error({path}, "", is_directory(type) ? "is a folder, not a file" : "is not a plain file", "name a file");
  const int file = open(place.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0) throw Error({path}, "", std::string("cannot be read: ") + std::strerror(errno), "check the path");
  struct stat status {};
  if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode) ||
      std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(file), ignored) != place) {
    close(file);
    throw Error({path}, "", "was replaced while it was read", "read it again");
  }
  if (static_cast<std::size_t>(status.st_size) > limit_bytes) {
    close(file);
    refuse_size(path, limit_bytes);
  }
  return read_all(file, path, limit_bytes);
}

std::string random_digits() {
  std::random_device random;
  char out[17];
  std::snprintf(out, sizeof out, "%08x%08x", random(), random());
  return out;
}

}  // namespace

std::string read_file(const std::string& path, std::size_t limit_bytes) {
  if (const Confinement* within = confinement()) return read_within(*within, path, limit_bytes);
  struct stat status {};
  if (stat(path.c_str(), &status) != 0)
    throw Error({path}, "", std::string("cannot be read: ") + std::strerror(errno), "check the path");
  if (S_ISDIR(status.st_mode)) throw Error({path}, "", "is a folder, not a file", "name a file");
  if (S_ISREG(status.st_mode) && static_cast<std::size_t>(status.st_size) > limit_bytes) refuse_size(path, limit_bytes);
  const bool pipe = S_ISFIFO(status.st_mode);  // which is not to be waited for without end
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | (pipe ? O_NONBLOCK : 0));
  if (file < 0)
    throw Error({path}, "", std::string("cannot be read: ") + std::strerror(errno), "check its permissions");
  if (pipe) wait_for_writer(file, path);
  return read_all(file, path, limit_bytes);
}

StagedFiles::~StagedFiles() {
  const Uninterrupted whole;
  for (const auto& [temporary, path] : files_) unlink(temporary.c_str()), drop_unfinished(temporary);
  for (auto folder = folders_.rbegin(); folder != folders_.rend(); ++folder)
    rmdir(folder->c_str()), drop_unfinished(*folder);
}

void StagedFiles::folder(const std::string& path) {
  const Uninterrupted whole;
  for (size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    struct stat status {};
    if (mkdir(part.c_str(), 0755) == 0) add_unfinished(part), folders_.push_back(part);
    else if (const int cause = errno; stat(part.c_str(), &status) != 0)
      refuse_file(path, std::string("the folder cannot be made: ") + std::strerror(cause));
    else if (!S_ISDIR(status.st_mode))
      refuse_file(path, "the folder cannot be made: " + in_quotes(part) + " is a file");
    if (slash == std::string::npos) return;
  }
}

void StagedFiles::add(const std::string& given, std::string_view text) {
  // A device or a folder in its place must not be replaced by a file.
  struct stat status {};
  if (stat(given.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
    refuse_file(given, S_ISDIR(status.st_mode) ? "is a folder, not a file" : "is not a plain file");
  // What a link leads to is written, not the link.
  std::string path = given;
  std::error_code ignored, cause_of_link;
  if (std::filesystem::is_symlink(given, ignored)) {
    path = std::filesystem::canonical(given, cause_of_link).string();
    if (cause_of_link) refuse_file(given, "is a link that leads nowhere");
  }
  for (const auto& [temporary, place] : files_)
    if (place == path) refuse_file(given, "would be written twice");
  // A name that nobody can have taken before: what stands under it is neither followed nor written over.
  const std::string temporary = path + ".partial-" + random_digits();
  const Uninterrupted whole;
  const int file = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (file < 0) refuse_file(path, std::string("cannot be written: ") + std::strerror(errno));
  add_unfinished(temporary);
  files_.emplace_back(temporary, path);
  size_t done = 0;
  int cause = 0;
  while (done < text.size() && cause == 0) {
    const ssize_t n = write(file, text.data() + done, text.size() - done);
    if (n >= 0) done += static_cast<size_t>(n);
    else if (errno != EINTR) cause = errno;
  }
  if (close(file) != 0 && cause == 0) cause = errno;
  if (cause != 0) refuse_file(path, std::string("cannot be written: ") + std::strerror(cause));
}

void StagedFiles::add_folder(const std::string& path, const std::map<std::string, std::string>& files) {
  folder(path);
  for (const auto& [name, text] : files) add(path + '/' + name, text);
}

void StagedFiles::commit() {
  const Uninterrupted whole;
  for (const auto& [temporary, path] : files_)
    if (rename(temporary.c_str(), path.c_str()) != 0)
      refuse_file(path, std::string("cannot be put in place: ") + std::strerror(errno));
  for (const auto& [temporary, path] : files_) drop_unfinished(temporary);
  for (const std::string& folder : folders_) drop_unfinished(folder);
  files_.clear();
  folders_.clear();
}

}  // namespace orrery
