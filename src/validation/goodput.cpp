#include "validation/goodput.h"

#include "base/units.h"
#include "study/kinds.h"
#include "study/operate.h"

namespace orrery::validation {
namespace {

Node text_of(std::string text, const Place& place) {
  Node node;
  node.kind = Node::Kind::text, node.text = std::move(text), node.place = place;
  return node;
}

/// The question of a row, as `orrery operate` asks it.
scenario::Scenario question_of(const CsvTable& table, std::size_t row) {
  const Place place{table.name, table.line(row), 0};
  Node section, root;
  section.place = place;
  section.members.emplace_back("on", text_of(table.cell(row, "accelerators") + " x h100-sxm", place));
  section.members.emplace_back("mechanism", text_of(table.cell(row, "mechanism"), place));
  section.members.emplace_back("rate", parse_value(table.cell(row, "rate"), place));
  if (const std::string replica = table.cell(row, "replica"); !replica.empty())
    section.members.emplace_back("replica", parse_value(replica, place));
  if (const std::string interval = table.cell(row, "interval_h"); !interval.empty())
    section.members.emplace_back("interval", text_of(interval + " h", place));
  if (const std::string other = table.cell(row, "other"); !other.empty())
    section.members.emplace_back("other", parse_value(other, place));
  root.members.emplace_back("operate", std::move(section));
  const scenario::Form* const forms[] = {&study::operate_form()};
  return scenario::finish_scenario(std::move(root), table.name, {}, forms);
}

}  // namespace

Score validate_goodput(const CsvTable& table, const Facts& facts) {
  table.require({"id", "accelerators", "rate", "mechanism", "goodput"}, "give a table as measurements/goodput.csv");
  Score score;
  const study::Sampling sampling{1000, 1};
  for (std::size_t i = 0; i < table.size(); ++i) {
    Row row;
    row.id = table.cell(i, "id");
    row.group = table.cell(i, "group");
    row.measured = table.number(i, "goodput", 0);
    if (row.measured <= 0) {
      row.skipped = "no goodput";
    } else {
      const std::span<const study::Kind> kinds(&study::operate_kind, 1);
      const study::Trials trials = study::answer(question_of(table, i), facts.catalog, kinds, sampling).trials;
      const Spread goodput = trials.spread(0);
      row.predicted = goodput.p50, row.band = {goodput.p10, goodput.p90};
    }
    row.labels = {{"job", row.id}};
    score.rows.push_back(std::move(row));
  }
  return score;
}

}  // namespace orrery::validation
