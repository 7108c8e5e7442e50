#include "machine/network/effort.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "base/units.h"
#include "machine/network/answer.h"
#include "machine/network/flow_against_packet.h"
#include "support/facts.h"

namespace orrery::network {
namespace {

Topology tree_of(std::uint32_t hosts, std::uint32_t radix, double taper = 1, double gigabits = 400) {
  ClosDescription d;
  d.hosts = hosts;
  d.radix = radix;
  d.taper[0] = taper;
  d.nic = Bandwidth(gigabits * 1e9 / 8);
  return {"tree", design(d)};
}

std::vector<Message> messages_of(const std::vector<Pair>& pairs, double bytes) {
  std::vector<Message> messages;
  for (const Pair& p : pairs) messages.push_back({p.from, p.to, bytes, 0});
  return messages;
}

/// The size that a refusal names.
double named_size(const Error& error) {
  const std::string& remedy = error.remedy();
  const std::string before = "messages of at most ";
  const std::size_t at = remedy.find(before);
  if (at == std::string::npos) return 0;
  return parse_amount_of(remedy.substr(at + before.size(), remedy.find(',') - at - before.size()), dimension::data);
}

TEST(Effort, ASizeThatARefusalNamesIsFollowed) {
  const Topology t = tree_of(256, 16);
  const std::vector<Pair> pairs = incast_traffic(256, 255);
  for (const Sender sender : {Sender::nscc, Sender::dcqcn, Sender::credit}) {
    PacketSettings s;
    s.sender = sender;
    double bytes = 40e6;
    int refused = 0;
    for (bool followed = false; !followed; ++refused) try {
        EXPECT_GT(simulate_packets(t, messages_of(pairs, bytes), s).packets, 0u);
        followed = true;
      } catch (const Error& error) {
        ASSERT_EQ(error.key(), "bytes");
        ASSERT_LT(named_size(error), bytes);
        ASSERT_GE(named_size(error), s.payload);
        bytes = named_size(error);
        ASSERT_LT(refused, 1) << error.message();
      }
    EXPECT_GE(refused, 1);
  }
}

TEST(Effort, TheSizeOfPacketsThatAreRefusedAtOnceIsFollowed) {
  const Topology t = tree_of(128, 16);
  const std::vector<Pair> pairs = permutation_traffic(128, 1);
  double bytes = 0;
  try {
    simulate_packets(t, messages_of(pairs, 1e9), {});
    FAIL();
  } catch (const Error& error) {
    bytes = named_size(error);
  }
  const PacketResult r = simulate_packets(t, messages_of(pairs, bytes), {});
  EXPECT_EQ(r.unfinished, 0u);
  EXPECT_GT(r.steps, most_steps / 4);  // nor much less than could be
}

TEST(Effort, LargeNetworksNumberOnlyTheLinksThatAreCrossed) {
  const Topology mesh{"mesh", make_hamming_mesh({2, 2}, {1500, 1500}, Bandwidth(50e9))};
  const RoutedTraffic incast = route_spray(mesh, incast_traffic(hosts(mesh), 40));
  EXPECT_LT(incast.problem.capacity.size(), 20000u);
  const std::vector<double> rates = max_min_rates(incast.problem);
  EXPECT_TRUE(check_max_min(incast.problem, rates).holds);
  const Topology tree = tree_of(9000000, 1000);
  const RoutedTraffic routed = route_ecmp(tree, incast_traffic(9000000, 100));
  for (const double rate : max_min_rates(routed.problem)) EXPECT_NEAR(rate, 50e9 / 100, 1);
  EXPECT_EQ(link_name(tree, routed.in_network(routed.problem.links.back())), "tier 1 down to position 0, port 0");
}

TEST(Effort, AllToAllOfATorusIsThatOfItsDistancesOneByOne) {
  const auto by_distances = [](const Torus& t) {
    std::array<double, 6> load{};
    for (Host b = 1; b < t.hosts(); ++b) {
      const std::vector<Vector3> ways = t.shortest(0, b);
      for (const Vector3& v : ways)
        for (std::size_t d = 0; d < 3; ++d)
          load[2 * d + (v[d] < 0)] += std::abs(v[d]) / static_cast<double>(ways.size());
    }
    return t.bandwidth / *std::max_element(load.begin(), load.end()) * (t.hosts() - 1);
  };
  std::vector<Torus> tori;
  for (const Vector3& size : {Vector3{2, 1, 1}, {5, 1, 1}, {2, 2, 2}, {3, 4, 5}, {4, 4, 8}, {1, 6, 7}, {2, 9, 4}})
    tori.push_back(make_torus(size, false, Bandwidth(50e9)));
  for (int k = 1; k <= 7; ++k) {
    tori.push_back(make_torus({k, 2 * k, 1}, true, Bandwidth(50e9)));
    if (k == 1) continue;
    tori.push_back(make_torus({k, k, 2 * k}, true, Bandwidth(50e9)));
    tori.push_back(make_torus({k, 2 * k, 2 * k}, true, Bandwidth(50e9)));
  }
  for (const Torus& t : tori)
    EXPECT_NEAR(all_to_all_rate(t).value() / by_distances(t), 1, 1e-12)
        << t.size[0] << 'x' << t.size[1] << 'x' << t.size[2] << (t.twisted ? " twisted" : "");
}

TEST(Effort, WhenTooMuchChangesNoTimesAreGiven) {
  const Topology t = tree_of(256, 16, 3);
  const std::vector<Message> messages = messages_of(permutation_traffic(256, 1), 1e6);
  EXPECT_EQ(flow_level_completion(t, messages, {}).size(), 256u);
  EXPECT_TRUE(flow_level_completion(t, messages, {}, 1000).empty());
}

TEST(Effort, JobsApartHaveTheRatesThatEachHasAlone) {
  for (const Topology& t : {tree_of(240, 16, 3), Topology{"torus", make_torus({6, 5, 8}, false, Bandwidth(50e9))}}) {
    std::vector<Pair> pairs = permutation_traffic(60, 3);
    for (std::size_t i = 0; i < 180; ++i) pairs.push_back({pairs[i].from + 60, pairs[i].to + 60});
    const std::vector<double> apart = rates_apart(route_spray(t, pairs).problem, 4);
    for (std::size_t job = 0; job < 4; ++job) {
      const auto first = pairs.begin() + static_cast<std::ptrdiff_t>(60 * job);
      const std::vector<double> alone = max_min_rates(route_spray(t, {first, first + 60}).problem);
      EXPECT_TRUE(std::equal(alone.begin(), alone.end(), apart.begin() + static_cast<std::ptrdiff_t>(60 * job)));
    }
  }
}

TEST(Effort, FailuresInARowAreCountedAsOneByOne) {
  Failures failures;
  std::vector<LinkId> down = {0, 1, 63, 64, 65, 127, 128, 500, 999};
  for (const LinkId l : down) failures.fail(l, 1000);
  for (const auto& [first, n] :
       {std::pair<std::uint64_t, std::uint64_t>{0, 1000}, {1, 63}, {64, 64}, {60, 10}, {999, 1}})
    EXPECT_EQ(failures.down(first, n),
              static_cast<std::uint64_t>(
                  std::count_if(down.begin(), down.end(), [&](LinkId l) { return l >= first && l < first + n; })));
  EXPECT_EQ(Failures{}.down(0, 1000), 0u);
}

TEST(Effort, LatenciesOfAGraphAreThoseOfItsOwnLinks) {
  const Topology t{"graph", read_graph("host a\nhost b\nhost c\nswitch s\nlink a s 400Gb/s 1us\n"
                                       "link b s 400Gb/s 1us\nlink c s 400Gb/s 50us\n",
                                       "g")};
  const double near = simulate_packets(t, {{0, 1, 4096, 0}}, {}).max,
               far = simulate_packets(t, {{0, 2, 4096, 0}}, {}).max;
  EXPECT_NEAR(near, 2 * 2e-6, 1e-6);
  EXPECT_NEAR(far - near, 2 * 49e-6, 1e-7);
}

// What must hold of any network, whatever its numbers.

RC_GTEST_PROP(Metamorphic, CollectivesGrowWithBytesAndShrinkWithBandwidth, ()) {
  NetworkQuestion q;
  q.ranks = *rc::gen::inRange(2u, 4096u);
  q.collective = static_cast<Collective>(*rc::gen::inRange(0, collectives));
  q.bytes = *rc::gen::inRange(1, 1000000000);
  const double time = answer(facts(), "h100-tapered", q).collective->time.value();
  NetworkQuestion more = q;
  more.bytes *= *rc::gen::inRange(1, 100);
  RC_ASSERT(answer(facts(), "h100-tapered", more).collective->time.value() >= time * (1 - 1e-12));
  NetworkQuestion failing = q;
  failing.fail = *rc::gen::inRange(1, 10) / 100.0;
  RC_ASSERT(answer(facts(), "h100-tapered", failing).collective->time.value() >= time * (1 - 1e-12));
}

RC_GTEST_PROP(Metamorphic, MoreSendersOfAnIncastNeverEndEarlier, ()) {
  const Topology t = tree_of(128, 16, *rc::gen::element(1.0, 3.0));
  const auto senders = *rc::gen::inRange(1u, 127u), more = *rc::gen::inRange(senders, 128u);
  const double bytes = *rc::gen::inRange(1, 300000);
  std::vector<Pair> few, many;
  for (Host h = 1; h <= more; ++h) {
    if (h <= senders) few.push_back({h, 0});
    many.push_back({h, 0});
  }
  const auto last = [&](const std::vector<Pair>& pairs) {
    const std::vector<double> done = flow_level_completion(t, messages_of(pairs, bytes), {});
    return *std::max_element(done.begin(), done.end());
  };
  RC_ASSERT(last(many) >= last(few) * (1 - 1e-9));
}

RC_GTEST_PROP(Metamorphic, AShiftedTorusAnswersTheSame, ()) {
  const Torus torus =
      make_torus({*rc::gen::inRange(2, 7), *rc::gen::inRange(1, 7), *rc::gen::inRange(1, 5)}, false, Bandwidth(50e9));
  const Topology t{"torus", torus};
  const Vector3 by{*rc::gen::inRange(0, 7), *rc::gen::inRange(0, 7), *rc::gen::inRange(0, 5)};
  const auto shifted = [&](Host h) {
    Vector3 at = torus.coordinates(h);
    for (std::size_t d = 0; d < 3; ++d) at[d] += by[d];
    return torus.node(at);
  };
  std::vector<Pair> ring, moved;
  for (Host h = 0; h < torus.hosts(); ++h) {
    ring.push_back({h, torus.neighbour(h, 0)});
    moved.push_back({shifted(h), shifted(torus.neighbour(h, 0))});
  }
  const auto least = [&](const std::vector<Pair>& pairs) {
    const std::vector<double> rates = max_min_rates(route_ecmp(t, pairs).problem);
    return *std::min_element(rates.begin(), rates.end());
  };
  // Rings of two have two ways, and a hash picks.
  if (torus.size[0] > 2) RC_ASSERT(least(ring) == least(moved));
}

RC_GTEST_PROP(Metamorphic, HalvesOneAfterTheOtherAreNoFaster, ()) {
  const Topology t = tree_of(128, 16, 3);
  const std::vector<Pair> pairs = permutation_traffic(128, *rc::gen::inRange(1u, 1000u));
  const double bytes = 8192.0 * *rc::gen::inRange(1, 100);
  const auto last = [&](double size) {
    const std::vector<double> done = flow_level_completion(t, messages_of(pairs, size), {});
    return *std::max_element(done.begin(), done.end());
  };
  RC_ASSERT(2 * last(bytes / 2) >= last(bytes) * (1 - 1e-9));
}

RC_GTEST_PROP(Metamorphic, MoreBandwidthIsNeverSlower, ()) {
  const auto gigabits = *rc::gen::inRange(1, 800), more = *rc::gen::inRange(gigabits, 1600);
  const std::vector<Pair> pairs = permutation_traffic(96, *rc::gen::inRange(1u, 1000u));
  const auto mean = [&](double rate) {
    double sum = 0;
    for (const double d : flow_level_completion(tree_of(96, 16, 2, rate), messages_of(pairs, 1e6), {})) sum += d;
    return sum;
  };
  RC_ASSERT(mean(more) <= mean(gigabits) * (1 + 1e-9));
}

}  // namespace
}  // namespace orrery::network
