// One training job on a fleet whose hosts fail, event by event: faults stop it, slow it down or corrupt it; hosts go to
// repair and come back as spares; state is taken back from the newest copy that survived. Where the assumptions of the
// closed form hold (spares enough, copies as there, no ageing), its mean is that of goodput_parts.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "machine/operations/copies.h"
#include "machine/operations/faults.h"
#include "machine/operations/goodput.h"

namespace orrery::operations {

/// What is run.
struct JobRun {
  HostFleet fleet;          ///< hosts of the job and its spares
  std::uint32_t hosts = 0;  ///< of the job
  double accelerators = 0;  ///< of the job
  Recovery recovery;
  std::vector<Tier> tiers;        ///< none: a fault loses nothing
  double other = 0;               ///< share of time lost that does not grow with size
  double length = 0;              ///< s
  std::uint32_t crews = 0;        ///< that repair, each one host at a time; 0: as many as needed
  double hands_on = 0;            ///< s that a crew is busy with a host
  std::uint32_t renew_after = 0;  ///< faults after which a host is sent back to its maker; 0: never
  double renewal = 0;             ///< s until another stands in its place
};

/// Where the time of a run goes.
enum class Part {
  progress,
  noticed,
  replaced,
  communicators,
  loaded,
  warm_up,
  waiting,
  replay,
  checkpoints,
  out,
  slow,
  corrupt,
  other
};
inline constexpr std::array<std::string_view, 13> part_names{
    "progress",     "failures noticed", "replaced and started", "communicators",
    "state loaded", "warm-up",          "waiting for hosts",    "work done again",
    "checkpoints",  "domains out",      "slow hosts",           "corrupted work",
    "other"};

/// What was at a moment of a run, and until the next that is seen.
struct Moment {
  double time = 0;                  ///< s
  std::uint32_t out = 0;            ///< hosts out of service
  std::uint32_t spare = 0;          ///< ready
  double speed = 0;                 ///< of the job until the next, over that without faults: mean
  std::uint32_t interruptions = 0;  ///< until the next
};

/// Something that lasted: an interruption of the job, or a host out of service.
struct Spell {
  double from = 0, to = 0;  ///< s
  std::uint32_t fault = 0, host = 0;
};

/// What a run is watched by: moments at even distances, and spells as far as asked for.
struct Watch {
  std::size_t moments = 0, most_spells = 0;
  std::vector<Moment> seen = {};
  std::vector<Spell> interruptions = {}, repairs = {};
};

/// What came of a run.
struct Outcome {
  std::array<double, part_names.size()> part{};  ///< shares of its length; 1 in all
  std::vector<std::uint32_t> interruptions;      ///< by cause
  std::uint32_t faults = 0;                      ///< of hosts at work, spare or idle
  double hosts_out = 0, most_out = 0;            ///< share of hosts out of service: mean, and at worst
  double short_of_hosts = 0;                     ///< share of time in which the job lacked a host
  double longest_queue = 0;                      ///< hosts that wait for a crew, at worst
  double waited_for_crews = 0;                   ///< s, the mean of repairs
  std::uint32_t renewed = 0, unnoticed = 0;      ///< hosts sent back; corruptions that nobody noticed
};

/// Runs the job. Ends early, as if nothing more failed, never: throws GivenUp (base/parallel.h) where it is given up.
Outcome run_job(const JobRun& job, const std::vector<Fault>& faults, const Frailty& frailty, FaultSource& source,
                Watch* watch = nullptr);

}  // namespace orrery::operations
