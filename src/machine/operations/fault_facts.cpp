#include "machine/operations/fault_facts.h"

#include <algorithm>

#include "base/error.h"

namespace orrery::operations {
namespace {

template <class Enum, std::size_t n>
Enum named(const std::array<std::string_view, n>& names, const std::string& name, const Place& place,
           const std::string& path) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at != names.end()) return static_cast<Enum>(at - names.begin());
  std::string all;
  for (const std::string_view one : names) all += (all.empty() ? "" : ", ") + std::string(one);
  throw Error(place, path, "is none of " + all + ": " + in_quotes(name), "name one of them");
}

Distribution times(const catalog::Entry& entry, std::string_view key) {
  return entry.find(key) ? entry.at(key).amount : Distribution::constant(0);
}

}  // namespace

Domain domain_of(const std::string& name, const Place& place, const std::string& path) {
  return named<Domain>(domain_names, name, place, path);
}

Effect effect_of(const std::string& name, const Place& place, const std::string& path) {
  return named<Effect>(effect_names, name, place, path);
}

std::vector<Cause> causes_of(const catalog::Catalog& catalog) {
  std::vector<Cause> out;
  double counted = 0;
  for (const catalog::Entry& entry : catalog.entries("faults")) {
    const std::string path = "faults/" + entry.name;
    Cause cause;
    Fault& fault = cause.fault;
    fault.name = entry.name, fault.title = entry.title;
    fault.domain = domain_of(entry.at("domain").text, entry.place, path + ".domain");
    if (entry.find("effect")) fault.effect = effect_of(entry.at("effect").text, entry.place, path + ".effect");
    fault.out = times(entry, "out"), fault.found = times(entry, "found");
    fault.slower = entry.number("slower"), fault.missed = entry.number("missed");
    if (!entry.find("count") == !entry.find("rate"))
      throw Error(entry.place, path, "needs a count or a rate, one of them", "add count = 10 or rate = \"0.1/year\"");
    if (fault.effect != Effect::stop && (takes_several(fault.domain) || entry.find("count") != nullptr))
      throw Error(entry.place, path, "is slow or wrong: of one host, at a rate of its own",
                  "make its domain host or accelerator, and give its rate");
    cause.share = entry.number("count"), cause.rate = entry.number("rate");
    counted += cause.share;
    out.push_back(std::move(cause));
  }
  for (Cause& cause : out)
    if (counted > 0) cause.share /= counted;
  return out;
}

const catalog::Entry* server_of(const catalog::Catalog& catalog, const std::string& chip) {
  for (const catalog::Entry& entry : catalog.entries("servers"))
    if (entry.at("chip").text == chip) return &entry;
  return nullptr;
}

}  // namespace orrery::operations
