// Comma-separated values as RFC 4180 has them, and what measured tables add.
#include "base/csv.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/error.h"

using namespace orrery;

TEST(Csv, QuotesCommasAndLines) {
  const CsvTable t = parse_csv("\xEF\xBB\xBFid,note,x\r\n1,\"a, \"\"b\"\"\nc\",2.5\r\n2,,\n", "t.csv");
  ASSERT_EQ(t.size(), 2u);
  EXPECT_EQ(t.cell(0, "note"), "a, \"b\"\nc");
  EXPECT_EQ(t.number(0, "x", 0), 2.5);
  EXPECT_EQ(t.number(1, "x", 7), 7);
  EXPECT_EQ(t.cell(1, "absent"), "");
  EXPECT_EQ(t.line(1), 4);
}

TEST(Csv, ACommentIsNotAHeaderButAHashMayBe) {
  EXPECT_EQ(parse_csv("# a, b, c, d\nx,y\n1,2\n", "t").header[0], "x");
  EXPECT_EQ(parse_csv("# GPUs,y\n1,2\n", "t").header[0], "# GPUs");
  EXPECT_EQ(parse_csv("# the \"first\" table\nx,y\n1,2\n", "t").header[0], "x");
}

TEST(Csv, RefusesWhatItCannotRead) {
  const std::vector<std::pair<std::string, int>> refused = {{"a,b\n1,2\n1,2,3\n", 3},     // a row wider than the header
                                                            {"a,b\n\n1\n", 3},            // narrower: cut short
                                                            {"a,b\n\"1,2\n3,4\n", 2},     // a quote that does not end
                                                            {"a,b\n\"1\"x\"2,3\"\n", 2},  // text behind a closed quote
                                                            {"a,b\n1\"2,3\n", 2},         // a quote within a cell
                                                            {"a,b\n\"1\"\r2,3\n", 2},
                                                            {std::string(2000, ','), 1},  // more columns than any table
                                                            {"a\n" + std::string(2000, ',') + "\n", 2}};
  for (const auto& [text, line] : refused) try {
      parse_csv(text, "t");
      ADD_FAILURE() << text.substr(0, 40);
    } catch (const Error& error) {
      EXPECT_EQ(error.place().line, line) << error.message();
    }
  EXPECT_THROW(parse_csv(std::string(largest_csv + 1, 'a'), "t"), Error);
  const CsvTable t = parse_csv("a\nx1\n", "t");
  EXPECT_THROW(t.number(0, "a", 0), Error);
}

RC_GTEST_PROP(Csv, CellsAreWhatWasWrittenOut, ()) {
  // Whatever cells hold, csv_field() writes it and parse_csv() reads it, with either end of line and without the last.
  const auto written = [](const std::vector<std::vector<std::string>>& rows, const char* end) {
    std::string text;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      for (std::size_t c = 0; c < rows[r].size(); ++c) text += (c > 0 ? "," : "") + csv_field(rows[r][c]);
      if (r + 1 < rows.size()) text += end;
    }
    return text;
  };
  const auto columns = *rc::gen::inRange<std::size_t>(2, 5);
  const auto cell = rc::gen::container<std::string>(rc::gen::element('a', ' ', ',', '"', '\n', '\r', '#', '1'));
  const auto rows = *rc::gen::container<std::vector<std::vector<std::string>>>(
      3, rc::gen::container<std::vector<std::string>>(columns, cell));
  RC_PRE(!rows[0][0].starts_with('#'));
  for (const char* end : {"\n", "\r\n"}) {
    const CsvTable t = parse_csv(written(rows, end), "t");
    RC_ASSERT(t.header == rows[0]);
    RC_ASSERT(t.size() == rows.size() - 1);
    for (std::size_t r = 1; r < rows.size(); ++r)
      for (std::size_t c = 0; c < columns; ++c) RC_ASSERT(t.at(r - 1, c) == rows[r][c]);
  }
}
