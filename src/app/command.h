// The commands: one function each, defined in the file of its name. A command adds itself to the command line with its
// options and writes its exit status; errors are thrown to main.
#pragma once
#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "catalog/catalog.h"

namespace orrery::app {

void add_run(CLI::App& app, int& status);
void add_solve(CLI::App& app, int& status);
void add_train(CLI::App& app, int& status);
void add_plan(CLI::App& app, int& status);
void add_network(CLI::App& app, int& status);
void add_operate(CLI::App& app, int& status);
void add_load(CLI::App& app, int& status);
void add_energy(CLI::App& app, int& status);
void add_chip(CLI::App& app, int& status);
void add_finance(CLI::App& app, int& status);
void add_validate(CLI::App& app, int& status);
void add_calibrate(CLI::App& app, int& status);
void add_show(CLI::App& app, int& status);
void add_view(CLI::App& app, int& status);

/// Of the program.
inline constexpr const char* version = "0.1.0";

/// Where the shipped catalog and scenarios are: ORRERY_SHARE, beside an installed binary, or the source tree it was
/// built from. Throws Error when there is none.
std::string installed_folder();

/// The shipped catalog with facts of one's own, those of --catalog, beside it.
catalog::Catalog catalog_of(const std::vector<std::string>& own);
/// --catalog, for every command.
void add_catalog_option(CLI::App& command, std::vector<std::string>& own);

/// A file named on the command line, or the name of one shipped in one of these folders of the share. Throws Error with
/// the nearest names, else with an example.
std::string shipped_file(const std::string& given, const std::vector<std::string>& folders, const std::string& example);

/// A scenario named on the command line: a file, or the name of a shipped one ("colossus-1").
std::string scenario_file(const std::string& given);

/// Checks of options: a whole number from least to most, any number between two, a share from 0 to most, and text that
/// is not empty.
CLI::Validator whole_number(std::uint64_t most, std::uint64_t least = 0);
CLI::Validator number(double least, double most);
CLI::Validator share(double most);
CLI::Validator not_empty();

/// What a command line got wrong as one line with a remedy.
std::string command_line_problem(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv);

/// Writes to standard output. Throws Error when it cannot be written.
void print(const std::string& text);
/// Columns of the terminal that standard output is; 0 where it is none, or one that can show letters only.
std::size_t terminal_columns();

}  // namespace orrery::app
