// Figures in a line of a terminal.
#include "report/figure_lines.h"

#include <gtest/gtest.h>

#include <cmath>

#include "report/document.h"

namespace orrery::report {
namespace {

using namespace study;

Document of_months(const std::vector<double>& numbers, const std::string& unit = "MW") {
  Document d;
  Table t{"by_month", "", {data_column("month"), data_column("x")}};
  for (std::size_t m = 0; m < numbers.size(); ++m)
    t.rows.push_back({add_months(make_date(2024, 1, 1), static_cast<int>(m)).text().substr(0, 7), numbers[m]});
  d.say("Headline.\n").add(t).add(Table{"", "Rows", {text_column("", "row")}, {{"one"}}});
  Figure f{"f", "F", "", unit, Plot::time, {{Mark::band, "", "by_month", "month", "x"}}};
  f.in_line = "power";
  d.figures = {f};
  return d;
}

std::size_t width_of(const std::string& line) {
  return static_cast<std::size_t>(
      std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

TEST(FigureLines, SayHowANumberGoesAndItsEnds) {
  EXPECT_EQ(figure_lines(of_months({0, 100, 200, 400, 300, 300, 300, 300}), 80),
            "  power  ▁▁▁▃▃▅▅▅██▆▆▆▆▆▆▆▆▆▆▆  "
            "0 2024-01 to 300 MW 2024-08, most 400 MW 2024-04\n");
}

TEST(FigureLines, OfMoneyThatIsSpentSayTheLeast) {
  const std::string line = figure_lines(of_months({-1e9, -3e9, -2e9}, "USD"), 100);
  EXPECT_NE(line.find("-$1B 2024-01 to -$2B 2024-03, least -$3B 2024-02"), std::string::npos) << line;
  EXPECT_LT(line.find("▆"), line.find("▁")) << line;
}

TEST(FigureLines, KeepToTheColumnsOfTheTerminal) {
  for (const std::size_t columns : {1, 40, 57, 80, 120, 400}) {
    const std::string lines = figure_lines(of_months({0, 1, 2, 400, 300}), columns);
    for (std::size_t from = 0; from < lines.size();) {
      const std::size_t end = lines.find('\n', from);
      EXPECT_LE(width_of(lines.substr(from, end - from)), std::max<std::size_t>(columns, 40)) << lines;
      from = end + 1;
    }
  }
}

TEST(FigureLines, AreLeftOutWhereThereIsNothingToSay) {
  EXPECT_EQ(figure_lines(of_months({0, 0, 0}), 80), "");
  EXPECT_EQ(figure_lines(of_months({5}), 80), "");
  Document d = of_months({1, 2});
  d.figures[0].in_line.clear();
  EXPECT_EQ(figure_lines(d, 80), "");
}

TEST(FigureLines, StandBelowTheHeadlineOnATerminalAlone) {
  const Document d = of_months({1, 2});
  const std::string plain = text_of(d), shown = text_of(d, Detail::usual, 80);
  EXPECT_EQ(plain.find("█"), std::string::npos);
  EXPECT_LT(shown.find("Headline."), shown.find("█"));
  EXPECT_LT(shown.find("█"), shown.find("Rows"));
  EXPECT_EQ(text_of(d, Detail::explained, 80), text_of(d, Detail::explained));
}

}  // namespace
}  // namespace orrery::report
