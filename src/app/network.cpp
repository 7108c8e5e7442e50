// orrery network: a network's counts, cost and power; collectives and traffic on it. The options are keys of [network].
#include <memory>

#include "app/command.h"
#include "app/section_options.h"
#include "base/error.h"
#include "base/files.h"
#include "report/document.h"
#include "study/kinds.h"
#include "study/network.h"

namespace orrery::app {
namespace {

struct Options : SectionOptions {
  std::string against, csv;
};

/// The same question of the network of --against.
study::Answer beside(const Options& o, const catalog::Catalog& catalog, std::span<const study::Kind> kinds) {
  SectionOptions with = o;
  std::erase_if(with.keys, [](const auto& key) { return key.first == "network"; });
  with.keys.emplace_back("network", o.against);
  try {
    return study::answer(scenario_of(with, study::network_form()), catalog, kinds, {});
  } catch (const Error& e) {
    throw Error({}, e.key() == "network.network" ? "--against" : e.key(), e.problem(), e.remedy());
  }
}

/// The answer under the short name of its network, as a comparison's columns are headed.
study::Answer named(study::Answer answer) {
  for (const scenario::Setting& setting : answer.study.settings)
    if (setting.path == "network.network") answer.study.title = setting.value;
  return answer;
}

void run(const Options& o, int& status) {
  check_shown(o);
  SectionOptions named_networks = o;
  if (!o.against.empty()) named_networks.keys.emplace_back("network", o.against);
  check_networks(named_networks, {"network"}, "NAME");
  const catalog::Catalog catalog = catalog_of(o);
  const std::span<const study::Kind> kinds(&study::network_kind, 1);
  const study::Answer answer = study::answer(scenario_of(o, study::network_form()), catalog, kinds, {});
  StagedFiles staged;
  if (!o.csv.empty()) {
    const std::map<std::string, std::string> files = report::csv_of(answer.document);
    auto file = files.find("bill.csv");
    if (file == files.end()) file = files.find("collective.csv");
    if (file == files.end())
      throw Error({}, "--csv", "writes a bill of materials, and there is none", "ask for a tree with named parts");
    staged.add(o.csv, file->second);
  }
  if (o.against.empty()) {
    print(o.json ? report::json_of(answer) : report::text_of(answer.document, o.detail()));
  } else {
    const study::Answer other = beside(o, catalog, kinds);
    print(o.json ? report::json_of(answer, &other)
                 : report::text_of(study::compare(named(answer), named(other)), o.detail()));
  }
  staged.commit();
  status = answer.document.status;
}

}  // namespace

void add_network(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("network", "a network: counts, cost, power; collectives and traffic on it");
  auto o = std::make_shared<Options>();
  add_section_options(*command, study::network_form(), {{"network", "--fabric,name"}}, *o);  // or without a dash
  add_networks_option(*command, *o);
  command->add_option("--against", o->against, "another network, compared point by point")
      ->type_name("NAME")
      ->check(not_empty());
  command
      ->add_option(
          "--csv", o->csv,
          "write the bill of materials, or where there is none the collective with its P10 and P90, to this file")
      ->type_name("FILE")
      ->check(not_empty());
  command->callback([o, &status] { of_option([&] { run(*o, status); }); });
}

}  // namespace orrery::app
