// What a report shows on a terminal and not in a pipe. Runs the program that ORRERY_PROGRAM names.
#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>

#include "support/folders.h"

namespace orrery {
namespace {

/// What the program writes on a terminal of so many columns, of a kind. until: it is interrupted once it has written
/// that.
std::string on_terminal(unsigned short columns, const char* kind, const std::string& arguments,
                        const std::string& until = "") {
  winsize size{};
  size.ws_row = 50, size.ws_col = columns;
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, &size);
  if (child == 0) {
    setenv("TERM", kind, 1);
    const char* program = std::getenv("ORRERY_PROGRAM");
    execl("/bin/sh", "sh", "-c",
          ((until.empty() ? "" : "exec ") + (program ? program : std::string("orrery")) + " run " + arguments).c_str(),
          nullptr);
    _exit(127);
  }
  std::string out;
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = read(terminal, buffer.data(), buffer.size())) > 0;) {
    out.append(buffer.data(), static_cast<std::size_t>(n));
    if (!until.empty() && out.find(until) != std::string::npos) kill(child, SIGINT);
  }
  close(terminal);
  waitpid(child, nullptr, 0);
  return out;
}

TEST(Terminal, ShowsFiguresInALineEach) {
  const std::string file = source_folder() + "/scenarios/three-keys.toml";
  const std::string wide = on_terminal(110, "xterm", file), brief = on_terminal(110, "xterm", file + " --brief");
  for (const std::string& shown : {wide, brief}) {
    EXPECT_NE(shown.find("usable"), std::string::npos);
    EXPECT_NE(shown.find("█"), std::string::npos) << shown;
    EXPECT_LT(shown.find("█"), shown.find("Milestones"));
  }
  for (const std::string& plain :
       {on_terminal(110, "dumb", file), on_terminal(110, "xterm", file + " | cat"),
        on_terminal(110, "xterm", file + " --json"), on_terminal(110, "xterm", file + " --explain")})
    EXPECT_EQ(plain.find("█"), std::string::npos) << plain;
}

TEST(Terminal, SaysWhatALongCommandIsAtAndIsStopped) {
  const std::string shown =
      on_terminal(110, "xterm", source_folder() + "/scenarios/chip-factories.toml --trials 300000", " % of the trials");
  EXPECT_NE(shown.find(" s: "), std::string::npos) << shown;
  EXPECT_NE(shown.find(" % of the trials"), std::string::npos) << shown;
  EXPECT_EQ(shown.find("Milestones"), std::string::npos);
}

}  // namespace
}  // namespace orrery
