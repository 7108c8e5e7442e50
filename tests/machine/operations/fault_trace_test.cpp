// Traces of faults: both forms, hand arithmetic, and what is refused.
#include "machine/operations/fault_trace.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace orrery::operations {
namespace {

std::string refused(const std::string& text) {
  try {
    parse_fault_trace(text, "t");
  } catch (const Error& e) {
    return e.what();
  }
  return "taken";
}

std::string event(const std::string& host, double time, const std::string& type) {
  return "{\"node_id\": \"" + host + "\", \"event_time\": " + std::to_string(time) + ", \"event_type\": \"" + type +
         "\", \"fault_type\": {\"Level\": \"Hardware Failure\", \"Class\": \"GPU\"}}";
}

}  // namespace

TEST(FaultTrace, BothFormsSayTheSame) {
  const FaultTrace json =
      parse_fault_trace("[" + event("a", 1, "fault_start") + "," + event("b", 2, "fault_start") + "," +
                            event("a", 4, "fault_end") + "," + event("b", 10, "fault_end") + "]",
                        "t");
  const FaultTrace csv =
      parse_fault_trace("host,start,end,cause\nb,2,10,Hardware Failure: GPU\na,1,4,Hardware Failure: GPU\n", "t");
  for (const FaultTrace& t : {json, csv}) {
    EXPECT_EQ(t.hosts.size(), 2u);
    EXPECT_EQ(t.causes, std::vector<std::string>{"Hardware Failure: GPU"});
    EXPECT_EQ(t.days, 10);
    ASSERT_EQ(t.spells.size(), 2u);
    EXPECT_EQ(t.spells[0].from, 1);
    EXPECT_EQ(t.spells[1].to, 10);
  }
}

// Overlaps of one host are one time out; what has no end lasts; what is beyond the days is cut.
TEST(FaultTrace, OverlapsCountOnceAndGapsStay) {
  const FaultTrace t = parse_fault_trace("host,start,end\na,1,4\na,3,6\na,8,9\nb,9,\nb,0,20\n", "t");
  EXPECT_EQ(t.open, 1u);
  const std::vector<OutSpell> all = t.merged(100), cut = t.merged(5);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].to, 100);
  EXPECT_EQ(all[1].from, 1);
  EXPECT_EQ(all[1].to, 6);
  ASSERT_EQ(cut.size(), 2u);
  EXPECT_EQ(cut[0].to, 5);
  EXPECT_EQ(cut[1].to, 5);
}

TEST(FaultTrace, HostsAreSpreadOverTheFleet) {
  const FaultTrace t = parse_fault_trace("host,start,end\na,1,4\nb,2,3\n", "t");
  HostFleet fleet;
  fleet.hosts = 10;
  const std::vector<FaultEvent> events = events_of(t, fleet, 10);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].host, 0u);
  EXPECT_EQ(events[1].host, 5u);
  EXPECT_EQ(events[0].out, 3 * 86400.0);
  fleet.hosts = 1;
  EXPECT_THROW(events_of(t, fleet, 10), Error);
}

TEST(FaultTrace, NonsenseIsRefusedWithItsPlace) {
  EXPECT_NE(refused("host,start,end\na,-1,4\n").find("t:2"), std::string::npos);
  EXPECT_NE(refused("host,start,end\na,1,4\nb,5,4\n").find("t:3"), std::string::npos);
  EXPECT_NE(refused("host,start,end\n,1,4\n").find("host: is empty"), std::string::npos);
  EXPECT_NE(refused("host,begin\na,1\n").find("start"), std::string::npos);
  EXPECT_NE(refused("[" + event("a", 2, "fault_start") + "," + event("a", 1, "fault_end") + "]").find("event 2"),
            std::string::npos);
  EXPECT_NE(refused("[" + event("a", 2, "fault_end") + "]").find("has not started"), std::string::npos);
  EXPECT_NE(refused("[" + event("a", 2, "reboot") + "]").find("neither"), std::string::npos);
  EXPECT_NE(refused("[" + event("a", -2, "fault_start") + "]").find("event 1"), std::string::npos);
  EXPECT_NE(refused("[]").find("no fault"), std::string::npos);
  EXPECT_NE(refused("[").find("JSON"), std::string::npos);
  EXPECT_NE(refused("{}").find("list"), std::string::npos);
}

}  // namespace orrery::operations
