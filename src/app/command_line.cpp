// What the command line may hold, and one line for what it got wrong.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "app/command.h"
#include "base/error.h"
#include "base/text.h"

namespace orrery::app {

CLI::Validator whole_number(std::uint64_t most, std::uint64_t least) {
  return CLI::Validator(
      [most, least](std::string& text) -> std::string {
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error == std::errc() && end == text.data() + text.size() && value >= least && value <= most) return {};
        return fmt::format("{} is not a whole number from {} to {}", in_quotes(text), least, most);
      },
      "");
}

CLI::Validator not_empty() {
  return CLI::Validator([](std::string& text) -> std::string { return text.empty() ? "is empty" : ""; }, "");
}

namespace {

CLI::Validator real_number(const char* what, double least, double most) {
  return CLI::Validator(
      [=](std::string& text) -> std::string {
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error == std::errc() && end == text.data() + text.size() && value >= least && value <= most) return {};
        return fmt::format("{} is not a {} from {:g} to {:g}", in_quotes(text), what, least, most);
      },
      "");
}

}  // namespace

CLI::Validator share(double most) {
  return real_number("share", 0, most);
}

CLI::Validator number(double least, double most) {
  return real_number("number", least, most);
}

std::string command_line_problem(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  std::vector<std::string> commands;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    commands.push_back(command->get_name());
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto named =
      std::find_if(words.begin(), words.end(), [](const std::string& w) { return w.empty() || w[0] != '-'; });
  const std::string list = "`orrery --help` lists the commands";
  if (named == words.end() && dynamic_cast<const CLI::RequiredError*>(&error)) return "no command is given; " + list;
  if (named != words.begin() && named != words.end() && words.front() != "--")
    return in_quotes(words.front().substr(0, words.front().find('='))) +
           " stands before the command; name the command first: orrery run SCENARIO OPTIONS";
  if (named != words.end() && std::find(commands.begin(), commands.end(), *named) == commands.end())
    return in_quotes(*named) + " is not a command; " + suggest(*named, commands, list);

  std::string problem = error.what();
  if (const std::size_t at = problem.find(" At Most 1 required but received "); at != std::string::npos)
    return printable(problem.substr(0, at)) + " is given more than once; give it once";
  if (const std::size_t at = problem.find(": 1 required "); at != std::string::npos && problem.ends_with(" missing"))
    return printable(problem.substr(0, at)) + ": has no value; write one after it";
  std::string remedy = "`orrery --help` lists the options";
  // The innermost command that was named: `orrery validate training` is two deep.
  const CLI::App* chosen = &app;
  std::string called = "orrery";
  while (!chosen->get_subcommands().empty()) {
    chosen = chosen->get_subcommands().front();
    called += ' ' + chosen->get_name();
  }
  if (chosen == &app) return printable(problem) + "; " + remedy;
  remedy = fmt::format("`{} --help` lists the options", called);
  std::vector<std::string> below;
  for (const CLI::App* command : chosen->get_subcommands([](const CLI::App*) { return true; }))
    below.push_back(command->get_name());
  if (!below.empty()) {
    const auto at = std::find(words.begin(), words.end(), chosen->get_name());
    const auto word = std::find_if(at + 1, words.end(), [](const std::string& w) { return w.empty() || w[0] != '-'; });
    if (word != words.end())
      return fmt::format("{} is nothing to {}; {}", in_quotes(*word), chosen->get_name(),
                         suggest(*word, below, fmt::format("`{} --help` lists what is", called)));
    if (dynamic_cast<const CLI::RequiredError*>(&error))
      return fmt::format("nothing to {} is named; name one of {}", chosen->get_name(), fmt::join(below, ", "));
  }
  if (dynamic_cast<const CLI::ExtrasError*>(&error)) {
    std::vector<std::string> options;
    for (const CLI::Option* option : chosen->get_options())
      for (const std::string& name : option->get_lnames()) options.push_back("--" + name);
    // What a command leaves over is listed last word first, and what its own parents leave over is theirs.
    std::vector<std::string> left = app.remaining(true);
    for (const std::string& word : words)
      if (std::find(left.begin(), left.end(), word) != left.end()) {
        const bool option = !word.empty() && word[0] == '-';
        const std::string name = word.substr(0, word.find('='));
        problem = in_quotes(word) + (option ? " is not an option" : " is one argument too many");
        if (option && std::find(options.begin(), options.end(), name) != options.end())
          remedy = "give it before '--', after which nothing is an option";
        else if (option) remedy = suggest(name, options, remedy);
        break;
      }
  }
  return printable(problem) + "; " + remedy;
}

}  // namespace orrery::app
