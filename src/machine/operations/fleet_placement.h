// Where jobs lie on a fleet: nodes of accelerators in scale-up domains, domains in pods. Nodes, domains and pods stand
// in sets by what is free in them, kept up to date with every job that comes and goes, so that a place is found without
// a walk over the fleet: best fit (the fullest node, domain or pod that a job still fits), the lowest number among
// equals.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace orrery::operations {

/// A fleet of equal nodes. The last domain and the last pod may have fewer nodes than the others.
struct FleetShape {
  int nodes = 1;   ///< of the fleet
  int node = 8;    ///< accelerators of a node
  int domain = 1;  ///< nodes of a scale-up domain or a rack; 1: a domain is a node
  int pod = 0;     ///< nodes of a pod, whole domains; 0: the whole fleet is one pod
  bool operator==(const FleetShape&) const = default;
};

/// One node that holds all accelerators: jobs are then bound by their number alone.
inline FleetShape pooled_fleet(int accelerators) {
  return {1, accelerators, 1, 1};
}

/// What is simulated at most: nodes, accelerators of a node, and in all.
inline constexpr int most_nodes = 200'000, most_of_node = 100'000, most_fleet = 100'000'000;

/// Throws Error for numbers below 1, a pod that is no whole number of domains, or more than is simulated.
void check_fleet(const FleetShape& shape);

/// What a job of more than a node asks of its place: nothing; one domain, or else one pod, where there is room, or
/// anywhere; that it lies within the smallest of node, domain, pod and fleet that could hold it, or waits. A job of at
/// most a node lies in one node whatever is said.
enum class Topology { any, preferred, required };

/// Accelerators of one node that a job holds.
struct Slice {
  int node = 0, count = 0;
  bool operator==(const Slice&) const = default;
};

/// A place, by node, with more of the same job's: on a node that it has already they are one slice.
std::vector<Slice> joined(std::vector<Slice> place, const std::vector<Slice>& more);

/// Nodes first to last - 1.
struct NodeRange {
  int first = 0, last = 0;
  bool holds(int node) const { return node >= first && node < last; }
  bool meets(NodeRange other) const { return first < other.last && other.first < last; }
};

/// A set of whole numbers 0 to size - 1 that knows the next one from anywhere, by words of 64 in levels.
class IndexSet {
 public:
  explicit IndexSet(int size = 0);
  void insert(int i);
  void erase(int i);
  bool empty() const { return words_.empty() || words_.back()[0] == 0; }
  bool contains(int i) const { return words_[0][static_cast<size_t>(i) >> 6] >> (i & 63) & 1; }
  /// The least member that is not below from; -1 when there is none.
  int next(int from) const;

 private:
  std::vector<std::vector<std::uint64_t>>
      words_;  ///< [level][word]; a bit of a level says whether a word below has any
};

/// Things in sets by a level from 0 to the highest; a thing may be in none.
class LevelSets {
 public:
  LevelSets(int things, int highest);
  int level(int thing) const { return level_[static_cast<size_t>(thing)]; }
  void put(int thing, int level);                              ///< level -1: in none
  int next_level(int from) const { return used_.next(from); }  ///< the least with things, not below from; or -1
  /// The least thing of a level in [first, last); -1 when there is none.
  int first(int level, int first, int last) const;

 private:
  std::vector<int> level_;
  std::vector<IndexSet> sets_;
  IndexSet used_;  ///< levels with things
};

/// The fleet with what is free on it. Counts are of accelerators unless they say nodes.
class Fleet {
 public:
  explicit Fleet(const FleetShape& shape);

  const FleetShape& shape() const { return shape_; }
  int free() const { return free_; }              ///< in service and held by no job
  int free_nodes() const { return free_nodes_; }  ///< in service, with no job on them
  int nodes_in_service() const { return in_service_count_; }
  int capacity() const { return in_service_count_ * shape_.node; }  ///< in service
  bool in_service(int node) const { return in_service_[static_cast<size_t>(node)]; }
  int free_of(int node) const { return free_of_[static_cast<size_t>(node)]; }

  int nodes_of(int accelerators) const { return (accelerators + shape_.node - 1) / shape_.node; }
  int domains() const { return domains_; }
  int pods() const { return pods_; }
  int domain_of(int node) const { return node / shape_.domain; }
  int pod_of(int node) const { return node / shape_.pod; }
  int free_nodes_of_domain(int domain) const { return domains_by_free_.level(domain); }
  int free_nodes_of_pod(int pod) const { return pods_by_free_.level(pod); }
  NodeRange domain_nodes(int domain) const;
  NodeRange pod_nodes(int pod) const;
  NodeRange all_nodes() const { return {0, shape_.nodes}; }

  /// A place for a job of n accelerators, outside the nodes to avoid, into `out`; false when there is none. Where nodes
  /// are avoided, domains and pods that meet them are left out whole for jobs of more than a node.
  bool find(int n, Topology topology, NodeRange avoid, std::vector<Slice>& out) const;
  bool find(int n, Topology topology, std::vector<Slice>& out) const { return find(n, topology, {}, out); }
  /// Whether find would find one, nothing avoided.
  bool fits(int n, Topology topology) const;
  /// Up to n further accelerators, in whole nodes where the job lies on several, for a job that lies at `place` and
  /// would be of `full`, within the node, domain or pod that its topology asks for: added to `out`. How many.
  int find_more(std::span<const Slice> place, int n, int full, Topology topology, std::vector<Slice>& out) const;

  /// Slices of nodes in service with so many free.
  void take(std::span<const Slice> slices);
  void release(std::span<const Slice> slices);
  /// Takes a node without jobs out of service, or puts it back.
  void set_in_service(int node, bool in_service);

 private:
  void update(int node, int free);
  int whole_node(NodeRange avoid) const;
  int partial_node(int n, NodeRange range, NodeRange avoid) const;
  bool holds(NodeRange range, int free_nodes, int whole, int rest) const;
  int best(const LevelSets& sets, int count, int size, int whole, int rest, NodeRange avoid) const;
  void fill(NodeRange range, int whole, int rest, std::vector<Slice>& out) const;
  void fill_domains(NodeRange range, int whole, std::vector<Slice>& out) const;
  bool find_nodes(int whole, int rest, Topology topology, NodeRange avoid, NodeRange& range) const;

  FleetShape shape_;
  int domains_ = 0, pods_ = 0, free_ = 0, free_nodes_ = 0, in_service_count_ = 0;
  std::vector<int> free_of_;                  ///< [node], also of those out of service
  std::vector<char> in_service_;              ///< [node]
  LevelSets nodes_by_free_;                   ///< accelerators
  LevelSets domains_by_free_, pods_by_free_;  ///< free nodes
};

}  // namespace orrery::operations
