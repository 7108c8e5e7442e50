// Traces of jobs as files have them, and what is wrong with some.
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "machine/operations/job_trace.h"

namespace orrery::operations {
namespace {

JobTrace read(const std::string& text) {
  return read_jobs(parse_csv(text, "jobs.csv"));
}

std::string refused(const std::string& text) {
  try {
    read(text);
  } catch (const Error& error) {
    return error.message();
  }
  return "no error";
}

TEST(JobTrace, ReadsItsOwnColumns) {
  const JobTrace trace = read(
      "submit,duration,accelerators,queue,priority,least,spot,lease,start\n"
      "10,100,8,b,2,4,no,,\n"
      "0,5.5,1,a,,,yes,60,\n"
      "3,5,1,b,-1,,,,20\n");
  ASSERT_EQ(trace.jobs.size(), 3u);
  EXPECT_EQ(trace.queues, (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(trace.jobs[0].submit, 10);
  EXPECT_EQ(trace.jobs[0].least, 4);
  EXPECT_EQ(trace.jobs[0].priority, 2);
  EXPECT_TRUE(std::isinf(trace.jobs[0].lease));
  EXPECT_TRUE(trace.jobs[1].spot);
  EXPECT_EQ(trace.jobs[1].lease, 60);
  EXPECT_EQ(trace.jobs[1].queue, 1);
  EXPECT_EQ(trace.jobs[2].start, 20);
  EXPECT_EQ(trace.lines[2], 4);
}

TEST(JobTrace, ReadsPhillysColumns) {
  const JobTrace trace = read(
      "timestamp,duration,num_gpus,gpu_time,cluster\n"
      "2017-10-09 07:01:55,66.0,1,66.0,11cb48\n"
      "2017-10-08 07:01:50,5.0,8,40.0,6214e9\n");
  EXPECT_EQ(trace.jobs[0].submit, 25310 + 86405);  // from the midnight before the first
  EXPECT_EQ(trace.first_day->text(), "2017-10-08");
  EXPECT_EQ(trace.jobs[1].submit, 25310);
  EXPECT_EQ(trace.jobs[1].accelerators, 8);
  EXPECT_EQ(trace.queues[1], "6214e9");
}

TEST(JobTrace, SaysWhatIsWrong) {
  const std::string head = "submit,duration,accelerators,least,spot,lease,start\n";
  EXPECT_EQ(refused("submit,accelerators\n1,1\n"),
            "jobs.csv:1: duration: is not a column of this file; give submit, duration and accelerators");
  EXPECT_EQ(refused(head + "-1,1,1,,,,\n"), "jobs.csv:2:1: submit: is -1; give a number from 0 to 1e12");
  EXPECT_EQ(refused(head + ",1,1,,,,\n"), "jobs.csv:2:1: submit: is empty; give a number");
  EXPECT_EQ(refused(head + "0,0,1,,,,\n"), "jobs.csv:2:2: duration: is 0; give a time above 0 s, or leave the job out");
  EXPECT_EQ(refused(head + "0,1,1,,,,\n0,1,0,,,,\n"),
            "jobs.csv:3:3: accelerators: is 0; give a whole number from 1 to 1e9");
  EXPECT_EQ(refused(head + "0,1,1.5,,,,\n"), "jobs.csv:2:3: accelerators: is 1.5; give a whole number from 1 to 1e9");
  EXPECT_EQ(refused(head + "0,1,2,3,,,\n"),
            "jobs.csv:2:4: least: is 3 of 2 accelerators; give at most its accelerators");
  EXPECT_EQ(refused(head + "0,1,2,,maybe,,\n"), "jobs.csv:2:5: spot: is 'maybe'; write yes or no");
  EXPECT_EQ(refused(head + "0,1,2,,,0,\n"),
            "jobs.csv:2:6: lease: is 0; give a time above 0 s, or leave the cell empty");
  EXPECT_EQ(refused(head + "5,1,2,,,,4\n"),
            "jobs.csv:2:7: start: 4 is not after the submission at 5; give a later time");
  EXPECT_EQ(refused("timestamp,duration,num_gpus\n2017-13-09 07:01:55,1,1\n").substr(0, 26),
            "jobs.csv:2:1: timestamp: t");
  EXPECT_EQ(refused("timestamp,duration,num_gpus\nyesterday,1,1\n"),
            "jobs.csv:2:1: timestamp: is 'yesterday'; write it as \"2017-10-09 07:01:55\"");
}

TEST(JobTrace, NamesTheLineOfAJobThatCanNeverRun) {
  const JobTrace trace = read("submit,duration,accelerators,queue\n0,1,4,a\n0,1,16,b\n");
  FleetRules rules;
  rules.shape = pooled_fleet(8);
  rules.queues = {{"a"}, {"b"}};
  try {
    check_jobs(trace, rules);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "jobs.csv:3: asks for 16 accelerators of 8; leave the job out, or give a larger fleet");
  }
}

TEST(JobTrace, DrawnJobsKeepToTheirMix) {
  JobMix mix;
  mix.jobs = 50000, mix.arrivals = 0.5, mix.mean_duration = 60, mix.spread = 0.8, mix.sizes = {{1, 3}, {8, 1}};
  mix.queues = 4, mix.priorities = 2;
  const std::vector<FleetJob> jobs = draw_jobs(mix, 7);
  double duration = 0, eights = 0, high = 0;
  for (const FleetJob& job : jobs) duration += job.duration, eights += job.accelerators == 8, high += job.priority;
  EXPECT_NEAR(duration / mix.jobs, 60, 1);
  EXPECT_NEAR(eights / mix.jobs, 0.25, 0.01);
  EXPECT_NEAR(high / mix.jobs, 0.5, 0.01);
  EXPECT_NEAR(jobs.back().submit, mix.jobs / 0.5, 2000);
  EXPECT_EQ(draw_jobs(mix, 7)[99].submit, jobs[99].submit);
  mix.sizes = {{0, 1}};
  EXPECT_THROW(draw_jobs(mix, 1), Error);
}

}  // namespace
}  // namespace orrery::operations
