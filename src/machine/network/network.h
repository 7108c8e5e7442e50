// A whole machine's network from the catalog: its topology at a size, the parts it is built of, and the fabric that
// collectives see, with the spans that its tapers, its distances and its failures make.
#pragma once
#include <optional>

#include "machine/network/bill.h"
#include "machine/network/campus.h"
#include "machine/network/fabrics.h"
#include "machine/network/folding.h"
#include "machine/network/topology.h"

namespace orrery::network {

struct Network {
  std::string name, title;
  Topology topology;
  Fabric fabric;
  Parts parts;  ///< of a Clos
  bool has_parts = false;
  std::optional<Campus> campus;  ///< where it is several buildings: the topology is their join
  std::uint32_t ranks = 0;       ///< accelerators asked for: the topology may hold more
};

/// The network of this name (a kind "networks" entry) with room for the ranks; 0 takes the entry's own number. Where
/// only whole servers or racks fit, the topology is rounded up. chip, where given, is whose scale-up domains stand on
/// it, with the rails of one of their servers or trays; left out, those the entry was laid out for. per_domain, where
/// above 0, is how many of a scale-up domain's accelerators are there or belong to one partition: the rest of the
/// domain is not built. Throws Error as the topologies and require_fit() do, when a direct network of fixed size has
/// fewer accelerators than asked for, and for a per_domain that the scale-up domain has not.
Network make_network(const catalog::Catalog& catalog, std::string_view name, std::uint32_t ranks = 0,
                     std::uint32_t per_domain = 0, std::string_view chip = "");

/// What the network's accelerators need of it, as many as were asked for. Throws Error for a network that is no
/// switched tree with named parts, and as bill_of_materials() does.
Bill bill_of(const Network& network, const catalog::Catalog& catalog);

/// The fabric with failed links: the bandwidth shares of its spans fall to what is left of each tier's narrowest
/// subtree.
Fabric with_failures(const Network& network, const Failures& failures);

/// The group that a number of ranks, packed domain by domain, makes on the fabric.
Group packed_group(const Fabric& fabric, std::uint32_t ranks);

/// "4x4x8" as up to three whole numbers above 0. Throws Error.
std::array<std::uint32_t, 3> parse_size(std::string_view text, const std::string& key);

}  // namespace orrery::network
