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

}  // namespace
}  // namespace orrery
