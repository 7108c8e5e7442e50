// orrery network: a network's counts, cost and power; collectives and traffic on it. The options are keys of [network].
#include <memory>

#include "app/command.h"
#include "app/scenario_options.h"
#include "base/error.h"
#include "base/files.h"
#include "report/document.h"
#include "study/kinds.h"
#include "study/network.h"

namespace orrery::app {
namespace {

struct Options {
  std::vector<std::pair<std::string, std::string>> keys;  ///< of [network], as given
  std::string against, csv, catalog, networks;
  bool json = false;
};

/// The scenario that the options amount to; against, if given, is the network.
scenario::Scenario scenario_of(const Options& o, const std::string& against) {
  Node root, section;
  for (const auto& [key, value] : o.keys)
    if (key != "network" || against.empty()) section.members.emplace_back(key, parse_value(value, {"--" + key, 0, 0}));
  if (!against.empty()) section.members.emplace_back("network", parse_value(against, {"--against", 0, 0}));
  root.members.emplace_back("network", std::move(section));
  const scenario::Form* const forms[] = {&study::network_form()};
  return scenario::finish_scenario(std::move(root), "network", {}, forms);
}

void run(const Options& o, int& status) {
  catalog::Catalog catalog(catalog_folder(o.catalog));
  if (!o.networks.empty()) catalog.add("networks", o.networks);
  const std::span<const study::Kind> kinds(&study::network_kind, 1);
  const study::Answer answer = study::answer(scenario_of(o, ""), catalog, kinds, {});
  StagedFiles staged;
  if (!o.csv.empty()) {
    const std::map<std::string, std::string> files = report::csv_of(answer.document);
    const auto bill = files.find("bill.csv");
    if (bill == files.end())
      throw Error({}, "--csv", "writes a bill of materials, and there is none", "ask for a tree with named parts");
    staged.add(o.csv, bill->second);
  }
  if (o.against.empty()) {
    print(o.json ? report::json_of(answer) : report::text_of(answer.document, false));
  } else if (o.json) {
    const study::Answer other = study::answer(scenario_of(o, o.against), catalog, kinds, {});
    print(report::json_of(answer, &other));
  } else {
    print(report::text_of(study::compare_networks(study::network_answer(scenario_of(o, ""), catalog),
                                                  study::network_answer(scenario_of(o, o.against), catalog)),
                          false));
  }
  staged.commit();
  status = answer.document.status;
}

}  // namespace

void add_network(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("network", "a network: counts, cost, power; collectives and traffic on it");
  auto o = std::make_shared<Options>();
  // The options of one value are the keys of the section, with its own words.
  const scenario::Section& section = study::network_form().sections.back();
  for (const scenario::Key& key : section.keys) {
    const std::string name(key.name), flags = "--" + name + (name == "network" ? ",--fabric" : "");
    command
        ->add_option_function<std::string>(
            flags, [o, name](const std::string& value) { o->keys.emplace_back(name, value); },
            std::string(key.meaning) + " (" + std::string(key.default_value) + ")")
        ->type_name(key.type == scenario::KeyType::whole    ? "N"
                    : key.type == scenario::KeyType::amount ? "AMOUNT"
                                                            : "NAME")
        ->check(not_empty());
  }
  command->add_option("--networks", o->networks, "a file of networks of your own, in the form of catalog/networks")
      ->type_name("FILE")
      ->check(not_empty());
  command->add_option("--against", o->against, "another network, compared point by point")
      ->type_name("NAME")
      ->check(not_empty());
  command->add_option("--csv", o->csv, "write the bill of materials to this file")
      ->type_name("FILE")
      ->check(not_empty());
  command->add_flag("--json", o->json, "print JSON");
  add_catalog_option(*command, o->catalog);
  command->callback([o, &status] { run(*o, status); });
}

}  // namespace orrery::app
