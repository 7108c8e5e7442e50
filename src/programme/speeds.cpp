#include "programme/speeds.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/parallel.h"
#include "base/value.h"
#include "machine/training/across_sites.h"
#include "machine/training/band.h"
#include "machine/training/network_limit.h"
#include "programme/read.h"

namespace orrery::programme {
namespace {

using training::PoolSpeed;
using training::Question;

const catalog::Entry* entry_for(const catalog::Catalog& catalog, std::string_view key, const std::string& value) {
  for (const catalog::Entry& entry : catalog.entries("published-speeds"))
    if (const catalog::Figure* figure = entry.find(key); figure && figure->text == value) return &entry;
  return nullptr;
}

/// The MFU of unmeasured chips of a family times the chip's peak rate.
std::optional<Fallback> from_family(const catalog::Entry& entry, const std::string& key, const catalog::Entry& chip,
                                    const std::string& peak_key) {
  const catalog::Figure* mfu = entry.find(key + "_mfu");
  const catalog::Figure* peak = chip.find(peak_key);
  if (!mfu || !peak) return std::nullopt;
  Fallback out = from_catalog(entry, *mfu);
  out.value = out.value.scaled(peak->amount.median());
  out.place += " x chips/" + chip.name + '.' + peak_key;
  return out;
}

void append(std::string& note, const std::string& more) {
  note += (note.empty() ? "" : "; ") + more;
}

Fallback published_speed(const catalog::Catalog& catalog, const Run& run, const TrainingSpeed& speed) {
  const catalog::Entry& chip = catalog.entry("chips", speed.chip);
  // A model kind that was not measured falls back to the nearest that was: 16-bit for 8-bit, dense for a mixture.
  const std::string kind = run.mixture ? "moe_" : "dense_", wanted = kind + run.precision;
  std::vector<std::string> keys;
  for (const std::string& key : {wanted, kind + "bf16", "dense_" + run.precision, std::string("dense_bf16")})
    if (keys.empty() || key != keys.back()) keys.push_back(key);

  const std::string elsewhere =
      speed.network.empty() ? "" : "as on the networks of those runs, not on " + speed.network;
  const auto noted = [&](Fallback out, const std::string& why) {
    if (!why.empty()) append(out.note, why);
    if (!elsewhere.empty()) append(out.note, elsewhere);
    return out;
  };
  if (const catalog::Entry* own = entry_for(catalog, "chip", chip.name))
    for (const std::string& key : keys)
      if (const catalog::Figure* figure = own->find(key))
        return noted(from_catalog(*own, *figure),
                     key == wanted ? "" : "stands in for " + wanted + ", which is not measured");
  const catalog::Figure* family = chip.find("family");
  for (const catalog::Entry* entry : {family ? entry_for(catalog, "family", family->text) : nullptr,
                                      &catalog.entry("published-speeds", "unmeasured")})
    if (entry)
      for (const std::string& key : keys)
        if (auto out = from_family(*entry, key, chip, key.ends_with("fp8") ? "fp8_dense" : "bf16_dense"))
          return noted(*out, "no measured training run on " + chip.name);
  throw Error({}, "", "the training speed of " + chip.name + " is not known: neither measured nor a peak rate",
              "give achieved = \"400 TFLOP/s\"");
}

/// The training model, which answers a question once.
class Model {
 public:
  Model(const catalog::Catalog& catalog, SpeedsAsked& asked, int threads)
      : asked_(asked),
        threads_(static_cast<unsigned>(worker_count(256, threads, 1))),
        catalog_(catalog),
        model_(loaded(catalog, asked)),
        hardware_(model_.hardware),
        bands_(model_.bands) {}

  /// Whether it has constants of the chip, in this precision.
  bool knows(const Question& question) const {
    const training::Accelerator* chip = hardware_.find_accelerator(question.accelerator);
    return chip && chip->peak[static_cast<size_t>(question.precision)] > 0;
  }

  /// Nothing where the model does not know the chip, the precision on it, or a layout that fits.
  const std::optional<PoolSpeed>& ask(const Question& question, double least) {
    const std::lock_guard lock(asked_.mutex);
    const std::array<double, 3> key = {question.accelerators, question.batch, least};
    const auto [first, last] = asked_.answers.equal_range(key);
    for (auto one = first; one != last; ++one)
      if (one->second.question == question) return one->second.speed;
    SpeedsAsked::Answer answer{question, std::nullopt};
    if (knows(question))
      answer.speed = training::pool_speed(question, least, hardware_, catalog_, threads_, &asked_.layouts);
    return asked_.answers.emplace(key, std::move(answer))->second.speed;
  }

  /// The answer for sites that train together over lines, and what of a step these take, s.
  PoolSpeed over_lines(PoolSpeed speed, const RunPool& pool) const {
    return training::across_sites(std::move(speed), lines_of(pool), hardware_, catalog_);
  }
  double exchange(const PoolSpeed& speed, const RunPool& pool) const {
    return training::exchange_between_sites(training::pose(speed.question, hardware_, catalog_), lines_of(pool));
  }

  /// What the answer says as a fact; the speed of all accelerators that are wanted.
  Fallback fact(const PoolSpeed& speed, double wanted, double active_parameters) const {
    const training::Posed posed = training::pose(speed.question, hardware_, catalog_);
    const training::Machine& machine = posed.machine;
    const training::StepEstimate& step = speed.best.estimate;
    Fallback out;
    out.value = training::speed_within(6 * active_parameters * step.tokens_per_second / wanted,
                                       training::step_band(bands_, posed.job, machine, speed.best.layout, step));
    out.place = "training model: " + training::layout_text(machine, speed.best.layout);
    out.provenance = catalog::Provenance{
        machine.accelerator->measured ? catalog::Basis::derived : catalog::Basis::projected,
        machine.accelerator->ranges.empty() ? "catalog/kernels, fitted as docs/calibration.md says"
                                            : "catalog/unmeasured-kernels on the chip's design, as docs/chip.md says",
        ""};
    out.note =
        fmt::format("step of {:.3g} s on {:.0f} accelerators, {:.0f} sequences of {:.0f} tokens; {} binds",
                    step.step.value(), machine.accelerators, posed.job.global_batch, posed.job.sequence, step.binding);
    if (posed.fabric) {
      const training::NetworkLimit limit = training::network_limit(posed.job, machine, speed.best.layout, step);
      append(out.note,
             limit.collective.empty()
                 ? fmt::format("no traffic needs {}", posed.fabric->name)
                 : fmt::format("on {}: {}; {:.3g} s were it full and whole", posed.fabric->name,
                               training::limit_text(*posed.fabric, limit), limit.step_on_full_fabric.value()));
    }
    if (speed.ends) append(out.note, fmt::format("does not fit fewer than {:.0f}", speed.sizes.front().accelerators));
    return out;
  }

  std::string layout(const PoolSpeed& speed) const {
    return training::layout_text(training::pose(speed.question, hardware_, catalog_).machine, speed.best.layout);
  }

 private:
  static const SpeedsAsked::Model& loaded(const catalog::Catalog& catalog, SpeedsAsked& asked) {
    const std::lock_guard lock(asked.mutex);
    if (!asked.model) asked.model = {training::load_hardware(catalog), training::read_step_band(catalog)};
    return *asked.model;
  }

  static training::SiteLines lines_of(const RunPool& pool) {
    return {static_cast<int>(pool.more.size()) + 1, pool.line_rate, pool.line_distance};
  }

  SpeedsAsked& asked_;
  const unsigned threads_;
  const catalog::Catalog& catalog_;
  const SpeedsAsked::Model& model_;
  const training::Hardware& hardware_;
  const catalog::BandRule& bands_;
};

/// Speeds by size over that of all; none below the fewest accelerators that the job fits.
operations::Speed shares(const PoolSpeed& speed) {
  operations::Speed out;
  const auto add = [&](double accelerators, double each, double at_work) {
    out.accelerators.push_back(accelerators), out.each.push_back(each), out.at_work.push_back(at_work);
  };
  const double fewest = speed.sizes.front().accelerators;
  if (speed.ends) add(fewest * (1 - 1e-6), 0, fewest);
  for (const PoolSpeed::Size& size : speed.sizes)
    add(size.accelerators, size.each / speed.sizes.back().each, size.at_work);
  return out;
}

/// Writes a speed into the setting that waits for it. drawn_as: see Input.
void settle(Plan& plan, TrainingSpeed& speed, Fallback fact, const std::string& drawn_as = "") {
  if (speed.faster != 1) {
    fact.value = fact.value.scaled(speed.faster);
    fact.place += fmt::format(" x {:g}", speed.faster);
  }
  Setting& s = plan.settings[speed.setting];
  s.value = describe(fact.value, dimension::compute_rate);
  s.origin = fact.origin;
  s.place = fact.place;
  s.has_provenance = fact.provenance.has_value();
  s.provenance = fact.provenance.value_or(catalog::Provenance{});
  s.note = fact.note;
  speed.achieved = {ComputeRate(fact.value.median()), -1};
  if (fact.value.is_constant()) return;
  speed.achieved.input = static_cast<int>(plan.inputs.size());
  plan.inputs.push_back({s.path, fact.value, dimension::compute_rate, drawn_as});
}

/// The fewest accelerators that a run's speed is asked for: its minimum, and of large runs a quarter, as fewer may be
/// faster where each failure stops all of them.
double fewest_asked(const Run& run) {
  return run.chips.value() < large_run ? run.minimum.value() : std::min(run.minimum.value(), run.chips.value() / 4);
}

/// Answers one open speed of a run. model: where the run's shape is known.
void answer(Plan& plan, const Run& run, TrainingSpeed& speed, const catalog::Catalog& catalog,
            std::optional<Model>& model) {
  const std::optional<PoolSpeed> none;
  std::optional<PoolSpeed> found = run.shape ? model->ask(question_of(run, speed), fewest_asked(run)) : none;
  if (found && !run.pool.more.empty()) found = model->over_lines(std::move(*found), run.pool);
  if (!found && !run.pool.more.empty())
    throw Error({}, "with", "asks for what lines between sites cost, which the training model does not know here",
                "give achieved, of all sites together");
  if (!found) {
    Fallback published = published_speed(catalog, run, speed);
    if (run.shape) {  // a model was named: what stands in for its step is assumed
      published.origin = Origin::rule;
      published.place +=
          model->knows(question_of(run, speed))
              ? fmt::format(": published runs, as the training model has no layout on {} x {}",
                            format_count(run.chips.value()), speed.chip)
              : fmt::format(": published runs, as the training model has no {} of {}", run.precision, speed.chip);
    }
    settle(plan, speed, published, "training speed of " + speed.chip);
    return;
  }
  // What is wrong with a prediction is wrong for every run on such chips.
  Fallback fact = model->fact(*found, run.chips.value(), run.active_parameters);
  const double between_sites = run.pool.more.empty() ? 0 : model->exchange(*found, run.pool);
  if (!run.pool.more.empty())
    append(fact.note, fmt::format("{:.3g} s of it between {} sites", between_sites, run.pool.more.size() + 1));
  settle(plan, speed, fact,
         "training speed of " + speed.chip + (run.framework.empty() ? "" : " with " + run.framework));
  const training::StepEstimate& step = found->best.estimate;
  speed.laid_out = {
      model->layout(*found), found->question.accelerators, found->question.batch, step.step, step.tokens_per_second,
      step.breakdown,        Time(between_sites)};
  speed.by_size = shares(*found);
}

}  // namespace

training::Question question_of(const Run& run, const TrainingSpeed& speed) {
  if (!run.shape)
    throw Error({}, "model", "of run." + run.name + " has no shape that is known",
                "name a model whose layers the catalog knows, or the path of a config.json");
  Question q;
  q.model = *run.shape;
  q.precision = silicon::parse_precision(run.precision);
  q.framework = run.framework;
  q.software_age = run.software_age.value();
  q.sequence = run.sequence;
  q.batch = run.batch;
  q.accelerator = speed.chip;
  q.accelerators = run.chips.value();
  q.network = speed.network;
  q.failed = speed.network_failed;
  // The network is the pool's, whichever part of it the run takes.
  if (!q.network.empty()) q.network_size = speed.chips.value();
  return q;
}

const TrainingSpeed& main_speed(const Run& run) {
  return *std::max_element(run.speeds.begin(), run.speeds.end(),
                           [](const TrainingSpeed& a, const TrainingSpeed& b) { return a.chips < b.chips; });
}

void speeds(Plan& plan, const catalog::Catalog& catalog, SpeedsAsked& asked, int threads) {
  std::optional<Model> model;
  const Run* asks_work = plan.work ? &*plan.work : nullptr;
  const auto answer_open = [&](Run& run, const std::string& path) {
    for (TrainingSpeed& speed : run.speeds) {
      if (!speed.open) continue;
      try {
        if (run.shape && !model) model.emplace(catalog, asked, threads);
        answer(plan, run, speed, catalog, model);
      } catch (const Error& error) {
        if (!error.place().file.empty()) throw;  // a mistake in the catalog stands there
        if (error.key() == "with" || error.key() == "on")
          throw Error(run.place, path + ".with", error.problem(), error.remedy());
        if (error.key() == "framework") throw Error(run.place, path + ".framework", error.problem(), error.remedy());
        if (speed.network.empty())
          throw Error(run.place, path + (&run == asks_work ? ".model" : ".achieved"), error.problem(), error.remedy());
        throw Error(run.place, path + ".chips",
                    fmt::format("{} on {}: {} {}", format_count(run.chips.value()), speed.network, error.key(),
                                error.problem()),
                    error.remedy());
      }
    }
  };
  for (Run& run : plan.runs) answer_open(run, "run." + run.name);
  if (plan.work) answer_open(*plan.work, "work");
}

}  // namespace orrery::programme
