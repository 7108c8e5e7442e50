// Runs text cases: a case holds files and commands with the exact output they print. The same program runs the examples
// of the documentation.
//
//   case_runner [--update] ORRERY SOURCE_FOLDER FILE...
//
// In a .case file
//   @file NAME            starts a file of the case's folder, up to @end
//   $ COMMAND             is run by sh in that folder; orrery is the built program, scenarios/ the shipped ones
//   other lines           what the command prints, standard output and error together; a line "..." stands for any
//   lines [exit N]              its exit status where it is not 0 # text                between commands is a comment
// In a .md file the blocks ```console hold commands and output; a block after a line <!-- file: NAME --> is that file.
// --update writes what the commands print now into the case. Of an output with "..." each part between the dots is
// taken again from the line that it begins with, as long as it was; where that line is gone the whole output is
// written.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

struct Step {
  std::string command;
  std::vector<std::string> expected;
  int exit_status = 0;
  size_t first = 0, last = 0;  ///< lines of expected output, half open
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Whether lines match a pattern in which "..." stands for any number of lines.
bool matches(const std::vector<std::string>& pattern, size_t p, const std::vector<std::string>& lines, size_t l) {
  if (p == pattern.size()) return l == lines.size();
  if (pattern[p] == "...") {
    for (size_t skip = l; skip <= lines.size(); ++skip)
      if (matches(pattern, p + 1, lines, skip)) return true;
    return false;
  }
  return l < lines.size() && pattern[p] == lines[l] && matches(pattern, p + 1, lines, l + 1);
}

/// The lines that stand for a pattern's parts in what is printed now, with its "..." kept.
std::vector<std::string> renewed(const std::vector<std::string>& pattern, const std::vector<std::string>& printed) {
  std::vector<std::string> out;
  size_t at = 0;
  for (size_t p = 0; p < pattern.size();) {
    if (pattern[p] == "...") {
      out.push_back(pattern[p++]);
      continue;
    }
    size_t length = 0;
    while (p + length < pattern.size() && pattern[p + length] != "...") ++length;
    const auto anchor = p == 0 ? printed.begin() : std::find(printed.begin() + at, printed.end(), pattern[p]);
    at = anchor - printed.begin();
    // The last part reaches to the end of the output.
    const size_t count = p + length == pattern.size() ? printed.size() - std::min(at, printed.size()) : length;
    if (at + count > printed.size()) return printed;
    out.insert(out.end(), printed.begin() + at, printed.begin() + at + count);
    at += count;
    p += length;
  }
  return matches(out, 0, printed, 0) ? out : printed;
}

struct Case {
  std::vector<std::string> lines;
  std::vector<std::pair<std::string, std::string>> files;
  std::vector<Step> steps;
};

void close_step(Case& c, size_t end) {
  if (c.steps.empty() || c.steps.back().last) return;
  Step& s = c.steps.back();
  s.last = end;
  for (size_t i = s.first; i < end; ++i) {
    if (c.lines[i].rfind("[exit ", 0) == 0) s.exit_status = std::atoi(c.lines[i].c_str() + 6);
    else s.expected.push_back(c.lines[i]);
  }
  while (!s.expected.empty() && s.expected.back().empty()) s.expected.pop_back();
}

Case parse(const fs::path& path) {
  Case c;
  c.lines = lines_of(read(path));
  const bool markdown = path.extension() == ".md";
  bool in_file = false, in_console = false;
  std::string name;
  for (size_t i = 0; i < c.lines.size(); ++i) {
    const std::string& line = c.lines[i];
    if (in_file) {
      if (markdown ? line == "```" : line == "@end") in_file = false;
      else c.files.back().second += line + '\n';
      continue;
    }
    if (markdown && !in_console) {
      if (line.rfind("<!-- file: ", 0) == 0) name = line.substr(11, line.size() - 15);
      else if (line.rfind("```", 0) == 0 && line.size() > 3 && !name.empty())
        c.files.emplace_back(name, ""), in_file = true, name.clear();
      else if (line == "```console") in_console = true;
      continue;
    }
    if (markdown && line == "```") {
      close_step(c, i);
      in_console = false;
    } else if (!markdown && line.rfind("@file ", 0) == 0) {
      close_step(c, i);
      c.files.emplace_back(line.substr(6), "");
      in_file = true;
    } else if (line.rfind("$ ", 0) == 0) {
      close_step(c, i);
      c.steps.push_back({line.substr(2), {}, 0, i + 1, 0});
    } else if (!markdown && !line.empty() && line[0] == '#') {
      close_step(c, i);
    }
  }
  close_step(c, c.lines.size());
  return c;
}

/// The output of a command and its exit status.
std::pair<std::string, int> run(const std::string& command, const fs::path& folder) {
  const fs::path script = folder / ".step", output = folder / ".output";
  std::ofstream(script) << command << '\n';
  const std::string whole = "cd '" + folder.string() + "' && sh ./.step >.output 2>&1 </dev/null";
  const int status = std::system(whole.c_str());
  return {read(output), WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status)};
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool update = !arguments.empty() && arguments[0] == "--update";
  if (update) arguments.erase(arguments.begin());
  if (arguments.size() < 3) {
    std::cerr << "usage: case_runner [--update] ORRERY SOURCE_FOLDER FILE...\n";
    return 2;
  }
  const fs::path program = fs::absolute(arguments[0]), source = fs::absolute(arguments[1]);
  setenv("PATH", (program.parent_path().string() + ":" + std::getenv("PATH")).c_str(), 1);
  setenv("ORRERY_SHARE", source.c_str(), 1);
  setenv("ORRERY_CACHE", "", 1);
  setenv("LC_ALL", "C.UTF-8", 1);
  int failed = 0, passed = 0;
  for (size_t a = 2; a < arguments.size(); ++a) {
    const fs::path path = arguments[a];
    const Case c = parse(path);
    const fs::path folder = fs::temp_directory_path() / ("orrery-case-" + std::to_string(getpid()));
    fs::remove_all(folder);
    fs::create_directories(folder);
    fs::create_directory_symlink(source / "scenarios", folder / "scenarios");
    for (const auto& [name, text] : c.files) {
      fs::create_directories((folder / name).parent_path());
      std::ofstream(folder / name) << text;
    }
    if (c.steps.empty() && update) continue;
    if (c.steps.empty()) {
      std::cout << path.string() << ": no commands\n";
      ++failed;
    }
    std::vector<std::string> updated;
    size_t at = 0;
    for (const Step& step : c.steps) {
      auto [text, status] = run(step.command, folder);
      // The case's folder differs from run to run.
      for (size_t where; (where = text.find(folder.string())) != std::string::npos;)
        text.replace(where, folder.string().size(), "FOLDER");
      std::vector<std::string> printed = lines_of(text);
      while (!printed.empty() && printed.back().empty()) printed.pop_back();
      for (; at < step.first; ++at) updated.push_back(c.lines[at]);
      if (status == step.exit_status && matches(step.expected, 0, printed, 0)) {
        ++passed;
        continue;
      }
      ++failed;
      if (update) {
        const std::vector<std::string> now = renewed(step.expected, printed);
        updated.insert(updated.end(), now.begin(), now.end());
        if (status != 0) updated.push_back("[exit " + std::to_string(status) + "]");
        size_t blank = step.last;
        while (blank > step.first && c.lines[blank - 1].empty()) --blank;
        at = blank;
        continue;
      }
      std::cout << path.string() << ":" << step.first << ": $ " << step.command << "\n  expected (exit "
                << step.exit_status << "):\n";
      for (const std::string& line : step.expected) std::cout << "    " << line << '\n';
      std::cout << "  printed (exit " << status << "):\n";
      for (const std::string& line : printed) std::cout << "    " << line << '\n';
    }
    for (; at < c.lines.size(); ++at) updated.push_back(c.lines[at]);
    if (update && updated != c.lines) {
      std::ofstream file(path);
      for (const std::string& line : updated) file << line << '\n';
      std::cout << "updated " << path.string() << '\n';
    }
    fs::remove_all(folder);
  }
  if (update) return 0;
  std::cout << passed << " passed, " << failed << " failed\n";
  return failed ? 1 : 0;
}
