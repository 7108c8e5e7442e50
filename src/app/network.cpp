// orrery network: a fabric's counts, cost and power; collectives and traffic on it.
#include <filesystem>
#include <memory>

#include "app/command.h"
#include "base/error.h"
#include "base/files.h"
#include "base/units.h"
#include "catalog/catalog.h"
#include "report/network.h"

namespace orrery::app {
namespace {

struct Options {
  std::string fabric = "h100-infiniband", against, collective, bytes = "1 GiB", traffic, level = "flow",
              routing = "spray", sender = "nscc", csv, catalog, networks;
  std::uint32_t ranks = 0, senders = 32;
  double fail = 0;
  std::uint64_t seed = 1;
  bool json = false;
};

network::Question question(const Options& o) {
  network::Question q;
  q.ranks = o.ranks;
  if (!o.collective.empty()) q.collective = network::parse_collective(o.collective);
  q.bytes = at({}, "--bytes", [&] { return parse_amount_of(o.bytes, dimension::data); });
  if (!(q.bytes >= 1))
    throw Error({}, "--bytes", in_quotes(o.bytes) + " is less than a byte", "give for example \"1 GiB\"");
  if (q.bytes > 1e18) throw Error({}, "--bytes", in_quotes(o.bytes) + " is more than an exabyte", "give less");
  q.senders = o.senders;
  q.fail = o.fail;
  q.packets = o.level == "packet";
  q.packet.routing = o.routing == "ecmp" ? network::Routing::ecmp : network::Routing::spray;
  q.packet.sender = o.sender == "dcqcn"    ? network::Sender::dcqcn
                    : o.sender == "credit" ? network::Sender::credit
                                           : network::Sender::nscc;
  q.packet.seed = o.seed;
  q.traffic = o.traffic;
  std::error_code ignored;
  if (!o.traffic.empty() && std::filesystem::is_regular_file(o.traffic, ignored)) {
    q.traffic_file = o.traffic;
    q.traffic = read_file(o.traffic);
  }
  return q;
}

void run(const Options& o, int& status) {
  catalog::Catalog catalog(catalog_folder(o.catalog));
  if (!o.networks.empty()) catalog.add("networks", o.networks);
  const network::Question q = question(o);
  const network::Study study = network::study(catalog, o.fabric, q);
  StagedFiles staged;
  if (!o.csv.empty()) {
    if (!study.bill) throw Error({}, "--csv", "writes a bill of materials, and there is none", study.bill_problem);
    staged.add(o.csv, report::bill_csv(*study.bill));
  }
  if (o.against.empty()) {
    print(o.json ? report::network_json(study) : report::network_text(study));
  } else {
    const network::Study other = network::study(catalog, o.against, q);
    print(o.json ? report::network_comparison_json(study, other) : report::network_comparison_text(study, other));
  }
  staged.commit();
  if (study.traffic &&
      (study.traffic->cut_off > 0 || (study.traffic->packets && study.traffic->packets->unfinished > 0)))
    status = 1;
}

}  // namespace

void add_network(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("network", "a fabric: counts, cost, power; collectives and traffic on it");
  auto o = std::make_shared<Options>();
  command->add_option("--fabric", o->fabric, "a network of the catalog (orrery show networks)")
      ->type_name("NAME")
      ->check(not_empty())
      ->capture_default_str();
  command->add_option("--networks", o->networks, "a file of networks of your own, in the form of catalog/networks")
      ->type_name("FILE")
      ->check(not_empty());
  command->add_option("--ranks", o->ranks, "accelerators; left out, the network's own number")
      ->type_name("N")
      ->check(whole_number(100000000, 1));
  command
      ->add_option("--collective", o->collective,
                   "all-reduce, all-gather, reduce-scatter, all-to-all, broadcast or send-recv")
      ->type_name("NAME")
      ->check(not_empty());
  command->add_option("--bytes", o->bytes, "size of the collective, or of each message")
      ->type_name("AMOUNT")
      ->capture_default_str();
  command->add_option("--traffic", o->traffic, "permutation, ring, all-to-all, incast, or a file of pairs of hosts")
      ->type_name("NAME")
      ->check(not_empty());
  command->add_option("--senders", o->senders, "senders of the incast")
      ->type_name("N")
      ->capture_default_str()
      ->check(whole_number(100000000, 1));
  command->add_option("--fail", o->fail, "share of the links between switches that are down")
      ->type_name("SHARE")
      ->check(share(0.99));
  command->add_option("--level", o->level, "flow or packet")
      ->capture_default_str()
      ->check(CLI::IsMember({"flow", "packet"}));
  command->add_option("--routing", o->routing, "spray or ecmp")
      ->capture_default_str()
      ->check(CLI::IsMember({"spray", "ecmp"}));
  command->add_option("--sender", o->sender, "packet level: nscc, dcqcn or credit")
      ->capture_default_str()
      ->check(CLI::IsMember({"nscc", "dcqcn", "credit"}));
  command->add_option("--seed", o->seed, "seed of hashes, permutations and failures")
      ->type_name("N")
      ->check(whole_number(UINT64_MAX))
      ->capture_default_str();
  command->add_option("--against", o->against, "another network, compared point by point")
      ->type_name("NAME")
      ->check(not_empty());
  command->add_option("--csv", o->csv, "write the bill of materials to this file")
      ->type_name("FILE")
      ->check(not_empty());
  command->add_flag("--json", o->json, "print JSON");
  command->add_option("--catalog", o->catalog, "another catalog folder")->type_name("FOLDER")->check(not_empty());
  command->callback([o, &status] { run(*o, status); });
}

}  // namespace orrery::app
