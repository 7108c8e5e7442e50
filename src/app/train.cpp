// orrery train: one training job's step time, what it is made of, memory, power.
#include <memory>

#include "app/command.h"
#include "app/training_options.h"
#include "base/error.h"
#include "base/files.h"
#include "base/units.h"
#include "machine/training/nearest_fit.h"
#include "report/training.h"

namespace orrery::app {
namespace {

struct Options : TrainingOptions {
  std::string layout, trace, tokens, price;
  double goodput = 0.95;
};

void train(const Options& o, int& status) {
  const AskedJob asked(o);
  const training::Job& job = asked.posed.job;
  const training::Machine& machine = asked.posed.machine;
  const auto amount = [](const std::string& text, Dimension wanted, const char* option) {
    return text.empty() ? 0 : amount_of_option(text, wanted, option, "give more, or leave it out");
  };
  report::Budget budget{amount(o.tokens, dimension::tokens, "--tokens"),
                        amount(o.price, dimension::money - dimension::time, "--price") * 3600, o.goodput};
  if (o.tokens.empty()) budget.tokens = asked.tokens;
  if (o.goodput < 0.01)
    throw Error({}, "--goodput", "leaves no time for progress",
                "give the share of time that makes progress, from 0.01");
  const training::SearchSpace space = training::default_space(machine, 2);
  training::Layout layout;
  training::SearchResult found;
  if (o.layout.empty()) {
    found = training::fastest_layouts(job, machine, space);
    if (found.best.empty()) {
      print(o.json ? report::plan_json(job, machine, found) : report::plan_text(job, machine, found));
      status = 1;
      return;
    }
    layout = found.best.front().layout;
  } else {
    layout = of_option([&] { return training::parse_layout(o.layout); });
    training::check(job, machine, layout);
  }
  const training::StepEstimate estimate = training::evaluate(job, machine, layout);
  report::CheapestFit fit;
  if (!estimate.fits) {
    status = 1;
    if (auto nearest = training::nearest_fit(job, machine, layout)) {
      fit = {nearest->ranked, nearest->changes};
    } else {
      found = training::fastest_layouts(job, machine, space);
      if (!found.best.empty()) fit.ranked = found.best.front();
    }
  }
  StagedFiles staged;
  if (!o.trace.empty()) staged.add(o.trace, report::step_trace(job, machine, layout));
  print(o.json ? report::training_json(job, machine, layout, estimate, budget, fit)
               : report::training_text(job, machine, layout, estimate, budget, fit));
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
