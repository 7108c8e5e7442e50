// Site timelines: reading, what is a projection, and editions beside each other.
#include "validation/timelines.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "support/folders.h"

namespace orrery::validation {
namespace {

const CsvTable no_sites = parse_csv("Name,Owner,Country\nA,Owner #likely,None\n", "sites.csv");
constexpr const char* header = "Data center,Date,Construction status,IT power (MW)\n";

std::vector<Timeline> read(const std::string& rows) {
  return read_timelines(parse_csv(header + rows, "t.csv"), no_sites);
}

TEST(Timelines, ReadsOwnersAndKnowsConversions) {
  const auto t = read(
      "A,2024-05-01,running,10\n"
      "A,2024-01-01,\"Converting a mill,\nwith care\",0\n"
      "B,2024-01-01,Land clearing. A former mill stands beside it.,\n"
      "C,2024-01-01,Land clearing,0\nC,2024-02-01,Building 1 retrofitting has begun,0\n"
      "D,2024-01-01,Land clearing,0\nD,2024-02-01,Stands on the land of a former mill,0\n"
      "D,2024-03-01,Building 2 retrofitting has begun,0\n");
  ASSERT_EQ(t.size(), 4u);
  EXPECT_EQ(t[0].owner, "Owner");
  EXPECT_EQ(t[0].country, "");
  EXPECT_TRUE(t[0].retrofit);
  EXPECT_EQ(t[0].rows.front().date, make_date(2024, 1, 1));
  EXPECT_FALSE(t[1].retrofit);  // what a later sentence speaks of is not what is built
  EXPECT_TRUE(t[1].rows.empty());
  EXPECT_TRUE(t[2].retrofit);   // the second status says so
  EXPECT_FALSE(t[3].retrofit);  // of a second one only that word counts, of a third nothing
}

/// The days of the rows that are marked.
std::vector<std::string> projected(const std::string& rows) {
  Timeline t = read(rows).front();
  mark_projections(t, make_date(2026, 8, 3));
  std::vector<std::string> days;
  for (const TimelineRow& row : t.rows)
    if (row.projected) days.push_back(row.date.text());
  return days;
}

TEST(Timelines, WhatNobodyHasSeenIsAProjection) {
  using Days = std::vector<std::string>;
  const std::string start = "A,2024-01-01,Land clearing,0\nA,2026-03-01,Looks complete,0\n";
  EXPECT_EQ(projected(start + "A,2026-06-01,Building 1 is operational (estimate).,50\n"), Days{"2026-06-01"});
  EXPECT_EQ(projected(start + "A,2026-06-01,Building 1 is operational.,50\n"), Days{"2026-06-01"});
  EXPECT_EQ(projected(start + "A,2026-06-01,Building 1 looks operational.,50\n"), Days{});
  // Words in an address are not the writer's.
  EXPECT_EQ(projected(start + "A,2026-06-01,It is [due](https://x.com/announced) by now.,50\n"), Days{"2026-06-01"});
  // Two in a row; then one that was seen ends it.
  EXPECT_EQ(projected(start + "A,2026-05-01,Operational.,50\nA,2026-07-01,Estimated.,90\n"),
            (Days{"2026-05-01", "2026-07-01"}));
  EXPECT_EQ(projected(start + "A,2026-05-01,Operational.,50\nA,2026-07-01,Nothing new is visible.,50\n"), Days{});
  // What lies further back was looked at since; what lies ahead is not asked for; no word says nothing.
  EXPECT_EQ(projected("A,2023-01-01,Land clearing,0\nA,2025-06-01,Operational (estimate),50\n"), Days{});
  EXPECT_EQ(projected(start + "A,2026-09-01,Operational (estimate),50\n"), Days{});
  EXPECT_EQ(projected(start + "A,2026-06-01,,50\n"), Days{});
}

TEST(Timelines, TheShippedTableSaysOfItsSitesWhatTheGatheredOneSays) {
  const auto path = data_file("sites");
  if (!path) GTEST_SKIP() << no_data;
  const Date edition = make_date(2026, 8, 3);
  const auto table = [&](const std::string& folder) {
    std::vector<Timeline> t =
        read_timelines(read_csv(folder + "/data_center_timelines.csv"), read_csv(folder + "/data_centers.csv"));
    for (Timeline& one : t) mark_projections(one, edition);
    return t;
  };
  const std::vector<Timeline> gathered = table(*path), shipped = table(source_folder() + "/measurements/sites");
  ASSERT_EQ(gathered.size(), shipped.size());
  int conversions = 0, firsts = 0;
  for (std::size_t i = 0; i < gathered.size(); ++i) {
    const Timeline &a = gathered[i], &b = shipped[i];
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.retrofit, b.retrofit) << a.name;
    ASSERT_EQ(a.rows.size(), b.rows.size()) << a.name;
    conversions += a.retrofit;
    bool any = false;
    for (std::size_t r = 0; r < a.rows.size(); ++r) {
      EXPECT_EQ(a.rows[r].date, b.rows[r].date) << a.name;
      EXPECT_EQ(a.rows[r].it_power, b.rows[r].it_power) << a.name;
      EXPECT_EQ(a.rows[r].projected, b.rows[r].projected) << a.name << ", " << a.rows[r].date.text();
      if (a.rows[r].it_power > 0 && !any) any = true, firsts += a.rows[r].projected;
    }
  }
  EXPECT_GT(conversions, 5);
  EXPECT_EQ(firsts, 11);  // counted by hand: Rosemount, Jeffersonville, Montgomery, Kuna, Cheyenne, Aiken, Helios, ...
}

/// A folder of files for one test.
struct Folder {
  std::string path;
  Folder()
      : path(testing::TempDir() + "timelines_" + std::to_string(testing::UnitTest::GetInstance()->random_seed()) +
             testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(path + "/" + name).parent_path());
    std::ofstream(path + "/" + name) << text;
  }
};

TEST(Timelines, EditionsOfAFolderComeByDate) {
  const Folder folder;
  const std::string sites = "Name,Owner,Country\nA,Owner,None\n";
  folder.write("data_center_timelines.csv", std::string(header) + "A,2026-01-01,seen,1\n");
  folder.write("data_centers.csv", sites);
  folder.write("2027-02-01/data_center_timelines.csv", std::string(header) + "A,2026-01-01,seen,3\n");
  folder.write("dec2025_data_center_timelines.csv",
               "Date,Data center,Construction status,Power (MW)\n12/8/2025,the place A,seen,2\n");
  folder.write("dec2025_data_centers.csv", "Handle,Title,Owner\nthe place A,A,Owner\n");
  folder.write("notes/readme.md", "nothing");
  const std::vector<Vintage> v = read_vintages(folder.path, make_date(2026, 8, 3));
  ASSERT_EQ(v.size(), 3u);
  EXPECT_EQ(v[0].edition, make_date(2025, 12, 31));
  EXPECT_EQ(v[0].timelines[0].name, "A");
  EXPECT_EQ(v[0].timelines[0].rows[0].date, make_date(2025, 12, 8));
  EXPECT_EQ(v[0].timelines[0].rows[0].facility_power, 2e6);
  EXPECT_LT(v[0].timelines[0].rows[0].it_power, 0);
  EXPECT_EQ(v[1].edition, make_date(2026, 8, 3));
  EXPECT_EQ(v[2].edition, make_date(2027, 2, 1));
  EXPECT_EQ(v[2].timelines[0].rows[0].it_power, 3e6);
  EXPECT_THROW(read_vintages(folder.path, make_date(2027, 2, 1)), Error);  // two of one day
  EXPECT_THROW(read_vintages(folder.path + "/notes", make_date(2027, 2, 1)), Error);
  folder.write("old_data_center_timelines.csv", header);
  EXPECT_THROW(read_vintages(folder.path, make_date(2026, 8, 3)), Error);
}

}  // namespace
}  // namespace orrery::validation
