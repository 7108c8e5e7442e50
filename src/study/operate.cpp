#include "study/operate.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <memory>

#include "base/units.h"
#include "catalog/bounds.h"
#include "machine/operations/recovery_facts.h"
#include "scenario/check.h"
#include "study/kinds.h"
#include "study/operate_jobs.h"
#include "study/operate_run.h"

namespace orrery::study {
namespace {

using namespace operations;
using namespace scenario;
namespace d = dimension;

constexpr double day = 86400, node = 8;    ///< s; accelerators of a node that rates are said of
constexpr double most_accelerators = 1e9;  ///< that are asked about
constexpr double per_node_days = node * 1000 * day;

/// Of one job, in closed form.
std::vector<Key> job_keys() {
  return {of(KeyType::chips_of, "on", "accelerators", "16384 x h100-sxm"),
          text("mechanism", "by which it goes on after a failure, one of the catalog's recovery",
               "the one published for so many accelerators"),
          amount("rate", d::none, "interruptions per 1,000 nodes of eight accelerators and day", "failures/default", 0,
                 1e9),
          whole("replica", "accelerators of a replica or a domain that fails for itself", "the mechanism's", 1, 1e9),
          amount("stall", d::none, "phases of a recovery over those of the mechanism, as sites differ",
                 "the mechanism's spread", 0, 100),
          amount("checkpoint", d::time, "time that a checkpoint on storage blocks the job", "failures/default", 0,
                 bounds::longest),
          certain(amount("interval", d::time, "between checkpoints on storage", "the one that wastes least", 1,
                         bounds::longest)),
          amount("other", d::none, "share of time lost that does not grow with size", "failures/default", 0, 1)};
}

Form make_form() {
  std::vector<Key> keys = job_keys();
  for (Key& key : followed_keys()) keys.push_back(std::move(key));
  for (Key& key : jobs_keys()) keys.push_back(std::move(key));
  std::vector<Section> sections{{"", "The job.", {}, {"operate", "fault", "tier"}}};
  for (Section& section : followed_sections()) sections.push_back(std::move(section));
  sections.push_back(
      {"operate", "How many accelerators, how often they fail, and what then happens.", std::move(keys)});
  return {"operate",
          "the running of a job",
          "goodput of a training job while accelerators fail, by the mechanism it recovers by",
          {"operate"},
          std::move(sections)};
}

/// What is asked, with its uncertain values.
struct Job {
  std::string chip_title, mechanism, title;  ///< of the accelerator; of the mechanism, and in words
  std::string why;                           ///< where the mechanism was not given
  double accelerators = 0;                   ///< at work
  double asked = 0;                          ///< of a trace, those of the fleet
  Recovery recovery, restart;                ///< restart: of the mechanism that small jobs go by
  std::string plain;                         ///< its name
  UncertainNumber rate, stall, other;        ///< interruptions per 1,000 nodes and day
  Uncertain<Time> checkpoint;
  Time interval;
  struct Other {
    std::string name, title;
    Recovery recovery;
  };
  std::vector<Other> mechanisms;     ///< of the catalog, with the replica of the job
  std::optional<Followed> followed;  ///< through its faults

  Reliability reliability(Draws draws, const Recovery& by) const {
    return {FailureRate(rate.in(draws) / per_node_days), scaled(by, stall.in(draws)), checkpoint.in(draws),
            by.from_checkpoint ? interval : Time(0), other.in(draws)};
  }
};

enum { goodput_of_job, goodput_of_restart };
constexpr std::size_t output_count = 2;

/// The catalog's rate, as this section says it.
Fallback usual_rate(const catalog::Entry& failures) {
  Fallback rate = from_catalog(failures, failures.at("rate"));
  rate.value = rate.value.scaled(per_node_days);
  return rate;
}

Job read_job(Reader& reader) {
  const View view = reader.root().below("operate");
  const catalog::Catalog& catalog = reader.catalog();
  const catalog::Entry& failures = catalog.entry("failures", "default");
  Job job;
  const std::string on = reader.text(view, "on", "16384 x h100-sxm", "as Llama 3");
  const auto [count, chip] = parse_chips_of(on, view.place("on"), view.key_path("on"));
  job.accelerators = count;
  job.chip_title = catalog.entry("chips", chip, view.place("on"), view.key_path("on")).title;
  const bool given = view.gives("mechanism");
  const catalog::Entry& usual = usual_mechanism(catalog, count);
  if (!given) job.why = fmt::format("usual from {} on", format_count(usual.number("from")));
  const catalog::Entry& entry = reader.entry(view, "mechanism", "recovery", usual.name, job.why);
  job.mechanism = entry.name, job.title = entry.title;
  job.recovery = recovery_of(entry);
  needs(view, {"replica"}, job.recovery.domain > Chips(0), "a mechanism with domains",
        "add mechanism = \"replica-level\", or leave it out");
  needs(view, {"interval"}, job.recovery.from_checkpoint, "checkpoints on storage",
        "add mechanism = \"whole-job\", or leave it out");
  if (job.recovery.domain > Chips(0))
    job.recovery.domain =
        Chips(reader.whole(view, "replica", static_cast<int>(job.recovery.domain.value()), "recovery/" + entry.name));
  job.followed = read_followed(reader, count, chip);
  job.asked = count;
  if (job.followed) job.accelerators = job.followed->job.accelerators;
  job.rate = reader.number(view, "rate",
                           job.followed && job.followed->trace
                               ? from_rule(job.followed->rate_of_trace() * per_node_days, "as often as in the trace")
                               : usual_rate(failures));
  job.stall = reader.number(view, "stall", maybe(entry, "spread"));
  job.checkpoint = reader.amount<Time>(view, "checkpoint", maybe(failures, "checkpoint_write"));
  if (view.gives("interval")) job.interval = reader.constant<Time>(view, "interval");
  job.other = reader.number(view, "other", maybe(failures, "other"));
  const catalog::Entry& plain = usual_mechanism(catalog, 1);
  job.plain = plain.name, job.restart = recovery_of(plain);
  for (const catalog::Entry& one : catalog.entries("recovery")) {
    job.mechanisms.push_back({one.name, one.title, recovery_of(one)});
    Recovery& r = job.mechanisms.back().recovery;
    if (r.domain > Chips(0) && job.recovery.domain > Chips(0)) r.domain = job.recovery.domain;
  }
  return job;
}

/// "87.3 % (P10 84.1, P90 90.6)".
std::string in_words(const Spread& s) {
  return fmt::format("{:.1f} % (P10 {:.1f}, P90 {:.1f})", 100 * s.p50, 100 * s.p10, 100 * s.p90);
}

/// To two digits, for what is no count.
double rounded(double n) {
  const double unit = std::pow(10, std::max(0.0, std::floor(std::log10(n)) - 1));
  return std::round(n / unit) * unit;
}

/// Whether n x goodput is largest somewhere below what is asked about.
bool has_largest(double most) {
  return most < most_accelerators * 0.99;
}

void run(const Job& job, Draws draws, std::span<double> outputs) {
  const Chips n(job.accelerators);
  outputs[goodput_of_job] = goodput(n, job.reliability(draws, job.recovery));
  outputs[goodput_of_restart] = goodput(n, job.reliability(draws, job.restart));
  if (job.followed)
    job.followed->numbers_of(job.followed->run(job.reliability(draws, job.recovery), job.followed->chance_in(draws)),
                             outputs.subspan(output_count));
}

std::size_t outputs_in_all(const Job& job) {
  return output_count + (job.followed ? job.followed->outputs() : 0);
}

using Parts = std::array<double, part_names.size()>;

/// Where the time goes by the closed form.
Parts parts_of(const GoodputParts& p) {
  return {p.progress,
          p.stall.detect,
          p.stall.replace,
          p.stall.communicators,
          p.stall.load,
          p.stall.warm_up,
          0,
          p.replay,
          p.checkpoints,
          p.out,
          0,
          0,
          p.other};
}

/// And by the mean of runs.
Parts parts_of(const Trials& runs) {
  Parts out{};
  for (std::size_t i = 0; i < out.size(); ++i)
    for (const double value : runs.values[output_count + Followed::numbers + i])
      out[i] += value / static_cast<double>(runs.values[0].size());
  return out;
}

/// The part that takes most of the time that is no progress, all phases of a stall being one: its name and share.
std::pair<std::string, double> most_lost(const Parts& parts) {
  std::pair<std::string, double> most{"stalls", 0};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto part = static_cast<Part>(i);
    if (part >= Part::noticed && part <= Part::warm_up) most.second += parts[i];
  }
  for (std::size_t i = static_cast<std::size_t>(Part::waiting); i < parts.size(); ++i)
    if (parts[i] > most.second) most = {std::string(part_names[i]), parts[i]};
  return most;
}

/// Where the time of the job goes: by the closed form at the medians, and the mean of runs where it was followed.
Table parts_table(const Parts& closed, const Parts* runs) {
  Table t{"parts",
          runs ? "Where the time goes (mean of runs; the closed form at the medians of inputs)"
               : "Where the time goes (inputs at their medians)",
          {text_column("part", "part"), percent_column("share", "share", 2)}};
  if (runs) t.columns.push_back(percent_column("closed_form", "closed form", 2));
  for (std::size_t i = 0; i < closed.size(); ++i) {
    const double share = runs ? (*runs)[i] : closed[i];
    if (i > 0 && share < 1e-9 && closed[i] < 1e-9) continue;  // but for rounding
    t.rows.push_back({std::string(part_names[i]), share});
    if (runs) t.rows.back().push_back(closed[i]);
  }
  t.rows.push_back({"in all", 1.0});
  if (runs) t.rows.back().push_back(1.0);
  return t;
}

/// Each mechanism on the same job, and the number of accelerators beyond which it makes less of more.
Table mechanisms_table(const Job& job, const Trials* runs) {
  Table t{"mechanisms",
          "By mechanism (inputs at their medians)",
          {text_column("mechanism", "mechanism"), percent_column("goodput", "goodput", 1),
           count_column("useful_accelerators", "n x goodput", "accelerators"),
           count_column("largest_useful", "largest at", "accelerators"), text_column("title", "which is")}};
  std::vector<OnCommonFaults> followed;
  if (runs) {
    std::vector<Reliability> all;
    for (const Job::Other& one : job.mechanisms) all.push_back(job.reliability({}, one.recovery));
    followed = on_common_faults(*job.followed, all, runs->seed, runs->threads);
    t.columns.insert(t.columns.begin() + 2, percent_column("followed", "on the same faults", 1));
  }
  for (const Job::Other& one : job.mechanisms) {
    const Reliability reliability = job.reliability({}, one.recovery);
    const double share = goodput(Chips(job.accelerators), reliability), most = largest_useful(reliability).value();
    t.rows.push_back({one.name, share, share * job.accelerators,
                      has_largest(most) ? Cell(most, format_count(rounded(most))) : Cell(Value(), "any"), one.title});
    if (runs) t.rows.back().insert(t.rows.back().begin() + 2, Cell(followed[t.rows.size() - 1].goodput));
  }
  return t;
}

std::vector<Figure> figures() {
  return {{"parts",
           "Where the time goes",
           "Goodput",
           "",
           Plot::waterfall,
           {{Mark::bar, "share", "parts", "part", "share"}},
           "",
           {},
           {},
           {},
           true},
          {"mechanisms",
           "Goodput by mechanism",
           "Goodput",
           "",
           Plot::ranking,
           {{Mark::bar, "goodput", "mechanisms", "mechanism", "goodput"}}}};
}

Document answer_of(const Job& job, const Trials& given) {
  // P10 and P90 stand beside the goodput also where no trials were asked for.
  constexpr int usual_trials = 1000;
  const Reliability reliability = job.reliability({}, job.recovery);
  const bool has = given.count > 0;
  const Trials own =
      has ? Trials{}
          : run_trials(
                given.inputs, outputs_in_all(job), [&](Draws draws, std::span<double> out) { run(job, draws, out); },
                {job.followed ? job.followed->usual_runs(reliability) : usual_trials, given.seed, given.threads});
  const Trials& trials = has ? given : own;
  const Trials* runs = job.followed ? &trials : nullptr;
  const Spread closed = trials.spread(goodput_of_job), restart = trials.spread(goodput_of_restart),
               share = runs ? trials.spread(output_count + Followed::goodput) : closed;
  const Chips n(job.accelerators);
  const double mtbf = mean_time_between_failures(n, reliability).value(), most = largest_useful(reliability).value();
  Document out;
  out.say(fmt::format("{} x {}: {}{}\n", format_count(job.asked), job.chip_title, job.mechanism,
                      job.why.empty() ? "" : fmt::format(", {}", job.why)));
  out.say(fmt::format("  {}\n\n", job.title));
  out.say(fmt::format("  goodput          {}\n", in_words(share)));
  if (runs) out.say(fmt::format("  closed form      {}\n", in_words(closed)));
  if (job.mechanism != job.plain) out.say(fmt::format("  {:<15}  {}\n", job.plain, in_words(restart)));
  out.say(fmt::format("  a failure        {}\n", std::isfinite(mtbf) ? "every " + format(Time(mtbf)) : "never"));
  if (std::isfinite(mtbf)) {
    out.say(fmt::format("  the job stands   {} each time\n", format(Time(stall(n, reliability.recovery).total()))));
    if (reliability.recovery.from_checkpoint && !(runs && !job.followed->tiers.empty()))
      out.say(fmt::format(
          "  a checkpoint     every {}\n",
          format(job.interval > Time(0) ? job.interval : checkpoint_interval(Time(mtbf), reliability.write))));
  }
  const Parts by_closed_form = parts_of(goodput_parts(n, reliability)), parts = runs ? parts_of(*runs) : by_closed_form;
  const auto [binds, lost] = most_lost(parts);
  if (lost > 0) out.say(fmt::format("  binds            {}, {:.1f} % of the time\n", binds, 100 * lost));
  if (has_largest(most)) {
    out.say(fmt::format("  n x goodput      {} at work, largest on {}\n", format_count(share.p50 * job.accelerators),
                        format_count(rounded(most))));
    if (job.accelerators > most)
      out.say("  More accelerators make less progress here: take fewer, or a mechanism with a smaller stall.\n");
  }
  for (const auto& [key, spread] : {std::pair{"goodput", share}, {"closed_form", closed}, {"plain_restart", restart}})
    out.put(std::string(key) + "/p10", spread.p10)
        .put(std::string(key) + "/p50", spread.p50)
        .put(std::string(key) + "/p90", spread.p90);
  out.put("accelerators", job.accelerators).put("mechanism", job.mechanism);
  out.put("mean_time_between_failures", std::isfinite(mtbf) ? Cell(mtbf) : Cell(), "s");
  out.put("stall", stall(n, reliability.recovery).total(), "s");
  out.put("largest_useful", has_largest(most) ? Cell(most) : Cell(), "accelerators");
  out.put("past_largest", job.accelerators > most);
  out.put("binds", lost > 0 ? Cell(binds) : Cell());
  if (runs) add_followed(out, *job.followed, trials, output_count, reliability);
  out.add(parts_table(by_closed_form, runs ? &parts : nullptr)).add(mechanisms_table(job, runs));
  out.figures = figures();
  if (runs)
    for (Figure& figure : followed_figures()) out.figures.push_back(std::move(figure));
  return out;
}

Study read(const Scenario& scenario, const catalog::Catalog& catalog) {
  Reader reader(scenario, catalog);
  Study study = titled_study(reader);
  std::vector<Key> of_one = job_keys();
  for (Key& key : followed_keys()) of_one.push_back(std::move(key));
  if (std::optional<JobsQuestion> jobs = read_jobs_question(reader, of_one)) {
    if (!reader.root().gives("title"))
      study.title = fmt::format("{} jobs on one fleet", format_count(static_cast<double>(jobs->trace.jobs.size())));
    const auto asked = std::make_shared<const JobsQuestion>(std::move(*jobs));
    study.trial = [](Draws, std::span<double>) {};
    study.answer = [asked](const Trials& trials) { return jobs_document(*asked, trials.threads); };
    return finished_study(std::move(study), reader);
  }
  const auto job = std::make_shared<const Job>(read_job(reader));
  if (!reader.root().gives("title"))
    study.title = fmt::format("{} x {}, {}", format_count(job->asked), job->chip_title, job->mechanism);
  study.outputs.resize(output_count);
  study.outputs[goodput_of_job] = {"goodput"};
  study.outputs[goodput_of_job].explained = true, study.outputs[goodput_of_job].aim = Output::Aim::more;
  study.outputs[goodput_of_restart] = {"goodput, whole job restarted"};
  if (job->followed) {
    for (Output& output : outputs_of(*job->followed)) study.outputs.push_back(std::move(output));
    study.trace = [job] { return trace_of(*job->followed, job->reliability({}, job->recovery)); };
  }
  study.trial = [job](Draws draws, std::span<double> out) { run(*job, draws, out); };
  study.answer = [job](const Trials& trials) { return answer_of(*job, trials); };
  return finished_study(std::move(study), reader);
}

}  // namespace

const Form& operate_form() {
  static const Form form = make_form();
  return form;
}

const Kind operate_kind{operate_form, read};

}  // namespace orrery::study
