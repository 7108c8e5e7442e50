// Amounts, facts, CSV, bodies of requests and kept answers from any bytes.
#include <algorithm>
#include <cmath>

#include "base/csv.h"
#include "base/units.h"
#include "fuzz/check.h"
#include "fuzz/target.h"
#include "view/body.h"
#include "view/result.h"

namespace orrery::fuzz {

/// A finite number that can be printed, or one refusal, which the caller gives its place.
void feed_amount(std::string_view bytes) {
  const auto one_line = [](const Error& error) {
    if (error.message().find('\n') != std::string::npos) fail("a refusal of several lines");
  };
  try {
    const AnyAmount amount = parse_amount(bytes);
    if (!std::isfinite(amount.value)) fail("an amount that is not finite");
    check_text(format_amount(amount.value, amount.dimension), bytes);
    dimension_name(amount.dimension);
  } catch (const Error& error) {
    one_line(error);
  }
  try {
    parse_amount_of(bytes, dimension::power);
  } catch (const Error& error) {
    one_line(error);
  }
}

/// As every kind: entries that can be shown, or one refusal.
void feed_catalog(std::string_view bytes) {
  for (const catalog::KindSchema& kind : catalog::schema())
    refused([&] {
      for (const catalog::Entry& entry : catalog::read_entries(bytes, kind.kind, "fuzz.toml"))
        for (const catalog::Figure& figure : entry.figures) {
          figure.value_text();
          if (figure.kind == catalog::Figure::Kind::amount && !std::isfinite(figure.amount.median()))
            fail("a figure that is not finite");
        }
    });
}

/// A table whose rows are as wide as its header and whose cells are numbers or refused as such.
void feed_csv(std::string_view bytes) {
  refused([&] {
    const CsvTable table = parse_csv(bytes, "fuzz.csv");
    for (std::size_t row = 0; row < table.size(); ++row) {
      if (table.line(row) < 1) fail("a row without a line");
      for (const std::string& column : table.header)
        refused([&] {
          if (!std::isfinite(table.number(row, column, 0))) fail("a cell that is not finite");
        });
    }
    table.require(table.header, "give a table");
  });
}

/// A question of known fields, or a status, a problem and a remedy.
void feed_request(std::string_view bytes) {
  try {
    const view::Body body(bytes, {"scenario", "set", "trials", "seed", "independent", "against"});
    if (const auto against = body.object("against", {"scenario", "set"})) {
      against->text("scenario");
      against->texts("set");
    }
    body.text("scenario");
    body.texts("set");
    if (body.whole("trials", 0, 100) > 100) fail("more trials than are allowed");
    body.whole("seed", 1, 1000);
    body.boolean("independent");
  } catch (const view::Refusal& refusal) {
    if (refusal.status < 400 || refusal.problem.empty() || refusal.remedy.empty()) fail("a refusal without its parts");
  }
}

void feed_result(std::string_view bytes) {
  refused([&] { view::check_result(bytes, "fuzz.json"); });
}

const Vocabulary& words_of_catalog() {
  static const Vocabulary words = [] {
    Vocabulary all;
    for (const catalog::KindSchema& kind : catalog::schema()) all = joined(std::move(all), words_of(kind));
    return all;
  }();
  return words;
}

const Vocabulary& words_of_csv() {
  static const Vocabulary words{{}, {"host", "switch", "link", "400Gb/s", "1us", "0", "65535", "\"a\"", ",,"}};
  return words;
}

const Vocabulary& words_of_request() {
  static const Vocabulary words{
      {}, {"scenario", "set", "trials", "seed", "independent", "against", "null", "true", "schema", "version", "kind"}};
  return words;
}

}  // namespace orrery::fuzz
