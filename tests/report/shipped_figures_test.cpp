// The figures of every shipped scenario: each column that a layer names is in its table, and each figure can be drawn.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "report/figure_data.h"
#include "report/figure_svg.h"
#include "study/kind.h"
#include "support/facts.h"
#include "support/svg.h"

namespace orrery::report {
namespace {

namespace fs = std::filesystem;
using namespace study;

std::vector<std::string> shipped() {
  std::vector<std::string> out;
  for (const char* folder : {"/scenarios", "/scenarios/finance"})
    for (const auto& file : fs::directory_iterator(source_folder() + folder))
      if (file.path().extension() == ".toml") out.push_back(file.path().string());
  std::sort(out.begin(), out.end());
  return out;
}

const Table* table_with(const Document& document, const std::string& key) {
  for (const Block& block : document.blocks)
    if (const auto* table = std::get_if<Table>(&block); table && table->key == key && table->in_data) return table;
  return nullptr;
}

TEST(ShippedFigures, NameColumnsThatAreThereAndCanBeDrawn) {
  for (const std::string& path : shipped()) {
    SCOPED_TRACE(fs::path(path).filename().string());
    const Answer answer =
        study::answer(scenario::read_scenario(path, {}, forms_of(kinds())), facts(), kinds(), Sampling{});
    std::set<std::string> keys;
    std::size_t in_brief = 0;
    for (const Figure& figure : answer.document.figures) {
      SCOPED_TRACE(figure.key);
      EXPECT_TRUE(keys.insert(figure.key).second) << "two figures of a key";
      EXPECT_FALSE(figure.title.empty() || figure.chapter.empty());
      in_brief += figure.in_brief;
      bool chosen = figure.choose.empty(), there = false;
      for (const Layer& layer : figure.layers) {
        const Table* table = table_with(answer.document, layer.table);
        if (!table || table->rows.empty()) continue;
        there = true;
        for (const std::string* key :
             {&layer.along, &layer.value, &layer.to, &layer.lane, &layer.series, &layer.where, &layer.strong})
          EXPECT_TRUE(key->empty() || has_field(*table, *key)) << layer.table << " has no " << *key;
        chosen = chosen || has_field(*table, figure.choose);
      }
      EXPECT_TRUE(chosen || !there) << "no table has " << figure.choose;
      if (figure_data(answer.document, figure).empty()) continue;
      const std::string file = svg_of(answer.document, figure.key);
      EXPECT_EQ(xml_problem(file), "");
      EXPECT_EQ(misplaced(file), "");
    }
    EXPECT_LE(in_brief, 1u);
    EXPECT_TRUE(has_figures(answer.document));
  }
}

}  // namespace
}  // namespace orrery::report
