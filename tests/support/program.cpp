#include "support/program.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace orrery {

Program::Program(const std::vector<std::string>& arguments, const std::string& folder, long file_bytes) {
  const char* named = std::getenv("ORRERY_PROGRAM");
  std::vector<std::string> words = {named ? named : "orrery"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  int out[2], err[2];
  if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  pid_ = fork();
  if (pid_ == 0) {
    dup2(out[1], STDOUT_FILENO), dup2(err[1], STDERR_FILENO);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) ::signal(signal, SIG_DFL);
    const rlimit limit{static_cast<rlim_t>(file_bytes), static_cast<rlim_t>(file_bytes)};
    if (file_bytes > 0) setrlimit(RLIMIT_FSIZE, &limit);
    if (chdir(folder.c_str()) == 0) execvp(argv[0], argv.data());
    _exit(127);
  }
  close(out[1]), close(err[1]);
  out_ = out[0], err_ = err[0];
}

Program::~Program() {
  if (out_ >= 0) close(out_);
  if (err_ >= 0) close(err_);
  if (pid_ > 0) kill(pid_, SIGKILL), waitpid(pid_, nullptr, 0);
}

void Program::send(int signal) const {
  kill(pid_, signal);
}

void Program::hang_up() {
  close(out_);
  out_ = -1;
}

Ended Program::end() {
  constexpr std::size_t most = 1u << 20;
  Ended ended;
  std::array<pollfd, 2> streams = {{{out_, POLLIN, 0}, {err_, POLLIN, 0}}};
  std::array<char, 65536> buffer;
  while (streams[0].fd >= 0 || streams[1].fd >= 0) {
    poll(streams.data(), streams.size(), -1);
    for (std::size_t i = 0; i < streams.size(); ++i) {
      if (streams[i].fd < 0 || streams[i].revents == 0) continue;
      const ssize_t n = read(streams[i].fd, buffer.data(), buffer.size());
      std::string& into = i == 0 ? ended.out : ended.err;
      if (n <= 0) streams[i].fd = -1;
      else if (into.size() < most) into.append(buffer.data(), static_cast<std::size_t>(n));
    }
  }
  int status = 0;
  rusage used{};
  wait4(pid_, &status, 0, &used);
  pid_ = -1;
  if (WIFEXITED(status)) ended.status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) ended.signal = WTERMSIG(status);
  ended.peak_kilobytes = used.ru_maxrss;
  return ended;
}

Ended run_program(const std::vector<std::string>& arguments, const std::string& folder) {
  return Program(arguments, folder).end();
}

}  // namespace orrery
