// orrery train: one training job's step time, what it is made of, memory, power.
#include <memory>

#include "app/command.h"
#include "app/training_options.h"
#include "base/document.h"
#include "base/error.h"
#include "base/units.h"
#include "machine/training/nearest_fit.h"
#include "report/training.h"

namespace orrery::app {
namespace {

struct Options : TrainingOptions {
  std::string layout, trace, tokens, price;
  double goodput = 0.95;
};

double amount(const std::string& text, Dimension wanted, const char* key) {
  if (text.empty()) return 0;
  try {
    const double value = parse_amount_of(text, wanted);
    if (!(value > 0)) throw Error({}, key, in_quotes(text) + " is not above 0", "give more, or leave it out");
    return value;
  } catch (const Error& e) {
    throw Error({}, key, e.problem(), e.remedy());
  }
}

void train(const Options& o, int& status) {
  const training::Hardware hardware = read_hardware_tables(o);
  const TrainingQuestion q = read_training_question(o, hardware);
  report::Budget budget{amount(o.tokens, dimension::tokens, "--tokens"),
                        amount(o.price, dimension::money - dimension::time, "--price") * 3600, o.goodput};
  if (o.tokens.empty()) budget.tokens = q.tokens;
  if (o.goodput < 0.01)
    throw Error({}, "--goodput", "leaves no time for progress",
                "give the share of time that makes progress, from 0.01");
  const training::SearchSpace space = search_space(q.machine, 2);
  training::Layout layout;
  training::SearchResult found;
  if (o.layout.empty()) {
    found = search_with_offload(q.job, q.machine, space);
    if (found.best.empty()) {
      print(o.json ? report::plan_json(q.job, q.machine, found) : report::plan_text(q.job, q.machine, found));
      status = 1;
      return;
    }
    layout = found.best.front().layout;
  } else {
    layout = parse_layout(o.layout);
    training::check(q.job, q.machine, layout);
  }
  const training::StepEstimate estimate = training::evaluate(q.job, q.machine, layout);
  report::CheapestFit fit;
  if (!estimate.fits) {
    status = 1;
    if (auto nearest = training::nearest_fit(q.job, q.machine, layout)) {
      fit = {nearest->plan, nearest->changes};
    } else {
      found = search_with_offload(q.job, q.machine, space);
      if (!found.best.empty()) fit.plan = found.best.front();
    }
  }
  StagedFiles staged;
  if (!o.trace.empty()) staged.add(o.trace, report::step_trace(q.job, q.machine, layout));
  print(o.json ? report::training_json(q.job, q.machine, layout, estimate, budget, fit)
               : report::training_text(q.job, q.machine, layout, estimate, budget, fit));
  staged.commit();
}

}  // namespace

void add_train(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("train", "one training job: step time, what it is made of, memory, power");
  auto o = std::make_shared<Options>();
  add_training_options(*command, *o);
  command
      ->add_option("--layout", o->layout,
                   "\"tp=8,pp=4,vp=2,mbs=1,shard=optimizer,recompute=none\"; without it the fastest that fits")
      ->type_name("KEY=N,...")
      ->check(not_empty());
  command->add_option("--tokens", o->tokens, "a token budget: \"15T tokens\"")->type_name("AMOUNT")->check(not_empty());
  command->add_option("--price", o->price, "of an accelerator: \"$2.10/h\"")->type_name("AMOUNT")->check(not_empty());
  command->add_option("--goodput", o->goodput, "share of time that makes progress")
      ->type_name("SHARE")
      ->check(share(1))
      ->capture_default_str();
  command->add_option("--trace", o->trace, "write one step's pipeline for Perfetto")
      ->type_name("FILE")
      ->check(not_empty());
  command->callback([o, &status] { train(*o, status); });
}

}  // namespace orrery::app
