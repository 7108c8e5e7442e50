// A run that several sites train together: each site holds replicas of the model and works on its part of the batch,
// and once a step the gradients are summed over the lines between the sites.
#pragma once
#include "machine/training/pool_speed.h"

namespace orrery::training {

/// Lines between sites: of each site to all others together, each way; fibre between two of them.
struct SiteLines {
  int sites = 1;
  Bandwidth rate;
  Length distance;
};

/// s that the sum of a job's gradients over the sites takes: a ring of the sites (Patarasuk and Yuan, "Bandwidth
/// optimal all-reduce algorithms", 2009) over gradients that are first summed within each site, 2 (n - 1) / n of their
/// bytes on each site's lines, and 2 (n - 1) times the light's way. All parameters count, those of every expert too.
double exchange_between_sites(const Posed& posed, const SiteLines& lines);

/// A pool's speed with that exchange in every step. None of it is hidden behind the backward pass: an upper bound of
/// the step. Throws Error where the layout has fewer replicas than there are sites.
PoolSpeed across_sites(PoolSpeed speed, const SiteLines& lines, const Hardware& hardware,
                       const catalog::Catalog& catalog);

}  // namespace orrery::training
