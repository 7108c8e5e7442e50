#include "programme/causes.h"

#include <algorithm>

namespace orrery::programme {
namespace {

using scenario::Tie;

/// The vendor of a kind of accelerators; where the catalog knows none they are of their own.
std::string vendor_of(const catalog::Catalog& catalog, const std::string& chip) {
  const catalog::Entry* entry = catalog.find("chips", chip);
  const std::string vendor = entry ? entry->text("vendor") : "";
  return vendor.empty() ? "of " + chip : vendor;
}

class Ties {
 public:
  explicit Ties(std::vector<Input>& inputs) : inputs_(inputs) {}

  /// Ties an input, if it is one, to causes of these kinds: name of the kind and which. Speeds fall where times grow.
  template <class Q>
  void add(const Uncertain<Q>& value, const std::vector<std::pair<const char*, std::string>>& causes) {
    if (value.input < 0) return;
    Input& input = inputs_[static_cast<std::size_t>(value.input)];
    for (const auto& cause : causes) {
      const bool there = std::any_of(input.ties.begin(), input.ties.end(),
                                     [&](const Tie& tie) { return tie.kind == cause.first && tie.of == cause.second; });
      if (!there) input.ties.push_back({cause.first, cause.second, scenario::is_speed(input.dimension)});
    }
  }

 private:
  std::vector<Input>& inputs_;
};

}  // namespace

void share_causes(Plan& plan, const catalog::Catalog& catalog) {
  Ties ties(plan.inputs);
  for (const Order& order : plan.orders) {
    const std::vector<std::pair<const char*, std::string>> vendor = {{"vendor", vendor_of(catalog, order.chip)}};
    if (order.design >= 0) {
      const ChipDesign& design = plan.designs[static_cast<std::size_t>(order.design)];
      for (const Uncertain<Time>& time : {design.design, design.delay, design.first_silicon, design.bring_up,
                                          design.respin, design.qualification, design.ramp})
        ties.add(time, vendor);
      ties.add(design.respins, vendor), ties.add(design.rate, vendor);
    }
    ties.add(order.lead_time, vendor), ties.add(order.rate, vendor), ties.add(order.delay, vendor);
    ties.add(order.network_lead_time, vendor);
  }
  for (const Rental& rental : plan.rentals) {
    const std::vector<std::pair<const char*, std::string>> vendor = {{"vendor", vendor_of(catalog, rental.chip)}};
    ties.add(rental.lead_time, vendor), ties.add(rental.rate, vendor), ties.add(rental.delay, vendor);
  }
  for (const Site& site : plan.sites) {
    const catalog::Entry* location = catalog.find("sites", site.location);
    const std::string region = location ? location->text("region") : "";
    // From the narrowest to the widest.
    std::vector<std::pair<const char*, std::string>> crews = {
        {"site", site.name}, {"operator", site.operated_by.empty() ? "of the programme" : site.operated_by}};
    if (!region.empty()) crews.emplace_back("region", region);
    ties.add(site.installation_rate, crews), ties.add(site.burn_in, crews), ties.add(site.delay, crews);
    for (const Building& b : site.buildings) {
      for (const Task& task : b.tasks) ties.add(task.duration, crews);
      ties.add(b.duration_factor, crews), ties.add(b.fit_out_rate, crews), ties.add(b.delay, crews);
    }
    for (const CoolingBlock& b : site.cooling)
      ties.add(b.lead_time, crews), ties.add(b.install_time, crews), ties.add(b.delay, crews);
    for (const PowerBlock& b : site.power) {
      std::vector<std::pair<const char*, std::string>> causes = crews;
      if (b.role == site::SupplyRole::grid) {
        causes = {{"utility", b.counterparty.empty() ? "of " + site.name : b.counterparty}};
        if (!region.empty()) causes.emplace_back("region", region);
      }
      ties.add(b.lead_time, causes), ties.add(b.install_time, causes), ties.add(b.delay, causes);
      ties.add(b.rate, causes);
    }
  }
  const auto of_software = [&](const Run& run) {
    for (const TrainingSpeed& speed : run.speeds)
      ties.add(speed.achieved, {{"software", vendor_of(catalog, speed.chip)}});
  };
  for (const Run& run : plan.runs) of_software(run);
  if (plan.work) of_software(*plan.work);
}

}  // namespace orrery::programme
