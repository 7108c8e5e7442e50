// Comma-separated values as RFC 4180 has them, and what measured tables add.
#include "base/csv.h"

#include <gtest/gtest.h>

#include "base/error.h"

using namespace orrery;

TEST(Csv, QuotesCommasAndLines) {
  const CsvTable t = parse_csv("\xEF\xBB\xBFid,note,x\r\n1,\"a, \"\"b\"\"\nc\",2.5\r\n2,,\n", "t.csv");
  ASSERT_EQ(t.rows.size(), 2u);
  EXPECT_EQ(t.cell(0, "note"), "a, \"b\"\nc");
  EXPECT_EQ(t.number(0, "x", 0), 2.5);
  EXPECT_EQ(t.number(1, "x", 7), 7);
  EXPECT_EQ(t.cell(1, "absent"), "");
  EXPECT_EQ(t.lines[1], 4);
}

TEST(Csv, ACommentIsNotAHeaderButAHashMayBe) {
  EXPECT_EQ(parse_csv("# a, b, c, d\nx,y\n1,2\n", "t").header[0], "x");
  EXPECT_EQ(parse_csv("# GPUs,y\n1,2\n", "t").header[0], "# GPUs");
}

TEST(Csv, RefusesWhatItCannotRead) {
  EXPECT_THROW(parse_csv("a,b\n1,2,3\n", "t"), Error);
  EXPECT_THROW(parse_csv("a,b\n\"1,2\n", "t"), Error);
  const CsvTable t = parse_csv("a\nx1\n", "t");
  EXPECT_THROW(t.number(0, "a", 0), Error);
}
