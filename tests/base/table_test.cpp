// Text tables and fields of CSV files.
#include "base/table.h"

#include <gtest/gtest.h>

#include "base/csv.h"

namespace orrery {
namespace {

TEST(Table, AlignsColumns) {
  const TextTable table{{"name", "n"}, {false, true}, {{"a", "1"}, {"long", "22"}}};
  EXPECT_EQ(table.text(0), "name   n\n----  --\na      1\nlong  22\n");
  EXPECT_EQ(csv_field("a,\"b\""), "\"a,\"\"b\"\"\"");
}

TEST(Table, StaysWithinItsWidthByWrappingWordsThenByParts) {
  TextTable table{{"name", "n"}, {false, true}, {{"a name of several words", "1"}, {"long", "22"}}};
  EXPECT_EQ(table.text(0, 22),
            "name                 n\n------------------  --\na name of several    1\nwords\nlong                22\n");
  for (int i = 0; i < 30; ++i) {
    table.header.push_back("column " + std::to_string(i));
    table.right_aligned.push_back(i % 2 == 0);
    for (auto& row : table.rows)
      row.push_back(i % 2 == 0 ? std::to_string(1000 + i) : "some/long.dotted.path-" + std::to_string(i));
  }
  for (const std::size_t most : {40, 80, 120}) {
    const std::string text = table.text(2, most);
    for (std::size_t from = 0; from < text.size();) {
      const std::size_t end = text.find('\n', from);
      EXPECT_LE(end - from, most);
      from = end + 1;
    }
    for (int i = 0; i < 30; ++i) EXPECT_NE(text.find("column " + std::to_string(i)), std::string::npos);
  }
  EXPECT_EQ(wrapped("  one two three\nfour\n", 10), "  one two\n  three\nfour\n");
}

}  // namespace
}  // namespace orrery
