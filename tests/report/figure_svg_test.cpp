// Figures as SVG: well-formed, every word within the sheet and none on another, the same bytes for the same document,
// and the marks that layers ask for.
#include "report/figure_svg.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <regex>
#include <set>

#include "base/error.h"
#include "report/figure_lines.h"
#include "support/svg.h"

namespace orrery::report {
namespace {

using namespace study;

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += what.size()) ++n;
  return n;
}

bool has_words(const std::string& file, const std::string& text) {
  const std::vector<Words> all = words_of(file);
  return std::any_of(all.begin(), all.end(), [&](const Words& w) { return w.text == text; });
}

Document capacity(int sites, int months) {
  Document d;
  d.title = "A & B <co>";
  d.trials = 100;
  Table of_months{"by_month", "", {data_column("month"), data_column("site"), data_column("usable")}};
  Table binds{
      "capacity", "", {data_column("date"), data_column("site"), data_column("usable"), data_column("binding")}};
  const char* limits[] = {"chips", "power", "cooling", "building"};
  for (int s = -1; s < sites; ++s) {
    const std::string site = s < 0 ? "all" : "site-" + std::to_string(s);
    for (int m = 0; m < months; ++m) {
      const Date month = add_months(make_date(2024, 4, 1), m);
      const double x = (s < 0 ? sites : 1) * 1000.0 * m;
      of_months.rows.push_back({month.text().substr(0, 7), site, Spread{0.8 * x, x, 1.2 * x}});
      if (s >= 0) binds.rows.push_back({month, site, x, limits[(m + s) % 4]});
    }
  }
  d.add(of_months).add(binds);
  Figure f{"capacity", "Usable accelerators", "", "accelerators"};
  f.layers = {{Mark::band, "P10 to P90", "by_month", "month", "usable"},
              {Mark::line, "inputs at medians", "capacity", "date", "usable"},
              {Mark::strip, "what binds", "capacity", "date", "binding"}};
  f.choose = "site", f.known_until = make_date(2024, 9, 1);
  d.figures = {f};
  return d;
}

TEST(FigureSvg, IsWellFormedWithEveryWordInItsPlace) {
  for (const int sites : {1, 2, 12, 50})
    for (const int months : {2, 4, 36, 120}) {
      const std::string file = svg_of(capacity(sites, months));
      EXPECT_EQ(xml_problem(file), "") << sites << " sites, " << months << " months";
      EXPECT_EQ(misplaced(file), "") << sites << " sites, " << months << " months";
      EXPECT_EQ(file, svg_of(capacity(sites, months)));
    }
}

TEST(FigureSvg, ShowsWhatBindsAtTheTwelveLargestSitesAndNamesTheRest) {
  const std::string few = svg_of(capacity(3, 12)), many = svg_of(capacity(50, 12));
  for (const char* site : {"site-0", "site-1", "site-2"}) EXPECT_TRUE(has_words(few, site)) << site;
  EXPECT_EQ(few.find("not drawn"), std::string::npos);
  EXPECT_NE(many.find("38 smaller, not drawn: site-12, site-13"), std::string::npos);
  const std::string one = svg_of(capacity(3, 12), "capacity=site-1");
  EXPECT_NE(one.find("site: site-1"), std::string::npos);
  EXPECT_FALSE(has_words(one, "site-1")) << "one strip needs no name";
}

TEST(FigureSvg, AxesTellWeeksMonthsAndYears) {
  EXPECT_TRUE(has_words(svg_of(capacity(1, 3)), "6 May"));
  EXPECT_TRUE(has_words(svg_of(capacity(1, 24)), "2025-01"));
  const std::string long_one = svg_of(capacity(1, 120));
  EXPECT_TRUE(has_words(long_one, "2030"));
  EXPECT_FALSE(has_words(long_one, "2030-01"));
}

TEST(FigureSvg, LinesAreDashedAfterWhatWasObserved) {
  Document d = capacity(1, 12);
  EXPECT_NE(svg_of(d).find("stroke-dasharray"), std::string::npos);
  EXPECT_NE(svg_of(d).find("after 2024-09-01, the last day observed"), std::string::npos);
  d.figures[0].known_until = std::nullopt;
  EXPECT_EQ(svg_of(d).find("stroke-dasharray"), std::string::npos);
}

TEST(FigureSvg, WithoutTrialsABandIsTheLineOfTheMedians) {
  Document d = capacity(2, 12);
  d.trials = 0, d.figures[0].layers[0].name = band_name(false);
  for (Block& block : d.blocks)
    for (auto& row : std::get<Table>(block).rows)
      for (Cell& cell : row)
        if (const auto* s = std::get_if<Spread>(&cell.value)) cell.value = Spread{s->p50, s->p50, s->p50};
  EXPECT_TRUE(has_words(svg_of(d), "inputs at medians"));
  EXPECT_FALSE(has_words(svg_of(d), "P10 to P90"));
  EXPECT_EQ(svg_of(d).find("fill-opacity=\"0.22\""), std::string::npos);
  EXPECT_EQ(count(svg_of(d, "capacity=site-0"), "stroke=\"#333333\" stroke-width=\"2\" stroke-dasharray"), 1u)
      << "the band and the line say the same, and one is drawn";
}

TEST(FigureSvg, ALimitFarAboveTheRestIsCutNotTheRestFlattened) {
  Document d = capacity(1, 12);
  Table limits{"limits", "", {data_column("date"), data_column("building")}};
  limits.rows = {{make_date(2024, 4, 1), 9e6}, {make_date(2025, 3, 1), 9e6}};
  d.add(limits);
  d.figures[0].layers.push_back({Mark::line, "building", "limits", "date", "building"});
  EXPECT_TRUE(has_words(svg_of(d), "building")) << "what is no limit is never cut";
  EXPECT_TRUE(has_words(svg_of(d), "8,000,000"));
  d.figures[0].layers.back().limit = true;
  const std::string file = svg_of(d);
  EXPECT_TRUE(has_words(file, "building (far above)"));
  EXPECT_TRUE(has_words(file, "15,000"));
  EXPECT_FALSE(has_words(file, "8,000,000"));
  Table& rows = std::get<Table>(d.blocks.back());
  rows.rows.insert(rows.rows.begin() + 1, {make_date(2024, 6, 1), 9e6}), rows.rows[0][1] = Cell(0.0);
  EXPECT_TRUE(has_words(svg_of(d), "building (cut at the top)"));
}

TEST(FigureSvg, ALineFarAboveThePointsIsNotCut) {
  Document d;
  Table t{"t", "", {data_column("date"), data_column("x")}}, seen{"seen", "", {data_column("date"), data_column("x")}};
  t.rows = {{make_date(2024, 1, 1), 0.0}, {make_date(2024, 9, 1), 90000.0}};
  seen.rows = {{make_date(2024, 2, 1), 10000.0}};
  d.add(t).add(seen);
  d.figures = {{"f",
                "F",
                "",
                "accelerators",
                Plot::time,
                {{Mark::line, "usable", "t", "date", "x"}, {Mark::points, "observed", "seen", "date", "x"}}}};
  EXPECT_TRUE(has_words(svg_of(d), "usable"));
  EXPECT_TRUE(has_words(svg_of(d), "80,000"));
}

TEST(FigureSvg, AStackOfDaysRunsStraightFromRowToRow) {
  Document d;
  Table t{"t", "", {data_column("date"), data_column("mw")}};
  t.rows = {{make_date(2024, 1, 1), 0.0}, {make_date(2024, 9, 1), 100.0}};
  d.add(t);
  d.figures = {{"f", "F", "", "MW", Plot::time, {{Mark::stack, "gas", "t", "date", "mw"}}}};
  const std::string file = svg_of(d);
  static const std::regex area(R"re(<(?:path|polygon|polyline)[^>]*fill-opacity="0.8"[^>]*>)re");
  std::smatch found;
  ASSERT_TRUE(std::regex_search(file, found, area)) << file;
  const std::string drawn = found.str();
  static const std::regex number(R"re(-?[0-9]+(?:\.[0-9]+)?[ ,]+-?[0-9]+(?:\.[0-9]+)?)re");
  std::set<std::string> places;
  for (std::sregex_iterator m(drawn.begin(), drawn.end(), number), end; m != end; ++m) places.insert(m->str());
  EXPECT_EQ(places.size(), 3u) << "a triangle: " << drawn;
}

TEST(FigureSvg, ALongNameOfARankingKeepsItsEnd) {
  Document d;
  Table t{"t", "", {data_column("set"), data_column("days")}};
  t.rows = {{"site.a-place-with-a-long-name.building.a-hall-with-a-long-name.commissioning=less 7 days", 3.0}};
  d.add(t);
  d.figures = {{"f", "F", "", "days", Plot::ranking, {{Mark::bar, "", "t", "set", "days"}}}};
  EXPECT_NE(svg_of(d).find("=less 7 days</text>"), std::string::npos);
  EXPECT_EQ(misplaced(svg_of(d)), "");
}

TEST(FigureSvg, AStackOfManyKeepsTheLargestAndAddsUpTheRest) {
  Document d;
  Table t{"t", "", {data_column("date"), data_column("source"), data_column("mw")}};
  for (int s = 0; s < 40; ++s)
    for (const int month : {1, 2 + s % 5})
      t.rows.push_back({make_date(2024, month, 1), "s" + std::to_string(s), 10.0 + s});
  d.add(t);
  d.figures = {{"f", "F", "", "MW", Plot::time, {{Mark::stack, "", "t", "date", "mw", "", "", "source"}}}};
  const std::string file = svg_of(d);
  EXPECT_TRUE(has_words(file, "29 others"));
  EXPECT_TRUE(has_words(file, "s39"));
  EXPECT_FALSE(has_words(file, "s28"));
  EXPECT_TRUE(has_words(file, "1.0 GW")) << "40 sources of 29.5 MW on average";
  EXPECT_EQ(misplaced(file), "");
}

TEST(FigureSvg, AWaterfallEndsWithItsSum) {
  Document d;
  Table t{"t", "", {data_column("part"), data_column("usd")}};
  t.rows = {{"chips", 3.0}, {"power", 1.0}, {"nothing", 0.0}, {"in all", 4.0}};
  d.add(t);
  d.figures = {{"f", "F", "", "USD", Plot::waterfall, {{Mark::bar, "", "t", "part", "usd"}}}};
  const std::string file = svg_of(d);
  static const std::regex rect(R"re(<rect x="([^"]*)" y="[^"]*" width="([^"]*)" height="12")re");
  std::vector<std::pair<double, double>> bars;
  for (std::sregex_iterator m(file.begin(), file.end(), rect), end; m != end; ++m)
    bars.emplace_back(std::stod((*m)[1]), std::stod((*m)[1]) + std::stod((*m)[2]));
  ASSERT_EQ(bars.size(), 3u) << file;
  EXPECT_NEAR(bars[1].first, bars[0].second, 0.2) << "each begins where the one before ended";
  EXPECT_NEAR(bars[2].second, bars[1].second, 0.2);
  EXPECT_NEAR(bars[2].first, bars[0].first, 0.2);
  EXPECT_FALSE(has_words(file, "nothing"));
}

TEST(FigureSvg, ACourseStandsAlongNumbersWithWhatIsTakenBelow) {
  Document d;
  Table t{"t", "", {data_column("hour"), data_column("sun"), data_column("takes")}};
  for (int h = 4344; h <= 4344 + 168; ++h) t.rows.push_back({h, 3e6, 1e6});
  d.add(t);
  Layer takes{Mark::stack, "takes", "t", "hour", "takes"};
  takes.below = true;
  d.figures = {{"f", "F", "", "W", Plot::course, {{Mark::stack, "sun", "t", "hour", "sun"}, takes}}};
  d.figures.front().axis = "h of a year";
  const std::string file = svg_of(d);
  for (const char* words : {"1 Jul", "7 Jul", "2 MW", "-1 MW"}) EXPECT_TRUE(has_words(file, words)) << words << file;
  EXPECT_FALSE(has_words(file, "4 MW")) << "what is taken stands below nought, not on the sun";
  EXPECT_EQ(misplaced(file), "");
  d.figures.front().axis = "s";
  EXPECT_NE(svg_of(d).find(" min</text>"), std::string::npos);
  d.figures.front().in_line = "a week";
  EXPECT_TRUE(figure_lines(d, 80).starts_with("  a week\n  sun    ████")) << figure_lines(d, 80);
}

/// Any document with a figure of any plot: names of any length, numbers of any size, days near and far apart.
Document any_document() {
  const auto number = [](int low, int high) { return *rc::gen::inRange(low, high + 1); };
  const auto name = [&] {
    static const char* parts[] = {"site", "&", "<b>", "\"x\"", "long-name-of-a-thing", "é", "数据", "W", "i", "of"};
    std::string out;
    for (int i = number(1, 6); i > 0; --i) out += parts[number(0, 9)];
    return out;
  };
  const auto value = [&]() -> Cell {
    if (number(0, 9) == 0) return Cell();
    const double x = number(-3, 9) * std::pow(10.0, number(-9, 14));
    if (number(0, 2) > 0) return x;
    return Spread{x - std::fabs(x) / 2, x, number(0, 9) == 0 ? infinity : x + std::fabs(x)};
  };
  Document d;
  d.title = name();
  d.trials = number(0, 1) * 1000;
  const int span = number(1, 1) * static_cast<int>(std::pow(10.0, number(0, 4)));
  Table t{"t",
          "",
          {data_column("day"), data_column("to"), data_column("name"), data_column("x"), data_column("of"),
           data_column("critical")}};
  std::vector<std::string> names;
  for (int i = number(1, 15); i > 0; --i) names.push_back(name());
  const auto day = [&] { return make_date(2024, 1, 1) + number(0, 2 * span); };
  for (int i = number(1, 60); i > 0; --i)
    t.rows.push_back(
        {day(), number(0, 5) == 0 ? Cell() : Cell(day()), names[static_cast<std::size_t>(i) % names.size()], value(),
         names[static_cast<std::size_t>(number(0, static_cast<int>(names.size()) - 1))], number(0, 1) == 1});
  d.add(t);
  const char* units[] = {"", "USD", "MW", "s", "accelerators", "share", "USD/accelerator-hour", "B/s", "MWh", "J"};
  Figure f{"f", name(), "", units[number(0, 8)], static_cast<Plot>(number(0, 3))};
  if (f.plot == Plot::time) {
    for (const Mark mark : {Mark::line, Mark::step, Mark::band, Mark::stack, Mark::points, Mark::strip, Mark::bar})
      if (number(0, 2) > 0)
        f.layers.push_back(
            {mark, name(), "t", "day", mark == Mark::strip ? "name" : "x", "", "", number(0, 1) == 1 ? "of" : ""});
    if (f.layers.empty()) f.layers.push_back({Mark::line, "", "t", "day", "x"});
  } else if (f.plot == Plot::schedule) {
    f.layers = {{Mark::bar, "", "t", "day", "name", "to", "of", "of", "", "", "critical"},
                {Mark::points, name(), "t", "day", "name"}};
  } else {
    f.layers = {{Mark::bar, name(), "t", "name", "x", "", "", number(0, 1) == 1 ? "of" : ""}};
  }
  if (number(0, 2) == 0) f.choose = "of";
  if (number(0, 1) == 0) f.known_until = day();
  d.figures = {f};
  return d;
}

RC_GTEST_PROP(FigureSvg, AnyDocumentIsDrawnWithEveryWordInItsPlace, ()) {
  const Document d = any_document();
  std::string file;
  try {
    file = svg_of(d);
  } catch (const Error& error) {
    RC_ASSERT(error.message() == "--svg: finds no figure in this answer; leave it out");
    return;
  }
  RC_ASSERT(xml_problem(file) == "");
  RC_ASSERT(misplaced(file) == "");
  RC_ASSERT(file.find("nan") == std::string::npos);
  RC_ASSERT(file.find("inf\"") == std::string::npos);
  RC_ASSERT(file == svg_of(d));
}

TEST(FigureAxis, EnergyIsReadInWattHours) {
  EXPECT_EQ(number_text("J", 729 * 3.6e9), "729 MWh");
  EXPECT_EQ(number_text("J", 3.77e5 * 3.6e9), "377 GWh");
  EXPECT_EQ(number_text("J", 0), "0");
}

}  // namespace
}  // namespace orrery::report
