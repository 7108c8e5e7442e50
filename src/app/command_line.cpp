// What the command line may hold, and one line for what it got wrong.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "app/command.h"
#include "base/error.h"

namespace orrery::app {

CLI::Validator whole_number(std::uint64_t most) {
  return CLI::Validator(
      [most](std::string& text) -> std::string {
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error == std::errc() && end == text.data() + text.size() && value <= most) return {};
        return fmt::format("{} is not a whole number from 0 to {}", in_quotes(text), most);
      },
      "");
}

CLI::Validator not_empty() {
  return CLI::Validator([](std::string& text) -> std::string { return text.empty() ? "is empty" : ""; }, "");
}

std::string command_line_problem(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  std::vector<std::string> commands;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) commands.push_back(command->get_name());
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto named = std::find_if(words.begin(), words.end(), [](const std::string& w) { return w.empty() || w[0] != '-'; });
  const std::string list = "`orrery --help` lists the commands";
  if (named == words.end() && dynamic_cast<const CLI::RequiredError*>(&error)) return "no command is given; " + list;
  if (named != words.end() && std::find(commands.begin(), commands.end(), *named) == commands.end())
    return in_quotes(*named) + " is not a command; " + suggest(*named, commands, list);

  std::string problem = error.what();
  std::string remedy = "`orrery --help` lists the options";
  if (const std::vector<CLI::App*> chosen = app.get_subcommands(); !chosen.empty()) {
    remedy = fmt::format("`orrery {} --help` lists the options", chosen.front()->get_name());
    if (dynamic_cast<const CLI::ExtrasError*>(&error)) {
      std::vector<std::string> options;
      for (const CLI::Option* option : chosen.front()->get_options())
        for (const std::string& name : option->get_lnames()) options.push_back("--" + name);
      for (const std::string& word : chosen.front()->remaining()) {
        problem = in_quotes(word) + (word[0] == '-' ? " is not an option" : " is one argument too many");
        remedy = word[0] == '-' ? suggest(word.substr(0, word.find('=')), options, remedy) : remedy;
        break;
      }
    }
  }
  for (char& c : problem)
    if (static_cast<unsigned char>(c) < 32 || c == 127) c = '?';
  return problem + "; " + remedy;
}

}  // namespace orrery::app
