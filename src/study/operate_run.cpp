#include "study/operate_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/parallel.h"
#include "base/random.h"
#include "base/units.h"

namespace orrery::study {
namespace {

using namespace operations;

constexpr double day = 86400;         ///< s
constexpr double most_faults = 1e6;   ///< of one run
constexpr double usual_effort = 1e6;  ///< faults of all runs, where nobody says how many
constexpr std::size_t most_moments = 400, most_spells = 20000;

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

}  // namespace

int Followed::usual_runs(const Reliability& reliability) const {
  return static_cast<int>(std::clamp(usual_effort / effort(reliability), 12.0, 200.0));
}

double Followed::expected_faults(const Reliability& reliability) const {
  if (trace) return static_cast<double>(listed.size());
  double rate = 0;
  for (const Fault& fault : faults_at(reliability.failure_rate)) rate += fault.rate;
  return rate * job.fleet.hosts * job.fleet.accelerators * job.length;
}

double Followed::effort(const Reliability& reliability) const {
  // A host takes about a twentieth of what a fault does.
  return 1 + expected_faults(reliability) + job.fleet.hosts / 20.0;
}

double Followed::rate_of_trace() const {
  return static_cast<double>(listed.size()) / (job.fleet.hosts * job.fleet.accelerators * job.length);
}

Followed Followed::with_spares(std::uint32_t hosts) const {
  Followed out = *this;
  out.job.fleet.hosts = job.hosts + hosts;
  out.frailty = std::make_shared<const Frailty>(out.job.fleet.hosts, clustering, stream_of("hosts"));
  return out;
}

std::vector<Fault> Followed::faults_at(FailureRate rate) const {
  std::vector<Fault> out;
  for (const Cause& cause : causes) {
    out.push_back(cause.fault);
    // Of each domain that the fleet has, the last in part.
    const double size = job.fleet.size[static_cast<std::size_t>(cause.fault.domain)];
    const double domains = cause.fault.domain == Domain::job           ? 1.0 * job.fleet.hosts / job.hosts
                           : cause.fault.domain == Domain::accelerator ? job.fleet.hosts * job.fleet.accelerators
                                                                       : std::ceil(job.fleet.hosts / size);
    out.back().rate = cause.share > 0 ? cause.share * rate.value()
                                      : cause.rate * domains / (job.fleet.hosts * job.fleet.accelerators);
  }
  return out;
}

std::vector<Tier> Followed::tiers_of(const Reliability& reliability, const std::vector<Fault>& faults) const {
  if (!tiers.empty()) return tiers;
  // What storage has to be for: every fault, or where peers keep the state those that take several hosts, and work that
  // turns out to be wrong.
  const bool peers = !reliability.recovery.from_checkpoint;
  double rate = 0;
  for (const Fault& fault : faults)
    if (fault.effect == Effect::corrupt || (fault.effect == Effect::stop && (!peers || takes_several(fault.domain))))
      rate += fault.rate * job.accelerators;
  Tier storage{"storage", 0, reliability.write.value()};
  if (reliability.interval > Time(0)) storage.every = std::max(reliability.interval.value(), 1.0);
  else if (storage.blocks > 0)
    storage.every = std::max(checkpoint_interval(Time(rate > 0 ? 1 / rate : infinity), reliability.write).value(), 1.0);
  if (!peers) return {storage};
  return {{"peers", 0, 0, 0, Domain::link, false}, storage};
}

Outcome Followed::run(const Reliability& reliability, double by_chance, Watch* watch) const {
  if (const double expected = expected_faults(reliability); !trace && expected > most_faults)
    throw Error(asked_at, "operate.days",
                fmt::format("would follow {} faults in one run; at most {} are followed",
                            format_count(std::round(expected)), format_count(most_faults)),
                "take fewer days, or lower rates of faults");
  JobRun of = job;
  const std::vector<Fault> faults = faults_at(reliability.failure_rate);
  of.recovery = reliability.recovery, of.other = reliability.other;
  of.tiers = tiers_of(reliability, faults);
  if (trace) {
    ListedFaults source(listed);
    return run_job(of, faults, *frailty, source, watch);
  }
  RandomFaults source(of.fleet, of.hosts, faults, *frailty, ageing, by_chance);
  return run_job(of, faults, *frailty, source, watch);
}

void Followed::numbers_of(const Outcome& o, std::span<double> out) const {
  double all = 0;
  for (const std::uint32_t n : o.interruptions) all += n;
  out[goodput] = o.part[static_cast<std::size_t>(Part::progress)];
  out[interruptions] = all, out[faulted] = o.faults;
  out[hosts_out] = o.hosts_out, out[most_out] = o.most_out * job.fleet.hosts;
  out[short_of_hosts] = o.short_of_hosts;
  out[queue] = o.longest_queue, out[waited] = o.waited_for_crews;
  out[renewed] = o.renewed, out[unnoticed] = o.unnoticed;
  std::copy(o.part.begin(), o.part.end(), out.begin() + numbers);
  std::copy(o.interruptions.begin(), o.interruptions.end(), out.begin() + numbers + std::ssize(o.part));
}

std::vector<Output> outputs_of(const Followed& followed) {
  std::vector<Output> out;
  const auto add = [&](std::string name) { out.push_back({std::move(name)}), out.back().compared = false; };
  for (const char* name :
       {"goodput, followed", "interruptions", "faults", "hosts out", "most hosts out", "time short of hosts",
        "hosts that wait for a crew", "wait for a crew", "hosts renewed", "corruptions that nobody notices"})
    add(name);
  out.front().compared = out.front().explained = true, out.front().aim = Output::Aim::more;
  for (const std::string_view part : part_names) add("part: " + std::string(part));
  for (const Cause& cause : followed.causes) add("interruptions: " + cause.fault.name);
  return out;
}

std::vector<OnCommonFaults> on_common_faults(const Followed& followed, const std::vector<Reliability>& each,
                                             std::uint64_t seed, int threads) {
  double effort = 0;
  for (const Reliability& one : each) effort += followed.effort(one);
  const auto runs = followed.trace ? 1 : static_cast<std::size_t>(std::clamp(usual_effort / effort, 2.0, 400.0));
  static const std::uint64_t stream = stream_of("runs on common faults");
  std::vector<OnCommonFaults> found(runs * each.size());
  parallel_for(found.size(), threads, 1, [&](std::size_t first, std::size_t last, int) {
    for (std::size_t i = first; i < last; ++i) {
      const Outcome o = followed.run(each[i / runs], uniform(seed, stream, i % runs));
      found[i] = {o.part[static_cast<std::size_t>(Part::progress)], o.short_of_hosts};
    }
  });
  std::vector<OnCommonFaults> out(each.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    out[i / runs].goodput += found[i].goodput / static_cast<double>(runs);
    out[i / runs].short_of_hosts += found[i].short_of_hosts / static_cast<double>(runs);
  }
  return out;
}

namespace {

/// The least number of spares whose mean goodput reaches the goal, to a two-thousandth of the hosts, and what others
/// come to. Nothing reaches it where the job falls short of it without ever lacking a host.
void add_spares(Document& out, const Followed& followed, const Reliability& reliability, const Trials& trials) {
  const std::uint32_t hosts = followed.job.hosts;
  const double goal = *followed.goal;
  std::map<std::uint32_t, double> rows;  // goodput by spares
  const auto tried = [&](std::uint32_t spares) {
    const OnCommonFaults found =
        on_common_faults(followed.with_spares(spares), {reliability}, trials.seed, trials.threads).front();
    rows[spares] = found.goodput;
    return found;
  };
  const std::uint32_t resolution = std::max(hosts / 2000, 1u);
  std::uint32_t low = 0, high = std::max(hosts / 100, 1u);  // low is not enough, or 0
  OnCommonFaults best = tried(0);
  bool reached = best.goodput >= goal;
  if (reached) high = 0;
  while (!reached && best.short_of_hosts > 0 && low < hosts) {
    best = tried(high);
    reached = best.goodput >= goal;
    if (!reached) low = high, high = std::min(2 * high, hosts);
  }
  while (reached && high - low > resolution) {
    const std::uint32_t middle = low + (high - low) / 2;
    (tried(middle).goodput >= goal ? high : low) = middle;
  }
  for (const double share : {0.0, 0.01, 0.02, 0.04, 0.06, 0.08}) {
    const auto spares = static_cast<std::uint32_t>(std::ceil(share * hosts));
    if (!rows.contains(spares)) tried(spares);
  }
  out.put("spares_for_goal", reached ? Cell(static_cast<double>(high)) : Cell(), "hosts");
  if (reached)
    out.say(fmt::format("  for {:g} %         {} spares, {:.1f} % of the job's {} hosts\n", 100 * goal,
                        format_count(high), 100.0 * high / hosts, format_count(hosts)));
  else
    out.say(fmt::format("  for {:g} %         not reached: with {} spares it is {:.1f} %, {}\n", 100 * goal,
                        format_count(rows.rbegin()->first), 100 * best.goodput,
                        best.short_of_hosts > 0
                            ? fmt::format("the job short of hosts {:.1f} % of the time", 100 * best.short_of_hosts)
                            : "and the job lacks none"));
  Table t{"spares",
          "Spares (inputs at their medians, mean of runs)",
          {count_column("spares", "spares", "hosts"), percent_column("share", "of the job's", 1),
           percent_column("goodput", "goodput", 2), count_column("useful_accelerators", "n x goodput", "accelerators"),
           count_column("accelerators_per_percent", "accelerators a per cent", "accelerators")}};
  double before = 0, had = 0;
  for (const auto& [spares, value] : rows) {
    Cell price;
    if (!t.rows.empty() && value - before > 1e-9)
      price = (spares - had) * followed.job.fleet.accelerators / (100 * (value - before));
    t.rows.push_back(
        {static_cast<double>(spares), double(spares) / hosts, value, value * followed.job.accelerators, price});
    before = value, had = spares;
  }
  out.add(std::move(t));
}

void add_timeline(Document& out, const Followed& followed, const Reliability& reliability) {
  Watch watch;
  const double step = std::max(1.0, std::ceil(followed.days / most_moments));
  watch.moments = static_cast<std::size_t>(std::max(1.0, std::ceil(followed.days / step)));
  followed.run(reliability, 0.5, &watch);
  Table t{"timeline",
          "",
          {data_column("day"), data_column("hosts_out", "hosts"), data_column("spares_ready", "hosts"),
           data_column("speed", "share"), data_column("interruptions_per_day", "1/day")}};
  t.in_text = InText::never;
  for (const Moment& moment : watch.seen)
    t.rows.push_back({followed.first_day + static_cast<int>(moment.time / day + 1e-6), static_cast<double>(moment.out),
                      static_cast<double>(moment.spare), moment.speed, moment.interruptions / step});
  out.add(std::move(t));
}

}  // namespace

void add_followed(Document& out, const Followed& followed, const Trials& trials, std::size_t from,
                  const Reliability& reliability) {
  const auto spread = [&](std::size_t which) { return trials.spread(from + which); };
  const auto mean = [&](std::size_t which) { return mean_of(trials.values[from + which]); };
  const HostFleet& fleet = followed.job.fleet;
  const std::uint32_t spares = fleet.hosts - followed.job.hosts;
  out.say(fmt::format("  followed         {} days, hosts {}, spares {}, {}\n", fmt::format("{:g}", followed.days),
                      format_count(followed.job.hosts), format_count(spares),
                      followed.trace     ? "the trace replayed"
                      : trials.count > 1 ? fmt::format("{} runs", format_count(trials.count))
                                         : "one run"));
  if (followed.own_causes)
    out.say("  The closed form, and how often a failure comes, know the rate alone and no causes of one's own.\n");
  const Spread interruptions = spread(Followed::interruptions), most = spread(Followed::most_out);
  out.say(fmt::format("  interruptions    {} (P10 {}, P90 {}), a mean of {:.1f}\n",
                      format_count(std::round(interruptions.p50)), format_count(std::round(interruptions.p10)),
                      format_count(std::round(interruptions.p90)), mean(Followed::interruptions)));
  out.say(fmt::format("  hosts out        {:.1f} % of their time, {} of {} at worst\n", 100 * mean(Followed::hosts_out),
                      format_count(std::round(most.p50)), format_count(fleet.hosts)));
  if (mean(Followed::short_of_hosts) > 0)
    out.say(fmt::format("  short of hosts   {:.1f} % of the time\n", 100 * mean(Followed::short_of_hosts)));
  if (followed.job.crews > 0)
    out.say(fmt::format("  repairs          wait {} for a crew, {} hosts at worst\n",
                        format(Time(mean(Followed::waited))), format_count(std::round(spread(Followed::queue).p50))));
  if (mean(Followed::unnoticed) > 0)
    out.say(fmt::format("  not noticed      {:.1f} corruptions that nobody notices\n", mean(Followed::unnoticed)));
  if (followed.trace) {
    std::vector<double> repairs;
    for (const OutSpell& spell : followed.trace->spells)
      if (std::isfinite(spell.to)) repairs.push_back(spell.to - spell.from);
    const double middle = quantile(repairs, 0.5);
    out.say(fmt::format(
        "  in the trace     {} faults of {} hosts; repairs have a median of {:.2f} days, a mean of {:.1f}\n",
        format_count(double(followed.trace->spells.size())), format_count(double(followed.trace->hosts.size())), middle,
        mean_of(repairs)));
    if (followed.trace->open > 0)
      out.say(fmt::format("  {} without an end: their hosts do not come back\n", followed.trace->open));
    out.put("trace_faults", static_cast<double>(followed.trace->spells.size()), "faults");
    out.put("trace_hosts", static_cast<double>(followed.trace->hosts.size()), "hosts");
    out.put("repair/median", middle, "days").put("repair/mean", mean_of(repairs), "days");
  }
  out.put("days", followed.days, "days").put("hosts", static_cast<double>(followed.job.hosts), "hosts");
  out.put("spares_ready", static_cast<double>(spares), "hosts");
  out.put("runs", static_cast<double>(std::max(trials.count, 1)));
  for (const auto& [key, which, unit] : {std::tuple{"interruptions", Followed::interruptions, "interruptions"},
                                         {"faults", Followed::faulted, "faults"},
                                         {"hosts_out", Followed::hosts_out, "share"},
                                         {"most_hosts_out", Followed::most_out, "hosts"},
                                         {"short_of_hosts", Followed::short_of_hosts, "share"},
                                         {"repairs_waiting", Followed::queue, "hosts"},
                                         {"wait_for_crew", Followed::waited, "s"},
                                         {"hosts_renewed", Followed::renewed, "hosts"},
                                         {"corruptions_unnoticed", Followed::unnoticed, ""}}) {
    const std::string path = key;
    out.put(path + "/p10", spread(which).p10, unit).put(path + "/p50", spread(which).p50, unit);
    out.put(path + "/p90", spread(which).p90, unit).put(path + "/mean", mean(which), unit);
  }
  if (followed.goal) add_spares(out, followed, reliability, trials);
  Table causes{"interruptions_by_cause",
               "Interruptions by cause (of a run)",
               {text_column("cause", "cause"), text_column("domain", "takes"), fixed_column("mean", "mean", "", 1),
                count_column("p10", "P10", ""), count_column("p90", "P90", ""), text_column("title", "which is")}};
  for (std::size_t i = 0; i < followed.causes.size(); ++i) {
    const Fault& fault = followed.causes[i].fault;
    const std::size_t which = Followed::numbers + part_names.size() + i;
    if (followed.trace && mean(which) <= 0) continue;
    causes.rows.push_back({fault.name, std::string(domain_names[static_cast<std::size_t>(fault.domain)]), mean(which),
                           spread(which).p10, spread(which).p90, fault.title});
  }
  std::stable_sort(causes.rows.begin(), causes.rows.end(), [](const auto& a, const auto& b) {
    return std::get<double>(a[2].value) > std::get<double>(b[2].value);
  });
  out.add(std::move(causes));
  add_timeline(out, followed, reliability);
}

Trace trace_of(const Followed& followed, const Reliability& reliability) {
  Watch watch;
  watch.moments = most_moments, watch.most_spells = most_spells;
  followed.run(reliability, 0.5, &watch);
  Trace out;
  constexpr double us = 1e6;
  Track job{"Job", "interruptions", {}};
  for (const Spell& spell : watch.interruptions)
    job.slices.push_back({followed.causes[spell.fault].fault.name,
                          spell.from * us,
                          spell.to * us,
                          {{"host", static_cast<double>(spell.host)}}});
  out.tracks.push_back(std::move(job));
  // A host that is out of service lies on the first track that is free.
  std::vector<Track> repairs;
  std::vector<double> free;
  for (const Spell& spell : watch.repairs) {
    const auto at = std::find_if(free.begin(), free.end(), [&](double until) { return until <= spell.from; });
    const auto track = static_cast<std::size_t>(at - free.begin());
    if (track == free.size()) free.push_back(0), repairs.push_back({"Repairs", fmt::format("place {}", track + 1), {}});
    free[track] = spell.to;
    repairs[track].slices.push_back({fmt::format("host {}", spell.host),
                                     spell.from * us,
                                     spell.to * us,
                                     {{"cause", followed.causes[spell.fault].fault.name}}});
  }
  for (Track& track : repairs) out.tracks.push_back(std::move(track));
  out.counters = "Fleet";
  for (const Moment& moment : watch.seen) {
    out.samples.push_back({"hosts out of service", "hosts", moment.time * us, static_cast<double>(moment.out)});
    out.samples.push_back({"spares ready", "hosts", moment.time * us, static_cast<double>(moment.spare)});
    out.samples.push_back({"speed of the job", "share", moment.time * us, moment.speed});
  }
  return out;
}

std::vector<Figure> followed_figures() {
  return {{"fleet",
           "Hosts out of service and spares ready, in one run",
           "Fleet",
           "hosts",
           Plot::time,
           {{Mark::step, "out of service", "timeline", "day", "hosts_out"},
            {Mark::step, "spares ready", "timeline", "day", "spares_ready"}}},
          {"speed",
           "Speed of the job, in one run",
           "Fleet",
           "share",
           Plot::time,
           {{Mark::step, "speed", "timeline", "day", "speed"}}},
          {"interruptions",
           "Interruptions of the job a day, in one run",
           "Fleet",
           "interruptions",
           Plot::time,
           {{Mark::step, "interruptions", "timeline", "day", "interruptions_per_day"}}},
          {"interruptions_by_cause",
           "Interruptions by cause",
           "Fleet",
           "interruptions",
           Plot::ranking,
           {{Mark::bar, "mean of a run", "interruptions_by_cause", "cause", "mean"}}}};
}

}  // namespace orrery::study
