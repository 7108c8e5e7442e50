// Signals that end the program: files and folders that are unfinished are removed first, and what must be whole is
// done whole. POSIX.1-2017, signal concepts: the handler calls only what is safe in one.
#pragma once
#include <string>

namespace orrery {

/// From here on SIGINT, SIGTERM, SIGHUP, SIGQUIT and SIGPIPE remove what is unfinished and then end the program as they
/// would have without. SIGXFSZ is ignored: writing beyond the limit fails with an error instead. What was ignored
/// before stays so. For programs, before they start threads; the library leaves signals alone.
void remove_unfinished_on_signals();

/// While one lives no signal ends the program by the above: it is done when the last has gone. For what is short.
class Uninterrupted {
 public:
  Uninterrupted();
  Uninterrupted(const Uninterrupted&) = delete;
  Uninterrupted& operator=(const Uninterrupted&) = delete;
  ~Uninterrupted();
};

/// Notes a file, or a folder that goes if it is empty, as unfinished. Where an Uninterrupted lives.
void add_unfinished(const std::string& path);
/// It is no more: it stays, or was removed.
void drop_unfinished(const std::string& path);

}  // namespace orrery
