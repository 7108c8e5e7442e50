// What fails in a fleet of hosts: causes with their rates, the domain that each takes with it, and how long hosts are
// then out of service. Hosts differ in how often they fail (a gamma frailty, which makes faults cluster by host), and
// the fleet may age (a Weibull intensity). Sources of faults are this process, or a trace of what happened.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/amount.h"
#include "base/distribution.h"

namespace orrery::operations {

/// What a fault takes with it, from little to much: the job's own process; one host by one of its parts or as a whole;
/// all hosts of a rack, below a leaf switch, of a power block, of a hall.
enum class Domain { job, accelerator, board, host, link, rack, leaf_switch, power_block, hall };
inline constexpr std::array<std::string_view, 9> domain_names{"job",  "accelerator", "board",       "host", "link",
                                                              "rack", "switch",      "power-block", "hall"};

/// Whether the domain is more than one host.
constexpr bool takes_several(Domain domain) {
  return domain >= Domain::rack;
}

/// What a fault does before its hosts are taken out: stops the job; makes it slower, or wrong, until it is found.
enum class Effect { stop, slow, corrupt };
inline constexpr std::array<std::string_view, 3> effect_names{"stop", "slow", "corrupt"};

/// A cause of faults.
struct Fault {
  std::string name, title;
  Domain domain = Domain::host;
  Effect effect = Effect::stop;
  double rate = 0;                                 ///< per accelerator of the fleet and second
  Distribution out = Distribution::constant(0);    ///< s that its hosts are out of service; 0: they are not
  double slower = 0;                               ///< share by which a slow host is slower, 0 to 1
  Distribution found = Distribution::constant(0);  ///< s until a slow host, or corruption, is noticed
  double missed = 0;                               ///< share of them that nobody notices, 0 to 1
};

/// Hosts by number, in racks, switches, power blocks and halls of so many hosts, each a run of numbers.
struct HostFleet {
  std::uint32_t hosts = 0;
  double accelerators = 8;                                ///< of a host
  std::array<std::uint32_t, domain_names.size()> size{};  ///< hosts of a domain; below rack 1
};

/// One fault: the cause, the host that it is about (of a domain of several: one of them), and draws for what follows.
struct FaultEvent {
  double time = 0;          ///< s from the start
  std::uint32_t fault = 0;  ///< index into the causes
  std::uint32_t host = 0;
  double out = 0;      ///< s that its hosts are out of service; 0: they are not
  double found = 0;    ///< s until it is noticed, of an effect other than stop; infinite: never
  double keep = 0;     ///< from 0 to 1: hosts that fail less than before are spared by it
  double there = 0;    ///< from 0 to 1: it comes to pass below the share of its hosts that are there
  bool spare = false;  ///< of a host that is no part of the job: one at random of those, as host is of the job's
};

/// Where faults come from, in order of time.
class FaultSource {
 public:
  virtual ~FaultSource() = default;
  /// The next fault; false when there are no more.
  virtual bool next(FaultEvent& event) = 0;
  /// Gives the fault to another host, drawn again; false where it is that host's alone.
  virtual bool another_host(FaultEvent&) { return false; }
};

/// How often each host fails, against the mean of all of them: one table for all runs of a fleet.
class Frailty {
 public:
  /// clustering: shape of the gamma distribution of hosts' rates; 0: all are alike. The same for the same stream.
  Frailty(std::uint32_t hosts, double clustering, std::uint64_t stream);
  /// The host of a uniform number, hosts drawn as often as they fail (Walker's alias table: Vose, "A linear algorithm
  /// for generating random numbers with a given distribution", IEEE TSE 17, 1991).
  std::uint32_t host(double uniform) const;
  /// The rate of a host over the mean.
  double weight(std::uint32_t host) const { return weight_.empty() ? 1 : weight_[host]; }

 private:
  std::uint32_t hosts_;
  std::vector<float> weight_, keep_;
  std::vector<std::uint32_t> other_;
};

/// How a fleet's faults come with time: intensity proportional to (age + t)^(shape - 1), Weibull's of renewal without
/// wear of its repairs, with the mean of the causes' rates over the time that is looked at.
struct Ageing {
  double shape = 1;   ///< below 1: early faults, as of new hosts; above 1: wear
  double age = 0;     ///< s that the fleet has run at the start
  double length = 1;  ///< s that are looked at
};

/// Faults at random: a Poisson process of all causes, each fault given to a cause by its rate and to a host by frailty.
/// The rates are those of hosts at work, whichever these are: of a job's hosts as many fail as its rate says, the frail
/// ones more often, and of the spares that are ready likewise.
class RandomFaults final : public FaultSource {
 public:
  /// frailty outlives it. of_job: hosts of the job; chance: a number from 0 to 1, the same for the same faults.
  RandomFaults(const HostFleet& fleet, std::uint32_t of_job, std::vector<Fault> faults, const Frailty& frailty,
               const Ageing& ageing, double chance);
  RandomFaults(const HostFleet&, std::uint32_t, std::vector<Fault>, Frailty&&, const Ageing&, double) = delete;
  bool next(FaultEvent& event) override;
  bool another_host(FaultEvent& event) override;

 private:
  HostFleet fleet_;
  std::vector<Fault> faults_;
  const Frailty& frailty_;
  Ageing ageing_;
  std::vector<double> up_to_;  ///< rates added up
  double cumulated_ = 0, until_ = 0;
  std::uint64_t seed_ = 0, count_ = 0;
  double of_job_ = 1;        ///< share of the hosts that are the job's
  std::uint32_t again_ = 0;  ///< draws of a host so far

  double draw(std::uint32_t which);
};

/// Faults from a list, in order of time.
class ListedFaults final : public FaultSource {
 public:
  /// events outlive it.
  explicit ListedFaults(const std::vector<FaultEvent>& events) : events_(events) {}
  explicit ListedFaults(std::vector<FaultEvent>&&) = delete;
  bool next(FaultEvent& event) override {
    if (at_ == events_.size()) return false;
    event = events_[at_++];
    return true;
  }

 private:
  const std::vector<FaultEvent>& events_;
  std::size_t at_ = 0;
};

}  // namespace orrery::operations
