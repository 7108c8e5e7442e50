// How layers are read from tables: columns, days, choices, series, and what is refused.
#include "report/figure_data.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "support/refusal.h"

namespace orrery::report {
namespace {

using namespace study;

double day(int year, int month, int of) {
  return make_date(year, month, of).days;
}

Table sites() {
  Table t{"capacity", "", {data_column("date"), data_column("site"), data_column("usable"), data_column("binding")}};
  for (const auto& [month, site, usable, binds] :
       {std::tuple{1, "a", 0.0, "chips"}, {3, "a", 70.0, "power"}, {2, "b", 20.0, "chips"}, {4, "b", 30.0, "chips"}})
    t.rows.push_back({make_date(2024, month, 1), site, usable, binds});
  return t;
}

Figure figure_with(std::vector<Layer> layers, std::string choose = "", Plot plot = Plot::time) {
  return {"f", "F", "", "", plot, std::move(layers), std::move(choose)};
}

TEST(FigureData, ADayAMonthAQuarterAndAYearBecomeDays) {
  const auto period = [](Cell cell) { return period_of(cell).value_or(Period{-1, -1}); };
  for (const Cell& cell : {Cell(make_date(2024, 7, 19)), Cell("2024-07-19")}) {
    EXPECT_EQ(period(cell).from, day(2024, 7, 19));
    EXPECT_EQ(period(cell).to, day(2024, 7, 19)) << "a day has no length";
  }
  EXPECT_EQ(period("2024-12").from, day(2024, 12, 1));
  EXPECT_EQ(period("2024-12").to, day(2025, 1, 1));
  EXPECT_EQ(period("2024-Q4").from, day(2024, 10, 1));
  EXPECT_EQ(period("2024-Q4").to, day(2025, 1, 1));
  for (const Cell& cell : {Cell(2024), Cell("2024")}) {
    EXPECT_EQ(period(cell).from, day(2024, 1, 1));
    EXPECT_EQ(period(cell).to, day(2025, 1, 1));
  }
  for (const Cell& cell : {Cell("after 2027-04-25"), Cell("2024-13"), Cell("2024-Q5"), Cell("2024-02-30"), Cell(17),
                           Cell(2024.5), Cell(), Cell("soon")})
    EXPECT_FALSE(period_of(cell)) << "is no time";
}

TEST(FigureData, AMonthAndWhatHoldsFromTheLastRowOnEndWithTheRows) {
  Document d;
  Table months{"months", "", {data_column("month"), data_column("x")}};
  months.rows = {{"2024-01", 1.0}, {"2024-02", 2.0}};
  d.add(months).add(sites());
  Figure f = figure_with({{Mark::line, "", "months", "month", "x"},
                          {Mark::strip, "binds", "capacity", "date", "binding", "", "", "", "site", "a"}});
  EXPECT_EQ(figure_data(d, f).series[0].points[1].to, day(2024, 3, 1));
  EXPECT_EQ(figure_data(d, f).strips[0].spans[1].to, infinity);
  f.ends = make_date(2024, 2, 4);
  EXPECT_EQ(figure_data(d, f).series[0].points[0].to, day(2024, 2, 1));
  EXPECT_EQ(figure_data(d, f).series[0].points[1].to, day(2024, 2, 4));
  f.ends = make_date(2024, 3, 4);
  EXPECT_EQ(figure_data(d, f).strips[0].spans[1].to, day(2024, 3, 4));
}

TEST(FigureData, AScheduleOfAllShowsTheBarsOfEach) {
  Document d;
  Table t{"t", "", {data_column("site"), data_column("from"), data_column("to"), data_column("lane")}};
  t.rows = {{"a", make_date(2024, 1, 1), make_date(2024, 2, 1), "hall"},
            {"b", make_date(2024, 1, 1), make_date(2024, 2, 1), "hall"}};
  Table days{"days", "", {data_column("site"), data_column("day"), data_column("name")}};
  days.rows = {{"all", make_date(2024, 3, 1), "done"}};
  d.add(t).add(days);
  const Figure f =
      figure_with({{Mark::bar, "", "t", "from", "lane", "to", "lane"}, {Mark::points, "days", "days", "day", "name"}},
                  "site", Plot::schedule);
  const FigureData all = figure_data(d, f);
  EXPECT_EQ(all.chosen, "all");
  ASSERT_EQ(all.bars.size(), 2u);
  EXPECT_EQ(all.bars[0].lane, "a, hall");
  EXPECT_EQ(all.bars[1].lane, "b, hall");
  ASSERT_EQ(figure_data(d, f, "b").bars.size(), 1u);
  EXPECT_EQ(figure_data(d, f, "b").bars[0].lane, "hall");
}

TEST(FigureData, ALineHasItsRowsInTheOrderOfTimeAndGapsWhereThereIsNoNumber) {
  Document d;
  Table t{"t", "", {data_column("date"), data_column("x")}};
  t.rows = {{make_date(2024, 3, 1), 3.0}, {make_date(2024, 1, 1), 1.0}, {make_date(2024, 2, 1), Cell()}, {Cell(), 9.0}};
  d.add(t);
  const FigureData data = figure_data(d, figure_with({{Mark::line, "", "t", "date", "x"}}));
  ASSERT_EQ(data.series.size(), 1u);
  EXPECT_EQ(data.series[0].name, "x");
  ASSERT_EQ(data.series[0].points.size(), 3u) << "a row without a day is not there";
  EXPECT_EQ(data.series[0].points[0].value->p50, 1);
  EXPECT_FALSE(data.series[0].points[1].value);
  EXPECT_EQ(data.series[0].points[2].value->p50, 3);
}

TEST(FigureData, ColumnsAreNamedAsJsonHasThem) {
  Document d;
  Table inner{"", "", {data_column("name"), data_column("value")}};
  inner.keyed = true;
  inner.rows = {{"step_s", 4.0}, {"words", "none"}};
  Table t{"t",
          "",
          {data_column("month"), data_column("start/p10"), data_column("start/p50"), data_column("start/p90"),
           data_column("estimate")}};
  t.rows = {{"2024-01", 1.0, 2.0, 3.0, Cell(std::make_shared<const Table>(inner))}};
  d.add(t);
  const FigureData spread = figure_data(d, figure_with({{Mark::band, "", "t", "month", "start"}}));
  ASSERT_EQ(spread.series.size(), 1u);
  EXPECT_TRUE(spread.series[0].spread);
  EXPECT_EQ(spread.series[0].points[0].value->p90, 3);
  EXPECT_EQ(spread.series[0].points[0].at(), day(2024, 2, 1)) << "what is reached by the end of the month";
  const FigureData one = figure_data(d, figure_with({{Mark::line, "", "t", "month", "start/p50"}}));
  EXPECT_EQ(one.series.at(0).points[0].value->p90, 2);
  const FigureData member = figure_data(d, figure_with({{Mark::line, "", "t", "month", "estimate/step_s"}}));
  EXPECT_EQ(member.series.at(0).points[0].value->p50, 4);
  for (const char* key : {"month", "start", "start/p50", "estimate/step_s"}) EXPECT_TRUE(has_field(t, key)) << key;
  for (const char* key : {"starts", "start/p99", "estimate/step", ""}) EXPECT_FALSE(has_field(t, key)) << key;
  EXPECT_TRUE(figure_data(d, figure_with({{Mark::line, "", "t", "month", "nothing"}})).empty());
}

TEST(FigureData, AStackOfKeyedTablesHasASeriesForEachName) {
  Document d;
  Table t{"t", "", {data_column("month"), data_column("by_source")}};
  for (const auto& [month, gas] : {std::pair{"2024-01", 5.0}, {"2024-02", 7.0}}) {
    Table sources{"", "", {data_column("source"), data_column("mwh")}};
    sources.rows = {{"grid", 1.0}, {"gas", gas}};
    t.rows.push_back({month, Cell(std::make_shared<const Table>(sources))});
  }
  d.add(t);
  const FigureData data = figure_data(d, figure_with({{Mark::stack, "", "t", "month", "by_source"}}));
  ASSERT_EQ(data.series.size(), 2u);
  EXPECT_EQ(data.series[0].name, "grid");
  EXPECT_TRUE(data.series[1].periods);
  EXPECT_EQ(data.series[1].points[1].value->p50, 7);
}

TEST(FigureData, WhereAndSeriesTellRowsApart) {
  Document d;
  d.add(sites());
  Layer of_a{Mark::line, "a alone", "capacity", "date", "usable", "", "", "", "site", "a"};
  const FigureData where = figure_data(d, figure_with({of_a}));
  ASSERT_EQ(where.series.size(), 1u);
  EXPECT_EQ(where.series[0].name, "a alone");
  EXPECT_EQ(where.series[0].points.size(), 2u);
  const FigureData each = figure_data(d, figure_with({{Mark::line, "", "capacity", "date", "usable", "", "", "site"}}));
  ASSERT_EQ(each.series.size(), 2u);
  EXPECT_EQ(each.series[1].name, "b");
}

TEST(FigureData, OfSeveralSitesOneIsChosenAndAllComesFirst) {
  Document d;
  Table months{"by_month", "", {data_column("month"), data_column("site"), data_column("usable")}};
  for (const auto& [site, x] : {std::pair{"all", 100.0}, {"a", 70.0}, {"b", 30.0}})
    months.rows.push_back({"2024-04", site, x});
  Table seen{"seen", "", {data_column("date"), data_column("x")}};
  seen.rows = {{make_date(2024, 2, 2), 5.0}};
  d.add(sites()).add(months).add(seen);
  const Figure f = figure_with({{Mark::band, "band", "by_month", "month", "usable"},
                                {Mark::line, "line", "capacity", "date", "usable"},
                                {Mark::strip, "what binds", "capacity", "date", "binding"},
                                {Mark::points, "seen", "seen", "date", "x"}},
                               "site");
  const FigureData all = figure_data(d, f);
  EXPECT_EQ(all.choices, (std::vector<std::string>{"all", "a", "b"}));
  EXPECT_EQ(all.chosen, "all");
  ASSERT_EQ(all.series.size(), 2u) << "the line knows no sum, and nothing adds it up";
  EXPECT_EQ(all.series[0].points[0].value->p50, 100);
  EXPECT_EQ(all.series[1].name, "seen") << "its table knows no sites";
  ASSERT_EQ(all.strips.size(), 2u) << "what binds is told of each";
  EXPECT_EQ(all.strips[0].of, "a");
  EXPECT_EQ(all.strips[0].size, 70);
  ASSERT_EQ(all.strips[0].spans.size(), 2u);
  EXPECT_EQ(all.strips[0].spans[0].to, day(2024, 3, 1));
  EXPECT_EQ(all.strips[1].spans.size(), 1u) << "the same from a row to the next is one";
  EXPECT_TRUE(std::isinf(all.strips[1].spans[0].to));

  const FigureData b = figure_data(d, f, "b");
  ASSERT_EQ(b.series.size(), 3u);
  EXPECT_EQ(b.series[0].points[0].value->p50, 30);
  EXPECT_EQ(b.series[1].points.size(), 2u);
  ASSERT_EQ(b.strips.size(), 1u);
  EXPECT_EQ(b.strips[0].of, "");
  EXPECT_EQ(refusal([&] { figure_data(d, f, "boston"); }),
            "f: 'boston' is nothing to choose in this figure; name one such as 'all'");
}

TEST(FigureData, WithOneSiteThereIsNothingToChoose) {
  Document d;
  Table months{"by_month", "", {data_column("month"), data_column("site"), data_column("usable")}};
  months.rows = {{"2024-04", "all", 70.0}};
  Table one = sites();
  one.rows.resize(2);
  d.add(one).add(months);
  const Figure f = figure_with({{Mark::band, "band", "by_month", "month", "usable"},
                                {Mark::line, "line", "capacity", "date", "usable"},
                                {Mark::strip, "what binds", "capacity", "date", "binding"}},
                               "site");
  const FigureData data = figure_data(d, f);
  EXPECT_TRUE(data.choices.empty());
  EXPECT_EQ(data.series.size(), 2u);
  EXPECT_EQ(data.strips.size(), 1u);
  EXPECT_EQ(refusal([&] { figure_data(d, f, "a"); }), "f: 'a' is nothing to choose in this figure; leave it out");
}

TEST(FigureData, AScheduleHasBarsWithAndWithoutAnEndAndDaysWithTheirBand) {
  Document d;
  Table tasks{
      "schedule",
      "",
      {data_column("lane"), data_column("task"), data_column("from"), data_column("to"), data_column("critical")}};
  tasks.rows = {{"hall", "steel", make_date(2024, 1, 1), make_date(2024, 2, 1), true},
                {"hall", "fit-out", make_date(2024, 2, 1), Cell(), false}};
  Table milestones{"milestones", "", {data_column("name"), data_column("p10"), data_column("p50"), data_column("p90")}};
  milestones.rows = {{"first", make_date(2024, 3, 1), make_date(2024, 4, 1), Cell()},
                     {"never", Cell(), Cell(), Cell()}};
  d.add(tasks).add(milestones);
  Layer bars{Mark::bar, "", "schedule", "from", "task", "to", "lane"};
  bars.strong = "critical";
  const FigureData data = figure_data(
      d, figure_with({bars, {Mark::points, "milestones", "milestones", "p50", "name"}}, "", Plot::schedule));
  ASSERT_EQ(data.bars.size(), 2u);
  EXPECT_TRUE(data.bars[0].strong);
  EXPECT_EQ(data.bars[0].to, day(2024, 2, 1));
  EXPECT_TRUE(std::isinf(data.bars[1].to));
  ASSERT_EQ(data.series.size(), 1u);
  ASSERT_EQ(data.series[0].points.size(), 1u);
  EXPECT_EQ(data.series[0].points[0].name, "first");
  EXPECT_EQ(data.series[0].points[0].early, day(2024, 3, 1));
  EXPECT_TRUE(std::isinf(data.series[0].points[0].late)) << "P90 is not reached";
}

TEST(FigureData, RankingsKeepTheirOrderAndSetBarsOfANameSideBySide) {
  Document d;
  Table t{"t", "", {data_column("name"), data_column("alone"), data_column("beside"), data_column("band")}};
  t.rows = {{"b", 3.0, 2.0, Spread{1, 3, 5}}, {"a", 8.0, 7.0, Cell()}, {"c", Cell(), Cell(), Cell()}};
  d.add(t);
  const auto ranking = [&](std::vector<Layer> layers) {
    return figure_data(d, figure_with(std::move(layers), "", Plot::ranking));
  };
  const FigureData two =
      ranking({{Mark::bar, "alone", "t", "name", "alone"}, {Mark::bar, "beside", "t", "name", "beside"}});
  ASSERT_EQ(two.rows.size(), 2u) << "a row without a number is not there";
  EXPECT_EQ(two.rows[0].name, "b");
  ASSERT_EQ(two.rows[0].bars.size(), 2u);
  EXPECT_EQ(two.series_names, (std::vector<std::string>{"alone", "beside"}));
  EXPECT_EQ(two.rows[1].bars[1].value.p50, 7);
  const FigureData whisker =
      ranking({{Mark::bar, "alone", "t", "name", "alone"}, {Mark::band, "", "t", "name", "band"}});
  ASSERT_EQ(whisker.rows[0].bars.size(), 1u);
  EXPECT_EQ(whisker.rows[0].bars[0].value.p90, 5);
  EXPECT_EQ(whisker.rows[1].bars[0].value.p90, 8);
}

TEST(FigureData, TheFigureThatStandsForADocumentOrIsNamed) {
  Document d;
  EXPECT_EQ(refusal([&] { figure_of(d); }), "--svg: finds no figure in this answer; leave it out");
  EXPECT_FALSE(has_figures(d));
  d.add(sites());
  Figure usable = figure_with({{Mark::line, "", "capacity", "date", "usable"}}, "site");
  usable.key = "usable";
  Figure empty = figure_with({{Mark::line, "", "none", "date", "usable"}});
  empty.key = "empty", empty.in_brief = true;
  Figure binding = figure_with({{Mark::strip, "binds", "capacity", "date", "binding"}}, "site");
  binding.key = "binding";
  d.figures = {empty, usable, binding};
  EXPECT_TRUE(has_figures(d));
  EXPECT_EQ(figure_of(d).figure->key, "usable") << "the first that has something";
  d.figures[2].in_brief = true;
  EXPECT_EQ(figure_of(d).figure->key, "binding");
  EXPECT_EQ(figure_of(d, "usable=b").data.chosen, "b");
  EXPECT_EQ(refusal([&] { figure_of(d, "usabel"); }),
            "--figure: 'usabel' is no figure of this answer; did you mean 'usable'?");
  EXPECT_EQ(refusal([&] { figure_of(d, "empty"); }),
            "--figure: 'empty' has nothing to draw in this answer; name one of usable, binding");
  EXPECT_EQ(refusal([&] { figure_of(d, "usable=boston"); }),
            "--figure usable: 'boston' is nothing to choose in this figure; name one such as 'a'");
}

}  // namespace
}  // namespace orrery::report
