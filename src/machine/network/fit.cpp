#include "machine/network/fit.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "machine/network/fabrics.h"

namespace orrery::network {
namespace {

using catalog::Entry;

bool is_rails(const Entry& network) {
  const std::string rails = network.text("rails");
  return !rails.empty() && rails != "none";
}

/// As cards and ports are sold.
std::string rate_text(double bytes_per_second) {
  std::string number = std::to_string(bytes_per_second * 8 / 1e9);
  number.erase(number.find_last_not_of('0') + 1);
  if (number.back() == '.') number.pop_back();
  return number + " Gb/s";
}

std::string misfit_of_domain(const catalog::Catalog& catalog, const Entry& network, const Entry& chip) {
  const double own = chip.number("scaleup_domain", 0);
  if (!(own > 0)) return "";
  const Entry& up =
      catalog.entry("fabrics", network.text("scale_up"), network.at("scale_up").place, network.name + ".scale_up");
  const int domain = read_scale_up(whole_fabric(catalog, up)).domain;
  const Entry* its = scale_up_of(catalog, chip.name);
  bool named = its != nullptr && its->name == up.name;
  if (const catalog::Figure* fits = network.find("fits"); fits != nullptr && its != nullptr)
    named = named || std::find(fits->texts.begin(), fits->texts.end(), its->name) != fits->texts.end();
  if (domain != static_cast<int>(own) && !named)
    return "is laid out for scale-up domains of " + std::to_string(domain) + ", and " + chip.name + " has domains of " +
           std::to_string(static_cast<int>(own));
  // Without a card's name the servers that it was laid out for say which cards there are.
  if (!named && its != nullptr && network.find("nic") == nullptr)
    return "is laid out for servers with " + up.name + ", and those of " + chip.name + " have " + its->name;
  if (is_rails(network) && own < 2)
    return "has a rail for each accelerator of a scale-up domain, and " + chip.name + " has none";
  return "";
}

std::string misfit_of_card(const catalog::Catalog& catalog, const Entry& network, const Entry& chip) {
  const double card = chip.number("scaleout_nic", 0), rate = network.number("bandwidth");
  if (!(card > 0)) return "";
  const Entry* nic = network.find("nic") != nullptr ? catalog.find("nics", network.text("nic")) : nullptr;
  if (nic != nullptr && std::abs(nic->number("rate") / card - 1) > 1e-6)
    return "has cards of " + rate_text(nic->number("rate")) + " (" + nic->name + "), and the servers of " + chip.name +
           " of " + rate_text(card);
  if (rate > card * (1 + 1e-6))
    return "gives each accelerator " + rate_text(rate) + ", and the card of " + chip.name + " has " + rate_text(card);
  return "";
}

}  // namespace

std::string misfit(const catalog::Catalog& catalog, const Entry& network, const Entry& chip) {
  const std::string shape = network.text("topology");
  if (shape == "torus")
    return "is a torus, the scale-up domain of its accelerators themselves, which training has from their datasheet; "
           "networks between domains are modelled as switched trees";
  if (shape != "clos") return "is no switched tree, and training is modelled on those";
  const std::string domain = misfit_of_domain(catalog, network, chip);
  return domain.empty() ? misfit_of_card(catalog, network, chip) : domain;
}

std::vector<std::string> fitting(const catalog::Catalog& catalog, const Entry& chip) {
  std::vector<std::string> names;
  for (const Entry& e : catalog.entries("networks"))
    if (e.text("topology") == "clos" && misfit(catalog, e, chip).empty()) names.push_back(e.name);
  return names;
}

void require_fit(const catalog::Catalog& catalog, const Entry& network, const Entry& chip) {
  const std::string problem = misfit(catalog, network, chip);
  if (problem.empty()) return;
  std::vector<std::string> all = fitting(catalog, chip), full;
  for (const std::string& name : all)
    if (catalog.entry("networks", name).number("bandwidth") >= chip.number("scaleout_nic", 0) * (1 - 1e-6))
      full.push_back(name);
  std::string names;
  for (const std::string& name : full.empty() ? all : full) names += (names.empty() ? "" : ", ") + name;
  throw Error({}, "network", network.name + ' ' + problem,
              names.empty() ? "none of the catalog fits " + chip.name +
                                  ": leave it out, or describe one in a file of networks and give that by --catalog"
                            : "take one that fits " + chip.name + ": " + names);
}

}  // namespace orrery::network
