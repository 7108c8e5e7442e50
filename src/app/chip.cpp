// orrery chip: a chip of the catalog or of a file of one's own. The options are keys of [chip].
#include <filesystem>
#include <memory>

#include "app/command.h"
#include "app/section_options.h"
#include "base/error.h"
#include "base/files.h"
#include "report/document.h"
#include "report/figure_svg.h"
#include "study/chip.h"
#include "study/kinds.h"

namespace orrery::app {
namespace {

struct Options : SectionOptions {
  std::string named, svg, figure;
};

/// A file of chips adds to the catalog, and its one entry that says how it is built is the chip.
std::string chip_of_file(const std::string& file, catalog::Catalog& catalog) {
  const std::vector<catalog::Entry> entries = catalog::read_entries(read_file(file), "chips", file, false);
  std::vector<std::string> names;
  for (const catalog::Entry& e : entries) names.push_back(e.name);
  if (names.empty()) throw Error({file}, "", "holds no chip", "add [my-chip] with its dies (docs/chip.md)");
  if (names.size() > 1)
    throw Error({file}, "", "holds several chips",
                "name one: `orrery chip " + names.front() + " --catalog " + file + "`");
  catalog.add("chips", file);
  return names.front();
}

void run(Options o, int& status) {
  check_shown(o);
  if (!o.figure.empty() && o.svg.empty())
    throw Error({}, "--figure", "says what --svg draws, and there is no --svg", "give --svg FILE too");
  catalog::Catalog catalog = catalog_of(o);
  if (!o.named.empty()) {
    for (const auto& [key, value] : o.keys)
      if (key == "chip")
        throw Error({}, "--chip", "names a chip beside " + in_quotes(o.named), "leave one of them out");
    std::error_code none;
    const bool file = o.named.ends_with(".toml") || std::filesystem::is_regular_file(o.named, none);
    o.keys.emplace_back("chip", file ? chip_of_file(o.named, catalog) : o.named);
  }
  const std::span<const study::Kind> kinds(&study::chip_kind, 1);
  const study::Answer answer = study::answer(scenario_of(o, study::chip_form()), catalog, kinds, {});
  StagedFiles staged;
  if (!o.svg.empty()) staged.add(o.svg, report::svg_of(answer.document, o.figure));
  print(o.json ? report::json_of(answer) : report::text_of(answer.document, o.detail()));
  staged.commit();
  status = answer.document.status;
}

}  // namespace

void add_chip(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand(
      "chip", "a chip: floorplan, area, yield, cost, power, roofline, the operators of a model on it");
  auto o = std::make_shared<Options>();
  command->add_option("NAME", o->named, "a chip of the catalog, or a file of chips that holds one")
      ->type_name("NAME|FILE")
      ->check(not_empty());
  add_section_options(*command, study::chip_form(), {}, *o);
  command->add_option("--svg", o->svg, "draw a figure of the answer into this file: the cost, or --figure")
      ->type_name("FILE")
      ->check(not_empty());
  command->add_option("--figure", o->figure, "which figure --svg draws (key in JSON's figures)")
      ->type_name("KEY")
      ->check(not_empty());
  command->callback([o, &status] { of_option([&] { run(*o, status); }); });
}

}  // namespace orrery::app
