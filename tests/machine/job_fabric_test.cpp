// Training on a fabric: what the tiers leave is what max-min fairness gives, and no taper or failure ever helps.
#include "machine/training/job_fabric.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "machine/model/huggingface.h"
#include "machine/network/network.h"
#include "machine/network/traffic.h"
#include "machine/training/communication.h"
#include "machine/training/network_limit.h"
#include "support/facts.h"
#include "support/hardware.h"

using namespace orrery;
using namespace orrery::training;

namespace {

struct Case {
  Job job;
  Machine machine;
  Layout layout;
  double step() const { return evaluate(job, machine, layout).step.value(); }
};

Case case_of(double accelerators, bool experts = false) {
  Case c;
  c.job.model = model::read_huggingface_config(
      experts ? R"({"model_type":"mixtral","num_hidden_layers":32,"hidden_size":4096,"num_attention_heads":32,
      "num_key_value_heads":8,"intermediate_size":14336,"vocab_size":32000,"num_local_experts":64,
      "num_experts_per_tok":2})"
              : R"({"model_type":"llama","num_hidden_layers":32,"hidden_size":4096,"num_attention_heads":32,
      "num_key_value_heads":8,"intermediate_size":14336,"vocab_size":128256})",
      "config.json");
  c.job.sequence = 4096;
  c.job.global_batch = accelerators;
  c.machine.accelerator = &hardware().accelerator("h100-sxm");
  c.machine.framework = &hardware().framework("megatron-bridge 26.06");
  c.machine.accelerators = accelerators;
  return c;
}

/// Three tiers of any shares, each no more than the one below.
JobFabric any_fabric() {
  JobFabric f;
  f.name = "drawn";
  f.domain = 8;
  f.bandwidth = 50e9;
  double share = 1;
  for (const double ranks : {32.0, 512.0, 1e12}) {
    share /= *rc::gen::inRange(1, 9);
    f.tiers.push_back({ranks, share, 1e-6 * static_cast<double>(f.tiers.size())});
  }
  f.order = *rc::gen::arbitrary<bool>() ? RingOrder::any : RingOrder::by_tier;
  return f;
}

Layout any_layout(const Case& c) {
  Layout l;
  l.tp = 1 << *rc::gen::inRange(0, 4);
  l.pp = 1 << *rc::gen::inRange(0, 3);
  l.cp = 1 << *rc::gen::inRange(0, 2);
  if (c.job.model.mixture()) l.ep = 1 << *rc::gen::inRange(0, 7);
  l.sharding = static_cast<Sharding>(*rc::gen::inRange(0, 4));
  RC_PRE(!illegality(c.job, c.machine, l));
  return l;
}

}  // namespace

// The share of a tier is the least max-min fair rate when every accelerator sends to its like in the next subtree.
TEST(JobFabric, SharesAreMaxMinRatesAcrossATier) {
  for (const double fail : {0.0, 0.03}) {
    const network::Network n = network::make_network(facts(), "h100-tapered", 8960);  // full
    const auto& clos = std::get<network::Clos>(n.topology.shape);
    ASSERT_EQ(clos.tiers, 3);
    const network::Failures failures = network::random_failures(n.topology, fail, 7);
    const network::Fabric fabric = fail > 0 ? network::with_failures(n, failures) : n.fabric;
    for (int tier = 2; tier <= 3; ++tier) {
      // Everyone sends across this tier and no further: to the same place in the next subtree below the same parent.
      const std::uint64_t below = clos.below[static_cast<std::size_t>(tier - 1)];
      const std::uint64_t parent = std::min<std::uint64_t>(clos.below[static_cast<std::size_t>(tier)], clos.hosts);
      std::vector<network::Pair> pairs;
      for (std::uint64_t h = 0; h < clos.hosts; ++h) {
        const std::uint64_t base = h / parent * parent;
        pairs.push_back(
            {static_cast<network::Host>(h), static_cast<network::Host>(base + (h - base + below) % parent)});
      }
      const network::RoutedTraffic routed = network::route_spray(n.topology, pairs, fail > 0 ? &failures : nullptr);
      const std::vector<double> rates = network::max_min_rates(routed.problem);
      EXPECT_TRUE(network::check_max_min(routed.problem, rates).holds);
      const double least = *std::min_element(rates.begin(), rates.end()) / fabric.scale_out.bandwidth;
      const double share = fabric.scale_out.spans[static_cast<std::size_t>(tier - 1)].bandwidth_share;
      EXPECT_NEAR(least, share, 1e-9) << tier << " " << fail;
    }
    EXPECT_LT(fabric.scale_out.spans[2].bandwidth_share, 0.2);
  }
}

// Rings that go subtree by subtree get the max-min rate of one step of all rings at once.
TEST(JobFabric, RingsByTierGetTheMaxMinRateOfTheirStep) {
  const JobFabric f = job_fabric(facts(), "h100-tapered", 28672, 0, 1, RingOrder::by_tier);
  const network::Network n = network::make_network(facts(), "h100-tapered", 28672);
  const auto& clos = std::get<network::Clos>(n.topology.shape);
  for (const std::uint32_t stride : {8u, 32u, 512u, 1024u}) {
    const std::vector<double> rates =
        network::max_min_rates(network::route_spray(n.topology, network::ring_traffic(clos.hosts, stride)).problem);
    const double least = *std::min_element(rates.begin(), rates.end()) / f.bandwidth;
    EXPECT_NEAR(tier_share(f, clos.hosts / stride, stride).ring, least, 1e-9) << stride;
  }
}

TEST(JobFabric, AFullFabricOfTheUsualCardsChangesLittleAndATaperedOneSlows) {
  Case c = case_of(8192);
  c.layout.tp = 2;
  const double alone = c.step();
  const JobFabric full = job_fabric(facts(), "h100-infiniband", 8192);
  c.machine.fabric = &full;
  EXPECT_NEAR(c.step() / alone, 1, 0.02);
  EXPECT_GE(c.step(), alone);
  const JobFabric tapered = job_fabric(facts(), "h100-tapered", 8192);
  c.machine.fabric = &tapered;
  EXPECT_GT(c.step(), 1.05 * alone);
  const NetworkLimit limit = network_limit(c.job, c.machine, c.layout, evaluate(c.job, c.machine, c.layout));
  EXPECT_EQ(limit_text(tapered, limit), "data-parallel reduce-scatter on tier 3, 7:1 oversubscribed");
  EXPECT_LT(limit.step_on_full_fabric.value(), c.step());
  const JobFabric broken = job_fabric(facts(), "h100-infiniband", 8192, 0.2);
  c.machine.fabric = &broken;
  EXPECT_GT(c.step(), alone * 1.002);
  const NetworkLimit left = network_limit(c.job, c.machine, c.layout, evaluate(c.job, c.machine, c.layout));
  EXPECT_LT(left.share, 0.95);
  EXPECT_EQ(left.tier, 2);
}

TEST(JobFabric, StagesHandOnAcrossTheNarrowestTierThatTheyCross) {
  // Eight stages of 448 accelerators on two buildings of 1,792: the fourth hands on to the fifth over 224 lines of a
  // card's rate, so each of its 448 accelerators has half of its own.
  const JobFabric f = job_fabric(facts(), "two-buildings", 3584);
  EXPECT_NEAR(tier_share(f, 8, 448, RingOrder::by_tier).ring, 0.5, 1e-12);
  // Sixteen stages of 224: all of it.
  EXPECT_NEAR(tier_share(f, 16, 224, RingOrder::by_tier).ring, 1, 1e-12);
  // Within a building nothing is narrower.
  EXPECT_EQ(tier_share(f, 4, 448, RingOrder::by_tier).ring, 1);
}

RC_GTEST_PROP(JobFabric, MoreTaperIsNeverFaster, ()) {
  Case c = case_of(4096, *rc::gen::arbitrary<bool>());
  c.layout = any_layout(c);
  JobFabric f = any_fabric();
  c.machine.fabric = &f;
  c.machine.domain = f.domain;
  const double before = c.step();
  const auto from = static_cast<std::size_t>(*rc::gen::inRange(0, 3));
  for (std::size_t i = from; i < 3; ++i) f.tiers[i].bandwidth_share /= 2;
  RC_ASSERT(c.step() >= before * (1 - 1e-12));
  JobFabric any = f;
  any.order = RingOrder::any;
  const double here = c.step();
  c.machine.fabric = &any;
  RC_ASSERT(c.step() >= here * (1 - 1e-12));  // rings by tier never lose
}

RC_GTEST_PROP(JobFabric, MoreFailuresAreNeverFaster, ()) {
  Case c = case_of(2048, *rc::gen::arbitrary<bool>());
  c.layout = any_layout(c);
  const auto seed = *rc::gen::inRange<std::uint64_t>(1, 100);
  double before = 0;
  for (const double fail : {0.0, 0.02, 0.1}) {
    const JobFabric f = job_fabric(facts(), "h100-infiniband", 2048, fail, seed);
    c.machine.fabric = &f;
    RC_ASSERT(c.step() >= before * (1 - 1e-12));
    before = c.step();
  }
}

RC_GTEST_PROP(JobFabric, WithoutTrafficBetweenDomainsNothingChanges, ()) {
  Case c = case_of(8);
  c.layout = any_layout(c);
  const double alone = c.step();
  JobFabric f = any_fabric();
  c.machine.fabric = &f;
  RC_ASSERT(c.step() == alone);
  RC_ASSERT(network_limit(c.job, c.machine, c.layout, evaluate(c.job, c.machine, c.layout)).collective.empty());
}

TEST(JobFabric, RefusesWhatCannotCarryTheJob) {
  EXPECT_THROW(job_fabric(facts(), "h100-infinband", 64), Error);
  EXPECT_THROW(job_fabric(facts(), "tpu-v4-slice", 64), Error);
  EXPECT_THROW(job_fabric(facts(), "h100-tapered", 1e8), Error);
  EXPECT_THROW(job_fabric(facts(), "h100-infiniband", 2048, 0.99), Error);
}
