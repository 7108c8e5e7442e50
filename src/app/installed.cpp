// Where shipped files are found, and how text leaves the program.
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include "app/command.h"
#include "app/progress.h"
#include "base/error.h"

namespace orrery::app {

namespace fs = std::filesystem;

std::string installed_folder() {
  std::error_code ignored;
  auto holds_catalog = [&](const fs::path& folder) { return fs::is_directory(folder / "catalog", ignored); };
  if (const char* named = std::getenv("ORRERY_SHARE"); named && *named) {
    if (holds_catalog(named)) return named;
    throw Error({named}, "", "ORRERY_SHARE names a folder without a catalog",
                "name the folder that holds catalog/ and scenarios/");
  }
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  const fs::path installed = program.parent_path().parent_path() / ORRERY_SHARE_INSTALLED;
  if (holds_catalog(installed)) return installed.string();
  if (holds_catalog(ORRERY_SHARE_BUILD)) return ORRERY_SHARE_BUILD;
  throw Error({}, "", "the catalog that ships with orrery is not found",
              "set ORRERY_SHARE to the folder that holds catalog/");
}

catalog::Catalog catalog_of(const std::vector<std::string>& own) {
  catalog::Catalog catalog(installed_folder() + "/catalog");
  for (const std::string& path : own) catalog.add(path);
  return catalog;
}

void add_catalog_option(CLI::App& command, std::vector<std::string>& own) {
  command
      .add_option("--catalog", own, "a file or folder of facts of your own, beside the shipped ones; may be repeated")
      ->allow_extra_args(false)
      ->type_name("PATH")
      ->check(not_empty());
}

std::string shipped_file(const std::string& given, const std::vector<std::string>& folders,
                         const std::string& example) {
  std::error_code ignored;
  if (fs::exists(given, ignored) || given.find('/') != std::string::npos) return given;
  if (given.empty())
    throw Error({}, "", "no scenario is named", "name a file, or a shipped scenario such as " + example);
  std::vector<std::string> names;
  for (const std::string& folder : folders) {
    const fs::path shipped =
        fs::path(installed_folder()) / folder / (given.ends_with(".toml") ? given : given + ".toml");
    if (fs::exists(shipped, ignored)) return shipped.string();
    for (const fs::directory_entry& file : fs::directory_iterator(shipped.parent_path(), ignored))
      names.push_back(file.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  throw Error({given}, "", "is neither a file nor a shipped scenario",
              suggest(given, names, "check the path, or name a shipped one such as " + example));
}

std::string scenario_file(const std::string& given) {
  return shipped_file(given, {"scenarios", "scenarios/finance"}, "colossus-1");
}

void print(const std::string& text) {
  end_progress();
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    throw Error({}, "", std::string("standard output cannot be written: ") + std::strerror(errno),
                "check the disk or the pipe");
}

std::size_t terminal_columns() {
  const char* terminal = std::getenv("TERM");
  if (!isatty(STDOUT_FILENO) || (terminal && std::string(terminal) == "dumb")) return 0;
  constexpr std::size_t usual = 80;  // of a terminal that does not say
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : usual;
}

}  // namespace orrery::app
