// Where the first in line would have a place if running jobs were gone.
#include <algorithm>

#include "machine/operations/job_scheduler.h"

namespace orrery::operations {

JobScheduler::Regions::Regions(JobScheduler& of, int accelerators)
    : of_(of),
      n_(accelerators),
      nodes_(of.fleet_.nodes_of(accelerators)),
      in_node_(accelerators <= of.rules_.shape.node) {
  const Fleet& fleet = of_.fleet_;
  const bool placed = !in_node_ && of_.policy_.topology == Topology::required;
  in_domain_ = placed && nodes_ <= of_.rules_.shape.domain;
  in_pod_ = placed && !in_domain_ && nodes_ <= fleet.shape().pod;
  if (in_domain_)
    for (int d = 0; d < fleet.domains(); ++d) free_nodes_.push_back(fleet.free_nodes_of_domain(d));
  else if (in_pod_)
    for (int p = 0; p < fleet.pods(); ++p) free_nodes_.push_back(fleet.free_nodes_of_pod(p));
  else if (!in_node_) free_nodes_.push_back(fleet.free_nodes());
}

JobScheduler::Regions::~Regions() {
  for (const int node : touched_) of_.freed_[static_cast<size_t>(node)] = 0;
}

int JobScheduler::Regions::region_of(int node) const {
  return in_node_ ? node : in_domain_ ? of_.fleet_.domain_of(node) : in_pod_ ? of_.fleet_.pod_of(node) : 0;
}

bool JobScheduler::Regions::found_now() {
  if (in_node_) {
    if (std::vector<Slice> place; of_.fleet_.find(n_, Topology::any, place)) found_ = place.front().node;
  } else {
    for (size_t r = 0; r < free_nodes_.size() && found_ < 0; ++r)
      if (free_nodes_[r] >= nodes_) found_ = static_cast<int>(r);
  }
  return found_ >= 0;
}

bool JobScheduler::Regions::free(const std::vector<Slice>& place) {
  const Fleet& fleet = of_.fleet_;
  for (const Slice& s : place) {
    int& freed = of_.freed_[static_cast<size_t>(s.node)];
    if (freed == 0) touched_.push_back(s.node);
    freed += s.count;
    const int free = fleet.free_of(s.node) + freed;
    if (in_node_) {
      if (found_ < 0 && free >= n_) found_ = s.node;
    } else if (free == of_.rules_.shape.node) {
      const int region = region_of(s.node), now = ++free_nodes_[static_cast<size_t>(region)];
      if (found_ < 0 && now >= nodes_) found_ = region;
    }
  }
  return found_ >= 0;
}

NodeRange JobScheduler::Regions::region() const {
  const Fleet& fleet = of_.fleet_;
  return in_node_     ? NodeRange{found_, found_ + 1}
         : in_domain_ ? fleet.domain_nodes(found_)
         : in_pod_    ? fleet.pod_nodes(found_)
                      : fleet.all_nodes();
}

int JobScheduler::Regions::extra() const {
  if (!in_node_) return free_nodes_[static_cast<size_t>(found_)] - nodes_;
  return of_.fleet_.free_of(found_) + of_.freed_[static_cast<size_t>(found_)] - n_;
}

bool JobScheduler::Regions::counts(int node) const {
  if (region_of(node) != found_) return false;
  return in_node_ || of_.fleet_.free_of(node) + of_.freed_[static_cast<size_t>(node)] == of_.rules_.shape.node;
}

}  // namespace orrery::operations
