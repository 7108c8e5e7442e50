// The program that ORRERY_PROGRAM names, started as a process of its own.
#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

namespace orrery {

/// How one run of the program ended.
struct Ended {
  int status = -1;          ///< of its exit; -1 where a signal ended it
  int signal = 0;           ///< that ended it; 0: none
  std::string out, err;     ///< the start of what it wrote, at most 1 MiB each
  long peak_kilobytes = 0;  ///< of its memory
};

/// A process of the program whose standard output nobody reads until end() does.
class Program {
 public:
  /// Starts it in a folder, its files at most so many bytes long (0: any).
  Program(const std::vector<std::string>& arguments, const std::string& folder, long file_bytes = 0);
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();

  void send(int signal) const;
  /// Nobody will read what it writes.
  void hang_up();
  /// Reads what it writes until it ends.
  Ended end();

 private:
  pid_t pid_ = -1;
  int out_ = -1, err_ = -1;
};

/// Runs it to its end.
Ended run_program(const std::vector<std::string>& arguments, const std::string& folder);

}  // namespace orrery
