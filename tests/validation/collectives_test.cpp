#include "validation/collectives.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "support/folders.h"
#include "validation/shipped_facts.h"

namespace orrery::validation {
namespace {

TEST(Collectives, EveryShippedRowIsPredictedAndThoseOfSeveralNodesWithinAFifth) {
  const CsvTable table = read_csv(source_folder() + "/measurements/collectives.csv");
  const std::vector<MeasuredCollective> measured = read_measured(table);
  const Score score = validate_collectives(table, facts());
  ASSERT_EQ(score.rows.size(), measured.size());
  for (std::size_t i = 0; i < measured.size(); ++i) {
    EXPECT_EQ(score.rows[i].skipped, "") << measured[i].row.id;
    if (measured[i].nodes > 1) {
      EXPECT_LT(std::abs(score.rows[i].error()), 0.20) << measured[i].row.id;
    }
  }
}

TEST(Collectives, PublishedBandwidthsAreScoredOrSayWhyNot) {
  const std::optional<std::string> path = data_file("network/collectives_published.csv");
  if (!path) GTEST_SKIP() << no_data;
  const std::vector<MeasuredCollective> measured = read_measured(read_csv(*path));
  Score score = validate_collectives(read_csv(*path), facts());
  int four_nodes = 0, twisted = 0;
  for (std::size_t i = 0; i < measured.size(); ++i) {
    const MeasuredCollective& m = measured[i];
    const Row& row = score.rows[i];
    EXPECT_NE(row.predicted > 0, !row.skipped.empty()) << row.id;
    if (m.gpu == "AWS P6-B200" && m.nodes == 4 && m.bytes >= 1073741824) {
      ++four_nodes;
      EXPECT_LT(std::abs(row.error()), 0.08) << row.id;
    }
    if (m.twisted_torus) {
      ++twisted;
      EXPECT_LT(std::abs(row.error()), 0.08) << row.id;
    }
  }
  EXPECT_EQ(four_nodes, 5);
  EXPECT_EQ(twisted, 2);
  EXPECT_EQ(measured.size(), 176u);
  summarise(score);
  EXPECT_LT(score.all.part_median[1], 0.08);
  for (const Summary& s : score.groups)
    if (s.group == "multi-node") {
      EXPECT_LT(s.part_median[1], 0.20);
    }
}

TEST(Collectives, PublishedRowsOfStrangeShape) {
  const CsvTable t = parse_csv(
      "id,system,n_nodes,n_accel,fabric,operation,payload_bytes,metric,value,unit\n"
      "a,H100,1,8,NVLink4,all_reduce,large,busbw,480,GB/s\n"
      "b,H100,1,8,NVLink4,hypercube,1048576,busbw,480,GB/s\n"
      "c,H100,>1,,NVLink4,all_reduce,1048576,busbw,480,GB/s\n"
      "d,TPU v4,,,ICI,all-to-all 3x5x7,,twisted / untwisted torus throughput,1.6,x\n"
      "e,abacus,1,8,string,all_reduce,1048576,busbw,480,GB/s\n",
      "strange.csv");
  const Score score = validate_collectives(t, facts());
  ASSERT_EQ(score.rows.size(), 5u);
  for (const Row& r : score.rows) {
    EXPECT_EQ(r.predicted, 0) << r.id;
    EXPECT_FALSE(r.skipped.empty()) << r.id;
  }
}

}  // namespace
}  // namespace orrery::validation
