// Measured tables from any bytes: the first line names the table, the rest is its file.
#include <algorithm>
#include <cmath>

#include "base/csv.h"
#include "fuzz/check.h"
#include "fuzz/target.h"
#include "validation/tables.h"
#include "validation/timelines.h"

namespace orrery::fuzz {
namespace {

const validation::Facts& measured() {
  static const validation::Facts measured = validation::load_facts(facts(), parse_date("2026-06-30"));
  return measured;
}

}  // namespace

/// Predictions that are numbers, or one refusal.
void feed_table(std::string_view bytes) {
  const std::size_t end = std::min(bytes.find('\n'), bytes.size());
  const std::string_view name = bytes.substr(0, end), rows = bytes.substr(std::min(end + 1, bytes.size()));
  for (const validation::Table& table : validation::tables()) {
    if (table.name != name || !(table.place.empty() || table.place.ends_with(".csv"))) continue;
    const OwnFile file("own.csv", rows);
    refused([&] {
      const validation::Score score = validation::validate(table, file.path(), measured());
      for (const validation::Row& row : score.rows)
        if (!std::isfinite(row.measured) || !std::isfinite(row.predicted)) fail("a row that is not finite");
    });
  }
}

/// Timelines of sites by date, or one refusal.
void feed_timelines(std::string_view bytes) {
  refused([&] {
    for (validation::Timeline& timeline : validation::read_timelines(parse_csv(bytes, "fuzz.csv"), {})) {
      validation::mark_projections(timeline, parse_date("2026-06-30"));
      for (const validation::TimelineRow& row : timeline.rows)
        if (!std::isfinite(row.it_power) || !std::isfinite(row.facility_power) || !std::isfinite(row.buildings))
          fail("a row that is not finite");
    }
  });
}

const Vocabulary& words_of_tables() {
  static const Vocabulary words = [] {
    Vocabulary all;
    for (const validation::Table& table : validation::tables()) all.words.emplace_back(table.name);
    for (const char* kind : {"chips", "models", "fabrics", "frameworks"})
      for (const catalog::Entry& entry : facts().entries(kind)) all.words.push_back(entry.name);
    return all;
  }();
  return words;
}

}  // namespace orrery::fuzz
