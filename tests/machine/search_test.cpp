// The search against exhaustive enumeration on small spaces, and on any number of threads.
#include "machine/training/nearest_fit.h"

#include <gtest/gtest.h>

#include "machine/model/huggingface.h"
#include "machine/training/layer_time.h"
#include "support/hardware.h"

using namespace orrery;
using namespace orrery::training;

namespace {

struct Problem {
  Job job;
  Machine machine;
  SearchSpace space;
};

/// Twenty small problems: dense and mixture, several machines, batches and spaces.
Problem problem(int i) {
  Problem p;
  const int layers = i % 3 == 0 ? 24 : 32;
  std::string config = R"({"hidden_size":4096,"num_attention_heads":32,"num_key_value_heads":8,
      "intermediate_size":14336,"vocab_size":32000,"num_hidden_layers":)" +
                       std::to_string(layers);
  config += i % 4 == 1 ? R"(,"model_type":"mixtral","num_local_experts":8,"num_experts_per_tok":2})"
                       : R"(,"model_type":"llama"})";
  p.job.model = model::read_huggingface_config(config, "config.json");
  p.job.sequence = i % 5 == 2 ? 16384 : 4096;
  p.job.global_batch = 64 << (i % 3);
  p.machine.accelerator = &hardware().accelerator(i % 2 ? "h100-sxm" : "a100-sxm");
  p.machine.framework = &hardware().framework("megatron-bridge 26.06");
  p.machine.accelerators = 16 << (i % 4);
  p.space.tp = {1, 2, 4, 8};
  p.space.pp = {1, 2, 4, 8};
  p.space.vp = {1, 2, 4};
  p.space.micro_batch = {1, 2, 4};
  if (i % 2 == 1) p.space.schedule = {Schedule::one_f_one_b, Schedule::zero_bubble, Schedule::dualpipe};
  if (i % 4 == 2) p.space.shard_group = {0, 8};
  if (i % 5 == 4) p.space.offload_activations = p.space.offload_optimizer = {false, true};
  return p;
}

/// Every layout of the space that is legal and fits, evaluated one by one.
double exhaustive(const Problem& p, double& fits) {
  double best = 1e99;
  std::vector<int> eps = p.job.model.mixture() ? std::vector<int>{1, 2, 4, 8} : std::vector<int>{1};
  std::vector<int> cps = {1};
  for (int c = 2; p.job.sequence / c >= 4096; c *= 2) cps.push_back(c);
  for (int tp : p.space.tp)
    for (int pp : p.space.pp)
      for (int vp : p.space.vp)
        for (int cp : cps)
          for (int ep : eps)
            for (double b : p.space.micro_batch)
              for (Recompute r : p.space.recompute)
                for (Sharding s : p.space.sharding)
                  for (Schedule schedule : p.space.schedule)
                    for (int group : s == Sharding::full ? p.space.shard_group : std::vector<int>{0})
                      for (bool activations : p.space.offload_activations)
                        for (bool optimizer : p.space.offload_optimizer) {
                          Layout l;
                          l.tp = tp, l.pp = pp, l.vp = vp, l.cp = cp, l.ep = ep, l.micro_batch = b, l.recompute = r;
                          l.sharding = s, l.schedule = schedule, l.shard_group = group;
                          l.offload_activations = activations, l.offload_optimizer = optimizer;
                          if (illegality(p.job, p.machine, l)) continue;
                          // A group of all ranks is the layout without one.
                          if (group > 0 && group >= data_parallel(p.machine, l) * l.cp) continue;
                          const StepEstimate e = evaluate(p.job, p.machine, l);
                          if (!e.fits) continue;
                          ++fits;
                          best = std::min(best, e.step.value());
                        }
  return best;
}

}  // namespace

TEST(Search, NeverWorseThanExhaustiveEnumerationOnTwentySpaces) {
  double skipped = 0;
  for (int i = 0; i < 20; ++i) {
    const Problem p = problem(i);
    double fits = 0;
    const double best = exhaustive(p, fits);
    const SearchResult r = search(p.job, p.machine, p.space);
    EXPECT_EQ(r.fit, fits) << i;
    ASSERT_EQ(r.best.empty(), fits == 0) << i;
    if (!r.best.empty()) {
      EXPECT_EQ(r.best.front().estimate.step.value(), best) << i;
    }
    skipped += r.fit - r.evaluated;
    double accounted = 0;
    for (const auto& [reason, count] : r.out) accounted += count;
    EXPECT_EQ(accounted + static_cast<double>(r.best.size()), r.layouts) << i;
  }
  EXPECT_GT(skipped, 0);  // bounds spare work
}

TEST(Search, ReliefFindsWhatOffloadAndRecomputationOfSomeLayersCouldDo) {
  int relieved = 0;
  for (int i = 0; i < 12; ++i) {
    Problem p = problem(i);
    p.space.schedule = {Schedule::one_f_one_b}, p.space.shard_group = {0};
    p.space.sharding = {Sharding::optimizer, Sharding::full};
    p.machine.accelerators = 8 << (i % 2);
    p.space.offload_activations = p.space.offload_optimizer = {false, true};
    double fits = 0, best = exhaustive(p, fits);
    // Every number of layers, for layouts without offload.
    for (int tp : p.space.tp)
      for (int pp : p.space.pp)
        for (double b : p.space.micro_batch)
          for (Sharding s : p.space.sharding)
            for (int k = 1; k < 32; ++k) {
              Layout l;
              l.tp = tp, l.pp = pp, l.micro_batch = b, l.sharding = s;
              l.recompute = Recompute::full, l.recompute_layers = k;
              if (illegality(p.job, p.machine, l)) continue;
              if (const StepEstimate e = evaluate(p.job, p.machine, l); e.fits) best = std::min(best, e.step.value());
            }
    p.space.offload_activations = p.space.offload_optimizer = {false};
    p.space.relieve = true;
    const SearchResult once = search(p.job, p.machine, p.space);
    ASSERT_EQ(once.best.empty(), best > 1e98) << i;
    if (once.best.empty()) continue;
    const Layout& found = once.best.front().layout;
    relieved += found.recompute_layers > 0 || found.offload_activations || found.offload_optimizer;
    EXPECT_LE(once.best.front().estimate.step.value(), best * (1 + 1e-12)) << i;
    EXPECT_TRUE(once.best.front().estimate.fits);
    p.space.threads = 3;
    const SearchResult threaded = search(p.job, p.machine, p.space);
    for (std::size_t k = 0; k < once.best.size(); ++k)
      EXPECT_EQ(layout_text(p.machine, once.best[k].layout), layout_text(p.machine, threaded.best[k].layout)) << i;
    EXPECT_EQ(once.front.size(), threaded.front.size());
    EXPECT_EQ(once.out, threaded.out);
  }
  EXPECT_GT(relieved, 0);
}

TEST(Search, PruningAndThreadsChangeNothing) {
  for (int i : {0, 1, 2, 7}) {
    Problem p = problem(i);
    const SearchResult once = search(p.job, p.machine, p.space);
    p.space.threads = 3;
    const SearchResult threaded = search(p.job, p.machine, p.space);
    p.space.prune = false;
    const SearchResult full = search(p.job, p.machine, p.space);
    for (const SearchResult* other : {&threaded, &full}) {
      ASSERT_EQ(once.best.size(), other->best.size());
      for (std::size_t k = 0; k < once.best.size(); ++k)
        EXPECT_EQ(layout_text(p.machine, once.best[k].layout), layout_text(p.machine, other->best[k].layout)) << i;
      ASSERT_EQ(once.front.size(), other->front.size()) << i;
      for (std::size_t k = 0; k < once.front.size(); ++k)
        EXPECT_EQ(once.front[k].estimate.step.value(), other->front[k].estimate.step.value());
    }
  }
}

TEST(Search, TheBestAloneIsTheBestOfAll) {
  for (int i = 0; i < 20; ++i) {
    Problem p = problem(i);
    const SearchResult all = search(p.job, p.machine, p.space);
    p.space.keep = 1, p.space.front = false;
    const SearchResult alone = search(p.job, p.machine, p.space);
    ASSERT_EQ(alone.best.empty(), all.best.empty()) << i;
    if (all.best.empty()) continue;
    EXPECT_EQ(layout_text(p.machine, alone.best[0].layout), layout_text(p.machine, all.best[0].layout)) << i;
    p.space.limit = all.best[0].estimate.step.value();
    EXPECT_FALSE(search(p.job, p.machine, p.space).best.empty()) << i;
    p.space.limit *= 0.999;
    EXPECT_TRUE(search(p.job, p.machine, p.space).best.empty()) << i;
  }
}

TEST(Search, NoPlanOfTheFrontIsMatchedInTimeMemoryAndAccelerators) {
  for (int i : {1, 3, 6}) {
    const Problem p = problem(i);
    SearchResult r = search(p.job, p.machine, p.space);
    r.fewer = fewer_accelerators(p.job, p.machine, p.space);
    const std::vector<CountedLayout> front = front_with_accelerators(r, p.machine.accelerators);
    EXPECT_GT(front.size(), r.front.size());
    for (const CountedLayout& x : front)
      for (const CountedLayout& y : front)
        if (&x != &y) {
          EXPECT_TRUE(x.ranked.estimate.step < y.ranked.estimate.step ||
                      x.ranked.estimate.memory.total() < y.ranked.estimate.memory.total() ||
                      x.accelerators < y.accelerators);
        }
  }
}

TEST(NearestFit, ChangesAsFewKeysAsWillDoAndFits) {
  for (int i = 0; i < 20; ++i) {
    const Problem p = problem(i);
    Layout l;
    l.micro_batch = 4, l.sharding = Sharding::none;
    if (illegality(p.job, p.machine, l) || evaluate(p.job, p.machine, l).fits) continue;
    const auto fit = nearest_fit(p.job, p.machine, l);
    ASSERT_TRUE(fit) << i;
    EXPECT_TRUE(fit->ranked.estimate.fits);
    EXPECT_FALSE(illegality(p.job, p.machine, fit->ranked.layout));
    if (fit->changes.size() > 1) {
      // No single one of them does.
      for (Recompute r : {Recompute::selective, Recompute::full}) {
        Layout one = l;
        one.recompute = r;
        EXPECT_FALSE(evaluate(p.job, p.machine, one).fits) << i;
      }
      Layout one = l;
      one.micro_batch = 1;
      EXPECT_TRUE(illegality(p.job, p.machine, one) || !evaluate(p.job, p.machine, one).fits) << i;
    }
  }
}

TEST(Search, TheBoundIsBelowEveryStep) {
  for (int i = 0; i < 20; ++i) {
    const Problem p = problem(i);
    for (int pp : {1, 2, 4})
      for (int tp : {1, 2, 8}) {
        Layout l;
        l.pp = pp, l.tp = tp;
        if (illegality(p.job, p.machine, l)) continue;
        EXPECT_LE(step_bound(p.job, p.machine, l, layer_times(p.job, p.machine, l)),
                  evaluate(p.job, p.machine, l).step.value() * (1 + 1e-12));
      }
  }
}

TEST(Search, FewerAcceleratorsAreNeverFasterAndEndWhereNothingFits) {
  for (int i : {0, 1, 2}) {
    const Problem p = problem(i);
    const SearchResult whole = search(p.job, p.machine, p.space);
    const std::vector<CountedLayout> fewer = fewer_accelerators(p.job, p.machine, p.space);
    double accelerators = p.machine.accelerators,
           step = whole.best.empty() ? 0 : whole.best.front().estimate.step.value();
    for (const CountedLayout& f : fewer) {
      EXPECT_EQ(f.accelerators, accelerators / 2) << i;
      EXPECT_GT(f.ranked.estimate.step.value(), step) << i;
      EXPECT_TRUE(f.ranked.estimate.fits) << i;
      accelerators = f.accelerators, step = f.ranked.estimate.step.value();
    }
    Machine last = p.machine;
    last.accelerators = accelerators / 2;
    EXPECT_TRUE(search(p.job, last, p.space).best.empty() || accelerators < 2) << i;
  }
}
