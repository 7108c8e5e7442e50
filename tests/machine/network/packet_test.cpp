#include "machine/network/packet.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "base/csv.h"
#include "base/error.h"
#include "machine/network/flow_against_packet.h"
#include "support/folders.h"

namespace orrery::network {
namespace {

Topology fat_tree_at(std::uint32_t hosts, std::uint32_t radix, double gigabits) {
  ClosDescription d;
  d.hosts = hosts;
  d.radix = radix;
  d.nic = Bandwidth(gigabits * 1e9 / 8);
  d.hop = Time(1e-6);
  return {"ft", design(d)};
}

std::vector<Message> permutation(std::uint32_t hosts, double bytes, std::uint64_t seed) {
  std::vector<Message> messages;
  for (const Pair& p : permutation_traffic(hosts, seed)) messages.push_back({p.from, p.to, bytes, 0});
  return messages;
}

/// Mean completion at flow level over that at packet level, less 1.
double flow_over_packet(const Topology& t, const std::vector<Message>& messages, const PacketSettings& s) {
  double mean = 0;
  for (double d : flow_level_completion(t, messages, s)) mean += d / static_cast<double>(messages.size());
  return mean / simulate_packets(t, messages, s).mean - 1;
}

TEST(Packets, OneMessageTakesItsWireTimeAndARoundTrip) {
  const Topology t = fat_tree_at(128, 8, 100);
  for (Sender sender : {Sender::nscc, Sender::credit, Sender::dcqcn}) {
    PacketSettings s;
    s.sender = sender;
    const std::vector<Message> one{{0, 127, 4e6, 0}};
    const PacketResult r = simulate_packets(t, one, s);
    ASSERT_EQ(r.unfinished, 0u);
    const double wire = 4e6 * (4160. / 4096) / 12.5e9;
    EXPECT_NEAR(r.mean, wire + base_round_trip(t, one, s), 0.02 * r.mean) << static_cast<int>(sender);
    EXPECT_EQ(r.trimmed + r.dropped, 0u);
  }
}

TEST(Packets, SameSeedSameBits) {
  const Topology t = fat_tree_at(128, 8, 100);
  const PacketResult a = simulate_packets(t, permutation(128, 5e5, 3), {}),
                     b = simulate_packets(t, permutation(128, 5e5, 3), {});
  EXPECT_EQ(a.completion, b.completion);
  EXPECT_EQ(a.events, b.events);
  PacketSettings other;
  other.seed = 2;
  EXPECT_NE(simulate_packets(t, permutation(128, 5e5, 3), other).completion, a.completion);
}

TEST(Packets, IncastsFinishAtTheReceiversRateAndNotBefore) {
  const Topology t = fat_tree_at(128, 8, 100);
  for (Sender sender : {Sender::nscc, Sender::credit})
    for (bool trimming : {true, false})
      for (std::uint32_t senders : {4u, 30u}) {
        std::vector<Message> messages;
        for (const Pair& p : incast_traffic(128, senders)) messages.push_back({p.from, p.to, 3e5, 0});
        PacketSettings s;
        s.sender = sender;
        s.trimming = trimming;
        const PacketResult r = simulate_packets(t, messages, s);
        EXPECT_EQ(r.unfinished, 0u);
        const double wire = senders * 3e5 * (4160. / 4096) / 12.5e9;
        EXPECT_GE(r.max, wire);
        if (trimming) {
          EXPECT_LT(r.max, 1.25 * wire + 40e-6);
          EXPECT_EQ(r.dropped, 0u);
        }
      }
}

TEST(Packets, RunsOfHtsim) {
  const std::optional<std::string> path = data_file("network/htsim_runs.csv");
  if (!path) GTEST_SKIP() << no_data;
  const CsvTable table = read_csv(*path);
  int compared = 0;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto n = static_cast<std::uint32_t>(table.number(i, "hosts", 0));
    if (n > 2000) continue;  // the larger one is timed and checked in bench/
    const bool single = table.cell(i, "run").find("single path") != std::string::npos;
    PacketSettings s;
    if (single) s.routing = Routing::ecmp;
    const PacketResult r = simulate_packets(fat_tree_at(n, 16, table.number(i, "link_Gbps", 0)),
                                            permutation(n, table.number(i, "flow_bytes", 0), 7), s);
    EXPECT_NEAR(r.mean * 1e6 / table.number(i, "mean_FCT_us", 0), 1, single ? 0.15 : 0.08);
    if (!single) {
      EXPECT_NEAR(r.p99 * 1e6 / table.number(i, "p99_us", 0), 1, 0.08);
      EXPECT_NEAR(r.max * 1e6 / table.number(i, "max_us", 0), 1, 0.08);
    }
    ++compared;
  }
  EXPECT_EQ(compared, 2);
}

TEST(Levels, FlowLevelIsNearThePackets) {
  const Topology t = fat_tree_at(1024, 16, 200);
  PacketSettings s;
  EXPECT_LT(std::abs(flow_over_packet(t, permutation(1024, 2e6, 7), s)), 0.05);
  s.routing = Routing::ecmp;
  EXPECT_LT(std::abs(flow_over_packet(t, permutation(1024, 2e6, 7), s)), 0.10);
  s.sender = Sender::credit;
  s.routing = Routing::spray;
  std::vector<Message> incast;
  for (const Pair& p : incast_traffic(1024, 32)) incast.push_back({p.from, p.to, 1e6, 0});
  EXPECT_LT(std::abs(flow_over_packet(t, incast, s)), 0.05);
}

TEST(Levels, ScaleUpDomainsAreNotBoundByTheNic) {
  ClosDescription d;
  d.hosts = 64;
  d.radix = 16;
  d.nic = Bandwidth(50e9);
  d.hop = Time(1e-6);
  d.domain = 8;
  d.scale_up = Bandwidth(450e9);
  const Topology t{"domains", design(d)};
  for (const Sender sender : {Sender::nscc, Sender::dcqcn, Sender::credit}) {
    PacketSettings s;
    s.sender = sender;
    const std::vector<Message> within{{0, 1, 9e6, 0}};
    EXPECT_LT(simulate_packets(t, within, s).mean, 9e6 / 450e9 * 1.1 + 8e-6);
    EXPECT_LT(std::abs(flow_over_packet(t, within, s)), 0.05);
    EXPECT_GT(simulate_packets(t, {{0, 8, 9e6, 0}}, s).mean, 9e6 / 50e9);
  }
}

TEST(Packets, RefusesWhatItCannotSend) {
  const Topology t = fat_tree_at(16, 8, 100);
  EXPECT_THROW(simulate_packets(t, {{0, 99, 1, 0}}, {}), Error);
  EXPECT_THROW(simulate_packets(t, {{0, 1, -1, 0}}, {}), Error);
  PacketSettings s;
  s.payload = 0;
  EXPECT_THROW(simulate_packets(t, {{0, 1, 1, 0}}, s), Error);
}

}  // namespace
}  // namespace orrery::network
