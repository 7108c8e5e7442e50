// orrery view: the page, served on this machine until it is interrupted.
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>

#include "app/command.h"
#include "app/progress.h"
#include "base/files.h"
#include "view/library.h"
#include "view/page.h"
#include "view/result.h"
#include "view/server.h"

extern char** environ;

namespace orrery::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t shortest_token = 16;

struct Options {
  std::string shown, address = "127.0.0.1", token, folder;
  int port = 0;
  std::vector<std::string> hosts;
  bool no_browser = false;
};

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1";
}

/// Whether a folder is one of those that ship, or below them.
bool ships(const fs::path& folder) {
  std::error_code ignored;
  const fs::path share = fs::weakly_canonical(installed_folder(), ignored);
  for (const char* shipped : {"scenarios", "catalog", "measurements"}) {
    const fs::path inside = fs::weakly_canonical(folder, ignored).lexically_relative(share / shipped);
    if (!inside.empty() && *inside.begin() != "..") return true;
  }
  return false;
}

/// What is to be shown, and where scenarios are saved.
view::Settings settings_of(const Options& o) {
  if (!is_loopback(o.address) && (o.hosts.empty() || o.token.empty()))
    throw Error({}, "--address", in_quotes(o.address) + " lets other machines in",
                "add --allow-host NAME, as they call this one, and --token SECRET");
  if (!o.token.empty() && o.token.size() < shortest_token)
    throw Error({}, "--token", "is shorter than " + std::to_string(shortest_token) + " characters",
                "write a longer one that nobody guesses");
  view::Settings out;
  out.share = installed_folder();
  out.version = version;
  out.address = o.address, out.port = o.port, out.hosts = o.hosts, out.token = o.token, out.folder = o.folder;
  std::error_code ignored;
  if (!o.folder.empty() && !fs::is_directory(o.folder, ignored))
    throw Error({}, "--folder", in_quotes(o.folder) + " is not a folder", "name one that exists");
  if (!o.folder.empty() && ships(o.folder))
    throw Error({}, "--folder", in_quotes(o.folder) + " is where orrery's own files are", "name a folder of your own");
  if (o.shown.ends_with(".json")) {
    out.result = read_file(o.shown, view::largest_result);
    view::check_result(*out.result, o.shown);
    return out;
  }
  if (o.shown.empty()) return out;
  const std::string file = scenario_file(o.shown);
  scenario::read_scenario(file, {}, study::forms_of(study::kinds()));  // what is wrong with it is said at once
  const fs::path place = fs::absolute(file).lexically_normal();
  out.scenario = place.stem().string();
  if (ships(place.parent_path())) return out;
  if (view::Library::is_shipped(out.share, out.scenario))
    throw Error({file}, "", "has the name of a shipped scenario, which stands for that one here", "rename it");
  if (out.folder.empty()) out.folder = place.parent_path().string();
  if (!fs::equivalent(out.folder, place.parent_path(), ignored))
    throw Error({}, "--folder", in_quotes(out.folder) + " does not hold " + in_quotes(o.shown),
                "name the folder in which the scenario is");
  if (place.extension() != ".toml") throw Error({file}, "", "is not a file NAME.toml", "rename it");
  return out;
}

/// A page of this user's own that leads to a link. A program's arguments can be read by other users of the machine,
/// and the link holds the token. It is removed with this.
class LeadingPage {
 public:
  explicit LeadingPage(const std::string& url) {
    std::error_code failed;
    const char* runtime = std::getenv("XDG_RUNTIME_DIR");
    fs::path folder = runtime && *runtime ? fs::path(runtime) : fs::temp_directory_path(failed);
    path_ = (folder / "orrery-XXXXXX.html").string();
    const int file = mkostemps(path_.data(), 5, O_CLOEXEC);  // 0600
    if (file < 0) {
      path_.clear();
      return;
    }
    const std::string page =
        "<!doctype html><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"0;url=" + url + "\"><a href=\"" +
        url + "\">orrery</a>\n";
    const bool whole = write(file, page.data(), page.size()) == static_cast<ssize_t>(page.size());
    if (close(file) == 0 && whole) return;
    remove();
  }
  LeadingPage(const LeadingPage&) = delete;
  LeadingPage& operator=(const LeadingPage&) = delete;
  ~LeadingPage() { remove(); }

  /// Empty where it cannot be written.
  const std::string& path() const { return path_; }

 private:
  std::string path_;

  void remove() {
    if (!path_.empty()) unlink(path_.c_str());
    path_.clear();
  }
};

/// Opens a page where there is a program that does. What that prints is not shown.
void open_browser(const std::string& page) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  std::string program = "xdg-open", argument = page;
  char* words[] = {program.data(), argument.data(), nullptr};
  pid_t child = 0;
  posix_spawnp(&child, "xdg-open", &actions, &attributes, words, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
}

void view_until_interrupted(const Options& o) {
  view::Settings settings = settings_of(o);
  settings.page = view::required_page("orrery view");
  bool first = true;
  std::optional<LeadingPage> leads;
  settings.link = [&](const std::string& url) {
    print((first ? "" : "another link: ") + url + "\n");
    // Where somebody sits at a terminal.
    if (first && !o.no_browser && isatty(STDOUT_FILENO) && !leads.emplace(url).path().empty())
      open_browser(leads->path());
    else leads.reset();  // it was followed
    first = false;
  };
  end_progress();
  // Threads that are started from here on leave the signals to this one.
  sigset_t ends;
  sigemptyset(&ends);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&ends, signal);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  view::Server server(std::move(settings));
  int signal = 0;
  sigwait(&ends, &signal);
  // Who asks a second time does not wait for what is in hand.
  pthread_sigmask(SIG_UNBLOCK, &ends, nullptr);
  server.stop();
}

}  // namespace

void add_view(CLI::App& app, int&) {
  CLI::App* command = app.add_subcommand("view", "a page to look at scenarios and answers, served on this machine");
  auto o = std::make_shared<Options>();
  command->add_option("shown", o->shown, "a scenario file, the name of a shipped one, or what orrery run --json wrote")
      ->type_name("SCENARIO|RESULT.json");
  command->add_option("--port", o->port, "the port (0: a free one)")->type_name("N")->check(whole_number(65535));
  command->add_option("--address", o->address, "another address than the loopback's, so that other machines may ask")
      ->type_name("A")
      ->check(not_empty());
  command->add_option("--allow-host", o->hosts, "a name by which other machines call this one; may be repeated")
      ->allow_extra_args(false)
      ->type_name("H")
      ->check(not_empty());
  command->add_option("--token", o->token, "a token that always works, in place of those that work once")
      ->type_name("T")
      ->check(not_empty());
  command
      ->add_option("--folder", o->folder,
                   "a folder of your own, whose scenarios are shown and where new ones are saved")
      ->type_name("FOLDER")
      ->check(not_empty());
  command->add_flag("--no-browser", o->no_browser, "only print the link");
  command->callback([o] { view_until_interrupted(*o); });
}

}  // namespace orrery::app
