// Which networks of the catalog an accelerator can stand on. Its scale-up domain and its card are of the server or rack
// that it ships in, so naming a network never changes them: one that was laid out for other domains or cards is
// refused.
#pragma once
#include <string>
#include <vector>

#include "catalog/catalog.h"

namespace orrery::network {

/// Why accelerators of a chip ("chips" entry) cannot stand on a network ("networks" entry), as the predicate of a
/// sentence about the network; empty where they can. It must be a switched tree laid out for scale-up domains of the
/// chip's size (or for its scale-up fabric by name: scale_up, fits), with as many rails; its `nic` must have the
/// chip's `scaleout_nic`, its `bandwidth`, where it names no nic, at most that, and its scale-up fabric must then be
/// the chip's. What the datasheet leaves out is not held against the network.
std::string misfit(const catalog::Catalog& catalog, const catalog::Entry& network, const catalog::Entry& chip);

/// The names of the networks without a misfit, in the catalog's order.
std::vector<std::string> fitting(const catalog::Catalog& catalog, const catalog::Entry& chip);

/// Throws Error (key "network", without a place) where there is a misfit; its remedy lists the networks that fit, those
/// of the card's full rate where there are some.
void require_fit(const catalog::Catalog& catalog, const catalog::Entry& network, const catalog::Entry& chip);

}  // namespace orrery::network
